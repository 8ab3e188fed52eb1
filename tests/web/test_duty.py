"""Duty at a place: who may write it, what each reader is told of it, and rosters whole or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from samsyn.domain.access import Role
from samsyn.domain.calendar import Period
from samsyn.domain.duty import CancelReason, DutyState
from samsyn.domain.hours import OpeningHours, read_spans
from samsyn.web.cooperation import duty_errors as errors, duty_reading as reading, duty_services as services
from samsyn.web.cooperation.models import DutyShift
from samsyn.web.people import actor_services
from samsyn.web.people.models import AuditEvent, Function
from samsyn.web.places import asset_services
from samsyn.web.places.models import Place

from .conftest import NOW, World

pytestmark = pytest.mark.django_db
LEAD, POLICE, GUARD, OUTREACH = (
    Role.SAFETY_COORDINATOR,
    Role.AREA_OFFICER,
    Role.PUBLIC_ORDER_GUARD,
    Role.OUTREACH_WORKER,
)
LATER = NOW + timedelta(hours=3)
PERIOD = Period(date(2026, 11, 20), date(2026, 11, 22))


def function_of(world: World, role: Role) -> Function:
    return world.membership(role).function


def on_duty(world: World, place: Place, role: Role, **options: object) -> DutyShift:
    return services.add_shift(
        world.actor(LEAD),
        place,
        function_of(world, role),
        NOW - timedelta(hours=2),
        LATER,
        now=NOW,
        **options,
    )


def seen_by(world: World, place: Place, reader: Role, of: Role, at: datetime = NOW) -> reading.Reachable:
    wanted = function_of(world, of).pk
    found = reading.reachable(world.actor(reader), place, at, now=NOW)
    return next(one for one in found if one.function_id == wanted)


# ------------------------------------------------------------------ what each reader is told


def test_an_authority_reads_who_is_on_duty_and_until_when(world, place):
    on_duty(world, place, GUARD)
    found = seen_by(world, place, POLICE, GUARD)
    assert (found.state, found.until, found.from_roster) == (DutyState.ON_DUTY, LATER, True)


def test_a_guard_is_told_that_the_police_can_be_reached_and_nothing_of_the_roster(world, place):
    on_duty(world, place, POLICE)
    found = seen_by(world, place, GUARD, POLICE)
    assert (found.state, found.until, found.from_roster, found.sub_places) == (
        DutyState.ANSWERS,
        None,
        False,
        (),
    )


def test_a_function_reads_its_own_roster_whatever_its_class(world, place):
    on_duty(world, place, GUARD)
    assert seen_by(world, place, GUARD, GUARD).until == LATER


def test_a_roster_cannot_be_read_out_by_asking_for_another_hour(world, place):
    on_duty(world, place, POLICE)
    tomorrow = NOW + timedelta(hours=2)
    assert seen_by(world, place, GUARD, POLICE, tomorrow).state is DutyState.NOT_REACHABLE
    assert seen_by(world, place, OUTREACH, POLICE, tomorrow).state is DutyState.ON_DUTY


@pytest.mark.parametrize(
    ("reader", "sees"),
    [(LEAD, 1), (POLICE, 1), (OUTREACH, 1), (GUARD, 0), (Role.PROPERTY_OWNER, 0), (Role.PLACE_MANAGER, 0),
     (Role.TRANSIT, 0), (Role.EVALUATOR, 0), (Role.DATA_PROTECTION_OFFICER, 0)],
)  # fmt: skip
def test_shifts_are_listed_only_for_authorities(world, place, reader, sees):
    on_duty(world, place, POLICE)
    assert len(reading.shifts_between(world.actor(reader), place, PERIOD)) == sees


@pytest.mark.parametrize("reader", [Role.EVALUATOR, Role.COUNTY_ANALYST, Role.DATA_PROTECTION_OFFICER])
def test_who_takes_no_part_in_the_cooperation_is_told_nobody(world, place, reader):
    on_duty(world, place, POLICE)
    assert reading.reachable(world.actor(reader), place, NOW, now=NOW) == ()


def test_usual_hours_are_told_to_everybody_with_their_end(world, place):
    function = function_of(world, OUTREACH)
    function.hours = OpeningHours((read_spans("18–24"),) * 7).as_json()
    function.save()
    found = seen_by(world, place, GUARD, OUTREACH)
    assert (found.state, found.until) == (DutyState.ANSWERS, datetime(2026, 11, 20, 23, tzinfo=UTC))


def test_a_function_that_serves_another_place_is_not_named(world, place):
    other = world.add_place("Bortre torget")
    asset_services.set_served(world.actor(LEAD), function_of(world, OUTREACH), [other], now=NOW)
    assert function_of(world, OUTREACH).pk not in {
        one.function_id for one in reading.reachable(world.actor(GUARD), place, NOW, now=NOW)
    }


def test_the_numbers_of_a_function_come_with_it(world, place):
    actor_services.set_numbers(
        world.actor(LEAD),
        function_of(world, OUTREACH),
        "08-465 004 01 Vakthavande\n070-174 06 05",
        is_the_functions=True,
        now=NOW,
    )
    numbers = seen_by(world, place, GUARD, OUTREACH).numbers
    assert [(one.address, one.label) for one in numbers] == [
        ("tel:0846500401", "Vakthavande"),
        ("tel:0701740605", ""),
    ]


# ------------------------------------------------------------------ who may write


@pytest.mark.parametrize(
    ("writer", "of", "may"),
    [(LEAD, POLICE, True), (Role.MUNICIPAL_POLICE_LIAISON, GUARD, True), (OUTREACH, OUTREACH, True),
     (GUARD, GUARD, True), (GUARD, POLICE, False), (OUTREACH, POLICE, False), (Role.TRANSIT, GUARD, False)],
)  # fmt: skip
def test_a_lead_or_the_functions_own_organisation_writes_its_shifts(world, place, writer, of, may):
    def add() -> DutyShift:
        return services.add_shift(world.actor(writer), place, function_of(world, of), NOW, LATER, now=NOW)

    if may:
        assert add().owner_id == function_of(world, of).organisation_id
    else:
        with pytest.raises(errors.NotTheirs):
            add()


def test_a_shift_that_overlaps_is_refused(world, place):
    on_duty(world, place, POLICE)
    with pytest.raises(errors.ShiftOverlaps):
        on_duty(world, place, POLICE)


def test_a_cancelled_shift_is_kept_with_its_reason_and_nobody_is_on_duty(world, place):
    shift = on_duty(world, place, POLICE)
    services.cancel_shift(world.actor(POLICE), shift, CancelReason.DEMONSTRATION, now=NOW)
    shift.refresh_from_db()
    assert shift.cancelled_reason == "demonstration"
    assert seen_by(world, place, LEAD, POLICE).state is DutyState.NOT_REACHABLE
    with pytest.raises(errors.AlreadyCancelled):
        services.cancel_shift(world.actor(POLICE), shift, CancelReason.ILLNESS, now=NOW)


def test_the_source_of_a_shift_passes_the_guard(world, place):
    from samsyn.domain.guard import TextRefused

    with pytest.raises(TextRefused):
        on_duty(world, place, POLICE, source="Ring 640823-3234")


# ------------------------------------------------------------------ a whole roster


def roster(world: World, *rows: str) -> str:
    return "\n".join(("funktion;dag;från;till", *rows))


def test_a_roster_is_saved_whole(world, place):
    name = function_of(world, POLICE).name
    text = roster(world, f"{name};2026-11-20;18;02", f"{name};2026-11-21;18;02")
    assert services.add_roster(world.actor(LEAD), place, text, now=NOW, source="Klistrad lista") == 2
    assert AuditEvent.objects.filter(verb="add roster", thing="DutyShift").count() == 1


def test_a_roster_with_one_error_saves_nothing(world, place):
    name = function_of(world, POLICE).name
    with pytest.raises(errors.TableRefused) as refused:
        services.add_roster(
            world.actor(LEAD),
            place,
            roster(world, f"{name};2026-11-20;18;02", "Ingen;2026-11-20;x;02"),
            now=NOW,
        )
    assert [(one.row, one.code) for one in refused.value.problems] == [
        (3, "function_unknown"),
        (3, "clock_unreadable"),
    ]
    assert not DutyShift.objects.exists()


def test_a_roster_that_meets_what_is_kept_is_refused(world, place):
    on_duty(world, place, POLICE)
    with pytest.raises(errors.TableRefused) as refused:
        services.add_roster(
            world.actor(LEAD),
            place,
            roster(world, f"{function_of(world, POLICE).name};2026-11-20;22;23"),
            now=NOW,
        )
    assert [one.code for one in refused.value.problems] == ["shift_overlaps_kept"]


def test_nobody_pastes_the_roster_of_another_organisation_or_learns_its_hours_by_trying(world, place):
    on_duty(world, place, POLICE)
    with pytest.raises(errors.TableRefused) as refused:
        services.add_roster(
            world.actor(GUARD),
            place,
            roster(world, f"{function_of(world, POLICE).name};2026-11-20;22;23"),
            now=NOW,
        )
    assert [one.code for one in refused.value.problems] == ["function_unknown"]
