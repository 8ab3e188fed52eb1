"""The web's one door to the store for loading: versions, withdrawal, areas, and context events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop as _

from samsyn.domain.access import Actor, Permission, SharingClass, check_permission
from samsyn.domain.errors import SamsynError
from samsyn.domain.places import AreaKey
from samsyn.store import Store
from samsyn.store.areas import StatisticalArea
from samsyn.store.schema import (
    AreaRef,
    AreaRole,
    DatasetMeta,
    DatasetVersion,
    Frame,
    SeriesDefinition,
    VersionState,
)
from samsyn.web.facts.models import ContextEvent, Dataset
from samsyn.web.people.models import Function, Workspace
from samsyn.web.people.services import record
from samsyn.web.places.models import Place
from samsyn.web.places.services import mirror_areas
from samsyn.web.ui.guarding import check_texts
from samsyn.web.ui.models import record_columns


class UnknownDatasetHere(SamsynError):
    """The reader asked for a version that is not there for them."""

    code = "SAM630"
    template = _("There is no version %(version)s of %(dataset)s here.")
    mend = _("Choose one in the list of data sets.")


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
    published_by_source: bool = False,
) -> Dataset:
    """Load a data set as a new version in the store, and enter it in the catalogue.

    The store comes first: should the machine stop in between, `reconcile` enters what is missing.

    Raises
    ------
    NotAllowed, TextRefused
        And what `samsyn.store.Store.ingest` raises; nothing is then loaded.
    """
    check_permission(actor, Permission.LOAD_DATA)
    workspace = Workspace.objects.get(pk=actor.workspace_id)
    check_texts(
        actor.workspace_id,
        {"title": meta.title, "reference": meta.reference, "notes": meta.notes, "reason": reason, "file_name": file_name},
    )
    version = store_of(workspace).ingest(
        meta, frame, series, areas,
        source=source, file_name=file_name, by=_by(actor), now=now, answers=answers, reason=reason,
    )  # fmt: skip
    with transaction.atomic():
        dataset = _enter(actor, version, now, sharing_class, published_by_source=published_by_source)
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
    published_by_source: bool,
    holds: str = "values",
) -> Dataset:
    dataset = Dataset(
        **record_columns(actor, now, sharing_class),
        slug=version.slug,
        version=version.version,
        title=version.meta.title,
        holds=holds,
        published_by_source=published_by_source,
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
        dataset = _enter(
            actor, version, now, SharingClass.COOPERATION, published_by_source=True, holds="areas"
        )
        mirror_areas(workspace, [(AreaKey(*area.key), area.name, area.wkb) for area in areas])
        record(actor, "load", dataset, now=now, fields=("version",))
    return dataset


def withdraw(actor: Actor, dataset: Dataset, *, reason: str, now: datetime) -> DatasetVersion:
    """Mark a version as not to be used, with a reason; what was built on it says so.

    Raises
    ------
    NotAllowed, TextRefused
        And ReasonNeeded from the store.
    """
    check_permission(actor, Permission.LOAD_DATA)
    check_texts(actor.workspace_id, {"reason": reason})
    store = store_of(Workspace.objects.get(pk=actor.workspace_id))
    withdrawing = store.withdraw_areas if dataset.holds == "areas" else store.withdraw
    version = withdrawing(dataset.slug, dataset.version, reason, _by(actor), now)
    record(actor, "withdraw", dataset, now=now, fields=("state",))
    return version


def catalogue(actor: Actor) -> list[tuple[Dataset, DatasetVersion | None]]:
    """Return the data sets that the actor may see, each with its manifest (None when it is lost)."""
    store = store_of(Workspace.objects.get(pk=actor.workspace_id))
    manifests = {("values", version.slug, version.version): version for version in store.versions()}
    manifests |= {("areas", version.slug, version.version): version for version in store.area_versions()}
    return [
        (dataset, manifests.get((dataset.holds, dataset.slug, dataset.version)))
        for dataset in Dataset.objects.visible_to(actor)
    ]


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
    check_texts(actor.workspace_id, {"text_sv": text_sv, "text_en": text_en, "source": source})
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
        record(actor, "create", event, now=now, fields=("text_sv", "first"), place_id=place.pk if place else None)
    return event


def reconcile(workspace: Workspace) -> dict[str, Any]:
    """Compare the catalogue with the store's manifests; the store is the truth.

    Returns the versions that the catalogue lacks and the rows whose version is gone.
    """
    store = store_of(workspace)
    known = set(Dataset.objects.filter(workspace=workspace).values_list("holds", "slug", "version"))
    stored = {("values", version.slug, version.version) for version in store.versions()}
    stored |= {("areas", version.slug, version.version) for version in store.area_versions()}
    return {"not_in_catalogue": sorted(stored - known), "not_in_store": sorted(known - stored)}
