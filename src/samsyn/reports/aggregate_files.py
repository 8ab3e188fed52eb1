"""Aggregates as files that other programs read, each with what its columns mean."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pyogrio.raw
import shapely
import xlsxwriter

from samsyn.reports.deviation_words import kind_name
from samsyn.reports.words import Words
from samsyn.studies.event_aggregates import Aggregate

COLUMNS = (
    "place", "place_name", "kind", "kind_name", "period_start", "period_end", "count", "status",
    "detection_driven",
)  # fmt: skip
# Packages get the same bytes on every day: their entries carry no time of their own.
_EPOCH = (2000, 1, 1, 0, 0, 0)


def _(message: str) -> str:
    """Mark a message for the catalogue; it is translated where the language is known."""
    return message


_MEANINGS = {
    "place": _("The place's name in addresses."),
    "place_name": _("The place's name."),
    "kind": _("Kind of event, the code."),
    "kind_name": _("Kind of event, in words."),
    "period_start": _("First day of the period."),
    "period_end": _("The day after the period."),
    "count": _("Sum of events; a withdrawn report takes one away. Empty where it is not shown."),
    "status": _("shown, or hidden: from 1 to %(most)s events, not shown to you."),
    "detection_driven": _(
        "1 for kinds that mirror above all how much the police search; never a measure of trade."
    ),
}


@dataclass(frozen=True, slots=True)
class About:
    """What the files say of themselves.

    Parameters
    ----------
    title, source, licence, period, made_for : str
    smallest : int
        The smallest number shown; 0 is every number.
    version : str
        Data set, version and checksum of its content.
    """

    title: str
    source: str
    licence: str
    period: str
    made_for: str
    smallest: int
    version: str


def rows_of(
    aggregates: Sequence[Aggregate], names: Mapping[str, str], spoken: Words
) -> list[tuple[object, ...]]:
    """Return the rows in the order of `COLUMNS`."""
    return [
        (
            row.place, names.get(row.place, row.place), row.kind, kind_name(row.kind, spoken),
            row.first.isoformat(), row.end.isoformat(), row.count,
            "hidden" if row.count is None else "shown", int(row.detection_driven),
        )
        for row in aggregates
    ]  # fmt: skip


def dictionary(about: About, spoken: Words) -> list[tuple[str, str]]:
    """Return each column and what it means."""
    most = max(about.smallest - 1, 0)
    return [(name, spoken.gettext(text, most=most) if name == "status" else spoken.gettext(text))
            for name, text in _MEANINGS.items()]  # fmt: skip


def as_csv(rows: Sequence[Sequence[object]]) -> bytes:
    """Return UTF-8 with a byte order mark, so that spreadsheets read å, ä and ö."""
    return ("\ufeff" + _lines([COLUMNS, *rows])).encode()


def as_xlsx(rows: Sequence[Sequence[object]], about: About, spoken: Words) -> bytes:
    """Return a workbook with the sums, the dictionary and where they come from."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    bold = book.add_format({"bold": True})
    for title, content in (
        (spoken.gettext("Events"), [COLUMNS, *rows]),
        (spoken.gettext("Columns"), dictionary(about, spoken)),
        (spoken.gettext("About"), about_lines(about, spoken)),
    ):
        sheet = book.add_worksheet(title[:31])
        for at, row in enumerate(content):
            sheet.write_row(at, 0, row, bold if at == 0 and content[0] is COLUMNS else None)
        sheet.autofit()
    book.close()
    return buffer.getvalue()


def as_parquet(rows: Sequence[Sequence[object]], about: About, spoken: Words) -> bytes:
    """Return Parquet with the dictionary as metadata of its columns."""
    columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    types = {"count": pa.int64(), "detection_driven": pa.int8()}
    meant = dict(dictionary(about, spoken))
    schema = pa.schema(
        [
            pa.field(name, types.get(name, pa.string()), metadata={"description": meant[name]})
            for name in COLUMNS
        ],
        metadata={"title": about.title, "source": about.source, "version": about.version},
    )
    table = pa.Table.from_arrays(
        [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)],
        schema=schema,
    )
    buffer = io.BytesIO()
    parquet.write_table(table, buffer)
    return buffer.getvalue()


def as_geopackage(
    rows: Sequence[Sequence[object]], shapes: Mapping[str, bytes], about: About, spoken: Words
) -> bytes:
    """Return a GeoPackage in SWEREF 99 TM: one layer of sums with the places' outlines, one of columns."""
    kept = [row for row in rows if str(row[0]) in shapes]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.gpkg"
        multi = {
            slug: shapely.to_wkb(shapely.multipolygons(shapely.get_parts(shapely.from_wkb(wkb))))
            for slug, wkb in shapes.items()
        }
        columns = list(zip(*kept, strict=True)) or [()] * len(COLUMNS)
        data = [
            np.array([np.nan if value is None else value for value in column], dtype=float)
            if name == "count"
            else np.array(column, dtype=np.int32 if name == "detection_driven" else object)
            for name, column in zip(COLUMNS, columns, strict=True)
        ]
        pyogrio.raw.write(
            path, np.array([multi[str(row[0])] for row in kept], dtype=object), data, list(COLUMNS),
            layer="events", driver="GPKG", geometry_type="MultiPolygon", crs="EPSG:3006",
        )  # fmt: skip
        meanings = dictionary(about, spoken) + about_lines(about, spoken)
        pyogrio.raw.write(
            path, None, [np.array([row[at] for row in meanings], dtype=object) for at in (0, 1)],
            ["column", "meaning"], layer="columns", driver="GPKG", geometry_type=None, append=True,
        )  # fmt: skip
        return path.read_bytes()


def as_package(rows: Sequence[Sequence[object]], about: About, spoken: Words, *, language: str) -> bytes:
    """Return the evaluator's package: sums as CSV and Parquet, dictionary, description and checksums."""
    files = {
        "handelser.csv": as_csv(rows),
        "handelser.parquet": as_parquet(rows, about, spoken),
        "kolumner.csv": ("\ufeff" + _lines([("column", "meaning"), *dictionary(about, spoken)])).encode(),
        "LAS-MIG.txt" if language == "sv" else "README.txt": "\n".join(
            f"{name}: {text}" for name, text in about_lines(about, spoken)
        ).encode(),
    }
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**files, "SHA256SUMS": sums.encode()}.items():
            package.writestr(zipfile.ZipInfo(name, _EPOCH), content)
    return buffer.getvalue()


def about_lines(about: About, spoken: Words) -> list[tuple[str, str]]:
    """Return where the sums come from and what may be concluded from them."""
    said = [
        (spoken.gettext("Title"), about.title),
        (spoken.gettext("Source"), about.source),
        (spoken.gettext("Licence"), about.licence),
        (spoken.gettext("Period"), about.period),
        (spoken.gettext("Made for"), about.made_for),
        (spoken.gettext("Data set"), about.version),
        (
            spoken.gettext("Holds"),
            spoken.gettext(_("Sums by place, kind and period. No rows, no text, nothing about persons.")),
        ),
        (
            spoken.gettext("Reservation"),
            spoken.gettext(
                _(
                    "Reported events only. Kinds marked detection_driven mirror above all how much "
                    "the police search."
                )
            ),
        ),
    ]
    if about.smallest:
        said.append(
            (
                spoken.gettext("Left out"),
                spoken.gettext(
                    _(
                        "Sums from 1 to %(most)s are not shown; kinds that are about persons and kinds "
                        "that are sums of other kinds are left out."
                    ),
                    most=about.smallest - 1,
                ),
            )
        )
    return said


def _lines(rows: Sequence[Sequence[object]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(
        ["" if cell is None else cell for cell in row] for row in rows
    )
    return buffer.getvalue()
