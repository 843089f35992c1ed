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
    covered_days,
    dimension_is_loaded,
    missing_columns,
    time_dimension,
)
from semantic_layer.averages import Side, average_issues, average_notices, sides_of
from semantic_layer.calendars import calendar_for, needs_a_calendar
from semantic_layer.catalog import Catalog, DateRange, intersect_all
from semantic_layer.comparisons import (
    Baseline,
    baseline_of,
    comparison_columns,
    comparison_issues,
)
from semantic_layer.coverage_issues import (
    base_notices,
    coverage_notices,
    history_notices,
    outside_data,
    running_notices,
    running_starts,
)
from semantic_layer.date_parts import date_part_issues
from semantic_layer.fields import Field, field_of, grouped_field
from semantic_layer.filters import fields_of as fields_of
from semantic_layer.filters import metric_filters_of as metric_filters_of
from semantic_layer.finishing_rules import finished_columns, finishing_issues
from semantic_layer.issues import Issue, QueryError, nearest
from semantic_layer.joins import reachable_dimensions, ways_to
from semantic_layer.known_days import merge as merge
from semantic_layer.listed_values import listing_issues
from semantic_layer.model import Metric, SemanticModel, SimpleMetric
from semantic_layer.query import (
    METRIC_TIME,
    CompareMetric,
    Filter,
    Grain,
    GroupBy,
    SemanticQuery,
)
from semantic_layer.refused_metrics import access_issues
from semantic_layer.running import history_of_averages, running_issues, running_terms
from semantic_layer.series import (
    AnySeries,
    Conversions,
    Series,
    Term,
    expand,
    series_of,
    simple_series,
)
from semantic_layer.shares import share_notices, whole_query
from semantic_layer.windows import Window, is_finer, resolve_window


@dataclass(frozen=True)
class ResolvedQuery:
    """A query that can be planned without further questions.

    `terms` are the asked metrics, and those of `having`, as trees over `series`. `nested` holds the
    queries behind filters of the kind "metric for each entity". `window` None means everything that
    is loaded; `covered` are the days that each simple metric has data for. `whole` asks for what
    shares are parts of, where that is not the sum of the groups. `sides` are what averages per
    period are means of: the asked window, then what it is compared with.
    """

    query: SemanticQuery
    model: SemanticModel
    terms: Mapping[str, Term]
    series: tuple[AnySeries, ...]
    nested: Mapping[CompareMetric, ResolvedQuery]
    window: Window | None
    baseline: Baseline | None
    covered: Mapping[str, tuple[DateRange, ...]]
    calendars: frozenset[str]
    notices: tuple[Issue, ...]
    today: date
    whole: ResolvedQuery | None = None
    sides: tuple[tuple[Side, ResolvedQuery], ...] = ()

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
    def comparison(self) -> DateRange | None:
        """The days that the asked ones are set against, from the first to the last."""
        return self.baseline.days if self.baseline else None

    @property
    def counted(self) -> tuple[DateRange, ...]:
        """The days that at least one metric has data for, within the window."""
        return _counted(self.covered, self.window)


def resolve(
    query: SemanticQuery, model: SemanticModel, catalog: Catalog, today: date
) -> ResolvedQuery:
    """Resolve every name and day of `query`, or raise `QueryError` with all that is wrong."""
    _raise_if(_unknown_names(query, model))
    measured = (name for name in fields_of(query.having) if name in model.metrics)
    terms = _terms(query, model, (*query.metrics, *measured), catalog, today)
    series = tuple(dict.fromkeys(one for term in terms.values() for one in series_of(term)))
    rows = tuple(dict.fromkeys(part for one in series for part in simple_series(one)))
    _raise_if(_unreachable(query, model, series))
    _raise_if(access_issues(query, model, _needs(query, model, series)))
    _raise_if(listing_issues(query, model, catalog))
    _raise_if(date_part_issues(query, model, rows))
    _raise_if(average_issues(query, model, rows))
    _raise_if(_time_issues(query, model, series, catalog))
    _raise_if(_not_loaded(query, model, series, catalog))
    _raise_if(comparison_issues(query, model, rows))
    window = resolve_window(query.time, today, model.events)
    covered = {one.metric.name: covered_days(model, one.metric, catalog) for one in rows}
    days = window.days if window else None
    timeless = frozenset(one for one in rows if _is_at_end(query, model, one))
    averaged = history_of_averages(query, model, terms)
    shown = (*rows, *averaged)
    _raise_if(running_starts(rows, days, covered))
    _raise_if(outside_data(model, shown, timeless, catalog, days, covered, today))
    counted = _counted(covered, window)
    baseline = baseline_of(query, model, rows, window, covered, counted, today)
    whole = whole_query(query, model)
    sides = sides_of(query, model, terms, window, baseline, covered, today)
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
        baseline=baseline,
        covered=covered,
        calendars=frozenset(
            table.source for table in model.calendars if table.source in catalog.tables
        ),
        notices=(
            *coverage_notices(days, covered, model),
            *(() if sides else base_notices(baseline, covered)),
            *history_notices([one for one in shown if one not in timeless], days, covered),
            *running_notices([one for one in rows if one in timeless], days, covered, today),
            *share_notices(query, model),
            *average_notices(query, terms, window, baseline, covered, today),
        ),
        today=today,
        whole=resolve(whole, model, catalog, today) if whole else None,
        sides=tuple((side, resolve(side.query, model, catalog, today)) for side in sides),
    )


def _terms(
    query: SemanticQuery,
    model: SemanticModel,
    names: Iterable[str],
    catalog: Catalog,
    today: date,
) -> Mapping[str, Term]:
    """The metrics as trees over series; running ones where running numbers are asked for."""
    terms = {name: expand(model, name) for name in names}
    _raise_if(running_issues(query, model, terms))
    if query.running is None:
        return terms
    parts = {
        part for term in terms.values() for one in series_of(term) for part in simple_series(one)
    }
    covered = {part.metric.name: covered_days(model, part.metric, catalog) for part in parts}
    window = resolve_window(query.time, today, model.events)
    return running_terms(query, model, terms, window, covered)


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
    compared = comparison_columns(query, model)
    for name in (*query.metrics, *measured):
        if name not in model.metrics:
            yield messages.unknown_metric(name, nearest(name, model.metrics))
    for name in fields_of(query.having):
        if name not in model.metrics and name not in compared:
            yield messages.unknown_metric(name, nearest(name, (*model.metrics, *compared)))
    for field in _asked_fields(query, model):
        found = model.find_dimension(field.name)
        if found is None:
            yield messages.unknown_dimension(field.name, nearest(field.name, model.dimensions))
        elif found[1].personal:
            yield messages.personal_dimension(found[1])
    for group in query.group_by:
        yield from _grain_issues(grouped_field(group, model), model)
    yield from _order_issues(query, model)
    if all(name in model.metrics for name in query.metrics):
        yield from finishing_issues(query, model)


def _order_issues(query: SemanticQuery, model: SemanticModel) -> Iterator[Issue]:
    groups = (group.column for group in query.group_by)
    finished = finished_columns(query)
    columns = {*query.metrics, *groups, *comparison_columns(query, model), *finished}
    for order in query.order_by:
        if order.name not in columns:
            yield messages.unknown_order(order.name, sorted(columns))


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


def _time_issues(
    query: SemanticQuery,
    model: SemanticModel,
    series: tuple[AnySeries, ...],
    catalog: Catalog,
) -> Iterator[Issue]:
    """Periods that a metric's time is not known by, and values of other times without a time."""
    by_time = METRIC_TIME in {field_of(name, model).name for name in fields_of(query.where)}
    for one in (part for each in series for part in simple_series(each)):
        own = time_dimension(model, one.metric)
        finest = own.grain
        timed = _is_timed(query, model, own.name)
        if one.moves and timed:
            table = calendar_for(model, one)
            if table is None or table.source not in catalog.tables:
                yield messages.calendar_needed(one.metric)
            elif finest is None or is_finer(finest, table.grain):
                finest = table.grain
        if one.moves and not timed and (one.shifts or by_time or needs_a_calendar(one)):
            yield messages.time_needed(one.metric)
        for grain in (group.grain for group in query.metric_times):
            if finest and isinstance(grain, Grain) and is_finer(grain, finest):
                yield messages.grain_too_fine(one.metric, grain, finest)


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


def _is_at_end(query: SemanticQuery, model: SemanticModel, series: Series) -> bool:
    """Whether a running value is asked for without time: the one at the end of the window."""
    timed = _is_timed(query, model, series.metric.agg_time_dimension)
    return series.accumulation is not None and not timed


def _is_timed(query: SemanticQuery, model: SemanticModel, own: str) -> bool:
    """Whether numbers are computed along the time of a metric, which is called `own`."""
    if query.average_per is not None:
        return True
    fields = (grouped_field(group, model) for group in query.group_by)
    return any(field.name in (METRIC_TIME, own) for field in fields)


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


def _counted(
    covered: Mapping[str, tuple[DateRange, ...]], window: Window | None
) -> tuple[DateRange, ...]:
    everything = [days for ranges in covered.values() for days in ranges]
    return merge(everything if window is None else intersect_all(everything, (window.days,)))
