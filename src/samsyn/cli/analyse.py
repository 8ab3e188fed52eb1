"""``samsyn analyse``: run one statistical method on figures that are typed in or read from a file."""

from __future__ import annotations

import argparse
import enum
import inspect
import sys
from collections.abc import Callable, Mapping
from typing import Any

from samsyn.analysis.catalogue import METHODS, Method, find, load
from samsyn.cli.method_input import Misfit, fit, nearest, not_a_pair, parameters_of, read_input, set_value
from samsyn.cli.output import language, print_json
from samsyn.domain.errors import SamsynError


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
        raise MethodMissing(name=options.method, nearest=nearest(options.method, known))
    method = find(options.method)
    function = load(method.name)
    if options.list:
        return _print_arguments(method, function, as_json=options.json)
    given = read_input(options.input, parameters_of(function)) if options.input else {}
    problems: list[Misfit] = []
    for pair in options.set:
        key, sign, value = pair.partition("=")
        if sign:
            given[key.strip().replace("-", "_")] = set_value(value)
        else:
            problems.append(not_a_pair(pair))
    arguments = fit(function, given, problems)
    if problems:
        raise ArgumentsWrong(method=method.name, problems="; ".join(one.said(spoken) for one in problems))
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
        for name, one in parameters_of(function).items()
    ]
    summary = (inspect.getdoc(function) or "").partition("\n\n")[0].replace("\n", " ")
    if as_json:
        print_json({"method": method.name, "summary": summary, "arguments": told})
        return 0
    print(f"{method.name}: {summary}")
    for one in told:
        print(f"  {one['name']}: {one['type']}" + ("" if one["required"] else f" = {one['default']!r}"))
    return 0


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
