"""Versions of event sets on disk: which there are, what their manifests say, which one is current.

``_events/<dataset>/v0001/manifest.json`` was written last and renamed into place; a folder without one was
never finished and is not seen. A manifest is replaced whole when parts are, in one step, so a reader has
either the old list of parts or the new one, and the files of both are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from samsyn.store.errors import BrokenVersion, UnknownDataset, UnknownVersion
from samsyn.store.events.schema import (
    EventSet,
    PartFile,
    PositionKind,
    Revision,
    Rounding,
    SchemeUse,
    SourceFile,
    TimePrecision,
)
from samsyn.store.provenance import VersionFolders, nearest_name
from samsyn.store.schema import DatasetMeta, VersionState

FORMAT = 1
PARTS = "parts"


class EventArchive(VersionFolders[EventSet]):
    """The event sets in one folder.

    Parameters
    ----------
    folder : Path
        One folder for each data set.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, event_set_from)

    def part_path(self, dataset: str, version: int, part: str) -> Path:
        """Return the file of a part."""
        return self.path(dataset, version) / PARTS / part

    def all(self, dataset: str | None = None) -> tuple[tuple[EventSet, ...], tuple[tuple[str, int], ...]]:
        """Return every version that can be read, and the names of those that can not."""
        readable: list[EventSet] = []
        unreadable: list[tuple[str, int]] = []
        for name in self.datasets() if dataset is None else (dataset,):
            current = self.current_number(name)
            for number in self.finished(name):
                try:
                    readable.append(self._load(name, number, current))
                except BrokenVersion:
                    unreadable.append((name, number))
        return tuple(readable), tuple(unreadable)

    def find(self, dataset: str, version: int | None = None) -> EventSet:
        """Return one version, whatever its state; the current one when no number is given.

        Raises
        ------
        UnknownDataset, UnknownVersion, BrokenVersion
        """
        finished = self.finished(dataset)
        if not finished:
            raise UnknownDataset(wanted=dataset, nearest=nearest_name(dataset, self.datasets()))
        current = self.current_number(dataset)
        number = current if version is None else version
        if number not in finished:
            known = ", ".join(map(str, finished))
            raise UnknownVersion(dataset=dataset, version=version or VersionState.CURRENT, known=known)
        return self._load(dataset, number, current)

    def _load(self, dataset: str, number: int, current: int | None) -> EventSet:
        return replace(self.told(dataset, number), **self.standing(dataset, number, current))


def manifest_of(events: EventSet) -> dict[str, Any]:
    """Return a version as values that JSON can hold; its state is not among them, since that may change."""
    kept = asdict(events)
    del kept["state"]
    return {"format": FORMAT, **kept}


def event_set_from(kept: Mapping[str, Any]) -> EventSet:
    """Return the version that a manifest tells of, as current until something else says otherwise."""
    if kept["format"] != FORMAT:
        raise ValueError(f"format {kept['format']} is not known")
    names = {one.name for one in fields(EventSet)}
    facts = {name: value for name, value in kept.items() if name in names}
    meta = dict(kept["meta"])
    for name in ("published", "retrieved"):
        meta[name] = _day(meta[name])
    facts["meta"] = DatasetMeta(**meta)
    facts["position_kind"] = PositionKind(kept["position_kind"])
    facts["time_precision"] = TimePrecision(kept["time_precision"])
    facts["rounding"] = Rounding(**kept["rounding"])
    facts["source"] = SourceFile(**kept["source"])
    facts["schemes"] = {name: SchemeUse(**use) for name, use in kept["schemes"].items()}
    facts["attributes"] = {name: tuple(values) for name, values in kept["attributes"].items()}
    facts["loaded_at"] = None if kept["loaded_at"] is None else datetime.fromisoformat(kept["loaded_at"])
    facts["first_day"], facts["last_day"] = _day(kept["first_day"]), _day(kept["last_day"])
    for name in ("parts", "lost"):
        facts[name] = tuple(_part(one) for one in kept[name])
    facts["revisions"] = tuple(
        Revision(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in kept["revisions"]
    )
    return EventSet(**facts)


def _part(kept: Mapping[str, Any]) -> PartFile:
    box = kept["bbox"]
    days = {name: date.fromisoformat(kept[name]) for name in ("first_day", "last_day")}
    return PartFile(**{**kept, **days, "bbox": None if box is None else tuple(box)})


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
