"""What names usually mean: suggestions for series and areas, read from two data files, always confirmed."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any
from zlib import crc32

from samsyn.store.schema import UNKNOWN_VINTAGE, AreaRef, SeriesDefinition, Unit

SCHEMES = ("basomrade", "nyko5", "stadsdelsomrade", "lokalpolisomrade", "polisregion", "kommun", "lan")
_TOTAL = re.compile(r"(?:totalt?|samtliga|summa|antal|alla)(?: antal| brott)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SeriesChoice:
    """A series with the sex and age group that its column is about.

    Parameters
    ----------
    definition
        What the series counts.
    sex
        One of "", "women", "men", "girls", "boys".
    age_group
        "" or a group such as "<18".
    known
        The name of the entry among the known series, whatever the unit; empty for a series of one's own.
    """

    definition: SeriesDefinition
    sex: str = ""
    age_group: str = ""
    known: str = ""


def slug(text: str) -> str:
    """Return a name for code and addresses.

    Examples
    --------
    >>> slug("Våld mot tjänsteman")
    'vald-mot-tjansteman'
    """
    text = text.lower().replace("<", " under ").replace("%", " procent ")
    text = text.translate(str.maketrans("åäöéèüæø", "aaoeeuao"))
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")[:80].strip("-") or "okand"


def ident(text: str) -> str:
    """Return a short name that two different texts never share; used in the ids of questions.

    Examples
    --------
    >>> ident("sergels torg")
    'sergels-torg'
    """
    name = slug(text)[:48].strip("-")
    return name if text.lower().replace(" ", "-") == name else f"{name}-{crc32(text.encode()):08x}"


def is_total(heading: str) -> bool:
    """Whether a heading names the whole rather than a part."""
    return bool(_TOTAL.fullmatch(heading.strip()))


def unit_of(text: str) -> str:
    """Return the unit that words in a title or heading speak of; a count where they speak of none.

    Examples
    --------
    >>> unit_of("Anmälda narkotikabrott per 100 000 inv")
    'per_100000'
    """
    if re.search(r"per\s+100[ \u00a0]?000", text, re.I):
        return "per_100000"
    if re.search(r"\bandel|procent|%", text, re.I):
        return "percent"
    if re.search(r"index", text, re.I):
        return "index"
    return "sek" if re.search(r"\bkr(onor)?\b", text, re.I) else "count"


@cache
def _data(name: str) -> dict[str, Any]:
    content = resources.files("samsyn.store.tables").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(content)


def known_words() -> frozenset[str]:
    """Return words that may end a label without a footnote sign."""
    words = set(_data("known_series.toml")["words"])
    words |= {word.lower() for area in _data("known_areas.toml")["area"] for word in area["name"].split()}
    return frozenset(words)


def suggest_series(title: str, heading: str, unit: str) -> SeriesChoice | None:
    """Suggest a series for a column, or None when its name is not known.

    Parameters
    ----------
    title, heading
        The title of the block and the heading of the column, without footnote signs.
    unit
        The unit that the table speaks of.
    """
    generic = not heading or is_total(heading) or heading.startswith("Kolumn ")
    named = title if generic else heading
    for entry in _data("known_series.toml")["series"]:
        pattern = entry["heading"]
        if "title" in entry and not re.search(entry["title"], title, re.I):
            continue
        hit = re.search(pattern, heading, re.I) or (generic and re.search(pattern, named, re.I))
        if not hit or ("not" in entry and re.search(entry["not"], named, re.I)):
            continue
        if _crossed(heading) and not (entry.get("sex") or entry.get("age_group")):
            continue
        return _choice(entry, unit)
    return None


def _crossed(heading: str) -> bool:
    """Whether a heading divides by sex or age, which no general series covers."""
    return bool(re.search(r"\b(kvinn|flick|pojk|män\b|man\b|<\s*\d|under \d|år och)", heading, re.I))


def _choice(entry: dict[str, Any], unit: str) -> SeriesChoice:
    rate = unit == "per_100000"
    definition = SeriesDefinition(
        slug=entry["slug"] + ("-per-100000" if rate else "-andel" if unit == "percent" else ""),
        label=entry["label_sv"] + (" per 100 000 invånare" if rate else ""),
        definition=entry["definition"],
        unit=Unit(unit if unit != "count" else entry.get("unit", "count")),
        kind=entry["kind"],
        offence_type=entry["offence_type"],
        presence_sensitive=entry.get("presence_sensitive", False),
        person_based=entry.get("person_based", False),
        sensitive=entry.get("sensitive", False),
        parent=entry.get("parent") if not rate else None,
    )
    return SeriesChoice(definition, entry.get("sex", ""), entry.get("age_group", ""), entry["slug"])


def suggest_area(name: str, context: str) -> tuple[AreaRef | None, str]:
    """Suggest a geography for a name, with the reason as a message id.

    Parameters
    ----------
    name
        The name without footnote signs.
    context
        All text of the source; some names mean different areas in different sources.
    """
    code = re.search(r"\((?:(?P<word>nyko5?|basområde)\s*)?(?P<code>[0-9]{3} ?[0-9]{2,3})\)", name, re.I)
    if code:
        digits = code.group("code").replace(" ", "")
        bare = re.sub(r"\s*\([^)]*\)", "", name)
        word = (code.group("word") or "").lower()
        if len(digits) == 6 and not word.startswith("nyko"):
            return AreaRef("basomrade", digits, UNKNOWN_VINTAGE, bare), "The code is printed beside the name."
        if len(digits) == 5:
            return AreaRef("nyko5", digits, UNKNOWN_VINTAGE, bare), "The code is printed beside the name."
    for area in _data("known_areas.toml")["area"]:
        fits = re.search(area["pattern"], name, re.I)
        if fits and re.search(area.get("context", ""), context, re.I):
            return AreaRef(
                area["scheme"], area["code"], UNKNOWN_VINTAGE, name
            ), "A name that is known in this context."
    for entry in _data("known_areas.toml")["scheme"]:
        if re.search(entry["pattern"], name, re.I):
            short = slug(re.sub(entry["pattern"], "", name, flags=re.I) or name)
            return AreaRef(
                entry["scheme"], short, UNKNOWN_VINTAGE, name
            ), "The name says which geography it is."
    return None, ""
