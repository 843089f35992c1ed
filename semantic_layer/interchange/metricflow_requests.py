"""A query request in MetricFlow's own form → `SemanticQuery`.

The names that come out are MetricFlow's names of the result columns: time has a grain, and a
dimension that is reached through other entities names them ("listing__user__home_state").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from semantic_layer.interchange.metricflow import MEASURE_PREFIX
from semantic_layer.interchange.metricflow_entries import Filters, SavedQueryParams
from semantic_layer.interchange.metricflow_filters import read_filter, read_reference
from semantic_layer.issues import Issue, QueryError, Text, nearest
from semantic_layer.model import SemanticModel
from semantic_layer.query import (
    METRIC_TIME,
    And,
    Compare,
    DatePart,
    Filter,
    Grain,
    GroupBy,
    In,
    IsNull,
    Not,
    Or,
    OrderBy,
    RangeTime,
    SemanticQuery,
)
from semantic_layer.resolving import messages
from semantic_layer.resolving.fields import Field, grouped_field
from semantic_layer.resolving.joins import ways_to
from semantic_layer.resolving.windows import is_finer, period_start, shift_period

_SEPARATOR = "__"

# What a case of MetricFlow's own integration tests says beside its request: a case may be asked as
# it is. Any other key that is not a request's own is refused, since it may have meant a filter.
_OF_A_CASE = frozenset(
    {"allow_empty", "check_order", "check_query", "description", "file", "model", "name"}
    | {"check_sql_duckdb", "gold_columns", "gold_rows", "required_features"}
)


def _no_list(value: Any) -> Any:
    return () if value is None else value


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


class GroupByObject(BaseModel):
    """A group-by column in parts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    grain: Annotated[str | None, BeforeValidator(_lower)] = None
    date_part: Annotated[DatePart | None, BeforeValidator(_lower)] = None


class MetricFlowRequest(BaseModel):
    """What a team that comes from MetricFlow asks, in its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metrics: Annotated[tuple[str, ...], BeforeValidator(_no_list)] = ()
    group_bys: Annotated[tuple[str, ...], BeforeValidator(_no_list)] = ()
    group_by_objs: Annotated[tuple[GroupByObject, ...], BeforeValidator(_no_list)] = ()
    where_filter: Annotated[Filters, BeforeValidator(_no_list)] = ()
    time_constraint: tuple[datetime, datetime] | None = None
    order_bys: Annotated[tuple[str, ...], BeforeValidator(_no_list)] = ()
    limit: int | None = None
    min_max_only: bool | None = None
    apply_group_by: bool | None = None
    saved_query_name: str | None = None


def read_request(
    request: Mapping[str, Any],
    model: SemanticModel,
    saved: Mapping[str, SavedQueryParams] | None = None,
) -> SemanticQuery:
    """The query of a request; one that names a saved query gets its parameters first.

    Raises:
        QueryError: the request uses something that is not supported, by name.
        DefinitionError: a filter that cannot be expressed.
    """
    try:
        own = {key: value for key, value in request.items() if key not in _OF_A_CASE}
        asked = MetricFlowRequest.model_validate(own)
        return _query(_with_saved(asked, saved or {}), model)
    except ValidationError as error:
        raise _invalid(error) from error


def asks_for_extremes(request: Mapping[str, Any]) -> bool:
    """Whether only the smallest and the largest of the values are wanted."""
    return bool(request.get("min_max_only"))


def _query(request: MetricFlowRequest, model: SemanticModel) -> SemanticQuery:
    _check_extremes(request)
    _check_metrics(request.metrics, model)
    groups = tuple(
        dict.fromkeys(_canonical(group, request.metrics, model) for group in _groups(request))
    )
    usual = _coarsest(_default_grains(request.metrics, model))
    conditions = [
        _with_grain(read_filter(text, "where_filter"), usual) for text in request.where_filter
    ]
    grains = [g.grain for g in groups if g.name == METRIC_TIME and isinstance(g.grain, Grain)]
    time, bounds = _time(request.time_constraint, _coarsest(grains) if grains else usual)
    return SemanticQuery(
        metrics=request.metrics,
        group_by=groups,
        where=_all([*conditions, *bounds]),
        time=time,
        order_by=tuple(_orders(request, groups, model)),
        limit=request.limit,
    )


def _with_saved(
    request: MetricFlowRequest, saved: Mapping[str, SavedQueryParams]
) -> MetricFlowRequest:
    name = request.saved_query_name
    if name is None:
        return request
    entry = saved.get(name)
    if entry is None:
        raise QueryError([_unknown_saved_query(name, nearest(name, saved))])
    if request.metrics or request.group_bys or request.group_by_objs:
        raise _refused("metrics or group_bys beside saved_query_name")
    return request.model_copy(
        update={
            "saved_query_name": None,
            "metrics": entry.metrics,
            "group_bys": tuple(_reference(text) for text in entry.group_by),
            "where_filter": (*entry.where, *request.where_filter),
            "order_bys": request.order_bys or tuple(_order_of(text) for text in entry.order_by),
            "limit": request.limit or entry.limit,
        }
    )


def _reference(text: str) -> str:
    """The name that a call refers to; a plain name is one already."""
    return read_reference(text, "saved query").name if "(" in text else text


def _order_of(text: str) -> str:
    call, separator, flag = text.partition(".descending(")
    descending = bool(separator) and flag.strip().lower().startswith("true")
    return ("-" if descending else "") + _reference(call)


def _check_extremes(request: MetricFlowRequest) -> None:
    """Extremes are those of one column of values; rows that are not grouped are no values."""
    if request.apply_group_by is False and not request.min_max_only:
        raise _refused("apply_group_by: false without min_max_only")
    one_column = len(request.group_bys) + len(request.group_by_objs) == 1
    more = request.metrics or request.order_bys or request.limit
    if request.min_max_only and (not one_column or more):
        raise _refused("min_max_only with anything but one column to group by")


def _check_metrics(names: Sequence[str], model: SemanticModel) -> None:
    public = [name for name in model.metrics if not name.startswith(MEASURE_PREFIX)]
    issues = [
        messages.unknown_metric(name, nearest(name, public))
        for name in names
        if name not in model.metrics or name.startswith(MEASURE_PREFIX)
    ]
    if issues:
        raise QueryError(issues)


def _groups(request: MetricFlowRequest) -> Iterator[GroupBy]:
    for text in request.group_bys:
        yield _group_of(text.lower())
    for one in request.group_by_objs:
        group = _group_of(one.name.lower())
        yield GroupBy(name=group.name, grain=one.grain or group.grain, part=one.date_part)


def _group_of(text: str) -> GroupBy:
    name, separator, part = text.rpartition(f"{_SEPARATOR}extract_")
    if separator and part in DatePart.__members__:
        return GroupBy(name=name, part=DatePart(part))
    return GroupBy.model_validate(text)


def _canonical(group: GroupBy, metrics: Sequence[str], model: SemanticModel) -> GroupBy:
    """The group under MetricFlow's name of its column.

    Time without a grain is seen at its own: the coarsest of the metrics', or the dimension's.
    """
    field = grouped_field(group, model)
    if field.name == METRIC_TIME:
        if field.grain is None and field.part is None:
            return GroupBy(name=METRIC_TIME, grain=_coarsest(_default_grains(metrics, model)))
        return GroupBy(name=METRIC_TIME, grain=field.grain, part=field.part)
    found = model.find_dimension(field.name)
    name = _full_name(field, metrics, model)
    grain = field.grain
    if grain is None and field.part is None and found is not None:
        grain = found[1].grain
    return GroupBy(name=name, grain=grain, part=field.part)


def _full_name(field: Field, metrics: Sequence[str], model: SemanticModel) -> str:
    """The name with every entity on the one way to it from the metrics' datasets."""
    names = set()
    for dataset in {simple.dataset for m in metrics for simple in model.simple_metrics_of(m)}:
        ways = ways_to(model, dataset, field.name)
        if len(ways) != 1:
            return field.name  # the resolver says what is wrong
        entities = [join.left_entity.name for join in ways[0].path]
        local = field.name.rpartition(_SEPARATOR)[2]
        names.add(_SEPARATOR.join((*entities, local)) if len(entities) > 0 else field.name)
    longer = [name for name in names if name.endswith(field.name)]
    return longer[0] if len(names) == 1 and longer else field.name


def _default_grains(metrics: Sequence[str], model: SemanticModel) -> Iterator[Grain]:
    for name in metrics:
        if name in model.default_grains:
            yield model.default_grains[name]
            continue
        yield Grain.day
        for simple in model.simple_metrics_of(name):
            own = model.datasets[simple.dataset].dimensions[simple.agg_time_dimension].grain
            yield own or Grain.day


def _coarsest(grains: Iterable[Grain]) -> Grain:
    """The longest of the units; a day where there is none."""
    return max(grains, key=list(Grain).index, default=Grain.day)


def _time(
    constraint: tuple[datetime, datetime] | None, grain: Grain
) -> tuple[RangeTime | None, list[Filter]]:
    """Whole days are a window; anything finer is a condition on `metric_time`. Both ends count.

    A window reaches to the edges of the periods of `grain`, as in MetricFlow.
    """
    if constraint is None:
        return None, []
    start, end = constraint
    if start > end:
        raise _refused("a time_constraint that ends before it starts")
    whole_days = start.time() == end.time() == datetime.min.time()
    if whole_days and not is_finer(grain, Grain.day):
        last = shift_period(period_start(end.date(), grain), grain, 1)
        return RangeTime(start=period_start(start.date(), grain), end=last), []
    field = f"{METRIC_TIME}__{grain if is_finer(grain, Grain.day) else Grain.second}"
    return None, [
        Compare(field=field, operator=">=", value=start),
        Compare(field=field, operator="<=", value=end),
    ]


def _with_grain(condition: Filter, grain: Grain) -> Filter:
    """The filter with a grain for each bare `metric_time`."""
    match condition:
        case And(parts=parts) | Or(parts=parts):
            grained = tuple(_with_grain(part, grain) for part in parts)
            return condition.model_copy(update={"parts": grained})
        case Not(part=part):
            return Not(part=_with_grain(part, grain))
        case Compare(field=field) | In(field=field) | IsNull(field=field) if field == METRIC_TIME:
            return condition.model_copy(update={"field": f"{METRIC_TIME}__{grain}"})
        case _:
            return condition


def _orders(
    request: MetricFlowRequest, groups: Sequence[GroupBy], model: SemanticModel
) -> Iterator[OrderBy]:
    for text in request.order_bys:
        name = text.removeprefix("-").lower()
        descending = text.startswith("-")
        if name in request.metrics:
            yield OrderBy(name=name, descending=descending)
            continue
        wanted = _canonical(_group_of(name), request.metrics, model)
        column = next(
            (g.column for g in groups if g.column == wanted.column),
            next((g.column for g in groups if g.name == wanted.name), name),
        )
        yield OrderBy(name=column, descending=descending)


def _all(conditions: Sequence[Filter]) -> Filter | None:
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    return And(parts=tuple(conditions))


def _refused(what: str) -> QueryError:
    message = Text(
        zh=f"不支持 {what}；请改写请求。", en=f"Not supported: {what}; change the request."
    )
    return QueryError([Issue(code="request_not_supported", message=message)])


def _unknown_saved_query(name: str, near: tuple[str, ...]) -> Issue:
    hint_zh = f"是否要用 {near[0]!r}？" if near else "请检查名称。"
    hint_en = f"did you mean {near[0]!r}?" if near else "check the name."
    return Issue(
        code="unknown_saved_query",
        message=Text(
            zh=f"没有保存的查询 {name!r}；{hint_zh}",
            en=f"There is no saved query {name!r}; {hint_en}",
        ),
        where=name,
        suggestions=near,
    )


def _invalid(error: ValidationError) -> QueryError:
    issues = []
    for problem in error.errors(include_url=False):
        place = ".".join(str(step) for step in problem["loc"]) or "request"
        if problem["type"] == "extra_forbidden":
            message = Text(
                zh=f"请求中的键 {place!r} 不受支持；请删去。",
                en=f"The key {place!r} of the request is not supported; remove it.",
            )
        else:
            message = Text(
                zh=f"请求中 {place!r} 的值不对；请改正。",
                en=f"The value of {place!r} in the request does not fit; correct it.",
            )
        issues.append(Issue(code="request_not_supported", message=message, where=place))
    return QueryError(issues)
