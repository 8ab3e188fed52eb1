"""A question to the store: what, where, when and by; a value that can be printed, kept and asked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from samsyn.domain.calendar import Period

#: What a total may be divided by. Data set, series, scheme and vintage always are: they are never mixed, so
#: ``("series",)`` is the name of the barest total.
DIMENSIONS = ("series", "area", "period", "sex", "age_group")


@dataclass(frozen=True, slots=True)
class Query:
    """Which values to fetch. An empty tuple or None means "all".

    Without ``by`` the answer is the rows as they were published. With ``by`` it is totals of whole counts,
    one row for each combination of the named dimensions. A total never mixes data sets, series, schemes or
    vintages, leaves printed means out, and counts rows divided by sex or age only when these are named in
    ``by`` or chosen by ``sex`` and ``age_group``. Where an area lacks a period that another has,
    or the periods overlap or leave a gap, there is no total: the value is NA and the status says why.

    Parameters
    ----------
    series : tuple of str
        Slugs of series.
    areas : tuple of (scheme, code)
    period : Period or None
        Values whose own period lies wholly inside; nothing is cut or spread.
    by : tuple of {"series", "area", "period", "sex", "age_group"}
        Empty gives the rows themselves. ``("series",)`` gives one total for each series and scheme, the
        others divide it further.
    datasets : tuple of str
        Slugs of data sets.
    versions : tuple of (dataset, version)
        Pins versions, whatever their state. Data sets not named here answer with their current version.
    sex, age_group : str or None
        None is every row, "" is the rows that are not divided.

    Examples
    --------
    >>> q = Query(series=("stold",), areas=(("basomrade", "101025"),), period=Period.of_years(2017, 2019))
    >>> print(q)
    series stold; area basomrade 101025; from 2017-01-01 to 2019-12-31; current versions
    >>> Query.from_dict(q.to_dict()) == q
    True
    """

    series: tuple[str, ...] = ()
    areas: tuple[tuple[str, str], ...] = ()
    period: Period | None = None
    by: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    versions: tuple[tuple[str, int], ...] = ()
    sex: str | None = None
    age_group: str | None = None

    def __post_init__(self) -> None:
        # Order and repetition carry no meaning here: equal questions are equal values with equal hashes.
        object.__setattr__(self, "series", _names(self.series, "series"))
        object.__setattr__(self, "datasets", _names(self.datasets, "datasets"))
        object.__setattr__(self, "areas", tuple(sorted({(str(s), str(c)) for s, c in self.areas})))
        object.__setattr__(self, "versions", tuple(sorted({(str(d), int(v)) for d, v in self.versions})))
        if len({dataset for dataset, _ in self.versions}) < len(self.versions):
            raise ValueError("a query pins at most one version of each data set")
        by = set(_names(self.by, "by"))
        if unknown := sorted(by - set(DIMENSIONS)):
            raise ValueError(f"by takes {', '.join(DIMENSIONS)}, not {', '.join(unknown)}")
        if by:
            by.add("series")
        object.__setattr__(self, "by", tuple(name for name in DIMENSIONS if name in by))

    def describe(self) -> str:
        """Return the question as one line of English, for logs, provenance and the command line."""
        parts = [
            f"series {', '.join(self.series)}" if self.series else "every series",
            f"area {', '.join(' '.join(area) for area in self.areas)}" if self.areas else "every area",
        ]
        if self.period is not None:
            parts.append(f"from {self.period.first} to {self.period.last}")
        if self.sex is not None:
            parts.append(f"sex {self.sex or 'not divided'}")
        if self.age_group is not None:
            parts.append(f"age {self.age_group or 'not divided'}")
        if self.by:
            parts.append(f"totals by {', '.join(self.by)}")
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
            "series": list(self.series),
            "areas": [list(area) for area in self.areas],
            "period": None if self.period is None else [str(self.period.first), str(self.period.end)],
            "by": list(self.by),
            "datasets": list(self.datasets),
            "versions": [list(pair) for pair in self.versions],
            "sex": self.sex,
            "age_group": self.age_group,
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Query:
        """Return the question that `to_dict` wrote."""
        period = kept.get("period")
        return cls(
            series=tuple(kept.get("series", ())),
            areas=tuple((scheme, code) for scheme, code in kept.get("areas", ())),
            period=None if period is None else Period(*(date.fromisoformat(day) for day in period)),
            by=tuple(kept.get("by", ())),
            datasets=tuple(kept.get("datasets", ())),
            versions=tuple((dataset, version) for dataset, version in kept.get("versions", ())),
            sex=kept.get("sex"),
            age_group=kept.get("age_group"),
        )


def _names(names: Iterable[str], field: str) -> tuple[str, ...]:
    if isinstance(names, str):
        raise TypeError(f"{field} is a tuple of names, not one text")
    return tuple(sorted({str(name) for name in names}))
