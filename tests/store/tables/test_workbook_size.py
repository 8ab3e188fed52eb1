"""A workbook of a few bytes that unpacks to more than memory is refused before it is read."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from samsyn.store.errors import UnreadableWorkbook
from samsyn.store.tables import read_xlsx


def workbook(*cells: tuple[int, int]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, column in cells:
            sheet.write(row, column, "x")
    return stream.getvalue()


@pytest.mark.parametrize("last", [(1_048_575, 16_383), (1_048_575, 1), (99_999, 20)])
def test_a_cell_far_away_is_refused_before_everything_up_to_it_is_filled(last: tuple[int, int]) -> None:
    with pytest.raises(UnreadableWorkbook):
        read_xlsx(workbook((0, 0), last))


def test_a_file_that_unpacks_to_hundreds_of_megabytes_is_refused() -> None:
    stream = io.BytesIO(workbook((0, 0)))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/padding.bin", bytes(60 * 1024 * 1024))
    with pytest.raises(UnreadableWorkbook):
        read_xlsx(stream.getvalue())


def test_a_workbook_of_ordinary_size_is_read() -> None:
    assert read_xlsx(workbook((0, 0), (400, 30)))[0].lines
