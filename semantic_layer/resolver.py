"""`SemanticQuery` → `ResolvedQuery`: names become definitions, join paths and absolute days.

All problems of a query are collected and raised once, each with near names. What is not loaded is
refused here, by name of the export that would bring it; a number over half-known days is never
computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from semantic_layer.catalog import Catalog, DateRange, intersect_all
from semantic_layer.final_steps.averages import Side, average_notices, sides_of
from semantic_layer.final_steps.running import history_of_averages, running_issues, running_terms
from semantic_layer.final_steps.shares import share_notices, whole_query
from semantic_layer.issues import Issue, QueryError
from semantic_layer.model import Metric, SemanticModel, SimpleMetric
from semantic_layer.planning.series import (
    AnySeries,
    Series,
    Term,
    expand,
    series_of,
    simple_series,
)
from semantic_layer.query import (
    CompareMetric,
    Filter,
    GroupBy,
    SemanticQuery,
)
from semantic_layer.resolving.availability import (
    covered_days,
)
from semantic_layer.resolving.comparisons import (
    Baseline,
    baseline_of,
)
from semantic_layer.resolving.coverage_issues import (
    base_notices,
    coverage_notices,
    history_notices,
    outside_data,
    running_notices,
    running_starts,
)
from semantic_layer.resolving.filters import fields_of as fields_of
from semantic_layer.resolving.filters import metric_filters_of as metric_filters_of
from semantic_layer.resolving.known_days import merge as merge
from semantic_layer.resolving.query_rules import QUERY_RULES, Expanded, is_timed, name_issues
from semantic_layer.resolving.windows import Window, resolve_window


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
    _raise_if(name_issues(query, model))
    measured = (name for name in fields_of(query.having) if name in model.metrics)
    terms = _terms(query, model, (*query.metrics, *measured), catalog, today)
    series = tuple(dict.fromkeys(one for term in terms.values() for one in series_of(term)))
    rows = tuple(dict.fromkeys(part for one in series for part in simple_series(one)))
    for rule in QUERY_RULES:
        _raise_if(rule(Expanded(query, model, catalog, series, rows)))
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


def _is_at_end(query: SemanticQuery, model: SemanticModel, series: Series) -> bool:
    """Whether a running value is asked for without time: the one at the end of the window."""
    timed = is_timed(query, model, series.metric.agg_time_dimension)
    return series.accumulation is not None and not timed


def _counted(
    covered: Mapping[str, tuple[DateRange, ...]], window: Window | None
) -> tuple[DateRange, ...]:
    everything = [days for ranges in covered.values() for days in ranges]
    return merge(everything if window is None else intersect_all(everything, (window.days,)))
