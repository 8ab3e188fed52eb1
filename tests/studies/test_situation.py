"""The numbers of a situational picture, on the published tables."""

from __future__ import annotations

from datetime import date

import pytest

from samsyn.analysis.readings import Reading
from samsyn.analysis.results import Direction
from samsyn.domain.access import SharingClass
from samsyn.domain.calendar import Period
from samsyn.domain.places import AreaKey, PlaceRef
from samsyn.store.schema import AreaRef, SeriesDefinition
from samsyn.studies.findings import (
    ComparisonKind,
    FigureState,
    PercentRule,
    SeriesFindings,
    SituationFindings,
    Word,
)
from samsyn.studies.situation import ContextEvent, SituationSettings, describe_situation
from tests.studies.published import (
    DETECTED,
    DISTRICT,
    HASSELBY,
    SERGEL,
    VICTIMS,
    MemoryStore,
    place,
    stockholm,
    value,
)

YEARS = Period.of_years(2017, 2019)
TODAY = date(2026, 11, 20)
AREA = ("basomrade", "1")


def describe(
    store: MemoryStore, where: PlaceRef, period: Period = YEARS, **facts: object
) -> SituationFindings:
    audience = facts.pop("audience", SharingClass.AUTHORITIES)
    return describe_situation(store, where, period, audience=audience, as_of=TODAY, **facts)  # type: ignore[arg-type]


def series_of(
    findings: SituationFindings, slug: str, *, sex: str = "", age: str = "", scheme: str = "basomrade"
) -> SeriesFindings:
    return next(
        s for s in findings.series if (s.slug, s.sex, s.age_group, s.area.scheme) == (slug, sex, age, scheme)
    )


def one_series(rows: list[dict[str, object]], **facts: object) -> MemoryStore:
    definition = SeriesDefinition(slug="s", label="S", **facts)  # type: ignore[arg-type]
    return MemoryStore().add("d", rows, (definition,), (AreaRef(*AREA, name="Ett"),))


@pytest.fixture(scope="module")
def sergel() -> SituationFindings:
    return describe(stockholm(), place())


@pytest.fixture(scope="module")
def hasselby() -> SituationFindings:
    return describe(stockholm(), place(HASSELBY, name="Hässelby torg"))


def test_every_value_is_shown_with_the_cell_it_came_from(sergel: SituationFindings) -> None:
    drugs = series_of(sergel, "narkotikabrott")
    assert [figure.value for figure in drugs.figures] == [562, 768, 327]
    source = drugs.figures[0].source
    assert source is not None
    assert (source.dataset, source.version, source.file_name, source.raw) == (
        "stad-tabell-1",
        1,
        "stad-tabell-1.csv",
        "562",
    )
    assert source.row > 0
    assert source.column == 3


def test_drug_offences_are_given_as_multiples_of_a_rounded_mean(sergel: SituationFindings) -> None:
    means = series_of(sergel, "narkotikabrott").means
    assert [mean.mean for mean in means] == [26, 28, 28]
    assert [round(mean.ratio or 0, 1) for mean in means] == [21.6, 27.4, 11.7]
    assert [(round(mean.low or 0, 1), round(mean.high or 0, 1)) for mean in means] == [
        (21.2, 22.0),
        (26.9, 27.9),
        (11.5, 11.9),
    ]
    assert (means[0].n_areas, means[0].rounded_to, means[0].contains_place) == (450, 1.0, True)


def test_theft_fell_clearly_with_an_interval_for_the_whole_family(sergel: SituationFindings) -> None:
    theft = series_of(sergel, "stold").comparison(ComparisonKind.YEAR_BEFORE)
    assert theft is not None
    assert theft.check is not None
    assert theft.word is Word.CLEAR_DECREASE
    assert theft.difference == -174
    assert theft.check.low == pytest.approx(0.43, abs=0.015)
    assert theft.check.high == pytest.approx(0.785, abs=0.015)
    assert (theft.check.phi, theft.check.phi_origin) == (2.0, "assumed")
    assert theft.check.family == sergel.family.comparisons


def test_each_series_meets_its_first_year_and_the_year_before(sergel: SituationFindings) -> None:
    kinds = {
        c.kind: (c.before_first.year, c.after_first.year) for c in series_of(sergel, "stold").comparisons
    }
    assert kinds == {ComparisonKind.YEAR_BEFORE: (2018, 2019), ComparisonKind.BASELINE: (2017, 2019)}


def test_two_values_are_compared_once() -> None:
    store = one_series([value("s", AREA, year, 50) for year in (2017, 2018)], **VICTIMS)
    assert len(describe(store, place(AREA)).series[0].comparisons) == 1


def test_the_family_counts_every_comparison_that_may_get_a_word(sergel: SituationFindings) -> None:
    judged = [c for s in sergel.series if not s.is_detection_driven for c in s.comparisons if c.check]
    assert sergel.family.comparisons == len(judged)
    assert sergel.family.with_word == sum(c.word.is_clear or c.word.is_possible for c in judged)
    assert sergel.family.expected_by_chance == pytest.approx(0.05 * len(judged), abs=0.005)


def test_a_word_and_its_interval_never_contradict_each_other(sergel: SituationFindings) -> None:
    for series in sergel.series:
        for c in series.comparisons:
            if c.check is None or series.is_detection_driven:
                continue
            holds_one = (c.check.low or 0) <= 1 <= (c.check.high or float("inf"))
            assert holds_one == (c.word is Word.WITHIN_NORMAL_VARIATION), series.key


def test_detection_driven_series_get_counts_and_no_word(sergel: SituationFindings) -> None:
    detected = [c for s in sergel.series if s.is_detection_driven for c in s.comparisons]
    assert detected
    assert {c.word for c in detected} == {Word.CANNOT_BE_INTERPRETED}


def test_drug_offences_are_read_beside_violence_that_victims_report(sergel: SituationFindings) -> None:
    reading = series_of(sergel, "narkotikabrott").reading
    assert reading is not None
    assert reading.companions == ("stad-tabell-1/misshandel/basomrade/101025",)
    assert reading.presence is Direction.UNKNOWN
    assert reading.readings == (Reading.LESS_WORK, Reading.LESS_TRADE)
    assert reading.may_be_single_cases


def test_a_dash_in_the_source_is_missing_with_its_reason_and_no_zero(hasselby: SituationFindings) -> None:
    young = series_of(hasselby, "narkotikabrott", age="<18")
    first = young.figures[0]
    assert (first.state, first.value) == (FigureState.MISSING, None)
    assert "streck" in first.note
    baseline = young.comparison(ComparisonKind.BASELINE)
    assert baseline is not None
    assert baseline.word is Word.CANNOT_BE_COMPUTED
    assert baseline.refusal is not None
    assert baseline.refusal.code == "missing_value"
    before = young.comparison(ComparisonKind.YEAR_BEFORE)
    assert before is not None
    assert before.difference == 2
    assert before.percent_rule is PercentRule.HIDDEN_SMALL_NUMBERS


def test_zero_is_a_value_and_a_percentage_from_zero_is_refused() -> None:
    store = one_series([value("s", AREA, year, n) for year, n in ((2018, 0), (2019, 4))], **VICTIMS)
    comparison = describe(store, place(AREA)).series[0].comparisons[0]
    assert (comparison.before, comparison.difference, comparison.percent) == (0, 4, None)
    assert comparison.percent_rule is PercentRule.ZERO_START


@pytest.mark.parametrize(
    ("before", "rule", "shown"),
    [
        (9, PercentRule.HIDDEN_SMALL_NUMBERS, False),
        (10, PercentRule.SMALL_NUMBERS, True),
        (20, PercentRule.SHOWN, True),
    ],
)
def test_small_starting_numbers_put_the_count_first(before: int, rule: PercentRule, shown: bool) -> None:
    store = one_series([value("s", AREA, 2018, before), value("s", AREA, 2019, 12)], **VICTIMS)
    comparison = describe(store, place(AREA)).series[0].comparisons[0]
    assert comparison.percent_rule is rule
    assert (comparison.percent is not None) is shown


@pytest.mark.parametrize("status", ["part_year", "preliminary"])
def test_unfinished_years_are_shown_but_not_compared(status: str) -> None:
    end = date(2019, 11, 1) if status == "part_year" else date(2020, 1, 1)
    rows = [value("s", AREA, year, 50) for year in (2017, 2018)]
    rows.append(value("s", AREA, 2019, 41, status=status, period_end=end))
    findings = describe(one_series(rows, **VICTIMS), place(AREA))
    assert [figure.value for figure in findings.series[0].figures] == [50, 50, 41]
    assert {c.after_first.year for c in findings.series[0].comparisons} == {2018}
    assert f"{status}_not_compared" in {refusal.code for refusal in findings.refusals}


def test_half_years_are_compared_with_the_same_half_only() -> None:
    rows = []
    for year, (first, second) in {2020: (40, 60), 2021: (30, 70)}.items():
        rows.append(value("s", AREA, year, first, period_end=date(year, 7, 1)))
        rows.append(value("s", AREA, year, second, period_start=date(year, 7, 1)))
    findings = describe(one_series(rows, **VICTIMS), place(AREA), Period.of_years(2020, 2021))
    pairs = {(c.before_first, c.after_first, c.difference) for c in findings.series[0].comparisons}
    assert pairs == {(date(2020, 1, 1), date(2021, 1, 1), -10), (date(2020, 7, 1), date(2021, 7, 1), 10)}


def test_history_before_the_period_tells_the_normal_variation() -> None:
    counts = (100, 130, 90, 120, 95, 110, 105)
    rows = [value("s", AREA, 2013 + index, n) for index, n in enumerate(counts)]
    findings = describe(one_series(rows, **VICTIMS), place(AREA), Period.of_years(2018, 2019))
    check = findings.series[0].comparisons[0].check
    assert check is not None
    assert check.phi_origin == "history"
    # The median of squared steps over sums is 4.0994; divided by the median of a squared normal.
    assert check.phi == pytest.approx(4.0994 / 0.454936, rel=1e-3)
    assert [figure.first.year for figure in findings.series[0].figures] == [2018, 2019]


def test_residents_of_another_year_are_named_and_too_old_ones_refused(sergel: SituationFindings) -> None:
    rates = series_of(sergel, "stold").rates
    assert [(rate.residents, rate.residents_year) for rate in rates] == [(1205, 2016)] * 3
    assert round(rates[0].per_100000 or 0) == 47054
    store = stockholm()
    store.rows += [value("stold", SERGEL, 2020, 200, dataset="stad-tabell-1", version=1)]
    late = series_of(describe(store, place(), Period.of_years(2019, 2020)), "stold").rates[-1]
    assert late.per_100000 is None
    assert late.refusal is not None
    assert (late.refusal.code, late.refusal.get("residents_year")) == ("residents_too_far", 2016)


def test_a_rate_above_what_residents_can_carry_says_that_they_are_the_wrong_base(
    sergel: SituationFindings,
) -> None:
    assert "residents_in_city_area" in series_of(sergel, "stold").caveats
    assert "residents_in_city_area" not in series_of(sergel, "olaga-hot").caveats


def test_per_hectare_names_the_area_it_divides_by(sergel: SituationFindings) -> None:
    last = series_of(sergel, "narkotikabrott").hectares[-1]
    assert (last.count, last.area_ha) == (327, 6.5)
    assert last.per_hectare == pytest.approx(327 / 6.5)


def test_count_and_rate_that_point_apart_are_both_shown_with_the_jump(sergel: SituationFindings) -> None:
    drugs = series_of(sergel, "narkotikabrott", scheme="stadsdelsomrade")
    (what,) = drugs.decompositions
    assert what.signs_differ
    assert what.broken_denominator
    assert (round(what.exposure_before), round(what.exposure_after)) == (69440, 71936)
    assert [(b.before_year, b.after_year) for b in sergel.breaks] == [(2017, 2018)]


def test_a_boundary_that_moved_gives_a_decomposition_and_no_verdict() -> None:
    rows = [value("s", AREA, 2018, 100, vintage="2018"), value("s", AREA, 2019, 90, vintage="2019")]
    areas = (AreaRef(*AREA, vintage="2018", area_ha=20.0), AreaRef(*AREA, vintage="2019", area_ha=9.5))
    store = MemoryStore().add("d", rows, (SeriesDefinition(slug="s", label="S", **VICTIMS),), areas)
    where = place(AREA)
    where = PlaceRef(where.id, where.slug, where.name, (), (AreaKey(*AREA, "2018"), AreaKey(*AREA, "2019")))
    series = describe(store, where).series[0]
    (what,) = series.decompositions
    assert (what.count_ratio, what.exposure_ratio) == (pytest.approx(0.9), pytest.approx(0.475))
    assert what.rate_ratio == pytest.approx(1.895, abs=1e-3)
    refusal = series.comparisons[0].refusal
    assert refusal is not None
    assert refusal.code == "boundary_changed"


def test_figures_of_another_division_are_left_out_and_said() -> None:
    store = one_series([value("s", AREA, 2018, 1, vintage="1998")], **VICTIMS)
    where = place(AREA)
    where = PlaceRef(where.id, where.slug, where.name, (), (AreaKey(*AREA, "2016"),))
    findings = describe(store, where)
    assert findings.groups == ()
    assert [refusal.code for refusal in findings.refusals] == ["other_vintage", "no_figures"]


def test_series_of_different_kind_or_area_never_share_a_table(sergel: SituationFindings) -> None:
    for group in sergel.groups:
        facts = {(s.kind, s.unit, s.area.scheme, s.area.code, s.published_by_source) for s in group.series}
        assert len(facts) == 1
    assert [group.kind for group in sergel.groups[:2]] == ["reported_offence", "incident_report"]


def test_a_context_event_names_the_comparisons_that_it_falls_between() -> None:
    events = (
        ContextEvent("fore", "Före", date(2010, 1, 1), date(2011, 1, 1)),
        ContextEvent("mitt", "Mitt i", date(2018, 5, 1), date(2019, 2, 1)),
        ContextEvent("alltid", "Hela tiden", date(2000, 1, 1), date(2030, 1, 1)),
        ContextEvent("lag-fore", "Lag före perioden", date(2015, 1, 1)),
        ContextEvent("lag", "Ny lag", date(2018, 7, 1)),
    )
    store = one_series([value("s", AREA, year, 50) for year in (2017, 2018, 2019)], **VICTIMS)
    findings = describe(store, place(AREA), context_events=events)
    assert [mark.key for mark in findings.context] == ["alltid", "mitt", "lag"]
    assert [c.disturbed_by for c in findings.series[0].comparisons] == [("mitt", "lag"), ("mitt", "lag")]


def test_a_place_without_figures_says_so() -> None:
    findings = describe(MemoryStore(), place(AREA))
    assert findings.groups == ()
    assert [refusal.code for refusal in findings.refusals] == ["no_figures"]


def test_only_current_versions_are_read() -> None:
    store = one_series([value("s", AREA, 2018, 5)], **VICTIMS)
    object.__setattr__(store.found[0], "state", "withdrawn")
    assert describe(store, place(AREA)).groups == ()


def test_a_shares_table_gets_no_count_test() -> None:
    rows = [value("s", AREA, year, share, n=400, margin=4.5) for year, share in ((2017, 31.0), (2019, 36.0))]
    series = describe(one_series(rows, unit="percent", kind="survey"), place(AREA)).series[0]
    assert series.comparisons == ()
    assert (series.figures[0].n, series.figures[0].margin) == (400, 4.5)
    assert "survey_sample" in series.caveats


def test_settings_and_program_version_are_part_of_the_findings(sergel: SituationFindings) -> None:
    named = {fact.name: fact.value for fact in sergel.settings}
    assert named["k"] == SituationSettings().k
    assert sergel.program_version
    assert sergel.as_of == TODAY


def test_findings_survive_being_written_and_read(sergel: SituationFindings) -> None:
    assert SituationFindings.from_dict(sergel.to_dict()) == sergel


def test_without_violence_series_the_reading_says_that_it_has_no_companion() -> None:
    definition = SeriesDefinition(slug="narkotikabrott", label="N", **DETECTED)
    rows = [value("narkotikabrott", AREA, year, n) for year, n in ((2018, 50), (2019, 200))]
    store = MemoryStore().add("d", rows, (definition,), (AreaRef(*AREA),))
    reading = describe(store, place(AREA)).series[0].reading
    assert reading is not None
    assert reading.companions == ()
    assert reading.drugs is Direction.UP
    assert set(reading.readings) >= {Reading.MORE_WORK, Reading.MORE_TRADE}


def test_the_order_of_areas_is_the_order_of_the_page() -> None:
    findings = describe(stockholm(), place(DISTRICT, SERGEL))
    assert [group.area.scheme for group in findings.groups] == [
        "stadsdelsomrade",
        "stadsdelsomrade",
        "basomrade",
        "basomrade",
    ]


def test_drunk_driving_is_detection_driven_but_says_nothing_of_trade() -> None:
    store = one_series([value("s", AREA, year, n) for year, n in ((2018, 50), (2019, 200))], **DETECTED)
    series = describe(store, place(AREA)).series[0]
    assert series.reading is None
    assert series.comparisons[0].word is Word.CANNOT_BE_INTERPRETED


def test_what_the_source_hides_is_not_given_a_size_of_ours() -> None:
    rows = [value("s", AREA, 2018, None, status="suppressed"), value("s", AREA, 2019, 9)]
    series = describe(one_series(rows, **VICTIMS), place(AREA)).series[0]
    assert series.figures[0].state is FigureState.HIDDEN_BY_SOURCE
    assert series.comparisons[0].refusal is not None
    assert series.comparisons[0].refusal.code == "hidden_value"
