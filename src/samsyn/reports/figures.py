"""Small charts as SVG, drawn by hand so that every mark is ours to explain.

Two dialects of the same drawing: ``embedded=False`` carries class names only, for a page whose style sheet
follows dark mode, print and forced colours; ``embedded=True`` carries explicit paint, for the PDF and for
pictures in Word, where no style sheet reaches. A series that measures police effort first is drawn as
outlines and never wears the accent colour. A missing value is a gap with its reason, never a bar of height
zero.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from samsyn.reports.document import BarChart, SparkCell

FONT = "Source Sans 3"
_PAINT = {
    "bar": 'fill="#b9c6cf"',
    "bar now": 'fill="#12495b"',
    "bar detect": 'fill="none" stroke="#6f7482" stroke-width="1.2" stroke-dasharray="3 2"',
    "bar detect now": 'fill="none" stroke="#3d4250" stroke-width="1.8"',
    "missing": 'fill="none" stroke="#9a9fab" stroke-width="1" stroke-dasharray="1 3"',
    "zero": 'stroke="#55607a" stroke-width="1.5"',
    "axis": 'stroke="#55607a" stroke-width="1"',
    "event": 'stroke="#8a4b00" stroke-width="1.2" stroke-dasharray="4 3"',
    "value": f'fill="#16213a" font-family="{FONT}" font-size="15" text-anchor="middle"',
    "label": f'fill="#55607a" font-family="{FONT}" font-size="14" text-anchor="middle"',
    "reason": f'fill="#55607a" font-family="{FONT}" font-size="12" text-anchor="middle"',
    "mark": f'fill="#8a4b00" font-family="{FONT}" font-size="14" font-weight="600" text-anchor="middle"',
}
_SPARK_HEIGHT = 28.0
_STEP, _WIDE, _ROOMY = 24.0, 18.0, 6


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _style(name: str, embedded: bool) -> str:
    return _PAINT[name] if embedded else f'class="{name}"'


def _rect(name: str, x: float, y: float, width: float, height: float, embedded: bool) -> str:
    box = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
    return f"<rect {_style(name, embedded)} {box}/>"


def _line(name: str, x1: float, y1: float, x2: float, y2: float, embedded: bool) -> str:
    ends = f'x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"'
    return f"<line {_style(name, embedded)} {ends}/>"


def _text(name: str, x: float, y: float, text: str, embedded: bool) -> str:
    anchor = "" if embedded else ' text-anchor="middle"'
    return f'<text {_style(name, embedded)} x="{_n(x)}" y="{_n(y)}"{anchor}>{escape(text)}</text>'


def _open(name: str, width: float, height: float, alternative: str, embedded: bool) -> str:
    box = f'viewBox="0 0 {_n(width)} {_n(height)}"'
    if embedded:
        return f'<svg xmlns="http://www.w3.org/2000/svg" {box} width="{_n(width)}" height="{_n(height)}">'
    return f'<svg class="{name}" {box} role="img" aria-label={quoteattr(alternative)}>'


def spark(cell: SparkCell, *, embedded: bool = False) -> str:
    """Return the row of small bars of a table cell as SVG."""
    top = max((value for value in cell.values if value is not None), default=0.0) or 1.0
    step, wide = (_STEP, _WIDE) if len(cell.values) <= _ROOMY else (_STEP / 2, _WIDE / 2)
    width = step * len(cell.values) - (step - wide)
    parts = [_open("chart", width + 2, _SPARK_HEIGHT + 2, cell.alternative, embedded)]
    last = max((i for i, value in enumerate(cell.values) if value is not None), default=-1)
    for index, value in enumerate(cell.values):
        x = 1 + index * step
        if value is None:
            parts.append(_rect("missing", x, 1, wide, _SPARK_HEIGHT, embedded))
            continue
        height = (_SPARK_HEIGHT - 1) * value / top
        if height < 0.75:
            floor = _SPARK_HEIGHT + 1
            parts.append(_line("zero", x, floor, x + wide, floor, embedded))
            continue
        name = "bar" + (" detect" if cell.detection else "") + (" now" if index == last else "")
        parts.append(_rect(name, x, 1 + _SPARK_HEIGHT - height, wide, height, embedded))
    return "".join([*parts, "</svg>"])


def natural_width(chart: BarChart) -> float:
    """Return the width of the embedded drawing of a chart, in its own units."""
    return 20.0 + max(46.0, min(92.0, 620.0 / max(1, len(chart.bars)))) * len(chart.bars)


def bar_chart(chart: BarChart, alternative: str, *, embedded: bool = False) -> str:
    """Return a bar chart over time as SVG, with printed values and context events."""
    step = max(46.0, min(92.0, 620.0 / max(1, len(chart.bars))))
    wide, left, top, tall = step * 0.62, 10.0, 54.0, 135.0
    # On a page that stretches a chart to its width, few bars are not blown up: all share one scale.
    width, base = max(0.0 if embedded else 640.0, left * 2 + step * len(chart.bars)), top + tall
    most = max((bar.value for bar in chart.bars if bar.value is not None), default=0.0) or 1.0
    last = max((i for i, bar in enumerate(chart.bars) if bar.value is not None), default=-1)
    parts = [_open("chart", width, base + 30, alternative, embedded)]
    for index, bar in enumerate(chart.bars):
        x = left + index * step + (step - wide) / 2
        middle = x + wide / 2
        if bar.value is None:
            parts.append(_rect("missing", x, base - 42, wide, 42, embedded))
            parts.append(_text("reason", middle, base - 48, bar.reason or bar.text, embedded))
        else:
            height = tall * bar.value / most
            name = "bar" + (" detect" if chart.detection else "") + (" now" if index == last else "")
            parts.append(_rect(name, x, base - height, wide, height, embedded))
            parts.append(_text("value", middle, base - height - 6, bar.text, embedded))
        parts.append(_text("label", middle, base + 20, bar.label, embedded))
    parts.append(_line("axis", left, base, left + step * len(chart.bars), base, embedded))
    for marker in chart.markers:
        x = left + marker.position * step
        # A short stroke above the bars: a line through them would run into the printed values.
        parts.append(_line("event", x, 20, x, 34, embedded))
        parts.append(_line("event", x, base, x, base + 6, embedded))
        parts.append(_text("mark", x, 16, marker.label, embedded))
    return "".join([*parts, "</svg>"])
