"""What was judged, as plain arrays: for a file beside the events, so that no reader waits for the fits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from samsyn.analysis.deviation import Foretold
from samsyn.studies.deviations import Judgement

Arrays = Mapping[str, npt.NDArray[Any]]


def packed(judgement: Judgement) -> dict[str, npt.NDArray[Any]]:
    """Return what was foretold, as arrays; places, kinds and the period are the caller's to remember.

    Use to keep a judgement in a file named after the events. Not to hand out: it holds every number.

    Parameters
    ----------
    judgement : Judgement

    Returns
    -------
    dict of str to array

    Raises
    ------
    Nothing.

    Source
    ------
    The numbers as they are.

    Examples
    --------
    >>> from datetime import date
    >>> from samsyn.studies.deviations import EventCounts, judge
    >>> calm = np.full((1, 1, 7 * 120, 1), 2, dtype=np.int32)
    >>> sorted(packed(judge(EventCounts(("torget",), ("theft",), date(2024, 1, 1), calm))))[:2]
    ['expected', 'history']
    """
    kept: dict[str, npt.NDArray[Any]] = {
        "history": np.array(judgement.history),
        "refused": np.array(judgement.refused),
    }
    found = judgement.found
    if found is not None:
        kept |= {
            "observed": found.observed, "expected": found.expected, "variance": found.variance,
            "phi": found.phi, "p": found.p,
        }  # fmt: skip
    return kept


def unpacked(kept: Arrays) -> tuple[Foretold | None, int, str]:
    """Return what was foretold, the number of earlier periods and why nothing was, from `packed`.

    Use for what `packed` made. Not for arrays from elsewhere: they are taken as they are.

    Parameters
    ----------
    kept : mapping of str to array

    Returns
    -------
    tuple of (Foretold or None, int [periods], str)

    Raises
    ------
    KeyError
        Something else was kept.

    Source
    ------
    The numbers as they are.

    Examples
    --------
    >>> unpacked({"history": np.array(3), "refused": np.array("SAM204")})
    (None, 3, 'SAM204')
    """
    history, refused = int(kept["history"]), str(kept["refused"])
    if "observed" not in kept:
        return None, history, refused
    found = Foretold(
        observed=kept["observed"],
        expected=kept["expected"],
        variance=kept["variance"],
        phi=kept["phi"],
        p=kept["p"],
        n=history,
        direction="both",
        threshold="negative_binomial",
    )
    return found, history, refused
