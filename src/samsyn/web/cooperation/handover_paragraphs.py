"""What the cooperation tells somebody who is new at a place, part by part and within the reader's class."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from samsyn.domain.access import Actor, Permission, can, covers_place, reads_up_to
from samsyn.domain.agreements import HOLDS
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.handover import HandoverParagraph, HandoverPart
from samsyn.web.cooperation.agreement_models import Agreement
from samsyn.web.cooperation.duty_reading import functions_at, numbers_of
from samsyn.web.cooperation.forum_models import Forum
from samsyn.web.cooperation.heads_up_models import HeadsUp
from samsyn.web.cooperation.heads_up_reading import holding
from samsyn.web.cooperation.issue_models import Issue
from samsyn.web.cooperation.meeting_models import Meeting
from samsyn.web.cooperation.tonight_reading import on_duty, reads_rosters
from samsyn.web.places.models import Place

DAYS_BACK = 30
MOST_LINES = 8
MOST_MEETINGS = 3
_P = HandoverPart


# A telephone number stands on one line, on paper too: no-break space and no-break hyphen.
_UNBROKEN = str.maketrans({" ": "\u00a0", "-": "\u2011"})


def unbroken(number: str) -> str:
    """Return a telephone number that no line end divides."""
    return number.translate(_UNBROKEN)


def handover_paragraphs(actor: Actor, place: Place, now: datetime) -> list[HandoverParagraph]:
    """Answer the handover pack with aims, functions, heads-ups, meetings, questions and promises."""
    if not can(actor, Permission.VIEW_COOPERATION) or not covers_place(actor, place.pk):
        return []
    made = [
        _aims(actor, place),
        *_functions(actor, place, now),
        _on_now(actor, place, now),
        _matters(actor, place, now),
        _meetings(actor, place, now),
        _questions(actor, place),
        _last_days(actor, place, now),
        _promises(actor, place, now),
        _do_not(),
    ]
    return [one for one in made if one.lines]


def _forums(actor: Actor, place: Place) -> list[Forum]:
    here = Q(place=place) | Q(place=None)
    return list(Forum.objects.visible_to(actor).filter(here, closed_on=None))


def _aims(actor: Actor, place: Place) -> HandoverParagraph:
    lines = [f"{one.name}: {one.purpose}" for one in _forums(actor, place) if one.purpose]
    return HandoverParagraph(_P.AIMS, tuple(lines[:MOST_LINES]))


def _functions(actor: Actor, place: Place, now: datetime) -> list[HandoverParagraph]:
    duties, numbers = [], [_("Danger now: 112. Police otherwise: 114 14.")]
    for one in functions_at(actor, place, now.astimezone(STOCKHOLM).date()):
        told = [text for text in (one.assignment, one.limits) if text]
        if told:
            duties.append(f"{one}: {' '.join(told)}")
        if found := numbers_of(one):
            numbers.append(f"{one}: {', '.join(unbroken(number.number) for number in found)}")
    return [
        HandoverParagraph(_P.WHO_MAY_WHAT, tuple(duties[:MOST_LINES])),
        HandoverParagraph(_P.HOW_TO_REACH, tuple(numbers[: MOST_LINES + 1])),
    ]


def _on_now(actor: Actor, place: Place, now: datetime) -> HandoverParagraph:
    """Say who is on: with the hour it ends for those who read rosters, else that they can be reached."""
    reads, lines = reads_rosters(actor), []
    for one in on_duty(actor, place, now, now):
        if reads and one.ends_at is not None:
            stands = _("until %(clock)s") % {"clock": one.ends_at.astimezone(STOCKHOLM).strftime("%H:%M")}
        else:
            stands = _("can be reached now")
        told = f"{one.name}, {one.organisation}: {stands}"
        lines.append(f"{told}, {unbroken(one.number)}" if one.number else told)
    address = reverse("tonight", kwargs={"workspace": place.workspace.slug}) + f"?plats={place.slug}"
    return HandoverParagraph(_P.ON_NOW, tuple(lines[:MOST_LINES]), address)


def _matters(actor: Actor, place: Place, now: datetime) -> HandoverParagraph:
    shown = holding(actor, now, place)
    lines = [
        _("%(text)s (until %(day)s)")
        % {"text": one.text, "day": one.row.expires_at.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M")}
        for one in shown
        if one.text and one.row.expires_at is not None
    ]
    hidden = len(shown) - len(lines)
    if hidden:
        lines.append(
            ngettext(
                "%(number)s more heads-up is not shared with you.",
                "%(number)s more heads-ups are not shared with you.",
                hidden,
            )
            % {"number": hidden}
        )
    address = reverse("heads-ups", kwargs={"workspace": place.workspace.slug})
    return HandoverParagraph(_P.MATTERS_NOW, tuple(lines[:MOST_LINES]), address)


def _meetings(actor: Actor, place: Place, now: datetime) -> HandoverParagraph:
    lines = [f"{one.name}: {one.cadence}" for one in _forums(actor, place) if one.cadence]
    ahead = (
        Meeting.objects.visible_to(actor)
        .filter(Q(forum__place=place) | Q(forum__place=None), starts_at__gte=now, cancelled_reason="")
        .select_related("forum")[:MOST_MEETINGS]
    )
    for one in ahead:
        when = one.starts_at.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M")
        lines.append(_("Next: %(forum)s, %(when)s.") % {"forum": one.forum.name, "when": when})
    return HandoverParagraph(_P.MEETINGS, tuple(lines[:MOST_LINES]))


def _questions(actor: Actor, place: Place) -> HandoverParagraph:
    rows = Issue.objects.visible_to(actor).filter(place=place, closed_at=None).order_by("created_at", "pk")
    titles = [
        one.title
        for one in rows
        if one.title_class <= reads_up_to(actor) or one.author_id == actor.function_id
    ]
    count = rows.count()
    if not count:
        return HandoverParagraph(_P.OPEN_QUESTIONS, ())
    head = ngettext("%(number)s question is open.", "%(number)s questions are open.", count)
    return HandoverParagraph(_P.OPEN_QUESTIONS, (head % {"number": count}, *titles[: MOST_LINES - 1]))


def _last_days(actor: Actor, place: Place, now: datetime) -> HandoverParagraph:
    since = now - timedelta(days=DAYS_BACK)
    raised = Issue.objects.visible_to(actor).filter(place=place, created_at__gte=since).count()
    answered = Issue.objects.visible_to(actor).filter(place=place, answered_at__gte=since).count()
    met = Meeting.objects.visible_to(actor).filter(
        forum__place=place, starts_at__gte=since, starts_at__lt=now
    )
    cancelled = met.exclude(cancelled_reason="").count()
    warned = HeadsUp.objects.visible_to(actor).filter(place=place, created_at__gte=since).count()
    lines = (
        _("Questions raised: %(raised)s, answered: %(answered)s.") % {"raised": raised, "answered": answered},
        _("Meetings: %(held)s, called off: %(cancelled)s.")
        % {"held": met.count() - cancelled, "cancelled": cancelled},
        _("Heads-ups: %(number)s.") % {"number": warned},
    )
    return HandoverParagraph(_P.LAST_DAYS, lines)


def _promises(actor: Actor, place: Place, now: datetime) -> HandoverParagraph:
    day = now.astimezone(STOCKHOLM).date()
    agreements = (
        Agreement.objects.visible_to(actor).filter(places=place).prefetch_related("commitments__organisation")
    )
    lines = []
    for one in agreements:
        if one.state_on(day) not in HOLDS:
            continue
        lines.append(
            _("%(agreement)s, until %(day)s.") % {"agreement": one.title, "day": one.last.isoformat()}
        )
        lines += [
            f"{promise.organisation}: {promise.what}"
            for promise in one.commitments.all()
            if promise.approved_at
        ]
    address = reverse("agreements", kwargs={"workspace": place.workspace.slug})
    return HandoverParagraph(_P.PROMISES, tuple(lines[:MOST_LINES]), address)


def _do_not() -> HandoverParagraph:
    lines = (
        _("Write nothing about a person: no names, looks or vehicles. Where and what, not who."),
        _("Do not promise an answer for another organisation; raise the question instead."),
        _("Do not count or judge people's origin. What you see people do is enough."),
        _("What is shared with authorities stays with authorities: do not read it aloud at the square."),
    )
    return HandoverParagraph(_P.DO_NOT, lines)
