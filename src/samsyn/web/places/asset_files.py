"""A file of things as people keep it: a table with kind, name, keeper and where it stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from samsyn.domain.assets import AssetKind
from samsyn.domain.glossary import term_of
from samsyn.domain.row_problems import RowProblem, nearest
from samsyn.web.people.models import Function, Organisation
from samsyn.web.places.asset_services import NewAsset
from samsyn.web.places.models import Place, SubPlace

COLUMNS = (
    "kind", "name", "keeper", "function", "sub_place", "latitude", "longitude", "report_how",
)  # fmt: skip
NEEDED = ("kind", "name", "keeper")
HEADINGS = {
    "typ": "kind", "slag": "kind", "kind": "kind", "namn": "name", "name": "name", "ägare": "keeper",
    "agare": "keeper", "organisation": "keeper", "keeper": "keeper", "funktion": "function",
    "function": "function", "delplats": "sub_place", "sub-place": "sub_place", "lat": "latitude",
    "latitud": "latitude", "latitude": "latitude", "lon": "longitude", "longitud": "longitude",
    "longitude": "longitude", "felanmälan": "report_how", "felanmalan": "report_how", "report": "report_how",
}  # fmt: skip
_SHOWN = "typ, namn, ägare, funktion, delplats, lat, lon, felanmälan"
_MOST = {"name": 120, "report_how": 200}


def text_of(content: bytes) -> str:
    """Return the text of a file from a spreadsheet, whichever of the two usual encodings it has."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_assets(
    text: str, place: Place, organisations: list[Organisation], functions: list[Function]
) -> tuple[list[NewAsset], list[RowProblem]]:
    """Return the things of a table, and everything that is wrong with it."""
    plain = "\n".join(text.replace("\0", "").splitlines())
    delimiter = ";" if ";" in plain else "\t" if "\t" in plain else ","
    rows = [
        (number, row)
        for number, row in enumerate(csv.reader(io.StringIO(plain), delimiter=delimiter), start=1)
        if any(cell.strip() for cell in row)
    ]
    if not rows:
        return [], [RowProblem(1, "kind", "cell_empty")]
    headings = [HEADINGS.get(cell.strip().casefold(), "") for cell in rows[0][1]]
    lacking = [name for name in NEEDED if name not in headings]
    if lacking:
        shown = dict(zip(COLUMNS, _SHOWN.split(", "), strict=True))
        facts = {name: (("column", shown[name]), ("known", _SHOWN)) for name in lacking}
        return [], [RowProblem(rows[0][0], name, "column_missing", facts=facts[name]) for name in lacking]
    reader = _Reader(place, organisations, functions)
    for number, row in rows[1:]:
        reader.read(number, dict(zip(headings, (cell.strip() for cell in row), strict=False)))
    return reader.found, reader.problems


class _Reader:
    """Reads one row after the other and keeps what is wrong."""

    def __init__(self, place: Place, organisations: list[Organisation], functions: list[Function]) -> None:
        self.kinds = {
            word.casefold(): kind
            for kind in AssetKind
            for word in (term_of(kind).sv, term_of(kind).en, kind.value)
        }
        self.keepers = {one.name.casefold(): one for one in organisations}
        self.functions = functions
        self.parts = {one.name.casefold(): one for one in place.sub_places.all()}
        self.found: list[NewAsset] = []
        self.problems: list[RowProblem] = []

    def read(self, number: int, cells: Mapping[str, str]) -> None:
        before = len(self.problems)
        kind = self._known(number, "kind", cells, self.kinds, "kind_unknown")
        keeper = self._known(number, "keeper", cells, self.keepers, "organisation_unknown")
        part: SubPlace | None = None
        if cells.get("sub_place"):
            part = self._known(number, "sub_place", cells, self.parts, "sub_place_unknown")
        function: Function | None = None
        if cells.get("function") and keeper is not None:
            own = {one.name.casefold(): one for one in self.functions if one.organisation_id == keeper.pk}
            function = self._known(number, "function", cells, own, "function_unknown")
        if not cells.get("name"):
            self._wrong(number, "name", "cell_empty")
        for column, most in _MOST.items():
            if len(cells.get(column, "")) > most:
                self._wrong(number, column, "text_too_long", cells[column], most=most)
        latitude = self._degrees(number, "latitude", cells, 55, 70)
        longitude = self._degrees(number, "longitude", cells, 10, 25)
        if len(self.problems) == before and kind is not None and keeper is not None:
            self.found.append(
                NewAsset(
                    kind=kind,
                    name=cells["name"],
                    keeper=keeper,
                    responsible=function,
                    sub_place=part,
                    latitude=latitude,
                    longitude=longitude,
                    report_how=cells.get("report_how", ""),
                    row=number,
                )
            )

    def _wrong(self, number: int, column: str, code: str, cell: str = "", **facts: object) -> None:
        self.problems.append(RowProblem(number, column, code, cell, tuple(facts.items())))

    def _known(
        self, number: int, column: str, cells: Mapping[str, str], known: Mapping[str, Any], code: str
    ) -> Any:
        cell = cells.get(column, "")
        if not cell:
            self._wrong(number, column, "cell_empty")
            return None
        if cell.casefold() not in known:
            names = [getattr(one, "name", word) for word, one in known.items()]
            if code == "kind_unknown":
                names = [term_of(kind).sv for kind in AssetKind]
            self._wrong(number, column, code, cell, near=nearest(cell, names))
        return known.get(cell.casefold())

    def _degrees(
        self, number: int, column: str, cells: Mapping[str, str], least: float, most: float
    ) -> float | None:
        cell = cells.get(column, "").replace(",", ".")
        if not cell:
            return None
        try:
            found = float(cell)
        except ValueError:
            found = 0.0
        if not least < found < most:
            self._wrong(number, column, "coordinate_unreadable", cells[column])
            return None
        return found
