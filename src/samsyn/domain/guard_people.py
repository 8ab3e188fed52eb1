"""Descriptions that point out one person, sensitive words, emergencies and look-outs."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from samsyn.domain.guard_rules import rules
from samsyn.domain.guard_text import Finding, NormalText, Token, sentences_of

WORD_CUES = {
    "age_words": "age", "gender": "gender", "look": "look", "origin": "origin", "home_words": "home",
    "relation": "relation", "vehicle": "vehicle",
}  # fmt: skip
_PLURAL_AGE = ("åringar", "åringarna", "åringarnas")


@dataclass(slots=True)
class _Sentence:
    """What one sentence says about somebody."""

    start: int
    end: int
    cues: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    minor: bool = False
    singular: bool = False
    plural: bool = False
    anchored: bool = False

    def add(self, cue: str, start: int, end: int) -> None:
        self.cues.setdefault(cue, []).append((start, end))


_At = Callable[[int], _Sentence]


def find_descriptions(
    text: NormalText, tokens: list[Token], today: date, named: tuple[tuple[int, int], ...] = ()
) -> Iterator[Finding]:
    """Yield the sentences that give so many details that one person, or a small group, is pointed out.

    Parameters
    ----------
    text : NormalText
        The comparable text.
    tokens : list of Token, shape (n_words,)
        Its words.
    today : date
        The day ages are counted from.
    named : tuple of (int, int), shape (n,)
        Where names of persons were found; a name makes a sentence be about one person.
    """
    sentences = [_Sentence(a, b) for a, b in sentences_of(text)]
    starts = [s.start for s in sentences]

    def at(position: int) -> _Sentence:
        return sentences[max(bisect.bisect_right(starts, position) - 1, 0)]

    _read_words(tokens, at)
    _read_ages(text, today, at)
    _read_phrases(text, at)
    for start, _ in named:
        at(start).singular = at(start).anchored = True
    for sentence in sentences:
        severity, hint = _weigh(sentence)
        if severity:
            spans = [span for found in sentence.cues.values() for span in found]
            yield Finding("description", severity, hint, min(spans)[0], max(end for _, end in spans))


def _weigh(sentence: _Sentence) -> tuple[str, str]:
    others = len(sentence.cues.keys() - {"age"})
    if sentence.minor and others >= 2 and sentence.singular:
        return "hard", "no_description"
    if len(sentence.cues) < 3 or not sentence.anchored:
        return "", ""
    return "soft", "say_class_and_area" if sentence.plural and not sentence.singular else "no_description"


def _read_words(tokens: list[Token], at: _At) -> None:
    lists = rules().lists
    for token in tokens:
        word = token.low
        for name, cue in WORD_CUES.items():
            if word in lists["description." + name]:
                sentence = at(token.start)
                sentence.add(cue, token.start, token.end)
                sentence.anchored |= cue in ("age", "gender", "relation")
        if word in lists["description.singular"]:
            at(token.start).singular = True
        if word in lists["description.plural"]:
            at(token.start).plural = True
        if word in lists["description.anchors"]:
            at(token.start).anchored = True
        if word in lists["description.minor_words"]:
            at(token.start).minor = True
            at(token.start).singular |= not word.endswith("ar")


def _read_ages(text: NormalText, today: date, at: _At) -> None:
    lists, regexes = rules().lists, rules().regexes
    word = rules().word
    for match in regexes["description.age"][0].finditer(text.low):
        after = word.match(text.low, match.end() + 1)
        if after and after.group() in lists["description.not_people"]:
            continue
        sentence, form = at(match.start()), match.group(2)
        _add_age(sentence, match, int(match.group(1)))
        sentence.plural |= form in _PLURAL_AGE
        sentence.singular |= form in ("årig", "åring", "åringen", "åringens")
    for match in regexes["description.years"][0].finditer(text.low):
        before = word.findall(text.low[max(0, match.start() - 16) : match.start()])
        after = word.match(text.low, match.end() + 1)
        told_off = (before and before[-1] in lists["description.not_before_years"]) or (
            after and after.group() in lists["description.not_after_years"]
        )
        if not told_off and int(match.group(1)) >= 5:
            sentence = at(match.start())
            _add_age(sentence, match, int(match.group(1)))
            sentence.plural |= match.group(2) is not None
    for match in regexes["description.noun_age"][0].finditer(text.low):
        if int(match.group(1)) >= 5:
            _add_age(at(match.start()), match, int(match.group(1)))
    for match in regexes["description.born"][0].finditer(text.low):
        year = int(match.group(1))
        if year < 100:
            year += 2000 if year <= today.year % 100 else 1900
        if 0 <= today.year - year <= 110:
            _add_age(at(match.start()), match, today.year - year)


def _add_age(sentence: _Sentence, match: re.Match[str], years: int) -> None:
    sentence.add("age", match.start(), match.end())
    sentence.anchored = True
    sentence.minor |= years < 18


def _read_phrases(text: NormalText, at: _At) -> None:
    lists, regexes = rules().lists, rules().regexes
    for match in regexes["description.singular_phrase"][0].finditer(text.low):
        at(match.start()).singular = at(match.start()).anchored = True
        if match.group().endswith((" barn", " minderårig")):
            at(match.start()).minor = True
            at(match.start()).add("age", match.start(), match.end())
    for match in regexes["description.man_phrase"][0].finditer(text.low):
        at(match.start()).add("gender", match.start(), match.end())
        at(match.start()).singular = at(match.start()).anchored = True
    for match in regexes["description.height"][0].finditer(text.low):
        at(match.start()).add("look", match.start(), match.end())
    for match in regexes["description.attends"][0].finditer(text.low):
        at(match.start()).add("home", match.start(), match.end())
    for match in regexes["description.from"][0].finditer(text.low):
        start, end = match.span(1)
        word = match.group(1)
        place = tuple(lists["names.place_suffixes"].exact)
        capital = text.plain[start].isupper() and word not in lists["description.not_home"]
        if word in lists["description.districts"] or (capital and not word.endswith(place)):
            at(start).add("home", start, end)


def find_sensitive(text: NormalText, tokens: list[Token]) -> Iterator[Finding]:
    """Yield words on health, origin, faith and suspicion of crime."""
    words = rules().lists["sensitive.words"]
    for token in tokens:
        if token.low in words:
            yield Finding("sensitive", "soft", "no_sensitive", token.start, token.end)
    for pattern in rules().regexes["sensitive"]:
        for match in pattern.finditer(text.low):
            yield Finding("sensitive", "soft", "no_sensitive", match.start(), match.end())


def find_urgent(text: NormalText) -> Iterator[Finding]:
    """Yield what should be a call to 112 or to the police and not a note."""
    words, conditions = rules().word, rules().lists["acute.conditions"]
    for kind, severity in (("acute", "hard"), ("lookout", "soft"), ("stash", "soft")):
        for pattern in rules().regexes[kind]:
            for match in pattern.finditer(text.low):
                before = words.findall(text.low[max(0, match.start() - 16) : match.start()])
                if before and before[-1] in conditions:
                    continue  # a routine or a definition, nothing that happens now
                yield Finding(kind, severity, rules().raw[kind]["hint"], match.start(), match.end())
