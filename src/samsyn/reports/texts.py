"""Sentences from the facts of findings, in Swedish or English; no number is computed here.

Messages are English and live in the one catalogue. A verdict is one of a few fixed words. It never says more
than the check behind it: nothing is *likely* or *significant*, and a change that does not stand out is
*within normal variation*, never *no change*.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from samsyn.analysis.readings import Reading
from samsyn.analysis.results import Direction
from samsyn.domain.caveats import CAVEAT_TEXTS, Caveat
from samsyn.domain.errors import SamsynError
from samsyn.reports.words import Words, words
from samsyn.studies.findings import (
    AreaFinding,
    Comparison,
    Decomposition,
    DenominatorBreak,
    FamilyFacts,
    Figure,
    FigureState,
    MeanComparison,
    PercentRule,
    Refusal,
    SeriesFindings,
    Word,
)

translator = words
_HARD = "\u00a0"
_MOST_RATIO = 11.0  # beyond eleven times as many the exact limit tells nobody anything


def _(message: str) -> str:
    """Mark a message for the catalogue; it is translated where the language is known."""
    return message


VERDICTS: dict[Word, str] = {
    Word.CLEAR_INCREASE: _("Clear increase"),
    Word.CLEAR_DECREASE: _("Clear decrease"),
    Word.POSSIBLE_INCREASE: _("Possible increase"),
    Word.POSSIBLE_DECREASE: _("Possible decrease"),
    Word.WITHIN_NORMAL_VARIATION: _("Within normal variation"),
    Word.CANNOT_BE_COMPUTED: _("Cannot be computed"),
    Word.CANNOT_BE_INTERPRETED: _("Cannot be interpreted"),
}
KINDS = {
    "reported_offence": _("reported offences"),
    "incident_report": _("incident reports"),
    "survey": _("survey"),
    "residents": _("residents"),
    "register": _("register"),
}
SCHEMES = {
    "basomrade": _("base area"),
    "nyko5": _("nyko5 area"),
    "stadsdelsomrade": _("city district"),
    "lokalpolisomrade": _("local police area"),
    "polisregion": _("police region"),
    "kommun": _("municipality"),
    "lan": _("county"),
    "grannskap": _("neighbourhood"),
    "plats": _("place"),
}
SEXES = {"women": _("women"), "men": _("men"), "girls": _("girls"), "boys": _("boys")}
UNITS = {
    "count": _("number of events"),
    "persons": _("persons"),
    "per_100000": _("per 100 000 residents, as the source prints it"),
    "percent": _("per cent"),
    "index": _("index"),
    "sek": _("SEK"),
    "hectare": _("hectares"),
}
READINGS: dict[Reading, str] = {
    Reading.LESS_WORK: _("Less police work may explain the fall: fewer searches find fewer offences."),
    Reading.LESS_TRADE: _("Less trade may explain the fall: there was less to find."),
    Reading.MORE_WORK: _("More police work may explain the rise: more searches find more offences."),
    Reading.MORE_TRADE: _("More trade may explain the rise: there was more to find."),
    Reading.NUMBER_DOES_NOT_SAY: _(
        "The difference is no larger than ordinary variation: the number does not say whether the trade "
        "changed."
    ),
    Reading.PICTURES_DIVERGE: _(
        "The pictures diverge. Ask the source: another method, another way of registering, or trade that has "
        "moved indoors, online or elsewhere."
    ),
}
DIRECTIONS: dict[Direction, str] = {
    Direction.UP: _("gone up"),
    Direction.DOWN: _("gone down"),
    Direction.EQUAL: _("hardly changed"),
    Direction.UNKNOWN: _("unknown"),
}
REFUSALS = {
    "hidden_value": _("a figure it needs is hidden"),
    "missing_value": _("the source has no figure for %(period)s"),
    "boundary_changed": _("the area was drawn anew between the periods"),
    "not_whole_numbers": _("the figures are not whole numbers"),
    "mean_is_zero": _("the mean is zero"),
    "mean_rounded_to_zero": _("the mean is rounded to zero"),
    "residents_too_far": _(
        "the nearest figure of residents is from %(residents_year)s, too far from "
        "%(year)s"
    ),
    "not_final": _("the figure is not final"),
    "other_vintage": _("Figures of %(dataset)s for %(scheme)s %(code)s belong to another division of areas "
                       "(%(vintage)s) and are left out."),
    "no_figures": _("There are no figures for the areas of this place in the period."),
    "no_residents": _(
        "There is no figure of residents for %(scheme)s %(code)s, so nothing is shown "
        "per resident."
    ),
    "part_year_not_compared": _(
        "%(series)s, %(period)s: a part of the year, shown but not compared with whole "
        "years."
    ),
    "preliminary_not_compared": _("%(series)s, %(period)s: preliminary, shown but not compared."),
    "different_kind": _("they count different things"),
    "different_unit": _("their units differ"),
    "different_geography": _("their areas differ"),
    "different_definition": _("their definitions differ"),
    "different_standing": _("one is published by its source, the other is not"),
}  # fmt: skip


def verdict_word(spoken: Words, word: Word) -> str:
    """Return the word of a verdict."""
    return spoken.gettext(VERDICTS[word])


def area_name(spoken: Words, area: AreaFinding) -> str:
    """Return an area with its scheme and code: a code alone has no meaning."""
    scheme = spoken.gettext(SCHEMES.get(area.scheme, area.scheme))
    if area.name in ("", area.code):
        return f"{scheme} {area.code}"
    # Names such as Norrmalms stadsdelsområde already say what they are.
    name = area.name if scheme.casefold() in area.name.casefold() else f"{scheme} {area.name}"
    # A code without a digit is only the name again, spelled for a computer.
    return f"{name} ({area.code})" if any(sign.isdigit() for sign in area.code) else name


def series_name(spoken: Words, series: SeriesFindings) -> str:
    """Return a series' name with the sex and age group that it is limited to."""
    parts = [series.label]
    if series.sex:
        parts.append(spoken.gettext(SEXES.get(series.sex, series.sex)))
    if series.age_group and series.sex not in ("girls", "boys"):  # who say their age themselves
        parts.append(age_group(spoken, series.age_group))
    return ", ".join(parts)


def age_group(spoken: Words, group: str) -> str:
    """Return an age group in words where it is a limit, else as the source has it."""
    if group.startswith("<") and group[1:].isdigit():
        return spoken.gettext("under %(age)s", age=group[1:])
    if group.endswith("+") and group[:-1].isdigit():
        return spoken.gettext("%(age)s and over", age=group[:-1])
    return spoken.gettext("%(age)s years", age=group)


def in_sentence(name: str) -> str:
    """Return a name as it stands inside a sentence: LOB keeps its capitals, Stöld does not."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def series_facts(spoken: Words, series: SeriesFindings) -> str:
    """Return the quiet line under a series' name: what sort of number it is."""
    facts = [spoken.gettext(KINDS.get(series.kind, series.kind))]
    if series.is_detection_driven:
        facts.append(spoken.gettext("detection-driven"))
    if series.offence_type == "mixed":
        facts.append(spoken.gettext("partly detection-driven"))
    if series.presence_sensitive:
        facts.append(spoken.gettext("presence-sensitive"))
    if series.small_numbers:
        facts.append(spoken.gettext("small numbers"))
    return " · ".join(facts)


# --- one figure ----------------------------------------------------------------------------------------


def number_text(spoken: Words, value: float, unit: str) -> str:
    """Return a value as printed in its unit."""
    if unit == "percent":
        return spoken.percent(value / 100, 0 if value == int(value) else 1, signed=False)
    return spoken.number(value, 0 if value == int(value) else 1 if unit != "index" else 2)


def hidden_text(spoken: Words, state: FigureState, k: str) -> str:
    """Return the mark of a hidden figure: too small, protecting another, or hidden by the source."""
    if state is FigureState.HIDDEN_BY_SOURCE:
        return spoken.gettext("hidden by the source")
    return f"<{k}" if state is FigureState.HIDDEN_SMALL else spoken.gettext("protected")


def figure_note(spoken: Words, figure: Figure) -> str:
    """Return what qualifies a figure: preliminary, part of the year, rounded, its margin, its n."""
    notes = []
    if figure.status == "preliminary":
        notes.append(spoken.gettext("preliminary"))
    if figure.status == "part_year":
        notes.append(spoken.period(figure.first, figure.end))
    if figure.status == "rounded":
        notes.append(spoken.gettext("rounded"))
    if figure.margin is not None:
        notes.append("±" + spoken.number(figure.margin, 1))
    if figure.n is not None:
        notes.append(f"n = {spoken.number(figure.n)}")
    return " · ".join(notes)


def refusal_text(spoken: Words, refusal: Refusal, **more: Any) -> str:
    """Return why something was not computed, as a part of a sentence or a whole one by its code."""
    facts: dict[str, Any] = {fact.name: fact.value for fact in refusal.facts} | more
    if "scheme" in facts:
        facts["scheme"] = spoken.gettext(SCHEMES.get(str(facts["scheme"]), str(facts["scheme"])))
    first, end = facts.get("period_first", facts.get("first")), facts.get("period_end", facts.get("end"))
    facts["period"] = (
        spoken.period(date.fromisoformat(str(first)), date.fromisoformat(str(end))) if first else ""
    )
    return spoken.gettext(REFUSALS[refusal.code], **facts)


def error_text(spoken: Words, error: SamsynError) -> tuple[str, str]:
    """Return what happened and how to mend it, in the language."""
    return spoken.gettext(error.template, **error.facts), spoken.gettext(error.mend, **error.facts)


# --- comparisons ---------------------------------------------------------------------------------------


def comparison_figures(spoken: Words, comparison: Comparison) -> str:
    """Return the figures behind a verdict: ``−174 · −42 % (−57 till −21)``."""
    if comparison.difference is None:
        return ""
    difference = spoken.number(comparison.difference, signed=True)
    if comparison.percent_rule is PercentRule.HIDDEN_SMALL_NUMBERS:
        # The percentage says nothing here; the interval shows how little.
        return f"{difference} ({_interval(spoken, comparison)}{_HARD}%)"
    if comparison.percent is None:
        return difference
    return f"{difference} · {spoken.percent(comparison.percent)} ({_interval(spoken, comparison)})"


def comparison_note(spoken: Words, comparison: Comparison) -> str:
    """Return the quiet line under a verdict: why a percentage is missing, what disturbs."""
    if comparison.refusal is not None:
        return spoken.gettext("because %(reason)s", reason=refusal_text(spoken, comparison.refusal))
    if comparison.percent_rule is PercentRule.ZERO_START:
        return spoken.gettext("per cent cannot be computed from 0")
    if comparison.percent_rule in (PercentRule.SMALL_NUMBERS, PercentRule.HIDDEN_SMALL_NUMBERS):
        return spoken.gettext("small numbers")
    return ""


def _interval(spoken: Words, comparison: Comparison) -> str:
    check = comparison.check
    if check is None or check.low is None:
        return ""
    if check.high is None:
        text = spoken.gettext("at least %(low)s", low=spoken.number(100 * (check.low - 1), signed=True))
    elif check.high > _MOST_RATIO:
        most = spoken.gettext("over %(most)s", most=spoken.number(100 * (_MOST_RATIO - 1), signed=True))
        text = spoken.span(spoken.number(100 * (check.low - 1), signed=True), most)
    else:
        text = spoken.change_span(check.low - 1, check.high - 1)
    return text.replace(" ", _HARD)  # an interval is not torn over two lines


def mean_text(spoken: Words, mean: MeanComparison) -> tuple[str, str]:
    """Return a ratio to the mean and its quiet line: the mean and the interval that rounding leaves."""
    if mean.mean is None:
        return "", refusal_text(
            spoken, mean.refusal, period_first=mean.first, period_end=mean.end
        ) if mean.refusal else ""
    beside = spoken.gettext("mean %(mean)s", mean=spoken.number(mean.mean))
    if mean.ratio is None:
        if mean.low is None:
            return "", beside
        return spoken.gettext("at least %(low)s", low=spoken.multiple(mean.low)), beside
    if mean.low is None or mean.low == mean.high:
        return spoken.multiple(mean.ratio), beside
    low = spoken.multiple(mean.low).removesuffix("×")
    if mean.high is not None and spoken.multiple(mean.high).removesuffix("×") == low:
        return spoken.multiple(mean.ratio), beside
    if mean.high is None:
        return spoken.multiple(mean.ratio), f"{beside} · " + spoken.gettext("at least %(low)s", low=low)
    return spoken.multiple(mean.ratio), f"{beside} · {low}–{spoken.multiple(mean.high).removesuffix('×')}"


def mean_facts(spoken: Words, mean: MeanComparison, scheme: str) -> str:
    """Return what the mean is a mean of."""
    facts = {"n": spoken.number(mean.n_areas or 0), "scheme": spoken.gettext(SCHEMES.get(scheme, scheme))}
    parts = []
    if mean.n_areas:
        parts.append(
            spoken.gettext("The mean is the total divided by %(n)s areas of the kind %(scheme)s.", **facts)
        )
    if mean.rounded_to is not None:
        parts.append(
            spoken.gettext(
                "It is rounded to %(step)s, so each ratio is an interval.",
                step=spoken.gettext("whole numbers")
                if mean.rounded_to == 1
                else spoken.number(mean.rounded_to, 1),
            )
        )
    if mean.contains_place:
        parts.append(
            spoken.gettext(
                "It contains the place itself and areas where next to nothing happens; it is no norm."
            )
        )
    return " ".join(parts)


def decomposition_text(spoken: Words, what: Decomposition, name: str) -> str:
    """Return why a count and its rate moved as they did, without guessing about the ground that remains."""
    facts = {
        "name": name,
        "before": spoken.period(what.before_first, what.before_end),
        "after": spoken.period(what.after_first, what.after_end),
        "count": spoken.percent(what.count_ratio - 1, 1),
        "base": spoken.percent(what.exposure_ratio - 1, 1),
        "rate": spoken.percent(what.rate_ratio - 1, 1),
    }
    if what.exposure == "hectare":
        facts |= {
            "base_before": spoken.number(what.exposure_before, 1),
            "base_after": spoken.number(what.exposure_after, 1),
        }
        text = spoken.gettext(
            "%(name)s, %(before)s to %(after)s: the number changed by %(count)s and the area by %(base)s "
            "(%(base_before)s to %(base_after)s ha), therefore the number per hectare by %(rate)s. "
            "Whether there "
            "is more or less on the ground that remains can only be said from events inside one and the same "
            "boundary.",
            **facts,
        )
    else:
        facts |= {
            "base_before": spoken.number(what.exposure_before),
            "base_after": spoken.number(what.exposure_after),
        }
        text = spoken.gettext(
            "%(name)s, %(before)s to %(after)s: the number changed by %(count)s but the number per "
            "resident by "
            "%(rate)s. They point in different directions because the residents that the source "
            "divides by go "
            "from %(base_before)s to %(base_after)s (%(base)s).",
            **facts,
        )
    if what.broken_denominator:
        text += " " + spoken.gettext("That jump is to be explained before either figure is used.")
    return text


def break_text(spoken: Words, found: DenominatorBreak, name: str) -> str:
    """Return where the population that a source divides by jumps."""
    return spoken.gettext(
        "%(name)s in %(area)s: the count and the rate that the source prints imply %(before)s residents in "
        "%(before_year)s and %(after)s in %(after_year)s (%(step)s; the usual step is %(usual)s). "
        "The jump is to be "
        "explained before rates are compared across it.",
        name=name,
        area=found.area_name,
        before=spoken.number(found.implied_before),
        after=spoken.number(found.implied_after),
        before_year=found.before_year,
        after_year=found.after_year,
        step=spoken.percent(found.step, 1),
        usual=spoken.percent(found.median_step, 1),
    )


def family_text(spoken: Words, family: FamilyFacts) -> str:
    """Return how many comparisons were judged together and how many would get a word by chance."""
    return spoken.gettext(
        "All %(m)s comparisons on this page are judged together (Benjamini–Hochberg); %(found)s of "
        "them got a word. "
        "If nothing at all had happened, about %(chance)s of %(m)s comparisons would read “possible” "
        "by chance if "
        "each were judged alone.",
        m=spoken.number(family.comparisons),
        found=spoken.number(family.with_word),
        chance=spoken.number(family.expected_by_chance, 1),
    )


def caveat_text(spoken: Words, code: str) -> str:
    """Return the reservation of a code."""
    return spoken.gettext(CAVEAT_TEXTS[Caveat(code)])
