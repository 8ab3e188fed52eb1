"""The free-text guard: what may not be saved because it leads to a person.

The same rules run in the browser before a text is sent (``guard.js`` with the file that
``python -m samsyn.domain.guard --browser`` prints) and here before it is saved. A text that is
stopped is stored nowhere, also not in a log or an error.
"""

from __future__ import annotations

import bisect
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from samsyn.domain.errors import SamsynError
from samsyn.domain.guard_names import find_names
from samsyn.domain.guard_numbers import Surroundings, find_numbers, national_number
from samsyn.domain.guard_people import find_descriptions, find_sensitive, find_urgent
from samsyn.domain.guard_rules import browser_rules, rules
from samsyn.domain.guard_text import Finding, normalise, tokens_of

LONGEST_TEXT = 200_000
SHORTEST_REASON = 10

HINTS: dict[str, str] = rules().raw["hints"]
"""What to write instead, by hint code; English message ids."""

KINDS: dict[str, str] = rules().raw["kinds"]
"""What was found, by kind; English message ids."""


class Severity(StrEnum):
    """A hard stop holds always; a soft one may be overridden with a reason."""

    HARD = "hard"
    SOFT = "soft"


@dataclass(frozen=True, slots=True)
class GuardContext:
    """What the workspace knows that makes a text harmless.

    Parameters
    ----------
    allowed_names : iterable of str
        Names of places, organisations, methods and staff functions that look like names of persons.
    function_numbers : iterable of str
        Telephone numbers of functions, in any way of writing.
    area_codes : iterable of str
        Codes of areas that could be read as a date, such as 101025.
    """

    allowed_names: Iterable[str] = ()
    function_numbers: Iterable[str] = ()
    area_codes: Iterable[str] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One stretch of the original text that leads to a person.

    ``start`` and ``end`` are positions in the text as it was given, ``matched`` is what stands there.
    Show ``matched`` to the writer only: it must never reach a log.
    """

    kind: str
    severity: Severity
    start: int
    end: int
    matched: str = field(repr=False)
    hint_code: str


@dataclass(frozen=True, slots=True)
class GuardResult:
    """All hits in a text, in the order they stand."""

    hits: tuple[Hit, ...]

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing was found."""
        return not self.hits

    @property
    def has_hard(self) -> bool:
        """Tell whether something was found that can never be saved."""
        return any(hit.severity is Severity.HARD for hit in self.hits)

    @property
    def has_soft(self) -> bool:
        """Tell whether something was found that staff may save with a reason."""
        return any(hit.severity is Severity.SOFT for hit in self.hits)

    @property
    def is_urgent(self) -> bool:
        """Tell whether the text looks like an emergency: show 112 and the routine, save nothing."""
        return any(hit.kind == "acute" for hit in self.hits)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds found, each once, in the order they stand."""
        return tuple(dict.fromkeys(hit.kind for hit in self.hits))

    @property
    def hint_codes(self) -> tuple[str, ...]:
        """Return the hint codes, each once, the emergency first."""
        codes = dict.fromkeys(hit.hint_code for hit in self.hits)
        return tuple(sorted(codes, key=lambda code: code != "call_112"))


class TextRefused(SamsynError):
    """A text that leads to a person is not saved. The text itself is not in the error.

    ``result`` holds the hits for the page that shows the writer what was marked.
    """

    code = "SAM040"
    template = "The text was not saved: it holds %(kinds)s."
    mend = "%(hint)s"

    def __init__(self, *, result: GuardResult) -> None:
        self.result = result
        super().__init__(
            kinds=", ".join(KINDS[kind] for kind in result.kinds),
            hint=" ".join(HINTS[code] for code in result.hint_codes),
        )


class ReasonTooShort(SamsynError):
    """A soft stop was overridden without saying why."""

    code = "SAM041"
    template = "The reason for saving anyway has %(length)s characters."
    mend = "Say in at least %(wanted)s characters why the text leads to no person."


class ReasonRefused(SamsynError):
    """The reason for an override is text too, and is kept in the log."""

    code = "SAM043"
    template = "The reason for saving anyway leads to a person itself."
    mend = "Write the reason without names, numbers and descriptions."


class TextTooLong(SamsynError):
    """A text is longer than the guard reads."""

    code = "SAM042"
    template = "The text has %(length)s characters; at most %(most)s are read at a time."
    mend = "Split the text, or upload the table as a file."


def check_text(text: str, *, context: GuardContext | None = None, today: date) -> GuardResult:
    """Return every stretch of a text that leads to a person, or that is an emergency.

    Use before saving or showing any text that people write: notes, captions, file names, calendar
    entries, quotes. Not for columns of a data file: use ``scan_columns``.

    Parameters
    ----------
    text : str
        The text as it was given.
    context : GuardContext, optional
        What the workspace knows to be harmless.
    today : date
        The day that ages are counted from.

    Returns
    -------
    GuardResult
        The hits in the order they stand, with positions in the original text.

    Raises
    ------
    TextTooLong
        The text has more characters than the guard reads.

    Examples
    --------
    >>> day = date(2026, 11, 20)
    >>> check_text("Belysningen vid trappan mot Sergels torg är trasig", today=day).is_clean
    True
    >>> [(h.kind, str(h.severity), h.start) for h in check_text("Ring 640823-3234", today=day).hits]
    [('personal_number', 'hard', 5)]
    """
    if len(text) > LONGEST_TEXT:
        raise TextTooLong(length=len(text), most=LONGEST_TEXT)
    context = context or GuardContext()
    normal = normalise(text)
    around = Surroundings(
        normal,
        today,
        frozenset(code.replace(" ", "") for code in context.area_codes),
        frozenset(national_number(number) for number in context.function_numbers),
    )
    tokens = tokens_of(normal)
    names = list(find_names(normal, tokens, context.allowed_names))
    named = tuple((name.start, name.end) for name in names)
    found = [
        *_without_overlap(find_numbers(around)),
        *names,
        *find_descriptions(normal, tokens, today, named),
        *_without_overlap(find_sensitive(normal, tokens)),
        *_without_overlap(find_urgent(normal)),
    ]
    hits = []
    for one in sorted(found, key=lambda f: (f.start, -f.end, f.kind)):
        start, end = normal.span(one.start, one.end)
        hits.append(Hit(one.kind, Severity(one.severity), start, end, text[start:end], one.hint))
    return GuardResult(tuple(hits))


def check_saveable(
    text: str,
    override_reason: str | None = None,
    *,
    context: GuardContext | None = None,
    today: date,
) -> GuardResult:
    """Return the result of a text that may be saved, or refuse it.

    Use in the service that saves. A result with soft hits that comes back was overridden: log the
    reason and the kinds, never the text, and put it in the data protection officer's sample.

    Parameters
    ----------
    text : str
        The text as it was given.
    override_reason : str, optional
        Why a text with soft hits leads to no person. Hard hits are never overridden.
    context : GuardContext, optional
        What the workspace knows to be harmless.
    today : date
        The day that ages are counted from.

    Returns
    -------
    GuardResult
        Clean, or with soft hits that the reason covers.

    Raises
    ------
    TextRefused
        A hard hit, or a soft hit without a reason.
    ReasonTooShort
        The reason says too little.
    ReasonRefused
        The reason itself leads to a person.

    Examples
    --------
    >>> check_saveable("Trappan är trasig", today=date(2026, 11, 20)).is_clean
    True
    """
    result = check_text(text, context=context, today=today)
    if result.is_clean:
        return result
    if result.has_hard or override_reason is None:
        raise TextRefused(result=result)
    reason = override_reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise ReasonTooShort(length=len(reason), wanted=SHORTEST_REASON)
    if check_text(reason, context=context, today=today).has_hard:
        raise ReasonRefused
    return result


def _without_overlap(found: Iterable[Finding]) -> list[Finding]:
    """Keep one of the findings that overlap: the hard before the soft, then the longer."""
    kept: list[tuple[int, int]] = []
    result: list[Finding] = []
    for one in sorted(found, key=lambda f: (f.severity, f.start - f.end, f.start)):
        place = bisect.bisect_left(kept, (one.start, one.end))
        clear_before = place == 0 or kept[place - 1][1] <= one.start
        if clear_before and (place == len(kept) or kept[place][0] >= one.end):
            kept.insert(place, (one.start, one.end))
            result.append(one)
    return result


def main(arguments: list[str]) -> int:
    """Print the browser's rules; the only thing this module does as a command."""
    if arguments != ["--browser"]:
        sys.stderr.write("usage: python -m samsyn.domain.guard --browser\n")
        return 2
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(browser_rules())
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
