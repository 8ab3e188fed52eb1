"""Every state machine on one reference page: ``python -m samsyn.domain.workflows`` prints it.

A module that owns a state machine keeps it as data; here it gets a heading and its sentences in Swedish.
"""

# ruff: noqa: E501  (Swedish sentences stand on one line)

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from samsyn.domain import status
from samsyn.domain.actions import ACTION_TRANSITIONS, OVERDUE_DAYS
from samsyn.domain.agreements import AGREEMENT_TRANSITIONS, SOON_DAYS
from samsyn.domain.issues import ISSUE_TRANSITIONS
from samsyn.domain.meetings import MEETING_TRANSITIONS


@dataclass(frozen=True, slots=True)
class Workflow:
    """A state machine as the reference page shows it; the first state is where everything begins."""

    heading: str
    sentences: tuple[str, ...]
    transitions: Mapping[Any, frozenset[StrEnum]]


# A new state machine is entered here.
WORKFLOWS: tuple[Workflow, ...] = (
    Workflow(
        "Möte",
        (
            "Ett inställt möte har ett skäl och kan ersättas av en digital runda, som är ett eget möte.",
            "När anteckningen är fastställd ändras ingenting mer.",
        ),
        MEETING_TRANSITIONS,
    ),
    Workflow(
        "Fråga",
        (
            "En fråga lyfts en nivå i taget: operativt forum, strategiskt forum, styrgrupp.",
            "Den tas emot på varje nivå, och tiden på nivån räknas ur stegen.",
            "Den kan inte stängas förrän den som lyfte den har fått svaret; finns funktionen inte kvar får forumet det.",
            "Ingenting tas bort. En återkopplad eller stängd fråga kan öppnas igen, med skäl.",
        ),
        ISSUE_TRANSITIONS,
    ),
    Workflow(
        "Åtgärd",
        (
            "En åtgärd ligger kvar tills den är utförd och återkopplad, eller avskriven med skäl ur listan och egna ord.",
            "Väntar på annan anger vem och till vilken dag. Att vänta eller lyftas stannar inte klockan.",
            "En paus gör det till sin dag. Efteråt går åtgärden tillbaka dit den kom ifrån.",
            f"När den är mer än {OVERDUE_DAYS} dagar försenad kommer den på forumets nästa dagordning av sig själv.",
        ),
        ACTION_TRANSITIONS,
    ),
    Workflow(
        "Överenskommelse",
        (
            "Människor tar stegen att skriva, skriva under, förlänga och säga upp. Resten gör datumen av sig själva.",
            f"Den löper ut snart när det är färre än {SOON_DAYS} dagar kvar. Polisen och kommunen som äger platsen är alltid parter.",
            "En uppsägning har ett skäl som alla parter får veta. Ingenting tas bort, och det undertecknade ändras inte.",
        ),
        AGREEMENT_TRANSITIONS,
    ),
)


def reference_page() -> str:
    """Return the reference page: a diagram and a table for each state machine, made from the data."""
    parts = [
        "# Tillstånd och övergångar",
        "Sidan är gjord av `python -m samsyn.domain.workflows`; ändra reglerna i koden, inte här.",
        *status.reference_sections(),
    ]
    for one in WORKFLOWS:
        transitions: Mapping[Any, frozenset[Any]] = one.transitions
        parts += [
            f"## {one.heading}", *one.sentences, status.diagram(transitions), status.table(transitions)
        ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(reference_page())
