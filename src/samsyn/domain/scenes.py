"""Is a place an open drug scene, and of which class? The definition first, then one indicator list.

Unknown is neither yes nor no: both the gate and the count are three-valued, and a class is only given
when no answer that may still come could change it. The two lists are never converted into each other.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files

from samsyn.domain.errors import SamsynError


class Answer(StrEnum):
    """What an assessor may answer; the last two both leave the question open but are shown apart."""

    YES = "yes"
    NO = "no"
    DONT_KNOW = "dont_know"
    NOT_ASSESSED = "not_assessed"

    @property
    def truth(self) -> bool | None:
        """True, False, or None while the question is open."""
        return {Answer.YES: True, Answer.NO: False}.get(self)


class GateValue(StrEnum):
    """Whether the shared definition of an open drug scene is met."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class SceneClass(StrEnum):
    """What an assessment says; the number in the first two names the list."""

    KVALIFICERAD_10 = "kvalificerad_10"
    ALLVARLIG_7 = "allvarlig_7"
    FEWER_INDICATORS = "fewer_indicators"
    BELOW_SEVERE = "below_severe"
    NOT_MET_DEFINITION = "not_met_definition"
    UNDECIDED = "undecided"


class SceneNote(StrEnum):
    """A remark that belongs beside the result."""

    GATE_AND_COUNT_OVERLAP = "gate_and_count_overlap"


class UnknownIndicatorSet(SamsynError):
    """No list has this code and version."""

    code = "SAM010"
    template = "There is no indicator list %(wanted)s, version %(version)s."
    mend = "Choose one of these lists: %(known)s."


class UnknownIndicator(SamsynError):
    """An answer names an indicator that the list does not hold."""

    code = "SAM011"
    template = "The list %(set)s has no indicator number %(number)s."
    mend = "Answer indicators 1 to %(last)s, and assess with one list at a time."


class MixedAssessments(SamsynError):
    """Assessments that do not answer the same questions were put together."""

    code = "SAM012"
    template = "The assessments use different lists, versions or boundaries: %(found)s."
    mend = "Put together only assessments made with the same list and version inside the same boundary."


class ContradictoryAnswers(SamsynError):
    """Indicator and definition say opposite things about the same question."""

    code = "SAM013"
    template = "Indicator %(numbers)s and the definition's clause about a perceived problem disagree."
    mend = "Settle at the joint meeting which answer holds, and correct the other one."


class UncertainWithoutReason(SamsynError):
    """A class that is still open would be frozen without a word about why."""

    code = "SAM014"
    template = "The class of the place is still open (definition: %(gate)s, open indicators: %(numbers)s)."
    mend = "Get the missing answers, or let the meeting confirm it as uncertain and write the reason."


@dataclass(frozen=True, slots=True)
class SceneIndicator:
    """One criterion of an open drug scene; ``source`` and ``line`` say where the original wording stands."""

    number: int
    text_sv: str
    text_en: str
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class SceneIndicatorSet:
    """A versioned list of indicators with its own threshold and class names; immutable once used."""

    code: str
    version: int
    indicators: tuple[SceneIndicator, ...]
    threshold: int
    reached_class: SceneClass
    not_reached_class: SceneClass
    problem_clause: tuple[tuple[str, int], ...] = ()

    @property
    def size(self) -> int:
        """The number of indicators in the list."""
        return len(self.indicators)


@dataclass(frozen=True, slots=True)
class DefinitionGate:
    """The clauses of the shared definition: all must hold, and of the last two at least one.

    The sources word the last clause both as "or" and as "and/or"; it is read as "or".

    Examples
    --------
    >>> DefinitionGate.all_yes().value.value
    'met'
    >>> DefinitionGate(public_sale=Answer.NO).value.value
    'not_met'
    """

    geographic: Answer = Answer.NOT_ASSESSED
    lasting: Answer = Answer.NOT_ASSESSED
    public_use: Answer = Answer.NOT_ASSESSED
    public_sale: Answer = Answer.NOT_ASSESSED
    problem_authorities: Answer = Answer.NOT_ASSESSED
    problem_public: Answer = Answer.NOT_ASSESSED

    @classmethod
    def all_yes(cls) -> DefinitionGate:
        """Return the gate of a place that meets every clause."""
        return cls(*(Answer.YES for _ in fields(cls)))

    @property
    def value(self) -> GateValue:
        """The definition's value in Kleene's three-valued logic."""
        problem = kleene_or(self.problem_authorities.truth, self.problem_public.truth)
        met = kleene_and(
            self.geographic.truth, self.lasting.truth, self.public_use.truth, self.public_sale.truth, problem
        )
        return {True: GateValue.MET, False: GateValue.NOT_MET, None: GateValue.UNKNOWN}[met]


@dataclass(frozen=True, slots=True)
class SceneResult:
    """The facts of one assessment; the sentences are made elsewhere.

    Attributes
    ----------
    answers : tuple of Answer, shape (n,)
        In the order of the list; an indicator without an answer is NOT_ASSESSED.
    yes, no, dont_know, not_assessed : int [indicators]
        How many of each; they sum to ``n``.
    low, high : int [indicators]
        The interval that the number of yes can still end in.
    class_code : SceneClass
        Preliminary when ``preliminary``: the definition itself is still open.
    yes_needed, no_needed : int or None [indicators]
        How many more yes reach the threshold and how many more no rule it out; None unless the count
        leaves the class open.
    open_indicators : tuple of int
        The numbers that have neither yes nor no.
    boundary : hashable or None
        The boundary version that the answers hold for.
    """

    set_code: str
    set_version: int
    boundary: Hashable
    answers: tuple[Answer, ...]
    n: int
    threshold: int
    yes: int
    no: int
    dont_know: int
    not_assessed: int
    low: int
    high: int
    gate: GateValue
    class_code: SceneClass
    preliminary: bool
    yes_needed: int | None
    no_needed: int | None
    open_indicators: tuple[int, ...]
    contradictions: tuple[int, ...]
    notes: tuple[SceneNote, ...]

    @property
    def certain(self) -> bool:
        """Whether no answer that may still come can change the class."""
        return not self.preliminary and self.class_code is not SceneClass.UNDECIDED


@dataclass(frozen=True, slots=True)
class IndicatorSpread:
    """How the assessors answered one indicator.

    ``agreement`` is the share, in [0, 1], of those who answered that gave the commonest answer; None with
    fewer than two answers. No kappa is given: a place has too few rated items for one to mean anything.
    """

    number: int
    yes: int
    no: int
    dont_know: int
    not_assessed: int
    agreement: float | None
    needs_discussion: bool


@dataclass(frozen=True, slots=True)
class IndicatorChange:
    """One indicator whose answer differs between two assessments."""

    number: int
    old: Answer
    new: Answer


@dataclass(frozen=True, slots=True)
class SceneComparison:
    """Two assessments side by side, or the reasons why they cannot be compared.

    ``code`` is "comparable" or "not_comparable"; in the latter case ``reasons`` holds "new_set" or
    "new_boundary" (or both, or "no_boundary") and nothing else is filled.
    """

    code: str
    reasons: tuple[str, ...] = ()
    changes: tuple[IndicatorChange, ...] = ()
    class_changed: bool | None = None
    gate_changed: bool | None = None


def kleene_and(*values: bool | None) -> bool | None:
    """Return the three-valued "and": one False decides, else one unknown keeps it open.

    Examples
    --------
    >>> kleene_and(True, None), kleene_and(False, None), kleene_and(True, True)
    (None, False, True)
    """
    if False in values:
        return False
    return None if None in values else True


def kleene_or(*values: bool | None) -> bool | None:
    """Return the three-valued "or": one True decides, else one unknown keeps it open.

    Examples
    --------
    >>> kleene_or(False, None), kleene_or(True, None), kleene_or(False, False)
    (None, True, False)
    """
    if True in values:
        return True
    return None if None in values else False


@cache
def indicator_sets() -> tuple[SceneIndicatorSet, ...]:
    """Return every list and version that the program knows."""
    text = files("samsyn.domain").joinpath("indicators.toml").read_text(encoding="utf-8")
    return tuple(
        SceneIndicatorSet(
            code=entry["code"],
            version=entry["version"],
            indicators=tuple(
                SceneIndicator(row["number"], row["sv"], row["en"], entry["source"], row["line"])
                for row in entry["indicator"]
            ),
            threshold=entry["threshold"],
            reached_class=SceneClass(entry["reached_class"]),
            not_reached_class=SceneClass(entry["not_reached_class"]),
            problem_clause=tuple(entry.get("problem_clause", {}).items()),
        )
        for entry in tomllib.loads(text)["set"]
    )


def indicator_set(code: str, version: int | None = None) -> SceneIndicatorSet:
    """Return a list by its code, the newest version unless one is named.

    Raises
    ------
    UnknownIndicatorSet
        No list has that code and version.

    Examples
    --------
    >>> indicator_set("ODS10-2018").threshold, indicator_set("ODS7-2018").size
    (7, 7)
    """
    found = [one for one in indicator_sets() if one.code == code and version in (None, one.version)]
    if not found:
        known = ", ".join(f"{one.code} v{one.version}" for one in indicator_sets())
        raise UnknownIndicatorSet(wanted=code, version="-" if version is None else version, known=known)
    return max(found, key=lambda one: one.version)


def prefill_gate(
    indicators: SceneIndicatorSet, answers: Mapping[int, Answer], gate: DefinitionGate
) -> DefinitionGate:
    """Return the gate with its last clause taken from the answers, where the list asks the same thing.

    Only clauses that nobody has answered are filled; a list without such indicators changes nothing.
    """
    wanted = {
        clause: answers[number]
        for clause, number in indicators.problem_clause
        if getattr(gate, clause) is Answer.NOT_ASSESSED and number in answers
    }
    return replace(gate, **wanted)


def contradictions(
    indicators: SceneIndicatorSet, answers: Mapping[int, Answer], gate: DefinitionGate
) -> tuple[int, ...]:
    """Return the numbers of indicators that say the opposite of the gate's clause about the same thing.

    An open answer contradicts nothing.
    """
    return tuple(
        number
        for clause, number in indicators.problem_clause
        if {answers.get(number), getattr(gate, clause)} == {Answer.YES, Answer.NO}
    )


def assess(
    indicators: SceneIndicatorSet,
    answers: Mapping[int, Answer],
    gate: DefinitionGate,
    *,
    boundary: Hashable = None,
) -> SceneResult:
    """Return what the answers say about the place: gate first, then the count against the threshold.

    Use for one actor's answers and for the joint ones alike. Not for translating between lists: answers
    to one list say nothing certain about another.

    Parameters
    ----------
    indicators : SceneIndicatorSet
        The list that was answered.
    answers : mapping of int to Answer
        By indicator number; one that is left out counts as not assessed, never as no.
    gate : DefinitionGate
        The clauses of the definition; see `prefill_gate`.
    boundary : hashable, optional
        The boundary version the answers hold for; without it the result cannot be compared over time.

    Returns
    -------
    SceneResult
        Facts only.

    Raises
    ------
    UnknownIndicator
        An answer names a number that the list does not hold.

    Source
    ------
    Metodbok (seven of ten), Vision Klara 1 (five of seven); the treatment of open answers is ours.

    Examples
    --------
    >>> ten = indicator_set("ODS10-2018")
    >>> six = {number: Answer.YES for number in range(1, 7)} | {7: Answer.NO, 8: Answer.NO}
    >>> result = assess(ten, six, DefinitionGate.all_yes())
    >>> result.class_code.value, result.low, result.high, result.yes_needed, result.no_needed
    ('undecided', 6, 8, 1, 2)
    """
    numbers = [indicator.number for indicator in indicators.indicators]
    strange = sorted(set(answers) - set(numbers))
    if strange:
        raise UnknownIndicator(set=indicators.code, number=strange[0], last=max(numbers))
    given = tuple(Answer(answers.get(number, Answer.NOT_ASSESSED)) for number in numbers)
    count = Counter(given)
    yes, unknown = count[Answer.YES], count[Answer.DONT_KNOW] + count[Answer.NOT_ASSESSED]
    threshold, gate_value = indicators.threshold, gate.value
    yes_needed = no_needed = None
    if gate_value is GateValue.NOT_MET:
        class_code = SceneClass.NOT_MET_DEFINITION
    elif yes >= threshold:
        class_code = indicators.reached_class
    elif yes + unknown < threshold:
        class_code = indicators.not_reached_class
    else:
        class_code = SceneClass.UNDECIDED
        yes_needed, no_needed = threshold - yes, yes + unknown - threshold + 1
    return SceneResult(
        set_code=indicators.code,
        set_version=indicators.version,
        boundary=boundary,
        answers=given,
        n=indicators.size,
        threshold=threshold,
        yes=yes,
        no=count[Answer.NO],
        dont_know=count[Answer.DONT_KNOW],
        not_assessed=count[Answer.NOT_ASSESSED],
        low=yes,
        high=yes + unknown,
        gate=gate_value,
        class_code=class_code,
        preliminary=gate_value is GateValue.UNKNOWN,
        yes_needed=yes_needed,
        no_needed=no_needed,
        open_indicators=tuple(
            number for number, answer in zip(numbers, given, strict=True) if answer.truth is None
        ),
        contradictions=contradictions(indicators, answers, gate),
        notes=(SceneNote.GATE_AND_COUNT_OVERLAP,) if indicators.problem_clause else (),
    )


def check_freezable(result: SceneResult, *, uncertain_reason: str = "") -> None:
    """Raise unless the joint result may be frozen in a confirmed round.

    Raises
    ------
    ContradictoryAnswers
        Indicators and definition disagree; no reason lifts that.
    UncertainWithoutReason
        The class or the definition is open and the meeting gave no reason for confirming it as uncertain.
    """
    if result.contradictions:
        raise ContradictoryAnswers(numbers=_listed(result.contradictions))
    if not result.certain and not uncertain_reason.strip():
        raise UncertainWithoutReason(gate=result.gate.value, numbers=_listed(result.open_indicators))


def shows_others_answers(*, invited: int, answered: int, deadline: datetime | None, now: datetime) -> bool:
    """Return whether assessors may see each other's answers: when all have answered, or time is up."""
    return answered >= invited or (deadline is not None and now >= deadline)


def spread(results: Sequence[SceneResult]) -> tuple[IndicatorSpread, ...]:
    """Return, per indicator, how independent assessors answered and what the meeting must talk about.

    Use before the joint meeting. It proposes no joint answer: consensus is set by the meeting, never by
    majority.

    Raises
    ------
    MixedAssessments
        The assessments do not share list, version and boundary.
    """
    keys = {(one.set_code, one.set_version, one.boundary) for one in results}
    if len(keys) > 1:
        raise MixedAssessments(found="; ".join(sorted(f"{code} v{version}" for code, version, _ in keys)))
    if not results:
        return ()
    return tuple(
        _spread_of(number, Counter(column))
        for number, column in enumerate(zip(*(one.answers for one in results), strict=True), start=1)
    )


def compare(old: SceneResult, new: SceneResult) -> SceneComparison:
    """Return what changed between two assessments of a place, or why they cannot be compared.

    Only answers to the same list and version inside the same boundary can be compared; a boundary that is
    not stated is not taken to be the same.
    """
    reasons = []
    if (old.set_code, old.set_version) != (new.set_code, new.set_version):
        reasons.append("new_set")
    if old.boundary is None or new.boundary is None:
        reasons.append("no_boundary")
    elif old.boundary != new.boundary:
        reasons.append("new_boundary")
    if reasons:
        return SceneComparison("not_comparable", tuple(reasons))
    return SceneComparison(
        "comparable",
        changes=tuple(
            IndicatorChange(number, before, after)
            for number, (before, after) in enumerate(zip(old.answers, new.answers, strict=True), start=1)
            if before is not after
        ),
        class_changed=old.class_code is not new.class_code,
        gate_changed=old.gate is not new.gate,
    )


def _spread_of(number: int, count: Counter[Answer]) -> IndicatorSpread:
    given = [count[answer] for answer in (Answer.YES, Answer.NO, Answer.DONT_KNOW)]
    total = sum(given)
    # Everybody answering "don't know" is agreement about not knowing: the meeting must still find out.
    settled = total > 0 and max(count[Answer.YES], count[Answer.NO]) == total
    return IndicatorSpread(
        number=number,
        yes=count[Answer.YES],
        no=count[Answer.NO],
        dont_know=count[Answer.DONT_KNOW],
        not_assessed=count[Answer.NOT_ASSESSED],
        agreement=max(given) / total if total > 1 else None,
        needs_discussion=not settled,
    )


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers) or "-"
