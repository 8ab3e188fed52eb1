"""What the invented county says tonight: it holds at any hour, and on every day of the week."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta

import pytest

from samsyn.demo.tonight import CONTROLS, lines
from samsyn.domain.guard import check_text
from samsyn.domain.tonight import LONGEST_NOTE, NoteKind

WEEK = [date(2026, 11, 16) + timedelta(days=day) for day in range(7)]


@pytest.mark.parametrize("day", WEEK, ids=str)
def test_every_evening_has_asks_and_offers_at_each_scene_within_what_a_board_takes(day):
    said = lines(day)
    for scene in range(3):
        kinds = [one.kind for one in said if one.scene == scene]
        assert {NoteKind.ASKS, NoteKind.OFFERS} <= set(kinds)
    assert max(Counter((one.scene, one.role) for one in said).values()) <= 2
    assert all(len(one.text) <= LONGEST_NOTE for one in said)


@pytest.mark.parametrize("day", WEEK, ids=str)
def test_no_line_names_an_hour_that_may_have_passed_or_leads_to_a_person(day):
    for one in lines(day):
        assert not re.search(r"\d", one.text)
        assert check_text(one.text, today=day).is_clean


def test_what_keeps_an_eye_on_a_square_is_there_in_the_morning_and_at_night():
    first = [one for one in CONTROLS if one.scene == 0]
    assert any(one.opens.hour <= 8 for one in first)
    assert any(one.closes.hour in {0, 23} for one in first)
    assert {one.scene for one in CONTROLS} == {0, 1, 2}
