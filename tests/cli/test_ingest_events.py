"""Events from the command line: tried, loaded, refused, listed, verified, moved; seen by their owner only."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from samsyn.cli.main import main
from samsyn.domain.access import Role, SharingClass
from samsyn.web.facts import event_services
from samsyn.web.facts.models import Dataset
from samsyn.web.facts.services import reconcile
from samsyn.web.people.models import AuditEvent
from tests.web import conftest as web

sys.path.insert(0, str(Path(__file__).parents[1] / "store" / "events"))
from event_examples import MAPPING, rows_with, write_csv

pytestmark = pytest.mark.django_db
HOME = ("--workspace", "kommandostad", "--account", "kommandostad-safety_coordinator")
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> web.World:
    """Return a workspace with a home of its own, and stand in a folder with a file and its mapping."""
    settings.SAMSYN_HOME = tmp_path / "home"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAMSYN_LANGUAGE", "sv")
    write_csv(tmp_path / "fil.csv")
    (tmp_path / "min.toml").write_text(MAPPING)
    return web.build_world("kommandostad")


def ingest(*words: str) -> int:
    return main(["ingest-events", "fil.csv", "--mapping", "min.toml", *words, *HOME])


def store(*words: str) -> int:
    return main(["store", *words, *HOME])


def told(capsys: Any) -> Any:
    return json.loads(capsys.readouterr().out)


def test_the_ready_mappings_are_listed(capsys):
    assert main(["ingest-events", "--mappings", "--json"]) == 0
    assert "polisen-handelser" in told(capsys)


def test_a_trial_run_tells_what_would_come_and_loads_nothing(world, capsys):
    assert ingest("--dry-run") == 0
    answer = capsys.readouterr().out

    assert "4 rader; 4 händelser, 2 i summa, 3 med plats." in answer
    assert not Dataset.objects.filter(workspace=world.workspace).exists()


def test_a_loaded_file_is_a_version_of_ones_own(world, capsys):
    assert ingest("--dataset", "brott", "--json") == 0
    answer = told(capsys)

    assert (answer["version"], answer["rows"], answer["count"]) == (1, 4, 2)
    row = Dataset.objects.get(workspace=world.workspace)
    assert (row.holds, row.sharing_class) == ("events", SharingClass.OWN_ORGANISATION)
    assert AuditEvent.objects.filter(verb="load", thing_id=str(row.pk)).exists()
    assert reconcile(world.workspace) == {"not_in_catalogue": [], "not_in_store": []}


def test_the_same_file_twice_is_told(world, capsys):
    ingest("--dataset", "brott")
    capsys.readouterr()

    assert ingest("--dataset", "brott", "--json") == 2
    assert told(capsys)["error"]["code"] == "SAM201"


def test_what_is_stored_but_not_catalogued_is_entered_by_the_same_command(world, capsys):
    ingest("--dataset", "brott")
    Dataset.objects.filter(workspace=world.workspace).delete()

    assert ingest("--dataset", "brott") == 0
    assert Dataset.objects.get(workspace=world.workspace).version == 1


def test_every_error_is_told_by_its_place_and_not_by_its_content(world, capsys, tmp_path):
    write_csv(tmp_path / "fil.csv", rows_with(Tid="hemligt", Brott="9801"))
    assert ingest("--dataset", "brott") == 2
    problems = capsys.readouterr().err

    assert "C2 Tid: cellen är inte en tid på mappningens form." in problems
    assert "Brott: 9801 är okänd, 1 rader; närmast 9802." in problems
    assert "hemligt" not in problems
    assert not Dataset.objects.filter(workspace=world.workspace).exists()


def test_errors_as_json_hold_row_column_rule_and_mend(world, capsys, tmp_path):
    write_csv(tmp_path / "fil.csv", rows_with(Antal="x"))
    assert ingest("--dataset", "brott", "--json") == 2
    (cell,) = told(capsys)["findings"]["cells"]

    assert (cell["row"], cell["column"], cell["cell"], cell["rule"]) == (1, "Antal", "F2", "not_a_number")
    assert cell["mend"]


def test_a_command_without_its_words_is_refused(world, capsys):
    assert main(["ingest-events", "fil.csv", "--json", *HOME]) == 2
    assert told(capsys)["error"]["code"] == "SAM717"
    assert store("move", "brott", "--json") == 2
    assert told(capsys)["error"]["code"] == "SAM715"


def test_own_sets_are_listed_and_shown_and_verified(world, capsys):
    ingest("--dataset", "brott")
    capsys.readouterr()
    assert store("list", "--json") == 0
    (row,) = told(capsys)
    assert (row["dataset"], row["version"], row["state"], row["rows"]) == ("brott", 1, "current", 4)
    assert store("show", "brott", "--json") == 0
    assert told(capsys)["sharing"] == "own_organisation"
    assert store("verify", "--json") == 0
    assert told(capsys) == {"checked": 1, "broken": [], "taken_out": []}


def test_verify_names_a_broken_part_and_takes_it_out(world, capsys):
    ingest("--dataset", "brott")
    kept = event_services.event_store(world.workspace)
    ((path, part),) = kept.part_files("brott")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    capsys.readouterr()

    assert store("verify") == 1
    assert f"{part.name} är uttagen; rad 1–4 i källan saknas." in capsys.readouterr().out
    assert store("verify") == 0


def test_a_set_is_moved_away_and_back(world, capsys, tmp_path):
    ingest("--dataset", "brott")
    url = (tmp_path / "hink").as_uri()
    assert store("move", "brott", "--to", url) == 0
    assert event_services.event_store(world.workspace).datasets() == ()
    assert store("move", "brott", "--from", url) == 0
    assert event_services.event_store(world.workspace).get("brott").rows == 4


def test_a_withdrawal_needs_a_reason_and_takes_the_set_out_of_use(world, capsys):
    ingest("--dataset", "brott")
    assert store("withdraw", "brott", "--json") == 2
    assert store("withdraw", "brott", "--reason", "fel månad") == 0
    assert event_services.event_store(world.workspace).get("brott", 1).state == "withdrawn"


def test_compacting_and_assigning_answer_with_the_parts(world, capsys):
    ingest("--dataset", "brott")
    capsys.readouterr()
    assert store("compact", "brott", "--json") == 0
    assert told(capsys)["parts"] == 1
    assert store("assign", "brott", "--json") == 0
    assert told(capsys)["parts"] == 0


def test_the_sums_of_a_set_are_built_by_the_load_and_by_hand(world, capsys):
    ingest("--dataset", "brott")
    capsys.readouterr()
    assert store("cube", "brott", "--json") == 0
    assert told(capsys)["built"] == []
    shutil.rmtree(event_services.event_store(world.workspace).archive.path("brott", 1) / "cubes")
    assert store("cube", "brott", "--json") == 0
    assert told(capsys)["built"] == ["place"]


def test_nobody_outside_the_organisation_knows_that_the_events_are_there(world, capsys):
    ingest("--dataset", "brott")
    (mine,) = event_services.own_sets(world.actor(Role.SAFETY_COORDINATOR))

    assert mine.slug == "brott"
    actors = [world.actor(role) for role in world.users]
    owner = world.actor(Role.SAFETY_COORDINATOR).organisation_id
    others = [one for one in actors if one.organisation_id != owner]
    assert others
    assert all(event_services.own_sets(one) == () for one in others)


def test_the_page_of_data_sets_shows_events_to_their_owner_alone(world, capsys):
    ingest("--dataset", "brott")
    address = reverse("datasets", args=(world.workspace.slug,))
    assert b"h-events" in world.client(Role.SAFETY_COORDINATOR).get(address).content
    owner = world.actor(Role.SAFETY_COORDINATOR).organisation_id
    for role in world.users:
        answer = world.client(role).get(address)
        if world.actor(role).organisation_id != owner and answer.status_code == 200:
            assert b"h-events" not in answer.content
            assert b"brott" not in answer.content
