"""The one door: no figure leaves the studies without passing `disclose`.

The working group of a place meets exact figures. Everybody else meets counts of persons with the small ones
hidden, and with others hidden where a total would give a small one away. Hiding happens before anything is
computed, so a change, a rate or a chart of a hidden figure cannot exist.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, OrderedDict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from samsyn.analysis.audit import Mark, Sum, SuppressedTable
from samsyn.analysis.disclosure import MOST_CELLS, CountTable, suppress
from samsyn.analysis.errors import TableTooLarge
from samsyn.domain.access import SharingClass
from samsyn.domain.places import nearness
from samsyn.store.schema import AreaRole
from samsyn.studies.bases import rate_partner
from samsyn.studies.findings import FigureState
from samsyn.studies.table import FigureTable, SeriesKey, TableCell

SMALLEST_BASE = 20
_COUNTED = ("count", "persons")
_YOUNG = ("girls", "boys")
_AGES = re.compile(r"<(\d{1,3})|(\d{1,3})[-–](\d{1,3})|(\d{1,3})\+")
_MOST_COMBINED = 12  # parts that overlap: every choice of them is tried
_Name = tuple[SeriesKey, date, date]
_Population = tuple[str, str, str, str, str]


def disclose(table: FigureTable, audience: SharingClass, *, k: int = 5) -> FigureTable:
    """Return the table as the audience may read it.

    Use before anything is computed from figures that leave the studies. Figures that the source itself has
    published are reprinted as they stand; they stand in tables of their own.

    Parameters
    ----------
    table : FigureTable
        All periods, areas and divisions that are shown anywhere together: totals give parts away.
    audience : SharingClass
        AUTHORITIES and above read exact figures.
    k : int, 3–20 [persons]
        Counts of persons from 1 to k−1 are hidden; zero is shown.

    Returns
    -------
    FigureTable
        Hidden cells have lost value, printed text, n, margin and note.

    Raises
    ------
    SettingOutOfRange
        k is outside its range.

    Source
    ------
    Rule C.8; `samsyn.analysis.disclosure.suppress` hides, and audits what it hid.
    """
    if audience >= SharingClass.AUTHORITIES:
        return table
    hidden = _decided(table, k)
    kept = FigureTable(
        tuple(_hidden(cell, hidden.get((cell.key, cell.first, cell.end))) for cell in table.cells),
        table.versions,
        table.sizes,
    )
    return _without_what_follows(kept)


# What is hidden follows from the figures alone and takes seconds to prove, so it is worked out once for each
# table that is current; versions never change.
_DECISIONS: OrderedDict[Hashable, dict[_Name, FigureState]] = OrderedDict()
_MOST_KEPT = 500


def _decided(table: FigureTable, k: int) -> dict[_Name, FigureState]:
    said = tuple(
        (at, version.meta.published is None, version.series, version.areas)
        for at, version in sorted(table.versions.items(), key=lambda item: item[0])
    )
    asked = (k, said, tuple((cell.key, cell.first, cell.end, cell.value, cell.state) for cell in table.cells))
    kept = _DECISIONS.get(asked)
    if kept is None:
        kept = _DECISIONS[asked] = _decide(table, k)
        while len(_DECISIONS) > _MOST_KEPT:
            _DECISIONS.popitem(last=False)
    return kept


def _decide(table: FigureTable, k: int) -> dict[_Name, FigureState]:
    marks: dict[_Name, FigureState] = {}
    families = _families(table)
    cells = Counter(cell.key for cell in table.cells)
    for family in families:
        # Refused before the first area is worked on: the work for hundreds of areas takes minutes.
        held = sum(cells[key] for key in family)
        if held > MOST_CELLS:
            raise TableTooLarge(cells=held, wanted=MOST_CELLS)
    for family in families:
        # Each area is also protected by itself: what another page shows beside it must not move what is
        # hidden here, or two pages together would tell more than each.
        areas = dict.fromkeys((key.scheme, key.code) for key in family)
        alone = [[key for key in family if (key.scheme, key.code) == area] for area in areas]
        # Areas of one scheme lie beside each other and tell nothing of each other.
        nested = len({scheme for scheme, _ in areas}) > 1
        for keys in (*alone, *([family] if nested else [])):
            marks |= _marks(suppress(_counts(table, keys), k=k))
    outer = {key for family in families for key in family if _holds_smaller_areas(table, key)}
    for cell in table.cells:
        if cell.key in outer and cell.value:
            marks.setdefault((cell.key, cell.first, cell.end), FigureState.HIDDEN_PROTECTS)
    return marks


def _holds_smaller_areas(table: FigureTable, key: SeriesKey) -> bool:
    """Whether persons are also counted in smaller areas, asked for or not.

    The larger area less all the smaller ones but one is that one, and each may be asked for by itself. So
    outside the working group persons are counted in one scheme only, the one nearest to places.
    """
    if not is_protected(table, key):
        return False
    schemes = {
        area.scheme
        for version in table.versions.values()
        if version.meta.published is None
        for area in version.areas_of(key.slug) or version.areas
        if area.role is not AreaRole.MEAN and any(one.slug == key.slug for one in version.series)
    }
    return bool(schemes) and min(schemes, key=nearness) != key.scheme


def is_protected(table: FigureTable, key: SeriesKey) -> bool:
    """Return whether a series counts persons that this table must protect."""
    definition = table.definition(key)
    if table.is_published(key) or str(definition.unit) not in _COUNTED or str(definition.kind) == "residents":
        return False
    area = table.area(key.scheme, key.code, key.dataset)
    if area is not None and area.role is AreaRole.MEAN:
        return False
    return definition.person_based or definition.sensitive or bool(key.sex or key.age_group)


def _families(table: FigureTable) -> list[list[SeriesKey]]:
    """Group the counts that totals may tie together, keeping those where someone needs protection."""
    # Years in one data set and their halves in another are the same persons, so a family knows no data set.
    families: dict[str, list[SeriesKey]] = {}
    for key in table.by_series():
        definition = table.definition(key)
        area = table.area(key.scheme, key.code, key.dataset)
        mean = area is not None and area.role is AreaRole.MEAN
        if table.is_published(key) or mean or str(definition.unit) not in _COUNTED:
            continue
        families.setdefault(_root(table, key), []).append(key)
    return [keys for keys in families.values() if any(is_protected(table, key) for key in keys)]


def _root(table: FigureTable, key: SeriesKey) -> str:
    slug, seen = key.slug, set[str]()
    while slug not in seen:
        seen.add(slug)
        parent = table.definition(replace(key, slug=slug)).parent
        if not parent:
            break
        slug = parent
    return slug


def _counts(table: FigureTable, family: Sequence[SeriesKey]) -> CountTable:
    by_series = table.by_series()
    cells: dict[Hashable, int | None] = {}
    for key in family:
        for cell in by_series[key]:
            cells[(key, cell.first, cell.end)] = None if cell.value is None else int(cell.value)
    sums: list[Sum] = []
    names = [(cell.key, cell.first, cell.end) for key in family for cell in by_series[key]]
    alike: dict[_Population, list[_Name]] = {}
    for name in names:
        alike.setdefault(_population(name[0]), []).append(name)
    for name in names:
        key, first, end = name
        for kind, parts in _divisions(table, key, family).items():
            present = [(part, first, end) for part in parts if (part, first, end) in cells]
            for index, once in enumerate(_each_once(present)):
                _add_sum(cells, sums, name, once, f"{kind} {index}" if index else kind)
        same = alike[_population(key)]
        inside = [other for other in same if first <= other[1] and other[2] <= end and other[1:] != name[1:]]
        for index, chain in enumerate(_chains(inside)):
            _add_sum(cells, sums, name, chain, f"time{index}", covers=_covers(chain, first, end))
        for other in same:
            # The same figure in two data sets is one figure; with other values they count different things.
            twin = other[1:] == name[1:] and str(other[0]) > str(key)
            if twin and cells[other] is not None and cells[other] == cells[name]:
                sums.append(Sum(name, (other,)))
    return CountTable(cells, tuple(dict.fromkeys(sums)))


def _population(key: SeriesKey) -> _Population:
    """Return what a figure is about, whichever data set prints it."""
    return (key.slug, key.sex, key.age_group, key.scheme, key.code)


def _each_once(parts: Sequence[_Name]) -> list[tuple[_Name, ...]]:
    """Return the parts with each population once: one way for each data set that prints any of them.

    Two data sets may print the same women of the same year; counted twice they would fit no total, and
    a total that nothing fits protects nobody.
    """
    ways = []
    for first_choice in dict.fromkeys((part[0].dataset, part[0].version) for part in parts):
        chosen: dict[_Population, _Name] = {}
        for part in sorted(parts, key=lambda p: (p[0].dataset, p[0].version) != first_choice):
            chosen.setdefault(_population(part[0]), part)
        ways.append(tuple(part for part in parts if chosen[_population(part[0])] == part))
    return list(dict.fromkeys(ways))


def _divisions(table: FigureTable, key: SeriesKey, family: Sequence[SeriesKey]) -> dict[str, list[SeriesKey]]:
    """Return the ways in which other series of the family divide this one."""
    found: dict[str, list[SeriesKey]] = {}
    for other in family:
        same_area = (other.scheme, other.code) == (key.scheme, key.code)
        if other == key:
            continue
        if not same_area:
            # Areas of one scheme lie beside each other; only those of another scheme can hold them.
            if other.scheme != key.scheme and replace(other, scheme=key.scheme, code=key.code) == key:
                found.setdefault(f"area {other.scheme} {other.code}", []).append(other)
        elif other.slug == key.slug and not key.sex and other.sex and _same_age(key, other):
            found.setdefault("young" if other.sex in _YOUNG else "grown", []).append(other)
        elif other.slug == key.slug and other.sex == key.sex and _is_younger_part(other, key):
            found.setdefault("age", []).append(other)
        elif table.definition(other).parent == key.slug and (other.sex, other.age_group) == (
            key.sex,
            key.age_group,
        ):
            found.setdefault("parts", []).append(other)
        elif table.definition(other).parent == key.slug and not key.sex and not key.age_group:
            found.setdefault("divided parts", []).append(other)
    if "young" in found and "grown" in found:
        # Women may or may not hold the girls: both ways of adding are tried; one that does not fit is none.
        found["sexes"] = [*found["grown"], *found["young"]]
    return found


def _same_age(key: SeriesKey, other: SeriesKey) -> bool:
    """Whether a sex divides a series: girls and boys say their age themselves."""
    return other.age_group == key.age_group or (other.sex in _YOUNG and not key.age_group)


def _is_younger_part(other: SeriesKey, key: SeriesKey) -> bool:
    """Whether an age group lies inside another; in all ages lies every group, however it is written."""
    if not key.age_group or not other.age_group:
        return bool(other.age_group) and not key.age_group
    inner, outer = _ages(other.age_group), _ages(key.age_group)
    if inner is None or outer is None or inner == outer:
        return False
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _ages(group: str) -> tuple[int, int] | None:
    """Return the first age of a group and the first after it; nothing when it is written otherwise."""
    found = _AGES.fullmatch(group.replace(" ", ""))
    if found is None:
        return None
    below, low, high, above = found.groups()
    if below:
        return (0, int(below))
    return (int(low), int(high) + 1) if low else (int(above), 999)


def _add_sum(
    cells: dict[Hashable, int | None],
    sums: list[Sum],
    total: _Name,
    parts: tuple[_Name, ...],
    kind: str,
    *,
    covers: bool | None = None,
) -> None:
    """Add what a reader knows: the parts make up the total, alone or together with a rest that is "
    "not shown.
    """
    if not parts or cells[total] is None:
        return
    known = sum(cells[part] or 0 for part in parts)
    whole = cells[total] or 0
    missing = any(cells[part] is None for part in parts)
    if known > whole:
        _add_overlapping(cells, sums, total, parts, kind)
        return
    if covers is None:
        covers = known == whole or (missing and kind in ("sexes", "grown", "parts"))
    if covers and (known == whole or missing):
        sums.append(Sum(total, parts))
        return
    # The rest is never printed, but a reader can subtract: it is watched as a figure without a value.
    rest = ("rest", total[0], total[1], total[2], kind)
    cells[rest] = None
    sums.append(Sum(total, (*parts, rest)))


def _add_overlapping(
    cells: dict[Hashable, int | None], sums: list[Sum], total: _Name, parts: tuple[_Name, ...], kind: str
) -> None:
    """Add what a reader knows of parts that overlap, such as under 18 beside under 25 and 18 and over.

    Each of them alone leaves a rest, and any of them that add up to the total may be how it is divided. A
    choice that adds up by chance hides a little more than needed.
    """
    whole = cells[total] or 0
    fitting = [part for part in parts if cells[part] is None or (cells[part] or 0) <= whole]
    for index, part in enumerate(fitting):
        if cells[part] is not None and len(fitting) > 1:
            _add_sum(cells, sums, total, (part,), f"{kind} alone {index}")
    counted = [part for part in fitting if cells[part]][:_MOST_COMBINED]
    for size in range(2, len(counted)):
        for some in itertools.combinations(counted, size):
            if sum(cells[part] or 0 for part in some) == whole:
                sums.append(Sum(total, some))


def _chains(inside: Iterable[_Name]) -> list[tuple[_Name, ...]]:
    """Put periods after each other, the longest first, so that each period is in one chain."""
    left = sorted(inside, key=lambda name: (name[1], (name[1] - name[2]).days))
    chains = []
    while left:
        chain: list[_Name] = []
        for name in left:
            if not chain or name[1] >= chain[-1][2]:
                chain.append(name)
        chains.append(tuple(chain))
        left = [name for name in left if name not in chain]
    return chains


def _covers(chain: tuple[_Name, ...], first: date, end: date) -> bool:
    joined = all(a[2] == b[1] for a, b in itertools.pairwise(chain))
    return joined and (chain[0][1], chain[-1][2]) == (first, end)


def _marks(published: SuppressedTable) -> dict[tuple[SeriesKey, date, date], FigureState]:
    states = {
        Mark.SMALL: FigureState.HIDDEN_SMALL,
        Mark.PROTECTED: FigureState.HIDDEN_PROTECTS,
        Mark.WITHHELD: FigureState.HIDDEN_PROTECTS,
    }
    return {
        name: states[mark]
        for name, mark in published.marks.items()
        if mark in states and isinstance(name, tuple) and isinstance(name[0], SeriesKey)
    }


def _hidden(cell: TableCell, state: FigureState | None) -> TableCell:
    if state is None or cell.state is not FigureState.SHOWN:
        return cell
    return cell.hidden(state)


def _without_what_follows(table: FigureTable) -> FigureTable:
    """Hide printed rates and shares that would give a hidden count away."""
    by_series = table.by_series()
    hidden = {(cell.key, cell.first, cell.end) for cell in table.cells if cell.state.is_hidden}
    partners = {
        partner: key
        for key in by_series
        if str(table.definition(key).unit) == "count" and (partner := rate_partner(table, key, by_series))
    }
    return FigureTable(
        tuple(_checked(table, cell, hidden, partners) for cell in table.cells), table.versions, table.sizes
    )


def _checked(
    table: FigureTable,
    cell: TableCell,
    hidden: set[tuple[SeriesKey, date, date]],
    partners: dict[SeriesKey, SeriesKey],
) -> TableCell:
    definition = table.definition(cell.key)
    unit = str(definition.unit)
    if cell.state is not FigureState.SHOWN or unit in _COUNTED or table.is_published(cell.key):
        return cell
    if cell.n is not None and cell.n < SMALLEST_BASE:
        return cell.hidden(FigureState.HIDDEN_PROTECTS)
    personal = definition.person_based or definition.sensitive or bool(cell.key.sex or cell.key.age_group)
    count = partners.get(cell.key)
    if unit == "per_100000" and (count, cell.first, cell.end) in hidden:
        return cell.hidden(FigureState.HIDDEN_PROTECTS)
    if unit == "per_100000" and personal and count is None:
        # Without the count beside it nobody can tell how few persons the rate stands for.
        return cell.hidden(FigureState.HIDDEN_PROTECTS)
    if unit == "percent" and personal and cell.n is None:
        return cell.hidden(FigureState.HIDDEN_PROTECTS)
    return cell
