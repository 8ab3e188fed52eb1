"""The one door: what leaves for a wide audience gives no small number of persons away."""

from __future__ import annotations

import json
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis.errors import SettingOutOfRange
from samsyn.domain.access import SharingClass
from samsyn.domain.calendar import Period
from samsyn.store.schema import AreaRef, SeriesDefinition
from samsyn.studies.disclosure import disclose
from samsyn.studies.findings import FigureState, SituationFindings
from samsyn.studies.situation import describe_situation
from samsyn.studies.table import FigureTable, fetch
from tests.studies.published import MemoryStore, place, stockholm, value

AREA = ("basomrade", "1")
WIDE = [SharingClass.OPEN, SharingClass.COOPERATION]
NARROW = [SharingClass.AUTHORITIES, SharingClass.OWN_ORGANISATION]


def table(
    rows: list[dict[str, Any]], *series: SeriesDefinition, published: date | None = None
) -> FigureTable:
    areas = {(row["scheme"], row["code"]): AreaRef(row["scheme"], row["code"]) for row in rows}
    store = MemoryStore().add("d", rows, series, areas.values(), published=published)
    return fetch(store, areas)


def persons(slug: str = "s", **facts: Any) -> SeriesDefinition:
    return SeriesDefinition(slug=slug, label=slug, person_based=True, **facts)


def states(found: FigureTable, **wanted: str) -> list[FigureState]:
    return [c.state for c in found.cells if all(getattr(c.key, name) == v for name, v in wanted.items())]


def picture(store: MemoryStore, audience: SharingClass) -> SituationFindings:
    return describe_situation(
        store, place(), Period.of_years(2017, 2019), audience=audience, as_of=date(2026, 1, 1)
    )


@pytest.mark.parametrize("audience", NARROW)
def test_the_working_group_meets_exact_figures(audience: SharingClass) -> None:
    exact = table([value("s", AREA, 2018, 3)], persons())
    assert disclose(exact, audience) == exact


@pytest.mark.parametrize("audience", WIDE)
@pytest.mark.parametrize(
    ("number", "state"), [(0, "shown"), (1, "hidden_small"), (4, "hidden_small"), (5, "shown")]
)
def test_one_to_four_persons_are_hidden_from_others_and_zero_is_shown(
    audience: SharingClass, number: int, state: str
) -> None:
    found = disclose(table([value("s", AREA, 2018, number)], persons()), audience)
    assert found.cells[0].state == state
    assert (found.cells[0].value is None) == (state != "shown")


def test_events_by_place_are_not_hidden() -> None:
    events = SeriesDefinition(slug="s", label="S")
    assert disclose(table([value("s", AREA, 2018, 2)], events), SharingClass.OPEN).cells[0].value == 2


def test_sensitive_kinds_are_hidden_whatever_the_cross() -> None:
    overdoses = SeriesDefinition(slug="s", label="S", sensitive=True)
    assert disclose(table([value("s", AREA, 2018, 2)], overdoses), SharingClass.OPEN).cells[0].state.is_hidden


def test_what_the_source_has_published_is_reprinted_as_it_stands() -> None:
    found = disclose(
        table([value("s", AREA, 2018, 3)], persons(), published=date(2020, 1, 1)), SharingClass.OPEN
    )
    assert found.cells[0].value == 3


def test_a_total_does_not_give_a_hidden_part_away() -> None:
    rows = [value("s", AREA, 2018, 40)]
    rows += [value("s", AREA, 2018, n, sex=sex) for sex, n in (("women", 3), ("men", 37))]
    found = disclose(table(rows, SeriesDefinition(slug="s", label="S")), SharingClass.OPEN)
    assert states(found, sex="women") == [FigureState.HIDDEN_SMALL]
    assert FigureState.HIDDEN_PROTECTS in states(found, sex="men") + states(found, sex="")


def test_a_part_that_leaves_a_small_rest_is_hidden_too() -> None:
    rows = [value("s", AREA, 2018, 40), value("s", AREA, 2018, 38, age_group="<18")]
    found = disclose(table(rows, persons()), SharingClass.OPEN)
    assert any(cell.state.is_hidden for cell in found.cells)


def test_halves_do_not_give_each_other_away_through_the_year() -> None:
    rows = [
        value("s", AREA, 2018, 12),
        value("s", AREA, 2018, 2, period_end=date(2018, 7, 1)),
        value("s", AREA, 2018, 10, period_start=date(2018, 7, 1)),
    ]
    found = disclose(table(rows, persons()), SharingClass.OPEN)
    assert sum(cell.state.is_hidden for cell in found.cells) >= 2


def test_a_part_year_inside_a_year_leaves_no_small_rest() -> None:
    rows = [value("s", AREA, 2018, 12), value("s", AREA, 2018, 10, period_end=date(2018, 11, 1))]
    found = disclose(table(rows, persons()), SharingClass.OPEN)
    assert any(cell.state.is_hidden for cell in found.cells)


def test_a_nested_area_leaves_no_small_rest() -> None:
    rows = [value("s", ("stadsdelsomrade", "9"), 2018, 12), value("s", AREA, 2018, 10)]
    found = disclose(table(rows, persons()), SharingClass.OPEN)
    assert any(cell.state.is_hidden for cell in found.cells)


def test_a_printed_rate_is_hidden_with_its_count() -> None:
    rows = [value("s", AREA, 2018, 3), value("s-per-100000", AREA, 2018, 3.1)]
    found = disclose(table(rows, persons(), persons("s-per-100000", unit="per_100000")), SharingClass.OPEN)
    assert all(cell.state.is_hidden for cell in found.cells)


@pytest.mark.parametrize(("n", "hidden"), [(19, True), (20, False)])
def test_shares_of_fewer_than_twenty_are_hidden(n: int, hidden: bool) -> None:
    share = SeriesDefinition(slug="s", label="S", unit="percent", kind="survey")  # type: ignore[arg-type]
    found = disclose(table([value("s", AREA, 2018, 100.0, n=n)], share), SharingClass.OPEN)
    assert found.cells[0].state.is_hidden is hidden


def test_a_hidden_cell_keeps_nothing_that_tells_its_value() -> None:
    row = value("s", AREA, 2018, 3, raw="3", note="tre personer", n=3, margin=1.0)
    cell = disclose(table([row], persons()), SharingClass.OPEN).cells[0]
    assert (cell.value, cell.source.raw, cell.note, cell.n, cell.margin) == (None, "", "", None, None)


@pytest.mark.parametrize("k", [2, 21])
def test_a_threshold_outside_the_rule_is_refused(k: int) -> None:
    with pytest.raises(SettingOutOfRange):
        disclose(table([value("s", AREA, 2018, 3)], persons()), SharingClass.OPEN, k=k)


def test_nothing_is_computed_from_a_hidden_figure() -> None:
    found = picture(stockholm(published=None), SharingClass.OPEN)
    hidden = 0
    for series in found.series:
        spans = {(f.first, f.end) for f in series.figures if f.state.is_hidden}
        hidden += len(spans)
        for c in series.comparisons:
            if {(c.before_first, c.before_end), (c.after_first, c.after_end)} & spans:
                assert (c.difference, c.percent, c.check) == (None, None, None)
        for one in (*series.means, *series.rates, *series.hectares):
            if (one.first, one.end) in spans:
                assert one.refusal is not None
    assert hidden > 0


def test_zero_missing_and_hidden_are_three_different_states() -> None:
    rows = [value("s", AREA, 2017, 0), value("s", AREA, 2018, None), value("s", AREA, 2019, 2)]
    found = disclose(table(rows, persons()), SharingClass.OPEN)
    assert [cell.state for cell in found.cells] == ["shown", "missing", "hidden_small"]


def _completions(total: Any, parts: list[Any], k: int) -> list[set[int]]:
    """Every value each part may have, by trying all of them: what a reader who knows the rule can find."""
    ranges = [
        [int(part.value)] if part.value is not None
        else range(1, k) if part.state is FigureState.HIDDEN_SMALL
        else range(k, 61)
        for part in parts
    ]  # fmt: skip
    allowed = None
    if total.value is not None:
        allowed = {int(total.value)}
    elif total.state is FigureState.HIDDEN_SMALL:
        allowed = set(range(1, k))
    seen: list[set[int]] = [set() for _ in parts]
    for choice in product(*ranges):
        if allowed is None or sum(choice) in allowed:
            for index, number in enumerate(choice):
                seen[index].add(number)
    return seen


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=2, max_size=3))
def test_no_reader_can_narrow_a_hidden_part_down_by_adding(parts: list[int]) -> None:
    definitions = [SeriesDefinition(slug="s", label="S", person_based=True)]
    rows = [value("s", AREA, 2018, sum(parts))]
    for index, number in enumerate(parts):
        definitions.append(persons(f"part-{index}", parent="s"))
        rows.append(value(f"part-{index}", AREA, 2018, number))
    found = disclose(table(rows, *definitions), SharingClass.OPEN)
    total, *rest = found.cells
    for cell, possible in zip(rest, _completions(total, rest, 5), strict=True):
        if cell.state is FigureState.HIDDEN_SMALL:
            assert possible >= {1, 2, 3, 4}


def test_published_and_unpublished_series_never_share_a_table() -> None:
    store = stockholm()
    store.add(
        "eget",
        [value("stold", ("basomrade", "101025"), 2019, 7)],
        (SeriesDefinition(slug="stold", label="Stöld"),),
        (AreaRef("basomrade", "101025"),),
        published=None,
    )
    for group in picture(store, SharingClass.OPEN).groups:
        assert len({series.published_by_source for series in group.series}) == 1


def test_the_json_of_a_hidden_figure_does_not_hold_it() -> None:
    store = MemoryStore().add(
        "d", [value("s", ("basomrade", "101025"), 2018, 3, raw="3 777 111")], (persons(),),
        (AreaRef("basomrade", "101025"),), published=None,
    )  # fmt: skip
    assert "777" not in json.dumps(picture(store, SharingClass.OPEN).to_dict())


def test_a_year_and_its_halves_in_two_data_sets_do_not_subtract_to_a_small_half() -> None:
    # The year 12 in one data set and the first half 9 in another would give away 3 in the second half.
    half = date(2018, 7, 1)
    halves = [value("s", AREA, 2018, 9, period_end=half), value("s", AREA, 2018, 3, period_start=half)]
    area = [AreaRef(*AREA)]
    store = MemoryStore().add("years", [value("s", AREA, 2018, 12)], [persons()], area, published=None)
    found = disclose(
        fetch(store.add("halves", halves, [persons()], area, published=None), [AREA]),
        SharingClass.COOPERATION,
    )
    values = {(cell.first.month, cell.end.month): cell.value for cell in found.cells}
    assert values[(7, 1)] is None
    assert None in (values[(1, 1)], values[(1, 7)])


def test_the_same_figures_with_another_definition_are_decided_anew() -> None:
    rows = [value("s", AREA, 2018, 2)]
    events = SeriesDefinition(slug="s", label="S")
    assert disclose(table(rows, persons()), SharingClass.OPEN).cells[0].value is None
    assert disclose(table(rows, events), SharingClass.OPEN).cells[0].value == 2


def test_persons_are_counted_in_the_smallest_areas_only_even_when_the_larger_are_asked_for_alone() -> None:
    # The municipality less all its areas but one is that one; each can be asked for in a query of its own.
    large, small = ("kommun", "1"), ("basomrade", "1")
    rows = [value("s", large, 2018, 40), value("s", small, 2018, 37)]
    store = MemoryStore().add("d", rows, [persons()], [AreaRef(*large), AreaRef(*small)], published=None)
    alone = disclose(fetch(store, [large]), SharingClass.COOPERATION).cells
    assert [cell.state for cell in alone] == ["hidden_protects"]
    assert disclose(fetch(store, [large]), SharingClass.AUTHORITIES).cells[0].value == 40


def test_events_counted_by_place_alone_are_shown_in_areas_of_every_size() -> None:
    large, small = ("kommun", "1"), ("basomrade", "1")
    events = SeriesDefinition(slug="s", label="S")
    store = MemoryStore().add(
        "d",
        [value("s", large, 2018, 40), value("s", small, 2018, 3)],
        [events],
        [AreaRef(*large), AreaRef(*small)],
        published=None,
    )
    found = disclose(fetch(store, [large, small]), SharingClass.COOPERATION)
    assert sorted(cell.value for cell in found.cells) == [3, 40]
