"""What differs between two frozen pictures, in words."""

from __future__ import annotations

from dataclasses import dataclass

from samsyn.reports.tables import figure_cell, plain_text
from samsyn.reports.texts import series_name, translator, verdict_word
from samsyn.reports.words import Words
from samsyn.studies.comparability import compare_pictures
from samsyn.studies.findings import SeriesFindings, SituationFindings, Word


def _(message: str) -> str:
    return message  # marks a message for the catalogue; it is translated when it is said


WHY = {
    "period_added": _("the period is new"),
    "period_removed": _("the period is not in the newer version"),
    "boundary_changed": _("the area has another boundary or vintage"),
    "final_figure": _("a preliminary figure became final"),
    "new_data_version": _("a new version of the data set"),
    "unexplained": _("not explained by data or boundary"),
    "figures_changed": _("the figures behind it changed"),
    "more_or_fewer_comparisons": _("more or fewer comparisons on the page"),
    "program_changed": _("another version of the program"),
    "others_changed": _("other comparisons on the page changed"),
}
REFUSALS = {
    "different_place": _("The versions are about different places, so they are not compared."),
    "different_audience": _("The versions are made for different readers, so they are not compared."),
    "different_format": _("The versions are kept in different formats, so they are not compared."),
    "boundary_changed": _("A series counts in another area than before; its figures are not comparable."),
}


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One figure or verdict that differs."""

    name: str
    old: str
    new: str
    why: str


@dataclass(frozen=True, slots=True)
class DifferencesText:
    """What to read first, and then row by row."""

    reasons: tuple[str, ...]
    rows: tuple[DifferenceRow, ...]


def differences(old: SituationFindings, new: SituationFindings, language: str) -> DifferencesText:
    """Return what differs between two frozen pictures as sentences and rows.

    Parameters
    ----------
    old, new : SituationFindings
        Of the same place and audience; otherwise the sentences say why they are not compared.
    language : {"sv", "en"}
    """
    spoken = translator(language)
    found = compare_pictures(old, new)
    k = str(next((fact.value for fact in new.settings if fact.name == "k"), 5))
    by_key = {series.key: series for picture in (new, old) for series in picture.series}
    reasons = [spoken.gettext(REFUSALS.get(refusal.code, refusal.code)) for refusal in found.refusals]
    reasons += [
        spoken.gettext(
            "Data set %(name)s: version %(old)s became version %(new)s.",
            name=slug,
            old=one or "–",
            new=other or "–",
        )
        for slug, one, other in found.versions
    ]
    if found.boundary_changed:
        reasons.append(spoken.gettext("The boundary of the place has changed between the versions."))
    if found.program_changed:
        reasons.append(
            spoken.gettext(
                "The versions are made by different versions of the program (%(old)s and %(new)s).",
                old=old.program_version,
                new=new.program_version,
            )
        )
    rows = [
        DifferenceRow(
            f"{_name(spoken, by_key.get(change.series))}, {spoken.period(change.first, change.end)}",
            plain_text(figure_cell(spoken, change.old, by_key[change.series].unit, k)),
            plain_text(figure_cell(spoken, change.new, by_key[change.series].unit, k)),
            spoken.gettext(WHY.get(change.why, change.why)),
        )
        for change in found.figures
    ]
    rows += [
        DifferenceRow(
            f"{_name(spoken, by_key.get(word.series))}, {word.after_first.year}",
            verdict_word(spoken, Word(word.old)),
            verdict_word(spoken, Word(word.new)),
            spoken.gettext(WHY.get(word.why, word.why)),
        )
        for word in found.words
    ]
    rows += [
        DifferenceRow(_name(spoken, by_key.get(key)), "–", spoken.gettext("new series"), "")
        for key in found.added
    ]
    rows += [
        DifferenceRow(_name(spoken, by_key.get(key)), spoken.gettext("series no longer there"), "–", "")
        for key in found.removed
    ]
    return DifferencesText(tuple(dict.fromkeys(reasons)), tuple(rows))


def _name(spoken: Words, series: SeriesFindings | None) -> str:
    return series_name(spoken, series) if series else "–"
