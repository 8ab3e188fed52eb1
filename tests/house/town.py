"""A small workspace with one of everything, made by the services: for the hostile walk and the upgrade archive."""

# ruff: noqa: E501  (sentences that say what to do stand on one line)
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from PIL import Image

from samsyn import geography
from samsyn.domain.access import OrganisationKind, Role, SharingClass
from samsyn.domain.agreements import AgreementKind, MeasureKind
from samsyn.domain.assets import AssetKind
from samsyn.domain.calendar import Period
from samsyn.domain.coverage import ControlKind, cover
from samsyn.domain.forums import ForumLevel
from samsyn.domain.mandates import MandateKind
from samsyn.domain.notices import NoticeKind
from samsyn.domain.scenes import Answer
from samsyn.domain.statements import Audience
from samsyn.domain.tonight import NoteKind
from samsyn.store.events.mapping import parse_mapping
from samsyn.store.events.schema import EventSet, SchemeUse
from samsyn.store.events.store import EventStore
from samsyn.store.events.tables import event_table
from samsyn.store.schema import AreaRef, DatasetMeta, SeriesDefinition, frame_of
from samsyn.web.cooperation import (
    agreement_services as agreements,
    calendar_services as calendars,
    check_services as checks,
    commitment_services as commitments,
    coverage_services as coverage,
    duty_services as duty,
    forum_services as forums,
    meeting_services as meetings,
    pulse_services as pulses,
    round_services as rounds,
    tonight_services as tonight,
    wanted_services,
)
from samsyn.web.cooperation.heads_up_services import write_heads_up
from samsyn.web.cooperation.models import Forum
from samsyn.web.cooperation.statement_services import Words, write_statement
from samsyn.web.facts import event_uploads as uploads, imports, services as facts
from samsyn.web.insight import services as insight
from samsyn.web.people import notices
from samsyn.web.people.models import Membership, Notice
from samsyn.web.places import (
    assessment_objections as objections,
    assessment_services as assessments,
    asset_services as assets,
    mandate_services as mandates,
    services as places,
)
from samsyn.web.places.assessment_models import GATE_CLAUSES
from samsyn.web.places.models import JointAssessment, Place, StatisticalArea
from samsyn.web.ui.models import record_columns
from samsyn.web.work import action_services as actions
from tests.web.asking import Ladder
from tests.web.conftest import SQUARE, World

LEAD = Role.SAFETY_COORDINATOR
SECRET_NAME = "Bortre torget"
SECRET_AREA = "Bortre basområdet"


@dataclass
class Town:
    """The workspace, its second place, and what fills the parameters of the addresses.

    Keys of ``parameters`` are the beginning of an address inside the workspace and a parameter's name.
    """

    world: World
    place: Place
    parameters: Mapping[tuple[str, str], Any]


def build_town(world: World, moment: datetime) -> Town:
    """Make places, figures, an assessment, pictures and objections, all through the services."""
    mine = world.add_place("Hitre torget")
    place = world.add_place(SECRET_NAME)
    lead, police = world.actor(LEAD), world.actor(Role.MUNICIPAL_POLICE_LIAISON)
    places.add_sub_place(lead, place, name="Norra trappan", kind="square", now=moment)
    places.limit_membership(
        world.actor(Role.ADMINISTRATOR), world.membership(Role.PROPERTY_OWNER), [mine], now=moment
    )
    _load_figures(world, place, moment)
    picture, newer = (
        insight.freeze(lead, place, insight.period_of(2017, 2019), note="", now=moment) for _ in range(2)
    )
    insight.approve(police, picture, note="", now=moment)
    objection = insight.challenge(police, place, text="Siffran stämmer inte.", picture=picture, now=moment)
    occasion, challenge = _assessed(world, place, moment)
    draft = imports.begin(
        lead, text="Brott\t2017\t2018\t2019\nRån\t40\t41\t42\nStöld\t50\t51\t52\n", now=moment
    )
    event = facts.add_context_event(
        lead,
        text_sv="Ombyggnad av Bortre torget",
        kind="construction",
        first=date(2018, 1, 1),
        place=place,
        now=moment,
    )
    note = tonight.write_note(
        lead, place, kind=NoteKind.ASKS, text="Vi ber om sällskap vid trappan", now=moment
    )
    _told(world, place, moment)
    control, finding = _covered(world, place, moment)
    heads_up = write_heads_up(lead, [place], text="Räkna med oro vid trappan", now=moment)[0]
    agreement, commitment = _agreed(world, place, moment)
    shift, wanted, area, card, asset = _actors(world, place, moment)
    meeting, point, seat, feed = _met(world, place, moment)
    question = Ladder(world, place).ask(title="Mörkt i hörnet vid Bortre torget")
    action = actions.propose_action(
        lead, place, title="Byt lampan vid Bortre torget", issue=question, now=moment,
        responsible=world.membership(Role.CASE_OFFICER).function,
        photo=actions.NewPhoto(_picture(), confirmed=True),
    )  # fmt: skip
    statement = write_statement(
        lead,
        Words(
            "Är platsen farlig?", "Vi är där.", Audience.THE_PRESS, moment.date() + timedelta(9), place=place
        ),
        now=moment,
    )
    _happened(world, moment)
    parameters = {
        ("avvikelser/", "wanted"): "csv",
        ("underlag/handelsefiler/", "slug"): "vara-handelser",
        ("", "function_id"): world.membership(Role.OUTREACH_WORKER).function_id,
        ("", "shift_id"): shift.pk,
        ("", "wanted_id"): wanted.pk,
        ("", "area_id"): area.pk,
        ("", "card_id"): card.pk,
        ("", "asset_id"): asset.pk,
        ("tjanstgoring/", "slug"): place.slug,
        ("mandat/", "slug"): place.slug,
        ("objekt/", "slug"): place.slug,
        ("tackning/", "slug"): place.slug,
        ("tackning/", "control_id"): control.pk,
        ("tackning/", "finding_id"): finding.pk,
        ("atgarder/", "action_id"): action.pk,
        ("atgarder/", "step"): "svara",
        ("atgarder/", "photo_id"): action.photos.get().pk,
        ("fragor/", "issue_id"): question.pk,
        ("fragor/", "step"): "svara",
        ("forum/", "slug"): meeting.forum.slug,
        ("forum/", "pulse_id"): pulses.open_pulse(lead, meeting.forum, now=moment).pk,
        ("mallar/", "slug"): place.slug,
        ("sjalvskattning/", "slug"): checks.open_check(lead, place, now=moment).place.slug,
        ("moten/", "meeting_id"): meeting.pk,
        ("moten/", "point_id"): point.pk,
        ("forum/", "seat_id"): seat.pk,
        ("moten/", "feed_id"): feed.pk,
        ("i-kvall/", "slug"): place.slug,
        ("i-kvall/", "note_id"): note.pk,
        ("platser/", "slug"): place.slug,
        ("underlag/", "slug"): "provet",
        ("", "version"): 1,
        ("", "first"): 2017,
        ("", "last"): 2019,
        ("", "wanted"): "json",
        ("", "scheme"): "basomrade",
        ("", "membership_id"): Membership.objects.filter(workspace=world.workspace).first().pk,
        ("", "picture_id"): newer.pk,
        ("", "other_id"): picture.pk,
        ("", "occasion_id"): occasion.pk,
        ("", "some_id"): JointAssessment.objects.get().pk,
        ("platser/", "challenge_id"): challenge.pk,
        ("invandningar/", "challenge_id"): objection.pk,
        ("", "draft_id"): draft.pk,
        ("", "place_id"): place.pk,
        ("", "event_id"): event.pk,
        ("overlamning/", "slug"): place.slug,
        ("", "statement_id"): statement.pk,
        ("", "heads_up_id"): heads_up.pk,
        ("", "agreement_id"): agreement.pk,
        ("", "commitment_id"): commitment.pk,
        ("", "notice_id"): Notice.objects.exclude(kind=NoticeKind.PULSE_OPEN.value)
        .get(user=world.users[LEAD])
        .pk,
    }
    return Town(world, place, parameters)


def _covered(world: World, place: Place, moment: datetime) -> tuple[Any, Any]:
    lead = world.actor(LEAD)
    control = coverage.add_control(
        lead, place, kind=ControlKind.OPEN_BUSINESS, name="Kiosken", weekdays=[0], opens=time(8),
        closes=time(20), valid_from=moment.date(), now=moment,
    )  # fmt: skip
    forum = Forum.objects.create(
        **record_columns(lead, moment), place=place, slug="tackning", name="Platssamverkan", level="strategic"
    )
    nobody = cover([], Period(moment.date() - timedelta(days=7), moment.date()))
    return control, coverage.put_on_agenda(lead, place, forum, nobody, now=moment)


def _picture() -> bytes:
    written = BytesIO()
    Image.new("RGB", (20, 10), "teal").save(written, "JPEG")
    return written.getvalue()


def _actors(world: World, place: Place, moment: datetime) -> tuple[Any, ...]:
    lead = world.actor(LEAD)
    function = world.membership(Role.OUTREACH_WORKER).function
    # A function that serves this place alone is no business of a member of another.
    assets.set_served(lead, function, [place], now=moment)
    shift = duty.add_shift(lead, place, function, moment, moment + timedelta(hours=8), now=moment)
    wanted = wanted_services.add_wanted(
        lead,
        "Vårdcentralen",
        now=moment,
        today=moment.date(),
        why="Vården saknas på Bortre torget.",
        place=place,
    )
    keeper = world.organisations[OrganisationKind.MUNICIPALITY]
    shape = geography.from_geojson_geometry(SQUARE)
    new = mandates.NewMandate(
        MandateKind.GUARD_PERMIT, "Området vid Bortre torget", keeper, shape, date(2020, 1, 1)
    )
    area = mandates.add_mandate(lead, place, new, now=moment)
    card = mandates.draft_card(lead, place, function, may="Samtala och följa med.", now=moment)
    asset = assets.add_asset(lead, place, assets.NewAsset(AssetKind.LAMP, "Lampa 14", keeper), now=moment)
    return shift, wanted, area, card, asset


def _met(world: World, place: Place, moment: datetime) -> tuple[Any, Any, Any, Any]:
    """A forum at the hidden place whose meeting was called off and is held as a digital round."""
    lead = world.actor(LEAD)
    forum = forums.create_forum(
        lead, forums.ForumDetails("Utsättning Bortre torget", ForumLevel.OPERATIONAL), place=place, now=moment,
        members=[world.membership(role).function for role in (LEAD, Role.AREA_OFFICER)],
    )  # fmt: skip
    planned = meetings.plan_meeting(lead, forum, meetings.NewMeeting(moment + timedelta(hours=2)), now=moment)
    meetings.call_off(lead, planned, reason="demonstration", now=moment)
    meeting = rounds.start_round(lead, planned, now=moment)
    rounds.answer_round(lead, meeting, {"since_last": "Bortre torget var lugnt."}, now=moment)
    feed, _secret = calendars.make_feed(lead, forum=forum, now=moment)
    return meeting, meeting.points.first(), forum.seats.first(), feed


def _picture() -> bytes:
    written = BytesIO()
    Image.new("RGB", (20, 10), "teal").save(written, "JPEG")
    return written.getvalue()


def _load_figures(world: World, place: Place, moment: datetime) -> None:
    series = [SeriesDefinition("stold", "Stöld", offence_type="victim_reported")]
    rows = [
        {
            "series": "stold", "scheme": "basomrade", "code": "900001", "vintage": "okänd",
            "period_start": date(year, 1, 1), "period_end": date(year + 1, 1, 1), "value": 40.0 + year - 2017,
            "status": "actual", "raw": str(40 + year - 2017), "source_row": year,
        }
        for year in (2017, 2018, 2019)
    ]  # fmt: skip
    facts.load(
        world.actor(LEAD), DatasetMeta("provet", "Provet", "Provet", "Provet", licence="intern"), frame_of(rows), series,
        [AreaRef("basomrade", "900001", "okänd", SECRET_AREA)], source=b"40,41,42", file_name="provet.csv", now=moment,
    )  # fmt: skip
    area = StatisticalArea.objects.get(workspace=world.workspace, code="900001")
    places.declare_area(world.actor(LEAD), place, area, now=moment)


def _happened(world: World, moment: datetime) -> None:
    """Events of the police at every place: two and a half years of evenings, one a day."""
    days = [datetime.combine(moment.date() - timedelta(days=at), time(19)) for at in range(900, 0, -1)]
    rows = [(slug, day) for slug in world.places for day in days]
    table = event_table(["assault"] * len(rows), [day for _, day in rows], place=[slug for slug, _ in rows])
    draft = EventSet(
        meta=DatasetMeta("handelserna", "Händelserna", "Polisen", licence="intern"),
        owner=str(world.organisations[OrganisationKind.POLICE].pk),
        schemes={"place": SchemeUse("", "0" * 64)},
    )
    EventStore(Path(settings.SAMSYN_HOME) / "store", world.workspace.slug).write(draft, [table])
    # And a file that whoever leads the work has loaded: nobody else may know that it is there.
    mapping = parse_mapping(
        'format = 1\nname = "egen"\ntitle = "Våra händelser"\n[file]\ntype = "csv"\n[kind]\nvalue = "theft"\n'
        '[time]\ncolumn = "tid"\nformat = "%Y-%m-%d %H:%M"\n[position]\nkind = "none"\n'
    )
    file = uploads.HandedIn("egna.csv", b"tid\n2026-05-01 12:00\n2026-05-02 13:00\n", mapping)
    uploads.load_handed_in(world.actor(LEAD), file, "vara-handelser", title="", reason="", now=moment)


def _agreed(world: World, place: Place, moment: datetime) -> tuple[Any, Any]:
    lead, day = world.actor(LEAD), moment.date()
    agreement = agreements.draft_agreement(
        lead,
        agreements.AgreementDetails(
            AgreementKind.PLACE_COOPERATION, "Platssamverkan", day, day + timedelta(days=300), places=[place]
        ),
        now=moment,
    )
    promised = commitments.Promise(
        place.municipal_owner, "Ronder", MeasureKind.DONE_OR_NOT, day, day + timedelta(days=200)
    )
    return agreement, commitments.promise(lead, agreement, promised, now=moment)


def _told(world: World, place: Place, moment: datetime) -> None:
    notices.notify(
        [world.membership(LEAD).function], workspace=world.workspace, kind=NoticeKind.PLACE_NEWS,
        subject_ref=notices.SubjectRef.of(place, "place", slug=place.slug), place_id=place.pk,
        sharing_class=SharingClass.AUTHORITIES, now=moment,
    )  # fmt: skip


def _assessed(world: World, place: Place, moment: datetime) -> tuple[Any, Any]:
    asked = (LEAD, Role.AREA_OFFICER)
    given = assessments.Given(
        {str(number): Answer.YES.value for number in range(1, 11)},
        dict.fromkeys(GATE_CLAUSES, Answer.YES.value),
    )
    lead = world.actor(LEAD)
    occasion = assessments.open_occasion(
        lead, place, "ODS10-2018", invited=[world.membership(role).function for role in asked],
        deadline=moment + timedelta(days=14), now=moment,
    )  # fmt: skip
    for role in asked:
        assessments.save_answers(
            world.actor(role), occasion, given, assessments.Words(), revision=0, now=moment
        )
        assessments.send_answers(world.actor(role), occasion, now=moment)
    occasion.refresh_from_db()
    assessments.save_joint(
        lead, occasion, given, assessments.JointWords(), assessed_on=moment.date(), revision=0, now=moment
    )
    occasion.refresh_from_db()
    assessments.freeze_joint(lead, occasion, now=moment)
    joint = JointAssessment.objects.get(occasion=occasion)
    challenge = objections.challenge(
        world.actor(Role.AREA_OFFICER), joint, number=0, text="Trappan är inte med.", now=moment
    )
    return occasion, challenge
