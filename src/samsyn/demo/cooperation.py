"""Who works in the invented county, what disturbed its figures, and how its places were assessed.

Only organisations and functions: there is nobody here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from samsyn.demo.counts import PANDEMIC, REORGANISATION
from samsyn.demo.ground import Municipality
from samsyn.demo.names import slug
from samsyn.demo.parts import (
    DemoAssessment,
    DemoContextEvent,
    DemoFunction,
    DemoOrganisation,
    DemoPlace,
)
from samsyn.demo.plants import Plan
from samsyn.domain.access import OrganisationKind, Role
from samsyn.domain.scenes import Answer, DefinitionGate, indicator_set, prefill_gate

ROUNDS = (date(2017, 10, 15), date(2021, 10, 15), date(2024, 10, 15))

_Function = tuple[str, str, Role]
_LOCAL: tuple[tuple[str, str, OrganisationKind, bool, tuple[_Function, ...]], ...] = (
    (
        "polisen", "Polisen, lokalpolisområde %s", OrganisationKind.POLICE, True,
        (
            ("kommunpolis", "Kommunpolis", Role.MUNICIPAL_POLICE_LIAISON),
            ("omradespolis", "Områdespolis", Role.AREA_OFFICER),
            ("ingripandepolis", "Ingripandepolis", Role.RESPONSE_OFFICER),
        ),
    ),
    (
        "kommunen", "%s kommun", OrganisationKind.MUNICIPALITY, True,
        (
            ("samordnare", "Trygghetssamordnare", Role.SAFETY_COORDINATOR),
            ("platsansvarig", "Platsansvarig", Role.PLACE_MANAGER),
            ("handlaggare", "Handläggare, stadsmiljö", Role.CASE_OFFICER),
            ("styrgrupp", "Styrgruppen", Role.STEERING_GROUP),
            ("dataskyddsombud", "Dataskyddsombud", Role.DATA_PROTECTION_OFFICER),
            ("administrator", "Administratör", Role.ADMINISTRATOR),
        ),
    ),
    (
        "socialtjansten", "Socialtjänsten i %s", OrganisationKind.MUNICIPALITY, True,
        (("faltassistent", "Fältassistenter", Role.OUTREACH_WORKER),),
    ),
    (
        "bostadsbolaget", "%sbostäder", OrganisationKind.MUNICIPAL_COMPANY, False,
        (("forvaltare", "Förvaltare", Role.PROPERTY_OWNER),),
    ),
    (
        "vaktbolaget", "Ordningsvakterna i %s", OrganisationKind.GUARD_COMPANY, False,
        (("ordningsvakt", "Ordningsvakter", Role.PUBLIC_ORDER_GUARD),),
    ),
)  # fmt: skip
_COUNTY: tuple[tuple[str, str, OrganisationKind, bool, tuple[_Function, ...]], ...] = (
    (
        "lansstyrelsen", "Länsstyrelsen i Exempellän", OrganisationKind.COUNTY_BOARD, True,
        (("lansstyrelsen", "Analytiker, länet", Role.COUNTY_ANALYST),),
    ),
    (
        "trafikforvaltningen", "Exempeltrafiken", OrganisationKind.TRANSIT, False,
        (("trafikforvaltning", "Trygghetsfunktionen", Role.TRANSIT),),
    ),
    (
        "fastighetsagarna", "Fastighetsägarna i Exempelstads centrum", OrganisationKind.PROPERTY_OWNER, False,
        (("fastighetsagare", "Platsföreträdare", Role.PROPERTY_OWNER),),
    ),
    (
        "hogskolan", "Högskolan i Exempelstad", OrganisationKind.RESEARCH, False,
        (("utvarderare", "Utvärderare", Role.EVALUATOR),),
    ),
)  # fmt: skip


def organisations(municipalities: Sequence[Municipality]) -> tuple[DemoOrganisation, ...]:
    """Return the parties of each municipality and of the county."""
    found = []
    for municipality in municipalities:
        place = slug(municipality.name)
        for key, name, kind, authority, functions in _LOCAL:
            made = tuple(DemoFunction(f"{one}-{place}", title, role) for one, title, role in functions)
            found.append(
                DemoOrganisation(
                    f"{key}-{place}", name % municipality.name, kind, authority, municipality.code, made
                )
            )
    for key, name, kind, authority, functions in _COUNTY:
        made = tuple(DemoFunction(one, title, role) for one, title, role in functions)
        found.append(DemoOrganisation(key, name, kind, authority, "", made))
    return tuple(found)


def context_events(places: Sequence[DemoPlace], plan: Plan) -> tuple[DemoContextEvent, ...]:
    """Return what disturbs the figures of all places or of one."""
    source = "Påhittat; ingår i simuleringen"
    renovated = places[plan.by_role["renovated"]]
    return (
        DemoContextEvent(
            "omorganisation",
            "Länets polis omorganiseras",
            "reorganisation",
            *REORGANISATION,
            "",
            source,
            "Upptäcktsbrotten sjunker i hela länet medan nya grupper byggs upp.",
        ),
        DemoContextEvent(
            "pandemin",
            "Pandemin",
            "pandemic",
            *PANDEMIC,
            "",
            source,
            "Färre människor ute påverkar alla serier, stölderna mest.",
        ),
        DemoContextEvent(
            f"ombyggnad-{renovated.slug}",
            f"{renovated.name} byggs om",
            "renovation",
            date(2018, 3, 1),
            date(2019, 9, 1),
            renovated.slug,
            source,
            "Halva platsen är avspärrad. Inget är planterat i siffrorna.",
        ),
    )


def assess_places(
    rng: np.random.Generator, places: Sequence[DemoPlace], municipalities: Sequence[Municipality], wanted: int
) -> tuple[DemoAssessment, ...]:
    """Return answers of several functions to both lists, for ``wanted`` places in each round.

    The functions agree about most and not about all; some do not know.
    """
    name_of = {one.code: slug(one.name) for one in municipalities}
    found = []
    for place in places[:wanted]:
        severity = rng.uniform(0.35, 0.95)
        truth = {code: rng.uniform(size=indicator_set(code).size) < severity for code in _SETS}
        local = name_of[place.municipality]
        assessors = [
            f"{one}-{local}" for one in ("omradespolis", "samordnare", "faltassistent", "ordningsvakt")
        ]
        for day in ROUNDS:
            valid = [
                at
                for at, one in enumerate(place.boundaries)
                if one.valid_from <= day and (one.valid_to is None or day < one.valid_to)
            ]
            if not valid:
                continue
            present = assessors[: int(rng.integers(2, 5))]
            for code in _SETS:
                for assessor in present:
                    found.append(_assessment(rng, place.slug, code, assessor, day, valid[0], truth[code]))
    return tuple(found)


_SETS = ("ODS10-2018", "ODS7-2018")


def _assessment(
    rng: np.random.Generator,
    place: str,
    code: str,
    assessor: str,
    day: date,
    boundary: int,
    truth: NDArray[np.bool_],
) -> DemoAssessment:
    indicators = indicator_set(code)
    answers = {}
    for indicator, holds in zip(indicators.indicators, truth, strict=True):
        draw = rng.uniform()
        if draw < 0.10:
            answers[indicator.number] = Answer.DONT_KNOW
        else:
            # Nine in ten see what is there.
            answers[indicator.number] = Answer.YES if bool(holds) == (draw < 0.91) else Answer.NO
    yes = Answer.YES
    gate = DefinitionGate(geographic=yes, lasting=yes, public_use=yes, public_sale=yes)
    if not indicators.problem_clause:
        gate = DefinitionGate.all_yes()
    return DemoAssessment(
        place, code, assessor, day, boundary, answers, prefill_gate(indicators, answers, gate)
    )
