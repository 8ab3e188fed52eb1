"""Places, never persons: no column, enum member or field for people met, and every free text is guarded."""

# ruff: noqa: E501  (sentences that say what to do stand on one line)
from __future__ import annotations

import ast
import re

import pytest
from django.apps import apps
from django.db import models

from samsyn.store.schema import COLUMNS
from tests.house.tree import called, modules, parsed, shown

# Nouns for people at a place, and what identifies them, in English and Swedish.
PERSON_WORDS = re.compile(
    r"(^|_)(suspects?|clients?|victims?_name|offenders?|perpetrators?_(name|id)|personnummer|personal_?(id|number)|pnr"
    r"|ssn|social_security|birth(day|date|_date|_year)?|date_of_birth|dob|born|first_?name|last_?name|surname"
    r"|given_name|nick_?name|patients?|juveniles?|detainees?|arrestees?|ethnicity|nationality|religion|diagnosis"
    r"|home_address|mobile|phone_?(number)?|licen[cs]e_plate|misstankt|misstänkt|klient|fodelse|brukare_namn)($|_)",
    re.IGNORECASE,
)
# Where such a word is meant: the code that refuses it.
REFUSERS = ("domain/guard", "store/tables/persons.py", "domain/guard_people.py")
OURS = [model for model in apps.get_models() if model.__module__.startswith("samsyn.")]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_no_table_has_a_column_for_a_person(model):
    words = [model.__name__, *(field.name for field in model._meta.get_fields())]
    found = [word for word in words if PERSON_WORDS.search(re.sub(r"(?<!^)(?=[A-Z])", "_", word))]

    assert not found, (
        f"{model.__name__}: {found}. Store counts and places; a person has no column (docs/explanation/privacy.md)"
    )


def test_staff_accounts_are_the_only_table_about_persons():
    with_names = [
        model.__name__
        for model in OURS
        if {"username", "email"} & {field.name for field in model._meta.get_fields()}
    ]

    assert with_names == ["User"]


def test_the_store_has_no_column_for_a_person():
    found = [name for name in COLUMNS if PERSON_WORDS.search(name)]

    assert not found, f"The store holds counts: {found}"


@pytest.mark.parametrize("path", modules(), ids=shown)
def test_no_identifier_is_a_noun_for_a_person(path):
    if any(part in shown(path) for part in REFUSERS):
        pytest.skip("the code that refuses such words must name them")
    found = set()
    for node in ast.walk(parsed(path)):
        name = (
            node.name if isinstance(node, ast.FunctionDef | ast.ClassDef)
            else node.arg if isinstance(node, ast.arg | ast.keyword)
            else node.target.id if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
            else node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            else None
        )  # fmt: skip
        if name and PERSON_WORDS.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)):
            found.add(f"{shown(path)}:{node.lineno} {name}")

    assert not found, f"No name in the code is a person's: {sorted(found)}"


# ------------------------------------------------------------------ every free text is guarded

# Which service guards a column, by the name that its call of the guard gives it. A new column of free text
# fails the test below until it stands here, or in EXEMPT with a reason.
PLACES, ASSESSING = "web/places/services.py", "web/places/assessment_services.py"
OBJECTING = "web/places/assessment_objections.py"
ACTORS, DUTY = "web/people/actor_services.py", "web/cooperation/duty_services.py"
ASSETS, MANDATES = "web/places/asset_services.py", "web/places/mandate_services.py"
WANTED = "web/cooperation/wanted_services.py"
ASSETS = "web/places/asset_services.py"
FORUMS, MEETINGS = "web/cooperation/forum_services.py", "web/cooperation/meeting_services.py"
POINTS, ROUNDS = "web/cooperation/point_services.py", "web/cooperation/round_services.py"
INSIGHT, FACTS, IMPORTS = "web/insight/services.py", "web/facts/services.py", "web/facts/imports.py"
COVERAGE = "web/cooperation/coverage_services.py"
TONIGHT = "web/cooperation/tonight_services.py"
ISSUES = "web/cooperation/issue_services.py"
HEADS_UPS, AGREEING = "web/cooperation/heads_up_services.py", "web/cooperation/agreement_services.py"
PROMISING, STATING = "web/cooperation/commitment_services.py", "web/cooperation/statement_services.py"
ACTIONS = "web/work/action_services.py"
GUARDED = {
    "Issue.title": (ISSUES, "title"),
    "Issue.answer": (ISSUES, "answer"),
    "IssueStep.note": (ISSUES, "note"),
    "HeadsUp.text": (HEADS_UPS, "text"),
    "Agreement.title": (AGREEING, "title"),
    "Agreement.purpose": (AGREEING, "purpose"),
    "Agreement.reference": (AGREEING, "reference"),
    "Agreement.source": (AGREEING, "source"),
    "AgreementStep.reason": (AGREEING, "reason"),
    "Commitment.what": (PROMISING, "what"),
    "Commitment.unit": (PROMISING, "unit"),
    "FollowUp.reason": (PROMISING, "reason"),
    "Action.title": (ACTIONS, "title"),
    "Action.child_note": (ACTIONS, "child_note"),
    "ActionStep.note": (ACTIONS, "note"),
    "Statement.question": (STATING, "question"),
    "Statement.text": (STATING, "text"),
    "Statement.sources": (STATING, "sources"),
    "Place.name": (PLACES, "name"),
    "Place.alias": (PLACES, "alias"),
    "Place.description": (PLACES, "description"),
    "Place.district": (PLACES, "district"),
    "Place.local_police_area": (PLACES, "local_police_area"),
    "Boundary.reason": (PLACES, "reason"),
    "Boundary.source": (PLACES, "source"),
    "SubPlace.name": (PLACES, "name"),
    "StatusDecision.reference": (PLACES, "reference"),
    "StatusDecision.reason": (PLACES, "reason"),
    "AssessmentOccasion.closing_reason": (ASSESSING, "reason"),
    "Assessment.motives": (ASSESSING, "motive_"),
    "Assessment.sources": (ASSESSING, "source_"),
    "JointAssessment.motive": (ASSESSING, "motive"),
    "JointAssessment.dissent": (ASSESSING, "dissent"),
    "JointAssessment.find_out": (ASSESSING, "find_out"),
    "JointAssessment.uncertain_reason": (ASSESSING, "uncertain_reason"),
    "JointAssessment.correction_reason": (ASSESSING, "reason"),
    "AssessmentChallenge.text": (OBJECTING, "text"),
    "AssessmentChallenge.answer": (OBJECTING, "answer"),
    "Forum.name": (FORUMS, "name"),
    "Forum.purpose": (FORUMS, "purpose"),
    "Forum.cadence": (FORUMS, "cadence"),
    "Forum.agenda": (FORUMS, "agenda_"),
    "Meeting.title": (MEETINGS, "title"),
    "MeetingPoint.title": (POINTS, "title"),
    "MeetingPoint.note": (POINTS, "note"),
    "MeetingPoint.half_page": (POINTS, "half_page"),
    "RoundAnswer.text": (ROUNDS, "text_"),
    "SituationalPicture.note": (INSIGHT, "note"),
    "PictureApproval.note": (INSIGHT, "note"),
    "PictureApproval.withdrawn_reason": (INSIGHT, "reason"),
    "Challenge.about": (INSIGHT, "about"),
    "Challenge.text": (INSIGHT, "text"),
    "Challenge.answer": (INSIGHT, "answer"),
    "Function.name": (ACTORS, "name"),
    "Function.assignment": (ACTORS, "assignment"),
    "Function.limits": (ACTORS, "texts"),
    "FunctionNumber.label": (ACTORS, "label "),
    "DutyShift.source": (DUTY, "source"),
    "Asset.name": (ASSETS, "name"),
    "Asset.report_how": (ASSETS, "report_how"),
    "Asset.removed_reason": (ACTORS, "reason"),
    "Function.closed_reason": (ACTORS, "reason"),
    "MandateArea.name": (MANDATES, "name"),
    "MandateArea.decision_number": (MANDATES, "decision_number"),
    "MandateArea.conditions": (MANDATES, "conditions"),
    "MandateArea.source": (MANDATES, "source"),
    "MandateCard.may": (MANDATES, "may"),
    "MandateCard.may_not": (MANDATES, "may_not"),
    "WantedActor.name": (WANTED, "name"),
    "WantedActor.why": (WANTED, "why"),
    "Dataset.title": (FACTS, "title"),
    "ImportDraft.title": (IMPORTS, "written"),
    "ImportDraft.file_name": (IMPORTS, "name"),
    "ImportDraft.about": (IMPORTS, "written"),
    "InformalControl.name": (COVERAGE, "name"),
    "TonightNote.text": (TONIGHT, "text"),
    "ContextEvent.text_sv": (FACTS, "text_sv"),
    "ContextEvent.text_en": (FACTS, "text_en"),
    "ContextEvent.source": (FACTS, "source"),
}
_COMPUTED, _CODE, _ADMIN, _STAFF = (
    "computed by the program", "a code, slug or hash, not running text", "written by an administrator for a set-up",
    "a staff account",
)  # fmt: skip
_UNWRITTEN = "no service writes it yet"
_HOURS = "times of day, read by `domain.hours`, which takes nothing else"
EXEMPT = {
    "InformalControl.kind": _CODE, "InformalControl.weekdays": _CODE, "CoverageFinding.gaps": _COMPUTED,
    "TonightNote.kind": _CODE,
    "DutyShift.cancelled_reason": _CODE, "Forum.slug": _COMPUTED, "Forum.level": _CODE,
    "Meeting.form": _CODE, "Meeting.state": _CODE, "Meeting.cancelled_reason": _CODE, "Meeting.content_hash": _CODE,
    "MeetingSeries.weekdays": _CODE, "MeetingPoint.code": _CODE, "MeetingPoint.kind": _CODE, "MeetingPoint.source": _CODE,
    "MeetingPoint.address": _COMPUTED, "MeetingPoint.outcome": _CODE, "CalendarFeed.secret_hash": _CODE,
    "Attendance.how": _CODE, "Issue.category": _CODE, "Issue.level": _CODE,
    "Issue.state": _CODE, "IssueStep.from_state": _CODE, "IssueStep.to_state": _CODE,
    "IssueStep.level": _CODE, "IssueStep.move": _CODE, "IssueStep.told_to": _CODE,
    "Action.kind": _CODE,
    "Action.state": _CODE, "Action.risk": _CODE,
    "ActionStep.move": _CODE, "ActionStep.told_to": _CODE, "ActionPhoto.moment": _CODE, "ActionPhoto.sha256": _CODE,
    "Action.written_off_reason": _CODE, "ActionStep.from_state": _CODE,
    "ActionStep.to_state": _CODE,
    "Place.search_text": _COMPUTED, "Place.sort_key": _COMPUTED, "Place.slug": _COMPUTED, "Place.kind": _CODE,
    "Place.status": _CODE, "Place.municipality_code": _CODE, "Place.municipality_name": _COMPUTED,
    "Place.facts": _CODE, "PlaceSlug.slug": _COMPUTED, "Boundary.content_hash": _CODE,
    "StatisticalArea.scheme": _CODE, "StatisticalArea.code": _CODE, "StatisticalArea.vintage": _CODE,
    "StatisticalArea.name": "mirrored from the store, which takes official areas",
    "SubPlace.kind": _CODE, "StatusDecision.from_status": _CODE, "StatusDecision.to_status": _CODE,
    "AssessmentOccasion.set_code": _CODE, "Assessment.answers": _CODE, "Assessment.gate": _CODE,
    "JointAssessment.answers": _CODE, "JointAssessment.gate": _CODE, "JointAssessment.merged": _COMPUTED,
    "JointAssessment.class_code": _CODE, "JointAssessment.gate_value": _CODE, "JointAssessment.content_hash": _CODE,
    "SituationalPicture.program_version": _COMPUTED, "PictureEdition.findings": _COMPUTED, "PictureEdition.context": _COMPUTED,
    "PictureFile.format": _CODE, "PictureFile.language": _CODE, "PictureFile.sha256": _CODE,
    "Dataset.slug": _COMPUTED, "Dataset.holds": _CODE, "ContextEvent.kind": _CODE,
    "ImportDraft.answers": "codes of questions and answers; free notes go through `load`, which guards them",
    "Workspace.slug": _ADMIN, "Workspace.name": _ADMIN, "Workspace.county_code": _CODE, "Workspace.demo_version": _CODE,
    "Workspace.notice_sv": _ADMIN, "Workspace.notice_en": _ADMIN, "Organisation.name": _ADMIN,
    "Organisation.kind": _CODE,
    "Function.target_groups": _CODE, "Function.needs": _CODE, "Function.hours": _HOURS,
    "Function.letter_box": "an e-mail address, which the guard would stop; the form asks for the function's own",
    "FunctionNumber.number": "a registered number, which the guard lets through from then on; digits only",
    "FunctionNumber.national": _COMPUTED, "FunctionTraining.course": _CODE,
    "Asset.kind": _CODE, "Asset.category": _CODE,
    "MandateArea.kind": _CODE, "MandateArea.law_code": _CODE, "MandateArea.hours": _HOURS, "MandateArea.step": _CODE,
    "MandateCard.law_code": _CODE, "WantedActor.state": _CODE, "WantedStep.from_state": _CODE,
    "WantedStep.to_state": _CODE,
    "User.username": _STAFF, "User.name": _STAFF, "User.email": _STAFF, "User.password": _STAFF,
    "User.language": _CODE, "Membership.role": _CODE,
    "AuditEvent.verb": _CODE, "AuditEvent.thing": _CODE, "AuditEvent.thing_id": _CODE, "AuditEvent.fields": _CODE,
    "GuardOverride.field": _CODE, "GuardOverride.kinds": _CODE,
    "GuardOverride.reason": "the guard reads the reason before it accepts it (check_saveable)",
    "Agreement.kind": _CODE, "Agreement.state": _CODE, "AgreementStep.from_state": _CODE, "AgreementStep.to_state": _CODE,
    "Commitment.measure": _CODE, "FollowUp.outcome": _CODE,
    "Statement.audience": _CODE, "Statement.search_text": _COMPUTED,
    "SelfCheckAnswer.answers": _CODE, "PulseTally.question": _CODE, "PulseTally.answer": _CODE, "PulseTicket.mark": _CODE,
    "Notice.kind": _CODE, "Notice.thing": _CODE, "Notice.thing_id": _CODE, "Notice.url_name": _CODE,
    "Notice.url_kwargs": _CODE, "Notice.key": _CODE, "NoticeChoice.kind": _CODE, "NoticeChoice.channel": _CODE,
    "AuditEvent.previous_hash": _CODE, "AuditEvent.hash": _CODE,
}  # fmt: skip
TEXTS = sorted(
    f"{model.__name__}.{field.name}"
    for model in OURS
    for field in model._meta.concrete_fields
    if isinstance(field, models.CharField | models.TextField | models.JSONField)
)


@pytest.mark.parametrize("column", TEXTS)
def test_a_column_of_text_is_guarded_or_exempt_with_a_reason(column):
    assert column in GUARDED or column in EXEMPT, (
        f"{column}: call check_texts in the service that writes it and enter it in GUARDED, or say in EXEMPT why not"
    )


def test_the_lists_name_columns_that_exist():
    gone = sorted((GUARDED.keys() | EXEMPT.keys()) - set(TEXTS))

    assert not gone, f"Remove them from the lists: {gone}"


GUARDS = {"check_texts", "check_fields", "check_saveable", "_check_words"}


def guarded_names(module: str) -> set[str]:
    """Return the keys of the texts that a service gives to the guard, and the names of what it gives."""
    path = next(path for path in modules() if shown(path).endswith(module))
    found: set[str] = set()
    for function in [node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef)]:
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and called(node) in GUARDS]
        if not calls:
            continue
        given = {
            node.id
            for call in calls
            for one in call.args
            for node in ast.walk(one)
            if isinstance(node, ast.Name)
        }
        found |= given
        # The dict may be written in the call or built just before it, also from a comprehension.
        for node in ast.walk(function):
            keys = (
                node.keys
                if isinstance(node, ast.Dict)
                else [node.key]
                if isinstance(node, ast.DictComp)
                else []
            )
            keys += [node.iter] if isinstance(node, ast.comprehension) else []
            found |= {
                part.value
                for key in keys
                if key is not None
                for part in ast.walk(key)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            }
    # A constant of the module that is given stands for the texts it lists.
    for node in parsed(path).body:
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id in found for t in node.targets
        ):
            found |= {
                one.value
                for one in ast.walk(node.value)
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            }
    return found


@pytest.mark.parametrize("column", sorted(GUARDED))
def test_the_service_calls_the_guard_with_the_text(column):
    module, name = GUARDED[column]
    found = guarded_names(module)

    assert any(text == name or text.startswith(name) for text in found), (
        f"{module} no longer gives {name!r} to check_texts; {column} would be saved unguarded"
    )
