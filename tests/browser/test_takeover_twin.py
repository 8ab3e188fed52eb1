"""The browser's order is the server's: the same rule, many inputs, one answer."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from samsyn.domain.actors import Need, TargetGroup
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.duty import DutyState
from samsyn.domain.handover_order import Candidate, Situation, order, rule
from samsyn.domain.hours import LOOK_AHEAD_DAYS, OpeningHours, OpenSpan

SOURCE = Path(__file__).resolve().parents[2] / "src/samsyn/web/ui/assets/js/takeover.js"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAMES = (
    "Ungdomsjouren",
    "Ängens vård",
    "Åsens stöd",
    "Övriga",
    "socialjouren",
    "Älvans hus",
    "Étoile",
    "Ö 2",
)
CASES = 400


@pytest.fixture(scope="module")
def twin(chromium: Any) -> Iterator[Any]:
    """Return a function that runs JavaScript with the twin's functions at hand."""
    page = chromium.new_page()
    functions = SOURCE.read_text(encoding="utf-8").replace("export ", "")
    yield lambda work, argument: page.evaluate(
        f"(given) => {{ {functions}\n return ({work})(given); }}", argument
    )
    page.close()


def local_minutes(moment: datetime) -> int:
    local = moment.astimezone(STOCKHOLM).replace(tzinfo=UTC)
    return int((local - EPOCH) / timedelta(minutes=1))


def candidates(draw: random.Random) -> list[Candidate]:
    base = datetime(2026, 11, 21, 7, tzinfo=UTC)
    return [
        Candidate(
            key, draw.choice(NAMES) + f" {key}",
            frozenset(draw.sample(list(TargetGroup), draw.randint(0, 3))),
            frozenset(draw.sample(list(Need), draw.randint(1, 4))),
            draw.choice(list(DutyState)), draw.random() < 0.8,
            base + timedelta(hours=draw.randint(0, 40)) if draw.random() < 0.6 else None,
            draw.random() < 0.85,
        )
        for key in range(draw.randint(0, 9))
    ]  # fmt: skip


def test_the_twin_orders_as_the_server_does(twin: Any) -> None:
    draw = random.Random(20261121)
    cases, wanted = [], []
    for _number in range(CASES):
        known = candidates(draw)
        group, need = draw.choice([None, *TargetGroup]), draw.choice([None, *Need])
        situation = Situation(group, need)
        wanted.append([[placed.key, placed.tier.value] for placed in order(known, situation)])
        cases.append({
            "situation": {"group": group and group.value, "need": need and need.value},
            "known": [
                {"key": one.key, "name": one.name, "groups": sorted(one.groups), "needs": sorted(one.needs),
                 "state": one.state.value, "has_number": one.has_number, "may_act_here": one.may_act_here,
                 "opens_at": local_minutes(one.opens_at) if one.opens_at else None}
                for one in known
            ],
        })  # fmt: skip
    found = twin(
        "({ rule, cases }) => cases.map(({ situation, known }) => "
        "order(known, situation, rule).map(({ key, tier }) => [key, tier]))",
        {"rule": json.loads(json.dumps(rule())), "cases": cases},
    )

    assert sum(map(len, wanted)) > CASES // 2
    assert found == wanted


def hours(draw: random.Random) -> OpeningHours:
    def spans() -> tuple[OpenSpan, ...]:
        clocks = sorted(draw.sample(range(0, 24 * 4), 4))
        clock = [time(one // 4, one % 4 * 15) for one in clocks]
        return draw.choice([
            (), (OpenSpan(time(0), time(0)),), (OpenSpan(clock[2], clock[0]),),
            (OpenSpan(clock[0], clock[1]), OpenSpan(clock[2], clock[3])), (OpenSpan(clock[1], clock[2]),),
        ])  # fmt: skip

    dates = {date(2026, 12, 24): spans(), date(2027, 1, 6): spans()}
    return OpeningHours(tuple(spans() for _day in range(7)), dates if draw.random() < 0.5 else {})


def test_the_twin_reads_opening_hours_as_the_server_does(twin: Any) -> None:
    """In winter time: the twin counts on the wall's clock, so two nights of the year differ by an hour."""
    draw = random.Random(7)
    cases, wanted = [], []
    for _number in range(CASES):
        known = hours(draw)
        moment = datetime(2026, 12, 20, tzinfo=UTC) + timedelta(minutes=draw.randint(0, 25 * 24 * 60))
        until, opens = known.open_until(moment), known.opens_next(moment)
        wanted.append([local_minutes(until) if until else None, local_minutes(opens) if opens else None])
        cases.append({"hours": known.as_json(), "at": moment.isoformat()})
    found = twin(
        "({ cases, ahead }) => cases.map(({ hours, at }) => { const now = localMinutes(new Date(at)); "
        "return [openUntil(hours, now, ahead), opensNext(hours, now, ahead)]; })",
        {"cases": cases, "ahead": LOOK_AHEAD_DAYS},
    )

    assert found == wanted


@pytest.mark.parametrize(
    ("card", "answers"),
    [
        ({}, True),
        ({"place": "andra-torget"}, False),
        ({"expires_on": "2026-11-21"}, False),
        ({"expires_on": None}, False),
        ({"area_until": "2026-11-21"}, False),
        ({"area_until": "2026-11-22"}, True),
    ],
)
def test_a_card_that_has_run_out_gives_no_power(twin: Any, card: dict[str, Any], answers: bool) -> None:
    one = {"place": "torget", "may": "Får avvisa", "expires_on": "2027-01-01", "area_until": None, **card}
    found = twin("(cards) => cardsAt({ cards }, 'torget', '2026-11-21').length", [one])

    assert bool(found) is answers
