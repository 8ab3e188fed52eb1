"""What a count is set against: the mean of all areas, residents, hectares; and when the base itself moves."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from samsyn.analysis import denominators
from samsyn.analysis.errors import NoExposure, ZeroBefore
from samsyn.analysis.rates import rate, ratio_to_rounded_mean
from samsyn.analysis.results import Decomposition as PlainDecomposition
from samsyn.domain.calendar import Period
from samsyn.store.schema import AreaRole
from samsyn.studies.comparisons import WHOLE_UNITS, is_whole, shifted
from samsyn.studies.findings import (
    Decomposition,
    DenominatorBreak,
    Fact,
    FigureState,
    HectareFigure,
    MeanComparison,
    RateFigure,
    Refusal,
)
from samsyn.studies.table import FigureTable, SeriesKey, TableCell

_Cells = dict[SeriesKey, list[TableCell]]


def inside(cells: Iterable[TableCell], period: Period) -> list[TableCell]:
    """Return the cells whose own period lies wholly inside the period."""
    return [cell for cell in cells if period.first <= cell.first and cell.end <= period.end]


def mean_comparisons(
    table: FigureTable, cells: Sequence[TableCell], by_series: _Cells
) -> tuple[MeanComparison, ...]:
    """Return each value as a multiple of the printed mean of all areas of its scheme.

    Parameters
    ----------
    table : FigureTable
    cells : sequence of TableCell
        The series inside the period.
    by_series : mapping of SeriesKey to cells
        Where the means are found, as series of their own.

    Returns
    -------
    tuple of MeanComparison
        Empty where the source prints no mean for the series.
    """
    if not cells or str(table.definition(cells[0].key).unit) not in WHOLE_UNITS:
        return ()
    key = cells[0].key
    found = []
    for other, means in by_series.items():
        same = (other.dataset, other.slug, other.sex, other.age_group, other.scheme)
        if same != (key.dataset, key.slug, key.sex, key.age_group, key.scheme):
            continue
        area = table.area(other.scheme, other.code, other.dataset)
        if area is None or area.role is not AreaRole.MEAN:
            continue
        by_period = {(mean.first, mean.end): mean for mean in means}
        for cell in cells:
            mean = by_period.get((cell.first, cell.end))
            if mean is not None:
                # The mean contains the place itself unless the source says otherwise.
                found.append(_against_mean(cell, mean, area.n_areas, area.rounded_to, True))
    return tuple(found)


def _against_mean(
    cell: TableCell, mean: TableCell, n_areas: int | None, rounded_to: float | None, contains: bool
) -> MeanComparison:
    ratio = low = high = None
    refusal = None
    if cell.value is None or mean.value is None:
        hidden = cell.state.is_hidden or mean.state.is_hidden
        refusal = Refusal("hidden_value" if hidden else "missing_value")
    elif rounded_to is None:
        ratio = low = high = cell.value / mean.value if mean.value else None
        refusal = None if mean.value else Refusal("mean_is_zero")
    else:
        try:
            estimate = ratio_to_rounded_mean(cell.value, mean.value, rounding_unit=rounded_to)
            assert estimate.interval is not None
            ratio, low = estimate.value, estimate.interval.low
            high = None if estimate.interval.high == float("inf") else estimate.interval.high
        except NoExposure:
            low = cell.value / (rounded_to / 2)
            refusal = Refusal("mean_rounded_to_zero")
    return MeanComparison(
        first=cell.first,
        end=cell.end,
        value=cell.value,
        mean=mean.value,
        ratio=ratio,
        low=low,
        high=high,
        n_areas=n_areas,
        rounded_to=rounded_to,
        contains_place=contains,
        source=mean.source,
        refusal=refusal,
    )


@dataclass(frozen=True, slots=True)
class Residents:
    """The residents of an area by year, as the store has them."""

    by_year: tuple[tuple[int, TableCell], ...]

    def nearest(self, year: int) -> tuple[int, TableCell] | None:
        """Return the readable figure nearest to the year, the earlier of two equally near."""
        known = [(y, cell) for y, cell in self.by_year if cell.value]
        return min(known, key=lambda item: (abs(item[0] - year), item[0])) if known else None


def residents_of(table: FigureTable, scheme: str, code: str, by_series: _Cells) -> Residents | None:
    """Return the residents of an area, undivided by sex and age, or None where the store has none."""
    found: dict[int, TableCell] = {}
    for key, cells in by_series.items():
        if (key.scheme, key.code) != (scheme, code) or key.sex or key.age_group:
            continue
        definition = table.definition(key)
        if str(definition.kind) != "residents" or definition.parent:
            continue
        for cell in cells:
            found.setdefault(cell.first.year, cell)
    return Residents(tuple(sorted(found.items()))) if found else None


def rates(
    cells: Sequence[TableCell], residents: Residents | None, *, most_years_apart: int = 3
) -> tuple[RateFigure, ...]:
    """Return each whole-year count per 100 000 residents; both years are named, far apart is refused.

    Parameters
    ----------
    cells : sequence of TableCell
    residents : Residents or None
        None gives no rates at all: the page says once that there are no residents to divide by.
    most_years_apart : int [years]
    """
    if residents is None:
        return ()
    found = []
    for cell in cells:
        if (cell.end - cell.first).days < 365:
            continue
        nearest = residents.nearest(cell.first.year)
        if nearest is None:
            continue
        year, base = nearest
        refusal, value = None, None
        if cell.value is None:
            refusal = Refusal("hidden_value" if cell.state.is_hidden else "missing_value")
        elif abs(year - cell.first.year) > most_years_apart:
            refusal = Refusal(
                "residents_too_far", (Fact("residents_year", year), Fact("year", cell.first.year))
            )
        elif not is_whole(cell):
            refusal = Refusal("not_final", (Fact("status", cell.status),))
        else:
            value = rate(int(cell.value), base.value or 0).value
        found.append(
            RateFigure(cell.first, cell.end, cell.value, base.value, year, value, base.source, refusal)
        )
    return tuple(found)


def per_hectare(table: FigureTable, cells: Sequence[TableCell]) -> tuple[HectareFigure, ...]:
    """Return each count per hectare of the area as it was drawn for that figure."""
    found = []
    for cell in cells:
        area = table.hectares(cell.key.scheme, cell.key.code, cell.vintage)
        if area is None or not area.area_ha:
            continue
        refusal = value = None
        if cell.value is None:
            refusal = Refusal("hidden_value" if cell.state.is_hidden else "missing_value")
        else:
            value = cell.value / area.area_ha
        found.append(
            HectareFigure(cell.first, cell.end, cell.value, area.area_ha, area.vintage, value, refusal)
        )
    return tuple(found)


def hectare_decompositions(hectares: Sequence[HectareFigure]) -> tuple[Decomposition, ...]:
    """Return count, area and density beside each other for each step where the area moved."""
    found = []
    for before in hectares:
        after = next((h for h in hectares if h.first == shifted(before.first, 1)), None)
        if after is None or before.area_ha == after.area_ha or not before.count or after.count is None:
            continue
        assert before.area_ha is not None  # only known areas make figures
        assert after.area_ha is not None
        plain = denominators.boundary_decomposition(
            int(before.count), int(after.count), before.area_ha, after.area_ha
        )
        found.append(_decomposition("hectare", before, after, plain))
    return tuple(found)


def rate_decompositions(
    counts: Sequence[TableCell], rates_printed: Sequence[TableCell], breaks: Sequence[DenominatorBreak]
) -> tuple[Decomposition, ...]:
    """Return count, implied residents and rate beside each other where the last step points both ways.

    Use where the source prints both a count and a rate of the same area.
    """
    by_period = {(cell.first, cell.end): cell for cell in rates_printed if cell.value}
    usable = [cell for cell in counts if is_whole(cell) and (cell.first, cell.end) in by_period]
    found = []
    for before, after in itertools.pairwise(usable):
        if after.first != shifted(before.first, 1) or not before.value:
            continue
        bases = [
            float(cell.value or 0) * 100_000 / (by_period[(cell.first, cell.end)].value or 1)
            for cell in (before, after)
        ]
        try:
            plain = denominators.rate_decomposition(int(before.value), int(after.value or 0), *bases)
        except (ZeroBefore, NoExposure):
            continue
        if not plain.directions_differ:
            continue
        broken = any(b.after_year == after.first.year for b in breaks)
        found.append(_decomposition("residents", before, after, plain, broken=broken))
    return tuple(found)


def _decomposition(
    exposure: str,
    before: TableCell | HectareFigure,
    after: TableCell | HectareFigure,
    plain: PlainDecomposition,
    *,
    broken: bool = False,
) -> Decomposition:
    return Decomposition(
        exposure=exposure,
        before_first=before.first,
        before_end=before.end,
        after_first=after.first,
        after_end=after.end,
        count_before=plain.count_before,
        count_after=plain.count_after,
        exposure_before=plain.base_before,
        exposure_after=plain.base_after,
        count_ratio=plain.count_after / plain.count_before,
        exposure_ratio=plain.base_after / plain.base_before,
        rate_ratio=plain.rate_ratio,
        signs_differ=plain.directions_differ,
        broken_denominator=broken,
    )


def rate_partner(table: FigureTable, key: SeriesKey, keys: Iterable[SeriesKey]) -> SeriesKey | None:
    """Return the printed rate that belongs to a count: same source, geography, kind and division.

    Where several series fit, the one whose name begins with the count's name; else none is taken.
    """
    definition = table.definition(key)
    fits = []
    for other in keys:
        same = (other.dataset, other.sex, other.age_group, other.scheme, other.code)
        if same != (key.dataset, key.sex, key.age_group, key.scheme, key.code):
            continue
        its = table.definition(other)
        if str(its.unit) == "per_100000" and (its.kind, its.offence_type) == (
            definition.kind,
            definition.offence_type,
        ):
            fits.append(other)
    named = [other for other in fits if other.slug.startswith(key.slug)]
    return named[0] if len(named) == 1 else fits[0] if len(fits) == 1 else None


def denominator_breaks(
    table: FigureTable, counts: Sequence[TableCell], rates_printed: Sequence[TableCell], period: Period
) -> tuple[DenominatorBreak, ...]:
    """Return the steps inside the period where the implied population jumps unlike its usual step."""
    by_period = {(cell.first, cell.end): cell for cell in rates_printed if cell.state is FigureState.SHOWN}
    both = [cell for cell in counts if cell.value and (cell.first, cell.end) in by_period]
    if not both:
        return ()
    implied = denominators.implied_denominators(
        [int(cell.value or 0) for cell in both],
        [by_period[(cell.first, cell.end)].value or 0.0 for cell in both],
        periods=[cell.first.year for cell in both],
    )
    key = both[0].key
    area = table.area(key.scheme, key.code, key.dataset)
    years = {cell.first.year for cell in inside(both, period)}
    return tuple(
        DenominatorBreak(
            scheme=key.scheme,
            code=key.code,
            area_name=area.name if area else key.code,
            series=str(key),
            before_year=int(found.before.period),
            after_year=int(found.after.period),
            implied_before=found.before.value,
            implied_after=found.after.value,
            step=(found.step or 0.0) / 100,
            median_step=(found.typical_step or 0.0) / 100,
        )
        for found in denominators.denominator_breaks(implied)
        if found.kind == "step" and {found.before.period, found.after.period} <= years
    )
