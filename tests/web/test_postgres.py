"""The web on PostgreSQL as on SQLite, and many writers at once on both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from .many_writers import EVENTS, WRITERS

ROOT = Path(__file__).resolve().parents[2]
ADVICE = "needs a PostgreSQL server: set SAMSYN_TEST_POSTGRES=postgres://user@host:port/database"


@pytest.fixture(scope="module")
def postgres() -> str:
    """Return the address of the server that may be used, or skip."""
    address = os.environ.get("SAMSYN_TEST_POSTGRES", "")
    if not address:
        pytest.skip(ADVICE)
    return address


def in_environment(database: str, home: Path) -> dict[str, str]:
    """Return an environment for a process of its own; xdist's and pytest's own variables stay behind."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_"))}
    kept.pop("SAMSYN_TEST_POSTGRES", None)
    return {**kept, "SAMSYN_DATABASE_URL": database, "SAMSYN_HOME": str(home), "SAMSYN_DEMO": "1"}


@pytest.fixture
def scratch(postgres: str) -> Iterator[str]:
    """Return the address of an empty database that is thrown away afterwards."""
    name = f"samsyn_{uuid4().hex[:12]}"
    for command in (f'CREATE DATABASE "{name}"', None, f'DROP DATABASE "{name}" WITH (FORCE)'):
        if command is None:
            yield urlsplit(postgres)._replace(path=f"/{name}").geturl()
        else:
            administer(postgres, command)


def administer(postgres: str, command: str) -> None:
    """Send one statement to the server, from a process of its own: this one may open no socket."""
    program = (
        "import psycopg, sys\nwith psycopg.connect(sys.argv[1], autocommit=True) as c: c.execute(sys.argv[2])"
    )
    subprocess.run([sys.executable, "-c", program, postgres, command], check=True, timeout=60)


def write_together(database: str, home: Path) -> dict[str, object]:
    """Let many threads write at once and return what they told."""
    environment = {**in_environment(database, home), "DJANGO_SETTINGS_MODULE": "samsyn.web.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.web.many_writers"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_twenty_writers_at_once_lose_nothing_and_keep_the_chain_whole_on_sqlite(tmp_path: Path) -> None:
    told = write_together("", tmp_path)
    assert told == {"vendor": "sqlite", "errors": [], "written": WRITERS * EVENTS, "broken": []}


@pytest.mark.postgres
def test_twenty_writers_at_once_lose_nothing_and_keep_the_chain_whole_on_postgresql(
    scratch: str, tmp_path: Path
) -> None:
    told = write_together(scratch, tmp_path)
    assert told == {"vendor": "postgresql", "errors": [], "written": WRITERS * EVENTS, "broken": []}


# A process for each group of files, so that several share the work and few have to start; those left out know
# nothing of a database. The largest files go to different groups.
WITHOUT_DATABASE = {"test_assets.py", Path(__file__).name}
FILES = sorted(
    (path for path in Path(__file__).parent.glob("test_*.py") if path.name not in WITHOUT_DATABASE),
    key=lambda path: -path.stat().st_size,
)
GROUPS = 8


@pytest.mark.postgres
@pytest.mark.parametrize("group", range(GROUPS))
def test_the_tests_of_the_web_pass_on_postgresql_too(group: int, scratch: str, tmp_path: Path) -> None:
    files = [f"tests/web/{path.name}" for path in FILES[group::GROUPS]]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *files, "-q", "-p", "no:randomly", "--no-header", "--tb=short"],
        cwd=ROOT, env=in_environment(scratch, tmp_path), capture_output=True, text=True, timeout=1800,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
