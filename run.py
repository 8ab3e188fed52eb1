#!/usr/bin/env python3
"""Everything a person does with a checkout of Samsyn, in one file that needs only Python and pip.

python3 run.py demo      install, load the demo and serve it on this machine
python3 run.py test      set up and run the tests (more: python3 run.py --help)
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import webbrowser
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BOOTSTRAP = ROOT / ".uv"
LOCKS = ("demo", "test", "bench")
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
# The machines of a Spark cluster have a lock of their own: it clashes with what the tests themselves run in.
CLUSTER = ROOT / ".venv-cluster"
CLUSTER_PATIENCE = 420.0  # seconds; Spark is some 400 MB
OLDEST = (3, 11)
DEMO_PASSWORD = "samsyn-demo"


def say(text: str = "") -> None:
    print(text, flush=True)


def give_up(text: str) -> None:
    say(text)
    raise SystemExit(2)


def run(*command: str | Path, **options) -> int:
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=False, **options).returncode


def must(what: str, *command: str | Path, **options) -> None:
    if run(*command, **options) != 0:
        give_up(f"{what} did not work; the lines above say why. Nothing else was changed.")


# ------------------------------------------------------------------ set-up


def uv(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "uv", *map(str, arguments)]


def uv_environment() -> dict[str, str]:
    """Let uv use this Python, and the package index that pip is told to use, if pip is told."""
    environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never", PYTHONPATH=str(BOOTSTRAP))
    # The certificates that this machine trusts, a municipality's own among them, where there are any.
    if Path("/etc/ssl/certs/ca-certificates.crt").exists():
        environment.setdefault("UV_SYSTEM_CERTS", "1")
    index = os.environ.get("PIP_INDEX_URL")
    if index:
        environment.setdefault("UV_DEFAULT_INDEX", index)
    return environment


def fingerprint(lock: Path) -> str:
    """Say what an environment was made from; a stamp with another text means: make it again."""
    digest = hashlib.sha256(sys.version.encode())
    for part in (lock, ROOT / "pyproject.toml", ROOT / "src" / "samsyn" / "__init__.py"):
        digest.update(part.read_bytes())
    return digest.hexdigest()


def set_up(which: str) -> None:
    """Make .venv hold exactly what requirements/<which>.lock says, and the catalogues be compiled."""
    if sys.version_info < OLDEST:
        give_up(f"Samsyn needs Python {OLDEST[0]}.{OLDEST[1]} or later; this is {sys.version.split()[0]}.")
    lock = ROOT / "requirements" / f"{which}.lock"
    stamp = VENV / "samsyn-stamp"
    wanted = fingerprint(lock)
    made = stamp.read_text(encoding="utf-8").split() if stamp.exists() else []
    # Each set holds the one before (demo, test, bench), so a larger environment also serves the smaller.
    if wanted not in made:
        install(lock, stamp, wanted, which)
    compile_catalogues()


def fetch_installer() -> None:
    if (BOOTSTRAP / "uv").exists():
        return
    say("Fetching the installer (uv) …")
    must(
        "Fetching the installer",
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-warn-script-location",
        "--disable-pip-version-check",
        "--root-user-action=ignore",
        "--require-hashes",
        "--target",
        BOOTSTRAP,
        "-r",
        ROOT / "requirements" / "bootstrap.lock",
    )


def java_version() -> int:
    """Return the version of the Java on this machine, 0 when there is none."""
    found = shutil.which("java")
    if found is None:
        return 0
    told = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    first = told.partition('"')[2].partition(".")[0]
    return int(first) if first.isdigit() else 0


def cluster_python() -> str:
    """Return a Python that can be a Spark cluster, made when there is a Java; "" when there can be none.

    A test more or less never stops the others: what can not be fetched in time is said and left out.
    """
    named = os.environ.get("SAMSYN_SPARK_PYTHON")
    if named or java_version() < 17:
        return named or ""
    python = CLUSTER / PYTHON.relative_to(VENV)
    stamp = CLUSTER / "samsyn-stamp"
    lock = ROOT / "requirements" / "cluster.lock"
    wanted = hashlib.sha256(sys.version.encode() + lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return str(python)
    say("Java is here: installing Spark beside the tests, for the test of a real cluster …")
    started = time.monotonic()
    fetch_installer()
    steps = (
        uv("venv", "--quiet", "--clear", "--python", sys.executable, CLUSTER),
        uv("pip", "sync", "--quiet", "--python", python, "--require-hashes", lock),
    )
    for step in steps:
        left = CLUSTER_PATIENCE - (time.monotonic() - started)
        try:
            failed = run(*step, env=uv_environment(), timeout=max(1.0, left)) != 0
        except subprocess.TimeoutExpired:
            failed = True
        if failed:
            say("Spark could not be installed in time; the test of a real cluster is skipped, the rest runs.")
            return ""
    stamp.write_text(wanted, encoding="utf-8")
    say(f"Spark installed in {time.monotonic() - started:.0f} s.")
    return str(python)


def install(lock: Path, stamp: Path, wanted: str, which: str) -> None:
    if not os.access(ROOT, os.W_OK):
        give_up(
            f"This account may not write in {ROOT.name}/. Copy the folder to a place of yours, run it there."
        )
    fetch_installer()
    environment = uv_environment()
    if not PYTHON.exists():
        must(
            "Making the environment",
            *uv("venv", "--quiet", "--python", sys.executable, VENV),
            env=environment,
        )
    say("Installing what the lock names …")
    started = time.monotonic()
    must(
        "Installing",
        *uv("pip", "sync", "--quiet", "--compile-bytecode", "--python", PYTHON, "--require-hashes", lock),
        env=environment,
    )
    must(
        "Installing Samsyn itself",
        *uv(
            "pip",
            "install",
            "--quiet",
            "--python",
            PYTHON,
            "--no-deps",
            "--no-build-isolation",
            "--editable",
            ROOT,
        ),
        env=environment,
    )
    held = LOCKS[: LOCKS.index(which) + 1]
    stamps = [fingerprint(ROOT / "requirements" / f"{name}.lock") for name in held]
    stamp.write_text("\n".join(stamps), encoding="utf-8")
    say(f"Installed in {time.monotonic() - started:.0f} s.")


COMPILE = """
import pathlib, sys, polib
for po in pathlib.Path(sys.argv[1]).glob('*/LC_MESSAGES/*.po'):
    mo = po.with_suffix('.mo')
    if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
        polib.pofile(str(po)).save_as_mofile(str(mo))
"""


def compile_catalogues() -> None:
    must("Compiling the translations", PYTHON, "-c", COMPILE, ROOT / "src" / "samsyn" / "locale")


# ------------------------------------------------------------------ verbs


def samsyn_environment(**more: str) -> dict[str, str]:
    environment = dict(os.environ)
    environment.setdefault("SAMSYN_HOME", str(ROOT / "var"))
    environment.update(more)
    return environment


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_until_it_answers(port: int, server: subprocess.Popen, seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                # It answers; the first page loads what computes, so begin with that at once.
                threading.Thread(target=answers, args=(port,), daemon=True).start()
                return True
        time.sleep(0.05)
    return False


def answers(port: int) -> bool:
    """Ask for the health page, which also makes the server load everything before a person asks."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/halsa/", timeout=60) as answer:
            return answer.status == 200
    except OSError:
        return False


class Clock:
    """Lets what has a time of its own happen beside the demo: expiry and reminders, once a minute.

    Each round is a process of its own, so that nothing lives on when run.py is gone.
    """

    def __init__(self, environment: dict[str, str], first: float = 5.0, every: float = 60.0) -> None:
        self.environment, self.first, self.every = environment, first, every
        self.stopped = threading.Event()
        self.round: subprocess.Popen | None = None
        self.thread = threading.Thread(target=self.go, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def go(self) -> None:
        wait = self.first
        while not self.stopped.wait(wait):
            self.round = subprocess.Popen(
                [str(PYTHON), "-m", "samsyn", "web", "tick"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=os.name != "nt",
            )
            if self.stopped.is_set():
                self.round.terminate()
            self.round.wait()
            wait = self.every

    def stop(self) -> None:
        self.stopped.set()
        if self.round is not None and self.round.poll() is None:
            self.round.terminate()
        if self.thread.is_alive():
            self.thread.join(timeout=5)


def demo(options: argparse.Namespace) -> int:
    if not port_is_free(options.port):
        give_up(
            f"Port {options.port} is in use by another program. Close it, or choose another: "
            f"python3 run.py demo --port {options.port + 1}"
        )
    set_up("demo")
    environment = samsyn_environment(SAMSYN_DEMO="1", DJANGO_SETTINGS_MODULE="samsyn.web.settings")
    home = Path(environment["SAMSYN_HOME"])
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / ".writable").write_text("", encoding="utf-8")
        (home / ".writable").unlink()
    except OSError as reason:
        give_up(
            f"This account may not write in {home} ({reason.strerror}). Give it the right to, or name "
            "another folder: SAMSYN_HOME=/a/folder/of/mine python3 run.py demo"
        )
    say("Preparing the two demo workspaces …")
    must("Preparing the demo", PYTHON, "-m", "samsyn", "web", "prepare_demo", env=environment)
    server = subprocess.Popen(
        [
            str(PYTHON),
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(options.port),
            "--workers",
            "1",
            "--blocking-threads",
            str(min(8, 2 * (os.cpu_count() or 1))),
            "--no-access-log",
            "--log-level",
            "warning",
            "samsyn.web.wsgi:application",
        ],
        cwd=ROOT,
        env=environment,
        start_new_session=os.name != "nt",
    )

    clock = Clock(environment)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    # A shell that starts it in the background has told it to ignore Ctrl-C.
    signal.signal(signal.SIGINT, stop)
    try:
        # While the server starts: which accounts there are.
        accounts = subprocess.run(
            [str(PYTHON), "-m", "samsyn", "web", "demo_accounts"],
            cwd=ROOT,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        ).stdout
        if not wait_until_it_answers(options.port, server):
            give_up("The server did not start; the lines above say why.")
        address = f"http://127.0.0.1:{options.port}/"
        say(f"\nSamsyn is running:  {address}\n\n{accounts}")
        say("\nStop with Ctrl-C.")
        if not options.no_browser:
            webbrowser.open(address)
        clock.start()
        return server.wait()
    except KeyboardInterrupt:
        say("\nStopping.")
        return 0
    finally:
        clock.stop()
        server.terminate()
        try:
            server.wait(timeout=5)
        except subprocess.TimeoutExpired:
            # A busy machine: its workers have to go with it, or they would keep the port.
            if os.name == "nt":
                server.kill()
            else:
                os.killpg(server.pid, signal.SIGKILL)


def test(options: argparse.Namespace) -> int:
    set_up("test")
    environment = samsyn_environment(SAMSYN_DEMO="1", PYTHONHASHSEED="random")
    spark = cluster_python() if not options.kind or "store" in options.kind else ""
    if spark:
        environment["SAMSYN_SPARK_PYTHON"] = spark
    kinds = [str(ROOT / "tests" / kind) for kind in options.kind] or [str(ROOT / "tests")]
    parallel = ["-n", str(options.jobs)] if options.jobs != 1 else []
    verdict = run(PYTHON, "-m", "pytest", "-q", "-rfEs", *parallel, *kinds, *options.rest, env=environment)
    say(browser_advice())
    return verdict


def find_browser() -> str | None:
    named = os.environ.get("SAMSYN_CHROMIUM")
    return named or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


def browser_advice() -> str:
    if find_browser():
        return ""
    return (
        "No Chromium was found, so the browser tests were skipped (counted above). Get one with: "
        "sudo apt-get install chromium   or name one: SAMSYN_CHROMIUM=/path/to/chromium"
    )


def check(_: argparse.Namespace) -> int:
    set_up("test")
    steps = [
        [PYTHON, "-m", "ruff", "check", "."],
        [PYTHON, "-m", "ruff", "format", "--check", "."],
        [VENV / "bin" / "lint-imports", "--no-cache"],
        [PYTHON, "-m", "mypy"],
    ]
    return max(run(*step, env=samsyn_environment()) for step in steps)


def fix(_: argparse.Namespace) -> int:
    set_up("test")
    run(PYTHON, "-m", "ruff", "check", "--fix", ".")
    return run(PYTHON, "-m", "ruff", "format", ".")


def dev(options: argparse.Namespace) -> int:
    set_up("test")
    environment = samsyn_environment(SAMSYN_DEMO="1", SAMSYN_DEBUG="1")
    must("Preparing the demo", PYTHON, "-m", "samsyn", "web", "prepare_demo", env=environment)
    return run(PYTHON, "-m", "samsyn", "web", "runserver", f"127.0.0.1:{options.port}", env=environment)


def docs(_: argparse.Namespace) -> int:
    set_up("test")
    return run(PYTHON, "-m", "samsyn", "web", "write_reference", env=samsyn_environment(SAMSYN_DEMO="1"))


def bench(options: argparse.Namespace) -> int:
    set_up("bench")
    scripts = sorted((ROOT / "benchmarks").glob("bench_*.py"))
    chosen = [
        script for script in scripts if not options.rest or script.stem.removeprefix("bench_") in options.rest
    ]
    return max((run(PYTHON, script, env=samsyn_environment(SAMSYN_DEMO="1")) for script in chosen), default=0)


def assets(_: argparse.Namespace) -> int:
    if not shutil.which("npm"):
        give_up(
            "Building the browser files needs Node.js with npm. The built files are in the checkout already."
        )
    must("Fetching the browser libraries", "npm", "ci", "--no-audit", "--no-fund")
    return run("node", "src/samsyn/web/ui/assets/build.mjs")


def samsyn(options: argparse.Namespace) -> int:
    set_up("demo")
    return run(PYTHON, "-m", "samsyn", *options.rest, env=samsyn_environment(SAMSYN_DEMO="1"))


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 run.py",
        description=__doc__,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    def verb(name: str, does, text: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=text, allow_abbrev=False)
        made.set_defaults(does=does, rest=[])
        return made

    for name, does, text in (
        ("demo", demo, "install, load both demo workspaces and serve them"),
        ("dev", dev, "serve with reloading, for work on the code"),
    ):
        made = verb(name, does, text)
        made.add_argument("--port", type=int, default=8010)
        made.add_argument("--no-browser", action="store_true", help="do not open a browser")
    tests = verb("test", test, "set up and run the tests; name kinds to run some: domain store browser …")
    tests.add_argument("kind", nargs="*", default=[])
    tests.add_argument("--jobs", default="auto", help="processes to run in (1: this one)")
    verb("check", check, "all linters and contracts; changes nothing")
    verb("fix", fix, "let the linters mend what they can")
    verb("docs", docs, "write the generated reference pages again")
    verb("assets", assets, "build the browser files again (needs Node.js)")
    verb("bench", bench, "run the benchmarks (all, or those named)")
    verb("samsyn", samsyn, "pass the rest on to the command line: python3 run.py samsyn doctor")
    return parser


def main() -> int:
    parser = arguments()
    words = sys.argv[1:]
    if words[:1] == ["samsyn"]:  # everything after it belongs to the command line, options too
        return samsyn(argparse.Namespace(rest=words[1:]))
    options, rest = parser.parse_known_args()
    if rest and options.verb not in {"test", "bench"}:
        parser.error(f"unknown: {' '.join(rest)}")
    options.rest = rest
    return options.does(options)


if __name__ == "__main__":
    sys.exit(main())
