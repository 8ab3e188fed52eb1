"""The functions of the invented county: what they take, when, how they are reached, and where nobody is.

Every telephone number is from the series that are kept free for fiction. There is nobody here: a roster
names functions, and a year of it has planted traits that ``PLANTED`` tells of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from samsyn.domain.access import OrganisationKind
from samsyn.domain.actors import InvitationState, Need, TargetGroup, TrainingCourse
from samsyn.domain.assets import AssetKind
from samsyn.domain.duty import CancelReason

SCENES_WITH_ROSTERS = 3
DAYS_BACK, DAYS_AHEAD = 365, 21

PLANTED = (
    "Ingen är på plats 07–12 på vardagar: fältassistenterna börjar 12 och ordningsvakterna 13.",
    "Ungdomsjouren är ute ons–lör 18–02 och svarar i telefon alla dagar 15–23.",
    "Områdespolisens pass ställs in var sjunde gång, oftast för demonstrationer.",
)

_U, _N = TargetGroup, Need


@dataclass(frozen=True, slots=True)
class DemoCard:
    """A function with what its card says; one that is there already by name is filled in."""

    key: str
    organisation: str
    kind: OrganisationKind
    authority: bool
    name: str
    assignment: str
    groups: tuple[TargetGroup, ...]
    needs: tuple[Need, ...]
    numbers: str
    week: tuple[str, ...]
    limits: str = ""
    letter_box: str = ""
    has_radio: bool = False
    needs_mandate: bool = False
    staff: int | None = None


def _same(text: str) -> tuple[str, ...]:
    return (text,) * 7


def _weekdays(text: str, saturday: str = "", sunday: str = "") -> tuple[str, ...]:
    return (*(text,) * 5, saturday, sunday)


def cards(town: str) -> tuple[DemoCard, ...]:
    """Return the functions that serve the first scenes; ``town`` is the municipality's name."""
    police = f"Polisen, lokalpolisområde {town}"
    social = f"Socialtjänsten i {town}"
    council = f"{town} kommun"
    kind = OrganisationKind
    return (
        DemoCard(
            "ungdomsjouren", social, kind.MUNICIPALITY, True, "Ungdomsjouren",
            "Möter unga ute om kvällarna och tar vid när någon under 18 behöver en vuxen.",
            (_U.UNDER_18, _U.AGE_18_TO_24, _U.GIRLS_AND_WOMEN),
            (_N.UNWELL, _N.TALK_AND_SUPPORT, _N.CHILD_AT_RISK, _N.HELP_AGAINST_PAYMENT_FOR_SEX),
            "070-174 06 05 Ute på kvällen\n08-465 004 05 Telefon", _same("15–23"),
            "Kör ingen till sjukhus.", "ungdomsjouren@exempelstad.example", staff=8,
        ),
        DemoCard(
            "socialjouren", social, kind.MUNICIPALITY, True, "Socialjouren",
            "Tar akuta ärenden när kontoren är stängda.",
            (_U.WHOEVER,), (_N.CHILD_AT_RISK, _N.SHELTER, _N.UNWELL, _N.TALK_AND_SUPPORT),
            "08-465 004 10 Jourtelefon", _same("dygnet runt"), "Rycker inte ut till platsen.", staff=14,
        ),
        DemoCard(
            "faltassistent", social, kind.MUNICIPALITY, True, "Fältassistenter",
            "Uppsökande bland unga på torg, skolor och centrum.",
            (_U.UNDER_18,), (_N.TALK_AND_SUPPORT, _N.CHILD_AT_RISK, _N.UNWELL),
            "070-174 06 11", _weekdays("12–22", "16–01"), "", "falt@exempelstad.example", staff=6,
        ),
        DemoCard(
            "uppsokare", social, kind.MUNICIPALITY, True, "Uppsökarna, vuxna utan bostad",
            "Söker upp vuxna utan bostad och följer till härbärge.",
            (_U.HOMELESS_ADULT, _U.EU_CITIZEN),
            (_N.SHELTER, _N.UNWELL, _N.ADDICTION_CARE, _N.TALK_AND_SUPPORT),
            "070-174 06 20", _weekdays("08–20"), "Plats på härbärget ordnas före 21.", staff=4,
        ),
        DemoCard(
            "mika", social, kind.MUNICIPALITY, True, "Mottagningen mot sex mot ersättning",
            "Samtal och stöd för den som har sex mot ersättning.",
            (_U.AGE_18_TO_24, _U.ADULT, _U.GIRLS_AND_WOMEN), (_N.HELP_AGAINST_PAYMENT_FOR_SEX,),
            "08-465 004 22", _weekdays("09–16"), "", "mottagningen@exempelstad.example", staff=3,
        ),
        DemoCard(
            "beroende", "Region Exempel", kind.HEALTH_CARE, True, "Beroendeakuten",
            "Vård för den som är påverkad eller vill sluta.",
            (_U.ADULT, _U.AGE_18_TO_24), (_N.ADDICTION_CARE, _N.UNWELL),
            "08-465 004 30", _same("dygnet runt"), "Från 18 år. Under 18: barnakuten.", staff=40,
        ),
        DemoCard(
            "omradespolis", police, kind.POLICE, True, "Områdespolis",
            "Synlig på platsen, håller i det lokala arbetet.",
            (_U.WHOEVER,), (_N.CHILD_AT_RISK, _N.ORDER_AND_PROPERTY, _N.UNWELL),
            "08-465 004 40 Via ledningscentralen", (), has_radio=True, staff=9,
        ),
        DemoCard(
            "ingripandepolis", police, kind.POLICE, True, "Ingripandepolis",
            "Rycker ut i hela länet.", (_U.WHOEVER,), (_N.ORDER_AND_PROPERTY,),
            "114 14", _same("dygnet runt"), "Fara nu: 112.", has_radio=True, staff=60,
        ),
        DemoCard(
            "ordningsvakt", f"Ordningsvakterna i {town}", kind.GUARD_COMPANY, False, "Ordningsvakter",
            "Håller ordning inom tillståndsområdet.",
            (_U.WHOEVER,), (_N.ORDER_AND_PROPERTY, _N.UNWELL),
            "070-174 06 40 Gruppledare", (), "Bara inom tillståndsområdet.", has_radio=True,
            needs_mandate=True, staff=12,
        ),
        DemoCard(
            "platsansvarig", council, kind.MUNICIPALITY, True, "Platsansvarig",
            "Driver samverkanslokalen och håller ihop det som ska lagas.",
            (_U.WHOEVER,), (_N.ORDER_AND_PROPERTY,), "08-465 004 50", _weekdays("08–17"), staff=2,
        ),
        DemoCard(
            "stadsmiljo", council, kind.MUNICIPALITY, True, "Stadsmiljö, drift",
            "Belysning, grönska, gata och städning.",
            (), (_N.TRAFFIC, _N.ORDER_AND_PROPERTY),
            "08-465 004 55 Felanmälan", _same("dygnet runt"), staff=25,
        ),
        DemoCard(
            "vuxenvandrare", "Vuxna på stan", kind.CIVIL_SOCIETY, False, "Vuxenvandrare",
            "Går på stan på helgkvällar och pratar med unga och anhöriga.",
            (_U.UNDER_18, _U.RELATIVES), (_N.TALK_AND_SUPPORT,),
            "070-174 06 60", ("", "", "", "", "20–24", "20–24", ""), "Griper aldrig in.",
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoShift:
    """One shift of a roster: a function's key, a day, hours, and why it was cancelled."""

    key: str
    day: date
    start: int
    end: int
    cancelled: CancelReason | None = None


# Function, weekdays (Monday is 0), from, to. The morning gap on weekdays is planted here.
_PATTERN = (
    ("ungdomsjouren", (2, 3, 4, 5), 18, 2),
    ("faltassistent", (0, 1, 2, 3, 4), 12, 20),
    ("ordningsvakt", (0, 1, 2, 3), 13, 23),
    ("ordningsvakt", (4, 5), 13, 3),
    ("ordningsvakt", (6,), 12, 20),
    ("omradespolis", (1, 3), 14, 22),
    ("omradespolis", (4, 5), 18, 2),
    ("platsansvarig", (5,), 10, 16),
)
_REASONS = (
    CancelReason.DEMONSTRATION, CancelReason.DEMONSTRATION, CancelReason.SERIOUS_INCIDENT_ELSEWHERE,
    CancelReason.BORDER_CONTROL, CancelReason.SHORT_STAFFED,
)  # fmt: skip


def shifts(seed: int, scene: int, today: date) -> Iterator[DemoShift]:
    """Yield a year of shifts at one scene and three weeks ahead; the later scenes have fewer functions."""
    rng = np.random.default_rng([seed, 40, scene])
    known = _PATTERN if scene == 0 else _PATTERN[: 8 - 2 * scene]
    for step in range(-DAYS_BACK, DAYS_AHEAD):
        day = today + timedelta(days=step)
        for key, weekdays, start, end in known:
            if day.weekday() not in weekdays:
                continue
            likely = 1 / 7 if key == "omradespolis" else 1 / 40
            cancelled = step < 0 and rng.uniform() < likely
            reason = _REASONS[int(rng.integers(len(_REASONS)))] if cancelled else None
            yield DemoShift(key, day, start, end, reason)


#: What stands at a scene: kind, name, who keeps it (the key of a function), how a fault is reported.
THINGS = (
    (AssetKind.LAMP, "Lampa 1 vid trappan", "stadsmiljo", "Felanmälan, lampans nummer står på stolpen"),
    (AssetKind.LAMP, "Lampa 2 vid trappan", "stadsmiljo", "Felanmälan, lampans nummer står på stolpen"),
    (AssetKind.LAMP, "Lampa under bron", "stadsmiljo", "Felanmälan"),
    (AssetKind.BUSH, "Häcken mot parkeringen", "stadsmiljo", "Felanmälan"),
    (AssetKind.BENCH, "Bänkarna vid fontänen", "stadsmiljo", "Felanmälan"),
    (AssetKind.BIN, "Papperskorgen vid hållplatsen", "stadsmiljo", "Felanmälan"),
    (AssetKind.RAILING, "Räcket i nedgången", "platsansvarig", "Säg till platsansvarig"),
    (AssetKind.SIGN, "Skylten vid infarten", "stadsmiljo", "Felanmälan"),
)

#: Who is missing, why, and the states with how many days ago.
WANTED = (
    ("Vårdcentralen", "Möter unga som mår dåligt före socialtjänsten.",
     ((InvitationState.WANTED, 200), (InvitationState.INVITED, 48))),
    ("Gymnasieskolan", "Ser vad som händer på håltimmarna.",
     ((InvitationState.WANTED, 320), (InvitationState.INVITED, 280), (InvitationState.TAKES_PART, 240))),
    ("Föräldraföreningen", "Vuxna på torget på helger.", ((InvitationState.WANTED, 60),)),
    ("Gränspolisen", "Frågor om rörelser mellan platser.",
     ((InvitationState.WANTED, 300), (InvitationState.INVITED, 260), (InvitationState.DECLINED, 210))),
)  # fmt: skip

#: Course, key of the function, days ago, how many took part or None.
TRAININGS = (
    (TrainingCourse.MUMIN_COURSE, "ungdomsjouren", 210, 8),
    (TrainingCourse.PAYMENT_FOR_SEX_COURSE, "ordningsvakt", 120, 11),
    (TrainingCourse.GIRLS_ROLE_COURSE, "faltassistent", 90, 6),
    (TrainingCourse.OVERDOSE_FIRST_AID, "ordningsvakt", 400, 9),
    (TrainingCourse.CONCERN_REPORT_COURSE, "uppsokare", 30, None),
)

#: What the cards say: function, in the permit area or at the whole place, may, may not, approved or not.
CARD_TEXTS = (
    ("ordningsvakt", True, "Avvisa och avlägsna den som stör ordningen. Kalla på polis.",
     "Agera utanför tillståndsområdet. Kroppsvisitera annat än efter vapen vid ett ingripande.", True),
    ("omradespolis", False, "Besluta enligt polislagen på hela platsen. Lämna över unga till socialtjänsten.",
     "", True),
    ("ungdomsjouren", False, "Ta kontakt, stanna kvar, följa hem eller till jouren. Göra orosanmälan.",
     "Hålla kvar någon.", True),
    ("uppsokare", False, "Ta kontakt och följa till härbärge.", "", False),
)  # fmt: skip
