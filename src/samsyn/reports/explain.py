"""What the answer of a method means, in sentences: estimate, interval, how many events, and reservations.

Facts come from `to_dict()` of a result; nothing is computed here but signs and per cent. A change that does
not stand out lies within normal variation, and the sentences never say more than the method does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from samsyn.analysis.results import CAVEATS
from samsyn.domain.caveats import CAVEAT_TEXTS, Caveat
from samsyn.reports.explain_methods import TELL
from samsyn.reports.explain_names import method_name
from samsyn.reports.explain_parts import UNITS, chance_of, limits, number
from samsyn.reports.words import Words, words

Facts = Mapping[str, Any]
_CAVEATS = frozenset(caveat.value for caveat in Caveat)


def _(message: str) -> str:
    """Mark a message for the catalogue; it is translated where the language is known."""
    return message


VERDICTS = {
    "clear": _("clear change"),
    "possible": _("possible change"),
    "within_normal_variation": _("within normal variation"),
    "not_applicable": _("no verdict, because the count follows the work"),
}
PARTS = {
    "estimate": _("Estimate"),
    "effect": _("Effect"),
    "difference": _("Difference"),
    "ratio": _("Ratio"),
    "share": _("Share"),
    "before": _("Before"),
    "after": _("After"),
}
RESERVATIONS: dict[str, str] = {
    "hidden_small_base": _("The first count is so small that the change in per cent is not shown."),
    "unequal_lengths": _("The periods differ in length, so events per day are compared and not counts."),
    "season_not_handled": _("The periods cover different parts of the year; season may explain part of it."),
    "zero_before": _("Nothing was counted in the first period, so there is no percentage."),
    "zero_after": _("Nothing was counted in the second period."),
    "chosen_afterwards": _("Chosen because it is the largest, the comparison looks clearer than it is."),
    "focus": _("Named in advance, and therefore judged by itself."),
    "assumed_overdispersion": _("How much the series usually varies is assumed, not measured."),
    "rounded_mean": _("The source rounded the mean, so the answer is an interval."),
    "mean_contains_place": _("The mean contains the place itself, which draws the ratio towards 1."),
    "only_lower_limit": _("Only a lower limit can be given."),
    "design_effect_unknown": _("How the sample was drawn is not counted in; the true interval is wider."),
    "not_a_sample": _("Everyone was asked, so there is no sampling interval; read the response rate."),
    "directions_differ": _("The count and the rate point in different directions."),
    "denominator_unexplained": _("The jump in the denominator is to be explained before rates are compared."),
    "no_typical_step": _("There are too few steps to know which one is usual."),
    "may_be_rounding": _("The jump may come from rounding alone."),
    "same_boundary_needed": _("Whether the remaining ground has more needs counts inside one boundary."),
    "positions_rounded": _("Positions are rounded so coarsely that pairs may fall in the wrong band."),
    "no_neighbours": _("Some areas have no neighbours and can therefore not stand out."),
    "times_unknown": _("Events without a known time are counted apart."),
    "spans_left_out": _("Events whose time is too long or runs backwards are left out and counted."),
    "clock_change": _("Some clock times did not exist or came twice when the clocks were changed."),
    "bandwidth_below_cell": _("The bandwidth is smaller than a cell, so the map shows its own grid."),
    "outside_left_out": _("Events outside the study area are left out."),
    "fewer_events_than_places": _("There are fewer events than places, so some places must have none."),
    "position_error_assumed": _("How wrong the positions are is assumed, not measured here."),
    "few_per_cell": _("Some count is below 5, so the interval may be too short."),
    "ratio_unavailable": _("The ratio cannot be computed, because it would divide by zero."),
    "scales_disagree": _("The difference and the ratio point in different directions."),
    "effect_not_shown": _("No effect is shown at the place, so displacement is not weighed."),
    "share_does_not_fit": _("No number of answers gives the printed share; ask the source how it was made."),
    "durations_unknown": _("Visits whose end is not logged are counted but not in the minutes."),
    "knot_uncertain": _("The data do not tell where the curve turns."),
    "baseline_from_counts": _("The level compared with is itself a count, and its uncertainty is in."),
    "phase_in": _("If the change came gradually after the start, its size is misjudged."),
    "phase_in_left_out": _("Periods of transition after the start are left out."),
    "sparse_left_out": _("Series with fewer than 0.5 expected events are not judged; use coarser cells."),
    "few_comparison_areas": _("There are fewer than 10 comparison areas, so p comes from randomisation."),
    "few_treated_areas": _("Fewer than 10 areas have a start, so a clustered interval would be too short."),
    "staggered_starts": _("Areas started at different times; one number holds only if effects are alike."),
    "estimates_disagree": _("The methods do not agree; read where they differ before anything is said."),
    "few_donors": _("There are so few comparison areas that p cannot be small."),
}  # fmt: skip


def explain(method: str, facts: Facts, language: str = "sv") -> tuple[str, ...]:
    """Return what a method's answer means, in sentences.

    Parameters
    ----------
    method : str
        Name in the catalogue of methods.
    facts : mapping
        The answer as `to_dict()` gives it, or ``{"results": […]}`` for several.
    language : "sv" or "en"

    Returns
    -------
    tuple of str
        At least one sentence.

    Raises
    ------
    UnknownLanguage
        The program has no such language.

    Examples
    --------
    >>> facts = {"value": 12.5, "unit": "percent", "n": 80, "method": "wilson", "caveats": []}
    >>> explain("survey-share", facts, "en")[0]
    'The answer is 12.5 per cent.'
    """
    spoken = words(language)
    tell = TELL.get(method) or next((tell for fits, tell in _SPECIFIC if fits(facts)), _generic)
    sentences = [*tell(spoken, facts), *_basis(spoken, method, facts), *_reservations(spoken, facts)]
    return tuple(dict.fromkeys(sentence for sentence in sentences if sentence))


# --- parts of sentences -------------------------------------------------------------------------------


def _basis(spoken: Words, method: str, facts: Facts) -> list[str]:
    n, code = facts.get("n"), facts.get("method")
    name = method_name(spoken, str(code or method))
    if isinstance(n, int | float) and not isinstance(n, bool):
        return [
            spoken.gettext("It rests on n = %(n)s; method: %(method)s.", n=number(spoken, n), method=name)
        ]
    return [spoken.gettext("Method: %(method)s.", method=name)]


def _reservations(spoken: Words, facts: Facts) -> list[str]:
    return [reservation(spoken, code) for code in _codes(facts)]


def _codes(facts: Any) -> list[str]:
    """Return every reservation in an answer and in its parts, in order and once each."""
    found: dict[str, None] = {}
    if isinstance(facts, Mapping):
        found |= dict.fromkeys(map(str, facts.get("caveats") or ()))
        for part in facts.values():
            found |= dict.fromkeys(_codes(part))
    elif isinstance(facts, list | tuple):
        for part in facts:
            if isinstance(part, Mapping):
                found |= dict.fromkeys(_codes(part))
    return list(found)


def reservation(spoken: Words, code: str) -> str:
    """Return the sentence of a reservation; a code without one is printed as it is."""
    if code in RESERVATIONS:
        return spoken.gettext(RESERVATIONS[code])
    if code in _CAVEATS:
        return spoken.gettext(CAVEAT_TEXTS[Caveat(code)])
    return spoken.gettext("Reservation: %(code)s.", code=code.replace("_", " "))


def without_sentence() -> frozenset[str]:
    """Return the codes of the statistics that have no sentence yet."""
    return frozenset(code for code in CAVEATS if code not in RESERVATIONS and code not in _CAVEATS)


# --- what kinds of answers say ------------------------------------------------------------------------


def _generic(spoken: Words, facts: Facts) -> list[str]:
    """Return estimate and interval of an answer of which nothing more is known."""
    if isinstance(facts.get("results"), list):
        return _several(spoken, facts["results"])
    name = next((key for key in _ESTIMATES if _is_number(facts.get(key))), None)
    if name is None:
        if facts.get("value", 0) is None:
            return [spoken.gettext("The number is withheld, because it would mislead.")]
        parts = _parts(spoken, facts)
        return parts or [spoken.gettext("See the figures: they are not one single number.")]
    unit = spoken.gettext(UNITS[facts["unit"]]) if facts.get("unit") in UNITS else ""
    value = number(spoken, facts[name])
    said = [spoken.gettext("The answer is %(value)s.", value=f"{value} {unit}".strip())]
    interval = facts.get("interval")
    said.append(limits(spoken, interval if isinstance(interval, Mapping) else None))
    if isinstance(facts.get("p"), int | float):
        chance = _("Had nothing happened, chance would give as much with probability p %(p)s.")
        said.append(spoken.gettext(chance, p=chance_of(spoken, facts["p"])))
    return said


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _parts(spoken: Words, facts: Facts) -> list[str]:
    """Return one sentence for each estimate inside an answer that holds several."""
    said = []
    for name, part in facts.items():
        if isinstance(part, Mapping) and _is_number(part.get("value")):
            unit = spoken.gettext(UNITS[part["unit"]]) if part.get("unit") in UNITS else ""
            label = spoken.gettext(PARTS[name]) if name in PARTS else name.replace("_", " ")
            value = f"{number(spoken, part['value'])} {unit}".strip()
            sentence = spoken.gettext("%(label)s: %(value)s.", label=label, value=value)
            interval = part.get("interval")
            told = limits(spoken, interval if isinstance(interval, Mapping) else None)
            said.append(f"{sentence} {told}".strip())
    return said


_ESTIMATES = (
    "value",
    "estimate",
    "ratio",
    "effect",
    "difference",
    "statistic",
    "index",
    "share",
    "quotient",
    "kappa",
)


def _several(spoken: Words, results: Sequence[Any]) -> list[str]:
    if not results:
        return [spoken.gettext("Nothing was found.")]
    said = [spoken.ngettext("There is %(n)s result.", "There are %(n)s results.", len(results))]
    for one in results[:10]:
        if isinstance(one, Mapping):
            said += _generic(spoken, one)
    return said


def _change(spoken: Words, before: Any, after: Any) -> str:
    return spoken.gettext(
        "from %(before)s to %(after)s", before=number(spoken, before), after=number(spoken, after)
    )


def _counts(spoken: Words, facts: Facts) -> list[str]:
    """Return a comparison of two counts."""
    ratio, interval = facts.get("ratio"), facts.get("interval") or {}
    said = [
        spoken.gettext(
            "The count went %(change)s (%(difference)s).",
            change=_change(spoken, facts["before"], facts["after"]),
            difference=number(spoken, facts["after"] - facts["before"], signed=True),
        )
    ]
    if ratio is not None:
        said.append(spoken.gettext("Per day it is %(ratio)s times the first.", ratio=number(spoken, ratio)))
    said.append(limits(spoken, interval))
    if interval and _holds_one(interval):
        said.append(spoken.gettext("The difference is within what such counts vary by themselves."))
    elif interval:
        said.append(spoken.gettext("The difference is larger than such counts vary by themselves."))
    said.append(spoken.gettext("p %(p)s, two-sided.", p=chance_of(spoken, facts["p"])))
    return said


def _holds_one(interval: Facts) -> bool:
    low, high = interval.get("low"), interval.get("high")
    return (low is None or low <= 1) and (high is None or high >= 1)


def _family(spoken: Words, facts: Facts) -> list[str]:
    """Return one sentence for each series of a family, and how many words chance would give."""
    said = []
    for one in facts["series"]:
        interval = one.get("interval") or {}
        low, high = interval.get("low"), interval.get("high")
        span = ""
        # From fewer than ten events a percentage says more about the ten than about the change.
        if one["before"] >= 10 and one.get("ratio") is not None and low is not None and high is not None:
            span = spoken.gettext(
                " (%(percent)s; interval %(span)s)",
                percent=spoken.percent(one["ratio"] - 1),
                span=spoken.span(spoken.percent(low - 1), spoken.percent(high - 1)),
            )
        said.append(
            spoken.gettext(
                "%(label)s: %(change)s%(span)s: %(word)s.",
                label=one["label"],
                change=_change(spoken, one["before"], one["after"]),
                span=span,
                word=spoken.gettext(VERDICTS[one["word"]]),
            )
        )
    said.append(
        spoken.gettext(
            "%(m)s comparisons are judged together; if nothing had happened anywhere, about "
            "%(chance)s of them would look like a possible change if each were judged alone.",
            m=number(spoken, facts["family_size"]),
            chance=number(spoken, facts["expected_by_chance"]),
        )
    )
    return said


def _decomposed(spoken: Words, facts: Facts) -> list[str]:
    return [
        spoken.gettext(
            "The count changed by %(count)s and the denominator by %(base)s, so the rate by %(rate)s.",
            count=spoken.percent(facts["count_change"] / 100, 1),
            base=spoken.percent(facts["base_change"] / 100, 1),
            rate=spoken.percent(facts["rate_change"] / 100, 1),
        )
    ]


def _implied(spoken: Words, facts: Facts) -> list[str]:
    return [
        spoken.gettext(
            "%(period)s: the count and the rate imply %(value)s persons.",
            period=one["period"],
            value=number(spoken, round(one["value"])),
        )
        for one in facts["results"]
    ]


def _breaks(spoken: Words, facts: Facts) -> list[str]:
    said = []
    for one in facts["results"]:
        said.append(
            spoken.gettext(
                "What is divided by goes from %(before)s (%(first)s) to %(after)s (%(second)s).",
                before=number(spoken, round(one["before"]["value"])),
                first=one["before"]["period"],
                after=number(spoken, round(one["after"]["value"])),
                second=one["after"]["period"],
            )
        )
    return said


def _protected(spoken: Words, facts: Facts) -> list[str]:
    return [
        spoken.ngettext(
            "%(n)s figure is hidden, so that no small number can be worked out.",
            "%(n)s figures are hidden, so that no small number can be worked out.",
            facts["hidden"],
        )
        if facts["hidden"]
        else spoken.gettext("Nothing needs to be hidden.")
    ]


def _power(spoken: Words, facts: Facts) -> list[str]:
    """Return how often a true change would be found, the figure to read before a trial starts."""
    return [
        spoken.gettext(
            "If the change is as large as assumed, it would be found %(power)s of the times.",
            power=spoken.percent(facts["power"], signed=False),
        )
    ]


def _statements(spoken: Words, facts: Facts) -> list[str]:
    """Return for each statement in which periods it holds, and where chance alone may explain it."""
    said = []
    for one in facts["statements"]:
        parts = [
            spoken.gettext(words, periods=", ".join(one[key]))
            for key, words in (
                ("holds_in", _("holds in %(periods)s")),
                ("fails_in", _("does not hold in %(periods)s")),
                ("undecided_in", _("cannot be decided in %(periods)s")),
            )
            if one[key]
        ]
        said.append(f"“{one['text']}”: {'; '.join(parts)}.")
        ratios = [
            f"{each['period']}: {number(spoken, each['ratio'])}"
            for each in one["periods"]
            if each["ratio"] is not None
        ]
        if ratios:
            said.append(spoken.gettext("The ratio by period: %(ratios)s.", ratios="; ".join(ratios)))
        weak = [
            each["period"]
            for each in one["periods"]
            if each["interval"] and _holds_one(each["interval"]) and each["answer"] == "holds"
        ]
        if weak and one["relation"] not in ("about_times", "share_of"):
            said.append(
                spoken.gettext(
                    "In %(periods)s the difference is within what such counts vary by themselves.",
                    periods=", ".join(weak),
                )
            )
    return said


def _has(*keys: str) -> Callable[[Facts], bool]:
    return lambda facts: all(facts.get(key) is not None for key in keys)


def _each_has(*keys: str) -> Callable[[Facts], bool]:
    def fits(facts: Facts) -> bool:
        results = facts.get("results")
        return isinstance(results, list) and bool(results) and all(
            isinstance(one, Mapping) and all(key in one for key in keys) for one in results
        )  # fmt: skip

    return fits


# The first that fits an answer tells it.
_SPECIFIC: tuple[tuple[Callable[[Facts], bool], Callable[[Words, Facts], list[str]]], ...] = (
    (_has("series", "family_size", "expected_by_chance"), _family),
    (_has("statements", "hold_always"), _statements),
    (_has("before", "after", "p_exact", "interval"), _counts),
    (_has("count_change", "base_change", "rate_change"), _decomposed),
    (lambda facts: _is_number(facts.get("power")), _power),
    (_has("marks", "values", "hidden"), _protected),
    (_each_has("period", "value", "interval"), _implied),
    (_each_has("kind", "before", "after", "step"), _breaks),
)
