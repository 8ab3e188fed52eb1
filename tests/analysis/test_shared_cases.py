"""Every shared reference case is checked somewhere: here where it is short, by name elsewhere."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent

# Case -> the module of tests that holds it to its tolerance.
ELSEWHERE = {
    "aoristic_weekhour": "test_aoristic",
    "changepoint_nile": "test_change_points",
    "gi_star_pysal_example": "test_local_clusters",
    "knox_burkitt": "test_near_repeat",
    "knox_chicago_arson_manhattan": "test_near_repeat",
    "koper_curve_definition": "test_residual_deterrence",
    "naus_temporal_scan": "test_scan",
    "negative_binomial_quine": "test_small_counts",
    "pai_chainey_definition": "test_concentration",
    "poisson_etest": "test_small_counts",
    "rate_ratio_exact_bioassay": "test_small_counts",
    "rate_ratio_small_counts": "test_small_counts",
    "rounding_base": "test_displacement",
    "scan_llr_unit": "test_scan",
    "scan_north_humberside_bernoulli": "test_scan",
    "scan_nyc_fever_stp_prospective": "test_scan",
    "suppression_attack_audit": "test_disclosure",
    "wdd_harm": "test_displacement",
    "wdd_paper": "test_displacement",
    "wdd_time_weights": "test_displacement",
    "wdq_exact_minus_one": "test_displacement",
    "wdq_on_wdd_paper_counts": "test_displacement",
}

Case = dict[str, Any]


def garwood(case: Case) -> None:
    from samsyn.analysis.rates import poisson_interval, rate

    for count, limits in zip(case["input"]["counts"], case["expected"]["ci95"], strict=True):
        found = poisson_interval(count)
        assert [found.low, found.high] == pytest.approx(limits, abs=case["tolerance"]["abs"])
    given, wanted = case["input"]["rate_example"], case["expected"]["rate_example"]
    per_time = rate(given["count"], given["time"], per=1, unit="per_time")
    assert per_time.value == pytest.approx(wanted["rate"], abs=case["tolerance"]["abs"])
    assert [per_time.interval.low, per_time.interval.high] == pytest.approx(wanted["ci95"], abs=1e-7)


def against_the_mean(case: Case) -> None:
    from samsyn.analysis.rates import mean_of_rates, pooled_rate, rate

    area, others, wanted = case["input"]["area"], case["input"]["comparison"], case["expected"]
    counts, people = [one["count"] for one in others], [one["pop"] for one in others]
    here = rate(area["count"], area["pop"]).value
    found = {
        "per_100k": here,
        "per_ha": rate(area["count"], area["ha"], per=1, unit="per_hectare").value,
        "mean_of_rates_per_100k": mean_of_rates(counts, people).value,
        "pooled_rate_per_100k": pooled_rate(counts, people).value,
        "ratio_to_mean": here / mean_of_rates(counts, people).value,
        "ratio_to_pooled": here / pooled_rate(counts, people).value,
    }
    assert found == pytest.approx(wanted, abs=case["tolerance"]["abs"])


def pai_and_pei(case: Case) -> None:
    from samsyn.analysis.concentration import prediction_accuracy

    given, wanted = case["input"], case["expected"]
    found = prediction_accuracy(
        given["obs"], predicted=given["pred"], areas=given["area"], area_share=0.4
    ).curve
    assert [point.pai for point in found] == pytest.approx(wanted["PAI"], abs=case["tolerance"]["abs"])
    assert [point.pei for point in found] == pytest.approx(wanted["PEI"], abs=case["tolerance"]["abs"])


HERE_CHECKED: dict[str, Callable[[Case], None]] = {
    "pai_pei_simple": pai_and_pei,
    "poisson_count_garwood_ci": garwood,
    "rate_vs_mean_of_comparison": against_the_mean,
}
NAMED = sorted({*ELSEWHERE, *HERE_CHECKED})


@pytest.mark.parametrize("name", NAMED)
def test_a_shared_case_is_held_to_its_tolerance(name, reference):
    file = reference / "cases" / f"{name}.json"
    assert file.exists(), "the case has gone; take its name away here as well"
    if name in HERE_CHECKED:
        HERE_CHECKED[name](json.loads(file.read_text(encoding="utf-8")))
        return
    readers = [
        file.name
        for file in HERE.glob("test_*.py")
        if file.name != Path(__file__).name and name in file.read_text(encoding="utf-8")
    ]
    assert readers, f"{ELSEWHERE[name]}.py does not read {name}.json"


def test_no_case_is_forgotten(reference):
    files = {file.stem for file in (reference / "cases").glob("*.json")}
    assert files <= set(NAMED), f"Say which test checks {sorted(files - set(NAMED))}"


def test_the_number_of_cases_left_out_is_known():
    if os.environ.get("SAMSYN_REFERENCE"):
        assert len(NAMED) == len(ELSEWHERE) + len(HERE_CHECKED)
    else:
        pytest.skip(f"{len(NAMED)} shared cases are left out: set SAMSYN_REFERENCE")
