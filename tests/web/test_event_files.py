"""Files of events through pages: whole or not at all, everything told at once, and nobody else knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from samsyn.domain.access import OrganisationKind, Role
from samsyn.store.events.ingest import ingest_events
from samsyn.store.events.mapping import parse_mapping
from samsyn.web.facts import event_services, event_uploads
from samsyn.web.facts.errors import UnknownDatasetHere
from samsyn.web.facts.models import Dataset
from samsyn.web.insight import prepared
from samsyn.web.people.models import AuditEvent

from .conftest import NOW, World, build_world
from .test_deviation_pages import write_events

LEAD, POLICE = Role.SAFETY_COORDINATOR, Role.MUNICIPAL_POLICE_LIAISON
MAPPING = """
format = 1
name = "exempel"
title = "Exempel"
ignore = ["Diarienummer"]

[file]
type = "csv"

[kind.codes]
"9802" = "robbery"
"5011" = "drug_offence"

[time]
column = "Tid"
format = "%Y-%m-%d %H:%M"
earliest = 2020-01-01

[position]
x = "X"
y = "Y"
crs = "EPSG:3006"

[quarantine]
most_percent = 60
""".replace("[kind.codes]", '[kind]\ncolumn = "Brott"\n\n[kind.codes]')
HEAD = "Diarienummer,Brott,Tid,X,Y\n"
GOOD = (
    HEAD + "K1,9802,2024-05-01 12:07,674010,6580030\n"
    "K2,5011,2024-05-01 23:59,674010,6580030\n"
    "K3,5011,2024-05-02 00:00,674110,6580030\n"
    "K4,9802,2019-06-01 08:15,674110,6580030\n"
)
NEW, PAGE = "underlag/handelsefiler/las-in/", "underlag/handelsefiler/brotten/1/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.SAMSYN_HOME = tmp_path
    made = build_world()
    made.add_place("Hitre torget")
    return made


def post(world: World, text: str | bytes = GOOD, *, role: Role = LEAD, mapping: str = MAPPING, **given):
    content = text if isinstance(text, bytes) else text.encode()
    return world.client(role).post(
        f"/{world.workspace.slug}/{NEW}",
        {
            "file": SimpleUploadedFile(given.pop("name", "brott.csv"), content),
            "mapping": "egen",
            "mapping_file": SimpleUploadedFile("min.toml", mapping.encode()),
            "dataset": "brotten",
            **given,
        },
    )


def stored(world: World):
    return event_services.event_store(world.workspace).manifests()


def get(world: World, address: str, role: Role = LEAD):
    return world.client(role).get(f"/{world.workspace.slug}/{address}")


def test_a_file_becomes_a_version_with_a_page_of_its_own(world):
    answer = post(world)

    assert answer.status_code == 302
    assert answer["Location"].endswith(PAGE)
    html = get(world, PAGE).content.decode()
    assert "brott.csv" in html
    assert "Rån" in html
    assert [held.count for held in stored(world)] == [3]


def test_what_was_left_out_stands_with_its_reason_and_count(world):
    post(world)
    html = get(world, PAGE).content.decode()

    assert '<th scope="row">orimlig tid</th><td class="n">1</td>' in html


def test_trying_keeps_nothing(world):
    answer = post(world, **{"try": "1"})

    assert answer.status_code == 200
    assert "4 rader" in answer.content.decode()
    assert stored(world) == ()
    assert not Dataset.objects.filter(holds="events").exists()


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_loaded(world):
    wrong = GOOD.replace("9802,2024", "9803,2024").replace("2024-05-01 23:59", "igår").replace("674110", "x")
    answer = post(world, wrong)
    html = answer.content.decode()

    assert answer.status_code == 400
    assert "9803" in html
    assert html.count("<td data-label") >= 4
    for cell in ("C3", "D4"):
        assert f'<th scope="row">{cell}</th>' in html
    assert "igår" not in html
    assert "not_a_time" not in html
    assert stored(world) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace("Diarienummer", "Personnummer"), "Personnummer"),
        (GOOD.replace("Brott", "Slag"), "Brott"),
        (b"\xff\xfe\x00", "SAM"),
    ],
    ids=["persons", "another heading", "no text"],
)
def test_a_file_that_cannot_be_read_is_refused_and_not_kept(world, text, told):
    answer = post(world, text)

    assert answer.status_code == 400
    assert stored(world) == ()
    assert told == "SAM" or told in answer.content.decode()
    left = [path for path in Path(settings.SAMSYN_HOME).rglob("*") if path.is_file()]
    assert not [path for path in left if b"K2" in path.read_bytes() and path.suffix not in {".sqlite3"}]


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ("[", "går inte att läsa"),
        (MAPPING.replace("robbery", "ran"), "ran"),
        (MAPPING.replace('"Exempel"', '"19640823-3234"'), "personnummer"),
    ],
    ids=["no TOML", "unknown kind", "a person in it"],
)
def test_a_mapping_that_is_wrong_says_how(world, mapping, told):
    answer = post(world, mapping=mapping)

    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert stored(world) == ()


def test_the_same_file_again_is_recognised(world):
    post(world)
    answer = post(world, reason="en gång till")

    assert answer.status_code == 400
    assert "version 1" in answer.content.decode()
    assert len(stored(world)) == 1


def test_a_new_version_needs_a_reason_and_both_stand_on_the_page(world):
    post(world)
    more = GOOD + "K5,9802,2024-05-03 12:00,674010,6580030\n"

    assert post(world, more).status_code == 400
    assert post(world, more, reason="maj är hel").status_code == 302
    html = get(world, "underlag/handelsefiler/brotten/2/").content.decode()
    assert "maj är hel" in html
    assert PAGE in html


@pytest.mark.parametrize("limit", ["LARGEST", "MOST_ROWS"])
def test_a_file_too_large_for_a_page_is_sent_to_the_command_line(world, monkeypatch, limit):
    monkeypatch.setattr(event_uploads, limit, 2)
    answer = post(world)

    assert answer.status_code == 400
    assert "samsyn ingest-events" in answer.content.decode()
    assert stored(world) == ()


def test_a_figure_is_followed_to_the_rows_of_the_file(world):
    post(world)
    html = get(world, f"{PAGE}?slag=drug_offence").content.decode()

    assert "Rader i filen, rubriken oräknad: 2–3." in html
    assert AuditEvent.objects.filter(verb="read", fields=["lineage"]).count() == 1


@pytest.mark.parametrize(
    "odd", ["slag=nonsens", "fran=2030-01-01", "fran=x", "plats=ingen", "till=2000-01-01"]
)
def test_a_figure_that_is_not_there_is_not_followed(world, odd):
    post(world)
    answer = get(world, f"{PAGE}?{odd}")

    assert answer.status_code == 200
    assert "Rader i filen" not in answer.content.decode()


def test_a_version_is_withdrawn_with_a_reason(world):
    post(world)
    address = f"/{world.workspace.slug}/{PAGE}dra-tillbaka/"

    assert world.client(LEAD).post(address, {"reason": ""}).status_code == 200
    assert world.client(LEAD).post(address, {"reason": "fel månad"}).status_code == 302
    assert [str(held.state) for held in stored(world)] == ["withdrawn"]
    assert world.client(LEAD).get(address).status_code == 404


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}?slag=robbery", f"{PAGE}dra-tillbaka/"])
@pytest.mark.parametrize("role", [POLICE, Role.PUBLIC_ORDER_GUARD, Role.PROPERTY_OWNER, Role.COUNTY_ANALYST])
def test_nobody_outside_the_organisation_knows_that_the_set_is_there(world, role, address):
    post(world)

    assert get(world, address, role).status_code == 404
    listed = get(world, "underlag/", role)
    assert "brotten" not in listed.content.decode()


def test_a_name_that_another_organisation_has_is_not_written_to(world):
    post(world)
    answer = post(world, role=POLICE)

    assert answer.status_code == 400
    assert len(stored(world)) == 1


def move_away(world: World, tmp_path: Path) -> None:
    url = (tmp_path / "hink").as_uri()
    event_services.move(world.actor(LEAD), "brotten", url, back=False, now=NOW)


def test_a_name_whose_set_another_organisation_has_moved_away_is_not_written_to(world, tmp_path):
    post(world)
    move_away(world, tmp_path)
    answer = post(world, role=POLICE)

    assert answer.status_code == 400
    assert stored(world) == ()
    assert Dataset.objects.filter(holds="events").count() == 1


def test_what_another_organisation_has_where_a_set_was_moved_away_is_not_read(world, tmp_path):
    post(world)
    move_away(world, tmp_path)
    path = tmp_path / "polisens.csv"
    path.write_text(GOOD, encoding="utf-8")
    ingest_events(
        event_services.event_store(world.workspace), path, parse_mapping(MAPPING), "brotten",
        ground=event_services.ground_of(world.workspace),
        owner=str(world.organisations[OrganisationKind.POLICE].pk), by="Polisen", now=NOW,
    )  # fmt: skip
    row = Dataset.objects.get(holds="events", slug="brotten")
    lead = world.actor(LEAD)

    assert event_services.event_set_of(row) is None
    assert event_uploads.follow(lead, row, event_uploads.Figure(), now=NOW) is None
    for address in (PAGE, f"{PAGE}?slag=drug_offence"):
        html = get(world, address).content.decode()
        assert "polisens.csv" not in html
        assert "Rader i filen" not in html
    assert world.client(LEAD).post(
        f"/{world.workspace.slug}/{PAGE}dra-tillbaka/", {"reason": "fel månad"}
    ).status_code == 404  # fmt: skip
    for refused in (
        lambda: event_services.withdraw_events(lead, row, reason="fel månad", now=NOW),
        lambda: event_services.compact(lead, "brotten", now=NOW),
        lambda: event_services.move(lead, "brotten", (tmp_path / "ny").as_uri(), back=False, now=NOW),
    ):
        with pytest.raises(UnknownDatasetHere):
            refused()
    assert [str(held.state) for held in stored(world)] == ["current"]


def test_who_may_not_load_meets_no_form(world):
    assert get(world, NEW, Role.PUBLIC_ORDER_GUARD).status_code == 404
    assert post(world, role=Role.PUBLIC_ORDER_GUARD).status_code == 404
    assert stored(world) == ()


def test_a_small_file_does_not_hide_the_large_set_from_the_page(world):
    write_events(world, {})
    post(world, dataset="aaa")
    html = get(world, "avvikelser/").content.decode()

    assert "Provets händelser" in html


def test_what_pages_read_is_prepared_afterwards_and_once(world):
    post(world)

    assert prepared.prepare_waiting() == [
        f"events: {world.workspace.slug}/brotten is worked out for the pages"
    ]
    assert prepared.prepare_waiting() == []


@pytest.mark.parametrize(
    "address", ["avvikelser/", "avvikelser/summor.csv", "platser/hitre-torget/avvikelser/"]
)
def test_a_set_of_a_few_days_is_told_to_be_too_short_and_nothing_breaks(world, address):
    post(world)

    assert get(world, address).status_code == 404
