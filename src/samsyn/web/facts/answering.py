"""The questions of an import as a form: what is shown for each, and what is read back from it.

Field names are the question's id with the part after a tilde, so that ids may hold colons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from samsyn.store.schema import MEAN_CODE, UNKNOWN_VINTAGE, SeriesDefinition
from samsyn.store.tables import Question, RawTable
from samsyn.store.tables.found import FoundSeries
from samsyn.store.tables.known import SCHEMES, is_total, slug
from samsyn.store.tables.questions import series_question
from samsyn.web.facts.imports import Reading, answered
from samsyn.web.facts.words import choices, vintage_word, word

_GEOGRAPHY = ("area", "mean")
_FLAGS = ("presence_sensitive", "person_based", "sensitive")
_SERIES_TEXTS = ("label", "definition", "unit", "kind", "offence_type", "slug", "sex", "age_group", "parent")


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A line of the source: its number and its cells, each with whether it is what the question is about."""

    row: int
    cells: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One question as it stands on the page."""

    id: str
    anchor: str
    text: str
    subject: str
    lines: tuple[EvidenceLine, ...]
    more: int
    options: tuple[tuple[str, str], ...]
    answer: str
    answer_text: str
    recommended: str
    recommended_text: str
    reason: str
    code: str
    free: str = ""
    first: str = ""
    last: str = ""
    standing: str = ""


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One name that figures stand beside, with the geography that has been given."""

    id: str
    anchor: str
    name: str
    row: int
    mean: bool
    scheme: str
    code: str
    vintage: str
    number: str
    step: str
    suggestion: str
    reason: str
    lacking: bool


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One column of figures with what it counts."""

    id: str
    anchor: str
    name: str
    row: int
    values: Mapping[str, Any]
    suggested: bool
    lacking: bool


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Every question of a draft, in the three groups that the page has."""

    cards: tuple[Card, ...]
    areas: tuple[AreaRow, ...]
    series: tuple[SeriesRow, ...]
    suggestions: tuple[tuple[str, str, str], ...] = field(default=())

    @property
    def open_cards(self) -> tuple[Card, ...]:
        """The questions that lack an answer."""
        return tuple(card for card in self.cards if not card.answer)

    @property
    def answered_cards(self) -> tuple[Card, ...]:
        """The questions that have an answer, which may be changed."""
        return tuple(card for card in self.cards if card.answer)


def questionnaire(reading: Reading) -> Questionnaire:
    """Return what the page of questions shows."""
    found = {series_question(series): series for series in reading.found.series}
    cards: list[Card] = []
    areas: list[AreaRow] = []
    series: list[SeriesRow] = []
    for number, question in enumerate(reading.asked):
        answer = reading.answers.get(question.id)
        anchor = f"q{number}"
        if question.code in _GEOGRAPHY:
            areas.append(_area_row(question, anchor, str(answer or "")))
        elif question.code == "series":
            one = found[question.id]
            series.append(_series_row(question, anchor, answer, one))
        else:
            cards.append(_card(question, anchor, str(answer or ""), reading.found.raw))
    return Questionnaire(tuple(cards), tuple(areas), tuple(series), _suggestions(reading.suggested))


def _suggestions(asked: Iterable[Question]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (_asked(question), _suggested(question), _(question.reason) if question.reason else "")
        for question in asked
    )


def _asked(question: Question) -> str:
    return _(question.text) % question.facts


def _suggested(question: Question) -> str:
    if question.code in _GEOGRAPHY:
        return _area_words(question.recommended)
    return next(
        (_(o.text) % o.facts for o in question.options if o.value == question.recommended),
        question.recommended,
    )


def _area_words(key: str) -> str:
    parts = [*key.split(":"), "", "", "", ""]
    scheme, code, vintage, number, step = parts[:5]
    said = f"{word('scheme', scheme)} {code}, {vintage_word(vintage)}"
    if code == MEAN_CODE:
        facts = {"scheme": word("scheme", scheme), "number": number or "?", "step": step or "?"}
        said = _("mean of %(number)s areas of the kind %(scheme)s, rounded to %(step)s") % facts
    return said


def _card(question: Question, anchor: str, answer: str, raw: RawTable) -> Card:
    options = tuple((option.value, _(option.text) % option.facts) for option in question.options)
    told = dict(options)
    free = first = last = standing = ""
    if question.free and question.code == "period":
        first, last, standing = _days(answer if answer not in told else "")
    elif question.free and answer not in told:
        free = answer
    shown = _period_words(first, last) if first else told.get(answer, answer)
    lines, more = _evidence(question, raw)
    return Card(
        id=question.id,
        anchor=anchor,
        text=_asked(question),
        subject=question.subject,
        lines=lines,
        more=more,
        options=options,
        answer=answer,
        answer_text=shown,
        recommended=question.recommended,
        recommended_text=_suggested(question) if question.recommended else "",
        reason=_(question.reason) if question.reason else "",
        code=("period" if question.code == "period" else "free") if question.free else "choice",
        free=free,
        first=first,
        last=last,
        standing=standing,
    )


def _period_words(first: str, last: str) -> str:
    return _("from %(first)s to %(last)s") % {"first": first, "last": last}


def _days(answer: str) -> tuple[str, str, str]:
    """Return the first day, the last day and the standing of a free answer about a period."""
    parts = [*answer.split("/"), "", ""]
    try:
        last = (date.fromisoformat(parts[1]) - timedelta(days=1)).isoformat()
    except ValueError:
        last = parts[1]
    return parts[0], last, parts[2]


def _evidence(question: Question, raw: RawTable) -> tuple[tuple[EvidenceLine, ...], int]:
    """Return the lines of the source that the question is about, with what stands beside them."""
    marked = {(cell.row, cell.column) for cell in question.where}
    rows = list(dict.fromkeys(cell.row for cell in question.where))
    around = 2 if raw.form == "stacked" else 0
    wanted: list[int] = []
    for row in rows[:2]:
        wanted += [near for near in range(row - around, row + around + 1) if near not in wanted]
    lines = []
    for row in sorted(wanted):
        line = raw.lines[row - 1] if 0 < row <= len(raw.lines) else ()
        whole = row in rows and all((cell.row, cell.column) not in marked for cell in line)
        cells = tuple(
            (cell.plain[:80], (cell.row, cell.column) in marked or whole) for cell in line[:14] if cell.plain
        )
        if cells:
            lines.append(EvidenceLine(row, cells))
    return tuple(lines), max(0, len(rows) - 2)


def _area_row(question: Question, anchor: str, answer: str) -> AreaRow:
    mean = question.code == "mean"
    scheme, code, vintage, number, step = [*answer.split(":"), "", "", "", ""][:5]
    whole = all((scheme, vintage, number, step)) if mean else all((scheme, code, vintage))
    suggestion = _area_words(question.recommended) if question.recommended and not answer else ""
    return AreaRow(
        id=question.id,
        anchor=anchor,
        name=question.subject,
        row=question.where[0].row if question.where else 0,
        mean=mean,
        scheme=scheme,
        code=code,
        vintage=vintage,
        number=number,
        step=step,
        suggestion=suggestion,
        reason=_(question.reason) if suggestion and question.reason else "",
        lacking=not whole,
    )


def _series_row(question: Question, anchor: str, answer: Any, one: FoundSeries) -> SeriesRow:
    guess, title, heading = one.suggestion, one.title, one.heading
    if isinstance(answer, Mapping):
        values = dict(answer)
    elif guess is not None:
        values = _series_values(guess.definition, guess.sex, guess.age_group)
    else:
        # A column called "total" is named after the table it is the total of.
        label = title if title and (not heading or is_total(heading)) else question.subject
        values = {
            "label": label,
            "definition": "",
            "unit": one.unit,
            "kind": "",
            "offence_type": "",
            "slug": slug(label),
        }
    lacking = any(not values.get(name) for name in ("label", "definition", "unit", "kind", "offence_type"))
    return SeriesRow(
        id=question.id,
        anchor=anchor,
        name=question.subject,
        row=question.where[0].row if question.where else 0,
        values=values,
        suggested=guess is not None and not isinstance(answer, Mapping),
        lacking=lacking,
    )


def _series_values(definition: SeriesDefinition, sex: str, age_group: str) -> dict[str, Any]:
    values: dict[str, Any] = {name: str(getattr(definition, name, "") or "") for name in _SERIES_TEXTS}
    values |= {name: getattr(definition, name) for name in _FLAGS}
    return values | {"sex": str(sex), "age_group": age_group}


# ------------------------------------------------------------------ reading the form back


def read_answers(reading: Reading, sent: Mapping[str, str]) -> dict[str, Any]:
    """Return every answer: those in the form, and those to questions that the form did not show."""
    answers = dict(reading.answers)
    fill = (
        {name: sent.get(f"all~{name}", "").strip() for name in ("scheme", "vintage")}
        if "fill" in sent
        else {}
    )
    for question in reading.asked:
        given = _read_one(question, sent, fill)
        if answered(given):
            answers[question.id] = given
        elif given is not None:
            answers.pop(question.id, None)
    return answers


def _read_one(question: Question, sent: Mapping[str, str], fill: Mapping[str, str]) -> Any:
    """Return the answer to one question; None when the form did not hold it."""
    if question.code in _GEOGRAPHY:
        return _read_area(question, sent, fill)
    if question.code == "series":
        return _read_series(question.id, sent)
    own = sent.get(f"{question.id}~free", "").strip()
    first, last = sent.get(f"{question.id}~first", ""), sent.get(f"{question.id}~last", "")
    choice = sent.get(question.id)
    if choice not in (None, "~own"):
        return choice
    if first or last:
        return _span(first, last, sent.get(f"{question.id}~standing", ""))
    return own or None


def _span(first: str, last: str, standing: str) -> str:
    """Return a period as the store's answers hold it: the end is not part of it."""
    try:
        end = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    except ValueError:
        end = last
    return "/".join([first, end, *([standing] if standing else [])])


def _read_area(question: Question, sent: Mapping[str, str], fill: Mapping[str, str]) -> str | None:
    parts = {
        name: sent.get(f"{question.id}~{name}") for name in ("scheme", "code", "vintage", "number", "step")
    }
    if parts["scheme"] is None:
        return None
    given = {name: (text or "").replace(":", " ").strip() for name, text in parts.items()}
    given |= {name: text for name, text in fill.items() if text}
    if not any(given.values()):
        return ""
    if question.code == "mean":
        step = given["step"].replace(",", ".")
        return ":".join(
            [given["scheme"], MEAN_CODE, given["vintage"], given["number"].replace(" ", ""), step]
        )
    code = given["code"]
    # Where the source prints no code, the name makes one; digits stand as they are, less their spaces.
    code = code.replace(" ", "") if code.replace(" ", "").isdigit() else slug(code) if code else ""
    return ":".join([given["scheme"], code, given["vintage"]])


def _read_series(key: str, sent: Mapping[str, str]) -> dict[str, Any] | None:
    if f"{key}~label" not in sent:
        return None
    values: dict[str, Any] = {name: sent.get(f"{key}~{name}", "").strip() for name in _SERIES_TEXTS}
    values["slug"] = slug(values["slug"] or values["label"])
    values["parent"] = values["parent"] or None
    return values | {name: f"{key}~{name}" in sent for name in _FLAGS}


def lists() -> dict[str, list[tuple[str, str]]]:
    """Return the lists of choices that the forms of areas and series need."""
    return {
        "schemes": [(code, word("scheme", code)) for code in (*SCHEMES, "grannskap")],
        "kinds": choices("kind"),
        "units": choices("unit", without=("hectare",)),
        "offence_types": choices("offence_type"),
        "sexes": choices("sex"),
        "unknown_vintage": [(UNKNOWN_VINTAGE, vintage_word(UNKNOWN_VINTAGE))],
    }
