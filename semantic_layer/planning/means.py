"""Averages per period as branches: the mean of the values of each group, and what is shown of it.

Between `planner`, which selects the values by period, and the fold. The number of periods that a
sum is divided by is known before: it is written as a number, or as one for each value of the time
columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from sqlglot import exp

from semantic_layer.final_steps.averages import Mean, Side
from semantic_layer.planning.conditions import date_literal
from semantic_layer.planning.query_plan import Branch
from semantic_layer.planning.quotients import mean_over
from semantic_layer.planning.timed_scans import grouped, within_any
from semantic_layer.resolver import ResolvedQuery
from semantic_layer.resolving.counted_periods import Key

_PERIODS = "values_by_period"

Select = Callable[[ResolvedQuery], exp.Select]


def mean_branches(resolved: ResolvedQuery, selected: Select) -> Iterator[Branch]:
    """One branch a side; `selected` writes the query of the values by period."""
    keys = [group.column for group in resolved.query.group_by]
    for side, by_period in resolved.sides:
        columns = tuple(name + side.suffix for name in side.means)
        measures = [
            exp.alias_(_gathered(side, name, mean), column, copy=False)
            for (name, mean), column in zip(side.means.items(), columns, strict=True)
        ]
        values = selected(by_period).subquery(_PERIODS, copy=False)
        select = exp.Select().select(*map(exp.column, keys), *measures, copy=False)
        select = grouped(select.from_(values, copy=False), len(keys))
        yield Branch(f"mean{side.suffix}", select, columns)


def mean_values(resolved: ResolvedQuery) -> dict[str, exp.Expr]:
    """Each computed metric over the folded columns: those of `having` included."""
    (asked, _), *_ = resolved.sides
    return {name: _shown(mean, name) for name, mean in asked.means.items()}


def mean_bases(resolved: ResolvedQuery) -> dict[str, exp.Expr]:
    """The other side of the comparison; nothing for metrics whose base has no data."""
    found: dict[str, exp.Expr] = {name: exp.Null() for name in resolved.query.metrics}
    for side, _ in resolved.sides[1:]:
        found |= {name: _shown(mean, name + side.suffix) for name, mean in side.means.items()}
    return found


def _gathered(side: Side, name: str, mean: Mean) -> exp.Expr:
    """The sum of the values by period, or their mean where only those that there are count."""
    value: exp.Expr = exp.column(name)
    if mean.known is not None:
        known = within_any(exp.column(side.period), mean.known)
        value = exp.Case(ifs=[exp.If(this=known, true=value)])
    return exp.Sum(this=value) if mean.counts else exp.Avg(this=value)


def _shown(mean: Mean, column: str) -> exp.Expr:
    value: exp.Expr = exp.column(column)
    if not mean.counts:  # without a day that counts there is no value to be averaged either
        return value
    if mean.zero:
        value = exp.Coalesce(this=value, expressions=[exp.Literal.number(0)])
    return mean_over(value, _count(mean.counts, mean.keys))


def _count(counts: Mapping[Key, int], columns: tuple[str, ...]) -> exp.Expr:
    """The number of periods of a row, by the values of its time columns; NULL for other values."""
    if not columns:
        return exp.Literal.number(counts[()])
    keys_of: dict[int, list[Key]] = {}
    for key, count in counts.items():
        keys_of.setdefault(count, []).append(key)
    return exp.Case(
        ifs=[
            exp.If(this=_is_one_of(columns, keys), true=exp.Literal.number(count))
            for count, keys in sorted(keys_of.items())
        ]
    )


def _is_one_of(columns: tuple[str, ...], keys: list[Key]) -> exp.Expr:
    if len(columns) == 1:
        listed = [_literal(value) for (value,) in keys]
        return exp.In(this=exp.column(columns[0]), expressions=listed)
    each = [
        exp.and_(
            *(
                exp.EQ(this=exp.column(column), expression=_literal(value))
                for column, value in zip(columns, key, strict=True)
            ),
            copy=False,
        )
        for key in keys
    ]
    return exp.or_(*each, copy=False)


def _literal(value: date | int) -> exp.Expr:
    return date_literal(value) if isinstance(value, date) else exp.Literal.number(value)
