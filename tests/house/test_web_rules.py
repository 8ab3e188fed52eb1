"""Views start at what the actor may see, services write and audit, and the answers carry the headers."""

# ruff: noqa: E501  (sentences that say what to do stand on one line)
from __future__ import annotations

import ast
from pathlib import Path

import pytest

from samsyn.web.ui.middleware import CONTENT_SECURITY_POLICY
from tests.house.tree import PACKAGE, called, modules, parsed, shown

WEB = PACKAGE / "web"
VIEWS = tuple(
    path
    for path in modules("web")
    if "view" in path.stem or path.stem.endswith(("_reading", "api")) or "api" in path.parts
)
SERVICES = tuple(
    path for path in modules("web") if path.stem.endswith(("services", "imports", "objections", "notices"))
)

# Querysets in views that do not begin at visible_to: file, model, and why that shows nobody too much.
MAY_BEGIN_ELSEWHERE = {
    ("work/action_views.py", "Organisation"): "who may be waited for: of the workspace, shown to all members",
    ("people/views.py", "Organisation"): "who is who: of the reader's workspace, shown to all members",
    ("people/views.py", "Membership"): "of the workspace, for those who manage members",
    (
        "cooperation/check_reading.py",
        "Membership",
    ): "how many accounts have a seat in a forum that the reader sees; a number",
    ("people/views.py", "Function"): "of the workspace: names of functions in the audit log",
    (
        "places/views.py",
        "StatisticalArea",
    ): "outlines of official areas in the workspace; no figure, no place",
    ("places/assessment_views.py", "AssessmentOccasion"): "asks whether the occasion just shown is complete",
    (
        "cooperation/duty_reading.py",
        "DutyShift",
    ): "whether a function can be reached now, one bit of the roster, is for all (P17)",
    ("cooperation/actor_views.py", "Function"): "the register of functions is for the whole workspace",
    ("cooperation/actor_views.py", "Organisation"): "the register of the workspace's organisations",
    ("places/mandate_views.py", "Function"): "the register of functions is for the whole workspace",
    ("places/mandate_views.py", "Organisation"): "the register of the workspace's organisations",
    ("places/asset_views.py", "Function"): "the register of functions is for the whole workspace",
    ("places/asset_views.py", "Organisation"): "the register of the workspace's organisations",
    ("cooperation/duty_reading.py", "Function"): "the functions of the workspace that serve a visible place",
    ("places/asset_reading.py", "Function"): "the functions of the workspace that serve a visible place",
    ("cooperation/forum_views.py", "ForumSeat"): "of the forum just shown",
    ("cooperation/calendar_views.py", "CalendarFeed"): "the reader's own account's links",
    ("cooperation/meeting_reading.py", "Forum"): "none() for those who may not read the cooperation",
    ("cooperation/meeting_reading.py", "Meeting"): "none() for those who may not read the cooperation",
    ("cooperation/attendance_reading.py", "ForumSeat"): "of the forum just shown: functions, no texts",
    ("cooperation/attendance_reading.py", "Attendance"): "of meetings that the reader may see",
    (
        "cooperation/handover_reading.py",
        "HandoverReceipt",
    ): "the reader's own, and counts for who leads, from five",
    ("cooperation/handover_reading.py", "Function"): "names of functions in the reader's workspace",
    (
        "cooperation/handover_reading.py",
        "Membership",
    ): "counted by function in the workspace; no account is shown",
    ("facts/views.py", "StatisticalArea"): "official areas of the workspace; no figure, no place",
    ("facts/views.py", "PlaceArea"): "narrowed to the places that the reader may see, in the same function",
}
SCOPED = {"visible_to", "shown_to"}


def queries(path: Path) -> list[tuple[int, str, str]]:
    """Return line, model and first method of every ``Model.objects.method`` in a module."""
    return [
        (node.lineno, node.value.value.id, node.attr)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "objects"
        and isinstance(node.value.value, ast.Name)
    ]


@pytest.mark.parametrize("path", VIEWS, ids=shown)
def test_a_view_begins_at_what_the_actor_may_see(path):
    name = path.relative_to(WEB).as_posix()
    wrong = [
        f"{shown(path)}:{line} {model}.objects.{method}"
        for line, model, method in queries(path)
        if method not in SCOPED and (name, model) not in MAY_BEGIN_ELSEWHERE
    ]

    assert not wrong, f"Begin with .visible_to(request.actor), or enter it with a reason: {wrong}"


def test_no_view_passes_a_whole_model_to_a_shortcut():
    wrong = [
        f"{shown(path)}:{node.lineno}"
        for path in VIEWS
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and called(node) in {"get_object_or_404", "get_list_or_404"}
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id[:1].isupper()
        and (path.relative_to(WEB).as_posix(), node.args[0].id) not in MAY_BEGIN_ELSEWHERE
    ]

    assert not wrong, f"Give the shortcut a queryset that begins with .visible_to(request.actor): {wrong}"


WRITES = {"save", "create", "update", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete",
          "save_changes"}  # fmt: skip


@pytest.mark.parametrize("path", VIEWS, ids=shown)
def test_a_view_never_writes(path):
    wrong = [
        f"{shown(path)}:{node.lineno} .{called(node)}()"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and called(node) in WRITES - {"update", "delete"}
        and not (
            isinstance(node.func.value, ast.Name) and node.func.value.id in {"services", "reading", "imports"}
        )
    ]

    assert not wrong, f"Services are the only writers; call one: {wrong}"


# Functions that write without an event of their own, and who records for them or why nobody needs to.
RECORDED_ELSEWHERE = {
    "work.action_services._write_step": "part of a step, which take_step and propose_action record",
    "cooperation.issue_services._write_step": "part of a step, which take_step and raise_issue record",
    "people.services._append": "writes the event itself",
    "people.actor_services.one_save": "the number of a save; what is written within it records",
    "people.actor_services.saved_anew": "the number of a save; called by the services that record what changed",
    "cooperation.pulse_services.answer_pulse": "without a name on purpose: a log of who answered when would lead back to what",
    "people.services.create_account": "before there is an actor; the membership that opens a workspace is recorded",
    "people.services.open_membership": "for setting up a workspace, and inside add_member, which records",
    "people.notices.notify": "called inside a service that records what it is about",
    "people.notices.choose": "the reader's own setting",
    "people.notices.mark_read": "the reader's own list",
    "people.notices.forget_about": "called inside a service that records why the thing is gone",
    "people.notices.forget_old": "by the clock, without an actor; the things themselves are kept",
    "people.notices.send_due": "by the clock, without an actor",
    "people.notices._claim": "by the clock, without an actor",
    "people.notices._give_back": "by the clock, without an actor",
    "cooperation.heads_up_services.empty_expired": "by the clock, without an actor",
    "cooperation.agreement_services._set_parties": "inside draft_agreement and change_agreement, which record",
    "cooperation.agreement_services._step": "a step of the history, inside functions that record",
    "people.services.set_language": "the reader's own setting",
    "people.services.add_organisation": "for setting up a workspace, before there is an actor",
    "people.services.add_function": "for setting up a workspace, before there is an actor",
    "places.services.link_areas": "computed from a boundary, whose setting is recorded",
    "places.services.mirror_areas": "a mirror of the store, whose loading is recorded",
    "cooperation.meeting_services._step": "inside each step of a meeting, which records",
    "cooperation.point_services.begin_points": "inside the services that open or call a meeting, which record",
    "cooperation.point_services.keep_open_points": "inside the service that closes a meeting, which records",
    "facts.services._enter": "inside load and load_areas, which record",
    "facts.imports.save_draft": "a draft that nobody else sees; beginning, deleting and loading it are recorded",
    "facts.imports.load_draft": "services.load, which it calls, records",
}


def writers(path: Path) -> list[ast.FunctionDef]:
    """Return the functions of a module that write to the database."""
    found = []
    for function in parsed(path).body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if not isinstance(node, ast.Call) or called(node) not in WRITES:
                continue
            target = node.func.value if isinstance(node.func, ast.Attribute) else None
            # digest.update(…) and words.update(…) are no writes; rows.update(…, revision=…) has keywords.
            if called(node) == "update" and not node.keywords:
                continue
            if target is None or not (isinstance(target, ast.Name) and target.id in {"digest", "texts"}):
                found.append(function)
                break
    return found


@pytest.mark.parametrize("path", SERVICES, ids=shown)
def test_every_service_that_writes_records_it(path):
    module = ".".join(path.relative_to(WEB).with_suffix("").parts)
    wrong = [
        f"{shown(path)}:{function.lineno} {function.name}"
        for function in writers(path)
        if f"{module}.{function.name}" not in RECORDED_ELSEWHERE
        and not any(isinstance(node, ast.Call) and called(node) == "record" for node in ast.walk(function))
    ]

    assert not wrong, f"Call record() in the same transaction, or enter it with a reason: {wrong}"


def test_the_list_of_exceptions_names_functions_that_exist():
    existing = {
        f"{'.'.join(path.relative_to(WEB).with_suffix('').parts)}.{function.name}"
        for path in SERVICES
        for function in writers(path)
    }
    gone = sorted(RECORDED_ELSEWHERE.keys() - existing)

    assert not gone, f"Remove them from RECORDED_ELSEWHERE: {gone}"


def test_only_services_write_models_of_their_app():
    wrong = []
    for path in modules("web"):
        if path in SERVICES or path.stem.endswith(("models", "demo")):
            continue
        wrong += [
            f"{shown(path)}:{line} {model}.objects.{method}"
            for line, model, method in queries(path)
            if method in WRITES
        ]

    assert not wrong, f"Move the write to the app's services: {wrong}"


def test_the_content_security_policy_is_exactly_this():
    assert {
        "default-src": {"'none'"},
        "script-src": {"'self'"},
        "style-src": {"'self'"},
        "img-src": {"'self'", "data:", "blob:"},
        "font-src": {"'self'"},
        "connect-src": {"'self'"},
        "worker-src": {"'self'"},
        "manifest-src": {"'self'"},
        "form-action": {"'self'"},
        "base-uri": {"'none'"},
        "frame-ancestors": {"'none'"},
    } == CONTENT_SECURITY_POLICY, (
        "A wider policy needs an ADR: nothing inline runs and nothing is loaded from another host."
    )


def test_every_answer_carries_the_policy_and_stays_out_of_shared_caches(client):
    answer = client.get("/logga-in/")
    policy = {
        words[0]: set(words[1:])
        for part in answer["Content-Security-Policy"].split(";")
        if (words := part.split())
    }

    assert policy == CONTENT_SECURITY_POLICY
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("path", sorted(WEB.rglob("templates/**/*.html")), ids=shown)
def test_a_template_has_nothing_inline_and_nothing_from_elsewhere(path):
    text = path.read_text(encoding="utf-8")
    inline = [
        word
        for word in ("<style", " style=", " onclick=", " onchange=", " onsubmit=", "javascript:")
        if word in text
    ]
    inline += ["<script> without src"] if "<script>" in text else []
    foreign = [word for word in ('src="http', "src='http", 'href="//', 'src="//') if word in text]

    assert not inline + foreign, f"The policy stops these; use a class, or app.js: {inline + foreign}"
    assert "|safe" not in text.replace(" ", ""), (
        "Escape it; only views that render a document may mark text as safe"
    )
