"""A browser, the real server and people who sign in; where no Chromium is found, tests skip by name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import looking, server as servers
from .reading import Readers
from .server import Server

ADVICE = "needs a Chromium: sudo apt-get install chromium, or name one in SAMSYN_CHROMIUM"
# Root has no sandbox; the rest keeps the browser from talking to anything but the server.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    # Maps need WebGL; without a graphics card it is computed.
    "--enable-unsafe-swiftshader",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium_path() -> str | None:
    """Return the browser that is named or found."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("SAMSYN_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


# Package scope throughout: Playwright keeps an event loop in the thread, and what runs in the same process
# after these tests (the database tests) must not meet it.
@pytest.fixture(scope="package")
def chromium() -> Iterator[object]:
    """Return a started Chromium, or skip."""
    path = chromium_path()
    if not path:
        pytest.skip(ADVICE)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the accessibility checker's source, or nothing where npm has not fetched it."""
    return looking.AXE.read_text(encoding="utf-8") if looking.AXE.exists() else ""


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return this process's own copy of the loaded demo."""
    if not chromium_path():
        pytest.skip(ADVICE)
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    home = base / "home"
    shutil.copytree(servers.template(shared), home)
    return home


@pytest.fixture(scope="session")
def server(demo_home: Path) -> Iterator[Server]:
    """Return the server, started once in each test process."""
    with servers.serve(demo_home) as running:
        yield running


@pytest.fixture(scope="package")
def readers(chromium: object, server: Server) -> Iterator[Readers]:
    """Return people with a browser each; they stay signed in between tests."""
    made = Readers(chromium, server)
    yield made
    made.close()


@pytest.fixture(scope="package")
def untouched(
    chromium: object, demo_home: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Readers]:
    """Return people at a server that no other test has changed, so that links do not depend on order."""
    base = tmp_path_factory.getbasetemp()
    home = base / "untouched"
    shutil.copytree(servers.template(base if worker_id == "master" else base.parent), home)
    with servers.serve(home) as running:
        yield Readers(chromium, running)
    shutil.rmtree(home, ignore_errors=True)
