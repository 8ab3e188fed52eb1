"""Notices: to those who may read, as a pointer, once, and at the hour that they chose."""

from __future__ import annotations

import smtplib
from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from samsyn.domain.access import OrganisationKind, Role, SharingClass
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.notices import Channel, Hours, NoticeKind
from samsyn.web.people import notices
from samsyn.web.people.models import Function, Notice
from samsyn.web.people.notices import SubjectRef, notify, send_due
from samsyn.web.places import services as places
from tests.web.conftest import NOW, World

pytestmark = pytest.mark.django_db
SECRET = "Norra trappan"
KIND = NoticeKind.QUESTION_WAITS


def functions(world: World, *roles: Role) -> list[Function]:
    return [world.membership(role).function for role in roles]


def tell(world: World, *roles: Role, kind: NoticeKind = KIND, now: datetime = NOW, **more) -> int:
    given = {
        "workspace": world.workspace,
        "kind": kind,
        "subject_ref": SubjectRef("Place", "1", world.organisations[OrganisationKind.POLICE].pk, "places"),
        "sharing_class": SharingClass.AUTHORITIES,
        "now": now,
        **more,
    }
    return notify(functions(world, *roles), **given)


def with_mail(world: World, role: Role, hours: Hours | None = None, **channels: Channel):
    account = world.users[role]
    notices.choose(
        account,
        world.workspace,
        channels={NoticeKind(kind): channel for kind, channel in channels.items()},
        hours=hours or Hours(),
        email=f"{role.value}@exempel.invalid",
    )
    return account


def unread(world: World, role: Role) -> int:
    return Notice.objects.visible_to(world.actor(role)).filter(read_at=None).count()


# ------------------------------------------------------------------ who is told


@pytest.mark.parametrize(
    ("role", "sharing_class", "told"),
    [
        (Role.AREA_OFFICER, SharingClass.AUTHORITIES, 1),
        (Role.OUTREACH_WORKER, SharingClass.AUTHORITIES, 1),
        (Role.PUBLIC_ORDER_GUARD, SharingClass.AUTHORITIES, 0),
        (Role.PROPERTY_OWNER, SharingClass.AUTHORITIES, 0),
        (Role.PUBLIC_ORDER_GUARD, SharingClass.COOPERATION, 1),
        (Role.OUTREACH_WORKER, SharingClass.OWN_ORGANISATION, 0),
        (Role.AREA_OFFICER, SharingClass.OWN_ORGANISATION, 1),
        (Role.DATA_PROTECTION_OFFICER, SharingClass.OPEN, 0),
        (Role.EVALUATOR, SharingClass.OPEN, 0),
    ],
)
def test_nobody_is_told_of_what_they_may_not_read(world, role, sharing_class, told):
    assert tell(world, role, sharing_class=sharing_class) == told
    assert unread(world, role) == told


def test_a_property_owner_is_not_told_of_another_place(world, place):
    other = world.add_place("Bortre torget")
    places.limit_membership(
        world.actor(Role.ADMINISTRATOR), world.membership(Role.PROPERTY_OWNER), [place], now=NOW
    )
    common = {"sharing_class": SharingClass.COOPERATION}

    assert tell(world, Role.PROPERTY_OWNER, place_id=other.pk, **common) == 0
    assert tell(world, Role.PROPERTY_OWNER, place_id=place.pk, **common) == 1


def test_whoever_did_it_is_not_told(world):
    told = tell(world, Role.AREA_OFFICER, Role.OUTREACH_WORKER, actor=world.actor(Role.AREA_OFFICER))

    assert told == 1
    assert unread(world, Role.OUTREACH_WORKER) == 1


def test_everyone_who_may_read_is_told_when_no_function_is_named(world):
    told = notify(
        None,
        workspace=world.workspace,
        kind=NoticeKind.HEADS_UP,
        subject_ref=SubjectRef("Place", "1", world.organisations[OrganisationKind.POLICE].pk, "places"),
        sharing_class=SharingClass.AUTHORITIES,
        now=NOW,
    )

    readers = {row.user.username.partition("-")[2] for row in Notice.objects.all()}
    assert told == len(readers)
    assert "area_officer" in readers
    assert "public_order_guard" not in readers


def test_what_is_turned_off_is_not_told_at_all(world):
    with_mail(world, Role.AREA_OFFICER, question_waits=Channel.OFF)

    assert tell(world, Role.AREA_OFFICER) == 0
    assert send_due(NOW).mails == 0


def test_the_same_unread_news_is_not_doubled(world):
    assert tell(world, Role.AREA_OFFICER) == 1
    assert tell(world, Role.AREA_OFFICER) == 0
    notices.mark_read(world.actor(Role.AREA_OFFICER), Notice.objects.all(), now=NOW)
    assert tell(world, Role.AREA_OFFICER) == 1


def test_a_reminder_with_a_key_comes_once_however_often_it_is_asked_for(world):
    assert tell(world, Role.AREA_OFFICER, key="agreement-90") == 1
    notices.mark_read(world.actor(Role.AREA_OFFICER), Notice.objects.all(), now=NOW)
    assert tell(world, Role.AREA_OFFICER, key="agreement-90", now=NOW + timedelta(days=2)) == 0


def test_whoever_changes_function_meets_nothing_of_the_old_one(world):
    tell(world, Role.AREA_OFFICER)
    membership = world.membership(Role.AREA_OFFICER)
    membership.function = world.membership(Role.PUBLIC_ORDER_GUARD).function
    membership.role = Role.PUBLIC_ORDER_GUARD.value
    membership.save()

    assert unread(world, Role.AREA_OFFICER) == 0


# ------------------------------------------------------------------ e-mail


def test_the_email_is_a_pointer_and_never_says_what_it_is_about(world):
    place = world.add_place("Bortre torget")
    with_mail(world, Role.AREA_OFFICER)
    tell(world, Role.AREA_OFFICER, place_id=place.pk)

    assert send_due(NOW).mails == 1

    letter = mail.outbox[0]
    text = letter.subject + letter.body
    assert "/exempelstad/aviseringar/" in text
    assert "Funktion area_officer" in text
    assert "1 avisering" in text
    for content in ("Bortre torget", "Fråga", "question", str(place.pk)):
        assert content not in text


def test_without_an_address_nothing_is_queued(world):
    tell(world, Role.AREA_OFFICER)

    assert Notice.objects.get().mail_at is None


def test_one_email_holds_everything_that_is_due(world):
    with_mail(world, Role.AREA_OFFICER)
    for number in range(3):
        reference = SubjectRef(
            "Place", str(number), world.organisations[OrganisationKind.POLICE].pk, "places"
        )
        tell(world, Role.AREA_OFFICER, subject_ref=reference)

    assert send_due(NOW) == notices.Sent(1, 3, 0)
    assert "3 aviseringar" in mail.outbox[0].body


@pytest.mark.parametrize(("channel", "day", "hour"), [(Channel.DAILY, 21, 7), (Channel.WEEKLY, 23, 7)])
def test_a_digest_goes_at_its_hour_with_all_of_its_period(world, channel, day, hour):
    with_mail(world, Role.AREA_OFFICER, question_waits=channel, action_assigned=channel)
    tell(world, Role.AREA_OFFICER)
    tell(world, Role.AREA_OFFICER, kind=NoticeKind.ACTION_ASSIGNED, now=NOW + timedelta(hours=1))
    at = datetime(2026, 11, day, hour, tzinfo=STOCKHOLM)

    assert send_due(at - timedelta(minutes=1)).mails == 0
    assert send_due(at) == notices.Sent(1, 2, 0)


def test_nothing_is_sent_in_quiet_hours_and_all_of_it_after(world):
    # NOW is 22:40 in Stockholm.
    with_mail(world, Role.AREA_OFFICER, Hours(time(22), time(6)))
    tell(world, Role.AREA_OFFICER)

    assert send_due(NOW).mails == 0
    assert send_due(datetime(2026, 11, 21, 5, 59, tzinfo=STOCKHOLM)).mails == 0
    assert send_due(datetime(2026, 11, 21, 6, 0, tzinfo=STOCKHOLM)).mails == 1


def test_quiet_hours_that_were_set_afterwards_hold(world):
    account = with_mail(world, Role.AREA_OFFICER)
    tell(world, Role.AREA_OFFICER)
    row = Notice.objects.get()
    notices.NoticeHours.objects.filter(user=account).update(quiet_from=time(22), quiet_to=time(6))

    assert send_due(NOW).mails == 0
    row.refresh_from_db()
    assert row.mail_at == datetime(2026, 11, 21, 6, 0, tzinfo=STOCKHOLM)


def test_a_second_run_sends_nothing_again(world):
    with_mail(world, Role.AREA_OFFICER)
    tell(world, Role.AREA_OFFICER)

    assert [send_due(NOW).mails for _ in range(3)] == [1, 0, 0]


class Killed(BaseException):
    """What a kill is to the code that is running."""


@pytest.mark.parametrize("before", [True, False], ids=["before it was taken", "after it was taken"])
def test_a_run_that_is_killed_leads_to_no_second_email(world, monkeypatch, before):
    with_mail(world, Role.AREA_OFFICER)
    tell(world, Role.AREA_OFFICER)
    whole = EmailBackend.send_messages

    def killed(self, messages):
        if not before:
            whole(self, messages)
        raise Killed

    monkeypatch.setattr(EmailBackend, "send_messages", killed)
    with pytest.raises(Killed):
        send_due(NOW)
    monkeypatch.undo()
    sent_by_the_killed_run = len(mail.outbox)

    assert send_due(NOW + timedelta(minutes=1)).mails == 0
    assert len(mail.outbox) == sent_by_the_killed_run
    # Nothing is lost: it is still unread here, and the next e-mail counts it.
    assert unread(world, Role.AREA_OFFICER) == 1
    tell(world, Role.AREA_OFFICER, kind=NoticeKind.ACTION_ASSIGNED, now=NOW)
    with_mail(world, Role.AREA_OFFICER, action_assigned=Channel.EMAIL)
    tell(world, Role.AREA_OFFICER, kind=NoticeKind.QUESTION_ANSWERED)
    send_due(NOW + timedelta(minutes=2))
    assert "3 aviseringar" in mail.outbox[-1].body


def test_a_server_that_does_not_answer_is_tried_again_later_and_not_for_ever(world, monkeypatch):
    with_mail(world, Role.AREA_OFFICER)
    tell(world, Role.AREA_OFFICER)

    def refuses(self, messages):
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(EmailBackend, "send_messages", refuses)
    tried = [send_due(NOW + timedelta(hours=hour)).failed for hour in range(8)]

    assert tried == [1, 1, 1, 1, 1, 0, 0, 0]


def test_what_has_been_read_is_not_mailed(world):
    with_mail(world, Role.AREA_OFFICER, question_waits=Channel.DAILY)
    tell(world, Role.AREA_OFFICER)
    notices.mark_read(world.actor(Role.AREA_OFFICER), Notice.objects.all(), now=NOW)

    assert send_due(NOW + timedelta(days=2)).mails == 0


def test_what_was_turned_off_since_is_not_mailed(world):
    with_mail(world, Role.AREA_OFFICER, question_waits=Channel.DAILY)
    tell(world, Role.AREA_OFFICER)
    with_mail(world, Role.AREA_OFFICER, question_waits=Channel.OFF)

    assert send_due(NOW + timedelta(days=2)).mails == 0


def test_whoever_has_left_gets_no_more_email(world):
    with_mail(world, Role.AREA_OFFICER)
    tell(world, Role.AREA_OFFICER)
    membership = world.membership(Role.AREA_OFFICER)
    membership.valid_to = NOW.date()
    membership.save()

    assert send_due(NOW).mails == 0


def test_old_notices_go_and_reminders_stay_longer(world):
    tell(world, Role.AREA_OFFICER)
    tell(world, Role.OUTREACH_WORKER, key="once")

    assert notices.forget_old(NOW + timedelta(days=91)) == 1
    assert notices.forget_old(NOW + timedelta(days=401)) == 1


# ------------------------------------------------------------------ pages


def test_the_list_shows_the_number_in_words_and_on_every_page(world):
    tell(world, Role.AREA_OFFICER)
    client = world.client(Role.AREA_OFFICER)

    start = client.get("/exempelstad/").content.decode()
    page = client.get("/exempelstad/aviseringar/").content.decode()

    assert '<b>1<span class="visually-hidden"> olästa</span></b>' in start
    assert "Fråga väntar på er" in page
    assert "1 oläst" in page


def test_opening_a_notice_marks_it_and_leads_to_the_thing(world):
    tell(world, Role.AREA_OFFICER)
    client = world.client(Role.AREA_OFFICER)

    answer = client.post(f"/exempelstad/aviseringar/{Notice.objects.get().pk}/")

    assert answer["Location"] == "/exempelstad/platser/"
    assert unread(world, Role.AREA_OFFICER) == 0


def test_a_notice_about_a_page_that_has_moved_leads_to_the_list(world):
    reference = SubjectRef("Gone", "1", world.organisations[OrganisationKind.POLICE].pk, "no-such-page")
    tell(world, Role.AREA_OFFICER, subject_ref=reference)
    client = world.client(Role.AREA_OFFICER)

    answer = client.post(f"/exempelstad/aviseringar/{Notice.objects.get().pk}/")

    assert answer["Location"] == "/exempelstad/aviseringar/"


def test_nobody_opens_or_marks_the_notices_of_others(world):
    tell(world, Role.AREA_OFFICER)
    client = world.client(Role.OUTREACH_WORKER)

    assert client.post(f"/exempelstad/aviseringar/{Notice.objects.get().pk}/").status_code == 404
    client.post("/exempelstad/aviseringar/lasta/")
    assert Notice.objects.get().read_at is None


def test_all_can_be_marked_as_read_at_once(world):
    for kind in (NoticeKind.QUESTION_WAITS, NoticeKind.ACTION_ASSIGNED):
        tell(world, Role.AREA_OFFICER, kind=kind)
    world.client(Role.AREA_OFFICER).post("/exempelstad/aviseringar/lasta/")

    assert unread(world, Role.AREA_OFFICER) == 0


def answers(**changed: str) -> dict[str, str]:
    return {
        "email": "omrade@exempel.invalid", "quiet_from": "22:00", "quiet_to": "06:00", "digest_hour": "8",
        "digest_weekday": "2", **{kind.value: "daily" for kind in NoticeKind}, **changed,
    }  # fmt: skip


def test_the_choices_are_saved_and_shown_again(world):
    client = world.client(Role.AREA_OFFICER)

    assert client.post("/exempelstad/aviseringar/installningar/", answers(heads_up="off")).status_code == 302

    account = world.users[Role.AREA_OFFICER]
    account.refresh_from_db()
    assert account.email == "omrade@exempel.invalid"
    assert notices.hours_of(account, world.workspace) == Hours(time(22), time(6), 8, 2)
    assert notices.channel_of(account, world.workspace, NoticeKind.HEADS_UP) is Channel.OFF
    assert notices.channel_of(account, world.workspace, KIND) is Channel.DAILY
    page = client.get("/exempelstad/aviseringar/installningar/").content.decode()
    assert 'value="22:00"' in page


def test_quiet_hours_need_both_ends(world):
    answer = world.client(Role.AREA_OFFICER).post(
        "/exempelstad/aviseringar/installningar/", answers(quiet_to="")
    )

    assert answer.status_code == 200
    assert "Ange både början och slut" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.DATA_PROTECTION_OFFICER, Role.EVALUATOR])
def test_who_has_no_part_in_the_cooperation_has_no_notices(world, role):
    client = world.client(role)

    assert client.get("/exempelstad/aviseringar/").status_code == 404
    assert "aviseringar" not in client.get("/exempelstad/").content.decode()
