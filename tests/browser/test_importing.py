"""J7: an analyst pastes a table and the situational picture shows the figures."""

from __future__ import annotations

import re

import pytest

from .reading import Reader, Readers

# Three years, two places, five columns, with the marks that published tables have.
TABLE = """Område\tÅr\tStöld\tMisshandel utomhus\tRån\tNarkotikabrott\tBråk
Sergels torg (101025)\t2020\t1 231\t41\t-\t333\t195
Sergels torg (101025)\t2021\t198\t38\t9\t351\t187
Sergels torg (101025)\t2022\t205\t44\t7\t309\t201
Hässelby torg (208017)\t2020\t81\t9\t-\t28\t36
Hässelby torg (208017)\t2021\t75\t8\t4\t31\t33
Hässelby torg (208017)\t2022\t66\t11\t3\t25\t30
"""
# A practised person needs about six seconds for each press or field: five minutes are fifty.
FIVE_MINUTES = 50


class Hands:
    """Counts what a person does."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.did = reader, 0

    def fill(self, selector: str, text: str) -> None:
        self.did += 1
        self.reader.page.locator(selector).fill(text)

    def press(self, msgid: str) -> None:
        self.did += 1
        with self.reader.page.expect_navigation():
            self.reader.press(msgid)

    def choose(self, locator: object) -> None:
        self.did += 1
        locator.check()


@pytest.mark.parametrize("script", [True, False], ids=["with the script", "without any script"])
def test_a_pasted_table_becomes_figures_in_the_picture_within_five_minutes(
    script: bool, readers: Readers
) -> None:
    reader = readers.fresh("samordnare", java_script_enabled=script)
    hands = Hands(reader)
    # The two ways load tables of their own years, so that neither meets the other's figures.
    decade = "202" if script else "201"
    when_the_table_is_pasted(hands, TABLE.replace("\t202", f"\t{decade}"))
    when_the_questions_are_answered(hands, f"Anmälda brott {decade}0–{decade}2")
    when_it_is_looked_through_and_loaded(hands)
    assert hands.did < FIVE_MINUTES
    then_the_picture_shows_the_figures(reader, f"{decade}0-{decade}2")


def when_the_table_is_pasted(hands: Hands, table: str) -> None:
    hands.reader.open("/stockholm/underlag/las-in/")
    hands.fill("#id_text", table)
    hands.press("Read the table")


def when_the_questions_are_answered(hands: Hands, title: str) -> None:
    page = hands.reader.page
    suggest = page.locator("button[name=suggest]")
    if suggest.count():
        hands.did += 1
        with page.expect_navigation():
            suggest.click()
    dash = page.locator("section.question", has_text=re.compile("strecket")).first
    hands.choose(dash.locator("input[type=radio][value=missing]"))
    for series in page.locator("details.question[open]", has=page.locator("[id$=-definition]")).all():
        hands.did += 3
        series.locator("[id$=-definition]").fill("Anmälda brott av det slag som rubriken anger.")
        series.locator("[id$=-kind]").select_option("reported_offence")
        series.locator("[id$=-offence]").select_option("victim_reported")
    hands.fill("#id_title", title)
    hands.fill("#id_publisher", "Polisen")
    hands.fill("#id_reference", "Utdrag, tabell 1")
    hands.fill("#id_licence", "allmän handling")
    with page.expect_navigation():
        page.locator("button[name=preview]").click()
    hands.did += 1
    assert "/granska/" in hands.reader.path, page.locator("main").inner_text()[:1500]


def when_it_is_looked_through_and_loaded(hands: Hands) -> None:
    page = hands.reader.page
    save = page.locator("main form[action$='/spara/'] button")
    assert save.count() == 1, page.locator("main").inner_text()[:1500]
    hands.did += 1
    with page.expect_navigation():
        save.click()
    assert re.search(r"/underlag/[\w-]+/\d+/$", hands.reader.path), page.locator("main").inner_text()[:1500]


def then_the_picture_shows_the_figures(reader: Reader, years: str) -> None:
    reader.open(f"/stockholm/platser/sergels-torg/lagesbild/{years}/")
    page = re.sub(r"\s+", " ", reader.text())
    assert re.search(r"333 .*351 .*309", page), page[:2000]
    assert "1 231" in page
    assert "uppgift saknas" in page.casefold()


def test_a_table_with_persons_is_refused_and_nothing_of_it_comes_back(readers: Readers) -> None:
    reader = readers.get("samordnare")
    reader.open("/stockholm/underlag/las-in/")
    reader.page.locator("#id_text").fill("Namn\tPersonnummer\tÅr\nAnna Provsson\t19640823-3234\t2019\n")
    with reader.page.expect_navigation():
        reader.press("Read the table")
    assert reader.page.locator(".error-summary").count() == 1
    assert "Provsson" not in reader.page.content()
    assert "3234" not in reader.page.content()
