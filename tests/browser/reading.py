"""People with a browser each: who is signed in, in which language, and what their pages asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext, ngettext

from .server import PASSWORD, Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

# A page that waits longer than this for its own server is broken, not slow.
PATIENCE_MS = 60_000


def say(msgid: str, language: str = "sv", **facts: object) -> str:
    """Return the page's sentence for a message, in the reader's language."""
    with translation.override(language):
        text = gettext(msgid)
    return text % facts if facts else text


def say_number(one: str, many: str, number: int, language: str = "sv") -> str:
    """Return the page's sentence for a number of things."""
    with translation.override(language):
        return ngettext(one, many, number) % {"number": number}


@dataclass
class Reader:
    """One person's browser."""

    server: Server
    account: str
    language: str
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)

    def open(self, path: str) -> Any:
        """Go to a page of the server; forget what earlier pages complained of."""
        self.forget()
        return self.page.goto(self.server.url(path), wait_until="load")

    def forget(self) -> None:
        """Start counting complaints, requests and posts anew."""
        for kept in (self.complaints, self.asked, self.posted):
            kept.clear()

    def say(self, msgid: str, **facts: object) -> str:
        """Return the sentence in this reader's language."""
        return say(msgid, self.language, **facts)

    def press(self, msgid: str) -> None:
        """Press the button with these words."""
        self.page.get_by_role("button", name=self.say(msgid), exact=True).first.click()

    def follow(self, msgid: str) -> None:
        """Follow the link with these words."""
        self.page.get_by_role("link", name=self.say(msgid), exact=True).first.click()

    def text(self) -> str:
        """Return what can be read on the page."""
        return str(self.page.locator("body").inner_text())

    @property
    def path(self) -> str:
        """Return where the reader is."""
        return str(self.page.url).removeprefix(self.server.address)


def new_reader(
    browser: Browser, server: Server, account: str = "", language: str = "sv", **options: Any
) -> Reader:
    """Return somebody with an empty browser, not signed in."""
    # Without motion a colour is what it will be, at once.
    options = {"reduced_motion": "reduce", "locale": "sv-SE", **options}
    context = browser.new_context(base_url=server.address, accept_downloads=True, **options)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    reader = Reader(server, account, language, context, page)
    page.on("console", lambda line: reader.complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: reader.complaints.append(str(error)))
    page.on("request", lambda request: reader.asked.append(request.url))
    page.on(
        "request", lambda request: reader.posted.append(request.url) if request.method == "POST" else None
    )
    return reader


def sign_in(reader: Reader, account: str, password: str = PASSWORD) -> None:
    """Fill in the form and send it."""
    reader.open("/logga-in/")
    reader.page.locator("#id_username").fill(account)
    reader.page.locator("#id_password").fill(password)
    reader.page.locator("main form button").click()
    reader.account = account


class Readers:
    """One browser for each account, kept between tests; the language is set when asked for."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.browser, self.server = browser, server
        self._kept: dict[str, Reader] = {}

    def get(self, account: str, language: str = "sv") -> Reader:
        """Return the account's browser, signed in, in the language."""
        reader = self._kept.get(account)
        if reader is None:
            reader = self._kept[account] = new_reader(self.browser, self.server, account)
            sign_in(reader, account)
            reader.language = ""
        if reader.language != language:
            set_language(reader, language)
        reader.page.set_viewport_size({"width": 1280, "height": 900})
        return reader

    def fresh(self, account: str = "", language: str = "sv", **options: Any) -> Reader:
        """Return a browser that nobody else uses; signed in if an account is named."""
        reader = new_reader(self.browser, self.server, account, language, **options)
        if account:
            sign_in(reader, account)
        if account or language != "sv":
            set_language(reader, language)
        return reader

    def close(self) -> None:
        """Close every browser."""
        for context in list(self.browser.contexts):
            context.close()


def set_language(reader: Reader, language: str) -> None:
    """Choose the language as the foot of the page does."""
    reader.open("/tillganglighet/")
    if reader.page.locator("html").get_attribute("lang") != language:
        reader.page.locator(f'footer button[name=language][value="{language}"]').click()
        reader.page.locator(f'html[lang="{language}"]').wait_for(state="attached")
    reader.language = language
