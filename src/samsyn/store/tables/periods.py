"""Printed periods: years, halves, quarters, months, seasons and years that are cut short by a footnote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from samsyn.store.tables.cells import plain

MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uari)?|feb(?:ruari)?|mar(?:s)?|apr(?:il)?|maj|juni?|juli?|aug(?:usti)?|sep(?:t(?:ember)?)?"
    r"|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?:19|20)[0-9]{2}"
SEASON_MONTHS = {"vår": (1, 6), "höst": (7, 12), "sommar": (6, 8), "vinter": (12, 2)}
_FORMS = (
    ("year", rf"(?:år )?(?P<year>{_YEAR})"),
    ("iso_month", rf"(?P<year>{_YEAR})[-M](?P<m1>0[1-9]|1[0-2])"),
    ("half", rf"(?:h|halvår )(?P<half>[12])[ -]?(?P<year>{_YEAR})"),
    ("half", rf"(?P<year>{_YEAR})[ -]?h(?P<half>[12])"),
    ("half", rf"(?P<word>första|andra) halvåret (?P<year>{_YEAR})"),
    ("half", rf"(?P<word>vårterminen|höstterminen|vt|ht)[ -]?(?P<year>{_YEAR})"),
    ("quarter", rf"(?:kv|q|k|kvartal )\.? ?(?P<quarter>[1-4])[ -]?(?P<year>{_YEAR})"),
    ("quarter", rf"(?P<year>{_YEAR})[ -]?(?:kv|q|k)(?P<quarter>[1-4])"),
    ("months", rf"(?P<a>{_MONTH}) ?[-–—] ?(?P<b>{_MONTH})(?: (?P<year>{_YEAR}))?"),
    ("months", rf"(?P<year>{_YEAR}) (?P<a>{_MONTH}) ?[-–—] ?(?P<b>{_MONTH})"),
    ("months", rf"(?P<a>{_MONTH}) (?P<year>{_YEAR})"),
    ("season", rf"(?P<season>vår|höst|sommar|vinter)(?:en|n)? (?P<year>{_YEAR})"),
    ("years", rf"(?P<year>{_YEAR}) ?[-–—] ?(?P<to>{_YEAR})"),
)
_COMPILED = tuple((name, re.compile(rf"{form}(?P<mark>\*{{1,3}}|[a-zåäö])?", re.I)) for name, form in _FORMS)
FIND = re.compile(
    "|".join(f"(?:{re.sub(r'[?]P<[a-z0-9]+>', '?:', form)})" for _, form in reversed(_FORMS)), re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PrintedPeriod:
    """A period as printed: ``first`` is in it, ``end`` is not; both None while something must be asked.

    ``form`` is year, years, half, quarter, month, months or season; ``mark`` a star or letter glued to it.
    """

    text: str
    form: str
    first: date | None
    end: date | None
    mark: str = ""
    year: int | None = None

    @property
    def certain(self) -> bool:
        """Whether first and last day follow from what is printed."""
        return self.first is not None and self.end is not None


def read_period(text: str) -> PrintedPeriod | None:
    """Read a printed period, or return None when the text is something else.

    Examples
    --------
    >>> read_period("H1 2020").end
    datetime.date(2020, 7, 1)
    >>> read_period("2019*").mark
    '*'
    >>> read_period("jan–jun").certain
    False
    """
    bare = plain(text)
    for form, pattern in _COMPILED:
        found = pattern.fullmatch(bare)
        if found:
            return _period(text, form, found.groupdict())
    return None


def month_span(year: int, first: int, last: int) -> tuple[date, date]:
    """Return first day and the day after the last for the months ``first`` to ``last`` of a year."""
    until = year + (last < first)
    return date(year, first, 1), date(until + (last == 12), last % 12 + 1, 1)


def _period(text: str, form: str, parts: dict[str, str | None]) -> PrintedPeriod:
    mark = parts.get("mark") or ""
    printed_year = parts.get("year")
    year = int(printed_year) if printed_year else None
    span = None
    if year is None or form == "season":
        span = None
    elif form == "year":
        span = (date(year, 1, 1), date(year + 1, 1, 1))
    elif form == "years":
        last = int(parts["to"] or year)
        span = (date(year, 1, 1), date(last + 1, 1, 1)) if last > year else None
    elif form == "half":
        second = (parts.get("half") == "2") or (parts.get("word") or "").lower() in {
            "andra",
            "ht",
            "höstterminen",
        }
        span = month_span(year, 7, 12) if second else month_span(year, 1, 6)
    elif form == "quarter":
        start = 3 * int(parts["quarter"] or 1) - 2
        span = month_span(year, start, start + 2)
    elif form == "iso_month":
        span = month_span(year, int(parts["m1"] or 1), int(parts["m1"] or 1))
    else:
        first = _month(parts["a"])
        span = month_span(year, first, _month(parts.get("b") or parts["a"]))
    first_day, end = span or (None, None)
    return PrintedPeriod(text, form, first_day, end, mark, year)


def _month(text: str | None) -> int:
    return MONTHS.index((text or "jan")[:3].lower()) + 1


_CUT = re.compile(
    rf"(?P<year>{_YEAR})\b.*?(?:till? och med|t\.? ?o\.? ?m\.?|tom|fram till(?: och med)?)\s*"
    rf"(?:(?P<iso>{_YEAR}-[01][0-9]-[0-3][0-9])"
    rf"|(?P<day>[0-3]?[0-9])? ?(?P<month>{_MONTH})(?: (?P<y2>{_YEAR}))?)",
    re.IGNORECASE,
)


def cut_short(note: str) -> tuple[int, date] | None:
    """Return (year, day after the last) when a footnote says that a year is not whole.

    Examples
    --------
    >>> cut_short("2019 avser till och med 2019-10-31")
    (2019, datetime.date(2019, 11, 1))
    """
    found = _CUT.search(plain(note))
    if not found:
        return None
    year = int(found.group("year"))
    try:
        if found.group("iso"):
            return year, date.fromisoformat(found.group("iso")) + timedelta(days=1)
        month = _month(found.group("month"))
        if found.group("day"):
            return year, date(int(found.group("y2") or year), month, int(found.group("day"))) + timedelta(
                days=1
            )
        return year, month_span(int(found.group("y2") or year), month, month)[1]
    except ValueError:
        return None
