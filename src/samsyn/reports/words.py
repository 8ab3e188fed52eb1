"""The reader's language: messages, numbers, dates and periods written one way everywhere.

Messages come from the one catalogue of the program through the standard library's gettext, with the
language as an argument. Numbers follow Swedish typography in Swedish (decimal comma, hard space between
thousands) and a true minus sign in both languages.
"""

from __future__ import annotations

import gettext as _gettext
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from samsyn.reports.errors import UnknownLanguage

LANGUAGES = ("sv", "en")
_CATALOGUES = Path(__file__).resolve().parent.parent / "locale"
_HARD_SPACE = "\u00a0"
_MINUS = "\u2212"
_MONTHS_SV = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """Messages and formats of one language; make it with `words`."""

    language: str
    catalogue: _gettext.NullTranslations

    def gettext(self, message: str, **facts: object) -> str:
        """Return the message in the language, with its named placeholders filled."""
        text = self.catalogue.gettext(message)
        return text % facts if facts else text

    def ngettext(self, one: str, many: str, n: int, **facts: object) -> str:
        """Return the message for ``n`` things, with its named placeholders and ``%(n)s`` filled."""
        text = self.catalogue.ngettext(one, many, n)
        return text % {"n": self.number(n), **facts}

    # --- numbers

    def number(self, value: float, decimals: int = 0, *, signed: bool = False) -> str:
        """Return the number as printed, for instance ``1 814`` or ``−0,4``."""
        text = f"{abs(value):,.{decimals}f}"
        if self.language == "sv":
            text = text.replace(",", _HARD_SPACE).replace(".", ",")
        nothing = not any(c in "123456789" for c in text)
        if value < 0 and not nothing:
            return _MINUS + text
        return ("+" + text) if signed and not nothing else text

    def percent(self, fraction: float, decimals: int = 0, *, signed: bool = True) -> str:
        """Return a fraction as per cent, signed as a change is: ``−42 %``."""
        number = self.number(100 * fraction, decimals, signed=signed)
        return f"{number}{_HARD_SPACE}%" if self.language == "sv" else f"{number}%"

    def span(self, low: str, high: str) -> str:
        """Return an interval of printed numbers; the word between keeps signs readable."""
        return self.gettext("%(low)s to %(high)s", low=low, high=high)

    def change_span(self, low: float, high: float) -> str:
        """Return the interval of a change, given as fractions, in per cent: ``−57 till −21``."""
        return self.span(self.number(100 * low, signed=True), self.number(100 * high, signed=True))

    def multiple(self, ratio: float) -> str:
        """Return a ratio as printed beside a mean: ``11,7×``."""
        return self.number(ratio, 1 if ratio < 100 else 0) + "×"

    # --- time

    @property
    def months(self) -> tuple[str, ...]:
        """The names of the twelve months, cut to three letters."""
        return tuple(name[:3] for name in (_MONTHS_SV if self.language == "sv" else _MONTHS_EN))

    def day(self, moment: date) -> str:
        """Return a date in words: ``20 november 2026``."""
        names = _MONTHS_SV if self.language == "sv" else _MONTHS_EN
        return f"{moment.day}{_HARD_SPACE}{names[moment.month - 1]} {moment.year}"

    def period(self, first: date, end: date) -> str:
        """Return a half-open period in words: ``2017``, ``2017–2019``, ``första halvåret 2020``."""
        last = end - timedelta(days=1)
        if (first.month, first.day) == (1, 1) and (last.month, last.day) == (12, 31):
            return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
        if first == date(last.year, 1, 1) and last == date(last.year, 6, 30):
            return self.gettext("first half of %(year)s", year=first.year)
        if first == date(last.year, 7, 1) and last == date(last.year, 12, 31):
            return self.gettext("second half of %(year)s", year=first.year)
        if first.day == 1 and end.day == 1 and first.year == last.year:
            names = _MONTHS_SV if self.language == "sv" else _MONTHS_EN
            if first.month == last.month:
                return f"{names[first.month - 1]} {first.year}"
            return f"{names[first.month - 1]}–{names[last.month - 1]} {first.year}"
        return f"{self.day(first)} – {self.day(last)}"

    def listing(self, items: tuple[str, ...] | list[str]) -> str:
        """Return items as a sentence part: ``a, b och c``."""
        if len(items) < 2:
            return "".join(items)
        return self.gettext("%(first)s and %(last)s", first=", ".join(items[:-1]), last=items[-1])


@lru_cache(maxsize=8)
def words(language: str) -> Words:
    """Return the messages and formats of a language; English where a message is not translated.

    Raises
    ------
    UnknownLanguage
        The program has no such language.
    """
    if language not in LANGUAGES:
        raise UnknownLanguage(language=language, known=", ".join(LANGUAGES))
    catalogue = _gettext.translation("django", localedir=_CATALOGUES, languages=[language], fallback=True)
    return Words(language, catalogue)
