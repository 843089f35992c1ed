"""What a number is where no row has it: the fill if the metric is known there, else nothing.

Unknown is not zero: a period of which no file covers a day stays empty, and so does the base of a
comparison of which a part is missing. Used by `planner`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce

from sqlglot import exp

from semantic_layer.catalog import DateRange, intersect_all
from semantic_layer.planning.branch_context import (
    Context,
    days_to_show,
    days_with_base,
    runs_to_the_end,
)
from semantic_layer.planning.conditions import date_literal, within
from semantic_layer.planning.series import AnySeries, Conversions, Series, simple_series
from semantic_layer.planning.timed_scans import within_any
from semantic_layer.query import METRIC_TIME, DatePart, Grain
from semantic_layer.resolving.alignment import Alignment
from semantic_layer.resolving.calendars import runs_from_own_unit
from semantic_layer.resolving.counted_periods import counted_days, value_on
from semantic_layer.resolving.fields import Field
from semantic_layer.resolving.known_days import known_days, merge, rows_as_of_end
from semantic_layer.resolving.windows import is_finer, period_start


def filled(context: Context, series: AnySeries, columns: Mapping[AnySeries, str]) -> exp.Expr:
    """The number of a series in the folded rows: filled where it is known, else empty."""
    base = base_of(context, series) if context.suffix else None
    if context.suffix and base is None:
        return exp.Null()
    column = exp.column(columns[series] + context.suffix)
    fill = simple_series(series)[-1].metric.fill
    if fill is None:
        return column
    value = exp.Literal.number(fill)
    if base is not None:
        return _filled_base(base, series, column, value)
    nothing = _nothing_counted(context, series, value)
    return exp.Coalesce(this=column, expressions=[nothing]) if nothing else column


def _filled_base(base: Context, series: AnySeries, column: exp.Column, value: exp.Expr) -> exp.Expr:
    """The value of a base, or the fill; nothing in periods whose base is not known as a whole."""
    known = None if base.alignment is None else _has_base(base, base.alignment, series)
    if known is None:
        return exp.Coalesce(this=column, expressions=[value])
    if isinstance(series, Conversions):  # rows of the days when only one of its sides is known
        filled = exp.Coalesce(this=column, expressions=[value])
        return exp.Case(ifs=[exp.If(this=known, true=filled)])
    nothing = exp.Case(ifs=[exp.If(this=known, true=value)])
    return exp.Coalesce(this=column, expressions=[nothing])


def _nothing_counted(context: Context, series: AnySeries, value: exp.Expr) -> exp.Expr | None:
    """The fill where the metric is known in the period; nothing elsewhere: unknown is not zero."""
    resolved, parts = context.resolved, simple_series(series)
    if any(runs_to_the_end(context, part) for part in parts):
        return value if all(_is_known_at_end(context, part) for part in parts) else None
    own = merge(days for part in parts for days in _known(context, part))
    within_window = own if context.days is None else merge(intersect_all(own, (context.days,)))
    if within_window == resolved.counted:
        return value
    if not any(field.name == METRIC_TIME for field in context.fields):
        return None if any(part.moves for part in parts) else value
    known = _holds_known_day(context, own, within_window)
    return None if known is None else exp.Case(ifs=[exp.If(this=known, true=value)])


def _holds_known_day(
    context: Context, own: tuple[DateRange, ...], asked: tuple[DateRange, ...]
) -> exp.Expr | None:
    """Whether the periods and parts of a row have a day of `own` in common; None if none can.

    The shortest period tells it alone if the others only say where it lies. A week lies in two
    months, and a weekday in every one: there the days that are known, `asked` of them, are listed.
    """
    periods = _periods(context, (METRIC_TIME,))
    listed = [
        (exp.column(key.column), field)
        for key, field in zip(context.keys, context.fields, strict=True)
        if field.name == METRIC_TIME
        and field.part is not DatePart.hour
        and (field.part is not None or isinstance(field.grain, Grain))
    ]
    if not own or not asked:
        return None
    if not listed:
        return exp.true()  # every day has each hour
    grains = [grain for _, grain in periods]
    is_day = bool(grains) and not is_finer(Grain.day, grains[0])
    if is_day or (len(grains) == len(listed) and (Grain.week not in grains or len(grains) == 1)):
        return _in_periods(*periods[0], own)
    return _in_listed(listed, counted_days(asked, (), context.resolved.model))


def _in_listed(keys: Sequence[tuple[exp.Column, Field]], days: Iterable[date]) -> exp.Expr:
    """Whether the keys of a row are, together, those of one of some days."""
    *outer, (column, last) = keys
    found: dict[tuple[date | int, ...], set[date | int]] = defaultdict(set)
    for day in days:
        group = tuple(value_on(day, field) for _, field in outer)
        found[group].add(value_on(day, last))
    return exp.or_(
        *(
            exp.and_(
                *(
                    exp.EQ(this=key.copy(), expression=_literal(value))
                    for (key, _), value in zip(outer, group, strict=True)
                ),
                exp.In(this=column.copy(), expressions=[*map(_literal, sorted(values, key=str))]),
                copy=False,
            )
            for group, values in sorted(found.items(), key=str)
        ),
        copy=False,
    )


def _literal(value: date | int) -> exp.Expr:
    return exp.Literal.number(value) if isinstance(value, int) else date_literal(value)


def _periods(context: Context, times: Sequence[str]) -> list[tuple[exp.Column, Grain]]:
    """The calendar periods of the group-by by one of `times`, the shortest first."""
    order = list(Grain).index
    found = [
        (exp.column(key.column), field.grain)
        for key, field in zip(context.keys, context.fields, strict=True)
        if field.name in times and isinstance(field.grain, Grain)
    ]
    return sorted(found, key=lambda pair: order(pair[1]))


def _in_periods(period: exp.Column, grain: Grain, days: Sequence[DateRange]) -> exp.Expr:
    """Whether a period is one of those that hold `days`."""
    known = [within(period, DateRange(period_start(one.start, grain), one.end)) for one in days]
    return exp.or_(*known, copy=False) if len(known) > 1 else known[0]


def _known(context: Context, series: Series) -> tuple[DateRange, ...]:
    """The days at which a series has its value; of a unit of one's own nobody here knows them."""
    if runs_from_own_unit(series):
        return ()
    shown = days_to_show(context, series) if series.moves else None
    return context.covered(series) if shown is None else shown


def _is_known_at_end(context: Context, series: Series) -> bool:
    today = context.resolved.today
    return rows_as_of_end(series, context.covered(series), context.days, today) is not None


def base_of(compared: Context, series: AnySeries) -> Context | None:
    """The base of one series, if all of its days are known: a part of a base is no base."""
    baseline, parts = compared.resolved.baseline, simple_series(series)
    if baseline is None:
        return None
    if baseline.alignment is not None:
        return compared if loaded_base_days(compared, series) else None
    bases = [days for part in parts if (days := baseline.by_metric.get(part.metric.name))]
    if len(bases) < len(parts):
        return None
    days = min(bases, key=lambda one: one.end)
    base = replace(compared, days=days)
    if any(runs_to_the_end(base, part) for part in parts):
        return base if all(_is_known_at_end(base, part) for part in parts) else None
    known = (known_days(part, compared.covered(part)) for part in parts)
    return base if all(merge(intersect_all(one, (days,))) == (days,) for one in known) else None


def loaded_base_days(compared: Context, series: AnySeries) -> tuple[DateRange, ...]:
    """The asked days in periods whose base is known for every part of a series."""
    each = (days_with_base(compared, part) for part in simple_series(series))
    return merge(reduce(intersect_all, each))


def _has_base(compared: Context, alignment: Alignment, series: AnySeries) -> exp.Expr | None:
    """Whether the base of a period is known; None where that of all periods is."""
    known, parts = loaded_base_days(compared, series), simple_series(series)
    own = tuple(part.metric.agg_time_dimension for part in parts)
    period, grain = _periods(compared, (METRIC_TIME, *own))[0]
    if alignment.is_within_a_day:
        loaded = [within_any(compared.own(period.copy()), compared.covered(part)) for part in parts]
        return exp.and_(within_any(period, known), *loaded, copy=False)
    return None if known == compared.resolved.counted else _in_periods(period, grain, known)
