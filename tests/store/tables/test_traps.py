"""The traps of printed tables, each with what is asked and what comes of the answers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.store.tables.conftest import ASSAULT, HEADINGS, META, NOTES, REGION, YEARS, load, stacked, tabbed

from samsyn.store.schema import AreaRef, SeriesDefinition
from samsyn.store.tables import (
    Question,
    RawTable,
    TableMeta,
    apply,
    questions,
    read_csv,
    read_text,
    recognise,
    recommended,
)


def asked(raw: RawTable, code: str) -> list[Question]:
    return [question for question in questions(recognise(raw)) if question.code == code]


def table(*rows: str, title: str = "Rån") -> RawTable:
    return read_text("\n".join([title, *(row.replace("|", "\t") for row in rows)]))


def values(raw: RawTable, answers: dict[str, Any] | None = None) -> list[Any]:
    outcome = load(raw, answers)
    assert outcome.errors == ()
    return [
        None if missing else value
        for value, missing in zip(outcome.rows["value"], outcome.rows["value"].isna(), strict=True)
    ]


# Shapes of tables.


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Rån\nÅr\tLPO City\tLPO Norrmalm\n2017\t1\t2\n2018\t3\t4", 4),
        ("Rån och stöld\nÅr\tRån\tStöld\nLPO City\n2017\t1\t2\nLPO Norrmalm\n2017\t5\t6", 4),
        ("Brott\n\t2017\t\t2018\t\nOmråde\tRån\tStöld\tRån\tStöld\nLPO City\t1\t2\t3\t4", 4),
        ("område\når\tbrottstyp\tantal", 0),
    ],
    ids=["areas as columns", "areas as lines between", "two heading rows", "headings only"],
)
def test_areas_periods_and_series_are_found_whichever_way_they_stand(text: str, count: int) -> None:
    assert len(load(read_text(text)).rows) == count


def test_a_tidy_file_with_one_figure_per_row_is_read() -> None:
    raw = read_csv("område,år,brottstyp,antal\nLPO City,2017,Rån,3\nLPO City,2017,Stöld,5\n".encode())
    rows = load(raw).rows
    assert dict(zip(rows["series"], rows["value"], strict=True)) == {"ran": 3.0, "stold": 5.0}


def test_a_heading_line_without_cells_is_divided_at_capital_letters_and_asked_about() -> None:
    text = stacked(ASSAULT, "Misshandel utomhus", HEADINGS).replace("\t ", " ").replace("\t", " ")
    (question,) = asked(read_text(text), "headings")
    assert question.recommended == " | ".join(HEADINGS)


# The dash and other signs.


def test_a_dash_is_asked_about_once_per_source() -> None:
    raw = table("Område|2017|2018", "LPO Norrmalm|-|0", "LPO City|–|4")
    (question,) = asked(raw, "dash")
    assert len(question.where) == 2
    assert (question.recommended, question.reason) == ("missing", "The same table prints 0 for zero.")


def test_a_long_dash_in_a_table_without_zeros_is_recommended_as_zero() -> None:
    (question,) = asked(table("Område|2017|2018", "LPO Norrmalm|–|3"), "dash")
    assert question.recommended == "zero"


def test_a_short_dash_in_a_table_without_zeros_has_no_recommendation() -> None:
    raw = table("Område|2017|2018", "LPO Norrmalm|-|3")
    (question,) = asked(raw, "dash")
    assert question.recommended == ""
    assert [error.rule for error in load(raw).errors] == ["SAM217"]


@pytest.mark.parametrize(("answer", "value"), [("zero", 0.0), ("missing", None), ("suppressed", None)])
def test_the_answer_about_the_dash_decides_the_value(answer: str, value: float | None) -> None:
    assert values(table("Område|2017|2018", "LPO Norrmalm|-|3"), {"dash": answer}) == [value, 3.0]


def test_what_was_answered_for_the_source_before_is_not_asked_again() -> None:
    raw = table("Område|2017|2018", "LPO Norrmalm|-|3")
    outcome = load(raw, meta=TableMeta("ran", "Brå", "CC0", dash_means="missing"))
    assert outcome.errors == ()
    assert outcome.answers["dash"] == "missing"


@pytest.mark.parametrize(
    ("sign", "status"),
    [("..", "missing"), (".", "not_applicable"), ("<5", "suppressed"), ("[…]", "missing"), ("", "missing")],
)
def test_other_signs_have_a_meaning_that_is_confirmed(sign: str, status: str) -> None:
    outcome = load(table("Område|2017|2018", f"LPO Norrmalm|{sign}|3"))
    assert outcome.rows["status"].tolist() == [status, "actual"]


# Footnote signs.


def test_a_footnote_letter_glued_to_a_name_is_asked_about() -> None:
    raw = read_text(stacked(ASSAULT, "Misshandel utomhus", HEADINGS) + "\n" + NOTES)
    subjects = {question.subject: question.recommended for question in asked(raw, "footnote")}
    assert subjects == {"Sergels torga": "strip", "Hässelby torga": "strip"}


def test_words_that_end_with_the_letter_of_a_footnote_are_left_alone() -> None:
    raw = read_text(stacked(ASSAULT, "Misshandel utomhus", HEADINGS) + "\n" + NOTES)
    headings = {series.heading for series in recognise(raw).series}
    assert {"Mot kvinna", "Mot flicka"} <= headings


def test_a_letter_that_ends_several_names_is_a_footnote_even_when_none_is_printed() -> None:
    raw = read_text(tabbed(ASSAULT, "Misshandel utomhus", HEADINGS))
    (first, _) = asked(raw, "footnote")
    assert (first.recommended, first.reason) == ("strip", "The same sign ends several names.")


def test_a_name_may_be_kept_as_it_is_printed() -> None:
    raw = read_text(stacked(ASSAULT, "Misshandel utomhus", HEADINGS) + "\n" + NOTES)
    (question, _) = asked(raw, "footnote")
    names = {area.name for area in recognise(raw, {question.id: "keep"}).areas}
    assert names == {"Sergels torga", "Hässelby torg"}


def test_an_unknown_name_that_ends_as_a_footnote_is_asked_about_and_kept() -> None:
    raw = read_text("Rån\nOmråde\t2017\t2018\nFarsta\t3\t4\nb Något\na Annat om torgen\n")
    (question,) = asked(raw, "footnote")
    assert question.recommended == "keep"


@pytest.mark.parametrize(
    ("answer", "status"), [("footnote", "actual"), ("preliminary", "preliminary"), ("missing", "missing")]
)
def test_a_sign_glued_to_a_figure_is_asked_about(answer: str, status: str) -> None:
    raw = table("Område|2017|2018", "LPO Norrmalm|12*|3")
    assert load(raw, {"glued:*": answer}).rows["status"].tolist() == [status, "actual"]


# Thousands.


def test_the_region_row_of_2008_to_2018_has_eleven_values() -> None:
    raw = read_text(
        f"Anmälda narkotikabrott {YEARS}\nRegion Stockholm {REGION}\nLPO Norrmalm {' '.join(['4 231'] * 11)}"
    )
    assert values(raw)[10] == 27892.0


def test_a_row_that_can_be_divided_in_two_ways_is_asked_about_and_stops_the_load() -> None:
    raw = read_text("Anmälda narkotikabrott 2017 2018\nLPO Norrmalm 1 590 162")
    (question,) = asked(raw, "division")
    assert question.recommended == ""
    assert load(raw).rows.empty


def test_the_chosen_division_is_the_one_that_is_read() -> None:
    raw = read_text("Anmälda narkotikabrott 2017 2018\nLPO Norrmalm 1 590 162")
    assert values(raw, {"division:2": "LPO Norrmalm | 1 590 | 162"}) == [1590.0, 162.0]


def test_a_number_in_a_name_is_asked_about() -> None:
    raw = read_text("Anmälda narkotikabrott 2017 2018\nVasagatan 24 103 64")
    (question,) = asked(raw, "division")
    assert {option.value for option in question.options} == {
        "Vasagatan 24 | 103 | 64",
        "Vasagatan | 24 103 | 64",
    }


def test_a_row_of_words_under_figures_is_unreadable_and_no_heading() -> None:
    outcome = load(table("Område|2017|2018", "LPO City|7|3", "LPO Norrmalm|okänt|okänt", "LPO Södermalm|4|5"))
    assert [(error.rule, error.row) for error in outcome.errors] == [("SAM215", 4), ("SAM215", 4)]


def test_a_row_with_a_figure_too_few_is_an_error_with_its_line() -> None:
    outcome = load(read_text("Anmälda narkotikabrott 2016 2017 2018\nLPO Norrmalm 10 12"))
    assert [(error.row, error.rule) for error in outcome.errors] == [(2, "SAM214")]


@pytest.mark.parametrize(("answer", "value"), [("thousands", 1590.0), ("decimals", 1.59)])
def test_a_point_before_three_digits_is_asked_about(answer: str, value: float) -> None:
    raw = table("Område|2017|2018", "LPO Norrmalm|1.590|3", title="Index trygghet")
    definition = SeriesDefinition("index", "Index", "Trygghetsindex.", "index", "survey", "none")  # type: ignore[arg-type]
    (series,) = asked(raw, "series")
    assert values(raw, {"decimal_dot": answer, series.id: definition})[0] == value


# Brackets.


def test_a_second_figure_in_brackets_becomes_a_series_of_its_own() -> None:
    raw = table("Område|År|Rattfylleri (drograttfylleri)|Stöld", "LPO Norrmalm|2017|8 (5)|3", title="Trafik")
    rows = load(raw).rows
    assert dict(zip(rows["series"], rows["value"], strict=True)) == {
        "rattfylleri": 8.0,
        "drograttfylleri": 5.0,
        "stold": 3.0,
    }


def test_the_figure_in_brackets_may_be_left_out() -> None:
    raw = table("Område|År|Rattfylleri (drograttfylleri)|Stöld", "LPO Norrmalm|2017|8 (5)|3", title="Trafik")
    (question,) = asked(raw, "bracket")
    assert values(raw, {question.id: "drop"}) == [8.0, 3.0]


def test_a_figure_alone_in_brackets_is_asked_about_without_recommendation() -> None:
    (question,) = asked(table("Område|2017|2018", "LPO Norrmalm|(7)|3"), "bracketed")
    assert question.recommended == ""


# Periods.


def test_a_year_cut_short_by_a_footnote_is_a_part_year() -> None:
    raw = table("Område|2018|2019", "LPO Norrmalm|7|3", "*2019 avser till och med 2019-10-31")
    rows = load(raw).rows
    assert rows["status"].tolist() == ["actual", "part_year"]
    assert rows["period_end"].tolist() == [date(2019, 1, 1), date(2019, 11, 1)]


def test_a_spring_is_asked_about_without_recommendation() -> None:
    (question, _) = asked(table("Område|våren 2020|hösten 2020", "LPO Norrmalm|7|3"), "period")
    assert question.recommended == ""
    assert [option.value for option in question.options] == ["2020-01-01/2020-07-01", "2020-03-01/2020-06-01"]


def test_months_without_a_year_take_the_year_of_the_title_when_confirmed() -> None:
    raw = table("Område|jan–jun|jul–dec", "LPO Norrmalm|7|3", title="Rån 2020")
    assert load(raw).rows["period_end"].tolist() == [date(2020, 7, 1), date(2021, 1, 1)]


def test_halves_need_no_question() -> None:
    raw = table("Område|H1 2020|H2 2020", "LPO Norrmalm|7|3")
    assert asked(raw, "period") == []
    assert load(raw).rows["period_start"].tolist() == [date(2020, 1, 1), date(2020, 7, 1)]


def test_a_table_without_years_is_asked_for_its_period() -> None:
    raw = table("Område|Rån|Stöld", "LPO Norrmalm|7|3", "LPO City|4|2", title="Brott i city")
    assert [error.rule for error in load(raw).errors] == ["SAM221"]
    (question,) = asked(raw, "period")
    assert values(raw, {question.id: "2017-01-01/2018-01-01"}) == [7.0, 3.0, 4.0, 2.0]


# Totals and shares.


def test_a_total_that_differs_stops_the_load_and_says_by_how_much() -> None:
    wrong = {**ASSAULT, ("Sergels torga", "2017"): (104, 64, 22, 10, 7)}
    (error,) = load(read_text(tabbed(wrong, "Misshandel utomhus per basområde", HEADINGS))).errors
    assert (error.rule, error.row, error.facts["total"], error.facts["sum"]) == ("SAM225", 3, "104", "103")


def test_a_total_that_differs_by_rounding_and_says_so_is_accepted_with_the_answer() -> None:
    wrong = {**ASSAULT, ("Sergels torga", "2017"): (104, 64, 22, 10, 7)}
    raw = read_text(
        tabbed(wrong, "Misshandel utomhus per basområde", HEADINGS) + "\nb Summorna är avrundade."
    )
    (question,) = asked(raw, "total")
    assert question.recommended == "rounded"
    assert load(raw).errors == ()


def test_columns_that_never_add_up_to_the_total_are_asked_about_once() -> None:
    raw = table(
        "Område|År|Totalt|Mot man|Mot kvinna",
        "LPO City|2017|50|10|12",
        "LPO City|2018|60|9|8",
        title="Misshandel utomhus",
    )
    (question,) = asked(raw, "parts")
    assert question.recommended == "some"


def test_a_share_over_100_can_not_be_loaded_as_a_share() -> None:
    raw = table("Område|2017|2018", "LPO City|120 %|80 %", title="Andel narkotikabrott")
    assert [(error.rule, error.cell) for error in load(raw).errors] == [("SAM227", "120 %")]


def test_a_heading_that_says_share_over_counts_is_asked_about() -> None:
    raw = table("Område|2017|2018", "Stadsdelen Klara|935|792", title="Andel anmälda våldsbrott")
    (question,) = asked(raw, "share_or_count")
    assert (question.recommended, question.reason) == ("count", "Figures over 100 can not be shares.")
    assert load(raw).series[0].unit == "count"


def test_shares_that_do_not_add_up_to_100_are_asked_about() -> None:
    raw = table(
        "Område|År|Andel stöld|Andel rån|Andel narkotika", "LPO City|2017|36 %|44 %|19 %", title="Brott"
    )
    (question,) = asked(raw, "percent_sum")
    assert (question.facts["sum"], question.recommended) == ("99", "rounded")


def test_a_number_of_events_below_zero_is_an_error() -> None:
    assert [error.rule for error in load(table("Område|2017|2018", "LPO City|-3|8")).errors] == ["SAM228"]


# Names and codes.


def test_a_name_with_cyrillic_letters_is_asked_about() -> None:
    raw = table("Område|2017|2018", "LPO Nоrrmаlm|7|3")
    (question,) = asked(raw, "lookalike")
    assert question.recommended == "latin"
    assert load(raw).areas[0].name == "LPO Norrmalm"


def test_a_five_digit_code_printed_with_a_footnote_digit_is_asked_about() -> None:
    raw = table("Område|2017|2018", "Klara (nyko 101023)|7|3")
    (question,) = asked(raw, "code_digit")
    assert [option.value for option in question.options] == ["strip", "keep"]
    outcome = load(raw)
    assert (outcome.areas[0].scheme, outcome.areas[0].code, outcome.areas[0].name) == (
        "nyko5",
        "10102",
        "Klara",
    )


def test_a_six_digit_code_is_a_basomrade_when_that_is_the_answer() -> None:
    raw = table("Område|2017|2018", "Klara (nyko 101023)|7|3")
    (question,) = asked(raw, "code_digit")
    outcome = load(raw, {question.id: "keep"})
    assert (outcome.areas[0].scheme, outcome.areas[0].code) == ("basomrade", "101023")


def test_an_area_without_a_code_gets_a_slug_and_the_unknown_vintage_is_said() -> None:
    outcome = load(table("Område|2017|2018", "LPO Norrmalm|7|3"))
    assert outcome.areas[0].key == ("lokalpolisomrade", "norrmalm", "okänd")
    said = [note.text % note.facts for note in outcome.notes]
    assert "LPO Norrmalm: the vintage of the geography is unknown." in said
    assert "LPO Norrmalm has no code and gets the short name norrmalm." in said


def test_the_same_name_outside_its_context_is_not_given_a_code() -> None:
    (question,) = asked(table("Område|2017|2018", "Sergels torg|7|3"), "area")
    assert question.recommended == ""


def test_an_area_answer_may_be_written_by_hand() -> None:
    raw = table("Område|2017|2018", "Sergels torg|7|3")
    (question,) = asked(raw, "area")
    outcome = load(raw, {question.id: "basomrade:101025:2016"})
    assert outcome.areas == (AreaRef("basomrade", "101025", "2016", "Sergels torg"),)


@pytest.mark.parametrize("answer", ["basomrade", "basomrade::2016", ":1:2", "a:b:c:d"])
def test_an_area_answer_that_lacks_a_part_is_an_error(answer: str) -> None:
    raw = table("Område|2017|2018", "Sergels torg|7|3")
    (question,) = asked(raw, "area")
    assert [error.rule for error in load(raw, {question.id: answer}).errors] == ["SAM220"]


def test_a_mean_without_the_number_of_areas_has_no_recommendation() -> None:
    (question,) = asked(table("Område|2017|2018", "Genomsnitt samtliga basområden|7|3"), "mean")
    assert question.recommended == ""


# What is compulsory, and all errors at once.


def test_every_error_is_told_at_once_with_row_column_and_cell() -> None:
    raw = table("Område|2017|2018", "Sergels torg|ja|-", "LPO City|-3|nej", title="Okänt brottsslag")
    outcome = apply(recognise(raw), {}, TableMeta("x"))
    assert {error.rule for error in outcome.errors} == {
        "SAM215",
        "SAM217",
        "SAM219",
        "SAM220",
        "SAM222",
        "SAM223",
    }
    unreadable = [(error.row, error.column, error.cell) for error in outcome.errors if error.rule == "SAM215"]
    assert unreadable == [(3, 2, "ja"), (4, 3, "nej")]
    assert all(error.mend and error.message % error.facts for error in outcome.errors)
    assert outcome.rows.empty


@pytest.mark.parametrize(
    ("meta", "rule"), [(TableMeta("x", "", "CC0"), "SAM222"), (TableMeta("x", "Brå", " "), "SAM223")]
)
def test_source_and_licence_are_compulsory(meta: TableMeta, rule: str) -> None:
    outcome = load(table("Område|2017|2018", "LPO City|7|3"), meta=meta)
    assert [error.rule for error in outcome.errors] == [rule]


@pytest.mark.parametrize("lacking", ["slug", "label", "definition", "kind", "offence_type"])
def test_each_part_of_a_definition_is_compulsory(lacking: str) -> None:
    raw = table("Område|2017|2018", "LPO City|7|3", title="Okänt brottsslag")
    (question,) = asked(raw, "series")
    form = {
        "slug": "okant",
        "label": "Okänt",
        "definition": "Något.",
        "kind": "reported_offence",
        "offence_type": "mixed",
    }
    assert load(raw, {question.id: form}).errors == ()
    assert [e.rule for e in load(raw, {question.id: {**form, lacking: ""}}).errors] == ["SAM219"]


def test_an_answer_that_was_not_offered_is_an_error() -> None:
    outcome = load(table("Område|2017|2018", "LPO City|-|3"), {"dash": "nothing"})
    assert [error.rule for error in outcome.errors] == ["SAM218"]


def test_the_same_figure_in_two_rows_is_an_error_that_names_both() -> None:
    (error, _) = load(table("Område|2017|2018", "LPO City|7|3", "LPO City|7|3")).errors
    assert (error.rule, error.row, error.facts["other"]) == ("SAM226", 4, 3)


@pytest.mark.parametrize("heading", ["Personnummer", "Namn", "Misstänkt", "K-nummer", "Diarienummer"])
def test_a_table_with_a_person_column_is_refused_whole_and_nothing_is_kept(heading: str) -> None:
    found = recognise(read_csv(f"Område;{heading};2017\nKlara;x;3\n".encode()))
    outcome = apply(found, {}, META)
    assert [error.rule for error in outcome.errors] == ["SAM224"]
    assert heading in str(outcome.errors[0])
    assert found.raw.lines == ()


def test_an_identity_number_in_a_cell_refuses_the_table_without_repeating_it() -> None:
    found = recognise(read_csv(b"Plats;2017\n19850101-1234;3\n"))
    assert found.persons == ("personnummer",)


def test_the_presence_and_person_flags_of_known_series_follow_the_rules() -> None:
    raw = table(
        "Område|År|Våld mot tjänsteman|Narkotika totalt <18år|Rattfylleri|Fylleri/LOB|Våldtäkt",
        "LPO City|2017|1|2|3|4|5",
        title="Brott i city",
    )
    series = {definition.slug: definition for definition in load(raw).series}
    assert series["vald-mot-tjansteman"].presence_sensitive
    assert series["fylleri-lob"].presence_sensitive
    assert series["fylleri-lob"].kind == "incident_report"
    assert series["rattfylleri"].offence_type == series["narkotikabrott"].offence_type == "detection_driven"
    assert series["narkotikabrott"].person_based
    assert series["valdtakt"].sensitive


def test_an_assault_against_women_is_the_same_series_crossed_with_sex() -> None:
    outcome = load(read_text(tabbed(ASSAULT, "Misshandel utomhus per basområde", HEADINGS)))
    (series,) = outcome.series
    assert (series.slug, series.person_based) == ("misshandel-utomhus", True)
    assert set(outcome.rows["sex"]) == {"", "men", "women", "boys", "girls"}
    assert set(outcome.rows[outcome.rows["sex"] == "girls"]["age_group"]) == {"<18"}


def test_a_code_in_brackets_closes_the_name_and_divides_no_row() -> None:
    raw = read_text("Rån\nOmråde 2017 2018\nLilla torget (990 011) 12 150\nStora torget (990 012) 3 7")
    assert [q.code for q in questions(recognise(raw)) if q.code == "division"] == []
    rows = load(raw).rows
    assert rows["code"].tolist() == ["990011", "990011", "990012", "990012"]
    assert rows["value"].tolist() == [12, 150, 3, 7]


def test_a_table_that_waits_for_answers_is_not_said_to_be_missing() -> None:
    found = recognise(read_text("Rån\nOmråde 2017 2018\nVasagatan 24 103 64"))
    assert [question.code for question in questions(found)] == ["division"]
    assert "SAM212" not in {fault.rule for fault in found.faults}


def test_a_series_that_no_column_divides_does_not_count_persons() -> None:
    outcome = load(table("Område|År|Narkotikabrott", "LPO City|2017|1", title="Brott i city"))
    assert [(one.slug, one.person_based) for one in outcome.series] == [("narkotikabrott", False)]


def test_the_same_source_always_raises_the_same_questions() -> None:
    raw = read_text(stacked(ASSAULT, "Misshandel utomhus", HEADINGS) + "\n" + NOTES)
    assert questions(recognise(raw)) == questions(recognise(raw))


def test_all_questions_have_ids_of_their_own() -> None:
    raw = read_text(stacked(ASSAULT, "Misshandel utomhus", HEADINGS) + "\n" + NOTES)
    ids = [question.id for question in questions(recognise(raw))]
    assert len(ids) == len(set(ids))


def test_a_recommended_answer_is_always_one_that_is_offered() -> None:
    raw = read_text(stacked(ASSAULT, "Misshandel utomhus", HEADINGS) + "\n" + NOTES)
    for question in questions(recognise(raw)):
        if question.recommended:
            assert question.recommended in {option.value for option in question.options}
            assert question.reason
    assert recommended(questions(recognise(raw)))


def test_nothing_that_looks_like_a_table_is_an_error() -> None:
    assert [error.rule for error in load(read_text("Bara ord här.\nOch här.")).errors] == ["SAM212"]
