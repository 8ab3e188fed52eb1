"""The import, the list of data sets and what each role meets of them."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from samsyn.domain.access import Permission, Role, can
from samsyn.store.query import Query
from samsyn.store.schema import rows_of
from samsyn.web.facts import imports, services
from samsyn.web.facts.models import ContextEvent, Dataset, ImportDraft
from samsyn.web.people.models import AuditEvent

from .conftest import NOW, STAFF, World

pytestmark = pytest.mark.django_db

ABOUT = {
    "title": "Anmälda brott kring två torg",
    "publisher": "Exempelverket",
    "reference": "Rapport 1, tabell 2",
    "licence": "allmän handling",
    "sharing_class": "1",
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    """Keep the store of each test in a folder of its own."""
    settings.SAMSYN_HOME = tmp_path
    return tmp_path


def catalogued(world: World) -> Any:
    """Return the data sets of the test's own workspace."""
    return Dataset.objects.filter(workspace=world.workspace)


class FormFields(HTMLParser):
    """Gathers what a browser would send of a page's main form."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.inside = False
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the field that begins here."""
        got = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = got.get("class") in {"form", "confirm danger"}
        elif self.inside and tag == "option":
            if self.select and ("selected" in got or self.select not in self.sent):
                self.sent[self.select] = got.get("value", "")
        elif self.inside and got.get("name"):
            self._field(tag, got)

    def _field(self, tag: str, got: dict[str, str]) -> None:
        if tag == "textarea":
            self.area = got["name"]
            self.sent[self.area] = ""
        elif tag == "select":
            self.select = got["name"]
        elif tag == "input" and (got.get("type") not in {"radio", "checkbox", "file"} or "checked" in got):
            self.sent[got["name"]] = got.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Close a text area or a list of choices."""
        self.area = "" if tag == "textarea" else self.area
        self.select = "" if tag == "select" else self.select

    def handle_data(self, data: str) -> None:
        """Take what stands in a text area."""
        if self.area:
            self.sent[self.area] += data


def form_of(html: str) -> dict[str, str]:
    """Return what a browser would send of the page's main form, without any button."""
    parser = FormFields()
    parser.feed(html)
    parser.sent.pop("csrfmiddlewaretoken", None)
    return parser.sent


def hand_in(client: Client, text: str = "", **more: Any) -> Any:
    """Send the first step."""
    return client.post("/exempelstad/underlag/las-in/", {"text": text, **more})


def walk(client: Client, text: str, about: dict[str, str] = ABOUT, **more: Any) -> str:
    """Take a table with suggestions for everything through the steps as a person does."""
    address = hand_in(client, text, **more).url
    sent = form_of(client.get(address).content.decode())
    assert client.post(address, {**sent, "suggest": "1"}).status_code == 302
    sent = form_of(client.get(address).content.decode()) | about
    answer = client.post(address, {**sent, "preview": "1"})
    assert answer.status_code == 302, re.findall(r"error-summary.*?</div>", answer.content.decode(), re.S)
    preview = client.get(answer.url).content.decode()
    action = re.search(r'action="([^"]+/spara/)"', preview)
    assert action, preview
    return client.post(action.group(1)).url


@pytest.mark.reference
def test_the_published_table_pasted_from_the_report_gives_its_132_values(
    world: World, reference: Path
) -> None:
    lines = (reference / "sources/STAD2.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    client = world.client(Role.SAFETY_COORDINATOR)
    address = walk(client, "".join(lines[271:610]))
    assert client.get(address).status_code == 200
    version = services.store_of(world.workspace).get("anmalda-brott-kring-tva-torg")
    assert version.rows == 132


# ------------------------------------------------------------------ a small table that stands alone

AREAS = {"Lilla torget (990 011)": (12, 15), "Stora torget (990 012)": (7, "-")}
TABS = "Rån\nOmråde\t2018\t2019\n" + "\n".join(f"{area}\t{a}\t{b}" for area, (a, b) in AREAS.items())
# Without a code beside the name, since digits that stand in a row may be divided in more than one way.
BLANKS = re.sub(r"(Lilla|Stora) torget \([0-9 ]+\)", r"LPO \1", TABS).replace("\t", " ")
STACKED = (
    "Rån\nÅr\t Rån\t Stöld\n\nLilla torget (990 011)\n2018\n2019\n\n12\n15\n\n30\n31\n\n"
    "Stora torget (990 012)\n2018\n2019\n\n7\n-\n\n40\n0\n"
)


def as_xlsx(text: str) -> bytes:
    """Return rows divided by tabs as a workbook."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("Tabell")
    for number, line in enumerate(text.splitlines()):
        for column, cell in enumerate(line.split("\t")):
            sheet.write(number, column, int(cell) if cell.isdigit() else cell)
    book.close()
    return stream.getvalue()


def values_of(
    world: World, slug: str = "anmalda-brott-kring-tva-torg"
) -> dict[tuple[str, int], float | None]:
    """Return the robberies of the store by area code and year."""
    frame = services.store_of(world.workspace).run(Query(series=("ran",), datasets=(slug,)))
    return {(row["code"], row["period_start"].year): row["value"] for row in rows_of(frame)}


ROBBERIES = {("990011", 2018): 12, ("990011", 2019): 15, ("990012", 2018): 7, ("990012", 2019): None}
DASH = {"dash": "missing"}


def load_small(
    client: Client,
    text: str = TABS,
    about: dict[str, str] = ABOUT,
    extra: dict[str, str] | None = None,
    **more: Any,
) -> str:
    """Load the small table, whose dash has no suggestion."""
    return walk(client, text, {**about, **(DASH if extra is None else extra)}, **more)


@pytest.mark.parametrize("text", [TABS, BLANKS, STACKED], ids=["tabs", "blanks", "stacked"])
def test_each_way_of_pasting_gives_the_same_figures(world: World, text: str) -> None:
    load_small(world.client(Role.SAFETY_COORDINATOR), text)
    assert [figure for _key, figure in sorted(values_of(world).items())] == list(ROBBERIES.values())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tabell.csv", TABS.replace("\t", ";").encode("cp1252")),
        ("tabell.xlsx", as_xlsx(TABS)),
        ("tabell.txt", TABS.encode()),
    ],
)
def test_a_file_gives_the_same_figures_as_the_paste(world: World, name: str, content: bytes) -> None:
    load_small(world.client(Role.SAFETY_COORDINATOR), "", file=SimpleUploadedFile(name, content))
    assert values_of(world) == ROBBERIES


def from_database(**changed: Any) -> SimpleUploadedFile:
    """Return a table as a statistical database gives it."""
    regions = {"0180": "Stockholm", "2582": "Boden"}
    table = {
        "class": "dataset",
        "label": "Anmälda brott efter region och år",
        "source": "Exempelverket",
        "note": ["Preliminära uppgifter ingår inte."],
        "id": ["Region", "Tid"],
        "size": [2, 2],
        "role": {"geo": ["Region"], "time": ["Tid"]},
        "dimension": {
            "Region": {"label": "region", "category": {"index": list(regions), "label": regions}},
            "Tid": {"label": "år", "category": {"index": ["2022", "2023"]}},
        },
        "value": [12, None, None, 0],
        "status": {"1": "..", "2": "x"},
    } | changed
    return SimpleUploadedFile("brott.json", json.dumps(table).encode())


def test_a_table_from_a_statistical_database_loads_by_its_own_words(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    walk(client, "", {"licence": "CC0", "reference": "Tabell 2", "sharing_class": "1"}, file=from_database())
    (row,) = catalogued(world)
    version = services.store_of(world.workspace).get(row.slug)
    assert (version.meta.title, version.meta.publisher) == (
        "Anmälda brott efter region och år",
        "Exempelverket",
    )
    assert "Preliminära uppgifter ingår inte." in version.meta.notes
    frame = services.store_of(world.workspace).run(Query(datasets=(row.slug,)))
    assert [
        (one["code"], one["period_start"].year, one["value"], one["status"]) for one in rows_of(frame)
    ] == [
        ("0180", 2022, 12, "actual"),
        ("0180", 2023, None, "missing"),
        ("2582", 2022, None, "suppressed"),
        ("2582", 2023, 0, "actual"),
    ]


def test_a_cut_file_from_a_database_tells_everything_that_is_wrong_and_loads_nothing(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    address = hand_in(client, "", file=from_database(value=[1, 2], size=[2, 3])).url
    preview = client.get(address.replace("/svara/", "/granska/")).content.decode()
    assert "Listan value ska ha 4 poster, men i filen står 2." in preview
    assert "Dimensionen Tid ska ha 3 kategorier" in preview
    assert not catalogued(world).exists()


def test_the_dash_is_kept_with_the_answer_and_what_was_printed(world: World) -> None:
    load_small(world.client(Role.SAFETY_COORDINATOR))
    version = services.store_of(world.workspace).get("anmalda-brott-kring-tva-torg")
    assert version.meta.dash_means == "missing"
    assert version.answers["dash"] == "missing"


def test_the_answer_about_a_dash_is_suggested_the_next_time_the_source_comes(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    load_small(client)
    address = hand_in(client, TABS.replace("Rån", "Stöld")).url
    sent = form_of(client.get(address).content.decode()) | {"publisher": "Exempelverket"}
    client.post(address, {**sent, "save": "1"})
    reading = imports.read(imports.drafts_of(world.actor(Role.SAFETY_COORDINATOR)).get())
    assert next(question for question in reading.asked if question.id == "dash").recommended == "missing"


def test_no_suggestion_is_used_before_the_person_says_so(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    address = hand_in(client, TABS).url
    client.get(address)
    assert ImportDraft.objects.get().answers == {}
    assert 'value="990011"' not in client.get(address).content.decode()


def test_the_page_says_everything_that_remains_at_once(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    address = hand_in(client, TABS).url
    answer = client.post(address, {**form_of(client.get(address).content.decode()), "preview": "1"})
    summary = re.search(r"error-summary.*?</div>", answer.content.decode(), re.S)
    assert summary
    assert summary.group().count("<li>") == 7  # four fields about the source, the dash and two areas


def test_what_was_written_is_there_when_the_work_is_taken_up_again(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    address = hand_in(client, TABS).url
    client.post(
        address,
        {**form_of(client.get(address).content.decode()), "title": "Halvfärdig", "dash": "zero", "save": "1"},
    )
    later = world.client(Role.SAFETY_COORDINATOR)
    assert form_of(later.get(address).content.decode())["title"] == "Halvfärdig"
    assert "Halvfärdig" in later.get("/exempelstad/").content.decode()
    assert ImportDraft.objects.get().answers["dash"] == "zero"


def test_one_vintage_is_filled_in_for_all_areas(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    address = hand_in(client, TABS).url
    sent = form_of(client.get(address).content.decode())
    client.post(address, {**sent, "all~vintage": "2016", "all~scheme": "basomrade", "fill": "1"})
    areas = [answer for key, answer in ImportDraft.objects.get().answers.items() if key.startswith("area:")]
    assert [area.rpartition(":")[2] for area in areas] == ["2016", "2016"]


def test_a_draft_is_the_functions_own_and_can_be_thrown_away(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    address = hand_in(client, TABS).url.removesuffix("svara/")
    assert world.client(Role.MUNICIPAL_POLICE_LIAISON).get(address).status_code == 404
    client.post(address)
    assert not ImportDraft.objects.exists()


def test_nothing_is_loaded_before_the_last_step(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    address = hand_in(client, TABS).url
    client.post(address, {**form_of(client.get(address).content.decode()), "suggest": "1"})
    client.get(address.replace("svara", "granska"))
    assert client.post(address.replace("svara", "spara")).status_code == 409
    assert not catalogued(world).exists()
    assert services.store_of(world.workspace).versions() == ()


def test_a_load_that_the_store_breaks_off_leaves_the_draft_as_it_was(world: World, monkeypatch: Any) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)

    def broken(*_arguments: Any, **_named: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(services.Store, "ingest", broken)
    with pytest.raises(OSError, match="disk full"):
        load_small(client)
    assert not catalogued(world).exists()
    assert bytes(ImportDraft.objects.get().content) == TABS.encode()


def test_a_version_that_the_catalogue_missed_is_entered_when_the_file_comes_again(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    load_small(client)
    ImportDraft.objects.all().delete()
    catalogued(world).delete()
    actor = world.actor(Role.SAFETY_COORDINATOR)
    draft = imports.begin(actor, text=TABS, now=NOW)
    imports.accept_suggestions(draft)
    about = {
        **ABOUT,
        "sharing_class": 1,
        "replaces": "anmalda-brott-kring-tva-torg",
        "reason": "Avbrottet i går",
    }
    imports.save_draft(actor, draft, answers={**draft.answers, **DASH}, about=about)
    made = imports.load_draft(actor, draft, now=NOW)
    assert made.version in {1, 2}
    assert services.reconcile(world.workspace)["not_in_store"] == []


def test_loading_twice_gives_one_version(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    address = load_small(client)
    again = client.post(f"/exempelstad/underlag/las-in/{ImportDraft.objects.get().pk}/spara/")
    assert again.url == address
    assert catalogued(world).count() == 1


def test_the_first_step_is_protected_against_forged_forms(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.users[Role.SAFETY_COORDINATOR])
    assert hand_in(client, TABS).status_code == 403
    assert not ImportDraft.objects.exists()


def test_a_file_that_is_too_large_or_of_another_kind_is_told_what_to_do(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    large = SimpleUploadedFile("stor.csv", b"a;1\n" * 1_500_000)
    assert "stor.csv" in str(hand_in(client, "", file=large).context["form"].errors)
    strange = SimpleUploadedFile("bild.pdf", b"%PDF")
    assert "bild.pdf" in str(hand_in(client, "", file=strange).context["form"].errors)
    assert hand_in(client, " ").context["form"].errors
    assert not ImportDraft.objects.exists()


# ------------------------------------------------------------------ persons

PERSONS = "Namn\tPersonnummer\t2019\nA Testsson\t19640823-3234\t1\nB Testsson\t19701063-2391\t2"


@pytest.mark.parametrize("form", ["paste", "csv", "xlsx"])
def test_a_table_about_persons_leaves_no_trace(world: World, home: Path, form: str, caplog: Any) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    before = AuditEvent.objects.count()
    if form == "paste":
        answer = hand_in(client, PERSONS)
    else:
        content = PERSONS.replace("\t", ";").encode() if form == "csv" else as_xlsx(PERSONS)
        answer = hand_in(client, "", file=SimpleUploadedFile(f"lista.{form}", content))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Personnummer" in page
    assert "Testsson" not in page
    assert "19640823" not in page
    assert not ImportDraft.objects.exists()
    assert AuditEvent.objects.count() == before
    assert [path for path in home.rglob("*") if path.is_file()] == []
    assert "Testsson" not in caplog.text
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            assert "Testsson" not in repr(cursor.fetchall()), table


def test_a_person_named_in_a_footnote_stops_the_table_and_is_not_kept(world: World) -> None:
    answer = hand_in(
        world.client(Role.SAFETY_COORDINATOR),
        f"{TABS}\n\n* Ring Kalle Andersson på 070-123 45 67 om siffrorna.",
    )
    assert answer.status_code == 200
    assert not ImportDraft.objects.exists()


def test_a_person_in_a_definition_is_not_saved_but_still_on_the_page(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    address = hand_in(client, TABS).url
    sent = form_of(client.get(address).content.decode())
    name = next(key for key in sent if key.endswith("~definition"))
    answer = client.post(address, {**sent, name: "Ring 070-123 45 67 och fråga", "save": "1"})
    assert "070-123 45 67" in answer.content.decode()
    assert "070" not in str(ImportDraft.objects.get().answers)


# ------------------------------------------------------------------ versions, withdrawal, readers


def test_a_new_version_takes_the_place_of_the_former_and_says_why(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    first = load_small(client)
    second = "/exempelstad/underlag/las-in/?ersatter=anmalda-brott-kring-tva-torg.1"
    address = client.post(second, {"text": TABS.replace("12", "13")}).url
    client.post(address, {**form_of(client.get(address).content.decode()), "suggest": "1"})
    sent = form_of(client.get(address).content.decode()) | DASH
    assert "reason" in client.post(address, {**sent, "preview": "1"}).context["form"].errors
    client.post(address, {**sent, "reason": "Källan har rättat 2018", "preview": "1"})
    client.post(address.replace("svara", "spara"))
    assert values_of(world)[("990011", 2018)] == 13
    assert "ersatt" in client.get(first).content.decode()


def test_another_table_can_not_take_the_name_of_a_data_set_by_mistake(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    load_small(client)
    address = hand_in(client, TABS.replace("12", "13")).url
    client.post(address, {**form_of(client.get(address).content.decode()), "suggest": "1"})
    client.post(address, {**form_of(client.get(address).content.decode()), **ABOUT, **DASH, "preview": "1"})
    answer = client.post(address.replace("svara", "spara"))
    assert answer.status_code == 409
    assert catalogued(world).count() == 1


def test_a_withdrawn_version_is_in_no_answer_but_on_its_page_with_the_reason(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    address = load_small(client)
    assert client.get(f"{address}dra-tillbaka/").status_code == 200
    client.post(f"{address}dra-tillbaka/", {"reason": "Fel tabell"})
    assert values_of(world) == {}
    page = client.get(address).content.decode()
    assert "Fel tabell" in page
    assert address not in client.get("/exempelstad/underlag/").content.decode()
    assert client.get(f"{address}rader/").status_code == 200


def test_a_withdrawal_needs_a_reason(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    address = load_small(client)
    assert client.post(f"{address}dra-tillbaka/", {"reason": ""}).context["form"].errors
    assert values_of(world) == ROBBERIES


@pytest.mark.parametrize("role", list(STAFF))
def test_only_those_who_load_data_meet_the_import_and_the_withdrawal(world: World, role: Role) -> None:
    address = load_small(world.client(Role.SAFETY_COORDINATOR))
    expected = 200 if can(world.actor(role), Permission.LOAD_DATA) else 404
    client = world.client(role)
    for page in (
        "/exempelstad/underlag/las-in/",
        f"{address}dra-tillbaka/",
        "/exempelstad/underlag/handelser/ny/",
    ):
        assert client.get(page).status_code == expected, page
    readable = 200 if can(world.actor(role), Permission.VIEW_DATA) else 404
    for page in ("/exempelstad/underlag/", address, f"{address}rader/", "/exempelstad/underlag/handelser/"):
        assert client.get(page).status_code == readable, page


def test_an_outsider_meets_nothing(world: World) -> None:
    address = load_small(world.client(Role.SAFETY_COORDINATOR))
    for page in ("/exempelstad/underlag/", address, f"{address}rader/", "/exempelstad/underlag/las-in/"):
        assert world.client(None).get(page).status_code == 404


def test_a_data_set_for_authorities_is_hidden_from_others_and_its_reading_is_logged(world: World) -> None:
    address = load_small(world.client(Role.SAFETY_COORDINATOR), about={**ABOUT, "sharing_class": "2"})
    assert world.client(Role.PLACE_MANAGER).get(address).status_code == 404
    assert (
        "Anmälda brott kring"
        not in world.client(Role.PLACE_MANAGER).get("/exempelstad/underlag/").content.decode()
    )
    world.client(Role.MUNICIPAL_POLICE_LIAISON).get(f"{address}rader/")
    assert AuditEvent.objects.filter(workspace=world.workspace, verb="read", thing="Dataset").count() == 1


WOMEN = (
    "Misshandel utomhus\nOmråde\tTotalt\tMot man\tMot kvinna\n"
    "Lilla torget (990 011)\t9\t6\t3\nStora torget (990 012)\t8\t6\t2"
)


def load_women(world: World, **about: str) -> str:
    """Load a table that is divided by sex."""
    return walk(
        world.client(Role.SAFETY_COORDINATOR),
        WOMEN.replace("Område\t", "Område\tÅr\t").replace(")\t", ")\t2019\t"),
        {**ABOUT, **about},
    )


def test_counts_of_persons_are_kept_for_the_picture_outside_the_authorities(world: World) -> None:
    address = load_women(world)
    inside = world.client(Role.MUNICIPAL_POLICE_LIAISON).get(f"{address}rader/")
    outside = world.client(Role.PLACE_MANAGER).get(f"{address}rader/")
    assert list(outside.context["table"]) == []
    assert {row["label"] for row in inside.context["table"]} == {
        "Misshandel utomhus", "Misshandel utomhus, kvinnor", "Misshandel utomhus, män",
    }  # fmt: skip
    assert "Misshandel utomhus" in outside.content.decode()
    file = world.client(Role.PLACE_MANAGER).get(f"{address}rader/?som=csv").content.decode()
    assert "misshandel-utomhus" not in file


def test_what_the_source_has_published_is_shown_as_printed_to_all(world: World) -> None:
    address = load_women(world, published="2020-01-15")
    assert len(world.client(Role.PLACE_MANAGER).get(f"{address}rader/").context["table"]) == 6


def test_a_figure_leads_to_the_cell_that_it_stood_in(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    load_small(client)
    frame = services.store_of(world.workspace).run(Query(series=("ran",)))
    row = next(row for row in rows_of(frame) if row["value"] == 7)
    address = services.cell_address("exempelstad", row)
    assert address.endswith("?rad=4#r4-c2")
    assert 'id="r4-c2"' in client.get(address).content.decode()


def test_loading_withdrawing_and_exporting_are_logged(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    address = load_small(client)
    client.get(f"{address}rader/?som=csv")
    client.post(f"{address}dra-tillbaka/", {"reason": "Fel tabell"})
    verbs = (
        AuditEvent.objects.filter(workspace=world.workspace, thing="Dataset")
        .order_by("id")
        .values_list("verb", flat=True)
    )
    assert list(verbs) == ["load", "export", "withdraw"]


def test_an_area_is_linked_to_a_place_and_leads_to_its_picture(world: World) -> None:
    world.add_place("Exempeltorget")
    client = world.client(Role.SAFETY_COORDINATOR)
    address = load_small(client)
    area = client.get(address).context["unlinked"][0]
    client.post(address, {"area": str(area.pk), "place": "exempeltorget"})
    assert "/exempelstad/platser/exempeltorget/lagesbild/2018-2019/" in client.get(address).content.decode()


def test_errors_are_listed_all_at_once_with_row_column_and_mend(world: World) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    address = hand_in(
        client, TABS.replace("12", "1B2").replace("7\t", "7X\t") + "\nTredje torget (990 013)\t1\t2"
    ).url
    client.post(address, {**form_of(client.get(address).content.decode()), "suggest": "1"})
    client.post(address, {**form_of(client.get(address).content.decode()), **ABOUT, **DASH, "save": "1"})
    page = client.get(address.replace("svara", "granska"))
    assert {(error.row, error.cell) for error, _said in page.context["errors"]} >= {(3, "1B2"), (4, "7X")}
    assert client.post(address.replace("svara", "spara")).status_code == 409


# ------------------------------------------------------------------ context events, languages, cost


def test_an_event_is_noted_for_a_place_or_for_the_whole_workspace(world: World) -> None:
    place = world.add_place("Exempeltorget")
    client = world.client(Role.SAFETY_COORDINATOR)
    sent = {"text_sv": "Torget byggs om", "kind": "renovation", "first": "2018-03-01", "last": "2019-08-31"}
    client.post("/exempelstad/underlag/handelser/ny/", {**sent, "place": str(place.pk)})
    client.post("/exempelstad/underlag/handelser/ny/", {**sent, "text_sv": "Ny lag", "kind": "law"})
    assert list(
        ContextEvent.objects.filter(workspace=world.workspace).values_list("text_sv", "place__slug")
    ) == [("Ny lag", None), ("Torget byggs om", "exempeltorget")]
    page = client.get("/exempelstad/underlag/handelser/").content.decode()
    assert "hela arbetsytan" in page


def test_an_event_can_not_end_before_it_begins(world: World) -> None:
    sent = {"text_sv": "Torget byggs om", "kind": "renovation", "first": "2018-03-01", "last": "2018-02-01"}
    answer = world.client(Role.SAFETY_COORDINATOR).post("/exempelstad/underlag/handelser/ny/", sent)
    assert "last" in answer.context["form"].errors
    assert not ContextEvent.objects.filter(workspace=world.workspace).exists()


@pytest.mark.parametrize(("language", "word"), [("sv", "Underlag"), ("en", "Data sets")])
def test_the_pages_speak_the_readers_language(world: World, language: str, word: str) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    address = load_small(client)
    client.post("/sprak/", {"language": language, "next": "/"})
    for page in ("/exempelstad/underlag/", address, f"{address}rader/"):
        assert word in client.get(page).content.decode()


def test_the_list_costs_the_same_however_many_there_are(
    world: World, django_assert_max_num_queries: Any
) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    for number in range(3):
        load_small(client, TABS.replace("12", f"2{number}"), about={**ABOUT, "title": f"Underlag {number}"})
    with django_assert_max_num_queries(14):
        client.get("/exempelstad/underlag/")


def test_the_page_of_questions_costs_few_questions_to_the_database(
    world: World, django_assert_max_num_queries: Any
) -> None:
    client = world.client(Role.SAFETY_COORDINATOR)
    address = hand_in(client, TABS).url
    with django_assert_max_num_queries(16):
        client.get(address)
