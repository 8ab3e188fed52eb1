"""Answers as a picture: one bar for each question, as long as all who were asked."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from django.utils.safestring import SafeString, mark_safe

_WIDE, _ROW, _HIGH, _TOP = 560, 48, 16, 34
# Yes, partly, no, don't know, not answered: by how dark and by how framed, never by hue.
_LOOKS = ("bar now", "bar part", "bar", "band", "missing")


def draw_answers(
    rows: Sequence[tuple[str, Sequence[int]]], words: Sequence[str], alternative: str
) -> SafeString:
    """Return the picture; each row is a label and as many counts as there are words."""
    height = _TOP + _ROW * len(rows) + 6
    parts = [
        f'<svg class="chart" role="img" viewBox="0 0 {_WIDE + 40} {height}">',
        f"<title>{escape(alternative)}</title>",
    ]
    left = 0.0
    for look, word in zip(_LOOKS, words, strict=True):
        parts.append(f'<rect class="{look}" x="{left + 1:.0f}" y="3" width="14" height="14"/>')
        parts.append(f'<text x="{left + 20:.0f}" y="15">{escape(word)}</text>')
        left += 36 + 9.0 * len(word)
    for at, (label, counts) in enumerate(rows):
        top, left, total = _TOP + _ROW * at, 0.0, sum(counts)
        parts.append(f'<text x="0" y="{top + 12}">{escape(label)}</text>')
        for look, count in zip(_LOOKS, counts, strict=True):
            if not count:
                continue
            width = _WIDE * count / total
            parts.append(
                f'<rect class="{look}" x="{left + 1:.1f}" y="{top + 18}" width="{width - 2:.1f}" '
                f'height="{_HIGH}"/>'
            )
            left += width
        parts.append(f'<text class="value" x="{_WIDE + 8}" y="{top + 31}">{total}</text>')
    parts.append("</svg>")
    # Numbers and our own words only; the words are escaped above.
    return mark_safe("".join(parts))  # noqa: S308
