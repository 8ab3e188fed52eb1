"""The one list of words: what a thing is called in code, in Swedish and in English.

``python -m samsyn.domain.glossary`` prints the reference page that is made from it.
"""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files

from samsyn.domain.errors import SamsynError


class UnknownTerm(SamsynError):
    """The glossary lacks a word that the program uses."""

    code = "SAM035"
    template = "The glossary has no term %(code)s."
    mend = "Add it to glossary.toml with its Swedish and English word."


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the field.

    Attributes
    ----------
    code : str
        The name in code; ``Enum.MEMBER`` for a member of an enumeration.
    sv, en : str
        What the interface says.
    definition_sv, definition_en : str
        What it means here; empty for members of enumerations, whose enumeration says it.
    sources : tuple of str
        In which sources the Swedish word occurs; empty when the word is ours.
    also : tuple of str
        Other spellings that a search must find; never shown as the label.
    """

    code: str
    sv: str
    en: str
    definition_sv: str = ""
    definition_en: str = ""
    sources: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def is_member(self) -> bool:
        """Whether the term names a member of an enumeration."""
        return "." in self.code


@cache
def terms() -> dict[str, Term]:
    """Return every term by its code, in the order of the file."""
    text = files("samsyn.domain").joinpath("glossary.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    found = [
        Term(
            code=entry["code"],
            sv=entry["sv"],
            en=entry["en"],
            definition_sv=entry["definition_sv"],
            definition_en=entry["definition_en"],
            sources=tuple(entry.get("sources", ())),
            also=tuple(entry.get("also", ())),
        )
        for entry in data["term"]
    ]
    for enumeration, members in data["members"].items():
        found += [Term(f"{enumeration}.{name}", sv, en) for name, (sv, en) in members.items()]
    return {one.code: one for one in found}


@cache
def _by_value() -> dict[str, Term | None]:
    """Return the members' terms by the value stored for them; None where two enumerations differ."""
    found: dict[str, Term | None] = {}
    for one in terms().values():
        value = one.code.partition(".")[2].lower()
        if not value:
            continue
        other = found.setdefault(value, one)
        if other is None or (other.sv, other.en) != (one.sv, one.en):
            found[value] = None
    return found


def term(code: str) -> Term:
    """Return the term with this code, or of the enumeration member with this stored value.

    A value alone serves where a row of a table says what it is; `term_of` is surer where the member is
    at hand.

    Raises
    ------
    UnknownTerm
        The glossary lacks it, or two enumerations mean different things by the value.

    Examples
    --------
    >>> term("SafetyWalk").sv, term("Answer.DONT_KNOW").sv, term("dont_know").sv
    ('trygghetsvandring', 'Vet ej', 'Vet ej')
    """
    found = terms().get(code) or _by_value().get(code)
    if found is None:
        raise UnknownTerm(code=code)
    return found


def term_of(member: Enum) -> Term:
    """Return the term of a member of an enumeration.

    Raises
    ------
    UnknownTerm
        The glossary lacks it.
    """
    return term(f"{type(member).__name__}.{member.name}")


def label(member: Enum, locale: str = "sv") -> str:
    """Return what a person reads for a member of an enumeration, in Swedish unless English is asked for.

    Examples
    --------
    >>> from samsyn.domain.scenes import Answer
    >>> label(Answer.DONT_KNOW), label(Answer.DONT_KNOW, "en")
    ('Vet ej', "Don't know")
    """
    found = term_of(member)
    return found.en if locale.startswith("en") else found.sv


def find_terms(word: str) -> tuple[Term, ...]:
    """Return the terms whose code, words or other spellings hold the text, whatever its case.

    Examples
    --------
    >>> [one.code for one in find_terms("upptäcksbrott")]
    ['detection_driven']
    """
    wanted = word.casefold()
    return tuple(
        one
        for one in terms().values()
        if any(wanted in text.casefold() for text in (one.code, one.sv, one.en, *one.also))
    )


def reference_page() -> str:
    """Return the reference page: terms with their meaning, then the members of each enumeration."""
    concepts = [one for one in terms().values() if not one.is_member]
    members = [one for one in terms().values() if one.is_member]
    lines = [
        "# Ordlista",
        "",
        "Sidan är gjord av `python -m samsyn.domain.glossary`; ändra i `glossary.toml`, inte här.",
        "Ett streck under källor betyder att ordet är vårt eget.",
        "",
        "| Svenska | English | Betydelse | I koden | Källor |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.sv} | {one.en} | {one.definition_sv} | `{one.code}` | {', '.join(one.sources) or '–'} |"
        for one in sorted(concepts, key=lambda one: one.sv.casefold().translate(_SWEDISH_ORDER))
    ]
    heading = ""
    for one in members:
        enumeration = one.code.partition(".")[0]
        if enumeration != heading:
            heading = enumeration
            lines += ["", f"## {enumeration}", "", "| Svenska | English | I koden |", "|---|---|---|"]
        lines.append(f"| {one.sv} | {one.en} | `{one.code}` |")
    return "\n".join(lines) + "\n"


# å, ä, ö come last and in that order, which code points do not give.
_SWEDISH_ORDER = str.maketrans({"å": "{", "ä": "|", "ö": "}"})


if __name__ == "__main__":
    sys.stdout.write(reference_page())
