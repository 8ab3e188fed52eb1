"""Each released version leaves a workspace behind; every later version opens it and finds what was there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import ROOT

SCRIPT = ROOT / "tests" / "house" / "make_upgrade_archive.py"
ARCHIVES = sorted((ROOT / "tests" / "upgrade").glob("*.zip"))
RELEASED = re.findall(
    r"^## \[(\d+\.\d+\.\d+)\] - ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
)


def run(*words: str | Path) -> str:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("SAMSYN_", "DJANGO_"))
    }
    answer = subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, words)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr[-3000:]
    return answer.stdout


def opened(archive: Path, folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what an archive said that it holds, and what this version finds in it after migrating."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    told = json.loads((folder / "contents.json").read_text(encoding="utf-8"))["workspaces"]
    return told, json.loads(run("--read", folder))


def test_the_archive_of_this_version_can_be_made_and_opened(tmp_path):
    run("--to", tmp_path)
    archive = next(tmp_path.glob("*.zip"))

    told, found = opened(archive, tmp_path / "home")

    assert found == told
    assert found["exempelstad"]["places"].keys() == {"bortre-torget", "hitre-torget"}
    assert len(found["exempelstad"]["values"]) == 3
    assert found["exempelstad"]["broken_links"] == []
    assert archive.stat().st_size < 5_000_000


@pytest.mark.parametrize("version", RELEASED)
def test_each_released_version_has_left_an_archive(version):
    assert (ROOT / "tests" / "upgrade" / f"{version}.zip").exists(), (
        "When the release is final: python tests/house/make_upgrade_archive.py, and commit the file"
    )


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.stem)
def test_a_workspace_of_an_older_version_opens_with_everything_in_it(archive, tmp_path):
    told, found = opened(archive, tmp_path)

    for slug, before in told.items():
        for what, value in before.items():
            assert found[slug].get(what) == value, (
                f"{what} of {slug} was not carried over from {archive.stem}"
            )
