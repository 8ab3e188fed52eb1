"""What a reader may see of an assessment, put in the order a page shows it.

Coded answers follow the record's class and free texts their own. Who answered what is told to those who
took part and to whoever leads; other readers meet the counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext, gettext_noop as _

from samsyn.domain.access import Actor, Permission, SharingClass, can, can_read
from samsyn.domain.scene_messages import (
    NOTE_TEXTS,
    Message,
    comparison_messages,
    interval_message,
    prefix_of,
    verdict_message,
)
from samsyn.domain.scenes import Answer, IndicatorChange, SceneIndicator, SceneResult, compare, spread
from samsyn.domain.status import SceneStatus, can_change, proposed_status
from samsyn.web.people.models import Function
from samsyn.web.people.services import record
from samsyn.web.places.assessment_models import GATE_CLAUSES, WHOLE, answers_of, gate_of
from samsyn.web.places.models import (
    Assessment,
    AssessmentChallenge,
    AssessmentOccasion,
    JointAssessment,
    Place,
)

ANSWER_TEXTS = {
    Answer.YES: _("Yes"),
    Answer.NO: _("No"),
    Answer.DONT_KNOW: _("Don't know"),
    Answer.NOT_ASSESSED: _("Not assessed"),
}
CLAUSE_TEXTS = {
    "geographic": _("The problem belongs to a limited place."),
    "lasting": _("It goes on over time and is not an occasional event."),
    "public_use": _("Drugs are used in the open here."),
    "public_sale": _("Drugs are sold in the open here."),
    "problem_authorities": _("Authorities see the place as a problem."),
    "problem_public": _("The public sees the place as a problem."),
}
SET_TEXTS = {
    "ODS10-2018": _("ten indicators, the method handbook"),
    "ODS7-2018": _("seven indicators, Vision Klara"),
}
SOURCE_TEXTS = {"Metodbok": _("Method handbook"), "VK1": _("Vision Klara")}


# ------------------------------------------------------------------ rows as a page shows them


@dataclass(frozen=True, slots=True)
class Motive:
    """Why a function answered as it did."""

    function: Function
    answer: str
    motive: str
    source: str


@dataclass(frozen=True, slots=True)
class SpreadRow:
    """How the functions answered one clause or indicator; ``key`` names the form's field."""

    key: str
    number: int | None
    text: str
    counts: tuple[tuple[str, int], ...]
    agreement: float | None
    needs_discussion: bool
    unanimous: str
    names: tuple[tuple[str, tuple[Function, ...]], ...] = ()
    motives: tuple[Motive, ...] = ()
    hidden_motives: int = 0


@dataclass(frozen=True, slots=True)
class Spread:
    """The answers of all functions, once they are no longer secret."""

    clauses: tuple[SpreadRow, ...]
    indicators: tuple[SpreadRow, ...]
    answered: int

    @property
    def to_discuss(self) -> int:
        """How many indicators the meeting must talk about."""
        return sum(row.needs_discussion for row in self.indicators)


@dataclass(frozen=True, slots=True)
class OpenIndicator:
    """An indicator that has neither yes nor no, and who may help."""

    number: int
    text: str
    answer: str
    functions: tuple[Function, ...]
    find_out: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A result in words."""

    result: SceneResult
    interval: str
    sentence: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DissentRow:
    """A function that did not agree."""

    about: str
    function: Function | None
    text: str


@dataclass(frozen=True, slots=True)
class JointView:
    """One version of the meeting's answer as one reader may see it."""

    joint: JointAssessment
    verdict: Verdict
    answers: tuple[tuple[str, str, str], ...]
    open_indicators: tuple[OpenIndicator, ...]
    dissent: tuple[DissentRow, ...]
    texts_readable: bool
    is_current: bool
    proposal: str = ""
    proposal_is_a_step: bool = False
    not_comparable: tuple[str, ...] = ()
    previous: JointAssessment | None = None
    changes: tuple[tuple[int, str, str], ...] = ()
    challenges: tuple[ChallengeView, ...] = ()


@dataclass(frozen=True, slots=True)
class ChallengeView:
    """An objection and its answer; the texts are empty for whoever may not read them."""

    challenge: AssessmentChallenge
    about: str
    readable: bool


@dataclass(slots=True)
class ReadTexts:
    """Which protected texts a page has shown, so that the reading is logged once."""

    fields: set[str] = field(default_factory=set)

    def note(self, name: str, text_class: int) -> None:
        """Remember a text that is narrower than cooperation."""
        if text_class >= SharingClass.AUTHORITIES:
            self.fields.add(name)

    def log(self, actor: Actor, occasion: AssessmentOccasion, now: datetime) -> None:
        """Write one event, if a protected text was shown."""
        if self.fields:
            record(actor, "read", occasion, now=now, fields=self.fields, place_id=occasion.place_id)


# ------------------------------------------------------------------ words


def in_words(message: Message) -> str:
    """Return a message of the domain in the reader's language."""
    return gettext(message.msgid) % message.facts


def verdict_of(result: SceneResult) -> Verdict:
    """Return a result in the reader's language, with what must stand beside it."""
    sentence = in_words(verdict_message(result))
    prefix = prefix_of(result)
    if prefix:
        sentence = gettext(prefix) % {"verdict": sentence}
    return Verdict(
        result,
        in_words(interval_message(result)),
        sentence,
        tuple(gettext(NOTE_TEXTS[one]) for one in result.notes),
    )


def answer_text(answer: str) -> str:
    """Return the word for one of the four answers."""
    return gettext(ANSWER_TEXTS[Answer(answer)])


def indicator_text(indicator: SceneIndicator) -> str:
    """Return our short wording of an indicator."""
    return indicator.text_en if (get_language() or "sv").startswith("en") else indicator.text_sv


def source_text(indicator: SceneIndicator) -> str:
    """Return where the source's own wording stands."""
    source = gettext(SOURCE_TEXTS.get(indicator.source, indicator.source))
    return gettext("%(source)s, line %(line)s") % {"source": source, "line": indicator.line}


def set_text(code: str) -> str:
    """Return the name of a list: its code, always, and what it is."""
    return f"{code} ({gettext(SET_TEXTS[code])})" if code in SET_TEXTS else code


def about_text(number: int) -> str:
    """Return what an objection or a dissent is about."""
    if number == WHOLE:
        return gettext("the whole assessment")
    return gettext("indicator %(number)s") % {"number": number}


# ------------------------------------------------------------------ finding


def occasion_for(actor: Actor, place: Place, occasion_id: UUID) -> AssessmentOccasion | None:
    """Return an occasion of the place, if the actor may see it."""
    visible = AssessmentOccasion.objects.visible_to(actor).filter(place=place)
    return visible.select_related("place", "boundary", "author__organisation").filter(pk=occasion_id).first()


def frozen_for(actor: Actor, place: Place, some_id: UUID) -> JointAssessment | None:
    """Return a frozen version by its own id, or the newest one by the id of its occasion."""
    frozen = frozen_joints(actor, place)
    found: JointAssessment | None = (
        frozen.filter(pk=some_id).first() or frozen.filter(occasion_id=some_id).order_by("-version").first()
    )
    return found


def frozen_joints(actor: Actor, place: Place) -> Any:
    """Return the frozen joint answers of a place that the actor may see."""
    occasions = AssessmentOccasion.objects.visible_to(actor).filter(place=place)
    return (
        JointAssessment.objects.visible_to(actor)
        .filter(occasion__in=occasions, frozen_at__isnull=False)
        .select_related("occasion__place", "occasion__boundary", "author__organisation", "supersedes")
    )


def own_answers(actor: Actor, occasion: AssessmentOccasion) -> Assessment | None:
    """Return what the actor's own function has written so far."""
    own = Assessment.objects.visible_to(actor).filter(occasion=occasion).first()
    if own is not None:
        own.occasion = occasion
    return own


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One of the own function's answers."""

    text: str
    answer: str
    motive: str
    source: str


def own_rows(own: Assessment) -> list[OwnRow]:
    """Return everything that a function has answered: the definition first, then the indicators."""
    gate, result = _gate_answers(own), own.result
    rows = [(clause, gettext(CLAUSE_TEXTS[clause]), gate[clause]) for clause in GATE_CLAUSES]
    rows += [
        (str(one.number), f"{one.number}. {indicator_text(one)}", answer.value)
        for one, answer in zip(own.occasion.indicators.indicators, result.answers, strict=True)
    ]
    return [
        OwnRow(text, answer_text(answer), own.motives.get(key, ""), own.sources.get(key, ""))
        for key, text, answer in rows
    ]


def who_has_answered(occasion: AssessmentOccasion) -> list[tuple[Function, bool]]:
    """Return the invited functions and whether each has sent its answers: all that is told while secret."""
    sent = set(occasion.assessments.filter(sent_at__isnull=False).values_list("author_id", flat=True))
    return [(one, one.pk in sent) for one in occasion.invited.select_related("organisation")]


def took_part(actor: Actor, functions: Iterable[Function]) -> bool:
    """Return whether the actor leads, or was asked: those are told who answered what."""
    return can(actor, Permission.LEAD_ASSESSMENT) or any(one.pk == actor.function_id for one in functions)


def may_read_text(actor: Actor, row: Any, place_id: UUID) -> bool:
    """Return whether the actor may read a row's free texts; the writer always may."""
    if row.author_id == actor.function_id:
        return True
    return can_read(actor, SharingClass(row.text_class), row.owner_id, place_id)


def may_read_reason(actor: Actor, occasion: AssessmentOccasion) -> bool:
    """Return whether the actor may read why an occasion was closed: free text, so for authorities."""
    return can_read(actor, SharingClass.AUTHORITIES, occasion.owner_id, occasion.place_id)


# ------------------------------------------------------------------ the spread


def spread_of(
    actor: Actor, occasion: AssessmentOccasion, now: datetime, *, names: bool, read: ReadTexts
) -> Spread | None:
    """Return how the functions answered, or None while that is secret.

    ``names`` adds who answered what; motives follow their own class either way.
    """
    if not occasion.is_open_to_all(now):
        return None
    sent = list(
        Assessment.objects.shown_to(actor, now)
        .filter(occasion=occasion, sent_at__isnull=False)
        .select_related("author__organisation")
    )
    for one in sent:
        one.occasion = occasion
    readable = {one.pk: may_read_text(actor, one, occasion.place_id) for one in sent}
    indicators = {one.number: one for one in occasion.indicators.indicators}
    results = [one.result for one in sent]
    counted = {one.number: one for one in spread(results)}
    given = {one.pk: {str(at): answer.value for at, answer in enumerate(result.answers, start=1)}
             for one, result in zip(sent, results, strict=True)}  # fmt: skip
    gates = {one.pk: _gate_answers(one) for one in sent}

    def row(key: str, number: int | None, text: str, by_row: Mapping[UUID, Mapping[str, str]]) -> SpreadRow:
        answers = [(one, by_row[one.pk][key]) for one in sent]
        count = Counter(answer for _row, answer in answers)
        motives, hidden = [], 0
        for one, answer in answers:
            motive, source = one.motives.get(key, ""), one.sources.get(key, "")
            if not motive and not source:
                continue
            if readable[one.pk]:
                motives.append(Motive(one.author, answer_text(answer), motive, source))
                if one.author_id != actor.function_id:
                    read.note("motives", one.text_class)
            else:
                hidden += 1
        told = [value for value in (Answer.YES, Answer.NO, Answer.DONT_KNOW) if count[value.value]]
        known = counted.get(number) if number is not None else None
        total = sum(count[value.value] for value in told)
        return SpreadRow(
            key=key,
            number=number,
            text=text,
            counts=tuple((answer_text(value), count[value.value]) for value in Answer if count[value.value]),
            agreement=known.agreement
            if known
            else (max((count[v.value] for v in told), default=0) / total)
            if total > 1
            else None,
            needs_discussion=known.needs_discussion if known else told not in ([Answer.YES], [Answer.NO]),
            unanimous=_unanimous(count),
            names=tuple(
                (answer_text(value), tuple(one.author for one, answer in answers if answer == value))
                for value in Answer
                if count[value.value]
            )
            if names
            else (),
            motives=tuple(motives),
            hidden_motives=hidden,
        )

    return Spread(
        clauses=tuple(row(clause, None, gettext(CLAUSE_TEXTS[clause]), gates) for clause in GATE_CLAUSES),
        indicators=tuple(
            row(str(number), number, indicator_text(one), given) for number, one in indicators.items()
        ),
        answered=len(sent),
    )


def _gate_answers(row: Assessment | JointAssessment) -> dict[str, str]:
    gate = gate_of(row.occasion.indicators, answers_of(row.answers), row.gate)
    return {clause: getattr(gate, clause).value for clause in GATE_CLAUSES}


def _unanimous(count: Counter[str]) -> str:
    """Return the answer that at least two functions gave and nobody else's differs from."""
    if len(count) != 1 or sum(count.values()) < 2:
        return ""
    answer = next(iter(count))
    return answer if answer in {Answer.YES, Answer.NO} else ""


# ------------------------------------------------------------------ the joint answer


def joint_view(
    actor: Actor,
    joint: JointAssessment,
    spread_shown: Spread | None,
    *,
    functions: Mapping[UUID, Function],
    is_current: bool,
    read: ReadTexts,
    challenges: Iterable[AssessmentChallenge] = (),
    previous: JointAssessment | None = None,
) -> JointView:
    """Return one version as the reader may see it; call for frozen versions, or for whoever leads."""
    occasion = joint.occasion
    result = joint.result
    readable = may_read_text(actor, joint, occasion.place_id)
    if (
        readable
        and joint.author_id != actor.function_id
        and (joint.motive or joint.dissent or joint.find_out or joint.uncertain_reason)
    ):
        read.note("joint_texts", joint.text_class)
    dissent = []
    for one in joint.dissent:
        function = functions.get(UUID(one["function"]))
        own = one["function"] == str(actor.function_id)
        dissent.append(
            DissentRow(about_text(one["number"]), function, one["text"] if readable or own else "")
        )
    status = SceneStatus(occasion.place.status)
    proposed = proposed_status(result, status) if joint.frozen_at and is_current else None
    compared = compare(previous.result, result) if previous is not None else None
    return JointView(
        joint=joint,
        verdict=verdict_of(result),
        answers=tuple(
            (str(one.number), indicator_text(one), answer_text(answer))
            for one, answer in zip(occasion.indicators.indicators, result.answers, strict=True)
        ),
        open_indicators=_open_indicators(joint, result, spread_shown, readable),
        dissent=tuple(dissent),
        texts_readable=readable,
        is_current=is_current,
        proposal=proposed.value if proposed and proposed is not status else "",
        proposal_is_a_step=proposed is not None and can_change(status, proposed),
        not_comparable=tuple(in_words(one) for one in comparison_messages(compared)) if compared else (),
        previous=previous,
        changes=_changes(compared.changes) if compared else (),
        challenges=tuple(_challenge_view(actor, one, occasion.place_id, read) for one in challenges),
    )


def _changes(changes: Iterable[IndicatorChange]) -> tuple[tuple[int, str, str], ...]:
    return tuple((one.number, answer_text(one.old), answer_text(one.new)) for one in changes)


def _open_indicators(
    joint: JointAssessment, result: SceneResult, shown: Spread | None, readable: bool
) -> tuple[OpenIndicator, ...]:
    rows = {row.number: row for row in shown.indicators} if shown else {}
    words = {answer_text(Answer.YES), answer_text(Answer.NO)}
    found = []
    for indicator in joint.occasion.indicators.indicators:
        if indicator.number not in result.open_indicators:
            continue
        row = rows.get(indicator.number)
        names = tuple(one for answer, group in row.names if answer in words for one in group) if row else ()
        text = joint.find_out.get(str(indicator.number), "") if readable else ""
        answer = answer_text(result.answers[indicator.number - 1])
        found.append(OpenIndicator(indicator.number, indicator_text(indicator), answer, names, text))
    return tuple(found)


def _challenge_view(actor: Actor, row: AssessmentChallenge, place_id: UUID, read: ReadTexts) -> ChallengeView:
    readable = may_read_text(actor, row, place_id)
    if readable and row.author_id != actor.function_id:
        read.note("challenges", row.text_class)
    return ChallengeView(row, about_text(row.number), readable)


def previous_of(actor: Actor, joint: JointAssessment) -> JointAssessment | None:
    """Return the frozen answer before this one: of the same list if there is one, else of any."""
    earlier = [
        one
        for one in current_versions(frozen_joints(actor, joint.occasion.place))
        if one.occasion_id != joint.occasion_id
        and one.assessed_on <= joint.assessed_on
        and one.occasion.created_at < joint.occasion.created_at
    ]
    same = [one for one in earlier if one.occasion.set_code == joint.occasion.set_code]
    return next(iter(same or earlier), None)


def current_versions(frozen: Iterable[JointAssessment]) -> list[JointAssessment]:
    """Return the newest version of each occasion, the latest assessment first."""
    newest: dict[UUID, JointAssessment] = {}
    for joint in frozen:
        if joint.occasion_id not in newest or newest[joint.occasion_id].version < joint.version:
            newest[joint.occasion_id] = joint
    return sorted(newest.values(), key=lambda one: (one.assessed_on, one.occasion.created_at), reverse=True)
