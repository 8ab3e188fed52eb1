"""How long questions have waited, for a period: on each level, with each sort of owner, and to be told.

Waiting times of a small function would say how a few people work. They are therefore given by actor type,
and by function only where at least five act for it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from samsyn.domain.access import Actor
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.forums import ForumLevel
from samsyn.domain.waiting import Spell, Waited, spells_by_level, spells_by_owner, summarise, telling_spells
from samsyn.web.cooperation.issue_models import IssueStep
from samsyn.web.cooperation.issue_reading import WIDEST_BAR, clock_steps, visible_issues
from samsyn.web.cooperation.owner_proposal import functions_with_size
from samsyn.web.ui.templatetags.samsyn import term_label

SMALLEST_FUNCTION = 5


@dataclass(frozen=True, slots=True)
class WaitedRow:
    """A level or an owner, with how long questions waited there; ``width`` draws the median."""

    label: str
    waited: Waited
    width: int


@dataclass(frozen=True, slots=True)
class WaitingTimes:
    """The waiting times of a period, and what became of the questions raised in it."""

    first: date
    end: date
    raised: int
    closed: int
    waiting: int
    reopened: int
    by_level: tuple[WaitedRow, ...]
    by_owner: tuple[WaitedRow, ...]
    telling: WaitedRow | None


def waiting_times(actor: Actor, first: date, end: date, now: datetime, *, place: Any = None) -> WaitingTimes:
    """Return the waiting times of the questions that were raised in a period and that the actor may see."""
    since, until = _midnight(first), _midnight(end)
    issues = visible_issues(actor).filter(created_at__gte=since, created_at__lt=until)
    if place is not None:
        issues = issues.filter(place=place)
    issues = issues.prefetch_related("steps__responsible__organisation")
    names = _owner_names(actor, now)
    levels: dict[str, list[Spell]] = defaultdict(list)
    owners: dict[str, list[Spell]] = defaultdict(list)
    telling: list[Spell] = []
    states: Counter[str] = Counter()
    reopened = 0
    for issue in issues:
        steps = list(issue.steps.all())
        states[issue.state] += 1
        reopened += any(step.move == "reopen" for step in steps)
        for spell in spells_by_level(clock_steps(steps)):
            levels[spell.where].append(spell)
        for spell in spells_by_owner(clock_steps(steps, lambda step: _owner(step, names))):
            owners[spell.where].append(spell)
        telling += telling_spells(clock_steps(steps))
    in_order = [level.value for level in ForumLevel if level.value in levels]
    by_owner = sorted(owners, key=lambda name: (-len(owners[name]), name))
    return WaitingTimes(
        first=first,
        end=end,
        raised=sum(states.values()),
        closed=states["question_closed"],
        waiting=sum(
            any(spell.end is None for spell in spells_by_level(clock_steps(issue.steps.all())))
            for issue in issues
        ),
        reopened=reopened,
        by_level=_rows([(term_label(code), levels[code]) for code in in_order], now),
        by_owner=_rows([(name, owners[name]) for name in by_owner], now),
        telling=next(iter(_rows([("", telling)], now)), None) if telling else None,
    )


def _rows(groups: Iterable[tuple[str, list[Spell]]], now: datetime) -> tuple[WaitedRow, ...]:
    found = [(label, summarise(spells, now)) for label, spells in groups]
    lengths = [_middle(waited) for _label, waited in found]
    longest = max(lengths, default=0.0)
    return tuple(
        WaitedRow(label, waited, max(1, round(WIDEST_BAR * length / longest)) if longest else 0)
        for (label, waited), length in zip(found, lengths, strict=True)
    )


def _middle(waited: Waited) -> float:
    return waited.median_days if waited.median_days is not None else waited.at_least_days or 0.0


def _owner_names(actor: Actor, now: datetime) -> dict[Any, str]:
    """Return the functions of the workspace by the name their waiting times go under."""
    day = now.astimezone(STOCKHOLM).date()
    return {
        one.pk: str(one) if acting >= SMALLEST_FUNCTION else term_label(one.organisation.kind)
        for one, acting in functions_with_size(actor.workspace_id, day)
    }


def _owner(step: IssueStep, names: dict[Any, str]) -> str:
    return names.get(step.responsible_id, "") if step.responsible_id else ""


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=STOCKHOLM)
