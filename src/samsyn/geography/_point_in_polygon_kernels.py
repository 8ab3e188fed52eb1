"""The compiled half of `point_in_polygon`: a raster of cells, and the edge test in cells on a border.

The edge test is the one of GEOS, comparison for comparison, with its floating-point filter made a little more
careful: where the filter cannot tell on which side of an edge a point lies, the answer is "unsure", and the
caller asks shapely. A cell counts as touched when an edge comes within a millionth of its width.
"""

from __future__ import annotations

import numpy as np
from numba import njit

OUTSIDE, INSIDE, BORDER, UNSURE = 0, 1, 2, 3
_FILTER = 1.1e-15  # GEOS has 1e-15: whatever is certain here is certain there
_VANISHING = 1e-280
_NEAR = 1e-6  # of a cell


@njit(cache=True, nogil=True, inline="always")
def _cell(value, origin, scale, last):  # type: ignore[no-untyped-def]
    # Never decreasing in `value`, so that a cell is an interval of numbers.
    at = int((value - origin) * scale)
    return min(max(at, 0), last)


@njit(cache=True, nogil=True)
def _located(cx, cy, edges, first, last, px, py):  # type: ignore[no-untyped-def]  # noqa: C901
    """Return where a point lies by the edges first:last, all of a polygon that share a row with it."""
    odd = False
    for at in range(first, last):
        edge = edges[at]
        x1, y1, x2, y2 = cx[edge], cy[edge], cx[edge + 1], cy[edge + 1]
        if x1 < px and x2 < px:
            continue
        if px == x2 and py == y2:
            return BORDER
        if y1 == py and y2 == py:
            if min(x1, x2) <= px <= max(x1, x2):
                return BORDER
            continue
        if (y1 > py and y2 <= py) or (y2 > py and y1 <= py):
            left = (x1 - px) * (y2 - py)
            right = (y1 - py) * (x2 - px)
            turn = left - right
            if abs(turn) < _VANISHING:
                # Zero for sure when a factor of each product is; otherwise perhaps a product that vanished.
                if (x1 == px or y2 == py) and (y1 == py or x2 == px):
                    return BORDER
                return UNSURE
            if (left > 0.0) == (right > 0.0) and abs(turn) <= _FILTER * abs(left + right):
                return UNSURE
            if (turn > 0.0) == (y2 > y1):
                odd = not odd
    return INSIDE if odd else OUTSIDE


@njit(cache=True, nogil=True)
def edges_by_row(cy, edges, edges_of, y0, ys, rows):  # type: ignore[no-untyped-def]
    """Return for each polygon its first row and its place among all (polygon, row), and the edges of each."""
    polygons = edges_of.size - 1
    first_row = np.zeros(polygons, np.int64)
    base = np.zeros(polygons + 1, np.int64)
    for polygon in range(polygons):
        low, high = rows, -1
        for at in range(edges_of[polygon], edges_of[polygon + 1]):
            row = _cell(cy[edges[at]], y0, ys, rows - 1)
            low, high = min(low, row), max(high, row)
        first_row[polygon] = low
        base[polygon + 1] = base[polygon] + max(0, high - low + 1)
    starts = np.zeros(base[polygons] + 1, np.int64)
    for polygon in range(polygons):
        shift = base[polygon] - first_row[polygon]
        for at in range(edges_of[polygon], edges_of[polygon + 1]):
            a = _cell(cy[edges[at]], y0, ys, rows - 1)
            b = _cell(cy[edges[at] + 1], y0, ys, rows - 1)
            for row in range(min(a, b), max(a, b) + 1):
                starts[shift + row + 1] += 1
    for at in range(starts.size - 1):
        starts[at + 1] += starts[at]
    held = np.empty(starts[-1], np.int32)
    free = starts[:-1].copy()
    for polygon in range(polygons):
        shift = base[polygon] - first_row[polygon]
        for at in range(edges_of[polygon], edges_of[polygon + 1]):
            a = _cell(cy[edges[at]], y0, ys, rows - 1)
            b = _cell(cy[edges[at] + 1], y0, ys, rows - 1)
            for row in range(min(a, b), max(a, b) + 1):
                held[free[shift + row]] = edges[at]
                free[shift + row] += 1
    return first_row, base, starts, held


@njit(cache=True, nogil=True)
def _touch(marks, west, south, u1, v1, u2, v2):  # type: ignore[no-untyped-def]
    """Mark the cells that an edge comes within a hair of; coordinates in cells."""
    height, width = marks.shape
    low, high = min(v1, v2), max(v1, v2)
    for row in range(max(0, int(low) - 1 - south), min(height, int(high) + 2 - south)):
        bottom, top = row + south - _NEAR, row + south + 1 + _NEAR
        # The last row and column of the raster also hold what lies exactly on its edge.
        if high < bottom or (low > top and row < height - 1):
            continue
        a, b = u1, u2
        if high - low > _NEAR:
            s = min(max((bottom - v1) / (v2 - v1), 0.0), 1.0)
            t = min(max((top - v1) / (v2 - v1), 0.0), 1.0)
            a, b = u1 + s * (u2 - u1), u1 + t * (u2 - u1)
        left = min(max(int(np.floor(min(a, b) - _NEAR)) - west, 0), width - 1)
        right = min(max(int(np.floor(max(a, b) + _NEAR)) - west, 0), width - 1)
        for column in range(left, right + 1):
            marks[row, column] = 1


@njit(cache=True, nogil=True)
def _grown(array):  # type: ignore[no-untyped-def]
    larger = np.empty(array.size * 2, array.dtype)
    larger[: array.size] = array
    return larger


@njit(cache=True, nogil=True)
def raster(cx, cy, edges, edges_of, rows_of, grid, shape):  # type: ignore[no-untyped-def]  # noqa: C901, PLR0915
    """Return the table of cells and, for cells with a border, the polygons to try in order.

    A cell holds a polygon that covers all of it before any other may, -1 for none, or -(list + 2). An entry
    of a list is a polygon with its (polygon, row), or -1 for the row where it covers the whole cell.
    """
    first_row, base, starts, held = rows_of
    x0, y0, xs, ys = grid
    rows, columns = shape
    table = np.full(rows * columns, -1, np.int32)
    room = 1024
    polygon_at, row_at, after = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.int32)
    used = 0
    head, tail = np.empty(1024, np.int32), np.empty(1024, np.int32)
    lists = 0
    for polygon in range(edges_of.size - 1):
        height = base[polygon + 1] - base[polygon]
        if height == 0:
            continue
        south = first_row[polygon]
        west, east = columns, -1
        for at in range(edges_of[polygon], edges_of[polygon + 1]):
            column = _cell(cx[edges[at]], x0, xs, columns - 1)
            west, east = min(west, column), max(east, column)
        # A cell beyond each side: an edge on the side of a cell touches both.
        west, east = max(0, west - 1), min(columns - 1, east + 1)
        marks = np.zeros((height, east - west + 1), np.uint8)
        for at in range(edges_of[polygon], edges_of[polygon + 1]):
            edge = edges[at]
            _touch(
                marks, west, south,
                (cx[edge] - x0) * xs, (cy[edge] - y0) * ys,
                (cx[edge + 1] - x0) * xs, (cy[edge + 1] - y0) * ys,
            )  # fmt: skip
        for row in range(height):
            place = base[polygon] + row
            known = UNSURE
            for column in range(east - west + 1):
                state = UNSURE
                if marks[row, column] == 0:
                    if known == UNSURE:
                        known = _located(
                            cx, cy, held, starts[place], starts[place + 1],
                            x0 + (west + column + 0.5) / xs, y0 + (south + row + 0.5) / ys,
                        )  # fmt: skip
                        if known == BORDER:
                            known = UNSURE
                    state = known
                    if state == OUTSIDE:
                        continue
                else:
                    known = UNSURE
                cell = (south + row) * columns + west + column
                now = table[cell]
                if now == -1 and state == INSIDE:
                    table[cell] = polygon
                    continue
                if now >= 0 or (now < -1 and row_at[tail[-now - 2]] < 0):
                    continue  # a polygon before this one covers the whole cell
                if used == polygon_at.size:
                    polygon_at, row_at, after = _grown(polygon_at), _grown(row_at), _grown(after)
                polygon_at[used], after[used] = polygon, -1
                row_at[used] = -1 if state == INSIDE else place
                if now == -1:
                    if lists == head.size:
                        head, tail = _grown(head), _grown(tail)
                    head[lists] = used
                    table[cell] = -(lists + 2)
                    tail[lists] = used
                    lists += 1
                else:
                    after[tail[-now - 2]] = used
                    tail[-now - 2] = used
                used += 1
    begin = np.empty(lists + 1, np.int32)
    tried, tried_row = np.empty(used, np.int32), np.empty(used, np.int32)
    filled = 0
    for number in range(lists):
        begin[number] = filled
        at = head[number]
        while at >= 0:
            tried[filled], tried_row[filled] = polygon_at[at], row_at[at]
            filled += 1
            at = after[at]
    begin[lists] = filled
    return table, begin, tried, tried_row


@njit(cache=True, nogil=True)
def assign(x, y, out, cx, cy, starts, held, cells, grid, box, shape, border_counts):  # type: ignore[no-untyped-def]
    """Fill `out` with the first polygon of each point, -1 for none and -2 where shapely must be asked."""
    table, begin, tried, tried_row = cells
    x0, y0, xs, ys = grid
    west, south, east, north = box
    rows, columns = shape
    unsure = 0
    for at in range(x.size):
        px, py = x[at], y[at]
        if not (west <= px <= east and south <= py <= north):
            out[at] = -1
            continue
        cell = _cell(py, y0, ys, rows - 1) * columns + _cell(px, x0, xs, columns - 1)
        found = table[cell]
        if found < -1:
            number = -found - 2
            found = -1
            for entry in range(begin[number], begin[number + 1]):
                place = tried_row[entry]
                if place < 0:
                    found = tried[entry]
                    break
                where = _located(cx, cy, held, starts[place], starts[place + 1], px, py)
                if where == INSIDE or (where == BORDER and border_counts):
                    found = tried[entry]
                    break
                if where == UNSURE:
                    found = -2
                    unsure += 1
                    break
        out[at] = found
    return unsure
