#!/usr/bin/env python3
"""Start a Spark cluster on this machine: a master, workers and a Spark Connect server, as real processes.

    python3 standalone.py --workers 2

It prints the address to ask at, and stops everything when it is stopped (Ctrl-C). For a cluster of several
machines the same three commands run as services; see README.md beside this file.

Needs Java 17 or later, and pyspark from requirements/cluster.lock in the environment that runs it.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"
CONNECT = "org.apache.spark.sql.connect.service.SparkConnectServer"
PATIENCE = 120.0  # seconds; a Java that starts on a busy machine takes its time


def spark_home() -> Path:
    named = os.environ.get("SPARK_HOME")
    if named:
        return Path(named)
    found = importlib.util.find_spec("pyspark")
    if found is None or found.origin is None:
        raise SystemExit("pyspark is not installed here: use requirements/cluster.lock, or set SPARK_HOME")
    home = Path(found.origin).parent
    if not (home / "bin" / "spark-class").exists():
        raise SystemExit("this is pyspark-client, which has no cluster in it: use requirements/cluster.lock")
    return home


def java_home() -> str:
    """Return the Java to use; Spark 4.0 is made for 17 and runs on 21."""
    if os.environ.get("JAVA_HOME"):
        return os.environ["JAVA_HOME"]
    found = shutil.which("java")
    if found is None:
        raise SystemExit("Java 17 or later is needed: apt-get install openjdk-17-jre-headless")
    return str(Path(found).resolve().parents[1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(host: str, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex((host, port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit(f"nothing answers at {host}:{port}; the end of {log}:\n{tail(log)}")


def wait_for_text(text: str, times: int, log: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if log.exists() and log.read_text(errors="replace").count(text) >= times:
            return
        time.sleep(0.2)
    raise SystemExit(f"{text!r} was not said {times} times; the end of {log}:\n{tail(log)}")


def times(number: int, memory: str) -> str:
    """Return an amount of memory as Spark writes it, so many times over: twice 1g is 2g."""
    return f"{number * int(memory[:-1])}{memory[-1]}"


def tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:] if log.exists() else "(empty)"


class Cluster:
    """The processes of one cluster. Use as a context; leaving it stops them all."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.home = spark_home()
        self.folder = Path(tempfile.mkdtemp(prefix="samsyn-spark-"))
        self.processes: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **os.environ,
            "SPARK_HOME": str(self.home),
            "JAVA_HOME": java_home(),
            "SPARK_LOCAL_IP": options.host,
            "SPARK_NO_DAEMONIZE": "1",
            "PYSPARK_PYTHON": sys.executable,
        }

    def start(self, name: str, *words: str) -> tuple[subprocess.Popen[bytes], Path]:
        log = self.folder / f"{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                words,
                env=self.environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                start_new_session=True,
            )
        self.processes.append(process)
        return process, log

    def __enter__(self) -> Cluster:
        options, spark_class = self.options, str(self.home / "bin" / "spark-class")
        try:
            master, master_log = self.start(
                "master", spark_class, MASTER, "--host", options.host, "--port", str(options.master_port),
                "--webui-port", str(options.web_port),
            )  # fmt: skip
            wait_for(options.host, options.master_port, master, master_log)
            address = f"spark://{options.host}:{options.master_port}"
            for number in range(1, options.workers + 1):
                self.start(
                    f"worker{number}", spark_class, WORKER, "--host", options.host, "--cores",
                    str(options.cores * options.drivers), "--memory", times(options.drivers, options.memory),
                    "--webui-port", "0", "--work-dir",
                    str(self.folder / f"work{number}"), address,
                )  # fmt: skip
            wait_for_text("Registering worker", options.workers, master_log, master)
            connect, connect_log = self.start(
                "connect", str(self.home / "bin" / "spark-submit"), "--master", address, "--class", CONNECT,
                "--name", "samsyn", "--driver-memory", options.memory, "--conf",
                f"spark.executor.memory={options.memory}", "--conf", f"spark.driver.host={options.host}",
                "--conf", f"spark.connect.grpc.binding.port={options.port}", "--conf",
                "spark.ui.enabled=false", "--conf", f"spark.cores.max={options.workers * options.cores}",
                "--conf", "spark.executor.cores=1", "--conf", "spark.sql.session.timeZone=UTC", "--conf",
                f"spark.sql.shuffle.partitions={2 * options.workers * options.cores}", "spark-internal",
            )  # fmt: skip
            wait_for(options.host, options.port, connect, connect_log)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self.processes):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cores", type=int, default=1, help="of each worker")
    parser.add_argument("--memory", default="1g", help="of each worker and of the driver")
    parser.add_argument(
        "--drivers",
        type=int,
        default=1,
        help="how many may ask at a time: Spark Connect is one, each Samsyn at spark:// another",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=15002, help="of Spark Connect; 0 takes a free one")
    parser.add_argument("--master-port", type=int, default=7077, help="0 takes a free one")
    parser.add_argument("--web-port", type=int, default=0, help="of the master's page; 0 takes a free one")
    options = parser.parse_args()
    options.port = options.port or free_port()
    options.master_port = options.master_port or free_port()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        with Cluster(options) as cluster:
            print(f"sc://{options.host}:{options.port}", flush=True)
            print(f"spark://{options.host}:{options.master_port}", flush=True)
            print(f"{options.workers} workers; logs in {cluster.folder}; stop with Ctrl-C", file=sys.stderr)
            while all(process.poll() is None for process in cluster.processes):
                time.sleep(0.5)
            print("a process of the cluster has ended", file=sys.stderr)
            return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
