"""The shapes that both demonstration workspaces are made of: what a seeder reads and nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from samsyn.domain.access import OrganisationKind, Role
from samsyn.domain.categories import (
    NeighbourhoodFact,
    PlaceKind,
    SceneDominance,
    SceneForm,
    SubPlaceKind,
)
from samsyn.domain.scenes import Answer, DefinitionGate
from samsyn.store.schema import AreaRef, DatasetMeta, SeriesDefinition


@dataclass(frozen=True, slots=True)
class DemoFunction:
    """A function in an organisation, the smallest unit that is named; never a person."""

    slug: str
    title: str
    role: Role


@dataclass(frozen=True, slots=True)
class DemoOrganisation:
    """A party and its functions; ``municipality`` is a code, or "" for one that works in the whole county."""

    slug: str
    name: str
    kind: OrganisationKind
    is_authority: bool
    municipality: str
    functions: tuple[DemoFunction, ...]


@dataclass(frozen=True, slots=True)
class DemoBoundary:
    """One dated boundary, in SWEREF 99 TM; ``reason`` says why it came, ``approximate`` that we drew it."""

    wkb: bytes
    valid_from: date
    valid_to: date | None
    area_ha: float
    reason: str
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class DemoSubPlace:
    """A named part of a place; ``wkb`` is a point in SWEREF 99 TM."""

    name: str
    kind: SubPlaceKind
    wkb: bytes


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """A place with its history.

    ``areas`` are (scheme, code, vintage, share of the place) of its latest boundary; ``status`` is active,
    ceased, merged or split_off, and ``related`` the slug of the place it went into or came from.
    """

    slug: str
    name: str
    municipality: str
    kind: PlaceKind
    form: SceneForm
    dominance: SceneDominance
    boundaries: tuple[DemoBoundary, ...]
    sub_places: tuple[DemoSubPlace, ...]
    facts: tuple[tuple[NeighbourhoodFact, Answer], ...]
    areas: tuple[tuple[str, str, str, float], ...]
    status: str = "active"
    related: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class DemoContextEvent:
    """Something that disturbs a series; ``end`` is exclusive, ``place`` a slug or "" for all."""

    key: str
    label: str
    kind: str
    first: date
    end: date | None
    place: str
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class DemoAssessment:
    """The answers of one function to one indicator list about one boundary (its position in the place)."""

    place: str
    indicator_set: str
    assessor: str
    assessed_on: date
    boundary: int
    answers: Mapping[int, Answer]
    gate: DefinitionGate


@dataclass(frozen=True, slots=True)
class DemoDataset:
    """A data set ready for ``Store.ingest``: its frame, what the series and areas are, the source bytes."""

    meta: DatasetMeta
    series: tuple[SeriesDefinition, ...]
    areas: tuple[AreaRef, ...]
    frame: pd.DataFrame = field(compare=False, repr=False)
    source: bytes = field(repr=False)
    file_name: str
    answers: Mapping[str, str] = field(default_factory=dict)
