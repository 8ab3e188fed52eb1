"""What an engine is: one method that answers a query over named versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from samsyn.store.query import Query
from samsyn.store.schema import Frame

#: The order of every answer; with the key of a row it leaves no ties.
ORDER = (
    "dataset", "version", "series", "scheme", "code", "vintage", "period_start", "period_end", "sex",
    "age_group",
)  # fmt: skip
#: What a total never mixes.
KEPT_APART = ("dataset", "version", "series", "scheme", "vintage", "sex", "age_group")


class Capability(StrEnum):
    """What an engine can do; the store asks the reference engine for the rest."""

    ROWS = "rows"
    TOTALS = "totals"


@dataclass(frozen=True, slots=True)
class Part:
    """One version as an engine sees it: a name, a number and a Parquet file."""

    dataset: str
    version: int
    path: Path


class Engine(Protocol):
    """Answers queries. Safe to share between threads."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this engine can do."""
        ...

    def run(self, query: Query, versions: Sequence[Part]) -> Frame:
        """Return the answer as a frame of the contract, ordered by `ORDER`.

        Parameters
        ----------
        query : Query
            Its `datasets` and `versions` are already resolved into ``versions``.
        versions : sequence of Part

        Returns
        -------
        Frame, shape (rows, 19)
        """
        ...


def needs(query: Query) -> Capability:
    """Return what an engine must be able to do to answer a query."""
    return Capability.TOTALS if query.by else Capability.ROWS
