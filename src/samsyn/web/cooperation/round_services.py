"""The only writer of digital rounds: what replaces a meeting that could not be held."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop as _

from samsyn.domain.access import Actor, Permission, SharingClass, check_permission
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.meetings import CheckInWay, MeetingForm, MeetingState
from samsyn.domain.notices import NoticeKind
from samsyn.web.cooperation.meeting_errors import MeetingStepForbidden, MeetingTimesWrong, RoundOver
from samsyn.web.cooperation.meeting_services import members_of
from samsyn.web.cooperation.meeting_telling import tell
from samsyn.web.cooperation.models import Attendance, Meeting, MeetingPoint, RoundAnswer
from samsyn.web.cooperation.point_services import LONGEST_LINE, begin_points
from samsyn.web.people.services import record
from samsyn.web.places.assessment_services import check_fields
from samsyn.web.ui.models import record_columns, save_changes
from samsyn.web.ui.templatetags.samsyn import term_label

# Long enough for those on the street to answer between two calls.
HOURS_TO_ANSWER = 2


def closing_hour(meeting: Meeting, now: datetime) -> datetime:
    """Return the hour proposed for a round: when the meeting would have ended, or two hours from now."""
    return max(meeting.ends_at, now + timedelta(hours=HOURS_TO_ANSWER))


@transaction.atomic
def start_round(
    actor: Actor, meeting: Meeting, *, now: datetime, closes_at: datetime | None = None
) -> Meeting:
    """Hold a digital round instead of a meeting that was called off.

    It is a meeting of its own, with the same members and guests: those who answer took part in it.

    Raises
    ------
    NotAllowed, MeetingStepForbidden, MeetingTimesWrong
    """
    check_permission(actor, Permission.HOLD_MEETING)
    if meeting.state != MeetingState.CALLED_OFF or Meeting.objects.filter(replaces=meeting).exists():
        raise MeetingStepForbidden(state=term_label(meeting.state))
    closes_at = closes_at or closing_hour(meeting, now)
    if closes_at <= now:
        raise MeetingTimesWrong(problem=_("the hour has passed"))
    made = Meeting(
        **record_columns(actor, now, SharingClass.COOPERATION),
        forum_id=meeting.forum_id,
        title=meeting.title,
        starts_at=now,
        ends_at=closes_at,
        form=MeetingForm.DIGITAL_ROUND.value,
        state=MeetingState.IN_SESSION.value,
        chaired_by_id=actor.function_id,
        opened_at=now,
        replaces=meeting,
    )
    made.save(force_insert=True)
    made.invited.set(meeting.invited.all())
    begin_points(actor, made, now=now)
    tell(actor, made, members_of(made), NoticeKind.ROUND_OPEN, now=now)
    record(actor, "start round", made, now=now, fields=("replaces",), place_id=made.forum.place_id)
    return made


@transaction.atomic
def answer_round(
    actor: Actor,
    meeting: Meeting,
    texts: dict[str, str],
    *,
    now: datetime,
    text_class: SharingClass = SharingClass.AUTHORITIES,
    override_reason: str = "",
) -> int:
    """Answer the points of a digital round for one's own function; return how many lines were written.

    ``texts`` are by the code of the point. Writing again before the hour replaces what one wrote.

    Raises
    ------
    NotAllowed, RoundOver, MeetingStepForbidden, TextRefused
    """
    check_permission(actor, Permission.COOPERATE)
    if meeting.form != MeetingForm.DIGITAL_ROUND or meeting.state != MeetingState.IN_SESSION:
        raise MeetingStepForbidden(state=term_label(meeting.state))
    if now >= meeting.ends_at:
        raise RoundOver(hour=f"{meeting.ends_at.astimezone(STOCKHOLM):%H:%M}")
    check_fields(
        actor, {f"text_{code}": text for code, text in texts.items()}, override_reason=override_reason
    )
    points = {point.code: point for point in MeetingPoint.objects.filter(meeting=meeting).exclude(code="")}
    written = 0
    for code, text in texts.items():
        if code not in points:
            continue
        line = " ".join(text.split())[:LONGEST_LINE]
        columns = {"text": line, "text_class": int(text_class)}
        row = RoundAnswer.objects.filter(point=points[code], author_id=actor.function_id).first()
        if row is None and line:
            row = RoundAnswer(
                **record_columns(actor, now, SharingClass.COOPERATION), point=points[code], **columns
            )
            row.save(force_insert=True)
        elif row is not None:
            save_changes(row, columns, revision=row.revision)
        written += bool(line)
    Attendance.objects.get_or_create(
        meeting=meeting,
        function_id=actor.function_id,
        defaults={"at": now, "how": CheckInWay.ROUND_ANSWER.value},
    )
    record(actor, "answer", meeting, now=now, fields=sorted(texts), place_id=meeting.forum.place_id)
    return written
