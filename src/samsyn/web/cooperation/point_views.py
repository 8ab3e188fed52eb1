"""The agenda and what is said: gathering points, sending them, notes, lifting, and answering a round."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from samsyn.domain.access import Permission, SharingClass, can, reads_up_to
from samsyn.domain.calendar import now
from samsyn.domain.errors import SamsynError
from samsyn.domain.meetings import AHEAD_STATES, OPEN_STATES, MeetingForm, MeetingState, shorten
from samsyn.web.cooperation import (
    meeting_reading as reading,
    meeting_services as meetings,
    point_services as services,
    round_services as rounds,
)
from samsyn.web.cooperation.agenda_reading import gather, prepared_half_page, shown
from samsyn.web.cooperation.forum_views import posted_revision
from samsyn.web.cooperation.meeting_forms import LiftForm, NoteForm, PointForm, RoundForm
from samsyn.web.cooperation.meeting_views import do, meeting_or_404, to_meeting
from samsyn.web.cooperation.models import Meeting, MeetingPoint, RoundAnswer
from samsyn.web.cooperation.sharing import may_read_text, reader_like
from samsyn.web.people.models import Function
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.places.assessment_forms import show_refusal
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.models import StaleRecord
from samsyn.web.ui.templatetags.samsyn import class_label


def _point(request: WorkspaceRequest, meeting_id: UUID, point_id: UUID) -> MeetingPoint:
    found = meeting_or_404(request, meeting_id)
    point = (
        MeetingPoint.objects.visible_to(request.actor)
        .filter(meeting=found, pk=point_id)
        .select_related("note_by__organisation", "author__organisation", "carried_from__meeting__forum")
        .first()
    )
    if point is None:
        raise Http404
    point.meeting = found
    return point


# ------------------------------------------------------------------ the agenda


@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: WorkspaceRequest, meeting_id: UUID) -> HttpResponse:
    """Gather the agenda, choose, see it as a member reads it, and send it."""
    require(request, Permission.HOLD_MEETING)
    found = meeting_or_404(request, meeting_id)
    if MeetingState(found.state) not in OPEN_STATES or found.form == MeetingForm.DIGITAL_ROUND:
        return to_meeting(request, found)
    moment = now()
    there = set(found.points.values_list("source", flat=True))
    gathered, counted = shorten(
        [one for one in gather(request.actor, found.forum, moment) if one.key not in there]
    )
    if request.method == "POST":
        chosen = services.kept(gathered, request.POST.getlist("take"))
        try:
            number = services.take_up(request.actor, found, chosen, now=moment)
            if "send" in request.POST:
                meetings.call_meeting(request.actor, meeting_or_404(request, found.pk), now=moment)
        except SamsynError as error:
            messages.error(request, sentence(error))
        else:
            said = _("The call is sent. Each member reads of the agenda what may be shared with it.")
            saved = _("On the agenda: %(number)s more.") % {"number": number}
            messages.success(request, said if "send" in request.POST else saved)
        return redirect("prepare-meeting", workspace=request.workspace.slug, meeting_id=found.pk)
    members = meetings.members_of(found)
    wanted = request.GET.get("som", "")
    reader = next((one for one in members if str(one.pk) == wanted), None)
    return render(
        request,
        "cooperation/prepare.html",
        {
            "meeting": found,
            "forum": found.forum,
            "gathered": shown(gathered),
            "counted": counted,
            "points": reading.points_of(request.actor, found, moment),
            "members": members,
            "reader": reader,
            "as_seen": _as_seen(request, found, reader) if reader else (),
            "reads": class_label(reads_up_to(reader_like(request.actor, reader))) if reader else "",
            "may_send": MeetingState(found.state) is MeetingState.SCHEDULED,
            "may_drop": MeetingState(found.state) in AHEAD_STATES,
        },
    )


def _as_seen(
    request: WorkspaceRequest, found: Meeting, reader: Function
) -> list[tuple[reading.PointView, bool]]:
    """Return the points as a member reads them, and whether the one who prepares reads the title too."""
    moment = now()
    mine = {one.point.pk: one.title is not None for one in reading.points_of(request.actor, found, moment)}
    theirs = reading.points_of(reader_like(request.actor, reader), found, moment)
    return [(one, mine[one.point.pk]) for one in theirs]


@require_http_methods(["GET", "HEAD", "POST"])
def new_point(request: WorkspaceRequest, meeting_id: UUID) -> HttpResponse:
    """Add a point of one's own."""
    require(request, Permission.COOPERATE)
    found = meeting_or_404(request, meeting_id)
    form = PointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.add_point(
                request.actor, found, data["title"], title_class=SharingClass(data["title_class"]), now=now(),
                override_reason=data["override_reason"],
            )  # fmt: skip
        except SamsynError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The point is on the agenda."))
            return to_meeting(request, found)
    return render(
        request, "cooperation/meeting_form.html",
        {"meeting": found, "form": form, "heading": _("Add a point"), "button": _("Add")},
    )  # fmt: skip


@require_POST
def drop_point(request: WorkspaceRequest, meeting_id: UUID, point_id: UUID) -> HttpResponse:
    """Take a point off the agenda before the meeting."""
    require(request, Permission.HOLD_MEETING)
    point = _point(request, meeting_id, point_id)
    try:
        services.drop_point(request.actor, point, now=now())
    except SamsynError as error:
        messages.error(request, sentence(error))
    return redirect("prepare-meeting", workspace=request.workspace.slug, meeting_id=meeting_id)


# ------------------------------------------------------------------ notes


@require_http_methods(["GET", "HEAD", "POST"])
def write_note(request: WorkspaceRequest, meeting_id: UUID, point_id: UUID) -> HttpResponse:
    """Write the line of a point; when somebody else wrote meanwhile, both versions are shown."""
    require(request, Permission.COOPERATE)
    point = _point(request, meeting_id, point_id)
    found = point.meeting
    if point.note and not may_read_text(request.actor, point.note_class, point.note_by, found.forum.place_id):
        raise Http404
    # A briefing's line is noted as it is written; how a point ended is said by whoever holds the meeting.
    holds = can(request.actor, Permission.HOLD_MEETING) and ("outcome" in request.POST or not request.POST)
    form = NoteForm(point, request.POST or None, with_outcome=holds)
    revision, theirs = point.revision, None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.write_note(
                request.actor, point, data["note"], revision=posted_revision(request), now=now(),
                note_class=SharingClass(data["note_class"]), outcome=data.get("outcome"),
                override_reason=data["override_reason"],
            )  # fmt: skip
        except StaleRecord as error:
            saved = cast(MeetingPoint, error.current)
            if may_read_text(request.actor, saved.note_class, saved.note_by, found.forum.place_id):
                theirs, revision = saved, saved.revision
            form.add_error(None, sentence(error))
        except SamsynError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Noted."))
            return to_meeting(request, found, f"p{point.pk}")
    view = next((one for one in reading.points_of(request.actor, found, now()) if one.point == point), None)
    return render(
        request, "cooperation/note.html",
        {"meeting": found, "point": point, "view": view, "form": form, "revision": revision,
         "theirs": theirs, "mine": form["note"].value()},
    )  # fmt: skip


@require_POST
def widen_note(request: WorkspaceRequest, meeting_id: UUID, point_id: UUID) -> HttpResponse:
    """Share a line with everybody in the cooperation, in one tap."""
    require(request, Permission.HOLD_MEETING)
    point = _point(request, meeting_id, point_id)
    return do(
        request, point.meeting, lambda: services.widen_note(request.actor, point, now=now()),
        _("The line is now shared with everybody in the cooperation."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def lift_point(request: WorkspaceRequest, meeting_id: UUID, point_id: UUID) -> HttpResponse:
    """Lift a point to the forum above, with half a page prepared from the notes."""
    require(request, Permission.COOPERATE)
    point = _point(request, meeting_id, point_id)
    found = point.meeting
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.lift_point(
                request.actor, point, half_page=data["half_page"],
                half_page_class=SharingClass(data["half_page_class"]), now=now(),
                override_reason=data["override_reason"],
            )  # fmt: skip
        except SamsynError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Lifted to %(forum)s.") % {"forum": found.forum.lifts_to.name})  # type: ignore[union-attr]  # the service has checked that there is one
            return to_meeting(request, found, f"p{point.pk}")
    elif request.method != "POST":
        written = point.half_page if may_read_text(request.actor, point.half_page_class, None) else ""
        form.initial["half_page"] = written or prepared_half_page(request.actor, point, now())
    upper = found.forum.lifts_to
    return render(
        request, "cooperation/meeting_form.html",
        {"meeting": found, "form": form, "heading": _("Lift the point"), "button": _("Lift"),
         "explanation": _("To %(forum)s.") % {"forum": upper.name} if upper else ""},
    )  # fmt: skip


# ------------------------------------------------------------------ the digital round


@require_http_methods(["GET", "HEAD", "POST"])
def answer_round(request: WorkspaceRequest, meeting_id: UUID) -> HttpResponse:
    """Answer the points of a digital round for one's own function, as often as one likes before the hour."""
    require(request, Permission.COOPERATE)
    found = meeting_or_404(request, meeting_id)
    if found.form != MeetingForm.DIGITAL_ROUND:
        raise Http404
    points = list(MeetingPoint.objects.visible_to(request.actor).filter(meeting=found).exclude(code=""))
    own = {
        row.point_id: row
        for row in RoundAnswer.objects.visible_to(request.actor).filter(
            point__meeting=found, author_id=request.actor.function_id
        )
    }
    form = RoundForm(points, request.POST or None)
    for point in points:
        if point.pk in own:
            form.initial[f"text_{point.code}"] = own[point.pk].text
            form.initial["text_class"] = own[point.pk].text_class
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            rounds.answer_round(
                request.actor, found, form.texts(), now=now(), text_class=SharingClass(data["text_class"]),
                override_reason=data["override_reason"],
            )  # fmt: skip
        except SamsynError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Your answers are in. All read the same card at the hour."))
            return to_meeting(request, found)
    return render(
        request, "cooperation/meeting_form.html",
        {"meeting": found, "form": form, "heading": _("Answer the digital round"), "button": _("Send"),
         "explanation":
             _("One line for each point is enough; leave empty what you have nothing to say about.")},
    )  # fmt: skip
