"""A method on figures from a file: JSON and tables, everything that is wrong at once, and sentences."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from samsyn.analysis.change import compare_counts, judge_family
from samsyn.cli.main import main


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Answer in English, and stand in an empty folder."""
    monkeypatch.setenv("SAMSYN_LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)


def ask(capsys: Any, *words: str) -> tuple[int, Any]:
    """Run the command with --json and return its exit code and what it printed."""
    code = main(["analyse", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def given(tmp_path: Any, name: str, content: str | bytes) -> str:
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def test_a_json_object_is_the_arguments_of_the_method(capsys, tmp_path):
    code, told = ask(capsys, "rate", "--input", given(tmp_path, "a.json", '{"count": 48, "exposure": 3200}'))

    assert code == 0
    assert told["method"] == "rate"
    assert told["answer"]["value"] == 1500.0


def test_standard_input_and_set_go_together_and_set_wins(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"count": 48, "exposure": 1}')))

    code, told = ask(capsys, "rate", "--input", "-", "--set", "exposure=3 200,0")

    assert (code, told["answer"]["value"]) == (0, 1500.0)


@pytest.mark.parametrize(
    "table",
    [
        "counts;exposures\n30;10 000,0\n12;1500\n",
        "counts,exposures\n30,10000.0\n12,1500\n",
        "counts\texposures\n30\t10000,0\n12\t1500\n\n",
        "\ufeffcounts;exposures\r\n30;10\u00a0000\r\n12;1500\r\n",
    ],
    ids=["semicolon and decimal comma", "comma and decimal point", "tab", "byte order mark and hard space"],
)
def test_a_column_of_a_table_is_the_argument_of_its_heading(capsys, tmp_path, table):
    code, told = ask(capsys, "pooled-rate", "--input", given(tmp_path, "t.csv", table))

    assert code == 0, told
    assert told["answer"]["value"] == pytest.approx(42 / 11500 * 100_000)
    assert told["answer"]["n"] == 42


def test_a_table_with_one_row_gives_single_numbers(capsys, tmp_path):
    code, told = ask(capsys, "rate", "--input", given(tmp_path, "t.csv", "count;exposure\n48;3200\n"))

    assert (code, told["answer"]["value"]) == (0, 1500.0)


def test_a_shorter_column_ends_early_but_a_hole_is_refused(capsys, tmp_path):
    short = "counts;rates;periods\n2704;3894;2023\n2794;3884;2024\n"
    hole = "counts;rates\n2704;3894\n;3884\n2794;3880\n"

    assert ask(capsys, "implied-denominators", "--input", given(tmp_path, "a.csv", short))[0] == 0
    code, told = ask(capsys, "implied-denominators", "--input", given(tmp_path, "b.csv", hole))

    assert (code, told["error"]["code"]) == (2, "SAM713")
    assert "counts has an empty cell in row 3" in told["error"]["what"]


def test_rows_of_a_table_are_the_series_of_a_family(capsys, tmp_path):
    table = "label;before;after;phi\nRobbery;40;10;1,5\nTheft;1 000;1 100;4\n2017;30;28;2\n"

    code, told = ask(capsys, "judge-family", "--input", given(tmp_path, "t.csv", table))

    year = {"days_before": 365, "days_after": 365}
    wanted = judge_family(
        [
            compare_counts(40, 10, **year, phi=1.5),
            compare_counts(1000, 1100, **year, phi=4),
            compare_counts(30, 28, **year, phi=2),
        ]
    )
    assert code == 0, told
    assert [one["label"] for one in told["answer"]["series"]] == ["Robbery", "Theft", "2017"]
    assert [one["word"] for one in told["answer"]["series"]] == [one.word.value for one in wanted]
    assert [one["q"] for one in told["answer"]["series"]] == [one.q for one in wanted]
    assert told["answer"]["family_size"] == 3


def test_everything_that_is_wrong_is_said_at_once(capsys):
    code, told = ask(capsys, "rate", "--set", "cuont=3", "--set", "exposure=x", "--set", "level")

    assert (code, told["error"]["code"]) == (2, "SAM711")
    for part in (
        "unknown argument cuont (nearest: count",
        "count is missing",
        'exposure is "x"; it must be a number',
        "level is not KEY=VALUE",
    ):
        assert part in told["error"]["what"]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("pooled-rate", "--set", 'counts=[1,"a"]', "--set", "exposures=[1,2]"), 'counts (value 2) is "a"'),
        (("pooled-rate", "--set", "counts=[1]", "--set", "exposures=3"), "exposures is 3; it must be a list"),
        (
            ("compare-counts", "--set", "before=1", "--set", "days_before=1", "--set", "two_sided=both"),
            "two_sided is both; it must be one of central, minlike",
        ),
        (("overdispersion", "--set", "history=[1,2,3,4,5]", "--set", "median_unbiased=1"), "true or false"),
        (("rate", "--set", "count=true", "--set", "exposure=1"), "count is true; it must be a whole number"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(capsys, words, part):
    code, told = ask(capsys, *words)

    assert (code, told["error"]["code"]) == (2, "SAM711")
    assert part in told["error"]["what"]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.json", "[1, 2]", "not an object"),
        ("a.json", '{"count": ', "row 1"),
        ("a.csv", "count;exposure\n", "no rows"),
        ("a.csv", "", "no rows"),
        ("a.csv", "count;exposure\n1;2;3\n4\n", "row 2 has 3 values, expected 2; row 3 has 1"),
        ("a.csv", "count;count\n1;2\n", "same heading"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(capsys, tmp_path, name, content, problem):
    code, told = ask(capsys, "rate", "--input", given(tmp_path, name, content))

    assert (code, told["error"]["code"]) == (2, "SAM713")
    assert problem in told["error"]["what"]


def test_a_file_that_is_not_there_is_refused(capsys):
    code, told = ask(capsys, "rate", "--input", "nowhere.json")

    assert (code, told["error"]["code"]) == (2, "SAM702")


def test_the_refusal_of_a_method_keeps_its_code(capsys):
    code, told = ask(capsys, "rate", "--set", "count=-1", "--set", "exposure=10")

    assert (code, told["error"]["code"]) == (2, "SAM301")


def test_a_series_with_an_unknown_key_is_refused(capsys):
    code, told = ask(capsys, "judge-family", "--set", 'series=[{"before": 1, "after": 2, "dayz": 3}]')

    assert (code, told["error"]["code"]) == (2, "SAM308")
    assert "dayz" in told["error"]["what"]


def test_a_method_that_does_not_exist_gets_its_nearest_name(capsys):
    code, told = ask(capsys, "compare-count")

    assert (code, told["error"]["code"]) == (2, "SAM712")
    assert told["error"]["facts"]["nearest"].startswith("compare-counts")


def test_the_list_names_every_method_and_what_one_takes(capsys):
    _code, told = ask(capsys, "--list")
    names = [method["name"] for method in told["methods"]]
    _code, one = ask(capsys, "rate", "--list")

    assert {"rate", "judge-family", "compare-counts"} <= set(names)
    assert [argument["name"] for argument in one["arguments"] if argument["required"]] == [
        "count",
        "exposure",
    ]
    assert main(["analyse", "--list"]) == 0
    assert all(name in capsys.readouterr().out for name in names[:1])


@pytest.mark.parametrize(
    ("language", "word"), [("sv", "ryms inom normal variation"), ("en", "within normal variation")]
)
def test_the_words_of_a_verdict_are_said_in_the_language(capsys, language, word):
    series = 'series=[{"label": "A", "before": 30, "after": 28, "phi": 2}]'

    assert main(["analyse", "judge-family", "--set", series, "--explain", "--language", language]) == 0

    assert word in capsys.readouterr().out


def test_without_json_or_explain_the_facts_stand_one_to_a_line(capsys):
    assert main(["analyse", "rate", "--set", "count=48", "--set", "exposure=3200"]) == 0

    assert "value: 1500" in capsys.readouterr().out.splitlines()


def test_a_refusal_without_json_goes_to_standard_error_with_its_mend(capsys):
    assert main(["analyse", "rate", "--set", "exposure=1"]) == 2

    told = capsys.readouterr()
    assert not told.out
    assert told.err.startswith("SAM711: ")
    assert "--list" in told.err
