"""What names usually mean: suggestions for series and areas, read from two data files, always confirmed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
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
    label
        What the column is called where it is a part of the series; empty for the series itself.
    """

    definition: SeriesDefinition
    sex: str = ""
    age_group: str = ""
    known: str = ""
    label: str = ""

    @property
    def divided(self) -> bool:
        """Whether the column is about one sex or age group only."""
        return bool(self.sex or self.age_group)


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
        return _choice(entry, title, unit)
    return None


def _crossed(heading: str) -> bool:
    """Whether a heading divides by sex or age, which no general series covers."""
    return bool(re.search(r"\b(kvinn|flick|pojk|män\b|man\b|<\s*\d|under \d|år och)", heading, re.I))


def _choice(entry: dict[str, Any], title: str, unit: str) -> SeriesChoice:
    known = _data("known_series.toml")["series"]
    whole = (
        next((one for one in known if one.get("slug") == entry.get("of")), entry) if "of" in entry else entry
    )
    rate = unit == "per_100000"
    said = [whole["definition"]]
    said += [more["text"] for more in whole.get("additions", ()) if re.search(more["title"], title, re.I)]
    if rate:
        said.append("Per 100 000 invånare i området, som källan räknat; folkmängden skrivs inte alltid ut.")
    definition = SeriesDefinition(
        slug=whole["slug"] + ("-per-100000" if rate else "-andel" if unit == "percent" else ""),
        label=whole["label_sv"] + (" per 100 000 invånare" if rate else ""),
        definition=" ".join(said),
        unit=Unit(unit if unit != "count" else whole.get("unit", "count")),
        kind=whole["kind"],
        offence_type=whole["offence_type"],
        presence_sensitive=whole.get("presence_sensitive", False),
        person_based=whole.get("person_based", False),
        sensitive=whole.get("sensitive", False),
    )
    label = entry["label_sv"] if entry is not whole else ""
    name = entry.get("name", whole["slug"])
    return SeriesChoice(definition, entry.get("sex", ""), entry.get("age_group", ""), name, label)


def known_series(name: str, *, title: str = "", unit: str = "count") -> SeriesChoice:
    """Return the known series of a name, as it is suggested for a column.

    Use where a table is described by hand and should be the same series as when it is pasted. Not for
    names that a user has written.

    Parameters
    ----------
    name
        The name of the entry: its slug, or the name of a part such as ``narkotikabrott-under-18``.
    title
        The title of the table, which may narrow what is counted.
    unit
        The unit that the table speaks of.

    Raises
    ------
    KeyError
        No entry has the name.

    Examples
    --------
    >>> part = known_series("misshandel-utomhus-flicka")
    >>> part.definition.slug, part.sex, part.age_group
    ('misshandel-utomhus', 'girls', '<18')
    """
    for entry in _data("known_series.toml")["series"]:
        if entry.get("name", entry.get("slug")) == name:
            return _choice(entry, title, unit)
    raise KeyError(name)


def as_declared(choices: Iterable[SeriesChoice]) -> tuple[SeriesDefinition, ...]:
    """Return the series of a table, once each: what is divided by sex or age counts persons.

    Parameters
    ----------
    choices
        The series of each column, in the order of the columns.

    Examples
    --------
    >>> names = ("narkotikabrott", "narkotikabrott-under-18", "ran")
    >>> [(one.slug, one.person_based) for one in as_declared(known_series(name) for name in names)]
    [('narkotikabrott', True), ('ran', False)]
    """
    columns: dict[str, list[SeriesChoice]] = {}
    for choice in choices:
        columns.setdefault(choice.definition.slug, []).append(choice)
    return tuple(
        replace(
            # The words of the whole go before those that somebody wrote for a part.
            min(held, key=lambda choice: choice.divided).definition,
            person_based=any(choice.divided or choice.definition.person_based for choice in held),
            presence_sensitive=any(choice.definition.presence_sensitive for choice in held),
            sensitive=any(choice.definition.sensitive for choice in held),
        )
        for held in columns.values()
    )


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
