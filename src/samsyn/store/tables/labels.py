"""Printed names: footnote signs glued to them, letters of other alphabets, codes with a digit too many."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from samsyn.store.tables.blocks import Findings, Option, Question
from samsyn.store.tables.cells import plain
from samsyn.store.tables.known import ident, known_words
from samsyn.store.tables.reading import Cell, RawTable

_TWINS = str.maketrans(
    "АВЕЅІЈКМНОРСТУХасеіјорхуѕԁһΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαѵν", "ABESIJKMHOPCTYXaceijopxysdhABEZHIKMNOPTYXoavv"
)
_FOREIGN = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")
_SUPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍ", "0123456789abcdefg")
_GLUED = re.compile(r"(?P<base>.*[\w)>%.])\s?(?P<sign>[⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍ]+|[*†‡]+)")
_LETTER = re.compile(r"(?P<base>.*[^\W\d_]{2,}|.*[)])(?P<sign>[a-k]|[0-9]{1,2})")
_NYKO = re.compile(r"nyko\s?(?:5\s?)?(?P<code>[0-9]{6})\b|\((?P<bare>[0-9]{3} ?[0-9]{3})\)", re.I)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rest of the source says that helps to read a label: footnote signs, words, all labels."""

    signs: frozenset[str]
    words: frozenset[str]
    labels: frozenset[str]
    text: str

    @classmethod
    def of(cls, raw: RawTable, labels: Iterable[str]) -> Surroundings:
        """Gather them from the source and its labels."""
        notes = " ".join(note.text for note in raw.footnotes)
        text = plain(" ".join([*(cell.text for cell in raw.cells()), notes]))
        words = frozenset(word.lower() for word in re.findall(r"[^\W\d_]+", text))
        return cls(frozenset(note.mark for note in raw.footnotes), words, frozenset(labels), text)


def clean_label(label: str, where: tuple[Cell, ...], around: Surroundings, findings: Findings) -> str:
    """Return a label as it should be called, asking about whatever is glued to it.

    Use for area names, column headings and titles. The answer that has been given counts; else the
    recommended one; else the label stays as printed.

    Parameters
    ----------
    label
        The printed label.
    where
        The cells where it stands.
    around
        The rest of the source.
    findings
        Where the questions are put, and the answers come from.
    """
    label = _latin(label, where, findings)
    label = _short_code(label, where, around, findings)
    return _unsigned(label, where, around, findings)


def _latin(label: str, where: tuple[Cell, ...], findings: Findings) -> str:
    if not _FOREIGN.search(label):
        return label
    twin = label.translate(_TWINS)
    if _FOREIGN.search(twin):
        return label
    question = Question(
        id=f"lookalike:{ident(twin)}",
        code="lookalike",
        text="%(label)s holds letters of another alphabet that look like ours. Which is meant?",
        subject=label,
        where=where,
        options=(
            Option("latin", "%(name)s with Latin letters", {"name": twin}),
            Option("keep", "The letters as they stand"),
        ),
        recommended="latin",
        reason="Text copied from a PDF often mixes alphabets.",
        facts={"label": label},
    )
    return label if findings.ask(question) == "keep" else twin


def _short_code(label: str, where: tuple[Cell, ...], around: Surroundings, findings: Findings) -> str:
    found = _NYKO.search(label)
    digits = (found.group("code") or found.group("bare") or "").replace(" ", "") if found else ""
    if not found or (not found.group("code") and digits[-1] not in around.signs):
        return label
    five, sign = digits[:5], digits[5]
    told = bool(found.group("code"))
    question = Question(
        id=f"code_digit:{ident(label)}",
        code="code_digit",
        text="The code %(code)s has six digits. Is the last one the sign of a footnote?",
        subject=label,
        where=where,
        options=(
            Option("strip", "nyko5 %(five)s and footnote %(sign)s", {"five": five, "sign": sign}),
            Option("keep", "basområde %(code)s", {"code": digits}),
        ),
        recommended="strip" if told else "",
        reason="The source says nyko, which has five digits." if told else "",
        facts={"code": digits, "five": five, "sign": sign},
    )
    answer = findings.ask(question) or question.recommended
    if answer == "strip":
        return f"{label[: found.start()].rstrip(' (,')} (nyko {five})"
    return f"{label[: found.start()].rstrip(' (,')} ({digits})" if answer == "keep" else label


def _unsigned(label: str, where: tuple[Cell, ...], around: Surroundings, findings: Findings) -> str:
    certain = _GLUED.fullmatch(label)
    found = certain or _LETTER.fullmatch(label)
    if not found:
        return label
    base, sign = found.group("base").strip(), found.group("sign").translate(_SUPER)
    recommended, reason = "strip", "A raised sign belongs to a footnote."
    if not certain:
        verdict = _weighed(label, base, sign, around)
        if verdict is None:
            return label
        recommended, reason = verdict
    question = Question(
        id=f"footnote:{ident(label)}",
        code="footnote",
        text="Is the last sign of %(label)s (%(sign)s) a footnote?",
        subject=label,
        where=where,
        options=(
            Option("strip", "The name is %(name)s, with footnote %(sign)s", {"name": base, "sign": sign}),
            Option("keep", "The name is %(name)s", {"name": label}),
        ),
        recommended=recommended,
        reason=reason,
        facts={"label": label, "sign": sign},
    )
    answer = findings.ask(question) or recommended
    return base if answer == "strip" else label


def _weighed(label: str, base: str, sign: str, around: Surroundings) -> tuple[str, str] | None:
    """Return (recommended, reason) for a letter or digit that may belong to the word; None is no doubt."""
    tail = re.findall(r"[^\W\d_]+", base)
    stem = tail[-1].lower() if tail else ""
    defined = sign in around.signs
    if sign.isdigit():
        return ("strip", "A footnote with that sign is printed.") if defined else None
    word = f"{stem}{sign}"
    known = known_words()
    if word in known or (len(stem) < 2 and not defined):
        return None
    stands_alone = stem in around.words or stem in known
    if stands_alone and defined:
        return "strip", "A footnote with that sign is printed, and the word stands elsewhere without it."
    same = {
        other for other in around.labels if other != label and other.endswith(sign) and _bare(other, around)
    }
    if stands_alone and same:
        return "strip", "The same sign ends several names."
    if stem in known:
        return "strip", "The word is known without the sign."
    if stands_alone:
        return "", ""
    return ("keep", "The word is not found without the sign.") if defined and len(sign) == 1 else None


def _bare(label: str, around: Surroundings) -> bool:
    words = re.findall(r"[^\W\d_]+", label[:-1])
    return bool(words) and (words[-1].lower() in around.words or words[-1].lower() in known_words())
