"""How long the server takes to answer with a lägesbild: prints JSON. The goal is 200 ms.

Each run is a process of its own that opens the pages with Django's test client: the first opening pays
for imports and empty caches, the repeated ones are what a working day is made of. The demo data are
loaded once, into a temporary home.
"""

from __future__ import annotations

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

GOAL_MS = 200
RUNS = 5
REPEATS = 5
ACCOUNTS = ("samordnare", "ordningsvakt")
WORKSPACES = {"stockholm": "sergels-torg", "exempelstad": ""}  # "": the first place with figures


def one_run(workspace: str, slug: str, account: str) -> None:
    """Open one page as one account, and print what it took."""
    import django

    django.setup()
    from django.test import Client

    from samsyn.web.people.models import User
    from samsyn.web.places.models import Place

    client = Client()
    client.force_login(User.objects.get(username=account))
    places = Place.objects.filter(workspace__slug=workspace).order_by("sort_key")
    slugs = [slug] if slug else list(places.values_list("slug", flat=True))
    for slug in slugs:
        address = f"/{workspace}/platser/{slug}/lagesbild/"
        leading = client.get(address)
        if leading.status_code == 302:
            address = leading["Location"]
            break
    else:
        raise SystemExit(f"no place in {workspace} has figures")
    times = []
    # The redirect has only looked up years; figures are read and compared for the first time here.
    for _repeat in range(1 + REPEATS):
        started = time.perf_counter()
        answer = client.get(address)
        times.append(1000 * (time.perf_counter() - started))
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"address": address, "times": times, "peak_mb": peak / 1024}))


def measure(environment: dict[str, str], workspace: str, slug: str, account: str) -> dict[str, object]:
    """Return the medians of some runs, each in a process of its own."""
    words = [sys.executable, __file__, "--one", workspace, slug, account]
    runs = [
        json.loads(subprocess.run(words, env=environment, check=True, capture_output=True).stdout)
        for _run in range(RUNS)
    ]
    repeated = statistics.median(one for run in runs for one in run["times"][1:])
    return {
        "address": runs[0]["address"],
        "account": account,
        "first_ms": round(statistics.median(run["times"][0] for run in runs), 1),
        "repeated_ms": round(repeated, 1),
        "slowest_repeated_ms": round(max(one for run in runs for one in run["times"][1:]), 1),
        "peak_mb": round(max(run["peak_mb"] for run in runs)),
        "within_goal": repeated <= GOAL_MS,
    }


def main() -> None:
    """Load the demo into a temporary home, measure and print."""
    with tempfile.TemporaryDirectory(prefix="samsyn-bench-") as home:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SAMSYN_")}
        environment = {
            **kept,
            "SAMSYN_HOME": home,
            "SAMSYN_DEMO": "1",
            "SAMSYN_HOSTS": "testserver",
            "DJANGO_SETTINGS_MODULE": "samsyn.web.settings",
        }
        subprocess.run(
            [sys.executable, "-m", "samsyn", "web", "prepare_demo"],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        pages = [
            measure(environment, workspace, slug, account)
            for workspace, slug in WORKSPACES.items()
            for account in ACCOUNTS
        ]
    names = ("samsyn", "django", "duckdb", "pandas", "numpy", "scipy", "pyarrow")
    told = {
        "goal_ms": GOAL_MS,
        "runs": RUNS,
        "repeats": REPEATS,
        "pages": pages,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "versions": {name: importlib.metadata.version(name) for name in names},
    }
    print(json.dumps(told, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one_run(*sys.argv[2:5])
    else:
        main()
