"""Filters and day windows as sqlglot conditions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import assert_never

from sqlglot import exp

from semantic_layer.catalog import DateRange
from semantic_layer.issues import QueryError
from semantic_layer.query import And, Compare, CompareMetric, Filter, In, IsNull, Not, Or, Scalar
from semantic_layer.resolving import messages

_OPERATORS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "!=": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}

FieldSql = Callable[[str], exp.Expr]


def condition_sql(
    condition: Filter,
    field_sql: FieldSql,
    measured_sql: Callable[[CompareMetric], exp.Expr],
    *,
    temporal: Callable[[str], bool],
) -> exp.Expr:
    """A filter as SQL.

    `field_sql` writes a field, `measured_sql` the metric of a `CompareMetric`, and `temporal` tells
    which fields hold dates.
    """

    def written(part: Filter) -> exp.Expr:
        match part:
            case Compare(field=field, operator=operator, value=value):
                right = _literal(field, value, temporal(field))
                return _OPERATORS[operator](this=field_sql(field), expression=right)
            case CompareMetric(operator=operator, value=value):
                right = exp.convert(value)
                return _OPERATORS[operator](this=measured_sql(part), expression=right)
            case In(field=field, values=values):
                listed = [_literal(field, value, temporal(field)) for value in values]
                return exp.In(this=field_sql(field), expressions=listed)
            case IsNull(field=field):
                return exp.Is(this=field_sql(field), expression=exp.Null())
            case And(parts=parts):
                return exp.and_(*(written(one) for one in parts), copy=False)
            case Or(parts=parts):
                return exp.paren(exp.or_(*(written(one) for one in parts), copy=False), copy=False)
            case Not(part=inner):
                return exp.Not(this=exp.paren(written(inner), copy=False))
            case _:
                assert_never(part)

    return written(condition)


def within(moment: exp.Expr, days: DateRange) -> exp.Expr:
    """`moment` lies on one of `days`."""
    return exp.and_(
        exp.GTE(this=moment.copy(), expression=date_literal(days.start)),
        exp.LT(this=moment.copy(), expression=date_literal(days.end)),
        copy=False,
    )


def date_literal(day: date) -> exp.Expr:
    """CAST('2020-02-01' AS DATE)."""
    return exp.cast(exp.Literal.string(day.isoformat()), exp.DataType.Type.DATE)


def _literal(field: str, value: Scalar, temporal: bool) -> exp.Expr:
    if temporal:
        return _moment_literal(field, value)
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int | float):
        return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))
    return exp.Literal.string(value if isinstance(value, str) else value.isoformat())


def _moment_literal(field: str, value: Scalar) -> exp.Expr:
    moment: Scalar = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise QueryError([messages.not_a_date(field, value)]) from None
    if isinstance(moment, datetime):
        text = exp.Literal.string(moment.isoformat(sep=" "))
        return exp.cast(text, exp.DataType.Type.TIMESTAMP)
    if isinstance(moment, date):
        return date_literal(moment)
    raise QueryError([messages.not_a_date(field, str(value))])
