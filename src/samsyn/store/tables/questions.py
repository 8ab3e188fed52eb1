"""Everything that has to be asked before figures are used, each with a recommendation and its reason."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from samsyn.store.schema import MEAN_CODE, UNKNOWN_VINTAGE, AreaRef
from samsyn.store.tables.blocks import Option, Question
from samsyn.store.tables.found import STATED, Figure, FoundArea, FoundPeriod, FoundSeries, Recognition
from samsyn.store.tables.known import SCHEMES, ident, is_total, slug, suggest_area
from samsyn.store.tables.periods import MONTHS, SEASON_MONTHS, cut_short, month_span
from samsyn.store.tables.reading import Cell

SIGNS = {
    "dash": "What does the dash stand for in this source?",
    "dots": "What do the two dots stand for?",
    "dot": "What does the single dot stand for?",
    "blank": "What does an empty cell stand for?",
    "star": "What does the star stand for?",
    "ellipsis": "What do the brackets with dots stand for?",
    "hidden": "Is the figure hidden in the source?",
}
_NONE = (
    Option("missing", "The figure is missing"),
    Option("zero", "Zero"),
    Option("not_applicable", "Does not apply"),
    Option("suppressed", "Hidden to protect persons"),
)
_RECOMMENDED = {
    "dots": ("missing", "Two dots mean missing in Swedish official statistics."),
    "dot": ("not_applicable", "A single dot means not applicable in Swedish official statistics."),
    "blank": ("missing", "An empty cell says nothing."),
    "ellipsis": ("missing", "Dots in brackets say that something is left out."),
    "hidden": ("suppressed", "Less than a number is how sources hide small figures."),
}
# What the words of a file say that its own status stands for; the first that fits holds.
_MEANINGS = (
    (r"sekret|skydd|röj|confidential|suppress|hidden", "suppressed"),
    (r"inte aktuell|ej aktuell|kan inte förekomma|kan ej förekomma|not applicable", "not_applicable"),
    (r"saknas|inte tillgänglig|ej tillgänglig|för osäker|not available|missing|unreliable", "missing"),
)


def questions(found: Recognition) -> tuple[Question, ...]:
    """Return what must be asked about a source, in the order a person would take it.

    Use to build the form between preview and load. Ids are the same every time the same source is read.

    Parameters
    ----------
    found
        What `samsyn.store.tables.recognise.recognise` returned.

    Returns
    -------
    tuple of Question
    """
    return (
        *found.asked,
        *_signs(found),
        *_glued(found),
        *_readings(found),
        *_periods(found),
        *_areas(found),
        *_series(found),
        *_totals(found),
        *_shares(found),
    )


def recommended(asked: Sequence[Question]) -> dict[str, str]:
    """Return the recommended answers by question id; questions without one are left out."""
    return {question.id: question.recommended for question in asked if question.recommended}


def _signs(found: Recognition) -> Iterator[Question]:
    zero = next((f.cell for f in found.figures if f.printed.mark == "" and f.printed.value == 0), None)
    for mark, text in SIGNS.items():
        cells = [figure.cell for figure in found.figures if figure.printed.mark == mark]
        if not cells:
            continue
        answer, reason = _RECOMMENDED.get(mark, ("", ""))
        facts: dict[str, object] = {"count": len(cells)}
        if mark == "dash" and zero:
            answer, reason = "missing", "The same table prints 0 for zero."
            facts |= {"zero_row": zero.row, "zero_column": zero.column}
        elif mark == "dash" and all(cell.plain in "–—" for cell in cells):
            answer, reason = (
                "zero",
                "A long dash means zero in Swedish official statistics, and no 0 is printed here.",
            )
        yield Question(
            mark, mark, text, cells[0].plain, tuple(cells[:200]), _NONE, answer, reason, facts=facts
        )
    yield from _stated_signs(found)


def _stated_signs(found: Recognition) -> Iterator[Question]:
    """Ask about the statuses that a file itself has, with what it says of them."""
    by_mark: dict[str, list[Cell]] = defaultdict(list)
    for figure in found.figures:
        if figure.printed.mark.startswith(f"{STATED}:"):
            by_mark[figure.printed.mark].append(figure.cell)
    notes = {note.mark: note.text for note in found.raw.footnotes}
    for mark, cells in by_mark.items():
        sign = mark.partition(":")[2]
        note = notes.get(sign, "")
        answer = next((answer for pattern, answer in _MEANINGS if re.search(pattern, note, re.I)), "")
        yield Question(
            id=mark,
            code=STATED,
            text="Figures have the status %(sign)s (%(note)s) instead of a value. What does it stand for?",
            subject=sign,
            where=tuple(cells[:200]),
            options=_NONE,
            recommended=answer,
            reason="So the file itself says." if answer else "",
            facts={"sign": sign, "note": note or "–", "count": len(cells)},
        )


def _glued(found: Recognition) -> Iterator[Question]:
    by_sign: dict[str, list[Cell]] = defaultdict(list)
    for figure in found.figures:
        if figure.printed.glued:
            by_sign[figure.printed.glued].append(figure.cell)
    notes = {note.mark: note.text for note in found.raw.footnotes}
    for sign, cells in by_sign.items():
        note = notes.get(sign, "")
        preliminary = "prelim" in note.lower()
        yield Question(
            id=f"glued:{sign}",
            code="glued",
            text="%(cell)s ends with %(sign)s. What is it?",
            subject=cells[0].plain,
            where=tuple(cells[:200]),
            options=(
                Option("footnote", "A footnote; the figure stands"),
                Option("preliminary", "The figure is preliminary"),
                Option("missing", "The figure can not be used"),
            ),
            recommended="preliminary" if preliminary else "footnote" if note or "%" in cells[0].text else "",
            reason="A footnote with that sign is printed."
            if note
            else "A digit after the per cent sign is no part of it.",
            facts={"cell": cells[0].plain, "sign": sign, "note": note},
        )


def _readings(found: Recognition) -> Iterator[Question]:
    doubts: dict[str, list[Cell]] = defaultdict(list)
    for figure in found.figures:
        if figure.printed.doubt:
            doubts[figure.printed.doubt].append(figure.cell)
        if figure.printed.bracketed:
            doubts["bracketed"].append(figure.cell)
    for doubt, cells in doubts.items():
        if doubt == "bracketed":
            options = (
                Option("value", "The figure in brackets is the value"),
                Option("missing", "The figure can not be used"),
            )
            text, answer, reason = "What is a figure in brackets, as %(cell)s?", "", ""
        else:
            options = (Option("thousands", "Thousands"), Option("decimals", "Decimals"))
            text = "Does the sign in %(cell)s divide thousands or decimals?"
            comma = doubt == "decimal_comma"
            answer, reason = ("decimals", "A comma divides decimals in Swedish.") if comma else ("", "")
        yield Question(doubt, doubt, text, cells[0].plain, tuple(cells[:200]), options, answer, reason,
                       facts={"cell": cells[0].plain})  # fmt: skip
    for series in found.series:
        if series.bracketed:
            named = "inom parentes" not in series.heading
            first = series.key.removesuffix(" ( )")
            yield Question(
                id=f"bracket:{ident(first)}",
                code="bracket",
                text="%(cell)s holds two figures. What is the one in brackets?",
                subject=series.name,
                where=series.cells,
                options=(
                    Option("split", "A series of its own: %(heading)s", {"heading": series.heading}),
                    Option("drop", "Leave it out"),
                ),
                recommended="split" if named else "",
                reason="The heading names it in brackets too." if named else "",
                facts={"cell": series.cells[0].plain, "heading": series.heading},
            )


def _periods(found: Recognition) -> Iterator[Question]:
    cuts = {cut[0]: (note, cut[1]) for note in found.raw.footnotes if (cut := cut_short(note.text))}
    for period in found.periods:
        printed = period.printed
        options: list[Option] = []
        answer = reason = ""
        if printed is None:
            options, answer, reason = _hinted(period)
        elif printed.form == "year" and printed.year in cuts and printed.first and printed.end:
            _, end = cuts[printed.year]
            options = [
                _span(printed.first, end, "part_year"),
                _span(printed.first, printed.end, ""),
            ]
            answer, reason = options[0].value, "The footnote says that the year is not whole."
        elif not printed.certain:
            options, answer, reason = _uncertain(period)
        elif printed.mark and printed.first and printed.end:
            options = [
                _span(printed.first, printed.end, ""),
                _span(printed.first, printed.end, "preliminary"),
            ]
            if any(note.mark == printed.mark for note in found.raw.footnotes):
                note_text = next(n.text for n in found.raw.footnotes if n.mark == printed.mark)
                answer = options["prelim" in note_text.lower()].value
                reason = "A footnote with that sign is printed."
        else:
            continue
        yield Question(
            id=f"period:{ident(period.key)}",
            code="period",
            text="Which days do the figures under %(period)s cover?",
            subject=period.text,
            where=period.cells,
            options=tuple(options),
            recommended=answer,
            reason=reason,
            free=True,
            facts={"period": period.text},
        )


def _span(first: date, end: date, status: str) -> Option:
    text = "From %(first)s up to but not including %(end)s"
    if status == "part_year":
        text = "From %(first)s up to but not including %(end)s, a part of the year"
    elif status == "preliminary":
        text = "From %(first)s up to but not including %(end)s, preliminary"
    value = "/".join([first.isoformat(), end.isoformat(), *([status] if status else [])])
    return Option(value, text, {"first": first.isoformat(), "end": end.isoformat()})


def _hinted(period: FoundPeriod) -> tuple[list[Option], str, str]:
    year = re.fullmatch(r"(?:år )?((?:19|20)[0-9]{2})", period.hint, re.I)
    if not year:
        return [], "", ""
    option = _span(date(int(year.group(1)), 1, 1), date(int(year.group(1)) + 1, 1, 1), "")
    return [option], option.value, "The title names one year."


def _uncertain(period: FoundPeriod) -> tuple[list[Option], str, str]:
    printed = period.printed
    assert printed is not None
    text = period.text.lower()
    if printed.form == "season" and printed.year:
        season = next(name for name in SEASON_MONTHS if text.startswith(name))
        spans = {"vår": [(1, 6), (3, 5)], "höst": [(7, 12), (9, 11)], "sommar": [(6, 8)], "vinter": [(12, 2)]}
        return [_span(*month_span(printed.year, *span), "") for span in spans[season]], "", ""
    year = re.fullmatch(r"(?:år )?((?:19|20)[0-9]{2})", period.hint, re.I)
    months = [MONTHS.index(m) + 1 for m in re.findall("|".join(MONTHS), text)]
    if year and months:
        option = _span(*month_span(int(year.group(1)), months[0], months[-1]), "")
        return [option], option.value, "The title names one year."
    return [], "", ""


def area_value(area: AreaRef) -> str:
    """Return an area as the text that an answer holds: scheme, code and vintage, divided by colons."""
    return f"{area.scheme}:{area.code}:{area.vintage}"


def _areas(found: Recognition) -> Iterator[Question]:
    for area in found.areas:
        if area.mean:
            yield _mean(area, found)
            continue
        guess, reason = (area.hint, area.reason) if area.hint else suggest_area(area.name, found.text)
        code = guess.code if guess else area.code or slug(area.name)
        keys = [(guess.scheme, code, guess.vintage)] if guess else []
        keys += [(scheme, code, UNKNOWN_VINTAGE) for scheme in SCHEMES if not guess or scheme != guess.scheme]
        options = [
            Option(":".join(key), "%(scheme)s %(code)s, vintage %(vintage)s",
                   dict(zip(("scheme", "code", "vintage"), key, strict=True)))
            for key in keys
        ]  # fmt: skip
        yield Question(
            id=f"area:{ident(area.key)}",
            code="area",
            text="Which geography is %(area)s?",
            subject=area.name,
            where=area.cells,
            options=tuple(options),
            recommended=area_value(guess) if guess else "",
            reason=reason,
            free=True,
            facts={"area": area.name},
        )


def _mean(area: FoundArea, found: Recognition) -> Question:
    notes = " ".join(note.text for note in found.raw.footnotes)
    count = re.search(r"\bn ?= ?([0-9 ]+)|([0-9]+) (?:bas|stadsdels|kommun)", notes + " " + area.name)
    number = re.sub(r"\s", "", next(g for g in count.groups() if g)) if count else ""
    words = {"basområde": "basomrade", "kommun": "kommun", "stadsdel": "stadsdelsomrade"}
    scheme = next((scheme for word, scheme in words.items() if word in area.name.lower()), "")
    whole = all(f.printed.value is None or f.printed.value == int(f.printed.value)
                for f in found.figures if f.area == area.key)  # fmt: skip
    step = "1" if whole else ""
    value = f"{scheme}:{MEAN_CODE}:{UNKNOWN_VINTAGE}:{number}:{step}"
    facts = {"scheme": scheme, "number": number, "step": step, "area": area.name}
    return Question(
        id=f"area:{ident(area.key)}",
        code="mean",
        text="%(area)s is a mean. Of which areas, how many, and rounded to what?",
        subject=area.name,
        where=area.cells,
        options=(Option(value, "The mean of %(number)s %(scheme)s, rounded to %(step)s", facts),)
        if scheme and number and step
        else (),
        recommended=value if scheme and number and step else "",
        reason="A footnote gives the number of areas, and only whole numbers are printed."
        if scheme and number
        else "",
        free=True,
        facts=facts,
    )


def _series(found: Recognition) -> Iterator[Question]:
    for series in found.series:
        guess = series.suggestion
        yield Question(
            id=f"series:{ident(series.key)}",
            code="series",
            text="What does the column %(series)s count?",
            subject=series.name,
            where=series.cells,
            options=(Option(guess.known, "%(label)s: %(definition)s",
                            {"label": guess.label or guess.definition.label,
                             "definition": guess.definition.definition}),)
            if guess
            else (),
            recommended=guess.known if guess else "",
            reason=""
            if guess is None
            else "So the file itself says."
            if series.hint
            else "A name that is known; check the definition against the report.",
            free=True,
            facts={"series": series.name, "slug": slug(series.name), "unit": series.unit},
        )  # fmt: skip


def totals(found: Recognition) -> Iterator[tuple[Figure, tuple[Figure, ...], Decimal]]:
    """Yield each total with its parts and the sum of the parts, where every part has a figure."""
    groups: dict[tuple[int, str, str], list[Figure]] = defaultdict(list)
    names = {series.key: series for series in found.series}
    # A file that says what its figures are has no blocks, and no column is a total by its heading alone.
    for figure in found.figures if found.blocks else ():
        if not names[figure.series].bracketed:
            groups[(figure.block, figure.area, figure.period)].append(figure)
    for figures in groups.values():
        whole = [f for f in figures if is_total(names[f.series].heading)]
        parts = [f for f in figures if f not in whole]
        values = [f.printed.value for f in parts]
        if len(whole) != 1 or len(parts) < 2 or whole[0].printed.value is None:
            continue
        known = [value for value in values if value is not None]
        if len(known) == len(values):
            yield whole[0], tuple(parts), sum(known, Decimal(0))


def _totals(found: Recognition) -> Iterator[Question]:
    by_block: dict[int, list[tuple[Figure, tuple[Figure, ...], Decimal]]] = defaultdict(list)
    for total in totals(found):
        by_block[total[0].block].append(total)
    for number, checked in by_block.items():
        wrong = [(whole, parts, added) for whole, parts, added in checked if whole.printed.value != added]
        if wrong and len(wrong) == len(checked) and len(checked) > 1:
            below = all(added <= (whole.printed.value or 0) for whole, _, added in wrong)
            yield Question(
                id=f"parts:{found.blocks[number].row}",
                code="parts",
                text="The columns beside the total never add up to it. Are they parts of it?",
                subject=found.blocks[number].title,
                where=tuple(whole.cell for whole, _, _ in wrong),
                options=(Option("some", "They are some of its parts, or something else"),),
                recommended="some" if below else "",
                reason="They never add up to more than the total." if below else "",
            )
            continue
        for whole, parts, added in wrong:
            near = abs(added - (whole.printed.value or 0)) <= Decimal(len(parts) + 1) / 2
            noted = any("avrund" in note.text.lower() for note in found.raw.footnotes)
            yield Question(
                id=f"total:{whole.cell.row}:{whole.cell.column}",
                code="total",
                text="The total is %(total)s but its parts add up to %(sum)s. Does the report print that?",
                subject=f"{whole.area}, {whole.period}",
                where=(whole.cell, *(part.cell for part in parts)),
                options=(
                    Option("rounded", "Yes, because of rounding"),
                    Option("printed", "Yes, the report prints the difference"),
                ),
                recommended="rounded" if near and noted else "",
                reason="A footnote speaks of rounding, and the difference is no larger."
                if near and noted
                else "",
                facts={"total": str(whole.printed.value), "sum": str(added), "row": whole.cell.row},
            )


def _shares(found: Recognition) -> Iterator[Question]:
    for series in found.series if found.blocks else ():
        figures = [f for f in found.figures if f.series == series.key and f.printed.value is not None]
        if series.unit != "percent" or not figures:
            continue
        values = [f.printed.value for f in figures if f.printed.value is not None]
        signed = any(f.printed.percent for f in figures)
        over = [f.cell for f in figures if f.printed.value is not None and f.printed.value > 100]
        if signed and over:
            yield Question(
                id=f"over:{ident(series.key)}",
                code="percent_over_100",
                text="%(cell)s can not be a share of a whole. What is it?",
                subject=series.name,
                where=tuple(over),
                options=(Option("index", "A ratio or an index, not a share"),),
                facts={"cell": over[0].plain},
            )
        elif not signed:
            whole = all(value == int(value) for value in values)
            counts = bool(over) and whole
            yield Question(
                id=f"unit:{ident(series.key)}",
                code="share_or_count",
                text="The heading speaks of a share, but no per cent sign is printed. What are the figures?",
                subject=series.name,
                where=series.cells,
                options=(Option("count", "Numbers of events"), Option("percent", "Per cent")),
                recommended="count" if counts else "" if whole else "percent",
                reason="Figures over 100 can not be shares."
                if counts
                else ""
                if whole
                else "Decimals are printed.",
            )
    yield from _sums(found)


def _sums(found: Recognition) -> Iterator[Question]:
    """Ask about shares that look like a whole but do not add up to 100."""
    names = {series.key: series for series in found.series}
    groups: dict[tuple[int, str, str], list[Figure]] = defaultdict(list)
    for figure in found.figures if found.blocks else ():
        if (
            names[figure.series].unit == "percent"
            and figure.printed.percent
            and figure.printed.value is not None
        ):
            groups[(figure.block, figure.area, figure.period)].append(figure)
    for (_, area, period), figures in groups.items():
        added = sum((f.printed.value or Decimal(0) for f in figures), Decimal(0))
        if len(figures) < 3 or added == 100 or not 85 <= added <= 115:
            continue
        near = abs(added - 100) <= Decimal(len(figures)) / 2
        yield Question(
            id=f"sum:{figures[0].cell.row}:{figures[0].cell.column}",
            code="percent_sum",
            text="The shares add up to %(sum)s per cent. Why?",
            subject=f"{area}, {period}",
            where=tuple(f.cell for f in figures),
            options=(
                Option("rounded", "Each share is rounded"),
                Option("other", "They are not parts of the same whole"),
            ),
            recommended="rounded" if near else "",
            reason="The difference is no larger than rounding gives." if near else "",
            facts={"sum": str(added)},
        )


def series_question(series: FoundSeries) -> str:
    """Return the id of the question about a series."""
    return f"series:{ident(series.key)}"
