"""The message platform: agreed words, said by all while they hold and by nobody after."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from samsyn.domain.access import Role
from samsyn.domain.calendar import now, today
from samsyn.domain.guard import TextRefused
from samsyn.domain.statements import Audience, StatementState
from samsyn.web.cooperation import statement_services as services
from samsyn.web.cooperation.agreement_errors import DateBehind, NothingWritten, NotTheOwner
from samsyn.web.cooperation.models import Statement
from samsyn.web.cooperation.statement_services import Words
from samsyn.web.places.assessment_errors import TextsRefused

pytestmark = pytest.mark.django_db
LEAD, POLICE = Role.SAFETY_COORDINATOR, Role.MUNICIPAL_POLICE_LIAISON


def words(**changed) -> Words:
    given = Words(
        "Är torget farligt?", "Vi är där varje kväll.", Audience.THE_PRESS, today() + timedelta(days=30)
    )
    return replace(given, **changed)


def written(world, *, approved: bool = True, **changed) -> Statement:
    row = services.write_statement(world.actor(LEAD), words(**changed), now=now())
    if approved:
        services.approve_statement(world.actor(LEAD), row, now=now())
        row.refresh_from_db()
    return row


def aged(row: Statement) -> None:
    Statement.objects.filter(pk=row.pk).update(valid_until=today() - timedelta(days=1))


def page(world, role, row) -> str:
    return world.client(role).get(f"/exempelstad/budskap/{row.pk}/").content.decode()


def test_a_draft_stays_in_the_own_organisation(world):
    row = written(world, approved=False)

    assert world.client(POLICE).get(f"/exempelstad/budskap/{row.pk}/").status_code == 404
    assert "Det här är inte godkänt än" in page(world, Role.OUTREACH_WORKER, row)


def test_what_is_approved_is_at_hand_for_all_with_a_button_that_copies(world):
    row = written(world)

    text = page(world, Role.PUBLIC_ORDER_GUARD, row)

    assert "Vi är där varje kväll." in text
    assert 'data-copy="words"' in text


def test_what_is_too_old_is_marked_and_not_copied(world):
    row = written(world)
    aged(row)

    text = page(world, Role.PUBLIC_ORDER_GUARD, row)

    assert "För gammalt" in text
    assert "data-copy=" not in text


def test_changed_words_are_approved_anew(world):
    row = written(world)
    services.change_statement(
        world.actor(LEAD), row, words(text="Vi är där varje dag."), revision=row.revision, now=now()
    )

    assert row.state_on(today()) is StatementState.STATEMENT_DRAFT


def test_saving_the_same_words_changes_nothing(world):
    row = written(world)
    services.change_statement(world.actor(LEAD), row, words(), revision=row.revision, now=now())

    assert row.state_on(today()) is StatementState.MAY_BE_SAID


@pytest.mark.parametrize("step", [services.approve_statement, services.take_back])
def test_only_the_owner_approves_and_takes_back(world, step):
    row = written(world, approved=False)

    with pytest.raises(NotTheOwner):
        step(world.actor(POLICE), row, now=now())


def test_what_is_taken_back_stays_and_is_never_said_again(world):
    row = written(world)
    services.take_back(world.actor(LEAD), row, now=now())
    services.approve_statement(world.actor(LEAD), row, now=now())

    assert Statement.objects.get().state_on(today()) is StatementState.TAKEN_BACK
    assert "data-copy=" not in page(world, POLICE, row)


def test_what_is_too_old_cannot_be_approved(world):
    row = written(world, approved=False)
    aged(row)
    row.refresh_from_db()

    with pytest.raises(DateBehind):
        services.approve_statement(world.actor(LEAD), row, now=now())


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"text": " "}, NothingWritten),
        ({"question": ""}, NothingWritten),
        ({"valid_until": today() - timedelta(days=1)}, DateBehind),
        ({"valid_until": today() + timedelta(days=400)}, DateBehind),
        ({"text": "Kalle Andersson säljer vid trappan"}, (TextsRefused, TextRefused)),
    ],
)
def test_what_cannot_be_said_is_not_saved(world, changed, error):
    with pytest.raises(error):
        written(world, **changed)
    assert not Statement.objects.exists()


def test_it_is_found_by_its_words_whatever_their_case(world):
    written(world)
    written(world, question="Vad kostar det?", text="Det står i budgeten.")

    found = world.client(POLICE).get("/exempelstad/budskap/?sok=KVÄLL").content.decode()

    assert "Är torget farligt?" in found
    assert "Vad kostar det?" not in found


def test_writing_and_approving_run_on_pages(world):
    client = world.client(LEAD)
    address = client.post(
        "/exempelstad/budskap/nytt/",
        {"question": "Vad händer?", "text": "Vi lagar trappan.", "audience": "residents",
         "valid_until": (today() + timedelta(days=9)).isoformat(), "sharing_class": "1"},
    )["Location"]  # fmt: skip
    client.post(f"{address}godkann/")

    assert "Får sägas" in world.client(POLICE).get(address).content.decode()
