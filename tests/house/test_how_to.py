"""What the how-to pages tell the reader to type works, and answers what the page says."""

from __future__ import annotations

import re
import shlex

import pytest

from samsyn.cli.main import main
from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "how-to" / "granska-en-rapport.md"
COMMANDS = re.findall(r"^samsyn (analyse .+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_answers(command, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)

    assert main([*shlex.split(command), "--language", "sv"]) == 0
    assert len(capsys.readouterr().out.splitlines()) >= 1


def answer(name: str, capsys, monkeypatch) -> str:
    monkeypatch.chdir(ROOT)
    command = next(command for command in COMMANDS if name in command)
    assert main([*shlex.split(command), "--language", "sv"]) == 0
    return capsys.readouterr().out


def test_the_years_of_each_statement_are_those_the_page_tells(capsys, monkeypatch):
    told = answer("check-statements", capsys, monkeypatch)

    assert "stämmer för 2017; stämmer inte för 2018, 2019" in told
    assert "2017: 6,11; 2018: 15,7; 2019: 3,03" in told
    assert "går inte att avgöra för 2018" in told


def test_drug_offences_get_no_word_and_most_changes_are_within_normal_variation(capsys, monkeypatch):
    told = answer("judge-family", capsys, monkeypatch)

    assert told.count("ingen bedömning, eftersom antalet följer arbetet") == 2
    assert told.count("tydlig förändring") == 3
    assert "narkotikabrott: från 562 till 327" in told
    assert "ryms inom normal variation" in told
