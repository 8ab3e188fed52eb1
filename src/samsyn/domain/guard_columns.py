"""Columns that lead to persons, found by their headings before anything else of a file is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from samsyn.domain.errors import SamsynError
from samsyn.domain.guard_rules import raw_rules
from samsyn.domain.guard_text import normalise

COLUMN_REASONS: dict[str, str] = raw_rules()["column_reasons"]
"""Why a column is refused, by reason code; English message ids."""

_COUNTS = ("antal_", "andel_", "summa_", "number_of_", "count_of_")

NEVER_MAPPED = frozenset(("personal_number", "name", "suspect", "case_number", "address"))
"""Reasons that no mapping may take a column in for; such a column can only be left unread."""


@dataclass(frozen=True, slots=True)
class PersonColumn:
    """A heading that leads to persons: as written, its place from 0, and the reason code."""

    heading: str
    index: int
    reason: str


class PersonColumns(SamsynError):
    """A file has columns about persons. Nothing of it is kept."""

    code = "SAM044"
    template = "%(file)s has columns that lead to persons: %(columns)s."
    mend = "Take the columns out of the file, or list them under 'ignore' in the mapping, and load it again."


def scan_columns(headings: Iterable[str], *, ignore: Iterable[str] = ()) -> list[PersonColumn]:
    """Return the columns that lead to persons, with the reason for each.

    Use on the header row before any other row is read. Not a test of the cells: a column with an
    innocent heading may still hold names, so text columns are checked with ``check_text`` too.

    Parameters
    ----------
    headings : iterable of str, shape (n_columns,)
        The header row.
    ignore : iterable of str
        Headings that the mapping leaves unread past the header.

    Returns
    -------
    list of PersonColumn
        Empty when the file may be read.

    Examples
    --------
    >>> [(c.heading, c.reason) for c in scan_columns(["Basområde", "Personnummer", "K-nummer", "Antal"])]
    [('Personnummer', 'personal_number'), ('K-nummer', 'case_number')]
    """
    unread = {_key(heading) for heading in ignore}
    harmless = frozenset(raw_rules()["column_exceptions"].split())
    found = []
    for index, heading in enumerate(headings):
        key = _key(str(heading))
        if key in unread or key in harmless or key.startswith(_COUNTS):
            continue
        reason = next((reason for reason, pattern in _patterns() if pattern.search(key)), None)
        if reason:
            found.append(PersonColumn(str(heading), index, reason))
    return found


def describes_person(heading: str) -> bool:
    """Return whether a heading is of what somebody is: age, sex, origin, or a part in what happened.

    Use on what would be kept with each event. Such a column may lie unread in a file.

    Examples
    --------
    >>> [describes_person(name) for name in ("Ålder", "Vict Sex", "Misstänkt", "Plats", "Antal offer")]
    [True, True, True, False, False]
    """
    key = _key(heading)
    return not key.startswith(_COUNTS) and bool(_of_persons().search(key))


def refuse_person_columns(file: str, headings: Iterable[str], *, ignore: Iterable[str] = ()) -> None:
    """Refuse a file that has columns about persons, naming each.

    Parameters
    ----------
    file : str
        The name to show.
    headings : iterable of str, shape (n_columns,)
        The header row.
    ignore : iterable of str
        Headings that the mapping leaves unread.

    Raises
    ------
    PersonColumns
        One or more columns lead to persons.

    Examples
    --------
    >>> refuse_person_columns("a.csv", ["basområde", "antal"])
    """
    found = scan_columns(headings, ignore=ignore)
    if found:
        raise PersonColumns(file=file, columns=", ".join(one.heading.strip() for one in found))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((one["reason"], re.compile(one["regex"])) for one in raw_rules()["columns"])


@cache
def _of_persons() -> re.Pattern[str]:
    return re.compile(raw_rules()["person_attributes"])


def _key(heading: str) -> str:
    """Return a heading in lower case without accents, words joined by one underscore."""
    spaced = re.sub("(?<=[a-zåäö])(?=[A-ZÅÄÖ])", "_", normalise(heading).plain.strip())
    plain = "".join(c for c in unicodedata.normalize("NFD", spaced) if unicodedata.category(c) != "Mn")
    return re.sub("[^a-z0-9]+", "_", plain.lower()).strip("_")
