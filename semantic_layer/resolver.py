"""`SemanticQuery` → `ResolvedQuery`: names become definitions, join paths and absolute days.

All problems of a query are collected and raised once, each with near names. What is not loaded is
refused here, by name of the export that would bring it; a number over half-known days is never
computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from semantic_layer import messages
from semantic_layer.availability import (
    columns_of,
    covered_days,
    dimension_is_loaded,
    missing_columns,
    time_dimension,
)
from semantic_layer.catalog import Catalog, DateRange, intersect_all, missing_days
from semantic_layer.fields import Field, field_of, grouped_field
from semantic_layer.issues import Issue, QueryError, nearest
from semantic_layer.joins import reachable_dimensions, ways_to
from semantic_layer.model import Metric, SemanticModel, SimpleMetric
from semantic_layer.query import (
    METRIC_TIME,
    And,
    Compare,
    CompareMetric,
    Comparison,
    Filter,
    Grain,
    GroupBy,
    In,
    IsNull,
    Not,
    Or,
    SemanticQuery,
)
from semantic_layer.series import (
    AnySeries,
    Conversions,
    Series,
    Term,
    expand,
    series_of,
    simple_series,
)
from semantic_layer.windows import Window, comparison_window, is_finer, resolve_window


@dataclass(frozen=True)
class ResolvedQuery:
    """A query that can be planned without further questions.

    `terms` are the asked metrics, and those of `having`, as trees over `series`. `nested` holds the
    queries behind filters of the kind "metric for each entity". `window` None means everything that
    is loaded; `covered` are the days that each simple metric has data for.
    """

    query: SemanticQuery
    model: SemanticModel
    terms: Mapping[str, Term]
    series: tuple[AnySeries, ...]
    nested: Mapping[CompareMetric, ResolvedQuery]
    window: Window | None
    comparison: DateRange | None
    covered: Mapping[str, tuple[DateRange, ...]]
    calendars: frozenset[str]
    notices: tuple[Issue, ...]

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The asked metrics, in asked order."""
        return tuple(self.model.metrics[name] for name in self.query.metrics)

    @property
    def inputs(self) -> tuple[SimpleMetric, ...]:
        """The simple metrics behind the query, each once."""
        simple = (one.metric for series in self.series for one in simple_series(series))
        return tuple({metric.name: metric for metric in simple}.values())

    @property
    def counted(self) -> tuple[DateRange, ...]:
        """The days that at least one metric has data for, within the window."""
        everything = [days for covered in self.covered.values() for days in covered]
        if self.window is None:
            return merge(everything)
        return merge(intersect_all(everything, (self.window.days,)))


def resolve(
    query: SemanticQuery, model: SemanticModel, catalog: Catalog, today: date
) -> ResolvedQuery:
    """Resolve every name and day of `query`, or raise `QueryError` with all that is wrong."""
    _raise_if(_unknown_names(query, model))
    terms = {name: expand(model, name) for name in (*query.metrics, *fields_of(query.having))}
    series = tuple(dict.fromkeys(one for term in terms.values() for one in series_of(term)))
    rows = tuple(dict.fromkeys(part for one in series for part in simple_series(one)))
    _raise_if(_unreachable(query, model, series))
    _raise_if(_not_loaded(query, model, series, catalog))
    window = resolve_window(query.time, today)
    covered = {one.metric.name: covered_days(model, one.metric, catalog) for one in rows}
    _raise_if(_outside_data(model, rows, catalog, window, covered))
    compared = _compared_days(query, window, covered)
    return ResolvedQuery(
        query=query,
        model=model,
        terms=terms,
        series=series,
        nested={
            compare: resolve(
                SemanticQuery(
                    metrics=(compare.metric,),
                    group_by=tuple(GroupBy(name=name) for name in compare.by),
                ),
                model,
                catalog,
                today,
            )
            for condition in _conditions(query, series)
            for compare in metric_filters_of(condition)
        },
        window=window,
        comparison=compared,
        covered=covered,
        calendars=frozenset(
            table.source for table in model.calendars if table.source in catalog.tables
        ),
        notices=tuple(_notices(window, compared, covered, model)),
    )


Leaf = Compare | CompareMetric | In | IsNull


def leaves_of(condition: Filter | None) -> Iterator[Leaf]:
    """The conditions on single fields in a filter, in order."""
    match condition:
        case None:
            return
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from leaves_of(part)
        case Not(part=part):
            yield from leaves_of(part)
        case Compare() | CompareMetric() | In() | IsNull():
            yield condition


def fields_of(condition: Filter | None) -> Iterator[str]:
    """The fields of a filter: dimensions in `where`, metrics in `having`."""
    for leaf in leaves_of(condition):
        if isinstance(leaf, CompareMetric):
            yield from leaf.by
        else:
            yield leaf.field


def metric_filters_of(condition: Filter | None) -> Iterator[CompareMetric]:
    """The conditions on a metric for each of some entities."""
    return (leaf for leaf in leaves_of(condition) if isinstance(leaf, CompareMetric))


def merge(ranges: Iterable[DateRange]) -> tuple[DateRange, ...]:
    """The same days as few ranges, in order."""
    merged: list[DateRange] = []
    for days in sorted(ranges):
        if merged and days.start <= merged[-1].end:
            merged[-1] = DateRange(merged[-1].start, max(merged[-1].end, days.end))
        else:
            merged.append(days)
    return tuple(merged)


def _raise_if(issues: Iterable[Issue]) -> None:
    found = tuple(dict.fromkeys(issues))
    if found:
        raise QueryError(found)


def _conditions(query: SemanticQuery, series: Iterable[AnySeries]) -> Iterator[Filter]:
    if query.where is not None:
        yield query.where
    for one in series:
        for part in simple_series(one):
            yield from part.where


def _asked_fields(query: SemanticQuery, model: SemanticModel) -> tuple[Field, ...]:
    """The group-by columns and the fields of `where`, `metric_time` left out."""
    grouped = (grouped_field(group, model) for group in query.group_by)
    filtered = (field_of(name, model) for name in fields_of(query.where))
    found = (*grouped, *filtered)
    return tuple(dict.fromkeys(field for field in found if field.name != METRIC_TIME))


def _needs(
    query: SemanticQuery, model: SemanticModel, series: Iterable[AnySeries]
) -> Iterator[tuple[SimpleMetric, Field]]:
    """Every simple metric with every dimension that it is grouped or filtered by."""
    asked = _asked_fields(query, model)
    for one in series:
        for part in simple_series(one):
            own = [field_of(name, model) for where in part.where for name in fields_of(where)]
            is_converted = isinstance(one, Conversions) and part is one.converted
            for field in (*(() if is_converted else asked), *own):
                if field.name != METRIC_TIME:
                    yield part.metric, field


def _unknown_names(query: SemanticQuery, model: SemanticModel) -> Iterator[Issue]:
    measured = (leaf.metric for leaf in metric_filters_of(query.where))
    for name in (*query.metrics, *fields_of(query.having), *measured):
        if name not in model.metrics:
            yield messages.unknown_metric(name, nearest(name, model.metrics))
    for field in _asked_fields(query, model):
        found = model.find_dimension(field.name)
        if found is None:
            yield messages.unknown_dimension(field.name, nearest(field.name, model.dimensions))
        elif found[1].personal:
            yield messages.personal_dimension(found[1])
    for group in query.group_by:
        yield from _grain_issues(grouped_field(group, model), model)
    yield from _order_issues(query)
    yield from _comparison_issues(query)


def _order_issues(query: SemanticQuery) -> Iterator[Issue]:
    columns = {*query.metrics, *(group.column for group in query.group_by)}
    for order in query.order_by:
        if order.name not in columns:
            yield messages.unknown_order(order.name, sorted(columns))


def _comparison_issues(query: SemanticQuery) -> Iterator[Issue]:
    if query.compare is None:
        return
    if query.time is None or query.time.kind == "all":
        yield messages.comparison_needs_time()
    if query.metric_times:
        yield messages.comparison_by_time()


def _grain_issues(field: Field, model: SemanticModel) -> Iterator[Issue]:
    grained = field.grain is not None or field.part is not None
    unit = field.grain
    if unit is not None and not isinstance(unit, Grain) and model.own_unit(unit) is None:
        yield messages.unknown_unit(unit)
    if field.name == METRIC_TIME:
        if not grained:
            yield messages.grain_needed(field.name)
        return
    found = model.find_dimension(field.name)
    if found is None or (found[1].type == "time") == grained:
        return
    if found[1].type == "time":
        yield messages.grain_needed(field.name)
    else:
        yield messages.grain_on_category(found[1])


def _unreachable(
    query: SemanticQuery, model: SemanticModel, series: tuple[AnySeries, ...]
) -> Iterator[Issue]:
    for metric, field in _needs(query, model, series):
        found = model.find_dimension(field.name)
        assert found is not None, "definitions are validated, and asked names were looked up"
        ways = ways_to(model, metric.dataset, field.name)
        if not ways:
            yield messages.unreachable_dimension(
                metric,
                found[1],
                [model.dimensions[name] for name in reachable_dimensions(model, metric.dataset)],
                _kin_that_reach(model, metric, field.name),
            )
        elif len(ways) > 1:
            yield messages.ambiguous_path(metric, found[1], tuple(way.path for way in ways))
    grains = [group.grain for group in query.metric_times]
    for one in (part for each in series for part in simple_series(each)):
        own = time_dimension(model, one.metric)
        for grain in grains:
            if own.grain and isinstance(grain, Grain) and is_finer(grain, own.grain):
                yield messages.grain_too_fine(one.metric, grain, own.grain)
        if one.shifts and not query.metric_times and not _groups_by(query, own.name):
            yield messages.time_needed(one.metric)


def _kin_that_reach(model: SemanticModel, metric: SimpleMetric, name: str) -> list[Metric]:
    """Metrics of the same unit that the dimension does reach, those of like meaning first."""
    kin = [
        other
        for other in model.metrics.values()
        if other.unit == metric.unit
        and all(ways_to(model, part.dataset, name) for part in model.simple_metrics_of(other.name))
    ]
    shared = {other.name: len(other.facets.items() & metric.facets.items()) for other in kin}
    return sorted(kin, key=lambda other: -shared[other.name])[:3]


def _groups_by(query: SemanticQuery, name: str) -> bool:
    return any(group.name == name for group in query.group_by)


def _not_loaded(
    query: SemanticQuery,
    model: SemanticModel,
    series: tuple[AnySeries, ...],
    catalog: Catalog,
) -> Iterator[Issue]:
    if catalog.is_empty:
        yield messages.nothing_loaded()
        return
    for metric in (part.metric for one in series for part in simple_series(one)):
        dataset = model.datasets[metric.dataset]
        table = catalog.tables.get(dataset.source)
        missing = missing_columns(model, metric, catalog)
        for column in missing:
            if table is not None and column not in table.columns:
                yield messages.unknown_column(
                    column, metric.place, dataset.source, nearest(column, table.columns)
                )
        if missing:
            loaded = table is not None and any(table.coverage.values())
            yield messages.metric_not_loaded(metric, dataset, missing if loaded else ())
    for metric, field in _needs(query, model, series):
        if not dimension_is_loaded(model, metric, field.name, catalog):
            found = model.find_dimension(field.name)
            assert found is not None, "reachability was checked before"
            yield messages.dimension_not_loaded(found[1])


def _outside_data(
    model: SemanticModel,
    rows: tuple[Series, ...],
    catalog: Catalog,
    window: Window | None,
    covered: Mapping[str, tuple[DateRange, ...]],
) -> Iterator[Issue]:
    for metric in (one.metric for one in rows if not one.moves):
        days = covered[metric.name]
        if window is not None:
            days = intersect_all(days, (window.days,))
            if not days:
                yield messages.no_data_in_window(metric, window.days, covered[metric.name])
                continue
        source = catalog.tables[model.datasets[metric.dataset].source]
        dated = source.coverage[columns_of(time_dimension(model, metric).expr)[0]]
        loaded = intersect_all(dated, (window.days,)) if window else dated
        if sum(part.days for part in merge(loaded)) > sum(part.days for part in merge(days)):
            yield messages.column_partly_loaded(metric, days)


def _compared_days(
    query: SemanticQuery,
    window: Window | None,
    covered: Mapping[str, tuple[DateRange, ...]],
) -> DateRange | None:
    if query.compare is None or query.time is None or window is None:
        return None
    last = min(ranges[-1].end for ranges in covered.values())
    counted = DateRange(window.days.start, min(window.days.end, last))
    return comparison_window(query.time, window.days, counted, Comparison(query.compare))


def _notices(
    window: Window | None,
    compared: DateRange | None,
    covered: Mapping[str, tuple[DateRange, ...]],
    model: SemanticModel,
) -> Iterator[Issue]:
    """What of the asked days is not loaded, said once where it holds for every metric."""
    if window is None:
        return
    gaps: dict[DateRange, list[str]] = {}
    for name, days in covered.items():
        for gap in missing_days(window.days, days):
            gaps.setdefault(gap, []).append(name)
    for gap, names in sorted(gaps.items()):
        concerned = () if len(names) == len(covered) else [model.metrics[name] for name in names]
        loaded = covered[names[0]]
        if gap.start >= loaded[-1].end:
            yield messages.data_end_early(loaded[-1].last_day, window.days, concerned)
        elif gap.end <= loaded[0].start:
            yield messages.data_start_late(loaded[0].start, window.days, concerned)
        else:
            yield messages.days_missing(gap, concerned)
    if compared is not None and any(missing_days(compared, days) for days in covered.values()):
        yield messages.no_base(compared)
