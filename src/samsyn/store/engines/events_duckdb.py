"""The default engine for events: the Ibis expression as SQL on DuckDB, over the Parquet parts."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from samsyn.store.engines.events_base import EventCapability, EventPart
from samsyn.store.engines.events_expression import statement, text_of
from samsyn.store.errors import BrokenVersion
from samsyn.store.events.query import EventQuery

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_lock = threading.Lock()
_connections: dict[tuple[int, int, str], duckdb.DuckDBPyConnection] = {}


class DuckDBEvents:
    """Answers by SQL; loads duckdb and ibis at the first question.

    Parameters
    ----------
    threads : int
        0 is as many as there are cores.
    memory : str
        The most it may use, for example "4GB"; empty is DuckDB's own choice.
    """

    def __init__(self, threads: int = 0, memory: str = "") -> None:
        self.threads = threads or os.cpu_count() or 1
        self.memory = memory

    @property
    def capabilities(self) -> frozenset[EventCapability]:
        """What this engine can do."""
        return frozenset(EventCapability)

    def run(self, query: EventQuery, parts: Sequence[EventPart]) -> pa.Table:
        """Return the answer; see `samsyn.store.engines.events_base.EventEngine.run`."""
        import duckdb

        tree = statement(query, tuple(part.dataset for part in parts), "duckdb")
        cursor = self._connection().cursor()
        try:
            for at, part in enumerate(parts):
                # A view takes no bound values; the paths are ours, and quoted all the same.
                files = ", ".join("'" + file.path.replace("'", "''") + "'" for file in part.files)
                cursor.execute(f"CREATE TEMP VIEW events_{at} AS FROM read_parquet([{files}])")
            return cursor.sql(text_of(tree, "duckdb")).to_arrow_table()
        except (duckdb.IOException, duckdb.InvalidInputException) as problem:
            raise _broken(parts, str(problem)) from None
        finally:
            cursor.close()

    def _connection(self) -> duckdb.DuckDBPyConnection:
        # By process id: a connection does not survive a fork.
        key = (os.getpid(), self.threads, self.memory)
        with _lock:
            if key not in _connections:
                import duckdb

                settings: dict[str, str | bool | int | float | list[str]] = {
                    "autoinstall_known_extensions": "false",
                    "autoload_known_extensions": "false",
                    "preserve_insertion_order": "false",
                    "threads": str(self.threads),
                }
                if self.memory:
                    settings["memory_limit"] = self.memory
                _connections[key] = duckdb.connect(":memory:", config=settings)
            return _connections[key]


def _broken(parts: Sequence[EventPart], problem: str) -> BrokenVersion:
    for part in parts:
        for file in part.files:
            if file.path in problem:
                name = os.path.basename(file.path)
                return BrokenVersion(dataset=part.dataset, version=part.version, problem=name)
    return BrokenVersion(dataset=parts[0].dataset, version=parts[0].version, problem=problem)
