"""A table about persons is refused whole, before anything else is read from it."""

from __future__ import annotations

import re
from itertools import pairwise

from samsyn.domain.guard_columns import scan_columns
from samsyn.store.tables.cells import read_cell
from samsyn.store.tables.reading import RawTable

_HEADING = re.compile(
    r"person(?:nummer|nr|-?id|er? id)|p-?nr|pnr|(?:för|efter|till)?namn|namn och .*"
    r"|misstänkt(?:s|e|es)?[ _-]?(?:id|namn|person)?|misst[ _-]id|målsägande(?:ns)?[ _-]?(?:namn|id)?"
    r"|k-?n(?:umme)?r|dnr|diarienummer|ärendenummer|telefon(?:nummer)?|(?:bostads|hem)?adress"
    r"|födelse(?:datum|år|tid)|e-?post|signalement",
    re.IGNORECASE,
)
_AMONG_WORDS = re.compile(r"personnummer|personnr|pnr|förnamn|efternamn|misstänkt-?id", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![0-9])(?:19|20)?[0-9]{2}[01][0-9][0-3678][0-9][-+][0-9]{4}(?![0-9])")


def person_columns(raw: RawTable) -> tuple[str, ...]:
    """Return the headings that speak of persons, and a word for any personal identity number.

    Use first of all. Identity numbers are never repeated in the answer.

    Parameters
    ----------
    raw
        The source.

    Returns
    -------
    tuple of str
        Empty when the table may be read on.
    """
    found: list[str] = []
    for line in raw.lines:
        texts = [cell.plain for cell in line if cell.plain]
        found += [text for text in texts if _HEADING.fullmatch(text)]
        found += ["personnummer" for text in texts if _NUMBER.search(text)]
        if len(texts) > 1 and not any(read_cell(text).readable for text in texts):
            found += [column.heading for column in scan_columns(texts)]
        if raw.form == "blanks" and len(texts) == 1:
            found += _among_words(texts[0].split())
    return tuple(dict.fromkeys(found))


def _among_words(words: list[str]) -> list[str]:
    """Return headings about persons in a line of headings that blanks divide."""
    if not 1 < len(words) <= 10:
        return []
    pairs = [*words, *(f"{one} {two}" for one, two in pairwise(words))]
    return [word for word in pairs if _AMONG_WORDS.fullmatch(word)]
