"""``samsyn lagesbild PLACE``: the situational picture of a place, in the formats of the web."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from samsyn.cli.acting import actor_of, add_actor_options
from samsyn.cli.output import language as terminal_language, print_json
from samsyn.domain.calendar import now, today
from samsyn.domain.errors import SamsynError


class NoSuchPlace(SamsynError):
    """The workspace has no such place for this account."""

    code = "SAM705"
    template = "There is no place %(place)s in the workspace %(workspace)s for this account."
    mend = "Places here: %(known)s."


class CannotWrite(SamsynError):
    """The output file cannot be written."""

    code = "SAM706"
    template = "%(file)s cannot be written (%(reason)s)."
    mend = "Choose a folder that is there and that you may write in."


class NoFigures(SamsynError):
    """The place has no figures for the years."""

    code = "SAM707"
    template = "There are no figures about %(place)s."
    mend = "Load a data set for its areas first: samsyn ingest --help."


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("place", help="the place's short name, for example sergels-torg")
    parser.add_argument("--from", dest="first", type=int, metavar="YEAR")
    parser.add_argument("--to", dest="last", type=int, metavar="YEAR")
    parser.add_argument("--format", choices=("json", "pdf", "docx", "xlsx", "html"), default="json")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write it (default: standard output)")
    parser.add_argument("--language", choices=("sv", "en"), default=terminal_language())
    add_actor_options(parser)


def run(options: argparse.Namespace) -> int:
    """Write the picture and, with --json, tell what was written."""
    actor, workspace = actor_of(options)
    from samsyn.web.insight import services
    from samsyn.web.people.services import record
    from samsyn.web.places.models import Place, place_for

    place = place_for(actor, options.place)
    if place is None:
        known = ", ".join(Place.objects.visible_to(actor).in_order().values_list("slug", flat=True)[:60])
        raise NoSuchPlace(place=options.place, workspace=workspace.slug, known=known or "-")
    years = services.default_years(actor, place)
    if years is None:
        raise NoFigures(place=place.name)
    first = options.first or (options.last if options.last else years[0])
    last = options.last or max(years[1], first)
    period = services.period_of(first, last)
    findings = services.draw_picture(actor, place, period, as_of=today(), language=options.language)
    document = services.draft_document(actor, place, findings, options.language)
    content = services.render(document, findings, options.format)
    record(actor, "export", place, now=now(), fields=(options.format,), place_id=place.pk)
    if not options.output:
        sys.stdout.buffer.write(content)
        return 0
    try:
        Path(options.output).write_bytes(content)
    except OSError as reason:
        raise CannotWrite(file=options.output, reason=reason.strerror or str(reason)) from None
    if options.json:
        print_json(
            {
                "file": options.output,
                "format": options.format,
                "bytes": len(content),
                "from": first,
                "to": last,
            }
        )
    else:
        print(f"{options.output} ({len(content):,} byte)".replace(",", " "))
    return 0
