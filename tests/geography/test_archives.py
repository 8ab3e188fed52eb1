"""An archive from outside is unpacked in memory, within limits, and never out of its folder."""

from __future__ import annotations

import io
import zipfile

import pytest

from samsyn import geography
from samsyn.geography import archives, errors
from tests.geography.drawn_files import SQUARE, degrees, geojson, zipped

GOOD = geojson(degrees(SQUARE))


def test_a_geojson_in_an_archive_is_read():
    assert geography.read_boundary("a.zip", zipped({"mapp/torg.geojson": GOOD})).feature_count == 1


@pytest.mark.parametrize(
    "name",
    ["../torg.geojson", "/etc/torg.geojson", "C:\\torg.geojson", "a/../../torg.geojson", "..\\torg.geojson"],
)
def test_a_path_out_of_the_archive_is_refused(name):
    with pytest.raises(errors.UnsafeArchive):
        geography.read_boundary("a.zip", zipped({name: GOOD}))


def test_a_link_in_an_archive_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("torg.geojson")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(errors.UnsafeArchive):
        geography.read_boundary("a.zip", packed.getvalue())


def test_a_bomb_is_refused_by_its_ratio():
    with pytest.raises(errors.FileTooBig):
        geography.read_boundary("a.zip", zipped({"torg.geojson": b" " * 30_000_000}))


def test_a_bomb_that_lies_about_its_size_is_stopped_while_reading(monkeypatch):
    monkeypatch.setattr(archives, "_MAX_UNPACKED", 1_000)
    with pytest.raises(errors.FileTooBig):
        geography.read_boundary("a.zip", zipped({"torg.geojson": b" " * 5_000}))


def test_too_many_entries_are_refused():
    with pytest.raises(errors.FileTooBig):
        geography.read_boundary("a.zip", zipped({f"{number}.txt": b"" for number in range(300)}))


def test_a_file_above_the_limit_is_refused_unread(monkeypatch):
    monkeypatch.setattr(archives, "MAX_UPLOAD", 10)
    with pytest.raises(errors.FileTooBig):
        geography.read_boundary("a.geojson", GOOD)


def test_an_archive_with_two_data_sets_is_asked_about():
    data = zipped({"norr.geojson": GOOD, "soder.geojson": GOOD})
    with pytest.raises(errors.SeveralLayers, match="norr, soder"):
        geography.read_boundary("a.zip", data)
    assert geography.read_boundary("a.zip", data, layer="norr").feature_count == 1


def test_an_archive_without_a_map_holds_no_area():
    with pytest.raises(errors.NothingThere):
        geography.read_boundary("a.zip", zipped({"las.txt": b"hej"}))


def test_shadows_made_by_another_system_are_passed_over():
    data = zipped({"torg.geojson": GOOD, "__MACOSX/._torg.geojson": b"rubbish"})
    assert geography.read_boundary("a.zip", data).feature_count == 1


@pytest.mark.parametrize(
    "inside",
    [
        b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>',
        b'{"type": "FeatureCollection", "next": "http://127.0.0.1/", "features": "http://127.0.0.1/x.json"}',
    ],
)
def test_a_file_that_points_elsewhere_is_not_followed(inside):
    with pytest.raises(errors.UnreadableFile):
        geography.read_boundary("a.zip", zipped({"torg.geojson": inside}))


def test_nothing_is_left_on_disk_after_a_shapefile(written, tmp_path, monkeypatch):
    files = written([SQUARE], 3006, ".shp", kod=["1"])
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    geography.read_boundary("a.zip", zipped(files))
    assert list(scratch.iterdir()) == []
