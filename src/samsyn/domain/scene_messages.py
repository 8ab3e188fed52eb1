"""What an assessment says in words: message ids with their facts, to be put in the reader's language.

Kept here because screen, paper and command line must print the same sentence beside the same result. A
count is always an interval and never a percentage.
"""

from __future__ import annotations

from dataclasses import dataclass

from samsyn.domain.scenes import GateValue, SceneClass, SceneComparison, SceneNote, SceneResult


@dataclass(frozen=True, slots=True)
class Message:
    """An English message id and the values of its named placeholders."""

    msgid: str
    facts: dict[str, object]

    def in_english(self) -> str:
        """Return the sentence without translation."""
        return self.msgid % self.facts


INTERVAL_TEXTS: dict[tuple[bool, bool], str] = {
    (False, False): "%(yes)s of %(n)s",
    (True, False): "%(yes)s of %(n)s (%(dont_know)s don't know → %(low)s–%(high)s)",
    (False, True): "%(yes)s of %(n)s (%(not_assessed)s not assessed → %(low)s–%(high)s)",
    (
        True,
        True,
    ): "%(yes)s of %(n)s (%(dont_know)s don't know, %(not_assessed)s not assessed → %(low)s–%(high)s)",
}

CLASS_TEXTS: dict[SceneClass, str] = {
    SceneClass.KVALIFICERAD_10: "qualified (10)",
    SceneClass.ALLVARLIG_7: "severe (7)",
    SceneClass.FEWER_INDICATORS: "open drug scene with fewer indicators",
    SceneClass.BELOW_SEVERE: "below the threshold for severe",
    SceneClass.NOT_MET_DEFINITION: "Does not meet the definition (%(yes)s of %(n)s indicators)",
    SceneClass.UNDECIDED: "Cannot be decided yet: %(yes)s yes, %(open)s without an answer; "
    "%(yes_needed)s more yes reach the threshold, %(no_needed)s more no rule it out",
}

PRELIMINARY_TEXT = "Preliminary: %(verdict)s"

NOTE_TEXTS: dict[SceneNote, str] = {
    SceneNote.GATE_AND_COUNT_OVERLAP: "Indicators 4 and 5 ask the same as the definition's last clause, so "
    "to that degree the count repeats the definition.",
}

REASON_TEXTS: dict[str, str] = {
    "new_set": "not comparable (new list)",
    "new_boundary": "not comparable (new boundary)",
    "no_boundary": "not comparable (boundary not stated)",
}


def interval_message(result: SceneResult) -> Message:
    """Return the count as an interval, with what leaves it open told apart.

    Examples
    --------
    >>> from samsyn.domain.scenes import Answer, DefinitionGate, assess, indicator_set
    >>> answers = dict.fromkeys(range(1, 8), Answer.YES) | {8: Answer.NO}
    >>> answers |= dict.fromkeys((9, 10), Answer.DONT_KNOW)
    >>> interval_message(assess(indicator_set("ODS10-2018"), answers, DefinitionGate.all_yes())).in_english()
    "7 of 10 (2 don't know → 7–9)"
    """
    return Message(INTERVAL_TEXTS[result.dont_know > 0, result.not_assessed > 0], _facts(result))


def verdict_message(result: SceneResult) -> Message:
    """Return what the assessment says; see `prefix_of` for whether it is preliminary."""
    return Message(CLASS_TEXTS[result.class_code], _facts(result))


def prefix_of(result: SceneResult) -> str:
    """Return the message id to wrap the verdict in while the definition is open, else an empty string."""
    return PRELIMINARY_TEXT if result.gate is GateValue.UNKNOWN else ""


def comparison_messages(comparison: SceneComparison) -> tuple[Message, ...]:
    """Return why two assessments cannot be compared; nothing when they can."""
    return tuple(Message(REASON_TEXTS[reason], {}) for reason in comparison.reasons)


def _facts(result: SceneResult) -> dict[str, object]:
    names = ("yes", "no", "n", "dont_know", "not_assessed", "low", "high", "yes_needed", "no_needed")
    return {name: getattr(result, name) for name in names} | {
        "open": result.dont_know + result.not_assessed,
        "set": result.set_code,
    }
