"""What the answers about presence, surveys, agreement and few events mean, in sentences.

Facts come from `to_dict()`; nothing is computed here but signs and per cent.
"""

from __future__ import annotations

from samsyn.reports.explain_parts import (
    Facts,
    Tell,
    amount,
    chance_of,
    change_of_ratio,
    judged,
    limits,
    number,
    share,
)
from samsyn.reports.words import Words


def _(message: str) -> str:
    """Mark a message for the catalogue; it is translated where the language is known."""
    return message


def _percent(spoken: Words, value: float | None) -> str:
    """Return a number that is per cent already."""
    return share(spoken, None if value is None else value / 100)


# --- presence -------------------------------------------------------------------------------------------


def _dosage(spoken: Words, facts: Facts) -> list[str]:
    said = [
        spoken.gettext(
            _(
                "The logged visits (%(visits)s) make %(minutes)s minutes; somebody was "
                "at the place for %(someone)s "
                "of them."
            ),
            visits=number(spoken, facts["n"]),
            minutes=number(spoken, facts["value"]),
            someone=number(spoken, facts["minutes_with_someone"]),
        )
    ]
    if facts.get("planned"):
        said.append(
            spoken.gettext(
                _(
                    "%(reached)s of %(planned)s planned windows were reached, and "
                    "%(share)s of their minutes covered."
                ),
                reached=number(spoken, facts["reached"]),
                planned=number(spoken, facts["planned"]),
                share=_percent(spoken, facts.get("share_covered")),
            )
        )
    if facts.get("fidelity") is not None:
        said.append(
            spoken.gettext(
                _("Of the visits without an event, %(share)s were as long as the method asks for."),
                share=_percent(spoken, facts["fidelity"]),
            )
        )
        said.append(limits(spoken, facts.get("fidelity_interval"), _percent))
    return [
        *said,
        spoken.gettext(_("What is not logged may still have been done, and no effect is told here.")),
    ]


def _regularity(spoken: Words, facts: Facts) -> list[str]:
    message = (
        _("The visits come so regularly that they can be foreseen (p %(p)s).")
        if facts["verdict"] == "too_regular"
        else _("How regular the visits are is within what chance gives (p %(p)s).")
    )
    return [
        spoken.gettext(
            _(
                "%(most)s of %(all)s visits begin within the same 20 minutes of the "
                "day, from %(clock)s; random "
                "starts would give %(expected)s."
            ),
            most=number(spoken, facts["estimate"]),
            all=number(spoken, facts["n"]),
            clock=facts["clock"],
            expected=number(spoken, facts["expected"]),
        ),
        spoken.gettext(message, p=chance_of(spoken, facts["p"])),
    ]


def _deterrence(spoken: Words, facts: Facts) -> list[str]:
    message = (
        _("That the length matters at all is within what chance gives (p %(p)s).")
        if facts["p"] > 0.05
        else _("The calm lasts longer after longer visits, more than chance usually gives (p %(p)s).")
        if facts["slope"] < 0
        else _("The calm is shorter after longer visits, more than chance usually gives (p %(p)s).")
    )
    return [
        spoken.gettext(
            _("The curve turns at %(minutes)s: longer visits than that give no longer calm."),
            minutes=amount(spoken, facts["estimate"], facts.get("unit")),
        ),
        limits(spoken, facts["interval"]),
        spoken.gettext(message, p=chance_of(spoken, facts["p"])),
        spoken.gettext(
            _("At that length the risk of a next event is %(ratio)s times that after the shortest visit."),
            ratio=number(spoken, facts["hazard_ratio"]),
        ),
    ]


# --- agreement and surveys ------------------------------------------------------------------------------


def _agreement(spoken: Words, facts: Facts) -> list[str]:
    return [
        spoken.gettext(
            _("The assessors agree in %(agreement)s of the cases; chance alone would give %(chance)s."),
            agreement=_percent(spoken, facts["agreement"]),
            chance=_percent(spoken, facts["agreement_by_chance"]),
        ),
        spoken.gettext(
            _("Beyond chance the agreement is %(value)s, where 1 is full agreement and 0 that of chance."),
            value=number(spoken, facts["estimate"]),
        ),
        limits(spoken, facts.get("interval")),
        spoken.gettext(_("That they agree does not tell that they are right.")),
    ]


def _share(spoken: Words, facts: Facts) -> list[str]:
    said = [
        spoken.gettext(
            _("%(value)s answered yes: %(yes)s of %(all)s."),
            value=_percent(spoken, facts["value"]),
            yes=number(spoken, facts["yes"]),
            all=number(spoken, facts["n"]),
        ),
        limits(spoken, facts.get("interval"), _percent),
    ]
    return [*said, *_left_out(spoken, facts)]


def _weighted(spoken: Words, facts: Facts) -> list[str]:
    said = [
        spoken.gettext(
            _("Weighted, %(value)s answered yes; unweighted it is %(yes)s of %(all)s."),
            value=_percent(spoken, facts["value"]),
            yes=number(spoken, facts["yes"]),
            all=number(spoken, facts["n"]),
        ),
        limits(spoken, facts.get("interval"), _percent),
    ]
    if facts.get("effective_n") is not None:
        said.append(
            spoken.gettext(
                _("The weights make the answers worth as much as %(n)s unweighted ones."),
                n=number(spoken, facts["effective_n"]),
            )
        )
    return [*said, *_left_out(spoken, facts)]


def _left_out(spoken: Words, facts: Facts) -> list[str]:
    if not facts.get("dont_know") and not facts.get("missing"):
        return []
    message = (
        _("Don't know (%(unsure)s) counts as an answer; missing answers (%(missing)s) do not.")
        if facts.get("dont_know_in_base")
        else _("Don't know (%(unsure)s) and missing answers (%(missing)s) are not counted.")
    )
    return [
        spoken.gettext(
            message,
            unsure=number(spoken, facts.get("dont_know") or 0),
            missing=number(spoken, facts.get("missing") or 0),
        )
    ]


def _waves(spoken: Words, facts: Facts) -> list[str]:
    return [
        spoken.gettext(
            _("The share went from %(before)s to %(after)s, a difference of %(value)s."),
            before=_percent(spoken, facts["before"]["value"]),
            after=_percent(spoken, facts["after"]["value"]),
            value=amount(spoken, facts["difference"], "percentage_points", signed=True),
        ),
        limits(spoken, facts.get("interval")),
        judged(spoken, facts, 0),
        spoken.gettext(_("It holds only if the same sort of people answered both times.")),
    ]


def _index(spoken: Words, facts: Facts) -> list[str]:
    said = [
        spoken.gettext(
            _("The index is %(value)s on a scale from 0 to 100."), value=number(spoken, facts["estimate"])
        ),
        limits(spoken, facts.get("interval")),
    ]
    if facts.get("left_out"):
        said.append(
            spoken.gettext(_("Left out for too few answers: %(n)s."), n=number(spoken, facts["left_out"]))
        )
    if facts.get("alpha") is not None:
        message = (
            _("The questions hang together (alpha %(alpha)s).")
            if facts["alpha"] >= 0.7
            else _("The questions hang together poorly (alpha %(alpha)s), so read them one by one.")
        )
        said.append(spoken.gettext(message, alpha=number(spoken, facts["alpha"])))
    return said


def _printed(spoken: Words, facts: Facts) -> list[str]:
    words = {"all": number(spoken, facts["n"]), "printed": _percent(spoken, facts["printed"])}
    if facts["fits"]:
        low, high = number(spoken, facts["low"]), number(spoken, facts["high"])
        span = low if facts["low"] == facts["high"] else spoken.span(low, high)
        return [
            spoken.gettext(_("%(printed)s of %(all)s answers means %(span)s answers."), span=span, **words)
        ]
    return [
        spoken.gettext(
            _("No number of %(all)s answers gives %(printed)s; nearest is %(nearest)s, which is %(share)s."),
            nearest=number(spoken, facts["nearest"]),
            share=spoken.percent(facts["nearest_share"] / 100, 1, signed=False),
            **words,
        )
    ]


# --- few events -----------------------------------------------------------------------------------------


def _two_counts(spoken: Words, facts: Facts) -> list[str]:
    ratio = facts.get("ratio")
    counts = {
        "events": number(spoken, facts["events"]),
        "reference": number(spoken, facts["events_reference"]),
    }
    first = (
        spoken.gettext(
            _(
                "Counted are %(events)s against %(reference)s: %(ratio)s times as many "
                "for equal time and size."
            ),
            ratio=number(spoken, ratio),
            **counts,
        )
        if ratio is not None
        else spoken.gettext(
            _("Counted are %(events)s against %(reference)s, which gives no ratio."), **counts
        )
    )
    p = {"p": facts["p"]}  # the test is what is asked for; the interval may be another method's
    return [first, limits(spoken, facts.get("interval")), judged(spoken, p, 1)]


def _negative_binomial(spoken: Words, facts: Facts) -> list[str]:
    message = (
        _("The counts vary more than chance usually gives (p %(p)s).")
        if facts["p"] <= 0.05
        else _("How the counts vary is within what chance gives (p %(p)s).")
    )
    said = [
        spoken.gettext(message, p=chance_of(spoken, facts["p"])),
        spoken.gettext(
            _("Theta is %(value)s; the smaller it is, the more the counts vary."),
            value=number(spoken, facts["theta"]),
        ),
        limits(spoken, facts.get("interval")),
    ]
    for one in facts.get("coefficients") or ():
        sentence = spoken.gettext(
            _("%(name)s: %(change)s beside the group compared with."),
            name=one["name"],
            change=change_of_ratio(spoken, one["ratio"]),
        )
        said.append(f"{sentence} {limits(spoken, one.get('interval'), change_of_ratio)}".strip())
    return said


def _variation(spoken: Words, facts: Facts) -> list[str]:
    if facts["value"] <= 1:
        return [spoken.gettext(_("The counts vary no more than chance alone gives."))]
    message = _("The counts vary %(value)s times as much as chance alone gives.")
    return [spoken.gettext(message, value=number(spoken, facts["value"]))]


def _assumed_variation(spoken: Words, facts: Facts) -> list[str]:
    message = _("Not measured: the counts are taken to vary %(value)s times as much as chance alone gives.")
    return [spoken.gettext(message, value=number(spoken, facts["value"]))]


def _poisson_interval(spoken: Words, facts: Facts) -> list[str]:
    return [limits(spoken, facts), spoken.gettext(_("It tells chance alone, not errors in the register."))]


TELL_SURVEYS: dict[str, Tell] = {
    "dosage": _dosage,
    "dosage-regularity": _regularity,
    "residual-deterrence": _deterrence,
    "cohen-kappa": _agreement,
    "gwet-ac1": _agreement,
    "survey-share": _share,
    "weighted-share": _weighted,
    "survey-waves": _waves,
    "survey-index": _index,
    "printed-share": _printed,
    "e-test": _two_counts,
    "rate-ratio-exact": _two_counts,
    "negative-binomial": _negative_binomial,
    "overdispersion": _variation,
    "overdispersion-from-areas": _variation,
    "assumed-overdispersion": _assumed_variation,
    "poisson-interval": _poisson_interval,
}
