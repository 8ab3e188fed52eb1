"""Actions: asked of whoever keeps the thing, done or written off, told, never lost; and their pictures."""

from __future__ import annotations

import contextlib
import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from samsyn.domain import calendar
from samsyn.domain.access import Role, SharingClass
from samsyn.domain.actions import (
    ActionRisk,
    ChildNoteMissing,
    PhotoMoment,
    WaitingUnnamed,
    WriteOffIncomplete,
)
from samsyn.domain.assets import AssetKind
from samsyn.domain.guard import TextRefused
from samsyn.domain.issues import NothingIsDeleted, NotToldYet, NotYourStep, ReasonNeeded
from samsyn.domain.meetings import AgendaKind
from samsyn.web.cooperation.issue_errors import OwnerCannotRead
from samsyn.web.people.models import AuditEvent, Notice
from samsyn.web.places import asset_services as assets
from samsyn.web.ui.models import StaleRecord
from samsyn.web.work import action_services as services, photos
from samsyn.web.work.action_errors import OwnerMissing
from samsyn.web.work.action_sections import agenda_points
from samsyn.web.work.action_services import Details, NewPhoto
from samsyn.web.work.models import Action, ActionPhoto, ActionStep

from .asking import AREA, FIELD, GUARD, LEAD, MANAGER, OWNER, POLICE, Ladder
from .conftest import World
from .test_issue_services import WRONG_TEXT

LINE = "Byt lampan bakom trappan"
LIST = "/exempelstad/atgarder/"


@pytest.fixture
def ladder(world: World, place, settings, tmp_path) -> Ladder:
    settings.SAMSYN_HOME = tmp_path
    made = Ladder(world, place)
    made.now = calendar.now() - timedelta(days=60)
    return made


def propose(ladder: Ladder, role: Role = MANAGER, title: str = LINE, **more: object) -> Action:
    more.setdefault("responsible", ladder.function(OWNER))
    return services.propose_action(ladder.actor(role), ladder.place, title=title, now=ladder.now, **more)


def do(ladder: Ladder, action: Action, role: Role, what: str, **more: object) -> Action:
    return getattr(services, what)(ladder.actor(role), action, now=ladder.now, **more)


def taken(ladder: Ladder, days: int = 10, **more: object) -> Action:
    due = (ladder.now + timedelta(days=days)).date()
    return do(ladder, propose(ladder, **more), OWNER, "take_on", due_on=due)


def done(ladder: Ladder) -> Action:
    return do(ladder, taken(ladder), OWNER, "mark_done", done_on=ladder.now.date())


def trail(action: Action) -> list[str]:
    return [step.move for step in ActionStep.objects.filter(action=action)]


def picture(size: tuple[int, int] = (2400, 1200), form: str = "JPEG", **more: object) -> bytes:
    """Return a picture as a telephone makes it: with where, when and with what it was taken."""
    made, out = Image.new("RGB", size, "teal"), io.BytesIO()
    exif = made.getexif()
    exif[0x010F], exif[0x0112], exif[0x9003] = "Telefonmakaren", 6, "2026:11:20 21:40:00"
    exif.get_ifd(0x8825)[2] = (59.0, 19.0, 55.0)
    made.save(out, form, exif=exif, **more)
    return out.getvalue()


# ------------------------------------------------------------------ the way of an action


def test_an_action_is_asked_of_whoever_keeps_the_thing(ladder):
    keeper = ladder.function(Role.PROPERTY_OWNER)
    new = assets.NewAsset(AssetKind.LAMP, "Lampan vid trappan", keeper.organisation, responsible=keeper)
    lamp = assets.add_asset(ladder.actor(LEAD), ladder.place, new, now=ladder.now)
    action = propose(ladder, asset=lamp, responsible=None)

    assert action.responsible == ladder.function(Role.PROPERTY_OWNER)
    assert (action.kind, action.forum.slug, action.state) == ("light", "strategiskt", "proposed")
    assert Notice.objects.get().kind == "action_assigned"


def test_not_ours_goes_on_to_the_next_and_ends_with_nobody_left_to_ask(ladder):
    action = propose(ladder, details=Details(kind="light"), responsible=None)
    asked = [action.responsible]
    with contextlib.suppress(OwnerMissing):
        for _again in range(20):
            action = do(ladder, action, LEAD, "not_ours", note="Inte vår stolpe.")
            asked.append(action.responsible)

    with pytest.raises(OwnerMissing):
        do(ladder, action, LEAD, "not_ours")
    assert len(asked) == len(set(asked)) >= 2
    assert trail(action) == ["propose"] + ["not_ours"] * (len(asked) - 1)


def test_an_action_from_a_question_is_told_to_the_one_who_raised_the_question(ladder):
    issue = ladder.ask(FIELD)
    action = propose(ladder, AREA, issue=issue)
    do(ladder, action, OWNER, "take_on", due_on=ladder.now.date())
    do(ladder, action, OWNER, "mark_done", done_on=ladder.now.date())
    do(ladder, action, OWNER, "tell", text="Lampan lyser.")

    assert action.forum == issue.forum
    told = Notice.objects.filter(kind="action_done").values_list("user__username", flat=True)
    assert list(told) == ["exempelstad-outreach_worker"]


def test_done_told_and_finished(ladder):
    action = done(ladder)
    with pytest.raises(NotToldYet):
        do(ladder, action, OWNER, "finish")
    do(ladder, action, OWNER, "tell", text="Lampan lyser.")
    finished = do(ladder, action, OWNER, "finish")

    assert finished.state == "finished"
    assert trail(action) == ["propose", "take_on", "mark_done", "tell", "finish"]


def test_telling_needs_words(ladder):
    with pytest.raises(ReasonNeeded):
        do(ladder, done(ladder), OWNER, "tell", text=" ")


def test_the_forum_is_told_when_the_raiser_is_gone(ladder):
    action = done(ladder)
    ladder.leave(MANAGER)
    ladder.later(days=1)
    do(ladder, action, OWNER, "tell", text="Lampan lyser.")

    assert action.steps.last().told_to == "told_forum"


def test_writing_off_takes_a_reason_and_words_and_tells_in_the_same_step(ladder):
    action = taken(ladder)
    for reason, text in (("", "Ingen budget."), ("cost", ""), ("tired", "Ingen budget.")):
        with pytest.raises(WriteOffIncomplete):
            do(ladder, action, OWNER, "write_off", reason=reason, text=text)
    ended = do(ladder, action, OWNER, "write_off", reason="cost", text="Ingen budget i år.")

    assert (ended.state, ended.written_off_reason, ended.told_at) == ("written_off", "cost", ladder.now)
    step = action.steps.last()
    assert (step.note, step.told_to, step.function) == (
        "Ingen budget i år.", "told_raiser", ladder.function(OWNER),
    )  # fmt: skip


@pytest.mark.parametrize("end", ["finished", "written_off"])
def test_an_ended_action_is_opened_again_and_keeps_its_past(ladder, end):
    action = done(ladder) if end == "finished" else taken(ladder)
    if end == "finished":
        do(ladder, action, OWNER, "tell", text="Lampan lyser.")
        do(ladder, action, OWNER, "finish")
    else:
        do(ladder, action, OWNER, "write_off", reason="cost", text="Ingen budget i år.")
    again = do(ladder, action, MANAGER, "reopen", reason="Mörkt igen.")

    assert (again.state, again.told_at, again.written_off_reason) == ("reopened", None, "")
    assert "propose" in trail(action)
    assert trail(action)[-1] == "reopen"


def test_what_waits_names_whom_and_goes_back_to_where_it_was(ladder):
    action = taken(ladder)
    do(ladder, action, OWNER, "start")
    with pytest.raises(WaitingUnnamed):
        do(ladder, action, OWNER, "wait", organisation=None, until=None)
    waits = do(
        ladder, action, OWNER, "wait", organisation=ladder.function(AREA).organisation,
        until=date(2027, 1, 1),
    )  # fmt: skip
    back = do(ladder, action, OWNER, "resume")

    assert (waits.state, waits.waiting_until) == ("waiting_for_other", date(2027, 1, 1))
    assert (back.state, back.waiting_for) == ("ongoing", None)


def test_lifted_goes_to_the_forum_above_and_keeps_its_day(ladder):
    action = taken(ladder)
    lifted = do(ladder, action, OWNER, "lift", reason="Kostar mer än vi får besluta.")

    assert (lifted.state, lifted.forum.slug, lifted.due_on) == (
        "lifted",
        "styrgrupp",
        action.due_on or lifted.due_on,
    )
    assert do(ladder, action, POLICE, "resume").state == "decided"


def test_an_action_that_touches_children_is_not_decided_without_their_best(ladder):
    action = propose(ladder, details=Details(touches_children=True))
    with pytest.raises(ChildNoteMissing):
        do(ladder, action, OWNER, "take_on", due_on=ladder.now.date())
    services.change_action(
        ladder.actor(MANAGER), action, title=LINE, revision=1, now=ladder.now,
        details=Details(touches_children=True, child_note="Skolvägen blir ljusare."),
    )  # fmt: skip

    assert do(ladder, action, OWNER, "take_on", due_on=ladder.now.date()).state == "decided"


def change(ladder: Ladder, action: Action, role: Role, **said: object) -> Action:
    action.refresh_from_db()
    return services.change_action(
        ladder.actor(role), action, title=LINE, revision=action.revision, now=ladder.now,
        details=Details(**said),
    )  # fmt: skip


def with_children(ladder: Ladder, **more: object) -> Action:
    said = Details(touches_children=True, child_note="Skolvägen blir ljusare.")
    return taken(ladder, details=said, **more)


@pytest.mark.parametrize(
    "said", [{"touches_children": True}, {"touches_children": True, "child_note": " "}], ids=str
)
@pytest.mark.parametrize("step", ["taken on", "begun", "paused", "lifted"])
def test_what_is_best_for_children_stays_written_once_the_action_is_taken_on(ladder, step, said):
    action = with_children(ladder)
    if step == "begun":
        do(ladder, action, OWNER, "start")
    elif step == "paused":
        do(ladder, action, OWNER, "pause", reason="Tjälen.", until=None)
    elif step == "lifted":
        do(ladder, action, OWNER, "lift", reason="Kostar mer.")
    with pytest.raises(ChildNoteMissing):
        change(ladder, action, OWNER, **said)

    action.refresh_from_db()
    assert action.child_note == "Skolvägen blir ljusare."


def test_an_action_that_is_taken_on_does_not_come_to_touch_children_without_their_best(ladder):
    action = taken(ladder)
    with pytest.raises(ChildNoteMissing):
        change(ladder, action, OWNER, touches_children=True)

    assert change(ladder, action, OWNER, touches_children=True, child_note="Ljusare.").touches_children


@pytest.mark.parametrize("paused", [False, True])
def test_before_it_is_taken_on_the_childrens_best_may_still_be_unwritten(ladder, paused):
    action = propose(ladder)
    if paused:
        do(ladder, action, OWNER, "pause", reason="Tjälen.", until=None)

    assert change(ladder, action, OWNER, touches_children=True).touches_children


def test_the_author_does_not_read_the_note_on_children_that_somebody_else_wrote(ladder):
    action = propose(ladder, Role.PROPERTY_OWNER, details=Details(touches_children=True))
    secret = "Skolan ser oro vid trappan."
    change(ladder, action, LEAD, touches_children=True, child_note=secret)
    address = f"{LIST}{action.pk}/"

    hers = ladder.page(Role.PROPERTY_OWNER, address)
    assert LINE in hers
    assert secret not in hers
    assert secret not in ladder.page(Role.PROPERTY_OWNER, f"{address}andra/")
    assert secret in ladder.page(LEAD, address)


def test_the_author_reads_the_own_note_on_children(ladder):
    said = Details(touches_children=True, child_note="Barnen får en ljus väg.")
    action = propose(ladder, Role.PROPERTY_OWNER, details=said)

    assert said.child_note in ladder.page(Role.PROPERTY_OWNER, f"{LIST}{action.pk}/")


@pytest.mark.parametrize("text", ["title_class", "child_note_class"])
def test_only_who_raised_it_or_is_to_do_it_lets_more_read_a_text(ladder, text):
    said = {"child_note": "Ljusare.", "title_class": SharingClass.AUTHORITIES}
    action = propose(ladder, FIELD, details=Details(**said), responsible=ladder.function(AREA))
    with pytest.raises(NotYourStep):
        change(ladder, action, LEAD, **{**said, text: SharingClass.COOPERATION})
    action.refresh_from_db()
    assert getattr(action, text) == SharingClass.AUTHORITIES

    for role in (FIELD, AREA):
        Action.objects.filter(pk=action.pk).update(**{text: int(SharingClass.AUTHORITIES)})
        wider = change(ladder, action, role, **{**said, text: SharingClass.COOPERATION})
        assert getattr(wider, text) == SharingClass.COOPERATION
        event = AuditEvent.objects.filter(thing="Action", thing_id=str(action.pk)).order_by("id").last()
        assert (event.verb, text in event.fields) == ("widen", True)


def test_words_and_a_wider_class_at_once_are_two_steps(ladder):
    narrow = Details(title_class=SharingClass.AUTHORITIES)
    action = propose(ladder, FIELD, details=narrow, responsible=ladder.function(AREA))
    change(ladder, action, FIELD, cost_sek=900)

    assert trail(action) == ["propose", "widen", "change"]
    assert "900" in ladder.page(FIELD, f"{LIST}{action.pk}/").replace("\u00a0", "")


def test_a_leader_may_still_let_fewer_read_a_text(ladder):
    action = propose(ladder, FIELD, responsible=ladder.function(AREA))

    assert change(ladder, action, LEAD, title_class=SharingClass.AUTHORITIES).title_class == 2


def test_whoever_is_to_do_it_must_be_able_to_read_it(ladder):
    with pytest.raises(OwnerCannotRead):
        propose(
            ladder, LEAD, details=Details(title_class=SharingClass.AUTHORITIES),
            responsible=ladder.function(GUARD),
        )  # fmt: skip


def test_texts_about_persons_are_refused_everywhere(ladder):
    action = taken(ladder)
    tries = [
        lambda: propose(ladder, title=WRONG_TEXT),
        lambda: propose(ladder, details=Details(child_note=WRONG_TEXT)),
        lambda: do(ladder, action, OWNER, "write_off", reason="cost", text=WRONG_TEXT),
        lambda: do(ladder, action, OWNER, "pause", reason=WRONG_TEXT, until=None),
    ]
    for attempt in tries:
        with pytest.raises(TextRefused):
            attempt()

    assert Action.objects.count() == 1


def test_a_stranger_takes_no_step(ladder):
    action = propose(ladder)
    for what, more in (("take_on", {"due_on": date(2027, 1, 1)}), ("not_ours", {})):
        with pytest.raises(NotYourStep):
            do(ladder, action, GUARD, what, **more)


def test_nothing_is_deleted(ladder):
    action = done(ladder)
    for thing in (action, action.steps.first(), Action.objects.all(), ActionStep.objects.all()):
        with pytest.raises(NothingIsDeleted):
            thing.delete()


def test_each_step_is_recorded(ladder):
    action = done(ladder)
    verbs = AuditEvent.objects.filter(thing="Action", thing_id=str(action.pk)).values_list("verb", flat=True)

    assert list(verbs) == ["propose", "take_on", "mark_done"]


# ------------------------------------------------------------------ what is late


def test_more_than_thirty_days_late_comes_to_the_forum_by_itself(ladder):
    late = taken(ladder, days=5, details=Details(risk=ActionRisk.HIGH_RISK))
    taken(ladder, days=40)
    points = agenda_points(ladder.actor(LEAD), late.forum, calendar.now())

    assert [(point.kind, point.title, point.risk) for point in points] == [
        (AgendaKind.OVERDUE_ACTION, LINE, 3)
    ]
    assert points[0].age_days >= 54
    assert "dagar sen" in points[0].line


def test_the_late_list_shows_ten_and_counts_the_rest(ladder):
    for number in range(12):
        taken(ladder, days=number, title=f"Laga bänk {number + 1}")
    page = ladder.page(LEAD, f"{LIST}?visa=forsenade")

    assert page.count('class="title"') == 10
    assert "2 till är försenade" in page


# ------------------------------------------------------------------ pictures


def test_a_picture_loses_everything_but_its_pixels_and_is_turned(ladder):
    clean = photos.clean(picture(), confirmed=True)
    made = Image.open(io.BytesIO(clean.content))

    assert dict(made.getexif()) == {}
    assert b"Telefonmakaren" not in clean.content
    assert b"Exif" not in clean.content
    assert made.info.get("icc_profile") is None
    assert made.size == (800, 1600) == (clean.width, clean.height)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_pictures_become_the_same_sort(form):
    clean = photos.clean(picture((40, 20), form), confirmed=True)

    assert Image.open(io.BytesIO(clean.content)).format == "JPEG"


@pytest.mark.parametrize(
    ("data", "confirmed"),
    [
        (b"not a picture", True),
        (b"", True),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", True),
        (b"x" * (10 * 2**20 + 1), True),
    ],
    ids=["text", "nothing", "another sort", "too large"],
)
def test_what_is_no_picture_is_refused(data, confirmed):
    with pytest.raises(photos.PhotoRefused):
        photos.clean(data, confirmed=confirmed)


def test_a_picture_that_nobody_has_looked_through_is_refused(ladder):
    with pytest.raises(photos.PhotoRefused):
        propose(ladder, photo=NewPhoto(picture(), confirmed=False))

    assert not Action.objects.exists()
    assert not ActionPhoto.objects.exists()


def test_pictures_before_and_after_are_kept_by_content(ladder):
    action = propose(ladder, photo=NewPhoto(picture(), confirmed=True))
    do(ladder, action, OWNER, "take_on", due_on=ladder.now.date())
    do(ladder, action, OWNER, "mark_done", done_on=ladder.now.date(), photo=NewPhoto(picture((30, 30)), True))
    services.add_photo(
        ladder.actor(OWNER), action, NewPhoto(picture((30, 30)), True), PhotoMoment.AFTER, now=ladder.now
    )

    kept = list(ActionPhoto.objects.values_list("moment", flat=True))
    assert kept == ["before", "after"]
    assert all(photos.path_of("exempelstad", one.sha256).is_file() for one in ActionPhoto.objects.all())


def test_a_picture_is_read_only_by_those_who_see_the_action(ladder):
    from samsyn.web.places import services as places

    action = propose(ladder, photo=NewPhoto(picture(), confirmed=True))
    address = f"{LIST}{action.pk}/bild/{action.photos.get().pk}.jpg"
    elsewhere = ladder.world.add_place("Andra torget")
    membership = ladder.world.membership(Role.PROPERTY_OWNER)
    places.limit_membership(ladder.actor(Role.ADMINISTRATOR), membership, [elsewhere], now=ladder.now)
    shown = ladder.world.client(GUARD).get(address)

    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in shown["Cache-Control"]
    for role in (Role.PROPERTY_OWNER, Role.EVALUATOR, Role.DATA_PROTECTION_OFFICER):
        assert ladder.world.client(role).get(address).status_code == 404
    other = propose(ladder, title="Annan åtgärd")
    assert ladder.world.client(GUARD).get(address.replace(str(action.pk), str(other.pk))).status_code == 404


# ------------------------------------------------------------------ the pages


def post(ladder: Ladder, role: Role, address: str, **fields: object) -> str:
    return ladder.world.client(role).post(f"{LIST}{address}", fields, follow=True).content.decode()


def test_a_need_with_a_picture_is_proposed_on_the_page(ladder):
    sent = SimpleUploadedFile("IMG_1234.jpg", picture(), "image/jpeg")
    fields = {"title": LINE, "place": str(ladder.place.pk), "title_class": "1", "photo": sent,
              "responsible": str(ladder.function(OWNER).pk)}  # fmt: skip
    refused = post(ladder, MANAGER, "ny/", **fields)
    sent.seek(0)
    page = post(ladder, MANAGER, "ny/", **fields, confirmed="on")

    assert "Titta igenom bilden" in refused
    assert LINE in page
    assert "Före: Byt lampan" in page
    assert "IMG_1234" not in page


def test_the_owner_answers_with_a_day_on_one_page(ladder):
    action = propose(ladder)
    page = ladder.page(OWNER, f"{LIST}{action.pk}/svara/")
    answered = post(ladder, OWNER, f"{action.pk}/svara/", due_on="2027-03-01", revision=action.revision)

    assert "Inte vår" in page
    assert "2027-03-01" in answered
    assert "Beslutad" in answered


def test_two_edit_the_same_action_and_the_second_sees_both_and_loses_nothing(ladder):
    action = propose(ladder)
    fields = {"title": LINE, "risk": "medium_risk", "title_class": "1", "revision": action.revision}
    post(ladder, OWNER, f"{action.pk}/andra/", **{**fields, "title": "Byt lampan och stolpen"})
    page = post(ladder, MANAGER, f"{action.pk}/andra/", **{**fields, "title": "Byt lampan i veckan"})

    assert "Byt lampan i veckan" in page
    assert "Byt lampan och stolpen" in page
    assert Action.objects.get(pk=action.pk).title == "Byt lampan och stolpen"
    saved = post(ladder, MANAGER, f"{action.pk}/andra/", **{**fields, "title": "Byt båda", "revision": 2})
    assert "Byt båda" in saved


def test_two_who_answer_at_once_the_second_sees_what_the_first_did(ladder):
    action = propose(ladder)
    post(ladder, OWNER, f"{action.pk}/svara/", due_on="2027-03-01", revision=action.revision)
    page = post(
        ladder, OWNER, f"{action.pk}/skriv-av/", reason="cost", note="Ingen budget.", revision=action.revision
    )

    assert "Det som hände under tiden" in page
    assert "Ingen budget." in page
    assert Action.objects.get(pk=action.pk).state == "decided"


def test_a_reader_above_the_class_meets_the_action_without_its_line(ladder):
    action = propose(
        ladder,
        LEAD,
        details=Details(title_class=SharingClass.AUTHORITIES),
        responsible=ladder.function(FIELD),
    )
    for address in ("", f"{action.pk}/"):
        page = ladder.page(GUARD, LIST + address)
        assert LINE not in page
        assert "Texten delas inte med er." in page


def test_the_start_page_the_place_and_the_question_lead_to_the_action(ladder):
    issue = ladder.ask(FIELD)
    propose(ladder, AREA, issue=issue)

    assert LINE in ladder.page(OWNER, "/exempelstad/")
    assert LINE in ladder.page(GUARD, f"/exempelstad/platser/{ladder.place.slug}/")
    assert LINE in ladder.page(GUARD, f"/exempelstad/fragor/{issue.pk}/")


def test_every_step_has_a_page_and_the_second_writer_is_refused_in_the_service(ladder):
    action = propose(ladder)
    from samsyn.web.work.action_views import STEPS

    assert all(action.reference in ladder.page(LEAD, f"{LIST}{action.pk}/{step}/") for step in STEPS)
    assert ladder.page(LEAD, f"{LIST}{action.pk}/ta-bort/") == ""
    with pytest.raises(StaleRecord):
        do(ladder, action, OWNER, "take_on", due_on=date(2027, 1, 1), revision=0)
