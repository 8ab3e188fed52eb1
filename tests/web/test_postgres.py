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


@pytest.fixture(scope="module")
def migrated(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the name of a database with every table and no rows, to copy: migrating it takes longest."""
    name = f"samsyn_{uuid4().hex[:12]}"
    administer(postgres, f'CREATE DATABASE "{name}"')
    address = urlsplit(postgres)._replace(path=f"/{name}").geturl()
    done = subprocess.run(
        [sys.executable, "-m", "samsyn", "web", "migrate", "-v", "0"],
        cwd=ROOT, env=in_environment(address, tmp_path_factory.mktemp("migrated")), capture_output=True,
        text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    yield name
    administer(postgres, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def test_database(postgres: str, scratch: str, migrated: str) -> Iterator[str]:
    """Return an address whose test database, as Django names it, is a copy of the migrated one."""
    name = "test_" + urlsplit(scratch).path.lstrip("/")
    administer(postgres, f'CREATE DATABASE "{name}" TEMPLATE "{migrated}"')
    yield scratch
    administer(postgres, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


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


# Each file by itself, so that several processes share the work. These know nothing of a database.
WITHOUT_DATABASE = {"test_assets.py", Path(__file__).name}
FILES = sorted(
    path.name for path in Path(__file__).parent.glob("test_*.py") if path.name not in WITHOUT_DATABASE
)


@pytest.mark.postgres
@pytest.mark.parametrize("file", FILES)
def test_the_tests_of_the_web_pass_on_postgresql_too(file: str, test_database: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", f"tests/web/{file}", "-q", "-x", "-p", "no:randomly", "--no-header",
         "--reuse-db"],
        cwd=ROOT, env=in_environment(test_database, tmp_path), capture_output=True, text=True, timeout=900,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
