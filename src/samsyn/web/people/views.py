"""Sign-in, the own account, who is who and the audit log."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from samsyn.domain.access import NotAllowed, Permission, Role, can
from samsyn.domain.calendar import now, today
from samsyn.domain.errors import SamsynError
from samsyn.web.people import services
from samsyn.web.people.forms import MembershipForm, SignInForm
from samsyn.web.people.middleware import LANGUAGE_COOKIE
from samsyn.web.people.models import Function, Membership, Organisation
from samsyn.web.people.request import AccountRequest, WorkspaceRequest
from samsyn.web.ui.messages import sentence


class SignIn(LoginView):
    """Sign in with a password."""

    template_name = "people/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SignOut(LogoutView):
    """Sign out, and let the browser forget what it kept for no signal."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End the session; also a browser without scripts drops cards, shell and worker."""
        response: HttpResponse = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"storage"'
        return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages, for the account and for this browser."""
    wanted = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    if wanted in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            services.set_language(request.user, wanted)
        response.set_cookie(
            LANGUAGE_COOKIE, wanted, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure()
        )
    return response


@login_required
@require_safe
def account(request: AccountRequest) -> HttpResponse:
    """Show the own account and the workspaces it opens."""
    return render(
        request, "people/account.html", {"workspaces": services.workspaces_of(request.user, today())}
    )


@login_required
@require_safe
def home(request: AccountRequest) -> HttpResponse:
    """Go to the only workspace, or let the reader choose one."""
    workspaces = services.workspaces_of(request.user, today())
    if len(workspaces) == 1:
        return redirect("start", workspace=workspaces[0].slug)
    return redirect("account")


def who_is_who(request: WorkspaceRequest) -> HttpResponse:
    """Show organisations and functions; the administrator also adds and ends memberships."""
    if not can(request.actor, Permission.VIEW_PLACE):
        raise Http404
    manages = can(request.actor, Permission.MANAGE_MEMBERS)
    form = None
    if manages:
        form = MembershipForm(request.workspace, request.LANGUAGE_CODE, request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                services.add_member(
                    request.actor,
                    form.cleaned_data["account"],
                    form.cleaned_data["function"],
                    Role(form.cleaned_data["role"]),
                    now=now(),
                )
            except SamsynError as error:
                form.add_error(None, sentence(error))
            else:
                messages.success(request, _("The membership is added."))
                return redirect("who-is-who", workspace=request.workspace.slug)
    elif request.method == "POST":
        raise Http404
    organisations = Organisation.objects.filter(workspace=request.workspace).prefetch_related("functions")
    memberships = (
        Membership.objects.filter(workspace=request.workspace, valid_to=None).select_related(
            "user", "function__organisation"
        )
        if manages
        else ()
    )
    return render(
        request,
        "people/who_is_who.html",
        {"organisations": organisations, "memberships": memberships, "form": form},
    )


@require_POST
def end_membership(request: WorkspaceRequest, membership_id: str) -> HttpResponse:
    """End one membership from today."""
    membership = get_object_or_404(Membership, workspace=request.workspace, pk=membership_id)
    try:
        services.end_membership(request.actor, membership, now=now())
    except NotAllowed:
        raise Http404 from None
    messages.success(request, _("The membership ends today."))
    return redirect("who-is-who", workspace=request.workspace.slug)


@require_safe
def audit_log(request: WorkspaceRequest) -> HttpResponse:
    """Show who read and changed what, for the own organisation."""
    try:
        events = services.audit_events(request.actor)
    except NotAllowed:
        raise Http404 from None
    page = Paginator(events, 50).get_page(request.GET.get("sida"))
    functions = {
        function.pk: function
        for function in Function.objects.filter(workspace=request.workspace).select_related("organisation")
    }
    rows = [
        (event, _("The clock") if event.function_id == services.CLOCK else functions.get(event.function_id))
        for event in page
    ]
    overridden = [(row, functions.get(row.function_id)) for row in services.overrides(request.actor)[:50]]
    return render(request, "people/audit_log.html", {"page": page, "rows": rows, "overridden": overridden})
