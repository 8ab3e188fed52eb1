"""Situational pictures on the web: drawn, disclosed, frozen, approved, challenged and handed out."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date

import pytest
from django.test import Client

from samsyn.domain.access import NotAllowed, SharingClass
from samsyn.domain.guard import TextRefused
from samsyn.store.schema import (
    AreaRef,
    DatasetMeta,
    OffenceType,
    SeriesDefinition,
    StatisticKind,
    frame_of,
)
from samsyn.web.facts import services as facts
from samsyn.web.insight import services
from samsyn.web.insight.models import Challenge, PictureFile, SituationalPicture
from samsyn.web.people.models import AuditEvent
from samsyn.web.places.models import Place

from .conftest import NOW, Stockholm

pytestmark = pytest.mark.django_db

PAGE = "/stockholm/platser/sergels-torg/lagesbild/2017-2019/"
TODAY = date(2026, 11, 20)


def text_of(client: Client, address: str) -> str:
    """Return a page's words, with hard spaces as blanks."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    words = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(words.replace("\u00a0", " ").split())


def frozen_by(stockholm: Stockholm, username: str = "samordnare") -> SituationalPicture:
    """Freeze the picture of Sergels torg 2017–2019."""
    return services.freeze(
        stockholm.actor(username), stockholm.place(), services.period_of(2017, 2019), note="", now=NOW
    )


def load_small_counts(stockholm: Stockholm, sharing_class: SharingClass = SharingClass.COOPERATION) -> None:
    """Load a data set that nobody has published, about persons, with small numbers in it."""
    area = AreaRef("basomrade", "101025", "okänd", "Sergels torg")
    series = [
        SeriesDefinition(
            "overdoser", "Överdoser", "Påhittad serie för provet.", kind=StatisticKind.REGISTER,
            offence_type=OffenceType.NONE, person_based=True, sensitive=True,
        )
    ]  # fmt: skip
    rows = [
        {
            "series": "overdoser", "scheme": "basomrade", "code": "101025", "vintage": "okänd",
            "period_start": date(year, 1, 1), "period_end": date(year + 1, 1, 1), "value": float(value),
            "status": "actual", "raw": str(value), "source_row": year,
        }
        for year, value in ((2017, 6), (2018, 4), (2019, 7))
    ]  # fmt: skip
    facts.load(
        stockholm.actor("samordnare"), DatasetMeta("provet", "Provet", "Provet", "Provet", licence="intern"),
        frame_of(rows), series, [area], source=b"6,4,7", file_name="provet.csv", now=NOW,
        sharing_class=sharing_class,
    )  # fmt: skip


# ------------------------------------------------------------------ the draft


def test_the_page_shows_the_published_figures_against_the_mean(stockholm: Stockholm) -> None:
    words = text_of(stockholm.client("samordnare"), PAGE)
    assert "562 768 327" in words
    for part in ("26", "28", "upptäcktsbrott", "450"):
        assert part in words


def test_hasselbys_missing_figure_is_said_to_be_missing_with_the_reason(stockholm: Stockholm) -> None:
    words = text_of(stockholm.client("samordnare"), PAGE.replace("sergels-torg", "hasselby-torg"))
    assert "saknas" in words
    assert "streck" in words.casefold()


def test_detection_driven_offences_get_no_verdict_word_and_no_colour(stockholm: Stockholm) -> None:
    page = stockholm.client("samordnare").get(PAGE).content.decode()
    rows = [
        row for row in re.findall(r'<tr[^>]*class="detect".*?</tr>', page, flags=re.S) if "verdict" in row
    ]
    assert rows
    for row in rows:
        assert "Kan inte tolkas" in row
        assert "verdict clear" not in row


def test_words_that_claim_too_much_are_nowhere(stockholm: Stockholm) -> None:
    words = text_of(stockholm.client("samordnare"), PAGE).casefold()
    for claim in ("signifikant", "trolig ", "ingen förändring"):
        assert claim not in words


def test_without_years_the_last_three_with_figures_are_shown(stockholm: Stockholm) -> None:
    answer = stockholm.client("samordnare").get("/stockholm/platser/sergels-torg/lagesbild/")
    assert answer.url == PAGE


@pytest.mark.parametrize("years", ["2019-2017", "1800-1801", "2000-2019"])
def test_years_that_make_no_period_are_refused_with_a_sentence(stockholm: Stockholm, years: str) -> None:
    answer = stockholm.client("samordnare").get(f"/stockholm/platser/sergels-torg/lagesbild/{years}/")
    assert answer.status_code == 400
    assert "15 år" in answer.content.decode()


def test_a_place_without_figures_says_so(stockholm: Stockholm) -> None:
    place = stockholm.place()
    place.area_links.all().delete()
    assert "Det finns inga siffror att visa" in text_of(
        stockholm.client("samordnare"), "/stockholm/platser/sergels-torg/lagesbild/"
    )


def test_the_page_asks_the_database_a_bounded_number_of_times(
    stockholm: Stockholm, django_assert_max_num_queries: object
) -> None:
    client = stockholm.client("samordnare")
    client.get(PAGE)
    with django_assert_max_num_queries(40):
        client.get(PAGE)


@pytest.mark.parametrize("wanted", ["pdf", "docx", "xlsx", "json", "html"])
def test_the_draft_is_handed_out_in_every_format_and_the_export_is_logged(
    stockholm: Stockholm, wanted: str
) -> None:
    before = AuditEvent.objects.filter(verb="export").count()
    answer = stockholm.client("samordnare").get(f"{PAGE[:-1]}.{wanted}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == services.FORMATS[wanted]
    assert AuditEvent.objects.filter(verb="export").count() == before + 1


def test_reading_exact_figures_is_logged_and_reading_disclosed_ones_is_not(stockholm: Stockholm) -> None:
    reads = AuditEvent.objects.filter(verb="read", fields=["figures"])
    before = reads.count()
    stockholm.client("ordningsvakt").get(PAGE)
    assert reads.count() == before
    stockholm.client("samordnare").get(PAGE)
    assert reads.count() == before + 1


# ------------------------------------------------------------------ disclosure


def test_small_numbers_of_persons_are_exact_for_the_working_group_only(stockholm: Stockholm) -> None:
    load_small_counts(stockholm)
    assert "6 4 7" in text_of(stockholm.client("samordnare"), PAGE)
    assert "6 <5 7" in text_of(stockholm.client("ordningsvakt"), PAGE).replace("&lt;", "<")


@pytest.mark.parametrize("wanted", ["json", "html"])
def test_no_export_gives_away_what_the_page_hides(stockholm: Stockholm, wanted: str) -> None:
    load_small_counts(stockholm)
    client = stockholm.client("ordningsvakt")
    content = client.get(f"{PAGE[:-1]}.{wanted}").content.decode()
    if wanted == "json":
        series = next(
            series
            for group in json.loads(content)["groups"]
            for series in group["series"]
            if series["slug"] == "overdoser"
        )
        shown = {figure["first"][:4]: figure["value"] for figure in series["figures"]}
        assert shown == {"2017": 6.0, "2018": None, "2019": 7.0}
        assert not any(
            comparison["difference"] for comparison in series["comparisons"]
            if "2018" in (comparison["before_first"][:4], comparison["after_first"][:4])
        )  # fmt: skip
    else:
        assert "&lt;5" in content


def test_rows_from_the_api_are_disclosed_too(stockholm: Stockholm) -> None:
    load_small_counts(stockholm)
    address = "/api/v1/stockholm/values/?series=overdoser"
    exact = stockholm.client("samordnare").get(address).json()
    hidden = stockholm.client("ordningsvakt").get(address).json()
    assert [row["value"] for row in exact] == [6.0, 4.0, 7.0]
    assert [row["value"] for row in hidden] == [6.0, None, 7.0]
    assert hidden[1]["raw"] == ""


def test_a_narrow_query_hides_what_the_wide_one_hides(stockholm: Stockholm) -> None:
    load_small_counts(stockholm)
    rows = stockholm.client("ordningsvakt").get(
        "/api/v1/stockholm/values/?series=overdoser&first_year=2018&last_year=2018"
    )
    assert [row["value"] for row in rows.json()] == [None]


def test_a_data_set_for_authorities_is_in_no_page_of_a_guard(stockholm: Stockholm) -> None:
    load_small_counts(stockholm, SharingClass.AUTHORITIES)
    assert "Överdoser" in text_of(stockholm.client("samordnare"), PAGE)
    assert "Överdoser" not in text_of(stockholm.client("ordningsvakt"), PAGE)
    assert stockholm.client("ordningsvakt").get("/api/v1/stockholm/values/?series=overdoser").json() in (
        [],
        {},
    ) or (
        stockholm.client("ordningsvakt").get("/api/v1/stockholm/values/?series=overdoser").status_code == 400
    )


def test_the_own_organisations_data_never_enters_a_frozen_picture(stockholm: Stockholm) -> None:
    load_small_counts(stockholm, SharingClass.OWN_ORGANISATION)
    picture = frozen_by(stockholm)
    for edition in picture.editions.all():
        assert "overdoser" not in json.dumps(edition.findings)


# ------------------------------------------------------------------ freezing


def test_a_frozen_version_keeps_bytes_and_hashes_for_each_audience_and_language(stockholm: Stockholm) -> None:
    picture = frozen_by(stockholm)
    files = PictureFile.objects.filter(edition__picture=picture)
    # Four formats in two languages and one in none, for two audiences.
    assert files.count() == 2 * (4 * 2 + 1)
    for file in files:
        assert hashlib.sha256(bytes(file.content)).hexdigest() == file.sha256


def test_a_frozen_version_comes_out_the_same_byte_for_byte(stockholm: Stockholm) -> None:
    picture = frozen_by(stockholm)
    for edition in picture.editions.all():
        assert all(row.same for row in services.reproduce(edition))


def test_a_frozen_version_stays_when_its_data_set_is_withdrawn(stockholm: Stockholm) -> None:
    load_small_counts(stockholm)
    picture = frozen_by(stockholm)
    row = next(
        row for row, _version in facts.catalogue(stockholm.actor("samordnare")) if row.slug == "provet"
    )
    facts.withdraw(stockholm.actor("samordnare"), row, reason="Fel avskrift", now=NOW)
    client = stockholm.client("samordnare")
    assert "6 4 7" in text_of(client, f"/stockholm/lagesbilder/{picture.pk}/")
    assert "Överdoser" not in text_of(client, PAGE)


def test_the_reader_gets_the_edition_of_the_own_audience(stockholm: Stockholm) -> None:
    load_small_counts(stockholm)
    picture = frozen_by(stockholm)
    address = f"/stockholm/lagesbilder/{picture.pk}/lagesbild.json"
    assert b'"value": 4' in stockholm.client("samordnare").get(address).content
    hidden = json.loads(stockholm.client("ordningsvakt").get(address).content)
    assert hidden["audience"] == "cooperation"


def test_versions_are_numbered_within_the_place_and_compared(stockholm: Stockholm) -> None:
    first = frozen_by(stockholm)
    load_small_counts(stockholm)
    second = frozen_by(stockholm)
    assert (first.number, second.number) == (1, 2)
    page = text_of(stockholm.client("samordnare"), f"/stockholm/lagesbilder/{second.pk}/jamfor/{first.pk}/")
    assert "Överdoser" in page
    assert "provet" in page


def test_versions_of_two_places_are_not_compared(stockholm: Stockholm) -> None:
    first = frozen_by(stockholm)
    other = services.freeze(
        stockholm.actor("samordnare"),
        stockholm.place("hasselby-torg"),
        services.period_of(2017, 2019),
        note="",
        now=NOW,
    )
    answer = stockholm.client("samordnare").get(f"/stockholm/lagesbilder/{first.pk}/jamfor/{other.pk}/")
    assert answer.status_code == 404


def test_a_picture_without_figures_is_not_frozen(stockholm: Stockholm) -> None:
    with pytest.raises(services.NothingToFreeze):
        services.freeze(
            stockholm.actor("samordnare"), stockholm.place(), services.period_of(2001, 2002), note="", now=NOW
        )
    assert not SituationalPicture.objects.exists()


@pytest.mark.parametrize(
    "username", ["ordningsvakt", "faltassistent", "fastighetsagare", "lansstyrelsen", "styrgrupp"]
)
def test_only_those_who_lead_the_work_freeze(stockholm: Stockholm, username: str) -> None:
    with pytest.raises(NotAllowed):
        frozen_by(stockholm, username)
    assert stockholm.client(username).post(f"{PAGE}las/", {"note": ""}).status_code == 404


def test_a_note_about_a_person_freezes_nothing(stockholm: Stockholm) -> None:
    with pytest.raises(TextRefused):
        services.freeze(
            stockholm.actor("samordnare"), stockholm.place(), services.period_of(2017, 2019),
            note="Kalle Andersson säljer vid trappan", now=NOW,
        )  # fmt: skip
    assert not SituationalPicture.objects.exists()


# ------------------------------------------------------------------ approval


def test_the_version_is_approved_when_both_owners_have_said_so(stockholm: Stockholm) -> None:
    picture = frozen_by(stockholm)
    services.approve(stockholm.actor("samordnare"), picture, note="", now=NOW)
    assert not services.is_approved_by_both(picture)
    services.approve(stockholm.actor("kommunpolis"), picture, note="", now=NOW)
    assert services.is_approved_by_both(picture)
    assert "Godkänd av båda ägarna" in text_of(
        stockholm.client("ordningsvakt"), f"/stockholm/lagesbilder/{picture.pk}/"
    )


def test_an_organisation_that_does_not_own_the_place_cannot_approve(stockholm: Stockholm) -> None:
    picture = services.freeze(
        stockholm.actor("samordnare"),
        stockholm.place("hasselby-torg"),
        services.period_of(2017, 2019),
        note="",
        now=NOW,
    )
    with pytest.raises(services.NotAnOwner):
        services.approve(stockholm.actor("samordnare"), picture, note="", now=NOW)


def test_an_approval_is_given_once_and_can_be_taken_back_with_a_reason(stockholm: Stockholm) -> None:
    picture = frozen_by(stockholm)
    actor = stockholm.actor("samordnare")
    services.approve(actor, picture, note="", now=NOW)
    with pytest.raises(services.AlreadyApproved):
        services.approve(actor, picture, note="", now=NOW)
    with pytest.raises(services.EmptyText):
        services.withdraw_approval(actor, picture, reason=" ", now=NOW)
    services.withdraw_approval(actor, picture, reason="Gränsen är fel", now=NOW)
    services.approve(actor, picture, note="", now=NOW)
    assert picture.approvals.count() == 2


# ------------------------------------------------------------------ disagreement


@pytest.mark.parametrize(
    "username", ["ordningsvakt", "fastighetsagare", "faltassistent", "styrgrupp", "utvarderare"]
)
def test_everyone_in_the_cooperation_may_disagree(stockholm: Stockholm, username: str) -> None:
    answer = stockholm.client(username).post(
        "/stockholm/platser/sergels-torg/lagesbild/jag-haller-inte-med/",
        {"about": "stöld 2019", "text": "Butikerna har slutat anmäla."},
    )
    assert answer.status_code == 302
    assert Challenge.objects.get().text == "Butikerna har slutat anmäla."


def test_the_answer_stands_beside_the_disagreement_and_neither_is_lost(stockholm: Stockholm) -> None:
    picture = frozen_by(stockholm)
    stockholm.client("ordningsvakt").post(
        f"/stockholm/lagesbilder/{picture.pk}/jag-haller-inte-med/", {"text": "Bråken syns inte i siffrorna."}
    )
    written = Challenge.objects.get()
    assert (
        stockholm.client("ordningsvakt")
        .post(f"/stockholm/invandningar/{written.pk}/svara/", {"text": "Nej."})
        .status_code
        == 404
    )
    stockholm.client("kommunpolis").post(
        f"/stockholm/invandningar/{written.pk}/svara/", {"text": "Vi tar upp det på nästa möte."}
    )
    page = text_of(stockholm.client("ordningsvakt"), f"/stockholm/lagesbilder/{picture.pk}/")
    assert "Bråken syns inte i siffrorna." in page
    assert "Vi tar upp det på nästa möte." in page


def test_a_disagreement_about_a_person_is_refused_and_the_writer_keeps_the_text(stockholm: Stockholm) -> None:
    answer = stockholm.client("ordningsvakt").post(
        "/stockholm/platser/sergels-torg/lagesbild/jag-haller-inte-med/",
        {"text": "Fråga 640823-3234 om det."},
    )
    assert answer.status_code == 200
    assert "Fråga 640823-3234 om det." in answer.content.decode()
    assert not Challenge.objects.exists()


# ------------------------------------------------------------------ API


def test_the_api_tells_a_signed_out_reader_to_sign_in(client: Client, stockholm: Stockholm) -> None:
    assert client.get("/api/v1/stockholm/places/").status_code == 401


def test_the_api_is_not_there_for_the_outsider(stockholm: Stockholm) -> None:
    place: Place = stockholm.place()
    client = stockholm.client("utomstaende")
    for path in (
        "places/",
        "series/",
        "values/",
        f"places/{place.pk}/situation/?first_year=2017&last_year=2019",
    ):
        assert client.get(f"/api/v1/stockholm/{path}").status_code == 404, path


def test_the_api_gives_the_same_numbers_as_the_page(stockholm: Stockholm) -> None:
    place = stockholm.place()
    answer = stockholm.client("samordnare").get(
        f"/api/v1/stockholm/places/{place.pk}/situation/?first_year=2017&last_year=2019"
    )
    drugs = next(
        series
        for group in answer.json()["groups"]
        for series in group["series"]
        if series["slug"] == "narkotikabrott" and not series["age_group"]
    )
    assert [figure["value"] for figure in drugs["figures"]] == [562, 768, 327]


def test_the_api_refuses_a_field_it_does_not_know(stockholm: Stockholm) -> None:
    answer = stockholm.client("samordnare").get("/api/v1/stockholm/values/?series=stold&personnummer=1")
    assert answer.status_code == 400
    assert answer.json()["code"] == "SAM655"


def test_the_api_says_what_was_wrong_and_how_to_mend_it(stockholm: Stockholm) -> None:
    answer = stockholm.client("samordnare").get("/api/v1/stockholm/values/?series=stol")
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "what", "mend"}
