"""A result → the facts in it: total, change, leaders, concentration, trend, break, cut periods.

First half of the narrative; `sentences` words what is found here. Only the first metric is told of.
What is not known is not told: a total only where values may be added and none is missing, a trend
only over whole periods. Pure arithmetic; imports no language and no chart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum
from statistics import fmean, linear_regression

from assistant.answer import AnswerColumn, Cell
from semantic_layer import ResolvedQuery
from semantic_layer.query import Grain
from semantic_layer.resolving.windows import is_finer, shift_period

_SHARE_TOLD = 3  # leaders that concentration is about
_GROUPS_FOR_SHARE = 6  # of three groups out of four, nobody asks
_PERIODS_FOR_TREND = 5
_SIDE_OF_BREAK = 3
_TREND_FIT = 0.6  # part of the variation that a straight line explains
_BREAK_FIT = 0.6  # part of the variation that two levels explain
_BREAK_OVER_LINE = 0.5  # what two levels leave over, of what a line leaves over


@dataclass(frozen=True)
class Total:
    """The sum of all groups, and of what they are compared with."""

    value: float
    base: float | None


@dataclass(frozen=True)
class Leader:
    """The group with the largest value, and its part of the sum of all."""

    key: tuple[Cell, ...]
    value: float
    share: float | None


@dataclass(frozen=True)
class Concentration:
    """The part of the sum that the first few groups hold."""

    groups: int
    share: float


@dataclass(frozen=True)
class Extremes:
    """The periods with the largest and the smallest value; `whole_only` if some are left out."""

    highest: date
    most: float
    lowest: date
    least: float
    whole_only: bool


@dataclass(frozen=True)
class Trend:
    """A steady course from the first whole period to the last one."""

    first: date
    start: float
    last: date
    end: float


@dataclass(frozen=True)
class Break:
    """A lasting change of level: the mean of the periods before `since`, and from it on."""

    since: date
    before: float
    after: float


@dataclass(frozen=True)
class CutPeriods:
    """Periods of which the asked days hold a part only; no trend counts them in."""

    periods: tuple[date, ...]


Fact = Total | Leader | Concentration | Extremes | Trend | Break | CutPeriods


@dataclass(frozen=True)
class _Groups:
    """The rows of the first metric that have a value."""

    keys: tuple[tuple[Cell, ...], ...]
    values: tuple[float, ...]
    bases: tuple[float | None, ...]
    are_all: bool


def read_facts(
    resolved: ResolvedQuery,
    columns: Sequence[AnswerColumn],
    rows: Sequence[Sequence[Cell]],
    *,
    rest: Sequence[Sequence[Cell]] = (),
    truncated: bool = False,
) -> tuple[Fact, ...]:
    """The facts of a result with several groups; none of one row or of no metric.

    Args:
        resolved: the plan behind the rows.
        columns: as in the answer.
        rows: the groups, without the row for the rest.
        rest: the rows for all other groups, which belong to the sum only.
        truncated: whether rows were left out to keep the answer small.
    """
    metric = next((i for i, column in enumerate(columns) if column.role == "metric"), None)
    if metric is None or len(rows) < 2:
        return ()
    if _series_grain(resolved, columns) is None:
        groups = _groups(resolved, columns, metric, [*rows, *rest], truncated)
        named = _groups(resolved, columns, metric, rows, truncated)
        times = [
            i
            for i, column in enumerate(c for c in columns if c.role in ("dimension", "time"))
            if column.role == "time"
        ]
        if times:  # of a member in one month nobody asks whether it leads; of all months, they do
            named, groups = _summed(resolved, named, times), _summed(resolved, groups, times)
        return (*_totals(resolved, groups), *_leaders(resolved, named, groups))
    groups = _groups(resolved, columns, metric, rows, truncated)
    return (*_totals(resolved, groups), *_course(resolved, groups))


def _groups(
    resolved: ResolvedQuery,
    columns: Sequence[AnswerColumn],
    metric: int,
    rows: Sequence[Sequence[Cell]],
    truncated: bool,
) -> _Groups:
    keys = [i for i, column in enumerate(columns) if column.role in ("dimension", "time")]
    base = f"{columns[metric].name}__{resolved.query.compared_as}"
    compared = next((i for i, column in enumerate(columns) if column.name == base), None)
    known = [row for row in rows if _number(row[metric]) is not None]
    query = resolved.query
    return _Groups(
        keys=tuple(tuple(row[i] for i in keys) for row in known),
        values=tuple(_known(row[metric]) for row in known),
        bases=tuple(None if compared is None else _number(row[compared]) for row in known),
        are_all=len(known) == len(rows)
        and not truncated
        and query.having is None
        and (query.limit is None or query.others),
    )


def _summed(resolved: ResolvedQuery, groups: _Groups, times: Sequence[int]) -> _Groups:
    """The same groups over all periods together; none where their values may not be added."""
    if not groups.are_all or not _may_be_added(resolved, over_time=True):
        return _Groups((), (), (), are_all=False)
    sums: dict[tuple[Cell, ...], list[int]] = {}
    for place, key in enumerate(groups.keys):
        sums.setdefault(tuple(c for i, c in enumerate(key) if i not in times), []).append(place)
    bases = [[groups.bases[i] for i in places] for places in sums.values()]
    return _Groups(
        keys=tuple(sums),
        values=tuple(fsum(groups.values[i] for i in places) for places in sums.values()),
        bases=tuple(_sum_of_known(each) for each in bases),
        are_all=True,
    )


def _sum_of_known(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fsum(known) if len(known) == len(values) else None


def _number(cell: Cell) -> float | None:
    return cell if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _known(cell: Cell) -> float:
    number = _number(cell)
    assert number is not None, "rows without a value are left out before"
    return number


def _may_be_added(resolved: ResolvedQuery, *, over_time: bool) -> bool:
    """Whether the values of different groups add up to something that has a name."""
    query, additivity = resolved.query, resolved.metrics[0].additivity
    if query.running or query.average_per is not None:
        return False
    return additivity == "additive" or (additivity == "semi_additive" and not over_time)


def _totals(resolved: ResolvedQuery, groups: _Groups) -> Iterator[Total]:
    over_time = bool(resolved.query.metric_times)
    if not groups.are_all or not _may_be_added(resolved, over_time=over_time):
        return
    bases = [base for base in groups.bases if base is not None]
    complete = bases and len(bases) == len(groups.bases)
    yield Total(fsum(groups.values), fsum(bases) if complete else None)


def _leaders(resolved: ResolvedQuery, named: _Groups, all_groups: _Groups) -> Iterator[Fact]:
    if len(named.values) < 2:
        return
    over_time = bool(resolved.query.metric_times)
    adds_up = all_groups.are_all and _may_be_added(resolved, over_time=over_time)
    whole = fsum(all_groups.values) if adds_up and min(all_groups.values) >= 0 else 0.0
    order = sorted(range(len(named.values)), key=lambda i: -named.values[i])
    first, second = order[:2]
    if named.values[first] > named.values[second]:  # of a tie nobody leads
        share = named.values[first] / whole if whole else None
        yield Leader(named.keys[first], named.values[first], share)
    is_list = len(named.keys[first]) == 1  # of crossed groups the first few say little
    if whole and is_list and len(named.values) >= _GROUPS_FOR_SHARE:
        told = fsum(named.values[i] for i in order[:_SHARE_TOLD])
        yield Concentration(_SHARE_TOLD, told / whole)


def _series_grain(resolved: ResolvedQuery, columns: Sequence[AnswerColumn]) -> Grain | None:
    """The grain of rows that are one series of calendar periods of a day or more."""
    keys = [column for column in columns if column.role in ("dimension", "time")]
    grain = resolved.query.time_grain
    is_series = len(keys) == 1 and keys[0].role == "time" and isinstance(grain, Grain)
    if not is_series or not isinstance(grain, Grain) or is_finer(grain, Grain.day):
        return None
    return grain


def _course(resolved: ResolvedQuery, groups: _Groups) -> Iterator[Fact]:
    grain = resolved.query.time_grain
    assert isinstance(grain, Grain), "a series has a grain"
    points = sorted(
        (date.fromisoformat(str(key[0])[:10]), value)
        for key, value in zip(groups.keys, groups.values, strict=True)
        if key[0] is not None
    )
    cut = tuple(start for start, _ in points if _is_cut(resolved, start, grain))
    whole = [(start, value) for start, value in points if start not in cut]
    if len(whole) >= 2:
        yield from _extremes(whole, whole_only=bool(cut))
        yield from _shape(whole)
    if cut:
        yield CutPeriods(cut)


def _is_cut(resolved: ResolvedQuery, start: date, grain: Grain) -> bool:
    """Whether the known, asked days hold a part of the period only."""
    end = shift_period(start, grain, 1)
    window = resolved.window.days if resolved.window else None
    if window and (start < window.start or end > window.end):
        return True
    known = sum(
        max(0, (min(days.end, end) - max(days.start, start)).days) for days in resolved.counted
    )
    return known < (end - start).days


def _extremes(points: Sequence[tuple[date, float]], *, whole_only: bool) -> Iterator[Extremes]:
    highest = max(points, key=lambda point: point[1])
    lowest = min(points, key=lambda point: point[1])
    values = [value for _, value in points]
    if values.count(highest[1]) == 1 and values.count(lowest[1]) == 1:
        yield Extremes(*highest, *lowest, whole_only)


def _shape(points: Sequence[tuple[date, float]]) -> Iterator[Trend | Break]:
    """A lasting break of level if two levels tell the course better than a line, or the line."""
    values = [value for _, value in points]
    variation = _squares(values)
    if len(points) < _PERIODS_FOR_TREND or not variation:
        return
    around_line = _squares_around_line(values)
    splits = range(_SIDE_OF_BREAK, len(values) - _SIDE_OF_BREAK + 1)
    at = min(splits, key=lambda i: _squares(values[:i]) + _squares(values[i:]), default=None)
    around_levels = variation if at is None else _squares(values[:at]) + _squares(values[at:])
    if (
        at is not None
        and around_levels <= (1 - _BREAK_FIT) * variation
        and around_levels <= _BREAK_OVER_LINE * around_line
    ):
        yield Break(points[at][0], fmean(values[:at]), fmean(values[at:]))
    elif around_line <= (1 - _TREND_FIT) * variation:
        (first, start), (last, end) = points[0], points[-1]
        if start != end:
            yield Trend(first, start, last, end)


def _squares(values: Sequence[float]) -> float:
    middle = fmean(values)
    return fsum((value - middle) ** 2 for value in values)


def _squares_around_line(values: Sequence[float]) -> float:
    slope, intercept = linear_regression(range(len(values)), values)
    return fsum((value - intercept - slope * i) ** 2 for i, value in enumerate(values))
