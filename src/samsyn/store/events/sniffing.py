"""Whether a cell holds a personal identity number, whatever its heading promises."""

from __future__ import annotations

import re

from samsyn.domain.guard_numbers import luhn

_BARE = re.compile(r"(?:19|20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01]|[6-8][0-9]|9[01])[-+ ]?[0-9]{4}")
_INSIDE = re.compile(
    r"(?<![0-9])(?:19|20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01]|[6-8][0-9]|9[01])[-+][0-9]{4}(?![0-9])"
)


def holds_identity_number(cell: str) -> bool:
    """Return whether a cell is or holds a Swedish personal or coordination number, its check digit right.

    Examples
    --------
    >>> holds_identity_number("19121212-1212"), holds_identity_number("2024-05-01 12:00")
    (True, False)
    """
    cell = cell.strip()
    whole = _BARE.fullmatch(cell)
    found = [whole.group()] if whole else _INSIDE.findall(cell)
    return any(luhn(re.sub("[^0-9]", "", one)[-10:]) for one in found)
