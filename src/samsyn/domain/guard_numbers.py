"""Numbers and addresses that lead to a person: what a pattern caught is tried before it counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from samsyn.domain.guard_rules import rules
from samsyn.domain.guard_text import Finding, NormalText

_NUMBER = re.compile("[0-9]+(?:[.,:][0-9]+)?%?")
_AFTER_THOUSANDS = re.compile("[0-9] $")
_THOUSANDS = re.compile("0[0-9]{2} {1,3}[0-9 ]+$")
_NEARBY = 200
_SIX_AND_FOUR = re.compile("(?<![0-9])[0-9]{2} ?[0-9]{2} ?[0-9]{2} {1,3}[0-9]{4}(?![0-9])")


@dataclass(frozen=True)
class Surroundings:
    """What a check may look at beside the match itself."""

    text: NormalText
    today: date
    area_codes: frozenset[str]
    function_numbers: frozenset[str]

    def line(self, start: int) -> tuple[int, int]:
        """Return where the line of a position begins and ends."""
        end = self.text.low.find("\n", start)
        return self.text.low.rfind("\n", 0, start) + 1, len(self.text.low) if end < 0 else end

    def in_number_row(self, start: int, end: int) -> bool:
        """Tell whether a stretch stands in a row of a pasted table rather than in a sentence."""
        low = self.text.low
        first, last = self.line(start)
        rest = low[max(first, start - _NEARBY) : start] + " " + low[end : min(last, end + _NEARBY)]
        if len(rules().word.findall(rest)) > 4:
            return False
        if len(_NUMBER.findall(rest)) >= 2:
            return True
        beside = [
            low[a : min(b, a + _NEARBY)]
            for a, b in (self._line_before(first), self._line_after(last))
            if b > a
        ]
        return any(
            len(_NUMBER.findall(line)) >= 2 and len(rules().word.findall(line)) <= 4 for line in beside
        )

    def _line_before(self, first: int) -> tuple[int, int]:
        return (self.text.low.rfind("\n", 0, first - 1) + 1, first - 1) if first > 1 else (0, 0)

    def _line_after(self, last: int) -> tuple[int, int]:
        return self.line(last + 1) if last + 1 < len(self.text.low) else (0, 0)

    @cached_property
    def lists_persons(self) -> bool:
        """Tell whether most rows of six and four digits are personal numbers.

        A list of persons has a right check digit on nearly every row, a table of counts on one in ten.
        """
        shapes = {m.group().replace(" ", "") for m in _SIX_AND_FOUR.finditer(self.text.low)}
        right = [
            s for s in shapes if luhn(s) and s[2:4] <= "12" and birth_date(s[:6], self.today) is not None
        ]
        return len(right) >= 2 and 2 * len(right) > len(shapes)

    def word_before(self, start: int) -> str:
        """Return the word that stands closest before a position, on the same line."""
        words = rules().word.findall(self.text.low[max(self.line(start)[0], start - 40) : start])
        return words[-1] if words else ""


def luhn(digits: str) -> bool:
    """Tell whether ten digits end with the right check digit.

    Examples
    --------
    >>> luhn("6408233234"), luhn("6408233235")
    (True, False)
    """
    total = 0
    for place, character in enumerate(digits):
        doubled = int(character) * (2 - place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def birth_date(digits: str, today: date) -> date | None:
    """Return the day of birth written as six or eight digits, or None when no living person has it.

    Sixty is taken from the day of a coordination number. Two-digit years are tried in both centuries.

    Examples
    --------
    >>> birth_date("701063", date(2026, 1, 1))
    datetime.date(1970, 10, 3)
    """
    day = int(digits[-2:])
    day = day - 60 if day > 60 else day
    years = [int(digits[:-4])] if len(digits) == 8 else [2000 + int(digits[:2]), 1900 + int(digits[:2])]
    for year in years:
        try:
            found = date(year, int(digits[-4:-2]), day)
        except ValueError:
            continue
        if found <= today and today.year - year <= rules().raw["numbers"]["oldest_age"]:
            return found
    return None


def _personal_number(match: re.Match[str], around: Surroundings) -> str:
    year, gap1, month, gap2, day, gap3, last = match.groups()
    born = birth_date(year + month + day, around.today)
    if born is None:
        return ""
    if not gap1 and not gap2 and _begins_with_area(match, around):
        return ""
    dated = len(year) == 4 or bool(gap1 or gap2)
    clock = last[:2] <= "23" and last[2:] <= "59"
    if not luhn(year[-2:] + month + day + last):
        spoken_of_as_time = dated and (clock or "1900" <= last <= "2099")
        return "soft" if "-" in gap3 and not spoken_of_as_time else ""
    since = rules().raw["numbers"]["time_exception_since"]
    if dated and clock and born.year >= since:
        return "soft"
    if not {gap1, gap2} - {"", " "} and not gap3.strip() and (gap1 or gap2 or gap3):
        return _in_table(match, around)
    return "hard"


def _begins_with_area(match: re.Match[str], around: Surroundings) -> bool:
    """Tell whether six digits are the code of an area, and the four after it a year or a count."""
    code, last = match.group(1) + match.group(3) + match.group(5), match.group(7)
    named = around.word_before(match.start()) in rules().lists["numbers.area_words"]
    if len(code) != 6 or not (named or code in around.area_codes):
        return False
    spaced = bool(match.group(6)) and not match.group(6).strip()
    return "1900" <= last <= "2099" or (spaced and around.in_number_row(match.start(), match.end()))


def _in_table(match: re.Match[str], around: Surroundings) -> str:
    """Six digits, a space and four digits in a row of counts may be two counts."""
    if not around.in_number_row(match.start(), match.end()):
        return "hard"
    return "hard" if around.lists_persons else "soft"


def _spaced_personal_number(match: re.Match[str], around: Surroundings) -> str:
    digits = match.group(1).replace(" ", "")
    whole = digits[-6:] + match.group(2).replace(" ", "")
    return "hard" if birth_date(digits, around.today) and luhn(whole) else ""


def _birth(match: re.Match[str], around: Surroundings) -> str:
    digits = re.sub("[^0-9]", "", match.group(1))
    return "hard" if birth_date(digits, around.today) else ""


def _case(match: re.Match[str], around: Surroundings) -> str:
    spaced = " " in match.group()
    return "soft" if spaced and around.in_number_row(match.start(), match.end()) else "hard"


def national_number(written: str) -> str:
    """Return the digits of a telephone number in national form, so that ways of writing compare equal.

    Examples
    --------
    >>> national_number("+46 (0)70-123 45 67")
    '0701234567'
    """
    digits = re.sub("[^0-9+]", "", written.replace("(0)", ""))
    for abroad in ("+46", "0046"):
        if digits.startswith(abroad):
            return "0" + digits[len(abroad) :].lstrip("0")
    return digits.replace("+", "")


def _phone(match: re.Match[str], around: Surroundings) -> str:
    written = match.group()
    start = re.search("[+0-9(]", written)
    number = national_number(written[start.start() :]) if start else ""
    if number in around.function_numbers:
        return ""
    before = around.text.low[max(0, match.start() - 2) : match.start()]
    if _AFTER_THOUSANDS.search(before) and _THOUSANDS.match(written):  # 1 079 461 is a count
        return "" if around.in_number_row(match.start(), match.end()) else "soft"
    codes = rules().lists["numbers.municipality_codes"].exact
    if written[:4] in codes and "-" not in written and around.in_number_row(match.start(), match.end()):
        return "soft"
    return "as written"


def _foreign_phone(match: re.Match[str], around: Surroundings) -> str:
    if match.group()[0] == "+":
        return "soft"
    return "" if around.in_number_row(match.start(), match.end()) else "soft"


def _plate(match: re.Match[str], around: Surroundings) -> str:
    written = match.group()
    if written[:3].lower() in rules().lists["numbers.plate_words"]:
        return ""
    if written[3] == " " and written[-1].isdigit() and around.in_number_row(match.start(), match.end()):
        return "soft"
    return "hard"


def _plate_word(match: re.Match[str], around: Surroundings) -> str:
    return "hard" if re.search("[0-9]", match.group(1)) else ""


def _email(match: re.Match[str], around: Surroundings) -> str:
    local = re.split(r"@|\(|\[| ", match.group(), maxsplit=1)[0]
    parts = re.split("[._+-]", local)
    functions = rules().lists["numbers.mail_functions"]
    return "" if local in functions or parts[0] in functions else "hard"


def _handle(match: re.Match[str], around: Surroundings) -> str:
    handle = match.group()[1:].strip(".")
    return "" if handle in rules().lists["numbers.place_handles"] or handle.isdigit() else "hard"


def _handle_word(match: re.Match[str], around: Surroundings) -> str:
    handle = match.group(1).strip(".")
    skip = handle in rules().lists["numbers.handle_words"] or handle in rules().lists["numbers.place_handles"]
    return "" if skip or handle.isdigit() else "as written"


def _dwelling(match: re.Match[str], around: Surroundings) -> str:
    if "lgh" in match.group() or "läg" in match.group():
        return "hard"
    first, last = around.line(match.start())
    near = around.text.low[max(first, match.start() - 120) : min(last, match.end() + 60)]
    public = rules().lists["numbers.public_floor"]
    return "" if any(word in public for word in rules().word.findall(near)) else "hard"


def _ip(match: re.Match[str], around: Surroundings) -> str:
    if max(int(part) for part in match.group().split(".")) <= 31:
        return "soft" if around.word_before(match.start()) in ("ip", "ip-adress", "ip-nummer") else ""
    return "hard"


def _ipv6(match: re.Match[str], around: Surroundings) -> str:
    return "hard" if re.search("[a-f]", match.group()) or match.group().count(":") >= 7 else "soft"


CHECKS: dict[str, Callable[[re.Match[str], Surroundings], str]] = {
    "": lambda match, around: "as written",
    "pnr": _personal_number,
    "pnr_spaced": _spaced_personal_number,
    "birth": _birth,
    "case": _case,
    "phone": _phone,
    "foreign_phone": _foreign_phone,
    "plate": _plate,
    "plate_word": _plate_word,
    "email": _email,
    "handle": _handle,
    "handle_word": _handle_word,
    "dwelling": _dwelling,
    "ip": _ip,
    "ipv6": _ipv6,
}


def find_numbers(around: Surroundings) -> Iterator[Finding]:
    """Yield what the patterns of the data file catch and their checks uphold."""
    for rule in rules().patterns:
        subject = around.text.plain if rule.on_plain else around.text.low
        check = CHECKS[rule.check]
        match = rule.regex.search(subject)
        while match:
            verdict = check(match, around)
            if verdict:
                severity = rule.severity if verdict == "as written" else verdict
                yield Finding(rule.kind, severity, rule.hint, match.start(), match.end())
            # a match that did not hold may hide one that begins inside it
            match = rule.regex.search(subject, match.end() if verdict else match.start() + 1)
