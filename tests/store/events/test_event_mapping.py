"""A mapping is checked whole before any file is opened, and says everything that is wrong with it."""

from __future__ import annotations

import pytest
from event_examples import MAPPING, mapping
from hypothesis import given, strategies as st

from samsyn.domain.guard_columns import scan_columns
from samsyn.store.events.errors import MappingInvalid, MappingUnreadable, UnknownMapping
from samsyn.store.events.mapping import parse_mapping, read_mapping, ready_mappings
from samsyn.store.events.mapping_format import KEYS, TABLES
from samsyn.store.events.schema import PositionKind, is_kind


@pytest.mark.parametrize("name", ready_mappings())
def test_every_ready_mapping_can_be_read_and_bears_the_name_of_its_file(name):
    assert read_mapping(name).name == name


@pytest.mark.parametrize("name", ready_mappings())
def test_no_ready_mapping_reads_a_column_about_persons(name):
    assert not scan_columns(read_mapping(name).columns)


@pytest.mark.parametrize("name", ready_mappings())
def test_ready_mappings_round_to_fifty_metres_or_know_their_positions_to_be_coarser(name):
    made = read_mapping(name)

    assert made.rounding.grid_m >= 50 or made.position.error_m >= 50
    assert made.rounding.minutes >= 15


def test_the_polices_notices_are_centroids_and_leave_summaries_out():
    made = read_mapping("polisen-handelser")

    assert made.position.kind == PositionKind.CENTROID
    assert "Sammanfattning natt" in made.kind.leave_out
    assert {"name", "summary", "url"} <= set(made.ignore)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"robbery"', '"ran"', "ran is none of our kinds"),
        ("format = 1", "format = 2", "format: must be 1"),
        ('name = "exempel"', 'name = "../x"', "name: a-z"),
        ('column = "Brott"', "", "give column with codes, or value"),
        ('column = "Brott"', 'column = "Personnummer"', "can not be mapped"),
        ('column = "Plats"', 'column = "Diarienummer"', "can not be mapped"),
        ('column = "Plats"', 'column = "Hemadress"', "can not be mapped"),
        ('"Adress"]', '"Adress", "Plats"]', "Plats: both mapped and ignored"),
        ('type = "csv"', 'type = "csv"\ndelimiter = "||"', "one character"),
        ('type = "csv"', 'type = "access"', "file.type: must be one of"),
        ('format = "%Y-%m-%d %H:%M"', 'format = "%d %B %Y"', "time.format: only"),
        ('column = "Tid"', 'column = "Tid"\nzone = "Europe/Atlantis"', "Europe/Atlantis is not known"),
        ('column = "Tid"', 'column = "Tid"\nminutes = 5', "15, 30 or 60"),
        ('column = "Tid"', 'column = "Tid"\nlatest = 2019-01-01', "before time.earliest"),
        ('column = "Tid"', 'columm = "Tid"', "nearest column"),
        ("earliest = 2020-01-01", 'earliest = "2020-01-01"', "time.earliest: must be day"),
        ('crs = "EPSG:3006"', 'crs = "EPSG:99999"', "EPSG:99999 is not known"),
        ('crs = "EPSG:3006"', 'crs = "EPSG:3006"\nmetric_crs = "EPSG:4326"', "no EPSG system in metres"),
        ('crs = "EPSG:3006"', 'crs = "EPSG:3006"\ngrid_m = 10', "at least 50"),
        ('crs = "EPSG:3006"', 'crs = "EPSG:3006"\nrounding = "as_published"', "needs error_m"),
        ('crs = "EPSG:3006"', 'crs = "EPSG:3006"\nkind = "centroid"', "at least 1000"),
        ('crs = "EPSG:3006"', 'crs = "EPSG:3006"\nkind = "none"', "none, yet columns are named"),
        ('y = "Y"', "", "x and y belong together"),
        ('crs = "EPSG:3006"', 'crs = "EPSG:3006"\npair = "XY"', "give x and y, or pair, or geometry"),
        ('crs = "EPSG:3006"', 'crs = "EPSG:3006"\ngeometry = true', "only for gpkg and geojson"),
        ("area = [600000,", "area = [900000,", "west, south, east, north"),
        ('codes = { "U" = "ute", "I" = "inne" }', "", "needs codes or values"),
        ("[attributes.plats]", "[attributes.Plats]", "a name has a-z"),
        ("[count]", "[counts]", "counts: no such table or key"),
    ],
)
def test_what_a_mapping_may_not_say_is_told(old, new, told):
    assert old in MAPPING
    with pytest.raises(MappingInvalid) as refusal:
        parse_mapping(MAPPING.replace(old, new))
    assert any(told in problem for problem in refusal.value.problems), refusal.value.problems


def test_all_problems_are_told_at_once():
    with pytest.raises(MappingInvalid) as refusal:
        mapping(('type = "csv"', 'type = "x"'), ("earliest", "earlyest"), ("[count]", "[counts]"))
    assert len(refusal.value.problems) >= 3


def test_text_that_is_no_toml_is_told_with_its_line():
    with pytest.raises(MappingUnreadable, match="SAM232"):
        parse_mapping("format = ")


def test_an_unknown_mapping_is_told_with_the_nearest():
    with pytest.raises(UnknownMapping, match="polisen-handelser"):
        read_mapping("polisen-handelse")


def test_a_comment_does_not_make_another_mapping_and_a_code_does():
    assert parse_mapping(MAPPING + "\n# hej").sha256 == mapping().sha256
    assert mapping(('"robbery"', '"theft"')).sha256 != mapping().sha256


def test_the_error_of_a_position_holds_its_rounding():
    assert mapping().position_error_m == pytest.approx(25 * 2**0.5)


def test_every_key_stands_in_a_table_that_is_described():
    assert {key.table for key in KEYS} == set(TABLES)
    assert all(key.meaning.endswith(".") for key in KEYS)


@given(st.text(max_size=200))
def test_no_text_is_read_as_anything_but_a_mapping_or_a_refusal(text):
    try:
        parse_mapping(text)
    except (MappingInvalid, MappingUnreadable):
        return
    raise AssertionError("an empty mapping was accepted")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
)


@given(st.sampled_from([key.table for key in KEYS]), st.sampled_from([key.name for key in KEYS]), JUNK)
def test_any_value_anywhere_is_accepted_or_told(table, name, value):
    def said(thing):
        if isinstance(thing, dict):
            return "{" + ", ".join(f"{key} = {said(one)}" for key, one in thing.items()) + "}"
        if isinstance(thing, list):
            return "[" + ", ".join(map(said, thing)) + "]"
        if isinstance(thing, bool):
            return "true" if thing else "false"
        plain = "".join(letter for letter in str(thing) if letter.isalnum())
        return str(thing) if isinstance(thing, int) else f'"{plain}"'

    heading = {"": "", "attributes": "[attributes.plats]"}.get(table, f"[{table}]")
    kept = [line for line in MAPPING.splitlines() if not line.startswith(f"{name} =")]
    at = kept.index(heading) + 1 if heading else 1
    text = (
        "\n".join([*kept[:at], f"{name} = {said(value)}", *kept[at:]])
        if not heading or heading in kept
        else MAPPING
    )
    try:
        made = parse_mapping(text)
    except (MappingInvalid, MappingUnreadable):
        return
    assert is_kind(next(iter(made.kind.codes.values()), made.kind.value))


@pytest.mark.parametrize(
    "heading",
    [
        "Ålder", "Kön", "Vict Age", "Vict Sex", "Vict Descent", "VICTIM_RACE", "etnicitet", "Nationalitet",
        "race", "gender", "age", "Age Group", "Misstänkt", "suspect_sex", "Victim", "Målsägandens ålder",
        "Brottsoffer kön", "perp_race",
    ],
)  # fmt: skip
def test_what_somebody_is_can_be_ignored_but_never_kept_with_an_event(heading):
    with pytest.raises(MappingInvalid) as refusal:
        mapping(('column = "Plats"', f'column = "{heading}"'))
    assert any(heading in one and "can not be mapped" in one for one in refusal.value.problems)
    assert heading in mapping(('"Adress"]', f'"Adress", "{heading}"]')).ignore


@pytest.mark.parametrize("name", ["age", "kon", "victim", "suspect", "gender"])
def test_an_attribute_does_not_bear_the_name_of_what_somebody_is_whatever_its_column(name):
    with pytest.raises(MappingInvalid):
        mapping(("[attributes.plats]", f"[attributes.{name}]"))


@pytest.mark.parametrize(
    "heading", ["Plats", "Object", "Arrest", "Domestic", "Konto typ", "Village", "Antal offer", "Conviction"]
)
def test_what_is_not_of_a_person_can_be_an_attribute(heading):
    assert heading in mapping(('column = "Plats"', f'column = "{heading}"')).columns
