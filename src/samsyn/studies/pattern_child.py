"""The process in which τ-ARGUS runs: counts in on standard input, hidden cells out on standard output."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import Any


def main(folder: str) -> None:
    """Read the question, protect the table in ``folder`` and write what is hidden for others' sake."""
    import numpy as np
    import pandas as pd

    asked = json.load(sys.stdin)
    cells = np.array(asked["cells"], dtype=np.int64).reshape(-1, 3)
    rows, columns, counts = cells.T
    # The program counts respondents by itself, so each person is a row.
    persons = pd.DataFrame(
        {
            "A": np.repeat([f"r{row:06d}" for row in rows], counts),
            "B": np.repeat([f"c{column:06d}" for column in columns], counts),
            "n": 1,
        }
    )
    # It prints as it works; the answer must be alone on the last line.
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        from pytauargus import protect

        # Of two-way tables the modular choice is proved best for each part, and quick.
        done = protect(
            persons,
            tables=["A", "B"],
            response="n",
            safety_rules=f"FREQ({asked['k']},20)",
            suppress="MOD(1)",
            workdir=folder,
        )
        frame: Any = done.tables[0].dataframe()
    hidden = frame[frame["status"].isin(["M", "D"])]
    told = [[_number(row), _number(column)] for row, column in zip(hidden["A"], hidden["B"], strict=True)]
    sys.stdout.write("\n" + json.dumps({"hidden": told}) + "\n")


def _number(code: Any) -> int | None:
    text = str(code).strip()
    return int(text[1:]) if text[:1] in ("r", "c") and text[1:].isdigit() else None


if __name__ == "__main__":
    main(sys.argv[1])
