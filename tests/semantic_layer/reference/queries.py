"""Any query over the shipped model that has an answer: what its metrics reach, and nothing else.

Left out, because a running value has no one meaning there: its own days filtered or taken apart
(by weekday, by the hour).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from semantic_layer import SemanticModel, SemanticQuery
from semantic_layer.model import CumulativeMetric, Dimension, SimpleMetric
from semantic_layer.query import METRIC_TIME, DatePart, Grain
from tests.semantic_layer.reference.days import period
from tests.semantic_layer.reference.finishes import can_run, finish
from tests.semantic_layer.reference.shop import dimensions_of
from tests.semantic_layer.reference.tables import CHANNELS, EDGES, PROVINCES

Json = dict[str, Any]

GRAINS = (Grain.hour, Grain.day, Grain.week, Grain.month, Grain.quarter, Grain.year)
PARTS = (DatePart.year, DatePart.quarter, DatePart.month, DatePart.day, DatePart.dow, DatePart.doy)
SIGNS = ("=", "!=", "<", "<=", ">", ">=")
MEMBERS: dict[str, Sequence[Any]] = {
    "channel": CHANNELS,
    "province": PROVINCES,
    "review_stars": (1, 3, 5),
    "warehouse": ("杭州仓", "广州仓", "嘉兴仓"),
    "order_type": ("预售", "非预售"),
    "category": ("护肤", "彩妆"),
    "member_level": ("金卡", "普通", "黑卡"),
}
OTHER_MEMBERS = ("女", "甲", "一店", "交易成功", "杭州市", "30ml", "直通车", "顺丰速运", "质量问题")


@dataclass(frozen=True)
class Reach:
    """What a set of metrics can be grouped and filtered by together."""

    dimensions: dict[str, Dimension]
    measures: list[str]
    is_running: bool
    by_hour: bool
    by_time: bool = True

    @property
    def categories(self) -> list[str]:
        """The names of the dimensions that hold members."""
        return [name for name, found in self.dimensions.items() if found.type == "categorical"]

    @property
    def times(self) -> list[str]:
        """The names of the times, each metric's own among them; none beside running values."""
        if self.is_running or not self.by_time:
            return []
        times = [name for name, found in self.dimensions.items() if found.type == "time"]
        return [METRIC_TIME, *times]

    @property
    def fields(self) -> list[str]:
        """What a filter may name."""
        return [*self.categories, *self.times]

    def without_times(self) -> Reach:
        """For comparisons: a filter over time would leave nothing to compare with."""
        return replace(self, by_hour=False, by_time=False)


def reach_of(model: SemanticModel, metrics: Sequence[str]) -> Reach:
    """The dimensions that the rows of every one of the metrics reach."""
    rows = [part for name in metrics for part in model.simple_metrics_of(name)]
    reached = [dimensions_of(model, dataset) for dataset in {metric.dataset for metric in rows}]
    common = set.intersection(*map(set, reached))
    is_running = any(isinstance(model.metrics[name], CumulativeMetric) for name in metrics)
    times = [model.datasets[one.dataset].dimensions[one.agg_time_dimension] for one in rows]
    return Reach(
        {name: reached[0][name] for name in sorted(common)},
        _measures(model, metrics),
        is_running,
        not is_running and all(time.grain is Grain.hour for time in times),
    )


def _measures(model: SemanticModel, metrics: Sequence[str]) -> list[str]:
    """Metrics of the same tables that can be told for each member of a dimension."""
    datasets = {part.dataset for name in metrics for part in model.simple_metrics_of(name)}
    return [
        name
        for name, metric in sorted(model.metrics.items())
        if metric.type in ("simple", "ratio")
        and {part.dataset for part in model.simple_metrics_of(name)} <= datasets
    ]


@st.composite
def queries(draw: st.DrawFn, model: SemanticModel) -> SemanticQuery:
    """A query of one to four metrics with anything that may stand around them."""
    metrics = _metrics(draw, model)
    time = draw(windows)
    reach = reach_of(model, metrics)
    compared = running = None
    if time is not None and time["kind"] != "all" and _sometimes(draw):
        compared, reach = draw(_changes), reach.without_times()
    elif can_run(model, metrics) and _sometimes(draw):
        running, reach = draw(_running), replace(reach, is_running=True, by_hour=False)
    groups = _groups(draw, reach, is_compared=compared is not None)
    if compared == "same_weekday" and _periods(groups) & {*map(str, _UNITS[2:])}:
        compared = "prior_period"
    if running and not _fits(running, groups):
        running = None
    query: Json = {
        "metrics": metrics,
        "group_by": groups,
        "where": _filter(draw, reach, depth=2) if reach.fields and _often(draw) else None,
        "having": _having(draw, metrics, depth=1) if _seldom(draw) else None,
        "time": time,
        "compare": compared,
        "running": running,
        "limit": draw(st.integers(1, 4)) if _sometimes(draw) else None,
    }
    columns = [*metrics, *(group.column for group in SemanticQuery.model_validate(query).group_by)]
    named = draw(st.lists(st.sampled_from(columns), max_size=2, unique=True))
    query["order_by"] = [{"name": name, "descending": draw(st.booleans())} for name in named]
    return finish(draw, model, SemanticQuery.model_validate(query))


_UNITS = (Grain.day, Grain.week, Grain.month, Grain.quarter, Grain.year)
_range = st.tuples(st.sampled_from(EDGES), st.sampled_from(EDGES)).map(
    lambda days: {"kind": "range", "start": min(days), "end": max(days) + timedelta(days=1)}
)
_preset = st.fixed_dictionaries(
    {
        "kind": st.just("preset"),
        "unit": st.sampled_from(_UNITS),
        "count": st.integers(1, 12),
        "offset": st.integers(-3, 0),
    }
)
_to_date = st.fixed_dictionaries(
    {
        "kind": st.just("to_date"),
        "unit": st.sampled_from(_UNITS[1:]),
        "offset": st.integers(-2, 0),
    }
)
_changes = st.sampled_from(("prior_period", "same_period_last_year", "same_weekday")) | _range.map(
    lambda time: {"kind": "custom", "time": time}
)
_running = st.one_of(
    st.just({"agg": "total"}),
    st.integers(1, 10).map(lambda count: {"agg": "total", "count": count, "unit": "day"}),
    st.sampled_from(_UNITS[2:]).map(lambda unit: {"agg": "total", "to_date": unit}),
)
windows = st.none() | st.just({"kind": "all"}) | _range | _range | _preset | _to_date


def _sometimes(draw: st.DrawFn) -> bool:
    return draw(st.integers(0, 2)) == 1


def _often(draw: st.DrawFn) -> bool:
    return draw(st.booleans())


def _seldom(draw: st.DrawFn) -> bool:
    """For what leaves few rows to compare."""
    return draw(st.integers(0, 5)) == 1


def _metrics(draw: st.DrawFn, model: SemanticModel) -> list[str]:
    """One metric, and often others of the same rows: they share scans, dimensions and mistakes."""
    kinds = _by_kind(model)
    first = draw(st.sampled_from(kinds[draw(st.sampled_from(sorted(kinds)))]))
    own = {metric.dataset for metric in model.simple_metrics_of(first)}
    near = [
        name
        for name in sorted(model.metrics)
        if {metric.dataset for metric in model.simple_metrics_of(name)} & own
    ]
    chosen = st.sampled_from(near) | st.sampled_from(sorted(model.metrics))
    return list(dict.fromkeys((first, *draw(st.lists(chosen, max_size=3)))))


def _by_kind(model: SemanticModel) -> dict[tuple[str, ...], list[str]]:
    """The metrics by how they are counted, so that rare ways are tried as often as common ones."""
    kinds: dict[tuple[str, ...], list[str]] = {}
    for name, metric in sorted(model.metrics.items()):
        how = (metric.agg, metric.additivity) if isinstance(metric, SimpleMetric) else ()
        kinds.setdefault((metric.type, *how), []).append(name)
    return kinds


def _groups(draw: st.DrawFn, reach: Reach, *, is_compared: bool) -> list[Any]:
    groups: list[Any] = []
    names = [*reach.categories, *(name for name in reach.times if name != METRIC_TIME)]
    for name in draw(st.lists(st.sampled_from(names), max_size=2, unique=True)) if names else ():
        found = reach.dimensions[name]
        if found.type == "categorical":
            groups.append(name)
        else:
            groups.append({"name": name, **_grain(draw, by_hour=found.grain is Grain.hour)})
    parts = not reach.is_running and not is_compared
    for _ in range(draw(st.sampled_from((0, 0, 1, 1, 1, 2)))):
        grain = _grain(draw, by_hour=reach.by_hour, parts=parts)
        if (group := {"name": METRIC_TIME, **grain}) not in groups:
            groups.insert(draw(st.integers(0, len(groups))), group)
    return groups


def _periods(groups: list[Any]) -> set[str]:
    return {str(group["grain"]) for group in groups if isinstance(group, dict) and "grain" in group}


def _fits(running: Json, groups: list[Any]) -> bool:
    """Whether there are periods to run along, none of them longer than the unit of `to_date`."""
    periods, order = _periods(groups), [str(unit) for unit in _UNITS]
    finest = min(map(order.index, periods), default=None)
    return finest is not None and order.index(str(running.get("to_date", "year"))) >= finest


def _grain(draw: st.DrawFn, *, by_hour: bool, parts: bool = True) -> Json:
    if parts and _sometimes(draw):
        return {"part": draw(st.sampled_from(PARTS))}
    return {"grain": draw(st.sampled_from(GRAINS if by_hour else GRAINS[1:]))}


def _filter(draw: st.DrawFn, reach: Reach, depth: int) -> Json:
    kind = draw(st.sampled_from(("leaf", "leaf", "not", "and", "or")))
    if depth == 0 or kind == "leaf":
        return _leaf(draw, reach)
    if kind == "not":
        return {"kind": "not", "part": _filter(draw, reach, depth - 1)}
    parts = [_filter(draw, reach, depth - 1) for _ in range(draw(st.integers(1, 3)))]
    return {"kind": kind, "parts": parts}


def _leaf(draw: st.DrawFn, reach: Reach) -> Json:
    if reach.categories and draw(st.integers(0, 7)) == 1:
        return _measured(draw, reach)
    name = draw(st.sampled_from(reach.fields))
    if name not in reach.categories and _sometimes(draw):
        return _part_of_time(draw, name)
    if name != METRIC_TIME and _sometimes(draw):
        return {"kind": "is_null", "field": name}
    if name not in reach.categories:
        return _time(draw, name)
    members = st.sampled_from(MEMBERS.get(name, OTHER_MEMBERS))
    if _sometimes(draw):
        sign = draw(st.sampled_from(SIGNS))
        return {"kind": "compare", "field": name, "operator": sign, "value": draw(members)}
    values = draw(st.lists(members, min_size=1, max_size=3))
    return {"kind": "in", "field": name, "values": values}


def _measured(draw: st.DrawFn, reach: Reach) -> Json:
    """A number of each entity over all that is loaded: provinces with more than one paid order."""
    by = draw(st.sampled_from(reach.categories))
    sign, value = draw(st.sampled_from(SIGNS)), draw(st.sampled_from((0, 1, 2, 100)))
    metric = draw(st.sampled_from(reach.measures))
    shared = {"metric": metric, "by": [by], "operator": sign, "value": value}
    return {"kind": "compare_metric", **shared}


def _time(draw: st.DrawFn, name: str) -> Json:
    day, grain = draw(st.sampled_from(EDGES)), draw(st.none() | st.sampled_from(GRAINS[1:]))
    return {
        "kind": "compare",
        "field": f"{name}__{grain}" if grain else name,
        "operator": draw(st.sampled_from(SIGNS)),
        "value": period(day, grain) if grain else day,
    }


def _part_of_time(draw: st.DrawFn, name: str) -> Json:
    part = draw(st.sampled_from((DatePart.dow, DatePart.month, DatePart.day)))
    values = draw(st.lists(st.integers(1, 12), min_size=1, max_size=4))
    return {"kind": "in", "field": f"{name}__extract_{part}", "values": values}


def _having(draw: st.DrawFn, metrics: Sequence[str], depth: int) -> Json:
    kind = draw(st.sampled_from(("leaf", "leaf", "not", "and", "or")))
    if depth == 0 or kind == "leaf":
        name = draw(st.sampled_from(metrics))
        if _sometimes(draw):
            return {"kind": "is_null", "field": name}
        sign, value = draw(st.sampled_from(SIGNS)), draw(st.sampled_from((0, 1, 2, 0.5, 100)))
        return {"kind": "compare", "field": name, "operator": sign, "value": value}
    if kind == "not":
        return {"kind": "not", "part": _having(draw, metrics, depth - 1)}
    parts = [_having(draw, metrics, depth - 1) for _ in range(draw(st.integers(1, 2)))]
    return {"kind": kind, "parts": parts}
