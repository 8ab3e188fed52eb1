"""``samsyn analyse``: run one statistical method on figures that are typed in or read from a file."""

from __future__ import annotations

import argparse
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

from samsyn.analysis.catalogue import METHODS, Method, find, load
from samsyn.cli.acting import read_bytes
from samsyn.cli.output import language, print_json
from samsyn.domain.errors import SamsynError

# Whole and decimal numbers as people and programs write them, after spaces between thousands are gone.
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_SPACES = dict.fromkeys(map(ord, " \u00a0\u202f"))
_MINUS = str.maketrans({"\u2212": "-"})
_LISTS = (collections.abc.Sequence, collections.abc.Collection, collections.abc.Iterable)


class ArgumentsWrong(SamsynError):
    """One or more arguments of a method are missing, unknown or of the wrong kind; all are listed."""

    code = "SAM711"
    template = "The input does not fit %(method)s: %(problems)s."
    mend = "Correct everything that is listed. samsyn analyse %(method)s --list shows what the method takes."


class MethodMissing(SamsynError):
    """No method has the name."""

    code = "SAM712"
    template = "There is no method called %(name)s. Nearest: %(nearest)s."
    mend = "samsyn analyse --list shows every method."


class InputUnreadable(SamsynError):
    """The file is neither a JSON object nor a table with headings."""

    code = "SAM713"
    template = "%(file)s cannot be read as figures: %(problem)s."
    mend = "Give a JSON object, or a CSV file with one heading for each argument."


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("method", nargs="?", metavar="METHOD", help="see --list")
    parser.add_argument("--list", action="store_true", help="list the methods, or with METHOD what it takes")
    parser.add_argument(
        "--input", metavar="FILE", help="JSON object or CSV with headings; - reads from standard input"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="one argument; wins over the file"
    )
    parser.add_argument("--explain", action="store_true", help="say in sentences what the figures mean")
    parser.add_argument(
        "--language", choices=("sv", "en"), help="of the sentences (default: SAMSYN_LANGUAGE, else sv)"
    )
    parser.add_argument("--json", action="store_true", help="answer as one JSON document")


def run(options: argparse.Namespace) -> int:
    """List the methods, or run one and print its answer."""
    spoken = options.language or language()
    try:
        return _answer(options, spoken)
    except SamsynError as error:
        return _refuse(error, spoken, as_json=options.json)


def _answer(options: argparse.Namespace, spoken: str) -> int:
    if options.method is None:
        return _print_methods(options)
    known = [method.name for method in METHODS]
    if options.method not in known:
        raise MethodMissing(name=options.method, nearest=_nearest(options.method, known))
    method = find(options.method)
    function = load(method.name)
    if options.list:
        return _print_arguments(method, function, as_json=options.json)
    given = read_input(options.input, _parameters(function)) if options.input else {}
    problems: list[str] = []
    for pair in options.set:
        key, sign, value = pair.partition("=")
        if sign:
            given[key.strip().replace("-", "_")] = _set_value(value)
        else:
            problems.append(f"{pair} is not KEY=VALUE")
    arguments = fit(function, given, problems)
    if problems:
        raise ArgumentsWrong(method=method.name, problems="; ".join(problems))
    facts = facts_of(function(**arguments))
    sentences = _sentences(method, facts, spoken) if options.explain else []
    if options.json:
        print_json(
            {"method": method.name, "answer": facts, **({"sentences": sentences} if sentences else {})}
        )
    else:
        print("\n".join(sentences or _lines(facts)))
    return 0


def _sentences(method: Method, facts: dict[str, Any], spoken: str) -> list[str]:
    from samsyn.reports.explain import explain

    return list(explain(method.name, facts, spoken))


def _refuse(error: SamsynError, spoken: str, *, as_json: bool) -> int:
    """Print an error as every command does, in the language that was asked for."""
    from samsyn.reports.texts import error_text
    from samsyn.reports.words import words

    what, mend = error_text(words(spoken), error)
    if as_json:
        facts = {name: str(value) for name, value in error.facts.items()}
        print_json({"error": {"code": error.code, "what": what, "mend": mend, "facts": facts}})
    else:
        print(f"{error.code}: {what}\n{mend}", file=sys.stderr)
    return 2


# --- what there is ------------------------------------------------------------------------------------


def _print_methods(options: argparse.Namespace) -> int:
    if not options.list:
        raise MethodMissing(name="-", nearest=", ".join(method.name for method in METHODS[:3]))
    if options.json:
        print_json({"methods": [method.to_dict() for method in METHODS]})
        return 0
    width = max(len(method.name) for method in METHODS)
    for question in dict.fromkeys(method.question for method in METHODS):
        print(f"{question}:")
        for method in METHODS:
            if method.question == question:
                print(f"  {method.name:<{width}}  docs/reference/metoder/{method.page}")
    return 0


def _print_arguments(method: Method, function: Callable[..., Any], *, as_json: bool) -> int:
    told = [
        {
            "name": name,
            "type": str(one.annotation),
            "required": one.default is one.empty,
            "default": None if one.default is one.empty else facts_of(one.default, bare=True),
        }
        for name, one in _parameters(function).items()
    ]
    summary = (inspect.getdoc(function) or "").partition("\n\n")[0].replace("\n", " ")
    if as_json:
        print_json({"method": method.name, "summary": summary, "arguments": told})
        return 0
    print(f"{method.name}: {summary}")
    for one in told:
        print(f"  {one['name']}: {one['type']}" + ("" if one["required"] else f" = {one['default']!r}"))
    return 0


def _parameters(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {name: one for name, one in inspect.signature(function).parameters.items() if one.kind in kinds}


def _nearest(name: str, known: list[str]) -> str:
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


def _set_value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return _cell(text)


# --- fitting to the function --------------------------------------------------------------------------


def fit(function: Callable[..., Any], given: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    """Return the arguments as the function takes them; what does not fit is added to ``problems``."""
    parameters = _parameters(function)
    for name in given:
        if name not in parameters:
            problems.append(f"unknown argument {name} (nearest: {_nearest(name, list(parameters))})")
    problems += [
        f"{name} is missing"
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
        except TypeError as wrong:
            problems.append(f"{name} {wrong}")
    return fitted


def _as(value: Any, hint: Any) -> Any:
    """Return the value as its type hint wants it; raises TypeError with the rest of a sentence."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _one_of(value, parts)
    if origin is typing.Literal:
        if value not in parts:
            raise TypeError(f"is {value!r}; it must be one of {', '.join(map(str, parts))}")
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
    wrong: list[str] = []
    for part in parts:
        if part is type(None):
            continue
        try:
            return _as(value, part)
        except TypeError as why:
            wrong.append(str(why))
    raise TypeError(wrong[0] if wrong else f"is {value!r}")


def _plain(value: Any, hint: type) -> Any:
    names = {
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        str: "a text",
        type(None): "null",
    }
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return value
    if hint is int and isinstance(value, float) and not isinstance(value, bool):
        # Whether a broken number is a count is for the method to say, in its own words.
        return value
    if isinstance(value, hint) and (hint is bool or not isinstance(value, bool)):
        return value
    raise TypeError(f"is {json.dumps(value, ensure_ascii=False)[:60]}; it must be {names[hint]}")


def _member(value: Any, hint: type[enum.Enum]) -> Any:
    try:
        return hint(value)
    except ValueError:
        raise TypeError(
            f"is {value!r}; it must be one of {', '.join(str(one.value) for one in hint)}"
        ) from None


def _built(value: Any, hint: type) -> Any:
    if not isinstance(value, dict):
        raise TypeError("must be an object with names and values")
    hints = typing.get_type_hints(hint)
    names = [one.name for one in dataclasses.fields(hint) if one.init]
    strange = [name for name in value if name not in names]
    if strange:
        raise TypeError(f"has the unknown name {strange[0]} (nearest: {_nearest(strange[0], names)})")
    try:
        return hint(**{name: _as(part, hints[name]) for name, part in value.items()})
    except TypeError as why:
        raise TypeError(f"does not fit: {why}") from None


def _listed(value: Any, origin: Any, parts: tuple[Any, ...]) -> Any:
    if not isinstance(value, list | tuple):
        raise TypeError(f"is {json.dumps(value, ensure_ascii=False)[:60]}; it must be a list")
    if origin is tuple and parts and parts[-1] is not Ellipsis:
        if len(parts) != len(value):
            raise TypeError(f"has {len(value)} values; it must have {len(parts)}")
        return tuple(_as(one, part) for one, part in zip(value, parts, strict=True))
    inner = parts[0] if parts else Any
    made = []
    for at, one in enumerate(value):
        try:
            # A list that mixes whole and broken numbers is one list; the method judges its values.
            made.append(_as(one, inner))
        except TypeError as why:
            raise TypeError(f"(value {at + 1}) {why}") from None
    return tuple(made) if origin is tuple else made


# --- answering ----------------------------------------------------------------------------------------


def facts_of(answer: Any, *, bare: bool = False) -> Any:
    """Return a method's answer as an object of plain values that JSON can hold."""
    if hasattr(answer, "to_dict"):
        return answer.to_dict()
    if isinstance(answer, enum.Enum):
        plain: Any = answer.value
    elif isinstance(answer, tuple | list | frozenset | set):
        plain = [facts_of(one, bare=True) for one in answer]
    elif isinstance(answer, dict):
        plain = {str(key): facts_of(one, bare=True) for key, one in answer.items()}
    elif hasattr(answer, "tolist"):
        plain = answer.tolist()
    elif isinstance(answer, int | float | str | bool) or answer is None:
        plain = answer
    else:
        plain = str(answer)
    if bare or isinstance(plain, dict):
        return plain
    return {"results": plain} if isinstance(plain, list) else {"value": plain}


def _lines(facts: Mapping[str, Any], indent: str = "") -> list[str]:
    """Return the facts one to a line, with those inside indented below their name."""
    lines = []
    for name, value in facts.items():
        if isinstance(value, dict):
            lines += [f"{indent}{name}:", *_lines(value, indent + "  ")]
        elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
            for at, one in enumerate(value, start=1):
                lines += [
                    f"{indent}{name} {at}:",
                    *_lines(one if isinstance(one, dict) else {"value": one}, indent + "  "),
                ]
        elif isinstance(value, list):
            lines.append(f"{indent}{name}: {', '.join(map(_short, value)) or '-'}")
        else:
            lines.append(f"{indent}{name}: {_short(value)}")
    return lines


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return "-" if value is None else str(value)
