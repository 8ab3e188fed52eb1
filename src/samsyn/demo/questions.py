"""A year of questions and actions at three made-up scenes, with planted waiting times and no persons.

The numbers are planted: a question waits about a week in an operational forum, about five weeks in a
strategic one and about four months in the steering group. One action is written off and one question is
opened again; some questions have not been answered and some actions are late.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from samsyn.domain.access import Role

QUESTIONS_SEED = 20261121
# Days on each level: what the year is meant to show, spread by a factor of up to two.
PLANTED_DAYS = {"operational": 7, "strategic": 35, "steering": 120}
DAYS_TO_TELL = 3


@dataclass(frozen=True, slots=True)
class DemoMove:
    """A step: how many days after the one before, what is done, by which role and with what words."""

    after_days: float
    move: str
    role: Role
    words: str = ""


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """A question at a scene (by its number), raised so many days ago, and its way."""

    scene: int
    days_ago: float
    role: Role
    title: str
    category: str
    way: tuple[DemoMove, ...]


@dataclass(frozen=True, slots=True)
class DemoAction:
    """An action at a scene, proposed so many days ago, and its way; ``due_days`` counts from then."""

    scene: int
    days_ago: float
    role: Role
    title: str
    kind: str
    risk: str
    due_days: int
    way: tuple[DemoMove, ...]


LEAD, BOARD = Role.SAFETY_COORDINATOR, Role.STEERING_GROUP
_RAISERS = (Role.AREA_OFFICER, Role.OUTREACH_WORKER, Role.PLACE_MANAGER, Role.PUBLIC_ORDER_GUARD)

# Line, category, answer; then how far up it goes: 0 answered where it was raised, 1 strategic, 2 steering.
_LINES = (
    ("Två lampor är släckta vid trappan", "light", "Lamporna är bytta och timern är ställd.", 0),
    ("Buskaget skymmer gången från parkeringen", "greenery", "Buskaget är nedtaget till en meter.", 0),
    ("Porten till cykelrummet går inte i lås", "locks_and_entrances", "Låskistan är bytt.", 0),
    ("Ingen av oss är på plats mellan sju och tolv", "staffing", "Vi provar ett förmiddagspass.", 0),
    ("Sprutor i planteringen varje måndag", "cleaning", "Städningen är flyttad till måndag morgon.", 0),
    ("Vi får inte veta när evenemang ändras", "sharing_knowledge", "Ändringar läggs upp samma dag.", 0),
    ("Serveringens tillstånd slutar samtidigt som tunnelbanan", "permits",
     "Tiderna prövas när tillstånden ska förnyas.", 1),
    ("Det saknas värmestuga efter klockan nio", "support", "Öppet till elva på prov till och med mars.", 1),
    ("Kameran ser inte den nya gången", "sight_and_hiding", "En ny bedömning görs innan något flyttas.", 1),
    ("Räcket vid nedfarten är löst", "street_and_traffic", "Räcket är svetsat.", 1),
    ("Hela torgets belysning är från sjuttiotalet", "light", "Utbyte läggs i nästa års investeringar.", 2),
    ("Två huvudmän sköter samma yta på olika sätt", "street_and_traffic", "En skötselplan för hela ytan.", 2),
)  # fmt: skip

_WORKS = (
    ("Byt armaturerna i gångtunneln", "light", "high_risk"),
    ("Gallra buskaget vid lekplatsen", "greenery", "medium_risk"),
    ("Sätt upp skylt till samverkanslokalen", "street_and_traffic", "low_risk"),
    ("Laga bänkarna mot fasaden", "furniture", "low_risk"),
    ("Sätt upp behållare för sprutor", "cleaning", "high_risk"),
    ("Ny låskista i porten mot gården", "locks_and_entrances", "medium_risk"),
)


def demo_questions(scenes: int = 3, seed: int = QUESTIONS_SEED) -> tuple[DemoQuestion, ...]:
    """Return a year of questions at the first scenes, the oldest first."""
    draw = random.Random(seed)  # noqa: S311  (a made-up city, not a secret)
    found = []
    for scene in range(scenes):
        for number, (title, category, reply, height) in enumerate(_LINES):
            way = _way(draw, height, reply)
            spent = sum(move.after_days for move in way)
            # Spread over the year; the last two of each scene are young enough to still wait.
            days_ago = max(spent + 6, 350 - 28 * number - 5 * scene)
            if number in {3, 9} and scene < 2:
                way, days_ago = way[: 2 if height else 0], 20.0 + 25 * scene + 3 * number
            role = _RAISERS[(number + scene) % len(_RAISERS)]
            found.append(DemoQuestion(scene, days_ago, role, title, category, way))
    first = next(at for at, one in enumerate(found) if one.way and one.way[-1].move == "close")
    again = found[first]
    more = (
        DemoMove(9, "reopen", again.role, "Samma lampor är släckta igen."),
        DemoMove(6, "answer", LEAD, "Kabeln är utbytt, inte bara lamporna."),
        DemoMove(2, "tell", LEAD),
        DemoMove(1, "close", again.role),
    )
    found[first] = DemoQuestion(
        again.scene, again.days_ago + 18, again.role, again.title, again.category, again.way + more
    )
    return tuple(sorted(found, key=lambda one: -one.days_ago))


def _way(draw: random.Random, height: int, reply: str) -> tuple[DemoMove, ...]:
    def days(level: str) -> float:
        return round(PLANTED_DAYS[level] * draw.uniform(0.6, 1.6), 1)

    way: list[DemoMove] = []
    if height >= 1:
        way += [
            DemoMove(days("operational"), "lift", LEAD, "Forumet råder inte över det."),
            DemoMove(draw.randint(1, 9), "receive", LEAD),
        ]
    if height == 1:
        way.append(DemoMove(days("strategic"), "answer", LEAD, reply))
    elif height == 2:
        way += [
            DemoMove(days("strategic"), "lift", LEAD, "Kräver beslut om pengar."),
            DemoMove(draw.randint(5, 20), "receive", BOARD),
            DemoMove(days("steering") - 12, "answer", BOARD, reply),
        ]
    else:
        way.append(DemoMove(days("operational"), "answer", LEAD, reply))
    way += [DemoMove(draw.randint(1, 2 * DAYS_TO_TELL), "tell", BOARD if height == 2 else LEAD)]
    return (*way, DemoMove(draw.randint(1, 4), "close", LEAD))


def demo_actions(scenes: int = 3, seed: int = QUESTIONS_SEED) -> tuple[DemoAction, ...]:
    """Return the plan of the first scenes: done, under way, late, waiting and written off."""
    draw = random.Random(seed + 1)  # noqa: S311
    found = []
    for scene in range(scenes):
        for number, (title, kind, risk) in enumerate(_WORKS):
            days_ago = 300 - 45 * number - 7 * scene
            way: tuple[DemoMove, ...]
            taken = DemoMove(draw.randint(2, 12), "take_on", LEAD)
            late = number in {2, 4} or (number == 1 and scene == 1)
            if scene == 0 and number == 3:
                way = (taken, DemoMove(30, "write_off", LEAD, "Fasaden byggs om; nya bänkar kommer."))
            elif late:
                way = (taken,)
            elif number == 5:
                way = (taken, DemoMove(4, "start", LEAD)) if scene else ()
            else:
                way = (
                    taken,
                    DemoMove(draw.randint(15, 35), "mark_done", LEAD, "Klart."),
                    DemoMove(draw.randint(1, 5), "tell", LEAD, "Nu är det gjort."),
                    DemoMove(2, "finish", LEAD),
                )
            due = 60 if not late else max(10, round(days_ago) - 35 - 12 * number)
            found.append(DemoAction(scene, days_ago, Role.PLACE_MANAGER, title, kind, risk, due, way))
    return tuple(sorted(found, key=lambda one: -one.days_ago))
