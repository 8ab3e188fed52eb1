"""The real server on a free port, with a folder of its own that holds the loaded demo."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "samsyn-demo"


@dataclass(frozen=True)
class Server:
    """A running Samsyn."""

    address: str
    home: Path

    def url(self, path: str) -> str:
        """Return the whole address of a path."""
        return f"{self.address}{path}"


def environment_for(home: Path) -> dict[str, str]:
    """Return the demo's environment; nothing of the test run's own settings goes along."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SAMSYN_", "DJANGO_"))}
    return {
        **kept,
        "SAMSYN_HOME": str(home),
        "SAMSYN_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "samsyn.web.settings",
    }


def load_demo(home: Path) -> None:
    """Load both demo workspaces, and what people have done in them, into an empty folder."""
    environment = environment_for(home)
    for command in (["-m", "samsyn", "web", "prepare_demo"], ["-m", "tests.browser.story"]):
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Let one test process at a time in: the demo is loaded once, however many processes there are."""
    lock = folder / "demo.lock"
    deadline = time.monotonic() + 300
    while True:
        try:
            lock.mkdir()
            break
        except FileExistsError:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{lock} was never released; remove it and run the tests again") from None
            time.sleep(0.1)
    try:
        yield
    finally:
        lock.rmdir()


def template(shared: Path) -> Path:
    """Return the loaded demo that every test process copies; the first that asks loads it.

    SAMSYN_TEST_DEMO names a folder to keep it in between runs, for whoever works on the tests.
    """
    kept = os.environ.get("SAMSYN_TEST_DEMO")
    shared = Path(kept) if kept else shared
    made = shared / "demo"
    with only_one(shared):
        if not made.exists():
            under_way = shared / "demo-under-way"
            shutil.rmtree(under_way, ignore_errors=True)
            under_way.mkdir()
            load_demo(under_way)
            under_way.rename(made)
    return made


def free_port() -> int:
    """Return a port on this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(home: Path) -> Iterator[Server]:
    """Serve the folder until the block ends."""
    port = free_port()
    log = (home / "server.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
         "--workers", "1", "--blocking-threads", "4", "--no-access-log", "--log-level", "warning",
         "samsyn.web.wsgi:application"],
        cwd=ROOT, env=environment_for(home), stdout=log, stderr=log,
    )  # fmt: skip
    try:
        _wait(port, process, home)
        yield Server(f"http://127.0.0.1:{port}", home)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _wait(port: int, process: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("The server did not start:\n" + (home / "server.log").read_text(errors="replace"))
