"""What is wrong with the rows of a table, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext

from samsyn.domain.row_problems import RowProblem


def problem_lines(problems: Iterable[RowProblem], columns: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the lines of the table that tells everything that needs mending."""
    lines = []
    for one in problems:
        facts = {name: value if value else "–" for name, value in one.facts}
        lines.append(
            {
                "number": one.row,
                "column": columns.get(one.column, one.column),
                "cell": one.cell[:60],
                "says": gettext(one.says) % facts,
                "mend": gettext(one.mend) % facts,
            }
        )
    return lines
