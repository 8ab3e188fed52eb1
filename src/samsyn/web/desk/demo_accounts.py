"""The demo accounts, one for each role, named as people look for them. The same in demo, tests and docs."""

from __future__ import annotations

from samsyn.domain.access import Role

PASSWORD = "samsyn-demo"  # noqa: S105  (printed by the demo; works in demo workspaces only)
OUTSIDER = "utomstaende"

ACCOUNTS = {
    "samordnare": Role.SAFETY_COORDINATOR,
    "kommunpolis": Role.MUNICIPAL_POLICE_LIAISON,
    "omradespolis": Role.AREA_OFFICER,
    "ingripandepolis": Role.RESPONSE_OFFICER,
    "platsansvarig": Role.PLACE_MANAGER,
    "ordningsvakt": Role.PUBLIC_ORDER_GUARD,
    "faltassistent": Role.OUTREACH_WORKER,
    "trafikforvaltning": Role.TRANSIT,
    "fastighetsagare": Role.PROPERTY_OWNER,
    "styrgrupp": Role.STEERING_GROUP,
    "handlaggare": Role.CASE_OFFICER,
    "administrator": Role.ADMINISTRATOR,
    "lansstyrelsen": Role.COUNTY_ANALYST,
    "utvarderare": Role.EVALUATOR,
    "dataskyddsombud": Role.DATA_PROTECTION_OFFICER,
}
