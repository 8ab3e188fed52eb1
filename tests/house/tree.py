"""What the house tests look at: the tracked files of the checkout and the modules of the package."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "samsyn"
# Made by tools, or somebody else's: never judged line by line.
LEFT_OUT = {".git", ".venv", ".uv", "node_modules", "var", ".cache", "__pycache__"}


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files that a checkout holds; without git, those that lie there."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
        ).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        return tuple(
            path
            for path in ROOT.rglob("*")
            if path.is_file() and not LEFT_OUT & set(path.relative_to(ROOT).parts)
        )
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


@cache
def modules(*under: str) -> tuple[Path, ...]:
    """Return the Python files of the package, or of some folders of it, without migrations."""
    folders = [PACKAGE / name for name in under] or [PACKAGE]
    return tuple(
        path for folder in folders for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts
    )


@cache
def parsed(path: Path) -> ast.Module:
    """Return a module as a tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def shown(path: Path) -> str:
    """Return a path as a person would name it."""
    return path.relative_to(ROOT).as_posix()


def dotted(path: Path) -> str:
    """Return the name that a module is imported by."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def called(node: ast.Call) -> str:
    """Return the last word of what is called: ``record`` of ``people.record(…)``."""
    target = node.func
    return (
        target.attr
        if isinstance(target, ast.Attribute)
        else target.id
        if isinstance(target, ast.Name)
        else ""
    )
