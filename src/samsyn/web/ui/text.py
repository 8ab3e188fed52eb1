"""Slugs, search text and Swedish order: SQLite neither folds nor sorts å, ä and ö."""

from __future__ import annotations

import re
import unicodedata

_ORDER = str.maketrans(
    {"å": "z\u0001", "ä": "z\u0002", "æ": "z\u0002", "ö": "z\u0003", "ø": "z\u0003", "é": "e", "ü": "y"}
)


def make_slug(text: str) -> str:
    """Return the text as it stands in an address: ASCII, lower case, hyphens.

    >>> make_slug("Hässelby torg, södra")
    'hasselby-torg-sodra'
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "plats"


def search_text(*parts: str) -> str:
    """Return the words of some texts, folded for finding."""
    return " ".join(" ".join(parts).casefold().split())


def swedish_key(text: str) -> str:
    """Return a key that sorts as a Swedish reader expects, in any database."""
    return " ".join(text.casefold().split()).translate(_ORDER)
