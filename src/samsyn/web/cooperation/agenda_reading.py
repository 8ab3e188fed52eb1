"""What a meeting may have to take up: asked of every part of the program, and of the forum's own notes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from samsyn.domain.access import Actor, SharingClass
from samsyn.domain.meetings import (
    AgendaKind,
    AgendaPoint,
    MeetingState,
    in_agenda_order,
)
from samsyn.web.cooperation.models import Forum, Meeting, MeetingPoint
from samsyn.web.cooperation.point_services import line_of
from samsyn.web.cooperation.sharing import may_read_text
from samsyn.web.ui import registry


def gather(actor: Actor, forum: Forum, now: datetime) -> list[AgendaPoint]:
    """Return what every part of the program has for a forum, each thing once, in the order of a meeting.

    A point that is ``hidden`` from the actor is among them with its line; a page shows it by `shown`.
    """
    found: dict[str, AgendaPoint] = {}
    for answer in registry.ask("agenda_points", actor, forum, now):
        for point in answer:
            found.setdefault(point.key, point)
    return in_agenda_order(found.values())


def shown(points: Iterable[AgendaPoint]) -> list[AgendaPoint]:
    """Return gathered points as the one they were gathered for may read them."""
    hidden = _("A point that is not shared with your function")
    return [replace(one, title=hidden, line="") if one.hidden else one for one in points]


def lifted_points(actor: Actor, forum: Forum, now: datetime) -> list[AgendaPoint]:
    """Answer the agenda's hook: what lower forums have lifted here and no meeting has taken up yet."""
    rows = (
        MeetingPoint.objects.visible_to(actor)
        .filter(lifted_to=forum)
        .exclude(meeting__state=MeetingState.CALLED_OFF.value)
        .select_related(
            "meeting__forum", "meeting__workspace", "note_by__organisation", "author__organisation"
        )
    )
    taken = set(
        MeetingPoint.objects.visible_to(actor)
        .filter(meeting__forum=forum, source__startswith="point:")
        .exclude(meeting__state=MeetingState.CALLED_OFF.value)
        .values_list("source", flat=True)
    )
    found = []
    for row in rows:
        key = f"point:{row.pk}"
        # A question that was raised from the point comes by itself, from the part that keeps questions.
        if key in taken or row.source.startswith("issue:"):
            continue
        title, narrowest, writer = line_of(row)
        found.append(
            AgendaPoint(
                key=key,
                kind=AgendaKind.LIFTED_QUESTION,
                title=title,
                title_class=SharingClass(narrowest),
                line=_("lifted from %(forum)s") % {"forum": row.meeting.forum.name},
                address=reverse(
                    "meeting", kwargs={"workspace": row.meeting.workspace.slug, "meeting_id": row.meeting_id}
                ),
                age_days=max(0, (now - row.meeting.starts_at).days),
                changed_at=row.meeting.closed_at or row.meeting.starts_at,
                hidden=not may_read_text(actor, narrowest, writer),
            )
        )
    return found


def previous_meeting(actor: Actor, meeting: Meeting) -> Meeting | None:
    """Return the forum's last meeting before this one that was held, a digital round included."""
    return (
        Meeting.objects.visible_to(actor)
        .filter(forum_id=meeting.forum_id, starts_at__lt=meeting.starts_at)
        .filter(state__in=(MeetingState.ENDED.value, MeetingState.NOTES_SETTLED.value))
        .order_by("-starts_at")
        .first()
    )


def prepared_half_page(actor: Actor, point: MeetingPoint, now: datetime) -> str:
    """Return a draft of what the forum above needs, from what the notes say; a person finishes it."""
    title, title_class, writer = line_of(point)
    about = title if may_read_text(actor, title_class, writer) else ""
    earlier: list[str] = []
    step: MeetingPoint | None = point
    while step is not None and len(earlier) < 4:
        if step.note and may_read_text(actor, step.note_class, step.note_by):
            earlier.append(f"{step.meeting.starts_at:%Y-%m-%d}: {step.note}")
        step = step.carried_from
    first = step.meeting if step else point.meeting
    parts = [
        _("What it is about: %(about)s") % {"about": about},
        _("Where it comes from: %(forum)s, first taken up %(day)s.")
        % {"forum": point.meeting.forum.name, "day": f"{first.starts_at:%Y-%m-%d}"},
        _("What has been done: %(done)s") % {"done": " · ".join(reversed(earlier)) or "–"},
        _("What we ask for: "),
    ]
    return "\n\n".join(parts)
