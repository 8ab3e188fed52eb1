"""``samsyn ingest``: load a published table as a new version, with the same questions as on the screen."""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from samsyn.cli.acting import actor_of, add_actor_options, read_bytes
from samsyn.cli.output import print_json, translate
from samsyn.domain.access import SharingClass
from samsyn.domain.calendar import now
from samsyn.domain.errors import SamsynError

if TYPE_CHECKING:
    from samsyn.store.tables import Question, RowError


class AnswersUnreadable(SamsynError):
    """The file of answers, or of what is said about the table, is not TOML or JSON that can be used."""

    code = "SAM710"
    template = "%(file)s cannot be used (%(problem)s)."
    mend = (
        "Write TOML or JSON: one name and one value for each line. --write-answers makes a file to fill in."
    )


# What the store's reading says of a question without an answer, or of a source that is not stated.
_LACKING = {"SAM217", "SAM219", "SAM220", "SAM221", "SAM222", "SAM223", "SAM225", "SAM227", "SAM229"}
ABOUT = ("title", "publisher", "reference", "licence", "published", "sharing_class", "notes", "reason")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "file",
        help="CSV, XLSX, JSON-stat2 or text copied from a report; - reads text from standard input",
    )
    parser.add_argument("--about", metavar="FILE", help=f"TOML or JSON with {', '.join(ABOUT)}")
    parser.add_argument("--answers", metavar="FILE", help="TOML or JSON with answers, by the question's id")
    parser.add_argument(
        "--write-answers", metavar="FILE", help="write the questions that remain as a file to fill in"
    )
    parser.add_argument(
        "--accept-suggestions", action="store_true", help="answer what remains with the suggestions"
    )
    parser.add_argument("--replaces", metavar="NAME", help="the data set that this is a new version of")
    parser.add_argument("--dry-run", action="store_true", help="do everything but load")
    add_actor_options(parser)


def run(options: argparse.Namespace) -> int:
    """Load the table and say which version it became; else list everything that remains, and load nothing."""
    actor, workspace = actor_of(options)
    from django.db import transaction

    from samsyn.web.facts import imports, services
    from samsyn.web.facts.errors import NotReady, UnknownDatasetHere
    from samsyn.web.facts.models import Dataset

    about = _about(_read(options.about)) if options.about else {}
    answers = _read(options.answers) if options.answers else {}
    replaces = None
    if options.replaces:
        versions = Dataset.objects.visible_to(actor).filter(holds="values", slug=options.replaces)
        replaces = versions.select_related("workspace").order_by("-version").first()
        if replaces is None:
            raise UnknownDatasetHere(dataset=options.replaces, version="-")
    handed_in: dict[str, Any] = (
        {"text": sys.stdin.read()}
        if options.file == "-"
        else {"content": read_bytes(options.file), "file_name": Path(options.file).name}
    )
    # One transaction: what is not loaded leaves no draft behind.
    with transaction.atomic():
        draft = imports.begin(actor, now=now(), replaces=replaces, **handed_in)
        given = {
            **draft.answers,
            **{key: answer for key, answer in answers.items() if imports.answered(answer)},
        }
        imports.save_draft(actor, draft, answers=given, about={**draft.about, **about})
        if options.accept_suggestions:
            imports.accept_suggestions(draft)
            imports.save_draft(actor, draft, answers=draft.answers, about={})
        reading = imports.read(draft)
        outcome = imports.preview(draft, reading)
        lacking = [name for name in imports.COMPULSORY if draft.about.get(name) in (None, "")]
        if options.write_answers:
            Path(options.write_answers).write_text(template(reading.unanswered), encoding="utf-8")
        # A question without an answer is an error of its own; it is told once, as a question.
        if reading.unanswered or lacking or outcome.errors:
            transaction.set_rollback(True)
            waiting = {(c.row, c.column) for question in reading.unanswered for c in question.where[:1]}
            errors = [
                error
                for error in outcome.errors
                if not (error.rule in _LACKING and (error.row, error.column) in waiting | {(0, 0)})
            ]
            stopped = NotReady(unanswered=reading.unanswered, errors=errors, about=lacking)
            return _remains(options, stopped)
        if options.dry_run:
            transaction.set_rollback(True)
            return _told(
                options, {"loaded": False, "figures": len(outcome.rows), "series": len(outcome.series)}
            )
        dataset = imports.load_draft(actor, draft, now=now())
    version = services.manifest_of(dataset)
    figures = version.rows if version else 0
    return _told(
        options,
        {"loaded": True, "dataset": dataset.slug, "version": dataset.version, "figures": figures,
         "workspace": workspace.slug},
    )  # fmt: skip


def _told(options: argparse.Namespace, told: Mapping[str, Any]) -> int:
    if options.json:
        print_json(told)
    elif told["loaded"]:
        print(f"{told['dataset']}, version {told['version']}: {told['figures']}")
    else:
        print(translate("Nothing is loaded; %(figures)s figures are right.") % told)
    return 0


def _remains(options: argparse.Namespace, stopped: Any) -> int:
    """Print every question and every error, and return exit code 2."""
    if options.json:
        print_json(
            {
                "loaded": False,
                "about": list(stopped.about),
                "questions": [question_told(question) for question in stopped.unanswered],
                "errors": [error_told(error) for error in stopped.errors],
            }
        )
        return 2
    for name in stopped.about:
        print(f"{name}: {translate('must be said (--about)')}", file=sys.stderr)
    for question in stopped.unanswered:
        told = question_told(question)
        print(f"\n{told['id']}\n  {told['question']}", file=sys.stderr)
        for value, text in told["options"].items():
            mark = "*" if value == told["suggestion"] else " "
            print(f"  {mark} {value}  {text}", file=sys.stderr)
        if told["reason"]:
            print(f"    {told['reason']}", file=sys.stderr)
    for error in stopped.errors:
        told = error_told(error)
        where = f"{told['rule']} {told['row']}:{told['column']}"
        print(where, told["what"], told["mend"], file=sys.stderr)
    return 2


def question_told(question: Question) -> dict[str, Any]:
    """Return a question in words, with what may be answered."""
    return {
        "id": question.id,
        "question": translate(question.text) % question.facts,
        "options": {option.value: translate(option.text) % option.facts for option in question.options},
        "suggestion": question.recommended,
        "reason": translate(question.reason) if question.reason else "",
        "rows": [cell.row for cell in question.where[:10]],
    }


def error_told(error: RowError) -> dict[str, Any]:
    """Return an error in words: where, what, and how to mend it."""
    return {
        "rule": error.rule,
        "row": error.row,
        "column": error.column,
        "cell": error.cell,
        "what": translate(error.message) % error.facts,
        "mend": translate(error.mend) % error.facts,
    }


def template(asked: Iterable[Question]) -> str:
    """Return the questions as TOML to fill in, with the suggestions in place."""
    lines: list[str] = []
    for question in asked:
        told = question_told(question)
        lines += [f"# {line}" for line in told["question"].splitlines()]
        lines += [f"#   {value}: {text}" for value, text in told["options"].items()]
        if question.code == "series" and not question.recommended:
            known = {"unit": question.facts.get("unit", "count"), "slug": question.facts.get("slug", "")}
            fields = {"label": question.subject, "definition": "", "kind": "", "offence_type": "", **known}
            value = "{ " + ", ".join(f"{name} = {_quoted(text)}" for name, text in fields.items()) + " }"
        else:
            value = _quoted(question.recommended)
        lines += [f"{_quoted(question.id)} = {value}", ""]
    return "\n".join(lines)


def _quoted(text: Any) -> str:
    # A JSON string is a TOML basic string.
    return json.dumps(str(text), ensure_ascii=False)


def _read(name: str) -> dict[str, Any]:
    content = read_bytes(name)
    try:
        text = content.decode("utf-8-sig")
        found = json.loads(text) if name.endswith(".json") else tomllib.loads(text)
    except (UnicodeDecodeError, ValueError) as problem:
        raise AnswersUnreadable(file=name, problem=str(problem)) from None
    if not isinstance(found, dict):
        raise AnswersUnreadable(file=name, problem="names and values are needed")
    return found


def _about(given: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(given) - set(ABOUT))
    if unknown:
        raise AnswersUnreadable(file="--about", problem=", ".join(unknown))
    about = {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}
    if "sharing_class" in about:
        name = str(about["sharing_class"])
        try:
            about["sharing_class"] = int(
                SharingClass(int(name)) if name.isdigit() else SharingClass[name.upper()]
            )
        except (KeyError, ValueError):
            raise AnswersUnreadable(file="--about", problem=f"sharing_class: {name}") from None
    if about.get("published"):
        try:
            date.fromisoformat(str(about["published"]))
        except ValueError:
            raise AnswersUnreadable(file="--about", problem=f"published: {about['published']}") from None
    return about
