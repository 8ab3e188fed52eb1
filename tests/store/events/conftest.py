"""Small files of events and the mapping they belong to, shared by the tests of this folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from samsyn.store.events.store import EventStore

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def events(tmp_path: Path) -> EventStore:
    return EventStore(tmp_path / "store", "exempelstad", patience=0.1)
