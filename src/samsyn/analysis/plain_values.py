"""Methods whose own functions take results, here from plain values that are typed in or read from a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from samsyn.analysis.change import compare_counts, judge_family, percent_change
from samsyn.analysis.denominators import denominator_breaks, implied_denominators
from samsyn.analysis.disclosure import suppress, table_with_margins
from samsyn.analysis.errors import SeriesDiffer, SettingOutOfRange
from samsyn.analysis.results import CountComparison, DenominatorBreak, Estimate, Interval, PhiOrigin, Result
from samsyn.analysis.variation import overdispersion

YEAR = 365.0
SERIES_KEYS = (
    "label",
    "before",
    "after",
    "days_before",
    "days_after",
    "phi",
    "phi_origin",
    "history",
    "season_confirmed",
    "detection_driven",
    "presence_sensitive",
    "chosen_afterwards",
)


@dataclass(frozen=True, slots=True)
class JudgedSeries(Result):
    """One series of a family with its counts, its interval and its word.

    Parameters
    ----------
    label : str
    before, after : int [events]
    ratio : float or None [1]
        Of events per day; None when ``before`` is 0.
    interval : Interval [1]
        At the level that belongs to the word.
    direction : "up", "down" or "equal"
    word : str
        Code of `results.Word`.
    p, q : float and float or None [1]
    phi : float or None [1]
    phi_origin : str
    """

    label: str
    before: int
    after: int
    ratio: float | None
    interval: Interval
    direction: Literal["up", "down", "equal"]
    word: str
    p: float
    q: float | None
    phi: float | None
    phi_origin: PhiOrigin
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedFamily(Result):
    """Series judged together, and how many words chance alone would have given.

    Parameters
    ----------
    series : tuple of JudgedSeries
    family_size, words_given : int [comparisons]
    expected_by_chance : float [comparisons]
    """

    series: tuple[JudgedSeries, ...]
    family_size: int
    words_given: int
    expected_by_chance: float
    n: int
    sidedness: str
    method: str = "benjamini_hochberg"
    caveats: tuple[str, ...] = ()


def judge_series(
    series: Sequence[Mapping[str, Any]],
    focus: Collection[int | str] = (),
    *,
    days_before: float = YEAR,
    days_after: float = YEAR,
    phi: float | None = None,
) -> JudgedFamily:
    """Return the word of every series in a table of counts, judged as one family.

    Use for the comparisons that one page or report shows, typed in as they are printed. Not for a
    selection of the largest changes: the family is all that was looked at. The size of the family error
    holds for independent or positively dependent series.

    Parameters
    ----------
    series : sequence of mapping, shape (series,)
        Each with ``before`` and ``after`` [events] and, if wanted, ``label``, ``days_before``,
        ``days_after`` [days], ``phi`` [1] or ``history`` (earlier counts, at least 5, from which φ is
        read), ``season_confirmed``, ``detection_driven``, ``presence_sensitive``, ``chosen_afterwards``.
    focus : collection of int or str
        Positions or labels of at most 3 series named before the figures were loaded.
    days_before, days_after : float [days]
        For series that do not say their own.
    phi : float or None [1]
        For series that have neither φ nor history of their own; None: pure chance only.

    Returns
    -------
    JudgedFamily

    Raises
    ------
    SeriesDiffer
        No series, a row without counts, or a label that no series has.
    SettingOutOfRange
        A row has a key that does not exist.

    Source
    ------
    As `change.compare_counts` and `change.judge_family`.

    Examples
    --------
    >>> family = judge_series([{"label": "lugn", "before": 30, "after": 28}], phi=2)
    >>> family.series[0].word
    'within_normal_variation'
    """
    if not series:
        raise SeriesDiffer(found="no series", wanted="at least one")
    labels = [str(row.get("label", number)) for number, row in enumerate(series, start=1)]
    defaults = {"days_before": days_before, "days_after": days_after, "phi": phi}
    comparisons = [_compared(row, label, defaults) for row, label in zip(series, labels, strict=True)]
    unknown = [name for name in focus if isinstance(name, str) and name not in labels]
    if unknown:
        raise SeriesDiffer(found=f"focus {', '.join(unknown)}", wanted=", ".join(labels))
    chosen = [labels.index(name) if isinstance(name, str) else int(name) for name in focus]
    verdicts = judge_family(comparisons, chosen)
    told = tuple(
        JudgedSeries(
            label=label,
            before=one.before,
            after=one.after,
            ratio=one.ratio,
            interval=verdict.interval,
            direction=_way(one),
            word=verdict.word.value,
            p=verdict.p,
            q=verdict.q,
            phi=one.phi,
            phi_origin=one.phi_origin,
            caveats=verdict.caveats,
        )
        for label, one, verdict in zip(labels, comparisons, verdicts, strict=True)
    )
    size = max((verdict.family_size for verdict in verdicts if not verdict.focus), default=0)
    return JudgedFamily(
        series=told,
        family_size=size,
        words_given=sum(one.word in ("clear", "possible") for one in told),
        expected_by_chance=0.05 * size,
        n=sum(one.before + one.after for one in told),
        sidedness="two_sided_central",
    )


def _way(one: CountComparison) -> Literal["up", "down", "equal"]:
    if one.ratio is None:
        return "up" if one.after else "equal"
    return "equal" if one.ratio == 1 else "up" if one.ratio > 1 else "down"


def _compared(row: Mapping[str, Any], label: str, defaults: Mapping[str, Any]) -> CountComparison:
    strange = sorted(set(row) - set(SERIES_KEYS))
    if strange:
        raise SettingOutOfRange(
            name=f"series {label}", value=", ".join(strange), wanted=", ".join(SERIES_KEYS)
        )
    lacks = [key for key in ("before", "after") if row.get(key) is None]
    if lacks:
        raise SeriesDiffer(found=f"series {label} without {' and '.join(lacks)}", wanted="before and after")
    given = {
        key: value for key, value in row.items() if key not in ("label", "history") and value is not None
    }
    if "phi" not in given and row.get("history") is not None:
        given |= {"phi": overdispersion(row["history"]), "phi_origin": "history"}
    return compare_counts(**{**{key: value for key, value in defaults.items() if value is not None}, **given})


def percent_change_of_counts(
    before: int,
    after: int,
    *,
    days_before: float = YEAR,
    days_after: float = YEAR,
    phi: float | None = None,
    level: float = 0.95,
    hide_below: int = 10,
    caveat_below: int = 20,
) -> Estimate:
    """Return the change between two counts in per cent with its interval, or withhold it for small counts.

    Use beside both counts, never alone, see `change.percent_change`. Not for periods of unequal length.

    Parameters
    ----------
    before, after : int [events]
    days_before, days_after : float [days]
    phi : float or None [1]
        Overdispersion; None: pure chance only.
    level : float in (0, 1) [1]
    hide_below, caveat_below : int [events]
        First counts below which the percentage is withheld, or said to be of small numbers.

    Returns
    -------
    Estimate [per cent]

    Raises
    ------
    ZeroBefore
        The first count is 0.
    UnequalPeriods
        The periods differ in length.

    Source
    ------
    As `change.percent_change`.

    Examples
    --------
    >>> percent_change_of_counts(40, 30).value
    -25.0
    """
    comparison = compare_counts(
        before, after, days_before=days_before, days_after=days_after, phi=phi, level=level
    )
    return percent_change(comparison, hide_below=hide_below, caveat_below=caveat_below)


def breaks_in_rates(
    counts: Sequence[int],
    rates: Sequence[float],
    per: float = 100_000,
    rounding: float = 1.0,
    *,
    periods: Sequence[int | str] | None = None,
) -> tuple[DenominatorBreak, ...]:
    """Return where the population behind printed counts and rates jumps or contradicts itself.

    Use on one area in order of time, before its rates are compared. A break is to be explained, not
    corrected.

    Parameters
    ----------
    counts : sequence of int, shape (periods,) [events]
    rates : sequence of float, shape (periods,) [events per ``per``]
    per : float [persons]
    rounding : float [events per ``per``]
    periods : sequence of int or str, shape (periods,)
        Labels in order; one that comes twice is two sources for the same period.

    Returns
    -------
    tuple of DenominatorBreak

    Raises
    ------
    SeriesDiffer, NotACount, NoExposure
        As `denominators.implied_denominators`.

    Source
    ------
    As `denominators.denominator_breaks`.

    Examples
    --------
    >>> round(breaks_in_rates([2704, 2794], [3894, 3884])[0].step, 1)
    3.6
    """
    return denominator_breaks(implied_denominators(counts, rates, per, rounding, periods=periods))


@dataclass(frozen=True, slots=True)
class ProtectedTable(Result):
    """A two-way table as it may leave, with its margins last.

    Parameters
    ----------
    rows, columns : tuple of str
        Names, "total" last.
    values : tuple of tuple of int or None, shape (rows, columns) [persons]
        None where nothing is printed.
    marks : tuple of tuple of str, shape (rows, columns)
        Codes of `audit.Mark`.
    hidden : int [cells]
    n : int [persons]
        Of the whole table; None when the total itself is hidden.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[int | None, ...], ...]
    marks: tuple[tuple[str, ...], ...]
    hidden: int
    n: int | None
    method: str = "cell_suppression"
    caveats: tuple[str, ...] = ()


def protect_table(
    inner: Sequence[Sequence[int]],
    rows: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    *,
    k: int = 5,
) -> ProtectedTable:
    """Return a table of persons with small counts hidden, and others with them where totals would tell.

    Use for one table that leaves the working group. Not for several tables of one population: they are
    protected together, see `disclosure.linked`.

    Parameters
    ----------
    inner : sequence, shape (rows, columns), of int [persons]
        Without margins; they are added.
    rows, columns : sequence of str
        Names; left out: 1, 2, 3 …
    k : int, 3–20 [persons]
        1 … k−1 are hidden.

    Returns
    -------
    ProtectedTable

    Raises
    ------
    SeriesDiffer, NotACount, TableTooLarge
        As `disclosure.suppress`.

    Source
    ------
    As `disclosure.suppress`.

    Examples
    --------
    >>> protect_table([[20, 4], [30, 18]]).values[0]
    (None, None, 24)
    """
    first = [str(one) for one in rows or range(1, len(inner) + 1)]
    second = [str(one) for one in columns or range(1, (len(inner[0]) if len(inner) else 0) + 1)]
    if len(set(first)) < len(first) or len(set(second)) < len(second):
        raise SeriesDiffer(found="two rows or columns of one name", wanted="a name for each")
    safe = suppress(table_with_margins(inner, first, second), k=k)
    down, across = (*first, "total"), (*second, "total")
    marks = tuple(tuple(safe.marks[(row, column)].value for column in across) for row in down)
    return ProtectedTable(
        rows=down,
        columns=across,
        values=tuple(tuple(safe.values[(row, column)] for column in across) for row in down),
        marks=marks,
        hidden=sum(mark != "shown" for line in marks for mark in line),
        n=safe.values[("total", "total")],
    )
