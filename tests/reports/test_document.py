"""The document model refuses what a reader would miss."""

from __future__ import annotations

import pytest

from samsyn.reports.document import (
    BarChart,
    Column,
    FigureBlock,
    FiguresTable,
    NumberCell,
    Row,
    SparkCell,
    TableBlock,
)
from samsyn.reports.errors import TextAlternativeMissing, UnevenTable


@pytest.mark.parametrize("alternative", ["", "   "])
def test_a_figure_without_a_text_alternative_is_not_built(alternative: str) -> None:
    with pytest.raises(TextAlternativeMissing):
        FigureBlock(BarChart(()), "Stöld", alternative)


def test_small_bars_without_a_text_alternative_are_not_built() -> None:
    with pytest.raises(TextAlternativeMissing):
        SparkCell((1.0,), "")


@pytest.mark.parametrize("table", [FiguresTable, TableBlock])
def test_a_row_with_too_few_cells_is_refused(table: type) -> None:
    columns = (Column("Serie"), Column("2018"), Column("2019"))
    with pytest.raises(UnevenTable, match="Stöld"):
        table("Antal", columns, (Row("Stöld", "", (NumberCell(1, "1"),)),))
