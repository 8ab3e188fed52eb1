"""``samsyn ingest-events``: load a file of events by a mapping, or only say what it holds."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from samsyn.cli.acting import actor_of, add_actor_options
from samsyn.cli.output import print_json, translate
from samsyn.domain.calendar import now
from samsyn.domain.errors import SamsynError

if TYPE_CHECKING:
    from samsyn.store.events.findings import Findings
    from samsyn.store.events.ingest import Trial

LOADED = "%(dataset)s, version %(version)d: %(rows)d events, %(count)d in sum, %(first)s – %(last)s."
SHOWN = 40
BAR = 30


class NothingNamed(SamsynError):
    """Neither a file nor a list was asked for."""

    code = "SAM717"
    template = "Name a file, a mapping and, unless it is a trial run, a data set."
    mend = "samsyn ingest-events FILE --mapping NAME --dataset SLUG; --mappings lists the ready mappings."


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("file", nargs="?", help="CSV, TSV, XLSX, Parquet, GeoPackage, GeoJSON or JSON")
    parser.add_argument("--mapping", metavar="NAME|FILE", help="a ready mapping, or a mapping file")
    parser.add_argument("--dataset", metavar="SLUG", help="the data set that this becomes a version of")
    parser.add_argument("--title", default="", help="what the data set is called; else the mapping's title")
    parser.add_argument("--reason", default="", help="why it is loaded anew")
    parser.add_argument("--dry-run", action="store_true", help="read everything and load nothing")
    parser.add_argument("--mappings", action="store_true", help="list the ready mappings")
    parser.add_argument("--wait", type=float, default=60.0, help="seconds to wait for another load")
    add_actor_options(parser)


def run(options: argparse.Namespace) -> int:
    """Load the events and say which version they became; else list everything that is wrong."""
    from samsyn.store.events.mapping import read_mapping, ready_mappings

    if options.mappings:
        names = ready_mappings()
        print_json(list(names)) if options.json else print("\n".join(names))
        return 0
    if not (options.file and options.mapping and (options.dataset or options.dry_run)):
        raise NothingNamed()
    mapping = read_mapping(options.mapping)
    actor, _workspace = actor_of(options)
    from samsyn.store.events.errors import InvalidEvents
    from samsyn.web.facts import event_services
    from samsyn.web.insight import prepared

    bar = Progress(quiet=options.json)
    path = Path(options.file)
    try:
        if options.dry_run:
            trial = event_services.try_file(actor, path, mapping, now=now(), progress=bar)
            bar.end()
            return _tried(options, trial)
        row = event_services.load_events(
            actor, path, mapping, options.dataset, now=now(), title=options.title, reason=options.reason,
            progress=bar, patience=options.wait,
        )  # fmt: skip
        prepared.prepare(row.workspace, row.slug)
    except InvalidEvents as refusal:
        bar.end()
        return _refused(options, refusal)
    finally:
        bar.end()
    return _loaded(options, event_services.event_set_of(row))


class Progress:
    """A bar with the time that remains on a terminal; plain lines elsewhere.

    Parameters
    ----------
    quiet : bool
        Tell nothing.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._tty = sys.stderr.isatty()
        self._began = self._told = time.monotonic()
        self._open = False

    def __call__(self, done: float, rows: int) -> None:
        """Tell how far it has come."""
        moment = time.monotonic()
        # A terminal five times a second, a log every ten seconds.
        if self._quiet or moment - self._told < (0.2 if self._tty else 10.0):
            return
        self._told = moment
        left = (moment - self._began) * (1 - done) / done if done else 0.0
        told = translate("%(percent)d %%, %(rows)d rows, %(left)s left") % {
            "percent": int(done * 100), "rows": rows, "left": _clock(left),
        }  # fmt: skip
        if self._tty:
            filled = int(done * BAR)
            print(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {told}   ", end="", file=sys.stderr, flush=True)
            self._open = True
        else:
            print(told, file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line of the bar."""
        if self._open:
            print(file=sys.stderr)
            self._open = False


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _tried(options: argparse.Namespace, trial: Trial) -> int:
    from samsyn.store.events.findings import WHY

    if options.json:
        print_json({"loaded": False, **trial.to_dict()})
        return 2 if trial.findings.count else 0
    print(
        translate("%(rows)d rows; %(events)d events, %(count)d in sum, %(positioned)d with a position.")
        % {"rows": trial.rows, "events": trial.events, "count": trial.count, "positioned": trial.positioned}
    )
    if trial.first_day:
        print(f"{trial.first_day} – {trial.last_day}")
    for kind, count in sorted(trial.kinds.items(), key=lambda pair: -pair[1]):
        print(f"  {kind:<28} {count}")
    for reason, count in trial.findings.left_out.most_common():
        print(f"  - {translate(WHY[reason])}: {count}")
    if trial.unread:
        print(translate("Not read: %(columns)s") % {"columns": ", ".join(trial.unread)})
    if trial.findings.count:
        _tell(trial.findings)
        return 2
    print(translate("Nothing was loaded; it was a trial run."))
    return 0


def _refused(options: argparse.Namespace, refusal: Any) -> int:
    if options.json:
        print_json({"loaded": False, "error": {"code": refusal.code}, "findings": refusal.found.to_dict()})
    else:
        print(f"{refusal.code}: {translate(refusal.template) % refusal.facts}", file=sys.stderr)
        _tell(refusal.found)
        print(translate(refusal.mend) % refusal.facts, file=sys.stderr)
    return 2


def _tell(found: Findings) -> None:
    from samsyn.store.events.findings import MENDS, SENTENCES, CellRule

    for one in found.codes[:SHOWN]:
        line = translate("%(column)s: %(code)s is unknown, %(count)d rows; nearest %(nearest)s.")
        facts = {"column": one.column, "code": one.code, "count": one.count, "nearest": one.nearest}
        print(f"  {line % facts}", file=sys.stderr)
    if found.codes:
        print(f"  {translate(MENDS[CellRule.UNKNOWN_CODE])}", file=sys.stderr)
    for error in found.cells[:SHOWN]:
        what, mend = translate(SENTENCES[error.rule]), translate(MENDS[error.rule])
        print(f"  {error.cell} {error.column}: {what}. {mend}", file=sys.stderr)
    for (column, rule), count in sorted(found.counts.items()):
        print(f"  {column or '–'}: {translate(SENTENCES[rule])}: {count}", file=sys.stderr)


def _loaded(options: argparse.Namespace, events: Any) -> int:
    from samsyn.store.events.findings import WHY, LeftOut

    told = {
        "loaded": True, "dataset": events.slug, "version": events.version, "rows": events.rows,
        "count": events.count, "first_day": events.first_day, "last_day": events.last_day,
        "kinds": dict(events.kinds), "left_out": dict(events.quarantine), "source_rows": events.source.rows,
        "content_sha256": events.content_sha256,
    }  # fmt: skip
    if options.json:
        print_json(told)
        return 0
    print(
        translate(LOADED)
        % {
            "dataset": events.slug, "version": events.version, "rows": events.rows, "count": events.count,
            "first": events.first_day, "last": events.last_day,
        }
    )  # fmt: skip
    for reason, count in events.quarantine.items():
        print(f"  - {translate(WHY[LeftOut(reason)])}: {count}")
    return 0
