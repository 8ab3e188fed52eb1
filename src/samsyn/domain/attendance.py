"""Who takes part in the meetings, counted by function and never by person.

A function that is one or two people is a person with a title: its figures are counted together with
other small functions, or not shown at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST_FOR_A_FIGURE_OF_ITS_OWN = 2


@dataclass(frozen=True, slots=True)
class Participation:
    """How often one function took part.

    Parameters
    ----------
    function : str
        Its name with its organisation.
    invited : int
        Meetings held while it had a seat or was invited.
    attended : int
        How many of them it took part in.
    large_enough : bool
        Whether the function is five people or more.
    own : bool
        Whether the reader acts for it; one always sees one's own.
    """

    function: str
    invited: int
    attended: int
    large_enough: bool
    own: bool = False

    @property
    def share(self) -> float | None:
        """The share of the meetings it took part in, or None where there were none."""
        return self.attended / self.invited if self.invited else None


@dataclass(frozen=True, slots=True)
class ParticipationTable:
    """What a reader may see of the participation.

    Parameters
    ----------
    rows : tuple of Participation
        Functions of five people or more, and the reader's own; the most frequent first.
    small : Participation or None
        All others together, when they are at least two.
    hidden : int
        How many functions are shown in no row of their own.
    """

    rows: tuple[Participation, ...]
    small: Participation | None
    hidden: int


def participation_table(functions: Iterable[Participation], small_name: str) -> ParticipationTable:
    """Return participation with small functions counted together.

    Parameters
    ----------
    functions : iterable of Participation
        One for each function.
    small_name : str
        What the row of small functions is called.

    Returns
    -------
    ParticipationTable
        A single small function is left out altogether: alone in its row it would be named by it.
    """
    every = list(functions)
    shown = [one for one in every if one.large_enough or one.own]
    others = [one for one in every if not (one.large_enough or one.own)]
    small = _together(others, small_name) if len(others) >= FEWEST_FOR_A_FIGURE_OF_ITS_OWN else None
    ordered = sorted(shown, key=lambda one: (-(one.share or 0), one.function))
    return ParticipationTable(tuple(ordered), small, len(others))


def _together(functions: Sequence[Participation], name: str) -> Participation:
    return Participation(
        name,
        sum(one.invited for one in functions),
        sum(one.attended for one in functions),
        large_enough=True,
    )
