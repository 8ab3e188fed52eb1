"""The own notices, and how one wants to hear of things."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.calendar import now
from samsyn.domain.notices import NoticeKind
from samsyn.web.people import notices as services
from samsyn.web.people.models import Notice
from samsyn.web.people.notice_forms import NoticeSettingsForm
from samsyn.web.people.request import WorkspaceRequest


def _takes_part(request: WorkspaceRequest) -> None:
    if not can(request.actor, Permission.VIEW_COOPERATION):
        raise Http404


@require_safe
def notices(request: WorkspaceRequest) -> HttpResponse:
    """Show the reader's own notices, newest first; what each is about is asked for now."""
    _takes_part(request)
    found = Notice.objects.visible_to(request.actor)
    page = Paginator(found, 30).get_page(request.GET.get("sida"))
    labels = services.labels_of(page, request.actor)
    rows = [
        (one, f"NoticeKind.{one.kind.upper()}", labels.get((one.thing, one.thing_id), "")) for one in page
    ]
    unread = found.filter(read_at=None).count()
    return render(request, "people/notices.html", {"page": page, "rows": rows, "unread": unread})


@require_POST
def open_notice(request: WorkspaceRequest, notice_id: str) -> HttpResponse:
    """Mark a notice as read and go to what it is about."""
    _takes_part(request)
    notice = get_object_or_404(Notice.objects.visible_to(request.actor), pk=notice_id)
    services.mark_read(request.actor, [notice], now=now())
    try:
        address = reverse(notice.url_name, kwargs={**notice.url_kwargs, "workspace": request.workspace.slug})
    except NoReverseMatch:
        # The page has got another address since; the notice is still read.
        return redirect("notices", workspace=request.workspace.slug)
    return redirect(address)


@require_POST
def read_all(request: WorkspaceRequest) -> HttpResponse:
    """Mark every notice as read."""
    _takes_part(request)
    services.mark_read(
        request.actor, Notice.objects.visible_to(request.actor).filter(read_at=None), now=now()
    )
    return redirect("notices", workspace=request.workspace.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: WorkspaceRequest) -> HttpResponse:
    """Let the reader choose what is told at once, in a digest or not at all."""
    _takes_part(request)
    hours = services.hours_of(request.user, request.workspace)
    initial = {
        "email": request.user.email,
        "quiet_from": hours.quiet_from,
        "quiet_to": hours.quiet_to,
        "digest_hour": hours.digest_hour,
        "digest_weekday": hours.digest_weekday,
        **{
            kind.value: services.channel_of(request.user, request.workspace, kind).value
            for kind in NoticeKind
        },
    }
    form = NoticeSettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.choose(
            request.user,
            request.workspace,
            channels=form.channels(),
            hours=form.hours(),
            email=form.cleaned_data["email"],
        )
        messages.success(request, _("Saved."))
        return redirect("notices", workspace=request.workspace.slug)
    return render(
        request, "people/notice_settings.html", {"form": form, "sends_mail": settings.SAMSYN_SENDS_MAIL}
    )
