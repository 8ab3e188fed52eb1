"""What the deviation view tells of a period, to whom, and what it keeps quiet about."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis.errors import SeriesDiffer
from samsyn.domain.access import SharingClass
from samsyn.domain.calendar import Period
from samsyn.studies.deviations import (
    HOURS,
    EventCounts,
    Span,
    find_deviations,
    judge,
    month_sums,
    tell,
)
from samsyn.studies.kept_judgements import packed, unpacked

WORKING_GROUP, OTHERS = SharingClass.AUTHORITIES, SharingClass.COOPERATION
FIRST, WEEKS = date(2023, 1, 2), 130
KINDS = ("assault", "drug_offence", "sexual_offence")
EVENING = 20
FITTED = {"expected", "low", "high", "phi", "p", "q", "foretold"}


def calm(*, places: int = 3, rate: float = 1.2, seed: int = 3) -> np.ndarray:
    """Return counts with ``rate`` events a day and kind, all in the evening."""
    rng = np.random.default_rng(seed)
    counts = np.zeros((places, len(KINDS), WEEKS * 7, HOURS), dtype=np.int32)
    counts[..., EVENING] = rng.poisson(rate, counts.shape[:3])
    return counts


def as_counts(counts: np.ndarray) -> EventCounts:
    return EventCounts(tuple(f"torg-{at + 1}" for at in range(len(counts))), KINDS, FIRST, counts)


def planted(place: int, kind: int, extra: int, *, days: int = 7, hour: int = EVENING) -> EventCounts:
    counts = calm()
    counts[place, kind, -days:, hour] += extra
    return as_counts(counts)


def test_a_week_like_the_others_is_quiet_and_says_how_much_was_looked_at():
    found = find_deviations(as_counts(calm()), audience=WORKING_GROUP)

    assert found.quiet
    assert found.lines == ()
    assert (found.examined, found.history) == (9, WEEKS - 1)
    assert found.period == Period(FIRST + timedelta(weeks=WEEKS - 1), FIRST + timedelta(weeks=WEEKS))


def test_a_planted_rise_is_the_first_line_with_what_was_expected_and_the_course():
    found = find_deviations(planted(1, 0, 5), audience=WORKING_GROUP)
    line = found.lines[0]

    assert (line.place, line.kind, line.more, line.detection_driven) == ("torg-2", "assault", True, False)
    assert line.low <= line.expected <= line.high < line.observed
    assert line.expected == pytest.approx(8.4, rel=0.4)
    assert line.days[-1] == found.period.first
    assert line.course[-1] == line.observed
    assert len(line.course) == len(line.foretold) == len(line.days) == 53


def test_a_fall_in_what_the_police_look_for_is_told_as_such():
    counts = calm(rate=3.0)
    counts[0, 1, -7:] = 0
    line = find_deviations(as_counts(counts), audience=WORKING_GROUP).lines[0]

    assert (line.kind, line.detection_driven, line.more, line.observed) == ("drug_offence", True, False, 0)


def test_of_one_place_the_part_of_the_week_is_named():
    counts = calm(rate=2.0)
    counts[..., 9] += np.random.default_rng(5).poisson(0.3, counts.shape[:3]).astype(np.int32)
    counts[2, 0, -7:-3, 9] = 3
    found = find_deviations(as_counts(counts), audience=WORKING_GROUP, place="torg-3")
    line = found.lines[0]

    assert (line.weekdays, line.hours, line.observed) == ((0, 1, 2, 3), (6, 12), 12)
    assert {one.place for one in found.lines} == {"torg-3"}


def test_four_weeks_are_held_against_earlier_four_weeks():
    counts = calm(rate=0.5)
    counts[0, 0, -28:, EVENING] += np.tile([1, 1, 0, 1, 0, 1, 0], 4).astype(np.int32)
    found = find_deviations(as_counts(counts), audience=WORKING_GROUP, span=Span.FOUR_WEEKS)

    assert found.period.days == 28
    assert found.history == WEEKS // 4 - 1
    assert [(line.place, line.kind) for line in found.lines] == [("torg-1", "assault")]


def test_since_the_last_briefing_only_the_same_days_of_earlier_weeks_count():
    counts = calm()
    counts[:, :, :, EVENING] = 0
    weekday = np.arange(counts.shape[2]) % 7
    rng = np.random.default_rng(1)
    counts[:, :, weekday >= 5, EVENING] = rng.poisson(6.0, counts[:, :, weekday >= 5, EVENING].shape)
    end = FIRST + timedelta(weeks=WEEKS)
    weekend = find_deviations(
        as_counts(counts), audience=WORKING_GROUP, span=Span.SINCE, since=end - timedelta(days=2)
    )

    assert weekend.quiet
    assert weekend.examined == 9
    middle = find_deviations(
        as_counts(counts), audience=WORKING_GROUP, span=Span.SINCE, until=end - timedelta(days=2),
        since=end - timedelta(days=5),
    )  # fmt: skip
    assert middle.refused == "SAM314"  # nothing ever happens then, so nothing can be judged


def test_what_was_usual_long_ago_is_not_looked_at():
    long = np.zeros((1, 3, 7 * 52 * 8, HOURS), dtype=np.int32)
    long[..., -7 * 52 * 6 :, EVENING] = np.random.default_rng(2).poisson(2.0, (1, 3, 7 * 52 * 6))
    found = find_deviations(EventCounts(("torg-1",), KINDS, FIRST, long), audience=WORKING_GROUP)

    assert (found.history, found.quiet) == (260, True)


def test_too_short_a_history_is_refused_and_not_called_quiet_without_a_reason():
    short = EventCounts(("torg-1",), KINDS, FIRST, calm(places=1)[:, :, : 7 * 80])

    assert find_deviations(short, audience=WORKING_GROUP).refused


@pytest.mark.parametrize("span", [Span.FOUR_WEEKS, Span.SINCE])
def test_other_readers_meet_whole_weeks_alone(span):
    found = find_deviations(
        planted(1, 0, 5), audience=OTHERS, span=span, since=FIRST + timedelta(weeks=WEEKS, days=-2)
    )

    assert (found.span, found.period.days) == (Span.WEEK, 7)


def test_other_readers_never_meet_kinds_about_persons():
    counts = planted(1, 2, 9)

    assert find_deviations(counts, audience=WORKING_GROUP).lines[0].kind == "sexual_offence"
    found = find_deviations(counts, audience=OTHERS)
    assert found.hidden_kinds == ("sexual_offence",)
    assert all(line.kind != "sexual_offence" for line in found.lines)
    assert found.examined == 6


def test_other_readers_meet_no_part_of_a_week():
    found = find_deviations(planted(1, 0, 5, hour=9), audience=OTHERS, place="torg-2")

    assert found.examined == 2
    assert all(not line.hours and not line.weekdays for line in found.lines)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 8), st.floats(0.1, 2.0))
def test_no_number_from_one_to_four_reaches_other_readers(seed, extra, rate):
    counts = calm(rate=rate, seed=seed)
    counts[0, 0, -7:, EVENING] += extra
    found = find_deviations(as_counts(counts), audience=OTHERS)

    for line in found.lines:
        assert line.observed is not None
        shown = [value for value in (*line.course, line.observed) if value is not None]
        assert not any(0 < value < 5 for value in shown)


def test_a_number_too_small_to_tell_does_not_stand_before_what_may_be_told():
    counts = calm()
    counts[0, 1, :, EVENING] = np.random.default_rng(4).poisson(6, WEEKS * 7)
    counts[0, 1, -7:] = 0
    counts[0, 1, -7, EVENING] = 2
    counts[0, 0, -7:, EVENING] += 2
    group = find_deviations(as_counts(counts), audience=WORKING_GROUP)
    others = find_deviations(as_counts(counts), audience=OTHERS)

    assert [(line.kind, line.observed, line.also) for line in group.lines] == [("drug_offence", 2, 1)]
    assert [(line.kind, line.also) for line in others.lines] == [("assault", 0)]


def test_a_withdrawn_report_takes_one_away():
    counts = calm()
    counts[0, 0, -7:, EVENING] += 5
    counts[0, 0, -7:, 10] -= 1
    line = find_deviations(as_counts(counts), audience=WORKING_GROUP).lines[0]

    assert line.observed == counts[0, 0, -7:].sum()


@pytest.mark.parametrize(
    "asked",
    [
        {"until": FIRST + timedelta(days=3)},
        {"until": FIRST + timedelta(weeks=WEEKS, days=1)},
        {"place": "annat-torg"},
        {"span": Span.SINCE, "since": FIRST},
    ],
)
def test_what_lies_outside_the_counts_is_refused(asked):
    with pytest.raises(SeriesDiffer):
        find_deviations(as_counts(calm()), audience=WORKING_GROUP, **asked)


def test_whole_days_give_the_same_county_as_hours():
    counts = planted(1, 0, 5)
    days = EventCounts(counts.places, counts.kinds, FIRST, counts.counts.sum(axis=3, keepdims=True))

    assert find_deviations(days, audience=WORKING_GROUP) == find_deviations(counts, audience=WORKING_GROUP)


def test_counts_of_another_shape_are_refused():
    with pytest.raises(SeriesDiffer):
        EventCounts(("torg-1",), KINDS, FIRST, np.zeros((1, 3, 7, 24), dtype=np.int32))


def test_months_are_whole_and_summed():
    counts = as_counts(calm())
    months = month_sums(counts, place="torg-1", kinds=["assault"])

    assert months[0][0] == date(2023, 2, 1)  # January began on the second
    assert months[-1][0] == date(2025, 5, 1)
    days = counts.counts[0, 0].sum(axis=1)
    first = (date(2023, 2, 1) - FIRST).days
    assert months[0][1] == days[first : first + 28].sum()


def test_sums_of_what_is_not_there_are_refused():
    for place, kinds in (("annat-torg", ["assault"]), ("torg-1", ["theft"])):
        with pytest.raises(SeriesDiffer):
            month_sums(as_counts(calm()), place=place, kinds=kinds)


@pytest.mark.parametrize("audience", [WORKING_GROUP, OTHERS])
@pytest.mark.parametrize("places", [("torg-1", "torg-2", "torg-3"), ("torg-2",)])
def test_what_was_judged_once_for_all_tells_each_reader_what_is_found_from_the_counts_alone(audience, places):
    counts = planted(1, 0, 5)
    found, history, refused = unpacked(packed(judge(counts)))
    kept = replace(judge(counts), found=found, history=history, refused=refused)
    seen = [counts.places.index(place) for place in places]
    alone = EventCounts(places, counts.kinds, counts.first, counts.counts[seen])

    told = tell(kept, lambda *_: counts, audience=audience, places=places, by_kind=False)

    found_alone = find_deviations(alone, audience=audience)
    assert replace(told, lines=()) == replace(found_alone, lines=())
    assert [asdict(line) for line in told.lines] == [
        {name: pytest.approx(value) if name in FITTED else value for name, value in asdict(line).items()}
        for line in found_alone.lines
    ]
    assert told.lines[0].place == "torg-2"


@pytest.mark.parametrize("odd", [{"span": Span.FOUR_WEEKS}, {"parts": True}])
def test_a_judgement_with_more_than_whole_weeks_is_told_to_no_other_reader(odd):
    counts = as_counts(calm())

    with pytest.raises(SeriesDiffer):
        tell(judge(counts, **odd), lambda *_: counts, audience=OTHERS, places=["torg-1"], by_kind=False)


def test_too_short_a_history_is_kept_with_its_reason():
    short = as_counts(calm()[:, :, : 7 * 20])
    found, history, refused = unpacked(packed(judge(short)))

    assert (found, history) == (None, 19)
    assert refused == find_deviations(short, audience=WORKING_GROUP).refused
