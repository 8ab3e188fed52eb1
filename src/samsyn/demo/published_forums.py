"""The forums that Vision Klara describes, as a reading example: names, cadence, chairs, members.

No meeting and no attendance is invented. Members that are not functions of the workspace are named in the
forum's purpose, so that nobody seems to be missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from samsyn.domain.forums import ForumLevel

SOURCE = "Källa: Vision Klara, lägesbild 2019."


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
    strategic = (
        police, coordinator, manager, "socialforvaltningen-uppsokande", "trafikkontoret-stadsmiljo",
        "kulturhuset-stadsteatern-sakerhet", "trafikforvaltningen-trygghet", "lansstyrelsen-analys",
    )  # fmt: skip
    return (
        PublishedForum(
            level.STEERING, "Styrgruppen",
            "Tar det som Platssamverkan Klara inte kan lösa. Åtta förvaltningar och bolag sitter med. "
            f"{SOURCE}",
            "En gång i halvåret", "", "",
            (police, coordinator, "socialforvaltningen-uppsokande", "trafikkontoret-stadsmiljo",
             "kulturhuset-stadsteatern-sakerhet"),
        ),
        PublishedForum(
            level.STRATEGIC, "Platssamverkan Klara",
            "Håller en plan där varje åtgärd står kvar tills den är gjord eller avskriven. Även Jernhusen, "
            f"MTR och City i Samverkan deltar. {SOURCE}",
            "Ungefär en gång i månaden", coordinator, police, strategic,
        ),
        PublishedForum(
            level.EXTENDED, "FO Klara",
            "Bredare krets inför händelser, med handel och hotell vid torget utöver Platssamverkan Klara. "
            f"{SOURCE}",
            "När något kräver det", police, "", strategic,
        ),
        PublishedForum(
            level.OPERATIONAL, "Klara samverkansutsättning",
            "De som arbetar under kvällen delar läget. Flera vaktgrupper, Ungdomsjouren, Eu-teamet och MIKA "
            f"deltar också. {SOURCE}",
            "Två gånger i veckan", "polisen-norrmalm-omradespolis", manager,
            ("polisen-norrmalm-omradespolis", "kulturhuset-stadsteatern-ordningsvakt",
             "trafikforvaltningen-trygghet", "socialforvaltningen-uppsokande",
             "norrmalms-stadsdelsforvaltning-falt", manager),
        ),
    )  # fmt: skip
