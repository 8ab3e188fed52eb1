"""What the answers about displacement and effects mean, in sentences.

Facts come from `to_dict()`; nothing is computed here but signs and per cent.
"""

from __future__ import annotations

from samsyn.reports.explain_names import method_name
from samsyn.reports.explain_parts import (
    Facts,
    Tell,
    amount,
    chance_of,
    change,
    change_of_ratio,
    holds,
    judged,
    limits,
    number,
    share,
)
from samsyn.reports.words import Words


def _(message: str) -> str:
    """Mark a message for the catalogue; it is translated where the language is known."""
    return message


QUOTIENT_READINGS = {
    "diffusion": _("Around the place it went better than at the control: the effect may have spread."),
    "displacement": _(
        "Around the place it went worse than at the control: some events may "
        "have moved there."
    ),
    "neither_shown_nor_excluded": _(
        "What happened around the place is within what chance gives: "
        "displacement is neither shown nor excluded."
    ),
    "effect_not_shown": _("The effect at the place is not shown, so nothing is said of displacement."),
}  # fmt: skip


MOST_TOLD = 10


# --- displacement ---------------------------------------------------------------------------------------


def _displacement(spoken: Words, facts: Facts) -> list[str]:
    unit = facts.get("unit")
    value = amount(spoken, facts["estimate"], unit, signed=True)
    displaced = facts.get("displaced")
    if displaced:
        first = spoken.gettext(
            _(
                "Net of the controls, place and surroundings changed by %(value)s: "
                "%(local)s at the place and "
                "%(displaced)s around it."
            ),
            value=value,
            local=number(spoken, facts["local"]["value"], signed=True),
            displaced=number(spoken, displaced["value"], signed=True),
        )
    else:
        first = spoken.gettext(_("Net of its control, the place changed by %(value)s."), value=value)
    said = [first, limits(spoken, facts["interval"]), judged(spoken, facts, 0)]
    moved = facts.get("displaced_ratio") or {}
    if moved.get("interval"):
        message = (
            _("Around the place the change is within what chance gives, so displacement is not shown.")
            if holds(moved["interval"], 1)
            else _("Around the place the change is more than chance usually gives.")
        )
        said.append(spoken.gettext(message))
    return [*said, spoken.gettext(_("It holds only if the controls would have gone as the place did."))]


def _scaled(spoken: Words, facts: Facts) -> list[str]:
    return [
        spoken.gettext(
            _(
                "Had the place gone as the control scaled to its size, %(expected)s "
                "would be expected after; the "
                "difference is %(value)s."
            ),
            expected=amount(spoken, facts["expected"], facts["unit"]),
            value=number(spoken, facts["estimate"], signed=True),
        ),
        limits(spoken, facts["interval"]),
        judged(spoken, facts, 0),
    ]


def _rounded_mean(spoken: Words, facts: Facts) -> list[str]:
    times = facts["unit"] == "ratio"
    value = amount(spoken, facts["estimate"], facts["unit"], signed=not times)
    first = (
        spoken.gettext(
            _("Measured against the printed mean, the place is at %(value)s its level before."), value=value
        )
        if times
        else spoken.gettext(
            _("Measured against the printed mean, the place changed by %(value)s."), value=value
        )
    )
    return [
        first,
        limits(spoken, facts["rounding"]),
        limits(spoken, facts["interval"]),
        judged(spoken, facts, 1 if times else 0),
    ]


def _quotient(spoken: Words, facts: Facts) -> list[str]:
    said = [
        spoken.gettext(QUOTIENT_READINGS[facts["reading"]]),
        spoken.gettext(
            _(
                "The quotient is %(value)s: above zero means spread of the effect, "
                "below zero displacement, and "
                "minus one that all was moved."
            ),
            value=number(spoken, facts["quotient"]),
        ),
        limits(spoken, facts["interval"]),
    ]
    total = facts["total_net_effect"]
    if total.get("value") is not None:
        said.append(
            spoken.gettext(
                _("Fewer events in all than if both had followed the control: %(value)s."),
                value=number(spoken, total["value"]),
            )
        )
    if facts.get("smallest_visible") is not None:
        said.append(
            spoken.gettext(
                _("A rise around the place of less than %(value)s events would not have been seen."),
                value=number(spoken, facts["smallest_visible"]),
            )
        )
    return said


# --- effects --------------------------------------------------------------------------------------------


def _power(spoken: Words, facts: Facts) -> list[str]:
    """Return how large a change must be, the figure to read before a trial starts."""
    power = spoken.percent(facts["target_power"], signed=False)
    said = []
    if facts.get("clear_count") is not None:
        message = (
            _("Without an effect %(expected)s events are expected; %(count)s or fewer would be clear.")
            if facts["direction"] == "down"
            else _("Without an effect %(expected)s events are expected; %(count)s or more would be clear.")
        )
        said.append(
            spoken.gettext(
                message,
                expected=number(spoken, facts["expected_after"]),
                count=number(spoken, facts["clear_count"]),
            )
        )
    else:
        said.append(spoken.gettext(_("No count would be clear: there are too few events.")))
    found = facts.get("detectable_change")
    said.append(
        spoken.gettext(
            _(
                "A true change of %(change)s would be found %(power)s of the times; a "
                "smaller one may be missed."
            ),
            change=change(spoken, found / 100),
            power=power,
        )
        if found is not None
        else spoken.gettext(_("Not even a full stop would be found %(power)s of the times."), power=power)
    )
    said.append(
        spoken.gettext(
            _("An unchanged place would be called changed %(size)s of the times."),
            size=share(spoken, facts["size"]),
        )
    )
    return said


def _differences(spoken: Words, facts: Facts) -> list[str]:
    return [
        spoken.gettext(
            _("Against the comparison areas, the areas with the measure changed by %(change)s."),
            change=change_of_ratio(spoken, facts.get("ratio")),
        ),
        limits(spoken, facts.get("interval"), change_of_ratio),
        judged(spoken, facts, 1),
        spoken.gettext(_("It holds only if the areas would otherwise have followed each other.")),
    ]


def _in_space(spoken: Words, facts: Facts) -> list[str]:
    return [
        spoken.gettext(
            _(
                "The areas with the measure changed by %(change)s against the others; "
                "when the starts are dealt "
                "out at random, %(share)s of the deals give as much."
            ),
            change=change_of_ratio(spoken, facts.get("ratio")),
            share=share(spoken, facts["p"]),
        ),
        _too_few(spoken, facts, facts["smallest_p"]) or judged(spoken, facts, 1),
    ]


def _too_few(spoken: Words, facts: Facts, smallest: float) -> str:
    """Return what is said instead of a verdict where no p could be small."""
    if smallest <= 0.05 or facts["p"] > 1.5 * smallest or facts.get("interval"):
        return ""
    message = _(
        "The areas are too few to tell an effect from chance: p %(p)s, and it could hardly be smaller."
    )
    return spoken.gettext(message, p=chance_of(spoken, facts["p"]))


def _in_time(spoken: Words, facts: Facts) -> list[str]:
    tried = [ratio for ratio in facts["placebo_ratios"] if ratio is not None]
    said = [
        spoken.gettext(
            _("From the real start the change is %(change)s."),
            change=change_of_ratio(spoken, facts.get("ratio")),
        )
    ]
    if tried:
        said.append(
            spoken.gettext(
                _(
                    "Invented earlier starts give %(low)s to %(high)s; %(hits)s of %(all)s "
                    "give as much as the real "
                    "one."
                ),
                low=change_of_ratio(spoken, min(tried)),
                high=change_of_ratio(spoken, max(tried)),
                hits=number(spoken, facts["hits"]),
                all=number(spoken, len(tried)),
            )
        )
    said.append(
        spoken.gettext(
            _("With so few starts to compare with, p (%(p)s) can hardly be small."),
            p=number(spoken, facts["p"]),
        )
        if len(tried) < 20
        else judged(spoken, facts, 1)
    )
    return said


def _synthetic(spoken: Words, facts: Facts) -> list[str]:
    percent = facts.get("percent")
    said = [
        spoken.gettext(
            _(
                "After the start the area differs on average %(effect)s per period "
                "(%(change)s) from the weighted "
                "comparison areas."
            ),
            effect=number(spoken, facts["effect"], signed=True),
            change=change(spoken, None if percent is None else percent / 100),
        ),
        limits(spoken, facts.get("interval")),
        _too_few(spoken, facts, 1 / (facts["donors"] + 1)) or judged(spoken, facts, 0),
    ]
    if facts.get("rmspe_before") is not None:
        said.append(
            spoken.gettext(
                _("Before the start the comparison missed by %(before)s, after it by %(after)s."),
                before=number(spoken, facts["rmspe_before"]),
                after=number(spoken, facts["rmspe_after"]),
            )
        )
    said.append(
        spoken.ngettext(
            "The comparison is made from %(n)s area.",
            "The comparison is made from %(n)s areas.",
            facts["donors"],
        )
    )
    return said


def _estimators(spoken: Words, facts: Facts) -> list[str]:
    said = []
    for one in facts["estimates"]:
        name = method_name(spoken, one["name"])
        name = name[:1].upper() + name[1:]
        if one.get("refused") is not None:
            said.append(spoken.gettext(_("%(name)s: no answer (%(code)s)."), name=name, code=one["refused"]))
            continue
        percent, interval = one.get("percent"), one.get("interval")
        value = change(spoken, None if percent is None else percent / 100)
        sentence = spoken.gettext("%(label)s: %(value)s.", label=name, value=value)
        where = (
            limits(spoken, interval, lambda words, end: change(words, None if end is None else end / 100))
            if interval
            else ""
        )
        if not where and one.get("p") is not None:
            where = spoken.gettext(_("Chance gives as much with p %(p)s."), p=chance_of(spoken, one["p"]))
        said.append(f"{sentence} {where}".strip())
    message = (
        _("All methods that answered point the same way; that does not make each of them sure.")
        if facts["directions_agree"]
        else _("The methods point different ways, so no direction should be told.")
    )
    return [*said, spoken.gettext(message)]


def _event_study(spoken: Words, facts: Facts) -> list[str]:
    p = facts.get("p_leads")
    if p is None:
        said = [spoken.gettext(_("There is no earlier period that could show whether the areas went alike."))]
    else:
        message = (
            _("Before the start, what the areas differ is within what chance gives (p %(p)s).")
            if p > 0.05
            else _(
                "Already before the start the areas went apart (p %(p)s), so the effect is not to be trusted."
            )
        )
        said = [spoken.gettext(message, p=chance_of(spoken, p))]
    for one in [point for point in facts["points"] if point["period"] >= 0][:MOST_TOLD]:
        message = (
            _("From %(period)s periods after the start and on: %(change)s.")
            if one["open_ended"]
            else _("%(period)s periods after the start: %(change)s.")
            if one["period"]
            else _("In the first period with the measure: %(change)s.")
        )
        told = spoken.gettext(
            message, period=number(spoken, one["period"]), change=change_of_ratio(spoken, one["ratio"])
        )
        told += " " + limits(spoken, one.get("interval"), change_of_ratio)
        said.append(f"{told} {judged(spoken, one, 1)}")
    return [*said, spoken.gettext(_("All is measured beside the last period before the start."))]


TELL_EFFECTS: dict[str, Tell] = {
    "weighted-displacement-difference": _displacement,
    "scaled-difference": _scaled,
    "rounded-mean-control": _rounded_mean,
    "displacement-quotient": _quotient,
    "power-before-start": _power,
    "difference-in-differences": _differences,
    "event-study": _event_study,
    "placebo-in-space": _in_space,
    "placebo-in-time": _in_time,
    "synthetic-control": _synthetic,
    "synthetic-difference-in-differences": _synthetic,
    "compare-estimators": _estimators,
}
