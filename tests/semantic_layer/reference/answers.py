"""A whole query: the keys of its metrics, their values, what is made of these, order and limit.

Obviously right before it is quick. `answer` gives the rows, or the codes of what must be refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from semantic_layer import SemanticQuery
from semantic_layer.model import CumulativeMetric, Metric, RatioMetric, SimpleMetric
from semantic_layer.query import METRIC_TIME, And, CompareMetric, Filter, GroupBy
from tests.semantic_layer.reference.bases import base_values
from tests.semantic_layer.reference.conditions import fields_of
from tests.semantic_layer.reference.days import window
from tests.semantic_layer.reference.finishing import finished
from tests.semantic_layer.reference.series import Asked, Key, Leaf, Values, rows_behind, values_of
from tests.semantic_layer.reference.shop import Seen, Shop, value

Row = tuple[Any, ...]
Named = dict[str, Any]


def answer(query: SemanticQuery, shop: Shop) -> list[Row] | set[str]:
    """The rows of a query, or the codes of the problems that it has."""
    days = window(query.time, shop.today)
    asked = Asked(shop, query.group_by, query.where, days, _by_entity(shop), query.running)
    names = list(dict.fromkeys((*query.metrics, *fields_of(query.having))))
    leaves = {leaf.name: leaf for name in names for leaf in _leaves(shop, name)}
    codes = {code for leaf in leaves.values() for code in _refused(asked, leaf)}
    if codes:
        return codes
    found = {name: values_of(asked, leaf) for name, leaf in leaves.items()}
    base = base_values(query, asked, leaves)
    keys = {key for values in (*found.values(), *base.values()) for key in values.groups}
    keys |= _quiet_periods(asked, leaves)
    rows = [
        _measured(query, shop, key, names, found, base)
        for key in keys or ({()} if not query.group_by else ())
    ]
    return finished(query, rows, shop.model, lambda whole: answer(whole, shop))


def _measured(
    query: SemanticQuery,
    shop: Shop,
    key: Key,
    names: list[str],
    found: dict[str, Values],
    base: dict[str, Values],
) -> Named:
    """The columns of one group: its keys, every metric, and what each is set against."""
    row = dict(zip((group.column for group in query.group_by), key, strict=True))
    row |= {name: _value(shop, name, found, key) for name in names}
    for name in query.metrics if query.compare else ():
        now, then = row[name], _value(shop, name, base, key)
        delta = None if now is None or then is None else now - then
        column = f"{name}__{query.compared_as}"
        row |= {column: then, f"{column}__delta": delta}
        if shop.model.metrics[name].unit != "ratio":
            row[f"{column}__rate"] = None if delta is None else _ratio(delta, then)
    return row


def _leaves(shop: Shop, name: str) -> Iterator[Leaf]:
    metric = shop.model.metrics[name]
    if isinstance(metric, SimpleMetric | CumulativeMetric):
        yield metric
    else:
        yield from _leaves(shop, _parts(metric).numerator.metric)
        yield from _leaves(shop, _parts(metric).denominator.metric)


def _value(shop: Shop, name: str, found: dict[str, Values], key: Key) -> Any:
    metric = shop.model.metrics[name]
    if isinstance(metric, SimpleMetric | CumulativeMetric):
        return found[name].at(key) if name in found else None
    above = _value(shop, _parts(metric).numerator.metric, found, key)
    below = _value(shop, _parts(metric).denominator.metric, found, key)
    return None if above is None else _ratio(above, below)


def _parts(metric: Metric) -> RatioMetric:
    assert isinstance(metric, RatioMetric), f"teach the reference {metric.type} metrics"
    return metric


def _ratio(above: Any, below: Any) -> float | None:
    return float(above) / float(below) if below else None


def _refused(asked: Asked, leaf: Leaf) -> Iterator[str]:
    if not asked.within(asked.shop.loaded(rows_behind(asked, leaf))):
        yield "no_data_in_window"
    elif _runs_from_unknown(asked, leaf):
        yield "running_start_not_loaded"
    elif not values_of(asked, leaf).days:
        yield "history_not_loaded"


def _runs_from_unknown(asked: Asked, leaf: Leaf) -> bool:
    """Whether a total since the first asked day would leave out days that no file covers."""
    running, days = asked.running, asked.days
    if running is None or running.count is not None or running.to_date is not None or not days:
        return False
    return days[0] not in asked.shop.loaded(rows_behind(asked, leaf))


def _quiet_periods(asked: Asked, leaves: dict[str, Leaf]) -> set[Key]:
    """Every covered period, where time is all that is grouped by."""
    if not asked.group_by or any(group.name != METRIC_TIME for group in asked.group_by):
        return set()
    if any(group.grain == "hour" for group in asked.group_by):
        return set()
    rows = [rows_behind(asked, leaf) for leaf in leaves.values()]
    days = {day for metric in rows for day in asked.within(asked.shop.loaded(metric))}
    on_time = [
        Asked(asked.shop, (), part, None, asked.measured) for part in _conditions_on_time(asked)
    ]
    shown = [day for day in days if all(one.keeps(Seen(rows[0], {}, day)) for one in on_time)]
    return {asked.periods_of(day) for day in shown}


def _conditions_on_time(asked: Asked) -> list[Filter]:
    parts = asked.where.parts if isinstance(asked.where, And) else (asked.where,)
    return [part for part in parts if part is not None and fields_of(part) == {METRIC_TIME}]


def _by_entity(shop: Shop) -> Callable[[CompareMetric, Seen], Any]:
    """A metric for each of the entities of a filter, over everything that is loaded."""

    def measured(leaf: CompareMetric, seen: Seen) -> Any:
        wanted = tuple(value(shop, seen, name) for name in leaf.by)
        by = tuple(GroupBy(name=name) for name in leaf.by)
        rows = answer(SemanticQuery(metrics=(leaf.metric,), group_by=by), shop)
        assert isinstance(rows, list)
        return next((row[-1] for row in rows if row[:-1] == wanted and None not in wanted), None)

    return measured
