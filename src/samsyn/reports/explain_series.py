"""What the answers about series, clusters, maps and hours mean, in sentences.

Facts come from `to_dict()`; nothing is computed here but signs and per cent.
"""

from __future__ import annotations

from itertools import pairwise

from samsyn.reports.explain_parts import (
    Facts,
    Tell,
    amount,
    chance_of,
    change_of_ratio,
    holds,
    judged,
    limits,
    number,
    share,
    span,
)
from samsyn.reports.words import Words

MOST_TOLD = 10


def _(message: str) -> str:
    """Mark a message for the catalogue; it is translated where the language is known."""
    return message


DAYS = (
    _("Mondays"), _("Tuesdays"), _("Wednesdays"), _("Thursdays"), _("Fridays"), _("Saturdays"), _("Sundays"),
)  # fmt: skip


# --- series ---------------------------------------------------------------------------------------------


def _interrupted(spoken: Words, facts: Facts) -> list[str]:
    slope = facts["slope"]
    message = (
        _("After that the trend differs by %(change)s per period, within what chance gives.")
        if holds(slope.get("interval") or {}, 1)
        else _("After that the trend differs by %(change)s per period, more than chance usually gives.")
    )
    return [
        spoken.gettext(
            _("At the start the level changed by %(change)s."), change=change_of_ratio(spoken, facts["ratio"])
        ),
        limits(spoken, facts["interval"], change_of_ratio),
        judged(spoken, facts, 1),
        spoken.gettext(message, change=change_of_ratio(spoken, slope["value"])),
        spoken.gettext(
            _("If something else changed at the same time, the series alone cannot tell it apart.")
        ),
    ]


def _change_points(spoken: Words, facts: Facts) -> list[str]:
    if not facts["estimate"]:
        return [spoken.gettext(_("No break stands out: the series lies within normal variation."))]
    said = [
        spoken.ngettext(
            "The level of the series breaks at %(n)s place.",
            "The level of the series breaks at %(n)s places.",
            facts["estimate"],
        )
    ]
    segments = facts["segments"]
    for before, after in list(pairwise(segments))[:MOST_TOLD]:
        said.append(
            spoken.gettext(
                _(
                    "From period %(at)s the level is %(after)s (%(after_span)s) instead of %(before)s "
                    "(%(before_span)s)."
                ),
                at=number(spoken, after["start"] + 1),
                after=number(spoken, after["rate"]),
                after_span=span(spoken, after.get("interval")),
                before=number(spoken, before["rate"]),
                before_span=span(spoken, before.get("interval")),
            )
        )
    return [*said, spoken.gettext(_("Why it breaks, and exactly when, the series does not tell."))]


def _monitor(spoken: Words, facts: Facts) -> list[str]:
    said = [
        spoken.gettext(
            _("%(events)s events are counted and %(expected)s were expected, %(ratio)s times as many."),
            events=number(spoken, facts["events"]),
            expected=number(spoken, facts["expected"]),
            ratio=number(spoken, facts["ratio"]),
        ),
        limits(spoken, facts["interval"]),
    ]
    if facts["crossed"]:
        message = (
            _("From period %(at)s the counts are higher than chance gives.")
            if facts["direction"] == "up"
            else _("From period %(at)s the counts are lower than chance gives.")
        )
        said.append(spoken.gettext(message, at=number(spoken, facts["crossed_at"] + 1)))
    else:
        said.append(spoken.gettext(_("So far the counts lie within what chance gives.")))
    said.append(
        spoken.gettext(
            _("However often one looks, a false alarm comes in at most %(alpha)s of such watches."),
            alpha=share(spoken, facts["alpha"]),
        )
    )
    return said


def _deviations(spoken: Words, facts: Facts) -> list[str]:
    examined = number(spoken, facts["examined"])
    if facts["quiet"]:
        said = [
            spoken.gettext(
                _("All %(all)s series that were judged lie within normal variation."), all=examined
            )
        ]
    else:
        said = [
            spoken.gettext(
                _("%(deviating)s of %(all)s series that were judged deviate from their own history."),
                deviating=number(spoken, facts["estimate"]),
                all=examined,
            )
        ]
        for one in facts["lines"]:
            said.append(
                spoken.gettext(
                    _("%(label)s: %(observed)s events; its history foretells %(expected)s (%(span)s)."),
                    label=one["label"],
                    observed=number(spoken, one["observed"]),
                    expected=number(spoken, one["expected"]),
                    span=span(spoken, one.get("interval")),
                )
            )
        said.append(
            spoken.gettext(
                _("On average at most %(rate)s of those marked are so by chance."),
                rate=spoken.percent(facts["false_discovery_rate"], 0, signed=False),
            )
        )
    if facts.get("more"):
        said.append(spoken.gettext(_("Further ones are left out of the list: %(n)s."), n=facts["more"]))
    if facts.get("sparse"):
        said.append(
            spoken.gettext(
                _("Series with too few events to judge: %(n)s."), n=number(spoken, len(facts["sparse"]))
            )
        )
    return said


# --- clusters -------------------------------------------------------------------------------------------


def _searched(spoken: Words, p: float) -> str:
    message = (
        _("It is more than chance gives anywhere in what was searched (p %(p)s).")
        if p <= 0.05
        else _("That is within what chance gives somewhere in what was searched (p %(p)s).")
    )
    return spoken.gettext(message, p=chance_of(spoken, p))


def _scan(spoken: Words, facts: Facts) -> list[str]:
    clusters = facts["clusters"]
    if not clusters:
        return [spoken.gettext(_("Nothing was found that is denser than the rest."))]
    first = clusters[0]
    said = [
        spoken.ngettext(
            "The clearest cluster holds %(n)s place: %(cases)s events against %(expected)s expected.",
            "The clearest cluster holds %(n)s places: %(cases)s events against %(expected)s expected.",
            len(first["places"]),
            cases=number(spoken, first["cases"]),
            expected=number(spoken, first["expected"]),
        )
    ]
    if first.get("first_day") is not None:
        said.append(
            spoken.gettext(
                _("It lasts from day %(first)s to day %(last)s."),
                first=number(spoken, first["first_day"]),
                last=number(spoken, first["last_day"]),
            )
        )
    said.append(_searched(spoken, first["p"]))
    if len(clusters) > 1:
        said.append(
            spoken.ngettext(
                "%(n)s more cluster is in the figures.",
                "%(n)s more clusters are in the figures.",
                len(clusters) - 1,
            )
        )
    return [*said, spoken.gettext(_("Where exactly its border goes, and why it is there, is not told."))]


def _scan_of_time(spoken: Words, facts: Facts) -> list[str]:
    return [
        spoken.gettext(
            _("Densest are days %(first)s to %(last)s: %(counted)s events against %(expected)s expected."),
            first=number(spoken, facts["first_day"]),
            last=number(spoken, facts["last_day"]),
            counted=number(spoken, facts["statistic"]),
            expected=number(spoken, facts["expected"]),
        ),
        _searched(spoken, facts["p"]),
    ]


# --- maps and hours -------------------------------------------------------------------------------------


def _density(spoken: Words, facts: Facts) -> list[str]:
    east, north = facts["peak"]
    return [
        spoken.gettext(
            _("It is densest at %(east)s, %(north)s, with %(value)s."),
            east=number(spoken, east),
            north=number(spoken, north),
            value=amount(spoken, facts["value"], facts.get("unit")),
        ),
        limits(spoken, facts.get("interval")),
        spoken.gettext(
            _("The map is smoothed over %(bandwidth)s metres and shows no certain border."),
            bandwidth=number(spoken, facts["bandwidth"]),
        ),
    ]


def _concentration(spoken: Words, facts: Facts) -> list[str]:
    message = (
        _("The events lie more concentrated than chance usually gives (p %(p)s).")
        if facts["p"] <= 0.05
        else _("How concentrated they lie is within what chance gives (p %(p)s).")
    )
    return [
        spoken.gettext(
            _("Half of the events lie at %(half)s of the places; chance alone would give %(chance)s."),
            half=share(spoken, facts["half"]),
            chance=span(spoken, facts.get("half_by_chance"), share),
        ),
        spoken.gettext(
            _("The fifth of the places that has most holds %(share)s of the events."),
            share=share(spoken, facts["top_fifth"]),
        ),
        spoken.gettext(message, p=chance_of(spoken, facts["p"])),
    ]


def _accuracy(spoken: Words, facts: Facts) -> list[str]:
    return [
        spoken.gettext(
            _(
                "The chosen places are %(area)s of the ground and caught %(hits)s of "
                "the events, %(value)s times "
                "as many as their ground."
            ),
            area=share(spoken, facts["area_share"]),
            hits=share(spoken, facts["hit_rate"]),
            value=number(spoken, facts["value"]),
        ),
        limits(spoken, facts.get("interval")),
        judged(spoken, facts, 1),
    ]


def _hours(spoken: Words, facts: Facts) -> list[str]:
    day, hour = divmod(facts["peak"], 24)
    return [
        spoken.gettext(
            _("Most falls on %(day)s at %(from)s to %(to)s: %(share)s of %(total)s events."),
            **{
                "day": spoken.gettext(DAYS[day]),
                "from": f"{hour:02d}",
                "to": f"{hour + 1:02d}",
                "share": share(spoken, facts["share"]),
                "total": number(spoken, facts["total"]),
            },
        ),
        limits(spoken, facts.get("interval"), share),
        spoken.gettext(_("Each event is shared over the hours in which it may have happened.")),
    ]


def _position(spoken: Words, facts: Facts) -> list[str]:
    return [
        spoken.gettext(
            _(
                "%(counted)s events are registered inside the border; with uncertain "
                "positions about %(value)s are."
            ),
            counted=number(spoken, facts["counted"]),
            value=number(spoken, facts["estimate"]),
        ),
        limits(spoken, facts.get("interval")),
        spoken.gettext(
            _("Half of the positions are taken to be at most %(error)s metres wrong."),
            error=number(spoken, facts["median_error"]),
        ),
    ]


TELL_SERIES: dict[str, Tell] = {
    "interrupted-time-series": _interrupted,
    "change-points": _change_points,
    "monitor": _monitor,
    "deviations": _deviations,
    "space-time-permutation-scan": _scan,
    "poisson-scan": _scan,
    "bernoulli-scan": _scan,
    "temporal-scan": _scan_of_time,
    "kernel-density": _density,
    "concentration": _concentration,
    "prediction-accuracy": _accuracy,
    "aoristic-hours": _hours,
    "position-error": _position,
}
