"""Invented names: words that no Swedish square is called by, put together by a rule."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

COUNTY = "Exempellän"
COUNTY_CODE = "99"
CITY = "Exempelstad"

#: None of Sweden's 290 municipalities bears one of these names; a test compares them all.
MUNICIPALITIES = (
    "Provköping", "Mönstersund", "Skissnäs", "Fabelåsa", "Tänkeby", "Låtsaskoga", "Utkastvik", "Modellinge",
    "Försöksdala",
)  # fmt: skip

_FIRST = (
    "Paraply", "Skvader", "Kantarell", "Tombola", "Vispgrädds", "Lyktstolps", "Kolibri", "Papperssvale",
    "Knäckebröds", "Tangent", "Saftkanne", "Lakrits", "Serpentin", "Snurre", "Gyllenkork", "Bläckfisks",
    "Käpphäst", "Munspels", "Mandelmassa", "Marmelad", "Trattkantarell", "Sprattelgubbe", "Kastrull",
    "Metronom", "Skottkärre", "Spegelägg",
)  # fmt: skip
_LAST = ("torget", "plan", "parken", "gången", "trappan", "kajen", "hörnet", "gränd", "passagen", "gården")

_AREA_FIRST = (
    "Nötskals", "Ugglehatts", "Molntapps", "Silverfots", "Kardemumma", "Hattmakare", "Lingonris", "Stenkula",
    "Blåmes", "Tjärtunne", "Vattkopps", "Korgmakare",
)  # fmt: skip
_AREA_LAST = (
    "berget", "ängen", "höjden", "backen", "viken", "udden", "lunden", "stranden", "sluttningen", "heden",
    "skogen", "mossen",
)  # fmt: skip


def scene_names() -> Iterator[str]:
    """Yield names of scenes, each once: first words in turn, last words in a step that mixes them.

    Examples
    --------
    >>> next(scene_names())
    'Paraplytorget'
    """
    for turn in range(len(_LAST)):
        for number, first in enumerate(_FIRST):
            yield first + _LAST[(number * 3 + turn) % len(_LAST)]


def area_names() -> Iterator[str]:
    """Yield names of small areas, each once."""
    for turn in range(len(_AREA_LAST)):
        for number, first in enumerate(_AREA_FIRST):
            yield first + _AREA_LAST[(number * 5 + turn) % len(_AREA_LAST)]


def slug(name: str) -> str:
    """Return a name as it stands in an address.

    Examples
    --------
    >>> slug("Vispgräddsplan")
    'vispgraddsplan'
    """
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())
