"""What a text says about its own table: for each statement, in which periods the figures bear it out."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from samsyn.analysis.change import compare_counts
from samsyn.analysis.errors import SeriesDiffer, SettingOutOfRange
from samsyn.analysis.results import Interval, Result

Relation = Literal["more_than", "fewer_than", "about_times", "share_of", "rose", "fell"]
Answer = Literal["holds", "fails", "rounding_decides", "missing", "no_base"]
RELATIONS: tuple[Relation, ...] = get_args(Relation)
_YEAR = 365.0


@dataclass(frozen=True, slots=True)
class Figures(Result):
    """A row of a table: one value for each period.

    Parameters
    ----------
    label : str
        How statements name it; unique.
    values : mapping of str to float or None [events, or what the table counts]
        By period, in order. None is a value that the table does not give; it is not zero.
    rounding_unit : float [same]
        What the source rounds to: 1 for a mean printed without decimals; 0 for exact counts.
    detection_driven : bool
        The count follows the work, so its differences get no p.
    """

    label: str
    values: Mapping[str, float | None]
    rounding_unit: float = 0.0
    detection_driven: bool = False


@dataclass(frozen=True, slots=True)
class Statement(Result):
    """One sentence of a text, as a relation between rows.

    Parameters
    ----------
    text : str
        The sentence, in the reader's own short words.
    what : str or list of str
        Label of a row; several are added together.
    relation : str
        ``more_than``, ``fewer_than``, ``about_times``, ``share_of``, ``rose`` or ``fell``.
    than : str or list of str
        Label of the other row; not for ``rose`` and ``fell``.
    value : float or None
        How many times (``about_times``) or which share [per cent] (``share_of``).
    within : float [1]
        How far from ``value`` still counts as "about", as a part of it.
    """

    text: str
    what: str | Sequence[str]
    relation: Relation
    than: str | Sequence[str] = ()
    value: float | None = None
    within: float = 0.15


@dataclass(frozen=True, slots=True)
class StatementInPeriod(Result):
    """Whether a statement holds in one period (or step between two).

    Parameters
    ----------
    period : str
        ``2017``, or ``2017–2018`` for a step.
    answer : str
        ``holds``, ``fails``, ``rounding_decides``, ``missing`` or ``no_base`` (divided by zero).
    left, right : float or None
        The two figures that are compared.
    ratio : float or None [1]
        left / right, as printed.
    possible : Interval or None [1]
        What rounding leaves of the ratio; its level is 1.
    p : float or None in [0, 1]
        Two-sided central p of no difference, with the φ that was given; only for two exact counts that do
        not follow the work.
    interval : Interval or None [1]
        Of the true ratio of two counts, from the same p.
    """

    period: str
    answer: Answer
    left: float | None
    right: float | None
    ratio: float | None
    possible: Interval | None
    p: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class CheckedStatement(Result):
    """A statement with its answer in each period.

    Parameters
    ----------
    text : str
    holds_in, fails_in, undecided_in : tuple of str
        Periods.
    periods : tuple of StatementInPeriod
    pooled_ratio : float or None [1]
        Ratio of the sums over the periods that have both figures; None for steps.
    """

    text: str
    relation: Relation
    holds_in: tuple[str, ...]
    fails_in: tuple[str, ...]
    undecided_in: tuple[str, ...]
    periods: tuple[StatementInPeriod, ...]
    pooled_ratio: float | None


@dataclass(frozen=True, slots=True)
class CheckedText(Result):
    """Every statement of a text, checked against its table.

    Parameters
    ----------
    statements : tuple of CheckedStatement
    n : int
        Number of comparisons made, over statements and periods.
    hold_always : int
        Statements that hold in every period that can be answered.
    phi : float or None [1]
        Overdispersion used for p.
    """

    statements: tuple[CheckedStatement, ...]
    n: int
    hold_always: int
    phi: float | None
    method: str = "statements_by_period"
    caveats: tuple[str, ...] = ()


def check_statements(
    figures: Sequence[Figures],
    statements: Sequence[Statement],
    *,
    phi: float | None = 2.0,
    level: float = 0.95,
) -> CheckedText:
    """Return in which periods each statement about a table holds.

    Use to read a published text beside its own table: "six times as many" may be true of one year and not of
    the next. A statement that holds in the figures may still be within normal variation; p and interval say
    so. Not for judging whether anything changed: `judge_family` does that for all rows at once.

    Parameters
    ----------
    figures : sequence of Figures
        All with the same periods in the same order.
    statements : sequence of Statement
    phi : float or None [1]
        Overdispersion assumed for p and interval; None: pure chance only.
    level : float in (0, 1) [1]

    Returns
    -------
    CheckedText

    Raises
    ------
    SettingOutOfRange
        A label is unknown or used twice, a relation is not one of the six, or a value is missing.
    SeriesDiffer
        The rows do not have the same periods.

    Source
    ------
    Samsyn's rule: interval arithmetic on what rounding leaves, and the chance check of rule C.2.

    Examples
    --------
    >>> found = check_statements(
    ...     [Figures("a", {"2017": 562, "2018": 768}), Figures("b", {"2017": 92, "2018": 49})],
    ...     [Statement("six times", what="a", relation="about_times", than="b", value=6)],
    ... )
    >>> found.statements[0].holds_in, found.statements[0].fails_in
    (('2017',), ('2018',))
    """
    rows = _rows(figures)
    for one in statements:
        _check(one, rows)
    checked = tuple(_checked(one, rows, phi, level) for one in statements)
    if not checked:
        raise SettingOutOfRange(name="statements", value="[]", wanted="at least one statement")
    return CheckedText(
        statements=checked,
        n=sum(len(one.periods) for one in checked),
        hold_always=sum(bool(one.holds_in) and not one.fails_in and not one.undecided_in for one in checked),
        phi=phi,
        caveats=(
            *(("assumed_overdispersion",) if phi is not None else ()),
            *(("detection_driven",) if any(row.detection_driven for row in rows.values()) else ()),
        ),
    )


def _rows(figures: Sequence[Figures]) -> dict[str, Figures]:
    rows: dict[str, Figures] = {}
    for one in figures:
        if one.label in rows:
            raise SettingOutOfRange(name="label", value=one.label, wanted="each label once")
        for period, value in one.values.items():
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise SettingOutOfRange(
                    name=f"{one.label}, {period}", value=value, wanted="a number from 0, or nothing"
                )
        if not one.rounding_unit >= 0:
            raise SettingOutOfRange(name="rounding_unit", value=one.rounding_unit, wanted="0 or more")
        wanted = list(next(iter(rows.values()), one).values)
        if list(one.values) != wanted or not wanted:
            raise SeriesDiffer(
                found=f"{one.label}: {', '.join(one.values)}",
                wanted=", ".join(wanted) or "at least one period",
            )
        rows[one.label] = one
    return rows


def _labels(names: str | Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _check(one: Statement, rows: Mapping[str, Figures]) -> None:
    """Refuse a statement that cannot be read against the rows."""
    if one.relation not in RELATIONS:
        raise SettingOutOfRange(name="relation", value=one.relation, wanted=" | ".join(RELATIONS))
    step = one.relation in ("rose", "fell")
    if step and _labels(one.than):
        raise SettingOutOfRange(name="than", value=one.than, wanted="nothing, for rose and fell")
    if not _labels(one.what) or not (step or _labels(one.than)):
        raise SettingOutOfRange(name="what, than", value=one.text, wanted="a label on each side")
    for label in (*_labels(one.what), *_labels(one.than)):
        if label not in rows:
            raise SettingOutOfRange(name="label", value=label, wanted=" | ".join(rows))
    if step and len(rows[_labels(one.what)[0]].values) < 2:
        raise SettingOutOfRange(name="values", value=one.text, wanted="at least 2 periods, for rose and fell")
    if one.relation in ("about_times", "share_of") and not (one.value is not None and one.value > 0):
        raise SettingOutOfRange(name="value", value=one.value, wanted="a number above 0")
    if not 0 <= one.within < 1:
        raise SettingOutOfRange(name="within", value=one.within, wanted="from 0 to below 1")


@dataclass(frozen=True, slots=True)
class _Sum:
    """A printed sum: its value, what rounding leaves of it, and whether chance can be asked about it."""

    value: float | None
    low: float = 0.0
    high: float = 0.0
    is_count: bool = False


def _sum(rows: Sequence[Figures], period: str) -> _Sum:
    values = [row.values[period] for row in rows]
    if any(value is None for value in values):
        return _Sum(None)
    total = math.fsum(value for value in values if value is not None)
    half = sum(row.rounding_unit for row in rows) / 2
    exact = half == 0 and float(total).is_integer() and not any(row.detection_driven for row in rows)
    return _Sum(total, max(0.0, total - half), total + half, exact)


def _checked(
    one: Statement, rows: Mapping[str, Figures], phi: float | None, level: float
) -> CheckedStatement:
    left = [rows[label] for label in _labels(one.what)]
    periods = list(left[0].values)
    if one.relation in ("rose", "fell"):
        steps = list(itertools.pairwise(periods))
        steps += [(periods[0], periods[-1])] if len(periods) > 2 else []
        pairs = [(f"{first}–{last}", _sum(left, last), _sum(left, first)) for first, last in steps]
        pooled = None
    else:
        right = [rows[label] for label in _labels(one.than)]
        pairs = [(str(period), _sum(left, period), _sum(right, period)) for period in periods]
        both = [(a.value, b.value) for _, a, b in pairs if a.value is not None and b.value is not None]
        below = math.fsum(b for _, b in both)
        pooled = math.fsum(a for a, _ in both) / below if below else None
    found = tuple(_in_period(one, period, a, b, phi, level) for period, a, b in pairs)

    def where(*answers: Answer) -> tuple[str, ...]:
        return tuple(each.period for each in found if each.answer in answers)

    return CheckedStatement(
        text=one.text,
        relation=one.relation,
        holds_in=where("holds"),
        fails_in=where("fails"),
        undecided_in=where("rounding_decides", "missing", "no_base"),
        periods=found,
        pooled_ratio=pooled,
    )


def _in_period(
    one: Statement, period: str, left: _Sum, right: _Sum, phi: float | None, level: float
) -> StatementInPeriod:
    if left.value is None or right.value is None:
        return StatementInPeriod(period, "missing", left.value, right.value, None, None, None, None)
    ratio = left.value / right.value if right.value else None
    possible = Interval(left.low / right.high, left.high / right.low, 1.0) if right.low else None
    p = interval = None
    if left.is_count and right.is_count and left.value + right.value > 0:
        # The second count is the base of the ratio, so it stands first.
        compared = compare_counts(
            int(right.value), int(left.value), days_before=_YEAR, days_after=_YEAR, phi=phi, level=level
        )
        p, interval = compared.p, compared.interval
    return StatementInPeriod(
        period, _answer(one, left, right), left.value, right.value, ratio, possible, p, interval
    )


def _answer(one: Statement, left: _Sum, right: _Sum) -> Answer:
    if one.relation in ("more_than", "rose"):
        return _decided(left.low > right.high, left.high <= right.low)
    if one.relation in ("fewer_than", "fell"):
        return _decided(left.high < right.low, left.low >= right.high)
    if right.high == 0:
        return "no_base"
    value = (one.value or 0) / (100 if one.relation == "share_of" else 1)
    # Room for one part in a million million, so that 0.3/3 is a tenth.
    least, most = value * (1 - one.within) * (1 - 1e-12), value * (1 + one.within) * (1 + 1e-12)
    low = left.low / right.high
    high = left.high / right.low if right.low else math.inf
    return _decided(least <= low and high <= most, high < least or low > most)


def _decided(surely: bool, never: bool) -> Answer:
    return "holds" if surely else "fails" if never else "rounding_decides"
