"""The web's one door to the store for loading: versions, withdrawal, areas, and context events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from samsyn.domain.access import Actor, Permission, SharingClass, audience, check_permission
from samsyn.domain.places import AreaKey
from samsyn.store import Store
from samsyn.store.areas import StatisticalArea
from samsyn.store.errors import AlreadyLoaded, BrokenVersion
from samsyn.store.events.store import EventStore
from samsyn.store.query import Query
from samsyn.store.schema import (
    AreaRef,
    AreaRole,
    DatasetMeta,
    DatasetVersion,
    Frame,
    SeriesDefinition,
    VersionState,
    empty_frame,
)
from samsyn.web.facts.errors import UnknownDatasetHere
from samsyn.web.facts.models import ContextEvent, Dataset
from samsyn.web.people.models import Function, Workspace
from samsyn.web.people.services import record
from samsyn.web.places.models import Place
from samsyn.web.places.services import mirror_areas
from samsyn.web.ui.guarding import check_texts
from samsyn.web.ui.models import record_columns


def store_of(workspace: Workspace) -> Store:
    """Return the store of a workspace."""
    return Store(Path(settings.SAMSYN_HOME) / "store", workspace.slug)


def _by(actor: Actor) -> str:
    return str(Function.objects.select_related("organisation").get(pk=actor.function_id))


def load(
    actor: Actor,
    meta: DatasetMeta,
    frame: Frame,
    series: Sequence[SeriesDefinition],
    areas: Sequence[AreaRef],
    *,
    source: bytes,
    file_name: str,
    now: datetime,
    answers: Mapping[str, str] | None = None,
    reason: str = "",
    sharing_class: SharingClass = SharingClass.COOPERATION,
    override_reason: str = "",
) -> Dataset:
    """Load a data set as a new version in the store, and enter it in the catalogue.

    The store comes first. Should the machine stop in between, `reconcile` tells of it, and loading the same
    file again enters the version that is there.

    Raises
    ------
    NotAllowed, TextRefused
        And what `samsyn.store.Store.ingest` raises; nothing is then loaded.
    """
    check_permission(actor, Permission.LOAD_DATA)
    workspace = Workspace.objects.get(pk=actor.workspace_id)
    check_texts(
        actor,
        {
            "title": meta.title,
            "reference": meta.reference,
            "notes": meta.notes,
            "reason": reason,
            "file_name": file_name,
        },
        override_reason=override_reason,
    )
    store = store_of(workspace)
    try:
        version = store.ingest(
            meta, frame, series, areas,
            source=source, file_name=file_name, by=_by(actor), now=now, answers=answers, reason=reason,
        )  # fmt: skip
    except AlreadyLoaded as there:
        slug, number = str(there.facts["dataset"]), int(there.facts["version"])
        if Dataset.objects.filter(workspace=workspace, holds="values", slug=slug, version=number).exists():
            raise
        version = store.get(slug, number)  # stored, but the machine stopped before the catalogue knew
    with transaction.atomic():
        dataset = _enter(actor, version, now, sharing_class)
        mirror_areas(
            workspace,
            [
                (AreaKey(area.scheme, area.code, area.vintage), area.name, None)
                for area in areas
                if area.role is AreaRole.AREA and not _is_mirrored(workspace, area)
            ],
        )
        record(actor, "load", dataset, now=now, fields=("version",))
    return dataset


def _is_mirrored(workspace: Workspace, area: AreaRef) -> bool:
    from samsyn.web.places.models import StatisticalArea as Mirrored

    return Mirrored.objects.filter(
        workspace=workspace, scheme=area.scheme, code=area.code, vintage=area.vintage
    ).exists()


def _enter(
    actor: Actor,
    version: DatasetVersion,
    now: datetime,
    sharing_class: SharingClass,
    *,
    holds: str = "values",
) -> Dataset:
    dataset = Dataset(
        **record_columns(actor, now, sharing_class),
        slug=version.slug,
        version=version.version,
        title=version.meta.title,
        holds=holds,
    )
    dataset.save(force_insert=True)
    return dataset


def load_areas(
    actor: Actor,
    meta: DatasetMeta,
    areas: Sequence[StatisticalArea],
    *,
    source: bytes,
    file_name: str,
    now: datetime,
    reason: str = "",
) -> Dataset:
    """Load statistical areas with their shapes, and link the places that they touch.

    Raises
    ------
    NotAllowed
        And what `samsyn.store.Store.ingest_areas` raises; nothing is then loaded.
    """
    check_permission(actor, Permission.LOAD_DATA)
    workspace = Workspace.objects.get(pk=actor.workspace_id)
    version = store_of(workspace).ingest_areas(
        meta, areas, source=source, file_name=file_name, by=_by(actor), now=now, reason=reason
    )
    with transaction.atomic():
        dataset = _enter(actor, version, now, SharingClass.COOPERATION, holds="areas")
        mirror_areas(workspace, [(AreaKey(*area.key), area.name, area.wkb) for area in areas])
        record(actor, "load", dataset, now=now, fields=("version",))
    return dataset


def withdraw(
    actor: Actor, dataset: Dataset, *, reason: str, now: datetime, reinstate_former: bool = False
) -> DatasetVersion:
    """Mark a version as not to be used, with a reason; what was built on it says so.

    Raises
    ------
    NotAllowed, TextRefused
        And ReasonNeeded from the store.
    """
    check_permission(actor, Permission.LOAD_DATA)
    check_texts(actor, {"reason": reason})
    store = store_of(Workspace.objects.get(pk=actor.workspace_id))
    withdrawing = store.withdraw_areas if dataset.holds == "areas" else store.withdraw
    version = withdrawing(
        dataset.slug, dataset.version, reason, _by(actor), now, reinstate_former=reinstate_former
    )
    record(actor, "withdraw", dataset, now=now, fields=("state",))
    return version


def catalogue(actor: Actor) -> list[tuple[Dataset, DatasetVersion | None]]:
    """Return the data sets that the actor may see, each with its manifest (None when it is lost)."""
    store = store_of(Workspace.objects.get(pk=actor.workspace_id))
    manifests = {("values", version.slug, version.version): version for version in store.versions()}
    manifests |= {("areas", version.slug, version.version): version for version in store.area_versions()}
    return [
        (dataset, manifests.get((dataset.holds, dataset.slug, dataset.version)))
        for dataset in Dataset.objects.visible_to(actor).exclude(holds="events")
    ]


def manifest_of(dataset: Dataset) -> DatasetVersion | None:
    """Return what the store says about one version; None when its folder is lost or broken."""
    store = store_of(dataset.workspace)
    listed = store.area_versions if dataset.holds == "areas" else store.versions
    return next((one for one in listed(dataset.slug) if one.version == dataset.version), None)


def find(actor: Actor, slug: str, version: int, holds: str = "") -> Dataset:
    """Return one version that the actor may read; figures before shapes when both have the name.

    Raises
    ------
    UnknownDatasetHere
    """
    # Events have no page of rows: nobody looks at them one by one.
    rows = Dataset.objects.visible_to(actor).filter(slug=slug, version=version).exclude(holds="events")
    rows = (rows.filter(holds=holds) if holds else rows).select_related(
        "workspace", "owner", "author__organisation"
    )
    found = rows.order_by("-holds").first()
    if found is None:
        raise UnknownDatasetHere(dataset=slug, version=version)
    return found


@dataclass(frozen=True, slots=True)
class ShownRows:
    """The rows that a reader meets, and the series that are kept for the situational picture."""

    frame: Frame
    kept_back: tuple[SeriesDefinition, ...]


def rows_for(actor: Actor, dataset: Dataset, version: DatasetVersion, *, now: datetime) -> ShownRows:
    """Return the rows of a version as printed in the source, without what could point at persons.

    Readers below AUTHORITIES meet counts of persons, and sensitive counts, only where the source itself has
    published them; else they meet them in the situational picture, after disclosure control. Reading a data
    set of the class AUTHORITIES is logged.
    """
    # A data set reaches every place, so a member of some places is never in the working group of all of it.
    in_the_group = actor.place_ids is None and audience(actor) >= SharingClass.AUTHORITIES
    exact = in_the_group or version.meta.published is not None
    # One series about persons may be the part of any other: none of an unpublished set is then shown here.
    kept = () if exact or not _is_about_persons(dataset, version) else version.series
    shown = tuple(one.slug for one in version.series if one not in kept)
    if dataset.sharing_class >= SharingClass.AUTHORITIES:
        record(actor, "read", dataset, now=now, fields=("values",))
    if not shown:
        return ShownRows(empty_frame(), kept)
    query = Query(series=shown, datasets=(dataset.slug,), versions=((dataset.slug, dataset.version),))
    frame = store_of(dataset.workspace).run(query)
    return ShownRows(frame.sort_values(["source_row", "source_column"], kind="stable"), kept)


def _is_about_persons(dataset: Dataset, version: DatasetVersion) -> bool:
    if any(one.person_based or one.sensitive for one in version.series):
        return True
    frame = store_of(dataset.workspace).run(
        Query(datasets=(dataset.slug,), versions=((dataset.slug, dataset.version),))
    )
    return bool((frame["sex"] != "").any() or (frame["age_group"] != "").any())


def readable_datasets(actor: Actor) -> frozenset[str]:
    """Return the names of the data sets whose current version the actor may read."""
    return frozenset(
        dataset.slug
        for dataset, version in catalogue(actor)
        if version is not None and version.state is VersionState.CURRENT
    )


def add_context_event(
    actor: Actor,
    *,
    text_sv: str,
    kind: str,
    first: date,
    now: datetime,
    last: date | None = None,
    text_en: str = "",
    place: Place | None = None,
    source: str = "",
) -> ContextEvent:
    """Write down something that disturbs the series; it is drawn on every time line it touches.

    Raises
    ------
    NotAllowed, TextRefused
    """
    check_permission(actor, Permission.LOAD_DATA)
    check_texts(actor, {"text_sv": text_sv, "text_en": text_en, "source": source})
    with transaction.atomic():
        event = ContextEvent(
            **record_columns(actor, now),
            text_sv=text_sv.strip(),
            text_en=text_en.strip(),
            kind=kind,
            first=first,
            last=last,
            place=place,
            source=source.strip(),
        )
        event.save(force_insert=True)
        record(
            actor, "create", event, now=now, fields=("text_sv", "first"), place_id=place.pk if place else None
        )
    return event


def reconcile(workspace: Workspace) -> dict[str, Any]:
    """Compare the catalogue with the store's manifests; the store is the truth.

    Returns the versions that the catalogue lacks and the rows whose version is gone.
    """
    store = store_of(workspace)
    rows = Dataset.objects.filter(workspace=workspace)
    known = set(rows.values_list("holds", "slug", "version"))
    stored = {("values", version.slug, version.version) for version in store.versions()}
    stored |= {("areas", version.slug, version.version) for version in store.area_versions()}
    events = EventStore(Path(settings.SAMSYN_HOME) / "store", workspace.slug)
    stored |= {("events", held.slug, held.version) for held in events.manifests()}
    return {"not_in_catalogue": sorted(stored - known), "not_in_store": sorted(known - stored)}


def years_of(dataset: Dataset) -> tuple[int, int] | None:
    """Return the first and the last year that a version has figures for."""
    query = Query(datasets=(dataset.slug,), versions=((dataset.slug, dataset.version),))
    return _years(store_of(dataset.workspace).run(query))


def years_of_current(actor: Actor) -> dict[str, tuple[int, int]]:
    """Return the first and the last year of each data set's current version."""
    try:
        frame = store_of(Workspace.objects.get(pk=actor.workspace_id)).run(Query())
    except BrokenVersion:
        return {}  # the list says which one it is; its years are then left out for all
    held = {str(slug): _years(part) for slug, part in frame.groupby("dataset")}
    return {slug: years for slug, years in held.items() if years is not None}


def _years(frame: Frame) -> tuple[int, int] | None:
    if frame.empty:
        return None
    return frame["period_start"].min().year, (frame["period_end"].max() - timedelta(days=1)).year


def already_there(actor: Actor, slug: str, frame: Frame) -> list[str]:
    """Return the titles of other data sets that hold the same series for the same area and period."""
    if frame.empty:
        return []
    key = ["series", "scheme", "code", "vintage", "period_start", "sex", "age_group"]
    store = store_of(Workspace.objects.get(pk=actor.workspace_id))
    known = {one.slug for version in store.versions() for one in version.series}
    wanted = tuple(sorted(known & set(frame["series"])))
    if not wanted:
        return []
    held = store.run(Query(series=wanted))
    held = held[held["dataset"] != slug]
    if held.empty:
        return []
    both = held.merge(frame[key].drop_duplicates(), on=key)
    titles = dict(Dataset.objects.visible_to(actor).filter(holds="values").values_list("slug", "title"))
    return sorted({titles[name] for name in both["dataset"] if name in titles})


def cell_anchor(row: Mapping[str, Any]) -> str:
    """Return the name of a figure's cell on the page of rows: ``r12-c3``, ``r12``, empty without a row."""
    line, column = row.get("source_row"), row.get("source_column")
    if not line:
        return ""
    return f"r{int(line)}-c{int(column)}" if column else f"r{int(line)}"


def cell_address(workspace_slug: str, row: Mapping[str, Any]) -> str:
    """Return the address of the very cell that a row of the store came from."""
    address = reverse("dataset-rows", args=(workspace_slug, row["dataset"], int(row["version"])))
    anchor = cell_anchor(row)
    return f"{address}?rad={int(row['source_row'])}#{anchor}" if anchor else address
