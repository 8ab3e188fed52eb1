"""The guard's data file, read once: patterns, word lists and hints."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class PatternRule:
    """One pattern of the data file, compiled."""

    kind: str
    severity: str
    hint: str
    on_plain: bool
    check: str
    regex: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class WordList:
    """Words looked up exactly, by beginning (``word*``) or by ending (``*word``)."""

    exact: frozenset[str]
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]

    def __contains__(self, word: str) -> bool:
        if word in self.exact:
            return True
        return bool(self.beginnings and word.startswith(self.beginnings)) or bool(
            self.endings and word.endswith(self.endings)
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything the guard compares with; made by :func:`rules`."""

    raw: dict[str, Any]
    drop: frozenset[str]
    hyphens: frozenset[str]
    digit_zeros: tuple[str, ...]
    lookalikes: dict[str, str]
    word: re.Pattern[str]
    sentence_end: re.Pattern[str]
    patterns: tuple[PatternRule, ...]
    lists: dict[str, WordList]
    regexes: dict[str, tuple[re.Pattern[str], ...]]
    phrases: tuple[str, ...]


_ACCENTS = str.maketrans("éèêëáàâãíìîïóòôõúùûüñçčćšžýøæ", "eeeeaaaaiiiioooouuuuncccszyöä")


def fold(word: str) -> str:
    """Return a word in lower case without the accents that people leave out; å, ä and ö stay."""
    return word.lower().translate(_ACCENTS)


def word_list(lines: list[str]) -> WordList:
    """Return the lines of a data file's list as a list to look words up in."""
    words = fold(" ".join(lines)).split()
    return WordList(
        frozenset(w for w in words if "*" not in w),
        tuple(w[:-1] for w in words if w.endswith("*")),
        tuple(w[1:] for w in words if w.startswith("*")),
    )


@cache
def raw_rules() -> dict[str, Any]:
    """Return the data file as it stands."""
    text = resources.files("samsyn.domain").joinpath("guard.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def expand(pattern: str, fragments: dict[str, str]) -> str:
    """Return the pattern with ``{name}`` replaced by the fragment of that name, also inside fragments."""
    for _ in range(2):
        for name, value in fragments.items():
            pattern = pattern.replace("{" + name + "}", value)
    return pattern


@cache
def rules() -> Rules:
    """Return the compiled data file. Read once for the life of the process."""
    raw = raw_rules()
    fragments = raw["fragments"]

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(expand(pattern, fragments))

    lists: dict[str, WordList] = {}
    regexes: dict[str, tuple[re.Pattern[str], ...]] = {}
    for section in ("numbers", "names", "verbs", "description", "sensitive", "acute", "lookout", "stash"):
        for key, value in raw[section].items():
            if key == "regexes":
                regexes[section] = tuple(compiled(one) for one in value)
            elif isinstance(value, list) and key != "allowed_phrases":
                lists[f"{section}.{key}"] = word_list(value)
            elif isinstance(value, str) and section == "description":
                regexes[f"description.{key}"] = (compiled(value),)
    letters = fragments["L"]
    normal = raw["normalise"]
    return Rules(
        raw=raw,
        drop=frozenset(chr(int(code, 16)) for code in normal["drop"].split()),
        hyphens=frozenset(chr(int(code, 16)) for code in normal["hyphens"].split()),
        digit_zeros=tuple(normal["digit_zeros"].split()),
        lookalikes=normal["lookalikes"],
        word=re.compile(f"[{letters}]+(?:['’´-][{letters}]+)*"),
        sentence_end=re.compile("[.!?…] +(?=[A-ZÀ-ÖØ-Þ0-9])|\n+"),
        patterns=tuple(
            PatternRule(
                one["kind"],
                one["severity"],
                one["hint"],
                one["on"] == "plain",
                one["check"],
                compiled(one["regex"]),
            )
            for one in raw["patterns"]
        ),
        lists=lists,
        regexes=regexes,
        phrases=tuple(raw["names"]["allowed_phrases"]),
    )


def browser_rules() -> str:
    """Return the part of the data file that the browser needs, fragments already put in, as JSON."""
    raw = raw_rules()
    fragments = raw["fragments"]

    def put_in(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: put_in(one) for key, one in value.items()}
        if isinstance(value, list):
            return [put_in(one) for one in value]
        return expand(value, fragments) if isinstance(value, str) else value

    left_out = {"about", "columns", "column_reasons", "column_exceptions", "person_attributes", "fragments"}
    kept = {key: put_in(value) for key, value in raw.items() if key not in left_out}
    kept["letters"] = fragments["L"]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"
