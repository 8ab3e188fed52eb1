"""Loads a year of questions and actions into the demo, by the rules and audited as two batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from samsyn.demo.questions import DemoAction, DemoQuestion, demo_actions, demo_questions
from samsyn.domain.access import Actor, Role
from samsyn.domain.actions import ActionMove, ActionRisk
from samsyn.domain.forums import ForumLevel
from samsyn.domain.issues import IssueMove
from samsyn.web.cooperation.issue_past_services import PastIssue, PastMove, load_past_issues
from samsyn.web.cooperation.issue_services import local_day
from samsyn.web.cooperation.models import Forum
from samsyn.web.people.models import Function
from samsyn.web.places.models import Place
from samsyn.web.work.action_past_services import PastAction, PastActionMove, load_past_actions
from samsyn.web.work.action_services import Details

SCENES = 3
# Who is to answer first, by what the question is about; what stands at the place goes to the manager.
_ANSWERS = {
    "staffing": Role.AREA_OFFICER,
    "support": Role.OUTREACH_WORKER,
    "permits": Role.CASE_OFFICER,
    "sharing_knowledge": Role.MUNICIPAL_POLICE_LIAISON,
    "light": Role.CASE_OFFICER,
    "street_and_traffic": Role.CASE_OFFICER,
    "greenery": Role.CASE_OFFICER,
}


def seed_questions(
    actor: Actor, places: Sequence[Place], function_of: Callable[[Role], Function], *, now: datetime
) -> int:
    """Bring in a year of questions and actions at the first places that have forums; return how many."""
    scenes = list(places[:SCENES])
    rows = Forum.objects.filter(place__in=scenes, closed_on=None).select_related("lifts_to")
    forums = {(forum.place_id, forum.level): forum for forum in rows}
    asked = [
        _issue(one, scenes[one.scene], forum, function_of, now)
        for one in demo_questions(len(scenes))
        if (forum := forums.get((scenes[one.scene].pk, ForumLevel.OPERATIONAL.value))) is not None
    ]
    planned = [
        _action(one, scenes[one.scene], forum, function_of, now)
        for one in demo_actions(len(scenes))
        if (forum := forums.get((scenes[one.scene].pk, ForumLevel.STRATEGIC.value))) is not None
    ]
    load_past_issues(actor, asked, now=now)
    load_past_actions(actor, planned, now=now)
    return len(asked) + len(planned)


def _issue(
    one: DemoQuestion, place: Place, forum: Forum, function_of: Callable[[Role], Function], now: datetime
) -> PastIssue:
    at = raised_at = now - timedelta(days=one.days_ago)
    moves, height = [], 0
    for move in one.way:
        at += timedelta(days=move.after_days)
        if at >= now:
            break
        height += move.move == "lift"
        kind = "decide" if move.move == "answer" and height == 2 else move.move
        moves.append(PastMove(at, IssueMove(kind), function_of(move.role), move.words))
    responsible = function_of(_ANSWERS.get(one.category, Role.PLACE_MANAGER))
    return PastIssue(
        place, forum, raised_at, function_of(one.role), one.title, one.category, responsible, tuple(moves)
    )


def _action(
    one: DemoAction, place: Place, forum: Forum, function_of: Callable[[Role], Function], now: datetime
) -> PastAction:
    at = proposed_at = now - timedelta(days=one.days_ago)
    owner, moves = function_of(Role.CASE_OFFICER), []
    for move in one.way:
        at += timedelta(days=move.after_days)
        if at >= now:
            break
        reason = "replaced_by" if move.move == "write_off" else ""
        moves.append(PastActionMove(at, ActionMove(move.move), owner, move.words, reason))
    due_on = local_day(proposed_at + timedelta(days=one.due_days))
    details = Details(kind=one.kind, risk=ActionRisk(one.risk))
    return PastAction(
        place, forum, proposed_at, function_of(one.role), owner, one.title, details, due_on, tuple(moves)
    )
