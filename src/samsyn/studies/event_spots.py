"""Which sub-place events lie nearest to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from samsyn.analysis.errors import SeriesDiffer

#: Beyond this from every sub-place an event belongs to none.
REACH_M = 75.0


def spot_sums(
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    counts: npt.NDArray[np.int32],
    recent: npt.NDArray[np.bool_],
    spots: npt.NDArray[np.float64],
    *,
    reach_m: float = REACH_M,
) -> npt.NDArray[np.int64]:
    """Return how many events lie nearest to each sub-place, in all and recently.

    Use for the working group, once for each load. Not where positions are rounded to squares much larger
    than the distance between sub-places: the nearest one is then chance.

    Parameters
    ----------
    x, y : array of float, shape (events,) [metres]
        NaN has no position.
    counts : array of int, shape (events,) [events]
    recent : array of bool, shape (events,)
    spots : array of float, shape (sub-places, 2) [metres]
    reach_m : float [metres]

    Returns
    -------
    array of int, shape (sub-places + 1, 2) [events]
        In all and recently; the last row is near none.

    Raises
    ------
    SeriesDiffer
        The arrays differ in length.

    Source
    ------
    Nearest point; a tie goes to the one that stands first.

    Examples
    --------
    >>> at = np.array([0.0, 500.0])
    >>> spot_sums(at, at * 0, np.ones(2, np.int32), np.array([True, False]), np.array([[10.0, 0.0]])).tolist()
    [[1, 1], [1, 0]]
    """
    if len({len(x), len(y), len(counts), len(recent)}) != 1:
        raise SeriesDiffer(found="arrays of different length", wanted="one value for each event")
    nearest = np.full(len(x), len(spots))
    known = np.isfinite(x) & np.isfinite(y)
    if len(spots) and known.any():
        _distance, found = cKDTree(spots).query(
            np.column_stack([x[known], y[known]]), distance_upper_bound=np.nextafter(reach_m, np.inf)
        )
        nearest[known] = found
    sums = np.zeros((len(spots) + 1, 2), dtype=np.int64)
    np.add.at(sums[:, 0], nearest, counts)
    np.add.at(sums[:, 1], nearest[recent], counts[recent])
    return sums
