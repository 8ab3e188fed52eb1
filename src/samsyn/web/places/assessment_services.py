"""The only writer of assessments. Who may read what is in ``assessment_reading``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from samsyn.domain.access import (
    PERMISSIONS,
    Actor,
    OrganisationKind,
    Permission,
    Role,
    SharingClass,
    can_read,
    check_permission,
)
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.scenes import (
    Answer,
    ContradictoryAnswers,
    UnknownIndicator,
    check_freezable,
    indicator_set,
)
from samsyn.web.people.models import Function, Membership
from samsyn.web.people.services import record
from samsyn.web.places.assessment_errors import (
    AnswersClosed,
    AnswersMissing,
    InvitationIncomplete,
    KeptAsItIs,
    NobodyAnswered,
    NoBoundary,
    NotInvited,
    OccasionOpen,
    StillBlind,
    TextsRefused,
)
from samsyn.web.places.assessment_models import GATE_CLAUSES, WHOLE
from samsyn.web.places.models import (
    Assessment,
    AssessmentOccasion,
    Boundary,
    JointAssessment,
    Place,
    PlaceAccess,
)
from samsyn.web.places.services import ReasonMissing
from samsyn.web.ui.guarding import problems_in
from samsyn.web.ui.models import record_columns, save_changes


@dataclass(frozen=True, slots=True)
class Given:
    """What a function, or the meeting, has answered so far; keys are indicator numbers and clauses."""

    answers: Mapping[str, str] = field(default_factory=dict)
    gate: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Words:
    """The free texts of one function's answers."""

    motives: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    text_class: SharingClass = SharingClass.AUTHORITIES
    override_reason: str = ""


@dataclass(frozen=True, slots=True)
class Dissent:
    """A function that does not agree, about one indicator or the whole."""

    number: int
    function_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class JointWords:
    """The free texts of a joint answer."""

    motive: str = ""
    dissent: Sequence[Dissent] = ()
    find_out: Mapping[str, str] = field(default_factory=dict)
    uncertain_reason: str = ""
    text_class: SharingClass = SharingClass.AUTHORITIES
    override_reason: str = ""


# ------------------------------------------------------------------ opening and closing


def invitable(actor: Actor, place: Place, day: date) -> list[Function]:
    """Return the functions that may be asked: someone acts for them, may assess and can see the place."""
    assessing = [role.value for role in Role if Permission.ASSESS in PERMISSIONS[role]]
    memberships = (
        Membership.objects.filter(
            workspace_id=actor.workspace_id, role__in=assessing, valid_from__lte=day, user__is_active=True
        )
        .filter(Q(valid_to=None) | Q(valid_to__gt=day))
        .select_related("function__organisation")
    )
    reaching = set(PlaceAccess.objects.filter(place=place).values_list("membership_id", flat=True))
    found: dict[UUID, Function] = {}
    for membership in memberships:
        organisation = membership.function.organisation
        them = Actor(
            membership.user_id, membership.function_id, actor.workspace_id, organisation.pk,
            OrganisationKind(organisation.kind), organisation.is_authority, Role(membership.role),
        )  # fmt: skip
        reaches = membership.every_place or membership.pk in reaching
        if reaches and can_read(them, SharingClass(place.sharing_class), place.owner_id, None):
            found[membership.function_id] = membership.function
    return sorted(found.values(), key=lambda function: (function.organisation.name, function.name))


def deadline_after(day: date) -> datetime:
    """Return the moment at which the day has ended in Stockholm."""
    following = date.fromordinal(day.toordinal() + 1)
    return datetime(following.year, following.month, following.day, tzinfo=STOCKHOLM)


@transaction.atomic
def open_occasion(
    actor: Actor,
    place: Place,
    set_code: str,
    *,
    invited: Iterable[Function],
    deadline: datetime,
    now: datetime,
) -> AssessmentOccasion:
    """Ask functions to assess a place, inside the boundary in force, each on its own.

    Raises
    ------
    NotAllowed, UnknownIndicatorSet, NoBoundary, OccasionOpen, InvitationIncomplete
    """
    check_permission(actor, Permission.LEAD_ASSESSMENT)
    boundary = place.boundary_on(now.astimezone(STOCKHOLM).date())
    if boundary is None:
        raise NoBoundary(place=place.name)
    chosen = {function.pk: function for function in invited}
    possible = {function.pk for function in invitable(actor, place, now.astimezone(STOCKHOLM).date())}
    if not chosen or not chosen.keys() <= possible:
        raise InvitationIncomplete(missing=_("no function that can answer"))
    if deadline <= now:
        raise InvitationIncomplete(missing=_("the last day has passed"))
    return begin(actor, place, boundary, set_code, invited=chosen.values(), deadline=deadline, now=now)


def begin(
    actor: Actor,
    place: Place,
    boundary: Boundary,
    set_code: str,
    *,
    invited: Iterable[Function],
    deadline: datetime,
    now: datetime,
) -> AssessmentOccasion:
    """Write an occasion whose boundary and functions the caller has checked: for this module and the demo."""
    indicators = indicator_set(set_code)
    Place.objects.select_for_update().get(pk=place.pk)
    if AssessmentOccasion.objects.filter(place=place, set_code=set_code, closed_at=None).exists():
        raise OccasionOpen(place=place.name, set=set_code)
    occasion = AssessmentOccasion(
        **record_columns(actor, now, SharingClass(place.sharing_class)),
        place=place,
        boundary=boundary,
        set_code=indicators.code,
        set_version=indicators.version,
        deadline=deadline,
    )
    occasion.save(force_insert=True)
    occasion.invited.set(invited)
    record(actor, "open", occasion, now=now, fields=("set_code", "invited", "deadline"), place_id=place.pk)
    return occasion


@transaction.atomic
def close_occasion(actor: Actor, occasion: AssessmentOccasion, *, reason: str, now: datetime) -> None:
    """Close an occasion without a joint answer. Answers that were secret stay secret.

    Raises
    ------
    NotAllowed, ReasonMissing, KeptAsItIs, TextsRefused
    """
    check_permission(actor, Permission.LEAD_ASSESSMENT)
    check_fields(actor, {"reason": reason})
    if not reason.strip():
        raise ReasonMissing()
    occasion = _locked(occasion)
    if occasion.closed_at is not None:
        raise KeptAsItIs(thing=str(occasion))
    changed = save_changes(
        occasion, {"closed_at": now, "closing_reason": reason.strip()}, revision=occasion.revision
    )
    record(actor, "close", occasion, now=now, fields=changed, place_id=occasion.place_id)


# ------------------------------------------------------------------ a function's own answers


@transaction.atomic
def save_answers(
    actor: Actor, occasion: AssessmentOccasion, given: Given, words: Words, *, revision: int, now: datetime
) -> Assessment:
    """Keep the own function's answers as a draft. ``revision`` is 0 when the form began empty.

    Raises
    ------
    NotAllowed, NotInvited, AnswersClosed, KeptAsItIs, StaleRecord, TextsRefused, UnknownIndicator
    """
    occasion = _answerable(actor, occasion, now)
    texts = {f"motive_{key}": text for key, text in words.motives.items()}
    texts |= {f"source_{key}": text for key, text in words.sources.items()}
    check_fields(actor, texts, override_reason=words.override_reason)
    columns = {
        **_columns(occasion, given),
        "motives": _written(words.motives),
        "sources": _written(words.sources),
        "text_class": int(words.text_class),
    }
    draft = Assessment.objects.visible_to(actor).filter(occasion=occasion).first()
    if draft is None:
        draft = Assessment(
            **record_columns(actor, now, SharingClass(occasion.sharing_class)), occasion=occasion, **columns
        )
        draft.save(force_insert=True)
        changed: tuple[str, ...] = tuple(columns)
    elif draft.sent_at is not None:
        raise KeptAsItIs(thing=str(draft))
    else:
        changed = save_changes(draft, columns, revision=revision)
    if changed:
        record(actor, "draft", draft, now=now, fields=changed, place_id=occasion.place_id)
    draft.occasion = occasion
    return draft


@transaction.atomic
def send_answers(
    actor: Actor, occasion: AssessmentOccasion, *, now: datetime, contradictions_meant: bool = False
) -> Assessment:
    """Send the own function's draft. When the last one is sent everybody's answers are shown.

    Raises
    ------
    NotAllowed, NotInvited, AnswersClosed, KeptAsItIs, AnswersMissing
    ContradictoryAnswers
        Unless the function has said that it means what it says; the meeting must then settle it.
    """
    occasion = _answerable(actor, occasion, now)
    draft = Assessment.objects.visible_to(actor).filter(occasion=occasion).first()
    if draft is None:
        raise AnswersMissing(missing="1")
    if draft.sent_at is not None:
        raise KeptAsItIs(thing=str(draft))
    draft.occasion = occasion
    _check_complete(occasion, draft.answers, draft.gate)
    conflicts = draft.result.contradictions
    if conflicts and not contradictions_meant:
        raise ContradictoryAnswers(numbers=", ".join(map(str, conflicts)))
    save_changes(draft, {"sent_at": now}, revision=draft.revision)
    record(actor, "send", draft, now=now, fields=("sent_at",), place_id=occasion.place_id)
    sent = Assessment.objects.filter(occasion=occasion, sent_at__isnull=False).values_list(
        "author_id", flat=True
    )
    if set(occasion.invited.values_list("pk", flat=True)) <= set(sent):
        save_changes(occasion, {"complete_at": now}, revision=occasion.revision)
    return draft


@transaction.atomic
def reopen_answers(actor: Actor, occasion: AssessmentOccasion, *, now: datetime) -> None:
    """Take the own function's answers back as a draft, as long as nobody can have read them.

    Raises
    ------
    NotAllowed, NotInvited, AnswersClosed, AnswersMissing
    """
    occasion = _answerable(actor, occasion, now)
    sent = Assessment.objects.visible_to(actor).filter(occasion=occasion, sent_at__isnull=False).first()
    if sent is None:
        raise AnswersMissing(missing="1")
    save_changes(sent, {"sent_at": None}, revision=sent.revision)
    record(actor, "reopen", sent, now=now, fields=("sent_at",), place_id=occasion.place_id)


# ------------------------------------------------------------------ the joint answer


@transaction.atomic
def save_joint(
    actor: Actor,
    occasion: AssessmentOccasion,
    given: Given,
    words: JointWords,
    *,
    assessed_on: date,
    revision: int,
    now: datetime,
) -> JointAssessment:
    """Keep the meeting's answer as a draft; ``revision`` is 0 when the form began without one.

    Raises
    ------
    NotAllowed, StillBlind, NobodyAnswered, KeptAsItIs, StaleRecord, TextsRefused, UnknownIndicator
    """
    occasion = _joinable(actor, occasion, now)
    texts = {"motive": words.motive, "uncertain_reason": words.uncertain_reason}
    texts |= {f"dissent_text_{at}": one.text for at, one in enumerate(words.dissent)}
    texts |= {f"find_out_{key}": text for key, text in words.find_out.items()}
    check_fields(actor, texts, override_reason=words.override_reason)
    numbers = {WHOLE, *(one.number for one in occasion.indicators.indicators)}
    functions = set(occasion.invited.values_list("pk", flat=True))
    for one in words.dissent:
        if one.number not in numbers:
            raise UnknownIndicator(set=occasion.set_code, number=one.number, last=max(numbers))
        if one.function_id not in functions:
            raise NotInvited()
    columns = {
        **_columns(occasion, given),
        "assessed_on": assessed_on,
        "motive": words.motive.strip(),
        "dissent": [
            {"number": one.number, "function": str(one.function_id), "text": one.text.strip()}
            for one in words.dissent
            if one.text.strip()
        ],
        "find_out": _written(words.find_out),
        "uncertain_reason": words.uncertain_reason.strip(),
        "text_class": int(words.text_class),
    }
    draft = _joint_draft(actor, occasion)
    if draft is None:
        if occasion.closed_at is not None:
            raise KeptAsItIs(thing=str(occasion))
        draft = JointAssessment(
            **record_columns(actor, now, SharingClass(occasion.sharing_class)), occasion=occasion, **columns
        )
        draft.save(force_insert=True)
        changed: tuple[str, ...] = tuple(columns)
    else:
        changed = save_changes(draft, columns, revision=revision)
    if changed:
        record(actor, "draft", draft, now=now, fields=changed, place_id=occasion.place_id)
    draft.occasion = occasion
    return draft


@transaction.atomic
def freeze_joint(actor: Actor, occasion: AssessmentOccasion, *, now: datetime) -> JointAssessment:
    """Freeze the meeting's draft; the first version also closes the occasion.

    Raises
    ------
    NotAllowed, StillBlind, NobodyAnswered, AnswersMissing, KeptAsItIs
    ContradictoryAnswers, UncertainWithoutReason
        See `samsyn.domain.scenes.check_freezable`.
    """
    occasion = _joinable(actor, occasion, now)
    draft = _joint_draft(actor, occasion)
    if draft is None:
        raise KeptAsItIs(thing=str(occasion))
    draft.occasion = occasion
    _check_complete(occasion, draft.answers, draft.gate)
    result = draft.result
    check_freezable(result, uncertain_reason=draft.uncertain_reason)
    sent = Assessment.objects.filter(occasion=occasion, sent_at__isnull=False).values_list("pk", flat=True)
    columns: dict[str, Any] = {
        "merged": sorted(str(key) for key in sent),
        "class_code": result.class_code.value,
        "gate_value": result.gate.value,
        "low": result.low,
        "high": result.high,
        # A reason for confirming as uncertain says nothing about an answer that is certain.
        "uncertain_reason": "" if result.certain else draft.uncertain_reason,
    }
    columns |= {"content_hash": content_hash(draft, columns), "frozen_at": now}
    save_changes(draft, columns, revision=draft.revision)
    record(actor, "freeze", draft, now=now, fields=("frozen_at", "content_hash"), place_id=occasion.place_id)
    if occasion.closed_at is None:
        save_changes(occasion, {"closed_at": now}, revision=occasion.revision)
        record(actor, "close", occasion, now=now, fields=("closed_at",), place_id=occasion.place_id)
    return draft


@transaction.atomic
def correct_joint(actor: Actor, frozen: JointAssessment, *, reason: str, now: datetime) -> JointAssessment:
    """Begin a new version of a frozen answer; the old one is kept and shown.

    Raises
    ------
    NotAllowed, ReasonMissing, KeptAsItIs, TextsRefused
    """
    check_permission(actor, Permission.LEAD_ASSESSMENT)
    check_fields(actor, {"reason": reason})
    if not reason.strip():
        raise ReasonMissing()
    occasion = _locked(frozen.occasion)
    newer = JointAssessment.objects.visible_to(actor).filter(occasion=occasion, version__gt=frozen.version)
    if frozen.frozen_at is None or newer.exists():
        raise KeptAsItIs(thing=str(frozen))
    copied = (
        "assessed_on",
        "answers",
        "gate",
        "motive",
        "dissent",
        "find_out",
        "uncertain_reason",
        "text_class",
    )
    draft = JointAssessment(
        **record_columns(actor, now, SharingClass(occasion.sharing_class)),
        occasion=occasion,
        version=frozen.version + 1,
        supersedes=frozen,
        correction_reason=reason.strip(),
        **{name: getattr(frozen, name) for name in copied},
    )
    draft.save(force_insert=True)
    record(actor, "correct", draft, now=now, fields=("correction_reason",), place_id=occasion.place_id)
    return draft


def content_hash(joint: JointAssessment, computed: Mapping[str, Any] | None = None) -> str:
    """Return the hash of everything that a frozen answer says, and of the version it replaces.

    ``computed`` are the columns that freezing is about to write; without them those of the row count.
    """
    occasion = joint.occasion
    content = {
        "occasion": str(occasion.pk),
        "place": str(occasion.place_id),
        "boundary": str(occasion.boundary_id),
        "set": [occasion.set_code, occasion.set_version],
        "version": joint.version,
        "supersedes": joint.supersedes.content_hash if joint.supersedes else "",
        "assessed_on": joint.assessed_on.isoformat(),
        **{
            name: (computed or {}).get(name, getattr(joint, name))
            for name in (
                "answers", "gate", "motive", "dissent", "find_out", "uncertain_reason", "text_class",
                "correction_reason", "merged", "class_code", "gate_value", "low", "high",
            )
        },
    }  # fmt: skip
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


# ------------------------------------------------------------------ what every write checks


def check_fields(actor: Actor, texts: Mapping[str, str], *, override_reason: str = "") -> None:
    """Raise when one of several texts may hold something about a person, naming the field of each.

    Raises
    ------
    TextsRefused
    """
    problems = problems_in(actor, texts, override_reason=override_reason)
    if problems:
        raise TextsRefused(problems)


def _locked(occasion: AssessmentOccasion) -> AssessmentOccasion:
    return AssessmentOccasion.objects.select_for_update().select_related("place").get(pk=occasion.pk)


def _answerable(actor: Actor, occasion: AssessmentOccasion, now: datetime) -> AssessmentOccasion:
    check_permission(actor, Permission.ASSESS)
    occasion = _locked(occasion)
    if not occasion.invited.filter(pk=actor.function_id).exists():
        raise NotInvited()
    if not occasion.takes_answers(now):
        raise AnswersClosed()
    return occasion


def _joinable(actor: Actor, occasion: AssessmentOccasion, now: datetime) -> AssessmentOccasion:
    check_permission(actor, Permission.LEAD_ASSESSMENT)
    occasion = _locked(occasion)
    answered = Assessment.objects.filter(occasion=occasion, sent_at__isnull=False).count()
    if not occasion.is_open_to_all(now):
        raise StillBlind(
            answered=answered,
            invited=occasion.invited.count(),
            deadline=f"{timezone.localtime(occasion.deadline, STOCKHOLM):%Y-%m-%d %H:%M}",
        )
    if not answered:
        raise NobodyAnswered()
    return occasion


def _joint_draft(actor: Actor, occasion: AssessmentOccasion) -> JointAssessment | None:
    drafts = JointAssessment.objects.visible_to(actor).filter(occasion=occasion, frozen_at=None)
    return drafts.select_related("supersedes").first()


def _columns(occasion: AssessmentOccasion, given: Given) -> dict[str, Any]:
    numbers = {str(one.number) for one in occasion.indicators.indicators}
    strange = sorted((set(given.answers) - numbers) | (set(given.gate) - set(GATE_CLAUSES)))
    if strange:
        raise UnknownIndicator(set=occasion.set_code, number=strange[0], last=len(numbers))
    return {
        "answers": {key: Answer(answer).value for key, answer in given.answers.items()},
        "gate": {key: Answer(answer).value for key, answer in given.gate.items()},
    }


def _check_complete(
    occasion: AssessmentOccasion, answers: Mapping[str, str], gate: Mapping[str, str]
) -> None:
    indicators = occasion.indicators
    filled = {clause for clause, _number in indicators.problem_clause}
    missing = [clause for clause in GATE_CLAUSES if clause not in gate and clause not in filled]
    missing += [str(one.number) for one in indicators.indicators if str(one.number) not in answers]
    if missing:
        raise AnswersMissing(missing=", ".join(missing))


def _written(texts: Mapping[str, str]) -> dict[str, str]:
    return {key: text.strip() for key, text in texts.items() if text.strip()}
