"""What the templates to print are filled with: places, forums, functions and parties, never a person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from samsyn.domain.access import Actor
from samsyn.domain.agreements import HOLDS
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.forums import ForumLevel
from samsyn.domain.meetings import AHEAD_STATES
from samsyn.web.cooperation.agreement_models import Agreement
from samsyn.web.cooperation.check_services import asked_at
from samsyn.web.cooperation.models import Forum, Meeting, WantedActor
from samsyn.web.people.models import Function
from samsyn.web.places.models import Place, SubPlace

_AHEAD = [state.value for state in AHEAD_STATES]


@dataclass(frozen=True, slots=True)
class Workshop:
    """One workshop of the series: what it is for, what to bring, what to talk about and what it ends in."""

    title: str
    aim: str
    before: str
    questions: tuple[str, ...]
    result: str


@dataclass(frozen=True, slots=True)
class Series:
    """The workshop series of a place."""

    place: Place
    workshops: tuple[Workshop, ...]
    holds: Forum | None
    decides: Forum | None
    parties: tuple[tuple[str, tuple[str, ...]], ...]
    missing: tuple[str, ...]
    sub_places: tuple[str, ...]
    agreements: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """An invitation to a guest; ``guest`` is empty where it is written in by hand."""

    place: Place
    guest: str
    forum: Forum | None
    meeting: Meeting | None
    answers_to: Function | None
    reach: tuple[str, ...]


def workshops() -> tuple[Workshop, ...]:
    """Return the four workshops in the reader's language."""
    return (
        Workshop(
            _("A shared picture"),
            _("Everybody has seen the same figures, and knows what they do not show."),
            _("Read the situational picture of the place. Bring what you count yourselves, as numbers."),
            (
                _("What do we see, when and where at the place?"),
                _("What do we not know, and who can find out?"),
                _("What has changed since last year?"),
            ),
            _("A situational picture that both owners approve."),
        ),
        Workshop(
            _("Target groups"),
            _("We know whom we work for and with, as groups and never one by one."),
            _("Think of which groups your function meets, and at what hours."),
            (
                _("Which groups are here, and when?"),
                _("Whom does nobody reach, and who could?"),
                _("Does it differ between girls and boys, women and men?"),
            ),
            _("A list of groups, and which function meets each."),
        ),
        Workshop(
            _("Challenges and causes"),
            _("We agree on what makes it possible here, not only on what it looks like."),
            _("Walk through the place together, in daylight and after dark."),
            (
                _("What at the place makes it easy to sell and to buy?"),
                _("Who sees, and who ought to see?"),
                _("What have we tried, and what came of it?"),
            ),
            _("Causes that can be changed, in order."),
        ),
        Workshop(
            _("Possible actions"),
            _("Each action answers to a cause, and has an owner and a day."),
            _("Find out what your organisation can promise, and who decides it."),
            (
                _("Which action answers to which cause?"),
                _("Who owns each, and until when?"),
                _("How do we notice that it helps, and whether it moves elsewhere?"),
            ),
            _("An agreement and an action plan."),
        ),
    )


def series_of(actor: Actor, place: Place, now: datetime) -> Series:
    """Return the workshop series filled for a place, as the actor may read it."""
    day = now.astimezone(STOCKHOLM).date()
    forums = _forums(actor, place)
    parties: dict[str, list[str]] = defaultdict(list)
    for owner in (place.municipal_owner, place.police_owner):
        parties[str(owner)] = []
    for function in asked_at(place, day):
        parties[str(function.organisation)].append(function.name)
    parts = SubPlace.objects.visible_to(actor).filter(place=place)
    held = Agreement.objects.visible_to(actor).filter(places=place)
    return Series(
        place=place,
        workshops=workshops(),
        holds=forums.get(ForumLevel.STRATEGIC),
        decides=forums.get(ForumLevel.STEERING),
        parties=tuple((name, tuple(sorted(some))) for name, some in sorted(parties.items())),
        missing=tuple(row.name for row in wanted_at(actor, place)),
        sub_places=tuple(parts.order_by("name").values_list("name", flat=True)),
        agreements=tuple(one for one in held if one.state_on(day) in HOLDS),
    )


def wanted_at(actor: Actor, place: Place) -> list[WantedActor]:
    """Return the parties that are wanted at a place, or everywhere."""
    return list(WantedActor.objects.visible_to(actor).filter(Q(place=place) | Q(place=None)))


def letter_to(actor: Actor, place: Place, now: datetime, wanted_id: UUID | None) -> Letter:
    """Return the letter to a wanted party, or with the guest left open.

    Why a party is wanted stays in the house: it may be shared with authorities alone.
    """
    guest = next((row for row in wanted_at(actor, place) if row.pk == wanted_id), None)
    forums = _forums(actor, place)
    forum = guest.forum if guest is not None and guest.forum_id else forums.get(ForumLevel.STRATEGIC)
    if forum is not None and forum.pk not in {one.pk for one in forums.values()}:
        forum = forums.get(ForumLevel.STRATEGIC)
    answers_to = (guest.asked_by if guest is not None else None) or (forum.chair if forum else None)
    meetings = Meeting.objects.visible_to(actor).filter(forum=forum, starts_at__gt=now, state__in=_AHEAD)
    reach: list[str] = []
    if answers_to is not None:
        reach = [one.number for one in answers_to.numbers.all()]
        reach = [*([answers_to.letter_box] if answers_to.letter_box else []), *reach]
    return Letter(
        place=place,
        guest=guest.name if guest is not None else "",
        forum=forum,
        meeting=meetings.order_by("starts_at").first() if forum is not None else None,
        answers_to=answers_to,
        reach=tuple(reach),
    )


def _forums(actor: Actor, place: Place) -> dict[str, Forum]:
    rows = Forum.objects.visible_to(actor).filter(place=place, closed_on=None)
    return {one.level: one for one in rows.select_related("chair__organisation")}
