"""What may be held against what: two series on one axis, two frozen pictures of one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from samsyn.studies.findings import (
    Fact,
    Figure,
    FigureState,
    Refusal,
    SeriesFindings,
    SituationFindings,
)


@dataclass(frozen=True, slots=True)
class Combined:
    """Series that may share an axis."""

    series: tuple[SeriesFindings, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Series that may not share an axis, with the reason; each keeps its own scale."""

    series: tuple[SeriesFindings, ...]
    refusal: Refusal


def combine(first: SeriesFindings, second: SeriesFindings) -> Combined | SideBySide:
    """Return two series as one axis may hold them, or side by side with the reason why not.

    Use before two series are drawn in one chart or stood in one column. Not for adding them: a report of an
    offence and an incident report are never added.

    Parameters
    ----------
    first, second : SeriesFindings

    Returns
    -------
    Combined or SideBySide
        Combined only where kind, unit, geography with vintage, definition and standing agree.
    """
    checks = (
        ("different_kind", first.kind, second.kind),
        ("different_unit", first.unit, second.unit),
        ("different_geography", _geography(first), _geography(second)),
        ("different_definition", _definition(first), _definition(second)),
        ("different_standing", first.published_by_source, second.published_by_source),
    )
    for code, one, other in checks:
        if one != other:
            facts = (Fact("first", _text(one)), Fact("second", _text(other)))
            return SideBySide((first, second), Refusal(code, facts))
    return Combined((first, second))


def _geography(series: SeriesFindings) -> tuple[str, str, str]:
    return (series.area.scheme, series.area.code, series.area.vintage)


def _definition(series: SeriesFindings) -> tuple[str, str]:
    # A parent and its parts are the same thing counted finer; without a text the names must agree.
    return (series.parent or series.slug, "" if series.parent else series.definition)


def _text(value: object) -> str:
    return " ".join(str(item) for item in value) if isinstance(value, tuple) else str(value)


# --- two frozen pictures -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure that differs between two pictures, with why: new data, a correction, or another boundary."""

    series: str
    first: date
    end: date
    old: Figure | None
    new: Figure | None
    why: str


@dataclass(frozen=True, slots=True)
class WordChange:
    """A verdict that differs although it compares the same periods."""

    series: str
    kind: str
    after_first: date
    old: str
    new: str
    why: str


@dataclass(frozen=True, slots=True)
class PictureComparison:
    """What changed between two frozen pictures, and why; refusals where they cannot be held together."""

    figures: tuple[FigureChange, ...]
    words: tuple[WordChange, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    versions: tuple[tuple[str, int | None, int | None], ...]
    program_changed: bool
    boundary_changed: bool
    refusals: tuple[Refusal, ...] = ()


def compare_pictures(old: SituationFindings, new: SituationFindings) -> PictureComparison:
    """Return what differs between two frozen pictures of one place, and why.

    Use to explain a new version of a picture. Not across places or audiences: what one audience may not read
    would show as a change.

    Parameters
    ----------
    old, new : SituationFindings

    Returns
    -------
    PictureComparison
        Empty with a refusal where place, audience or format differ.
    """
    refusals = _refused(old, new)
    program = old.program_version != new.program_version
    boundary = _fingerprints(old) != _fingerprints(new)
    if refusals:
        return PictureComparison((), (), (), (), (), program, boundary, refusals)
    before, after = ({series.key: series for series in picture.series} for picture in (old, new))
    shared = [key for key in before if key in after]
    figures = [change for key in shared for change in _figures(before[key], after[key])]
    words = [change for key in shared for change in _words(before[key], after[key], old, new, figures)]
    refusals = tuple(
        Refusal("boundary_changed", (Fact("series", key),))
        for key in shared
        if _geography(before[key]) != _geography(after[key])
    )
    return PictureComparison(
        figures=tuple(figures),
        words=tuple(words),
        added=tuple(key for key in after if key not in before),
        removed=tuple(key for key in before if key not in after),
        versions=_versions(old, new),
        program_changed=program,
        boundary_changed=boundary,
        refusals=refusals,
    )


def _refused(old: SituationFindings, new: SituationFindings) -> tuple[Refusal, ...]:
    checks = (
        ("different_place", old.place_id, new.place_id),
        ("different_audience", old.audience, new.audience),
        ("different_format", str(old.format_version), str(new.format_version)),
    )
    return tuple(
        Refusal(code, (Fact("old", one), Fact("new", other))) for code, one, other in checks if one != other
    )


def _fingerprints(picture: SituationFindings) -> tuple[str, ...]:
    return tuple(boundary.fingerprint for boundary in picture.boundaries)


def _figures(old: SeriesFindings, new: SeriesFindings) -> list[FigureChange]:
    spans = dict.fromkeys((f.first, f.end) for f in (*old.figures, *new.figures))
    found = []
    for first, end in spans:
        one, other = old.figure(first, end), new.figure(first, end)
        if _reads(one) != _reads(other):
            found.append(FigureChange(old.key, first, end, one, other, _why(one, other)))
    return found


def _reads(figure: Figure | None) -> tuple[FigureState, float | None, str, str] | None:
    return None if figure is None else (figure.state, figure.value, figure.status, figure.vintage)


def _why(old: Figure | None, new: Figure | None) -> str:
    if old is None or new is None:
        return "period_added" if old is None else "period_removed"
    if old.vintage != new.vintage:
        return "boundary_changed"
    if old.status == "preliminary" and new.status != "preliminary":
        return "final_figure"
    sources = [(f.source.dataset, f.source.version) if f.source else None for f in (old, new)]
    return "new_data_version" if sources[0] != sources[1] else "unexplained"


def _words(
    old: SeriesFindings,
    new: SeriesFindings,
    old_picture: SituationFindings,
    new_picture: SituationFindings,
    figures: list[FigureChange],
) -> list[WordChange]:
    found = []
    changed = {change.first for change in figures if change.series == old.key}
    for one in old.comparisons:
        same = next(
            (
                c
                for c in new.comparisons
                if (c.kind, c.before_first, c.after_first) == (one.kind, one.before_first, one.after_first)
            ),
            None,
        )
        if same is None or same.word is one.word:
            continue
        if {one.before_first, one.after_first} & changed:
            why = "figures_changed"
        elif old_picture.family.comparisons != new_picture.family.comparisons:
            why = "more_or_fewer_comparisons"
        else:
            why = (
                "program_changed"
                if old_picture.program_version != new_picture.program_version
                else "others_changed"
            )
        found.append(
            WordChange(old.key, one.kind.value, one.after_first, one.word.value, same.word.value, why)
        )
    return found


def _versions(
    old: SituationFindings, new: SituationFindings
) -> tuple[tuple[str, int | None, int | None], ...]:
    before, after = ({source.slug: source.version for source in picture.sources} for picture in (old, new))
    return tuple(
        (slug, before.get(slug), after.get(slug))
        for slug in sorted({*before, *after})
        if before.get(slug) != after.get(slug)
    )
