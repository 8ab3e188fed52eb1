"""The published figures stand as printed; the boundaries are ours and marked as approximate."""

from __future__ import annotations

import csv
from datetime import date
from importlib.resources import files

import pytest

from samsyn import geography
from samsyn.demo import stockholm
from samsyn.demo.published_tables import stad_table, vision_klara_table
from samsyn.store.rules import check_declarations, check_rows

STAD, KLARA = stad_table(), vision_klara_table()


@pytest.mark.parametrize("dataset", [STAD, KLARA], ids=["STAD", "Vision Klara"])
def test_the_rows_keep_the_contract_of_the_store(dataset):
    check_declarations(dataset.meta, dataset.series, dataset.areas)
    assert check_rows(dataset.frame, dataset.series, dataset.areas, dataset.meta) == ()


def _values(dataset, series: str, code: str, sex: str = "", age: str = "") -> list:
    frame = dataset.frame
    chosen = frame[
        (frame["series"] == series)
        & (frame["code"] == code)
        & (frame["sex"] == sex)
        & (frame["age_group"] == age)
    ]
    return chosen.sort_values("period_start")["value"].tolist()


@pytest.mark.parametrize(
    ("series", "code", "sex", "age", "values"),
    [
        ("narkotikabrott", "101025", "", "", [562, 768, 327]),
        ("narkotikabrott", "225012", "", "", [92, 49, 108]),
        ("narkotikabrott", "snitt", "", "", [26, 28, 28]),
        ("narkotikabrott", "101025", "", "<18", [87, 142, 31]),
        ("misshandel-utomhus", "101025", "", "", [103, 71, 39]),
        ("misshandel-utomhus", "101025", "men", "", [64, 49, 20]),
        ("misshandel-utomhus", "225012", "girls", "<18", [4, 3, 3]),
        ("stold", "snitt", "", "", [66, 73, 83]),
        ("fylleri-lob", "101025", "", "", [437, 543, 464]),
        ("rattfylleri", "101025", "", "", [1, 1, 0]),
        ("drograttfylleri", "101025", "", "", [1, 2, 1]),
        ("olaga-intrang", "225012", "", "", [13, 16, 4]),
    ],
)
def test_the_figures_of_the_two_squares_stand_as_printed(series, code, sex, age, values):
    assert _values(STAD, series, code, sex, age) == values


def test_every_printed_figure_of_both_files_is_there_once():
    for dataset in (STAD, KLARA):
        text = files("samsyn.demo").joinpath("published", dataset.file_name).read_text(encoding="utf-8")
        printed = sorted(row["varde_raw"] for row in csv.DictReader(text.splitlines()))
        assert sorted(dataset.frame["raw"]) == printed


def test_the_sum_of_victims_is_the_total_the_source_prints():
    for at in range(3):
        parts = [("men", ""), ("women", ""), ("boys", "<18"), ("girls", "<18")]
        total = sum(_values(STAD, "misshandel-utomhus", "101025", *part)[at] for part in parts)
        assert total == _values(STAD, "misshandel-utomhus", "101025")[at]


def test_the_dash_is_missing_with_the_reason_and_not_zero():
    missing = STAD.frame[STAD.frame["status"] == "missing"]
    assert len(missing) == 1
    row = missing.iloc[0]
    assert (row["code"], row["age_group"], row["raw"], row["period_start"]) == (
        "225012", "<18", "-", date(2017, 1, 1),
    )  # fmt: skip
    assert row["value"] is not None
    assert missing["value"].isna().all()
    assert "streck" in row["note"]


def test_the_mean_is_a_rounded_mean_of_450_areas():
    mean = next(area for area in STAD.areas if area.role == "mean")
    assert (mean.code, mean.n_areas, mean.rounded_to) == ("snitt", 450, 1.0)
    assert mean.contains_place
    assert set(STAD.frame[STAD.frame["code"] == "snitt"]["status"]) == {"rounded"}


def test_the_vintage_is_unknown_and_the_end_of_a_period_is_exclusive():
    assert set(STAD.frame["vintage"]) == {"okänd"}
    assert set(STAD.frame["period_end"]) == {date(2018, 1, 1), date(2019, 1, 1), date(2020, 1, 1)}


@pytest.mark.parametrize(
    ("slug", "kind", "offence_type", "presence"),
    [
        ("misshandel-utomhus", "reported_offence", "victim_reported", False),
        ("narkotikabrott", "reported_offence", "detection_driven", False),
        ("rattfylleri", "reported_offence", "detection_driven", False),
        ("vald-mot-tjansteman", "reported_offence", "victim_reported", True),
        ("fylleri-lob", "incident_report", "none", True),
        ("brak-och-ofog", "incident_report", "none", False),
    ],
)
def test_each_series_says_how_its_figures_come_to_be_known(slug, kind, offence_type, presence):
    series = next(one for one in STAD.series if one.slug == slug)
    assert (series.kind, series.offence_type, series.presence_sensitive) == (kind, offence_type, presence)
    assert series.definition


@pytest.mark.parametrize(
    ("scheme", "first", "last"),
    [("polisregion", 22235, 27892), ("lokalpolisomrade", 4231, 4309), ("stadsdelsomrade", 2844, 2794)],
)
def test_the_long_series_has_eleven_years_for_each_area(scheme, first, last):
    frame = KLARA.frame
    chosen = frame[(frame["scheme"] == scheme) & (frame["series"] == "narkotikabrott")]
    values = chosen.sort_values("period_start")["value"].tolist()
    assert (len(values), values[0], values[-1]) == (11, first, last)


def test_rates_are_a_series_of_their_own_with_their_unit():
    rates = next(one for one in KLARA.series if one.slug == "narkotikabrott-per-100000")
    assert rates.unit == "per_100000"
    assert _values(KLARA, "narkotikabrott-per-100000", "stockholm")[-1] == 1171


def test_boundaries_are_marked_as_approximate_and_small_as_squares_are():
    for place in stockholm.places():
        (boundary,) = place.boundaries
        assert boundary.approximate
        assert 1 < boundary.area_ha < 6
        assert geography.municipality_at(*geography.bbox(boundary.wkb)[:2]) == "Stockholm"


def test_sub_places_lie_in_their_place():
    import shapely

    for place in stockholm.places():
        ground = shapely.from_wkb(place.boundaries[0].wkb)
        assert all(ground.covers(shapely.from_wkb(part.wkb)) for part in place.sub_places)


def test_context_events_each_have_a_source():
    events = {event.key: event for event in stockholm.context_events()}
    assert events["covid-19"].first == date(2020, 3, 1)
    assert events["polisens-omorganisation-2015"].first == date(2015, 1, 1)
    assert all(event.source for event in events.values())


def test_parties_are_named_by_function_only():
    functions = [one for party in stockholm.organisations() for one in party.functions]
    assert len({one.slug for one in functions}) == len(functions)


def test_the_places_lie_in_the_small_areas_their_figures_are_for(reference):
    data = (reference / "data/geo/stockholm_basomraden_2016.geojson").read_bytes()
    areas = geography.read_areas("b.geojson", data, code_column="basomrade6", name_column=None)
    for place in stockholm.places():
        found = geography.overlap(place.boundaries[0].wkb, [(area.code, area.wkb) for area in areas])
        assert found[0].key == place.areas[0][1]
        assert found[0].share_of_place > 0.9


def test_the_copied_files_are_those_of_the_reference(reference):
    for dataset in (STAD, KLARA):
        assert dataset.source == (reference / "data/published" / dataset.file_name).read_bytes()
