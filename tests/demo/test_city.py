"""The invented county: the ground tiles, the names are nobody's, the seed decides everything."""

from __future__ import annotations

import time
from collections import Counter

import numpy as np
import pytest
import shapely

from samsyn import geography
from samsyn.demo import names
from samsyn.demo.city import build_city
from samsyn.domain.access import Role
from samsyn.domain.scenes import assess, indicator_set
from samsyn.geography.systems import lies_in_sweden

WELL_KNOWN = {
    "sergels torg", "möllevångstorget", "medborgarplatsen", "järntorget", "stortorget", "gustav adolfs torg",
    "brunnsparken", "nordstan", "rosengård", "rinkeby torg", "tensta torg", "hässelby torg",
    "björns trädgård", "hötorget", "stureplan", "vasaparken", "nobeltorget", "seved", "kungsträdgården",
}  # fmt: skip


def test_the_same_seed_gives_the_same_county(city):
    assert build_city(7).fingerprint() == city.fingerprint()


def test_another_seed_gives_another_county(city):
    assert build_city(8).fingerprint() != city.fingerprint()


def test_the_county_is_built_in_under_three_seconds():
    started = time.process_time()
    build_city(7)
    assert time.process_time() - started < 3


def test_the_size_is_a_parameter():
    small = build_city(3, scenes=30, municipalities=3, years=range(2019, 2024))
    assert len(small.places) == 30
    assert len(small.ground.municipalities) == 4
    assert small.years == (2019, 2020, 2021, 2022, 2023)


@pytest.mark.parametrize(("scenes", "municipalities"), [(8, 5), (48, 0), (48, 30)])
def test_a_county_the_plan_does_not_fit_is_refused(scenes, municipalities):
    with pytest.raises(ValueError, match=r"."):
        build_city(7, scenes=scenes, municipalities=municipalities)


def test_no_invented_municipality_is_a_real_one():
    real = {outline.name.casefold() for outline in geography.municipalities()}
    assert not real & {name.casefold() for name in (names.CITY, *names.MUNICIPALITIES)}
    assert names.COUNTY.casefold() not in {outline.name.casefold() for outline in geography.counties()}


def test_no_code_of_the_county_is_a_real_one(city):
    assert names.COUNTY_CODE not in {outline.code for outline in geography.counties()}
    assert all(one.code.startswith(names.COUNTY_CODE) for one in city.ground.municipalities)


def test_no_place_is_named_after_a_well_known_one(city):
    assert not WELL_KNOWN & {place.name.casefold() for place in city.places}


def test_names_and_codes_are_each_used_once(city):
    assert len({place.slug for place in city.places}) == 48
    assert len({area.code for area in city.ground.grannskap}) == 120
    assert len({area.name for area in city.ground.grannskap}) == 120


def test_there_are_names_for_a_much_larger_county():
    assert len(set(names.scene_names())) == len(list(names.scene_names())) >= 240
    assert len(set(names.area_names())) == len(list(names.area_names())) >= 140


def test_small_areas_tile_land_and_islands_without_gap_or_overlap(city):
    shapes = shapely.from_wkb([area.wkb for area in city.ground.grannskap])
    ground = shapely.union_all(shapely.from_wkb([city.ground.land, *city.ground.islands]))
    assert shapely.coverage_is_valid(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(ground.area, rel=1e-9)
    assert shapely.is_valid(shapes).all()


def test_municipalities_are_made_of_their_small_areas(city):
    for municipality in city.ground.municipalities:
        own = [area.area_ha for area in city.ground.grannskap if area.municipality == municipality.code]
        assert sum(own) == pytest.approx(geography.area_ha(municipality.wkb), rel=1e-4)


def test_the_county_lies_in_open_sea_where_the_geography_accepts_it(city):
    shapes = shapely.from_wkb([area.wkb for area in city.ground.grannskap])
    assert lies_in_sweden(3006, shapely.get_coordinates(shapes))
    real = shapely.from_wkb([outline.wkb for outline in geography.counties()])
    assert shapely.distance(real, shapely.from_wkb(city.ground.land)).min() > 20_000


def test_every_boundary_can_be_drawn_and_read_back(city):
    for place in city.places:
        for boundary in place.boundaries:
            back = geography.from_geojson_geometry(geography.to_geojson(boundary.wkb))
            assert geography.area_ha(back) == pytest.approx(boundary.area_ha, rel=0.01)


def test_boundaries_follow_each_other_without_gap(city):
    for place in city.places:
        for one, other in zip(place.boundaries, place.boundaries[1:], strict=False):
            assert one.valid_to == other.valid_from
        assert all(boundary.reason for boundary in place.boundaries)


def test_there_is_one_of_each_kind_of_history(city):
    assert Counter(place.status for place in city.places) == {
        "active": 45, "ceased": 1, "merged": 1, "split_off": 1,
    }  # fmt: skip
    shrunk = city.place(next(row.place for row in city.truth if row.planted == "boundary_shrunk"))
    assert shrunk.boundaries[1].area_ha < 0.4 * shrunk.boundaries[0].area_ha


def test_a_place_that_took_in_another_covers_its_ground(city):
    merged = next(place for place in city.places if place.status == "merged")
    into = city.place(merged.related)
    assert shapely.covers(
        shapely.from_wkb(into.boundaries[-1].wkb).buffer(0.01), shapely.from_wkb(merged.boundaries[0].wkb)
    )


def test_a_divided_place_held_the_new_one_and_holds_it_no_more(city):
    born = next(place for place in city.places if place.status == "split_off")
    before, after = (shapely.from_wkb(one.wkb) for one in city.place(born.related).boundaries)
    new = shapely.from_wkb(born.boundaries[0].wkb)
    assert before.geom_type == "Polygon"
    assert shapely.covers(before.buffer(0.01), new)
    assert not after.intersects(new)


def test_each_place_names_its_small_areas_with_shares(city):
    for place in city.places:
        assert 0.97 <= sum(share for *_, share in place.areas) <= 1.0001
    assert any(len(place.areas) > 1 for place in city.places)


def test_every_role_has_a_function_and_none_is_a_person(city):
    functions = [function for party in city.organisations for function in party.functions]
    assert {function.role for function in functions} == set(Role)
    assert len({function.slug for function in functions}) == len(functions)


def test_answers_are_given_by_functions_of_the_county_about_a_boundary_of_the_day(city):
    functions = {function.slug for party in city.organisations for function in party.functions}
    for one in city.assessments:
        boundary = city.place(one.place).boundaries[one.boundary]
        assert one.assessor in functions
        assert boundary.valid_from <= one.assessed_on
        assert boundary.valid_to is None or one.assessed_on < boundary.valid_to


def test_answers_can_be_assessed_with_both_lists_and_contradict_nothing(city):
    results = [
        assess(indicator_set(one.indicator_set), one.answers, one.gate, boundary=one.boundary)
        for one in city.assessments
    ]
    assert {result.set_code for result in results} == {"ODS10-2018", "ODS7-2018"}
    assert not any(result.contradictions for result in results)
    assert len({result.class_code for result in results}) >= 4


def test_several_functions_assess_the_same_place_and_do_not_always_agree(city):
    rounds: dict[tuple, list] = {}
    for one in city.assessments:
        rounds.setdefault((one.place, one.indicator_set, one.assessed_on), []).append(one.answers)
    assert min(len(answers) for answers in rounds.values()) >= 2
    agree = [answers[0] == answers[1] for answers in rounds.values()]
    assert 0 <= np.mean(agree) < 0.5
