"""The workspace with published figures: two real squares, boundaries drawn by us, nothing invented.

The boundaries are rough outlines of each square and what lies closest to it, drawn for the map and marked
as approximate. They decide nothing and were copied from nowhere. There is no operational data here.
"""

from __future__ import annotations

from datetime import date

import shapely

from samsyn import geography
from samsyn.demo.parts import (
    DemoBoundary,
    DemoContextEvent,
    DemoDataset,
    DemoFunction,
    DemoOrganisation,
    DemoPlace,
    DemoSubPlace,
)
from samsyn.demo.published_tables import stad_table, vision_klara_table
from samsyn.domain.access import OrganisationKind, Role
from samsyn.domain.categories import (
    NeighbourhoodFact,
    PlaceKind,
    SceneDominance,
    SceneForm,
    SubPlaceKind,
)
from samsyn.domain.scenes import Answer
from samsyn.geography.systems import SWEREF_99_TM, WGS_84, project
from samsyn.store.schema import UNKNOWN_VINTAGE

MUNICIPALITY = "0180"

# Longitude and latitude, rounded to some ten metres on purpose.
_SERGELS_TORG = (
    (18.0634, 59.3322), (18.0642, 59.3325), (18.0653, 59.3325), (18.0664, 59.3323), (18.0667, 59.3318),
    (18.0663, 59.3314), (18.0654, 59.3311), (18.0644, 59.3312), (18.0637, 59.3316),
)  # fmt: skip
_HASSELBY_TORG = (
    (17.8419, 59.3690), (17.8427, 59.3697), (17.8440, 59.3699), (17.8452, 59.3695), (17.8457, 59.3688),
    (17.8452, 59.3681), (17.8440, 59.3678), (17.8428, 59.3680), (17.8420, 59.3684),
)  # fmt: skip


def places() -> tuple[DemoPlace, ...]:
    """Return the two squares with approximate boundaries, sub-places and what the sources say of them.

    Examples
    --------
    >>> [place.name for place in places()]
    ['Sergels torg', 'Hässelby torg']
    """
    yes, unknown = Answer.YES, Answer.DONT_KNOW
    fact = NeighbourhoodFact
    return (
        DemoPlace(
            "sergels-torg",
            "Sergels torg",
            MUNICIPALITY,
            PlaceKind.GUEST_ARENA,
            SceneForm.NOT_DESCRIBED,
            SceneDominance.NOT_DESCRIBED,
            (_approximate(_SERGELS_TORG),),
            (
                _sub_place("Plattan", SubPlaceKind.SQUARE, 18.0645, 59.3320),
                _sub_place("Trappan mot Drottninggatan", SubPlaceKind.STAIRS, 18.0637, 59.3318),
                _sub_place("Entrén till tunnelbanan", SubPlaceKind.ENTRANCE, 18.0641, 59.3322),
                _sub_place("Fontänen", SubPlaceKind.OTHER, 18.0655, 59.3323),
            ),
            ((fact.TRANSIT_NODE, yes), (fact.NEAR_RAIL_STATION, yes), (fact.NEAR_SCHOOL, unknown)),
            (
                ("basomrade", "101025", UNKNOWN_VINTAGE, 1.0),
                ("stadsdelsomrade", "norrmalm", UNKNOWN_VINTAGE, 1.0),
                ("lokalpolisomrade", "norrmalm", UNKNOWN_VINTAGE, 1.0),
                ("polisregion", "stockholm", UNKNOWN_VINTAGE, 1.0),
            ),
            note="Gränsen är ungefärlig och ritad för kartan. Siffrorna gäller basområdet kring torget.",
        ),
        DemoPlace(
            "hasselby-torg",
            "Hässelby torg",
            MUNICIPALITY,
            PlaceKind.LOCAL_CENTRE,
            SceneForm.NOT_DESCRIBED,
            SceneDominance.NOT_DESCRIBED,
            (_approximate(_HASSELBY_TORG),),
            (
                _sub_place("Torgytan", SubPlaceKind.SQUARE, 17.8438, 59.3688),
                _sub_place("Centrumentrén", SubPlaceKind.ENTRANCE, 17.8444, 59.3685),
                _sub_place("Parkeringen", SubPlaceKind.PARKING, 17.8429, 59.3692),
            ),
            ((fact.TRANSIT_NODE, unknown), (fact.NEAR_SCHOOL, unknown)),
            (("basomrade", "225012", UNKNOWN_VINTAGE, 1.0),),
            note="Gränsen är ungefärlig och ritad för kartan. Siffrorna gäller basområdet kring torget.",
        ),
    )


def organisations() -> tuple[DemoOrganisation, ...]:
    """Return the parties that the published material names, as functions only."""
    kind = OrganisationKind

    def party(
        slug: str, name: str, what: OrganisationKind, authority: bool, *functions: tuple[str, str, Role]
    ) -> DemoOrganisation:
        made = tuple(DemoFunction(f"{slug}-{key}", title, role) for key, title, role in functions)
        return DemoOrganisation(slug, name, what, authority, MUNICIPALITY, made)

    return (
        party(
            "polisen-norrmalm", "Polisen, lokalpolisområde Norrmalm", kind.POLICE, True,
            ("kommunpolis", "Kommunpolis", Role.MUNICIPAL_POLICE_LIAISON),
            ("omradespolis", "Områdespolis", Role.AREA_OFFICER),
            ("ingripande", "Ingripandepolis", Role.RESPONSE_OFFICER),
        ),
        party(
            "norrmalms-stadsdelsforvaltning", "Norrmalms stadsdelsförvaltning", kind.MUNICIPALITY, True,
            ("samordnare", "Trygghetssamordnare", Role.SAFETY_COORDINATOR),
            ("falt", "Fältassistenter", Role.OUTREACH_WORKER),
            ("platsansvarig", "Platsansvarig", Role.PLACE_MANAGER),
        ),
        party(
            "polisen-vallingby", "Polisen, lokalpolisområde Vällingby", kind.POLICE, True,
            ("kommunpolis", "Kommunpolis", Role.MUNICIPAL_POLICE_LIAISON),
            ("omradespolis", "Områdespolis", Role.AREA_OFFICER),
        ),
        party(
            "hasselby-vallingby-stadsdelsforvaltning", "Hässelby-Vällingby stadsdelsförvaltning",
            kind.MUNICIPALITY, True,
            ("samordnare", "Trygghetssamordnare", Role.SAFETY_COORDINATOR),
            ("falt", "Fältassistenter", Role.OUTREACH_WORKER),
        ),
        party(
            "socialforvaltningen", "Socialförvaltningen", kind.MUNICIPALITY, True,
            ("uppsokarteamet", "Uppsökarteamet", Role.OUTREACH_WORKER),
        ),
        party(
            "kulturhuset-stadsteatern", "Kulturhuset Stadsteatern", kind.MUNICIPAL_COMPANY, False,
            ("sakerhet", "Säkerhetschef", Role.PLACE_MANAGER),
            ("ordningsvakt", "Ordningsvakter", Role.PUBLIC_ORDER_GUARD),
        ),
        party(
            "trafikforvaltningen", "Trafikförvaltningen", kind.TRANSIT, False,
            ("trygghet", "Strategiskt trygghetsansvarig", Role.TRANSIT),
        ),
        party(
            "trafikkontoret", "Trafikkontoret", kind.MUNICIPALITY, True,
            ("stadsmiljo", "Stadsmiljö", Role.CASE_OFFICER),
        ),
        party(
            "fastighetsagare", "Fastighetsägare vid torget", kind.PROPERTY_OWNER, False,
            ("forvaltare", "Förvaltare", Role.PROPERTY_OWNER),
        ),
        party(
            "lansstyrelsen", "Länsstyrelsen i Stockholm", kind.COUNTY_BOARD, True,
            ("analys", "Analytiker, länet", Role.COUNTY_ANALYST),
        ),
    )  # fmt: skip


def context_events() -> tuple[DemoContextEvent, ...]:
    """Return what may have disturbed the published series, each with its source."""
    return (
        DemoContextEvent(
            "polisens-omorganisation-2015",
            "Polisen blir en myndighet",
            "reorganisation",
            date(2015, 1, 1),
            None,
            "",
            "STAD delrapport 2 (2020)",
            "Grupper som arbetat riktat mot narkotika försvann på sina håll. Upptäcktsbrotten kan ha "
            "påverkats av det.",
        ),
        DemoContextEvent(
            "kulturhuset-renoveras",
            "Kulturhuset renoveras och verksamhet flyttar ut på torget",
            "renovation",
            date(2019, 1, 1),
            date(2020, 7, 1),
            "sergels-torg",
            "Vision Klara: stängt till sommaren 2020; när det började är ungefärligt",
            "Delar av verksamheten flyttade till lokalen under fontänen. Källan säger stängt till sommaren "
            "2020; dagarna här är ungefärliga.",
        ),
        DemoContextEvent(
            "covid-19",
            "Covid-19",
            "pandemic",
            date(2020, 3, 1),
            date(2022, 4, 1),
            "",
            "Allmänt känd omvärldshändelse; inte ur källtabellerna, som slutar 2019",
            "Färre människor ute påverkar alla serier.",
        ),
    )


def datasets() -> tuple[DemoDataset, ...]:
    """Return both published tables, ready for ingest."""
    return stad_table(), vision_klara_table()


def _approximate(ring: tuple[tuple[float, float], ...]) -> DemoBoundary:
    closed = [list(corner) for corner in (*ring, ring[0])]
    wkb = geography.from_geojson_geometry({"type": "Polygon", "coordinates": [closed]})
    return DemoBoundary(
        wkb,
        date(2017, 1, 1),
        None,
        geography.area_ha(wkb),
        "Ungefärlig gräns, ritad för kartan; ingen har beslutat den.",
        approximate=True,
    )


def _sub_place(name: str, kind: SubPlaceKind, lon: float, lat: float) -> DemoSubPlace:
    point = project(shapely.Point(lon, lat), WGS_84, SWEREF_99_TM)
    return DemoSubPlace(name, kind, bytes(shapely.to_wkb(point, byte_order=1)))
