"""A week as a picture: seven strips of twenty-four hours, darker the more of the hour is covered."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from django.utils.safestring import SafeString, mark_safe

from samsyn.domain.coverage import DAYS, HOURS, Gap, Week

_CELL, _HIGH, _LEFT, _TOP = 20, 22, 46, 20
# Upper limits of the shades; nothing at all is drawn as a dashed frame and never as a shade.
_SHADES = (0.25, 0.5, 0.75, 1.01)


def shade(share: float) -> int:
    """Return the shade of a covered share: 0 is nothing at all, 4 is the whole hour or nearly."""
    if share <= 0:
        return 0
    return next(number for number, limit in enumerate(_SHADES, 1) if share < limit)


def draw_week(
    week: Week, weekdays: Sequence[str], alternative: str, *, control: Week = (), busy: Sequence[Gap] = ()
) -> SafeString:
    """Return the picture with its text alternative; informal control is a line, a busy hour a ring."""
    rung = {
        (day, hour) for gap in busy for day in gap.weekdays for hour in range(gap.first_hour, gap.end_hour)
    }
    width, height = _LEFT + HOURS * _CELL + 2, _TOP + DAYS * _HIGH + 4
    parts = [
        f'<svg class="chart heat" role="img" viewBox="0 0 {width} {height}">',
        f"<title>{escape(alternative)}</title>",
    ]
    for hour in range(0, HOURS, 3):
        parts.append(f'<text x="{_LEFT + hour * _CELL}" y="14">{hour:02}</text>')
    for day in range(DAYS):
        top = _TOP + day * _HIGH
        parts.append(f'<text x="0" y="{top + 15}">{escape(weekdays[day])}</text>')
        for hour in range(HOURS):
            left = _LEFT + hour * _CELL
            parts.append(
                f'<rect class="h{shade(week[day][hour])}" x="{left + 1}" y="{top + 1}" '
                f'width="{_CELL - 2}" height="{_HIGH - 4}"/>'
            )
            if control and control[day][hour] > 0:
                parts.append(
                    f'<rect class="eyes" x="{left + 3}" y="{top + _HIGH - 6}" '
                    f'width="{_CELL - 6}" height="2.5"/>'
                )
            if (day, hour) in rung:
                parts.append(
                    f'<circle class="busy" cx="{left + _CELL / 2}" cy="{top + _HIGH / 2 - 1}" r="5"/>'
                )
    parts.append("</svg>")
    # Numbers and our own words only; the words are escaped above.
    return mark_safe("".join(parts))  # noqa: S308
