"""The forums that Vision Klara describes, as a reading example: names, cadence, chairs, members.

No meeting and no attendance is invented. The members are functions of ``published_actors``; where the
report names an organisation and not who in it takes part, the function that the report describes has the
seat.
"""

from __future__ import annotations

from dataclasses import dataclass

from samsyn.domain.forums import ForumLevel

SOURCE = "Källa: Vision Klara, rapport 1 (2019)"


@dataclass(frozen=True, slots=True)
class PublishedForum:
    """A forum as the source has it; functions by their short names in the demo."""

    level: ForumLevel
    name: str
    purpose: str
    cadence: str
    chair: str
    fallback_chair: str
    members: tuple[str, ...]


def published_forums() -> tuple[PublishedForum, ...]:
    """Return the four forums, the one that others lift to first.

    Examples
    --------
    >>> [one.name for one in published_forums()]
    ['Styrgruppen', 'Platssamverkan Klara', 'FO Klara', 'Klara samverkansutsättning']
    """
    level = ForumLevel
    police, coordinator = "polisen-norrmalm-kommunpolis", "norrmalms-stadsdelsforvaltning-samordnare"
    manager = "norrmalms-stadsdelsforvaltning-platsansvarig"
    youth, outreach = "socialforvaltningen-ungdomsjouren", "socialforvaltningen-uppsokarteamet"
    eu, mika = "socialforvaltningen-eu-teamet", "socialforvaltningen-mika"
    strategic = (
        police, coordinator, "norrmalms-stadsdelsforvaltning-fritid", youth, outreach, eu, mika,
        "socialforvaltningen-manniskohandel", "trafikkontoret-belysning", "trafikkontoret-drift",
        "kulturhuset-stadsteatern-sakerhet", "city-i-samverkan-projektledare", "jernhusen-sakerhet",
        "lansstyrelsen-analys", "trafikforvaltningen-trygghet", "mtr-trygghet", "sakerhetsenheten-strateg",
    )  # fmt: skip
    guards = (
        "kulturhuset-stadsteatern-ordningsvakt", "sakerhetsenheten-ordningsvakter",
        "trafikforvaltningen-ordningsvakt", "jernhusen-ordningsvakt",
    )  # fmt: skip
    return (
        PublishedForum(
            level.STEERING, "Styrgruppen",
            f"Tar det som Platssamverkan Klara inte kan lösa. {SOURCE}, omkring s. 25–26.",
            "En gång i halvåret", "", "",
            ("norrmalms-stadsdelsforvaltning-direktor", "polisen-norrmalm-chef",
             "socialforvaltningen-direktor", "socialforvaltningen-framtid", "trafikkontoret-stab",
             "fastighetskontoret-styrgrupp", "exploateringskontoret-city", "kulturhuset-stadsteatern-vd",
             "city-i-samverkan-vd"),
        ),
        PublishedForum(
            level.STRATEGIC, "Platssamverkan Klara",
            "Håller en plan där varje åtgärd står kvar tills den är gjord eller avskriven. "
            f"{SOURCE}, omkring s. 24–25.",
            "Ungefär en gång i månaden", coordinator, police, strategic,
        ),
        PublishedForum(
            level.EXTENDED, "FO Klara",
            "Bredare krets inför händelser, med biograf, varuhus, galleria och hotell vid torget utöver "
            f"Platssamverkan Klara. {SOURCE}, omkring s. 24.",
            "När något kräver det", police, "", (*strategic, *guards),
        ),
        PublishedForum(
            level.OPERATIONAL, "Klara samverkansutsättning",
            f"De som arbetar under kvällen delar läget. {SOURCE}, omkring s. 23.",
            "Två gånger i veckan", "polisen-norrmalm-omradespolis", manager,
            ("polisen-norrmalm-omradespolis", *guards, youth, outreach, eu, mika,
             "norrmalms-stadsdelsforvaltning-falt", manager),
        ),
    )  # fmt: skip
