"""The laws that mandates rest on, as dated data: never a section number in code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from samsyn.domain.errors import SamsynError


class UnknownLaw(SamsynError):
    """The table of laws lacks the reference."""

    code = "SAM064"
    template = "The table of laws has no %(law)s."
    mend = "Choose one of: %(known)s."


@dataclass(frozen=True, slots=True)
class LawRef:
    """One law or part of it in the wording that holds from a day; not legal advice.

    ``valid_to`` is the first day it no longer holds. ``check`` asks for a lawyer's eye before use.
    """

    code: str
    name: str
    section: str
    about_sv: str
    about_en: str
    valid_from: date
    valid_to: date | None
    check: bool

    @property
    def number(self) -> str:
        """The number in the statute book."""
        return self.code.partition("-")[0]

    @property
    def title(self) -> str:
        """Name, number and section, as it is written in a decision.

        Examples
        --------
        >>> law("2023:421").title
        'Lagen om ordningsvakter (2023:421) 7 §'
        """
        return f"{self.name} ({self.number}) {self.section}".strip()

    def holds(self, day: date) -> bool:
        """Return whether the law holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@cache
def laws() -> dict[str, LawRef]:
    """Return every law by its code, in the order of the file."""
    text = files("samsyn.domain").joinpath("laws.toml").read_text(encoding="utf-8")
    found = [
        LawRef(
            code=entry["code"],
            name=entry["name"],
            section=entry["section"],
            about_sv=entry["about_sv"],
            about_en=entry["about_en"],
            valid_from=entry["valid_from"],
            valid_to=entry.get("valid_to"),
            check=entry["check"],
        )
        for entry in tomllib.loads(text)["law"]
    ]
    return {one.code: one for one in found}


def law(code: str) -> LawRef:
    """Return a law by its code.

    Raises
    ------
    UnknownLaw
        The table lacks it.
    """
    if code not in laws():
        raise UnknownLaw(law=code, known=", ".join(laws()))
    return laws()[code]


def in_force(day: date) -> list[LawRef]:
    """Return the laws that hold on a day."""
    return [one for one in laws().values() if one.holds(day)]
