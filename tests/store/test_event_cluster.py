"""A real Spark cluster, a master and two workers in processes of their own, answers as DuckDB does."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from events_examples import event, source

from samsyn.store.events.asking import ask_events
from samsyn.store.events.query import EventQuery

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "deploy" / "spark" / "standalone.py"
# Six Java programs that live for a minute: what makes them quick in the long run only makes them slow here.
BRIEF = {"JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
QUESTIONS = [
    EventQuery(),
    EventQuery(by=("area:basomrade", "month", "kind")),
    EventQuery(kinds=("robbery",), hours=(0, 1, 2, 23), by=("week", "weekday")),
    EventQuery(scheme="basomrade", codes=("101",), by=("day", "place", "attribute:object")),
    EventQuery(kinds=("assault",), by=("kind",)),
]


def python_of_the_cluster() -> str | None:
    """Return a Python with the whole of pyspark: SAMSYN_SPARK_PYTHON, else this one if it has it."""
    named = os.environ.get("SAMSYN_SPARK_PYTHON")
    if named:
        return named
    asked = "import importlib.util as u, sys; sys.exit(u.find_spec('py4j') is None)"
    has = subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
    return sys.executable if has else None


def java() -> int:
    """Return the version of Java here, 0 when there is none."""
    found = shutil.which("java")
    if found is None:
        return 0
    said = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    return int(said.partition('"')[2].partition(".")[0] or 0)


class Cluster(NamedTuple):
    """Where to ask a cluster of two workers: through Spark Connect, and as its driver with what Python."""

    connect: str
    master: str
    python: str


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Start a cluster of two workers, or skip by name where it can not be started."""
    python = python_of_the_cluster()
    if java() < 17:
        pytest.skip("no Java 17 or later: the test of a real Spark cluster is left out")
    if python is None:
        pytest.skip("SAMSYN_SPARK_PYTHON names no environment of requirements/cluster.lock")
    words = [python, str(SCRIPT), "--workers", "2", "--drivers", "2", "--port", "0", "--master-port", "0"]
    process = subprocess.Popen(
        words, env={**os.environ, **BRIEF}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    connect, master = process.stdout.readline().strip(), process.stdout.readline().strip()
    try:
        if not connect:
            _, said = process.communicate(timeout=60)
            pytest.fail(said)
        yield Cluster(connect, master, python)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def test_spark_agrees_with_duckdb(cluster, tmp_path):
    events = [
        event(
            f"2024-{1 + at % 12:02d}-{1 + at % 28:02d} {at % 24:02d}:15",
            ("robbery", "theft")[at % 2],
            count=-1 if at % 17 == 0 else 1,
            area=("", "101", "102", "ÅÄÖ")[at % 4],
            place=("", "klara")[at % 2],
            thing=("", "cykel")[at % 3 == 0],
        )
        for at in range(2_000)
    ]
    held = source(tmp_path, events, per_file=700)

    for query in QUESTIONS:
        pd.testing.assert_frame_equal(ask_events([held], query, cluster.connect), ask_events([held], query))


TOWN = """
from datetime import UTC, datetime
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.conf import settings
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
from samsyn.domain.access import OrganisationKind
from samsyn.store import DatasetMeta
from samsyn.store.events.schema import EventSet, SchemeUse, SourceFile
from samsyn.store.events.store import EventStore
from samsyn.store.events.tables import event_table
from tests.web.conftest import build_world
world = build_world("klusterstad")
starts = [datetime(2024, 1 + at % 12, 1 + at % 28, at % 24, 15) for at in range(3_000)]
kinds = [("robbery", "theft", "assault")[at // 12 % 3] for at in range(3_000)]
areas = {"basomrade": [("", "101025", "225012", "ÅÄÖ", "0180")[at % 5] for at in range(3_000)]}
counts = [-1 if at % 17 == 0 else 1 for at in range(3_000)]
draft = EventSet(
    meta=DatasetMeta(slug="anmalda", title="Anmälda brott"),
    owner=str(world.organisations[OrganisationKind.POLICE].pk),
    schemes={"basomrade": SchemeUse("2024", "0" * 64)},
    source=SourceFile("uttag.csv", "0" * 64, 3_000, 1000),
    loaded_by="polisen",
    loaded_at=datetime(2024, 8, 1, tzinfo=UTC),
)
store = EventStore(Path(settings.SAMSYN_HOME) / "store", "klusterstad")
store.write(draft, [event_table(kinds, starts, areas=areas, count=counts)])
"""


def test_the_same_words_at_the_command_line_get_the_same_answer_everywhere(cluster, tmp_path):
    """This computer, Sail, the cluster through Spark Connect, and Samsyn as the cluster's own driver."""
    home = {
        # pyspark-client tells its own process in SPARK_… that it can be no driver; the others must not hear.
        **{name: value for name, value in os.environ.items() if not name.startswith("SPARK_")},
        **BRIEF,
        "SAMSYN_HOME": str(tmp_path / "home"),
        "SAMSYN_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "samsyn.web.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    (tmp_path / "home").mkdir()
    subprocess.run([sys.executable, "-c", TOWN], env=home, check=True, timeout=300)
    words = [
        "-m", "samsyn", "ask-events", "--json", "--by", "area:basomrade,month,kind", "--hours", "18-4",
        "--workspace", "klusterstad", "--account", "klusterstad-municipal_police_liaison",
    ]  # fmt: skip
    rows = {}
    for engine, python in (
        ("duckdb:", sys.executable),
        ("sail:", sys.executable),
        (cluster.connect, sys.executable),
        (cluster.master, cluster.python),
    ):
        asked = subprocess.run(
            [python, *words, "--engine", engine],
            env=home, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert asked.returncode == 0, asked.stderr[-2000:]
        rows[engine] = json.loads(asked.stdout)["rows"]

    first = rows["duckdb:"]
    assert len(first) > 100
    assert {engine: answer == first for engine, answer in rows.items()} == dict.fromkeys(rows, True)
