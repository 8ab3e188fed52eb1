"""Situations in which the truth is known, one for each way a method of the catalogue may go wrong.

A scenario draws data and asks a public method. ``rejects`` is whether it claimed something that is not there,
``covers`` whether its interval holds the truth.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np

from samsyn.analysis.catalogue import QUESTIONS, find, load
from samsyn.analysis.position_error import MEDIAN_TO_SIGMA, contains, oriented

ALPHA = 0.05

Rng = np.random.Generator
Told = Mapping[str, bool]


@dataclass(frozen=True)
class Scenario:
    """One situation in which a method is tried; ``exact`` when it promises never to be on the wrong side."""

    method: str
    situation: str
    draw: Callable[[Rng], Told]
    n: int
    exact: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "situation", re.sub(r"(\d)\.(\d)", r"\1,\2", self.situation))

    @property
    def key(self) -> str:
        return f"{self.method} | {self.situation}"


def panel(rng: Rng, areas: int, periods: int, mean: float) -> dict[str, Any]:
    """Return counts of areas that differ in level and share the periods' ups and downs, without effect."""
    level = mean * np.exp(rng.normal(0, 0.3, areas))
    shared = np.exp(rng.normal(0, 0.1, periods))
    counts = rng.poisson(level[:, None] * shared)
    return {
        "area": [str(area) for area in range(areas) for _period in range(periods)],
        "period": [period for _area in range(areas) for period in range(periods)],
        "count": counts.ravel().tolist(),
    }


def overdispersed(rng: Rng, mean: Any, phi: float, size: Any = None) -> Any:
    """Return counts whose variance is phi times their mean."""
    return rng.poisson(rng.gamma(np.asarray(mean) / (phi - 1), phi - 1, size))


def squares(side: int) -> tuple[list[float], list[float]]:
    """Return the middles of a square of places, one kilometre apart."""
    return [1000.0 * (at % side) for at in range(side**2)], [1000.0 * (at // side) for at in range(side**2)]


# ---------------------------------------------------------------------------------------- rates


def poisson_interval(mean: float) -> Callable[[Rng], Told]:
    method = load("poisson-interval")
    return lambda rng: {"covers": method(int(rng.poisson(mean))).contains(mean)}


def rate_ratio(mean: float, exposure: float, two_sided: str) -> Callable[[Rng], Told]:
    method = load("rate-ratio-exact")

    def draw(rng: Rng) -> Told:
        events, reference = int(rng.poisson(mean)), int(rng.poisson(mean * exposure))
        found = method(events, 1.0, reference, exposure, two_sided=two_sided)
        return {"rejects": found.p <= ALPHA, "covers": found.interval.contains(1)}

    return draw


# ---------------------------------------------------------------------------------------- change


def compare_counts(mean: float, phi: float | None) -> Callable[[Rng], Told]:
    method = load("compare-counts")

    def draw(rng: Rng) -> Told:
        before, after = rng.poisson(mean, 2) if phi is None else overdispersed(rng, mean, phi, 2)
        found = method(int(before), int(after), days_before=365, days_after=365, phi=phi)
        return {"rejects": found.p <= ALPHA, "covers": found.interval.contains(1)}

    return draw


def judge_family(series: int, mean: float, phi: float | None) -> Callable[[Rng], Told]:
    method = load("judge-family")

    def draw(rng: Rng) -> Told:
        size = (series, 2)
        counts = rng.poisson(mean, size) if phi is None else overdispersed(rng, mean, phi, size)
        found = method([{"before": int(b), "after": int(a)} for b, a in counts], phi=phi)
        return {"rejects": found.words_given > 0}

    return draw


@cache
def e_tested(before: int, after: int) -> Told:
    """Return what the slow test says of two counts, once for each pair."""
    found = load("e-test")(before, after)
    return {"rejects": found.p <= ALPHA, "covers": found.interval.contains(1)}


def e_test(mean: float) -> Callable[[Rng], Told]:
    def draw(rng: Rng) -> Told:
        before, after = (int(one) for one in rng.poisson(mean, 2))
        if before + after == 0:
            return {"rejects": False}
        return e_tested(before, after)

    return draw


def negative_binomial(mean: float, theta: float, periods: int) -> Callable[[Rng], Told]:
    method = load("negative-binomial")

    def draw(rng: Rng) -> Told:
        counts = rng.negative_binomial(theta, theta / (theta + mean), periods)
        return {"covers": method(counts.tolist()).interval.contains(theta)}

    return draw


def negative_binomial_of_poisson(mean: float, periods: int) -> Callable[[Rng], Told]:
    method = load("negative-binomial")
    return lambda rng: {"rejects": method(rng.poisson(mean, periods).tolist()).p <= ALPHA}


# ---------------------------------------------------------------------------------------- displacement


def wdd(mean: float, fall: float) -> Callable[[Rng], Told]:
    method = load("weighted-displacement-difference")

    def draw(rng: Rng) -> Told:
        treated = rng.poisson([mean, mean * (1 - fall)])
        control, near, near_control = rng.poisson(mean, (3, 2))
        if not (treated.sum() + control.sum() + near.sum() + near_control.sum()):
            return {"rejects": False}
        found = method(treated, control, near, near_control)
        covers = found.interval.contains(-mean * fall)
        return {"covers": covers} if fall else {"rejects": found.p <= ALPHA, "covers": covers}

    return draw


def scaled_difference(mean: float, times: float, effect: float) -> Callable[[Rng], Told]:
    method = load("scaled-difference")

    def draw(rng: Rng) -> Told:
        treated = rng.poisson([mean, mean * 0.8 * effect])
        control = rng.poisson([mean * times, mean * times * 0.8])
        found = method(treated, control)
        if effect == 1:
            return {"rejects": found.p <= ALPHA}
        return {"covers": found.interval.contains(0.8 * mean * (effect - 1))}

    return draw


def rounded_mean_control(mean: float, areas: int, effect: float) -> Callable[[Rng], Told]:
    method = load("rounded-mean-control")

    def draw(rng: Rng) -> Told:
        treated = rng.poisson([mean, mean * effect])
        others = rng.poisson(mean * (areas - 1), 2)
        printed = [float(math.floor(one / areas + 0.5)) for one in treated + others]
        found = method(treated, printed, areas)
        return {"rejects": found.p <= ALPHA} if effect == 1 else {"covers": found.interval.contains(effect)}

    return draw


def displacement_quotient(mean: float) -> Callable[[Rng], Told]:
    method = load("displacement-quotient")

    def draw(rng: Rng) -> Told:
        target = rng.poisson([mean, mean / 2])
        buffer, control = rng.poisson(mean, 2), rng.poisson(2 * mean, 2)
        found = method(target, buffer, control, draws=999, rng=rng, smallest=1)
        return {
            "rejects": found.reading in ("diffusion", "displacement"),
            "covers": found.total_net_effect.interval.contains(mean / 2),
        }

    return draw


# ---------------------------------------------------------------------------------------- effects


def effect_in_panel(
    name: str, treated: int, compared: int, periods: int, mean: float, none: float = 1.0, **more: Any
) -> Callable[[Rng], Told]:
    """Start in some areas after two thirds of the periods; ``none`` is the value that says no effect."""
    method = load(name)

    def draw(rng: Rng) -> Told:
        given = panel(rng, treated + compared, periods, mean)
        start = {str(area): (2 * periods) // 3 for area in range(treated)}
        seed = {} if name in ("synthetic-control", "placebo-in-time") else {"rng": rng}
        found = method(**given, treated_from=start, **seed, **more)
        told = {"rejects": found.p <= ALPHA}
        interval = getattr(found, "interval", None)
        return told | ({} if interval is None else {"covers": interval.contains(none)})

    return draw


# ---------------------------------------------------------------------------------------- series


def interrupted(before: int, after: int, mean: float, phi: float = 1.0) -> Callable[[Rng], Told]:
    method = load("interrupted-time-series")

    def draw(rng: Rng) -> Told:
        expected = mean * np.exp(0.2 * np.sin(2 * np.pi * np.arange(before + after) / 12))
        counts = rng.poisson(expected) if phi == 1 else overdispersed(rng, expected, phi)
        found = method(counts.tolist(), start=before)
        return {"rejects": found.p <= ALPHA, "covers": found.interval.contains(1)}

    return draw


def change_points(periods: int, mean: float, phi: float = 1.0) -> Callable[[Rng], Told]:
    method = load("change-points")

    def draw(rng: Rng) -> Told:
        counts = rng.poisson(mean, periods) if phi == 1 else overdispersed(rng, mean, phi, periods)
        return {"rejects": method(counts.tolist()).estimate > 0}

    return draw


def monitor(mean: float, weeks: int, baseline: int = 0) -> Callable[[Rng], Told]:
    method = load("monitor")

    def draw(rng: Rng) -> Told:
        counts, more = rng.poisson(mean, weeks).tolist(), {}
        if baseline:
            more = {
                "baseline_count": int(rng.poisson(mean * baseline)),
                "baseline_expected": float(baseline),
            }
        found = method(counts, expected=[1.0 if baseline else mean] * weeks, **more)
        return {"rejects": found.crossed}

    return draw


def deviations(series: int, mean: float, phi: float = 1.0) -> Callable[[Rng], Told]:
    method = load("deviations")

    def draw(rng: Rng) -> Told:
        expected = mean * np.exp(0.3 * np.sin(2 * np.pi * np.arange(105) / 52.18)) * np.ones((series, 1))
        counts = rng.poisson(expected) if phi == 1 else overdispersed(rng, expected, phi)
        return {"rejects": not method(counts.tolist()).quiet}

    return draw


# ---------------------------------------------------------------------------------------- hotspots and scans


def near_repeat(events: int) -> Callable[[Rng], Told]:
    method = load("near-repeat")

    def draw(rng: Rng) -> Told:
        x, y = rng.uniform(0, 2000, (2, events))
        return {"rejects": method(x, y, rng.integers(0, 180, events), replications=99, rng=rng).p <= ALPHA}

    return draw


def local_clusters(side: int, mean: float) -> Callable[[Rng], Told]:
    method, (x, y) = load("local-clusters"), squares(side)

    def draw(rng: Rng) -> Told:
        found = method(rng.poisson(mean, side**2), x=x, y=y)
        at = int(rng.integers(side**2))
        covers = found.chance_low[at] <= found.local_sum[at] <= found.chance_high[at]
        return {"rejects": found.high + found.low > 0, "covers": covers}

    return draw


def concentration(events: int, places: int) -> Callable[[Rng], Told]:
    method = load("concentration")

    def draw(rng: Rng) -> Told:
        counts = rng.multinomial(events, np.full(places, 1 / places))
        return {"rejects": method(counts.tolist(), replications=99, rng=rng).p <= ALPHA}

    return draw


def prediction_accuracy(events: int) -> Callable[[Rng], Told]:
    method = load("prediction-accuracy")

    def draw(rng: Rng) -> Told:
        risk = np.arange(1, 21) / 210
        counts = rng.multinomial(events, risk)
        found = method(counts.tolist(), chosen=[at >= 18 for at in range(20)], areas=[1.0] * 20)
        return {"covers": found.interval.contains(risk[18:].sum() / 0.1)}

    return draw


def space_time_scan(side: int, days: int, mean: float) -> Callable[[Rng], Told]:
    method, (x, y) = load("space-time-permutation-scan"), squares(side)

    def draw(rng: Rng) -> Told:
        counts = rng.poisson(mean, (side**2, days))
        return {"rejects": method(x, y, counts=counts, max_days=7, replications=99, rng=rng).p <= ALPHA}

    return draw


def poisson_scan(side: int, mean: float) -> Callable[[Rng], Told]:
    method, (x, y) = load("poisson-scan"), squares(side)

    def draw(rng: Rng) -> Told:
        people = rng.integers(500, 2000, side**2)
        counts = rng.poisson(mean * people / people.mean())
        return {"rejects": method(x, y, people, counts=counts, replications=99, rng=rng).p <= ALPHA}

    return draw


def bernoulli_scan(side: int, mean: float) -> Callable[[Rng], Told]:
    method, (x, y) = load("bernoulli-scan"), squares(side)

    def draw(rng: Rng) -> Told:
        cases, controls = rng.poisson(mean, side**2), rng.poisson(2 * mean, side**2)
        return {"rejects": method(x, y, cases, controls, replications=99, rng=rng).p <= ALPHA}

    return draw


def temporal_scan(days: int, mean: float) -> Callable[[Rng], Told]:
    method = load("temporal-scan")

    def draw(rng: Rng) -> Told:
        counts = rng.poisson(mean, days)
        return {"rejects": method(counts, replications=99, rng=rng).p <= ALPHA}

    return draw


# ---------------------------------------------------------------------------------------- the rest

CROOKED = [[[0, 0], [120, -30], [260, 40], [180, 90], [240, 200], [60, 120], [10, 180]]]


def position_error(events: int, median: float) -> Callable[[Rng], Told]:
    method, rings = load("position-error"), oriented(CROOKED)

    def draw(rng: Rng) -> Told:
        true = rng.uniform(-500, 700, (events, 2))
        seen = true + rng.normal(0, median * MEDIAN_TO_SIGMA, true.shape)
        found = method(*seen.T, CROOKED, median_error=median, sensitivity=())
        return {"covers": found.interval.contains(int(contains(*true.T, rings).sum()))}

    return draw


def dosage_regularity(visits: int) -> Callable[[Rng], Told]:
    method, origin = load("dosage-regularity"), datetime(2026, 5, 1, 18)  # noqa: DTZ001

    def draw(rng: Rng) -> Told:
        rows = []
        for day, minute in enumerate(rng.uniform(0, 240, visits)):
            begins = origin + timedelta(days=day)
            moments = {"start": minute, "window_start": 0.0, "window_end": 240.0}
            rows.append(
                {name: (begins + timedelta(minutes=float(one))).isoformat() for name, one in moments.items()}
            )
        return {"rejects": method(rows, replications=99, rng=rng).verdict == "too_regular"}

    return draw


def residual_deterrence(visits: int, slope: float) -> Callable[[Rng], Told]:
    method = load("residual-deterrence")

    def draw(rng: Rng) -> Told:
        stays = rng.integers(1, 11, visits) * 2.0
        waits = rng.exponential(30 * np.exp(slope * np.minimum(stays, 12)))
        found = method(
            stays,
            np.minimum(waits, 120),
            waits <= 120,
            step=1.0,
            replications=19 if slope else 39,
            rng=rng,
        )
        return {"covers": found.interval.contains(12)} if slope else {"rejects": found.p <= ALPHA}

    return draw


def cohen_kappa(items: int) -> Callable[[Rng], Told]:
    method = load("cohen-kappa")

    def draw(rng: Rng) -> Told:
        first = rng.random(items) < 0.4
        second = np.where(rng.random(items) < 0.6, first, rng.random(items) < 0.4)
        return {"covers": method(first.tolist(), second.tolist()).interval.contains(0.6)}

    return draw


def gwet_ac1(items: int, raters: int) -> Callable[[Rng], Told]:
    method = load("gwet-ac1")
    said, chance = 0.4, 2 * 0.4 * 0.6
    agreement = 0.6 + 0.4 * (said**2 + (1 - said) ** 2) if raters == 2 else 0.36 + 0.64 * 0.52
    truth = (agreement - chance) / (1 - chance)

    def draw(rng: Rng) -> Told:
        true = rng.random((items, 1)) < said
        own = rng.random((items, raters)) < said
        if raters == 2:
            keeps = np.repeat(rng.random((items, 1)) < 0.6, 2, axis=1)
        else:
            keeps = rng.random((items, raters)) < 0.6
        return {"covers": method(np.where(keeps, true, own).tolist()).interval.contains(truth)}

    return draw


def survey_share(answers: int, share: float) -> Callable[[Rng], Told]:
    method = load("survey-share")

    def draw(rng: Rng) -> Told:
        yes = int(rng.binomial(answers, share))
        return {"covers": method(yes, answers - yes, design_effect=1.0).interval.contains(100 * share)}

    return draw


def survey_waves(answers: int, before: float, after: float) -> Callable[[Rng], Told]:
    method = load("survey-waves")

    def draw(rng: Rng) -> Told:
        first, second = (int(rng.binomial(answers, share)) for share in (before, after))
        found = method(first, answers, second, answers, design_effect=1.0)
        return {"covers": found.interval.contains(100 * (after - before))}

    return draw


def weighted_share(answers: int, share: float) -> Callable[[Rng], Told]:
    method = load("weighted-share")

    def draw(rng: Rng) -> Told:
        said = (rng.random(answers) < share).astype(int).tolist()
        weights = rng.choice([0.5, 1.0, 2.0], answers).tolist()
        return {"covers": method(said, weights).interval.contains(100 * share)}

    return draw


def scenarios() -> tuple[Scenario, ...]:
    """Return every scenario, in the order of the catalogue's questions."""
    did, space, in_time = "difference-in-differences", "placebo-in-space", "placebo-in-time"
    control, difference = "synthetic-control", "synthetic-difference-in-differences"
    found = [
        *(
            Scenario("poisson-interval", f"{mean} väntade händelser", poisson_interval(mean), 6000, True)
            for mean in (0.5, 3, 20, 100)
        ),
        Scenario("rate-ratio-exact", "3 mot 3 väntade", rate_ratio(3, 1, "central"), 4000, True),
        Scenario("rate-ratio-exact", "20 mot 60 väntade", rate_ratio(20, 3, "central"), 4000, True),
        Scenario("rate-ratio-exact", "`score`, 20 mot 60 väntade", rate_ratio(20, 3, "score"), 2000),
        *(
            Scenario("compare-counts", f"{mean} före och efter", compare_counts(mean, None), 4000, True)
            for mean in (5, 20, 100)
        ),
        *(
            Scenario("compare-counts", f"{mean} före och efter, φ = 2 givet", compare_counts(mean, 2.0), 4000)
            for mean in (5, 20, 100)
        ),
        Scenario("judge-family", "12 serier, 20 före, något ord", judge_family(12, 20, None), 2000, True),
        Scenario(
            "judge-family", "30 serier, 20 före, φ = 2, något ord", judge_family(30, 20, 2.0), 1000, True
        ),
        *(Scenario("e-test", f"{mean} före och efter", e_test(mean), 4000) for mean in (2, 8)),
        Scenario("e-test", "30 före och efter", e_test(30), 800),
        Scenario("e-test", "100 före och efter", e_test(100), 200),
        Scenario("negative-binomial", "60 perioder, medel 5, θ = 2", negative_binomial(5, 2, 60), 160),
        Scenario("negative-binomial", "24 perioder, medel 20, θ = 5", negative_binomial(20, 5, 24), 160),
        Scenario(
            "negative-binomial", "60 perioder, medel 5, Poisson", negative_binomial_of_poisson(5, 60), 240
        ),
        *(
            Scenario("weighted-displacement-difference", f"{mean} per ruta, fyra rutor", wdd(mean, 0), 1600)
            for mean in (1, 5, 20, 100)
        ),
        *(
            Scenario(
                "weighted-displacement-difference", f"{mean} per ruta, platsen halverad", wdd(mean, 0.5), 1600
            )
            for mean in (5, 20)
        ),
        *(
            Scenario(
                "scaled-difference",
                f"{mean} på platsen, kontrollen tio gånger större och 20 procent ned",
                scaled_difference(mean, 10, 1.0),
                4000,
            )
            for mean in (5, 20, 100)
        ),
        Scenario(
            "scaled-difference",
            "20 på platsen, som dessutom halveras",
            scaled_difference(20, 10, 0.5),
            4000,
        ),
        Scenario(
            "rounded-mean-control",
            "20 per område, medel av 30 områden",
            rounded_mean_control(20, 30, 1.0),
            3000,
            True,
        ),
        Scenario(
            "rounded-mean-control",
            "80 på platsen, som halveras, medel av 30 områden",
            rounded_mean_control(80, 30, 0.5),
            3000,
            True,
        ),
        *(
            Scenario(
                "displacement-quotient",
                f"plats {mean} → {mean // 2}, buffert {mean}, kontroll {2 * mean}",
                displacement_quotient(mean),
                1000,
            )
            for mean in (20, 100)
        ),
        Scenario(did, "15 mot 15 områden, 8 perioder, medel 15", effect_in_panel(did, 15, 15, 8, 15), 1500),
        Scenario(did, "10 mot 20 områden, 24 perioder, medel 3", effect_in_panel(did, 10, 20, 24, 3), 1000),
        Scenario(
            did,
            "1 mot 30 områden, 12 perioder, medel 20",
            effect_in_panel(did, 1, 30, 12, 20, replications=99),
            400,
            True,
        ),
        Scenario(
            did,
            "3 mot 9 områden, 24 perioder, medel 5",
            effect_in_panel(did, 3, 9, 24, 5, replications=99),
            400,
            True,
        ),
        Scenario(
            space,
            "2 mot 18 områden, 6 perioder, medel 15",
            effect_in_panel(space, 2, 18, 6, 15, replications=99),
            600,
            True,
        ),
        Scenario(
            space,
            "1 mot 30 områden, 24 perioder, medel 3",
            effect_in_panel(space, 1, 30, 24, 3, replications=99),
            400,
            True,
        ),
        Scenario(
            in_time, "1 mot 10 områden, 60 perioder, medel 20", effect_in_panel(in_time, 1, 10, 60, 20), 160
        ),
        Scenario(
            control,
            "1 mot 30 områden, 12 perioder, medel 20",
            effect_in_panel(control, 1, 30, 12, 20),
            300,
            True,
        ),
        Scenario(
            control,
            "1 mot 24 områden, 36 perioder, medel 50",
            effect_in_panel(control, 1, 24, 36, 50),
            300,
            True,
        ),
        Scenario(
            difference,
            "1 mot 20 områden, 12 perioder, medel 20",
            effect_in_panel(difference, 1, 20, 12, 20, 0.0, replications=99),
            300,
        ),
        Scenario(
            difference,
            "2 mot 30 områden, 24 perioder, medel 50",
            effect_in_panel(difference, 2, 30, 24, 50, 0.0, replications=99),
            160,
        ),
        Scenario("near-repeat", "50 händelser, 180 dagar, hela tabellen", near_repeat(50), 1000, True),
        Scenario("near-repeat", "150 händelser, 180 dagar, hela tabellen", near_repeat(150), 600, True),
        *(
            Scenario(
                "local-clusters",
                f"100 rutor, {mean} per ruta, någon ruta",
                local_clusters(10, mean),
                800,
                True,
            )
            for mean in (0.5, 2, 10)
        ),
        Scenario("concentration", "40 händelser på 60 platser", concentration(40, 60), 1000, True),
        Scenario("concentration", "500 händelser på 100 platser", concentration(500, 100), 1000, True),
        Scenario("prediction-accuracy", "30 händelser, två av 20 rutor", prediction_accuracy(30), 3000, True),
        Scenario(
            "prediction-accuracy", "300 händelser, två av 20 rutor", prediction_accuracy(300), 3000, True
        ),
        Scenario(
            "space-time-permutation-scan",
            "25 platser, 30 dagar, 0,1 per dag",
            space_time_scan(5, 30, 0.1),
            400,
            True,
        ),
        Scenario("poisson-scan", "49 platser, 5 per plats", poisson_scan(7, 5), 1000, True),
        Scenario("poisson-scan", "49 platser, 0,5 per plats", poisson_scan(7, 0.5), 1000, True),
        Scenario("bernoulli-scan", "49 platser, 3 ja och 6 nej per plats", bernoulli_scan(7, 3), 1000, True),
        Scenario("temporal-scan", "60 dagar, 1 per dag", temporal_scan(60, 1), 1000, True),
        Scenario("temporal-scan", "30 dagar, 5 per dag", temporal_scan(30, 5), 1000, True),
        Scenario("interrupted-time-series", "36 + 24 månader, medel 40", interrupted(36, 24, 40), 1000),
        Scenario("interrupted-time-series", "36 + 24 månader, medel 5", interrupted(36, 24, 5), 1000),
        Scenario(
            "interrupted-time-series", "36 + 24 månader, medel 40, φ = 3", interrupted(36, 24, 40, 3.0), 1000
        ),
        Scenario("change-points", "60 perioder, medel 5", change_points(60, 5), 1500, True),
        Scenario("change-points", "24 perioder, medel 30", change_points(24, 30), 1500, True),
        Scenario("change-points", "60 perioder, medel 20, φ = 2", change_points(60, 20, 2.0), 1000, True),
        *(
            Scenario("monitor", f"52 veckor, {mean} väntade i veckan", monitor(mean, 52), 1000, True)
            for mean in (0.5, 4, 20)
        ),
        Scenario("monitor", "52 veckor mot en räknad baslinje av 52 veckor", monitor(4, 52, 52), 400, True),
        *(
            Scenario("deviations", f"30 serier, 105 veckor, medel {mean}", deviations(30, mean), 800, True)
            for mean in (3, 10, 50)
        ),
        Scenario("deviations", "30 serier, 105 veckor, medel 10, φ = 2", deviations(30, 10, 2.0), 800, True),
        Scenario("position-error", "300 lägen, medianfel 40 meter", position_error(300, 40), 600),
        Scenario("position-error", "50 lägen, medianfel 83 meter", position_error(50, 83), 1500),
        Scenario("dosage-regularity", "12 besök med slumpade starter", dosage_regularity(12), 500, True),
        Scenario("dosage-regularity", "40 besök med slumpade starter", dosage_regularity(40), 300, True),
        Scenario("residual-deterrence", "600 besök utan samband", residual_deterrence(600, 0.0), 400, True),
        Scenario(
            "residual-deterrence", "2 000 besök, knut vid 12 minuter", residual_deterrence(2000, 0.06), 400
        ),
        *(Scenario("cohen-kappa", f"{n} saker, sann kappa 0,6", cohen_kappa(n), 2500) for n in (30, 100)),
        *(
            Scenario("gwet-ac1", f"{n} saker, {raters} bedömare", gwet_ac1(n, raters), 1500)
            for n, raters in ((30, 2), (100, 2), (50, 4))
        ),
        *(
            Scenario("survey-share", f"{n} svar, {share} procent", survey_share(n, share / 100), 4000)
            for n, share in ((30, 10), (30, 50), (100, 10), (200, 50))
        ),
        *(
            Scenario(
                "survey-waves",
                f"{n} svar var gång, {before} → {after} procent",
                survey_waves(n, before / 100, after / 100),
                4000,
            )
            for n, before, after in ((30, 10, 10), (50, 50, 30), (200, 50, 40))
        ),
        Scenario("weighted-share", "100 svar, 30 procent", weighted_share(100, 0.3), 2000),
    ]
    return tuple(sorted(found, key=lambda one: QUESTIONS.index(find(one.method).question)))
