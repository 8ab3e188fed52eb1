"""What the functions of the invented county say tonight, and what keeps an eye on its squares.

The lines hold at any hour: none of them names a time that may have passed when somebody looks. Fridays and
Saturdays have lines of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from samsyn.domain.access import Role
from samsyn.domain.coverage import ControlKind
from samsyn.domain.tonight import NoteKind

_WEEKEND = (4, 5)


@dataclass(frozen=True, slots=True)
class DemoLine:
    """A line on the board; ``wide`` when everybody who cooperates reads it, not authorities alone."""

    scene: int
    role: Role
    kind: NoteKind
    text: str
    wide: bool


@dataclass(frozen=True, slots=True)
class DemoControl:
    """Something that keeps an eye on a place; ``part`` is the position of a sub-place, None is all of it."""

    scene: int
    kind: ControlKind
    name: str
    weekdays: tuple[int, ...]
    opens: time
    closes: time
    part: int | None = None


def lines(day: date) -> tuple[DemoLine, ...]:
    """Return what is said on an evening, the same each time the evening is asked for.

    Examples
    --------
    >>> [one.scene for one in lines(date(2026, 11, 20))]
    [0, 0, 1, 1, 1, 2, 2, 2]
    """
    kind = NoteKind
    if day.weekday() in _WEEKEND:
        return (
            DemoLine(0, Role.OUTREACH_WORKER, kind.ASKS,
                     "Säg till oss om ni ser unga som inte brukar vara här.", True),
            DemoLine(0, Role.PLACE_MANAGER, kind.OFFERS,
                     "Lokalen är bemannad hela kvällen.", True),
            DemoLine(1, Role.AREA_OFFICER, kind.MATTERS,
                     "Handeln har flyttat in i gångtunneln sedan i går. Gå två tillsammans där.", False),
            DemoLine(1, Role.OUTREACH_WORKER, kind.ASKS,
                     "Vi behöver sällskap när vi går genom tunneln.", False),
            DemoLine(1, Role.AREA_OFFICER, kind.OFFERS,
                     "Vi följer med er en runda. Ring, så kommer vi till scenen.", True),
            DemoLine(2, Role.MUNICIPAL_POLICE_LIAISON, kind.MATTERS,
                     "Många byter buss här efter matchen. Räkna med trängsel vid hållplatsen.", True),
            DemoLine(2, Role.PLACE_MANAGER, kind.ASKS,
                     "Håll entrén fri, varubilarna ska fram tidigt i morgon.", True),
            DemoLine(2, Role.OUTREACH_WORKER, kind.OFFERS,
                     "Vi har gott om tid för samtal vid lekplatsen i kväll.", True),
        )  # fmt: skip
    return (
        DemoLine(0, Role.OUTREACH_WORKER, kind.ASKS,
                 "Vi är färre i kväll. Ring innan ni hänvisar någon till oss.", True),
        DemoLine(0, Role.PLACE_MANAGER, kind.OFFERS,
                 "Lokalen är öppen i kväll.", True),
        DemoLine(1, Role.AREA_OFFICER, kind.MATTERS,
                 "Lampan i gångtunneln är släckt och felanmäld. Det är mörkt där till i morgon.", True),
        DemoLine(1, Role.OUTREACH_WORKER, kind.ASKS,
                 "Hör av er om ni ser yngre än vanligt vid scenen.", False),
        DemoLine(1, Role.PLACE_MANAGER, kind.OFFERS,
                 "Vi kan öppna förrådet om ni behöver avspärrningar.", True),
        DemoLine(2, Role.MUNICIPAL_POLICE_LIAISON, kind.MATTERS,
                 "Hållplatsen är flyttad för vägarbete. Fler än vanligt går över torget.", True),
        DemoLine(2, Role.AREA_OFFICER, kind.ASKS,
                 "Skriv upp var ni ser nytt klotter, så tar vi det vid nästa utsättning.", True),
        DemoLine(2, Role.OUTREACH_WORKER, kind.OFFERS,
                 "Vi tar gärna över samtal om skolan och fritiden.", True),
    )  # fmt: skip


_ALL, _WORKDAYS, _SHOPS = tuple(range(7)), tuple(range(5)), tuple(range(6))

CONTROLS = (
    DemoControl(0, ControlKind.OPEN_BUSINESS, "Matbutiken", _ALL, time(8), time(22), 0),
    DemoControl(0, ControlKind.OPEN_BUSINESS, "Caféet", _WORKDAYS, time(7, 30), time(17), 1),
    DemoControl(0, ControlKind.LIT_GROUND_FLOOR, "Bibliotekets fönster", _ALL, time(16), time(23)),
    DemoControl(0, ControlKind.GUARDIAN, "Föräldravandrare", _WEEKEND, time(20), time(0)),
    DemoControl(1, ControlKind.OPEN_BUSINESS, "Kiosken", _SHOPS, time(6, 30), time(23), 0),
    DemoControl(1, ControlKind.LIT_GROUND_FLOOR, "Gymmets fönster", _ALL, time(5), time(0)),
    DemoControl(2, ControlKind.OPEN_BUSINESS, "Apoteket", _SHOPS, time(9), time(19)),
    DemoControl(2, ControlKind.GUARDIAN, "Stationens värdar", _WORKDAYS, time(6), time(10), 0),
)
