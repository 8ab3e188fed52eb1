"""``samsyn ask-events``: the same question from words or JSON, on any engine, for an account."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from samsyn.cli.main import main
from samsyn.domain.access import OrganisationKind, Role
from samsyn.store import DatasetMeta
from samsyn.store.events.schema import EventSet, SchemeUse, SourceFile
from samsyn.store.events.store import EventStore
from samsyn.store.events.tables import event_table
from tests.cli.test_commands import refusal, told
from tests.web import conftest as web

django_db_setup = web.django_db_setup
pytestmark = pytest.mark.django_db

POLICE = ("--workspace", "handelsestad", "--account", "handelsestad-municipal_police_liaison")
MUNICIPALITY = ("--workspace", "handelsestad", "--account", "handelsestad-safety_coordinator")
FORM = "kind,area:basomrade,month"


@pytest.fixture(autouse=True)
def world(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> web.World:
    """Return a workspace whose police own three months of events."""
    settings.SAMSYN_HOME = tmp_path / "home"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAMSYN_LANGUAGE", "sv")
    built = web.build_world("handelsestad")
    starts = [
        *(datetime(2024, 5, 1 + at, 20, 30, tzinfo=UTC) for at in range(9)),
        *(datetime(2024, 6, 1 + at, 23, 30, tzinfo=UTC) for at in range(2)),
        *(datetime(2024, 7, 1 + at, 12, 0, tzinfo=UTC) for at in range(12)),
    ]
    areas = {"basomrade": ["101025"] * 20 + ["225012"] * 3}
    naive = [start.replace(tzinfo=None) for start in starts]
    table = event_table(["robbery"] * 23, naive, areas=areas)
    draft = EventSet(
        meta=DatasetMeta(slug="anmalda", title="Anmälda brott"),
        owner=str(built.organisations[OrganisationKind.POLICE].pk),
        schemes={"basomrade": SchemeUse("2024", "0" * 64)},
        source=SourceFile("uttag.csv", "0" * 64, 23, 1000),
        loaded_by="polisen",
        loaded_at=datetime(2024, 8, 1, tzinfo=UTC),
    )
    EventStore(tmp_path / "home" / "store", "handelsestad").write(draft, [table])
    return built


def test_the_question_and_the_lineage_stand_beside_the_answer(capsys: Any) -> None:
    assert main(["ask-events", "--by", "month", *POLICE]) == 0

    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "month,count,rows,state",
        "2024-05-01,9,9,shown",
        "2024-06-01,2,2,shown",
        "2024-07-01,12,12,shown",
    ]
    assert "# events of every kind; everywhere; by month; current versions" in said.err
    assert "anmalda version 1 revision 1: 23 rows of uttag.csv" in said.err


FLAGS: list[tuple[list[str], list[list[Any]]]] = [
    # words | rows without the state
    (["--from", "2024-05", "--to", "2024-06"], [[11]]),
    (["--from", "2024-06-02", "--to", "2024-06-02"], [[1]]),
    (["--from", "2024"], [[23]]),
    (["--hours", "22-1"], [[11]]),
    (["--hours", "14", "--by", "hour"], [[14, 12]]),
    (["--weekdays", "5-6"], [[5]]),
    (["--area", "basomrade:225012"], [[3]]),
    (["--kind", "robbery", "--by", "area:basomrade"], [["101025", 20], ["225012", 3]]),
    (["--dataset", "anmalda", "--version", "anmalda=1", "--by", "dataset,year"], [["anmalda", 2024, 23]]),
]


@pytest.mark.parametrize(("words", "rows"), FLAGS, ids=lambda said: " ".join(map(str, said)))
def test_words_make_the_question(words: list[str], rows: list[list[Any]], capsys: Any) -> None:
    assert main(["ask-events", *words, "--json", *POLICE]) == 0

    answer = told(capsys)
    found = [[cell for name, cell in row.items() if name not in ("rows", "state")] for row in answer["rows"]]
    assert found == rows
    assert answer["exact"] is True


def test_a_question_can_be_kept_and_asked_again(capsys: Any, monkeypatch: Any, tmp_path: Path) -> None:
    words = ["--from", "2024-05", "--by", "week,hour", "--json", *POLICE]
    assert main(["ask-events", *words]) == 0
    first = told(capsys)
    (tmp_path / "fraga.json").write_text(json.dumps(first["query"]), encoding="utf-8")

    assert main(["ask-events", "--question", "fraga.json", "--json", *POLICE]) == 0
    from_file = told(capsys)
    pipe = io.TextIOWrapper(io.BytesIO(json.dumps(first["query"]).encode()))
    monkeypatch.setattr("sys.stdin", pipe)
    assert main(["ask-events", "--question", "-", "--json", *POLICE]) == 0
    from_pipe = told(capsys)

    assert first["rows"] == from_file["rows"] == from_pipe["rows"]


def test_engines_give_the_same_answer(capsys: Any) -> None:
    answers = []
    for engine in ("duckdb:", "memory:"):
        assert main(["ask-events", "--by", "week,area:basomrade", "--engine", engine, "--json", *POLICE]) == 0
        answers.append(told(capsys)["rows"])

    assert answers[0] == answers[1] != []


def test_sail_gives_the_same_answer(capsys: Any) -> None:
    words = ["ask-events", "--by", "week,area:basomrade", "--json", *POLICE]

    assert main([*words, "--engine", "sail:"]) == 0
    by_sail = told(capsys)["rows"]
    assert main(words) == 0

    assert told(capsys)["rows"] == by_sail


def test_another_organisation_meets_disclosed_counts(capsys: Any) -> None:
    assert main(["ask-events", "--by", FORM, "--area", "basomrade:101025", "--json", *MUNICIPALITY]) == 0

    answer = told(capsys)
    assert answer["exact"] is False
    assert [(row["month"], row["count"], row["state"]) for row in answer["rows"]] == [
        ("2024-05-01", 9, "shown"),
        ("2024-06-01", None, "hidden_small"),
        ("2024-07-01", None, "hidden_protects"),
    ]
    assert "rows" not in answer["rows"][0]


def test_another_organisation_may_not_ask_more_finely(capsys: Any) -> None:
    assert main(["ask-events", "--by", "day", "--json", *MUNICIPALITY]) == 2

    assert refusal(capsys)["code"] == "SAM258"


def test_a_role_that_reads_no_figures_is_refused(capsys: Any, world: web.World) -> None:
    account = world.users[Role.DATA_PROTECTION_OFFICER].username

    assert main(["ask-events", "--json", "--workspace", "handelsestad", "--account", account]) == 2

    assert refusal(capsys)["code"] == "SAM001"


def test_what_can_be_asked_is_listed(capsys: Any) -> None:
    assert main(["ask-events", "--list", "--json", *MUNICIPALITY]) == 0

    (one,) = told(capsys)["events"]
    assert (one["dataset"], one["kinds"], one["areas"], one["own"]) == (
        "anmalda", "robbery", "basomrade", False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--area", "101025"], "SAM714"),
        (["--area", "basomrade:1", "--area", "nyko5:2"], "SAM714"),
        (["--from", "maj"], "SAM714"),
        (["--from", "2024-13"], "SAM714"),
        (["--hours", "kväll"], "SAM714"),
        (["--version", "anmalda"], "SAM714"),
        (["--question", "saknas.json"], "SAM702"),
        (["--hours", "25"], "SAM253"),
        (["--by", "ålder"], "SAM253"),
        (["--by", "area:nyko5"], "SAM254"),
        (["--engine", "oracle:"], "SAM251"),
        (["--from", "2024-06", "--to", "2024-05"], "SAM002"),
    ],
)
def test_what_can_not_be_asked_says_how_to_mend_it(words: list[str], code: str, capsys: Any) -> None:
    assert main(["ask-events", *words, "--json", *POLICE]) == 2

    assert refusal(capsys)["code"] == code


def test_a_kept_question_that_is_no_question_is_refused(capsys: Any, tmp_path: Path) -> None:
    for content in ("{", "[]"):
        (tmp_path / "fel.json").write_text(content, encoding="utf-8")
        assert main(["ask-events", "--question", "fel.json", "--json", *POLICE]) == 2
        assert refusal(capsys)["code"] == "SAM714"
