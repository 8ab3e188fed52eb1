"""The Stockholm workspace: the published parties are there to be read, and nothing is invented about them."""

from __future__ import annotations

import pytest

from samsyn.demo.published_actors import published_actors
from samsyn.web.cooperation.models import DutyShift, Forum, Meeting, WantedActor
from samsyn.web.people.models import Function, FunctionNumber

from .conftest import Stockholm
from .test_insight import text_of

pytestmark = pytest.mark.django_db


def _function(stockholm: Stockholm, organisation: str, name: str) -> Function:
    return Function.objects.get(workspace=stockholm.workspace, organisation__name=organisation, name=name)


def test_every_published_function_is_on_the_page_of_who_is_who(stockholm: Stockholm) -> None:
    words = text_of(stockholm.client("samordnare"), "/stockholm/aktorer/")
    for actor in published_actors():
        assert actor.name in words
        for one in actor.functions:
            assert one.name in words


def test_a_card_shows_the_assignment_with_document_and_page(stockholm: Stockholm) -> None:
    found = _function(stockholm, "Socialförvaltningen", "Ungdomsjouren")
    words = text_of(stockholm.client("ordningsvakt"), f"/stockholm/aktorer/funktion/{found.pk}/")
    assert "Källa: Vision Klara, rapport 1 (2019), omkring s. 29." in words
    assert "Upp till 20 år." in words
    assert "Inga vanliga tider" in words


def test_no_roster_no_number_no_meeting_and_no_invitation_is_invented(stockholm: Stockholm) -> None:
    here = {"workspace": stockholm.workspace}
    assert not FunctionNumber.objects.filter(function__workspace=stockholm.workspace).exists()
    assert not Function.objects.filter(**here).exclude(staff=None, hours={}, letter_box="").exists()
    for model in (DutyShift, Meeting, WantedActor):
        assert not model.objects.filter(**here).exists()


def test_the_forums_have_the_published_members(stockholm: Stockholm) -> None:
    forums = {one.name: one for one in Forum.objects.filter(workspace=stockholm.workspace)}
    assert forums["Klara samverkansutsättning"].seats.count() == 11
    assert forums["Styrgruppen"].seats.count() == 9
    briefing = {seat.function.name for seat in forums["Klara samverkansutsättning"].seats.all()}
    assert {"MIKA", "EU-teamet", "Stadens mobila ordningsvakter"} <= briefing


def test_those_who_are_said_of_klara_alone_do_not_stand_at_the_other_square(stockholm: Stockholm) -> None:
    guards = _function(stockholm, "Gallerian", "Ordningsvakter")
    assert [row.place.slug for row in guards.serves.all()] == ["sergels-torg"]
    assert not _function(stockholm, "Socialförvaltningen", "EU-teamet").serves.exists()
