"""The figures keep the value contract, add up, and tell the planted truth."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from samsyn.demo.city import DEMO_SEED, City, build_city
from samsyn.demo.counts import OVERDISPERSION
from samsyn.store import Store
from samsyn.store.rules import check_declarations, check_rows
from samsyn.store.schema import COLUMNS


@pytest.mark.parametrize("slug", ["exempelstad-brott", "exempelstad-halvar", "exempelstad-boende"])
def test_the_rows_keep_the_contract_of_the_store(city, slug):
    dataset = city.dataset(slug)
    check_declarations(dataset.meta, dataset.series, dataset.areas)
    assert list(dataset.frame.columns) == list(COLUMNS)
    sample = dataset.frame.sample(4_000, random_state=1).sort_index()
    assert check_rows(sample, dataset.series, dataset.areas, dataset.meta) == ()


def _totals(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[(frame["sex"] == "") & (frame["age_group"] == "")]


def test_half_years_add_up_to_years(city):
    key = ["series", "code", "year", "sex", "age_group"]
    sums = []
    for slug in ("exempelstad-brott", "exempelstad-halvar"):
        frame = city.dataset(slug).frame
        frame = frame[frame["code"] != "snitt"]
        frame = frame.assign(year=[day.year for day in frame["period_start"]])
        sums.append(frame.groupby(key)["value"].sum())
    pd.testing.assert_series_equal(*sums)


@pytest.mark.parametrize("slug", ["exempelstad-brott", "exempelstad-halvar"])
def test_victims_by_sex_add_up_to_the_total(city, slug):
    frame = city.dataset(slug).frame
    frame = frame[(frame["series"] == "misshandel-utomhus") & (frame["code"] != "snitt")]
    key = ["code", "period_start"]
    total = _totals(frame).groupby(key)["value"].sum()
    parts = frame[frame["sex"] != ""].groupby(key)["value"].sum()
    pd.testing.assert_series_equal(total, parts)


def test_girls_and_boys_add_up_to_the_under_18s_who_are_a_part_of_all(city):
    frame = city.dataset("exempelstad-brott").frame
    frame = frame[(frame["series"] == "narkotikabrott") & (frame["code"] != "snitt")]
    key = ["code", "period_start"]
    young = frame[(frame["age_group"] == "<18") & (frame["sex"] == "")].groupby(key)["value"].sum()
    sexes = frame[frame["sex"] != ""].groupby(key)["value"].sum()
    pd.testing.assert_series_equal(young, sexes)
    assert (young <= _totals(frame).groupby(key)["value"].sum()).all()


def test_many_figures_of_under_18s_are_small_enough_to_be_hidden(city):
    frame = city.dataset("exempelstad-brott").frame
    girls = frame[(frame["sex"] == "girls") & (frame["age_group"] == "<18")]["value"]
    assert girls.between(1, 4).mean() > 0.1


def test_residents_by_sex_and_age_add_up(city):
    frame = city.dataset("exempelstad-boende").frame
    key = ["code", "period_start"]
    total = _totals(frame).groupby(key)["value"].sum()
    ages = frame[(frame["age_group"] != "") & (frame["sex"] == "")].groupby(key)["value"].sum()
    sexes = frame[frame["sex"] != ""].groupby(key)["value"].sum()
    pd.testing.assert_series_equal(total, ages)
    pd.testing.assert_series_equal(total, sexes)


def test_the_printed_mean_is_the_rounded_mean_of_all_small_areas(city):
    dataset = city.dataset("exempelstad-brott")
    frame = _totals(dataset.frame[dataset.frame["series"] == "stold"])
    one_year = frame[frame["period_start"] == date(2019, 1, 1)]
    mean = one_year[one_year["code"] != "snitt"]["value"].mean()
    assert abs(float(one_year[one_year["code"] == "snitt"]["value"].iloc[0]) - mean) <= 0.5
    area = next(area for area in dataset.areas if area.code == "snitt")
    assert (area.n_areas, area.rounded_to, area.role) == (120, 1.0, "mean")


def test_the_last_year_is_preliminary_and_the_others_are_not(city):
    frame = city.dataset("exempelstad-brott").frame
    frame = frame[frame["code"] != "snitt"]
    status = {day.year: set(rows["status"]) for day, rows in frame.groupby("period_start")}
    assert status[2025] == {"preliminary"}
    assert all(status[year] == {"actual"} for year in range(2016, 2025))


# --- the truth


def _half_years(city: City, series: str) -> pd.DataFrame:
    frame = _totals(city.dataset("exempelstad-halvar").frame)
    frame = frame[frame["series"] == series]
    return frame.pivot_table(index="code", columns="period_start", values="value", aggfunc="sum").astype(
        float
    )


def _against_county(table: pd.DataFrame, area: str, before: tuple[date, date], after: tuple[date, date]):
    """Return log ratio of an area's change to all the others', and its standard error."""
    first = [day for day in table.columns if before[0] <= day < before[1]]
    then = [day for day in table.columns if after[0] <= day < after[1]]
    others = table.drop(index=area)
    b, a = table.loc[area, first].mean(), table.loc[area, then].mean()
    cb, ca = others[first].to_numpy().mean(), others[then].to_numpy().mean()
    error = np.sqrt(OVERDISPERSION * (1 / (b * len(first)) + 1 / (a * len(then))))
    return np.log((a / b) / (ca / cb)), error


def _windows(city: City, row) -> tuple[tuple[date, date], tuple[date, date]]:
    starts = [one.first for one in city.truth if (one.area, one.series) == (row.area, row.series)]
    start = min(starts)
    return (start.replace(year=start.year - 3), start), (row.first, row.end or date(2026, 1, 1))


@pytest.fixture(scope="module", params=[20, 31])
def any_city(request) -> City:
    return build_city(request.param)


def _recovered(city: City) -> list[tuple[float, float, float]]:
    """Return for each planted effect: log of the found ratio, its standard error, log of the planted."""
    return [
        (*_against_county(_half_years(city, row.series), row.area, *_windows(city, row)), np.log(row.factor))
        for row in city.truth
        if row.series
    ]


def test_every_planted_effect_of_the_demonstration_is_found_again_by_a_plain_comparison(city):
    found = _recovered(city)
    assert len(found) == 11
    for change, error, truth in found:
        assert abs(change - truth) < 3 * error
        assert abs(change) > 1.96 * error
        assert np.sign(change) == np.sign(truth)


def test_whatever_the_seed_the_effects_found_lie_around_the_planted(any_city):
    found = _recovered(any_city)
    assert all(abs(change - truth) < 4 * error for change, error, truth in found)
    assert np.mean([abs(change) > 1.96 * error for change, error, _ in found]) > 0.8


def test_series_that_nothing_was_planted_in_are_flagged_no_more_often_than_chance(any_city):
    planted = {(row.area, row.series) for row in any_city.truth if row.series}
    before, after = (date(2018, 1, 1), date(2022, 1, 1)), (date(2022, 1, 1), date(2026, 1, 1))
    scores = []
    for series in ("misshandel-utomhus", "stold", "skadegorelse", "narkotikabrott", "brak"):
        table = _half_years(any_city, series)
        for area in any_city.grannskap_of.values():
            if (area, series) not in planted:
                change, error = _against_county(table, area, before, after)
                scores.append(abs(change) / error)
    flagged = np.mean(np.array(scores) > 1.96)
    assert len(scores) > 200
    assert 0.01 < flagged < 0.09


def test_the_noise_is_twice_as_wide_as_plain_chance(city):
    table = _half_years(city, "stold")
    quiet = [row.area for row in city.truth if row.planted == "nothing"]
    # Deviation of each half-year from what its area and its half-year would give.
    whole = table.loc[quiet].to_numpy()
    fitted = np.outer(whole.mean(axis=1), whole.mean(axis=0)) / whole.mean()
    freedom = (whole.shape[0] - 1) * (whole.shape[1] - 1)
    assert ((whole - fitted) ** 2 / fitted).sum() / freedom == pytest.approx(OVERDISPERSION, abs=0.35)


def test_displaced_thefts_are_seven_tenths_of_those_that_left(city):
    rows = {row.planted: row for row in city.truth}
    source, target = rows["displacement_source"], rows["displacement_target"]
    assert source.related == target.place
    assert target.area in city.ground.neighbours[source.area]
    table = _half_years(city, "stold")
    before = [day for day in table.columns if date(2018, 1, 1) <= day < date(2022, 1, 1)]
    gained = (target.factor - 1) * table.loc[target.area, before].sum()
    lost = (1 - source.factor) * table.loc[source.area, before].sum()
    assert gained / lost == pytest.approx(0.7, abs=0.2)


def test_violence_is_flat_where_the_looking_swings(city):
    row = next(row for row in city.truth if row.planted == "detection_swing")
    table = _half_years(city, "misshandel-utomhus")
    windows = (date(2018, 1, 1), date(2021, 1, 1)), (date(2021, 1, 1), date(2023, 1, 1))
    change, error = _against_county(table, row.area, *windows)
    assert abs(change) < 2.6 * error


def test_fewer_crimes_in_a_smaller_boundary_are_as_many_on_the_ground_that_remains(city):
    before = [one for one in city.inside_counts if one.year < 2021]
    after = [one for one in city.inside_counts if one.year >= 2021]
    shown = sum(one.in_latest_boundary for one in after) / sum(one.in_first_boundary for one in before)
    remaining = sum(one.in_latest_boundary for one in after) / sum(one.in_latest_boundary for one in before)
    assert shown < 0.95 * remaining
    assert remaining == pytest.approx(1, abs=0.2)


def test_the_truth_table_has_a_row_for_every_place_and_is_written_out(city):
    assert {row.place for row in city.truth} == {place.slug for place in city.places}
    text = city.truth_markdown()
    assert text.count("\n") == len(city.truth) + 2
    assert "0,55" in text


def test_the_truth_table_of_the_documentation_is_the_truth():
    page = Path(__file__).parents[2] / "docs/explanation/exempelstad.md"
    assert build_city(DEMO_SEED).truth_markdown() in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("slug", ["exempelstad-brott", "exempelstad-halvar", "exempelstad-boende"])
def test_the_store_takes_every_data_set(slug, tmp_path):
    store = Store(tmp_path, "exempelstad")
    dataset = build_city(3, scenes=30, municipalities=3, years=(2022, 2023)).dataset(slug)
    version = store.ingest(
        dataset.meta,
        dataset.frame,
        dataset.series,
        dataset.areas,
        source=dataset.source,
        file_name=dataset.file_name,
        by="test",
        now=datetime(2026, 1, 15, tzinfo=UTC),
        answers=dataset.answers,
    )
    assert version.rows == len(dataset.frame)
