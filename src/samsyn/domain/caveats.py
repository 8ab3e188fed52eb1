"""Which reservations must stand beside a figure, by what kind of figure it is.

The code travels with the result; the sentence is looked up where it is shown, so that screen, paper and
command line say the same thing. Conditions take plain strings: a series definition of the store fits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Protocol

# Below this many events a percentage says more about chance than about the place.
SMALL_NUMBER = 20
_PANDEMIC = (date(2020, 3, 1), date(2022, 1, 1))


class Caveat(StrEnum):
    """A reservation; the order is the order of printing."""

    REPORTED_ONLY = "reported_only"
    DETECTION_DRIVEN = "detection_driven"
    PARTLY_DETECTION_DRIVEN = "partly_detection_driven"
    PRESENCE_SENSITIVE = "presence_sensitive"
    INCIDENT_NOT_OFFENCE = "incident_not_offence"
    SURVEY_SAMPLE = "survey_sample"
    PASSERS_BY_INDEX = "passers_by_index"
    STAFF_SURVEY = "staff_survey"
    RESIDENTS_IN_CITY_AREA = "residents_in_city_area"
    PER_HECTARE = "per_hectare"
    MEAN_OF_ALL = "mean_of_all"
    ROUNDED = "rounded"
    PART_YEAR = "part_year"
    PRELIMINARY = "preliminary"
    MISSING_IS_NOT_ZERO = "missing_is_not_zero"
    HIDDEN_VALUES = "hidden_values"
    SMALL_NUMBERS = "small_numbers"
    PANDEMIC = "pandemic"
    SCENE_COUNT = "scene_count"
    OVERDOSE = "overdose"
    REFERRAL_COUNT = "referral_count"
    SHARE_STAYING = "share_staying"
    PRICES = "prices"
    SEIZURES = "seizures"
    PRESENCE_LOG = "presence_log"
    WOMEN_AND_GIRLS = "women_and_girls"
    DISPLACEMENT = "displacement"
    ORIGIN_NOT_COLLECTED = "origin_not_collected"


CAVEAT_TEXTS: dict[Caveat, str] = {
    Caveat.REPORTED_ONLY: "Only what was reported. How much goes unreported differs between places and "
    "between years, and fear of reprisals lowers reporting.",
    Caveat.DETECTION_DRIVEN: "Found almost only by the police looking for it. A rise may mean more work; "
    "a fall may mean less work or less trade.",
    Caveat.PARTLY_DETECTION_DRIVEN: "Part of this count depends on how much the police look.",
    Caveat.PRESENCE_SENSITIVE: "Sensitive to presence: more officials in place give more events.",
    Caveat.INCIDENT_NOT_OFFENCE: "Calls and incidents, not offences. The category may be wrong, and there "
    "may have been nothing there.",
    Caveat.SURVEY_SAMPLE: "A sample of residents, not of visitors. Read it with the interval and the "
    "response rate; years without a survey are gaps.",
    Caveat.PASSERS_BY_INDEX: "An index from people who passed by and agreed to answer; those who avoid the "
    "place are not in it.",
    Caveat.STAFF_SURVEY: "A survey of staff: ask who was invited and how many answered.",
    Caveat.RESIDENTS_IN_CITY_AREA: "Few live here and very many pass through: residents are the wrong "
    "thing to divide by.",
    Caveat.PER_HECTARE: "Depends on where the boundary is drawn; compare inside the same boundary.",
    Caveat.MEAN_OF_ALL: "The mean counts all areas, also those where next to nothing happens, and the place "
    "itself unless the source says otherwise. It is no norm.",
    Caveat.ROUNDED: "The source rounded the figure, so what is computed from it is an interval.",
    Caveat.PART_YEAR: "Part of a year: never set it against a whole year.",
    Caveat.PRELIMINARY: "Preliminary: the source may still correct the figure.",
    Caveat.MISSING_IS_NOT_ZERO: "A missing figure is not zero, and nothing is computed across it.",
    Caveat.HIDDEN_VALUES: "Hidden figures protect persons; nothing that would reveal them is shown.",
    Caveat.SMALL_NUMBERS: "Small numbers: single events change the picture. Read counts, not per cent.",
    Caveat.PANDEMIC: "Covers the pandemic (March 2020 to the end of 2021), when far fewer people were out.",
    Caveat.SCENE_COUNT: "The number of scenes also changes when places merge or split, and with new methods "
    "and boundaries.",
    Caveat.OVERDOSE: "Very small numbers, and the place of death need not be the place of use.",
    Caveat.REFERRAL_COUNT: "Counts how often a way of working was used, not how many young people need it.",
    Caveat.SHARE_STAYING: "Counted while something was going on: compare the same hours, weather and method.",
    Caveat.PRICES: "Few notes and unknown purity: read the median with its range and number.",
    Caveat.SEIZURES: "Depends on effort, and the value is an estimate.",
    Caveat.PRESENCE_LOG: "Only presence that was logged: see the coverage of the log.",
    Caveat.WOMEN_AND_GIRLS: "Women and girls are found less often: a low figure is not a small problem.",
    Caveat.DISPLACEMENT: "An observation, not a measurement, unless there is a buffer zone and a comparison.",
    Caveat.ORIGIN_NOT_COLLECTED: "Origin and ethnicity are not collected.",
}

TOPICS: dict[str, Caveat] = {
    "passers_by": Caveat.PASSERS_BY_INDEX,
    "staff": Caveat.STAFF_SURVEY,
    "scene_count": Caveat.SCENE_COUNT,
    "overdose": Caveat.OVERDOSE,
    "referral": Caveat.REFERRAL_COUNT,
    "share_staying": Caveat.SHARE_STAYING,
    "price": Caveat.PRICES,
    "seizure": Caveat.SEIZURES,
    "presence": Caveat.PRESENCE_LOG,
    "displacement": Caveat.DISPLACEMENT,
    "origin": Caveat.ORIGIN_NOT_COLLECTED,
}

_BY_STATUS = {
    "part_year": Caveat.PART_YEAR,
    "preliminary": Caveat.PRELIMINARY,
    "rounded": Caveat.ROUNDED,
    "missing": Caveat.MISSING_IS_NOT_ZERO,
    "suppressed": Caveat.HIDDEN_VALUES,
}


class SeriesFacts(Protocol):
    """What is asked of a series; the store's definition answers it."""

    @property
    def kind(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def offence_type(self) -> str: ...
    @property
    def presence_sensitive(self) -> bool: ...


def caveats_for(
    series: SeriesFacts,
    *,
    area_role: str = "area",
    rounded_to: float | None = None,
    per: str = "",
    city_area: bool = False,
    statuses: Iterable[str] = (),
    sexes: Iterable[str] = (),
    first: date | None = None,
    end: date | None = None,
    smallest: float | None = None,
    topics: Iterable[str] = (),
) -> tuple[Caveat, ...]:
    """Return the reservations that must be printed beside a figure, in the order of printing.

    Parameters
    ----------
    series : object with kind, unit, offence_type, presence_sensitive
        As in the store's series definition.
    area_role : {"area", "mean"}
        Whether the figure is the mean of all areas of its scheme.
    rounded_to : float, optional [unit of the series]
        How coarsely the source rounded.
    per : {"", "residents", "hectare"}
        What a rate divides by; a unit of per_100000 counts as residents.
    city_area : bool
        Many more pass through than live there.
    statuses, sexes : iterable of str
        The values' statuses and the sexes shown, as in the store.
    first, end : date, optional
        The half-open period shown; both are needed for the pandemic to be noticed.
    smallest : float, optional [events]
        The smallest count that a change is computed from; only counts of events are judged.
    topics : iterable of str
        Keys of `TOPICS`: what the figure is about when the kind does not tell.

    Returns
    -------
    tuple of Caveat
        Without repetition.

    Raises
    ------
    KeyError
        A topic is not in `TOPICS`.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> drugs = SimpleNamespace(kind="reported_offence", unit="count", offence_type="detection_driven",
    ...                         presence_sensitive=False)
    >>> [caveat.value for caveat in caveats_for(drugs, statuses=["part_year"])]
    ['detection_driven', 'part_year']
    """
    topic_caveats = {TOPICS[topic] for topic in topics}
    found = _by_kind(series, topic_caveats) | topic_caveats
    found |= {_BY_STATUS[status] for status in statuses if status in _BY_STATUS}
    pandemic = first is not None and end is not None and first < _PANDEMIC[1] and end > _PANDEMIC[0]
    events = series.unit == "count" and series.kind in ("reported_offence", "incident_report", "register")
    conditions = {
        Caveat.PRESENCE_SENSITIVE: series.presence_sensitive,
        Caveat.RESIDENTS_IN_CITY_AREA: city_area and (per == "residents" or series.unit == "per_100000"),
        Caveat.PER_HECTARE: per == "hectare",
        Caveat.MEAN_OF_ALL: area_role == "mean",
        Caveat.ROUNDED: rounded_to is not None,
        Caveat.SMALL_NUMBERS: smallest is not None and smallest < SMALL_NUMBER and events,
        Caveat.PANDEMIC: pandemic,
        Caveat.WOMEN_AND_GIRLS: bool({"women", "girls"} & set(sexes)) and series.kind != "survey",
    }
    found |= {caveat for caveat, holds in conditions.items() if holds}
    return tuple(caveat for caveat in Caveat if caveat in found)


def _by_kind(series: SeriesFacts, topics: set[Caveat]) -> set[Caveat]:
    if series.kind == "incident_report":
        return {Caveat.INCIDENT_NOT_OFFENCE}
    if series.kind == "survey":
        # Passers-by and staff are not a sample of residents: their own reservation replaces it.
        return set() if topics & {Caveat.PASSERS_BY_INDEX, Caveat.STAFF_SURVEY} else {Caveat.SURVEY_SAMPLE}
    if series.kind != "reported_offence":
        return set()
    if series.offence_type == "detection_driven":
        return {Caveat.DETECTION_DRIVEN}
    if series.offence_type == "mixed":
        return {Caveat.REPORTED_ONLY, Caveat.PARTLY_DETECTION_DRIVEN}
    return {Caveat.REPORTED_ONLY}
