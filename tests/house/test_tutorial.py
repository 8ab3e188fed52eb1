"""What the tutorial tells people to type and paste is typed and pasted here."""

from __future__ import annotations

import json
import logging
import re
import shlex
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from samsyn.cli.main import main
from samsyn.demo.published_tables import stad_table
from samsyn.store.query import Query
from samsyn.store.tables import questions, read_text, recognise, recommended
from samsyn.web.facts import imports, services as facts
from samsyn.web.facts.models import Dataset
from samsyn.web.insight import services as insight
from samsyn.web.people.models import Workspace
from tests.house.tree import ROOT
from tests.web import conftest as web

django_db_setup = web.django_db_setup
PAGE = (ROOT / "docs/tutorial/kom-igang.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
KEY = ["series", "sex", "age_group", "scheme", "code", "period_start", "status"]


@pytest.fixture
def stockholm(db: None, settings: Any, tmp_path: Path) -> web.Stockholm:
    """Return the workspace with published figures in a home of its own, which nobody else reads."""
    home = tmp_path / "home"
    shutil.copytree(Path(settings.SAMSYN_HOME) / "store", home / "store")
    settings.SAMSYN_HOME = home
    return web.Stockholm(Workspace.objects.get(slug="stockholm"))


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def commands() -> list[list[str]]:
    """Return every command that the page tells people to type."""
    return [shlex.split(line) for block in blocks("sh") for line in block.splitlines() if line.strip()]


def timed(what: str, done: Any) -> Any:
    """Note how long something took; run with --log-cli-level=INFO to see it."""
    began = perf_counter()
    made = done()
    logging.getLogger(__name__).info("%s: %.2f s", what, perf_counter() - began)
    return made


@pytest.fixture
def loaded(stockholm: web.Stockholm) -> Dataset:
    """Load the page's table as the page says: a new version, with the suggestions."""
    actor = stockholm.actor("samordnare")
    former = Dataset.objects.get(workspace=stockholm.workspace, slug="stad-delrapport2-tabell1", version=1)
    (table,) = blocks("tsv")
    draft = timed("read", lambda: imports.begin(actor, now=NOW, replaces=former, text=table))
    imports.accept_suggestions(draft)
    imports.save_draft(actor, draft, answers=draft.answers, about={**draft.about, "reason": "Övning"})
    reading = timed("questions", lambda: imports.read(draft))
    assert reading.unanswered == ()
    assert timed("preview", lambda: imports.preview(draft, reading)).errors == ()
    return timed("load", lambda: imports.load_draft(actor, draft, now=NOW))


def figures(frame: Any) -> dict[tuple, str]:
    return {tuple(row[name] for name in KEY): str(row["value"]) for row in frame.to_dict("records")}


@pytest.mark.django_db
def test_the_table_of_the_page_becomes_the_figures_that_the_demo_has(
    stockholm: web.Stockholm, loaded: Dataset
) -> None:
    assert (loaded.slug, loaded.version) == ("stad-delrapport2-tabell1", 2)
    held = facts.store_of(stockholm.workspace).run(Query(datasets=(loaded.slug,)))
    assert figures(held) == figures(stad_table().frame)


def test_the_page_counts_questions_and_figures_as_they_are() -> None:
    (table,) = blocks("tsv")
    asked = questions(recognise(read_text(table)))
    assert f"{len(asked)} frågor" in PAGE
    assert {question.id for question in asked} == set(recommended(asked))
    assert f"{len(stad_table().frame)} siffror" in PAGE


@pytest.mark.django_db
def test_the_picture_shows_the_new_version_and_is_frozen_and_approved(
    stockholm: web.Stockholm, loaded: Dataset
) -> None:
    actor, place = stockholm.actor("samordnare"), stockholm.place()
    period = insight.period_of(2017, 2019)
    timed("draft", lambda: insight.draw_picture(actor, place, period, as_of=NOW.date(), language="sv"))
    picture = timed("freeze", lambda: insight.freeze(actor, place, period, note="", now=NOW))
    sources = insight.findings_of(insight.edition_for(actor, picture)).sources
    assert (loaded.slug, 2) in {(source.slug, source.version) for source in sources}
    for account in ("samordnare", "kommunpolis"):
        assert f"`{account}`" in PAGE
        insight.approve(stockholm.actor(account), picture, note="", now=NOW + timedelta(minutes=1))
    assert insight.is_approved_by_both(picture)


def test_every_command_begins_with_run_py_and_a_verb_that_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    import run

    assert len(commands()) >= 2
    for words in commands():
        assert words[:2] == ["python3", "run.py"]
        known, rest = run.arguments().parse_known_args(words[2:])
        assert callable(known.does)
        assert rest == [] or known.verb == "samsyn"


@pytest.mark.django_db
def test_the_command_for_the_citys_layer_loads_it(
    stockholm: web.Stockholm,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (words,) = [words[3:] for words in commands() if words[2:4] == ["samsyn", "areas"]]
    ring = [[18.062, 59.331], [18.067, 59.331], [18.067, 59.334], [18.062, 59.334], [18.062, 59.331]]
    layer = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"nyckelkod": "1010250", "basomrade6": "101025", "namn": "Sergels torg"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        ],
    }
    monkeypatch.chdir(tmp_path)
    Path(words[1]).write_text(json.dumps(layer), encoding="utf-8")
    assert main(words) == 0
    assert "1 områden" in capsys.readouterr().out
    assert Dataset.objects.filter(workspace=stockholm.workspace, holds="areas").exists()


def test_the_pictures_of_the_page_are_there() -> None:
    shown = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", PAGE)
    assert [name for name in shown if not (ROOT / "docs/tutorial" / name).exists()] == []
