"""The layers hold, and the contracts would notice if they did not."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import PACKAGE, ROOT

CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
}

# One forbidden import for each contract: the module that would hold it, and the line.
PLANTED = {
    "one-way": ("store/query.py", "import samsyn.studies.situation"),
    "no-django-below-web": ("reports/texts.py", "import django.utils.translation"),
    "domain-is-stdlib": ("domain/scenes.py", "import numpy"),
    "analysis-does-no-io": ("analysis/rates.py", "import pyarrow"),
    "engines-are-private": ("studies/situation.py", "import samsyn.store.engines.memory"),
    "duckdb-is-private": ("store/query.py", "import duckdb"),
    "one-door-to-statistics": ("web/insight/services.py", "import samsyn.analysis.rates"),
    "one-door-to-events": ("web/places/services.py", "import samsyn.store.query"),
    "one-door-to-findings": ("web/facts/services.py", "import samsyn.studies.situation"),
    "web-apps": ("web/people/services.py", "import samsyn.web.places.models"),
    "inside-an-app": ("web/places/models.py", "import samsyn.web.places.views"),
}


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ, PYTHONPATH=str(folder / "src"), COLUMNS="200", NO_COLOR="1")
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as c; c()",
        "--no-cache",
    ]
    return subprocess.run([*command, *options], cwd=folder, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def skeleton(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a tree with the package's modules, all empty, under the package's own contracts."""
    folder = tmp_path_factory.mktemp("skeleton")
    (folder / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    for path in PACKAGE.rglob("*.py"):
        copy = folder / "src" / "samsyn" / path.relative_to(PACKAGE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()
    engines = folder / "src/samsyn/store/engines"
    (engines / "duckdb.py").write_text("import duckdb\n", encoding="utf-8")
    (engines / "distributed.py").write_text("import ibis\nimport pysail\nimport pyspark\n", encoding="utf-8")
    return folder


def plant(folder: Path, module: str, line: str) -> None:
    path = folder / "src" / "samsyn" / module
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{path.read_text(encoding='utf-8') if path.exists() else ''}{line}\n", encoding="utf-8")


def test_the_package_keeps_its_contracts():
    answer = lint(ROOT)

    assert answer.returncode == 0, (
        f"Move the import, or argue for a new contract in an ADR.\n{answer.stdout}{answer.stderr}"
    )


def test_every_contract_has_a_planted_violation():
    assert PLANTED.keys() == CONTRACTS.keys(), "Plant a violation here for each contract of pyproject.toml."


def test_a_tree_without_violations_passes(skeleton):
    answer = lint(skeleton)

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_each_planted_violation_breaks_its_contract(skeleton, tmp_path):
    import shutil

    spoilt = tmp_path / "spoilt"
    shutil.copytree(skeleton, spoilt)
    for module, line in PLANTED.values():
        plant(spoilt, module, line)

    answer = lint(spoilt)

    kept = [
        name for contract in CONTRACTS.values() if f"{(name := contract['name'])} BROKEN" not in answer.stdout
    ]
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert not kept, f"These contracts noticed nothing: {kept}\n{answer.stdout}"


def test_a_new_folder_in_the_package_must_be_given_a_layer(skeleton, tmp_path):
    import shutil

    spoilt = tmp_path / "spoilt"
    shutil.copytree(skeleton, spoilt)
    plant(spoilt, "gossip/__init__.py", "")

    assert lint(spoilt, "--contract", "one-way").returncode == 1
