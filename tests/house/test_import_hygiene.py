"""What the graph of imports cannot say: what is loaded at run time, and what works without the rest."""

from __future__ import annotations

import ast
import subprocess
import sys

from tests.house.tree import ROOT, dotted, modules, parsed, shown

BLOCK_DJANGO = """
import sys
class NoDjango:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"django", "ninja"}:
            raise ImportError("django is blocked here")
sys.meta_path.insert(0, NoDjango())
"""


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)


def loaded_by(code: str, *names: str) -> str:
    answer = python(f"{code}\nimport sys\nprint('LOADED', *(sorted(set({names!r}) & set(sys.modules))))")
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.rpartition("LOADED")[2].strip()


def test_the_statistics_library_loads_neither_django_nor_an_engine():
    found = loaded_by("import samsyn.analysis", "django", "duckdb", "pyarrow", "matplotlib")

    assert not found, f"samsyn.analysis loads {found}: take arrays and frames as arguments instead"


def test_the_domain_loads_no_library_at_all():
    found = loaded_by(
        "import samsyn.domain.scenes, samsyn.domain.guard", "django", "numpy", "pandas", "shapely"
    )

    assert not found, f"samsyn.domain loads {found}: it is words and rules, standard library only"


def test_help_is_quick_because_it_loads_nothing():
    found = loaded_by(
        "from samsyn.cli.main import main; main(['--help'])",
        "django",
        "pandas",
        "duckdb",
        "numpy",
        "scipy",
        "shapely",
    )

    assert not found, (
        f"samsyn --help loads {found}: import inside the command's run(), not at the top of a module"
    )


def test_the_domain_imports_the_standard_library_alone():
    wrong = []
    for path in modules("domain"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""] if not node.level else []
            else:
                continue
            wrong += [
                f"{shown(path)}:{node.lineno} imports {name}"
                for name in names
                if name.partition(".")[0] not in sys.stdlib_module_names
                and not name.startswith("samsyn.domain")
            ]

    assert not wrong, "The domain is standard library only:\n" + "\n".join(wrong)


def test_everything_below_the_web_and_its_tests_load_where_django_is_not_installed(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")  # ours names Django's settings
    kinds = ("domain", "geography", "analysis", "store", "studies", "reports")
    names = [dotted(path) for path in modules(*kinds, "demo") if path.stem != "__main__"]
    words = [
        "-c",
        str(tmp_path / "pytest.ini"),
        "--rootdir",
        str(ROOT),
        "--collect-only",
        "-q",
        "-W",
        "ignore",
    ]
    words += [
        word for plugin in ("django", "xdist", "randomly", "cacheprovider") for word in ("-p", f"no:{plugin}")
    ]
    words += [str(ROOT / "tests" / kind) for kind in kinds]
    answer = python(
        f"{BLOCK_DJANGO}\nimport importlib, pytest, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\nsys.exit(pytest.main({words!r}))"
    )

    assert answer.returncode == 0, (
        f"Something below the web needs Django; a test that does belongs in tests/web.\n"
        f"{answer.stdout[-3000:]}{answer.stderr[-3000:]}"
    )
