"""What a reader may see of self checks and pulses: counts from five answers on, never who answered what.

Not answered, don't know and nobody are three things, and each has its own word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from samsyn.domain.access import Actor, Permission, can, covers_place
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.forums import ForumLevel
from samsyn.domain.handover import HandoverParagraph, HandoverPart
from samsyn.domain.meetings import AgendaKind, AgendaPoint
from samsyn.domain.self_checks import (
    FEWEST_ANSWERS,
    CheckAnswer,
    PulseQuestion,
    compare,
    is_due,
    may_show,
)
from samsyn.web.cooperation.check_models import Pulse, SelfCheck
from samsyn.web.cooperation.check_services import asked_at, last_opened
from samsyn.web.cooperation.forum_models import Forum
from samsyn.web.cooperation.pulse_services import has_answered, may_answer
from samsyn.web.people.models import Membership
from samsyn.web.places.models import Place
from samsyn.web.ui.templatetags.samsyn import term_label

ANSWERS = tuple(CheckAnswer)


@dataclass(frozen=True, slots=True)
class CountedRow:
    """One factor or question: how many gave each answer, and how many of those asked gave none."""

    label: str
    counts: tuple[int, ...]
    unanswered: int
    changed: int | None = None
    divided: bool = False

    @property
    def change(self) -> str:
        """More or fewer that answer yes than the year before, with its sign."""
        number = self.changed or 0
        return f"+{number}" if number > 0 else f"−{-number}" if number < 0 else "0"


@dataclass(frozen=True, slots=True)
class CheckPage:
    """A place's self check for one reader; ``rows`` is empty where too few have answered to show."""

    place: Place
    check: SelfCheck | None
    due: bool
    last: date | None
    asked: int
    answered: int
    rows: tuple[CountedRow, ...]
    compared: bool
    mine: Mapping[str, str] | None
    may_answer: bool
    may_open: bool


@dataclass(frozen=True, slots=True)
class PulsePage:
    """One pulse as everybody reads it."""

    pulse: Pulse
    open: bool
    answered: int | None
    asked: int
    rows: tuple[CountedRow, ...]
    may_answer: bool
    has_answered: bool


def checks_of(actor: Actor, place: Place) -> list[SelfCheck]:
    """Return a place's self checks that the actor may see, the latest first."""
    if not can(actor, Permission.VIEW_COOPERATION) or not covers_place(actor, place.pk):
        return []
    return list(SelfCheck.objects.visible_to(actor).filter(place=place).prefetch_related("answers"))


def check_page(actor: Actor, place: Place, now: datetime) -> CheckPage:
    """Return this year's self check at a place beside the year before."""
    day = now.astimezone(STOCKHOLM).date()
    checks = checks_of(actor, place)
    by_year = {one.year: one for one in checks}
    check, before = by_year.get(day.year), by_year.get(day.year - 1)
    answers = list(check.answers.all()) if check else []
    earlier = list(before.answers.all()) if before else []
    asked = {one.pk for one in asked_at(place, day)}
    missing = len(asked - {one.function_id for one in answers})
    shown = len(answers) >= FEWEST_ANSWERS
    compared = shown and len(earlier) >= FEWEST_ANSWERS
    rows = [
        CountedRow(
            term_label(f"SuccessFactor.{one.factor.name}"),
            tuple(one.now.get(answer, 0) for answer in ANSWERS),
            missing,
            one.changed if compared else None,
            one.divided,
        )
        for one in compare([row.answers for row in answers], [row.answers for row in earlier])
    ]
    mine = next((one.answers for one in answers if one.function_id == actor.function_id), None)
    last = checks[0].created_at.astimezone(STOCKHOLM).date() if checks else None
    return CheckPage(
        place=place,
        check=check,
        due=check is None and is_due(last, day),
        last=last,
        asked=len(answers) + missing,
        answered=len(answers),
        rows=tuple(rows) if shown else (),
        compared=compared,
        mine=mine,
        may_answer=check is not None and can(actor, Permission.COOPERATE) and actor.function_id in asked,
        may_open=check is None and can(actor, Permission.MANAGE_COOPERATION),
    )


def pulses_of(actor: Actor, forum: Forum, now: datetime) -> list[PulsePage]:
    """Return a forum's pulses, the latest first."""
    seated = _accounts_in(forum, now)
    rows = Pulse.objects.visible_to(actor).filter(forum=forum).select_related("forum")
    return [_pulse(actor, one, now, seated) for one in rows.prefetch_related("tallies", "tickets")]


def _accounts_in(forum: Forum, now: datetime) -> int:
    day = now.astimezone(STOCKHOLM).date()
    seats = forum.seats.filter(valid_from__lte=day).exclude(valid_to__lte=day)
    members = Membership.objects.filter(
        function_id__in=seats.values("function_id"), valid_from__lte=day, user__is_active=True
    )
    return members.exclude(valid_to__lte=day).values("user_id").distinct().count()


def _pulse(actor: Actor, pulse: Pulse, now: datetime, seated: int) -> PulsePage:
    closed = pulse.closes_at <= now
    answered = len(pulse.tickets.all())
    rows: list[CountedRow] = []
    asked = max(seated, answered)
    if may_show(answered, closed=closed):
        counts = {(one.question, one.answer): one.count for one in pulse.tallies.all()}
        rows = [
            CountedRow(
                term_label(f"PulseQuestion.{question.name}"),
                tuple(counts.get((question.value, answer.value), 0) for answer in ANSWERS),
                asked - answered,
            )
            for question in PulseQuestion
        ]
    return PulsePage(
        pulse=pulse,
        open=not closed,
        # While it is open, and where few answered, not even the number is told.
        answered=answered if rows else None,
        asked=asked,
        rows=tuple(rows),
        may_answer=not closed and can(actor, Permission.COOPERATE) and may_answer(actor, pulse.forum, now),
        has_answered=has_answered(actor, pulse),
    )


def overview(actor: Actor, now: datetime) -> list[CheckPage]:
    """Return every place that has a forum, with the state of its self check."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return []
    with_forum = Forum.objects.visible_to(actor).filter(closed_on=None, place__isnull=False)
    places = Place.objects.visible_to(actor).filter(pk__in=with_forum.values("place_id")).in_order()
    return [check_page(actor, place, now) for place in places]


# ------------------------------------------------------------------ what others ask


def cooperation_links(actor: Actor) -> list[tuple[int, str, str, int | None]]:
    """Lead from the cooperation page to the self checks and the templates to print."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return []
    return [
        (82, _("Self checks"), "self-checks", None),
        (84, _("Templates to print"), "print-templates", None),
    ]


def agenda_points(actor: Actor, forum: Forum, now: datetime) -> list[AgendaPoint]:
    """Put a self check that is due on the agenda of the place's strategic forum."""
    if forum.place is None or forum.level != ForumLevel.STRATEGIC:
        return []
    day = now.astimezone(STOCKHOLM).date()
    last = last_opened([forum.place]).get(forum.place.pk)
    if not is_due(last, day):
        return []
    title = _("The yearly self check is due") if last else _("No self check has been made yet")
    return [
        AgendaPoint(
            key=f"self-check:{forum.place.pk}:{day.year}",
            kind=AgendaKind.YEARLY_CHECK,
            title=title,
            address=reverse(
                "self-check", kwargs={"workspace": forum.workspace.slug, "slug": forum.place.slug}
            ),
            age_days=(day - last).days - 365 if last else 0,
        )
    ]


def handover_paragraphs(actor: Actor, place: Place, now: datetime) -> list[HandoverParagraph]:
    """Tell somebody who is new what the functions disagree about, where enough have answered."""
    if not can(actor, Permission.VIEW_COOPERATION) or not covers_place(actor, place.pk):
        return []
    page = check_page(actor, place, now)
    if page.check is None:
        return []
    heading = ngettext(
        "Self check %(year)s: %(number)s function has answered.",
        "Self check %(year)s: %(number)s functions have answered.",
        page.answered,
    ) % {"year": page.check.year, "number": page.answered}
    divided = [one.label for one in page.rows if one.divided]
    if divided:
        heading += " " + _("We see it differently about: %(factors)s.") % {"factors": ", ".join(divided)}
    address = reverse("self-check", kwargs={"workspace": place.workspace.slug, "slug": place.slug})
    return [HandoverParagraph(HandoverPart.LAST_DAYS, (heading,), address)]


def notice_labels(actor: Actor, thing: str, ids: Sequence[str]) -> dict[str, str]:
    """Say which place's self check, or which forum's questions, a notice points at."""
    if thing == "SelfCheck":
        return {str(one.pk): one.name for one in Place.objects.visible_to(actor).filter(pk__in=ids)}
    if thing == "Pulse":
        rows = Pulse.objects.visible_to(actor).filter(pk__in=ids).select_related("forum")
        return {str(one.pk): one.forum.name for one in rows}
    return {}
