"""Events on more than one machine: the same Ibis expression as SQL for Spark, asked over Spark Connect.

Sail answers Spark Connect without Java, in this process or as a server of its own. A Spark cluster answers
it too, and then this machine needs no Java either. Only an address ``spark://`` makes this process the
driver of the cluster, which takes the whole of pyspark and Java.

Nothing here knows time zones or shapes: those were settled when the file was loaded.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from samsyn.store.engines.events_base import EventCapability, EventPart
from samsyn.store.engines.events_expression import statement, text_of
from samsyn.store.events.query import EventQuery
from samsyn.store.events.refusals import EngineMissing

if TYPE_CHECKING:
    import pyarrow as pa

PATIENCE = 5.0  # seconds until a server that does not answer is called missing
# <workspace>/events/<data set>/<version>/parts/<file>: what a path keeps when the cluster has another root.
_BELOW_ROOT = 6

# Of a process that is the cluster's driver itself: no page and no bar of its own, and days as stored.
DRIVER = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
}

_lock = threading.Lock()
_sessions: dict[tuple[int, str], Any] = {}
_servers: dict[int, Any] = {}


class SparkEvents:
    """Answers on Sail or Spark; loads pyspark at the first question.

    Parameters
    ----------
    scheme : {"sail", "sc", "spark"}
    host : str
        Empty with ``sail`` for a server in this process.
    port : int
    root : str
        Where the servers see the folder that is the store here; empty when it is the same.
    """

    def __init__(self, scheme: str, host: str, port: int, root: str = "") -> None:
        self.scheme, self.host, self.port, self.root = scheme, host, port, root.rstrip("/")

    @property
    def capabilities(self) -> frozenset[EventCapability]:
        """What this engine can do."""
        return frozenset(EventCapability)

    @property
    def address(self) -> str:
        """The address as it was given."""
        return f"{self.scheme}://{self.host}:{self.port}" if self.host else f"{self.scheme}:"

    def run(self, query: EventQuery, parts: Sequence[EventPart]) -> pa.Table:
        """Return the answer; see `samsyn.store.engines.events_base.EventEngine.run`."""
        session = self._session()
        tree = statement(query, tuple(part.dataset for part in parts), "spark").copy()
        # The views of a session are shared by its threads, so each question has names of its own.
        mark = uuid4().hex[:12]
        names = {f"events_{at}": f"events_{at}_{mark}" for at in range(len(parts))}
        for table in _tables(tree):
            if table.name in names:
                table.set("this", _identifier(names[table.name]))
        try:
            for at, part in enumerate(parts):
                files = [self._seen_there(file.path) for file in part.files]
                session.read.parquet(*files).createOrReplaceTempView(names[f"events_{at}"])
            answer: pa.Table = session.sql(text_of(tree, "spark")).toArrow()
            return answer
        finally:
            for name in names.values():
                session.catalog.dropTempView(name)

    def _seen_there(self, path: str) -> str:
        if not self.root:
            return path
        return "/".join([self.root, *path.replace(os.sep, "/").split("/")[-_BELOW_ROOT:]])

    def _session(self) -> Any:
        key = (os.getpid(), self.address)
        with _lock:
            if key not in _sessions:
                _sessions[key] = self._connected()
            return _sessions[key]

    def _connected(self) -> Any:
        if find_spec("pyspark") is None:
            raise EngineMissing(engine=self.address, problem="pyspark-client")
        if self.scheme == "spark" and find_spec("py4j") is None:
            raise EngineMissing(engine=self.address, problem="pyspark (py4j)")
        host, port = (self.host, self.port) if self.host else _sail_here()
        try:
            socket.create_connection((host, port), PATIENCE).close()
        except OSError as problem:
            raise EngineMissing(engine=self.address, problem=problem.strerror or str(problem)) from None
        from pyspark.sql import SparkSession

        builder = SparkSession.builder
        if self.scheme == "spark":
            for name, value in DRIVER.items():
                builder = builder.config(name, value)
            return builder.master(self.address).appName("samsyn").getOrCreate()
        return builder.remote(f"sc://{host}:{port}").create()


def _sail_here() -> tuple[str, int]:
    """Start a Sail server in this process, or return the one that runs."""
    process = os.getpid()
    if process not in _servers:
        if find_spec("pysail") is None:
            raise EngineMissing(engine="sail:", problem="pysail")
        os.environ.setdefault("RUST_LOG", "warn")
        from pysail.spark import SparkConnectServer

        server = SparkConnectServer("127.0.0.1", 0)
        server.start(background=True)
        _servers[process] = server
    host, port = _servers[process].listening_address
    return str(host), int(port)


def _tables(tree: Any) -> list[Any]:
    from sqlglot import expressions

    return list(tree.find_all(expressions.Table))


def _identifier(name: str) -> Any:
    from sqlglot import expressions

    return expressions.to_identifier(name, quoted=True)
