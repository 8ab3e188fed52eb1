"""``samsyn account``: make a workspace, an account or its first membership, from the server itself."""

from __future__ import annotations

import argparse
import getpass
import sys

from samsyn.cli.output import print_json
from samsyn.cli.web import set_up
from samsyn.domain.access import OrganisationKind, Role
from samsyn.domain.calendar import today
from samsyn.domain.errors import SamsynError


class AccountMissing(SamsynError):
    """An account or a workspace that the command names is not there."""

    code = "SAM703"
    template = "There is no %(what)s called %(name)s."
    mend = "Make it first: samsyn account --help shows how."


class AlreadyThere(SamsynError):
    """An account or a workspace of that name has been made before."""

    code = "SAM708"
    template = "There is already a %(what)s called %(name)s."
    mend = "Choose another name, or use the one that is there."


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's words."""
    parser.add_argument("--json", action="store_true", help="answer as one JSON document")
    steps = parser.add_subparsers(dest="step", required=True)
    workspace = steps.add_parser("workspace", help="make a workspace")
    workspace.add_argument("slug")
    workspace.add_argument("name")
    workspace.add_argument("--county", default="", help="two-digit county code")
    add = steps.add_parser(
        "add", help="make an account; the password is asked for, or read from standard input"
    )
    add.add_argument("username")
    add.add_argument("--name", default="")
    add.add_argument("--email", default="")
    member = steps.add_parser("member", help="let an account act for a function in a workspace")
    member.add_argument("username")
    member.add_argument("workspace")
    member.add_argument("organisation")
    member.add_argument("kind", choices=[kind.value for kind in OrganisationKind])
    member.add_argument("function")
    member.add_argument("role", choices=[role.value for role in Role])
    member.add_argument("--authority", action="store_true", help="the organisation is a public authority")


def run(options: argparse.Namespace) -> int:
    """Do one step and say what was made."""
    set_up()
    made = {"workspace": _workspace, "add": _add, "member": _member}[options.step](options)
    if options.json:
        print_json({"made": made})
    else:
        print(made)
    return 0


def _workspace(options: argparse.Namespace) -> str:
    from samsyn.web.people.models import Workspace

    if Workspace.objects.filter(slug=options.slug).exists():
        raise AlreadyThere(what="workspace", name=options.slug)
    return str(
        Workspace.objects.create(slug=options.slug, name=options.name, county_code=options.county).slug
    )


def _add(options: argparse.Namespace) -> str:
    from samsyn.web.people.models import User
    from samsyn.web.people.services import create_account

    if User.objects.filter(username__iexact=options.username.strip()).exists():
        raise AlreadyThere(what="account", name=options.username)
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    return str(create_account(options.username, password, name=options.name, email=options.email))


def _member(options: argparse.Namespace) -> str:
    from samsyn.web.people import services
    from samsyn.web.people.models import User, Workspace

    user = User.objects.filter(username__iexact=options.username).first()
    workspace = Workspace.objects.filter(slug=options.workspace).first()
    if user is None:
        raise AccountMissing(what="account", name=options.username)
    if workspace is None:
        raise AccountMissing(what="workspace", name=options.workspace)
    organisation = services.add_organisation(
        workspace, options.organisation, OrganisationKind(options.kind), is_authority=options.authority
    )
    function = services.add_function(organisation, options.function)
    return str(services.open_membership(workspace, user, function, Role(options.role), valid_from=today()))
