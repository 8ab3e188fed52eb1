"""Parts of the sentences about answers: numbers, intervals, probabilities and what chance gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from samsyn.reports.words import Words

Facts = Mapping[str, Any]
Tell = Callable[[Words, Facts], list[str]]


def _(message: str) -> str:
    """Mark a message for the catalogue; it is translated where the language is known."""
    return message


UNITS = {
    "percent": _("per cent"),
    "per_100000": _("per 100 000 residents"),
    "per_hectare": _("per hectare"),
    "per_km2": _("per square kilometre"),
    "per_person": _("per person"),
    "ratio": _("times"),
    "count": _("events"),
    "events": _("events"),
    "persons": _("persons"),
    "days": _("days"),
    "minutes": _("minutes"),
    "metres": _("metres"),
    "percentage_points": _("percentage points"),
}


def number(spoken: Words, value: float | None, *, signed: bool = False) -> str:
    """Return a number with as many decimals as its size needs."""
    if value is None:
        return spoken.gettext("unknown")
    size = abs(value)
    whole = float(value).is_integer() and size < 1e15
    decimals = 0 if whole or size >= 1000 else 1 if size >= 10 else 2 if size >= 0.1 else 4
    return spoken.number(value, decimals, signed=signed)


def amount(spoken: Words, value: float | None, unit: str | None, *, signed: bool = False) -> str:
    """Return a number with its unit in words."""
    word = spoken.gettext(UNITS[unit]) if unit in UNITS else ""
    return f"{number(spoken, value, signed=signed)} {word}".strip()


def share(spoken: Words, fraction: float | None) -> str:
    """Return a fraction as per cent, with a decimal where it is small."""
    if fraction is None:
        return spoken.gettext("unknown")
    return spoken.percent(
        fraction, 0 if abs(fraction) >= 0.1 or round(100 * fraction, 6).is_integer() else 1, signed=False
    )


def change(spoken: Words, fraction: float | None) -> str:
    """Return a change as per cent with its sign, with a decimal where it is small."""
    if fraction is None:
        return spoken.gettext("unknown")
    return spoken.percent(fraction, 0 if abs(fraction) >= 0.1 else 1)


def change_of_ratio(spoken: Words, ratio: float | None) -> str:
    """Return a ratio as a change in per cent."""
    return change(spoken, None if ratio is None else ratio - 1)


def chance_of(spoken: Words, p: float) -> str:
    """Return ``= 0.03``, or ``< 0.0001`` where more decimals would only look exact."""
    if p < 0.0001:
        return "< " + spoken.number(0.0001, 4)
    return "= " + spoken.number(p, 4 if p < 0.01 else 3 if p < 0.1 else 2)


def limits(spoken: Words, interval: Facts | None, show: Callable[[Words, float | None], str] = number) -> str:
    """Return an interval as words: between two numbers, or at least one of them."""
    if not interval:
        return ""
    low, high, level = interval.get("low"), interval.get("high"), interval.get("level")
    if low is None and high is None:
        return ""
    if high is None:
        span = spoken.gettext("at least %(low)s", low=show(spoken, low))
    elif low is None:
        span = spoken.gettext("at most %(high)s", high=show(spoken, high))
    else:
        span = spoken.span(show(spoken, low), show(spoken, high))
    if level == 1:
        return spoken.gettext("Rounding leaves %(span)s.", span=span)
    if level is None:
        return spoken.gettext("The interval is %(span)s.", span=span)
    return spoken.gettext(
        "The data fit with %(span)s (%(level)s interval).",
        span=span,
        level=spoken.percent(level, 0 if round(100 * level, 6).is_integer() else 1, signed=False),
    )


def span(spoken: Words, interval: Facts | None, show: Callable[[Words, float | None], str] = number) -> str:
    """Return the two ends of an interval and nothing more."""
    if not interval:
        return spoken.gettext("unknown")
    return spoken.span(show(spoken, interval.get("low")), show(spoken, interval.get("high")))


def holds(interval: Facts, value: float) -> bool:
    """Return whether a value lies in an interval, whose ends may be open."""
    low, high = interval.get("low"), interval.get("high")
    return (low is None or low <= value) and (high is None or high >= value)


def judged(spoken: Words, facts: Facts, nothing: float) -> str:
    """Return whether chance gives as much, by the interval and otherwise by p."""
    interval, p = facts.get("interval"), facts.get("p")
    if isinstance(interval, Mapping) and interval:
        within = holds(interval, nothing)
    elif p is not None:
        within = p > 0.05
    else:
        return ""
    if p is None:
        return spoken.gettext(
            _("That is within what chance gives.") if within else _("That is more than chance usually gives.")
        )
    message = (
        _("That is within what chance gives (p %(p)s).")
        if within
        else _("That is more than chance usually gives (p %(p)s).")
    )
    return spoken.gettext(message, p=chance_of(spoken, p))
