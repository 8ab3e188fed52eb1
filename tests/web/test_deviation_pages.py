"""The deviation pages: who meets what, and that nothing narrower leaves in a page or a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from samsyn.domain.access import OrganisationKind, Role
from samsyn.store.events.schema import EventSet, SchemeUse
from samsyn.store.events.store import EventStore
from samsyn.store.events.tables import event_table
from samsyn.store.schema import DatasetMeta
from samsyn.web.insight import prepared
from samsyn.web.people.models import AuditEvent
from samsyn.web.places import services as places
from samsyn.web.places.models import SubPlace

from .conftest import NOW, World, build_world

FIRST, WEEKS = date(2024, 1, 1), 130
LEAD, GUARD = Role.SAFETY_COORDINATOR, Role.PUBLIC_ORDER_GUARD
KINDS = ("assault", "drug_offence", "overdose")

pytestmark = pytest.mark.django_db


def write_events(world: World, planted: dict[tuple[str, str], int]) -> EventSet:
    """Write calm evenings for every place and kind, and more in the last week where something is planted."""
    rng = np.random.default_rng(4)
    kinds, starts, where = [], [], []
    for place in world.places:
        for kind in KINDS:
            for day, n in enumerate(rng.poisson(1.4, WEEKS * 7)):
                last_week = day >= (WEEKS - 1) * 7
                n += planted.get((place, kind), 0) if last_week else 0
                at = datetime.combine(FIRST + timedelta(days=day), datetime.min.time()) + timedelta(hours=19)
                kinds += [kind] * n
                starts += [at] * n
                where += [place] * n
    store = EventStore(Path(settings.SAMSYN_HOME) / "store", world.workspace.slug)
    table = event_table(kinds, starts, place=where)
    draft = EventSet(
        meta=DatasetMeta("provhandelser", "Provets händelser", "Polisen", licence="intern"),
        owner=str(world.organisations[OrganisationKind.POLICE].pk),
        schemes={"place": SchemeUse("", "0" * 64)},
    )
    return store.write(draft, [table])


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.SAMSYN_HOME = tmp_path
    made = build_world()
    made.add_place("Hitre torget")
    made.add_place("Bortre torget")
    return made


def page(world: World, role: Role, address: str = "") -> str:
    answer = world.client(role).get(f"/{world.workspace.slug}/{address}")
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


COUNTY, PLACE = "avvikelser/", "platser/hitre-torget/avvikelser/"


def test_without_events_the_page_says_so(world):
    answer = world.client(LEAD).get(f"/{world.workspace.slug}/{COUNTY}")

    assert answer.status_code == 404
    assert "inga händelser" in answer.content.decode()


def test_a_quiet_week_says_so(world):
    write_events(world, {})

    assert "Lugnt" in page(world, LEAD, COUNTY)
    assert 'class="departure' not in page(world, LEAD, COUNTY)


def test_a_planted_rise_leads_to_its_place(world):
    write_events(world, {("hitre-torget", "assault"): 4})
    html = page(world, LEAD, COUNTY)

    assert "Tydligt fler än väntat" in html
    assert re.search(r'href="[^"]*hitre-torget/avvikelser/"', html)
    assert "Bortre torget</a></h2>" not in html


def test_what_the_police_look_for_is_told_in_both_readings(world):
    write_events(world, {("hitre-torget", "drug_offence"): 5})
    html = page(world, LEAD, PLACE)

    assert "Tydligt annat än väntat" in html
    assert "mer arbete eller mer handel" in html
    assert "Tydligt fler" not in html


def test_kinds_about_persons_reach_the_working_group_alone(world):
    write_events(world, {("hitre-torget", "overdose"): 6})

    assert "verdos" in page(world, LEAD, PLACE)
    for address in (COUNTY, PLACE):
        assert "verdos" not in page(world, GUARD, address)


def test_others_than_the_working_group_meet_whole_weeks_alone(world):
    write_events(world, {("hitre-torget", "assault"): 4})
    html = page(world, GUARD, f"{PLACE}?tid=4-veckor&till=2026-06-26")

    assert "Senaste fyra veckorna" not in html
    assert "När i veckan" not in html
    assert "När på året" not in html
    assert "15\u00a0juni 2026 – 21\u00a0juni 2026" in html
    assert "Tydligt fler än väntat" in page(world, GUARD, PLACE)


def test_no_number_from_one_to_four_stands_in_what_others_read(world):
    write_events(world, {("hitre-torget", "assault"): 4})
    html = page(world, GUARD, PLACE)
    cells = re.findall(r'<td class="n">(\d+|&lt;5)</td><td class="n">', html)

    assert cells
    assert not set(cells) & {"1", "2", "3", "4"}


def test_the_workspaces_own_threshold_holds_on_the_page_and_in_the_files(world, settings):
    settings.SAMSYN_SUPPRESSION_THRESHOLD = 14
    write_events(world, {("hitre-torget", "assault"): 4})
    rows = list(csv.DictReader(io.StringIO(page(world, GUARD, "avvikelser/summor.csv").lstrip("\ufeff"))))
    html = page(world, GUARD, PLACE)
    cells = re.findall(r'<td class="n">(\d+|&lt;14)</td><td class="n">', html)

    assert "antal från 1 till 13 visas inte för er" in html
    assert {row["status"] for row in rows} == {"shown", "hidden"}
    assert all(int(row["count"]) == 0 or int(row["count"]) >= 14 for row in rows if row["count"])
    assert cells
    assert not set(cells) & {str(number) for number in range(1, 14)}


def test_a_member_of_some_places_meets_no_other(world):
    write_events(world, {("bortre-torget", "assault"): 5})
    owner = Role.PROPERTY_OWNER
    places.limit_membership(
        world.actor(Role.ADMINISTRATOR), world.membership(owner), [world.places["hitre-torget"]], now=NOW
    )

    assert "Bortre torget" not in page(world, owner, COUNTY)
    assert (
        world.client(owner).get(f"/{world.workspace.slug}/platser/bortre-torget/avvikelser/").status_code
        == 404
    )
    rows = list(csv.DictReader(io.StringIO(page(world, owner, "avvikelser/summor.csv").lstrip("\ufeff"))))
    assert {row["place"] for row in rows} == {"hitre-torget"}


def test_the_working_group_takes_months_along_and_others_weeks_without_small_numbers(world):
    write_events(world, {})
    exact = list(csv.DictReader(io.StringIO(page(world, LEAD, "avvikelser/summor.csv").lstrip("\ufeff"))))
    coarse = list(csv.DictReader(io.StringIO(page(world, GUARD, "avvikelser/summor.csv").lstrip("\ufeff"))))

    assert {row["period_start"][-2:] for row in exact} == {"01"}
    assert {row["kind"] for row in exact} == set(KINDS)
    assert {row["kind"] for row in coarse} == {"assault", "drug_offence"}
    assert all(date.fromisoformat(row["period_start"]).weekday() == 0 for row in coarse)
    assert not {row["count"] for row in coarse} & {"1", "2", "3", "4"}
    # Weeks lie beside each other: there is no other period to take a difference with.
    spans = {(row["period_start"], row["period_end"]) for row in coarse}
    assert all(
        date.fromisoformat(end) - date.fromisoformat(first) == timedelta(days=7) for first, end in spans
    )


@pytest.mark.parametrize("wanted", ["csv", "xlsx", "parquet", "gpkg", "zip"])
def test_every_file_is_handed_out_and_logged(world, wanted):
    write_events(world, {})
    answer = world.client(LEAD).get(f"/{world.workspace.slug}/avvikelser/summor.{wanted}")

    assert answer.status_code == 200
    assert len(answer.content) > 500
    assert wanted in answer["Content-Disposition"]
    assert AuditEvent.objects.filter(verb="export").exists()


def test_an_unknown_file_is_not_there(world):
    write_events(world, {})

    assert world.client(LEAD).get(f"/{world.workspace.slug}/avvikelser/summor.exe").status_code == 404


def test_the_hours_of_the_week_and_the_months_are_shown_for_a_chosen_kind(world):
    events = write_events(world, {})
    prepared.prepare(world.workspace, events.slug)
    html = page(world, LEAD, f"{PLACE}?slag=assault")

    assert "När i veckan" in html
    assert "När på året" in html
    assert html.count('class="heat"') == 2


def test_what_takes_a_year_of_events_is_left_out_until_it_is_worked_out(world, monkeypatch):
    events = write_events(world, {("hitre-torget", "assault"): 4})
    places.add_sub_place(
        world.actor(LEAD), world.places["hitre-torget"], name="Norra trappan", kind="stairs", now=NOW
    )
    SubPlace.objects.update(longitude=18.05, latitude=59.33)
    with monkeypatch.context() as patched:
        patched.setattr(prepared._RecentEvents, "frame", pytest.fail)
        html = page(world, LEAD, PLACE)
    assert "Tydligt fler än väntat" in html
    assert 'id="h-week"' not in html
    assert 'id="h-spots"' not in html

    prepared.prepare(world.workspace, events.slug)
    html = page(world, LEAD, PLACE)
    assert 'id="h-week"' in html
    assert 'id="h-spots"' in html


def test_reading_exact_events_of_a_place_is_logged(world):
    write_events(world, {})
    page(world, LEAD, PLACE)

    assert AuditEvent.objects.filter(verb="read", fields=["events"]).count() == 1


@pytest.mark.parametrize(
    "odd", ["till=igar", "till=1900-01-01", "tid=nonsens", "sedan=2026-13-01&tid=sedan", "underlag=annat"]
)
def test_odd_addresses_do_not_fail(world, odd):
    write_events(world, {})
    answer = world.client(LEAD).get(f"/{world.workspace.slug}/{PLACE}?{odd}")

    assert answer.status_code in (200, 404)


def test_what_pages_read_is_prepared_once_and_not_again(world):
    events = write_events(world, {})
    prepared.prepare(world.workspace, events.slug)
    kept = {path: path.stat().st_mtime_ns for path in Path(settings.SAMSYN_HOME).rglob("week-*.npz")}
    page(world, LEAD, PLACE)

    assert len(kept) == 1
    assert kept == {path: path.stat().st_mtime_ns for path in kept}


def kept_files() -> set[str]:
    return {path.name for path in (Path(settings.SAMSYN_HOME) / "derived").rglob("*.npz")}


def test_the_county_reads_nothing_but_what_was_prepared(world):
    events = write_events(world, {("hitre-torget", "assault"): 4})
    prepared.prepare(world.workspace, events.slug)
    before = kept_files()
    for role, address in ((LEAD, ""), (LEAD, "?tid=4-veckor"), (LEAD, "?tid=sedan"), (GUARD, "")):
        page(world, role, COUNTY + address)

    assert kept_files() == before


def test_an_older_week_leaves_no_file_behind(world):
    events = write_events(world, {})
    prepared.prepare(world.workspace, events.slug)
    before = kept_files()
    page(world, LEAD, f"{COUNTY}?till=2026-05-31")

    assert kept_files() == before


def test_new_content_sweeps_away_what_followed_from_the_old(world):
    events = write_events(world, {})
    prepared.prepare(world.workspace, events.slug)
    newer = write_events(world, {("hitre-torget", "assault"): 4})
    prepared.prepare(world.workspace, newer.slug)

    assert kept_files()
    assert all(newer.content_sha256[:16] in name for name in kept_files())


def test_the_owner_alone_is_led_from_a_line_to_the_rows_of_the_file(world):
    write_events(world, {("hitre-torget", "assault"): 4})

    assert "handelsefiler/provhandelser/1/?slag=assault&amp;plats=hitre-torget" in page(
        world, Role.MUNICIPAL_POLICE_LIAISON, COUNTY
    )
    assert "handelsefiler" not in page(world, LEAD, COUNTY)
