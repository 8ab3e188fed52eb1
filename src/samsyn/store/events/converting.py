"""Turn rows of a source into events: codes into kinds, texts into times, places into coarse metres.

Every error of a chunk is noted and none is raised, so that a person meets all of them at once. A row that can
not be true is left out and counted; a cell that can not be read is an error.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samsyn.store.events.errors import PersonValues
from samsyn.store.events.findings import REASONS, CellRule, Findings, LeftOut
from samsyn.store.events.mapping import AttributeRule, EventMapping
from samsyn.store.events.places import Ground
from samsyn.store.events.reading import GEOMETRY_X, GEOMETRY_Y, Chunk, EventFile
from samsyn.store.events.schema import PositionKind, PositionRounding
from samsyn.store.events.sniffing import holds_identity_number
from samsyn.store.events.systems import area_of_use, to_metric
from samsyn.store.events.tables import event_table, local_times
from samsyn.store.events.times import Moments, read_hours, read_times

if TYPE_CHECKING:
    import pyarrow as pa

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Converter:
    """Turns chunks of one file into tables of the contract.

    Parameters
    ----------
    file : EventFile
    ground : Ground
        Sub-places to round to, statistical areas and places to assign to.
    today : date
        Later days can not have happened.
    """

    def __init__(self, file: EventFile, ground: Ground, today: date) -> None:
        self.file = file
        self.mapping = file.mapping
        self.ground = ground
        self.findings = Findings()
        self.rows = 0
        self._listed = _listed(self.mapping)
        self._latest = self.mapping.time.latest or today
        self._earliest = self.mapping.time.earliest or date(1970, 1, 1)

    def convert(self, chunk: Chunk) -> pa.Table:
        """Return the events of a chunk; what is wrong with it is in ``findings``.

        Raises
        ------
        PersonValues
            A mapped column holds personal numbers.
        """
        self.rows += len(chunk.rows) + len(chunk.torn)
        if chunk.torn:
            self.findings.wrong(np.array(chunk.torn), "", 0, CellRule.CELLS_DIFFER)
        reasons = np.full(len(chunk.rows), -1, np.int8)
        kind = self._kinds(chunk, reasons)
        attributes = {one.name: self._attribute(chunk, one) for one in self.mapping.attributes}
        times = self._times(chunk, reasons)
        count = self._counts(chunk)
        x, y = self._positions(chunk, reasons)
        out = reasons >= 0
        if out.any():
            self.findings.leave_out(chunk.rows[out], reasons[out])
        kept = ~out
        start, end = times.start[kept], times.end[kept]
        x, y = x[kept], y[kept]
        days = local_times(start, self.mapping.time.zone).astype("datetime64[D]")
        areas, place = self.ground.assign(x, y, days)
        return event_table(
            kind[kept], start,
            end=end, time_zone=self.mapping.time.zone, precision=list(times.precision[kept]),
            count=count[kept], x=x, y=y, row=chunk.rows[kept], areas=areas, place=place,
            attributes={name: values[kept] for name, values in attributes.items()},
        )  # fmt: skip

    # --- codes

    def _kinds(self, chunk: Chunk, reasons: NDArray[np.int8]) -> NDArray[np.object_]:
        rule = self.mapping.kind
        if rule.value:
            return np.full(len(chunk.rows), rule.value, object)
        codes, places = self._codes(chunk, rule.column)
        short = [_shortened(code, rule.pad, rule.first) for code in codes]
        ours = np.array([rule.codes.get(code, "") for code in short], object)
        left_out = np.array([code in rule.leave_out for code in short], bool)
        unknown = (ours == "") & ~left_out
        _leave_out(reasons, left_out[places], LeftOut.LEFT_OUT)
        if rule.unknown == "quarantine":
            _leave_out(reasons, unknown[places], LeftOut.UNKNOWN_KIND)
        else:
            self._note_unknown(chunk, rule.column, codes, unknown, places, tuple(rule.codes))
        return ours[places]

    def _attribute(self, chunk: Chunk, rule: AttributeRule) -> NDArray[np.object_]:
        codes, places = self._codes(chunk, rule.column, whole=rule.whole)
        known = {**{value: value for value in rule.values}, **rule.codes}
        ours = np.array([known.get(code, "") for code in codes], object)
        unknown = np.array([code not in known and code != "" for code in codes], bool)
        if rule.unknown == "refuse":
            self._note_unknown(chunk, rule.column, codes, unknown, places, tuple(known))
        return ours[places]

    def _codes(
        self, chunk: Chunk, column: str, *, whole: bool = False
    ) -> tuple[list[str], NDArray[np.int64]]:
        """Return the different codes of a column, and for each row the place of its own."""
        texts, places = _distinct(chunk.table[column])
        codes = [_as_whole(text) if whole else text for text in texts]
        if any(code not in self._listed and holds_identity_number(code) for code in codes):
            raise PersonValues(file=self.file.path.name, column=column)
        return codes, places

    def _note_unknown(
        self, chunk: Chunk, column: str, codes: list[str], unknown: Flags, places: NDArray[np.int64],
        known: tuple[str, ...],
    ) -> None:  # fmt: skip
        if not unknown.any():
            return
        counts = np.bincount(places, minlength=len(codes))
        for at in np.flatnonzero(unknown & (counts > 0)):
            where = places == at
            if codes[at] == "":
                self.findings.wrong(chunk.rows[where], column, self.file.position(column), CellRule.NO_CODE)
            else:
                first = int(chunk.rows[np.argmax(where)])
                self.findings.unknown(column, codes[at], int(counts[at]), first, known)

    # --- time

    def _times(self, chunk: Chunk, reasons: NDArray[np.int8]) -> Moments:
        rule = self.mapping.time
        day = self._read(chunk, rule.column, lambda texts: read_times(texts, rule.format))
        of_day = None
        if rule.time_column:
            of_day = self._read(chunk, rule.time_column, lambda texts: read_hours(texts, rule.time_format))
        moments = Moments.settled(day, of_day, rule)
        if rule.end_column:
            end = self._read(chunk, rule.end_column, lambda texts: read_times(texts, rule.format))
            moments = moments.until(Moments.settled(end, None, rule))
        _leave_out(reasons, moments.missing, LeftOut.TIME_MISSING)
        local = local_times(np.where(moments.missing, np.datetime64(0, "us"), moments.start), rule.zone)
        days = local.astype("datetime64[D]")
        outside = (days < np.datetime64(self._earliest)) | (days > np.datetime64(self._latest))
        _leave_out(reasons, outside & ~moments.missing, LeftOut.TIME_OUTSIDE)
        if rule.ambiguous == "quarantine":
            _leave_out(reasons, moments.ambiguous, LeftOut.TIME_AMBIGUOUS)
        if rule.nonexistent == "quarantine":
            _leave_out(reasons, moments.nonexistent, LeftOut.TIME_NONEXISTENT)
        there = ~moments.missing
        length = np.where(there, (moments.end - moments.start).astype(np.int64), 0)
        _leave_out(reasons, there & (length < 0), LeftOut.INTERVAL_BACKWARDS)
        longest = timedelta(days=rule.longest_days) // timedelta(microseconds=1)
        _leave_out(reasons, there & (length > longest), LeftOut.INTERVAL_TOO_LONG)
        return moments.rounded(rule.minutes, rule.zone)

    def _read(self, chunk: Chunk, column: str, read: Any) -> Any:
        """Return a column read by ``read``; cells with something that it can not read are noted."""
        if _is_time(chunk.table[column]):
            return read(chunk.table[column])
        texts, places = _distinct(chunk.table[column])
        values, wrong = read(texts)
        if wrong.any():
            if any(holds_identity_number(texts[at]) for at in np.flatnonzero(wrong)):
                raise PersonValues(file=self.file.path.name, column=column)
            rows = chunk.rows[wrong[places]]
            self.findings.wrong(rows, column, self.file.position(column), CellRule.NOT_A_TIME)
        return values[places]

    # --- numbers

    def _counts(self, chunk: Chunk) -> NDArray[np.int32]:
        rule = self.mapping.count
        if not rule.column:
            return np.ones(len(chunk.rows), np.int32)
        values = self._numbers(chunk, rule.column, required=True)
        position = self.file.position(rule.column)
        broken = np.nan_to_num(values) % 1 != 0
        if broken.any():
            self.findings.wrong(chunk.rows[broken], rule.column, position, CellRule.NOT_WHOLE)
        whole = np.where(broken | np.isnan(values), 1, values)
        outside = (whole < rule.least) | (whole > rule.most)
        if outside.any():
            self.findings.wrong(chunk.rows[outside], rule.column, position, CellRule.COUNT_OUTSIDE)
        return np.where(outside, 1, whole).astype(np.int32)

    def _numbers(self, chunk: Chunk, column: str, *, required: bool = False) -> Floats:
        import pyarrow as pa

        cells = chunk.table[column]
        if pa.types.is_floating(cells.type) or pa.types.is_integer(cells.type):
            values: Floats = cells.to_numpy().astype(np.float64)
            self._refuse_person_numbers(values, column)
            if required and np.isnan(values).any():
                rows = chunk.rows[np.isnan(values)]
                self.findings.wrong(rows, column, self.file.position(column), CellRule.NOT_A_NUMBER)
            return values
        texts, places = _distinct(cells)
        plain = [_plain_number(text, self.mapping.file.decimal) for text in texts]
        numbers = pd.to_numeric(pd.Series(plain, dtype=object), errors="coerce").to_numpy(
            np.float64, copy=True, na_value=np.nan
        )
        wrong = np.isnan(numbers) & np.array([required or text != "" for text in plain], bool)
        wrong |= np.isinf(numbers)
        if any(holds_identity_number(text) for text in texts):
            raise PersonValues(file=self.file.path.name, column=column)
        if wrong.any():
            rows = chunk.rows[wrong[places]]
            self.findings.wrong(rows, column, self.file.position(column), CellRule.NOT_A_NUMBER)
            numbers[wrong] = np.nan
        found: Floats = numbers[places]
        return found

    def _refuse_person_numbers(self, values: Floats, column: str) -> None:
        large = values[np.nan_to_num(values) >= 1e9]
        if len(large) and any(holds_identity_number(str(int(value))) for value in np.unique(large)[:10_000]):
            raise PersonValues(file=self.file.path.name, column=column)

    # --- place

    def _positions(self, chunk: Chunk, reasons: NDArray[np.int8]) -> tuple[Floats, Floats]:
        rule = self.mapping.position
        size = len(chunk.rows)
        if rule.kind == PositionKind.NONE:
            return np.full(size, np.nan), np.full(size, np.nan)
        if rule.geometry:
            x, y = (chunk.table[name].to_numpy().astype(np.float64) for name in (GEOMETRY_X, GEOMETRY_Y))
        elif rule.pair:
            x, y = self._pairs(chunk)
        else:
            x, y = self._numbers(chunk, rule.x), self._numbers(chunk, rule.y)
        lost = np.isnan(x) | np.isnan(y)
        for value in rule.absent:
            lost |= (x == value) | (y == value)
        x, y = np.where(lost, np.nan, x), np.where(lost, np.nan, y)
        x, y = to_metric(x, y, rule.crs, rule.metric_crs)
        west, south, east, north = rule.area or area_of_use(rule.metric_crs)
        with np.errstate(invalid="ignore"):
            inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        if rule.missing == "quarantine":
            _leave_out(reasons, lost, LeftOut.POSITION_MISSING)
        _leave_out(reasons, ~lost & ~inside, LeftOut.POSITION_OUTSIDE)
        return self._rounded(x, y)

    def _pairs(self, chunk: Chunk) -> tuple[Floats, Floats]:
        rule = self.mapping.position
        texts, places = _distinct(chunk.table[rule.pair])
        numbers = np.full((len(texts), 2), np.nan)
        wrong = np.zeros(len(texts), bool)
        for at, text in enumerate(texts):
            parts = text.strip("()[] ").split(",")
            try:
                if text:
                    numbers[at] = [float(part) for part in parts] if len(parts) == 2 else [np.nan, np.nan]
                    wrong[at] = not np.isfinite(numbers[at]).all()
            except ValueError:
                wrong[at] = True
        if wrong.any():
            rows = chunk.rows[wrong[places]]
            self.findings.wrong(rows, rule.pair, self.file.position(rule.pair), CellRule.NOT_A_NUMBER)
        first, second = numbers[places, 0], numbers[places, 1]
        return (second, first) if rule.pair_order == "lat,lon" else (first, second)

    def _rounded(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        rule = self.mapping.position
        if rule.rounding == PositionRounding.AS_PUBLISHED:
            return x, y
        # To the middle of the square, so that no position comes to lie on a border drawn at whole metres.
        grid = float(rule.grid_m)
        coarse_x, coarse_y = (np.floor(one / grid) * grid + grid / 2 for one in (x, y))
        if rule.rounding == PositionRounding.SUB_PLACE:
            return self.ground.at_sub_places(x, y, coarse_x, coarse_y)
        return coarse_x, coarse_y


def _leave_out(reasons: NDArray[np.int8], rows: Flags, why: LeftOut) -> None:
    """Note a reason for rows that have none yet."""
    reasons[rows & (reasons < 0)] = REASONS.index(why)


def _distinct(cells: pa.ChunkedArray) -> tuple[list[str], NDArray[np.int64]]:
    """Return the different cells of a column as trimmed text ("" when empty), and each row's among them."""
    import pyarrow as pa
    import pyarrow.compute as compute

    whole = cells.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], cells.type)
    coded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode(null_encoding="encode")
    places = compute.fill_null(coded.indices.cast(pa.int64()), -1).to_numpy()
    texts = ["" if value is None else _text(value) for value in coded.dictionary.to_pylist()]
    if (places < 0).any():
        places = np.where(places < 0, len(texts), places)
        texts.append("")
    return texts, places


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def _is_time(cells: pa.ChunkedArray) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_timestamp(cells.type) or pa.types.is_date(cells.type))


@lru_cache(maxsize=256)
def _as_whole(text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else text


def _shortened(code: str, pad: int, first: int) -> str:
    code = code.zfill(pad) if code else code
    return code[:first] if first else code


def _plain_number(text: str, decimal: str) -> str:
    text = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace("\u2212", "-")
    return text.replace(",", ".") if decimal == "," else text


def _listed(mapping: EventMapping) -> frozenset[str]:
    found = {*mapping.kind.codes, *mapping.kind.leave_out}
    for one in mapping.attributes:
        found |= {*one.codes, *one.values}
    return frozenset(found)
