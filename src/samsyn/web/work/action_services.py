"""The only writer of actions, their steps and their pictures; the rules are in ``samsyn.domain.actions``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from samsyn.domain.access import Actor, NotAllowed, Permission, SharingClass, check_permission
from samsyn.domain.actions import (
    ASIDE,
    ActionMove,
    ActionRisk,
    ActionState,
    PhotoMoment,
    check_action_move,
    check_child_note,
    check_waiting,
    check_write_off,
    is_taken_on,
)
from samsyn.domain.forums import ForumLevel
from samsyn.domain.issues import Part, ReasonNeeded, whom_to_tell
from samsyn.domain.notices import NoticeKind
from samsyn.web.cooperation import owner_proposal as owners
from samsyn.web.cooperation.issue_errors import NoForumHere, OwnerCannotRead
from samsyn.web.cooperation.issue_services import forum_above, forums_for, local_day, parts_of
from samsyn.web.cooperation.models import Forum, Issue, Meeting
from samsyn.web.people.models import Function, Organisation
from samsyn.web.people.notices import SubjectRef, notify
from samsyn.web.people.services import record
from samsyn.web.places.models import Asset, Place, SubPlace
from samsyn.web.ui.guarding import check_texts
from samsyn.web.ui.models import StaleRecord, record_columns, save_changes
from samsyn.web.work import photos
from samsyn.web.work.action_errors import OwnerMissing
from samsyn.web.work.models import Action, ActionPhoto, ActionStep

_NO_FIELDS: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """A picture as it was sent, and whether whoever sent it says that no people or plates can be seen."""

    data: bytes
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Details:
    """What an action is about, beside its line."""

    kind: str = ""
    risk: ActionRisk = ActionRisk.MEDIUM_RISK
    due_on: date | None = None
    cost_sek: int | None = None
    touches_children: bool = False
    child_note: str = ""
    child_note_class: SharingClass = SharingClass.AUTHORITIES
    title_class: SharingClass = SharingClass.COOPERATION

    def columns(self) -> dict[str, Any]:
        """Return the columns that hold this."""
        return {
            "kind": self.kind, "risk": self.risk.value, "due_on": self.due_on, "cost_sek": self.cost_sek,
            "touches_children": self.touches_children, "child_note": self.child_note.strip(),
            "child_note_class": int(self.child_note_class), "title_class": int(self.title_class),
        }  # fmt: skip


def raiser_of(action: Action) -> UUID:
    """Return the function that is to be told: the one that raised the question, else the action itself."""
    return action.issue.author_id if action.issue is not None else action.author_id


def parts_in(actor: Actor, action: Action, day: date) -> frozenset[Part]:
    """Return what an actor's function is to an action."""
    return parts_of(actor, action.forum, raiser=raiser_of(action), responsible=action.responsible_id, day=day)


# ------------------------------------------------------------------ proposing


def forum_for(actor: Actor, place: Place, issue: Issue | None) -> Forum:
    """Return the forum whose plan an action lies in: the question's, else the strategic one of the place.

    Raises
    ------
    NoForumHere
        There is none.
    """
    if issue is not None:
        return issue.forum
    found = forums_for(actor, place)
    strategic = [one for one in found if one.level == ForumLevel.STRATEGIC.value]
    chosen = next(iter([*strategic, *found]), None)
    if chosen is None:
        raise NoForumHere(where=place.name)
    return chosen


def likely_owners(
    actor: Actor, forum: Forum, kind: str, day: date, *,
    place: Place, sub_place: SubPlace | None = None, asset: Asset | None = None,
) -> list[Function]:  # fmt: skip
    """Return who may be the one to take an action: who keeps the thing, who usually does, then the chair."""
    likely = owners.candidates(actor, forum, kind, day, place=place, sub_place=sub_place, asset=asset)
    return [*likely, *(one for one in (forum.chair, forum.fallback_chair) if one is not None)]


@transaction.atomic
def propose_action(
    actor: Actor,
    place: Place,
    *,
    title: str,
    now: datetime,
    details: Details | None = None,
    issue: Issue | None = None,
    forum: Forum | None = None,
    meeting: Meeting | None = None,
    sub_place: SubPlace | None = None,
    asset: Asset | None = None,
    responsible: Function | None = None,
    photo: NewPhoto | None = None,
    override_reason: str = "",
) -> Action:
    """Propose an action; without a function named, whoever keeps the thing is asked first.

    Raises
    ------
    NotAllowed, ReasonNeeded, NoForumHere, OwnerMissing, OwnerCannotRead, PhotoRefused, TextRefused
    """
    details = details or Details()
    check_permission(actor, Permission.COOPERATE)
    if not Place.objects.visible_to(actor).filter(pk=place.pk).exists():
        raise NotAllowed(permission=Permission.COOPERATE.value)
    check_texts(actor, {"title": title, "child_note": details.child_note}, override_reason=override_reason)
    if not title.strip():
        raise ReasonNeeded(step=ActionMove.PROPOSE.value)
    forum = forum or forum_for(actor, place, issue)
    day = local_day(now)
    kind = details.kind or (asset.category if asset is not None else "")
    if responsible is None:
        likely = likely_owners(actor, forum, kind, day, place=place, sub_place=sub_place, asset=asset)
        responsible = owners.propose(likely, day, text_class=details.title_class)
        if responsible is None:
            raise OwnerMissing()
    _check_reads(responsible, details.title_class, day, actor.function_id)
    action = Action(
        **record_columns(actor, now, max(SharingClass.COOPERATION, SharingClass(place.sharing_class))),
        **{**details.columns(), "kind": kind},
        place=place, sub_place=sub_place or (asset.sub_place if asset is not None else None), asset=asset,
        issue=issue, forum=forum, meeting=meeting, title=title.strip(), responsible=responsible,
        state=ActionState.PROPOSED.value, moved_at=now,
    )  # fmt: skip
    action.save(force_insert=True)
    _write_step(actor, action, ActionMove.PROPOSE, "", now=now)
    record(
        actor, "propose", action, now=now, place_id=place.pk,
        fields=("title", "responsible", "forum", *details.columns()),
    )  # fmt: skip
    if photo is not None:
        _keep_photo(actor, action, photo, PhotoMoment.BEFORE, now)
    _tell(actor, action, [responsible], NoticeKind.ACTION_ASSIGNED, now)
    return action


def _check_reads(function: Function, text_class: SharingClass, day: date, writer: UUID) -> None:
    if function.pk != writer and owners.reads_of(function, day) < text_class:
        raise OwnerCannotRead(function=str(function))


def _write_step(
    actor: Actor,
    action: Action,
    move: ActionMove,
    from_state: str,
    *,
    now: datetime,
    note: str = "",
    note_class: SharingClass = SharingClass.AUTHORITIES,
    told_to: str = "",
) -> None:
    # The caller records the step in the same transaction.
    step = ActionStep(
        action=action, at=now, function_id=actor.function_id, move=move.value, from_state=from_state,
        to_state=action.state, responsible_id=action.responsible_id, due_on=action.due_on, told_to=told_to,
        note=note.strip(), note_class=int(note_class),
    )  # fmt: skip
    step.save(force_insert=True)


def _tell(actor: Actor, action: Action, functions: list[Any], kind: NoticeKind, now: datetime) -> None:
    notify(
        functions, workspace=action.workspace, kind=kind,
        subject_ref=SubjectRef.of(action, "action", action_id=action.pk),
        sharing_class=SharingClass(action.sharing_class), place_id=action.place_id, now=now, actor=actor,
    )  # fmt: skip


# ------------------------------------------------------------------ the steps


def locked(actor: Actor, action: Action, revision: int | None) -> Action:
    """Return the action as it is now, held for this transaction.

    Raises
    ------
    NotAllowed
        The actor may not see it, or takes no part.
    StaleRecord
        Somebody has changed it since the page was read.
    """
    check_permission(actor, Permission.COOPERATE)
    rows = Action.objects.visible_to(actor).select_related(
        "forum__lifts_to", "place", "issue__author", "responsible__organisation"
    )
    found: Action | None = rows.select_for_update(of=("self",)).filter(pk=action.pk).first()
    if found is None:
        raise NotAllowed(permission=Permission.COOPERATE.value)
    if revision is not None and found.revision != revision:
        raise StaleRecord(found, thing=str(found))
    return found


@transaction.atomic
def take_step(
    actor: Actor,
    action: Action,
    move: ActionMove,
    *,
    now: datetime,
    revision: int | None = None,
    note: str = "",
    note_class: SharingClass = SharingClass.AUTHORITIES,
    override_reason: str = "",
    changes: Mapping[str, Any] = _NO_FIELDS,
    told_to: str = "",
) -> Action:
    """Take one step of an action's life: checked against the rules, kept as a step, and recorded.

    Raises
    ------
    NotAllowed, StaleRecord, ForbiddenTransition, NotYourStep, NotToldYet, ReasonNeeded, TextRefused
    """
    check_texts(actor, {"note": note}, override_reason=override_reason)
    action = locked(actor, action, revision)
    before = ActionState(action.state)
    state = check_action_move(
        move, before, parts_in(actor, action, local_day(now)), words=note,
        told=action.told_at is not None, came_from=_came_from(action),
    )  # fmt: skip
    columns = {"state": state.value, "moved_at": now, **changes}
    changed = save_changes(action, columns, revision=action.revision)
    _write_step(actor, action, move, before.value, now=now, note=note, note_class=note_class, told_to=told_to)
    record(actor, move.value, action, now=now, fields=(*changed, *(["note"] if note else [])),
           place_id=action.place_id)  # fmt: skip
    return action


def _came_from(action: Action) -> ActionState | None:
    if ActionState(action.state) not in ASIDE:
        return None
    aside = {state.value for state in ASIDE}
    step = (
        action.steps.filter(to_state__in=aside).exclude(from_state__in=[*aside, ""]).order_by("-id").first()
    )
    return ActionState(step.from_state) if step is not None else None


def try_out(actor: Actor, action: Action, *, now: datetime, **more: Any) -> Action:
    """Consider a proposal."""
    return take_step(actor, action, ActionMove.TRY, now=now, **more)


@transaction.atomic
def take_on(actor: Actor, action: Action, *, due_on: date, now: datetime, **more: Any) -> Action:
    """Answer with a day: the action is decided, to be done no later than then.

    Raises
    ------
    ChildNoteMissing
        It touches children and nobody has written what is best for them.
    """
    action = locked(actor, action, more.get("revision"))
    check_child_note(action.touches_children, action.child_note)
    taken = take_step(actor, action, ActionMove.TAKE_ON, now=now, changes={"due_on": due_on}, **more)
    _tell(actor, taken, [_raiser(taken)], NoticeKind.QUESTION_ANSWERED, now)
    return taken


def start(actor: Actor, action: Action, *, now: datetime, **more: Any) -> Action:
    """Say that the work has begun."""
    return take_step(actor, action, ActionMove.START, now=now, **more)


def wait(
    actor: Actor, action: Action, *, organisation: Organisation | None, until: date | None, now: datetime,
    **more: Any,
) -> Action:  # fmt: skip
    """Say whom the action waits for and until when; the clock goes on.

    Raises
    ------
    WaitingUnnamed
        The organisation or the day is missing.
    """
    check_waiting(organisation is not None, until)
    changes = {"waiting_for": organisation, "waiting_until": until}
    return take_step(actor, action, ActionMove.WAIT, now=now, changes=changes, **more)


@transaction.atomic
def lift(actor: Actor, action: Action, *, reason: str, now: datetime, **more: Any) -> Action:
    """Lift an action to the forum above, with a reason; its clock goes on."""
    action = locked(actor, action, more.get("revision"))
    upper = forum_above(action.forum) if action.forum is not None else None
    lifted = take_step(actor, action, ActionMove.LIFT, note=reason, now=now, changes={"forum": upper}, **more)
    if upper is not None and upper.chair is not None:
        _tell(actor, lifted, [upper.chair], NoticeKind.QUESTION_LIFTED, now)
    return lifted


def pause(
    actor: Actor, action: Action, *, reason: str, until: date | None, now: datetime, **more: Any
) -> Action:
    """Let an action rest until a day, with a reason."""
    changes = {"waiting_until": until, "waiting_for": None}
    return take_step(actor, action, ActionMove.PAUSE, note=reason, now=now, changes=changes, **more)


def resume(actor: Actor, action: Action, *, now: datetime, **more: Any) -> Action:
    """Go on from where the action was before it waited, was lifted or was paused."""
    changes = {"waiting_until": None, "waiting_for": None}
    return take_step(actor, action, ActionMove.RESUME, now=now, changes=changes, **more)


@transaction.atomic
def not_ours(actor: Actor, action: Action, *, now: datetime, note: str = "", **more: Any) -> Action:
    """Say "not ours": the action goes on to the next one that may take it, and the trace stays.

    Raises
    ------
    OwnerMissing
        Everybody that may take it has been asked.
    """
    action = locked(actor, action, more.get("revision"))
    if action.forum is None:
        raise OwnerMissing()
    day = local_day(now)
    likely = likely_owners(
        actor, action.forum, action.kind, day, place=action.place, sub_place=action.sub_place,
        asset=action.asset,
    )  # fmt: skip
    asked = {*action.steps.exclude(responsible=None).values_list("responsible_id", flat=True)}
    following = owners.propose(
        likely, day, text_class=SharingClass(action.title_class), tried=asked | {action.responsible_id}
    )
    if following is None:
        raise OwnerMissing()
    passed = take_step(
        actor, action, ActionMove.NOT_OURS, note=note, now=now, changes={"responsible": following}, **more
    )
    _tell(actor, passed, [following], NoticeKind.ACTION_ASSIGNED, now)
    return passed


@transaction.atomic
def mark_done(
    actor: Actor, action: Action, *, done_on: date, now: datetime, note: str = "",
    photo: NewPhoto | None = None, **more: Any,
) -> Action:  # fmt: skip
    """Say that the action is done, with a picture of how it looks now if there is one.

    Raises
    ------
    PhotoRefused
        The picture cannot be kept; nothing is then saved.
    """
    changes = {"done_on": done_on, "waiting_for": None, "waiting_until": None}
    done = take_step(actor, action, ActionMove.MARK_DONE, note=note, now=now, changes=changes, **more)
    if photo is not None:
        _keep_photo(actor, done, photo, PhotoMoment.AFTER, now)
    return done


def _raiser(action: Action) -> Function:
    return action.issue.author if action.issue is not None else action.author


def _told_to(action: Action, now: datetime) -> tuple[str, list[Function]]:
    day = local_day(now)
    there = owners.somebody_acts_for(raiser_of(action), day)
    sitting = owners.seats_of(action.forum, day) if action.forum is not None else []
    return whom_to_tell(there).value, [_raiser(action)] if there else sitting


@transaction.atomic
def tell(actor: Actor, action: Action, *, text: str, now: datetime, **more: Any) -> Action:
    """Tell the one who raised it how it went; the forum when nobody acts for that function any more.

    Raises
    ------
    ReasonNeeded
        There are no words to tell.
    """
    if not text.strip():
        raise ReasonNeeded(step=ActionMove.TELL.value)
    action = locked(actor, action, more.get("revision"))
    told_to, functions = _told_to(action, now)
    told = take_step(
        actor, action, ActionMove.TELL, note=text, now=now, changes={"told_at": now}, told_to=told_to, **more
    )
    _tell(actor, told, functions, NoticeKind.ACTION_DONE, now)
    return told


def follow_effect(actor: Actor, action: Action, *, now: datetime, **more: Any) -> Action:
    """Go on following what the action led to."""
    return take_step(actor, action, ActionMove.FOLLOW_EFFECT, now=now, **more)


def finish(actor: Actor, action: Action, *, now: datetime, **more: Any) -> Action:
    """Finish an action whose raiser has been told.

    Raises
    ------
    NotToldYet
        Nobody has been told yet.
    """
    return take_step(actor, action, ActionMove.FINISH, now=now, **more)


@transaction.atomic
def write_off(actor: Actor, action: Action, *, reason: str, text: str, now: datetime, **more: Any) -> Action:
    """End an action without it being done; the words go to the one who raised it in the same step.

    Raises
    ------
    WriteOffIncomplete
        The reason or the words are missing.
    """
    ground = check_write_off(reason, text)
    action = locked(actor, action, more.get("revision"))
    told_to, functions = _told_to(action, now)
    changes = {"written_off_reason": ground.value, "told_at": now, "waiting_for": None, "waiting_until": None}
    ended = take_step(
        actor, action, ActionMove.WRITE_OFF, note=text, now=now, changes=changes, told_to=told_to, **more
    )
    _tell(actor, ended, functions, NoticeKind.ACTION_DONE, now)
    return ended


def reopen(actor: Actor, action: Action, *, reason: str, now: datetime, **more: Any) -> Action:
    """Open an action again; why it ended stays among the steps."""
    changes = {"told_at": None, "written_off_reason": "", "done_on": None}
    return take_step(actor, action, ActionMove.REOPEN, note=reason, now=now, changes=changes, **more)


@transaction.atomic
def change_action(
    actor: Actor,
    action: Action,
    *,
    title: str | None,
    details: Details,
    revision: int,
    now: datetime,
    override_reason: str = "",
) -> Action:
    """Change what an action says. ``title`` None leaves the line, for whoever may not read it.

    Letting more read a text that stands there is a step of its own, for those who may widen.

    Raises
    ------
    StaleRecord
        Somebody else has saved since; nothing is lost on either side.
    ChildNoteMissing
        The action is taken on, touches children, and what is best for them would not be written down.
    NotYourStep, ForbiddenTransition, OwnerCannotRead, TextRefused
    """
    check_texts(
        actor, {"title": title or "", "child_note": details.child_note}, override_reason=override_reason
    )
    action = locked(actor, action, revision)
    columns = details.columns()
    if title is None:
        columns = {name: value for name, value in columns.items() if name not in {"title_class"}}
    else:
        columns["title"] = title.strip() or action.title
    day = local_day(now)
    _check_reads(action.responsible, SharingClass(columns.get("title_class", 0)), day, raiser_of(action))
    if is_taken_on(ActionState(action.state), _came_from(action)):
        check_child_note(details.touches_children, details.child_note)
    widened = _widened(action, columns)
    if widened:
        action = take_step(actor, action, ActionMove.WIDEN, now=now, changes=widened)
        if all(getattr(action, name) == value for name, value in columns.items()):
            return action
    return take_step(actor, action, ActionMove.CHANGE, now=now, changes=columns)


def _widened(action: Action, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return the classes that would let more read a text that is there."""
    return {
        f"{name}_class": columns[f"{name}_class"]
        for name in ("title", "child_note")
        if getattr(action, name)
        and f"{name}_class" in columns
        and columns[f"{name}_class"] < getattr(action, f"{name}_class")
    }


@transaction.atomic
def _keep_photo(
    actor: Actor, action: Action, photo: NewPhoto, moment: PhotoMoment, now: datetime
) -> ActionPhoto:
    clean = photos.clean(photo.data, confirmed=photo.confirmed)
    there = ActionPhoto.objects.filter(action=action, sha256=clean.sha256, moment=moment.value).first()
    if there is not None:
        return there
    photos.keep(action.workspace.slug, clean)
    kept = ActionPhoto(
        action=action, moment=moment.value, sha256=clean.sha256, width=clean.width, height=clean.height,
        at=now, function_id=actor.function_id, confirmed=True,
    )  # fmt: skip
    kept.save(force_insert=True)
    record(actor, "photo", kept, now=now, fields=("sha256", "moment"), place_id=action.place_id)
    return kept


@transaction.atomic
def add_photo(
    actor: Actor, action: Action, photo: NewPhoto, moment: PhotoMoment, *, now: datetime
) -> ActionPhoto:
    """Add a picture of the place; for those who may change the action.

    Raises
    ------
    NotAllowed, NotYourStep, ForbiddenTransition, PhotoRefused
    """
    action = locked(actor, action, None)
    move = ActionMove.CHANGE if moment is PhotoMoment.BEFORE else ActionMove.TELL
    parts = parts_in(actor, action, local_day(now))
    check_action_move(move, ActionState(action.state), parts, words="-")
    return _keep_photo(actor, action, photo, moment, now)
