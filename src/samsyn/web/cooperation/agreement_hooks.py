"""What agreements and heads-ups answer when other parts of the program ask, and what time does to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from samsyn.domain.access import Actor, Permission, SharingClass, can
from samsyn.domain.agreements import HOLDS, AgreementState, days_left, warning_due
from samsyn.domain.calendar import STOCKHOLM, today
from samsyn.domain.meetings import AgendaKind, AgendaPoint
from samsyn.domain.notices import NoticeKind
from samsyn.web.cooperation.agreement_models import Agreement, Commitment
from samsyn.web.cooperation.agreement_reading import all_promises
from samsyn.web.cooperation.agreement_services import leaders_of
from samsyn.web.cooperation.forum_models import Forum
from samsyn.web.cooperation.heads_up_models import HeadsUp
from samsyn.web.cooperation.heads_up_reading import holding
from samsyn.web.cooperation.heads_up_services import empty_expired
from samsyn.web.people.notices import SubjectRef, notify


def cooperation_links(actor: Actor) -> list[tuple[int, str, str, int | None]]:
    """Lead from the cooperation page to agreements, promises and heads-ups."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return []
    now_holding = [one for one in Agreement.objects.visible_to(actor) if one.state_on(today()) in HOLDS]
    return [
        (40, _("Agreements"), "agreements", len(now_holding)),
        (41, _("Which promises are unmet?"), "promises", None),
        (12, _("Heads-ups"), "heads-ups", None),
        (80, _("Handover"), "handovers", None),
        (45, _("Statements"), "statements", None),
    ]


def notice_labels(actor: Actor, thing: str, ids: Sequence[str]) -> dict[str, str]:
    """Say what a notice points at, for who may read it now."""
    if thing == "Agreement":
        return {str(one.pk): one.title for one in Agreement.objects.visible_to(actor).filter(pk__in=ids)}
    if thing == "Commitment":
        rows = Commitment.objects.visible_to(actor).filter(pk__in=ids).select_related("agreement")
        return {str(one.pk): one.agreement.title for one in rows}
    if thing == "HeadsUp":
        heads_ups = HeadsUp.objects.visible_to(actor).filter(pk__in=ids).select_related("place")
        return {str(one.pk): one.place.name for one in heads_ups}
    return {}


def agenda_points(actor: Actor, forum: Forum, now: datetime) -> list[AgendaPoint]:
    """Bring expiring agreements, unmet promises and heads-ups to the next meeting of a forum."""
    day = now.astimezone(STOCKHOLM).date()
    return [
        *_expiring(actor, forum, day),
        *_unmet(actor, forum, now),
        *_heads_ups(actor, forum, now),
    ]


def _expiring(actor: Actor, forum: Forum, day: date) -> list[AgendaPoint]:
    rows = Agreement.objects.visible_to(actor).filter(state=AgreementState.AGREEMENT_SIGNED.value)
    if forum.place_id is not None:
        rows = rows.filter(places=forum.place_id)
    slug = forum.workspace.slug
    return [
        AgendaPoint(
            key=f"agreement:{one.pk}",
            kind=AgendaKind.EXPIRING,
            title=_("%(agreement)s expires on %(day)s")
            % {"agreement": one.title, "day": one.last.isoformat()},
            title_class=SharingClass(one.sharing_class),
            address=reverse("agreement", kwargs={"workspace": slug, "agreement_id": one.pk}),
            age_days=max(0, 90 - days_left(one.last, day)),
        )
        for one in rows.distinct()
        if one.state_on(day) is AgreementState.RUNS_OUT_SOON
    ]


def _unmet(actor: Actor, forum: Forum, now: datetime) -> list[AgendaPoint]:
    slug = forum.workspace.slug
    points = []
    for one in all_promises(actor, now, year=now.astimezone(STOCKHOLM).year):
        here = forum.place_id is None or one.commitment.agreement.places.filter(pk=forum.place_id).exists()
        if not here or not (one.unmet or one.overdue):
            continue
        agreement_id = one.commitment.agreement_id
        since = one.latest.on if one.latest else one.commitment.last
        points.append(
            AgendaPoint(
                key=f"commitment:{one.commitment.pk}",
                kind=AgendaKind.UNMET_COMMITMENT,
                title=one.commitment.what,
                title_class=SharingClass(one.commitment.agreement.sharing_class),
                line=str(one.commitment.organisation),
                address=reverse("agreement", kwargs={"workspace": slug, "agreement_id": agreement_id}),
                age_days=max(0, (now.astimezone(STOCKHOLM).date() - since).days),
            )
        )
    return points


def _heads_ups(actor: Actor, forum: Forum, now: datetime) -> list[AgendaPoint]:
    slug = forum.workspace.slug
    return [
        AgendaPoint(
            key=f"heads-up:{one.row.pk}",
            kind=AgendaKind.HEADS_UP,
            title=one.text,
            title_class=SharingClass(one.row.text_class),
            line=str(one.row.author),
            address=reverse("heads-ups", kwargs={"workspace": slug}),
            changed_at=one.row.created_at,
        )
        for one in holding(actor, now)
        if one.text and forum.place_id in (None, one.row.place_id)
    ]


def tick(now: datetime) -> list[str]:
    """Remind of what expires and of what nobody has followed up; take expired texts away."""
    told = _remind_of_agreements(now) + _remind_of_promises(now)
    emptied = empty_expired(now)
    done = ((f"agreements: {told} reminders", told), (f"heads-ups: {emptied} texts taken away", emptied))
    return [line for line, number in done if number]


def _remind_of_agreements(now: datetime) -> int:
    day = now.astimezone(STOCKHOLM).date()
    told = 0
    signed = Agreement.objects.filter(state=AgreementState.AGREEMENT_SIGNED.value, first__lte=day)
    for one in signed.select_related("workspace"):
        limit = warning_due(one.last, day)
        # What ended long ago is no news, also not for a server that was switched on today.
        if limit is None or days_left(one.last, day) < -30:
            continue
        for organisation_id in one.parties.values_list("organisation_id", flat=True):
            told += notify(
                leaders_of(one.workspace_id, [organisation_id], day),
                workspace=one.workspace,
                kind=NoticeKind.AGREEMENT_EXPIRES,
                subject_ref=SubjectRef(
                    "Agreement", str(one.pk), organisation_id, "agreement", {"agreement_id": str(one.pk)}
                ),
                sharing_class=SharingClass(one.sharing_class),
                now=now,
                key=f"agreement:{one.pk}:{limit}",
            )
    return told


def _remind_of_promises(now: datetime) -> int:
    day = now.astimezone(STOCKHOLM).date()
    told = 0
    waiting = Commitment.objects.filter(last__lt=day, follow_ups=None, approved_at__isnull=False)
    for one in waiting.exclude(agreement__state=AgreementState.TERMINATED.value).select_related("workspace"):
        if (day - one.last).days > 90:
            continue
        told += notify(
            leaders_of(one.workspace_id, [one.organisation_id], day),
            workspace=one.workspace,
            kind=NoticeKind.COMMITMENT_DUE,
            subject_ref=SubjectRef(
                "Commitment", str(one.pk), one.organisation_id, "agreement",
                {"agreement_id": str(one.agreement_id)},
            ),
            sharing_class=SharingClass(one.agreement.sharing_class),
            now=now,
            key=f"commitment:{one.pk}",
        )  # fmt: skip
    return told
