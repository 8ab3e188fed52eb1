"""Documentation that cannot rot: what the code has is described, and what is described is there."""

# ruff: noqa: E501  (sentences that say what to do stand on one line)
from __future__ import annotations

import re
from functools import cache

import pytest
from django.apps import apps
from django.utils import translation

from samsyn.cli.main import COMMANDS
from samsyn.domain.access import Permission, Role
from samsyn.web.desk.management.commands import write_reference
from tests.house.tree import ROOT, modules, shown, tracked

REFERENCE = ROOT / "docs" / "reference"
ADRS = sorted((ROOT / "docs" / "adr").glob("*.md"))
HEADINGS = ("Status", "Context", "Options", "Decision", "Consequences", "When this no longer applies")
MEND = "write the pages again with: python3 run.py docs"


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def commands_page() -> str:
    return write_reference.commands_page()


# ------------------------------------------------------------------ reference


@pytest.mark.parametrize("name", [name for name in write_reference.PAGES if name != "reference/commands.md"])
def test_a_generated_page_agrees_with_the_code(name):
    with translation.override("sv"):
        wanted = write_reference.PAGES[name]()

    assert text(f"docs/{name}") == wanted, f"docs/{name} is out of date; {MEND}"


def test_every_setting_that_the_code_reads_is_described():
    reads = re.compile(r"""(?:environ(?:\.get|\.setdefault)?[(\[]|_flag\(|_list\()\s*["'](SAMSYN_\w+)["']""")
    files = [*modules(), ROOT / "run.py", *(ROOT / "tests").rglob("conftest.py")]
    used = {name for path in files for name in reads.findall(path.read_text(encoding="utf-8"))}
    described = {name for name, _default, _meaning in write_reference.SETTINGS}

    assert used == described, (
        f"describe {sorted(used - described)} and remove {sorted(described - used)} in SETTINGS of write_reference.py; {MEND}"
    )


def test_every_address_is_described():
    page = text("docs/reference/addresses.md")
    missing = [route for route, _pattern in write_reference.routes() if f"`/{route}`" not in page]

    assert not missing, f"{missing}; {MEND}"


def test_every_address_says_what_it_does():
    silent = [
        line
        for line in text("docs/reference/addresses.md").splitlines()
        if line.startswith("| `/") and line.endswith("|  |")
    ]

    assert not silent, f"Give the views a first sentence: {silent}"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described(command):
    assert f"## samsyn {command}" in text("docs/reference/commands.md"), MEND


def test_the_commands_say_what_the_page_says():
    with translation.override("sv"):
        wanted = commands_page()

    assert text("docs/reference/commands.md") == wanted, MEND


@pytest.mark.parametrize("member", [*Role, *Permission], ids=str)
def test_every_role_and_permission_is_described(member):
    assert f"`{member.value}`" in text("docs/reference/permissions.md"), MEND


def test_every_table_is_described():
    page = text("docs/reference/models.md")
    missing = [
        model.__name__
        for model in apps.get_models()
        if model.__module__.startswith("samsyn.") and f"### {model.__name__}" not in page
    ]

    assert not missing, f"{missing}; {MEND}"


# ------------------------------------------------------------------ decisions


def test_decisions_are_numbered_without_gaps():
    numbers = [path.name[:4] for path in ADRS]

    assert numbers == [f"{number:04}" for number in range(1, len(ADRS) + 1)], (
        "Number a new decision after the last one"
    )
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name) for path in ADRS)


@pytest.mark.parametrize("path", ADRS, ids=lambda path: path.stem)
def test_a_decision_has_its_headings_and_fits_a_page(path):
    body = path.read_text(encoding="utf-8")

    assert body.startswith(f"# {int(path.name[:4])}. "), "Begin with '# <number>. <what was decided>'"
    assert tuple(re.findall(r"^## (.+)$", body, re.MULTILINE)) == HEADINGS, (
        f"Use these headings in this order: {HEADINGS}"
    )
    assert len(body.split()) < 620, "A decision is one page"


def test_decisions_that_are_referred_to_exist():
    names = {path.name for path in ADRS}
    wrong = []
    for path in tracked():
        if path.suffix in {".py", ".md", ".toml", ".in", ".html", ".js", ".mjs"} and path.is_file():
            mentioned = set(
                re.findall(r"docs/adr/(\d{4}-[\w-]+\.md)", path.read_text(encoding="utf-8", errors="replace"))
            )
            wrong += [f"{shown(path)}: {name}" for name in mentioned - names]

    assert not wrong, f"No such decision: {wrong}"


# ------------------------------------------------------------------ README, change log, notices


def test_the_readme_shows_both_commands():
    assert "python3 run.py demo" in text("README.md")
    assert "python3 run.py test" in text("README.md")


def test_the_readme_names_every_folder_of_the_package():
    page = text("README.md")
    folders = sorted(path.name for path in (ROOT / "src/samsyn").iterdir() if (path / "__init__.py").exists())
    missing = [name for name in folders if f"{name}/" not in page]

    assert not missing, f"Add them to the map of the tree: {missing}"


def test_the_readme_names_every_demo_account():
    from samsyn.web.desk import demo

    page = text("README.md")
    missing = [name for name in (*demo.ACCOUNTS, demo.OUTSIDER) if f"`{name}`" not in page]

    assert not missing, f"Add them to the demo accounts: {missing}"


def test_the_change_log_can_be_read_by_a_program():
    from samsyn import __version__

    page = text("CHANGELOG.md")
    versions = re.findall(r"^## \[([^\]]+)\](?: - (\d{4}-\d{2}-\d{2}))?$", page, re.MULTILINE)
    kinds = set(re.findall(r"^### (.+)$", page, re.MULTILINE))

    assert versions, "Write versions as '## [0.1.0] - 2026-01-31'"
    assert len(re.findall(r"^## ", page, re.MULTILINE)) == len(versions)
    assert versions[0][0] in {"Unreleased", __version__}
    assert __version__ in {name for name, _day in versions}, f"Describe {__version__} for those who use it"
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_every_package_that_a_running_samsyn_needs_is_named_with_its_licence():
    notice = text("NOTICE.md").casefold()
    names = [
        re.split(r"[<>=\[; ]", line)[0]
        for line in text("requirements/demo.in").splitlines()
        if line and not line.startswith(("#", "-"))
    ]
    missing = [
        name for name in names if name.casefold() not in notice and name not in {"hatchling", "editables"}
    ]

    assert not missing, f"Name them with their licence in NOTICE.md: {missing}"


def test_the_licence_is_the_one_that_the_package_names():
    licence = text("LICENSE")

    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert "Appendix" in licence
    assert 'license = "EUPL-1.2"' in text("pyproject.toml")
    assert "EUPL-1.2" in text("NOTICE.md")


def links(page: str) -> list[str]:
    return [
        link
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page)
        if "://" not in link and not link.startswith("mailto:")
    ]


@pytest.mark.parametrize("path", sorted(path for path in tracked() if path.suffix == ".md"), ids=shown)
def test_a_link_in_the_documentation_leads_somewhere(path):
    broken = [link for link in links(path.read_text(encoding="utf-8")) if not (path.parent / link).exists()]

    assert not broken, f"{shown(path)} points at what is not there: {broken}"


SECURITY_TABLE = re.compile(r"^\| (\d) \|", re.MULTILINE)


def test_each_security_property_names_code_and_tests_that_exist():
    page = text("CONTRIBUTING.md")
    named = re.findall(r"`((?:src|tests)/[\w/.\-]+)`", page)
    missing = [name for name in named if not (ROOT / name).exists()]

    assert len(SECURITY_TABLE.findall(page)) >= 6, (
        "List the six properties in a table: number, property, code, test"
    )
    assert not missing, f"CONTRIBUTING.md names what is not there: {missing}"
