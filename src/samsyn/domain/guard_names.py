"""Names of persons, told apart from the many places and units that are named after one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from samsyn.domain.guard_rules import WordList, fold, rules
from samsyn.domain.guard_text import Finding, NormalText, Token

_NEAR = re.compile(r"[ \n]{1,3}")
_INITIAL_GAP = re.compile(r"\.? {0,2}")
_LISTED_GAP = re.compile(r" {0,2}[,;|_] {0,2}")
_PARTICLES = frozenset(("von", "af", "de", "al", "el", "bin", "la", "ben", "abu"))
_OF_THINGS_TOO = frozenset(
    ("är", "har", "hade", "var", "får", "fick", "kan", "ska", "kommer", "ligger", "blir")
)
_HINT = "say_role_not_name"


class _Reader:
    """The words of one text and what each of them may be."""

    def __init__(self, text: NormalText, tokens: list[Token], allowed_names: Iterable[str]) -> None:
        self.text = text
        self.tokens = tokens
        lists = rules().lists
        self.first_list = lists["names.first"].exact | lists["names.first_extra"].exact
        self.last_list = lists["names.last"].exact | lists["names.last_extra"].exact
        self.lists = {key.partition(".")[2]: value for key, value in lists.items() if key[:6] == "names."}
        self.verbs: WordList = lists["verbs.person"]
        self.place_verbs: WordList = lists["verbs.place_person"]
        self.verbs_before: WordList = lists["verbs.before"]
        self.allowed = self._allowed(allowed_names)

    def _allowed(self, names: Iterable[str]) -> frozenset[int]:
        """Return the indexes of words that belong to a place, organisation or method on the list."""
        by_first: dict[str, list[list[str]]] = {}
        for phrase in (*rules().phrases, *names):
            words = [fold(word) for word in rules().word.findall(phrase)]
            if words:
                by_first.setdefault(words[0], []).append(words)
        found: set[int] = set()
        lows = [token.low for token in self.tokens]
        for i, low in enumerate(lows):
            for words in by_first.get(low, []) + (by_first.get(low[:-1], []) if low.endswith("s") else []):
                here = lows[i : i + len(words)]
                if (
                    here[:-1] == words[:-1]
                    and len(here) == len(words)
                    and here[-1] in (words[-1], words[-1] + "s")
                ):
                    found.update(range(i, i + len(words)))
        return frozenset(found)

    def token(self, i: int) -> Token | None:
        return self.tokens[i] if 0 <= i < len(self.tokens) else None

    def gap(self, i: int) -> str:
        """Return what stands between word i and the next."""
        return self.text.plain[self.tokens[i].end : self.tokens[i + 1].start]

    def near(self, i: int) -> bool:
        """Tell whether only spaces stand between word i and the next."""
        return i >= 0 and i + 1 < len(self.tokens) and bool(_NEAR.fullmatch(self.gap(i)))

    def base(self, word: str, names: frozenset[str]) -> str:
        """Return the name that a word is, in genitive or double form too, or an empty text."""
        if word in names:
            return word
        if word[-1] == "s" and word[:-1] in names:
            return word[:-1]
        if "-" in word:
            parts = word.split("-")
            ends = (parts[-1], parts[-1][:-1] if parts[-1].endswith("s") else parts[-1])
            if all(p in names for p in parts[:-1]) and any(e in names for e in ends):
                return word
        return ""

    def first(self, i: int) -> str:
        token = self.token(i)
        return self.base(token.low, self.first_list) if token and i not in self.allowed else ""

    def surname(self, i: int) -> str:
        """Return the surname that a word is, by the list or by an ending that surnames have."""
        token = self.token(i)
        if token is None or i in self.allowed:
            return ""
        found = self.base(token.low, self.last_list)
        if found or not token.capital or len(token.low) < 6:
            return found
        last = token.low.split("-")[-1].removesuffix("s")
        outside = token.low in self.lists["not_surnames"] or last in self.lists["not_surnames"]
        return token.low if last.endswith(tuple(self.lists["last_suffixes"].exact)) and not outside else ""

    def common(self, name: str) -> bool:
        return name in self.lists["common"]

    def starts_sentence(self, i: int) -> bool:
        start = self.tokens[i].start
        before = self.text.plain[max(0, start - 12) : start].rstrip(" \"'”»(-*•")
        return not before or before[-1] in ".!?:\n…"

    def place_like(self, i: int) -> bool:
        """Tell whether a word is a place word: torg, or a compound that ends in -gatan."""
        token = self.token(i)
        if token is None:
            return False
        ending = tuple(self.lists["place_suffixes"].exact)
        return token.low in self.lists["place_nouns"] or (len(token.low) > 6 and token.low.endswith(ending))

    def names_a_place(self, i: int) -> bool:
        """Tell whether the word after i makes what ends at i the name of a place or company."""
        if not self.near(i):
            return False
        after = self.tokens[i + 1]
        if after.low in self.lists["companies"]:
            return True
        return self.place_like(i + 1) and (self.tokens[i].low[-1] in "szx" or after.capital)

    def after_saint(self, i: int) -> bool:
        before = self.token(i - 1)
        if before is None:
            return False
        if before.low in ("t", "ta") and i >= 2 and self.tokens[i - 2].low == "s":
            return True
        return before.low in self.lists["saints"] and _NEAR.fullmatch(self.gap(i - 1)) is not None


def find_names(text: NormalText, tokens: list[Token], allowed_names: Iterable[str] = ()) -> Iterator[Finding]:
    """Yield the names of persons: full names hard, single names with a verb soft."""
    reader = _Reader(text, tokens, allowed_names)
    i = 0
    while i < len(reader.tokens):
        found, severity = _full_name(reader, i)
        if not found:
            found, severity = _reversed_name(reader, i)
        if not found and _single_name(reader, i):
            found, severity = 1, "soft"
        if found and severity:
            yield Finding("name", severity, _HINT, reader.tokens[i].start, reader.tokens[i + found - 1].end)
        i += max(found, 1)


def _full_name(reader: _Reader, i: int) -> tuple[int, str]:
    """Return how many words from i are a first name with a surname, and how certain that is."""
    first = reader.first(i)
    if not first:
        return _initial_and_surname(reader, i)
    if reader.after_saint(i):
        return 1, ""
    listed = i + 1 < len(reader.tokens) and bool(_LISTED_GAP.fullmatch(reader.gap(i)))
    if listed and reader.surname(i + 1) and not reader.first(i + 1) and reader.tokens[i + 1].capital:
        sure = not reader.common(first) and not reader.common(reader.surname(i + 1))
        return (2, "hard") if sure and reader.tokens[i].capital else (0, "")
    at = i + 1
    while at - i <= 3 and at < len(reader.tokens) and (reader.near(at - 1) or _after_initial(reader, at)):
        low = reader.tokens[at].low
        middle = bool(reader.first(at)) or low in _PARTICLES or (len(low) == 1 and reader.tokens[at].capital)
        follows = at + 1 < len(reader.tokens) and (reader.near(at) or len(low) == 1)
        goes_on = middle and follows and (reader.surname(at + 1) or reader.first(at + 1) or low in _PARTICLES)
        if reader.surname(at) and not (goes_on and reader.surname(at + 1)):
            return at - i + 1, _severity(reader, i, at)
        if not goes_on:
            break
        at += 1
    return _unknown_surname(reader, i)


def _after_initial(reader: _Reader, at: int) -> bool:
    before = reader.tokens[at - 1]
    return len(before.low) == 1 and before.capital and bool(_INITIAL_GAP.fullmatch(reader.gap(at - 1)))


def _severity(reader: _Reader, i: int, at: int) -> str:
    """Weigh a first name at i with a surname at ``at``: capitals, common words, places."""
    first, last = reader.tokens[i], reader.tokens[at]
    first_name, surname = reader.first(i), reader.surname(at)
    if reader.names_a_place(at) or (reader.place_like(at) and surname not in reader.last_list):
        return ""
    if first.low != first_name and first.low.endswith("s"):
        return ""  # Kalles Andersson is no way to write a name
    common_first, common_last = reader.common(first_name), reader.common(surname)
    shouting = len(last.text) > 1 and last.text.isupper() and first.text.isupper()
    if first.capital and last.capital and not shouting:
        if not (common_first and common_last):
            return "hard"
        if first_name in reader.lists["place_first"]:
            return ""
        return "soft" if reader.starts_sentence(i) or first_name in reader.lists["function_words"] else "hard"
    if first.capital and not last.capital:
        return "" if common_last else "hard"
    if not common_last:
        return "soft" if first_name in reader.lists["function_words"] and not last.capital else "hard"
    return "" if common_first else "soft"


def _unknown_surname(reader: _Reader, i: int) -> tuple[int, str]:
    """A clear first name and a capitalised word that no list holds may still be a person."""
    first, last = reader.tokens[i], reader.token(i + 1)
    if last is None or not reader.near(i) or "\n" in reader.gap(i) or i + 1 in reader.allowed:
        return 0, ""
    first_name = reader.first(i)
    clear = first.capital and first.low == first_name and not reader.common(first_name)
    if not clear or first_name in reader.lists["place_first"]:
        return 0, ""
    written_as_name = last.capital and len(last.text) > 2 and not last.text.isupper()
    if not written_as_name or reader.place_like(i + 1) or reader.names_a_place(i + 1):
        return 0, ""
    return 2, "soft"


def _initial_and_surname(reader: _Reader, i: int) -> tuple[int, str]:
    """K. Andersson."""
    token = reader.tokens[i]
    if (
        len(token.text) != 1
        or not token.capital
        or token.text in "IÅÖ"
        or i + 1 >= len(reader.tokens)
        or i in reader.allowed
    ):
        return 0, ""
    last, surname = reader.tokens[i + 1], reader.surname(i + 1)
    if not surname or not last.capital or reader.common(surname) or reader.names_a_place(i + 1):
        return 0, ""
    alone = i == 0 or reader.text.plain[token.start - 1] in " \n("
    return (2, "soft") if alone and _INITIAL_GAP.fullmatch(reader.gap(i)) else (0, "")


def _reversed_name(reader: _Reader, i: int) -> tuple[int, str]:
    """Andersson, Kalle; Andersson Kalle."""
    surname, first = reader.surname(i), reader.first(i + 1)
    if not surname or not first or reader.first(i):
        return 0, ""
    if not (reader.tokens[i].capital and reader.tokens[i + 1].capital):
        return 0, ""
    between = reader.gap(i)
    if reader.common(surname) or reader.common(first) or reader.tokens[i].low != surname:
        return 0, ""
    return (2, "hard") if between == " " or _LISTED_GAP.fullmatch(between) else (0, "")


def _single_name(reader: _Reader, i: int) -> bool:
    """Tell whether a lone name does something, is done something to, or owns something."""
    token, name = reader.tokens[i], reader.first(i)
    if not name:
        return _lone_surname(reader, i)
    if reader.after_saint(i) or (reader.near(i) and reader.place_like(i + 1)):
        return False
    after = reader.token(i + 1) if reader.near(i) else None
    as_place = name in reader.lists["place_first"]
    if token.low != name and token.low.endswith("s"):
        owned = after is not None and after.low in reader.lists["relations"]
        return (
            owned
            and (token.capital and not as_place)
            and not (reader.common(name) and reader.starts_sentence(i))
        )
    if len(name) < 3 or not (token.capital or not reader.common(name)) or (as_place and not token.capital):
        return False
    if reader.common(name) and (reader.starts_sentence(i) or name in reader.lists["function_words"]):
        return (
            not as_place
            and after is not None
            and after.low in reader.place_verbs
            and (name not in reader.lists["function_words"])
        )
    verbs = reader.place_verbs if as_place else reader.verbs
    if after is not None and (after.low in verbs or _name_then_verb(reader, i, verbs)):
        return True
    before = reader.token(i - 1)
    if before is None or not reader.near(i - 1) or not token.capital or as_place:
        return False
    introduced = before.low in reader.verbs_before or before.low in reader.verbs
    return introduced and not (after is not None and after.capital)


def _name_then_verb(reader: _Reader, i: int, verbs: WordList) -> bool:
    """Ali och Sara står; Ali brukar inte stå."""
    after, then = reader.token(i + 1), reader.token(i + 2)
    if after is None or then is None or not reader.near(i + 1):
        return False
    if after.low in ("och", "samt", "eller"):
        last = reader.token(i + 3)
        return bool(reader.first(i + 2)) and then.capital and last is not None and last.low in verbs
    return after.low in ("som", "inte", "ofta", "alltid", "också", "igen", "själv") and then.low in verbs


def _lone_surname(reader: _Reader, i: int) -> bool:
    token, surname = reader.tokens[i], reader.surname(i)
    if surname != token.low or not token.capital or reader.common(surname) or surname not in reader.last_list:
        return False
    after = reader.token(i + 1) if reader.near(i) else None
    return after is not None and after.low in reader.verbs and after.low not in _OF_THINGS_TOO
