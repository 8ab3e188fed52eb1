"""Sums that leave: what each reader gets, and that nothing hidden can be worked out."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, strategies as st

from samsyn.analysis.errors import SeriesDiffer
from samsyn.domain.access import SharingClass
from samsyn.studies.event_aggregates import event_aggregates

START = date(2026, 1, 5)
WEEKS = [(START + timedelta(weeks=at), START + timedelta(weeks=at + 1)) for at in range(4)]
PLACES, KINDS = ("a", "b"), ("theft", "drug_offence", "overdose")


def aggregates(values, audience=SharingClass.COOPERATION, periods=WEEKS):
    return event_aggregates(np.array(values), PLACES, KINDS, periods, audience=audience)


def test_the_working_group_gets_every_number_and_kind():
    rows = aggregates(np.arange(24).reshape(2, 3, 4), SharingClass.AUTHORITIES)

    assert len(rows) == 24
    assert sorted(row.count for row in rows) == list(range(24))
    assert [(row.place, row.kind) for row in rows[:4]] == [("a", "drug_offence")] * 4


def test_kinds_that_the_police_look_for_are_marked():
    rows = aggregates(np.full((2, 3, 4), 9))

    assert {row.kind: row.detection_driven for row in rows} == {"drug_offence": True, "theft": False}


@pytest.mark.parametrize("audience", [SharingClass.OPEN, SharingClass.COOPERATION])
@given(values=st.lists(st.integers(-3, 40), min_size=24, max_size=24))
def test_others_never_get_one_to_four_or_kinds_about_persons(audience, values):
    given_values = np.array(values).reshape(2, 3, 4)
    rows = aggregates(given_values, audience)

    assert {row.kind for row in rows} == {"theft", "drug_offence"}
    for row in rows:
        true = given_values[PLACES.index(row.place), KINDS.index(row.kind), WEEKS.index((row.first, row.end))]
        assert row.count == (None if 0 < true < 5 else max(0, true))


def test_periods_that_overlap_are_refused_because_their_difference_is_a_third():
    longer = [*WEEKS[:3], (WEEKS[2][0], WEEKS[3][1])]
    with pytest.raises(SeriesDiffer):
        aggregates(np.zeros((2, 3, 4), dtype=int), periods=longer)


def test_an_array_of_another_shape_is_refused():
    with pytest.raises(SeriesDiffer):
        aggregates(np.zeros((2, 3, 3), dtype=int))


@pytest.mark.parametrize(
    ("kinds", "met"),
    [
        (("all_offences", "theft", "sexual_offence"), {"theft"}),
        (("all_incidents", "disorder", "overdose"), {"disorder"}),
        (("violence", "assault", "offence_in_close_relation"), {"assault"}),
        (("drug_offence", "drug_own_use", "homicide"), {"drug_own_use"}),
        (("all_offences", "disorder", "observation:person"), {"all_offences", "disorder"}),
    ],
)
def test_no_sum_stands_beside_its_parts_for_others_than_the_working_group(kinds, met):
    values = np.array([[[30], [28], [2]]])

    def read(audience):
        rows = event_aggregates(values, ["a"], kinds, WEEKS[:1], audience=audience)
        return {row.kind for row in rows}

    assert read(SharingClass.COOPERATION) == met
    assert read(SharingClass.AUTHORITIES) == set(kinds)
