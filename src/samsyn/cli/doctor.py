"""``samsyn doctor``: versions, folders, and whether the store, the catalogue and the log are whole."""

from __future__ import annotations

import argparse
import importlib.metadata
import platform
import shutil
import sys
from typing import Any

from samsyn import __version__
from samsyn.cli.output import print_json
from samsyn.cli.web import set_up

SHOWN = ("django", "duckdb", "pandas", "numpy", "scipy", "shapely", "pyproj", "typst", "granian")
OPTIONAL_PROGRAMS = {
    "chromium": "browser tests",
    "java": "Spark",
    "msgfmt": "checking translations",
    "psql": "PostgreSQL",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--json", action="store_true", help="answer as one JSON document")


def run(options: argparse.Namespace) -> int:
    """Print the findings; exit code 1 when something is not as it should be."""
    found = examine()
    if options.json:
        print_json(found)
    else:
        for title, rows in found.items():
            if isinstance(rows, dict):
                print(f"{title}:")
                for name, value in rows.items():
                    print(f"  {name:<18} {value}")
            else:
                print(f"{title}: {rows}")
    return 0 if found["whole"] else 1


def examine() -> dict[str, Any]:
    """Return everything the command tells."""
    set_up()
    from django.conf import settings
    from django.db import OperationalError, ProgrammingError, connection

    programs = {name: shutil.which(name) or f"not found ({use})" for name, use in OPTIONAL_PROGRAMS.items()}
    found: dict[str, Any] = {
        "samsyn": __version__,
        "python": f"{sys.version.split()[0]} on {platform.system()} {platform.machine()}",
        "libraries": {name: importlib.metadata.version(name) for name in SHOWN},
        "programs": programs,
        "home": str(settings.SAMSYN_HOME),
        "database": connection.vendor,
    }
    try:
        found["workspaces"] = _workspaces()
    except (OperationalError, ProgrammingError):
        found["workspaces"] = {"": "no database yet: run python3 run.py demo, or samsyn web migrate"}
        return {**found, "whole": False}
    return {**found, "whole": all("broken" not in text for text in found["workspaces"].values())}


def _workspaces() -> dict[str, str]:
    from samsyn.web.facts.services import reconcile, store_of
    from samsyn.web.people.models import Workspace
    from samsyn.web.people.services import broken_links

    told: dict[str, str] = {}
    for workspace in Workspace.objects.all():
        checks = store_of(workspace).verify()
        unsound = [f"{check.dataset} v{check.version}" for check in checks if not check.sound]
        differences = reconcile(workspace)
        links = broken_links(workspace)
        text = f"{len(checks)} data set versions"
        if unsound:
            text += f", broken: {', '.join(unsound)}"
        if differences["not_in_catalogue"] or differences["not_in_store"]:
            text += f", broken catalogue: {differences}"
        text += f", log broken at {links[:3]}" if links else ", log whole"
        told[workspace.slug] = text
    return told
