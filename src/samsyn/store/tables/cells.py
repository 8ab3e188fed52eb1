"""One printed cell: what number it holds, if any, and the marks that somebody has to explain."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

DASHES = "-–—−‐‑‒"
SPACES = "\u00a0\u202f\u2009\u2007\u2002\u2003"
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍ", "0123456789abcdefg")
_WHOLE = r"[0-9]{1,3}(?: [0-9]{3})+|[0-9]+"
_NUMBER = re.compile(rf"(?P<sign>[-−–])?(?P<whole>{_WHOLE})(?P<rest>[,.][0-9]+)?")
_PAIR = re.compile(r"(?P<first>[^()\[\]]*[^()\[\]\s])\s*[(\[](?P<second>[^()\[\]]*)[)\]]")
_GLUED = re.compile(r"(?P<body>.*[0-9%)\]])\s?(?P<mark>[⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍ]+|[a-k]|[*†‡]+)")
_PERCENT_DIGIT = re.compile(r"(?P<body>.*%)(?P<mark>[0-9]{1,2})")
_HIDDEN = re.compile(r"<\s?[0-9]+|skyddas|skyddad|sekretess|x", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Printed:
    """What one printed cell says.

    ``mark`` is empty for a plain number; else it names the sign that stands instead of a number
    (``dash``, ``dots``, ``dot``, ``blank``, ``star``, ``ellipsis``, ``hidden``) or ``unreadable``.
    ``second`` is the figure in brackets of an ``a (b)`` cell. ``glued`` holds a footnote sign that sits on
    the number. ``doubt`` names a reading that two countries write differently (``decimal_dot``,
    ``decimal_comma``).
    """

    text: str
    value: Decimal | None = None
    mark: str = ""
    percent: bool = False
    glued: str = ""
    bracketed: bool = False
    second: Printed | None = None
    doubt: str = ""

    @property
    def readable(self) -> bool:
        """Whether the cell holds a number or a sign that is known to stand for one."""
        return self.mark != "unreadable"


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    r"""Return the text with every kind of blank as one space and none at the ends.

    Examples
    --------
    >>> plain(" Mot\tman ")
    'Mot man'
    """
    for blank in SPACES:
        text = text.replace(blank, " ")
    return re.sub(r"\s+", " ", text.replace("\u200b", "").replace("\ufeff", "")).strip()


@lru_cache(maxsize=20_000)
def read_cell(text: str) -> Printed:
    """Read one printed cell without deciding what its signs mean.

    Use for a cell that stands where a figure is expected. Not for headings.

    Parameters
    ----------
    text
        The printed text.

    Returns
    -------
    Printed
        The number and the marks; ``mark == "unreadable"`` when it is neither.

    Examples
    --------
    >>> read_cell("22 235").value
    Decimal('22235')
    >>> read_cell("1 (2)").second.value
    Decimal('2')
    >>> read_cell("–").mark
    'dash'
    """
    bare = plain(text)
    sign = _sign(bare)
    if sign:
        return Printed(text, mark=sign)
    whole = re.fullmatch(r"[(\[](.+)[)\]]", bare)
    if whole and not re.search(r"[()\[\]]", whole.group(1)):
        inner = _number(text, whole.group(1))
        return replace(inner, bracketed=True) if inner.readable else inner
    pair = _PAIR.fullmatch(bare)
    if pair:
        first, second = read_cell(pair.group("first")), read_cell(pair.group("second"))
        if first.readable and second.readable and first.mark != "blank" and second.mark != "blank":
            return replace(first, text=text, second=second)
        return Printed(text, mark="unreadable")
    return _number(text, bare)


def _sign(bare: str) -> str:
    if not bare:
        return "blank"
    if len(bare) <= 2 and all(c in DASHES for c in bare):
        return "dash"
    if bare in {"..", ". ."}:
        return "dots"
    if bare == ".":
        return "dot"
    if re.fullmatch(r"\*{1,3}", bare):
        return "star"
    if re.fullmatch(r"…|\.\.\.|[\[(]\s?(…|\.\.\.)\s?[\])]", bare):
        return "ellipsis"
    if _HIDDEN.fullmatch(bare):
        return "hidden"
    return ""


def _number(text: str, bare: str) -> Printed:
    glued = ""
    for pattern in (_PERCENT_DIGIT, _GLUED):
        found = pattern.fullmatch(bare)
        if found:
            bare, glued = found.group("body").strip(), found.group("mark").translate(_SUPERSCRIPTS)
            break
    percent = bare.endswith("%")
    bare = bare.rstrip("%").rstrip() if percent else bare
    found = _NUMBER.fullmatch(bare)
    if not found or bare.count("%"):
        return Printed(text, mark="unreadable")
    whole, rest = found.group("whole").replace(" ", ""), found.group("rest") or ""
    doubt = ""
    if rest and len(rest) == 4 and len(whole) <= 3 and whole != "0" and " " not in found.group("whole"):
        doubt = "decimal_dot" if rest[0] == "." else "decimal_comma"
    value = Decimal(whole + rest.replace(",", "."))
    return Printed(text, -value if found.group("sign") else value, percent=percent, glued=glued, doubt=doubt)


@lru_cache(maxsize=20_000)
def segmentations(tokens: tuple[str, ...], wanted: int, ceiling: int = 12) -> tuple[tuple[str, ...], ...]:
    """Return every way to join blank-separated tokens into ``wanted`` printed cells.

    A space may be a thousands separator (``22 235``), stand before ``%`` or before a bracket; only groups
    that a typesetter would print are tried. More than one way means that somebody has to be asked.

    Parameters
    ----------
    tokens
        The tokens of the row after its label.
    wanted
        Number of cells that the heading has.
    ceiling
        Stop after so many ways; two are enough to know that the row is not certain.

    Returns
    -------
    tuple of tuple of str
        Each way as printed cells.

    Examples
    --------
    >>> segmentations(("22", "235", "22", "996"), 2)
    (('22 235', '22 996'),)
    """
    found: list[tuple[str, ...]] = []
    lone = len(tokens)

    def walk(start: int, done: tuple[str, ...]) -> None:
        if len(found) >= ceiling or len(done) > wanted:
            return
        if start == lone:
            if len(done) == wanted:
                found.append(done)
            return
        if wanted - len(done) > lone - start:
            return
        for stop in range(start + 1, min(start + 6, lone) + 1):
            joined = " ".join(tokens[start:stop])
            if _one_cell(joined):
                walk(stop, (*done, joined))

    walk(0, ())
    return tuple(found)


_CELL = re.compile(
    rf"(?:[-−–]?(?:[1-9][0-9]{{0,2}}(?: [0-9]{{3}})+|[0-9]+)(?:[,.][0-9]+)?(?: ?%[0-9]{{0,2}})?"
    rf"[a-k*†‡]{{0,2}}"
    rf"|[{DASHES}]|\.\.?|\*|…|\[…\]|<[0-9]+|<\s[0-9]+)"
    rf"(?: ?[(\[](?:{_WHOLE}|[{DASHES}]|\.\.)(?:[,.][0-9]+)?(?: ?%)?[)\]])?"
    rf"|[(\[](?:{_WHOLE}|[{DASHES}])[)\]]"
)


def _one_cell(joined: str) -> bool:
    return bool(_CELL.fullmatch(joined))


@lru_cache(maxsize=20_000)
def numeric(token: str) -> bool:
    """Whether a token may be a part of a printed figure: digits, a sign for none, a per cent, a bracket."""
    return bool(
        re.fullmatch(
            rf"[-−–]?[(\[]?[0-9]+(?:[,.][0-9]+)?%?[0-9]{{0,2}}[)\]]?[a-k*†‡]{{0,2}}|[{DASHES}]|\.\.?|\*|…|\[…\]|%[0-9]?"
            r"|<[0-9]*|[(\[][-–][)\]]",
            token,
        )
    )
