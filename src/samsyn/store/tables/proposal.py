"""Answers applied: rows in the value contract when everything is right, else every error at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from samsyn.domain.calendar import Period
from samsyn.domain.errors import SamsynError
from samsyn.store import errors as fault
from samsyn.store.rules import check_rows
from samsyn.store.schema import (
    UNKNOWN_VINTAGE,
    AreaRef,
    AreaRole,
    DatasetMeta,
    Frame,
    OffenceType,
    SeriesDefinition,
    StatisticKind,
    empty_frame,
    frame_of,
)
from samsyn.store.tables.blocks import Question, RowError, row_error
from samsyn.store.tables.found import STATED, Figure, FoundPeriod, FoundSeries, Recognition
from samsyn.store.tables.known import SeriesChoice, as_declared, ident
from samsyn.store.tables.questions import SIGNS, questions, totals
from samsyn.store.tables.reading import Cell
from samsyn.store.tables.recognise import recognise

_NOTHING = Cell(0, 0, "")
_UNANSWERED: Mapping[str, type[SamsynError]] = {
    "area": fault.AreaIncomplete,
    "mean": fault.AreaIncomplete,
    "series": fault.SeriesIncomplete,
    "period": fault.PeriodUnknown,
    "total": fault.TotalDiffers,
    "percent_over_100": fault.NotAShare,
    "axis": fault.AxisUnknown,
}
_STATUS = {"missing": "missing", "not_applicable": "not_applicable", "suppressed": "suppressed"}


@dataclass(frozen=True, slots=True)
class TableMeta:
    """What is said about the whole table before it is loaded.

    Parameters
    ----------
    dataset
        Slug of the data set that the rows will belong to.
    source
        Who published it, in which report and table; compulsory.
    licence
        Under which terms it may be used; compulsory.
    dash_means
        "", "zero" or "missing": what has been answered for this source before.
    """

    dataset: str
    source: str = ""
    licence: str = ""
    dash_means: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth saying in the preview that nobody has to answer."""

    text: str
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Rows in the value contract with their series and areas, or every error and no rows."""

    rows: Frame
    series: tuple[SeriesDefinition, ...]
    areas: tuple[AreaRef, ...]
    errors: tuple[RowError, ...]
    notes: tuple[Note, ...]
    answers: Mapping[str, str]

    @property
    def right(self) -> bool:
        """Whether the rows may be loaded."""
        return not self.errors


def apply(found: Recognition, answers: Mapping[str, Any], meta: TableMeta) -> Outcome:
    r"""Turn what was recognised and answered into rows, or into every error at once.

    Use for the preview and again for the load: the same input gives the same outcome. Nothing is loaded here.

    Parameters
    ----------
    found
        What `samsyn.store.tables.recognise.recognise` returned.
    answers
        By question id: the value of an option; for areas also ``"scheme:code:vintage"`` or an `AreaRef`, for
        series a `SeriesChoice` or a `SeriesDefinition`, for periods ``"first/end"`` (end not included) or a
        `Period`.
    meta
        Source and terms.

    Returns
    -------
    Outcome

    Examples
    --------
    >>> from samsyn.store.tables import questions, read_text, recommended
    >>> found = recognise(read_text("Rån\nOmråde\t2017\t2018\nLPO Norrmalm\t19\t12"))
    >>> outcome = apply(found, recommended(questions(found)), TableMeta("ran", "Brå", "CC0"))
    >>> outcome.rows["value"].tolist()
    [19.0, 12.0]
    """
    if found.persons:
        error = row_error(fault.PersonColumns, _NOTHING, columns=", ".join(found.persons))
        return Outcome(empty_frame(), (), (), (error,), (), {})
    if meta.dash_means and "dash" not in answers:
        answers = {**answers, "dash": meta.dash_means}
    sheet = _Sheet(recognise(found.raw, answers), answers)
    sheet.read_answers()
    rows = sheet.rows()
    if not meta.source.strip():
        sheet.errors.append(row_error(fault.SourceMissing, _NOTHING))
    if not meta.licence.strip():
        sheet.errors.append(row_error(fault.LicenceMissing, _NOTHING))
    series, areas = sheet.declared()
    frame = frame_of({"dataset": meta.dataset, **row} for row in rows)
    if not sheet.errors:
        sheet.errors += _last_check(frame, series, areas, meta, answers)
    if sheet.errors:
        frame = empty_frame()
    ordered = tuple(sorted(sheet.errors, key=lambda error: (error.row, error.column, error.rule)))
    told = {name: _text(answer) for name, answer in answers.items()}
    return Outcome(frame, series, areas, ordered, tuple(sheet.notes), told)


class _Sheet:
    """One application of answers to one recognition; local to `apply`."""

    def __init__(self, found: Recognition, answers: Mapping[str, Any]) -> None:
        self.found, self.answers = found, answers
        self.asked = {question.id: question for question in questions(found)}
        self.errors: list[RowError] = list(found.faults)
        self.notes: list[Note] = []
        self.areas: dict[str, AreaRef] = {}
        self.series: dict[str, SeriesChoice] = {}
        self.periods: dict[str, tuple[date, date, str]] = {}
        self.divided: set[str] = set()
        self.dropped = {
            series.key
            for series in found.series
            if series.bracketed and answers.get(f"bracket:{ident(series.key.removesuffix(' ( )'))}") == "drop"
        }

    def read_answers(self) -> None:
        """Read every answer; what is lacking or wrong becomes an error at the cell it is about."""
        for question in self.asked.values():
            if question.code not in ("area", "mean", "series", "period"):
                self._plain_answer(question)
        for area in self.found.areas:
            self._area(area.key, area.name, self.asked[f"area:{ident(area.key)}"])
        for series in self.found.series:
            if series.key not in self.dropped:
                self._series(series, self.asked[f"series:{ident(series.key)}"])
        for period in self.found.periods:
            self._period(period, self.asked.get(f"period:{ident(period.key)}"))
        self._remarks()

    def _plain_answer(self, question: Question) -> None:
        answer = self.answers.get(question.id)
        if answer is None:
            self._lacking(question)
        elif not question.free and answer not in {option.value for option in question.options}:
            self._wrong(question, answer)

    def _remarks(self) -> None:
        if self.found.left_out:
            rows = [cell.row for cell in self.found.left_out]
            self.notes.append(Note("%(count)d cells outside the table are left out, first on line %(row)d.",
                                   {"count": len(rows), "row": min(rows)}))  # fmt: skip
        right = sum(whole.printed.value == added for whole, _, added in totals(self.found))
        if right:
            self.notes.append(Note("%(count)d totals agree with the sum of their parts.", {"count": right}))

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each figure whose area, series and period are known."""
        made: list[dict[str, Any]] = []
        seen: dict[tuple[Any, ...], Figure] = {}
        means = {area.key for area in self.found.areas if area.mean}
        for figure in self.found.figures:
            if figure.series in self.dropped:
                continue
            area, choice = self.areas.get(figure.area), self.series.get(figure.series)
            period = self.periods.get(figure.period)
            if area is None or choice is None or period is None:
                continue
            value, status, note = self._value(figure, choice, period[2], figure.area in means)
            sex, age_group = figure.sex or choice.sex, figure.age_group or choice.age_group
            if figure.sex or figure.age_group:
                self.divided.add(choice.definition.slug)
            key = (choice.definition.slug, sex, age_group, *area.key, period[0], period[1])
            if key in seen:
                subject = f"{choice.definition.label}, {area.name}, {figure.period}"
                self._fault(fault.FigureTwice, figure.cell, subject=subject, other=seen[key].cell.row)
            seen.setdefault(key, figure)
            made.append(
                {
                    "series": choice.definition.slug,
                    "scheme": area.scheme,
                    "code": area.code,
                    "vintage": area.vintage,
                    "area_name": area.name,
                    "period_start": period[0],
                    "period_end": period[1],
                    "value": None if value is None else float(value),
                    "status": status,
                    "sex": sex,
                    "age_group": age_group,
                    "note": note,
                    "raw": figure.cell.plain,
                    "source_row": figure.cell.row,
                    "source_column": figure.cell.column,
                }
            )
        return made

    def declared(self) -> tuple[tuple[SeriesDefinition, ...], tuple[AreaRef, ...]]:
        """Return the series and areas that the rows speak of; a total that is not there is not named."""
        declared = tuple(
            replace(one, person_based=one.person_based or one.slug in self.divided)
            for one in as_declared(self.series.values())
        )
        there = {definition.slug for definition in declared}
        series = tuple(
            replace(definition, parent=definition.parent if definition.parent in there else None)
            for definition in declared
        )
        return series, tuple({area.key: area for area in self.areas.values()}.values())

    def _value(
        self, figure: Figure, choice: SeriesChoice, status: str, mean: bool
    ) -> tuple[Decimal | None, str, str]:
        printed = figure.printed
        if printed.mark in SIGNS or printed.mark.startswith(f"{STATED}:"):
            answer = str(self.answers.get(printed.mark, "missing"))
            question = self.asked.get(printed.mark)
            reason = question.reason if question and question.recommended == answer else ""
            if answer == "zero":
                return Decimal(0), status or figure.said or "actual", reason
            return None, _STATUS.get(answer, "missing"), reason
        value = printed.value
        if value is None:
            return None, "missing", ""
        if printed.doubt and self.answers.get(printed.doubt) == "thousands":
            value *= 1000
        glued = self.answers.get(f"glued:{printed.glued}") if printed.glued else ""
        if glued == "missing" or (printed.bracketed and self.answers.get("bracketed") == "missing"):
            return None, "missing", ""
        if value < 0 and choice.definition.unit in ("count", "persons", "per_100000"):
            self._fault(fault.NegativeCount, figure.cell)
        if glued == "preliminary":
            status = "preliminary"
        return value, status or figure.said or ("rounded" if mean else "actual"), ""

    def _area(self, key: str, name: str, question: Question) -> None:
        answer = self.answers.get(question.id)
        area = _area_of(answer, re.sub(r"\s*\((?:nyko5? ?)?[0-9 ]{5,7}\)$", "", name))
        if area is None or not (area.scheme and area.code and area.vintage):
            lacking = "scheme, code and vintage" if not answer else "a part of scheme:code:vintage"
            self._fault(fault.AreaIncomplete, question.where[0], subject=name, lacking=lacking)
            return
        self.areas[key] = area
        if area.vintage == UNKNOWN_VINTAGE:
            self.notes.append(Note("%(area)s: the vintage of the geography is unknown.", {"area": name}))
        if area.role is AreaRole.AREA and not re.search(r"[0-9]", area.code):
            self.notes.append(Note("%(area)s has no code and gets the short name %(code)s.",
                                   {"area": name, "code": area.code}))  # fmt: skip

    def _series(self, series: FoundSeries, question: Question) -> None:
        answer = self.answers.get(question.id)
        choice = _series_of(answer, series.suggestion)
        lacking = _lacking_in(choice)
        if choice is None or lacking:
            words = ", ".join(lacking) or "definition, source kind and crime type"
            self._fault(fault.SeriesIncomplete, question.where[0], subject=series.name, lacking=words)
            return
        for other in self.series.values():
            if other.definition.slug == choice.definition.slug and not _of_one_series(other, choice):
                self._fault(
                    fault.SeriesIncomplete,
                    question.where[0],
                    subject=series.name,
                    lacking="a slug of its own",
                )
        self.series[series.key] = choice

    def _period(self, period: FoundPeriod, question: Question | None) -> None:
        if question is None:
            printed = period.printed
            if printed and printed.first and printed.end:
                self.periods[period.key] = (printed.first, printed.end, "")
            return
        answer = self.answers.get(question.id)
        span = _span_of(answer)
        if span is None:
            self._fault(fault.PeriodUnknown, replace(question.where[0], text=question.subject))
            return
        self.periods[period.key] = span

    def _lacking(self, question: Question) -> None:
        kind = _UNANSWERED.get(question.code, fault.Unanswered)
        facts = {**question.facts, "question": question.text % question.facts, "subject": question.subject}
        self._fault(kind, question.where[0], **facts)

    def _wrong(self, question: Question, answer: Any) -> None:
        facts = {
            "answer": str(answer),
            "question": question.text % question.facts,
            "subject": question.subject,
        }
        self._fault(fault.UnknownAnswer, question.where[0], **facts)

    def _fault(self, kind: type[SamsynError], cell: Cell, /, **facts: Any) -> None:
        known = {name: value for name, value in facts.items() if name not in ("row", "column", "cell")}
        self.errors.append(row_error(kind, cell, **known))


def _of_one_series(one: SeriesChoice, other: SeriesChoice) -> bool:
    """Whether two columns with the same slug can be one series: whole and part, or twice the same."""
    if (one.sex, one.age_group) == (other.sex, other.age_group):
        return one.definition == other.definition
    facts = [
        (held.definition.unit, held.definition.kind, held.definition.offence_type) for held in (one, other)
    ]
    return facts[0] == facts[1]


def _lacking_in(choice: SeriesChoice | None) -> list[str]:
    if choice is None:
        return []
    definition = choice.definition
    needed = {"a slug": definition.slug, "a label": definition.label, "a definition": definition.definition}
    return [name for name, text in needed.items() if not text.strip()]


def _area_of(answer: Any, name: str) -> AreaRef | None:
    if isinstance(answer, AreaRef):
        return answer if answer.name else replace(answer, name=name)
    parts = str(answer or "").split(":")
    if len(parts) == 3:
        return AreaRef(parts[0].strip(), parts[1].strip(), parts[2].strip(), name)
    if (
        len(parts) == 5
        and re.fullmatch(r"[0-9]+", parts[3])
        and re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", parts[4])
    ):
        return AreaRef(
            parts[0],
            parts[1],
            parts[2],
            name,
            AreaRole.MEAN,
            n_areas=int(parts[3]),
            rounded_to=float(parts[4]),
        )
    return None


def _series_of(answer: Any, guess: SeriesChoice | None) -> SeriesChoice | None:
    if isinstance(answer, SeriesChoice):
        return answer
    if isinstance(answer, SeriesDefinition):
        return SeriesChoice(answer)
    if isinstance(answer, Mapping):
        return _series_from(answer)
    return guess if guess and answer == guess.known else None


def _series_from(answer: Mapping[str, Any]) -> SeriesChoice | None:
    """Return a series from the fields of a form; a field that is not one of ours makes it incomplete."""
    names = {item.name for item in fields(SeriesDefinition)}
    given = {name: value for name, value in answer.items() if name in names}
    compulsory = ("slug", "label", "definition", "kind", "offence_type")
    if any(not given.get(name) for name in compulsory):
        return None
    if given["kind"] not in set(StatisticKind) or given["offence_type"] not in set(OffenceType):
        return None
    try:
        return SeriesChoice(SeriesDefinition(**given), answer.get("sex", ""), answer.get("age_group", ""))
    except ValueError:
        return None


def _span_of(answer: Any) -> tuple[date, date, str] | None:
    if isinstance(answer, Period):
        return answer.first, answer.end, ""
    parts = str(answer or "").split("/")
    if len(parts) not in (2, 3) or (len(parts) == 3 and parts[2] not in ("", "part_year", "preliminary")):
        return None
    try:
        first, end = date.fromisoformat(parts[0].strip()), date.fromisoformat(parts[1].strip())
    except ValueError:
        return None
    return (first, end, parts[2] if len(parts) == 3 else "") if end > first else None


def _last_check(
    frame: Frame,
    series: tuple[SeriesDefinition, ...],
    areas: tuple[AreaRef, ...],
    meta: TableMeta,
    answers: Mapping[str, Any],
) -> list[RowError]:
    """Run the rules of the store itself, so that what is right here is right at ingest."""
    dash = str(answers.get("dash", ""))
    dataset = DatasetMeta(meta.dataset, meta.dataset, dash_means=dash if dash in ("zero", "missing") else "")
    return [
        RowError(e.row, 0, e.cell, str(e.rule), e.template, "Correct the row or its description.", e.facts)
        for e in check_rows(frame, series, areas, dataset)
    ]


def _text(answer: Any) -> str:
    if isinstance(answer, AreaRef):
        return ":".join(answer.key)
    if isinstance(answer, SeriesChoice):
        return answer.definition.slug
    if isinstance(answer, SeriesDefinition):
        return answer.slug
    if isinstance(answer, Mapping):
        return str(answer.get("slug", ""))
    return f"{answer.first}/{answer.end}" if isinstance(answer, Period) else str(answer)
