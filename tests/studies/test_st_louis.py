"""The autumn of 2014 in St. Louis: drug offences halve, thefts do not, and the words fit what is counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from samsyn.domain.access import SharingClass
from samsyn.reports.deviation_words import line_words
from samsyn.reports.words import words
from samsyn.store.events.cube import EVERYWHERE, PLACES
from samsyn.store.events.ingest import ingest_events
from samsyn.store.events.mapping import read_mapping
from samsyn.store.events.places import Ground
from samsyn.store.events.schema import EventSet
from samsyn.store.events.store import EventStore
from samsyn.studies.deviations import EventCounts, Span, find_deviations

AUTUMN = date(2014, 12, 1)


@pytest.fixture(scope="module")
def loaded(request, tmp_path_factory) -> tuple[EventStore, EventSet]:
    reference = request.getfixturevalue("reference")
    store = EventStore(tmp_path_factory.mktemp("store"), "prov")
    made = ingest_events(
        store, reference / "data" / "events" / "stlouis_2008_2014.parquet", read_mapping("stlouis-parquet"),
        "stlouis", ground=Ground(), owner="polisen", by="Analytiker", now=datetime(2026, 11, 21, tzinfo=UTC),
    )  # fmt: skip
    return store, made


@pytest.fixture(scope="module")
def counts(loaded) -> EventCounts:
    store, made = loaded
    cube = store.cube(made.slug, PLACES)
    hours = cube.hourly(EVERYWHERE, list(cube.kinds))
    return EventCounts((EVERYWHERE,), cube.kinds, date.fromisoformat(str(cube.first)), hours[None])


@pytest.mark.reference
def test_the_sum_of_counts_is_kept_and_rows_are_not_counted(loaded):
    _store, made = loaded

    assert made.rows == 397_765
    assert made.count == 384_221


@pytest.mark.reference
def test_the_fall_of_drug_offences_is_told_as_police_work_that_may_have_changed(counts):
    found = find_deviations(
        counts, audience=SharingClass.AUTHORITIES, place=EVERYWHERE, span=Span.FOUR_WEEKS, until=AUTUMN
    )
    drugs = next(line for line in found.lines if line.kind == "drug_offence")
    told = line_words(drugs, found, words("sv"))

    assert drugs.detection_driven
    assert drugs.observed < drugs.low
    assert told.verdict == "Tydligt annat än väntat"
    assert "mindre arbete eller mindre handel" in told.note


@pytest.mark.reference
def test_theft_does_not_fall_with_it(counts):
    theft = counts.kinds.index("theft")
    days = counts.counts[0, theft].sum(axis=1)
    end = (date(2014, 12, 29) - counts.first).days
    autumn, before = days[end - 84 : end].sum(), days[end - 84 - 364 : end - 364].sum()

    assert autumn > before


@pytest.mark.reference
def test_a_quiet_spring_is_not_filled_with_lines(counts):
    spring = [date(2013, 3, 4) + timedelta(weeks=at) for at in range(0, 24, 4)]
    lines = [
        len(
            find_deviations(
                counts, audience=SharingClass.AUTHORITIES, place=EVERYWHERE, span=Span.FOUR_WEEKS, until=until
            ).lines
        )
        for until in spring
    ]

    assert np.mean(lines) <= 1
