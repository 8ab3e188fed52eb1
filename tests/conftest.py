"""Fixtures that every kind of test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def reference() -> Path:
    """Return the folder of reference data and cases, or skip by name where it is not named."""
    folder = os.environ.get("SAMSYN_REFERENCE", "")
    if not folder:
        pytest.skip("needs the reference folder: set SAMSYN_REFERENCE")
    return Path(folder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest tests begin first, so that no process is left alone with them at the end."""
    items.sort(key=lambda item: item.path.name != "test_postgres.py")
