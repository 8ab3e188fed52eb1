"""The report kinds: which parts a document has, in which order, and which table shows what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from samsyn.reports.charts import figures_section
from samsyn.reports.document import (
    Block,
    Definition,
    DefinitionList,
    Document,
    Note,
    NoteKind,
    Paragraph,
    Section,
    Summary,
    SummaryPoint,
)
from samsyn.reports.sheets import data_sheets
from samsyn.reports.sources import provenance_section, source_lines
from samsyn.reports.tables import bases_section, context_section, figures_table, means_section
from samsyn.reports.texts import (
    DIRECTIONS,
    READINGS,
    area_name,
    break_text,
    caveat_text,
    family_text,
    in_sentence,
    refusal_text,
    series_name,
    translator,
)
from samsyn.reports.words import Words
from samsyn.studies.findings import DetectionReading, SeriesFindings, SituationFindings, Word


@dataclass(frozen=True, slots=True)
class Approval:
    """A function that has approved the picture."""

    by: str
    on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Challenge:
    """A remark against the picture, with the answer where there is one."""

    by: str
    on: date
    text: str
    answer: str = ""


def situational_picture(
    findings: SituationFindings,
    language: str,
    *,
    approvals: Sequence[Approval] = (),
    challenges: Sequence[Challenge] = (),
    assessment_summary: str = "",
    status_line: str = "",
    banner: str = "",
) -> Document:
    """Return the situational picture as a document.

    Parameters
    ----------
    findings : SituationFindings
    language : {"sv", "en"}
    approvals, challenges : sequences
        Who has approved it, and who disagrees: disagreement is a part of the picture.
    assessment_summary : str
        One paragraph about the assessment of the scene, made by the layer that holds it.
    status_line : str
        For instance that it is a draft.
    banner : str
        Printed on every page, for instance that everything is simulated.
    """
    spoken = translator(language)
    k = str(next((fact.value for fact in findings.settings if fact.name == "k"), 5))
    sections = [
        Section("", (summary(findings, spoken),)),
        *(figures_table(group, findings, spoken, k) for group in findings.groups),
        *_readings(findings, spoken),
        *means_section(findings, spoken),
        *bases_section(findings, spoken),
        *_breaks(findings, spoken),
        *figures_section(findings, spoken, k),
        *context_section(findings, spoken),
        *_assessment(assessment_summary, spoken),
        *_remarks(approvals, challenges, spoken),
        _how_to_read(findings, spoken),
        provenance_section(findings, spoken),
    ]
    return Document(
        title=spoken.gettext("Situational picture: %(place)s", place=findings.place_name),
        subtitle=_subtitle(findings, spoken),
        language=language,
        sections=tuple(section for section in sections if section.blocks),
        status=status_line,
        banner=banner,
        sources=source_lines(findings, spoken),
        sources_heading=spoken.gettext("Sources"),
        facts=_facts(findings, spoken, k),
        facts_heading=spoken.gettext("About this picture"),
        made=findings.as_of.isoformat(),
        sheets=data_sheets(findings, spoken, k),
    )


def _subtitle(findings: SituationFindings, spoken: Words) -> str:
    areas = dict.fromkeys(area_name(spoken, group.area) for group in findings.groups)
    return " · ".join([spoken.period(findings.first, findings.end), *areas])


# --- three sentences -----------------------------------------------------------------------------------


def summary(findings: SituationFindings, spoken: Words) -> Summary:
    """Return the sentences that open the picture: what stands out, what does not, what not to misread."""
    t = spoken.gettext
    totals = [series for series in findings.series if not series.is_part]
    judged = [s for s in totals if not s.is_detection_driven and any(c.check for c in s.comparisons)]
    out = [s for s in judged if any(c.word.is_clear or c.word.is_possible for c in s.comparisons)]
    rest = [s for s in judged if s not in out]
    points = [_standing_out(out, judged, spoken)]
    if rest:
        names = spoken.listing(list(dict.fromkeys(in_sentence(series_name(spoken, s)) for s in rest)))
        text = t("%(names)s: the difference can be ordinary variation from year to year.", names=names)
        points.append(SummaryPoint(t("Within normal variation"), text[:1].upper() + text[1:]))
    detected = [s for s in totals if s.is_detection_driven and s.comparisons]
    detected = [s for s in detected if not s.small_numbers] or detected
    if detected:
        # One sentence per kind of offence, about the area nearest to the place; the tables hold the others.
        nearest = {s.label: s for s in reversed(detected)}
        text = " ".join(
            _detected_sentence(nearest[label], spoken) for label in dict.fromkeys(s.label for s in detected)
        )
        text += " " + t(
            "The figure first mirrors how much the police search; there is no record of presence."
        )
        points.append(SummaryPoint(t("Do not read as crime"), text))
    if not judged and not detected:
        points = [
            SummaryPoint(
                t("Nothing to compare"), t("There are no two whole periods of the same kind to compare.")
            )
        ]
    return Summary(tuple(points))


def _standing_out(out: list[SeriesFindings], judged: list[SeriesFindings], spoken: Words) -> SummaryPoint:
    t = spoken.gettext
    if not out:
        text = t(
            "None of the %(n)s series stands out from its normal variation.", n=spoken.number(len(judged))
        )
        return SummaryPoint(t("Nothing stands out"), text if judged else t("No series could be compared."))
    by_word: dict[tuple[Word, date, date, date, date], list[str]] = {}
    for series in out:
        for c in series.comparisons:
            if c.word.is_clear or c.word.is_possible:
                key = (c.word, c.before_first, c.before_end, c.after_first, c.after_end)
                by_word.setdefault(key, []).append(in_sentence(series_name(spoken, series)))
    # Clear before possible, the latest comparison before the baseline.
    order = sorted(by_word, key=lambda key: (not key[0].is_clear, -key[1].toordinal(), key[0]))
    sentences = [_word_sentence(key, by_word[key], spoken) for key in order]
    clear = {key[0] for key in order if key[0].is_clear}
    headings = {
        frozenset({Word.CLEAR_DECREASE}): t("Clearly fewer"),
        frozenset({Word.CLEAR_INCREASE}): t("Clearly more"),
        frozenset[Word](): t("Possible change"),
    }
    return SummaryPoint(headings.get(frozenset(clear), t("Clear change")), " ".join(sentences))


def _word_sentence(key: tuple[Word, date, date, date, date], names: list[str], spoken: Words) -> str:
    word, before_first, before_end, after_first, after_end = key
    facts = {
        "names": spoken.listing(list(dict.fromkeys(names))),
        "before": spoken.period(before_first, before_end),
        "after": spoken.period(after_first, after_end),
    }
    t = spoken.gettext
    match word:
        case Word.CLEAR_DECREASE:
            return t("Clear decrease from %(before)s to %(after)s: %(names)s.", **facts)
        case Word.CLEAR_INCREASE:
            return t("Clear increase from %(before)s to %(after)s: %(names)s.", **facts)
        case Word.POSSIBLE_DECREASE:
            return t("Possible decrease from %(before)s to %(after)s: %(names)s.", **facts)
        case _:
            return t("Possible increase from %(before)s to %(after)s: %(names)s.", **facts)


def _detected_sentence(series: SeriesFindings, spoken: Words) -> str:
    latest = max(series.comparisons, key=lambda c: (c.after_first, c.before_first))
    facts = {"name": series_name(spoken, series)}
    if latest.before is None or latest.after is None:
        return spoken.gettext("%(name)s cannot be compared.", **facts)
    return spoken.gettext(
        "%(name)s: %(a)s in %(before)s, %(b)s in %(after)s.",
        a=spoken.number(latest.before),
        b=spoken.number(latest.after),
        before=spoken.period(latest.before_first, latest.before_end),
        after=spoken.period(latest.after_first, latest.after_end),
        **facts,
    )


# --- detection-driven offences -------------------------------------------------------------------------


def _readings(findings: SituationFindings, spoken: Words) -> tuple[Section, ...]:
    t = spoken.gettext
    others = dict.fromkeys(
        in_sentence(series_name(spoken, s))
        for s in findings.series
        if s.is_detection_driven and s.reading is None and s.unit == "count" and not s.is_part
    )
    box = Note(
        t("Read this first"),
        (t("The same holds for: %(names)s.", names=spoken.listing(list(others))),) if others else (),
        NoteKind.WARNING,
        lead=t(
            "Drug offences become known almost only when the police search for them. More reported "
            "offences may "
            "mean more police work; fewer may mean less work or less trade. The number alone never "
            "says whether "
            "the place has become better or worse."
        ),
    )
    blocks: list[Block] = []
    by_key = {series.key: series for series in findings.series}
    for series in findings.series:
        if series.reading is not None and not series.is_part:
            blocks.append(_reading(series, series.reading, by_key, findings, spoken))
    if not blocks and not others:
        return ()
    return (
        Section(t("Detection-driven offences: what the figure can mean"), (box, *blocks), anchor="lasningar"),
    )


def _reading(
    series: SeriesFindings,
    reading: DetectionReading,
    by_key: dict[str, SeriesFindings],
    findings: SituationFindings,
    spoken: Words,
) -> Note:
    t = spoken.gettext
    items = [spoken.gettext(READINGS[one]) for one in reading.readings]
    if not items:
        items.append(t("There is nothing to compare with, so no reading can be given."))
    items.append(
        t(
            "Beside it: presence %(presence)s, violence reported by victims %(violence)s, trade as "
            "people see it "
            "%(trade)s.",
            presence=spoken.gettext(DIRECTIONS[reading.presence]),
            violence=spoken.gettext(DIRECTIONS[reading.violence]),
            trade=spoken.gettext(DIRECTIONS[reading.perceived_trade]),
        )
    )
    for key in reading.companions:
        items.append(_companion(by_key[key], spoken))
    if not reading.companions:
        items.append(t("There is no series of violence reported by victims for this area to read beside it."))
    if reading.may_be_single_cases:
        items.append(t("The figure moved by more than half: one large case can hold many offences."))
    labels = [mark.label for mark in findings.context if mark.key in reading.context_events]
    if labels:
        items.append(t("In the same time: %(events)s.", events=spoken.listing(labels)))
    items.append(
        t("A record of presence, prices and what people see of the trade would settle which reading holds.")
    )
    return Note(
        f"{series_name(spoken, series)}, {area_name(spoken, series.area)}", tuple(items), NoteKind.READING
    )


def _companion(series: SeriesFindings, spoken: Words) -> str:
    figures = ", ".join(
        f"{spoken.number(figure.value)} ({spoken.period(figure.first, figure.end)})"
        for figure in series.figures
        if figure.value is not None
    )
    return spoken.gettext(
        "Read it beside %(name)s: %(figures)s.", name=in_sentence(series.label), figures=figures
    )


# --- the rest ------------------------------------------------------------------------------------------


def _breaks(findings: SituationFindings, spoken: Words) -> tuple[Section, ...]:
    if not findings.breaks:
        return ()
    by_key = {series.key: series for series in findings.series}
    items = tuple(
        break_text(
            spoken,
            found,
            series_name(spoken, by_key[found.series]) if found.series in by_key else found.series,
        )
        for found in findings.breaks
    )
    heading = spoken.gettext("The number of residents jumps")
    return (Section(heading, (Note(spoken.gettext("To be explained"), items, NoteKind.WARNING),)),)


def _assessment(summary_text: str, spoken: Words) -> tuple[Section, ...]:
    if not summary_text:
        return ()
    return (Section(spoken.gettext("Assessment of the scene"), (Paragraph(summary_text),)),)


def _remarks(
    approvals: Sequence[Approval], challenges: Sequence[Challenge], spoken: Words
) -> tuple[Section, ...]:
    t = spoken.gettext
    items = [
        Definition(
            t("Approved by %(by)s", by=one.by), spoken.day(one.on) + (f". {one.note}" if one.note else "")
        )
        for one in approvals
    ]
    for one in challenges:
        answer = t("Answer: %(answer)s", answer=one.answer) if one.answer else t("Not yet answered.")
        items.append(
            Definition(
                t("%(by)s disagrees, %(on)s", by=one.by, on=spoken.day(one.on)), f"{one.text} {answer}"
            )
        )
    return (Section(t("Who stands behind the picture"), (DefinitionList(tuple(items)),)),) if items else ()


def _how_to_read(findings: SituationFindings, spoken: Words) -> Section:
    t = spoken.gettext
    # The order of the reservations is that of the first series that carries each.
    codes = dict.fromkeys(code for series in findings.series for code in series.caveats)
    items = [caveat_text(spoken, code) for code in codes]
    checks = [c.check for series in findings.series for c in series.comparisons if c.check]
    if checks:
        items.append(
            t(
                "“Clear” and “possible” speak of the number's own variation, not of causes. Each "
                "figure is compared "
                "with the year before and with the first year of the period, by an exact test of two counts "
                "(two-sided), widened by how much such figures usually vary (φ)."
            )
        )
        items.append(_phi_text(findings, spoken))
        items.append(
            t(
                "The interval after a percentage is wide enough for all comparisons of the page together. A "
                "percentage is left out where the first figure is below 10."
            )
        )
        items.append(family_text(spoken, findings.family))
    by_key = {series.key: series_name(spoken, series) for series in findings.series}
    for refusal in findings.refusals:
        key = str(refusal.get("series") or "")
        text = refusal_text(spoken, refusal, **({"series": by_key.get(key, key)} if key else {}))
        if text not in items:
            items.append(text)
    return Section("", (Note(t("How to read the figures"), tuple(items)),), anchor="sa-lases-siffrorna")


def _phi_text(findings: SituationFindings, spoken: Words) -> str:
    by_origin: dict[str, set[float]] = {}
    for series in findings.series:
        for c in series.comparisons:
            if c.check:
                by_origin.setdefault(c.check.phi_origin, set()).add(c.check.phi)
    t = spoken.gettext
    parts = []
    for origin, values in sorted(by_origin.items()):
        listed = spoken.listing([spoken.number(v, 0 if v == int(v) else 1) for v in sorted(values)])
        if origin == "assumed":
            parts.append(
                t(
                    "φ is assumed to be %(values)s: 2 for offences reported by victims, 4 for "
                    "incident reports and "
                    "for series sensitive to presence.",
                    values=listed,
                )
            )
        else:
            parts.append(t("φ from the series' own history: %(values)s.", values=listed))
    return " ".join(parts)


def _facts(findings: SituationFindings, spoken: Words, k: str) -> tuple[Definition, ...]:
    t = spoken.gettext
    audiences = {
        "open": t("anyone; small numbers of persons are hidden"),
        "cooperation": t("those who cooperate around the place; small numbers of persons are hidden"),
        "authorities": t("the authorities of the working group; exact figures"),
        "own_organisation": t("the own organisation; exact figures"),
    }
    items = [Definition(t("Made for"), audiences.get(findings.audience, findings.audience))]
    if any(figure.state.is_hidden for series in findings.series for figure in series.figures):
        marks = t(
            "“<%(k)s” is a number of persons from 1 to %(most)s; “protected” is hidden because a "
            "total would give "
            "another figure away. “missing” is a figure that the source does not have. 0 is zero.",
            k=k,
            most=int(k) - 1,
        )
        items.append(Definition(t("Hidden figures"), marks))
    for boundary in findings.boundaries:
        until = spoken.day(boundary.end - timedelta(days=1)) if boundary.end else t("until further notice")
        text = t(
            "%(area)s ha, from %(first)s, %(until)s; fingerprint %(print)s",
            area=spoken.number(boundary.area_ha, 1),
            first=spoken.day(boundary.first),
            until=until,
            print=boundary.fingerprint,
        )
        items.append(Definition(t("Boundary of the place"), text))
    items.append(Definition(t("Speaks of"), spoken.day(findings.as_of)))
    items.append(Definition(t("Made with"), f"Samsyn {findings.program_version}"))
    return tuple(items)
