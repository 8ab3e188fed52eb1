"""Text made comparable for the guard, with a way back to every original position."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from samsyn.domain.guard_rules import fold, rules


@dataclass(frozen=True, slots=True)
class NormalText:
    """A text in comparable form; character *i* came from ``original[starts[i]:ends[i]]``.

    ``plain`` keeps capitals, ``low`` is the same length in lower case.
    """

    original: str
    plain: str
    low: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original positions of a stretch of the comparable text."""
        return self.starts[start], self.ends[end - 1]


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit in positions of the comparable text, before it is mapped back."""

    kind: str
    severity: str
    hint: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text: as written, in lower case without accents, and where it stands."""

    text: str
    low: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Tell whether the word begins with a capital letter."""
        return self.text[0].isupper()


_RUN = re.compile("[0-9OoIl]+")
_DIGIT_LETTERS = str.maketrans("OoIl", "0011")
_ZERO_OF_DIGIT = {chr(int(zero, 16) + i): str(i) for zero in rules().digit_zeros for i in range(10)}


def normalise(text: str) -> NormalText:
    """Return the text in the form that patterns and lists are compared with.

    Compatibility forms are folded, invisible characters dropped, hyphens and spaces made plain,
    look-alike letters of other alphabets turned into Latin and letters inside digit runs into digits.

    Parameters
    ----------
    text : str
        What somebody wrote or pasted.

    Returns
    -------
    NormalText
        The comparable text and the original position of each of its characters.

    Examples
    --------
    >>> normalise("64O823\u20133234").low
    '640823-3234'
    """
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    i, length = 0, len(text)
    while i < length:
        j = i + 1
        while j < length and text[j] >= "\u0300" and unicodedata.category(text[j])[0] == "M":
            j += 1
        for character in _comparable(text[i:j]):
            characters.append(character)
            starts.append(i)
            ends.append(j)
        i = j
    plain = _digits_in_runs("".join(characters))
    low = "".join(c.lower() if len(c.lower()) == 1 else c for c in plain)
    return NormalText(text, plain, low, tuple(starts), tuple(ends))


@lru_cache(maxsize=2048)
def _comparable(cluster: str) -> str:
    """Return a character with its combining marks as the patterns know it; nothing if it is invisible."""
    data = rules()
    found = []
    for character in unicodedata.normalize("NFKC", cluster):
        if character in data.drop:
            continue
        if character in data.hyphens:
            found.append("-")
        elif character in "\t\r\x0b\x0c" or unicodedata.category(character) == "Zs":
            found.append(" ")
        elif character in "\u2028\u2029\x85":
            found.append("\n")
        else:
            found.append(_ZERO_OF_DIGIT.get(character) or data.lookalikes.get(character, character))
    return "".join(found)


def _digits_in_runs(plain: str) -> str:
    """Turn O and l into digits where they stand among digits, not beside other letters."""
    pieces, last = [], 0
    for run in _RUN.finditer(plain):
        start, end = run.span()
        beside = plain[max(start - 1, 0) : start] + plain[end : end + 1]
        if not any(c.isalpha() for c in beside) and any(c.isdigit() for c in run.group()):
            pieces += [plain[last:start], run.group().translate(_DIGIT_LETTERS)]
            last = end
    return "".join([*pieces, plain[last:]]) if pieces else plain


def tokens_of(text: NormalText) -> list[Token]:
    """Return the words of the text, hyphens and apostrophes inside words kept."""
    return [Token(m.group(), fold(m.group()), m.start(), m.end()) for m in rules().word.finditer(text.plain)]


def sentences_of(text: NormalText) -> list[tuple[int, int]]:
    """Return the stretches between line breaks and between stops that a capital follows."""
    spans, start = [], 0
    for stop in rules().sentence_end.finditer(text.plain):
        spans.append((start, stop.start() + 1))
        start = stop.end()
    spans.append((start, len(text.plain)))
    return [(a, b) for a, b in spans if b > a]
