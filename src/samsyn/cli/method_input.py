"""What is given to a method: read from JSON or a table, and fitted to the arguments that the method takes."""

from __future__ import annotations

import collections.abc
import csv
import dataclasses
import difflib
import enum
import inspect
import io
import json
import re
import sys
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any

from samsyn.cli.acting import read_bytes
from samsyn.domain.errors import SamsynError

# Whole and decimal numbers as people and programs write them, after spaces between thousands are gone.
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_SPACES = dict.fromkeys(map(ord, " \u00a0\u202f"))
_MINUS = str.maketrans({"\u2212": "-"})
_LISTS = (collections.abc.Sequence, collections.abc.Collection, collections.abc.Iterable)


def _(message: str) -> str:
    """Mark a message for the catalogue; it is translated where the language is known."""
    return message


class Misfit(Exception):
    """What is wrong with one argument: a message and its facts, said in the reader's language at the end."""

    def __init__(self, message: str, **facts: Any) -> None:
        self.message, self.facts = message, facts
        super().__init__(message % {name: str(value) for name, value in facts.items()})

    def said(self, spoken: str) -> str:
        """Return the message in a language."""
        from samsyn.reports.words import words

        facts = {
            name: value.said(spoken) if isinstance(value, Misfit) else value
            for name, value in self.facts.items()
        }
        return words(spoken).gettext(self.message, **facts)


class InputUnreadable(SamsynError):
    """The file is neither a JSON object nor a table with headings."""

    code = "SAM713"
    template = "%(file)s cannot be read as figures: %(problem)s."
    mend = "Give a JSON object, or a CSV file with one heading for each argument."


def parameters_of(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """Return the arguments that a function takes by name."""
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {name: one for name, one in inspect.signature(function).parameters.items() if one.kind in kinds}


def nearest(name: str, known: list[str]) -> str:
    """Return the known names that look most like one that is not known."""
    return ", ".join(difflib.get_close_matches(name, known, n=3, cutoff=0.4)) or ", ".join(known[:3])


# --- reading ------------------------------------------------------------------------------------------


def read_input(name: str, parameters: Mapping[str, inspect.Parameter]) -> dict[str, Any]:
    """Return the arguments in a file: a JSON object, or a table with one column per argument.

    A table whose headings are no arguments of a method that takes ``series`` is a table of series: one row
    for each.

    Raises
    ------
    InputUnreadable, FileMissing
    """
    shown = "standard input" if name == "-" else name
    content = sys.stdin.buffer.read() if name == "-" else read_bytes(name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if name.lower().endswith(".json") or text.lstrip()[:1] in ("{", "["):
        return _from_json(text, shown)
    headings, rows = _table(text, shown)
    if "series" in parameters and not set(headings) & (
        set(parameters) - {"days_before", "days_after", "phi"}
    ):
        return {"series": [_row(headings, row) for row in rows]}
    columns = {
        heading: _column([row[at] for row in rows], heading, shown) for at, heading in enumerate(headings)
    }
    hints = {key: str(one.annotation) for key, one in parameters.items()}
    # One row under a heading that is a single number is that number.
    return {
        key: values[0] if len(values) == 1 and not _is_list(hints.get(key, "Sequence")) else values
        for key, values in columns.items()
    }


def _is_list(hint: str) -> bool:
    return any(
        word in hint for word in ("Sequence", "Array", "Collection", "Iterable", "list", "tuple", "Mapping")
    )


def _from_json(text: str, shown: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise InputUnreadable(file=shown, problem=f"row {wrong.lineno}: {wrong.msg}") from None
    if not isinstance(found, dict):
        raise InputUnreadable(file=shown, problem="the JSON is not an object")
    return found


def _table(text: str, shown: str) -> tuple[list[str], list[list[str]]]:
    first = text.lstrip("\n").partition("\n")[0]
    # A comma may be decimal; a semicolon or a tab never is.
    delimiter = next((sign for sign in (";", "\t") if sign in first), ",")
    rows = [
        row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(cell.strip() for cell in row)
    ]
    if len(rows) < 2:
        raise InputUnreadable(file=shown, problem="it has no rows below its headings")
    headings = [cell.strip() for cell in rows[0]]
    wrong = [
        f"row {at} has {len(row)} values, expected {len(headings)}"
        for at, row in enumerate(rows[1:], start=2)
        if len(row) != len(headings)
    ]
    if len(set(headings)) < len(headings):
        wrong.insert(0, "two columns have the same heading")
    if wrong:
        raise InputUnreadable(file=shown, problem="; ".join(wrong[:5]))
    return headings, rows[1:]


def _column(cells: list[str], heading: str, shown: str) -> list[Any]:
    values = [_cell(cell) for cell in cells]
    while len(values) > 1 and values[-1] is None:
        values.pop()  # a shorter column ends early
    if None in values:
        raise InputUnreadable(
            file=shown, problem=f"{heading} has an empty cell in row {values.index(None) + 2}"
        )
    if any(isinstance(value, str) for value in values):
        return [cell.strip() for cell in cells[: len(values)]]  # labels stay as they are written
    return values


def _row(headings: list[str], row: list[str]) -> dict[str, Any]:
    found = {key: _cell(cell) for key, cell in zip(headings, row, strict=True)}
    if found.get("label") is not None:
        found["label"] = str(row[headings.index("label")].strip())
    return {key: value for key, value in found.items() if value is not None}


def _cell(cell: str) -> int | float | bool | str | None:
    text = cell.strip()
    if not text:
        return None
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    number = text.translate(_SPACES).translate(_MINUS)
    if not _NUMBER.fullmatch(number):
        return text
    value = float(number.replace(",", "."))
    return int(number) if re.fullmatch(r"[+-]?\d+", number) else value


def set_value(text: str) -> Any:
    """Return a value as typed on the command line: JSON, else a number with decimal comma, else the text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return _cell(text)


def not_a_pair(text: str) -> Misfit:
    """Return what is wrong with a ``--set`` without a value."""
    return Misfit(_("%(pair)s is not KEY=VALUE"), pair=text)


# --- fitting to the function --------------------------------------------------------------------------


def fit(function: Callable[..., Any], given: Mapping[str, Any], problems: list[Misfit]) -> dict[str, Any]:
    """Return the arguments as the function takes them; what does not fit is added to ``problems``."""
    parameters = parameters_of(function)
    for name in given:
        if name not in parameters:
            problems.append(
                Misfit(
                    _("unknown argument %(name)s (nearest: %(nearest)s)"),
                    name=name,
                    nearest=nearest(name, list(parameters)),
                )
            )
    problems += [
        Misfit(_("%(name)s is missing"), name=name)
        for name, one in parameters.items()
        if one.default is one.empty and name not in given
    ]
    try:
        hints = typing.get_type_hints(function)
    except NameError:  # a name that only a type checker sees
        hints = {}
    fitted = {}
    for name, value in given.items():
        if name not in parameters:
            continue
        try:
            fitted[name] = _as(value, hints.get(name, Any))
        except Misfit as why:
            problems.append(Misfit(_("%(name)s %(why)s"), name=name, why=why))
    return fitted


def _as(value: Any, hint: Any) -> Any:
    """Return the value as its type hint wants it; raises Misfit with the rest of a sentence."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _one_of(value, parts)
    if origin is typing.Literal:
        if value not in parts:
            raise Misfit(
                _("is %(value)s; it must be one of %(known)s"), value=value, known=", ".join(map(str, parts))
            )
        return value
    if hint in (int, float, bool, str, type(None)):
        return _plain(value, hint)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return _member(value, hint)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _built(value, hint)
    if origin is tuple or (
        isinstance(origin, type) and issubclass(origin, _LISTS) and not _is_mapping(origin)
    ):
        return _listed(value, origin, parts)
    return value


def _is_mapping(origin: type) -> bool:
    return issubclass(origin, collections.abc.Mapping)


def _one_of(value: Any, parts: tuple[Any, ...]) -> Any:
    if value is None and type(None) in parts:
        return None
    first: Misfit | None = None
    for part in parts:
        if part is type(None):
            continue
        try:
            return _as(value, part)
        except Misfit as why:
            first = first or why
    raise first or Misfit(_("has the wrong kind of value"))


def _plain(value: Any, hint: type) -> Any:
    sentences = {
        int: _("is %(value)s; it must be a whole number"),
        float: _("is %(value)s; it must be a number"),
        bool: _("is %(value)s; it must be true or false"),
        str: _("is %(value)s; it must be a text"),
    }
    # Whether a broken number is a count is for the method to say, in its own words.
    wanted = int | float if hint in (int, float) else hint
    if isinstance(value, wanted) and (hint is bool or not isinstance(value, bool)):
        return value
    raise Misfit(sentences.get(hint, _("is %(value)s; it must be null")), value=_quoted(value))


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:60]


def _member(value: Any, hint: type[enum.Enum]) -> Any:
    try:
        return hint(value)
    except ValueError:
        known = ", ".join(str(one.value) for one in hint)
        raise Misfit(_("is %(value)s; it must be one of %(known)s"), value=value, known=known) from None


def _built(value: Any, hint: type) -> Any:
    if not isinstance(value, dict):
        raise Misfit(_("must be an object with names and values"))
    hints = typing.get_type_hints(hint)
    fields = [one for one in dataclasses.fields(hint) if one.init]
    names = [one.name for one in fields]
    for name in value:
        if name not in names:
            raise Misfit(
                _("has the unknown name %(name)s (nearest: %(nearest)s)"),
                name=name,
                nearest=nearest(name, names),
            )
    lacks = [
        one.name
        for one in fields
        if one.name not in value
        and one.default is dataclasses.MISSING
        and one.default_factory is dataclasses.MISSING
    ]
    if lacks:
        raise Misfit(_("lacks %(names)s"), names=", ".join(lacks))
    return hint(**{name: _as(part, hints[name]) for name, part in value.items()})


def _listed(value: Any, origin: Any, parts: tuple[Any, ...]) -> Any:
    if not isinstance(value, list | tuple):
        raise Misfit(_("is %(value)s; it must be a list"), value=_quoted(value))
    if origin is tuple and parts and parts[-1] is not Ellipsis:
        if len(parts) != len(value):
            raise Misfit(
                _("has %(found)s values; it must have %(wanted)s"), found=len(value), wanted=len(parts)
            )
        return tuple(_as(one, part) for one, part in zip(value, parts, strict=True))
    inner = parts[0] if parts else Any
    made = []
    for at, one in enumerate(value, start=1):
        try:
            made.append(_as(one, inner))
        except Misfit as why:
            raise Misfit(_("(value %(at)s) %(why)s"), at=at, why=why) from None
    return tuple(made) if origin is tuple else made
