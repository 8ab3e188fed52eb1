"""What is said of counts inside a boundary that has moved, and of what wrong positions can do to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from samsyn.analysis.position_error import CountAtError
from samsyn.geography.dated import DatedBoundary
from samsyn.reports.words import Words
from samsyn.studies.boundary_counts import CAVEATS, BoundaryChange, BoundaryCounts, PeriodCount

#: Below this p the ground that is the same has changed more than chance usually does.
CLEAR = 0.05


def _(message: str) -> str:
    """Mark a message for the catalogue; it is translated where the language is known."""
    return message


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One period as printed; "–" where nothing can be given."""

    period: str
    boundary: str
    hectares: str
    count: str
    per_hectare: str
    common: str


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """The count at each size of the error, as printed: the size and what it gives."""

    period: str
    counted: str
    sizes: tuple[tuple[str, str], ...]
    uncertain: str


@dataclass(frozen=True, slots=True)
class BoundaryWords:
    """The whole answer in one language."""

    rows: tuple[PeriodRow, ...]
    changes: tuple[tuple[str, tuple[str, ...]], ...]
    sizes: tuple[str, ...]
    errors: tuple[ErrorRow, ...]
    common: str
    caveats: tuple[str, ...]


def boundary_words(
    found: BoundaryCounts, boundaries: Sequence[DatedBoundary], spoken: Words
) -> BoundaryWords:
    """Return the counts of a boundary that has moved, in words and cells."""
    errors = [one for one in found.periods if one.sensitivity]
    return BoundaryWords(
        rows=tuple(_row(one, boundaries, spoken) for one in found.periods),
        changes=tuple(
            (
                spoken.gettext(
                    _("From %(before)s to %(after)s"),
                    before=_period(found.periods[one.before], spoken),
                    after=_period(found.periods[one.after], spoken),
                ),
                _change(one, found, spoken),
            )
            for one in found.changes
        ),
        sizes=tuple(error_size(one, spoken) for one in (errors[0].sensitivity if errors else ())),
        errors=tuple(
            ErrorRow(
                _period(one, spoken),
                _number(one.count, spoken),
                tuple((error_size(size, spoken), error_cell(size, spoken)) for size in one.sensitivity),
                spoken.number(one.uncertain),
            )
            for one in errors
        ),
        common="–" if found.common_hectares is None else spoken.number(found.common_hectares, 1),
        caveats=tuple(spoken.gettext(CAVEATS[code]) for code in found.caveats),
    )


def error_size(one: CountAtError, spoken: Words) -> str:
    """Return the size of an error as a heading."""
    return spoken.gettext(_("%(metres)s m"), metres=spoken.number(one.median_error))


def error_cell(one: CountAtError, spoken: Words) -> str:
    """Return the expected number at a size of the error, with its interval unless it is a single number."""
    low, high = spoken.number(one.interval.low), spoken.number(one.interval.high)
    expected = spoken.number(one.expected)
    return (
        expected
        if low == high
        else spoken.gettext(_("%(expected)s (%(low)s to %(high)s)"), expected=expected, low=low, high=high)
    )


def _row(one: PeriodCount, boundaries: Sequence[DatedBoundary], spoken: Words) -> PeriodRow:
    since = (
        spoken.gettext(_("changed within the period"))
        if one.boundary is None
        else spoken.gettext(_("since %(day)s"), day=spoken.day(boundaries[one.boundary].first))
    )
    return PeriodRow(
        _period(one, spoken),
        since,
        "–" if one.hectares is None else spoken.number(one.hectares, 1),
        _number(one.count, spoken),
        "–" if one.per_hectare is None else spoken.number(one.per_hectare, 1),
        _number(one.on_common_ground, spoken),
    )


def _change(one: BoundaryChange, found: BoundaryCounts, spoken: Words) -> tuple[str, ...]:
    told = []
    parts = one.decomposition
    if parts is not None and parts.base_change:
        told.append(
            spoken.gettext(
                _(
                    "The count changed by %(count)s per cent, the ground by %(base)s per cent and the count "
                    "per hectare by %(rate)s per cent."
                ),
                count=_signed(parts.count_change, spoken),
                base=_signed(parts.base_change, spoken),
                rate=_signed(parts.rate_change, spoken),
            )
        )
        if parts.directions_differ:
            told.append(
                spoken.gettext(
                    _("Count and count per hectare point different ways: the moved boundary decides.")
                )
            )
    same = one.on_common_ground
    if same is not None:
        told.append(
            spoken.gettext(
                _("On the ground that is the same: %(before)s and %(after)s events."),
                before=spoken.number(same.before),
                after=spoken.number(same.after),
            )
        )
        told.append(
            spoken.gettext(_("The difference is larger than chance usually makes."))
            if same.p < CLEAR
            else spoken.gettext(_("The difference is no larger than chance can make."))
        )
    if not told:
        told.append(spoken.gettext(_("These two periods cannot be compared.")))
    return tuple(told)


def _period(one: PeriodCount, spoken: Words) -> str:
    return spoken.period(one.period.first, one.period.end)


def _number(value: int | None, spoken: Words) -> str:
    return "–" if value is None else spoken.number(value)


def _signed(value: float, spoken: Words) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{spoken.number(abs(value))}"
