"""The numbers of a situational picture: one place, one period, one audience."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

import samsyn
from samsyn.analysis.change import direction, readings
from samsyn.analysis.results import CountComparison, Direction
from samsyn.domain.access import SharingClass
from samsyn.domain.calendar import Period
from samsyn.domain.caveats import SMALL_NUMBER, Caveat, caveats_for
from samsyn.domain.places import PlaceRef
from samsyn.store.schema import UNKNOWN_VINTAGE
from samsyn.studies import bases
from samsyn.studies.comparisons import Pairing, comparison, judge, pairings
from samsyn.studies.disclosure import disclose
from samsyn.studies.findings import (
    AreaFinding,
    BoundaryFinding,
    Comparison,
    ComparisonKind,
    ContextMark,
    DatasetSource,
    Decomposition,
    DenominatorBreak,
    DetectionReading,
    Fact,
    Figure,
    HectareFigure,
    MeanComparison,
    RateFigure,
    Refusal,
    SeriesFindings,
    SeriesGroup,
    SituationFindings,
)
from samsyn.studies.table import FigureStore, FigureTable, SeriesKey, TableCell, fetch

_SEXES = ("", "women", "men", "girls", "boys")
# Names of series of violence that victims report, where the settings name none.
_DRUGS = ("narkotik", "drug")  # the readings speak of trade: knives and drunk driving have none
_VIOLENCE = ("misshandel", "vald", "assault", "violence")


@dataclass(frozen=True, slots=True)
class ContextEvent:
    """Something outside the place that may disturb figures: a law, a renovation, a pandemic.

    ``end`` is exclusive; None is a change on one day, such as a new law. Any object with these
    attributes does.
    """

    key: str
    label: str
    first: date
    end: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SituationSettings:
    """What a workspace may decide about its situational pictures.

    Parameters
    ----------
    k : int [persons]
        The smallest number of persons shown outside the working group.
    most_years_apart : int [years]
        How far residents of another year may be from the figure they divide.
    unsuitable_rate : float [per 100 000]
        Above this, residents are said to be the wrong thing to divide by.
    assumed_phi : float or None [1]
        Replaces the assumed overdispersion.
    violence_series : tuple of str
        Slugs to read beside detection-driven offences; empty lets the program look for them by name.
    """

    k: int = 5
    most_years_apart: int = 3
    unsuitable_rate: float = 10_000.0
    assumed_phi: float | None = None
    violence_series: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Bases:
    """What one series is set against."""

    means: tuple[MeanComparison, ...] = ()
    rates: tuple[RateFigure, ...] = ()
    hectares: tuple[HectareFigure, ...] = ()
    decompositions: tuple[Decomposition, ...] = ()


def describe_situation(
    store: FigureStore,
    place: PlaceRef,
    period: Period,
    *,
    audience: SharingClass,
    as_of: date,
    context_events: Sequence[ContextEvent] = (),
    settings: SituationSettings | None = None,
) -> SituationFindings:
    """Return the numbers of a situational picture.

    Use for the page and the documents about one place. Not for an effect: it says what moved, never why.
    Figures are disclosed for the audience before anything is computed, so nothing here rests on a hidden one.

    Parameters
    ----------
    store : FigureStore
        Usually a `samsyn.store.Store`.
    place : PlaceRef
        Its areas decide which series are read, in that order.
    period : Period
        Figures whose own period lies wholly inside are shown; earlier ones tell the normal variation.
    audience : SharingClass
    as_of : date
        The day that the picture speaks of; never the clock.
    context_events : sequence of ContextEvent
    settings : SituationSettings or None

    Returns
    -------
    SituationFindings
        What could not be computed is in it as refusals.

    Raises
    ------
    SettingOutOfRange
        ``settings.k`` is outside the rule.
    """
    settings = settings or SituationSettings()
    codes = tuple(dict.fromkeys((area.scheme, area.code) for area in place.areas))
    raw = fetch(store, codes)
    raw, refusals = _of_the_place(raw, place)
    table = disclose(raw, audience, k=settings.k)
    by_series = table.by_series()
    shown = {
        key: bases.inside(cells, period)
        for key, cells in by_series.items()
        if (key.scheme, key.code) in codes and str(table.definition(key).kind) != "residents"
    }
    shown = {key: cells for key, cells in shown.items() if cells}

    asked = [
        pairing
        for key in shown
        for pairing in pairings(
            key, by_series[key], table.definition(key), period, assumed_phi=settings.assumed_phi
        )
    ]
    verdicts, family = judge(asked)
    marks, disturbing = _context(context_events, period, asked)
    compared: dict[SeriesKey, list[Comparison]] = {}
    for index, pairing in enumerate(asked):
        compared.setdefault(pairing.key, []).append(
            comparison(pairing, verdicts.get(index), disturbing.get(index, ()))
        )

    breaks: list[DenominatorBreak] = []
    series = []
    for key, cells in shown.items():
        based, its_breaks = _bases(table, key, cells, by_series, period, settings)
        breaks += its_breaks
        series.append(_series(table, key, cells, tuple(compared.get(key, ())), based, period, settings))
    series = _with_readings(series, asked, marks, settings)
    return SituationFindings(
        place_id=str(place.id),
        place_slug=place.slug,
        place_name=place.name,
        first=period.first,
        end=period.end,
        audience=audience.name.lower(),
        as_of=as_of,
        program_version=samsyn.__version__,
        boundaries=_boundaries(place, period),
        groups=_groups(table, series, codes),
        family=family,
        context=marks,
        breaks=tuple(breaks),
        sources=_sources(table, shown, by_series, codes),
        refusals=(*refusals, *_general_refusals(table, shown, by_series, period)),
        settings=tuple(Fact(f.name, _plain(getattr(settings, f.name))) for f in fields(settings)),
    )


def _plain(value: object) -> str | int | float | None:
    if value is None or isinstance(value, str | int | float):
        return value
    return ", ".join(str(item) for item in value)  # type: ignore[attr-defined]


def _of_the_place(table: FigureTable, place: PlaceRef) -> tuple[FigureTable, tuple[Refusal, ...]]:
    """Leave out figures of another vintage than the place's areas have: the same code, another shape."""
    known: dict[tuple[str, str], set[str]] = {}
    for area in place.areas:
        known.setdefault((area.scheme, area.code), set()).add(area.vintage)
    kept, left = [], set()
    for cell in table.cells:
        vintages = known.get((cell.key.scheme, cell.key.code), set()) | {cell.vintage}
        if (
            len(vintages) == 1
            or UNKNOWN_VINTAGE in vintages
            or cell.vintage in known.get((cell.key.scheme, cell.key.code), {cell.vintage})
        ):
            kept.append(cell)
        else:
            left.add((cell.key.dataset, cell.key.scheme, cell.key.code, cell.vintage))
    refusals = tuple(
        Refusal(
            "other_vintage",
            (Fact("dataset", dataset), Fact("scheme", scheme), Fact("code", code), Fact("vintage", vintage)),
        )
        for dataset, scheme, code, vintage in sorted(left)
    )
    return FigureTable(tuple(kept), table.versions, table.sizes), refusals


# --- one series ----------------------------------------------------------------------------------------


def _bases(
    table: FigureTable,
    key: SeriesKey,
    cells: list[TableCell],
    by_series: dict[SeriesKey, list[TableCell]],
    period: Period,
    settings: SituationSettings,
) -> tuple[_Bases, tuple[DenominatorBreak, ...]]:
    definition = table.definition(key)
    means = bases.mean_comparisons(table, cells, by_series)
    if str(definition.unit) != "count" or str(definition.kind) not in ("reported_offence", "incident_report"):
        return _Bases(means=means), ()
    hectares = bases.per_hectare(table, cells)
    partner = bases.rate_partner(table, key, by_series)
    printed = by_series[partner] if partner else []
    breaks = bases.denominator_breaks(table, by_series[key], printed, period)
    decompositions = (
        *bases.hectare_decompositions(hectares),
        *bases.rate_decompositions(cells, printed, breaks),
    )
    own_rates: tuple[RateFigure, ...] = ()
    # Where the source prints its own rate there is no second one; parts have no residents of theirs.
    if not partner and not key.sex and not key.age_group:
        residents = bases.residents_of(table, key.scheme, key.code, by_series)
        own_rates = bases.rates(cells, residents, most_years_apart=settings.most_years_apart)
    return _Bases(means, own_rates, hectares, decompositions), breaks


def _series(
    table: FigureTable,
    key: SeriesKey,
    cells: list[TableCell],
    compared: tuple[Comparison, ...],
    based: _Bases,
    period: Period,
    settings: SituationSettings,
) -> SeriesFindings:
    definition = table.definition(key)
    values = [cell.value for cell in cells if cell.value is not None]
    smallest = min((c.before for c in compared if c.before is not None), default=min(values, default=None))
    unsuitable = any(
        r.per_100000 is not None and r.per_100000 > settings.unsuitable_rate for r in based.rates
    )
    caveats = set[Caveat]()
    for per in ("residents" if based.rates else "", "hectare" if based.hectares else ""):
        caveats |= set(
            caveats_for(
                definition,
                statuses={cell.status for cell in cells}
                | {"suppressed" for cell in cells if cell.state.is_hidden},
                sexes={key.sex},
                first=period.first,
                end=period.end,
                smallest=smallest,
                city_area=unsuitable,
                per=per,
            )
        )
    area = table.area(key.scheme, key.code, key.dataset)
    sized = table.hectares(key.scheme, key.code, cells[-1].vintage)
    return SeriesFindings(
        key=str(key),
        slug=key.slug,
        label=definition.label,
        definition=definition.definition,
        unit=str(definition.unit),
        kind=str(definition.kind),
        offence_type=str(definition.offence_type),
        presence_sensitive=definition.presence_sensitive,
        person_based=definition.person_based,
        sensitive=definition.sensitive,
        parent=definition.parent,
        sex=key.sex,
        age_group=key.age_group,
        dataset=key.dataset,
        version=key.version,
        published_by_source=table.is_published(key),
        area=AreaFinding(
            key.scheme,
            key.code,
            cells[-1].vintage,
            (area.name if area else "") or key.code,
            sized.area_ha if sized else None,
        ),
        figures=tuple(_figure(cell) for cell in cells),
        comparisons=compared,
        means=based.means,
        rates=based.rates,
        hectares=based.hectares,
        decompositions=based.decompositions,
        caveats=tuple(caveat.value for caveat in Caveat if caveat in caveats),
        small_numbers=smallest is not None and smallest < SMALL_NUMBER and str(definition.unit) == "count",
    )


def _figure(cell: TableCell) -> Figure:
    return Figure(
        first=cell.first,
        end=cell.end,
        state=cell.state,
        value=cell.value,
        status=cell.status,
        source=cell.source,
        vintage=cell.vintage,
        note=cell.note,
        n=cell.n,
        margin=cell.margin,
    )


# --- detection-driven offences -------------------------------------------------------------------------


def _with_readings(
    series: list[SeriesFindings],
    asked: Sequence[Pairing],
    marks: tuple[ContextMark, ...],
    settings: SituationSettings,
) -> list[SeriesFindings]:
    latest = {
        str(p.key): p
        for p in sorted(asked, key=lambda p: p.after.first)
        if p.kind is ComparisonKind.YEAR_BEFORE
    }
    found = []
    for one in series:
        if one.is_detection_driven and one.unit == "count" and any(word in one.slug for word in _DRUGS):
            found.append(_replace_reading(one, _reading(one, series, latest, marks, settings)))
        else:
            found.append(one)
    return found


def _replace_reading(series: SeriesFindings, reading: DetectionReading) -> SeriesFindings:
    values = {f.name: getattr(series, f.name) for f in fields(series)}
    return SeriesFindings(**{**values, "reading": reading})


def _reading(
    one: SeriesFindings,
    series: Sequence[SeriesFindings],
    latest: dict[str, Pairing],
    marks: tuple[ContextMark, ...],
    settings: SituationSettings,
) -> DetectionReading:
    companions = [other for other in series if _is_violence(other, one, settings)]
    drugs = _direction(latest.get(one.key))
    violence = {_direction(latest.get(other.key)) for other in companions}
    # Companions that disagree leave violence unknown: there is no picture of it to read beside.
    moved = next(iter(violence)) if len(violence) == 1 else Direction.UNKNOWN
    pair = latest.get(one.key)
    counts = pair.counts if pair else None
    return DetectionReading(
        drugs=drugs,
        presence=Direction.UNKNOWN,
        violence=moved,
        perceived_trade=Direction.UNKNOWN,
        readings=()
        if drugs is Direction.UNKNOWN
        else readings(drugs, Direction.UNKNOWN, moved, Direction.UNKNOWN),
        companions=tuple(other.key for other in companions),
        may_be_single_cases=_jumps(counts),
        context_events=tuple(mark.key for mark in marks if one.key in mark.disturbs),
    )


def _direction(pairing: Pairing | None) -> Direction:
    return direction(pairing.counts if pairing else None)


def _jumps(counts: CountComparison | None) -> bool:
    if counts is None:
        return False
    return counts.ratio is None or abs(counts.ratio - 1) > 0.5


def _is_violence(other: SeriesFindings, one: SeriesFindings, settings: SituationSettings) -> bool:
    if (other.area.scheme, other.area.code) != (one.area.scheme, one.area.code) or other.is_part:
        return False
    if settings.violence_series:
        return other.slug in settings.violence_series
    victims = other.offence_type == "victim_reported" and not other.presence_sensitive
    return victims and other.unit == "count" and other.slug.startswith(_VIOLENCE)


# --- the page ------------------------------------------------------------------------------------------


def _context(
    events: Sequence[ContextEvent], period: Period, asked: Sequence[Pairing]
) -> tuple[tuple[ContextMark, ...], dict[int, tuple[str, ...]]]:
    marks, disturbing = [], dict[int, list[str]]()
    for event in sorted(events, key=lambda e: (e.first, e.key)):
        # Without an end it is a change on one day, such as a new law: before and after it differ.
        end = event.end or event.first + timedelta(days=1)
        if event.first >= period.end or end <= period.first:
            continue
        series = []
        for index, pairing in enumerate(asked):
            first, last = pairing.before.first, pairing.after.end
            # An event that holds all the way through touches both sides alike.
            if event.first < last and end > first and not (event.first <= first and end >= last):
                disturbing.setdefault(index, []).append(event.key)
                series.append(str(pairing.key))
        marks.append(
            ContextMark(
                event.key, event.label, event.first, event.end, tuple(dict.fromkeys(series)), event.note
            )
        )
    return tuple(marks), {index: tuple(keys) for index, keys in disturbing.items()}


def _boundaries(place: PlaceRef, period: Period) -> tuple[BoundaryFinding, ...]:
    return tuple(
        BoundaryFinding(b.valid_from, b.valid_to, b.area_ha, hashlib.sha256(b.wkb).hexdigest()[:16])
        for b in sorted(place.boundaries, key=lambda b: b.valid_from)
        if b.valid_from < period.end and (b.valid_to is None or b.valid_to > period.first)
    )


def _groups(
    table: FigureTable, series: list[SeriesFindings], codes: tuple[tuple[str, str], ...]
) -> tuple[SeriesGroup, ...]:
    """Put series that may stand in one table together: kind, unit, geography, source and standing agree."""
    order = {code: index for index, code in enumerate(codes)}
    kinds = ("reported_offence", "incident_report", "register", "survey")
    found: dict[tuple[int, int, str, str, bool], list[SeriesFindings]] = {}
    for one in series:
        key = (
            order[(one.area.scheme, one.area.code)],
            kinds.index(one.kind) if one.kind in kinds else len(kinds),
            one.unit,
            one.dataset,
            one.published_by_source,
        )
        found.setdefault(key, []).append(one)
    return tuple(_group(table, found[key]) for key in sorted(found))


def _group(table: FigureTable, series: list[SeriesFindings]) -> SeriesGroup:
    first = series[0]
    version = table.versions.get((first.dataset, first.version))
    declared = [definition.slug for definition in version.series] if version else []
    ordered = sorted(series, key=lambda s: _place_in_table(s, declared))
    periods = sorted({(figure.first, figure.end) for one in series for figure in one.figures})
    return SeriesGroup(
        key="/".join((first.dataset, first.kind, first.unit, first.area.scheme, first.area.code)),
        kind=first.kind,
        unit=first.unit,
        area=first.area,
        published_by_source=first.published_by_source,
        definition=version.meta.reference if version else "",
        periods=tuple(periods),
        series=tuple(ordered),
    )


def _place_in_table(series: SeriesFindings, declared: list[str]) -> tuple[object, ...]:
    """Detection-driven series last; a part right after its total; else as the source has them."""

    def rank(slug: str) -> int:
        return declared.index(slug) if slug in declared else len(declared)

    total = series.parent or series.slug
    return (
        series.is_detection_driven,
        rank(total),
        total,
        series.slug != total,
        rank(series.slug),
        series.slug,
        bool(series.sex or series.age_group),
        _SEXES.index(series.sex) if series.sex in _SEXES else len(_SEXES),
        series.age_group,
    )


def _sources(
    table: FigureTable,
    shown: dict[SeriesKey, list[TableCell]],
    by_series: dict[SeriesKey, list[TableCell]],
    codes: tuple[tuple[str, str], ...],
) -> tuple[DatasetSource, ...]:
    used = {(key.dataset, key.version) for key in shown}
    # Residents are cited too: every rate rests on them.
    used |= {
        (key.dataset, key.version)
        for key in by_series
        if (key.scheme, key.code) in codes and str(table.definition(key).kind) == "residents"
    }
    found = []
    for slug, number in sorted(used):
        version = table.versions.get((slug, number))
        if version is None:
            continue
        meta = version.meta
        found.append(
            DatasetSource(
                slug=slug,
                title=meta.title,
                publisher=meta.publisher,
                reference=meta.reference,
                published=str(meta.published or ""),
                licence=meta.licence,
                version=number,
                file_name=version.file_name,
                file_sha256=version.file_sha256,
                loaded_at=version.loaded_at.date().isoformat(),
                published_by_source=meta.published is not None,
                notes=meta.notes,
            )
        )
    return tuple(found)


def _general_refusals(
    table: FigureTable,
    shown: dict[SeriesKey, list[TableCell]],
    by_series: dict[SeriesKey, list[TableCell]],
    period: Period,
) -> tuple[Refusal, ...]:
    found: list[Refusal] = []
    if not shown:
        found.append(Refusal("no_figures", (Fact("first", str(period.first)), Fact("end", str(period.end)))))
    areas = dict.fromkeys(
        (key.scheme, key.code) for key in shown if str(table.definition(key).unit) == "count"
    )
    for scheme, code in areas:
        if bases.residents_of(table, scheme, code, by_series) is None:
            found.append(Refusal("no_residents", (Fact("scheme", scheme), Fact("code", code))))
    for key, cells in shown.items():
        for cell in cells:
            if cell.status in ("part_year", "preliminary"):
                facts = (
                    Fact("series", str(key)),
                    Fact("first", str(cell.first)),
                    Fact("end", str(cell.end)),
                )
                found.append(Refusal(f"{cell.status}_not_compared", facts))
    return tuple(found)
