"""Tables, years and editions together: a reader who has them all can work out no small count."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis.disclosure import Sum, table_with_margins
from samsyn.analysis.errors import NotACount, SettingOutOfRange, TotalsDisagree, UnknownCell
from samsyn.analysis.publication import may_publish

K, CAP = 3, 12


def worlds(free: list[str], built: dict[str, tuple[str, ...]], seen: dict[str, range]):
    """Yield every whole-number world that fits what is seen: slow and obvious."""
    for values in itertools.product(*(seen.get(cell, range(CAP + 1)) for cell in free)):
        world = dict(zip(free, values, strict=True))
        for total, parts in built.items():
            world[total] = sum(world[part] for part in parts)
        if all(world[cell] in span for cell, span in seen.items()):
            yield world


def spans(values: dict, marks: dict) -> dict[str, range]:
    """Return what the reader takes each mark to mean."""
    told = {"small": range(1, K), "protected": range(K, 4 * CAP), "withheld": range(4 * CAP)}
    return {
        cell: range(values[cell], values[cell] + 1) if mark == "shown" else told[mark]
        for cell, mark in marks.items()
    }


parts = st.integers(0, 7)
three = st.lists(st.integers(0, 8), min_size=3, max_size=3)


@settings(max_examples=15, deadline=None)
@given(parts, parts, parts, parts, st.sets(st.sampled_from(["h1", "h2", "inner"])))
def test_no_subtraction_of_one_table_from_another_recovers_a_small_count(a, b, c, d, left_out):
    # Two halves of a year, each inside and outside the inner area; the tables hold sums of the four.
    free = {"in1": a, "out1": b, "in2": c, "out2": d}
    built = {"h1": ("in1", "out1"), "h2": ("in2", "out2"), "inner": ("in1", "in2")}
    built["year"] = ("in1", "out1", "in2", "out2")
    truth = free | {total: sum(free[p] for p in some) for total, some in built.items()}
    tables = {
        "halves": {cell: truth[cell] for cell in ("h1", "h2", "year") if cell not in left_out},
        "inner": {cell: truth[cell] for cell in ("inner", "year") if cell not in left_out},
        "all": {},
    }
    known = [
        ("year", ("h1", "h2")),
        ("h1", ("in1", "out1")),
        ("h2", ("in2", "out2")),
        ("inner", ("in1", "in2")),
    ]
    everything = may_publish({**tables, "all": truth}, sums=known, inside=[("inner", "year")], k=K)
    assert everything.audit_passed

    told: dict = {}
    for name in everything.tables:
        told |= spans(everything.values[name], everything.marks[name])
    fitting = list(worlds(list(free), built, told))
    assert any(all(world[cell] == value for cell, value in truth.items()) for world in fitting)
    for cell, value in truth.items():
        if 0 < value < K:
            assert {world[cell] for world in fitting} >= set(range(1, K)), cell
    between = {world["year"] - world["inner"] for world in fitting}
    if 0 < truth["year"] - truth["inner"] < K:
        assert between >= set(range(1, K))


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.integers(0, 8), min_size=3, max_size=3), st.lists(st.integers(0, 8), min_size=3, max_size=3)
)
def test_two_editions_tell_nothing_small_about_the_step_between_them(old, new):
    first = {f"a{i}": value for i, value in enumerate(old)}
    safe = may_publish({"first": first}, k=K)
    printed = dict(safe.values["first"])
    second = may_publish({"second": {f"a{i}": value for i, value in enumerate(new)}}, already=printed, k=K)

    assert second.audit_passed
    for cell, value in second.values.get("second", {}).items():
        if value is not None and printed[cell] is not None:
            assert not 0 < abs(value - printed[cell]) < K


def test_a_step_of_two_persons_between_editions_is_not_printed():
    told = may_publish({"new": {"2024": 22, "2023": 40}}, already={"2024": 20, "2023": 40})

    assert told.values["new"] == {"2024": None, "2023": 40}


def test_a_table_whose_total_gives_an_earlier_hidden_cell_away_hides_or_stays():
    already = {"girls": None, "boys": 30}
    told = may_publish({"all": {"both": 33}}, already=already, sums=[("both", ("girls", "boys"))])

    assert told.values.get("all", {"both": None})["both"] is None


def test_what_lies_between_an_area_and_the_one_round_it_is_protected_without_being_printed():
    told = may_publish({"town": {"town": 50}, "square": {"square": 48}}, inside=[("square", "town")])

    printed = [told.values[name][name] for name in told.tables]
    assert told.audit_passed
    assert printed.count(None) + len(told.refused) >= 1


def test_what_already_tells_too_much_stops_everything_new():
    told = may_publish({"new": {"b": 40}}, already={"a": 2})

    assert (told.tables, told.refused, told.audit_passed) == ((), ("new",), False)


def test_one_safe_table_is_published_as_it_is():
    table = table_with_margins([[20, 14], [30, 18]])
    told = may_publish({"one": table})

    assert (told.hidden, told.refused) == (0, ())
    assert told.values["one"] == table.cells


def test_the_order_of_cells_does_not_matter_for_what_is_safe():
    cells = {"h1": 2, "h2": 30, "year": 32}
    known = [Sum("year", ("h1", "h2"))]
    there = may_publish({"t": cells}, sums=known)
    back = may_publish({"t": dict(reversed(cells.items()))}, sums=known)

    assert there.marks["t"] == back.marks["t"]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"tables": {"t": {"a": -1}}}, NotACount),
        ({"tables": {"t": {"a": 9}}, "k": 2}, SettingOutOfRange),
        ({"tables": {"t": {"a": 9}}, "inside": [("a", "b")]}, UnknownCell),
        ({"tables": {"t": {"a": 9}}, "sums": [("b", ("a",))]}, UnknownCell),
        ({"tables": {"t": {"a": 9}, "u": {"a": 8}}}, TotalsDisagree),
        ({"tables": {"t": {"a": 9, "b": 5}}, "inside": [("a", "b")]}, TotalsDisagree),
    ],
)
def test_what_does_not_hold_together_is_refused(asked, error):
    with pytest.raises(error):
        may_publish(**asked)
