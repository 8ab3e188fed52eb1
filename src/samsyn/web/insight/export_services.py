"""Aggregates of events as files: one granularity for each reader, so that two files never give a third."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from samsyn.domain.calendar import Period
from samsyn.reports import aggregate_files as files
from samsyn.reports.words import words
from samsyn.studies.event_aggregates import event_aggregates
from samsyn.web.insight.event_views import PROFILE_WEEKS, EventView

FORMATS = {
    "csv": ("CSV", "text/csv; charset=utf-8"),
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "parquet": ("Parquet", "application/vnd.apache.parquet"),
    "gpkg": ("GeoPackage", "application/geopackage+sqlite3"),
    "zip": ("ZIP", "application/zip"),
}


@dataclass(frozen=True)
class Made:
    """A file on its way out."""

    content: bytes
    media_type: str
    file_name: str


def aggregates(
    view: EventView, places: Mapping[str, str], shapes: Mapping[str, bytes], wanted: str, *, language: str
) -> Made:
    """Return the sums of the places as a file: whole months for the working group, whole weeks for others."""
    spoken = words(language)
    if view.exact:
        first, end = _next_month(view.first - timedelta(days=1)), view.end.replace(day=1)
        step = "month"
    else:
        first, end, step = max(view.first, view.end - timedelta(weeks=PROFILE_WEEKS)), view.end, "week"
    period = Period(first, end)
    counted = view.cube.counts(list(places), list(view.kinds()), period, step=step)  # type: ignore[arg-type]
    starts = [date.fromisoformat(str(start)) for start in counted.starts]
    ends = [*starts[1:], end]
    made = event_aggregates(
        counted.values, counted.areas, counted.kinds, list(zip(starts, ends, strict=True)),
        audience=view.level, k=settings.SAMSYN_SUPPRESSION_THRESHOLD,
    )  # fmt: skip
    meta = view.about.meta
    about = files.About(
        title=meta.title,
        source=meta.publisher,
        licence=meta.licence,
        period=spoken.period(first, end),
        made_for=spoken.gettext("the working group")
        if view.exact
        else spoken.gettext("all in the cooperation"),
        smallest=0 if view.exact else settings.SAMSYN_SUPPRESSION_THRESHOLD,
        version=f"{view.about.slug} v{view.about.version}, {view.about.content_sha256[:16]}",
    )
    rows = files.rows_of(made, places, spoken)
    content = {
        "csv": lambda: files.as_csv(rows),
        "xlsx": lambda: files.as_xlsx(rows, about, spoken),
        "parquet": lambda: files.as_parquet(rows, about, spoken),
        "gpkg": lambda: files.as_geopackage(rows, shapes, about, spoken),
        "zip": lambda: files.as_package(rows, about, spoken, language=language),
    }[wanted]()
    return Made(
        content, FORMATS[wanted][1], f"{view.about.slug}-{first.isoformat()}-{end.isoformat()}.{wanted}"
    )


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
