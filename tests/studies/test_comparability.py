"""What may be held against what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from samsyn.domain.access import SharingClass
from samsyn.domain.calendar import Period
from samsyn.studies.comparability import Combined, SideBySide, combine, compare_pictures
from samsyn.studies.errors import UnreadableFindings
from samsyn.studies.findings import SeriesFindings, SituationFindings
from samsyn.studies.situation import describe_situation
from tests.studies.published import MemoryStore, place, stockholm

YEARS = Period.of_years(2017, 2019)


def describe(store: MemoryStore) -> SituationFindings:
    return describe_situation(
        store, place(), YEARS, audience=SharingClass.AUTHORITIES, as_of=date(2026, 11, 20)
    )


@pytest.fixture(scope="module")
def picture() -> SituationFindings:
    return describe(stockholm())


def named(picture: SituationFindings, key: str) -> SeriesFindings:
    return next(series for series in picture.series if series.key == key)


def test_a_total_and_its_parts_may_share_an_axis(picture: SituationFindings) -> None:
    total = named(picture, "stad-tabell-1/misshandel/basomrade/101025")
    part = named(picture, "stad-tabell-1/misshandel/women/basomrade/101025")
    assert isinstance(combine(total, part), Combined)


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("stad-tabell-1/stold/basomrade/101025", "stad-tabell-1/brak/basomrade/101025", "different_kind"),
        ("vk-narkotikabrott/narkotikabrott/stadsdelsomrade/101",
         "vk-narkotikabrott/narkotikabrott-per-100000/stadsdelsomrade/101", "different_unit"),
        ("stad-tabell-1/narkotikabrott/basomrade/101025",
         "vk-narkotikabrott/narkotikabrott/stadsdelsomrade/101", "different_geography"),
        ("stad-tabell-1/stold/basomrade/101025",
         "stad-tabell-1/ran/basomrade/101025", "different_definition"),
    ],
)  # fmt: skip
def test_different_things_stand_side_by_side_with_the_reason(
    picture: SituationFindings, first: str, second: str, code: str
) -> None:
    found = combine(named(picture, first), named(picture, second))
    assert isinstance(found, SideBySide)
    assert found.refusal.code == code
    assert len(found.series) == 2


def test_published_and_own_figures_stand_side_by_side(picture: SituationFindings) -> None:
    series = named(picture, "stad-tabell-1/stold/basomrade/101025")
    found = combine(series, replace(series, published_by_source=False))
    assert isinstance(found, SideBySide)
    assert found.refusal.code == "different_standing"


def test_the_same_picture_has_no_changes(picture: SituationFindings) -> None:
    same = compare_pictures(picture, picture)
    assert (same.figures, same.words, same.added, same.removed, same.versions) == ((), (), (), (), ())


def test_a_corrected_figure_is_explained_by_its_data_version(picture: SituationFindings) -> None:
    store = stockholm()
    for row in store.rows:
        if row["series"] == "stold" and row["value"] == 240 and row["code"] == "101025":
            row["value"] = 400
        if row["dataset"] == "stad-tabell-1":
            row["version"] = 2
    store.found[0] = replace(store.found[0], version=2)
    changes = compare_pictures(picture, describe(store))
    assert changes.versions == (("stad-tabell-1", 1, 2),)
    assert [(c.old.value, c.new.value, c.why) for c in changes.figures if c.old and c.new] == [
        (240, 400, "new_data_version")
    ]
    assert {word.why for word in changes.words if "stold" in word.series} == {"figures_changed"}


def test_a_new_program_version_is_said(picture: SituationFindings) -> None:
    assert compare_pictures(picture, replace(picture, program_version="9")).program_changed


def test_a_redrawn_boundary_is_said(picture: SituationFindings) -> None:
    assert compare_pictures(picture, replace(picture, boundaries=())).boundary_changed


@pytest.mark.parametrize(
    ("field", "code"), [("place_id", "different_place"), ("audience", "different_audience")]
)
def test_pictures_of_different_place_or_audience_are_not_compared(
    picture: SituationFindings, field: str, code: str
) -> None:
    changes = compare_pictures(picture, replace(picture, **{field: "x"}))
    assert [refusal.code for refusal in changes.refusals] == [code]
    assert changes.figures == ()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("family"),
        lambda data: data.update(extra=1),
        lambda data: data.update(first="yesterday"),
        lambda data: data.update(groups={}),
        lambda data: data.update(place_name=7),
        lambda data: data["groups"][0]["series"][0].update(presence_sensitive="yes"),
        lambda data: data["groups"][0]["series"][0]["comparisons"][0].update(word="significant"),
    ],
)
def test_spoilt_findings_are_refused_with_the_place_of_the_fault(
    picture: SituationFindings, spoil: object
) -> None:
    data = picture.to_dict()
    spoil(data)  # type: ignore[operator]
    with pytest.raises(UnreadableFindings, match="SituationFindings"):
        SituationFindings.from_dict(data)
