"""The methods by name: which question each answers and where its function is.

Nothing is loaded before it is asked for. The names are those of the command line and of the pages in
docs/reference/metoder.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from samsyn.analysis.errors import SettingOutOfRange
from samsyn.analysis.results import Result

Question = Literal[
    "rates",
    "change",
    "displacement",
    "effects",
    "series",
    "hotspots",
    "scan",
    "dosage",
    "surveys",
    "agreement",
    "time",
    "position",
    "disclosure",
    "simulate",
]
QUESTIONS: tuple[Question, ...] = get_args(Question)


@dataclass(frozen=True, slots=True)
class Method(Result):
    """A method by its name.

    Parameters
    ----------
    name : str
        As typed on the command line.
    function : str
        Dotted path of the function, loaded by `load`.
    question : str
        One of `QUESTIONS`.
    page : str
        Its page, counted from docs/reference/metoder.
    """

    name: str
    function: str
    question: Question
    page: str


def _method(name: str, module: str, question: Question, function: str = "") -> Method:
    return Method(
        name, f"samsyn.analysis.{module}.{function or name.replace('-', '_')}", question, f"{name}.md"
    )


METHODS: tuple[Method, ...] = (
    _method("poisson-interval", "rates", "rates"),
    _method("rate", "rates", "rates"),
    _method("pooled-rate", "rates", "rates"),
    _method("mean-of-rates", "rates", "rates"),
    _method("ratio-of-sums", "rates", "rates"),
    _method("share-of-total", "rates", "rates"),
    _method("ratio-to-rounded-mean", "rates", "rates"),
    _method("implied-denominators", "denominators", "rates"),
    _method("denominator-breaks", "plain_values", "rates", "breaks_in_rates"),
    _method("boundary-decomposition", "denominators", "rates"),
    _method("rate-decomposition", "denominators", "rates"),
    _method("compare-counts", "change", "change"),
    _method("percent-change", "plain_values", "change", "percent_change_of_counts"),
    _method("judge-family", "plain_values", "change", "judge_series"),
    _method("overdispersion", "variation", "change"),
    _method("overdispersion-from-areas", "variation", "change"),
    _method("assumed-overdispersion", "variation", "change"),
    _method("readings", "readings", "change"),
    _method("check-statements", "statements", "change"),
    _method("weighted-displacement-difference", "displacement", "displacement"),
    _method("scaled-difference", "displacement_controls", "displacement"),
    _method("rounded-mean-control", "displacement_controls", "displacement"),
    _method("buffer-rings", "buffers", "displacement"),
    _method("displacement-quotient", "displacement_quotient", "displacement"),
    _method("power-before-start", "power", "effects"),
    _method("difference-in-differences", "effects", "effects"),
    _method("event-study", "event_study", "effects"),
    _method("placebo-in-space", "effects", "effects"),
    _method("placebo-in-time", "effects", "effects"),
    _method("synthetic-control", "synthetic", "effects"),
    _method("synthetic-difference-in-differences", "synthetic", "effects"),
    _method("compare-estimators", "compare_estimators", "effects"),
    _method("near-repeat", "near_repeat", "hotspots"),
    _method("local-clusters", "local_clusters", "hotspots"),
    _method("space-time-permutation-scan", "scan", "scan"),
    _method("poisson-scan", "scan", "scan"),
    _method("bernoulli-scan", "scan", "scan"),
    _method("temporal-scan", "scan_temporal", "scan"),
    _method("kernel-density", "density", "hotspots"),
    _method("concentration", "concentration", "hotspots"),
    _method("prediction-accuracy", "concentration", "hotspots"),
    _method("aoristic-hours", "aoristic", "time"),
    _method("position-error", "position_error", "position"),
    _method("dosage", "dosage", "dosage"),
    _method("dosage-regularity", "dosage", "dosage"),
    _method("residual-deterrence", "residual_deterrence", "dosage"),
    _method("cohen-kappa", "agreement", "agreement"),
    _method("gwet-ac1", "agreement", "agreement"),
    _method("survey-share", "surveys", "surveys"),
    _method("weighted-share", "surveys", "surveys"),
    _method("survey-waves", "surveys", "surveys"),
    _method("survey-index", "surveys", "surveys"),
    _method("printed-share", "surveys", "surveys"),
    _method("e-test", "small_counts", "change"),
    _method("rate-ratio-exact", "small_counts", "rates"),
    _method("negative-binomial", "small_counts", "change"),
    _method("protect-table", "plain_values", "disclosure", "protect_table"),
    _method("may-publish", "publication", "disclosure"),
    _method("audit-table", "printed_table", "disclosure"),
    _method("round-table", "rounding", "disclosure"),
    _method("share-is-hidden", "disclosure", "disclosure"),
    _method("interrupted-time-series", "interrupted_series", "series"),
    _method("change-points", "change_points", "series"),
    _method("monitor", "monitoring", "series"),
    _method("deviations", "deviation", "series"),
    _method("simulate-before-after", "simulate", "simulate", "before_after"),
    _method("simulate-near-repeat", "simulate", "simulate", "near_repeat_points"),
    _method("simulate-series", "simulate", "simulate", "seasonal_series"),
    _method("simulate-cluster", "simulate", "simulate", "clustered_cases"),
)


def find(name: str) -> Method:
    """Return the method of a name.

    Parameters
    ----------
    name : str
        One of the names in `METHODS`.

    Returns
    -------
    Method

    Raises
    ------
    SettingOutOfRange
        No method has the name.

    Source
    ------
    The catalogue itself.

    Examples
    --------
    >>> find("rate").question
    'rates'
    """
    for method in METHODS:
        if method.name == name:
            return method
    raise SettingOutOfRange(name="method", value=name, wanted="one of the methods in the catalogue")


def load(name: str) -> Callable[..., Any]:
    """Return the function of a method, importing its module now.

    Parameters
    ----------
    name : str
        One of the names in `METHODS`.

    Returns
    -------
    callable
        Takes keyword arguments that JSON can hold.

    Raises
    ------
    SettingOutOfRange
        No method has the name.

    Source
    ------
    The catalogue itself.

    Examples
    --------
    >>> load("rate")(count=48, exposure=3200).value
    1500.0
    """
    module, _, function = find(name).function.rpartition(".")
    loaded: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return loaded
