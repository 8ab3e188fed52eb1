"""``samsyn query``: ask the store for values, each with where it comes from."""

from __future__ import annotations

import argparse
import csv
import sys
from typing import Any

from samsyn.cli.acting import actor_of, add_actor_options
from samsyn.cli.output import print_json
from samsyn.domain.calendar import Period
from samsyn.domain.errors import SamsynError


class AreaWithoutScheme(SamsynError):
    """An area was named without the scheme its code belongs to."""

    code = "SAM709"
    template = "%(area)s does not say in which scheme the area is."
    mend = "Write the scheme, a colon and the code, for example basomrade:101025."


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "--series", action="append", default=[], help="a series, by its short name; may be repeated"
    )
    parser.add_argument(
        "--area", action="append", default=[], metavar="SCHEME:CODE", help="for example basomrade:101025"
    )
    parser.add_argument("--dataset", action="append", default=[])
    parser.add_argument("--from", dest="first", type=int, metavar="YEAR")
    parser.add_argument("--to", dest="last", type=int, metavar="YEAR")
    parser.add_argument("--list", action="store_true", help="list the series that can be asked for")
    add_actor_options(parser)


def run(options: argparse.Namespace) -> int:
    """Print the rows as CSV, or as JSON."""
    actor, _workspace = actor_of(options)
    from samsyn.store.query import Query
    from samsyn.web.insight import services

    if options.list:
        return _list(options, services.readable_series(actor))
    period = None
    if options.first or options.last:
        first = options.first or options.last
        period = Period.of_years(first, options.last or first)
    query = Query(
        series=tuple(options.series),
        areas=tuple(_area(area) for area in options.area),
        datasets=tuple(options.dataset),
        period=period,
    )
    rows = services.run_query(actor, query)
    if options.json:
        print_json({"query": query.to_dict(), "rows": rows})
    else:
        _print_csv(rows)
    return 0


def _area(text: str) -> tuple[str, str]:
    scheme, colon, code = text.partition(":")
    if not (scheme and colon and code):
        raise AreaWithoutScheme(area=text)
    return scheme, code


def _list(options: argparse.Namespace, series: list[dict[str, Any]]) -> int:
    if options.json:
        print_json({"series": series})
    else:
        _print_csv(series)
    return 0


def _print_csv(rows: list[dict[str, Any]]) -> None:
    if rows:
        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
