"""Agreements belong to their parties together: nobody is shut out, nothing is deleted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from samsyn.domain.access import NotAllowed, OrganisationKind, Role, SharingClass
from samsyn.domain.agreements import (
    AgreementKind,
    AgreementState,
    CommitmentOutcome,
    MeasureKind,
    NoSuchStep,
    TooFewParties,
)
from samsyn.domain.notices import NoticeKind
from samsyn.web.cooperation import agreement_services as services, commitment_services as promising
from samsyn.web.cooperation.agreement_errors import AgreementFixed, NotAParty, PeriodWrong, PromiseIncomplete
from samsyn.web.cooperation.agreement_hooks import agenda_points, tick
from samsyn.web.cooperation.agreement_reading import agreement_rows, all_promises, promise_rows
from samsyn.web.cooperation.agreement_services import AgreementDetails
from samsyn.web.cooperation.commitment_services import Promise
from samsyn.web.cooperation.models import Agreement, AgreementStep, Commitment, DutyShift, Forum
from samsyn.web.people import services as people
from samsyn.web.people.models import Notice
from samsyn.web.places import services as places
from samsyn.web.places.services import ReasonMissing
from samsyn.web.ui.models import StaleRecord, record_columns
from tests.web.conftest import NOW, TODAY, World

pytestmark = pytest.mark.django_db
LEAD, POLICE, STEERING = Role.SAFETY_COORDINATOR, Role.MUNICIPAL_POLICE_LIAISON, Role.STEERING_GROUP
S = AgreementState


def details(place, **changed) -> AgreementDetails:
    given = {
        "kind": AgreementKind.PLACE_COOPERATION,
        "title": "Platssamverkan på torget",
        "first": date(2026, 1, 1),
        "last": date(2026, 12, 31),
        "purpose": "Ett tryggt torg för alla.",
        "places": [place],
    }
    return AgreementDetails(**{**given, **changed})


def drafted(world: World, place, role: Role = LEAD, **changed) -> Agreement:
    return services.draft_agreement(world.actor(role), details(place, **changed), now=NOW)


def signed(world: World, place, **changed) -> Agreement:
    row = drafted(world, place, **changed)
    for role in (LEAD, POLICE):
        row.refresh_from_db()
        services.sign(world.actor(role), row, revision=row.revision, now=NOW)
    row.refresh_from_db()
    return row


def told(world: World, role: Role, kind: NoticeKind) -> int:
    return Notice.objects.visible_to(world.actor(role)).filter(kind=kind.value).count()


# ------------------------------------------------------------------ two owners


def test_both_owners_are_parties_whoever_writes_the_draft(world, place):
    row = drafted(world, place)

    kinds = {party.organisation.kind for party in row.parties.all()}
    assert kinds == {OrganisationKind.POLICE.value, OrganisationKind.MUNICIPALITY.value}
    assert told(world, POLICE, NoticeKind.AGREEMENT_TO_SIGN) == 1


def test_it_is_signed_when_both_have_signed(world, place):
    row = drafted(world, place)
    services.sign(world.actor(LEAD), row, revision=row.revision, now=NOW)
    row.refresh_from_db()
    assert row.state == S.AGREEMENT_DRAFT.value

    services.sign(world.actor(POLICE), row, revision=row.revision, now=NOW)

    row.refresh_from_db()
    assert row.state == S.AGREEMENT_SIGNED.value
    assert row.state_on(TODAY) is S.RUNS_OUT_SOON


@pytest.mark.parametrize("sharing_class", list(SharingClass), ids=lambda one: one.name)
@pytest.mark.parametrize("role", [LEAD, POLICE], ids=str)
def test_neither_owner_can_be_shut_out_by_a_class(world, place, sharing_class, role):
    writer = POLICE if role is LEAD else LEAD
    row = drafted(world, place, writer, sharing_class=sharing_class, purpose_class=sharing_class)

    page = world.client(role).get(f"/exempelstad/overenskommelser/{row.pk}/")

    assert page.status_code == 200
    assert "Ett tryggt torg för alla." in page.content.decode()


def test_neither_owner_can_be_left_out_of_a_draft_that_is_changed(world, place):
    row = drafted(world, place)
    municipality = world.organisations[OrganisationKind.MUNICIPALITY]

    with pytest.raises(TooFewParties):
        services.change_agreement(
            world.actor(LEAD),
            row,
            details(place, places=[], organisations=[municipality]),
            revision=1,
            now=NOW,
        )
    services.change_agreement(
        world.actor(LEAD), row, details(place, title="Nytt namn"), revision=row.revision, now=NOW
    )
    assert row.parties.count() == 2


def test_changed_words_are_signed_anew(world, place):
    row = drafted(world, place)
    services.sign(world.actor(POLICE), row, revision=row.revision, now=NOW)

    row.refresh_from_db()
    services.change_agreement(
        world.actor(LEAD), row, details(place, purpose="Något annat."), revision=row.revision, now=NOW
    )

    assert not row.parties.filter(signed_at__isnull=False).exists()


def test_what_is_signed_is_not_changed(world, place):
    row = signed(world, place)

    with pytest.raises(AgreementFixed):
        services.change_agreement(
            world.actor(LEAD), row, details(place, title="Annat"), revision=row.revision, now=NOW
        )
    with pytest.raises(AgreementFixed):
        services.sign(world.actor(LEAD), row, revision=row.revision, now=NOW)


@pytest.mark.parametrize(("ender", "other"), [(LEAD, POLICE), (POLICE, LEAD)], ids=["municipality", "police"])
def test_one_owner_may_end_it_with_a_reason_that_the_other_is_told_and_reads(world, place, ender, other):
    row = signed(world, place)
    with pytest.raises(ReasonMissing):
        services.terminate(world.actor(ender), row, reason="  ", now=NOW)

    services.terminate(world.actor(ender), row, reason="Vi skriver ett större avtal.", now=NOW)

    assert told(world, other, NoticeKind.AGREEMENT_ENDED) == 1
    page = world.client(other).get(f"/exempelstad/overenskommelser/{row.pk}/").content.decode()
    assert "Vi skriver ett större avtal." in page
    assert Agreement.objects.filter(pk=row.pk).exists()


def test_nothing_of_an_agreement_can_be_taken_away_through_a_page(world, place):
    row = signed(world, place)
    services.terminate(world.actor(LEAD), row, reason="Slut.", now=NOW)
    steps = AgreementStep.objects.filter(agreement=row).count()
    client = world.client(LEAD)
    for step in ("andra", "skriv-under", "avsluta", "forlang", "atagande"):
        client.post(
            f"/exempelstad/overenskommelser/{row.pk}/{step}/", {"reason": "Igen", "last": "2027-12-31"}
        )

    row.refresh_from_db()
    assert row.state == S.TERMINATED.value
    assert row.parties.count() == 2
    assert AgreementStep.objects.filter(agreement=row).count() == steps


def test_what_has_ended_is_not_ended_again(world, place):
    row = signed(world, place)
    services.terminate(world.actor(LEAD), row, reason="Slut.", now=NOW)
    row.refresh_from_db()

    with pytest.raises(NoSuchStep):
        services.terminate(world.actor(POLICE), row, reason="Slut igen.", now=NOW)


@pytest.mark.parametrize(
    "role", [Role.OUTREACH_WORKER, Role.AREA_OFFICER, Role.PROPERTY_OWNER, Role.PUBLIC_ORDER_GUARD]
)
def test_only_who_answers_for_a_party_signs_and_ends(world, place, role):
    row = drafted(world, place)

    with pytest.raises(NotAParty):
        services.sign(world.actor(role), row, revision=row.revision, now=NOW)
    with pytest.raises(NotAParty):
        services.terminate(world.actor(role), row, reason="Vi vill inte.", now=NOW)


def test_a_property_owner_that_is_a_party_signs_too(world, place):
    owner = world.organisations[OrganisationKind.PROPERTY_OWNER]
    row = drafted(world, place, organisations=[owner])
    for role in (LEAD, POLICE):
        row.refresh_from_db()
        services.sign(world.actor(role), row, revision=row.revision, now=NOW)
    row.refresh_from_db()
    assert row.state == S.AGREEMENT_DRAFT.value

    services.sign(world.actor(Role.PROPERTY_OWNER), row, revision=row.revision, now=NOW)

    row.refresh_from_db()
    assert row.state == S.AGREEMENT_SIGNED.value


@pytest.mark.parametrize(("party", "seen"), [(True, True), (False, False)])
def test_a_party_limited_to_one_place_reads_what_binds_it_everywhere(world, place, party, seen):
    owner = world.organisations[OrganisationKind.PROPERTY_OWNER]
    kinds = (OrganisationKind.POLICE, OrganisationKind.MUNICIPALITY)
    public = [world.organisations[kind] for kind in kinds]
    places.limit_membership(
        world.actor(Role.ADMINISTRATOR), world.membership(Role.PROPERTY_OWNER), [place], now=NOW
    )
    organisations = [*public, *([owner] if party else [])]
    row = drafted(world, place, places=[], organisations=organisations)

    assert Agreement.objects.visible_to(world.actor(Role.PROPERTY_OWNER)).filter(pk=row.pk).exists() is seen
    answer = world.client(Role.PROPERTY_OWNER).get(f"/exempelstad/overenskommelser/{row.pk}/")
    assert answer.status_code == (200 if seen else 404)


def test_a_party_limited_to_one_place_does_not_read_what_is_agreed_about_another(world, place):
    other = world.add_place("Bortre torget")
    places.limit_membership(
        world.actor(Role.ADMINISTRATOR), world.membership(Role.PROPERTY_OWNER), [place], now=NOW
    )
    row = drafted(world, other, organisations=[world.organisations[OrganisationKind.PROPERTY_OWNER]])

    assert not Agreement.objects.visible_to(world.actor(Role.PROPERTY_OWNER)).filter(pk=row.pk).exists()


def test_a_third_party_meets_it_only_up_to_its_class_and_place(world, place):
    other = world.add_place("Bortre torget")
    places.limit_membership(
        world.actor(Role.ADMINISTRATOR), world.membership(Role.PROPERTY_OWNER), [other], now=NOW
    )
    drafted(world, place)
    drafted(world, place, title="Myndigheternas", sharing_class=SharingClass.AUTHORITIES)

    def titles(role):
        return {one.agreement.title for one in agreement_rows(world.actor(role), TODAY)}

    assert titles(Role.PROPERTY_OWNER) == set()
    assert titles(Role.PUBLIC_ORDER_GUARD) == {"Platssamverkan på torget"}
    assert titles(Role.EVALUATOR) == set()


def test_two_who_change_the_same_draft_see_both_versions(world, place):
    row = drafted(world, place)
    answers = {
        "revision": row.revision, "kind": "place_cooperation", "title": "Mitt namn", "purpose": "",
        "purpose_class": "1", "places": [str(place.pk)], "first": "2026-01-01", "last": "2026-12-31",
        "sharing_class": "1",
    }  # fmt: skip
    services.change_agreement(
        world.actor(POLICE), row, details(place, title="Deras namn"), revision=row.revision, now=NOW
    )

    page = world.client(LEAD).post(f"/exempelstad/overenskommelser/{row.pk}/andra/", answers)

    assert page.status_code == 200
    text = page.content.decode()
    assert "Deras namn" in text
    assert "Mitt namn" in text
    with pytest.raises(StaleRecord):
        services.change_agreement(world.actor(LEAD), row, details(place), revision=1, now=NOW)


def test_a_signature_lands_only_on_the_words_that_the_signer_read(world, place):
    row = drafted(world, place)
    client, address = world.client(POLICE), f"/exempelstad/overenskommelser/{row.pk}/"
    assert f'name="revision" value="{row.revision}"' in client.get(address).content.decode()
    read = row.revision
    services.change_agreement(
        world.actor(LEAD), row, details(place, purpose="Polisen betalar allt."), revision=read, now=NOW
    )

    page = client.post(f"{address}skriv-under/", {"revision": read}, follow=True).content.decode()

    assert not row.parties.exclude(signed_at=None).exists()
    assert "Inte undertecknad" in page
    assert "Polisen betalar allt." in page
    client.post(f"{address}skriv-under/", {"revision": row.revision})
    assert row.parties.exclude(signed_at=None).count() == 1


def test_a_signature_without_a_word_of_what_was_read_is_refused(world, place):
    row = drafted(world, place)

    world.client(POLICE).post(f"/exempelstad/overenskommelser/{row.pk}/skriv-under/")

    assert not row.parties.exclude(signed_at=None).exists()


def test_a_signature_does_not_land_on_other_parties_than_the_signer_read(world, place):
    row = drafted(world, place)
    owner = world.organisations[OrganisationKind.PROPERTY_OWNER]
    services.change_agreement(
        world.actor(LEAD), row, details(place, organisations=[owner]), revision=1, now=NOW
    )

    with pytest.raises(StaleRecord):
        services.sign(world.actor(POLICE), row, revision=1, now=NOW)


def test_two_leads_do_not_wipe_each_others_party(world, place):
    row = drafted(world, place)
    owner = world.organisations[OrganisationKind.PROPERTY_OWNER]
    answers = {
        "revision": row.revision, "kind": "place_cooperation", "title": row.title, "purpose": row.purpose,
        "purpose_class": "1", "places": [str(place.pk)], "first": "2026-01-01", "last": "2026-12-31",
        "sharing_class": "1",
    }  # fmt: skip
    services.change_agreement(
        world.actor(POLICE), row, details(place, organisations=[owner]), revision=1, now=NOW
    )

    page = world.client(LEAD).post(f"/exempelstad/overenskommelser/{row.pk}/andra/", answers)

    assert page.status_code == 200
    assert row.parties.filter(organisation=owner).exists()
    assert str(owner) in page.content.decode().partition("<table")[2].partition("</table>")[0]
    with pytest.raises(StaleRecord):
        services.change_agreement(world.actor(LEAD), row, details(place), revision=1, now=NOW)


def test_a_place_that_somebody_else_added_is_not_taken_away_unseen(world, place):
    row = drafted(world, place)
    other = world.add_place("Bortre torget")
    services.change_agreement(
        world.actor(POLICE), row, details(place, places=[place, other]), revision=1, now=NOW
    )

    with pytest.raises(StaleRecord):
        services.change_agreement(world.actor(LEAD), row, details(place), revision=1, now=NOW)

    assert row.places.count() == 2


def test_a_draft_saved_as_it_was_leaves_its_signatures(world, place):
    row = drafted(world, place)
    services.sign(world.actor(POLICE), row, revision=1, now=NOW)

    services.change_agreement(world.actor(LEAD), row, details(place), revision=1, now=NOW)

    row.refresh_from_db()
    assert row.revision == 1
    assert row.parties.exclude(signed_at=None).count() == 1


# ------------------------------------------------------------------ time


@pytest.mark.parametrize(
    ("left", "reminders"), [(120, 0), (90, 1), (60, 1), (30, 1), (0, 1), (-1, 1), (-40, 0)]
)
def test_the_parties_are_reminded_before_the_end(world, place, left, reminders):
    row = signed(world, place)
    at = datetime.combine(row.last - timedelta(days=left), datetime.min.time(), UTC) + timedelta(hours=12)

    for _ in range(3):
        tick(at)

    for role in (LEAD, POLICE):
        assert told(world, role, NoticeKind.AGREEMENT_EXPIRES) == reminders


def test_each_reminder_comes_once_and_all_three_come(world, place):
    row = signed(world, place, first=date(2025, 1, 1))
    for left in range(100, -3, -1):
        tick(
            datetime.combine(row.last - timedelta(days=left), datetime.min.time(), UTC) + timedelta(hours=12)
        )

    assert told(world, LEAD, NoticeKind.AGREEMENT_EXPIRES) == 3


def test_what_expires_soon_comes_to_the_forum_of_the_place(world, place):
    row = signed(world, place)
    forum = Forum.objects.create(
        **record_columns(world.actor(LEAD), NOW), place=place, slug="f", name="Forum", level="strategic"
    )
    other = Forum.objects.create(
        **record_columns(world.actor(LEAD), NOW), place=world.add_place("Bortre torget"), slug="g", name="G",
        level="strategic",
    )  # fmt: skip

    points = agenda_points(world.actor(LEAD), forum, NOW)

    assert [one.key for one in points] == [f"agreement:{row.pk}"]
    assert agenda_points(world.actor(LEAD), other, NOW) == []


def test_an_extension_takes_over_when_all_have_signed_it(world, place):
    row = signed(world, place)
    new = services.extend(world.actor(POLICE), row, last=date(2028, 12, 31), now=NOW)

    assert new.first == date(2027, 1, 1)
    row.refresh_from_db()
    assert row.state == S.AGREEMENT_SIGNED.value
    with pytest.raises(AgreementFixed):
        services.extend(world.actor(LEAD), row, last=date(2029, 12, 31), now=NOW)
    for role in (LEAD, POLICE):
        new.refresh_from_db()
        services.sign(world.actor(role), new, revision=new.revision, now=NOW)
    row.refresh_from_db()
    assert row.state == S.EXTENDED_BY_NEW.value


@pytest.mark.parametrize(
    ("first", "last"), [(date(2026, 2, 1), date(2026, 1, 1)), (date(2026, 1, 1), date(2040, 1, 1))]
)
def test_a_period_that_is_none_is_refused(world, place, first, last):
    with pytest.raises(PeriodWrong):
        drafted(world, place, first=first, last=last)


# ------------------------------------------------------------------ promises


def promised(world: World, row: Agreement, **changed) -> Commitment:
    given = {
        "organisation": world.organisations[OrganisationKind.POLICE],
        "what": "Områdespoliser på torget kvällstid",
        "measure": MeasureKind.HOURS_ON_SITE,
        "first": date(2026, 1, 1),
        "last": date(2026, 10, 31),
        "promised": 40.0,
        "function": world.membership(Role.AREA_OFFICER).function,
    }
    return promising.promise(world.actor(LEAD), row, Promise(**{**given, **changed}), now=NOW)


def shift(world: World, place, role: Role, day: int, hours: int = 8) -> None:
    starts = datetime(2026, 10, day, 16, tzinfo=UTC)
    DutyShift.objects.create(
        **record_columns(world.actor(role), NOW, SharingClass.AUTHORITIES),
        function=world.membership(role).function,
        place=place,
        starts_at=starts,
        ends_at=starts + timedelta(hours=hours),
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"promised": None},
        {"measure": MeasureKind.AMOUNT, "function": None},
        {"measure": MeasureKind.AMOUNT, "unit": "ronder", "promised": 0.0},
    ],
)
def test_a_promise_that_cannot_be_followed_up_is_refused(world, place, changed):
    with pytest.raises(PromiseIncomplete):
        promised(world, signed(world, place), **changed)


def test_only_a_party_promises_and_inside_the_period(world, place):
    row = signed(world, place)

    with pytest.raises(PromiseIncomplete):
        promised(world, row, organisation=world.organisations[OrganisationKind.TRANSIT], function=None)
    with pytest.raises(PeriodWrong):
        promised(world, row, last=date(2027, 6, 1))


def test_the_steering_group_approves_and_others_do_not(world, place):
    one = promised(world, signed(world, place))
    with pytest.raises(NotAllowed):
        promising.approve(world.actor(LEAD), one, now=NOW)

    promising.approve(world.actor(STEERING), one, now=NOW)

    one.refresh_from_db()
    assert one.approved_by == world.membership(STEERING).function


def test_delivered_hours_are_summed_from_shifts_with_the_share_of_the_promised_team(world, place):
    one = promised(world, signed(world, place))
    for day in (1, 2, 3):
        shift(world, place, Role.AREA_OFFICER, day)
    shift(world, place, Role.RESPONSE_OFFICER, 4)

    row = promise_rows(world.actor(POLICE), [one], NOW)[0]

    assert row.kept.delivered == 24.0
    assert row.team == 0.75
    assert row.proposed is CommitmentOutcome.PARTLY_KEPT


@pytest.mark.parametrize("role", [Role.PUBLIC_ORDER_GUARD, Role.PROPERTY_OWNER, Role.PLACE_MANAGER])
def test_hours_from_rosters_are_not_told_to_who_may_not_read_rosters(world, place, role):
    one = promised(world, signed(world, place))
    shift(world, place, Role.AREA_OFFICER, 1)

    row = promise_rows(world.actor(role), [one], NOW)[0]

    assert row.kept.delivered is None
    assert row.team is None


def test_what_was_not_kept_needs_a_reason_and_later_follow_ups_are_added(world, place):
    one = promised(world, signed(world, place))
    with pytest.raises(ReasonMissing):
        promising.follow_up(
            world.actor(LEAD), one, outcome=CommitmentOutcome.NOT_KEPT, on=date(2026, 6, 1), now=NOW
        )

    promising.follow_up(
        world.actor(LEAD), one, outcome=CommitmentOutcome.NOT_KEPT, on=date(2026, 6, 1), now=NOW,
        reason="Personalen lånades ut.",
    )  # fmt: skip
    promising.follow_up(
        world.actor(STEERING), one, outcome=CommitmentOutcome.KEPT, on=date(2026, 11, 1), now=NOW
    )

    fresh = Commitment.objects.get(pk=one.pk)
    assert fresh.follow_ups.count() == 2
    assert fresh.outcome is CommitmentOutcome.KEPT


def test_a_follow_up_is_not_dated_tomorrow(world, place):
    one = promised(world, signed(world, place))

    with pytest.raises(PeriodWrong):
        promising.follow_up(
            world.actor(LEAD), one, outcome=CommitmentOutcome.KEPT, on=date(2026, 11, 25), now=NOW
        )


def test_the_reason_is_read_up_to_its_class(world, place):
    one = promised(world, signed(world, place))
    promising.follow_up(
        world.actor(LEAD), one, outcome=CommitmentOutcome.NOT_KEPT, on=date(2026, 6, 1), now=NOW,
        reason="Personalen lånades ut.",
    )  # fmt: skip
    fresh = Commitment.objects.get(pk=one.pk)

    police, guard = (
        promise_rows(world.actor(role), [fresh], NOW)[0] for role in (POLICE, Role.PUBLIC_ORDER_GUARD)
    )

    assert police.reason == "Personalen lånades ut."
    assert (guard.reason, guard.reason_hidden) == ("", True)


def test_the_year_answers_which_promises_are_unmet(world, place):
    row = signed(world, place)
    kept, unmet, forgotten = (
        promised(world, row, what=what, measure=MeasureKind.DONE_OR_NOT, promised=None)
        for what in ("Belysningen är lagad", "Buskarna är klippta", "Ronderna är gångna")
    )
    promising.follow_up(world.actor(LEAD), kept, outcome=CommitmentOutcome.KEPT, on=date(2026, 6, 1), now=NOW)
    promising.follow_up(
        world.actor(LEAD), unmet, outcome=CommitmentOutcome.PARTLY_KEPT, on=date(2026, 6, 1), now=NOW,
        reason="Halva slänten återstår.",
    )  # fmt: skip

    rows = all_promises(world.actor(STEERING), NOW, year=2026)
    page = world.client(STEERING).get("/exempelstad/overenskommelser/ataganden/?ar=2026").content.decode()

    assert [one.commitment for one in rows if one.unmet] == [unmet]
    assert [one.commitment for one in rows if one.overdue] == [forgotten]
    assert (
        page.index("Buskarna är klippta")
        < page.index("Ronderna är gångna")
        < page.index("Belysningen är lagad")
    )
    assert "1 åtagande hölls inte helt." in page
    assert all_promises(world.actor(STEERING), NOW, year=2024) == []


def test_a_promise_that_nobody_follows_up_is_asked_for_once(world, place):
    one = promised(world, signed(world, place))
    promising.approve(world.actor(STEERING), one, now=NOW)
    for _ in range(2):
        tick(NOW)

    assert told(world, POLICE, NoticeKind.COMMITMENT_DUE) == 1


def test_the_whole_chain_runs_on_pages(world, place):
    lead, police, steering = (world.client(role) for role in (LEAD, POLICE, STEERING))
    answers = {
        "kind": "place_cooperation", "title": "Platssamverkan", "purpose": "Trygghet.", "purpose_class": "1",
        "places": [str(place.pk)], "first": "2026-01-01", "last": "2026-12-31", "sharing_class": "1",
    }  # fmt: skip
    address = lead.post("/exempelstad/overenskommelser/ny/", answers)["Location"]
    for client in (lead, police):
        client.post(f"{address}skriv-under/")
    organisation = world.organisations[OrganisationKind.MUNICIPALITY]
    lead.post(
        f"{address}atagande/",
        {"organisation": str(organisation.pk), "what": "Ronder", "measure": "amount", "promised": "10",
         "unit": "ronder", "first": "2026-01-01", "last": "2026-12-31"},
    )  # fmt: skip
    one = Commitment.objects.get()
    steering.post(f"{address}atagande/{one.pk}/godkann/")
    police.post(
        f"{address}atagande/{one.pk}/folj-upp/",
        {
            "outcome": "partly_kept",
            "delivered": "7",
            "on": "2026-11-01",
            "reason": "Sjukdom.",
            "reason_class": "2",
        },
    )

    page = lead.get(address).content.decode()
    assert "Delvis uppfyllt" in page
    assert "70\xa0%" in page
    assert one.pk == Commitment.objects.get(approved_at__isnull=False).pk


def test_an_agreement_of_another_workspace_is_not_there(world, place):
    from tests.web.conftest import build_world

    row = signed(world, place)
    other = build_world("grannstad")

    assert other.client(LEAD).get(f"/grannstad/overenskommelser/{row.pk}/").status_code == 404
    assert people.actor_for(other.users[LEAD], world.workspace, TODAY) is None
