"""A query request in MetricFlow's own form → `SemanticQuery`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from semantic_layer.fields import grouped_field
from semantic_layer.interchange.metricflow_filters import read_filter, read_reference
from semantic_layer.issues import Issue, QueryError, Text
from semantic_layer.model import SemanticModel
from semantic_layer.query import (
    METRIC_TIME,
    And,
    Compare,
    DatePart,
    Filter,
    Grain,
    GroupBy,
    OrderBy,
    RangeTime,
    SemanticQuery,
)
from semantic_layer.windows import period_start, shift_period

Request = Mapping[str, Any]


def read_request(
    request: Request, model: SemanticModel, saved: Mapping[str, Request] | None = None
) -> SemanticQuery:
    """The query of a request; one that names a saved query gets its parameters first.

    Raises:
        QueryError: the request uses something that is not supported, by name.
    """
    if request.get("min_max_only") or request.get("apply_group_by") is False:
        raise _refused("min_max_only and apply_group_by")
    if request.get("saved_query_name"):
        return _saved(request, model, saved or {})
    metrics = tuple(request.get("metrics") or ())
    groups = [_with_grain(group, metrics, model) for group in _groups(request)]
    wheres = _texts(request.get("where_filter"))
    conditions = [read_filter(text, "where_filter") for text in wheres]
    time, bounds = _time(request.get("time_constraint"), groups)
    return SemanticQuery(
        metrics=metrics,
        group_by=tuple(groups),
        where=_all([*conditions, *bounds]),
        time=time,
        order_by=tuple(_orders(request.get("order_bys") or (), groups)),
        limit=request.get("limit"),
    )


def _saved(request: Request, model: SemanticModel, saved: Mapping[str, Request]) -> SemanticQuery:
    name = request["saved_query_name"]
    if name not in saved:
        raise _refused(f"the saved query {name!r}, which is not defined,")
    entry = saved[name]
    orders = [_order_of(text) for text in entry.get("order_by") or ()]
    return read_request(
        {
            "metrics": entry.get("metrics"),
            "group_bys": [read_reference(text, name).name for text in entry.get("group_by") or ()],
            "where_filter": [*_texts(entry.get("where")), *_texts(request.get("where_filter"))],
            "time_constraint": request.get("time_constraint"),
            "order_bys": request.get("order_bys") or orders,
            "limit": request.get("limit") or entry.get("limit"),
        },
        model,
    )


def _order_of(text: str) -> str:
    descending = ".descending(True)" in text
    call = text.replace(".descending(True)", "").replace(".descending(False)", "")
    return ("-" if descending else "") + read_reference(call, "order_by").name


def _texts(value: str | Sequence[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _groups(request: Request) -> Iterator[GroupBy]:
    for text in request.get("group_bys") or ():
        yield GroupBy.model_validate(text)
    for entry in request.get("group_by_objs") or ():
        part = entry.get("date_part")
        group = GroupBy.model_validate(entry["name"])
        grain = entry.get("grain") or group.grain
        yield GroupBy(name=group.name, grain=grain, part=DatePart(part.lower()) if part else None)


def _with_grain(group: GroupBy, metrics: Sequence[str], model: SemanticModel) -> GroupBy:
    """Time without a grain is seen at its own: the coarsest of the metrics', or the dimension's."""
    field = grouped_field(group, model)
    if field.grain is not None or field.part is not None:
        return GroupBy(name=field.name, grain=field.grain, part=field.part)
    if field.name != METRIC_TIME:
        found = model.find_dimension(field.name)
        is_time = found is not None and found[1].type == "time"
        return GroupBy(name=field.name, grain=found[1].grain) if found and is_time else group
    return GroupBy(name=METRIC_TIME, grain=_coarsest(_default_grains(metrics, model)))


def _default_grains(metrics: Sequence[str], model: SemanticModel) -> Iterator[Grain]:
    for name in metrics:
        if name in model.default_grains:
            yield model.default_grains[name]
            continue
        for simple in model.simple_metrics_of(name):
            own = model.datasets[simple.dataset].dimensions[simple.agg_time_dimension].grain
            yield own or Grain.day


def _coarsest(grains: Iterable[Grain]) -> Grain:
    """The longest of the units, a day at least."""
    return max((*grains, Grain.day), key=list(Grain).index)


def _time(
    constraint: Sequence[str] | None, groups: Sequence[GroupBy]
) -> tuple[RangeTime | None, list[Filter]]:
    """Whole days are a window; anything finer is a condition on `metric_time`. Both ends count.

    A window reaches to the edges of the periods that are asked for, as in MetricFlow.
    """
    if not constraint:
        return None, []
    start, end = (datetime.fromisoformat(moment) for moment in constraint)
    if start.time() == end.time() == datetime.min.time():
        grains = (group.grain for group in groups if group.name == METRIC_TIME)
        grain = _coarsest(grain for grain in grains if isinstance(grain, Grain))
        last = shift_period(period_start(end.date(), grain), grain, 1)
        return RangeTime(start=period_start(start.date(), grain), end=last), []
    field = f"{METRIC_TIME}__second"
    return None, [
        Compare(field=field, operator=">=", value=start),
        Compare(field=field, operator="<=", value=end),
    ]


def _orders(texts: Sequence[str], groups: Sequence[GroupBy]) -> Iterator[OrderBy]:
    for text in texts:
        name = text.removeprefix("-")
        column = next((g.column for g in groups if name in (g.name, g.column)), name)
        yield OrderBy(name=column, descending=text.startswith("-"))


def _all(conditions: Sequence[Filter]) -> Filter | None:
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    return And(parts=tuple(conditions))


def _refused(what: str) -> QueryError:
    message = Text(zh=f"不支持 {what}。", en=f"Not supported: {what}.")
    return QueryError([Issue(code="request_not_supported", message=message)])
