"""Tells functions that a meeting is called, called off, replaced by a round, or over without them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from samsyn.domain.access import Actor, SharingClass
from samsyn.domain.notices import NoticeKind
from samsyn.web.cooperation.models import Meeting
from samsyn.web.people.models import Function
from samsyn.web.people.notices import SubjectRef, notify


def tell(
    actor: Actor, meeting: Meeting, functions: Iterable[Function], kind: NoticeKind, *, now: datetime
) -> int:
    """Send a pointer to the meeting's page to those who may see it; return how many got one.

    What was said is never in it: the reader meets it on the page, as far as the own class reaches.
    """
    name = "meeting-card" if kind is NoticeKind.MEETING_CARD else "meeting"
    return notify(
        functions,
        workspace=meeting.workspace,
        kind=kind,
        subject_ref=SubjectRef.of(meeting, name, meeting_id=meeting.pk),
        sharing_class=SharingClass(meeting.sharing_class),
        place_id=meeting.forum.place_id,
        now=now,
        actor=actor,
    )
