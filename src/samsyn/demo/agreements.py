"""What the invented county has agreed, promised and warned of: enough to see every state once.

Days are counted from the visitor's own day, so that one agreement always expires soon.
"""

from __future__ import annotations

from dataclasses import dataclass

from samsyn.domain.agreements import AgreementKind, CommitmentOutcome, MeasureKind
from samsyn.domain.statements import Audience


@dataclass(frozen=True, slots=True)
class DemoPromise:
    """What a party promised, and how it went if it was followed up.

    ``by_police`` is whose promise it is; ``days_ago`` is when it was followed up.
    """

    by_police: bool
    what: str
    measure: MeasureKind
    promised: float | None = None
    unit: str = ""
    outcome: CommitmentOutcome | None = None
    delivered: float | None = None
    reason: str = ""
    days_ago: int = 20


@dataclass(frozen=True, slots=True)
class DemoAgreement:
    """An agreement with its first and last day, counted from today."""

    kind: AgreementKind
    title: str
    purpose: str
    first: int
    last: int
    reference: str = ""
    promises: tuple[DemoPromise, ...] = ()
    signed: bool = True


@dataclass(frozen=True, slots=True)
class DemoHeadsUp:
    """A heads-up, written some hours ago by the police or by the municipality."""

    by_police: bool
    text: str
    hours_ago: int
    for_all: bool


_HOURS, _AMOUNT, _DONE = MeasureKind.HOURS_ON_SITE, MeasureKind.AMOUNT, MeasureKind.DONE_OR_NOT
_KEPT, _PARTLY, _NOT = CommitmentOutcome.KEPT, CommitmentOutcome.PARTLY_KEPT, CommitmentOutcome.NOT_KEPT

AGREEMENTS = (
    DemoAgreement(
        AgreementKind.PLACE_COOPERATION,
        "Platssamverkan på torget",
        "Att platsen ska kännas som alla andras: rent, ljust, befolkat, och med vuxna som syns.",
        first=-1020,
        last=62,
        reference="EX 2024/118",
        promises=(
            DemoPromise(
                True, "Områdespoliser på plats kvällstid", _HOURS, 1600, outcome=_PARTLY, delivered=1130,
                reason="Gruppen lånades ut till andra delar av länet under våren.",
            ),
            DemoPromise(False, "Fältassistenter på plats fredag och lördag", _HOURS, 900, outcome=_KEPT,
                        delivered=948),
            DemoPromise(False, "Ronder med städning och lagning", _AMOUNT, 12, "ronder i månaden",
                        outcome=_NOT, delivered=5,
                        reason="Avtalet med entreprenören rymde bara fem ronder i månaden."),
            DemoPromise(False, "Ny belysning vid norra trappan", _DONE),
        ),
    ),
    DemoAgreement(
        AgreementKind.COOPERATION_AGREEMENT,
        "Samverkansöverenskommelse polis och kommun",
        "Gemensam lägesbild varje kvartal, gemensamma mål och ett gemensamt ansvar för helheten.",
        first=-320,
        last=775,
        reference="EX 2025/7",
        promises=(
            DemoPromise(True, "Gemensam lägesbild varje kvartal", _AMOUNT, 4, "lägesbilder om året",
                        outcome=_KEPT, delivered=4),
            DemoPromise(False, "Trygghetssamordnare på heltid", _DONE, outcome=_KEPT),
        ),
    ),
    DemoAgreement(
        AgreementKind.CITIZEN_PROMISE,
        "Medborgarlöfte: vi syns på torget",
        "Invånarna ska märka att vi är där när de själva är det.",
        first=-560,
        last=-195,
        promises=(
            DemoPromise(True, "Svara på frågor på torget", _AMOUNT, 10, "tillfällen", outcome=_KEPT,
                        delivered=11, days_ago=190),
        ),
    ),
    DemoAgreement(
        AgreementKind.CITIZEN_PROMISE,
        "Medborgarlöfte: ljusare gångvägar",
        "Gångvägarna mellan torget och stationen ska vara upplysta hela vintern.",
        first=10,
        last=375,
        signed=False,
    ),
)  # fmt: skip

HEADS_UPS = (
    DemoHeadsUp(True, "Större beslag i går; räkna med oro vid stationen i kväll.", 5, False),
    DemoHeadsUp(False, "Konsert på torget: fler unga än vanligt.", 3, True),
    DemoHeadsUp(False, "Norra trappan är avstängd för lagning; gå runt.", 20, True),
)


@dataclass(frozen=True, slots=True)
class DemoStatement:
    """An agreed answer, its audience, how many days it holds and whether its owner has approved it."""

    by_police: bool
    question: str
    text: str
    audience: Audience
    sources: str
    days: int
    approved: bool = True


STATEMENTS = (
    DemoStatement(
        False, "Är det farligt att gå över torget?",
        "Vi är på torget varje kväll, och de flesta som går här möter ingenting otrevligt. Känner du dig "
        "otrygg: gå till personalen i samverkanslokalen. Vid fara ringer du 112.",
        Audience.THE_PRESS, "Trygghetsmätningen och lägesbilden för platsen.", 120,
    ),
    DemoStatement(
        True, "Varför griper ni inte alla som säljer?",
        "Gripanden löser inte platsen ensamma. Vi stör handeln, följer upp de unga tillsammans med "
        "socialtjänsten och bygger om det som gör handeln lätt.",
        Audience.THE_PRESS, "Samverkansöverenskommelsen.", 200,
    ),
    DemoStatement(
        False, "Vad händer med norra trappan?",
        "Belysningen byts och buskarna klipps. Fråga oss igen när det är klart om det blev bättre.",
        Audience.SHOPS_AND_OWNERS, "Åtgärdsplanen.", 30, approved=False,
    ),
)  # fmt: skip
