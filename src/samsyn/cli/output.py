"""How every command answers: text for people, JSON for programs, refusals with their mend."""

from __future__ import annotations

import gettext
import json
import os
import sys
from pathlib import Path
from typing import Any

from samsyn.domain.errors import SamsynError


def language() -> str:
    """Return the language of the terminal: SAMSYN_LANGUAGE, else Swedish."""
    return os.environ.get("SAMSYN_LANGUAGE", "sv")[:2]


def translate(text: str) -> str:
    """Return a message id in the terminal's language."""
    locale = Path(__file__).resolve().parent.parent / "locale"
    return gettext.translation("django", locale, [language()], fallback=True).gettext(text)


def print_json(content: Any) -> None:
    """Print one JSON document."""
    print(json.dumps(content, ensure_ascii=False, indent=2, default=str))


def refuse(error: SamsynError, *, as_json: bool) -> int:
    """Print an error with its mend and return exit code 2."""
    what = translate(error.template) % error.facts
    mend = translate(error.mend) % error.facts
    if as_json:
        facts = {name: str(value) for name, value in error.facts.items()}
        print_json({"error": {"code": error.code, "what": what, "mend": mend, "facts": facts}})
    else:
        print(f"{error.code}: {what}\n{mend}", file=sys.stderr)
    return 2
