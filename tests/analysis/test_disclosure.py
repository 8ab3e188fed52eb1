"""Nobody may work out a small count, judged by enumerating everything a reader cannot rule out."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis.disclosure import (
    CountTable,
    Mark,
    Sum,
    SuppressedTable,
    audit,
    feasible_range,
    linked,
    share_is_hidden,
    suppress,
    table_with_margins,
)
from samsyn.analysis.errors import (
    NotACount,
    SeriesDiffer,
    SettingOutOfRange,
    TableTooLarge,
    TotalsDisagree,
    UnknownCell,
)

ATTACK = [[20, 4, 1], [3, 18, 22], [9, 7, 30]]


def every_possibility(table: SuppressedTable, cap: int) -> dict:
    """Return what each unseen cell may be, by trying every whole number up to a cap: slow and obvious."""
    least = {Mark.SMALL: 1, Mark.PROTECTED: table.k, Mark.WITHHELD: 0, Mark.MISSING: 0}
    spans = {m: range(low, (table.k if m is Mark.SMALL else cap + 1)) for m, low in least.items()}
    # Inner cells decide the margins, so only cells that are no total are tried.
    totals = {one.total: one.parts for one in table.sums}
    free = [c for c in table.marks if c not in totals]
    choices = [[table.values[c]] if table.marks[c] is Mark.SHOWN else spans[table.marks[c]] for c in free]
    possible: dict = {c: set() for c in table.marks if table.marks[c] is not Mark.SHOWN}
    for values in itertools.product(*choices):
        world = dict(zip(free, values, strict=True))
        for total, parts in totals.items():
            world[total] = sum(world[p] for p in parts)
        fits = all(
            world[t] == table.values[t]
            if table.marks[t] is Mark.SHOWN
            else least[table.marks[t]] <= world[t]
            and (table.marks[t] is not Mark.SMALL or world[t] < table.k)
            for t in totals
        )
        if fits and all(world[one.total] == sum(world[p] for p in one.parts) for one in table.sums):
            for c in possible:
                possible[c].add(world[c])
    return possible


def masked(inner: list[list[int]], hidden: list[tuple[int, int]], k: int) -> SuppressedTable:
    """Return a table with margins where only the named cells are hidden."""
    table = table_with_margins(inner)
    marks = {
        c: Mark.SHOWN if c not in hidden else Mark.SMALL if (v or 0) < k else Mark.PROTECTED
        for c, v in table.cells.items()
    }
    values = {c: v if marks[c] is Mark.SHOWN else None for c, v in table.cells.items()}
    return SuppressedTable(values, marks, table.sums, k)


K, CAP = 4, 8  # small enough to try everything: a cell moves by at most 2, from at most 6
small_tables = st.integers(2, 3).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 6), min_size=width, max_size=width), min_size=2, max_size=2
    )
)
larger_tables = st.tuples(st.integers(2, 5), st.integers(2, 6)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 40), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


@settings(max_examples=25, deadline=None)
@given(small_tables)
def test_every_small_count_may_be_each_of_one_to_three_by_enumeration(inner):
    published = suppress(table_with_margins(inner), k=K)
    possible = every_possibility(published, CAP)
    for cell, mark in published.marks.items():
        if mark is Mark.SMALL:
            assert {1, 2, 3} <= possible[cell]
        if mark is Mark.WITHHELD:
            assert {1, 2, 3} <= possible[cell] or min(possible[cell]) >= K


@settings(max_examples=25, deadline=None)
@given(small_tables, st.randoms(use_true_random=False))
def test_the_audit_says_what_enumeration_says_about_any_choice_of_hidden_cells(inner, random):
    table = table_with_margins(inner)
    marks = {
        c: Mark.SMALL if 0 < v < K else Mark.PROTECTED if v >= K and random.random() < 0.4 else Mark.SHOWN
        for c, v in table.cells.items()
    }
    published = SuppressedTable(
        {c: v if marks[c] is Mark.SHOWN else None for c, v in table.cells.items()}, marks, table.sums, K
    )
    possible = every_possibility(published, CAP)
    expected = all({1, 2, 3} <= possible[c] for c, m in marks.items() if m is Mark.SMALL)
    assert audit(published).safe is expected


@settings(max_examples=40, deadline=None)
@given(larger_tables)
def test_what_leaves_is_true_and_passes_the_audit(inner):
    table = table_with_margins(inner)
    published = suppress(table)
    assert audit(published).safe
    for cell, mark in published.marks.items():
        value = table.cells[cell]
        if mark is Mark.SHOWN:
            assert published.values[cell] == value
            assert value == 0 or value >= 5
        else:
            assert published.values[cell] is None
        if mark is Mark.SMALL:
            assert 1 <= value <= 4
        if mark is Mark.PROTECTED:
            assert value >= 5


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.sampled_from([0, 5, 8, 40]), min_size=3, max_size=3), min_size=1, max_size=4))
def test_nothing_is_hidden_when_nothing_is_small(inner):
    assert set(suppress(table_with_margins(inner)).marks.values()) == {Mark.SHOWN}


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
        min_size=1,
        max_size=3,
    )
)
def test_halves_sexes_and_years_are_protected_together(years):
    cells, sums = {}, []
    for y, (women_1, women_2, men_1, men_2) in enumerate(years):
        part = {"w1": women_1, "w2": women_2, "m1": men_1, "m2": men_2}
        part |= {"1": women_1 + men_1, "2": women_2 + men_2, "w": women_1 + women_2, "m": men_1 + men_2}
        part["all"] = sum(years[y])
        cells |= {(y, name): value for name, value in part.items()}
        for total, parts in (
            ("1", "w1 m1"),
            ("2", "w2 m2"),
            ("w", "w1 w2"),
            ("m", "m1 m2"),
            ("all", "1 2"),
            ("all", "w m"),
        ):
            sums.append(Sum((y, total), tuple((y, p) for p in parts.split())))
    cells["women"] = sum(cells[(y, "w")] for y in range(len(years)))
    sums.append(Sum("women", tuple((y, "w") for y in range(len(years)))))
    published = suppress(CountTable(cells, tuple(sums)))
    assert audit(published).safe


def test_the_subtraction_attack_recovers_a_single_hidden_cell():
    # A line with one hidden cell and a printed margin: 25 − 20 − 4 = 1.
    table = masked(ATTACK, [(0, 2)], k=3)
    assert feasible_range(table, (0, 2)).low == feasible_range(table, (0, 2)).high == 1
    assert not audit(table).safe


def test_four_cells_in_a_rectangle_protect_each_other():
    assert audit(masked(ATTACK, [(0, 1), (0, 2), (1, 1), (1, 2)], k=3)).safe


@pytest.mark.reference
def test_the_published_attack_gives_the_published_ranges(reference):
    case = json.loads((reference / "cases" / "suppression_attack_audit.json").read_text())
    inner = case["input"]["inner"]
    table = table_with_margins(inner)
    for mask, intervals, safe in zip(
        case["input"]["masks"], case["expected"]["intervals"], case["expected"]["safe"], strict=True
    ):
        hidden = [tuple(cell) for cell in mask]
        # The case knows no marks, only that counts are not negative.
        marks = {c: Mark.WITHHELD if c in hidden else Mark.SHOWN for c in table.cells}
        values = {c: None if c in hidden else v for c, v in table.cells.items()}
        blank = SuppressedTable(values, marks, table.sums, 3)
        for name, (low, high) in intervals.items():
            found = feasible_range(blank, tuple(int(part) for part in name.strip("()").split(",")))
            assert (found.low, found.high) == pytest.approx((low, high), abs=case["tolerance"]["abs"])
        assert audit(masked(inner, hidden, k=3)).safe is safe


def test_two_small_cells_with_a_printed_sum_below_five_fail():
    values = {"a": None, "b": None, "both": 3}
    marks = {"a": Mark.SMALL, "b": Mark.SMALL, "both": Mark.SHOWN}
    result = audit(SuppressedTable(values, marks, (Sum("both", ("a", "b")),), 5))
    assert {breach.kind for breach in result.breaches} >= {"sum", "cell", "shown"}


def test_marks_are_taken_at_their_word():
    # 9 = "<5" + "skyddas" leaves 1 … 4; 8 would rule out 4, since the other is at least 5.
    marks = {"a": Mark.SMALL, "b": Mark.PROTECTED, "both": Mark.SHOWN}
    sums = (Sum("both", ("a", "b")),)
    assert audit(SuppressedTable({"a": None, "b": None, "both": 9}, marks, sums, 5)).safe
    tight = audit(SuppressedTable({"a": None, "b": None, "both": 8}, marks, sums, 5))
    assert tight.breaches[0].possible == (1, 2, 3)


def test_overdoses_by_year_show_large_years_and_zero():
    years = {"2015": 6, "2016": 4, "2017": 7, "2018": 1, "2019": 0}
    published = suppress(CountTable(years))
    assert [published.values[y] for y in years] == [6, None, 7, None, 0]
    assert published.is_derivable_hidden("2017", "2018")
    assert not published.is_derivable_hidden("2015", "2017")


def test_a_line_that_is_small_all_through_is_left_blank_with_its_total_marked():
    published = suppress(CountTable({"w": 1, "m": 2, "all": 3}, (Sum("all", ("w", "m")),)))
    assert published.marks == {"w": Mark.WITHHELD, "m": Mark.WITHHELD, "all": Mark.SMALL}


def test_a_table_that_cannot_be_made_safe_is_withheld_as_a_whole():
    # Twice the cell is the total: whatever is hidden, its value is half of it or bound to even numbers.
    published = suppress(CountTable({"a": 4, "twice": 8}, (Sum("twice", ("a", "a")),)))
    assert set(published.marks.values()) <= {Mark.WITHHELD}
    assert set(published.values.values()) == {None}


def test_a_missing_value_that_must_be_small_is_protected_too():
    table = CountTable({"a": None, "b": 9, "c": 7, "all": 18}, (Sum("all", ("a", "b", "c")),))
    published = suppress(table)
    assert audit(published).safe
    assert Mark.PROTECTED in published.marks.values()
    assert published.marks["a"] is Mark.MISSING


def test_the_same_table_is_hidden_in_the_same_way_every_time():
    table = table_with_margins([[2, 7, 9, 3], [11, 6, 1, 8], [5, 5, 5, 5]])
    assert len({str(suppress(table).to_dict()) for _ in range(3)}) == 1


def test_a_year_and_its_halves_cannot_be_subtracted():
    table = linked(CountTable({"2024": 9}), CountTable({"H1": 6, "H2": 3}), sums=[Sum("2024", ("H1", "H2"))])
    published = suppress(table)
    assert published.values["H2"] is None
    assert published.marks["H1"] is Mark.PROTECTED or published.marks["2024"] is Mark.PROTECTED


def test_very_large_neighbours_do_not_trouble_the_search():
    published = suppress(table_with_margins([[10**9, 3], [10**9, 10**9]]))
    assert audit(published).safe
    assert published.marks[(0, 1)] is Mark.SMALL


@pytest.mark.parametrize("k", [2, 21, 5.0, True])
def test_a_threshold_outside_three_to_twenty_is_refused(k):
    with pytest.raises(SettingOutOfRange):
        suppress(CountTable({"a": 1}), k=k)


@pytest.mark.parametrize("k", [3, 10, 20])
def test_other_thresholds_hold_too(k):
    published = suppress(table_with_margins([[2, 30, 41], [25, 60, 33], [80, 22, 90]]), k=k)
    assert audit(published).safe
    assert published.values[(0, 0)] is None


def test_a_total_that_is_not_its_parts_is_refused():
    with pytest.raises(TotalsDisagree):
        suppress(CountTable({"a": 3, "b": 4, "all": 8}, (Sum("all", ("a", "b")),)))


def test_one_cell_with_two_values_is_refused():
    with pytest.raises(TotalsDisagree):
        linked(CountTable({"a": 3}), CountTable({"a": 4}))


def test_a_sum_over_an_unknown_cell_is_refused():
    with pytest.raises(UnknownCell):
        suppress(CountTable({"a": 3}, (Sum("all", ("a",)),)))


def test_ragged_rows_and_negative_counts_are_refused():
    with pytest.raises(SeriesDiffer):
        table_with_margins([[1, 2], [3]])
    with pytest.raises(NotACount):
        table_with_margins([[1, -2]])


def test_a_huge_table_is_refused_before_the_search():
    with pytest.raises(TableTooLarge):
        suppress(CountTable(dict.fromkeys(range(20_001), 1)))


def test_contradicting_marks_are_a_breach_and_not_an_answer():
    marks = {"a": Mark.SMALL, "b": Mark.SMALL, "both": Mark.SHOWN}
    result = audit(SuppressedTable({"a": None, "b": None, "both": 20}, marks, (Sum("both", ("a", "b")),), 5))
    assert [breach.kind for breach in result.breaches] == ["contradiction"]


@pytest.mark.parametrize(
    ("part", "whole", "hidden"),
    [
        (12, 12, True),  # 100 % of a small group
        (0, 12, True),  # 0 % of a small group
        (9, 19, True),  # n below 20
        (10, 20, False),
        (3, 40, True),  # the part itself is hidden
        (38, 40, True),  # the rest is
        (0, 40, False),
        (40, 40, False),
    ],
)
def test_shares_of_few_and_shares_of_hidden_cells_are_hidden(part, whole, hidden):
    assert share_is_hidden(part, whole) is hidden
