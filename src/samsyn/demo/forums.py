"""A year of meetings in the invented county: who meets about a place, what is said, who comes, what is off.

Pure content with a seed; there is nobody here, only functions. Days count backwards from today, so that the
year always ends now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

import numpy as np

from samsyn.domain.forums import ForumLevel
from samsyn.domain.meetings import BriefingPoint, CalledOffReason, MeetingForm, MeetingState, PointOutcome
from samsyn.domain.recurrence import occurrences

WEEKS_BACK = 52
# What was lifted longer ago has been taken up above.
DAYS_A_LIFTED_POINT_WAITS = 45
BRIEFING_DAYS, BRIEFING_AT = (1, 4), time(16, 30)
STRATEGIC_AT, STEERING_AT = time(13, 0), time(9, 0)


@dataclass(frozen=True, slots=True)
class DemoSeat:
    """A function's seat: how large it is, and how often it comes."""

    function: str
    large_enough: bool
    comes: float


@dataclass(frozen=True, slots=True)
class DemoForum:
    """A forum of one place; ``key`` is its level."""

    key: ForumLevel
    name: str
    purpose: str
    cadence: str
    chair: str
    fallback_chair: str
    seats: tuple[DemoSeat, ...]
    agenda: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoPoint:
    """A line of a meeting that was held; ``wide`` is shared within the cooperation."""

    code: str
    title: str
    note: str
    outcome: PointOutcome
    wide: bool = False


@dataclass(frozen=True, slots=True)
class DemoMeeting:
    """A meeting of the past year; a round replaces the meeting before it in the list."""

    level: ForumLevel
    starts_at: datetime
    form: MeetingForm
    state: MeetingState
    present: tuple[str, ...] = ()
    points: tuple[DemoPoint, ...] = ()
    title: str = ""
    invited: tuple[str, ...] = ()
    reason: CalledOffReason | None = None
    replaces_last: bool = False


@dataclass(frozen=True, slots=True)
class DemoCalendar:
    """What a place has behind it and ahead of it."""

    forums: tuple[DemoForum, ...]
    past: tuple[DemoMeeting, ...]
    ahead: tuple[DemoMeeting, ...] = field(default_factory=tuple)


def forums_of(place: str, local: str) -> tuple[DemoForum, ...]:
    """Return the four forums of a place.

    Parameters
    ----------
    place : str
        The name of the place.
    local : str
        How the municipality's functions end, such as ``exempelstad``.

    Returns
    -------
    tuple of DemoForum
        From the steering group down to the joint briefing, so that each finds the one it lifts to.
    """

    def seat(function: str, large: bool, comes: float) -> DemoSeat:
        return DemoSeat(function if function in _COUNTY else f"{function}-{local}", large, comes)

    street = (
        seat("omradespolis", True, 0.93), seat("ordningsvakt", True, 0.88), seat("faltassistent", True, 0.81),
        seat("platsansvarig", False, 0.9), seat("forvaltare", False, 0.46),
        seat("trafikforvaltning", True, 0.58), seat("ingripandepolis", True, 0.22),
    )  # fmt: skip
    office = (
        seat("samordnare", False, 0.97), seat("kommunpolis", False, 0.91), seat("platsansvarig", False, 0.86),
        seat("handlaggare", False, 0.74), seat("faltassistent", True, 0.69), seat("forvaltare", False, 0.63),
        seat("trafikforvaltning", True, 0.55), seat("lansstyrelsen", False, 0.4),
    )  # fmt: skip
    above = (
        seat("styrgrupp", True, 1.0), seat("kommunpolis", False, 0.95), seat("samordnare", False, 1.0),
        seat("handlaggare", False, 0.6),
    )  # fmt: skip
    police, coordinator, manager = f"kommunpolis-{local}", f"samordnare-{local}", f"platsansvarig-{local}"
    return (
        DemoForum(
            ForumLevel.STEERING, f"Styrgruppen {place}",
            "Beslutar det som forumen under inte kan lösa, och håller i målen.",
            "En gång i halvåret", f"styrgrupp-{local}", coordinator, above,
            ("Läget mot målen", "Lyfta frågor", "Åtaganden som inte är uppfyllda", "Beslut"),
        ),
        DemoForum(
            ForumLevel.STRATEGIC, f"Platssamverkan {place}",
            "Följer åtgärderna tills de är utförda eller avskrivna, och svarar den som lyft en fråga.",
            "En gång i månaden", coordinator, police, office,
            ("Sedan förra mötet", "Åtgärder", "Inför kommande månad"),
        ),
        DemoForum(
            ForumLevel.EXTENDED, f"Inför händelser {place}",
            "Samlar fler när något ska hända: evenemang, demonstrationer, skollov.",
            "När något är på gång", police, coordinator, (*street[:4], seat("handlaggare", False, 0.8)),
            ("Vad som ska hända", "Vem gör vad", "Efteråt"),
        ),
        DemoForum(
            ForumLevel.OPERATIONAL, f"Samverkansutsättning {place}",
            "En kvart före kvällen: vad som har ändrats, vilka som är här och var vi behövs tillsammans.",
            "Tisdagar och fredagar 16.30", f"omradespolis-{local}", manager, street,
        ),
    )  # fmt: skip


def calendar_of(place: str, local: str, today: date, *, seed: int) -> DemoCalendar:
    """Return a believable year of meetings about a place, ending today, and the meetings ahead.

    Parameters
    ----------
    place, local : str
        See `forums_of`.
    today : datetime.date
        The day the year ends on.
    seed : int
        The same seed gives the same year.

    Returns
    -------
    DemoCalendar
        The past in order of time; nothing later than yesterday in it.
    """
    rng = np.random.default_rng(seed)
    forums = forums_of(place, local)
    by_level = {one.key: one for one in forums}
    first, yesterday = today - timedelta(weeks=WEEKS_BACK), today - timedelta(days=1)
    past: list[DemoMeeting] = []
    for moment in occurrences(BRIEFING_DAYS, BRIEFING_AT, first, yesterday):
        past += _briefing(rng, by_level[ForumLevel.OPERATIONAL], moment, _waits(moment, today))
    for number, moment in enumerate(occurrences([3], STRATEGIC_AT, first, yesterday, every_weeks=4)):
        waits = _waits(moment, today)
        past.append(_in_the_office(rng, by_level[ForumLevel.STRATEGIC], moment, number, waits))
    for moment in occurrences([2], STEERING_AT, first, yesterday, every_weeks=26):
        past.append(_decided(rng, by_level[ForumLevel.STEERING], moment))
    past += _events(rng, by_level[ForumLevel.EXTENDED], first, yesterday, local)
    ordered = sorted(past, key=lambda one: one.starts_at)
    return DemoCalendar(forums, tuple(_lifted_once(ordered)))


_COUNTY = frozenset({"trafikforvaltning", "lansstyrelsen", "fastighetsagare", "utvarderare"})

_SINCE = (
    "Lugnt sedan sist. Belysningen i gångtunneln är lagad.",
    "Fler som stannar kvar vid entrén efter stängning än förra veckan.",
    "Försäljningen har flyttat från trappan till lekplatsens kant, mest efter 21.",
    "Skräpigare runt bänkarna; driften hann inte i helgen.",
    "Tre kvällar i rad lugnare efter den gemensamma närvaron.",
    "Butiken har bytt öppettider och har tänt till 22.",
)
_HERE = (
    "Områdespolis till 22, ordningsvakter till 01, fältassistenter till 23.",
    "Ordningsvakter två par till 01. Fältassistenter till 22.",
    "Områdespolis delas med grannområdet i kväll, nås på telefon.",
    "Fältassistenter från 18, ordningsvakter till 02 på grund av evenemang.",
)
_TOGETHER = (
    "Gångtunneln 20–22, ordningsvakt och fältassistent tillsammans.",
    "Lekplatsen direkt efter 21, synligt och kort.",
    "Entrén när sista tåget har gått.",
    "Torgytan vid stängning, tillsammans med butikens personal.",
    "Ingen särskild plats i kväll; rör er olika vägar.",
)
_HELP = (
    "Driften behöver besked om vilken lampa som är trasig.",
    "Fältassistenterna vill ha stöd vid entrén efter 22.",
    "Ordningsvakterna ber om ett svar om nyckeln till förrådet.",
    "Inget i kväll.",
)
_AHEAD = (
    "Marknad på lördag, fler i rörelse. Lyft om avspärrning.",
    "Skollov nästa vecka, fler unga ute sent.",
    "Demonstration på torsdag, polisen är på annan plats.",
    "Kameran vid tunneln ska bytas, lyft till platssamverkan.",
    "Inget särskilt.",
)
_LINES = {
    BriefingPoint.SINCE_LAST: _SINCE,
    BriefingPoint.HERE_TONIGHT: _HERE,
    BriefingPoint.TOGETHER: _TOGETHER,
    BriefingPoint.HELP_NEEDED: _HELP,
    BriefingPoint.AHEAD: _AHEAD,
}
_OFF = (
    (CalledOffReason.DEMONSTRATION, 0.26), (CalledOffReason.SERIOUS_INCIDENT, 0.22),
    (CalledOffReason.STAFF_SHORTAGE, 0.2), (CalledOffReason.SECONDMENT, 0.14),
    (CalledOffReason.SICKNESS, 0.12), (CalledOffReason.EVENT, 0.06),
)  # fmt: skip
_WORK = (
    ("Mörkt i gångtunneln", "Driften har beställt nya armaturer; klart inom sex veckor.", "kept"),
    ("Nyckel till förrådet", "Förvaltaren lämnar nyckel till ordningsvakterna.", "decided"),
    ("Bänkarna vid entrén", "Prövar att flytta två bänkar under en månad och räknar folklivet.", "decided"),
    ("Skötsel på helger", "Driften kan inte på söndagar med nuvarande avtal.", "lifted"),
    ("Lekplatsens buskage", "Beskärs före sommaren.", "decided"),
    ("Ungas kvällar", "Fältassistenterna håller öppet en kväll till; räcker inte hela lovet.", "kept"),
    ("Butikens belysning", "Butiken har tänt till 22 och vill fortsätta.", "noted"),
    ("Närvaro efter midnatt", "Ingen är här 01–06; saknar beslut om vem.", "lifted"),
)
_DECISIONS = (
    ("Skötsel på helger", "Pengar till städning på söndagar till och med årets slut."),
    ("Närvaro efter midnatt", "Ordningsvakter till 03 på fredagar och lördagar, prövas i tre månader."),
    ("Målen för platsen", "Målen ligger fast; nästa uppföljning om ett halvår."),
)
_HAPPENINGS = (
    ("Inför skollovet", 6, ("handlaggare",)),
    ("Inför sommarmarknaden", 24, ("forvaltare", "handlaggare")),
    ("Inför fotbollsveckan", 38, ("ingripandepolis",)),
)


def _lifted_once(past: Sequence[DemoMeeting]) -> Iterator[DemoMeeting]:
    """Yield the meetings with each thing lifted the first time it is said, and only noted after that."""
    lifted: set[str] = set()
    for one in past:
        points = []
        for point in one.points:
            known = point.outcome is PointOutcome.POINT_LIFTED and point.note in lifted
            points.append(replace(point, outcome=PointOutcome.POINT_NOTED) if known else point)
            if point.outcome is PointOutcome.POINT_LIFTED:
                lifted.add(point.note)
        yield replace(one, points=tuple(points))


def _waits(moment: datetime, today: date) -> bool:
    return (today - moment.date()).days < DAYS_A_LIFTED_POINT_WAITS


def _briefing(rng: np.random.Generator, forum: DemoForum, moment: datetime, waits: bool) -> list[DemoMeeting]:
    level = ForumLevel.OPERATIONAL
    if (moment.month == 12 and moment.day >= 24) or (moment.month, moment.day) == (1, 1):
        return [_called_off(level, moment, CalledOffReason.HOLIDAY)]
    if rng.uniform() < 0.13:
        chances = np.array([share for _reason, share in _OFF])
        reason = _OFF[int(rng.choice(len(_OFF), p=chances / chances.sum()))][0]
        off = _called_off(level, moment, reason)
        if rng.uniform() < 0.55:
            held = _held(rng, forum, moment, MeetingForm.DIGITAL_ROUND, _five(rng, waits), fewer=0.72)
            return [off, held]
        return [off]
    return [_held(rng, forum, moment, MeetingForm.PHYSICAL, _five(rng, waits))]


def _five(rng: np.random.Generator, waits: bool) -> tuple[DemoPoint, ...]:
    # The coded lines about the ground may be read by guards; what help is needed stays with authorities.
    wide = {BriefingPoint.SINCE_LAST, BriefingPoint.TOGETHER, BriefingPoint.AHEAD}
    said = {code: str(rng.choice(lines)) for code, lines in _LINES.items()}
    noted, lifted = PointOutcome.POINT_NOTED, PointOutcome.POINT_LIFTED
    return tuple(
        DemoPoint(code.value, "", line, lifted if waits and "yft" in line else noted, code in wide)
        for code, line in said.items()
    )


def _in_the_office(
    rng: np.random.Generator, forum: DemoForum, moment: datetime, number: int, waits: bool
) -> DemoMeeting:
    outcomes = {
        "kept": PointOutcome.POINT_KEPT_OPEN if waits else PointOutcome.POINT_NOTED,
        "decided": PointOutcome.POINT_DECIDED,
        "noted": PointOutcome.POINT_NOTED,
        "lifted": PointOutcome.POINT_LIFTED if waits else PointOutcome.POINT_DECIDED,
    }  # fmt: skip
    chosen = [_WORK[(number * 3 + step) % len(_WORK)] for step in range(3)]
    points = tuple(
        DemoPoint("", title, note, outcomes[end], wide=end != "lifted") for title, note, end in chosen
    )
    return _held(rng, forum, moment, MeetingForm.DIGITAL if number % 3 else MeetingForm.PHYSICAL, points)


def _decided(rng: np.random.Generator, forum: DemoForum, moment: datetime) -> DemoMeeting:
    points = tuple(
        DemoPoint("", title, note, PointOutcome.POINT_DECIDED, wide=True) for title, note in _DECISIONS
    )
    return _held(rng, forum, moment, MeetingForm.PHYSICAL, points)


def _events(
    rng: np.random.Generator, forum: DemoForum, first: date, last: date, local: str
) -> list[DemoMeeting]:
    found = []
    for title, week, guests in _HAPPENINGS:
        day = first + timedelta(weeks=week)
        moment = next(iter(occurrences([day.weekday()], time(10, 0), day, day)))
        points = (
            DemoPoint(
                "",
                title,
                "Fördelat vem som står var och vem som ringer vem.",
                PointOutcome.POINT_DECIDED,
                True,
            ),
        )
        invited = tuple(f"{one}-{local}" for one in guests)
        if day <= last:
            found.append(
                _held(rng, forum, moment, MeetingForm.PHYSICAL, points, title=title, invited=invited)
            )
    return found


def _called_off(level: ForumLevel, moment: datetime, reason: CalledOffReason) -> DemoMeeting:
    return DemoMeeting(level, moment, MeetingForm.PHYSICAL, MeetingState.CALLED_OFF, reason=reason)


def _held(
    rng: np.random.Generator,
    forum: DemoForum,
    moment: datetime,
    form: MeetingForm,
    points: Sequence[DemoPoint],
    *,
    fewer: float = 1.0,
    title: str = "",
    invited: tuple[str, ...] = (),
) -> DemoMeeting:
    present = tuple(seat.function for seat in forum.seats if rng.uniform() < seat.comes * fewer)
    return DemoMeeting(
        forum.key, moment, form, MeetingState.NOTES_SETTLED, present, tuple(points), title, invited,
        replaces_last=form is MeetingForm.DIGITAL_ROUND,
    )  # fmt: skip
