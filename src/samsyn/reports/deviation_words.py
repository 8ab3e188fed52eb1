"""What the deviation view says of each line, and how its curve is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from samsyn.analysis.errors import TooFewPeriods
from samsyn.domain import glossary
from samsyn.domain.events import IncidentGroup, OffenceGroup
from samsyn.reports.words import Words
from samsyn.studies.deviations import DeviationFindings, DeviationLine, Span

_GROUPS = {group.value: group for groups in (OffenceGroup, IncidentGroup) for group in groups}


def _(message: str) -> str:
    """Mark a message for the catalogue; it is translated where the language is known."""
    return message


_WEEKDAYS = {
    (0, 1, 2, 3): _("Monday to Thursday"),
    (4, 5, 6): _("Friday to Sunday"),
}
_MORE, _FEWER = _("Clearly more than expected"), _("Clearly fewer than expected")
_OTHER = _("Clearly other than expected")
_WORK_MORE = _(
    "Reported %(kind)s mirror above all how much the police search. More can mean more work, or more trade: "
    "the number does not say which."
)
_WORK_FEWER = _(
    "Reported %(kind)s mirror above all how much the police search. Fewer can mean less work, or less trade: "
    "the number does not say which."
)
_SETTLE = _(
    "Look at hours of presence, at violence that victims report and at what people on the place see, before "
    "anything is concluded."
)


@dataclass(frozen=True, slots=True)
class LineWords:
    """A line of the deviation view in one language.

    Parameters
    ----------
    heading, when, verdict, figures, note : str
        ``when`` is empty for whole weeks, ``note`` for kinds that victims or callers report.
    picture : str
        SVG of the course, with its alternative text.
    rows : tuple of (period, observed, expected)
        The same as a table, newest first.
    """

    heading: str
    when: str
    verdict: str
    figures: str
    note: str
    picture: str
    rows: tuple[tuple[str, str, str], ...]


def kind_name(kind: str, spoken: Words) -> str:
    """Return what people call a kind of event."""
    group = _GROUPS.get(kind)
    return glossary.label(group, spoken.language) if group else kind.removeprefix("observation:")


def line_words(line: DeviationLine, findings: DeviationFindings, spoken: Words) -> LineWords:
    """Return a line in words, with its picture and the same as a table."""
    kind = kind_name(line.kind, spoken)
    note = ""
    verdict = _MORE if line.more else _FEWER
    if line.detection_driven:
        # Never better or worse: both readings, and what would settle it.
        verdict = _OTHER
        reading = _WORK_MORE if line.more else _WORK_FEWER
        note = f"{spoken.gettext(reading, kind=_lower(kind))} {spoken.gettext(_SETTLE)}"
    return LineWords(
        heading=kind,
        when=_when(line, spoken),
        verdict=spoken.gettext(verdict),
        figures=spoken.gettext(
            _("%(observed)s events; %(expected)s expected (%(low)s to %(high)s)."),
            observed=_count(line.observed, findings, spoken),
            expected=spoken.number(line.expected, 0 if line.expected >= 10 else 1),
            low=spoken.number(line.low),
            high=spoken.number(line.high),
        ),
        note=note,
        picture=course_chart(line, kind, findings, spoken),
        rows=tuple(
            (
                spoken.day(day),
                _count(value, findings, spoken),
                spoken.number(expected, 0 if expected >= 10 else 1),
            )
            for day, value, expected in reversed(
                list(zip(line.days, line.course, line.foretold, strict=True))
            )
        ),
    )


def summary(findings: DeviationFindings, spoken: Words) -> str:
    """Return the sentence that stands above the lines."""
    period = spoken.period(findings.period.first, findings.period.end)
    if findings.refused == TooFewPeriods.code:
        return spoken.gettext(
            _("%(period)s cannot be judged: two years of earlier events are needed."), period=period
        )
    if findings.refused:
        return spoken.gettext(
            _("%(period)s cannot be judged: there are too few events for anything to stand out."),
            period=period,
        )
    if findings.quiet:
        return spoken.gettext(
            _("A quiet period. Nothing in %(period)s deviates clearly from what history foretells."),
            period=period,
        )
    return spoken.ngettext(
        "In %(period)s one thing deviates clearly from what history foretells.",
        "In %(period)s %(n)s things deviate clearly from what history foretells.",
        len(findings.lines) + findings.more,
        period=period,
    )


def basis(findings: DeviationFindings, spoken: Words) -> str:
    """Return how the lines were found: how many were looked at, against what, and how sure."""
    unit = {
        Span.WEEK: _("weeks"),
        Span.FOUR_WEEKS: _("four-week periods"),
        Span.SINCE: _("weeks, the same days"),
    }
    return spoken.gettext(
        _(
            "%(examined)s series were judged together against %(history)s earlier %(unit)s, with season and "
            "weekday. Lines are drawn so that about one in a hundred is chance; %(possible)s more are unsure "
            "and %(sparse)s had too few events to be judged."
        ),
        examined=spoken.number(findings.examined),
        history=spoken.number(findings.history),
        unit=spoken.gettext(unit[findings.span]),
        possible=spoken.number(findings.possible),
        sparse=spoken.number(findings.sparse),
    )


def _when(line: DeviationLine, spoken: Words) -> str:
    if not line.hours:
        return ""
    return spoken.gettext(
        _("%(days)s, %(first)s–%(end)s"),
        days=spoken.gettext(_WEEKDAYS[line.weekdays]),
        first=f"{line.hours[0]:02d}",
        end=f"{line.hours[1]:02d}",
    )


def _count(value: int | None, findings: DeviationFindings, spoken: Words) -> str:
    return f"<{findings.threshold}" if value is None else spoken.number(value)


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def course_chart(line: DeviationLine, kind: str, findings: DeviationFindings, spoken: Words) -> str:
    """Return the course of a line as SVG: bars for what came, a line for what was foretold.

    What the reader may not meet is a gap with a dotted outline, never a bar of height zero.
    """
    step, wide, tall, left, base = 11.0, 8.0, 110.0, 6.0, 124.0
    steps = len(line.course)
    top = max([*(value or 0 for value in line.course), *line.foretold, line.high, 1.0])
    width = left * 2 + step * steps
    scale = tall / top
    alternative = spoken.gettext(
        _(
            "%(kind)s, step by step for a year: between %(least)s and %(most)s events. Last: %(last)s, "
            "expected %(expected)s."
        ),
        kind=kind,
        least=_count(_least(line.course), findings, spoken),
        most=spoken.number(max((value for value in line.course if value is not None), default=0)),
        last=_count(line.observed, findings, spoken),
        expected=spoken.number(line.expected, 1),
    )
    box = f'viewBox="0 0 {width:.0f} {base + 8:.0f}"'
    parts = [f'<svg class="chart course" {box} role="img" aria-label={quoteattr(alternative)}>']
    for at, value in enumerate(line.course):
        x = left + at * step
        if value is None:
            parts.append(
                f'<rect class="missing" x="{x:.1f}" y="{base - 12:.1f}" width="{wide}" height="12"/>'
            )
            continue
        height = max(value, 0) * scale
        name = "bar" + (" detect" if line.detection_driven else "") + (" now" if at == steps - 1 else "")
        parts.append(
            f'<rect class="{name}" x="{x:.1f}" y="{base - height:.1f}" width="{wide}" height="{height:.1f}"/>'
        )
    points = " ".join(
        f"{left + at * step + wide / 2:.1f},{base - value * scale:.1f}"
        for at, value in enumerate(line.foretold)
    )
    parts.append(f'<polyline class="mean" points="{points}"/>')
    last = left + (steps - 1) * step + wide / 2
    low, high = base - line.low * scale, base - line.high * scale
    parts.append(f'<path class="whisker" d="M{last - 3:.1f} {high:.1f}h6m-3 0V{low:.1f}m-3 0h6"/>')
    parts.append(f'<path class="axis" d="M{left} {base}H{width - left:.1f}"/></svg>')
    return "".join(parts)


def _least(course: Sequence[int | None]) -> int | None:
    return (
        None
        if any(value is None for value in course)
        else min(value for value in course if value is not None)
    )
