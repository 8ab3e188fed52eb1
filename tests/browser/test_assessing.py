"""J6: functions answer blind, the spread is shown, the meeting agrees and freezes."""

from __future__ import annotations

import re

from .reading import Reader, Readers

PLACE = "/stockholm/platser/hasselby-torg/"
ANSWERERS = ("samordnare", "omradespolis")


def test_functions_answer_blind_then_see_the_spread_and_agree(readers: Readers) -> None:
    lead, officer = (readers.get(account) for account in ANSWERERS)
    occasion = given_an_assessment_is_opened(lead)
    when_a_function_answers(lead, occasion, unsure="1")
    then_nobody_sees_what_was_answered(officer, occasion)
    when_a_function_answers(officer, occasion, unsure="2")
    then_the_spread_is_shown(lead, occasion)
    when_the_meeting_agrees(lead, occasion)
    lead.open(occasion)
    assert lead.say("Settled and frozen") in lead.text()


def given_an_assessment_is_opened(reader: Reader) -> str:
    reader.open(f"{PLACE}bedomning/ny/")
    reader.page.locator("input[name=set_code]").first.check()
    invited = reader.page.locator("input[name=invited]")
    for box in invited.all():
        box.uncheck()
    for words in ("Trygghetssamordnare", "Områdespolis"):
        reader.page.locator("label.choice", has_text=re.compile(words, re.IGNORECASE)).first.click()
    with reader.page.expect_navigation():
        reader.press("Open the assessment")
    assert re.search(r"/bedomning/[0-9a-f-]{36}/$", reader.path), reader.page.locator("main").inner_text()[
        :500
    ]
    return reader.path


def when_a_function_answers(reader: Reader, occasion: str, unsure: str) -> None:
    reader.open(f"{occasion}svar/")
    for choice in reader.page.locator("input[type=radio][value=yes]").all():
        choice.check()
    reader.page.locator(f'input[name="answer_{unsure}"][value=dont_know]').check()
    with reader.page.expect_navigation():
        reader.press("Send the answers")


def then_nobody_sees_what_was_answered(reader: Reader, occasion: str) -> None:
    reader.open(occasion)
    assert reader.page.locator("#h-spread").count() == 0
    assert reader.page.locator("#h-own").count() == 0


def then_the_spread_is_shown(reader: Reader, occasion: str) -> None:
    reader.open(occasion)
    assert reader.page.locator("#h-spread").count() == 1


def when_the_meeting_agrees(reader: Reader, occasion: str) -> None:
    reader.open(f"{occasion}samsyn/")
    for choice in reader.page.locator("input[type=radio][value=yes]").all():
        choice.check()
    reader.page.locator("#id_motive").fill("Genomgång på plats.")
    with reader.page.expect_navigation():
        reader.press("Save the draft and see what it gives")
    with reader.page.expect_navigation():
        reader.press("Freeze the joint answer")
