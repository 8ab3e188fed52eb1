"""Loading a table from the command line: the same questions, the same services, nothing by halves."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from samsyn.cli import ingest
from samsyn.cli.main import main
from samsyn.store.query import Query
from samsyn.web.facts import services
from samsyn.web.facts.models import Dataset, ImportDraft
from tests.web.conftest import World, build_world

pytestmark = pytest.mark.django_db

TABLE = "Rån\nOmråde;2018;2019\nLilla torget (990 011);12;15\nStora torget (990 012);7;-\n"
ABOUT = """
title = "Rån 2018"
publisher = "Exempelverket"
reference = "Tabell 2"
licence = "CC0"
sharing_class = "cooperation"
"""


@pytest.fixture
def here(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a table and what is said about it."""
    settings.SAMSYN_HOME = tmp_path / "home"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAMSYN_LANGUAGE", "sv")
    (tmp_path / "tabell.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "om.toml").write_text(ABOUT, encoding="utf-8")
    return tmp_path


@pytest.fixture
def world(db: None) -> World:
    """Return a workspace of its own."""
    return build_world("kommandostad")


def call(*words: str, role: str = "safety_coordinator") -> int:
    """Run the command as one of the workspace's accounts."""
    return main(["ingest", *words, "--workspace", "kommandostad", "--account", f"kommandostad-{role}"])


def robberies(world: World) -> list[float | None]:
    """Return the figures of the store, by row and column."""
    frame = services.store_of(world.workspace).run(Query(series=("ran",)))
    frame = frame.sort_values(["source_row", "source_column"])
    return [
        None if missing else value
        for value, missing in zip(frame["value"], frame["value"].isna(), strict=True)
    ]


def test_what_remains_is_told_with_exit_code_2_and_nothing_is_kept(
    world: World, here: Path, capsys: Any
) -> None:
    assert call("tabell.csv", "--json") == 2
    told = json.loads(capsys.readouterr().out)
    assert told["about"] == ["title", "publisher", "reference", "licence", "sharing_class"]
    kinds = {question["id"].partition(":")[0] for question in told["questions"]}
    assert kinds == {"dash", "area", "series"}
    assert told["errors"] == []
    assert not ImportDraft.objects.filter(workspace=world.workspace).exists()


def test_the_file_of_questions_comes_back_filled_in_and_loads(world: World, here: Path, capsys: Any) -> None:
    assert call("tabell.csv", "--about", "om.toml", "--write-answers", "svar.toml") == 2
    written = (here / "svar.toml").read_text(encoding="utf-8")
    assert '"dash" = ""' in written
    (here / "svar.toml").write_text(written.replace('"dash" = ""', '"dash" = "missing"'), encoding="utf-8")
    assert call("tabell.csv", "--about", "om.toml", "--answers", "svar.toml") == 0
    assert robberies(world) == [12, 15, 7, None]


def test_a_dry_run_loads_nothing(world: World, here: Path) -> None:
    (here / "svar.json").write_text('{"dash": "zero"}', encoding="utf-8")
    assert (
        call(
            "tabell.csv", "--about", "om.toml", "--answers", "svar.json", "--accept-suggestions", "--dry-run"
        )
        == 0
    )
    assert not Dataset.objects.filter(workspace=world.workspace).exists()
    assert not ImportDraft.objects.filter(workspace=world.workspace).exists()


def test_text_is_read_from_standard_input(world: World, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(TABLE.replace(";", "\t").replace("-", "0")))
    assert call("-", "--about", "om.toml", "--accept-suggestions") == 0
    assert robberies(world) == [12, 15, 7, 0]


def test_every_error_is_told_at_once(world: World, here: Path, capsys: Any) -> None:
    (here / "fel.csv").write_text(
        TABLE.replace("12", "1B2").replace(";7;", ";7X;").replace("-", "3"), encoding="utf-8"
    )
    assert call("fel.csv", "--about", "om.toml", "--accept-suggestions", "--json") == 2
    told = json.loads(capsys.readouterr().out)
    assert {(error["row"], error["cell"]) for error in told["errors"]} >= {(3, "1B2"), (4, "7X")}
    assert all(error["mend"] for error in told["errors"])


def test_a_table_about_persons_is_refused_by_name(world: World, here: Path, capsys: Any) -> None:
    (here / "lista.csv").write_text("Namn;Personnummer\nA;19640823-3234\n", encoding="utf-8")
    assert call("lista.csv", "--json") == 2
    told = json.loads(capsys.readouterr().out)
    assert told["error"]["code"] == "SAM224"
    assert "19640823" not in json.dumps(told)


def test_a_role_that_may_not_load_is_refused(world: World, here: Path, capsys: Any) -> None:
    assert call("tabell.csv", "--json", role="transit") == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "SAM001"


def test_a_new_version_needs_a_reason_and_supersedes(world: World, here: Path) -> None:
    (here / "svar.json").write_text('{"dash": "zero"}', encoding="utf-8")
    common = ("--answers", "svar.json", "--accept-suggestions")
    assert call("tabell.csv", "--about", "om.toml", *common) == 0
    (here / "tabell.csv").write_text(TABLE.replace("12", "13"), encoding="utf-8")
    assert call("tabell.csv", "--replaces", "ran-2018", *common) == 2
    (here / "skal.toml").write_text('reason = "Källan har rättat"', encoding="utf-8")
    assert call("tabell.csv", "--replaces", "ran-2018", "--about", "skal.toml", *common) == 0
    assert robberies(world)[0] == 13


@pytest.mark.parametrize("content", ["titel = 1", "=", 'sharing_class = "alla"', 'published = "i går"'])
def test_an_unusable_file_is_refused_before_anything_is_read(world: World, here: Path, content: str) -> None:
    (here / "om.toml").write_text(content, encoding="utf-8")
    assert call("tabell.csv", "--about", "om.toml", "--json") == 2
    assert not Dataset.objects.filter(workspace=world.workspace).exists()


def test_the_template_leaves_room_for_a_series_that_nobody_knows() -> None:
    from samsyn.store.tables import questions, read_text, recognise

    asked = questions(
        recognise(read_text("Glömda paraplyer\nOmråde\t2018\t2019\nLPO Ett\t1\t2\nLPO Två\t3\t4"))
    )
    assert 'definition = ""' in ingest.template(asked)


def test_a_table_from_a_statistical_database_loads_with_its_own_words(world: World, here: Path) -> None:
    table = {
        "class": "dataset",
        "label": "Anmälda brott efter region och år",
        "source": "Exempelverket",
        "id": ["Region", "Tid"],
        "size": [1, 3],
        "role": {"geo": ["Region"], "time": ["Tid"]},
        "dimension": {
            "Region": {"label": "region", "category": {"index": ["0180"], "label": {"0180": "Stockholm"}}},
            "Tid": {"label": "år", "category": {"index": ["2022", "2023", "2024"]}},
        },
        "value": [5, None, None],
        "status": {"1": "..", "2": "x"},
    }
    (here / "brott.json").write_text(json.dumps(table), encoding="utf-8")
    assert call("brott.json", "--about", "om.toml", "--accept-suggestions") == 0
    frame = services.store_of(world.workspace).run(Query()).sort_values("source_row")
    assert frame["status"].tolist() == ["actual", "missing", "suppressed"]
    assert frame["code"].tolist() == ["0180"] * 3


def test_json_that_is_no_table_is_refused_with_what_to_choose(world: World, here: Path, capsys: Any) -> None:
    (here / "svar.json").write_text('{"columns": [], "data": []}', encoding="utf-8")
    assert call("svar.json", "--about", "om.toml", "--json") == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "SAM244"


def test_a_cut_table_from_a_database_tells_every_error_and_keeps_no_draft(
    world: World, here: Path, capsys: Any
) -> None:
    table = {
        "class": "dataset",
        "id": ["Tid"],
        "size": [3],
        "dimension": {"Tid": {"category": {"index": ["2022", "2023"]}}},
        "value": [1],
    }
    (here / "brott.json").write_text(json.dumps(table), encoding="utf-8")
    assert call("brott.json", "--about", "om.toml", "--json") == 2
    told = json.loads(capsys.readouterr().out)
    assert {error["rule"] for error in told["errors"]} == {"SAM245", "SAM246"}
    assert not ImportDraft.objects.filter(workspace=world.workspace).exists()
