"""A file of things: read whole or refused with everything that is wrong, from any spreadsheet."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings, strategies as st

from samsyn.domain.access import Role
from samsyn.domain.assets import AssetKind
from samsyn.domain.row_problems import PROBLEMS
from samsyn.web.places.asset_files import HEADINGS, read_assets, text_of
from samsyn.web.places.asset_views import LARGEST_FILE
from samsyn.web.places.models import Asset, Place
from samsyn.web.places.services import add_sub_place

from .conftest import NOW, World

pytestmark = pytest.mark.django_db
LEAD, OUTREACH = Role.SAFETY_COORDINATOR, Role.OUTREACH_WORKER
HEAD = "typ;namn;ägare;funktion;delplats;lat;lon;felanmälan"
KEEPER = "Organisation municipality"


def read(world: World, place: Place, *rows: str, head: str = HEAD):
    functions = [world.membership(role).function for role in (LEAD, OUTREACH)]
    return read_assets("\n".join((head, *rows)), place, list(world.organisations.values()), functions)


def test_a_row_is_read_with_its_function_its_part_and_its_position(world, place):
    part = add_sub_place(world.actor(LEAD), place, name="Trappan", kind="stairs", now=NOW)
    function = world.membership(OUTREACH).function
    (one,), problems = read(
        world, place, f"Lampa;Lampa 14;{KEEPER};{function.name};trappan;59,3325;18.0649;Ring felanmälan"
    )

    assert problems == []
    assert (one.kind, one.name, one.sub_place, one.responsible) == (
        AssetKind.LAMP,
        "Lampa 14",
        part,
        function,
    )
    assert (one.latitude, one.longitude, one.report_how) == (59.3325, 18.0649, "Ring felanmälan")


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("Lampp;A;{keeper};;;;;", "kind", "kind_unknown"),
        (";A;{keeper};;;;;", "kind", "cell_empty"),
        ("Lampa;;{keeper};;;;;", "name", "cell_empty"),
        ("Lampa;A;Ingen alls;;;;;", "keeper", "organisation_unknown"),
        ("Lampa;A;{keeper};Ingen funktion;;;;", "function", "function_unknown"),
        ("Lampa;A;{keeper};;Månens baksida;;;", "sub_place", "sub_place_unknown"),
        ("Lampa;A;{keeper};;;18,06;59,33;", "latitude", "coordinate_unreadable"),
        ("Lampa;A;{keeper};;;59,33;norrut;", "longitude", "coordinate_unreadable"),
        ("Lampa;A;{keeper};;;;;" + "x" * 201, "report_how", "text_too_long"),
    ],
)
def test_what_is_wrong_is_told_with_row_column_and_how_to_mend_it(world, place, row, column, code):
    found, problems = read(world, place, f"Bänk;Bra rad;{KEEPER};;;;;", row.format(keeper=KEEPER))

    assert [one.name for one in found] == ["Bra rad"]
    assert (column, code) in [(one.column, one.code) for one in problems]
    assert {one.row for one in problems} == {3}


def test_a_missing_column_is_named_before_any_row_is_read(world, place):
    found, problems = read(world, place, "Lampa;A", head="typ;namn")

    assert found == []
    assert [(one.column, one.code) for one in problems] == [("keeper", "column_missing")]


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_the_delimiter_is_found(world, place, delimiter):
    text = f"typ;namn;ägare\nlamp;A;{KEEPER}".replace(";", delimiter)
    found, problems = read_assets(text, place, list(world.organisations.values()), [])

    assert (len(found), problems) == (1, [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_spreadsheets_encoding_is_found(encoding):
    assert text_of("ägare;felanmälan".encode(encoding)) == "ägare;felanmälan"


_CELL = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
_WORD = st.one_of(_CELL, st.sampled_from(["Lampa", "Bänk", KEEPER, "59.3", "18.06", '"', ";", "\0"]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.lists(st.sampled_from([*HEADINGS, "annat"]), max_size=9),
    rows=st.lists(st.lists(_WORD), max_size=4),
)
def test_whatever_is_pasted_gives_things_or_problems_that_have_words(world, place, head, rows):
    text = "\n".join(";".join(cells) for cells in (head, *rows))
    found, problems = read_assets(text, place, list(world.organisations.values()), [])

    assert all(one.keeper.name == KEEPER and one.name for one in found)
    assert all(one.code in PROBLEMS for one in problems)


# ------------------------------------------------------------------ the page

ADDRESS = "/exempelstad/objekt/plats/exempeltorget/las-in/"


def test_a_file_is_taken_in_and_its_things_stand_on_the_page(world, place):
    table = f"{HEAD}\nLampa;Lampa 14;{KEEPER};;;;;\nBänk;Bänken;{KEEPER};;;;;".encode("cp1252")
    answer = world.client(LEAD).post(ADDRESS, {"file": SimpleUploadedFile("saker.csv", table)}, follow=True)
    html = answer.content.decode()

    assert "2 objekt är sparade." in html
    assert "Lampa 14" in html


def test_a_file_with_errors_saves_nothing_and_tells_every_one(world, place):
    table = f"{HEAD}\nLampp;Lampa 14;{KEEPER};;;;;\nBänk;Bänken;Ingen;;;;;"
    html = world.client(LEAD).post(ADDRESS, {"table": table}).content.decode()

    assert "2 saker i filen behöver rättas" in html
    assert "Lampa" in html
    assert not Asset.objects.exists()


def test_a_very_large_file_is_refused(world, place):
    large = SimpleUploadedFile("saker.csv", b"x" * (LARGEST_FILE + 1))
    html = world.client(LEAD).post(ADDRESS, {"file": large}).content.decode()

    assert "större än två megabyte" in html


def test_only_a_lead_takes_in_a_file(world, place):
    for role in (OUTREACH, Role.PROPERTY_OWNER, None):
        assert world.client(role).get(ADDRESS).status_code in {403, 404}
