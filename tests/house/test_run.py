"""run.py: what a person meets before anything of Samsyn is installed, and a demo that starts and stops."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import ModuleType
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]
VERBS = ("demo", "test", "check", "fix", "dev", "docs", "assets", "bench", "samsyn")


@pytest.fixture(scope="module")
def run() -> ModuleType:
    """Return run.py as a module."""
    spec = importlib.util.spec_from_file_location("samsyn_run", ROOT / "run.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def nothing_to_set_up(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the environment for made, so that no test changes the one it runs in."""
    monkeypatch.setattr(run, "set_up", lambda _which: None)


@pytest.fixture
def port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def spoken(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run run.py with words and return what it said."""
    return subprocess.run(
        [sys.executable, "run.py", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


def test_help_names_every_verb() -> None:
    told = spoken("--help")
    assert told.returncode == 0
    assert [verb for verb in VERBS if not re.search(rf"^ +{verb}\b", told.stdout, re.MULTILINE)] == []


def test_an_unknown_verb_is_answered_with_the_verbs_there_are() -> None:
    told = spoken("dmeo")
    assert told.returncode == 2
    assert "demo" in told.stderr
    assert "Traceback" not in told.stderr


def test_an_unknown_option_is_refused_and_not_dropped() -> None:
    told = spoken("demo", "--prot", "8020")
    assert told.returncode == 2
    assert "--prot" in told.stderr


def test_it_needs_nothing_but_the_standard_library() -> None:
    told = subprocess.run(
        [sys.executable, "-I", "-S", "run.py", "--help"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr


def test_a_port_in_use_is_said_with_the_command_that_mends_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        told = spoken("demo", "--port", str(number), "--no-browser")
    assert told.returncode == 2
    assert f"Port {number} is in use" in told.stdout
    assert f"python3 run.py demo --port {number + 1}" in told.stdout


@pytest.mark.usefixtures("nothing_to_set_up")
def test_a_folder_that_cannot_be_written_is_said_with_the_way_out(
    run: ModuleType,
    port: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Below a file nobody can make a folder, root neither.
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("SAMSYN_HOME", str(tmp_path / "file" / "home"))
    options = run.arguments().parse_args(["demo", "--port", str(port), "--no-browser"])
    with pytest.raises(SystemExit) as left:
        run.demo(options)
    said = capsys.readouterr().out
    assert left.value.code == 2
    assert "may not write in" in said
    assert "SAMSYN_HOME=" in said


def test_an_old_python_is_told_which_one_is_needed(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "OLDEST", (99, 0))
    with pytest.raises(SystemExit):
        run.set_up("demo")
    assert "Python 99.0 or later" in capsys.readouterr().out


def test_a_step_that_fails_is_named(run: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run.must("Fetching the moon", sys.executable, "-c", "raise SystemExit(3)")
    assert left.value.code == 2
    assert "Fetching the moon did not work" in capsys.readouterr().out


def test_without_a_browser_the_tests_say_how_to_get_one(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SAMSYN_CHROMIUM", raising=False)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert "sudo apt-get install chromium" in run.browser_advice()


def test_with_a_browser_the_tests_say_nothing_about_it(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMSYN_CHROMIUM", "/somewhere/chromium")
    assert run.browser_advice() == ""


# ------------------------------------------------------------------ the clock beside the demo


@pytest.fixture
def rounds(run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let every round of the clock write a line in a file and then take long; return the file."""
    told = tmp_path / "told"
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$$ $*" >> "{told}"\nexec sleep 60\n', encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(run, "PYTHON", python)
    return told


def test_the_clock_goes_beside_the_demo_and_stops_with_it_in_the_middle_of_a_round(
    run: ModuleType, rounds: Path
) -> None:
    clock = run.Clock(dict(os.environ), first=0.0)
    clock.start()
    deadline = time.monotonic() + 20
    while not (rounds.exists() and rounds.read_text(encoding="utf-8")) and time.monotonic() < deadline:
        time.sleep(0.02)
    clock.stop()

    number, words = rounds.read_text(encoding="utf-8").split(" ", 1)
    assert words.strip() == "-m samsyn web tick"
    assert not clock.thread.is_alive()
    with pytest.raises(ProcessLookupError):
        os.kill(int(number), 0)


def test_a_clock_that_never_got_to_its_first_round_starts_none(run: ModuleType, rounds: Path) -> None:
    clock = run.Clock(dict(os.environ), first=30.0)
    clock.start()
    clock.stop()

    assert not clock.thread.is_alive()
    assert not rounds.exists()


# ------------------------------------------------------------------ a demo that starts and stops


@pytest.fixture
def made_by_run(run: ModuleType) -> None:
    """Skip unless run.py made the environment: starting a demo would make it anew under the other tests."""
    stamp = ROOT / ".venv" / "samsyn-stamp"
    made = stamp.read_text(encoding="utf-8").split() if stamp.exists() else []
    if run.fingerprint(ROOT / "requirements" / "demo.lock") not in made:
        pytest.skip("needs an environment that run.py made: python3 run.py test")


@pytest.fixture
def loaded_home(tmp_path: Path) -> Path:
    """Return a folder of Samsyn's own for one demo."""
    return tmp_path / "home"


def start(port: int, home: Path) -> tuple[subprocess.Popen[str], float]:
    """Start the demo and wait until it answers; return it and the seconds it took."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "SAMSYN_"))
    }
    environment["SAMSYN_HOME"] = str(home)
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "run.py", "demo", "--port", str(port), "--no-browser"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    too_long = threading.Timer(240, process.kill)
    too_long.start()
    try:
        told = []
        for line in process.stdout or ():
            told.append(line)
            if f"http://127.0.0.1:{port}/" in line:
                break
        else:
            raise AssertionError("the demo did not start:\n" + "".join(told))
    finally:
        too_long.cancel()
    with urlopen(f"http://127.0.0.1:{port}/halsa/", timeout=10) as answer:
        assert answer.status == 200
    return process, time.monotonic() - started


def stop(process: subprocess.Popen[str]) -> int:
    """Press Ctrl-C and return how the demo left."""
    process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=30)
    finally:
        process.kill()
    return process.returncode


@pytest.fixture
def first_start(made_by_run: None, port: int, loaded_home: Path) -> int:
    """Return how a first demo left when it was stopped."""
    process, _seconds = start(port, loaded_home)
    return stop(process)


def test_the_demo_starts_stops_with_ctrl_c_and_starts_quickly_again(
    run: ModuleType, first_start: int, port: int, loaded_home: Path
) -> None:
    assert first_start == 0
    assert run.port_is_free(port)
    process, seconds = start(port, loaded_home)
    assert stop(process) == 0
    # About two seconds on a quiet machine; the limit leaves room for a busy one.
    assert seconds < 20


# ------------------------------------------------------------------ Spark beside the tests


@pytest.fixture
def no_cluster(run: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Stand on a machine with Java where no cluster has been made yet."""
    monkeypatch.delenv("SAMSYN_SPARK_PYTHON", raising=False)
    monkeypatch.setattr(run, "CLUSTER", tmp_path / ".venv-cluster")
    monkeypatch.setattr(run, "java_version", lambda: 17)
    monkeypatch.setattr(run, "fetch_installer", lambda: None)
    return tmp_path / ".venv-cluster"


def test_without_java_there_is_no_cluster_and_nothing_is_fetched(
    run: ModuleType, no_cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "java_version", lambda: 11)
    monkeypatch.setattr(run, "run", lambda *_words, **_options: pytest.fail("nothing is to be run"))
    assert run.cluster_python() == ""


def test_a_python_that_is_named_is_taken_as_it_is(
    run: ModuleType, no_cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMSYN_SPARK_PYTHON", "/elsewhere/python")
    assert run.cluster_python() == "/elsewhere/python"


def test_the_cluster_is_made_once(run: ModuleType, no_cluster: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def made(*words: object, **_options: object) -> int:
        no_cluster.mkdir(exist_ok=True)
        asked.append(" ".join(map(str, words)))
        return 0

    monkeypatch.setattr(run, "run", made)
    first = run.cluster_python()
    assert first.startswith(str(no_cluster))
    assert run.cluster_python() == first
    assert [("cluster.lock" in words, "--require-hashes" in words) for words in asked] == [
        (False, False),
        (True, True),
    ]


@pytest.mark.parametrize("fault", ["code", "time"])
def test_what_cannot_be_fetched_in_time_is_said_and_stops_no_test(
    run: ModuleType,
    no_cluster: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fault: str,
) -> None:
    def failing(*words: object, **options: object) -> int:
        assert 0 < float(str(options["timeout"])) <= run.CLUSTER_PATIENCE
        if fault == "time":
            raise subprocess.TimeoutExpired(str(words), 1)
        return 1

    monkeypatch.setattr(run, "run", failing)
    assert run.cluster_python() == ""
    assert "skipped" in capsys.readouterr().out
