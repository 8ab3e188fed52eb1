"""The command line. Each command is a module that is loaded when it is called, so that --help is quick."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

from samsyn import __version__
from samsyn.domain.errors import SamsynError

# Exit codes: 0 done, 1 done but something is not as it should be, 2 wrong use or refused.
COMMANDS = {
    "ingest": ("samsyn.cli.ingest", "load a published table (CSV, XLSX or text) as a new version"),
    "ingest-events": ("samsyn.cli.ingest_events", "load a file of events by a mapping"),
    "store": ("samsyn.cli.store", "events in the store: list, show, verify, compact, assign, move, withdraw"),
    "areas": ("samsyn.cli.areas", "load statistical areas and their residents from files"),
    "query": ("samsyn.cli.query", "ask the store for values, with their source"),
    "ask-events": ("samsyn.cli.events", "ask what happened, where and when, on this machine or a cluster"),
    "lagesbild": ("samsyn.cli.lagesbild", "the situational picture of a place, in any format"),
    "analyse": ("samsyn.cli.analyse", "run a statistical method on figures from a file"),
    "account": ("samsyn.cli.account", "make an account, a workspace or a membership"),
    "doctor": ("samsyn.cli.doctor", "versions, folders, and whether everything is whole"),
    "web": ("samsyn.cli.web", "run a command of the web project (migrate, check, prepare_demo …)"),
}


def parser() -> argparse.ArgumentParser:
    """Return the parser of the first word; each command adds its own options when it is loaded."""
    made = argparse.ArgumentParser(
        prog="samsyn", description="Samsyn: places, never persons.", add_help=False
    )
    made.add_argument("--version", action="version", version=f"samsyn {__version__}")
    made.add_argument("-h", "--help", action="store_true")
    made.add_argument("command", nargs="?", choices=tuple(COMMANDS), metavar="COMMAND")
    return made


def usage() -> str:
    """Return what ``samsyn --help`` prints."""
    lines = ["usage: samsyn COMMAND [options]", "", "commands:"]
    lines += [f"  {name:<14} {text}" for name, (_module, text) in COMMANDS.items()]
    lines += ["", "samsyn COMMAND --help tells more. --version prints the version."]
    return "\n".join(lines)


def _keep_stdout_to_ourselves() -> None:
    """Send what compiled libraries print by themselves to standard error, so that an answer stays whole."""
    sys.stdout.flush()
    ours = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = os.fdopen(ours, "w", encoding="utf-8", errors="backslashreplace")


def main(words: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if words is None:
        words = sys.argv[1:]
        _keep_stdout_to_ourselves()
    if not words or words[0] in {"-h", "--help"}:
        print(usage())
        return 0 if words else 2
    name = parser().parse_args(words[:1]).command
    module = importlib.import_module(COMMANDS[name][0])
    if name == "web":
        return int(module.run(words[1:]))
    options_parser = argparse.ArgumentParser(prog=f"samsyn {name}", description=COMMANDS[name][1])
    module.add_options(options_parser)
    options = options_parser.parse_args(words[1:])
    try:
        return int(module.run(options))
    except SamsynError as error:
        from samsyn.cli.output import refuse

        return refuse(error, as_json=getattr(options, "json", False))
    except BrokenPipeError:
        # The reader of a pipe (head, less) has what it wanted.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
