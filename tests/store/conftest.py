"""Fixtures of the store's tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from samsyn.store import Store

# The written-out data set is shared by the files of this folder, however pytest names them.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store of one workspace."""
    return Store(tmp_path / "store", "exempelstad")
