"""Which axis of a block holds areas, which periods and which kinds of crime."""

from __future__ import annotations

import re

from samsyn.store.tables.blocks import Block, Findings, Option, Question
from samsyn.store.tables.headings import (
    AREA_HEADING,
    CODE_HEADING,
    PERIOD_HEADING,
    SERIES_HEADING,
    UNIT_HEADING,
)
from samsyn.store.tables.known import is_total, suggest_area, suggest_series
from samsyn.store.tables.periods import read_period
from samsyn.store.tables.reading import Cell

_AREA = re.compile(
    r"\blpo\b|region|kommun|stadsdel|torg|\bplan\b|gata|gränd|park|centrum|område|station|\blän\b|riket"
    r"|hela (staden|landet)|genomsnitt|basområde|\bbro\b|hamn",
    re.IGNORECASE,
)
_SERIES = re.compile(
    r"brott|misshandel|våld|rån\b|stöld|narkotik|\bhot\b|fylleri"
    r"|bråk|intrång|\bmot (man|kvinn|pojk|flick)|kvinnor"
    r"|\bmän\b|flickor|pojkar|andel|antal|index|trygg|skadegör|klotter|inbrott|händelse|överdos|avlidna|bedrägeri",
    re.IGNORECASE,
)


def settle_roles(block: Block, context: str, findings: Findings) -> Block:
    """Return the block with a role for each axis; what can not be told is asked.

    Parameters
    ----------
    block
        A block with axes of known and unknown kind.
    context
        All text of the source.
    findings
        Where questions are put, and the answers come from.
    """
    for number, axis in enumerate(block.axes):
        if not axis.role:
            block = block.with_role(number, _told(block, number, context))
    roles = [axis.role for axis in block.axes]
    for number, axis in enumerate(block.axes):
        if axis.role:
            continue
        others = roles[:number] + roles[number + 1 :]
        guess = ""
        if "area" not in others and "series" in others:
            guess = "area"
        elif "series" not in others and "area" in others:
            guess = "series"
        elif "area" not in others and block.title and suggest_series(block.title, "", "count"):
            guess = "area"
        labels = [label for label in block.labels(number) if label]
        question = Question(
            id=f"axis:{block.row}:{number}",
            code="axis",
            text="What are %(labels)s?",
            subject=axis.heading or ", ".join(labels[:3]),
            where=(Cell(block.row, 1, axis.heading or ", ".join(labels[:3])),),
            options=(
                Option("area", "Areas"),
                Option("series", "Kinds of crime or other series"),
                Option("period", "Periods"),
                Option("remark", "Remarks, not to be loaded"),
            ),
            recommended=guess,
            reason="The other labels of the block say the rest." if guess else "",
            facts={"labels": ", ".join(labels[:3])},
        )
        answer = findings.ask(question)
        role = answer if answer in {"area", "series", "period", "remark"} else guess or "series"
        block = block.with_role(number, role)
        roles[number] = role
    return block


def _told(block: Block, number: int, context: str) -> str:
    labels = [label for label in block.labels(number) if label]
    heading = block.axes[number].heading
    for role, pattern in (
        ("period", PERIOD_HEADING),
        ("code", CODE_HEADING),
        ("area", AREA_HEADING),
        ("series", SERIES_HEADING),
    ):
        if heading and pattern.fullmatch(heading):
            return role
    if not labels:
        return "remark"
    if all(read_period(label) for label in labels):
        return "period"
    if all(UNIT_HEADING.fullmatch(label) for label in labels):
        return "unit" if len(labels) == 1 else "series"
    areas = sum(bool(suggest_area(label, context)[0] or _AREA.search(label)) for label in labels)
    series = sum(
        bool(_SERIES.search(label) or is_total(label) or suggest_series(block.title, label, "count"))
        for label in labels
    )
    if areas * 2 > len(labels) and areas > series:
        return "area"
    return "series" if series * 2 > len(labels) and series > areas else ""
