"""What lies in a checkout: no secrets of the machine it was made on, locks with hashes, text as text."""

from __future__ import annotations

import re

import pytest

from tests.house.tree import ROOT, shown, tracked

TEXT = {
    ".service",
    ".timer",
    ".env",
    ".py",
    ".md",
    ".toml",
    ".html",
    ".css",
    ".js",
    ".mjs",
    ".po",
    ".in",
    ".lock",
    ".txt",
    ".csv",
    ".typ",
    ".svg",
    ".yml",
    ".yaml",
    ".sh",
    ".cfg",
}
TEXT |= {".json", ".geojson", ""}
BINARY = {
    ".ttf",
    ".woff2",
    ".png",
    ".zip",
    ".gpkg",
    ".xlsx",
    ".docx",
    ".pdf",
    ".parquet",
    ".mo",
    ".ico",
    ".gz",
}
LARGEST_MB = 5
MACHINE = re.compile(r"(?<![\w.])(/work/|/root/|/home/[a-z]|/Users/[a-z]|C:\\Users)")
REGISTRY = re.compile(
    r"(pypi\.org|pythonhosted\.org|registry\.npmjs\.org|npmjs\.com|registry\.yarnpkg|artifactory|nexus\.|jfrog|conda\.anaconda|index-url\s*=)",
    re.IGNORECASE,
)
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
HERE = {"tests/house/test_checkout.py"}
TEXTS = [path for path in tracked() if path.suffix in TEXT and shown(path) not in HERE]


def test_every_kind_of_file_is_known():
    strange = sorted({shown(path) for path in tracked() if path.suffix not in TEXT | BINARY})

    assert not strange, f"Say in {__name__} whether they are text or binary: {strange}"


def test_no_file_is_too_large_to_review():
    large = [
        f"{shown(path)} ({path.stat().st_size / 1e6:.1f} MB)"
        for path in tracked()
        if path.stat().st_size > LARGEST_MB * 1e6
    ]

    assert not large, f"Make them at build time, or keep them outside the checkout: {large}"


def test_text_is_utf8_with_unix_line_endings():
    wrong = []
    for path in TEXTS:
        content = path.read_bytes()
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            wrong.append(f"{shown(path)}: not UTF-8")
        if b"\r\n" in content and path.suffix != ".csv":
            wrong.append(f"{shown(path)}: Windows line endings")
        if content.startswith(b"\xef\xbb\xbf"):
            wrong.append(f"{shown(path)}: begins with a byte order mark")

    assert not wrong, f"Save as UTF-8 with LF: {wrong}"


@pytest.mark.parametrize(
    ("pattern", "what"), [(MACHINE, "a path of one machine"), (REGISTRY, "the host of a registry")]
)
def test_no_file_names_a_machine_or_a_registry(pattern, what):
    wrong = [
        f"{shown(path)}:{number}"
        for path in TEXTS
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if len(line) < 5000 and pattern.search(line)
    ]

    assert not wrong, f"These lines hold {what}; a municipality installs from its own mirror: {wrong}"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_entry_of_a_lock_is_pinned_with_hashes_and_without_address(lock):
    entries = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
    packages = [entry for entry in entries if not entry.startswith("#")]
    wrong = [
        entry.partition("\n")[0]
        for entry in packages
        if not re.match(r"[\w.\-\[\],]+==[\w.!+]+", entry) or "--hash=sha256:" not in entry
    ]

    assert packages
    assert not wrong, f"Lock again with hashes: {wrong}"
    assert "://" not in lock.read_text(encoding="utf-8"), "A lock holds names and hashes, never addresses"


def test_what_is_asked_for_is_locked():
    for asked, lock in (("demo.in", "demo.lock"), ("test.in", "test.lock"), ("bench.in", "bench.lock")):
        locked = {
            name.casefold().replace("_", "-")
            for name in re.findall(
                r"^([\w.\-]+)(?:\[[^\]]*\])?==",
                (ROOT / "requirements" / lock).read_text(encoding="utf-8"),
                re.MULTILINE,
            )
        }
        lines = (ROOT / "requirements" / asked).read_text(encoding="utf-8").splitlines()
        names = {
            re.split(r"[<>=\[; ]", line)[0].casefold()
            for line in lines
            if line and not line.startswith(("#", "-"))
        }

        assert names <= locked, f"{asked} asks for {sorted(names - locked)}; lock again"


def test_the_npm_lock_has_integrity_and_no_addresses():
    import json

    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    bare = [name for name, entry in packages.items() if "integrity" not in entry and not entry.get("link")]

    assert not bare, f"Lock again: {bare}"
    assert not [name for name, entry in packages.items() if "resolved" in entry]


def test_nothing_looks_like_a_secret():
    secret = re.compile(
        r"(BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|\bgh[pousr]_\w{30,}|xox[bap]-\w{10,}|glpat-\w{20})"
    )
    wrong = [
        shown(path) for path in TEXTS if secret.search(path.read_text(encoding="utf-8", errors="replace"))
    ]

    assert not wrong, f"Take it out, and out of the history, and change it: {wrong}"
