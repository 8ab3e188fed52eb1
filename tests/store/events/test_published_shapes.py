"""Ready mappings on files in the shape that the portals publish them; the rows are made up."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyproj
import pytest

from samsyn.store.events.ingest import ingest_events, try_events
from samsyn.store.events.mapping import read_mapping
from samsyn.store.events.places import Ground
from samsyn.store.events.store import EventStore

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

POLICE_UK = """\
Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context
,2024-01,Exempel Police,Exempel Police,-0.139000,51.535000,On or near Exempel Street,E01000001,Exempel 001A,Anti-social behaviour,,
aaaa1111bbbb2222cccc3333dddd4444eeee5555ffff6666aaaa7777bbbb8888,2024-01,Exempel Police,Exempel Police,-0.140192,51.536500,On or near Park/Open Space,E01000001,Exempel 001A,Drugs,Investigation complete; no suspect identified,
bbbb1111bbbb2222cccc3333dddd4444eeee5555ffff6666aaaa7777bbbb8888,2024-01,Exempel Police,Exempel Police,,,No Location,,,Theft from the person,Status update unavailable,
dddd1111bbbb2222cccc3333dddd4444eeee5555ffff6666aaaa7777bbbb8888,2024-01,Exempel Police,Exempel Police,0,0,On or near Exempel Street,,,Robbery,,
cccc1111bbbb2222cccc3333dddd4444eeee5555ffff6666aaaa7777bbbb8888,2024-02,Exempel Police,Exempel Police,-0.139000,51.535000,On or near Exempel Street,E01000001,Exempel 001A,Public disorder and weapons,"Awaiting court outcome, again",
"""  # noqa: E501

PORTAL = """\
ID,Case Number,Date,Block,IUCR,Primary Type,Description,Location Description,Arrest,Domestic,Beat,District,Ward,Community Area,FBI Code,X Coordinate,Y Coordinate,Year,Updated On,Latitude,Longitude,Location
10000001,HX000001,01/15/2024 11:30:00 PM,001XX N EXEMPEL ST,2024,NARCOTICS,POSSESS,STREET,true,false,0111,001,42,32,18,1176000,1900000,2024,01/22/2024 03:40:49 PM,41.881000,-87.627000,"(41.881000, -87.627000)"
10000002,HX000002,01/16/2024 12:00:00 AM,002XX S EXEMPEL ST,0820,THEFT,$500 AND UNDER,APARTMENT,false,true,0112,001,42,32,06,,,2024,01/23/2024 03:40:49 PM,,,
10000003,HX000003,07/04/2024 12:05:00 PM,002XX S EXEMPEL ST,1156,NON - CRIMINAL,OTHER,"SCHOOL, PUBLIC, BUILDING",false,false,0112,001,,,26,0,0,2024,01/23/2024 03:40:49 PM,36.619446395,-91.686565684,"(36.619446395, -91.686565684)"
"""  # noqa: E501

API = """\
"id","case_number","date","block","iucr","primary_type","description","location_description","arrest","domestic","beat","district","ward","community_area","fbi_code","x_coordinate","y_coordinate","year","updated_on","latitude","longitude","location"
"10000001","HX000001","2024-01-15T23:30:00.000","001XX N EXEMPEL ST","2024","NARCOTICS","POSSESS","STREET","true","false","0111","001","42","32","18","1176000","1900000","2024","2024-01-22T15:40:49.000","41.881","-87.627","POINT (-87.627 41.881)"
"10000002","HX000002","2024-01-16T00:00:00.000","002XX S EXEMPEL ST","0820","THEFT","$500 AND UNDER","APARTMENT","false","true","0112","001","42","32","06",,,"2024","2024-01-23T15:40:49.000",,,
"10000003","HX000003","2024-07-04T12:05:00.000","002XX S EXEMPEL ST","1156","NON - CRIMINAL","OTHER","SCHOOL","false","false","0112","001",,,"26","0","0","2024","2024-01-23T15:40:49.000","36.619446395","-91.686565684","POINT (-91.686565684 36.619446395)"
"""  # noqa: E501

NOTICES = [
    {"id": 1, "datetime": "2024-05-02 9:15:32 +02:00", "name": "02 maj 08.50, Stöld, Exempelstad",
     "summary": "…", "url": "/aktuellt/handelser/2024/maj/2/", "type": "Stöld",
     "location": {"name": "Exempelstad", "gps": "59.329324,18.068581"}},
    {"id": 2, "datetime": "2024-05-02 00:15:00 +02:00", "name": "01 maj 23.50, Misshandel, Exempelstad",
     "summary": "…", "url": "/aktuellt/handelser/2024/maj/2/", "type": "Misshandel",
     "location": {"name": "Exempelstad", "gps": "59.329324,18.068581"}},
    {"id": 3, "datetime": "2024-01-03 06:00:00 +01:00", "name": "03 januari, Sammanfattning natt, Exempellän",
     "summary": "…", "url": "/aktuellt/handelser/2024/januari/3/", "type": "Sammanfattning natt",
     "location": {"name": "Exempellän", "gps": "59.329324,18.068581"}},
    {"id": 4, "datetime": "2024-01-03 06:00:00 +01:00", "name": "03 januari, Brand, Exempellän",
     "summary": "…", "url": "/aktuellt/handelser/2024/januari/3/", "type": "Brand",
     "location": {"name": "Exempellän", "gps": ""}},
]  # fmt: skip


def load(tmp_path: Path, name: str, content: str, mapping: str) -> tuple[EventStore, pa.Table]:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    store = EventStore(tmp_path / "store", "exempelstad")
    ingest_events(store, path, read_mapping(mapping), "brott", ground=Ground(), owner="1", by="prov", now=NOW)
    return store, store.read("brott").sort_by("row")


def test_a_street_file_of_police_uk_loads_with_months_and_blank_places(tmp_path):
    store, table = load(tmp_path, "2024-01-exempel-street.csv", POLICE_UK, "police-uk-street")

    assert table["kind"].to_pylist() == [
        "disorder", "drug_offence", "theft", "robbery", "public_order_offence",
    ]  # fmt: skip
    assert table["day"].to_pylist() == [date(2024, 1, 1)] * 4 + [date(2024, 2, 1)]
    placed = [x == x for x in table["x"].to_pylist()]
    assert placed == [True, True, False, False, True]
    held = store.get("brott")
    assert (held.crs, held.time_precision, held.quarantine) == (27700, "month", {})


def test_the_middle_of_london_lies_where_the_national_grid_says(tmp_path):
    _, table = load(tmp_path, "2024-01-exempel-street.csv", POLICE_UK, "police-uk-street")

    # 51.535 N 0.139 W, to the middle of a square of 50 metres.
    east, north = pyproj.Transformer.from_crs(4326, 27700, always_xy=True).transform(-0.139, 51.535)
    assert (table["x"][0].as_py(), table["y"][0].as_py()) == (east // 50 * 50 + 25, north // 50 * 50 + 25)


@pytest.mark.parametrize(("mapping", "content"), [("socrata-portal", PORTAL), ("socrata-api", API)])
def test_a_portal_s_file_loads_the_same_however_it_was_fetched(tmp_path, mapping, content):
    store, table = load(tmp_path, "crimes.csv", content, mapping)

    assert table["kind"].to_pylist() == ["drug_offence", "theft", "other_incident"]
    # Half past eleven at night in Chicago; midnight means that the time is not known; noon in summer.
    assert table["hour"].to_pylist() == [23, -1, 12]
    assert table["day"].to_pylist() == [date(2024, 1, 15), date(2024, 1, 16), date(2024, 7, 4)]
    assert table["attr_arrest"].to_pylist() == ["yes", "no", "no"]
    assert [x == x for x in table["x"].to_pylist()] == [True, False, False]
    assert store.get("brott").quarantine == {}


def test_the_mark_that_a_spreadsheet_wants_first_in_a_file_is_no_part_of_the_heading(tmp_path):
    _, table = load(tmp_path, "crimes.csv", f"\ufeff{PORTAL}", "socrata-portal")

    assert table.num_rows == 3


def test_both_mappings_of_the_portal_know_the_same_kinds():
    assert read_mapping("socrata-portal").kind.codes == read_mapping("socrata-api").kind.codes


def test_the_polices_notices_load_with_hours_of_one_digit_and_without_digests(tmp_path):
    store, table = load(tmp_path, "handelser.json", json.dumps(NOTICES), "polisen-handelser")

    assert table["kind"].to_pylist() == ["theft_call", "violence_call", "fire_call"]
    assert table["day"].to_pylist() == [date(2024, 5, 2), date(2024, 5, 2), date(2024, 1, 3)]
    assert [x == x for x in table["x"].to_pylist()] == [True, True, False]
    held = store.get("brott")
    assert (held.quarantine, held.may_have_hot_spots) == ({"left_out": 1}, False)


def test_nothing_of_a_notice_s_own_words_is_kept(tmp_path):
    store, table = load(tmp_path, "handelser.json", json.dumps(NOTICES), "polisen-handelser")

    assert not {"name", "summary", "url", "id"} & set(table.column_names)
    kept = b"".join(path.read_bytes() for path in store.folder.rglob("*") if path.is_file())
    assert b"Exempelstad" not in kept


@pytest.mark.reference
def test_five_hundred_real_notices_load(reference):
    path = reference / "data/events/polisen_api_raw_2026-08-22.json"
    trial = try_events(path, read_mapping("polisen-handelser"), ground=Ground(), now=NOW)

    assert (trial.rows, trial.findings.count) == (500, 0)
    assert trial.events + sum(trial.findings.left_out.values()) == 500
