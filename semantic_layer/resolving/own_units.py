"""The value of a unit of the model's own ago: the same day of an earlier season, or fiscal month.

Part of `timed_scans`. The units follow one another in the order of their values; the n-th day of
one meets the n-th day of the one before, and a day that the earlier one lacks has no value.
"""

from __future__ import annotations

from sqlglot import exp

from semantic_layer.model import CalendarTable, Span
from semantic_layer.planning.series import Series
from semantic_layer.query import Grain

COUNTED_DAY = "counted_day"
_NUMBER, _POSITION = "unit_number", "position"
_LATER, _EARLIER = "later", "earlier"


def own_unit_ago(series: Series) -> Span | None:
    """The offset in a unit of the model's own, if the series has one."""
    spans = (shift.back for shift in series.shifts if shift.back is not None)
    return next((span for span in spans if not isinstance(span.unit, Grain)), None)


def calendar_ago(table: CalendarTable, span: Span, *, whole_units: bool) -> exp.Select:
    """The days of a calendar, each with the day that counts at it.

    With `whole_units` all days of the earlier unit count at the first day of the later one.
    """
    later, earlier = (
        _positions(table, str(span.unit)).subquery(name, copy=False) for name in (_LATER, _EARLIER)
    )
    steps = exp.Literal.number(span.count)
    before = exp.Add(this=exp.column(_NUMBER, table=_EARLIER), expression=steps)
    same = exp.Literal.number(1) if whole_units else exp.column(_POSITION, table=_EARLIER)
    matched = exp.and_(
        exp.EQ(this=exp.column(_NUMBER, table=_LATER), expression=before),
        exp.EQ(this=exp.column(_POSITION, table=_LATER), expression=same),
        copy=False,
    )
    select = exp.Select().select(
        exp.column(table.column, table=_LATER),
        exp.alias_(exp.column(table.column, table=_EARLIER), COUNTED_DAY, copy=False),
        copy=False,
    )
    select = select.from_(later, copy=False)
    select.append("joins", exp.Join(this=earlier, on=matched))
    return select


def _positions(table: CalendarTable, unit: str) -> exp.Select:
    """Each day with the number of its unit and its place in it."""
    value, day = table.unit_expr(unit), exp.column(table.column)
    number = exp.Window(this=exp.DenseRank(), order=_by(value.copy()))
    position = exp.Window(this=exp.RowNumber(), partition_by=[value.copy()], order=_by(day.copy()))
    select = exp.Select().select(
        day,
        exp.alias_(number, _NUMBER, copy=False),
        exp.alias_(position, _POSITION, copy=False),
        copy=False,
    )
    known = exp.Not(this=exp.Is(this=value, expression=exp.Null()))
    return select.from_(exp.to_table(table.source), copy=False).where(known, copy=False)


def _by(value: exp.Expr) -> exp.Order:
    return exp.Order(expressions=[exp.Ordered(this=value)])
