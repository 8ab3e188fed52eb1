"""What is planted in the figures of the invented county, and the written truth about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Effect:
    """One planted change: the expected number in an area is multiplied by ``factor`` in the period."""

    area: str
    series: str
    first: date
    end: date | None
    factor: float


@dataclass(frozen=True, slots=True)
class TruthRow:
    """One line of the truth table.

    ``planted`` is a code: real_drop, displacement_source, displacement_target, diffusion_source,
    diffusion_target, detection_swing, presence, real_rise, ceased, boundary_shrunk, boundary_moved, merged,
    split, or nothing. ``factor`` is what the expected number is multiplied by; 1 where nothing happened to
    the figures. ``related`` is the other place of a pair.
    """

    place: str
    area: str
    planted: str
    series: str
    first: date | None
    end: date | None
    factor: float
    related: str
    note: str


# The first eight are four pairs of neighbours.
_ROLES = (
    "displacement_source", "displacement_target", "diffusion_source", "diffusion_target", "merged_into",
    "merged", "split_from", "split_off", "real_drop", "detection_swing", "boundary_shrunk", "presence",
    "real_rise", "ceased", "boundary_moved", "renovated",
)  # fmt: skip
_PAIRED = 8

#: Share of the removed thefts that turn up next door.
DISPLACED = 0.7


@dataclass(frozen=True, slots=True)
class Plan:
    """Which place, by position, plays which part."""

    by_role: dict[str, int]

    def role_of(self, position: int) -> str:
        """Return the part a place plays, or "" for a quiet one."""
        return next((role for role, at in self.by_role.items() if at == position), "")


def make_plan(areas: Sequence[str], neighbours: dict[str, tuple[str, ...]], in_city: Sequence[bool]) -> Plan:
    """Return a plan: pairs are neighbours in the city, and one rise and one end happen in the towns.

    Raises
    ------
    ValueError
        There are too few places, or too few pairs of neighbours among them.
    """
    position = {area: at for at, area in enumerate(areas)}
    free = [at for at in range(len(areas)) if in_city[at]]
    chosen: list[int] = []
    for _ in range(_PAIRED // 2):
        beside = (
            (at, position[other]) for at in free for other in neighbours[areas[at]] if other in position
        )
        pair = next((both for both in beside if both[1] in free), None)
        if pair is None:
            raise ValueError("too few places next to each other")
        chosen += pair
        free = [at for at in free if at not in pair]
    towns = [at for at in range(len(areas)) if not in_city[at]]
    for role in _ROLES[_PAIRED:]:
        source = towns if role in ("real_rise", "ceased") and towns else free
        if not source:
            raise ValueError("too few places in the city")
        chosen.append(source.pop(0))
    return Plan(dict(zip(_ROLES, chosen, strict=True)))


def effects(plan: Plan, areas: Sequence[str], thefts: Sequence[float]) -> tuple[Effect, ...]:
    """Return the planted changes; ``thefts`` is the expected number a year of each place."""

    def at(role: str) -> str:
        return areas[plan.by_role[role]]

    source, target = plan.by_role["displacement_source"], plan.by_role["displacement_target"]
    moved = 0.40 * thefts[source] * DISPLACED / thefts[target]
    since_2022, since_2019, since_2023 = date(2022, 1, 1), date(2019, 1, 1), date(2023, 1, 1)
    return (
        Effect(at("real_drop"), "misshandel-utomhus", since_2022, None, 0.55),
        Effect(at("displacement_source"), "stold", since_2022, None, 0.60),
        Effect(at("displacement_target"), "stold", since_2022, None, round(1 + moved, 4)),
        Effect(at("diffusion_source"), "skadegorelse", since_2019, None, 0.50),
        Effect(at("diffusion_target"), "skadegorelse", since_2019, None, 0.75),
        Effect(at("detection_swing"), "narkotikabrott", date(2021, 1, 1), since_2023, 2.20),
        Effect(at("detection_swing"), "narkotikabrott", since_2023, None, 0.70),
        Effect(at("presence"), "vald-mot-tjansteman", since_2023, None, 1.80),
        Effect(at("real_rise"), "ran", since_2023, None, 2.20),
        Effect(at("ceased"), "brak", date(2020, 7, 1), None, 0.35),
        Effect(at("ceased"), "narkotikabrott", date(2020, 7, 1), None, 0.30),
    )


_NOTES = {
    "real_drop": "Misshandeln går ned på riktigt; övriga serier rör sig inte.",
    "displacement_source": "Stölderna går ned, och sju av tio dyker upp hos grannen.",
    "displacement_target": "Tar emot stölder från grannplatsen.",
    "diffusion_source": "Skadegörelsen halveras.",
    "diffusion_target": "Skadegörelsen går ned även här, fast inget gjordes.",
    "detection_swing": "Polisen letar först mer och sedan mindre; våldet är oförändrat hela tiden.",
    "presence": "Fler tjänstemän på platsen; inget annat har ändrats.",
    "real_rise": "Rånen mer än fördubblas.",
    "ceased": "Drogscenen upphör och platsen avslutas.",
    "boundary_shrunk": "Gränsen dras in kraftigt; brotten på marken som är kvar är lika många.",
    "boundary_moved": "Gränsen flyttas en aning; inget händer med brotten.",
    "merged": "Slås ihop med grannen; inget händer med brotten.",
    "merged_into": "Tar in grannen i sin gräns; inget händer med brotten.",
    "split_from": "Delas i två; inget händer med brotten.",
    "split_off": "Ny plats ur en delning; inget händer med brotten.",
    "renovated": "Torget byggs om; inget är planterat.",
    "": "Inget är planterat. Det som rör sig är slump, säsong och länets gemensamma utveckling.",
}
_PAIRS = {
    "displacement_source": "displacement_target",
    "displacement_target": "displacement_source",
    "diffusion_source": "diffusion_target",
    "diffusion_target": "diffusion_source",
    "merged": "merged_into",
    "merged_into": "merged",
    "split_from": "split_off",
    "split_off": "split_from",
}
_GEOMETRY = {
    "boundary_shrunk": date(2021, 1, 1),
    "boundary_moved": date(2020, 1, 1),
    "merged": date(2019, 7, 1),
    "merged_into": date(2019, 7, 1),
    "split_from": date(2020, 7, 1),
    "split_off": date(2020, 7, 1),
}


def geometry_change(role: str) -> date | None:
    """Return when a place's boundary changes, or None."""
    return _GEOMETRY.get(role)


def truth_table(
    plan: Plan, slugs: Sequence[str], areas: Sequence[str], planted: Sequence[Effect]
) -> tuple[TruthRow, ...]:
    """Return what is true of every place, the planted ones in the order of the plan and then the quiet."""
    rows = []
    order = list(plan.by_role.values())
    order += [at for at in range(len(slugs)) if at not in order]
    for at in order:
        role = plan.role_of(at)
        related = slugs[plan.by_role[_PAIRS[role]]] if role in _PAIRS else ""
        code = _CODES.get(role, role)
        # Two places may share a small area; the effect belongs to the one that plays the part.
        own = [one for one in planted if one.area == areas[at] and role in _EFFECT_ROLES]
        for effect in own:
            what = (code, effect.series, effect.first, effect.end, effect.factor, related, _NOTES[role])
            rows.append(TruthRow(slugs[at], areas[at], *what))
        if not own:
            first = _GEOMETRY.get(role)
            rows.append(TruthRow(slugs[at], areas[at], code, "", first, None, 1.0, related, _NOTES[role]))
    return tuple(rows)


_CODES = {
    "": "nothing", "renovated": "nothing", "merged_into": "merged", "split_from": "split",
    "split_off": "split",
}  # fmt: skip
_EFFECT_ROLES = frozenset(
    {
        "real_drop", "displacement_source", "displacement_target", "diffusion_source", "diffusion_target",
        "detection_swing", "presence", "real_rise", "ceased",
    }
)  # fmt: skip
