"""``samsyn ask-events``: what happened, where and when, on any engine."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from datetime import date, timedelta
from typing import Any

from samsyn.cli.acting import actor_of, add_actor_options, read_bytes
from samsyn.cli.output import print_json
from samsyn.domain.calendar import Period
from samsyn.domain.errors import SamsynError


class BadEventOption(SamsynError):
    """An option of ask-events that is not written as it has to be."""

    code = "SAM714"
    template = "%(option)s can not be read: %(text)s."
    mend = "Write as in --area basomrade:101025, --attribute object=cykel, --from 2024-05, --hours 22-4."


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add = parser.add_argument
    add("--kind", action="append", default=[], help="a kind of event, for example robbery; may be repeated")
    add("--area", action="append", default=[], metavar="SCHEME:CODE", help="for example basomrade:101025")
    add("--place", action="append", default=[], help="a place, by its short name")
    add("--attribute", action="append", default=[], metavar="NAME=VALUE")
    add("--from", dest="first", metavar="DAY", help="first day: 2024, 2024-05 or 2024-05-17")
    add("--to", dest="last", metavar="DAY", help="last day, written the same way; it is part of the period")
    add("--hours", default="", metavar="HOURS", help="local hours, for example 22-4 or 7,8,15")
    add("--weekdays", default="", metavar="DAYS", help="0 is Monday, for example 0-4")
    add("--by", default="", help="divide by: kind, area:SCHEME, place, month, week, day, weekday, hour …")
    add("--dataset", action="append", default=[])
    add("--version", action="append", default=[], metavar="DATASET=NUMBER", help="pin a version")
    add("--question", metavar="FILE", help="a whole question as JSON, - for standard input")
    add("--engine", default="duckdb:", metavar="URL", help="duckdb: memory: sail: sc://… spark://…")
    add("--list", action="store_true", help="list the sets of events that can be asked about")
    add_actor_options(parser)


def run(options: argparse.Namespace) -> int:
    """Print the answer as CSV, or as JSON; the question and where the answer comes from beside it."""
    actor, _workspace = actor_of(options)
    from samsyn.web.insight import event_services

    if options.list:
        sets = event_services.askable_events(actor)
        _print(options, {"events": sets}, sets)
        return 0
    query = _question(options)
    answer = event_services.ask_events(actor, query, options.engine)
    if not options.json:
        # Beside the answer and not in it, so that it can be sent on to another program.
        for line in (f"# {query}", *(f"# {line}" for line in answer.lineage)):
            print(line, file=sys.stderr)
    whole = {
        "query": query.to_dict(),
        "question": str(query),
        "engine": options.engine,
        "lineage": list(answer.lineage),
        "exact": answer.exact,
        "rows": answer.rows,
    }
    _print(options, whole, answer.rows)
    return 0


def _question(options: argparse.Namespace) -> Any:
    from samsyn.store.events.query import EventQuery

    if options.question:
        content = sys.stdin.buffer.read() if options.question == "-" else read_bytes(options.question)
        try:
            kept = json.loads(content)
        except ValueError as problem:
            raise BadEventOption(option="--question", text=str(problem)) from None
        if not isinstance(kept, dict):
            raise BadEventOption(option="--question", text=type(kept).__name__)
        return EventQuery.from_dict(kept)
    areas = [_pair(area, ":", "--area") for area in options.area]
    schemes = {scheme for scheme, _ in areas}
    if len(schemes) > 1:
        raise BadEventOption(option="--area", text=", ".join(sorted(schemes)))
    versions = [_pair(version, "=", "--version") for version in options.version]
    return EventQuery(
        datasets=tuple(options.dataset),
        kinds=tuple(options.kind),
        attributes=tuple(_pair(one, "=", "--attribute") for one in options.attribute),
        scheme=next(iter(schemes), ""),
        codes=tuple(code for _, code in areas),
        places=tuple(options.place),
        period=_period(options.first, options.last),
        hours=_numbers(options.hours, 24, "--hours"),
        weekdays=_numbers(options.weekdays, 7, "--weekdays"),
        by=tuple(name.strip() for name in options.by.split(",") if name.strip()),
        versions=tuple((dataset, _number(number, "--version")) for dataset, number in versions),
    )


def _pair(text: str, sign: str, option: str) -> tuple[str, str]:
    name, found, value = text.partition(sign)
    if not (name and found and value):
        raise BadEventOption(option=option, text=text)
    return name, value


def _period(first: str | None, last: str | None) -> Period | None:
    if not (first or last):
        return None
    begins, ends = first or last or "", last or first or ""
    return Period(_span(begins, "--from")[0], _span(ends, "--to")[1])


def _span(text: str, option: str) -> tuple[date, date]:
    """Return the first day of a year, a month or a day, and the day after its last."""
    try:
        numbers = [int(part) for part in text.split("-")]
        if len(numbers) == 1:
            return date(numbers[0], 1, 1), date(numbers[0] + 1, 1, 1)
        if len(numbers) == 2:
            year, month = numbers
            return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
        day = date.fromisoformat(text)
    except ValueError:
        raise BadEventOption(option=option, text=text) from None
    return day, day + timedelta(days=1)


def _numbers(text: str, around: int, option: str) -> tuple[int, ...]:
    """Return the numbers of a list with ranges; 22-4 goes past midnight."""
    found: list[int] = []
    for part in text.split(",") if text else []:
        low, dash, high = part.strip().partition("-")
        first = _number(low, option)
        if not dash:
            found.append(first)
            continue
        last = _number(high, option)
        found += range(first, last + 1) if first <= last else (*range(first, around), *range(last + 1))
    return tuple(found)


def _number(text: str, option: str) -> int:
    if not text.isdecimal():
        raise BadEventOption(option=option, text=text)
    return int(text)


def _print(options: argparse.Namespace, whole: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    if options.json:
        print_json(whole)
    elif rows:
        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
