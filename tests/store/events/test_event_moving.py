"""A set can be moved to a folder that a URL names, and back, and every byte is compared on the way."""

from __future__ import annotations

import pytest
from event_examples import GROUND, NOW, mapping, write_csv

from samsyn.store.errors import UnknownDataset
from samsyn.store.events.errors import NotAStoreAddress, TargetTaken, TransferTorn
from samsyn.store.events.ingest import ingest_events
from samsyn.store.events.upkeep import move_in, move_out


@pytest.fixture
def loaded(events, tmp_path):
    ingest_events(
        events,
        write_csv(tmp_path / "fil.csv"),
        mapping(),
        "exempel",
        ground=GROUND,
        owner="7",
        by="A",
        now=NOW,
    )
    return events


def test_a_set_that_is_moved_away_and_back_is_the_same(loaded, tmp_path):
    before, rows = loaded.get("exempel"), loaded.read("exempel")
    url = (tmp_path / "hink").as_uri()
    files = move_out(loaded, "exempel", url)

    assert loaded.datasets() == ()
    assert move_in(loaded, "exempel", url) == files
    assert loaded.get("exempel") == before
    assert loaded.read("exempel").to_pandas().equals(rows.to_pandas())


def test_what_was_withdrawn_is_still_withdrawn_when_it_is_back(loaded, tmp_path):
    loaded.withdraw("exempel", 1, "fel fil", "A", NOW)
    url = (tmp_path / "hink").as_uri()
    move_out(loaded, "exempel", url)
    move_in(loaded, "exempel", url)

    assert loaded.get("exempel", 1).state == "withdrawn"


@pytest.mark.parametrize("url", ["/tmp/x", "hink", "ftp://x/y", "nej://x", ""])
def test_an_address_that_names_no_store_is_refused(loaded, url):
    with pytest.raises(NotAStoreAddress):
        move_out(loaded, "exempel", url)
    assert loaded.get("exempel").rows == 4


def test_a_place_that_is_taken_is_refused_and_the_set_stays(loaded, tmp_path):
    target = tmp_path / "hink/exempel"
    target.mkdir(parents=True)
    (target / "annat").write_text("x")
    with pytest.raises(TargetTaken):
        move_out(loaded, "exempel", (tmp_path / "hink").as_uri())
    assert loaded.get("exempel").rows == 4


def test_what_is_here_already_is_not_overwritten(loaded, tmp_path):
    import shutil

    shutil.copytree(loaded.folder / "exempel", tmp_path / "hink/exempel")
    with pytest.raises(TargetTaken):
        move_in(loaded, "exempel", (tmp_path / "hink").as_uri())


def test_a_copy_that_is_not_whole_is_not_taken_in(loaded, tmp_path):
    url = (tmp_path / "hink").as_uri()
    move_out(loaded, "exempel", url)
    (part,) = (tmp_path / "hink/exempel/v0001/parts").iterdir()
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    with pytest.raises(TransferTorn):
        move_in(loaded, "exempel", url)
    assert loaded.datasets() == ()


def test_nothing_at_the_address_is_told(loaded, tmp_path):
    with pytest.raises(TransferTorn):
        move_in(loaded, "annan", (tmp_path / "tomt").as_uri())


def test_an_unknown_set_can_not_be_moved(loaded, tmp_path):
    with pytest.raises(UnknownDataset):
        move_out(loaded, "annan", (tmp_path / "hink").as_uri())
