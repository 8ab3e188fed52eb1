"""Fixtures of the store's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from samsyn.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store of one workspace."""
    return Store(tmp_path / "store", "exempelstad")
