"""A question to the events: what, where, when and by; a value that can be printed, kept and asked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from samsyn.domain.calendar import Period
from samsyn.store.events.refusals import InvalidEventQuery
from samsyn.store.schema import SLUG

#: What an answer may be divided by, in the order of its columns; ``area:`` and ``attribute:`` take a name.
PLAIN_DIMENSIONS = ("dataset", "kind", "place", "year", "month", "week", "day", "weekday", "hour")
NAMED_DIMENSIONS = ("area:", "attribute:")
_ORDER = (
    "dataset", "kind", "area:", "place", "attribute:", "year", "month", "week", "day", "weekday", "hour",
)  # fmt: skip
UNKNOWN_HOUR = -1
#: Told with a question that names no columns of its own.
MEASURES = ("count", "rows")


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which events to count, and what to divide the count by. An empty tuple or None means "all".

    The answer has one row for each combination that occurs, with ``count``, the sum of the events' counts
    (a withdrawn report counts −1), and ``rows``, how many rows of the files that is. Without ``by`` it is one
    row, also when nothing was found. Everything about time is local time, settled when the file was loaded:
    weeks begin on Monday, the day is the day of the event's start.

    Parameters
    ----------
    datasets : tuple of str
        Slugs of data sets. Left out it is the only one there is, or ``by`` has to name ``dataset``.
    kinds : tuple of str
        Our kinds, `samsyn.domain.events.OffenceGroup` and others.
    attributes : tuple of (name, value)
        Values of one attribute widen the answer, several attributes narrow it.
    scheme : str
        The statistical areas that ``codes`` belong to.
    codes : tuple of str
    places : tuple of str
        Slugs of places; an event belongs to the place whose boundary of that day holds it.
    period : Period or None
        Whole local days.
    hours : tuple of int
        Local hours 0 to 23; −1 is events whose hour is not known.
    weekdays : tuple of int
        0 is Monday.
    by : tuple of str
        ``dataset``, ``kind``, ``area:<scheme>``, ``place``, ``attribute:<name>``, ``year``, ``month``,
        ``week``, ``day``, ``weekday``, ``hour``.
    versions : tuple of (dataset, version)
        Pins versions, whatever their state. Others answer with their current version.

    Raises
    ------
    InvalidEventQuery

    Examples
    --------
    >>> q = EventQuery(kinds=("robbery",), period=Period.of_years(2024, 2024), by=("month", "area:nyko5"))
    >>> print(q)
    events robbery; everywhere; from 2024-01-01 to 2024-12-31; by area:nyko5, month; current versions
    >>> EventQuery.from_dict(q.to_dict()) == q
    True
    """

    datasets: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    scheme: str = ""
    codes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    period: Period | None = None
    hours: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    by: tuple[str, ...] = ()
    versions: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        # Order and repetition carry no meaning here: equal questions are equal values with equal hashes.
        for field in ("datasets", "kinds", "codes", "places"):
            object.__setattr__(self, field, _names(getattr(self, field), field))
        object.__setattr__(self, "by", tuple(sorted(_names(self.by, "by"), key=_place_of)))
        attributes = tuple(sorted({(_name(name), str(value)) for name, value in self.attributes}))
        object.__setattr__(self, "attributes", attributes)
        object.__setattr__(self, "hours", _numbers(self.hours, "hours", UNKNOWN_HOUR, 23))
        object.__setattr__(self, "weekdays", _numbers(self.weekdays, "weekdays", 0, 6))
        versions = tuple(sorted({(str(dataset), int(number)) for dataset, number in self.versions}))
        object.__setattr__(self, "versions", versions)
        if len({dataset for dataset, _ in versions}) < len(versions):
            raise InvalidEventQuery(rule="versions", what=", ".join(f"{d} {v}" for d, v in versions))
        if bool(self.codes) != bool(self.scheme):
            raise InvalidEventQuery(rule="codes", what=self.scheme or ", ".join(self.codes))
        if self.scheme:
            _name(self.scheme)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a part file that ``by`` names, in the order of the answer."""
        return tuple(column_of(dimension) for dimension in self.by)

    @property
    def schemes(self) -> frozenset[str]:
        """Every scheme of areas that the question speaks of."""
        named = {name.removeprefix("area:") for name in self.by if name.startswith("area:")}
        return frozenset({*named, self.scheme} - {""})

    @property
    def attribute_names(self) -> frozenset[str]:
        """Every attribute that the question speaks of."""
        named = {name.removeprefix("attribute:") for name in self.by if name.startswith("attribute:")}
        return frozenset(named | {name for name, _ in self.attributes})

    @property
    def about_places(self) -> bool:
        """Whether the question speaks of places."""
        return bool(self.places) or "place" in self.by

    def describe(self) -> str:
        """Return the question as one line of English, for logs, provenance and the command line."""
        where = [f"area {self.scheme} {', '.join(self.codes)}"] if self.scheme else []
        where += [f"place {', '.join(self.places)}"] if self.places else []
        parts = [
            f"events {', '.join(self.kinds)}" if self.kinds else "events of every kind",
            *(f"{name} {value}" for name, value in self.attributes),
            *(where or ["everywhere"]),
        ]
        if self.period is not None:
            parts.append(f"from {self.period.first} to {self.period.last}")
        for said, numbers in (("hours", self.hours), ("weekdays", self.weekdays)):
            if numbers:
                parts.append(f"{said} {', '.join(map(str, numbers))}")
        parts.append(f"by {', '.join(self.by)}" if self.by else "in all")
        if self.datasets:
            parts.append(f"data set {', '.join(self.datasets)}")
        pinned = ", ".join(f"{dataset} version {version}" for dataset, version in self.versions)
        parts.append(f"pinned to {pinned}" if pinned else "current versions")
        return "; ".join(parts)

    def __str__(self) -> str:
        return self.describe()

    def to_dict(self) -> dict[str, Any]:
        """Return the question as values that JSON can hold."""
        return {
            "datasets": list(self.datasets),
            "kinds": list(self.kinds),
            "attributes": [list(pair) for pair in self.attributes],
            "scheme": self.scheme,
            "codes": list(self.codes),
            "places": list(self.places),
            "period": None if self.period is None else [str(self.period.first), str(self.period.end)],
            "hours": list(self.hours),
            "weekdays": list(self.weekdays),
            "by": list(self.by),
            "versions": [list(pair) for pair in self.versions],
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> EventQuery:
        """Return the question that `to_dict` wrote; what is left out means "all".

        Raises
        ------
        InvalidEventQuery
            A key that no question has, or a value of the wrong shape.
        """
        known = cls.__dataclass_fields__
        if unknown := sorted(set(kept) - set(known)):
            raise InvalidEventQuery(rule="key", what=", ".join(map(str, unknown)))
        try:
            period = kept.get("period")
            return cls(
                datasets=tuple(kept.get("datasets", ())),
                kinds=tuple(kept.get("kinds", ())),
                attributes=tuple((name, value) for name, value in kept.get("attributes", ())),
                scheme=str(kept.get("scheme", "")),
                codes=tuple(kept.get("codes", ())),
                places=tuple(kept.get("places", ())),
                period=None if period is None else Period(*(date.fromisoformat(day) for day in period)),
                hours=tuple(kept.get("hours", ())),
                weekdays=tuple(kept.get("weekdays", ())),
                by=tuple(kept.get("by", ())),
                versions=tuple((dataset, version) for dataset, version in kept.get("versions", ())),
            )
        except InvalidEventQuery:
            raise
        except (TypeError, ValueError) as problem:
            raise InvalidEventQuery(rule="value", what=str(problem)) from None


def column_of(dimension: str) -> str:
    """Return the column of a part file that holds a dimension.

    Examples
    --------
    >>> column_of("area:basomrade"), column_of("attribute:object"), column_of("week")
    ('area_basomrade', 'attr_object', 'week')
    """
    return dimension.replace("attribute:", "attr_").replace("area:", "area_")


def _place_of(dimension: str) -> tuple[int, str]:
    group = next((named for named in NAMED_DIMENSIONS if dimension.startswith(named)), dimension)
    if group not in _ORDER:
        raise InvalidEventQuery(rule="by", what=dimension)
    if group in NAMED_DIMENSIONS:
        _name(dimension.removeprefix(group))
    return (_ORDER.index(group), dimension)


def _name(name: str) -> str:
    # It becomes the name of a column, so it has to be one.
    if not SLUG.fullmatch(str(name)):
        raise InvalidEventQuery(rule="name", what=repr(name))
    return str(name)


def _names(names: Iterable[str], field: str) -> tuple[str, ...]:
    if isinstance(names, str):
        raise InvalidEventQuery(rule="list", what=field)
    return tuple(sorted({str(name) for name in names}))


def _numbers(numbers: Iterable[int], field: str, least: int, most: int) -> tuple[int, ...]:
    found = tuple(sorted({int(number) for number in numbers}))
    if found and not (least <= found[0] and found[-1] <= most):
        raise InvalidEventQuery(rule=field, what=", ".join(map(str, found)))
    return found
