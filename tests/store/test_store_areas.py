from __future__ import annotations

from typing import Any

import pytest
import shapely
from store_examples import NOW

from samsyn.store import DatasetMeta, DatasetVersion, StatisticalArea, Store, VersionState
from samsyn.store.errors import AlreadyLoaded, InvalidRows

META = DatasetMeta("basomraden", "Basområden 2016", kind="register")
SQUARE = shapely.to_wkb(shapely.box(674_000, 6_580_000, 674_200, 6_580_100))


def area(**changes: Any) -> StatisticalArea:
    facts = {"scheme": "basomrade", "code": "101025", "vintage": "2016", "name": "Brunkeberg", "wkb": SQUARE}
    return StatisticalArea(**(facts | changes))


def load(store: Store, *areas: StatisticalArea, source: bytes = b"{}") -> DatasetVersion:
    return store.ingest_areas(META, areas, source=source, file_name="b.geojson", by="administrator", now=NOW)


def test_an_area_comes_back_with_its_shape_and_its_size(store: Store) -> None:
    load(store, area())
    (found,) = store.areas()
    assert (found.wkb, found.area_ha) == (SQUARE, 2.0)


def test_a_size_that_the_source_gives_is_kept(store: Store) -> None:
    load(store, area(area_ha=1.7, note="utan vatten"))
    assert (store.areas()[0].area_ha, store.areas()[0].note) == (1.7, "utan vatten")


def test_an_area_may_lack_a_shape(store: Store) -> None:
    load(store, area(wkb=None))
    assert (store.areas()[0].wkb, store.areas()[0].area_ha) == (None, None)


def test_areas_are_found_by_scheme_code_and_vintage(store: Store) -> None:
    load(store, area(), area(scheme="nyko5"), area(vintage="2021"), area(code="012345"))
    assert [a.code for a in store.areas("basomrade", "012345")] == ["012345"]
    assert len(store.areas("basomrade", "101025")) == 2
    assert [a.vintage for a in store.areas("basomrade", "101025", "2021")] == ["2021"]


def test_areas_are_not_a_data_set_of_values(store: Store) -> None:
    load(store, area())
    assert store.versions() == ()
    assert [v.rows for v in store.area_versions()] == [1]


def test_a_new_load_replaces_the_areas(store: Store) -> None:
    load(store, area())
    load(store, area(name="Sergels torg"), source=b"new")
    assert [a.name for a in store.areas()] == ["Sergels torg"]
    assert [v.state for v in store.area_versions("basomraden")] == ["superseded", "current"]


def test_the_same_areas_twice_are_recognised(store: Store) -> None:
    load(store, area())
    with pytest.raises(AlreadyLoaded):
        load(store, area())


def test_withdrawn_areas_are_not_shown(store: Store) -> None:
    load(store, area())
    assert store.withdraw_areas("basomraden", 1, "fel årgång", "administrator", NOW).state is (
        VersionState.WITHDRAWN
    )
    assert store.areas() == ()


def test_broken_areas_are_named_by_verify(store: Store) -> None:
    load(store, area())
    (store.folder / "_areas" / "basomraden" / "v0001" / "areas.parquet").write_bytes(b"x")
    assert [check.sound for check in store.verify()] == [False]


@pytest.mark.parametrize(
    ("changes", "rule", "column"),
    [
        ({"code": ""}, "no_code", "code"),
        ({"code": 101025}, "not_text", "code"),
        ({"area_ha": 0.0}, "negative", "area_ha"),
        ({"wkb": b"nothing"}, "not_a_shape", "wkb"),
        ({"wkb": shapely.to_wkb(shapely.Point(674_000, 6_580_000))}, "not_a_shape", "wkb"),
        ({"wkb": shapely.to_wkb(shapely.Polygon())}, "not_a_shape", "wkb"),
        (
            {
                "wkb": shapely.to_wkb(
                    shapely.Polygon(
                        [
                            (674_000, 6_580_000),
                            (675_000, 6_581_000),
                            (675_000, 6_580_000),
                            (674_000, 6_581_000),
                        ]
                    )
                )
            },
            "not_a_shape",
            "wkb",
        ),
        ({"wkb": shapely.to_wkb(shapely.box(18.05, 59.33, 18.07, 59.34))}, "not_sweref", "wkb"),
        ({"wkb": shapely.to_wkb(shapely.box(6_580_000, 674_000, 6_580_100, 674_200))}, "not_sweref", "wkb"),
    ],
)
def test_an_area_that_could_not_be_measured_is_refused(
    store: Store, changes: dict, rule: str, column: str
) -> None:
    with pytest.raises(InvalidRows) as refusal:
        load(store, area(name="hel", code="1"), area(**changes))
    assert [(e.row, e.rule, e.column) for e in refusal.value.errors] == [(2, rule, column)]
    assert store.areas() == ()


def test_the_same_area_twice_in_a_file_is_refused(store: Store) -> None:
    with pytest.raises(InvalidRows) as refusal:
        load(store, area(), area())
    assert [(e.row, e.rule, e.cell) for e in refusal.value.errors] == [(2, "duplicate", "1")]
