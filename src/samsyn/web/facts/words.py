"""Codes of the store as words in the reader's language, for forms and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext, gettext_noop as _

from samsyn.domain import glossary
from samsyn.domain.events import IncidentGroup, OffenceGroup
from samsyn.reports.texts import KINDS, SCHEMES, SEXES, UNITS
from samsyn.store.schema import UNKNOWN_VINTAGE

OFFENCE_TYPES = {
    "victim_reported": _("reported by those affected"),
    "detection_driven": _("found by the police looking for it"),
    "mixed": _("partly found by the police"),
    "none": _("not a crime"),
}
STATUSES = {
    "actual": _("final"),
    "preliminary": _("preliminary"),
    "part_year": _("part of a year"),
    "rounded": _("rounded"),
    "missing": _("missing"),
    "suppressed": _("hidden by the source"),
    "not_applicable": _("does not apply"),
}
STATES = {
    "current": _("in force"),
    "superseded": _("superseded"),
    "withdrawn": _("withdrawn"),
    "lost": _("file missing"),
}
EVENT_KINDS = {
    "pandemic": _("pandemic"),
    "renovation": _("renovation or rebuilding"),
    "reorganisation": _("reorganisation"),
    "law": _("change of law"),
    "registration": _("new way of registering"),
    "operation": _("large operation"),
    "event": _("large public event"),
    "other": _("other"),
}
# What a kept answer is about, by the first part of its key.
QUESTIONS = {
    "dash": _("What the dash means"),
    "dots": _("What two dots mean"),
    "dot": _("What a single dot means"),
    "blank": _("What an empty cell means"),
    "star": _("What the star means"),
    "stated": _("What a status in the file means"),
    "sheet": _("Sheet"),
    "footnote": _("Footnote sign"),
    "glued": _("Sign after a figure"),
    "area": _("Geography"),
    "series": _("Series"),
    "period": _("Period"),
    "columns": _("Columns"),
    "bracket": _("Figure in brackets"),
    "bracketed": _("Figure in brackets"),
    "axis": _("What the labels are"),
    "total": _("Total that differs from its parts"),
    "parts": _("Parts of a total"),
    "unit": _("Unit"),
    "sum": _("Shares that do not add up"),
}
_ALL: Mapping[str, Mapping[str, str]] = {
    "scheme": SCHEMES,
    "kind": KINDS,
    "unit": UNITS,
    "sex": SEXES,
    "offence_type": OFFENCE_TYPES,
    "status": STATUSES,
    "state": STATES,
    "event": EVENT_KINDS,
}


_GROUPS = {group.value: group for groups in (OffenceGroup, IncidentGroup) for group in groups}


def word(family: str, code: Any) -> str:
    """Return a code as a word; an unknown code stands as it is."""
    text = _ALL[family].get(str(code), "")
    return gettext(text) if text else str(code)


def event_kind(kind: str) -> str:
    """Return what people call a kind of event."""
    group = _GROUPS.get(kind)
    language = (get_language() or "sv")[:2]
    return glossary.label(group, language) if group else kind.removeprefix("observation:")


def choices(family: str, *, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Return the codes of a family with their words, for a list of choices."""
    return [(code, word(family, code)) for code in _ALL[family] if code not in without]


def answer_label(key: str) -> str:
    """Return what a kept answer is about: the kind of question, and the name in the table."""
    kind, _colon, about = key.partition(":")
    text = QUESTIONS.get(kind)
    return (gettext(text) if text else kind) + (f": {about}" if about else "")


def series_label(label: str, sex: str, age_group: str) -> str:
    """Return a series' name with the sex or age group that a figure is limited to, as documents print it.

    Examples
    --------
    >>> series_label("Rån", "", "")
    'Rån'
    """
    parts = [label, word("sex", sex)] if sex else [label]
    if age_group and sex not in ("girls", "boys"):  # who say their age themselves
        limit = age_group.removeprefix("<")
        parts.append(gettext("under %(age)s") % {"age": limit} if limit != age_group else age_group)
    return ", ".join(parts)


def vintage_word(vintage: str) -> str:
    """Return a vintage; the unknown one says so."""
    return gettext("unknown vintage") if vintage == UNKNOWN_VINTAGE else vintage
