"""J2 and J5 on a phone: a briefing is held, an agenda gathered and sent; taps and keys counted."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

from .looking import TOO_WIDE
from .reading import Reader, Readers

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
FORUM = "/exempelstad/forum/samverkansutsattning-paraplytorget/"
# What the hands do; a practised thumb needs a second for a tap and a fifth of one for a key.
SECONDS_A_TAP, SECONDS_A_KEY = 1.0, 0.2


@dataclass
class Hands:
    """What somebody taps and writes, and how long the program itself takes."""

    reader: Reader
    taps: int = 0
    keys: int = 0
    waited: float = 0.0
    began: float = field(default_factory=time.monotonic)

    def tap(self, target: Any, *, leads: bool = True) -> None:
        """Tap something and wait for what it leads to."""
        self.taps += 1
        start = time.monotonic()
        if leads:
            with self.reader.page.expect_navigation():
                target.tap()
        else:
            target.tap()
        self.waited += time.monotonic() - start

    def write(self, target: Any, text: str) -> None:
        """Tap a field and write in it."""
        self.taps += 1
        target.tap()
        target.fill(text)
        self.keys += len(text)

    def button(self, msgid: str) -> Any:
        """Return the button with these words."""
        return self.reader.page.get_by_role("button", name=self.reader.say(msgid), exact=True).first

    @property
    def seconds(self) -> float:
        """How long it takes: the hands and the program."""
        return self.waited + self.taps * SECONDS_A_TAP + self.keys * SECONDS_A_KEY


def test_j2_a_briefing_is_prepared_held_and_closed_on_a_phone(readers: Readers) -> None:
    police = readers.fresh("omradespolis", **PHONE)
    guard = readers.fresh("ordningsvakt", **PHONE)
    hands = Hands(police)
    # Preparing: today's meeting from the start page, and what has changed since the last one.
    police.open("/exempelstad/")
    hands.tap(police.page.get_by_role("link", name=re.compile("Samverkansutsättning Paraplytorget")).first)
    assert police.page.locator("#h-changed").count() == 1
    assert police.page.evaluate(TOO_WIDE) == []
    prepared = hands.seconds
    # Holding: open, a guard checks in by the code, one line, shared in one tap, one thing lifted.
    hands.tap(hands.button("Open the meeting"))
    meeting = police.path.partition("#")[0]
    assert [heading.strip() for heading in police.page.locator(".assessment h3").all_inner_texts()][1:] == [
        "Vilka är här i kväll och till när", "Var behövs vi tillsammans", "Behov av hjälp",
        "Nästa dagar och att lyfta",
    ]  # fmt: skip
    when_the_guard_checks_in_by_the_code(guard, meeting)
    hands.write(police.page.locator("input[name=note]").nth(0), "Belysningen i tunneln lagad.")
    hands.tap(police.page.locator(".assessment button", has_text="Notera").nth(0))
    hands.tap(police.page.locator("button", has_text=police.say("Share with all in the cooperation")).first)
    hands.write(police.page.locator("input[name=note]").nth(4), "Kameran byts, vem äger?")
    hands.tap(police.page.locator(".assessment button", has_text="Notera").nth(4))
    hands.tap(police.page.locator(".assessment a", has_text=re.compile("^Lyft")).last)
    hands.tap(hands.button("Lift"))
    held = hands.seconds - prepared
    assert police.page.evaluate(TOO_WIDE) == []
    # Closing in one tap; the card waits for those who were not there.
    before_closing = hands.seconds
    hands.tap(hands.button("Close the meeting"))
    closed = hands.seconds - before_closing
    assert police.say("What it came to") in police.text()
    field_workers = readers.fresh("faltassistent", **PHONE)
    field_workers.open("/exempelstad/")
    assert "Belysningen i tunneln lagad." in field_workers.text()
    guard.open("/exempelstad/")
    assert "Belysningen i tunneln lagad." not in guard.text()
    assert (hands.taps, hands.keys) <= (12, 60), f"{prepared:.0f} + {held:.0f} + {closed:.0f} s"
    assert prepared < 2 * 60
    assert held < 15 * 60
    assert closed < 60


def when_the_guard_checks_in_by_the_code(guard: Reader, meeting: str) -> None:
    guard.open(f"{meeting}har/?qr")
    hands = Hands(guard)
    hands.tap(hands.button("We are here"))
    assert hands.taps == 1
    assert guard.page.locator(".tag.strong", has_text="här").count() >= 2


def test_check_in_answers_without_a_new_page_and_without_script_too(readers: Readers) -> None:
    for options in ({}, {"java_script_enabled": False}):
        reader = readers.fresh("samordnare", **PHONE, **options)
        reader.open(FORUM)
        reader.page.locator(".list a.title").nth(1).tap()
        reader.page.wait_for_load_state()
        own = reader.page.locator("#live button", has_text=reader.say("Is here")).first
        identity = own.get_attribute("id")
        own.tap()
        reader.page.wait_for_load_state("networkidle")
        assert reader.page.locator(f"#{identity}").count() == 0
        reader.context.close()


def test_j5_an_agenda_is_gathered_sent_and_lifted_with_half_a_page(readers: Readers) -> None:
    lead = readers.fresh("samordnare", **PHONE)
    hands = Hands(lead)
    lead.open("/exempelstad/forum/platssamverkan-paraplytorget/")
    hands.tap(lead.page.locator("section[aria-labelledby=h-ahead] a.title").first)
    hands.tap(lead.page.get_by_role("link", name=lead.say("Agenda"), exact=True))
    assert lead.page.evaluate(TOO_WIDE) == []
    gathered = lead.page.locator("input[name=take]").count()
    hands.tap(hands.button("Send the call with the agenda"))
    on_it = lead.page.locator("section[aria-labelledby=h-on] li").count()
    assert on_it >= gathered
    assert on_it >= 3
    # As the property owner reads it.
    reader = lead.page.locator("#id_som option", has_text="Förvaltare").first.get_attribute("value")
    lead.page.locator("#id_som").select_option(reader)
    hands.taps += 2
    hands.tap(hands.button("Show"))
    assert lead.page.locator("section[aria-labelledby=h-seen] ol li").count() == on_it
    papers = hands.seconds
    # Three points go to the steering group with half a page each, which the program has begun.
    lead.open(lead.path.split("dagordning/")[0])
    for _number in range(3):
        hands.tap(lead.page.locator(".assessment a", has_text=re.compile("^Lyft")).first)
        assert "Platssamverkan Paraplytorget" in lead.page.locator("#id_half_page").input_value()
        hands.tap(hands.button("Lift"))
    whole = hands.seconds
    assert whole < 10 * 60, f"{on_it} points, {hands.taps} taps, {papers:.0f} s to papers"
    minutes_are_kept_and_settled(lead)


def minutes_are_kept_and_settled(lead: Reader) -> None:
    """The other half of J5: five minutes for the minutes, a line and an outcome for each point."""
    hands = Hands(lead)
    hands.tap(hands.button("Open the meeting"))
    waiting = lead.page.locator(".assessment a", has_text=lead.say("Note and outcome"))
    points = waiting.count()
    lines = ("Belysningen vid tunneln lagas vecka 48, trafikkontoret håller i det.", "Kvar till nästa möte.")
    for at in range(points):
        hands.tap(waiting.nth(at))
        hands.write(lead.page.locator("[name=note]"), lines[min(at, 1)])
        decided = lead.page.locator("label:has(input[name=outcome][value=point_decided])")
        # How a point was lifted stands; the others are given an outcome.
        if decided.count():
            hands.tap(decided, leads=False)
        hands.tap(hands.button("Save"))
    hands.tap(hands.button("Close the meeting"))
    hands.tap(hands.button("Settle the notes"))
    assert points >= 3
    assert lead.page.get_by_text(lines[0]).count() >= 1
    assert lead.page.get_by_text(lines[1]).count() >= points - 1
    assert waiting.count() == 0
    assert hands.seconds < 5 * 60, f"{points} points, {hands.taps} taps, {hands.keys} keys"
