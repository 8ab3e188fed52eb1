"""What works without signal: the service worker, its page, and who a telephone's cards belong to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import is_valid_path
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from samsyn.domain.access import Actor, Permission, can

BUILT = Path(__file__).resolve().parent / "static" / "ui"
# Set by the browser when somebody signs out without signal.
SIGN_OUT_COOKIE = "samsyn_sign_out"
READER_HEADER = "X-Samsyn-Reader"
CARDS = "/vem-tar-over/kort.json"


def reader_key(user: Any) -> str:
    """Return what a telephone keeps instead of an account's name: nothing can be read out of it."""
    if user is None or isinstance(user, AnonymousUser) or not user.is_authenticated:
        return ""
    return salted_hmac("samsyn.offline", str(user.pk)).hexdigest()[:24]


def cards_address(actor: Actor | None, workspace: Any) -> str:
    """Return where the cards of a workspace are fetched, for those who take part in the cooperation."""
    if actor is None or workspace is None or not can(actor, Permission.VIEW_COOPERATION):
        return ""
    address = f"/{workspace.slug}{CARDS}"
    return address if is_valid_path(address) else ""


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Answer with the service worker, from the root so that it reaches every page, and never from a cache."""
    response = HttpResponse((BUILT / "sw.js").read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def without_net(request: HttpRequest) -> HttpResponse:
    """Show the page that is kept on the telephone: it says nothing of who fetched it."""
    return render(request, "ui/without_net.html", {"offline_words": offline_words()})


def offline_words() -> dict[str, Any]:
    """Return what the page says when its script has looked at the cards, in the reader's language."""
    return {
        "title": _("No signal"),
        "heading": _("Who takes over?"),
        "minutes": _("No signal. The cards were fetched %(number)s min ago."),
        "hours": _("No signal. The cards were fetched %(number)s h ago."),
        "died": _(
            "The cards were more than twelve hours old and have been deleted. Call your own control room."
        ),
        "none": _("No cards are kept on this telephone. Open Samsyn once with signal and they are."),
        "back": _("The network is back: open the page"),
        "where": _("Which place?"),
        "who": _("For whom?"),
        "what": _("What is needed?"),
        "change": _("Change"),
        "call": _("Call"),
        "until": _("until"),
        "opens": _("opens"),
        "radio": _("Also reached by radio."),
        "ask": _("no approved card for this spot; ask your own command"),
        "acute": _("Call 112 first"),
        "nobody": _("No function here takes this. Call your own control room."),
        "hours_only": _("By usual hours; who is on duty right now is not kept on the telephone."),
        "tiers": {
            "there_now": _("On duty now"),
            "answers_now": _("Answers now"),
            "opens_later": _("Not now"),
            "not_here": _("Takes this, but not at this spot"),
        },
    }


@require_safe
def app_manifest(request: HttpRequest) -> HttpResponse:
    """Say how the program looks on a home screen."""
    sizes = (192, 512)
    return JsonResponse(
        {
            "name": "Samsyn",
            "short_name": "Samsyn",
            "description": _("Who takes over, who is on tonight, and what is open."),
            "lang": request.LANGUAGE_CODE,
            "id": "/",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#faf8f3",
            "theme_color": "#0d4f63",
            "icons": [
                {"src": static("ui/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
                *(
                    {
                        "src": static(f"ui/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png",
                        "purpose": "any maskable",
                    }
                    for size in sizes
                ),
            ],
        },
        content_type="application/manifest+json",
    )  # fmt: skip


class SignOutThatWaited:
    """Finish a sign-out that was made without signal, and say whose cards are answered with."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Sign out before anything is read, if the browser asked for it while it could not reach us."""
        waited = SIGN_OUT_COOKIE in request.COOKIES
        if waited and request.user.is_authenticated:
            logout(request)
        response: HttpResponse = self.get_response(request)
        if waited:
            response.delete_cookie(SIGN_OUT_COOKIE)
        if request.path.endswith(CARDS):
            response[READER_HEADER] = reader_key(request.user)
        return response
