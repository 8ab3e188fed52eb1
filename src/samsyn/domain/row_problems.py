"""What is wrong with a row of a pasted table, said so that whoever pasted it can mend it."""

from __future__ import annotations

from dataclasses import dataclass, field

# What happened and how to mend it, by code; English message ids with named placeholders.
PROBLEMS: dict[str, tuple[str, str]] = {
    "column_missing": (
        "The table has no column %(column)s.",
        "Write the headings in the first row: %(known)s.",
    ),
    "cell_empty": ("The cell is empty.", "Fill it in, or take the row away."),
    "day_unreadable": ("This is no date.", "Write the date as 2026-11-21."),
    "clock_unreadable": ("This is no time of day.", "Write the time as 07:00, 7 or 22.30."),
    "clock_skipped": (
        "The clock goes from 02 to 03 that night; the time does not exist.",
        "Write 03:00, or a time before 02:00.",
    ),
    "shift_too_long": ("The shift would be longer than a day.", "Split it into one row for each day."),
    "shift_empty": ("The shift begins and ends at the same time.", "Write 24:00 if it lasts until midnight."),
    "function_unknown": ("There is no such function here.", "Nearest: %(near)s."),
    "sub_place_unknown": ("The place has no such part.", "Nearest: %(near)s."),
    "shift_overlaps_row": (
        "The shift runs at the same time as the one in row %(other)s.",
        "Take one of them away, or change the times.",
    ),
    "shift_overlaps_kept": (
        "The function already has a shift then.",
        "Cancel the earlier one, or take the row away.",
    ),
    "kind_unknown": ("There is no such kind of thing.", "Nearest: %(near)s."),
    "organisation_unknown": ("There is no such organisation here.", "Nearest: %(near)s."),
    "coordinate_unreadable": (
        "This is no coordinate in Sweden.",
        "Write latitude and longitude in degrees, for example 59.3325 and 18.0649.",
    ),
    "name_twice": (
        "The name is there twice, or stands in the register already.",
        "Give it a name of its own.",
    ),
    "text_too_long": ("The text is too long.", "Use at most %(most)s characters."),
    "text_refused": ("The text may lead to a person and was not saved.", "Describe the thing, nobody."),
}


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing that is wrong: the row as it is numbered in the pasted text, the column, and why.

    ``cell`` is what stands there; show it to the writer only.
    """

    row: int
    column: str
    code: str
    cell: str = field(default="", repr=False)
    facts: tuple[tuple[str, object], ...] = ()

    @property
    def says(self) -> str:
        """What happened, as a message id."""
        return PROBLEMS[self.code][0]

    @property
    def mend(self) -> str:
        """How to mend it, as a message id."""
        return PROBLEMS[self.code][1]


def nearest(word: str, known: list[str], most: int = 3) -> str:
    """Return the known words nearest to one, or the first of them when none is near.

    Examples
    --------
    >>> nearest("ungdomsjour", ["Ungdomsjouren", "Socialjouren"])
    'Ungdomsjouren'
    """
    import difflib

    folded = {one.casefold(): one for one in known}
    close = difflib.get_close_matches(word.casefold(), list(folded), n=most, cutoff=0.6)
    return ", ".join(folded[one] for one in close) or ", ".join(sorted(known)[:most])
