"""Meeting times for a calendar program: as a file, and by a link that can be withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samsyn.domain.access import Actor, Permission
from samsyn.domain.calendar import now
from samsyn.domain.errors import SamsynError
from samsyn.domain.meetings import MeetingState
from samsyn.web.cooperation import calendar_services as services, meeting_reading as reading
from samsyn.web.cooperation.calendar_text import CalendarEvent, calendar_text
from samsyn.web.cooperation.forum_views import forum_or_404
from samsyn.web.cooperation.meeting_forms import FeedForm
from samsyn.web.cooperation.models import CalendarFeed, Forum, Meeting
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.ui.messages import sentence

DAYS_BACK = 30


@require_safe
def forum_calendar(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Return a forum's meetings as a calendar file."""
    forum = forum_or_404(request, slug)
    return _file(request, request.actor, forum, request.workspace.slug, forum.name)


@require_safe
def my_calendar(request: WorkspaceRequest) -> HttpResponse:
    """Return the meetings that the own function is expected at as a calendar file."""
    require(request, Permission.VIEW_COOPERATION)
    return _file(request, request.actor, None, request.workspace.slug, request.workspace.name)


@require_http_methods(["GET", "HEAD", "POST"])
def feeds(request: WorkspaceRequest) -> HttpResponse:
    """Make and list calendar links of one's own; a link is shown once."""
    require(request, Permission.VIEW_COOPERATION)
    form = FeedForm(request.actor, request.POST if "make" in request.POST else None)
    address = ""
    if request.method == "POST" and form.is_valid():
        try:
            _feed, secret = services.make_feed(request.actor, forum=form.cleaned_data["forum"], now=now())
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            address = request.build_absolute_uri(reverse("calendar-feed", kwargs={"secret": secret}))
    rows = CalendarFeed.objects.filter(
        workspace=request.workspace, account_id=request.actor.account_id, revoked_at=None
    ).select_related("forum")
    return render(request, "cooperation/feeds.html", {"form": form, "feeds": rows, "address": address})


@require_POST
def revoke_feed(request: WorkspaceRequest, feed_id: int) -> HttpResponse:
    """Withdraw one of one's own calendar links."""
    require(request, Permission.VIEW_COOPERATION)
    feed = CalendarFeed.objects.filter(
        workspace=request.workspace, account_id=request.actor.account_id, pk=feed_id
    ).first()
    if feed is None:
        raise Http404
    services.revoke_feed(request.actor, feed, now=now())
    messages.success(request, _("The link is withdrawn. Calendars that have it get nothing more."))
    return redirect("calendar-feeds", workspace=request.workspace.slug)


@require_safe
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Return what a calendar link gives: decided now, by what its account may see now."""
    found = services.reader_of(secret, now())
    if found is None:
        raise Http404
    feed, actor = found
    if feed.forum is not None and reading.forum_for(actor, feed.forum.slug) is None:
        raise Http404
    name = feed.forum.name if feed.forum else feed.workspace.name
    return _file(request, actor, feed.forum, feed.workspace.slug, name)


def _file(request: HttpRequest, actor: Actor, forum: Forum | None, workspace: str, name: str) -> HttpResponse:
    moment = now()
    since = moment - timedelta(days=DAYS_BACK)
    rows: Any = (
        reading.meetings_for(actor).filter(forum=forum, ends_at__gte=since).order_by("starts_at")
        if forum
        else reading.ahead(actor, since, own=True)
    )
    text = calendar_text(name, _events(request, rows, workspace, moment))
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


def _events(
    request: HttpRequest, rows: Iterable[Meeting], workspace: str, moment: datetime
) -> Iterable[CalendarEvent]:
    for one in rows:
        path = reverse("meeting", kwargs={"workspace": workspace, "meeting_id": one.pk})
        yield CalendarEvent(
            key=str(one.pk),
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            changed_at=one.created_at,
            # Names of forums and times alone: what a meeting is about stays behind the sign-in.
            summary=one.forum.name,
            pointer=request.build_absolute_uri(path),
            called_off=one.state == MeetingState.CALLED_OFF,
            revision=one.revision - 1,
        )
