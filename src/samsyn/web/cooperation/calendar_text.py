"""Meeting times as iCalendar (RFC 5545): times, the forum's name and a pointer, never a note or an agenda."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST_OCTETS = 75


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One meeting as a calendar program shows it."""

    key: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    summary: str
    pointer: str
    called_off: bool = False
    revision: int = 0


def calendar_text(name: str, events: Iterable[CalendarEvent]) -> str:
    """Return a calendar with one event for each meeting.

    Examples
    --------
    >>> calendar_text("Forum", []).splitlines()[0]
    'BEGIN:VCALENDAR'
    """
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Samsyn//Samverkan//SV", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", f"X-WR-CALNAME:{_escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
    ]  # fmt: skip
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.key}@samsyn",
            f"DTSTAMP:{_stamp(event.changed_at)}",
            f"DTSTART:{_stamp(event.starts_at)}",
            f"DTEND:{_stamp(event.ends_at)}",
            f"SEQUENCE:{event.revision}",
            f"STATUS:{'CANCELLED' if event.called_off else 'CONFIRMED'}",
            f"SUMMARY:{_escaped(event.summary)}",
            f"DESCRIPTION:{_escaped(event.pointer)}",
            f"URL:{event.pointer}",
            "CLASS:PRIVATE",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "\r\n".join(part for line in lines for part in _folded(line)) + "\r\n"


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(quoted.split())


def _folded(line: str) -> Iterator[str]:
    """Yield a line in pieces of at most 75 octets, never cutting a letter in two."""
    piece, octets = "", 0
    for letter in line:
        size = len(letter.encode())
        if octets + size > LONGEST_OCTETS:
            yield piece
            piece, octets = " ", 1
        piece += letter
        octets += size
    yield piece
