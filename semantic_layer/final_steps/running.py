"""Running numbers of a query (累计、滚动): totals and averages along the time of the group-by.

A total makes every series behind a metric a running one, so that distinct counts stay distinct and
a ratio is that of two totals. The average of what adds up is such a total over the number of
periods; of anything else it is the mean of the values of the periods, a window function over a
result that reaches further back than was asked. Between `resolver` and `planner`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import assert_never

from sqlglot import exp

from semantic_layer.catalog import DateRange, intersect_all
from semantic_layer.final_steps import finishing_messages as messages
from semantic_layer.issues import Issue
from semantic_layer.model import CumulativeMetric, Metric, SemanticModel, Span, inputs_of
from semantic_layer.planning.conditions import date_literal, within
from semantic_layer.planning.quotients import mean_over
from semantic_layer.planning.series import (
    Accumulation,
    Conversions,
    Formula,
    Leaf,
    Quotient,
    Series,
    Term,
    series_of,
    simple_series,
)
from semantic_layer.query import METRIC_TIME, Grain, Running, SemanticQuery
from semantic_layer.resolving.fields import field_of
from semantic_layer.resolving.filters import fields_of
from semantic_layer.resolving.known_days import is_unbounded, known_days, merge, whole_periods
from semantic_layer.resolving.windows import Window, is_finer, period_start, shift_period

Covered = Mapping[str, tuple[DateRange, ...]]
_Change = Callable[[Series], Series]

_UNITS = (Grain.day, Grain.week, Grain.month, Grain.quarter, Grain.year)
_LONGEST = timedelta(days=36_600)
_DAYS = {Grain.day: 1, Grain.week: 7, Grain.month: 31, Grain.quarter: 92, Grain.year: 366}


def running_issues(
    query: SemanticQuery, model: SemanticModel, terms: Mapping[str, Term]
) -> Iterator[Issue]:
    """Why the asked running numbers cannot be told."""
    running = query.running
    if running is None:
        return
    if query.compare is not None:
        yield messages.running_compared()
    units = [unit for unit in (running.unit, running.to_date) if unit is not None]
    if any(unit not in _UNITS for unit in units) or _is_too_long(running):
        yield messages.running_unit()
    elif not _runs_along_time(query):
        yield messages.running_by_time()
    elif running.agg == "average" and running.unit is not finest_grain(query):
        yield messages.running_average_unit(finest_grain(query))
    elif running.to_date is not None and is_finer(running.to_date, finest_grain(query)):
        yield messages.running_to_date_unit(running.to_date, finest_grain(query))
    if averages_periods(query) and _is_cut_by_time(query, model, terms):
        yield messages.running_time_condition()
    for name, term in terms.items():
        if not _can_run(model.metrics[name], model, term):
            yield messages.running_unfit(model.metrics[name])


def running_terms(
    query: SemanticQuery,
    model: SemanticModel,
    terms: Mapping[str, Term],
    window: Window | None,
    covered: Covered,
) -> Mapping[str, Term]:
    """The terms with their series made running ones, where that is how the number is found."""
    running = query.running
    if running is None:
        return terms
    grain = finest_grain(query)

    def accumulated(series: Series) -> Series:
        days = window.days if window else None
        return replace(
            series,
            accumulation=_accumulation(running, grain, days, covered[series.metric.name]),
        )

    return {
        name: _with_series(term, accumulated) if _is_total(query, model.metrics[name]) else term
        for name, term in terms.items()
    }


def history_of_averages(
    query: SemanticQuery, model: SemanticModel, terms: Mapping[str, Term]
) -> tuple[Series, ...]:
    """The rows behind averages of periods, as series that need as much history as those."""
    if not averages_periods(query):
        return ()
    found = (
        _with_history(query, part)
        for name, term in terms.items()
        if not _is_total(query, model.metrics[name])
        for one in series_of(term)
        for part in simple_series(one)
    )
    return tuple(dict.fromkeys(found))


def days_behind(query: SemanticQuery, window: Window | None) -> Window | None:
    """The window whose periods are counted: for an average it begins as many periods earlier."""
    running = query.running
    if window is None or running is None or not averages_periods(query):
        return window
    assert running.count is not None, "an average has a trailing window"
    grain = finest_grain(query)
    first = shift_period(period_start(window.days.start, grain), grain, 1 - running.count)
    return Window(DateRange(first, window.days.end), window.unfinished)


def asked_periods(query: SemanticQuery, window: Window | None) -> exp.Expr | None:
    """The condition that leaves out the periods which only averages needed; None without any."""
    if window is None or days_behind(query, window) == window:
        return None
    grain = finest_grain(query)
    first = date_literal(period_start(window.days.start, grain))
    return exp.GTE(this=exp.column(f"{METRIC_TIME}__{grain}"), expression=first)


def averages_periods(query: SemanticQuery) -> bool:
    """Whether numbers are averages over periods, which the periods themselves come before."""
    return query.running is not None and query.running.agg == "average"


def averaged(
    query: SemanticQuery,
    metric: Metric,
    term: Term,
    value: exp.Expr,
    covered: Covered,
    asked: Window | None,
) -> exp.Expr:
    """The running average of a metric whose value, or whose running total, is `value`."""
    running = query.running
    if running is None or not averages_periods(query):
        return value
    count = exp.Literal.number(running.count)
    if _is_total(query, metric):
        mean = mean_over(value, count)
    elif _is_filled(term):
        nothing = exp.Coalesce(this=value, expressions=[exp.Literal.number(0)])
        mean = mean_over(_over_periods(query, exp.Sum(this=nothing)), count)
    else:
        mean = _over_periods(query, exp.Avg(this=value))
    known = _known_periods(query, term, covered, asked)
    return mean if known is None else exp.Case(ifs=[exp.If(this=known, true=mean)])


def finest_grain(query: SemanticQuery) -> Grain:
    """The shortest of the periods that a running number is shown for."""
    grains = (group.grain for group in query.metric_times)
    return min((one for one in grains if isinstance(one, Grain)), key=list(Grain).index)


def _runs_along_time(query: SemanticQuery) -> bool:
    """Whether the only times of the group-by are calendar periods of `metric_time`."""
    times = [group for group in query.group_by if group.is_time]
    return bool(times) and all(
        group.name == METRIC_TIME and group.grain in _UNITS and group.part is None
        for group in times
    )


def _is_cut_by_time(query: SemanticQuery, model: SemanticModel, terms: Mapping[str, Term]) -> bool:
    """Whether a condition takes away rows of the periods that an average looks back at."""
    series = (one for term in terms.values() for one in series_of(term))
    own = {part.metric.agg_time_dimension for one in series for part in simple_series(one)}
    fields = {field_of(name, model).name for name in fields_of(query.where)}
    return bool(fields & {METRIC_TIME, *own})


def _is_too_long(running: Running) -> bool:
    if running.count is None or running.unit is None:
        return False
    return timedelta(days=_DAYS.get(running.unit, 1)) * running.count > _LONGEST


def _can_run(metric: Metric, model: SemanticModel, term: Term) -> bool:
    """Whether every number behind the metric is one of rows that count at their own time."""
    if _is_cumulative(metric, model):
        return False
    return all(
        not isinstance(one, Conversions) and not one.moves and one.metric.semi_additive is None
        for one in series_of(term)
    )


def _is_cumulative(metric: Metric, model: SemanticModel) -> bool:
    inputs = (model.metrics[used.metric] for used in inputs_of(metric))
    return isinstance(metric, CumulativeMetric) or any(_is_cumulative(one, model) for one in inputs)


def _is_total(query: SemanticQuery, metric: Metric) -> bool:
    """Whether the number is found from rows: any total, and the average of what adds up."""
    assert query.running is not None, "asked for running numbers only"
    return query.running.agg == "total" or metric.additivity == "additive"


def _accumulation(
    running: Running, grain: Grain, window: DateRange | None, covered: tuple[DateRange, ...]
) -> Accumulation:
    if running.count is not None and running.unit is not None:
        span = Span(running.count, running.unit)
        return Accumulation(span, None, "end", whole_units=running.unit is grain)
    if running.to_date is not None:
        return Accumulation(None, running.to_date, "end")
    loaded = merge(covered)
    if window is None and (not loaded or is_unbounded(loaded[0])):
        return Accumulation(None, None, "end")
    since = window.start if window else loaded[0].start
    return Accumulation(None, None, "end", since=since)


def _with_series(term: Term, changed: _Change) -> Term:
    match term:
        case Leaf(series=Series() as series):
            return Leaf(changed(series))
        case Leaf():
            return term
        case Quotient(numerator=numerator, denominator=denominator):
            return Quotient(_with_series(numerator, changed), _with_series(denominator, changed))
        case Formula(expr=formula, terms=terms):
            return Formula(
                formula, {name: _with_series(one, changed) for name, one in terms.items()}
            )
        case _:
            assert_never(term)


def _with_history(query: SemanticQuery, series: Series) -> Series:
    assert query.running is not None, "asked for running numbers only"
    window = _accumulation(query.running, finest_grain(query), None, ())
    return replace(series, accumulation=window)


def _over_periods(query: SemanticQuery, aggregate: exp.Expr) -> exp.Expr:
    """An aggregate over the values of the trailing periods of a group."""
    running, grain = query.running, finest_grain(query)
    assert running is not None, "asked for running numbers only"
    assert running.count is not None, "an average has a trailing window"
    period = exp.column(f"{METRIC_TIME}__{grain}")
    back = exp.Literal.string(str(running.count - 1))
    return exp.Window(
        this=aggregate,
        partition_by=[exp.column(one.column) for one in query.group_by if not one.is_time],
        order=exp.Order(expressions=[exp.Ordered(this=period)]),
        spec=exp.WindowSpec(
            kind="RANGE",
            start=exp.Interval(this=back, unit=exp.var(str(grain).upper())),
            start_side="PRECEDING",
            end="CURRENT ROW",
        ),
    )


def _is_filled(term: Term) -> bool:
    """Whether a known period without rows has a value: that of a count is zero."""
    if not isinstance(term, Leaf) or not isinstance(term.series, Series):
        return False
    return term.series.metric.fill is not None


def _known_periods(
    query: SemanticQuery, term: Term, covered: Covered, asked: Window | None
) -> exp.Expr | None:
    """The periods all of whose trailing periods are loaded; None where that is all of them."""
    grain = finest_grain(query)
    known: tuple[DateRange, ...] = (DateRange(date.min, date.max),)
    for one in series_of(term):
        for part in simple_series(one):
            known = intersect_all(known, _known(query, part, covered[part.metric.name], asked))
    if len(known) == 1 and is_unbounded(known[0]):
        return None
    period = exp.column(f"{METRIC_TIME}__{grain}")
    if not known:
        return exp.false()
    parts = [within(period, DateRange(period_start(one.start, grain), one.end)) for one in known]
    return parts[0] if len(parts) == 1 else exp.or_(*parts, copy=False)


def _known(
    query: SemanticQuery, series: Series, covered: tuple[DateRange, ...], asked: Window | None
) -> tuple[DateRange, ...]:
    loaded = merge(covered)
    if len(loaded) == 1 and is_unbounded(loaded[0]):
        return loaded
    known = known_days(_with_history(query, series), loaded)
    end = loaded[-1].end if asked is None else min(asked.days.end, loaded[-1].end)
    counted = DateRange(loaded[0].start, end)
    return whole_periods(intersect_all(known, (counted,)), (counted,), finest_grain(query))
