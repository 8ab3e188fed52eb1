"""A real Spark cluster, a master and two workers in processes of their own, answers as DuckDB does."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from events_examples import event, source

from samsyn.store.events.asking import ask_events
from samsyn.store.events.query import EventQuery

SCRIPT = Path(__file__).parents[2] / "deploy" / "spark" / "standalone.py"
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


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Return the address of a cluster of two workers, or skip by name where it can not be started."""
    pytest.importorskip("pyspark", reason="pyspark-client is not installed (requirements/test.lock)")
    python = python_of_the_cluster()
    if java() < 17:
        pytest.skip("no Java 17 or later: the test of a real Spark cluster is left out")
    if python is None:
        pytest.skip("SAMSYN_SPARK_PYTHON names no environment of requirements/cluster.lock")
    words = [python, str(SCRIPT), "--workers", "2", "--port", "0", "--master-port", "0", "--memory", "1g"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    try:
        if not address:
            _, said = process.communicate(timeout=60)
            pytest.fail(said)
        yield address
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
    held = source(tmp_path, events, per_file=300)

    for query in QUESTIONS:
        pd.testing.assert_frame_equal(ask_events([held], query, cluster), ask_events([held], query))
