"""`Scan`: the FROM and JOINs of one aggregation, and the SQL of each field seen from there.

A scan starts at a dataset, collects the joins that the asked fields need, and knows the moment at
which a row counts: its own time, or a calendar's where rows count at other times than their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlglot import exp

from semantic_layer.model import CalendarTable, Dataset, SemanticModel, Span
from semantic_layer.planning.conditions import condition_sql
from semantic_layer.planning.tables import table_as
from semantic_layer.query import METRIC_TIME, CompareMetric, DatePart, Filter, Grain
from semantic_layer.resolving.fields import Field, field_of
from semantic_layer.resolving.joins import Join, ways_to

NestedSelect = Callable[[CompareMetric], exp.Select]

_PARTS = {
    DatePart.dow: "ISODOW",  # Monday is 1, Sunday 7
}


def qualified(expression: exp.Expr, alias: str) -> exp.Expr:
    """A copy whose columns belong to `alias`."""
    copied = expression.copy()
    for column in copied.find_all(exp.Column):
        column.set("table", exp.to_identifier(alias))
    return copied


def truncated(value: exp.Expr, grain: Grain) -> exp.Expr:
    """The start of the calendar unit that holds a moment: a DATE from days on, else a TIMESTAMP."""
    if grain is Grain.day:
        return exp.cast(value, exp.DataType.Type.DATE)
    start = exp.TimestampTrunc(this=value, unit=exp.var(grain.value.upper()))
    return exp.cast(start, exp.DataType.Type.DATE) if _is_long(grain) else start


def _is_long(grain: Grain) -> bool:
    return grain in (Grain.week, Grain.month, Grain.quarter, Grain.year)


def plus(moment: exp.Expr, span: Span) -> exp.Expr:
    """That long after a moment; before it, if the span counts backwards."""
    if span.count < 0:
        return minus(moment, Span(-span.count, span.unit))
    return exp.Add(this=moment, expression=_interval(span))


def minus(moment: exp.Expr, span: Span) -> exp.Expr:
    """That long before a moment; after it, if the span counts backwards."""
    if span.count < 0:
        return plus(moment, Span(-span.count, span.unit))
    return exp.Sub(this=moment, expression=_interval(span))


def _interval(span: Span) -> exp.Interval:
    return exp.Interval(
        this=exp.Literal.string(str(span.count)), unit=exp.var(str(span.unit).upper())
    )


@dataclass(frozen=True)
class _Copies:
    """The last dataset on a way that is kept in daily copies, and its alias."""

    dataset: Dataset
    alias: str


@dataclass
class Scan:
    """Collects joins while fields are asked for; used by one branch and thrown away."""

    model: SemanticModel
    dataset: Dataset
    nested: NestedSelect
    own_time: str | None = None
    moment: exp.Expr | None = None
    base_grain: Grain | None = None
    joins: dict[str, exp.Join] = field(default_factory=dict)

    def field_sql(self, asked: Field) -> exp.Expr:
        """A field with its grain or part, as a column of this scan."""
        return self._grained(self._plain(asked.name), asked)

    def seen_at(self, asked: Field, moment: exp.Expr) -> exp.Expr:
        """A field with its grain or part, as if it had the value `moment`."""
        return self._grained(moment, asked)

    def key_sql(self, name: str) -> exp.Expr:
        """An entity of the dataset itself, or else the field of that name."""
        for entity in self.dataset.entities:
            if entity.name == name:
                return qualified(entity.expr, self.dataset.name)
        return self.field_sql(Field(name))

    def condition(self, condition: Filter) -> exp.Expr:
        """A filter over fields of this scan."""
        return condition_sql(
            condition,
            self._filtered,
            self._measured,
            temporal=self._is_temporal,
        )

    def _filtered(self, name: str) -> exp.Expr:
        asked = field_of(name, self.model)
        if asked == Field(METRIC_TIME) and self.base_grain is not None:
            asked = Field(METRIC_TIME, self.base_grain)
        return self.field_sql(asked)

    def _is_temporal(self, name: str) -> bool:
        asked = field_of(name, self.model)
        if asked.part is not None or not isinstance(asked.grain, Grain | None):
            return False
        if asked.name == METRIC_TIME:
            return True
        found = self.model.find_dimension(asked.name)
        return found is not None and found[1].type == "time"

    def _plain(self, name: str) -> exp.Expr:
        if self.moment is not None and name in (METRIC_TIME, self.own_time):
            return self.moment.copy()
        way = ways_to(self.model, self.dataset.name, name)[0]
        prefix, copies = "", _Copies(self.dataset, self.dataset.name)
        for step in way.path:
            prefix = self._join(step, prefix, copies)
            right = self.model.datasets[step.right]
            copies = _Copies(right, prefix) if right.partitions else copies
        return qualified(way.dimension.expr, prefix or self.dataset.name)

    def _join(self, step: Join, prefix: str, copies: _Copies) -> str:
        """Join one dataset, once for each way that leads to it; the alias is returned."""
        left = prefix or self.dataset.name
        alias = f"{prefix}__{step.right}" if prefix else step.right
        if alias in self.joins:
            return alias
        right = self.model.datasets[step.right]
        conditions: list[exp.Expr] = [
            exp.EQ(
                this=qualified(step.left_entity.expr, left),
                expression=qualified(step.right_entity.expr, alias),
            )
        ]
        if right.validity is not None and self.moment is not None:
            conditions += self._valid(right, alias)
        conditions += _same_copy(copies, _Copies(right, alias))
        self._add(alias, right.source, conditions)
        return alias

    def _valid(self, right: Dataset, alias: str) -> list[exp.Expr]:
        assert right.validity is not None
        assert self.moment is not None
        end = qualified(right.validity.end, alias)
        still = exp.Is(this=end.copy(), expression=exp.Null())
        return [
            exp.GTE(this=self.moment.copy(), expression=qualified(right.validity.start, alias)),
            exp.paren(
                exp.or_(exp.LT(this=self.moment.copy(), expression=end), still, copy=False),
                copy=False,
            ),
        ]

    def _grained(self, value: exp.Expr, asked: Field) -> exp.Expr:
        if asked.part is not None:
            unit = _PARTS.get(asked.part, asked.part.value.upper())
            return exp.Extract(this=exp.var(unit), expression=value)
        if asked.grain is None:
            return value
        if isinstance(asked.grain, Grain):
            return truncated(value, asked.grain)
        table = self.model.own_unit(asked.grain)
        assert table is not None, "the resolver knows every unit"
        return self._own_unit(value, asked, table)

    def _own_unit(self, value: exp.Expr, asked: Field, table: CalendarTable) -> exp.Expr:
        alias = f"calendar_of_{asked.name}"
        if alias not in self.joins:
            day = exp.column(table.column, table=alias)
            matched = exp.EQ(
                this=truncated(value, table.grain), expression=truncated(day, table.grain)
            )
            self._add(alias, table.source, [matched])
        return qualified(table.unit_expr(str(asked.grain)), alias)

    def _measured(self, compare: CompareMetric) -> exp.Expr:
        """The value of a metric for the entities of a row, from a query of its own."""
        alias = "__".join((compare.metric, "of", *compare.by))
        if alias not in self.joins:
            conditions: list[exp.Expr] = [
                exp.EQ(this=self._plain(name), expression=exp.column(name, table=alias))
                for name in compare.by
            ]
            source = self.nested(compare).subquery(alias, copy=False)
            self.joins[alias] = exp.Join(
                this=source, side="LEFT", on=exp.and_(*conditions, copy=False)
            )
        return exp.column(compare.metric, table=alias)

    def _add(self, alias: str, source: str, conditions: list[exp.Expr]) -> None:
        table = table_as(source, alias)
        on = exp.and_(*conditions, copy=False)
        self.joins[alias] = exp.Join(this=table, side="LEFT", on=on)


def _same_copy(one: _Copies, other: _Copies) -> list[exp.Expr]:
    """Daily copies of a table are joined copy to copy, not each with all."""
    return [
        exp.EQ(this=qualified(mine.expr, one.alias), expression=qualified(theirs.expr, other.alias))
        for mine in one.dataset.partitions
        for theirs in other.dataset.partitions
        if _local(mine.name) == _local(theirs.name)
    ]


def _local(name: str) -> str:
    return name.rpartition("__")[2]
