"""Read a source's file in pieces of bounded size: only the columns that the mapping names, as they stand.

Whatever is under ``ignore`` is not read past its heading, and the headings are looked at before any row is.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from samsyn.domain.guard_columns import PersonColumns, scan_columns
from samsyn.store.events.errors import EventColumnsMissing, FileChanged, UnreadableEvents
from samsyn.store.events.mapping import EventMapping
from samsyn.store.provenance import nearest_name

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK_ROWS = 250_000
#: Workbooks and JSON are held in memory while they are read, so they may not be endless.
MOST_BYTES_IN_MEMORY = 400_000_000
GEOMETRY_X, GEOMETRY_Y = "geometry x", "geometry y"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a file.

    Parameters
    ----------
    rows : array of int
        Rows of data, from 1; the heading is not counted.
    table : pyarrow.Table
        The columns of the mapping; text, or the file's own types.
    done : float in [0, 1]
        How much of the file has been read.
    torn : tuple of int
        Rows that have another number of cells than the heading; they are not in the table.
    """

    rows: NDArray[np.int64]
    table: pa.Table
    done: float
    torn: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A file as it was at one moment; two that are equal are the same file with the same content."""

    sha256: str
    bytes: int
    modified_ns: int
    inode: int


def fingerprint(path: Path) -> Fingerprint:
    """Return what identifies a file and its content.

    Raises
    ------
    UnreadableEvents
        It can not be opened.
    """
    try:
        with path.open("rb") as file:
            facts = os.fstat(file.fileno())
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise UnreadableEvents(file=path.name, type="-", problem=problem.strerror or "-") from None
    return Fingerprint(digest, facts.st_size, facts.st_mtime_ns, facts.st_ino)


def check_unchanged(path: Path, before: Fingerprint) -> None:
    """Raise unless the file is still what it was.

    Raises
    ------
    FileChanged
    """
    try:
        same = fingerprint(path) == before
    except UnreadableEvents:
        same = False
    if not same:
        raise FileChanged(file=path.name)


class EventFile:
    """A file of a source, opened with a mapping: its headings are checked before a row is read.

    Parameters
    ----------
    path : Path
    mapping : EventMapping

    Raises
    ------
    PersonColumns
        A column that may lead to persons is not under ``ignore``.
    EventColumnsMissing
    UnreadableEvents
    """

    def __init__(self, path: Path, mapping: EventMapping) -> None:
        self.path = path
        self.mapping = mapping
        #: What the file calls its columns where the mapping has names of its own, and what lies in lists.
        self._beside: list[str] = []
        self.headings = tuple(self._told(self._headings))
        self._check_headings()

    @property
    def unread(self) -> tuple[str, ...]:
        """The columns that are neither read nor under ``ignore``."""
        return tuple(
            name
            for name in self.headings
            if name not in self.mapping.columns and name not in self.mapping.ignore
        )

    def position(self, column: str) -> int:
        """Return the place of a column in the file, from 1; 0 when it is not one."""
        return self.headings.index(column) + 1 if column in self.headings else 0

    def chunks(self, rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
        """Yield the rows in order, a bounded number at a time.

        Raises
        ------
        UnreadableEvents
            The file breaks off, or is of another kind than the mapping says.
        """
        import pyarrow as pa

        read = {
            "csv": self._text_chunks, "tsv": self._text_chunks, "parquet": self._parquet_chunks,
            "xlsx": self._workbook_chunks, "json": self._json_chunks, "gpkg": self._layer_chunks,
            "geojson": self._layer_chunks,
        }[self.mapping.file.type]  # fmt: skip
        try:
            yield from read(rows)
        except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, RuntimeError) as problem:
            if isinstance(problem, OSError) and problem.errno and problem.filename is None:
                raise
            raise self._unreadable() from None

    def _unreadable(self, problem: str = "") -> UnreadableEvents:
        # Never the library's own words: they may hold a row.
        kind = self.mapping.file.type
        return UnreadableEvents(file=self.path.name, type=kind, problem=problem or "its content does not fit")

    def _told(self, read: Any) -> Sequence[str]:
        import pyarrow as pa

        try:
            names = [str(name) for name in read()]
        except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, RuntimeError, RecursionError):
            raise self._unreadable() from None
        except Exception as problem:  # pyogrio and calamine have errors of their own
            if type(problem).__module__.split(".")[0] not in ("pyogrio", "python_calamine"):
                raise
            raise self._unreadable() from None
        return names

    def _headings(self) -> Sequence[str]:
        kind = self.mapping.file.type
        if kind in ("csv", "tsv"):
            return self._text_headings()
        if kind == "parquet":
            import pyarrow.parquet as parquet

            return list(parquet.ParquetFile(self.path).schema_arrow.names)
        if kind == "xlsx":
            return self._workbook_headings()
        if kind == "json":
            flat = [_flat(row) for row in self._records()]
            inside = (name for row in flat for name in _in_lists(row, self.mapping.ignore))
            self._beside = list(dict.fromkeys(inside))
            return list(dict.fromkeys(name for row in flat for name in row))
        return self._layer_headings()

    def _check_headings(self) -> None:
        mapping, found = self.mapping, self.headings
        about_persons = scan_columns((*found, *self._beside), ignore=mapping.ignore)
        if about_persons:
            names = ", ".join(dict.fromkeys(one.heading.strip() for one in about_persons))
            raise PersonColumns(file=self.path.name, columns=names)
        missing = [name for name in mapping.columns if name not in found]
        twice = [name for name in mapping.columns if found.count(name) > 1]
        if missing or twice:
            told = [f"{name} ({nearest_name(name, found)})" for name in missing]
            told += [f"{name} (2)" for name in twice]
            listed = ", ".join(found[:60]) or "-"
            raise EventColumnsMissing(file=self.path.name, missing=", ".join(told), found=listed)

    def _note_skipped(self, lines: Iterable[Sequence[Any]]) -> None:
        """Keep the headings of the file that the mapping's own names stand in for.

        A line with a single cell is a title and no heading.
        """
        names, ignore = self.mapping.file.columns, self.mapping.ignore
        for line in lines:
            cells = [str(cell).strip() for cell in line]
            if sum(map(bool, cells)) > 1:
                own = (names[at] if at < len(names) else "" for at in range(len(cells)))
                self._beside += [cell for cell, name in zip(cells, own, strict=True) if name not in ignore]

    # --- CSV and TSV

    def _delimiter(self) -> str:
        return self.mapping.file.delimiter or ("\t" if self.mapping.file.type == "tsv" else ",")

    def _text_headings(self) -> Sequence[str]:
        import csv

        form = self.mapping.file
        with self.path.open(encoding=_codec(form.encoding), newline="") as file:
            skipped = [file.readline() for _ in range(form.skip_rows)]
            if form.columns:
                self._note_skipped(csv.reader(skipped, delimiter=self._delimiter()))
                return form.columns
            return [name.strip() for name in next(csv.reader(file, delimiter=self._delimiter()), [])]

    def _text_chunks(self, rows: int) -> Iterator[Chunk]:
        import pyarrow as pa
        import pyarrow.csv as csv

        form = self.mapping.file
        size = max(1, self.path.stat().st_size)
        before = form.skip_rows + (0 if form.columns else 1)
        torn: list[int] = []
        told = 0

        def note(row: Any) -> str:
            torn.append(row.number - before)
            return "skip"

        with self.path.open("rb") as raw, pa.PythonFile(raw, mode="r") as file:
            reader = csv.open_csv(
                file,
                read_options=csv.ReadOptions(
                    column_names=list(self.headings),
                    skip_rows=before,
                    encoding=form.encoding.replace("utf-8", "utf8"),
                    block_size=max(1 << 16, min(1 << 24, rows * 100)),
                    # Only a single thread knows the numbers of rows that do not fit.
                    use_threads=False,
                ),
                parse_options=csv.ParseOptions(
                    delimiter=self._delimiter(), newlines_in_values=True, ignore_empty_lines=True,
                    invalid_row_handler=note,
                ),
                convert_options=csv.ConvertOptions(
                    include_columns=list(self.mapping.columns), strings_can_be_null=False,
                    column_types=dict.fromkeys(self.mapping.columns, pa.string()),
                ),
            )  # fmt: skip
            at = 1
            for batch in reader:
                for start in range(0, max(1, batch.num_rows), rows):
                    table = pa.Table.from_batches([batch.slice(start, rows)])
                    numbers = np.arange(at, at + table.num_rows)
                    for row in torn:
                        numbers[numbers >= row] += 1
                    yield Chunk(numbers, table, min(1.0, raw.tell() / size), tuple(torn[told:]))
                    at, told = at + table.num_rows, len(torn)
            if torn[told:]:
                yield Chunk(np.empty(0, np.int64), reader.schema.empty_table(), 1.0, tuple(torn[told:]))

    # --- Parquet

    def _parquet_chunks(self, rows: int) -> Iterator[Chunk]:
        import pyarrow as pa
        import pyarrow.parquet as parquet

        at = 1
        with parquet.ParquetFile(self.path) as file:
            total = max(1, file.metadata.num_rows)
            for batch in file.iter_batches(batch_size=rows, columns=list(self.mapping.columns)):
                table = pa.Table.from_batches([batch])
                yield Chunk(_rows(at, table), table, min(1.0, (at + batch.num_rows) / total))
                at += batch.num_rows

    # --- XLSX

    def _sheet(self) -> Any:
        import python_calamine

        self._check_size()
        book = python_calamine.CalamineWorkbook.from_path(str(self.path))
        return book.get_sheet_by_name(self.mapping.file.sheet or book.sheet_names[0])

    def _workbook_headings(self) -> Sequence[str]:
        form = self.mapping.file
        lines = self._sheet().to_python(skip_empty_area=False, nrows=form.skip_rows + 1)
        if form.columns:
            self._note_skipped(lines[: form.skip_rows])
            return form.columns
        return [str(cell).strip() for cell in lines[form.skip_rows]] if len(lines) > form.skip_rows else []

    def _workbook_chunks(self, rows: int) -> Iterator[Chunk]:
        form = self.mapping.file
        sheet = self._sheet()
        lines = iter(sheet.to_python(skip_empty_area=False))
        for _ in range(form.skip_rows + (0 if form.columns else 1)):
            next(lines, None)
        places = {name: self.headings.index(name) for name in self.mapping.columns}
        total = max(1, sheet.total_height)
        filled = (line for line in lines if any(cell != "" for cell in line))
        named = ({name: _cell(line[at]) for name, at in places.items()} for line in filled)
        yield from self._pieces(named, rows, total)

    # --- JSON

    def _check_size(self) -> None:
        if self.path.stat().st_size > MOST_BYTES_IN_MEMORY:
            raise self._unreadable(f"more than {MOST_BYTES_IN_MEMORY // 1_000_000} MB")

    def _records(self) -> list[dict[str, Any]]:
        self._check_size()
        content = json.loads(self.path.read_bytes())
        if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
            raise ValueError("a list of objects is needed")
        return content

    def _json_chunks(self, rows: int) -> Iterator[Chunk]:
        records = self._records()
        names = self.mapping.columns
        flat = (_flat(row) for row in records)
        yield from self._pieces(
            ({name: _cell(row.get(name)) for name in names} for row in flat), rows, max(1, len(records))
        )

    # --- GeoPackage and GeoJSON

    def _layer(self) -> dict[str, Any]:
        return {"layer": self.mapping.file.layer} if self.mapping.file.layer else {}

    def _layer_headings(self) -> Sequence[str]:
        import pyogrio

        if not self.mapping.file.layer and len(pyogrio.list_layers(str(self.path.resolve()))) != 1:
            raise ValueError("several layers")
        info = pyogrio.read_info(str(self.path.resolve()), **self._layer())
        return [str(name) for name in info["fields"]]

    def _layer_chunks(self, rows: int) -> Iterator[Chunk]:
        import pyarrow as pa
        import pyogrio
        import shapely

        total = max(1, pyogrio.read_info(str(self.path.resolve()), **self._layer())["features"])
        with pyogrio.open_arrow(
            str(self.path.resolve()), columns=list(self.mapping.columns), batch_size=rows, use_pyarrow=True,
            read_geometry=self.mapping.position.geometry, **self._layer(),
        ) as (meta, reader):  # fmt: skip
            at = 1
            for batch in reader:
                table = pa.Table.from_batches([batch])
                if self.mapping.position.geometry:
                    name = meta["geometry_name"] or "wkb_geometry"
                    # Of anything but a point the coordinates are NaN.
                    shapes = shapely.from_wkb(table[name].to_numpy())
                    table = table.drop_columns([name])
                    table = table.append_column(GEOMETRY_X, pa.array(shapely.get_x(shapes)))
                    table = table.append_column(GEOMETRY_Y, pa.array(shapely.get_y(shapes)))
                yield Chunk(_rows(at, table), table, min(1.0, (at + table.num_rows) / total))
                at += table.num_rows

    def _pieces(self, lines: Iterator[dict[str, str | None]], rows: int, total: int) -> Iterator[Chunk]:
        import pyarrow as pa

        schema = pa.schema([(name, pa.string()) for name in self.mapping.columns])
        at, waiting = 1, []
        for line in lines:
            waiting.append(line)
            if len(waiting) == rows:
                table = pa.Table.from_pylist(waiting, schema)
                yield Chunk(_rows(at, table), table, min(1.0, (at + rows) / total))
                at, waiting = at + rows, []
        if waiting:
            table = pa.Table.from_pylist(waiting, schema)
            yield Chunk(_rows(at, table), table, 1.0)


def _rows(first: int, table: pa.Table) -> NDArray[np.int64]:
    return np.arange(first, first + table.num_rows)


def _codec(encoding: str) -> str:
    # A byte order mark is no part of the first heading.
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _flat(record: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Return a record of JSON with names like ``location.gps`` for what lies inside."""
    found: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{name}.")
        else:
            found[f"{before}{name}"] = value
    return found


def _in_lists(record: dict[str, Any], ignore: Sequence[str] = (), before: str = "") -> Iterator[str]:
    """Yield names like ``persons.name`` for what lies in lists of a flat record, at any depth."""
    for name, value in record.items():
        waiting = [value] if isinstance(value, list) and f"{before}{name}" not in ignore else []
        while waiting:
            for item in waiting.pop():
                if isinstance(item, list):
                    waiting.append(item)
                elif isinstance(item, dict):
                    flat = _flat(item)
                    yield from (f"{before}{name}.{inner}" for inner in flat)
                    yield from _in_lists(flat, ignore, f"{before}{name}.")


def _cell(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
