"""Published tables read from paste, CSV or a workbook: recognised, asked about, and only then made rows.

``read_text`` / ``read_csv`` / ``read_xlsx`` / ``read_json_stat`` → ``recognise`` → ``questions`` → ``apply``.
Nothing is guessed: what the paper does not say for certain becomes a `Question` with a recommendation and its
reason.
"""

from samsyn.store.tables.blocks import Option, Question, RowError
from samsyn.store.tables.cube import read_json_stat
from samsyn.store.tables.found import Recognition
from samsyn.store.tables.known import SeriesChoice
from samsyn.store.tables.proposal import Note, Outcome, TableMeta, apply
from samsyn.store.tables.questions import questions, recommended
from samsyn.store.tables.reading import Cell, Footnote, RawTable, read_csv, read_text, read_xlsx
from samsyn.store.tables.recognise import recognise

__all__ = [
    "Cell",
    "Footnote",
    "Note",
    "Option",
    "Outcome",
    "Question",
    "RawTable",
    "Recognition",
    "RowError",
    "SeriesChoice",
    "TableMeta",
    "apply",
    "questions",
    "read_csv",
    "read_json_stat",
    "read_text",
    "read_xlsx",
    "recognise",
    "recommended",
]
