"""Who a command acts as: an account in a workspace, through the same services as the web."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from samsyn.cli.web import set_up
from samsyn.domain.calendar import today
from samsyn.domain.errors import SamsynError

if TYPE_CHECKING:
    from samsyn.domain.access import Actor
    from samsyn.web.people.models import Workspace


class NoSuchActor(SamsynError):
    """The account has no membership in the workspace, or one of them does not exist."""

    code = "SAM701"
    template = "The account %(account)s does not act in the workspace %(workspace)s."
    mend = "Name another with --account and --workspace. Workspaces here: %(known)s."


class FileMissing(SamsynError):
    """A file named on the command line cannot be read."""

    code = "SAM702"
    template = "%(file)s cannot be read (%(reason)s)."
    mend = "Check the path; it is read from the folder you stand in."


def add_actor_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that every command that acts needs."""
    parser.add_argument(
        "--workspace", default="stockholm", help="the workspace's short name (default: stockholm)"
    )
    parser.add_argument(
        "--account",
        default=os.environ.get("SAMSYN_ACCOUNT", "samordnare"),
        help="the account to act as (default: SAMSYN_ACCOUNT, else samordnare)",
    )
    parser.add_argument("--json", action="store_true", help="answer as one JSON document")


def actor_of(options: argparse.Namespace) -> tuple[Actor, Workspace]:
    """Return the actor and the workspace that the options name.

    Raises
    ------
    NoSuchActor
    """
    set_up()
    from samsyn.web.people.models import User, Workspace
    from samsyn.web.people.services import actor_for

    workspace = Workspace.objects.filter(slug=options.workspace).first()
    user = User.objects.filter(username__iexact=options.account).first()
    actor = actor_for(user, workspace, today()) if workspace and user else None
    if actor is None or workspace is None:
        known = ", ".join(Workspace.objects.values_list("slug", flat=True)) or "-"
        raise NoSuchActor(account=options.account, workspace=options.workspace, known=known)
    return actor, workspace


def read_bytes(name: str) -> bytes:
    """Return the content of a file named on the command line.

    Raises
    ------
    FileMissing
    """
    try:
        with open(name, "rb") as file:
            return file.read()
    except OSError as reason:
        raise FileMissing(file=name, reason=reason.strerror or str(reason)) from None
