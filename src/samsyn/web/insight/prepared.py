"""What pages read of a set of events, worked out once when it is loaded and kept in files.

Everything here follows from the events alone and is the same for all readers; what a reader may meet of it is
chosen in `samsyn.web.insight.deviation_services`. A file is named after the content, the version and its
revision, and the areas and places that the events were compared with, so it is never wrong, and those of
anything older are swept away by the next load.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.conf import settings

from samsyn import geography
from samsyn.domain.access import SharingClass
from samsyn.domain.calendar import Period
from samsyn.domain.errors import SamsynError
from samsyn.domain.events import rule_of_kind
from samsyn.store.events.cube import EVERYWHERE, PLACES
from samsyn.store.events.schema import EventSet
from samsyn.store.schema import VersionState
from samsyn.studies.deviations import EventCounts, Judgement, Span, judge
from samsyn.studies.event_hours import WeekHours, week_hours
from samsyn.studies.event_spots import spot_sums
from samsyn.studies.kept_judgements import packed, unpacked
from samsyn.web.facts.event_services import Reassigned, assign_what_changed, event_store, has_events
from samsyn.web.insight.event_views import EventView
from samsyn.web.people.models import Workspace
from samsyn.web.places.models import Place, SubPlace

Arrays = dict[str, npt.NDArray[Any]]
#: How many days back "since the last briefing" reaches when nobody says.
SINCE_DAYS = 3


def prepare(workspace: Workspace, dataset: str) -> tuple[str, ...]:
    """Work out what pages read of a set of events, so that no reader has to wait for it.

    Returns the schemes whose sums were built; none when they were there, or when the set is context alone.
    """
    store = event_store(workspace)
    about = store.get(dataset)
    if not about.may_deviate:
        return ()
    lacking = store.cubes_lacking(dataset)
    for scheme in lacking:
        store.cube(dataset, scheme)
    view = EventView(about, store.cube(dataset, PLACES), exact=True, level=SharingClass.AUTHORITIES)
    _sweep(workspace, view)
    # With less than four weeks there is nothing that a page could show.
    if view.end - timedelta(days=28) >= view.first:
        for days in (7, 28, SINCE_DAYS):
            for scheme in about.area_schemes:
                area_sums(workspace, view, scheme, Period(view.end - timedelta(days=days), view.end))
        recent = _RecentEvents(workspace, view)
        week_profile(workspace, view, recent)
        for place in Place.objects.filter(workspace=workspace).order_by("pk"):
            spots_of(workspace, view, place.slug, positions_of(view, place), recent)
        since = view.end - timedelta(days=SINCE_DAYS)
        for span, first in ((Span.WEEK, None), (Span.FOUR_WEEKS, None), (Span.SINCE, since)):
            # Each place by itself is worked out, and kept, when somebody first looks.
            judgement_of(workspace, view, None, span, first, view.end)
    derived(workspace, view, DONE, dict)
    return lacking


#: The file that says that all of it has been worked out.
DONE = "done"


def is_prepared(workspace: Workspace, about: EventSet) -> bool:
    """Return whether what pages read of a set has been worked out."""
    return (folder_of(workspace, about.slug) / f"{DONE}{_ending(about)}").exists()


def tick(now: datetime) -> list[str]:
    """Assign events anew where boundaries or areas changed, and work out what pages read of the sets."""
    lines = []
    for done in assign_what_changed(now):
        if isinstance(done, Reassigned):
            lines.append(f"events: {done.workspace.slug}/{done.dataset}, {done.parts} parts assigned anew")
        else:
            workspace, dataset, stopped = done
            lines.append(f"events: {workspace.slug}/{dataset} can not be assigned anew ({stopped.code})")
    return lines + prepare_waiting()


def prepare_waiting() -> list[str]:
    """Work out what pages read of every set that lacks it; return a line on each, also on what failed."""
    lines = []
    for workspace in Workspace.objects.order_by("slug"):
        if not has_events(workspace):
            continue
        store = event_store(workspace)
        for about in store.manifests():
            if about.state is not VersionState.CURRENT or not about.may_deviate:
                continue
            if is_prepared(workspace, about) and not store.cubes_lacking(about.slug):
                continue
            try:
                prepare(workspace, about.slug)
            except SamsynError as stopped:
                lines.append(f"events: {workspace.slug}/{about.slug} can not be worked out ({stopped.code})")
            else:
                lines.append(f"events: {workspace.slug}/{about.slug} is worked out for the pages")
    return lines


def judgement_of(
    workspace: Workspace, view: EventView, place: str | None, span: Span, since: date | None, until: date
) -> Judgement:
    """Return what the history foretells of every place and kind, or of one place with parts of the week.

    Kept in a file for the newest period; an older one is worked out for each reader.
    """
    length = {Span.WEEK: 7, Span.FOUR_WEEKS: 28}.get(span) or (until - (since or until)).days
    period = Period(until - timedelta(days=length), until)

    def made() -> Judgement:
        counts = county_counts(view, _places(view)) if place is None else place_counts(view, place)
        return judge(counts, until=until, span=span, since=since, parts=place is not None)

    newest = until == view.end and (span is not Span.SINCE or length == SINCE_DAYS)
    if not newest:
        return made()

    name = f"judged-{place or EVERYWHERE_NAME}-{span.value}"
    found, history, refused = unpacked(derived(workspace, view, name, lambda: packed(made())))
    return Judgement(
        places=_places(view) if place is None else (place,),
        kinds=view.cube.kinds,
        parts=place is not None,
        first=view.first,
        period=period,
        span=span,
        history=history,
        found=found,
        refused=refused,
    )


#: Not a slug, so no place has a file of this name.
EVERYWHERE_NAME = "_county"


def county_counts(view: EventView, places: Sequence[str], kinds: Sequence[str] | None = None) -> EventCounts:
    """Return whole days by place and kind."""
    named = list(view.cube.kinds if kinds is None else kinds)
    counted = view.cube.counts(list(places), named, Period(view.first, view.end))
    return EventCounts(counted.areas, counted.kinds, view.first, counted.values[..., None])


def place_counts(view: EventView, place: str, kinds: Sequence[str] | None = None) -> EventCounts:
    """Return one place hour by hour."""
    named = tuple(view.cube.kinds if kinds is None else kinds)
    hours = view.cube.hourly(place, named, Period(view.first, view.end))
    return EventCounts((place,), named, view.first, hours[None])


def area_sums(workspace: Workspace, view: EventView, scheme: str, period: Period) -> dict[str, int]:
    """Return how many events a period has in each area, without the kinds that mirror police work."""

    def made() -> Arrays:
        cube = event_store(workspace).cube(view.about.slug, scheme)
        kinds = [kind for kind in cube.kinds if not rule_of_kind(kind).detection_driven]
        counted = cube.counts(None, kinds, period)
        return {"codes": np.array(counted.areas, dtype=str), "sums": counted.values.sum(axis=(1, 2))}

    name = f"areas-{scheme}-{period.first.isoformat()}-{period.end.isoformat()}"
    # Only what ends with the newest day is kept: anybody may ask for any week.
    kept = derived(workspace, view, name, made) if period.end == view.end else made()
    return dict(zip(kept["codes"].tolist(), np.maximum(kept["sums"], 0).tolist(), strict=True))


@dataclass
class _RecentEvents:
    """The events of the last year at the places, read once for all that is worked out of them."""

    workspace: Workspace
    view: EventView
    _read: pd.DataFrame | None = None

    def frame(self) -> pd.DataFrame:
        """Return them; part by part, with names as numbers, so that memory follows one year alone."""
        if self._read is None:
            self._read = self._read_parts()
        return self._read

    def _read_parts(self) -> pd.DataFrame:
        import pyarrow as pa
        import pyarrow.compute as compute
        import pyarrow.parquet as parquet

        period, found = self.view.profile, []
        names = ["start", "end", "count", "place", "kind", "day", "hour", "x", "y"]
        for path, part in event_store(self.workspace).part_files(self.view.about.slug):
            if part.last_day < period.first or part.first_day >= period.end:
                continue
            with parquet.ParquetFile(path, read_dictionary=["place", "kind"]) as opened:
                for batch in opened.iter_batches(500_000, columns=names):
                    day = batch.column("day")
                    inside = compute.and_(
                        compute.and_(
                            compute.greater_equal(day, pa.scalar(period.first)),
                            compute.less(day, pa.scalar(period.end)),
                        ),
                        compute.not_equal(batch.column("place").cast(pa.string()), ""),
                    )
                    found.append(pa.Table.from_batches([batch.filter(inside)]))
        if not found:
            return pd.DataFrame({name: [] for name in names})
        frame: pd.DataFrame = pa.concat_tables(found).unify_dictionaries().to_pandas()
        return frame


def week_profile(workspace: Workspace, view: EventView, recent: _RecentEvents | None = None) -> WeekHours:
    """Return when in the week the events of the last year fall, by place and kind."""

    def made() -> Arrays:
        table = (recent or _RecentEvents(workspace, view)).frame()
        counted = week_hours(
            table["start"].to_numpy(),
            table["end"].to_numpy(),
            table["count"].to_numpy(),
            table["place"].array,
            table["kind"].array,
            table["hour"].to_numpy() >= 0,
            time_zone=view.about.time_zone,
        )
        return {
            "places": np.array(counted.places, dtype=str), "kinds": np.array(counted.kinds, dtype=str),
            "hours": counted.hours, "placed": counted.placed, "unplaced": counted.unplaced,
        }  # fmt: skip

    kept = derived(workspace, view, "week", made)
    places, kinds = (tuple(kept[name].tolist()) for name in ("places", "kinds"))
    return WeekHours(places, kinds, kept["hours"], kept["placed"], kept["unplaced"])


def positions_of(view: EventView, place: Place) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Return the sub-places that have a position: names and metres."""
    spots: Iterable[SubPlace] = place.sub_places.exclude(longitude=None).order_by("pk")
    names = [one.name for one in spots]
    lonlat = [(one.longitude or 0.0, one.latitude or 0.0) for one in spots]
    at = geography.to_metres(lonlat, view.about.crs) if lonlat else np.zeros((0, 2))
    return names, at


def spots_of(
    workspace: Workspace,
    view: EventView,
    place: str,
    spots: tuple[list[str], npt.NDArray[np.float64]],
    recent: _RecentEvents | None = None,
) -> npt.NDArray[np.int64]:
    """Return the events of the year and of four weeks by nearest sub-place; the last row is near none.

    Without the kinds that mirror how much the police search: they would say where the police stood.
    """
    _names, at = spots
    if not len(at):
        return np.zeros((1, 2), dtype=np.int64)
    digest = hashlib.sha256(np.ascontiguousarray(at).tobytes()).hexdigest()[:8]

    def made() -> Arrays:
        table = (recent or _RecentEvents(workspace, view)).frame()
        wanted = [kind for kind in view.cube.kinds if not rule_of_kind(kind).detection_driven]
        table = table[(table["place"] == place) & table["kind"].isin(wanted)]
        late = pd.to_datetime(table["day"]) >= pd.Timestamp(view.profile.end - timedelta(days=28))
        sums = spot_sums(
            table["x"].to_numpy(dtype=float), table["y"].to_numpy(dtype=float),
            table["count"].to_numpy(dtype=np.int64), late.to_numpy(dtype=bool), at,
        )  # fmt: skip
        return {"sums": sums}

    return np.maximum(derived(workspace, view, f"spots-{place}-{digest}", made)["sums"], 0)


def _places(view: EventView) -> tuple[str, ...]:
    return tuple(area for area in view.cube.areas if area not in ("", EVERYWHERE))


def _ending(about: EventSet) -> str:
    # The content leaves out where the events were placed, and revisions begin again with each version.
    told = [[name, use.vintage, use.content_sha256] for name, use in sorted(about.uses.items())]
    digest = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:8]
    return f"-{about.content_sha256[:16]}-v{about.version}-r{about.revision}-{digest}.npz"


def folder_of(workspace: Workspace, dataset: str) -> Path:
    """Return where what follows from a set of events is kept."""
    return Path(settings.SAMSYN_HOME) / "derived" / workspace.slug / dataset


def derived(workspace: Workspace, view: EventView, name: str, make: Callable[[], Arrays]) -> Arrays:
    """Return what follows from the events, kept in a file from the first time: the work grows with them."""
    folder = folder_of(workspace, view.about.slug)
    path = folder / f"{name}{_ending(view.about)}"
    if not path.exists():
        arrays = make()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".tmp", delete=False) as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        Path(file.name).replace(path)
    with np.load(path) as kept:
        return {key: kept[key] for key in kept.files}


def _sweep(workspace: Workspace, view: EventView) -> None:
    """Remove what followed from other content, or from another version, revision or placing of the set."""
    folder = folder_of(workspace, view.about.slug)
    for path in folder.iterdir() if folder.is_dir() else ():
        if not path.name.endswith(_ending(view.about)):
            path.unlink(missing_ok=True)
