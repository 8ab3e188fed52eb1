"""The events of the invented county: what is planted is found, the other weeks are quiet."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from samsyn.demo.events import FIRST, KINDS, LAST, DemoEvents, draw_events
from samsyn.domain.access import SharingClass
from samsyn.studies.deviations import HOURS, EventCounts, Span, find_deviations


@pytest.fixture(scope="module")
def drawn(city) -> DemoEvents:
    return draw_events(city)


@pytest.fixture(scope="module")
def counts(city, drawn) -> EventCounts:
    """The counts of each place by its newest outline, without the store."""
    places = tuple(place.slug for place in city.places)
    frame = drawn.frame
    outlines = [shapely.from_wkb(place.boundaries[-1].wkb) for place in city.places]
    tree = shapely.STRtree(outlines)
    row, where = tree.query(shapely.points(frame[["ost", "nord"]].to_numpy()), predicate="within")
    words = {word: at for at, (word, _) in enumerate(KINDS.values())}
    kind = frame["typ"].map(words).to_numpy()[row]
    day = (frame["fran"].to_numpy().astype("datetime64[D]") - np.datetime64(FIRST, "D")).astype(int)[row]
    hour = frame["fran"].dt.hour.to_numpy()[row]
    array = np.zeros((len(places), len(KINDS), (LAST - FIRST).days, HOURS), dtype=np.int32)
    np.add.at(array, (where, kind, day, hour), frame["antal"].to_numpy()[row])
    return EventCounts(places, tuple(code for _, code in KINDS.values()), FIRST, array)


def listed(counts: EventCounts, **asked) -> set[tuple[str, str]]:
    found = find_deviations(counts, audience=SharingClass.AUTHORITIES, **asked)
    return {(line.place, line.kind) for line in found.lines}


def test_the_same_seed_gives_the_same_events(city, drawn):
    assert draw_events(city).frame.equals(drawn.frame)
    assert not draw_events(city, seed=12).frame.equals(drawn.frame)


def test_every_planted_change_is_found_at_its_place(counts, drawn):
    for change in drawn.truth:
        span = Span.WEEK if (change.end - change.first).days == 7 else Span.FOUR_WEEKS
        kind = KINDS[change.series][1]
        assert (change.place, kind) in listed(counts, place=change.place, span=span), change


def test_the_county_shows_the_planted_changes_and_little_else(counts, drawn):
    found = listed(counts) | listed(counts, span=Span.FOUR_WEEKS)
    planted = {(change.place, KINDS[change.series][1]) for change in drawn.truth}

    assert len(found & planted) >= 4
    assert len(found - planted) <= 1


def test_the_quiet_weeks_before_stay_quiet(counts):
    quiet = [not listed(counts, until=LAST - timedelta(weeks=back)) for back in range(9, 95)]

    # Lines are drawn at a false discovery rate of 1 %: of 86 weeks about one may say something.
    assert sum(quiet) >= 82


def test_events_lie_inside_the_hours_and_the_county(drawn):
    frame = drawn.frame
    assert frame["fran"].min() >= pd.Timestamp(FIRST)
    assert frame["fran"].max() < pd.Timestamp(LAST)
    assert (frame["till"] >= frame["fran"]).all()
    assert set(frame["antal"]) == {1, -1}
    assert set(frame["typ"]) == {word for word, _ in KINDS.values()}


def test_levels_follow_the_published_tables(city, drawn):
    frame = drawn.frame
    thefts = frame.loc[frame["typ"] == "Stöld", "antal"].sum() / ((LAST - FIRST).days / 365.25)
    codes = {city.grannskap_of[p.slug] for p in city.places if p.status not in ("ceased", "merged")}
    table = city.dataset("exempelstad-brott").frame
    late = table[(table["series"] == "stold") & table["code"].isin(codes) & (table["sex"] == "")]
    yearly = late.groupby("period_start")["value"].sum().tail(3).mean()

    assert thefts == pytest.approx(yearly, rel=0.2)


def test_the_page_about_the_county_names_every_planted_change(city, drawn):
    page = (Path(__file__).parents[2] / "docs/explanation/exempelstad.md").read_text(encoding="utf-8")
    names = {place.slug: place.name for place in city.places}

    for change in drawn.truth:
        last = (change.end - timedelta(days=1)).isoformat()
        assert f"| {names[change.place]} | {change.series} | {change.first.isoformat()} | {last} |" in page
