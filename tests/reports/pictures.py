"""Documents that the tests of the renderers share."""

from __future__ import annotations

from datetime import date

from samsyn.domain.access import SharingClass
from samsyn.domain.calendar import Period
from samsyn.reports.document import Document
from samsyn.reports.templates import Approval, Challenge, situational_picture
from samsyn.studies.findings import SituationFindings
from samsyn.studies.situation import ContextEvent, describe_situation
from tests.studies.published import HASSELBY, place, stockholm

EVENTS = (ContextEvent("ombyggnad", "Ombyggnad av torget", date(2018, 5, 1), date(2019, 3, 1)),)


def findings(
    *, audience: SharingClass = SharingClass.AUTHORITIES, published: bool = True, name: str = "Sergels torg"
) -> SituationFindings:
    """Return a picture's findings."""
    store = stockholm(published=date(2020, 3, 1) if published else None)
    where = place(name=name) if name != "Hässelby torg" else place(HASSELBY, name=name)
    return describe_situation(
        store,
        where,
        Period.of_years(2017, 2019),
        audience=audience,
        as_of=date(2026, 11, 20),
        context_events=EVENTS,
    )


def document(language: str = "sv", **facts: object) -> Document:
    """Return a picture as a document with everything in it."""
    return situational_picture(
        findings(**facts),  # type: ignore[arg-type]
        language,
        approvals=(Approval("Kommunpolis, Norrmalm", date(2026, 11, 19)),),
        challenges=(
            Challenge("Trafikförvaltningen", date(2026, 11, 20), "Fylleri räknas även vid spärrarna."),
        ),
        assessment_summary="ODS10: 7 av 10 (2 vet ej → 7–9).",
        status_line="Utkast, inte undertecknat",
        banner="Allt här är simulerat",
    )
