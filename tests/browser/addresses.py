"""Which addresses are pages, found by following links from the start page as a reader would."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.exceptions import Resolver404

if TYPE_CHECKING:
    from .reading import Reader

START = "/stockholm/"
# Where meetings, duty, agreements and events are, which are not made up about a real place.
SIMULATED = "/exempelstad/"
# The place that has everything; a link to it is followed rather than one to another place.
RICHEST = "sergels-torg"
_LINK = re.compile(r'<a\s[^>]*?href="([^"]+)"')

# Addresses that are no pages, each with the reason; everything else is opened by the tests.
NO_PAGE = {
    "sign-out": "a button; nothing is shown",
    "action-step": "one page for each step; tests/web/test_actions.py walks them",
    "action-photo": "a picture",
    "issue-step": "one page for each step; tests/browser/test_questions.py walks them",
    "language": "a button; it leads back to the page",
    "home": "leads on to the workspace or the account",
    "health": "one word for a watchdog",
    "open-notice": "a button; it leads to what the notice is about",
    "read-handover": "a button; it leads back to the handover",
    "approve-statement": "a button; it leads back to the statement",
    "take-back-statement": "a button; it leads back to the statement",
    "retract-heads-up": "a button; it leads back to the heads-ups",
    "sign-agreement": "a button; it leads back to the agreement",
    "approve-promise": "a button; it leads back to the agreement",
    "read-notices": "a button; it leads back to the notices",
    "end-membership": "a button; it leads back to who is who",
    "latest-picture": "leads on to the years that have figures",
    "reopen-assessment": "a button; it leads back to the assessment",
    "import": "leads on to the step where the work was laid aside",
    "load-import": "a button; it leads to the data set",
    "assessment-file": "a file",
    "picture-file": "a file",
    "event-aggregates": "a file",
    "frozen-file": "a file",
    "coverage-on-agenda": "a button; it leads back to the coverage",
    "settle-coverage": "a button; it leads back to the coverage",
    "end-control": "a button; it leads back to the coverage",
    "service-worker": "a script",
    "app-manifest": "a file",
    "withdraw-tonight-note": "a button; it leads back to the board",
    "open-self-check": "a button; it leads back to the self check",
    "answer-pulse": "open for two weeks and only to who has a seat; tests/web/test_self_checks.py answers it",
    "answer-self-check": "only where it is open; tests/web/test_self_checks.py answers it",
    "open-pulse": "a button; it leads back to the short questions",
    "end-seat": "a button; it leads back to the forum",
    "close-forum": "a button; it leads back to the forum",
    "forum-calendar": "a file",
    "my-calendar": "a file",
    "calendar-feed": "a file for calendar programs",
    "revoke-feed": "a button; it leads back to the links",
    "meeting-live": "a part of the meeting's page",
    "undo-check-in": "a button; it leads back to the meeting",
    "check-in-code": "a picture",
    "start-round": "a button; it leads to the round",
    "open-meeting": "a button; it leads back to the meeting",
    "take-chair": "a button; it leads back to the meeting",
    "close-meeting": "a button; it leads back to the meeting",
    "settle-notes": "a button; it leads back to the meeting",
    "widen-note": "a button; it leads back to the meeting",
    "drop-point": "a button; it leads back to the agenda",
    "places-layer": "what the map draws",
    "mandates-layer": "what the map draws",
    "take-over-cards": "what a telephone keeps for when there is no signal",
    "put-away-card": "a button; it leads back to the mandate areas",
    "reopen-function": "a button; it leads back to the function",
    "areas-layer": "what the map draws",
}
# Pages that no link on another page leads to: where they are.
WITHOUT_LINK = {"sign-in": "/logga-in/", "without-net": "/utan-natet/"}
# Pages that a button and not a link leads to: from which page, and how the addresses differ.
BY_BUTTON = {"import-preview": ("import-answers", "/svara/", "/granska/")}
# Addresses that lead on to a page; they are followed.
LEADS_ON = {"latest-picture", "import"}


def _named(patterns: list[URLPattern | URLResolver], inside: tuple[str, ...] = ()) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            # The API's addresses are its own and have their own tests.
            if pattern.app_name != "ninja" and not str(pattern.pattern).startswith("api/"):
                yield from _named(pattern.url_patterns, inside)
        elif pattern.name:
            yield pattern.name


def all_names() -> list[str]:
    """Return every named address of the product, in order, once."""
    return list(dict.fromkeys(_named(get_resolver().url_patterns)))


def page_names() -> list[str]:
    """Return the names of the addresses that are pages."""
    return [name for name in all_names() if name not in NO_PAGE]


def name_of(path: str) -> str | None:
    """Return the name of an address, or nothing when it is not the product's."""
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return None
    return match.url_name if not match.app_names else None


# Pages of one name look alike: so many of each are opened, and more only while a page has not been found.
FEW, MANY = 2, 12


@dataclass
class Trail:
    """One reader's walk, which can be taken up again: for each name, the address that a link led to."""

    reader: Reader
    found: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    _waiting: dict[str, list[str]] = field(default_factory=dict)
    _opened: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for path in (START, SIMULATED, *WITHOUT_LINK.values()):
            self._note(path)

    def walk(self, each: int, wanted: set[str] | None = None) -> None:
        """Open up to ``each`` pages of every name, least known first, until what is wanted is found."""
        while wanted is None or wanted - self.found.keys():
            open_to = [name for name, paths in self._waiting.items() if paths and self._opened[name] < each]
            if not open_to:
                break
            name = min(open_to, key=lambda one: self._opened[one])
            self._opened[name] += 1
            self._follow(self._waiting[name].pop(0))
        for name, (page, old, new) in BY_BUTTON.items():
            if page in self.found:
                self.found.setdefault(name, self.found[page].replace(old, new))

    def _follow(self, path: str) -> None:
        """Open a page without a screen and note where its links on the same server lead."""
        server = self.reader.server
        answer = self.reader.context.request.get(server.url(path), max_redirects=3)
        if not answer.ok:
            self.broken.append(f"{path}: {answer.status}")
            return
        self._note(answer.url.removeprefix(server.address))
        if "text/html" not in answer.headers.get("content-type", ""):
            return
        for link in _LINK.findall(answer.text()):
            target = urlsplit(urljoin(answer.url, unescape(link)))
            if f"{target.scheme}://{target.netloc}" == server.address:
                self._note(target.path + (f"?{target.query}" if target.query else ""))

    def _note(self, path: str) -> None:
        """Remember where a name leads, the richest place first, and what is still to be opened."""
        name = name_of(path)
        if name is None or path in self._known:
            return
        self._known.add(path)
        rich = RICHEST in path
        if name not in self.found or (rich and RICHEST not in self.found[name]):
            self.found[name] = path
        if name not in NO_PAGE or name in LEADS_ON:
            waiting = self._waiting.setdefault(name, [])
            waiting.insert(0 if rich else len(waiting), path)


def follow_links(readers: Sequence[Reader], whole: int) -> list[Trail]:
    """Walk as the first ``whole`` readers, then deeper and as the rest while a page has not been found."""
    trails = [Trail(reader) for reader in readers]
    for trail in trails[:whole]:
        trail.walk(FEW)
    for each in (FEW, 2 * FEW, MANY):
        for trail in trails:
            found = {name for other in trails for name in other.found}
            trail.walk(each, set(page_names()) - found)
    return trails
