"""Series → branches: one SELECT for each way in which rows must be aggregated.

Series that scan the same rows at the same times share a branch. Rows that count at other times than
their own (offsets, running windows) are joined to the calendar; the calendar's moment is then the
time of the branch. Levels keep the rows of one moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from semantic_layer.aggregates import aggregate, aggregated, filtered
from semantic_layer.availability import time_dimension
from semantic_layer.catalog import DateRange
from semantic_layer.conditions import within
from semantic_layer.fields import Field, field_of, grouped_field
from semantic_layer.joins import ways_to
from semantic_layer.model import CalendarTable, Dataset, SemanticModel, Span
from semantic_layer.query import METRIC_TIME, And, Filter, Grain, GroupBy
from semantic_layer.query_plan import Branch
from semantic_layer.resolver import ResolvedQuery, fields_of
from semantic_layer.scans import NestedSelect, Scan, qualified, truncated
from semantic_layer.series import Series, Shift, simple_series
from semantic_layer.windows import is_finer

_CALENDAR = "calendar"
_VALUE = "value"
_POSITION = "position"
_PERIOD = "period"


@dataclass(frozen=True)
class Context:
    """What every branch of a query shares: its keys, one window of days, and a suffix for names."""

    resolved: ResolvedQuery
    nested: NestedSelect
    days: DateRange | None
    suffix: str

    @property
    def keys(self) -> tuple[GroupBy, ...]:
        """The group-by columns."""
        return self.resolved.query.group_by

    @property
    def fields(self) -> tuple[Field, ...]:
        """What the group-by columns stand for."""
        return tuple(grouped_field(group, self.resolved.model) for group in self.keys)


def plain_branch(context: Context, series: Sequence[Series], columns: Sequence[str]) -> Branch:
    """One grouped scan for series over the same rows at their own or at shifted times."""
    first = series[0]
    scan, source = scan_of(context, first)
    keys = key_columns(context, scan)
    filters = {one.metric.filter for one in series}
    shared = next(iter(filters)) if len(filters) == 1 else None
    measures = []
    for one, column in zip(series, columns, strict=True):
        value = aggregate(context.resolved.model, one.metric)
        kept = filtered(value, one.metric) if shared is None else value
        measures.append(exp.alias_(kept, column, copy=False))
    where = conditions_of(context, scan, first, shared)
    select = select_from(exp.Select().select(*keys, *measures, copy=False), scan, source, where)
    return Branch(_name(context, first), grouped(select, len(keys)), tuple(columns))


def running_branch(context: Context, series: Series, column: str) -> Branch:
    """A running value at its own grain, then its first, last or average value of each period."""
    assert series.accumulation is not None
    scan, source = scan_of(context, series)
    assert scan.moment is not None
    keys = key_columns(context, scan)
    period = exp.alias_(scan.moment.copy(), _PERIOD, copy=False)
    value = exp.alias_(aggregate(context.resolved.model, series.metric), column, copy=False)
    where = conditions_of(context, scan, series, series.metric.filter)
    inner = select_from(exp.Select().select(*keys, period, value, copy=False), scan, source, where)
    names = [exp.column(group.column) for group in context.keys]
    points = grouped(inner, len(keys) + 1)
    select = _chosen(points, names, column, series.accumulation.period_agg)
    return Branch(_name(context, series), select, (column,))


def level_branch(context: Context, series: Series, column: str) -> Branch:
    """A level: of each group only the rows of its first or last moment."""
    level = series.metric.semi_additive
    assert level is not None
    scan, source = scan_of(context, series)
    moment = qualified(
        context.resolved.model.datasets[series.metric.dataset].dimensions[level.dimension].expr,
        series.metric.dataset,
    )
    times = [field for field in context.fields if _is_time_of(field, series)]
    partition = [scan.field_sql(field) for field in (*times, *map(Field, level.groupings))]
    chosen = exp.Window(
        this=(exp.Min if level.choice == "min" else exp.Max)(this=moment.copy()),
        partition_by=partition,
    )
    keys = key_columns(context, scan)
    where = conditions_of(context, scan, series, series.metric.filter)
    inner = exp.Select().select(
        *keys,
        exp.alias_(qualified(series.metric.expr, series.metric.dataset), _VALUE, copy=False),
        exp.alias_(moment, _PERIOD, copy=False),
        exp.alias_(chosen, _POSITION, copy=False),
        copy=False,
    )
    rows = select_from(inner, scan, source, where).subquery("levels", copy=False)
    value = exp.alias_(aggregated(series.metric, exp.column(_VALUE)), column, copy=False)
    names = [exp.column(group.column) for group in context.keys]
    select = exp.Select().select(*names, value, copy=False).from_(rows, copy=False)
    kept = exp.EQ(this=exp.column(_PERIOD), expression=exp.column(_POSITION))
    return Branch(
        _name(context, series), grouped(select.where(kept, copy=False), len(names)), (column,)
    )


def calendar_branch(context: Context) -> Branch | None:
    """The periods of the covered days, whether or not anything happened in them."""
    table = _calendar_for(context)
    if table is None:
        return None
    scan = Scan(
        context.resolved.model,
        next(iter(context.resolved.model.datasets.values())),
        context.nested,
        moment=exp.column(table.column, table=_CALENDAR),
        base_grain=table.grain,
    )
    keys = key_columns(context, scan)
    covered = [
        within(exp.column(table.column, table=_CALENDAR), d) for d in context.resolved.counted
    ]
    where = [exp.or_(*covered, copy=False) if len(covered) > 1 else covered[0]]
    where += [scan.condition(part) for part in _conditions_on_time(context)]
    select = exp.Select().select(*keys, copy=False)
    return Branch(
        "periods",
        grouped(select_from(select, scan, [_calendar_source(table)], where), len(keys)),
        (),
    )


def value_branch(context: Context) -> Branch:
    """The values of dimensions without any metric: each combination that occurs, once."""
    model = context.resolved.model
    asked = [field.name for field in context.fields if field.name != METRIC_TIME]
    times = [field for field in context.fields if field.name == METRIC_TIME]
    table = model.calendar_of(_finest(times)) if times else None
    if not asked:
        assert table is not None, "the resolver wants a dimension or a known period"
        dataset = next(iter(model.datasets.values()))
    else:
        dataset = _nearest_dataset(model, asked)
    moment = exp.column(table.column, table=_CALENDAR) if table else None
    scan = Scan(
        model, dataset, context.nested, moment=moment, base_grain=table.grain if table else None
    )
    keys = key_columns(context, scan)
    where = [] if moment is None or context.days is None else [within(moment, context.days)]
    if context.resolved.query.where is not None:
        where.append(scan.condition(context.resolved.query.where))
    select = exp.Select().select(*keys, copy=False)
    if not asked:
        assert table is not None
        select = select_from(select, scan, [_calendar_source(table)], where)
    else:
        for join in scan.joins.values():
            join.set("side", "FULL")  # values of either table, with or without a partner
        sources = [_table(dataset.source, dataset.name)]
        if table is not None:
            sources.append(exp.Join(this=_calendar_source(table), kind="CROSS"))
        select = select_from(select, scan, sources, where)
    return Branch("members", grouped(select, len(keys)), ())


def _nearest_dataset(model: SemanticModel, names: Sequence[str]) -> Dataset:
    """The dataset from which all dimensions are reached by the fewest joins."""
    hops = {
        dataset.name: [ways_to(model, dataset.name, name) for name in names]
        for dataset in model.datasets.values()
    }
    able = [name for name, ways in hops.items() if all(len(way) == 1 for way in ways)]
    nearest = min(able, key=lambda name: sum(len(way[0].path) for way in hops[name]))
    return model.datasets[nearest]


def _calendar_for(context: Context) -> CalendarTable | None:
    """The calendar, if the group-by is time alone and some metric wants its quiet periods."""
    resolved, times = context.resolved, context.resolved.query.metric_times
    wanted = any(
        part.metric.quiet_periods for one in resolved.series for part in simple_series(one)
    )
    if not wanted or not times or len(times) != len(context.keys) or not resolved.counted:
        return None
    table = resolved.model.calendar_of(_finest(context.fields))
    return table if table is not None and table.source in resolved.calendars else None


def _finest(fields: Sequence[Field]) -> Grain:
    """The grain of the calendar that can show all of these periods: a day, or less."""
    grains = [field.grain for field in fields if isinstance(field.grain, Grain)]
    return min((*grains, Grain.day), key=list(Grain).index)


def _conditions_on_time(context: Context) -> list[Filter]:
    """The parts of `where` that speak of `metric_time` alone."""
    where = context.resolved.query.where
    parts = where.parts if isinstance(where, And) else (where,)
    return [
        part
        for part in parts
        if part is not None
        and all(
            field_of(name, context.resolved.model).name == METRIC_TIME for name in fields_of(part)
        )
    ]


def scan_of(context: Context, series: Series) -> tuple[Scan, list[exp.Expr]]:
    """The scan of a series and the tables that it starts from."""
    model = context.resolved.model
    dataset = model.datasets[series.metric.dataset]
    own = time_dimension(model, series.metric)
    moment = qualified(own.expr, dataset.name)
    grain = own.grain or Grain.day
    fact = _table(dataset.source, dataset.name)
    table = model.calendar_of(min(grain, Grain.day, key=list(Grain).index))
    if not is_moved(context, series) or table is None:
        scan = Scan(model, dataset, context.nested, own.name, moment, _filter_grain(grain))
        return scan, [fact]
    column = exp.column(table.column, table=_CALENDAR)
    matched = _counts_at(series, truncated(moment, table.grain), column)
    if any(shift.start_of for shift in series.shifts):
        matched = exp.and_(matched, *_at_period_starts(context, column, table.grain), copy=False)
    scan = Scan(model, dataset, context.nested, own.name, column, table.grain)
    return scan, [_calendar_source(table), exp.Join(this=fact, on=matched)]


def _at_period_starts(context: Context, column: exp.Column, grain: Grain) -> list[exp.Expr]:
    """A value from the start of a unit is that of the period's first moment, not a sum over it."""
    grains = (field.grain for field in context.fields if field.name == METRIC_TIME)
    return [
        exp.EQ(this=truncated(column.copy(), one), expression=column.copy())
        for one in grains
        if isinstance(one, Grain) and is_finer(grain, one)
    ]


def is_moved(context: Context, series: Series) -> bool:
    """Whether the rows of a series must meet the calendar: it moves, and time is asked for."""
    own = series.metric.agg_time_dimension
    timed = any(field.name in (METRIC_TIME, own) for field in context.fields)
    filtered = any(
        field_of(name, context.resolved.model).name == METRIC_TIME
        for where in (context.resolved.query.where,)
        if where is not None
        for name in fields_of(where)
    )
    return series.moves and (timed or filtered)


def _filter_grain(grain: Grain) -> Grain:
    """What `metric_time` without a grain means in a filter: days, or the metric's coarser grain."""
    return max(grain, Grain.day, key=list(Grain).index)


def _counts_at(series: Series, moment: exp.Expr, column: exp.Expr) -> exp.Expr:
    """Whether a row of `moment` counts at the calendar's moment."""
    at = column.copy()
    for shift in series.shifts:
        at = minus(at, shift.back) if shift.back else _start_of(at, shift)
    accumulation = series.accumulation
    if accumulation is None:
        return exp.EQ(this=at, expression=moment)
    conditions: list[exp.Expr] = [exp.LTE(this=moment, expression=at)]
    if accumulation.window is not None:
        since = minus(at.copy(), accumulation.window)
        conditions.append(exp.GT(this=moment.copy(), expression=since))
    if accumulation.to_date is not None:
        start = truncated(at.copy(), Grain(accumulation.to_date))
        conditions.append(exp.GTE(this=moment.copy(), expression=start))
    return exp.and_(*conditions, copy=False)


def _start_of(at: exp.Expr, shift: Shift) -> exp.Expr:
    assert shift.start_of is not None, "a shift goes back or to a start"
    return truncated(at, shift.start_of)


def minus(moment: exp.Expr, span: Span) -> exp.Expr:
    """That long before a moment."""
    interval = exp.Interval(
        this=exp.Literal.string(str(span.count)), unit=exp.var(str(span.unit).upper())
    )
    return exp.Sub(this=moment, expression=interval)


def key_columns(context: Context, scan: Scan) -> list[exp.Expr]:
    """The group-by columns as a scan sees them, under their names."""
    return [
        exp.alias_(scan.field_sql(field), group.column, copy=False)
        for field, group in zip(context.fields, context.keys, strict=True)
    ]


def conditions_of(
    context: Context, scan: Scan, series: Series, own_filter: exp.Expr | None
) -> list[exp.Expr]:
    """The window, the metric's own filter, and what was asked, for the rows of a series."""
    assert scan.moment is not None
    known = exp.Not(this=exp.Is(this=scan.moment.copy(), expression=exp.Null()))
    where = [known if context.days is None else within(scan.moment, context.days)]
    if own_filter is not None:
        where.append(qualified(own_filter, series.metric.dataset))
    if context.resolved.query.where is not None:
        where.append(scan.condition(context.resolved.query.where))
    where.extend(scan.condition(condition) for condition in series.where)
    return where


def _chosen(points: exp.Select, names: list[exp.Column], column: str, agg: str) -> exp.Select:
    """Of the points of each period the first, the last, or their average."""
    rows = points.subquery("points", copy=False)
    if agg == "average":
        value = exp.alias_(exp.Avg(this=exp.column(column)), column, copy=False)
        select = exp.Select().select(*names, value, copy=False).from_(rows, copy=False)
        return grouped(select, len(names))
    position = exp.Window(
        this=exp.RowNumber(),
        partition_by=[name.copy() for name in names],
        order=exp.Order(expressions=[exp.Ordered(this=exp.column(_PERIOD), desc=agg == "last")]),
    )
    numbered = exp.Select().select(
        *names,
        exp.column(column),
        exp.alias_(position, _POSITION, copy=False),
        copy=False,
    )
    numbered = numbered.from_(rows, copy=False)
    select = exp.Select().select(*(name.copy() for name in names), exp.column(column), copy=False)
    select = select.from_(numbered.subquery("numbered", copy=False), copy=False)
    first = exp.EQ(this=exp.column(_POSITION), expression=exp.Literal.number(1))
    return select.where(first, copy=False)


def _is_time_of(field: Field, series: Series) -> bool:
    return field.name in (METRIC_TIME, series.metric.agg_time_dimension)


def _name(context: Context, series: Series) -> str:
    return f"{series.metric.dataset}_by_{series.metric.agg_time_dimension}{context.suffix}"


def select_from(
    select: exp.Select, scan: Scan, source: list[exp.Expr], where: list[exp.Expr]
) -> exp.Select:
    """Add the tables, the joins that the scan has collected, and the conditions."""
    select = select.from_(source[0], copy=False)
    for join in (*source[1:], *scan.joins.values()):
        select.append("joins", join)
    return select.where(*where, copy=False) if where else select


def grouped(select: exp.Select, keys: int) -> exp.Select:
    """Group by the first `keys` columns; without any the rows are one group."""
    if not keys:
        return select
    return select.group_by(*(exp.Literal.number(n + 1) for n in range(keys)), copy=False)


def _table(source: str, alias: str) -> exp.Expr:
    return exp.alias_(exp.to_table(source), alias, table=True, copy=False)


def _calendar_source(table: CalendarTable) -> exp.Expr:
    return _table(table.source, _CALENDAR)
