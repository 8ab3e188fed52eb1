"""Who is asking, in which language, and whether the address is theirs to see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation

from samsyn.domain.calendar import today
from samsyn.web.people.models import Workspace
from samsyn.web.people.request import WorkspaceRequest
from samsyn.web.people.services import actor_for

Answer = Callable[[HttpRequest], HttpResponse]
LANGUAGE_COOKIE = "samsyn_language"


class Language:
    """The account's language, else the cookie's, else Swedish; never guessed from the browser."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the reader's language."""
        known = dict(settings.LANGUAGES)
        wishes = (getattr(request.user, "language", ""), request.COOKIES.get(LANGUAGE_COOKIE, ""))
        language = next((wish for wish in wishes if wish in known), settings.LANGUAGE_CODE)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            # Rendered here and not later, so that no part of it falls back to the default language.
            if hasattr(response, "render") and callable(response.render):
                response = response.render()
        response.headers.setdefault("Content-Language", language)
        return response


class ActorOfTheAddress:
    """Turn ``/<workspace>/…`` into an actor, before any view runs.

    Whoever has no membership meets 404 and not 403: that a workspace exists is not told.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the work is in process_view, when the address is resolved."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Set ``request.workspace`` and ``request.actor`` for addresses that begin with a workspace."""
        if "workspace" not in kwargs:
            return None
        api = request.path.startswith("/api/")
        if not request.user.is_authenticated:
            if api:
                return JsonResponse({"detail": "sign in first"}, status=401)
            return redirect_to_login(request.get_full_path())
        # The API's own parser reads the address again and needs the workspace left in it.
        slug = kwargs["workspace"] if api else kwargs.pop("workspace")
        workspace = Workspace.objects.filter(slug=slug).first()
        actor = actor_for(request.user, workspace, today()) if workspace else None
        if workspace is None or actor is None:
            raise Http404
        ours = cast(WorkspaceRequest, request)
        ours.workspace, ours.actor = workspace, actor
        return None
