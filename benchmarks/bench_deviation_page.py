"""How long the server works on the page of what deviates, at 40, 4 000 and 400 000 events a month: JSON.

The goal is 200 ms with ten million events in the store. The simulated county of the demo, with its 48
places, gets three more sets of events through 25 months: 20 kinds, 450 areas, the last set with ten million
rows. What pages read is prepared as a load prepares it, and told beside. Each run is a process of its own
that opens the pages with Django's test client: the first opening pays for imports and cold files, the
repeated ones are what a working day is made of. On a busy machine the processor time says more than the
clock; both are told.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

GOAL_MS = 200
RUNS = 3
REPEATS = 7
MONTHS = 25
SETS = {"a-40": 40, "b-4000": 4_000, "c-400000": 400_000}
KINDS, AREAS = 20, 450
FIRST, DAYS = date(2024, 10, 14), 7 * 109
CHUNK = 1_000_000
WORKSPACE, SCHEME = "exempelstad", "ruta"
PAGES = {
    "county, working group": ("samordnare", "avvikelser/?underlag={set}"),
    "county, four weeks": ("samordnare", "avvikelser/?underlag={set}&tid=4-veckor"),
    "county, guard": ("ordningsvakt", "avvikelser/?underlag={set}"),
    "place, working group": ("samordnare", "platser/{place}/avvikelser/?underlag={set}"),
    "place, guard": ("ordningsvakt", "platser/{place}/avvikelser/?underlag={set}"),
}


def squares() -> list[tuple[str, float, float]]:
    """Return the code and the south-west corner of each area, 25 by 18 of a kilometre each."""
    return [(f"R{at:03d}", 500_000 + at % 25 * 1000, 6_600_000 + at // 25 * 1000) for at in range(AREAS)]


def generate(name: str, per_month: int) -> dict[str, Any]:
    """Write one set of events to the store."""
    import django

    django.setup()
    import numpy as np
    import pyarrow as pa

    from samsyn.domain.events import IncidentGroup, OffenceGroup
    from samsyn.store.events.schema import EventSet, SchemeUse
    from samsyn.store.events.tables import event_table
    from samsyn.store.schema import DatasetMeta
    from samsyn.web.facts.event_services import event_store
    from samsyn.web.people.models import Organisation, Workspace
    from samsyn.web.places.models import Place

    workspace = Workspace.objects.get(slug=WORKSPACE)
    rng = np.random.default_rng([12, per_month])
    every = [str(kind) for groups in (OffenceGroup, IncidentGroup) for kind in groups]
    kinds = pa.array([kind for kind in every if not kind.startswith(("all_", "other_"))][:KINDS])
    ground = squares()
    codes = pa.array([code for code, _, _ in ground])
    slugs = sorted(Place.objects.filter(workspace=workspace).values_list("slug", flat=True))
    places = pa.array(["", *slugs])
    corners = np.array([(x, y) for _, x, y in ground])
    total = per_month * MONTHS

    def tables() -> Any:
        for at in range(0, total, CHUNK):
            n = min(CHUNK, total - at)
            # In the order of time, as registers hand out their files.
            minute = np.sort(rng.integers(at / total * DAYS * 1440, (at + n) / total * DAYS * 1440, n))
            area = np.minimum((rng.random(n) ** 1.5 * AREAS).astype(np.int32), AREAS - 1)
            kind = np.minimum((rng.random(n) ** 2 * KINDS).astype(np.int32), KINDS - 1)
            where = np.minimum((rng.random(n) ** 1.3 * len(places)).astype(np.int32), len(places) - 1)
            text = [
                pa.DictionaryArray.from_arrays(found, names).cast(pa.string())
                for found, names in ((kind, kinds), (area, codes), (where, places))
            ]
            spot = corners[area] + np.round(rng.uniform(0, 1000, (n, 2)), -1)
            yield event_table(
                text[0], np.datetime64(FIRST, "m") + minute.astype("timedelta64[m]"),
                row=np.arange(at + 1, at + n + 1), x=spot[:, 0], y=spot[:, 1],
                areas={SCHEME: text[1]}, place=text[2],
            )  # fmt: skip

    owner = Organisation.objects.filter(workspace=workspace, kind="police").first()
    draft = EventSet(
        meta=DatasetMeta(name, f"{per_month} i månaden", "Mätningen", licence="CC0"),
        owner=str(owner.pk),
        schemes={"place": SchemeUse("", "0" * 64), SCHEME: SchemeUse("", "0" * 64)},
    )
    store = event_store(workspace)
    event_set = store.write(draft, tables())
    return {"events": event_set.rows}


def prepare(name: str) -> dict[str, Any]:
    """Work out what pages read, and return what it took."""
    import django

    django.setup()
    from samsyn.web.facts.event_services import event_store
    from samsyn.web.insight import prepared
    from samsyn.web.people.models import Workspace

    workspace = Workspace.objects.get(slug=WORKSPACE)
    folder = event_store(workspace).folder
    started, worked = time.perf_counter(), time.process_time()
    prepared.prepare(workspace, name)
    files = [*folder.glob(f"{name}/v*/cubes/*/*.npy"), *prepared.folder_of(workspace, name).glob("*.npz")]
    return {
        "prepare_s": round(time.perf_counter() - started, 1),
        "prepare_cpu_s": round(time.process_time() - worked, 1),
        "prepare_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "prepared_files_mb": round(sum(path.stat().st_size for path in files) / 2**20, 1),
    }


def load_squares() -> None:
    """Enter the 450 areas in the workspace."""
    import django

    django.setup()
    import shapely

    from samsyn.domain.access import Role
    from samsyn.store.areas import StatisticalArea
    from samsyn.store.schema import DatasetMeta, StatisticKind
    from samsyn.web.facts import services as facts
    from samsyn.web.people import services as people
    from samsyn.web.people.models import Membership, Workspace

    workspace = Workspace.objects.get(slug=WORKSPACE)
    account = Membership.objects.get(workspace=workspace, role=Role.SAFETY_COORDINATOR.value, valid_to=None)
    now = datetime(2026, 11, 20, 8, tzinfo=UTC)
    actor = people.actor_for(account.user, workspace, now.date())
    areas = [
        StatisticalArea(SCHEME, code, "2026", code, shapely.box(x, y, x + 1000, y + 1000).wkb)
        for code, x, y in squares()
    ]
    meta = DatasetMeta("rutor", "Rutor", "Mätningen", licence="CC0", kind=StatisticKind.REGISTER)
    facts.load_areas(actor, meta, areas, source=b"squares", file_name="rutor.wkb", now=now)


def one_run(name: str, page: str) -> dict[str, Any]:
    """Open one page as one account, and return what it took."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from samsyn.web.people.models import User
    from samsyn.web.places.models import Place

    account, address = PAGES[page]
    client = Client()
    client.force_login(User.objects.get(username=account))
    places = Place.objects.filter(workspace__slug=WORKSPACE).order_by("slug")
    address = f"/{WORKSPACE}/" + address.format(set=name, place=places[0].slug)
    clock, work = [], []
    for _repeat in range(1 + REPEATS):
        started, worked = time.perf_counter(), time.process_time()
        answer = client.get(address)
        clock.append(1000 * (time.perf_counter() - started))
        work.append(1000 * (time.process_time() - worked))
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return {
        "clock_ms": clock, "cpu_ms": work, "queries": len(asked), "bytes": len(answer.content),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def in_process(environment: dict[str, str], *words: str) -> dict[str, Any]:
    """Run one step in a process of its own, and return what it printed."""
    finished = subprocess.run(
        [sys.executable, __file__, *words], env=environment, capture_output=True, text=True
    )
    if finished.returncode:
        raise SystemExit(f"{' '.join(words)}: {finished.stderr[-2000:]}")
    return dict(json.loads(finished.stdout)) if finished.stdout.strip() else {}


def measure(environment: dict[str, str], name: str, page: str) -> dict[str, Any]:
    """Return the medians of some runs of a page."""
    runs = [in_process(environment, "--one", name, page) for _run in range(RUNS)]

    def median(key: str, part: slice) -> float:
        return round(statistics.median(one for run in runs for one in run[key][part]), 1)

    first, again = slice(0, 1), slice(1, None)
    return {
        "page": page,
        "first_ms": median("clock_ms", first),
        "first_cpu_ms": median("cpu_ms", first),
        "repeated_ms": median("clock_ms", again),
        "repeated_cpu_ms": median("cpu_ms", again),
        "queries": runs[0]["queries"],
        "page_kb": round(runs[0]["bytes"] / 1024),
        "peak_mb": round(max(run["peak_mb"] for run in runs)),
        "within_goal": median("clock_ms", again) <= GOAL_MS,
    }


def main() -> None:
    """Make the store, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="without the ten million, to see that it works")
    parser.add_argument("--home", type=Path, help="keep the store here, and use it again")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--generate", help=argparse.SUPPRESS)
    parser.add_argument("--prepare", help=argparse.SUPPRESS)
    parser.add_argument("--squares", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one_run(*options.one)))
    elif options.generate:
        print(json.dumps(generate(options.generate, SETS[options.generate])))
    elif options.prepare:
        print(json.dumps(prepare(options.prepare)))
    elif options.squares:
        load_squares()
    else:
        with tempfile.TemporaryDirectory(prefix="samsyn-bench-") as made:
            report(options.home or Path(made), small=options.small)


def report(home: Path, *, small: bool) -> None:
    """Make the store in a home, unless it is there, measure and print."""
    home.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SAMSYN_")}
    environment = {
        **kept,
        "SAMSYN_HOME": str(home),
        "SAMSYN_DEMO": "1",
        "SAMSYN_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "samsyn.web.settings",
        "PYTHONPATH": str(Path(__file__).resolve().parents[1] / "src"),
    }
    made = home / "made.json"
    wanted = [name for name, per_month in SETS.items() if not (small and per_month > 10_000)]
    sets: dict[str, Any] = json.loads(made.read_text(encoding="utf-8")) if made.exists() else {}
    if not sets:
        command = [sys.executable, "-m", "samsyn", "web", "prepare_demo"]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        in_process(environment, "--squares")
    for name in wanted:
        if name not in sets:
            sets[name] = in_process(environment, "--generate", name)
            sets[name] |= in_process(environment, "--prepare", name)
            made.write_text(json.dumps(sets), encoding="utf-8")
    load_before = os.getloadavg()[0]
    names = ("samsyn", "django", "pandas", "numpy", "scipy", "pyarrow", "shapely")
    told = {
        "goal_ms": GOAL_MS,
        "runs": RUNS,
        "repeats": REPEATS,
        "sets": {
            f"{SETS[name]} a month": sets[name]
            | {"pages": [measure(environment, name, page) for page in PAGES]}
            for name in wanted
        },
        "load": [round(load_before, 1), round(os.getloadavg()[0], 1)],
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "versions": {name: importlib.metadata.version(name) for name in names},
    }
    print(json.dumps(told, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
