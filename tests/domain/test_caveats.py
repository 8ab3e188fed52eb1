"""What must stand beside which figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from samsyn.domain.caveats import CAVEAT_TEXTS, TOPICS, Caveat, caveats_for


@dataclass(frozen=True)
class Facts:
    kind: str = "reported_offence"
    unit: str = "count"
    offence_type: str = "victim_reported"
    presence_sensitive: bool = False


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(), {Caveat.REPORTED_ONLY}),
        (Facts(offence_type="detection_driven"), {Caveat.DETECTION_DRIVEN}),
        (Facts(offence_type="mixed"), {Caveat.REPORTED_ONLY, Caveat.PARTLY_DETECTION_DRIVEN}),
        (Facts(presence_sensitive=True), {Caveat.REPORTED_ONLY, Caveat.PRESENCE_SENSITIVE}),
        (Facts(kind="incident_report", offence_type="none"), {Caveat.INCIDENT_NOT_OFFENCE}),
        (
            Facts(kind="incident_report", offence_type="none", presence_sensitive=True),
            {Caveat.INCIDENT_NOT_OFFENCE, Caveat.PRESENCE_SENSITIVE},
        ),
        (Facts(kind="survey", unit="percent", offence_type="none"), {Caveat.SURVEY_SAMPLE}),
        (Facts(kind="residents", unit="persons", offence_type="none"), set()),
        (Facts(kind="register", offence_type="none"), set()),
    ],
)
def test_the_kind_of_figure_decides_its_first_reservation(facts, expected):
    assert set(caveats_for(facts)) == expected


@pytest.mark.parametrize(
    ("conditions", "caveat"),
    [
        ({"area_role": "mean"}, Caveat.MEAN_OF_ALL),
        ({"rounded_to": 1.0}, Caveat.ROUNDED),
        ({"per": "hectare"}, Caveat.PER_HECTARE),
        ({"per": "residents", "city_area": True}, Caveat.RESIDENTS_IN_CITY_AREA),
        ({"statuses": ["part_year"]}, Caveat.PART_YEAR),
        ({"statuses": ["preliminary"]}, Caveat.PRELIMINARY),
        ({"statuses": ["rounded"]}, Caveat.ROUNDED),
        ({"statuses": ["missing"]}, Caveat.MISSING_IS_NOT_ZERO),
        ({"statuses": ["suppressed"]}, Caveat.HIDDEN_VALUES),
        ({"smallest": 19}, Caveat.SMALL_NUMBERS),
        ({"sexes": ["girls"]}, Caveat.WOMEN_AND_GIRLS),
        ({"first": date(2020, 1, 1), "end": date(2021, 1, 1)}, Caveat.PANDEMIC),
    ],
)
def test_a_condition_adds_its_reservation_and_no_other(conditions, caveat):
    assert set(caveats_for(Facts(), **conditions)) == {Caveat.REPORTED_ONLY, caveat}


@pytest.mark.parametrize(
    "conditions",
    [
        {"area_role": "area"},
        {"per": "residents"},
        {"city_area": True},
        {"statuses": ["actual", "not_applicable"]},
        {"smallest": 20},
        {"sexes": ["", "men", "boys"]},
        {"first": date(2019, 1, 1), "end": date(2020, 3, 1)},
        {"first": date(2022, 1, 1), "end": date(2023, 1, 1)},
        {"first": date(2020, 1, 1)},
    ],
)
def test_nothing_is_added_without_its_condition(conditions):
    assert caveats_for(Facts(), **conditions) == (Caveat.REPORTED_ONLY,)


def test_a_rate_per_hundred_thousand_in_the_city_needs_no_further_word_about_residents():
    assert Caveat.RESIDENTS_IN_CITY_AREA in caveats_for(Facts(unit="per_100000"), city_area=True)


def test_a_small_rate_is_not_a_small_number():
    assert Caveat.SMALL_NUMBERS not in caveats_for(Facts(unit="per_100000"), smallest=3.2)


@pytest.mark.parametrize(("topic", "caveat"), TOPICS.items())
def test_a_topic_adds_its_own_reservation(topic, caveat):
    assert caveat in caveats_for(Facts(kind="register", offence_type="none"), topics=[topic])


@pytest.mark.parametrize("topic", ["passers_by", "staff"])
def test_a_survey_of_others_is_not_called_a_sample_of_residents(topic):
    facts = Facts(kind="survey", unit="index", offence_type="none")

    assert Caveat.SURVEY_SAMPLE not in caveats_for(facts, topics=[topic])


def test_a_topic_nobody_knows_is_refused():
    with pytest.raises(KeyError):
        caveats_for(Facts(), topics=["weather"])


def test_reservations_come_once_and_in_the_order_of_printing():
    found = caveats_for(
        Facts(), rounded_to=1.0, statuses=["rounded", "part_year", "part_year"], area_role="mean"
    )

    assert found == (Caveat.REPORTED_ONLY, Caveat.MEAN_OF_ALL, Caveat.ROUNDED, Caveat.PART_YEAR)


def test_every_reservation_has_one_text_of_its_own():
    assert set(CAVEAT_TEXTS) == set(Caveat)
    assert len(set(CAVEAT_TEXTS.values())) == len(Caveat)


def test_the_text_about_discovered_offences_names_both_readings():
    text = CAVEAT_TEXTS[Caveat.DETECTION_DRIVEN]

    assert "less work or less trade" in text
    assert "more work" in text
