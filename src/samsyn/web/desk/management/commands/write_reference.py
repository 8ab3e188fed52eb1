"""``samsyn web write_reference``: write the reference pages from the code, or say which are out of date."""

# ruff: noqa: E501  (sentences that say what to do stand on one line)

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Field, ForeignObjectRel, Model
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from samsyn.domain import glossary, workflows
from samsyn.domain.access import PERMISSIONS, READS_UP_TO, Permission, Role, SharingClass
from samsyn.web.facts import mapping_page
from samsyn.web.insight.api import api

# docs/ lies beside src/ in a checkout; an installed package has no pages to write.
DOCS = Path(__file__).resolve().parents[6] / "docs"
MADE_BY = "Sidan är gjord av `python3 run.py docs`; ändra i koden, inte här."

# Name, default, meaning. A test holds the list to what the code reads.
SETTINGS = (
    ("SAMSYN_HOME", "`var`", "Mappen där allt sparas: databasen, underlagens filer och nycklar. Ta backup på hela mappen."),
    ("SAMSYN_SECRET_KEY", "ingen", "Hemlig nyckel för inloggningarna, minst 50 slumpade tecken. Krävs utanför demon."),
    ("SAMSYN_HOSTS", "tom", "Värdnamn som tjänsten svarar på, åtskilda med komma. Krävs utanför demon."),
    ("SAMSYN_DATABASE_URL", "tom", "`postgresql://användare:lösenord@värd:port/namn`. Tom ger en SQLite-fil i SAMSYN_HOME."),
    ("SAMSYN_BEHIND_PROXY", "`0`", "`1` när en omvänd proxy avslutar TLS och sätter `X-Forwarded-Proto` själv."),
    ("SAMSYN_ADDRESS", "`http://127.0.0.1:8010`", "Tjänstens adress, som länkar i e-post börjar med."),
    ("SAMSYN_SMTP_URL", "tom", "E-postserver: `smtp://användare:lösenord@värd:587` (STARTTLS), `smtps://…` (TLS direkt) eller `smtp://värd:25?plain` inom eget nät. Tom: inget skickas; demon skriver breven i sin logg."),
    ("SAMSYN_MAIL_FROM", "`Samsyn <ingen-svarar@localhost>`", "Avsändare av e-post om aviseringar."),
    ("SAMSYN_SUPPRESSION_THRESHOLD", "`5`", "Antal personer under detta döljs utanför arbetsgruppen (3–20)."),
    ("SAMSYN_WATCH_MONTHS", "`24`", "Så många månader följs en plats upp efter att den upphört som drogscen."),
    ("SAMSYN_LOG_LEVEL", "`WARNING`", "Hur mycket servern skriver i sin logg. Rader med uppgifter skrivs aldrig där."),
    ("SAMSYN_DEMO", "`0`", "`1` slår på demokontona och demoarbetsytorna. Aldrig på en server med riktigt arbete."),
    ("SAMSYN_DEBUG", "`0`", "`1` visar felspår i webbläsaren. Bara vid utveckling på egen dator."),
    ("SAMSYN_ACCOUNT", "`samordnare`", "Kontot som kommandoraden handlar som, om inte `--account` säger annat."),
    ("SAMSYN_LANGUAGE", "`sv`", "Språket på kommandoraden: `sv` eller `en`."),
    ("SAMSYN_CHROMIUM", "sök", "Sökväg till Chromium för webbläsarproven. Utan webbläsare hoppas de över och räknas."),
    ("SAMSYN_SPARK_PYTHON", "`.venv-cluster`, om Java finns", "Python med `requirements/cluster.lock`, för provet mot ett riktigt Sparkkluster. Utan den hoppas provet över med skäl."),
    ("SAMSYN_REFERENCE", "tom", "Mapp med referensdata för vissa prov. Utan den hoppas de över med namn."),
)  # fmt: skip


def table(headings: tuple[str, ...], rows: Iterator[tuple[Any, ...]] | list[tuple[Any, ...]]) -> list[str]:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    return lines + ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]


def page(heading: str, lead: str, *parts: list[str]) -> str:
    """Return a page with its heading and the line that says where it comes from."""
    lines = [f"# {heading}", "", MADE_BY, "", lead, ""]
    for part in parts:
        lines += [*part, ""]
    return "\n".join(lines).rstrip() + "\n"


def first_sentence(thing: Any) -> str:
    """Return the first line of a docstring."""
    return (inspect.getdoc(thing) or "").partition("\n")[0]


# ------------------------------------------------------------------ the pages


def settings_page() -> str:
    """Return every setting with its default."""
    lead = "Alla inställningar är miljövariabler. Förvalen är en servers: det som saknas och behövs stoppar starten med en förklaring."
    return page("Inställningar", lead, table(("Variabel", "Förval", "Betydelse"), list(SETTINGS)))


def routes(patterns: list[Any] | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address with its pattern."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, route)
        else:
            yield route, one


# The API's library makes these two itself.
_OF_THE_API = {
    "api/v1/openapi.json": "Describe the API as OpenAPI.",
    "api/v1": "Answer 404: the root of the API is no page.",
}


def _summaries() -> dict[str, str]:
    paths = api.get_openapi_schema()["paths"]
    return {
        path.strip("/"): next(iter(methods.values())).get("description")
        or next(iter(methods.values()))["summary"]
        for path, methods in paths.items()
    }


def addresses_page() -> str:
    """Return every address, its name and what it shows."""
    summaries = _summaries()
    rows = []
    for route, pattern in routes():
        plain = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route).strip("/")
        view = pattern.callback
        about = (
            summaries.get(plain)
            or _OF_THE_API.get(plain)
            or first_sentence(getattr(view, "view_class", view))
        )
        rows.append((f"`/{route}`", f"`{pattern.name or ''}`", about))
    lead = (
        "Svenska ord i adresserna, engelska namn i koden. Allt under `<slug:workspace>` kräver medlemskap i arbetsytan; "
        "för alla andra finns sidan inte (404). Beskrivningen är funktionens egen."
    )
    return page("Adresser", lead, table(("Adress", "Namn", "Vad den gör"), rows))


def commands_page() -> str:
    """Return what each command says about itself."""
    environment = dict(os.environ, COLUMNS="100", NO_COLOR="1")

    def told(*words: str) -> str:
        # The words are fixed here; nothing from outside reaches the command.
        answer = subprocess.run(  # noqa: S603
            [sys.executable, *words], capture_output=True, text=True, env=environment, check=True
        )
        return answer.stdout.strip()

    top = told("-m", "samsyn", "--help")
    names = re.findall(r"^  ([\w-]+) ", top, re.MULTILINE)
    parts = [["## samsyn", "", "```text", top, "```"]]
    for name in names:
        if name != "web":
            parts.append([f"## samsyn {name}", "", "```text", told("-m", "samsyn", name, "--help"), "```"])
    own = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    rows = []
    for name in own:
        module = __import__(f"{__package__}.{name}", fromlist=["Command"])
        rows.append((f"`samsyn web {name}`", module.Command.help))
    web = table(("Kommando", "Vad det gör"), rows)
    parts.append(
        ["## samsyn web", "", "Djangos egna kommandon (`migrate`, `check --deploy` …) och våra:", "", *web]
    )
    runner = DOCS.parent / "run.py"
    if runner.exists():
        parts.append(["## run.py", "", "```text", told(str(runner), "--help"), "```"])
    lead = "Från ett utcheckat träd: `python3 run.py samsyn KOMMANDO`. Varje kommando handlar som ett konto, genom samma tjänster som webben."
    return page("Kommandon", lead, *parts)


def permissions_page() -> str:
    """Return which role holds which permission and which classes it reads."""

    def word(member: Any) -> str:
        return glossary.label(member)

    rights = [
        (word(role), *("ja" if permission in PERMISSIONS[role] else "–" for permission in Permission))
        for role in Role
    ]
    reads = [
        (
            word(role),
            f"`{role.value}`",
            word(READS_UP_TO[role]),
            word(min(READS_UP_TO[role], SharingClass.COOPERATION)),
        )
        for role in Role
    ]
    names = [(word(permission), f"`{permission.value}`") for permission in Permission]
    classes = [(int(member), word(member), f"`{member.name}`") for member in SharingClass]
    return page(
        "Roller och rättigheter",
        "Reglerna står i `samsyn.domain.access`. En roll gäller i en arbetsyta, för alla platser eller för dem som medlemskapet räknar upp.",
        ["## Vad varje roll får göra", "", *table(("Roll", *(word(permission) for permission in Permission)), rights)],
        ["## Hur långt varje roll läser", "",
         "Privata aktörer läser aldrig över samverkan, vad rollen än är. Det egna läser var och en alltid, utom den som inte får se platser.", "",
         *table(("Roll", "I koden", "Som myndighet", "Som privat aktör"), reads)],
        ["## Delningsklasser", "", *table(("Nr", "Klass", "I koden"), classes)],
        ["## Rättigheternas namn", "", *table(("Rättighet", "I koden"), names)],
    )  # fmt: skip


def _field(field: Field[Any, Any]) -> tuple[str, str, str]:
    kind = type(field).__name__.removesuffix("Field")
    target = f"→ {field.related_model.__name__}" if isinstance(field.related_model, type) else ""
    size = f" {field.max_length}" if getattr(field, "max_length", None) else ""
    return f"`{field.name}`", f"{kind}{size}", target or ("får saknas" if field.null else "")


def _model(model: type[Model]) -> list[str]:
    fields = [field for field in model._meta.get_fields() if not isinstance(field, ForeignObjectRel)]
    # A model without a docstring of its own gets Django's list of columns, which the table below is.
    lines = [
        f"### {model.__name__}",
        "",
        first_sentence(model),
        "",
        *table(("Kolumn", "Slag", ""), [_field(one) for one in fields]),
    ]
    constraints = ", ".join(f"`{one.name}`" for one in model._meta.constraints)
    return [*lines, "", f"Regler i databasen: {constraints}."] if constraints else lines


def models_page() -> str:
    """Return every table with its columns."""
    parts = []
    for config in apps.get_app_configs():
        if not config.name.startswith("samsyn."):
            continue
        found = list(config.get_models())
        if found:
            parts.append([f"## {config.label}", ""])
            parts += [_model(model) for model in found]
    lead = "Tabellerna i webbens databas. Siffror står inte här utan i underlagens filer (`samsyn.store`). Personalens konton är de enda personerna."
    return page("Tabeller", lead, *parts)


def errors_page() -> str:
    """Return an index of the pages about errors."""
    rows = []
    for path in sorted((DOCS / "errors").glob("SAM*.md")):
        heading = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        code, _, title = heading.partition(": ")
        rows.append((f"[{code}]({path.name})", title))
    return page(
        "Felkoder",
        "Varje fel säger vad som hände och hur det rättas. Koden är densamma på webben, i kommandon och i rapporter.",
        table(("Kod", "Vad som hänt"), rows),
    )


PAGES = {
    "reference/settings.md": settings_page,
    "reference/addresses.md": addresses_page,
    "reference/commands.md": commands_page,
    "reference/permissions.md": permissions_page,
    "reference/models.md": models_page,
    "reference/glossary.md": glossary.reference_page,
    "reference/statemachines.md": workflows.reference_page,
    "reference/mappings.md": mapping_page.reference_page,
    "errors/README.md": errors_page,
}


class Command(BaseCommand):
    """Write the pages, or with --check tell which differ from the code."""

    help = "Write the reference pages from the code; --check changes nothing and says which are out of date."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --check."""
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail when a page is out of date"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        if not DOCS.is_dir():
            raise CommandError("The pages are written in a checkout; there is no docs folder beside src.")
        old = []
        with translation.override("sv"):
            for name, write in PAGES.items():
                path, text = DOCS / name, write()
                if path.exists() and path.read_text(encoding="utf-8") == text:
                    continue
                old.append(name)
                if not options["check"]:
                    path.write_text(text, encoding="utf-8")
        if old and options["check"]:
            raise CommandError(f"Out of date: {', '.join(old)}. Write them with: python3 run.py docs")
        self.stdout.write(", ".join(old) if old else "Nothing to write: the pages agree with the code.")
