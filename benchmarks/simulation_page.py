"""The page and the figure of the simulations, from the rows that bench_simulation.py makes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from samsyn.analysis.catalogue import QUESTIONS, find

PAGES = Path(__file__).resolve().parents[1] / "docs" / "reference" / "metoder"
PAGE, FIGURE = PAGES / "simulering.md", PAGES / "bilder" / "simulering.svg"
BAR_FROM, BAR_TO = 0.045, 0.055

HEADINGS = {
    "rates": "Tal, andelar och nämnare",
    "change": "Har det förändrats?",
    "displacement": "Gav insatsen något, och flyttade det?",
    "effects": "Hade det effekt?",
    "series": "Serier över tid",
    "hotspots": "Var samlas det?",
    "scan": "Klungor",
    "dosage": "Dos och besök",
    "surveys": "Enkäter",
    "agreement": "Är bedömarna överens?",
    "position": "Läge",
}
CLAIM_WORDS = {"rejects": "storlek", "covers": "täckning"}
BARS = {
    ("rejects", False): "0,05 ± 0,005",
    ("rejects", True): "aldrig över 0,05",
    ("covers", False): "0,95 ± 0,01",
    ("covers", True): "aldrig under 0,95",
}
INTRODUCTION = """# Simulering av storlek och täckning

Varje rad är en situation där sanningen är känd. Storlek är hur ofta metoden säger något när inget har hänt. \
Täckning är hur ofta 95-procentsintervallet rymmer det sanna värdet. Talen kommer från \
`benchmarks/bench_simulation.py`; antalet simuleringar står på varje rad och kan vara färre än i en full \
körning.

En metod som är exakt, eller som lovar högst 5 procent fel, får aldrig göra fel oftare. Övriga ska ligga \
nära. "Inom slumpen" betyder att andelen är utanför gränsen men att Monte Carlo-intervallet når in till den. \
"Försiktigare" betyder att metoden gör fel mer sällan än den anger. Få simuleringar ger breda intervall, och \
då säger ett ja mindre.

Där metoden avböjer att svara sägs inget, och det finns inget intervall; täckningen gäller då bara de svar \
som gavs, vilket kan göra den lägre.

![Andel fel för varje metod, med Monte Carlo-intervall](bilder/simulering.svg)
"""
TITLE = "Andel fel i simuleringarna, med Monte Carlo-intervall, för varje metod"
NAMED = 'role="img" aria-labelledby="title"'
LEGEND = (
    "Andel fel när 5 % är avsett. Fylld punkt: säger något fast inget hänt. "
    "Öppen punkt: intervallet missar det sanna. Rött: för ofta."
)


def swedish(value: float, digits: int = 3) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def whole(value: int) -> str:
    return f"{value:,}".replace(",", " ")


def word_of(row: Mapping[str, Any]) -> str:
    """Return the last cell of a row."""
    if row["verdict"] in ("inside", "within_chance"):
        return "ja" if row["verdict"] == "inside" else "inom slumpen"
    too_often = (row["claim"] == "rejects") == (row["verdict"] == "above")
    return "**nej, fel för ofta**" if too_often else "nej, försiktigare"


def page_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the page."""
    text = [INTRODUCTION]
    for question in QUESTIONS:
        inside = [row for row in rows if find(row["method"]).question == question]
        if not inside:
            continue
        text.append(f"## {HEADINGS[question]}\n")
        text.append(
            "| Metod | Situation | Mått | Simuleringar | Avböjda | Andel | Monte Carlo | Gräns | Innanför |"
        )
        text.append("| --- | --- | --- | ---: | ---: | ---: | --- | --- | --- |")
        for row in inside:
            low, high = row["interval"]
            cells = (
                f"[{row['method']}]({row['method']}.md)",
                row["situation"],
                CLAIM_WORDS[row["claim"]],
                whole(row["simulations"]),
                whole(row["refused"]),
                swedish(row["value"]),
                f"{swedish(low)}–{swedish(high)}",
                BARS[row["claim"], row["exact"]],
                word_of(row),
            )
            text.append(f"| {' | '.join(cells)} |")
        text.append("")
    return "\n".join(text).rstrip() + "\n"


def sentence_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return what the page of a method says of its rows."""
    outside = [row for row in rows if word_of(row).strip("*").startswith("nej")]
    start = "I [simuleringen](simulering.md)"
    if not outside:
        return f"{start} ligger metoden innanför sin gräns, eller så nära som slumpen tillåter."
    told = [
        f"{CLAIM_WORDS[row['claim']]}en är {swedish(100 * row['value'], 1)} procent ({row['situation']};"
        f" {word_of(row).strip('*').removeprefix('nej, ')})"
        for row in outside
    ]
    return f"{start} ligger metoden utanför sin gräns här: {', '.join(told)}."


def tell_methods(rows: Sequence[Mapping[str, Any]]) -> None:
    """Put one sentence under "Storlek och täckning" of every method that was simulated."""
    for name in dict.fromkeys(row["method"] for row in rows):
        path = PAGES / find(name).page
        text = path.read_text(encoding="utf-8")
        head, mark, rest = text.partition("## Storlek och täckning\n")
        body, after, tail = rest.partition("\n## ")
        body = re.sub(r"\n*I \[simuleringen\]\(simulering\.md\)[^\n]*", "", body)
        body = body.replace("Inte simulerad än.", "").strip()
        told = sentence_of([row for row in rows if row["method"] == name])
        body = f"{body}\n\n{told}" if body else told
        path.write_text(f"{head}{mark}\n{body}\n{after}{tail}", encoding="utf-8")


def figure_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the figure: the share of errors of every row, a dot and its interval, by method."""
    left, width, top, step, most = 290, 520, 64, 12, 0.16
    methods = list(dict.fromkeys(row["method"] for row in rows))
    edge = left + width

    def across(value: float) -> float:
        return round(left + width * min(max(value, 0.0), most) / most, 1)

    marks, at = [], float(top)
    for name in methods:
        inside = [row for row in rows if row["method"] == name]
        height = max(len(inside) * step, 15) + 5
        marks.append(f'<text x="{left - 10}" y="{at + height / 2 + 4:.1f}" text-anchor="end">{name}</text>')
        marks.append(f'<line class="thin" x1="10" x2="{edge}" y1="{at:.1f}" y2="{at:.1f}"/>')
        for number, row in enumerate(inside):
            value, (low, high) = row["value"], row["interval"]
            if row["claim"] == "covers":
                value, low, high = 1 - value, 1 - high, 1 - low
            y = at + height / 2 + (number - (len(inside) - 1) / 2) * step
            kind = f"{row['claim']} {'often' if 'ofta' in word_of(row) else 'held'}"
            marks.append(
                f'<g class="{kind}"><line x1="{across(low)}" x2="{across(high)}" y1="{y:.1f}" y2="{y:.1f}"/>'
                f'<circle cx="{across(value)}" cy="{y:.1f}" r="3.4"/></g>'
            )
            if value > most:
                marks.append(f'<text x="{edge + 8}" y="{y + 4:.1f}">{100 * value:.0f} %</text>')
        at += height
    ticks = "".join(
        f'<text x="{across(tick / 100)}" y="{top - 8}" text-anchor="middle">{tick} %</text>'
        f'<line class="thin" x1="{across(tick / 100)}" x2="{across(tick / 100)}" y1="{top}" y2="{at:.1f}"/>'
        for tick in (0, 5, 10, 15)
    )
    start, stop = across(BAR_FROM), across(BAR_TO)
    style = """
  .back { fill: #ffffff } text { fill: #1b1b1b; font: 12px sans-serif } .thin { stroke: #d0d0d0 }
  .bar { fill: #cfe3f5 } .held line { stroke: #1f5f99 } .held circle { fill: #1f5f99; stroke: #1f5f99 }
  .often line { stroke: #b3400a } .often circle { fill: #b3400a; stroke: #b3400a }
  .covers circle { fill: #ffffff; stroke-width: 1.6 }
  @media (prefers-color-scheme: dark) {
    .back { fill: #14181d } text { fill: #ececec } .thin { stroke: #3a4048 } .bar { fill: #1d3a55 }
    .held line { stroke: #8cc4f5 } .held circle { fill: #8cc4f5; stroke: #8cc4f5 }
    .often line { stroke: #ffa46b } .often circle { fill: #ffa46b; stroke: #ffa46b }
    .covers circle { fill: #14181d }
  }
"""
    total_width, total_height = edge + 52, math.ceil(at) + 12
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total_width} {total_height}" {NAMED}>',
            f'<title id="title">{TITLE}</title>',
            f"<style>{style}</style>",
            f'<rect class="back" width="{total_width}" height="{total_height}"/>',
            f'<text x="10" y="22">{LEGEND}</text>',
            f'<rect class="bar" x="{start}" y="{top}" width="{stop - start:.1f}" height="{at - top:.1f}"/>',
            ticks,
            *marks,
            "</svg>",
            "",
        )
    )
