"""The register of functions: who writes a card, how a function is reached, what it has trained."""

from __future__ import annotations

from datetime import date

import pytest

from samsyn.domain.access import NotAllowed, Role
from samsyn.domain.actors import TrainingCourse
from samsyn.domain.guard import TextRefused
from samsyn.web.people import actor_services as services
from samsyn.web.people.models import AuditEvent, Function, FunctionTraining
from samsyn.web.places import asset_services
from samsyn.web.ui.guarding import check_texts
from samsyn.web.ui.models import StaleRecord

from .conftest import NOW, World

pytestmark = pytest.mark.django_db
LEAD, OUTREACH, GUARD = Role.SAFETY_COORDINATOR, Role.OUTREACH_WORKER, Role.PUBLIC_ORDER_GUARD
NUMBER = "070-174 06 05"


def outreach(world: World) -> Function:
    return world.membership(OUTREACH).function


@pytest.mark.parametrize(
    ("writer", "may"),
    [(LEAD, True), (Role.MUNICIPAL_POLICE_LIAISON, True), (OUTREACH, True), (GUARD, False),
     (Role.EVALUATOR, False), (Role.ADMINISTRATOR, False)],
)  # fmt: skip
def test_a_lead_or_the_own_organisation_writes_a_card(world, writer, may):
    changes = {"limits": "Bara kvällar", "needs": ["unwell"]}
    if may:
        services.change_card(world.actor(writer), outreach(world), changes, revision=1, now=NOW)
        assert outreach(world).limits == "Bara kvällar"
        events = AuditEvent.objects.filter(workspace=world.workspace, verb="change", thing="Function")
        assert events.count() == 1
    else:
        with pytest.raises(NotAllowed):
            services.change_card(world.actor(writer), outreach(world), changes, revision=1, now=NOW)


def test_a_save_on_an_old_card_is_refused_and_shows_the_present_one(world):
    services.change_card(world.actor(LEAD), outreach(world), {"limits": "A"}, revision=1, now=NOW)
    with pytest.raises(StaleRecord) as stale:
        services.change_card(world.actor(LEAD), outreach(world), {"limits": "B"}, revision=1, now=NOW)
    assert stale.value.current.limits == "A"


def test_numbers_on_an_old_card_are_refused_even_when_nothing_else_is_written(world):
    actor, function = world.actor(LEAD), outreach(world)
    services.set_numbers(actor, function, NUMBER, is_the_functions=True, now=NOW, revision=1)
    for save in (
        lambda: services.set_numbers(actor, outreach(world), "", is_the_functions=True, now=NOW, revision=1),
        lambda: services.change_card(actor, outreach(world), {}, revision=1, now=NOW),
        lambda: asset_services.set_served(actor, outreach(world), [], now=NOW, revision=1),
    ):
        with pytest.raises(StaleRecord):
            save()
    assert outreach(world).numbers.count() == 1


def test_numbers_that_stand_as_they_were_leave_no_event(world):
    for _ in range(2):
        services.set_numbers(world.actor(LEAD), outreach(world), NUMBER, is_the_functions=True, now=NOW)
    events = AuditEvent.objects.filter(verb="change", thing="Function", thing_id=str(outreach(world).pk))
    assert events.count() == 1
    assert outreach(world).revision == 2


def test_the_guard_lets_a_registered_number_through_and_no_other(world):
    actor = world.actor(LEAD)
    with pytest.raises(TextRefused):
        check_texts(actor, {"text": f"Ring {NUMBER}"})
    services.set_numbers(actor, outreach(world), f"{NUMBER} Jouren", is_the_functions=True, now=NOW)
    check_texts(actor, {"text": f"Ring +46 70 174 06 05 eller {NUMBER}"})
    with pytest.raises(TextRefused):
        check_texts(actor, {"text": "Ring 070-174 06 06"})


def test_a_number_of_another_workspace_opens_nothing_here(world):
    from .conftest import build_world

    other = build_world("grannstad")
    services.set_numbers(other.actor(LEAD), outreach(other), NUMBER, is_the_functions=True, now=NOW)
    with pytest.raises(TextRefused):
        check_texts(world.actor(LEAD), {"text": f"Ring {NUMBER}"})


def test_a_new_number_needs_somebodys_word_that_it_is_the_functions(world):
    with pytest.raises(services.NumberIsSomebodys):
        services.set_numbers(world.actor(LEAD), outreach(world), NUMBER, is_the_functions=False, now=NOW)
    services.set_numbers(world.actor(LEAD), outreach(world), NUMBER, is_the_functions=True, now=NOW)
    services.set_numbers(
        world.actor(LEAD), outreach(world), f"{NUMBER} Jour", is_the_functions=False, now=NOW
    )


def test_a_label_beside_a_number_names_nobody(world):
    with pytest.raises(TextRefused):
        services.set_numbers(
            world.actor(LEAD), outreach(world), f"{NUMBER} Kalle Andersson", is_the_functions=True, now=NOW
        )


@pytest.mark.parametrize("text", ["Vakthavande 08-465 004 01", "12", "ring oss"])
def test_a_line_without_a_number_is_refused(world, text):
    with pytest.raises(services.NumberUnreadable):
        services.set_numbers(world.actor(LEAD), outreach(world), text, is_the_functions=True, now=NOW)


def test_a_letter_box_is_an_address(world):
    with pytest.raises(services.LetterBoxUnreadable):
        services.change_card(
            world.actor(LEAD), outreach(world), {"letter_box": "jouren"}, revision=1, now=NOW
        )


@pytest.mark.parametrize("staff", [None, 4])
def test_nothing_is_counted_about_few(world, staff):
    function = outreach(world)
    function.staff = staff
    with pytest.raises(services.TooFewToCount):
        services.add_training(
            world.actor(LEAD), function, TrainingCourse.MUMIN_COURSE, date(2026, 3, 1), now=NOW, trained=3
        )
    services.add_training(world.actor(LEAD), function, TrainingCourse.MUMIN_COURSE, date(2026, 3, 1), now=NOW)
    assert FunctionTraining.objects.get().trained is None


def test_a_function_of_five_may_count_its_trained(world):
    function = outreach(world)
    function.staff = 5
    services.add_training(
        world.actor(LEAD), function, TrainingCourse.MUMIN_COURSE, date(2026, 3, 1), now=NOW, trained=5
    )
    assert FunctionTraining.objects.get().trained == 5


def test_a_function_is_entered_once_by_name(world):
    organisation = outreach(world).organisation
    services.create_function(world.actor(LEAD), organisation, "Ungdomsjouren", now=NOW)
    with pytest.raises(services.FunctionNameTaken):
        services.create_function(world.actor(LEAD), organisation, "Ungdomsjouren", now=NOW)
