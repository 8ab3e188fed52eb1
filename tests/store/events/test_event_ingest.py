"""A file of events is read by its mapping: every row becomes an event, a count left out, or an error."""

from __future__ import annotations

import json
import os
from datetime import date, datetime

import pyarrow.parquet as parquet
import pytest
import shapely
from event_examples import (
    GROUND,
    HEADINGS,
    NOW,
    ROWS,
    mapping,
    rows_with,
    write_csv,
    write_json,
    write_layer,
    write_parquet,
    write_xlsx,
)

from samsyn.domain.guard_columns import PersonColumns
from samsyn.store.errors import AlreadyLoaded
from samsyn.store.events.errors import (
    EventColumnsMissing,
    FileChanged,
    InvalidEvents,
    PersonValues,
    TooMuchLeftOut,
    UnreadableEvents,
)
from samsyn.store.events.ingest import ingest_events, try_events
from samsyn.store.events.mapping import read_mapping
from samsyn.store.events.places import AreaLayer, Ground, PlaceBoundary

GEOMETRY = ('x = "X"\ny = "Y"\ncrs = "EPSG:3006"', 'geometry = true\ncrs = "EPSG:3006"')
GEOMETRY_LONLAT = ('x = "X"\ny = "Y"\ncrs = "EPSG:3006"', 'geometry = true\ncrs = "EPSG:4326"')
TIME, KIND = 'column = "Tid"', 'column = "Brott"'
EXPECTED = [
    ("robbery", datetime(2024, 5, 1, 10, 0), date(2024, 5, 1), 12, 1, 674025.0, "ute"),  # noqa: DTZ001
    ("drug_offence", datetime(2024, 5, 1, 21, 45), date(2024, 5, 1), 23, 1, 674025.0, "inne"),  # noqa: DTZ001
    ("drug_offence", datetime(2024, 5, 1, 22, 0), date(2024, 5, 2), 0, -1, 674125.0, ""),  # noqa: DTZ001
    ("robbery", datetime(2024, 6, 1, 6, 15), date(2024, 6, 1), 8, 1, None, "ute"),  # noqa: DTZ001
]


def load(events, path, made=None, ground=GROUND, **more):
    made = made or mapping()
    return ingest_events(
        events, path, made, "exempel", ground=ground, owner="7", by="Analys", now=NOW, **more
    )


def told(events):
    return [
        (
            row["kind"], row["start"], row["day"], row["hour"], row["count"],
            None if row["x"] != row["x"] else row["x"], row["attr_plats"],
        )
        for row in sorted(events.read("exempel").to_pylist(), key=lambda row: row["row"])
    ]  # fmt: skip


def trial(path, made=None, **more):
    return try_events(path, made or mapping(), ground=GROUND, now=NOW, **more)


@pytest.mark.parametrize(
    ("ending", "write", "changes"),
    [
        ("csv", write_csv, ()),
        ("json", write_json, (('type = "csv"', 'type = "json"'),)),
        ("xlsx", write_xlsx, (('type = "csv"', 'type = "xlsx"'), ("%Y-%m-%d %H:%M", "iso"))),
        ("parquet", write_parquet, (('type = "csv"', 'type = "parquet"'),)),
        ("gpkg", write_layer, (('type = "csv"', 'type = "gpkg"'), GEOMETRY)),
    ],
)
def test_the_same_events_come_out_of_every_kind_of_file(events, tmp_path, ending, write, changes):
    load(events, write(tmp_path / f"fil.{ending}"), mapping(*changes))

    assert told(events) == EXPECTED


def test_geojson_is_read_in_longitude_and_latitude(events, tmp_path):
    made = mapping(('type = "csv"', 'type = "geojson"'), GEOMETRY_LONLAT)
    load(events, write_layer(tmp_path / "fil.geojson"), made)

    assert told(events) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1", "utf-16"])
def test_swedish_letters_survive_every_encoding_that_is_named(events, tmp_path, encoding):
    headings = tuple(name.replace("Plats", "Ställe") for name in HEADINGS)
    rows = [tuple(cell.replace("U", "Å") if at == 6 else cell for at, cell in enumerate(row)) for row in ROWS]
    path = write_csv(tmp_path / "fil.csv", rows, headings, encoding=encoding)
    made = mapping(
        ('type = "csv"', f'type = "csv"\nencoding = "{encoding}"'), ('"Plats"', '"Ställe"'), ('"U"', '"Å"')
    )
    load(events, path, made)

    assert told(events) == EXPECTED


def test_a_byte_order_mark_is_no_part_of_a_heading(events, tmp_path):
    headings = ("Brott", *(name for name in HEADINGS if name != "Brott"))
    rows = [(row[1], row[0], *row[2:]) for row in ROWS]
    load(events, write_csv(tmp_path / "fil.csv", rows, headings, encoding="utf-8-sig"))

    assert told(events) == EXPECTED


def test_semicolons_and_decimal_commas_are_read(events, tmp_path):
    rows = [
        tuple(cell.replace(".", ",") if at in (3, 4) else cell for at, cell in enumerate(row)) for row in ROWS
    ]
    made = mapping(('type = "csv"', 'type = "csv"\ndelimiter = ";"\ndecimal = ","'))
    load(events, write_csv(tmp_path / "fil.csv", rows, delimiter=";"), made)

    assert told(events) == EXPECTED


def test_tabs_a_preamble_and_given_names_are_read(events, tmp_path):
    path = write_csv(tmp_path / "fil.tsv", ROWS, ("hej",), delimiter="\t")
    names = ", ".join(f'"{name}"' for name in HEADINGS)
    made = mapping(('type = "csv"', f'type = "tsv"\nskip_rows = 1\ncolumns = [{names}]'))
    load(events, path, made)

    assert told(events) == EXPECTED


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
def test_the_size_of_the_pieces_changes_nothing(events, tmp_path, rows):
    written = load(events, write_csv(tmp_path / "fil.csv"), chunk_rows=rows)

    assert told(events) == EXPECTED
    assert written.content_sha256 == load_elsewhere(tmp_path)


def load_elsewhere(tmp_path):
    from samsyn.store.events.store import EventStore

    return load(EventStore(tmp_path / "annan", "x"), write_csv(tmp_path / "samma.csv")).content_sha256


def test_the_manifest_tells_the_source_the_mapping_and_the_owner(events, tmp_path):
    path = write_csv(tmp_path / "fil.csv")
    written = load(events, path)

    assert (written.source.file_name, written.source.rows, written.source.bytes) == (
        "fil.csv",
        4,
        path.stat().st_size,
    )
    assert (written.mapping, written.owner, written.loaded_by) == ("exempel", "7", "Analys")
    assert (written.count, written.rows, written.attributes) == (2, 4, {"plats": ("inne", "ute")})
    assert written.sharing == "own_organisation"


def test_nothing_of_an_ignored_column_reaches_the_disk(events, tmp_path):
    load(events, write_csv(tmp_path / "fil.csv"))
    kept = b"".join(path.read_bytes() for path in events.folder.rglob("*") if path.is_file())

    assert b"K1-24" not in kept
    assert b"Gatan" not in kept
    assert set(events.read("exempel").column_names) == set(events.get("exempel").columns)


@pytest.mark.parametrize("heading", ["Personnummer", "Misstänkt id", "K-nummer", "Hemadress", "Telefon"])
def test_a_column_about_persons_refuses_the_file_and_nothing_is_kept(events, tmp_path, heading):
    rows = [(*row, "x") for row in ROWS]
    path = write_csv(tmp_path / "fil.csv", rows, (*HEADINGS, heading))
    with pytest.raises(PersonColumns, match=heading):
        load(events, path)
    assert not events.folder.exists()


def named(names, ignore='"Adress"'):
    told = ", ".join(f'"{name}"' for name in names)
    return mapping(
        ('type = "csv"', f'type = "csv"\nskip_rows = 2\ncolumns = [{told}]'),
        ('"Adress"]', f"{ignore}]"),
    )


def test_names_given_by_the_mapping_do_not_hide_a_heading_about_persons(events, tmp_path):
    path = write_csv(tmp_path / "fil.csv", [(*row, "x") for row in ROWS], (*HEADINGS, "Personnummer"))
    path.write_text("Uttag ur registret\n" + path.read_text())

    with pytest.raises(PersonColumns, match="Personnummer"):
        load(events, path, named((*HEADINGS, "Extra")))
    assert not events.folder.exists()
    assert load(events, path, named((*HEADINGS, "Extra"), '"Adress", "Extra"')).rows == 4


@pytest.mark.parametrize(
    "inner", [[{"Personnummer": "x"}], [{"om": {"Personnummer": "x"}}], [[{"om": [{"Personnummer": "x"}]}]]]
)
def test_a_heading_about_persons_is_found_in_lists_of_json(events, tmp_path, inner):
    path = tmp_path / "fil.json"
    rows = [dict(zip(HEADINGS, row, strict=True)) for row in ROWS]
    path.write_text(json.dumps([*rows[:-1], {**rows[-1], "parter": inner}]))
    as_json = ('type = "csv"', 'type = "json"')

    with pytest.raises(PersonColumns, match="Personnummer"):
        load(events, path, mapping(as_json))
    assert load(events, path, mapping(as_json, ('"Adress"]', '"Adress", "parter"]'))).rows == 4


def test_the_same_column_under_ignore_lets_the_file_in(events, tmp_path):
    rows = [(*row, "19121212-1212") for row in ROWS]
    path = write_csv(tmp_path / "fil.csv", rows, (*HEADINGS, "Personnummer"))
    made = mapping(('"Adress"]', '"Adress", "Personnummer"]'))

    assert load(events, path, made).rows == 4


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Plats", "19121212-1212"), ("Brott", "121212-1212"), ("Tid", "191212121212"), ("X", "191212121212"),
        ("Plats", "såg 19121212-1212 där"), ("Antal", "1212121212"),
    ],
)  # fmt: skip
def test_a_personal_number_in_a_mapped_column_refuses_the_file(events, tmp_path, column, cell):
    with pytest.raises(PersonValues) as refusal:
        load(events, write_csv(tmp_path / "fil.csv", rows_with(**{column: cell})))
    assert "1212" not in str(refusal.value).replace("fil.csv", "")
    assert [path.name for path in events.folder.rglob("*") if path.is_file()] == [".lock"]


@pytest.mark.parametrize(
    ("column", "cell", "rule"),
    [
        ("Tid", "igår", "not_a_time"),
        ("Tid", "2024-13-01 10:00", "not_a_time"),
        ("X", "väster", "not_a_number"),
        ("Antal", "två", "not_a_number"),
        ("Antal", "", "not_a_number"),
        ("Antal", "1.5", "not_whole"),
        ("Antal", "-2", "count_outside"),
        ("Brott", "", "no_code"),
    ],
)
def test_a_cell_that_can_not_be_read_is_told_by_its_place_and_never_by_its_content(
    events, tmp_path, column, cell, rule
):
    with pytest.raises(InvalidEvents) as refusal:
        load(events, write_csv(tmp_path / "fil.csv", rows_with(**{column: cell})))
    (error,) = refusal.value.found.cells

    assert (error.row, error.column, str(error.rule)) == (1, column, rule)
    assert error.cell == f"{'ABCDEFGH'[HEADINGS.index(column)]}2"
    assert len(cell) < 3 or cell not in str(refusal.value)
    assert events.manifests() == ()


def test_all_errors_are_told_at_once_with_the_number_of_each(tmp_path):
    rows = [("", "7777", "när", "x", "y", "a", "?", "")] * 300
    found = trial(write_csv(tmp_path / "fil.csv", rows)).findings

    assert found.count == 300 * 4 + 2
    assert len(found.cells) == 200
    assert [(one.column, one.code, one.count) for one in found.codes] == [
        ("Brott", "7777", 300),
        ("Plats", "?", 300),
    ]


def test_unknown_codes_are_listed_with_the_nearest_known(tmp_path):
    rows = [*rows_with(Brott="9801"), *rows_with(Brott="9801"), *rows_with(Brott="5O11")]
    codes = trial(write_csv(tmp_path / "fil.csv", rows)).findings.codes

    assert [(one.code, one.count, one.nearest, one.first_row) for one in codes] == [
        ("9801", 2, "9802", 1),
        ("5O11", 1, "5011", 9),
    ]


def test_a_row_with_too_many_cells_is_told_and_the_rows_after_it_keep_their_numbers(tmp_path):
    rows = [ROWS[0], (*ROWS[1], "extra"), rows_with(Tid="nej")[0]]
    cells = trial(write_csv(tmp_path / "fil.csv", rows)).findings.cells

    assert [(one.row, str(one.rule)) for one in cells] == [(2, "cells_differ"), (3, "not_a_time")]


@pytest.mark.parametrize(
    ("cells", "changes", "reason"),
    [
        ({"Tid": "2019-12-31 23:00"}, (), "time_outside"),
        ({"Tid": "2026-11-22 10:00"}, (), "time_outside"),
        ({"Tid": ""}, (), "time_missing"),
        ({"X": "100"}, (), "position_outside"),
        ({"Tid": "2024-10-27 02:30"}, (TIME + '\nambiguous = "quarantine"',), "time_ambiguous"),
        ({"Tid": "2024-03-31 02:30"}, (TIME + '\nnonexistent = "quarantine"',), "time_nonexistent"),
        ({"Brott": "1"}, (KIND + '\nunknown = "quarantine"',), "unknown_kind"),
        ({"Brott": "1"}, (KIND + '\nleave_out = ["1"]',), "left_out"),
    ],
)  # fmt: skip
def test_what_can_not_be_true_is_left_out_and_counted(events, tmp_path, cells, changes, reason):
    made = mapping(*((change.partition("\n")[0], change) for change in changes))
    written = load(events, write_csv(tmp_path / "fil.csv", rows_with(**cells)), made)

    assert written.quarantine[reason] == 1
    kept = parquet.read_table(events.archive.path("exempel", 1) / "quarantine.parquet")
    assert kept.column_names == ["row", "reason"]
    assert {"row": 1, "reason": reason} in kept.to_pylist()


def test_rows_without_a_position_may_be_left_out_or_kept(events, tmp_path):
    path = write_csv(tmp_path / "fil.csv")
    made = mapping(("crs = ", 'missing = "quarantine"\ncrs = '))

    assert load(events, path, made).quarantine == {"position_missing": 1}
    assert load(events, path).quarantine == {}


def test_a_file_with_too_many_impossible_rows_is_refused_with_the_reasons(events, tmp_path):
    rows = [rows_with(X="100")[0]] * 7 + [ROWS[0]] * 3
    with pytest.raises(TooMuchLeftOut, match="position_outside 7"):
        load(events, write_csv(tmp_path / "fil.csv", rows))


def test_the_same_file_twice_is_recognised_before_it_is_read(events, tmp_path):
    path = write_csv(tmp_path / "fil.csv")
    load(events, path)
    with pytest.raises(AlreadyLoaded):
        load(events, write_csv(tmp_path / "annat-namn.csv"))


def test_the_same_file_with_another_mapping_is_a_new_version(events, tmp_path):
    path = write_csv(tmp_path / "fil.csv")
    load(events, path)

    assert load(events, path, mapping(('"robbery"', '"theft"'))).version == 2


def test_the_same_file_may_come_back_after_a_withdrawal(events, tmp_path):
    path = write_csv(tmp_path / "fil.csv")
    load(events, path)
    events.withdraw("exempel", 1, "prov", "Analys", NOW)

    assert load(events, path).version == 2


def test_missing_columns_are_told_with_the_nearest(events, tmp_path):
    headings = tuple(name.replace("Tid", "Tidpunkt") for name in HEADINGS)
    with pytest.raises(EventColumnsMissing, match=r"Tid \(Tidpunkt\)"):
        load(events, write_csv(tmp_path / "fil.csv", ROWS, headings))


@pytest.mark.parametrize("ending", ["csv", "json", "xlsx", "parquet", "gpkg", "geojson"])
@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe" * 50, b"PK\x03\x04 nej", b"{]"])
def test_bytes_of_another_kind_are_refused_without_their_content(events, tmp_path, ending, content):
    path = tmp_path / f"fil.{ending}"
    path.write_bytes(content)
    changes = [('type = "csv"', f'type = "{ending}"')]
    changes += [GEOMETRY] if ending in ("gpkg", "geojson") else []
    with pytest.raises((UnreadableEvents, EventColumnsMissing)):
        load(events, path, mapping(*changes))
    assert events.manifests() == ()


def test_a_file_that_is_not_there_is_told(events, tmp_path):
    with pytest.raises(UnreadableEvents):
        load(events, tmp_path / "borta.csv")


@pytest.mark.parametrize("when", ["longer", "same length", "same time", "gone"])
def test_a_file_that_changes_while_it_is_read_is_refused(events, tmp_path, when):
    path = write_csv(tmp_path / "fil.csv")
    before = path.stat()

    def change(_done, _rows):
        content = path.read_bytes()
        if when == "gone":
            path.unlink()
        elif when == "longer":
            path.write_bytes(content + content.splitlines()[-1])
        else:
            path.write_bytes(content.replace(b"Gatan 1", b"Vagen 1"))
            if when == "same time":
                os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    with pytest.raises(FileChanged):
        load(events, path, progress=change)
    assert events.manifests() == ()


def test_events_belong_to_areas_and_to_the_place_whose_boundary_holds_that_day(events, tmp_path):
    def square(west):
        return shapely.box(west, 6580000, west + 100, 6580100).wkb

    ground = Ground(
        layers=(AreaLayer("nyko5", "2021", ("10102", "10103"), (square(674000), square(674100))),),
        places=(
            PlaceBoundary("plattan", square(674000), date(2024, 1, 1), date(2024, 5, 2)),
            PlaceBoundary("plattan", square(674100), date(2024, 5, 2), None),
        ),
    )
    written = load(events, write_csv(tmp_path / "fil.csv"), ground=ground)
    rows = sorted(events.read("exempel").to_pylist(), key=lambda row: row["row"])

    assert [row["area_nyko5"] for row in rows] == ["10102", "10102", "10103", ""]
    assert [row["place"] for row in rows] == ["plattan", "plattan", "plattan", ""]
    assert (written.schemes["nyko5"].vintage, written.schemes["nyko5"].assigned) == ("2021", 3)


def test_a_trial_writes_nothing_and_tells_the_same(events, tmp_path):
    found = trial(write_csv(tmp_path / "fil.csv"))

    assert (found.rows, found.events, found.count, found.positioned) == (4, 4, 2, 3)
    assert found.kinds == {"robbery": 2, "drug_offence": 0}
    assert not events.folder.exists()


def test_progress_goes_from_something_to_all(tmp_path):
    seen = []
    trial(
        write_csv(tmp_path / "fil.csv", ROWS * 50),
        chunk_rows=20,
        progress=lambda done, rows: seen.append((done, rows)),
    )

    assert [rows for _, rows in seen][-1] == 200
    assert sorted(seen) == seen
    assert seen[-1][0] == 1.0


REFERENCE = [
    ("stlouis-parquet", "stlouis_2008_2014.parquet", 397_765, 397_765, 384_221),
    ("stlouis-raw-month", "stlouis_raw_2008-09.csv", 6_520, 6_520, 6_078),
    ("polisen-handelser", "polisen_api_raw_2026-08-22.json", 500, 393, 393),
    ("polisen-handelser-tabell", "polisen_handelser_stockholm.csv", 4_736, 4_734, 4_734),
]


@pytest.mark.parametrize(("name", "file", "rows", "kept", "count"), REFERENCE)
def test_the_reference_files_are_read_whole(reference, name, file, rows, kept, count):
    found = try_events(reference / "data/events" / file, read_mapping(name), ground=GROUND, now=NOW)

    assert (found.rows, found.events, found.count) == (rows, kept, count)
    assert found.findings.count == 0


def test_drug_offences_halve_in_st_louis_in_the_autumn_of_2014(reference, events):
    made = read_mapping("stlouis-parquet")
    load(events, reference / "data/events/stlouis_2008_2014.parquet", made)
    table = events.read("exempel", columns=["kind", "month", "count"]).to_pandas()
    drugs = table[table["kind"] == "drug_offence"].groupby("month")["count"].sum()

    autumn, before = (sum(drugs[date(year, month, 1)] for month in (11, 12)) for year in (2014, 2013))
    assert autumn < before / 2
