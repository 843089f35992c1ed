"""One simple metric, as it is or running, at each key of the group-by: plain lists and sums.

What is not covered is not known (None); what is covered and has no rows is the metric's `fill`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from semantic_layer.model import CumulativeMetric, SimpleMetric
from semantic_layer.query import METRIC_TIME, CompareMetric, Filter, Grain, GroupBy, Running
from tests.semantic_layer.reference.conditions import field_parts, truth
from tests.semantic_layer.reference.days import DAY, Days, day_of, part, period
from tests.semantic_layer.reference.fragments import worked_out
from tests.semantic_layer.reference.shop import Seen, Shop, rows_of, value

Key = tuple[Any, ...]
Leaf = SimpleMetric | CumulativeMetric
Measured = Callable[[CompareMetric, Seen], Any]


@dataclass(frozen=True)
class Asked:
    """What all metrics of a query share; `days` None means all that are loaded."""

    shop: Shop
    group_by: tuple[GroupBy, ...]
    where: Filter | None
    days: Days | None
    measured: Measured = field(repr=False)
    running: Running | None = None

    def key(self, seen: Seen) -> Key:
        """The group of a row."""
        return tuple(
            value(self.shop, seen, group.name, group.grain, group.part)  # type: ignore[arg-type]
            for group in self.group_by
        )

    def keeps(self, seen: Seen) -> bool:
        """Whether the asker's filter holds for a row."""
        if self.where is None:
            return True
        return (
            truth(
                self.where,
                lambda text: self._filtered(seen, text),
                lambda leaf: self.measured(leaf, seen),
            )
            is True
        )

    def periods_of(self, day: date) -> Key:
        """What the `metric_time` columns show on a day; an hour is as known as its day."""
        return tuple(
            part(day, group.part) if group.part else period(day, _in_days(group.grain))
            for group in self.group_by
            if group.name == METRIC_TIME
        )

    def periods_in(self, key: Key) -> Key:
        """The `metric_time` columns of a key, hours as days."""
        return tuple(
            day_of(one) if isinstance(one, date) else one
            for one, group in zip(key, self.group_by, strict=True)
            if group.name == METRIC_TIME
        )

    def shows_time_of(self, metric: SimpleMetric) -> bool:
        """Whether a column of the group-by shows the metric's own time."""
        names = {group.name for group in self.group_by}
        return bool(names & {METRIC_TIME, metric.agg_time_dimension})

    def within(self, days: Days) -> Days:
        """Those of `days` that were asked for."""
        if self.days is None:
            return days
        wanted = set(self.days)
        return [day for day in days if day in wanted]

    def _filtered(self, seen: Seen, text: str) -> Any:
        name, grain, which = field_parts(text)
        found = value(self.shop, seen, name, grain, which)
        is_bare_time = name == METRIC_TIME and grain is None and which is None
        return seen.day if is_bare_time else found


@dataclass(frozen=True)
class Values:
    """A metric's value for each key that has one, `fill` elsewhere in the `known` periods."""

    groups: dict[Key, Any]
    days: Days
    known: frozenset[Key] | None
    fill: int | None
    asked: Asked

    def at(self, key: Key) -> Any:
        """The value at a key of the query."""
        found = self.groups.get(key)
        is_known = self.known is None or self.asked.periods_in(key) in self.known
        return self.fill if found is None and is_known else found

    def always_known(self) -> Values:
        """The same values of a window that is known as a whole."""
        return replace(self, known=None)


def rows_behind(asked: Asked, leaf: Leaf) -> SimpleMetric:
    """The metric whose rows are counted."""
    metric = asked.shop.model.metrics[leaf.input.metric] if leaf.type == "cumulative" else leaf
    assert isinstance(metric, SimpleMetric)
    return metric


def values_of(asked: Asked, leaf: Leaf) -> Values:
    """The values of one leaf of a formula, however it is counted."""
    if isinstance(leaf, CumulativeMetric):
        assert leaf.period_agg == "last", "teach the reference other ends of a period"
        base = rows_behind(asked, leaf)
        return running(asked, base, lambda day: first_day(leaf, day, asked.shop.loaded(base)))
    if asked.running is not None:
        return running(asked, leaf, lambda day: _first_of_query(asked, leaf, day))
    return plain(asked, leaf) if leaf.semi_additive is None else level(asked, leaf)


def plain(asked: Asked, metric: SimpleMetric) -> Values:
    """Each row counts once, at its own time."""
    rows = [one for one in rows_of(asked.shop, metric) if _is_asked(asked, one.day)]
    groups = _grouped(asked, [one for one in rows if asked.keeps(one)])
    known = asked.within(asked.shop.loaded(metric))
    return _valued(asked, groups, known, metric.fill)


def level(asked: Asked, metric: SimpleMetric) -> Values:
    """Of each period only its first or last day that has rows, before the asker's filter."""
    rule = metric.semi_additive
    assert rule is not None
    assert rule.dimension == metric.agg_time_dimension, "teach the reference levels by other times"
    rows = [one for one in rows_of(asked.shop, metric) if _is_asked(asked, one.day)]
    chosen: dict[Key, date] = {}
    pick = min if rule.choice == "min" else max
    for one in rows:
        period_of = _times_of_row(asked, one)
        chosen[period_of] = pick(one.day, chosen.get(period_of, one.day))
    kept = [one for one in rows if one.day == chosen[_times_of_row(asked, one)]]
    groups = _grouped(asked, [one for one in kept if asked.keeps(one)])
    known = asked.within(asked.shop.loaded(metric))
    return _valued(asked, groups, known, metric.fill)


def running(asked: Asked, base: SimpleMetric, first: Callable[[date], date]) -> Values:
    """On each known day the rows since the `first` of it; over longer periods the last day's."""
    rows, loaded = rows_of(asked.shop, base), asked.shop.loaded(base)
    known = [day for day in asked.within(loaded) if first(day) in loaded]
    if not asked.shows_time_of(base):
        known = [day for day in known if day <= asked.shop.today][-1:]
    ends = {_times_of_row(asked, Seen(base, {}, day)): day for day in known}
    groups: dict[Key, list[Seen]] = {}
    for day in ends.values():
        behind = [one for one in rows if first(day) <= one.day <= day]
        if asked.shows_time_of(base):
            behind = [replace(one, moment=day) for one in behind]
        groups |= _grouped(asked, [one for one in behind if asked.keeps(one)])
    return _valued(asked, groups, known, base.fill)


def _first_of_query(asked: Asked, metric: SimpleMetric, day: date) -> date:
    """The first day whose rows a running number of the query holds on `day`."""
    running, loaded = asked.running, asked.shop.loaded(metric)
    assert running is not None
    assert running.agg == "total", "teach the reference running averages"
    if running.count is not None:
        assert running.unit is Grain.day, "teach the reference windows of months"
        return day - DAY * (running.count - 1)
    if running.to_date is not None:
        return period(day, running.to_date)
    return asked.days[0] if asked.days else loaded[0]


def first_day(metric: CumulativeMetric, day: date, loaded: Days) -> date:
    """The first day whose rows a running value of `day` holds."""
    if metric.window is not None:
        assert str(metric.window.unit) == "day", "teach the reference windows of months"
        return day - DAY * (metric.window.count - 1)
    if metric.to_date is not None:
        return period(day, metric.to_date)  # type: ignore[arg-type]
    return loaded[0]


def _is_asked(asked: Asked, day: date) -> bool:
    return asked.days is None or (bool(asked.days) and asked.days[0] <= day <= asked.days[-1])


def _in_days(grain: Any) -> Grain:
    return Grain.day if grain is Grain.hour else grain


def _valued(asked: Asked, groups: dict[Key, list[Seen]], days: Days, fill: int | None) -> Values:
    known = frozenset(map(asked.periods_of, days))
    return Values(aggregated(groups), days, known, fill, asked)


def aggregated(groups: dict[Key, list[Seen]]) -> dict[Key, Any]:
    """The number of each group of rows."""
    return {key: _aggregate(rows) for key, rows in groups.items()}


def _times_of_row(asked: Asked, seen: Seen) -> Key:
    own = (METRIC_TIME, seen.metric.agg_time_dimension)
    times = [group for group in asked.group_by if group.name in own]
    return replace(asked, group_by=tuple(times)).key(seen)


def _grouped(asked: Asked, rows: list[Seen]) -> dict[Key, list[Seen]]:
    groups: dict[Key, list[Seen]] = {}
    for one in rows:
        groups.setdefault(asked.key(one), []).append(one)
    return groups


def _aggregate(rows: list[Seen]) -> Any:
    metric = rows[0].metric
    values = [worked_out(metric.expr, one.row) for one in rows]
    values = [one for one in values if one is not None]
    match metric.agg:
        case "count":
            return len(values)
        case "count_distinct":
            return len(set(values))
        case "sum":
            return sum(values) if values else None
        case "average":
            return float(sum(map(Decimal, values))) / len(values) if values else None
        case "min":
            return min(values, default=None)
        case "max":
            return max(values, default=None)
        case _:
            raise AssertionError(f"teach the reference {metric.agg}")
