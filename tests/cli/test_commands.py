"""The commands: what they print, what they refuse and how they end."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from samsyn.cli.main import main
from samsyn.domain.access import Role
from samsyn.store.query import Query
from samsyn.web.facts import services as facts
from samsyn.web.insight import services as insight
from samsyn.web.people.models import AuditEvent, Membership, User, Workspace
from samsyn.web.places.models import StatisticalArea
from tests.web import conftest as web
from tests.web.test_insight import load_small_counts

# The workspace with published figures, loaded once for the tests here.
django_db_setup = web.django_db_setup
stockholm = web.stockholm
pytestmark = pytest.mark.django_db

HOME = ("--workspace", "kommandostad", "--account", "kommandostad-safety_coordinator")
HEADS = {"pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK", "html": b"<!doctype html", "json": b"{"}


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> web.World:
    """Return a workspace of its own, with a home of its own, and stand in an empty folder."""
    settings.SAMSYN_HOME = tmp_path / "home"
    monkeypatch.chdir(tmp_path)
    return web.build_world("kommandostad")


@pytest.fixture(autouse=True)
def swedish(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the terminal be Swedish, and act as the demo's coordinator where nothing else is said."""
    monkeypatch.setenv("SAMSYN_LANGUAGE", "sv")


def told(capsys: Any) -> Any:
    """Return what was printed as JSON; anything else on standard output fails."""
    return json.loads(capsys.readouterr().out)


def refusal(capsys: Any) -> dict[str, Any]:
    """Return a refusal, which always has a code, what happened and how to mend it."""
    error: dict[str, Any] = told(capsys)["error"]
    assert error["what"]
    assert error["mend"]
    return error


# ------------------------------------------------------------------ the first word


def test_without_a_word_the_commands_are_listed_and_the_use_was_wrong(capsys: Any) -> None:
    assert main([]) == 2
    assert "lagesbild" in capsys.readouterr().out
    assert main(["--help"]) == 0


@pytest.mark.parametrize("words", [["sök"], ["query", "--finns-inte"], ["account", "member"]])
def test_wrong_words_end_with_2_and_say_which(words: list[str], capsys: Any) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(words)
    assert leaving.value.code == 2
    assert "usage" in capsys.readouterr().err


# ------------------------------------------------------------------ doctor


def test_the_doctor_finds_a_whole_installation(stockholm: web.Stockholm, capsys: Any) -> None:
    assert main(["doctor", "--json"]) == 0
    found = told(capsys)
    assert found["whole"] is True
    assert "log whole" in found["workspaces"]["stockholm"]


def test_the_doctor_tells_people_the_same(stockholm: web.Stockholm, capsys: Any) -> None:
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    for part in ("samsyn:", "duckdb", "stockholm", "log whole", "whole: True"):
        assert part in printed


def test_the_doctor_ends_with_1_when_a_file_is_damaged(world: web.World, capsys: Any) -> None:
    load_areas(world)
    capsys.readouterr()
    folder = facts.store_of(world.workspace).folder
    (damaged,) = folder.rglob("*.parquet")
    content = damaged.read_bytes()
    damaged.write_bytes(content[:-9] + bytes(9))
    assert main(["doctor", "--json"]) == 1
    found = told(capsys)
    assert found["whole"] is False
    assert "broken: stockholm-basomraden v1" in found["workspaces"]["kommandostad"]


def test_the_doctor_ends_with_1_when_the_log_was_changed(world: web.World, capsys: Any) -> None:
    world.add_place()
    AuditEvent.objects.filter(workspace=world.workspace).update(verb="read")
    assert main(["doctor", "--json"]) == 1
    assert "log broken" in told(capsys)["workspaces"]["kommandostad"]


# ------------------------------------------------------------------ account


def test_an_account_is_made_with_the_password_from_standard_input(
    world: web.World, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("korrekt häst batteri klammer\n"))
    assert main(["account", "--json", "add", "ny.samordnare", "--name", "N"]) == 0
    assert told(capsys) == {"made": "ny.samordnare"}
    assert User.objects.get(username="ny.samordnare").check_password("korrekt häst batteri klammer")


def test_a_weak_password_is_refused_and_no_account_is_made(
    world: web.World, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("kort\n"))
    assert main(["account", "--json", "add", "ny.samordnare"]) == 2
    assert refusal(capsys)["code"] == "SAM611"
    assert not User.objects.filter(username="ny.samordnare").exists()


def test_a_name_that_is_taken_is_refused(
    world: web.World, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("korrekt häst batteri klammer\n"))
    taken = world.outsider.username.upper()
    assert main(["account", "--json", "add", taken]) == 2
    assert refusal(capsys)["facts"]["name"] == taken
    assert main(["account", "--json", "workspace", "kommandostad", "Igen"]) == 2
    assert refusal(capsys)["code"] == "SAM708"


def member(username: str, workspace: str = "kommandostad") -> int:
    return main(
        ["account", "--json", "member", username, workspace, "Polisen", "police", "Kommunpolis",
         "municipal_police_liaison", "--authority"]
    )  # fmt: skip


def test_a_membership_lets_an_account_act(world: web.World, capsys: Any) -> None:
    assert member(world.outsider.username) == 0
    assert "Kommunpolis, Polisen" in told(capsys)["made"]
    made = Membership.objects.get(user=world.outsider)
    assert (made.role, made.function.organisation.is_authority) == ("municipal_police_liaison", True)


def test_a_second_open_membership_is_refused(world: web.World, capsys: Any) -> None:
    assert member(world.users[Role.TRANSIT].username) == 2
    assert refusal(capsys)["code"] == "SAM612"


@pytest.mark.parametrize(
    ("username", "workspace", "named"),
    [("finns-inte", "kommandostad", "finns-inte"), ("kommandostad-utomstaende", "ingenstans", "ingenstans")],
)
def test_a_membership_of_what_is_not_there_is_refused(
    world: web.World, capsys: Any, username: str, workspace: str, named: str
) -> None:
    assert member(username, workspace) == 2
    error = refusal(capsys)
    assert (error["code"], error["facts"]["name"]) == ("SAM703", named)


# ------------------------------------------------------------------ areas


def load_areas(world: web.World, residents: str = "", *more: str) -> int:
    """Load two areas, the first of two polygons, from files written here."""
    codes = (("990011", "1"), ("990011", "2"), ("990012", "3"))
    features = [
        {
            "type": "Feature",
            "properties": {"basomrade6": code, "namn": f"Område {code}", "nyckelkod": key},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [
                        [18 + at / 10, 59.3],
                        [18.01 + at / 10, 59.3],
                        [18.01 + at / 10, 59.31],
                        [18 + at / 10, 59.3],
                    ]
                ],
            },
        }
        for at, (code, key) in enumerate(codes)
    ]
    Path("omraden.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    words = ["areas", "omraden.geojson", *HOME, *more]
    if residents:
        Path("boende.csv").write_text(residents, encoding="utf-8-sig")
        words += ["--residents", "boende.csv"]
    return main(words)


RESIDENTS = """nyckelkod,ar,kon,alder,antal
1,2016,kvinna,20,5
1,2016,man,20,7
2,2016,man,20,1
3,2016,man,9,4
9,2016,man,9,99
"""


def test_areas_and_residents_are_loaded_from_files(world: web.World, capsys: Any) -> None:
    assert load_areas(world, RESIDENTS, "--json") == 0
    answer = told(capsys)
    assert answer["areas"] == 2
    assert [one["dataset"] for one in answer["loaded"]] == [
        "stockholm-basomraden",
        "stockholm-basomraden-boende",
    ]
    frame = facts.store_of(world.workspace).run(Query(series=("boende",)))
    assert dict(zip(frame["code"], frame["value"], strict=True)) == {"990011": 13, "990012": 4}
    assert StatisticalArea.objects.filter(workspace=world.workspace, scheme="basomrade").count() == 2


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (RESIDENTS.replace(",7\n", ",sju\n"), "3"),
        (RESIDENTS.replace("3,2016", "3,år"), "5"),
        (RESIDENTS.replace("antal", "summa"), "1"),
    ],
)
def test_a_file_of_residents_that_cannot_be_read_names_the_row(
    world: web.World, capsys: Any, content: str, row: str
) -> None:
    assert load_areas(world, content, "--json") == 2
    error = refusal(capsys)
    assert (error["code"], error["facts"]["row"]) == ("SAM704", row)


def test_areas_of_another_kind_need_scheme_vintage_and_column(world: web.World, capsys: Any) -> None:
    assert load_areas(world, "", "--json", "--own", "nyko6", "2024", "nyckelkod", "--name", "namn") == 0
    answer = told(capsys)
    assert (answer["areas"], answer["loaded"][0]["dataset"], answer["remarks"]) == (3, "nyko6-2024", [])
    assert StatisticalArea.objects.filter(workspace=world.workspace, scheme="nyko6").count() == 3


def test_codes_that_came_twice_are_told_in_words_and_in_json(world: web.World, capsys: Any) -> None:
    assert load_areas(world) == 0
    assert "990011" in capsys.readouterr().out
    assert load_areas(world, "", "--json", "--own", "annan", "2024", "basomrade6") == 0
    assert told(capsys)["remarks"] == [{"code": "codes_joined", "count": 2, "codes": "990011"}]


def test_a_file_that_is_not_there_is_refused(world: web.World, capsys: Any) -> None:
    assert main(["areas", "finns-inte.geojson", "--json", *HOME]) == 2
    assert refusal(capsys)["code"] == "SAM702"


@pytest.mark.reference
def test_the_citys_own_files_give_381_areas_and_klaras_residents(
    world: web.World, reference: Path, capsys: Any
) -> None:
    shapes = reference / "data" / "geo" / "stockholm_basomraden_2016.geojson"
    residents = reference / "data" / "stats" / "stockholm_basomraden_befolkning_2014_2016.csv"
    assert main(["areas", str(shapes), "--residents", str(residents), "--json", *HOME]) == 0
    assert told(capsys)["areas"] == 381
    features = json.loads(shapes.read_bytes())["features"]
    klara = {
        str(one["properties"]["basomrade6"])
        for one in features
        if str(one["properties"]["stadsdel5"]) == "10102"
    }
    frame = facts.store_of(world.workspace).run(Query(series=("boende",)))
    there = frame[frame["code"].isin(klara)]
    assert there[[day.year == 2016 for day in there["period_start"]]]["value"].sum() == 1814


# ------------------------------------------------------------------ query

SERGELS = ("--area", "basomrade:101025", "--from", "2017", "--to", "2019")


def test_the_series_that_can_be_asked_for_are_listed(stockholm: web.Stockholm, capsys: Any) -> None:
    assert main(["query", "--list", "--json"]) == 0
    assert "narkotikabrott" in {one["series"] for one in told(capsys)["series"]}


def test_values_are_printed_as_csv_with_where_they_come_from(stockholm: web.Stockholm, capsys: Any) -> None:
    assert main(["query", "--series", "narkotikabrott", *SERGELS]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert {"value", "dataset", "version", "source_row"} <= set(head.split(","))
    assert rows


def test_values_are_printed_as_json_with_the_question(stockholm: web.Stockholm, capsys: Any) -> None:
    assert main(["query", "--series", "narkotikabrott", *SERGELS, "--json"]) == 0
    answer = told(capsys)
    assert answer["query"]["series"] == ["narkotikabrott"]
    assert {562.0, 768.0, 327.0} <= {row["value"] for row in answer["rows"]}


def test_a_guard_is_told_that_a_small_figure_is_hidden_and_not_what_it_is(
    stockholm: web.Stockholm, capsys: Any
) -> None:
    load_small_counts(stockholm)
    for account, shown in (("samordnare", [6.0, 4.0, 7.0]), ("ordningsvakt", [6.0, None, 7.0])):
        assert main(["query", "--series", "overdoser", "--json", "--account", account]) == 0
        rows = told(capsys)["rows"]
        assert [row["value"] for row in rows] == shown
    assert rows[1]["raw"] == ""


def test_a_question_without_answer_is_empty_and_not_an_error(stockholm: web.Stockholm, capsys: Any) -> None:
    assert main(["query", "--area", "basomrade:000000", "--json"]) == 0
    assert told(capsys)["rows"] == []


def test_an_area_without_its_scheme_is_refused(stockholm: web.Stockholm, capsys: Any) -> None:
    assert main(["query", "--area", "101025", "--json"]) == 2
    assert refusal(capsys)["facts"]["area"] == "101025"


def test_an_account_that_does_not_act_here_is_refused_with_the_workspaces(
    stockholm: web.Stockholm, capsys: Any
) -> None:
    for words in (("--account", "utomstaende"), ("--account", "finns-inte"), ("--workspace", "ingenstans")):
        assert main(["query", "--list", "--json", *words]) == 2
        error = refusal(capsys)
        assert error["code"] == "SAM701"
        assert "stockholm" in error["mend"]


def test_a_refusal_for_people_is_on_standard_error(stockholm: web.Stockholm, capsys: Any) -> None:
    assert main(["query", "--list", "--account", "finns-inte"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("SAM701: ")
    assert len(printed.err.splitlines()) == 2


# ------------------------------------------------------------------ lagesbild

PICTURE = ("lagesbild", "sergels-torg", "--from", "2017", "--to", "2019")


@pytest.mark.parametrize("wanted", sorted(insight.FORMATS))
def test_the_picture_is_written_in_every_format(
    stockholm: web.Stockholm, tmp_path: Path, capsys: Any, wanted: str
) -> None:
    file = tmp_path / f"bild.{wanted}"
    assert main([*PICTURE, "--format", wanted, "-o", str(file), "--json"]) == 0
    assert told(capsys) == {
        "file": str(file), "format": wanted, "bytes": file.stat().st_size, "from": 2017, "to": 2019,
    }  # fmt: skip
    assert file.read_bytes().lower().startswith(HEADS[wanted].lower())


def test_the_picture_on_standard_output_is_json_and_nothing_else(
    stockholm: web.Stockholm, capsysbinary: Any
) -> None:
    assert main([*PICTURE]) == 0
    assert json.loads(capsysbinary.readouterr().out)["groups"]


def test_each_picture_that_is_handed_out_is_logged(stockholm: web.Stockholm, tmp_path: Path) -> None:
    before = AuditEvent.objects.filter(verb="export").count()
    assert main([*PICTURE, "-o", str(tmp_path / "bild.json")]) == 0
    assert AuditEvent.objects.filter(verb="export").count() == before + 1


def test_an_unknown_place_is_refused_with_the_known_ones(stockholm: web.Stockholm, capsys: Any) -> None:
    assert main(["lagesbild", "finns-inte", "--json"]) == 2
    error = refusal(capsys)
    assert error["code"] == "SAM705"
    assert "sergels-torg" in error["mend"]


def test_a_folder_that_is_not_there_is_refused(stockholm: web.Stockholm, tmp_path: Path, capsys: Any) -> None:
    assert main([*PICTURE, "-o", str(tmp_path / "ingen" / "bild.json"), "--json"]) == 2
    assert refusal(capsys)["code"] == "SAM706"


def test_a_place_without_figures_is_refused(world: web.World, capsys: Any) -> None:
    world.add_place()
    assert main(["lagesbild", "exempeltorget", "--json", *HOME]) == 2
    assert refusal(capsys)["code"] == "SAM707"


# ------------------------------------------------------------------ as programs of their own


def started(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a person does, in a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SAMSYN_", "DJANGO_"))}
    environment = {
        **kept,
        "SAMSYN_HOME": str(home),
        "SAMSYN_DEMO": "1",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    return subprocess.run(
        [sys.executable, "-m", "samsyn", *words],
        env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_the_doctor_of_an_empty_home_says_what_to_run(tmp_path: Path) -> None:
    done = started(tmp_path, "doctor", "--json")
    assert done.returncode == 1
    assert "run.py demo" in json.loads(done.stdout)["workspaces"][""]


def test_a_new_home_is_set_up_and_refuses_strangers(tmp_path: Path) -> None:
    assert started(tmp_path, "web", "migrate", "--verbosity", "0").returncode == 0
    assert (
        json.loads(started(tmp_path, "account", "--json", "workspace", "lan", "Länet").stdout)["made"]
        == "lan"
    )
    done = started(tmp_path, "query", "--list", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["facts"]["known"] == "lan"
    assert Workspace.objects.filter(slug="lan").count() == 0
