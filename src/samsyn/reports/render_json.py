"""Findings as the documented JSON: UTF-8, stable key order, one trailing newline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from samsyn.studies.findings import SituationFindings

SCHEMA = Path(__file__).resolve().parent / "lagesbild.schema.json"


def render(findings: SituationFindings) -> bytes:
    """Return the findings as JSON; see docs/reference/lagesbild-json.md."""
    text = json.dumps(findings.to_dict(), ensure_ascii=False, indent=2, allow_nan=False)
    return (text + "\n").encode()


def schema() -> dict[str, Any]:
    """Return the JSON schema of the format."""
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found
