"""Requests as the views meet them: what the middleware has put on them, with types."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from samsyn.domain.access import Actor, Permission, can
from samsyn.web.people.models import User, Workspace


class AccountRequest(HttpRequest):
    """A request from somebody who has signed in."""

    user: User
    LANGUAGE_CODE: str


class WorkspaceRequest(AccountRequest):
    """A request for an address that begins with a workspace; ``ActorOfTheAddress`` has let it through."""

    actor: Actor
    workspace: Workspace


def require(request: WorkspaceRequest, permission: Permission) -> None:
    """Answer as if the page did not exist when the role does not hold the permission."""
    if not can(request.actor, permission):
        raise Http404
