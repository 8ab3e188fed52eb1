"""Outlines of many scenes from a regional mapping: one layer, a row for each scene and round."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from samsyn.geography.boundaries import ReadAreas, Remark, read_area_file
from samsyn.geography.dated import DatedBoundary
from samsyn.geography.errors import RoundWithoutDate

_YEAR = re.compile(r"(?:19|20)\d\d")
_HALF = re.compile(r"((?:19|20)\d\d)\W*(?:h|ht|vt|halv\w*)?\W*([12])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SceneOutlines:
    """One scene with its outline of each round.

    Parameters
    ----------
    code : str
        What the mapping calls the scene; scenes are joined on it, never on the name.
    name : str
        Of the last round.
    boundaries : tuple of DatedBoundary
        In order; each is in force until the next round of the mapping, the last one without end.
    rounds : tuple of str
        As the file has them, one for each boundary.
    """

    code: str
    name: str
    boundaries: tuple[DatedBoundary, ...]
    rounds: tuple[str, ...]


def read_scenes(
    file_name: str,
    data: bytes,
    *,
    code_column: str,
    round_column: str,
    name_column: str | None = None,
    dates: Mapping[str, date] | None = None,
    declared_crs: int | str | None = None,
    layer: str | None = None,
) -> tuple[tuple[SceneOutlines, ...], tuple[Remark, ...]]:
    """Return the scenes of a mapping with dated boundaries, and what was noticed.

    Use for the polygons of a regional mapping of scenes. A scene that is left out of a round has no boundary
    from then on, until a round has it again.

    Parameters
    ----------
    file_name, data, declared_crs, layer
        As for ``read_areas``.
    code_column, name_column : str
    round_column : str
        Year or round of each row.
    dates : mapping of str to date, optional
        First day of each round. Left out: a year, "2023", begins on 1 January; a half, "2023-2", on 1 July.

    Returns
    -------
    scenes : tuple of SceneOutlines
        In order of code.
    remarks : tuple of Remark

    Raises
    ------
    RoundWithoutDate
        Rounds whose first day is not known, all of them named.
    GeographyError
        As for ``read_areas``.

    Source
    ------
    As for ``read_boundary``.
    """
    read = read_area_file(
        file_name, data, code_column=code_column, name_column=name_column, by=(round_column,),
        declared_crs=declared_crs, layer=layer,
    )  # fmt: skip
    rounds = _begun(file_name, read, round_column, dates or {})
    order = sorted(set(rounds.values()))
    following = dict(zip(order, [*order[1:], None], strict=True))
    scenes: dict[str, list[tuple[date, str, bytes, str]]] = {}
    for area in read.areas:
        label = _label(area.properties[round_column])
        scenes.setdefault(area.code, []).append((rounds[label], label, area.wkb, area.name))
    told = []
    for code, found in sorted(scenes.items()):
        found.sort()
        boundaries = tuple(DatedBoundary(wkb, first, following[first]) for first, _, wkb, _ in found)
        told.append(SceneOutlines(code, found[-1][3], boundaries, tuple(label for _, label, _, _ in found)))
    return tuple(told), read.warnings


def _label(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value if value is not None else "").strip()


def _begun(file: str, read: ReadAreas, column: str, dates: Mapping[str, date]) -> dict[str, date]:
    labels = sorted({_label(area.properties[column]) for area in read.areas})
    begun = {label: dates.get(label) or _first_day(label) for label in labels}
    unknown: Sequence[str] = [label for label, first in begun.items() if first is None]
    twice = [label for label in labels if list(begun.values()).count(begun[label]) > 1]
    if unknown or twice:
        raise RoundWithoutDate(file=file, column=column, rounds=", ".join(unknown or twice) or "-")
    return {label: first for label, first in begun.items() if first is not None}


def _first_day(label: str) -> date | None:
    if _YEAR.fullmatch(label):
        return date(int(label), 1, 1)
    half = _HALF.fullmatch(label)
    return date(int(half[1]), 1 if half[2] == "1" else 7, 1) if half else None
