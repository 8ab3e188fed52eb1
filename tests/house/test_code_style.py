"""Docstrings with their sections, modules with names that say something, nothing too long."""

# ruff: noqa: E501  (sentences that say what to do stand on one line)
from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.tree import PACKAGE, modules, parsed, shown

EMPTY_NAMES = re.compile(r"^(utils?|helpers?|commons?|core|misc|base_.*)$")
LONGEST = 600
DOCUMENTED = ("domain", "analysis", "geography", "store", "studies")
SECTIONS = re.compile(r"^\s*(Parameters|Returns|Yields|Raises|Source|Examples)\n\s*-{3,}$", re.MULTILINE)


@pytest.mark.parametrize("path", modules(), ids=shown)
def test_a_module_is_short_enough_to_be_read(path):
    length = len(path.read_text(encoding="utf-8").splitlines())

    assert length <= LONGEST, (
        f"{shown(path)} has {length} lines; find the second thing in it and give it a module"
    )


def test_no_module_has_a_name_that_says_nothing():
    names = {
        shown(path) for path in modules() for part in (path.stem, path.parent.name) if EMPTY_NAMES.match(part)
    }

    assert not names, f"Name them after what they hide (a rule, a format, an engine): {sorted(names)}"


@pytest.mark.parametrize("path", modules(), ids=shown)
def test_a_module_says_what_it_is_for(path):
    if path.stat().st_size:
        assert ast.get_docstring(parsed(path)), f"{shown(path)}: begin with a sentence about what it hides"


# Plumbing of the statistics: the functions that call them carry the method, its parameters and its source.
PLUMBING = {
    "analysis/exact.py": "kernels behind the public tests and intervals",
    "as_count": "checks an argument", "as_exposure": "checks an argument", "as_level": "checks an argument",
    "as_threshold": "checks an argument", "check_cells": "checks an argument", "passes": "answers for the audit",
    "check_totals": "checks an argument", "is_network": "answers for the audit", "published": "a step of hiding",
    "simplex_weights": "a step of the synthetic methods", "sdid": "a step of the synthetic methods",
    "fitted": "a step of the panel methods", "clustered_error": "a step of the panel methods",
}  # fmt: skip


def is_protocol(node: ast.ClassDef) -> bool:
    return any(getattr(base, "id", getattr(base, "attr", "")) == "Protocol" for base in node.bases)


def public(path: Path) -> list[tuple[ast.AST, str]]:
    """Return the public functions, classes and methods of a module with their names."""
    found: list[tuple[ast.AST, str]] = []
    for node in parsed(path).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            found.append((node, node.name))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not is_protocol(node):
            found += [
                (inner, f"{node.name}.{inner.name}")
                for inner in node.body
                if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_")
            ]
    return found


SAMSYN_ERRORS = {
    node.name
    for path in modules()
    if path.stem == "errors" or "class " in path.read_text(encoding="utf-8")
    for node in parsed(path).body
    if isinstance(node, ast.ClassDef)
    and any(
        isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "code" for line in node.body
    )
}


def missing_sections(path: Path, node: ast.AST, name: str) -> list[str]:
    """Return what the docstring lacks, by the template in CONTRIBUTING.md."""
    text = ast.get_docstring(node, clean=True)  # type: ignore[arg-type]
    if not text:
        return ["a docstring"]
    if not isinstance(node, ast.FunctionDef):
        return []
    has = set(SECTIONS.findall(text))
    if "see `samsyn." in text:
        return []  # the sections stand where the reader is sent
    raised = {
        getattr(one.exc.func if isinstance(one.exc, ast.Call) else one.exc, "id", "")
        for one in ast.walk(node)
        if isinstance(one, ast.Raise) and one.exc is not None
    }
    lacks = []
    if raised & SAMSYN_ERRORS and "Raises" not in has and not path.name.startswith("_"):
        lacks.append(f"Raises ({', '.join(sorted(raised & SAMSYN_ERRORS))})")
    # A module with a leading underscore is for the module it is named after: kernels and steps.
    plumbing = (
        name in PLUMBING or path.name.startswith("_") or path.relative_to(PACKAGE).as_posix() in PLUMBING
    )
    if path.is_relative_to(PACKAGE / "analysis") and "." not in name and not plumbing:
        takes = [*node.args.args, *node.args.kwonlyargs, *node.args.posonlyargs]
        gives = node.returns is not None and not (
            isinstance(node.returns, ast.Constant) and node.returns.value is None
        )
        lacks += ["Parameters"] if takes and "Parameters" not in has else []
        lacks += ["Returns"] if gives and not has & {"Returns", "Yields"} else []
        lacks += ["Source"] if "Source" not in has else []
    return lacks


@pytest.mark.parametrize("path", modules(*DOCUMENTED), ids=shown)
def test_public_names_below_the_reports_are_documented(path):
    wrong = [
        f"{shown(path)}:{node.lineno} {name} lacks {', '.join(lacks)}"  # type: ignore[attr-defined]
        for node, name in public(path)
        if (lacks := missing_sections(path, node, name))
    ]

    assert not wrong, "See the docstring template in CONTRIBUTING.md:\n" + "\n".join(wrong)


def test_the_checker_finds_a_docstring_without_its_sections():
    node = ast.parse(
        'def rate(count, base) -> float:\n    """Return a rate."""\n    raise TooFewEvents()\n'
    ).body[0]

    found = missing_sections(PACKAGE / "analysis" / "rates.py", node, "rate")

    assert found[-3:] == ["Parameters", "Returns", "Source"]


def test_code_never_reads_the_clock_but_in_one_module():
    clocks = re.compile(r"\b(datetime\.now|date\.today|utcnow|time\.time)\(|timezone\.(now|localdate)\(")
    wrong = [
        f"{shown(path)}:{number}"
        for path in modules()
        if path != PACKAGE / "domain" / "calendar.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if clocks.search(line)
    ]

    assert not wrong, f"Take `now` or `today` as an argument: {wrong}"
