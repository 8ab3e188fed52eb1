"""A table about persons is refused whole, before anything else is read from it."""

from __future__ import annotations

import re
from itertools import pairwise

from samsyn.store.tables.reading import RawTable

_HEADING = re.compile(
    r"person(?:nummer|nr|-?id|er? id)|p-?nr|pnr|(?:för|efter|till)?namn|namn och .*|misstänkt(?:s|e|es)?[ _-]?(?:id|namn|person)?"
    r"|misst[ _-]id|målsägande(?:ns)?[ _-]?(?:namn|id)?|k-?n(?:umme)?r|dnr|diarienummer|ärendenummer|telefon(?:nummer)?"
    r"|(?:bostads|hem)?adress|födelse(?:datum|år|tid)|e-?post|signalement",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![0-9])(?:19|20)?[0-9]{2}[01][0-9][0-3678][0-9][-+][0-9]{4}(?![0-9])")


def person_columns(raw: RawTable) -> tuple[str, ...]:
    """Return the headings that speak of persons, and a word for any personal identity number.

    Parameters
    ----------
    raw
        The source.

    Returns
    -------
    tuple of str
        Empty when the table may be read on. Identity numbers are never repeated in it.
    """
    found: list[str] = []
    for line in raw.lines:
        for cell in line:
            if _HEADING.fullmatch(cell.plain):
                found.append(cell.plain)
            if _NUMBER.search(cell.plain):
                found.append("personnummer")
    if raw.form == "blanks":
        for line in raw.lines:
            words = line[0].plain.split() if line else []
            # Headings divided by blanks: several short words, one of them about persons.
            if 1 < len(words) <= 8 and any(re.search(r"[0-9]", word) is None for word in words):
                pairs = [*words, *(f"{a} {b}" for a, b in pairwise(words))]
                found += [word for word in pairs if re.fullmatch(r"personnummer|personnr|pnr|förnamn|efternamn", word, re.I)]
    return tuple(dict.fromkeys(found))
