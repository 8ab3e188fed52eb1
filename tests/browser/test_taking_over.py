"""J1: a guard with a telephone, 22:40. From the open page to the number that rings, in taps and seconds."""

from __future__ import annotations

import time

from .reading import Reader, Readers

TELEPHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
# The acceptance limits of the journey; a thumb and a glance are counted as two seconds for each tap.
# The first scene of the invented county: it has functions and rosters.
SCENE = "paraplytorget"
MOST_SECONDS, MOST_TAPS, SECONDS_PER_TAP = 30.0, 5, 2.0


class Thumb:
    """Taps and counts."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.taps, self.began = reader, 0, time.monotonic()

    def tap(self, words: str, role: str = "link") -> None:
        """Tap what has these words, when it can be seen."""
        target = self.reader.page.get_by_role(role, name=words, exact=True).first
        with self.reader.page.expect_navigation():
            target.tap()
        self.taps += 1

    @property
    def seconds(self) -> float:
        """What the journey takes: the machine's time, and a thumb's."""
        return time.monotonic() - self.began + self.taps * SECONDS_PER_TAP


def on_the_way(reader: Reader) -> Thumb:
    reader.open(f"/exempelstad/vem-tar-over/?plats={SCENE}")  # the place, once for each device
    reader.page.locator("#h-who").wait_for()
    reader.open("/exempelstad/")
    return Thumb(reader)


def test_a_guard_reaches_a_number_for_a_girl_who_is_unwell_within_the_limit(readers: Readers) -> None:
    reader = readers.fresh("ordningsvakt", **TELEPHONE)
    thumb = on_the_way(reader)
    thumb.tap("Vem tar över?")
    thumb.tap("Under 18")
    thumb.tap("Mår dåligt eller påverkad")
    call = reader.page.locator("a.call").first
    call.focus()
    thumb.taps += 1
    assert (call.get_attribute("href") or "").startswith("tel:")
    assert call.is_visible()
    box = call.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    assert thumb.taps <= MOST_TAPS, thumb.taps
    assert thumb.seconds <= MOST_SECONDS, thumb.seconds
    assert reader.posted == []


def test_it_works_without_script_and_nothing_scrolls_sideways(readers: Readers) -> None:
    reader = readers.fresh("ordningsvakt", java_script_enabled=False, **TELEPHONE)
    thumb = on_the_way(reader)
    thumb.tap("Vem tar över?")
    thumb.tap("Under 18")
    thumb.tap("Barn som kan fara illa")
    assert reader.page.locator('a[href^="tel:"]').count() >= 2
    sizes = reader.page.locator("html").bounding_box()
    assert sizes is not None
    assert sizes["width"] <= 360


def test_acute_puts_the_emergency_number_first(readers: Readers) -> None:
    reader = readers.fresh("ordningsvakt", **TELEPHONE)
    thumb = on_the_way(reader)
    thumb.tap("Vem tar över?")
    thumb.tap("Under 18")
    thumb.tap("Akut hälsa")
    assert reader.page.locator('main a[href^="tel:"]').first.get_attribute("href") == "tel:112"
