"""Requests as the views meet them: what the middleware has put on them, with types."""

from __future__ import annotations

from django.http import HttpRequest

from samsyn.domain.access import Actor
from samsyn.web.people.models import User, Workspace


class AccountRequest(HttpRequest):
    """A request from somebody who has signed in."""

    user: User
    LANGUAGE_CODE: str


class WorkspaceRequest(AccountRequest):
    """A request for an address that begins with a workspace; ``ActorOfTheAddress`` has let it through."""

    actor: Actor
    workspace: Workspace
