"""From any figure back to the file and its rows."""

from __future__ import annotations

import pytest
from event_examples import GROUND, NOW, mapping, write_csv

from samsyn.domain.calendar import Period
from samsyn.store.events import lineage, writing
from samsyn.store.events.ingest import ingest_events
from samsyn.store.events.query import EventQuery


@pytest.fixture
def loaded(events, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "PART_ROWS", 2)
    path = write_csv(tmp_path / "fil.csv")
    ingest_events(events, path, mapping(), "exempel", ground=GROUND, owner="7", by="A", now=NOW)
    return events


@pytest.mark.parametrize(
    ("query", "stretches", "count"),
    [
        (EventQuery(), ((1, 4),), 2),
        (EventQuery(kinds=("robbery",)), ((1, 1), (4, 4)), 2),
        (EventQuery(kinds=("drug_offence",)), ((2, 3),), 0),
        (EventQuery(attributes=(("plats", "inne"), ("plats", "ute"))), ((1, 2), (4, 4)), 3),
        (EventQuery(hours=(8, 12)), ((1, 1), (4, 4)), 2),
        (EventQuery(period=Period.of_years(2023, 2023)), (), 0),
    ],
)
def test_a_total_is_followed_to_the_rows_of_the_file(loaded, query, stretches, count):
    found = loaded.lineage("exempel", query)

    assert (found.stretches, found.count, found.complete) == (stretches, count, True)
    assert found.source == loaded.get("exempel").source
    assert int(loaded.ask(query)["count"].iloc[0]) == found.count


def test_each_part_tells_what_it_gave(loaded):
    parts = loaded.lineage("exempel", EventQuery()).parts

    assert [(part.rows, part.first_row, part.last_row) for part in parts] == [(2, 1, 2), (2, 3, 4)]


def test_a_figure_of_very_many_stretches_says_that_it_is_cut(loaded, monkeypatch):
    monkeypatch.setattr(lineage, "STRETCHES", 1)
    found = loaded.lineage("exempel", EventQuery(kinds=("robbery",)))

    assert (found.stretches, found.complete, found.rows) == (((1, 1),), False, 2)
