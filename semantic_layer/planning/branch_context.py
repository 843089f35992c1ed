"""What the branches of a query share: its keys, one window of days, and a suffix for names.

Between `resolver` and the branches. Says which series must meet a calendar because their rows count
at other times than their own, and at which of its days they may.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlglot import exp

from semantic_layer.catalog import DateRange, intersect_all
from semantic_layer.planning.scans import NestedSelect, minus, plus
from semantic_layer.planning.series import Series
from semantic_layer.query import METRIC_TIME, Grain, GroupBy
from semantic_layer.resolver import ResolvedQuery
from semantic_layer.resolving.alignment import Alignment
from semantic_layer.resolving.fields import Field, field_of, grouped_field
from semantic_layer.resolving.filters import fields_of
from semantic_layer.resolving.known_days import (
    is_unbounded,
    known_days,
    merge,
    rows_as_of_end,
    whole_periods,
)
from semantic_layer.resolving.windows import is_finer


@dataclass(frozen=True)
class Context:
    """What every branch of a query shares: its keys, one window of days, and a suffix for names.

    With an `alignment` the rows are those of the base of a comparison by periods, and count in the
    periods that they are set against.
    """

    resolved: ResolvedQuery
    nested: NestedSelect
    days: DateRange | None
    suffix: str
    alignment: Alignment | None = None

    @property
    def keys(self) -> tuple[GroupBy, ...]:
        """The group-by columns."""
        return self.resolved.query.group_by

    @property
    def fields(self) -> tuple[Field, ...]:
        """What the group-by columns stand for."""
        return tuple(grouped_field(group, self.resolved.model) for group in self.keys)

    def time_fields(self, series: Series) -> tuple[Field, ...]:
        """The group-by columns that show the time of a series."""
        own = series.metric.agg_time_dimension
        return tuple(field for field in self.fields if field.name in (METRIC_TIME, own))

    def covered(self, series: Series) -> tuple[DateRange, ...]:
        """The days that the series' own rows are loaded for."""
        return self.resolved.covered[series.metric.name]

    def shown(self, moment: exp.Expr) -> exp.Expr:
        """The moment at which a row of `moment` is shown: its own, or the one it is set against."""
        if self.alignment is None:
            return moment
        return plus(moment, self.alignment.step)

    def own(self, moment: exp.Expr) -> exp.Expr:
        """The moment of the rows that are shown at `moment`; of a period, its start."""
        return moment if self.alignment is None else minus(moment, self.alignment.step)


def is_moved(context: Context, series: Series) -> bool:
    """Whether the rows of a series must meet the calendar: it moves, and time is asked for."""
    where = context.resolved.query.where
    filtered = any(
        field_of(name, context.resolved.model).name == METRIC_TIME for name in fields_of(where)
    )
    return series.moves and (bool(context.time_fields(series)) or filtered)


def runs_to_the_end(context: Context, series: Series) -> bool:
    """Whether a running value is asked for without time: it is that at the end of the window."""
    return series.accumulation is not None and not is_moved(context, series)


def days_of_rows(context: Context, series: Series) -> DateRange | None:
    """The days of the rows that a series takes; None means all of them.

    A running value at the end of the window takes rows from before it, and none at all where some
    of them are not loaded.
    """
    if not runs_to_the_end(context, series):
        return context.days
    today = context.resolved.today
    rows = rows_as_of_end(series, context.covered(series), context.days, today)
    nothing = DateRange(today, today)
    return rows or nothing


def days_with_base(context: Context, series: Series) -> tuple[DateRange, ...]:
    """The asked days at which a series and the whole base of their period are known."""
    assert context.alignment is not None
    asked = replace(context, suffix="", alignment=None)
    shown = days_to_show(asked, series) if series.moves else None
    if shown is None:
        window = context.resolved.counted
        shown = merge(intersect_all(context.covered(series), window))
    return context.alignment.known(shown, known_days(series, context.covered(series)))


def days_to_show(context: Context, series: Series) -> tuple[DateRange, ...] | None:
    """The calendar's days at which a moved series is shown: asked, and known; None means all."""
    if context.alignment is not None:
        return context.alignment.base_days(days_with_base(context, series))
    known = known_days(series, context.covered(series))
    asked = (context.days,) if context.suffix and context.days else context.resolved.counted
    shown = merge(intersect_all(known, asked))
    if len(shown) == 1 and is_unbounded(shown[0]):
        return None
    grains = [one.grain for one in context.time_fields(series) if isinstance(one.grain, Grain)]
    finest = min(grains, key=list(Grain).index, default=Grain.day)
    if series.accumulation is None and is_finer(Grain.day, finest):
        return whole_periods(shown, asked, finest)
    return shown
