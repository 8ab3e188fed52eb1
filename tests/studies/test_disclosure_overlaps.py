"""Parts that overlap, or that two data sets print, still protect each other."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from samsyn.analysis.errors import TableTooLarge
from samsyn.domain.access import SharingClass
from samsyn.store.schema import AreaRef, SeriesDefinition
from samsyn.studies.disclosure import disclose
from samsyn.studies.table import FigureTable, fetch
from tests.studies.published import MemoryStore, value

AREA = ("basomrade", "1")
OFFENCES = SeriesDefinition(slug="s", label="S")


def disclosed(**sources: list[dict[str, Any]]) -> FigureTable:
    store = MemoryStore()
    for name, rows in sources.items():
        store.add(
            name, [row | {"dataset": name} for row in rows], [OFFENCES], [AreaRef(*AREA)], published=None
        )
    return disclose(fetch(store, [AREA]), SharingClass.OPEN)


def shown(found: FigureTable, sex: str = "", age_group: str = "") -> set[float]:
    wanted = (sex, age_group)
    return {c.value for c in found.cells if (c.key.sex, c.key.age_group) == wanted and c.value is not None}


def total_of(number: int, /, **parts: int) -> list[dict[str, Any]]:
    return [value("s", AREA, 2018, number)] + [value("s", AREA, 2018, n, sex=sex) for sex, n in parts.items()]


def ages(number: int, parts: dict[str, int]) -> list[dict[str, Any]]:
    return total_of(number) + [value("s", AREA, 2018, n, age_group=group) for group, n in parts.items()]


@pytest.mark.parametrize("total_in", ["one", "both"])
def test_two_data_sets_that_print_the_same_parts_do_not_switch_protection_off(total_in: str) -> None:
    first = total_of(13, women=3, men=10)
    found = disclosed(d=first, e=first if total_in == "both" else first[1:])
    assert not (shown(found) and shown(found, "men"))
    assert not shown(found, "women")


def test_a_data_set_with_other_figures_does_not_switch_protection_off() -> None:
    found = disclosed(d=total_of(13, women=3, men=10), e=total_of(900, women=400, men=500)[1:])
    assert not {13, 10} <= shown(found) | shown(found, "men")


def test_an_age_group_that_overlaps_the_others_does_not_switch_protection_off() -> None:
    found = disclosed(d=ages(13, {"<18": 3, "18+": 10, "<25": 7}))
    assert not (shown(found) and shown(found, age_group="18+"))


def test_an_age_group_inside_another_leaves_no_small_rest() -> None:
    found = disclosed(d=ages(100, {"<18": 20, "<25": 22}))
    assert not (shown(found, age_group="<18") and shown(found, age_group="<25"))


@pytest.mark.parametrize(("women", "young"), list(product((1, 4, 5), (1, 4, 6))))
def test_no_small_part_is_what_the_total_and_another_part_leave(women: int, young: int) -> None:
    rows = total_of(30, women=women, men=30 - women)
    rows += ages(30, {"<18": young, "18-24": 9, "18+": 30 - young, "<25": young + 9})[1:]
    found = disclosed(d=rows, e=rows[1:])
    by_name = {(c.key.sex, c.key.age_group): c.value for c in found.cells if c.value is not None}
    opposites = [(("women", ""), ("men", "")), (("", "<18"), ("", "18+"))]
    for one, other in opposites:
        for part, small in ((one, other), (other, one)):
            rest = by_name[("", "")] - by_name[part] if {("", ""), part} <= set(by_name) else None
            assert rest is None or rest >= 5, small


def test_too_many_areas_are_refused_before_the_first_is_worked_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def worked(*_: object, **__: object) -> None:
        raise AssertionError("an area was worked on")

    monkeypatch.setattr("samsyn.studies.disclosure.suppress", worked)
    areas = [("basomrade", str(code)) for code in range(1600)]
    rows = [value("s", area, 2018, n, sex=sex) for area in areas for sex, n in (("women", 3), ("men", 9))]
    store = MemoryStore().add("d", rows, [OFFENCES], [AreaRef(*area) for area in areas], published=None)
    with pytest.raises(TableTooLarge):
        disclose(fetch(store, areas), SharingClass.OPEN)
