"""``samsyn store``: the sets of events in the store, whether they are whole, and where they lie."""

from __future__ import annotations

import argparse
from typing import Any

from samsyn.cli.acting import actor_of, add_actor_options
from samsyn.cli.ingest_events import LOADED
from samsyn.cli.output import print_json, translate
from samsyn.domain.calendar import now
from samsyn.domain.errors import SamsynError

ACTIONS = ("list", "show", "verify", "compact", "assign", "cube", "move", "withdraw")


class SetNotNamed(SamsynError):
    """The action needs a data set, and moving needs an address."""

    code = "SAM715"
    template = "It is not said which data set, or where to."
    mend = "samsyn store %(action)s DATASET; move also needs --to URL or --from URL."


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument("dataset", nargs="?", help="the data set, for show, compact, assign, cube and move")
    parser.add_argument("--to", metavar="URL", help="move: where to, as file:///… or s3://…")
    parser.add_argument("--from", dest="origin", metavar="URL", help="move: bring it back from there")
    parser.add_argument("--reason", default="", help="withdraw: why the events must no longer be used")
    parser.add_argument("--keep", action="store_true", help="verify: leave broken parts where they are")
    add_actor_options(parser)


def run(options: argparse.Namespace) -> int:
    """Do what was asked; exit code 1 when a part is not what was written."""
    actor, _workspace = actor_of(options)
    wanted = {"list": _list, "verify": _verify}.get(options.action)
    if wanted:
        return wanted(actor, options)
    if not options.dataset or (options.action == "move" and bool(options.to) == bool(options.origin)):
        raise SetNotNamed(action=options.action)
    done = {
        "show": _show,
        "compact": _compact,
        "assign": _assign,
        "cube": _cube,
        "move": _move,
        "withdraw": _withdraw,
    }
    return done[options.action](actor, options)


def _told(options: argparse.Namespace, told: Any, line: str) -> int:
    if options.json:
        print_json(told)
    else:
        print(line)
    return 0


def _line(events: Any) -> str:
    facts = {
        "dataset": events.slug, "version": events.version, "rows": events.rows, "count": events.count,
        "first": events.first_day, "last": events.last_day,
    }  # fmt: skip
    return f"{translate(LOADED) % facts} {events.state}"


def _list(actor: Any, options: argparse.Namespace) -> int:
    from samsyn.web.facts import event_services

    sets = event_services.own_sets(actor)
    rows = [
        {"dataset": one.slug, "version": one.version, "state": one.state, "title": one.meta.title,
         "rows": one.rows, "count": one.count, "first_day": one.first_day, "last_day": one.last_day,
         "parts": len(one.parts), "lost": len(one.lost)}
        for one in sets
    ]  # fmt: skip
    none = translate("Your organisation has no events here.")
    return _told(options, rows, "\n".join(map(_line, sets)) or none)


def _show(actor: Any, options: argparse.Namespace) -> int:
    from samsyn.store.events.manifests import manifest_of
    from samsyn.web.facts import event_services

    row = event_services.current_row(actor, options.dataset)
    events = event_services.event_set_of(row)
    if events is None:
        from samsyn.web.facts.errors import UnknownDatasetHere

        raise UnknownDatasetHere(dataset=options.dataset, version=row.version)
    facts = manifest_of(events)
    if options.json:
        print_json(facts)
        return 0
    print(_line(events))
    for name in (
        "owner", "sharing", "crs", "time_zone", "position_kind", "position_error_m", "time_precision",
        "rounding", "kinds", "attributes", "schemes", "source", "mapping", "quarantine", "loaded_at",
        "loaded_by", "revision", "content_sha256",
    ):  # fmt: skip
        print(f"  {name:<18} {facts[name]}")
    for part in events.parts:
        rows = f"{part.first_row}–{part.last_row}"
        print(f"  {part.name}  {part.rows:>9}  {part.first_day} – {part.last_day}  {rows}")
    return 0


def _verify(actor: Any, options: argparse.Namespace) -> int:
    from samsyn.web.facts import event_services

    checks, gone = event_services.verify(actor, take_out=not options.keep, now=now())
    wrong = [check for check in checks if not check.sound]
    told = {
        "checked": len(checks),
        "broken": [
            {"dataset": one.dataset, "version": one.version, "part": one.part, "problem": one.problem}
            for one in wrong
        ],
        "taken_out": [
            {"dataset": one.dataset, "version": one.version, "part": one.part, "rows": one.rows,
             "first_row": one.first_row, "last_row": one.last_row}
            for one in gone
        ],
    }  # fmt: skip
    lines = [translate("%(parts)d parts compared with their checksums.") % {"parts": len(checks)}]
    for one in wrong:
        lines.append(f"  {one.dataset} {one.version} {one.part or 'manifest.json'}: {one.problem}")
    for lost in gone:
        words = translate("%(part)s is taken out; rows %(first)d–%(last)d of the source are missing.")
        lines.append(f"  {words % {'part': lost.part, 'first': lost.first_row, 'last': lost.last_row}}")
    _told(options, told, "\n".join(lines))
    return 1 if wrong else 0


def _compact(actor: Any, options: argparse.Namespace) -> int:
    from samsyn.web.facts import event_services

    events = event_services.compact(actor, options.dataset, now=now())
    told = {"dataset": events.slug, "version": events.version, "parts": len(events.parts)}
    return _told(options, told, translate("%(dataset)s, version %(version)d: %(parts)d parts.") % told)


def _assign(actor: Any, options: argparse.Namespace) -> int:
    from samsyn.web.facts import event_services

    events, parts = event_services.assign_anew(actor, options.dataset, now=now())
    told = {"dataset": events.slug, "version": events.version, "parts": parts}
    words = translate("%(dataset)s, version %(version)d: %(parts)d parts assigned anew.")
    return _told(options, told, words % told)


def _cube(actor: Any, options: argparse.Namespace) -> int:
    from samsyn.web.facts import event_services
    from samsyn.web.insight import prepared

    row = event_services.current_row(actor, options.dataset)
    built = prepared.prepare(row.workspace, row.slug)
    told = {"dataset": row.slug, "version": row.version, "built": built}
    words = translate("%(dataset)s, version %(version)d: sums built by %(built)s.")
    if not built:
        words = translate("%(dataset)s, version %(version)d: there is nothing more to build.")
    return _told(options, told, words % {**told, "built": ", ".join(built)})


def _move(actor: Any, options: argparse.Namespace) -> int:
    from samsyn.web.facts import event_services

    back = bool(options.origin)
    url = options.origin if back else options.to
    files = event_services.move(actor, options.dataset, url, back=back, now=now())
    told = {"dataset": options.dataset, "files": files, "url": url}
    return _told(options, told, translate("%(dataset)s: %(files)d files moved.") % told)


def _withdraw(actor: Any, options: argparse.Namespace) -> int:
    from samsyn.web.facts import event_services

    row = event_services.current_row(actor, options.dataset)
    events = event_services.withdraw_events(actor, row, reason=options.reason, now=now())
    told = {"dataset": events.slug, "version": events.version, "state": events.state}
    return _told(options, told, _line(events))
