"""One printed cell."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st
from tests.store.tables.conftest import REGION

from samsyn.store.tables.cells import read_cell, segmentations


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("103", "103"),
        ("22 235", "22235"),
        ("22\u00a0235", "22235"),
        ("22\u202f235", "22235"),
        ("1 234 567", "1234567"),
        (" 0 ", "0"),
        ("5,5", "5.5"),
        ("2.9", "2.9"),
        ("-3", "-3"),
        ("\u22123", "-3"),
    ],
)
def test_a_number_is_read_as_it_is_printed(text: str, value: str) -> None:
    assert read_cell(text).value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("-", "dash"),
        ("–", "dash"),
        ("—", "dash"),
        ("−", "dash"),
        ("--", "dash"),
        ("..", "dots"),
        (".", "dot"),
        ("", "blank"),
        (" \t ", "blank"),
        ("*", "star"),
        ("[…]", "ellipsis"),
        ("...", "ellipsis"),
        ("<5", "hidden"),
        ("skyddas", "hidden"),
    ],
)
def test_a_sign_instead_of_a_number_keeps_its_kind_and_has_no_value(text: str, mark: str) -> None:
    cell = read_cell(text)
    assert (cell.mark, cell.value) == (mark, None)


@pytest.mark.parametrize(
    "text",
    [
        "ja",
        "12a3",
        "1 23",
        "12 34",
        "1 2345",
        "٣",
        "12O",
        "1l",
        "1/2",
        "10-12",
        "(1",
        "5 % av 20",
        "1 (2) (3)",
    ],
)
def test_a_text_that_is_no_figure_is_not_made_one(text: str) -> None:
    assert not read_cell(text).readable


def test_a_figure_with_one_in_brackets_holds_both() -> None:
    cell = read_cell("1 (2)")
    assert cell.second is not None
    assert (cell.value, cell.second.value) == (Decimal(1), Decimal(2))


def test_a_figure_alone_in_brackets_is_marked() -> None:
    cell = read_cell("(7)")
    assert (cell.value, cell.bracketed) == (Decimal(7), True)


@pytest.mark.parametrize(
    ("text", "value", "sign"),
    [("6 %9", "6", "9"), ("567a", "567", "a"), ("12*", "12", "*"), ("103²", "103", "2")],
)
def test_a_footnote_sign_glued_to_a_figure_is_kept_apart(text: str, value: str, sign: str) -> None:
    cell = read_cell(text)
    assert (cell.value, cell.glued) == (Decimal(value), sign)


@pytest.mark.parametrize("text", ["84 %", "84%", "84\u00a0%"])
def test_a_per_cent_sign_is_no_part_of_the_number(text: str) -> None:
    cell = read_cell(text)
    assert (cell.value, cell.percent) == (Decimal(84), True)


@pytest.mark.parametrize(
    ("text", "doubt"), [("1.590", "decimal_dot"), ("1,590", "decimal_comma"), ("1,59", ""), ("0,590", "")]
)
def test_three_digits_after_a_point_or_comma_are_a_doubt(text: str, doubt: str) -> None:
    assert read_cell(text).doubt == doubt


def test_the_region_row_has_eleven_values() -> None:
    (way,) = segmentations(tuple(REGION.split()), 11)
    assert way[-1] == "27 892"


def test_a_row_that_can_be_divided_twice_gives_both_ways() -> None:
    assert set(segmentations(("1", "590", "162"), 2)) == {("1 590", "162"), ("1", "590 162")}


def test_a_row_with_too_few_figures_can_not_be_divided() -> None:
    assert segmentations(("1", "2"), 3) == ()


def test_signs_and_brackets_are_cells_of_their_own() -> None:
    (way,) = segmentations(("-", "20", "%", "-", "..", "5,5", "%", "1", "(2)"), 6)
    assert way == ("-", "20 %", "-", "..", "5,5 %", "1 (2)")


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=6))
def test_the_printed_row_is_always_among_its_divisions(figures: list[int]) -> None:
    printed = tuple(f"{figure:,}".replace(",", " ") for figure in figures)
    ways = segmentations(tuple(" ".join(printed).split()), len(figures), ceiling=10_000)
    assert printed in ways


@given(st.text(max_size=12))
def test_any_text_can_be_asked_for_its_figure(text: str) -> None:
    cell = read_cell(text)
    assert (cell.value is None) == bool(cell.mark)
