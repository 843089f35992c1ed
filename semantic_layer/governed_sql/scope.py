"""`Scope`: the tables of one SELECT — what their columns are, and whether joins repeat their rows.

Every column of the SELECT is looked up here, and written back as table.column.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sqlglot import exp

from semantic_layer.governed_sql import problems
from semantic_layer.governed_sql.aliases import own_columns
from semantic_layer.governed_sql.columns import Relation, SqlColumn
from semantic_layer.governed_sql.statement import Statement
from semantic_layer.issues import nearest

Key = tuple[str, str]
Pair = tuple[Key, Key]

_COMPARISONS = (exp.EQ, exp.NullSafeEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_UNKNOWN = SqlColumn("", "dimension")


@dataclass
class Scope:
    """Tables by alias, in the order of FROM; `keys` tell the joined rows apart, None if unknown."""

    statement: Statement
    tables: dict[str, Relation] = field(default_factory=dict)
    keys: frozenset[Key] | None = frozenset()
    shared: set[str] = field(default_factory=set)

    def add(self, alias: str, relation: Relation) -> None:
        """The first table of FROM."""
        self.tables[alias] = relation
        keys = relation.keys
        self.keys = None if keys is None else frozenset((alias, name.lower()) for name in keys)

    def join(self, alias: str, relation: Relation, join: exp.Join) -> None:
        """One more table, by the columns that its condition compares."""
        if alias.lower() in {name.lower() for name in self.tables}:
            self.statement.report(problems.sql_name_taken(alias))
            return
        before = self.keys
        own = None if relation.keys is None else {(alias, name.lower()) for name in relation.keys}
        single = before == frozenset() or relation.is_single_row
        self.tables[alias] = relation
        pairs, compares = self._matched(alias, join)
        if not compares and not single:
            self.statement.report(problems.sql_join_condition())
        met = {pair[1] for pair in pairs}
        left_once = own is not None and own <= met
        right_once = before is not None and before <= {pair[0] for pair in pairs}
        if not left_once:
            self.tables = {
                name: _repeated(t) if name != alias else t for name, t in self.tables.items()
            }
        if not right_once:
            self.tables[alias] = _repeated(self.tables[alias])
        if left_once:
            self.keys = before
        elif right_once:
            self.keys = None if own is None else frozenset(own)
        else:
            self.keys = None if own is None or before is None else before | own

    def has(self, column: exp.Column) -> bool:
        """Whether a column of that name is there."""
        return bool(self._candidates(column))

    def resolve(self, node: exp.Expr) -> None:
        """Write every column of an expression as its table has it; report those that none has."""
        for column in own_columns(node):
            found = self._candidates(column)
            is_shared = not column.table and column.name.lower() in self.shared
            if not found:
                self._report_unknown(column)
            elif len(found) > 1 and not is_shared:
                tables = [alias for alias, _ in found]
                self.statement.report(problems.sql_ambiguous_column(column.name, tables))
            else:
                column.set("this", exp.to_identifier(found[0][1].name))
                table = None if is_shared else found[0][0]
                column.set("table", exp.to_identifier(table) if table else None)

    def find(self, column: exp.Column) -> SqlColumn:
        """The lineage of a column."""
        found = self._candidates(column)
        return found[0][1] if found else _UNKNOWN

    def key_of(self, column: exp.Column) -> Key | None:
        """The table and name of a column."""
        found = self._candidates(column)
        return (found[0][0], found[0][1].name.lower()) if found else None

    def all_columns(self, table: str = "") -> Iterator[exp.Column]:
        """What `*`, or `table.*`, stands for."""
        seen: set[str] = set()
        for alias, relation in self.tables.items():
            if table and alias.lower() != table.lower():
                continue
            for one in relation.columns:
                if one.name.lower() in self.shared & seen:
                    continue
                seen.add(one.name.lower())
                is_shared = not table and one.name.lower() in self.shared
                yield exp.column(one.name, table=None if is_shared else alias)

    def _candidates(self, column: exp.Column) -> list[tuple[str, SqlColumn]]:
        return [
            (alias, one)
            for alias, relation in self.tables.items()
            if not column.table or alias.lower() == column.table.lower()
            for one in relation.columns
            if one.name.lower() == column.name.lower()
        ]

    def _report_unknown(self, column: exp.Column) -> None:
        known = [one.name for relation in self.tables.values() for one in relation.columns]
        name = f"{column.table}.{column.name}" if column.table else column.name
        near = nearest(column.name.lower(), known)
        self.statement.report(problems.sql_unknown_column(name, near, known))

    def _matched(self, alias: str, join: exp.Join) -> tuple[list[Pair], bool]:
        """The columns that a join sets equal, and whether it compares both sides at all."""
        if using := join.args.get("using"):
            return self._used(alias, using), True
        condition = join.args.get("on")
        if condition is None:
            return [], False
        self.resolve(condition)
        pairs, compares = [], False
        for part in _conjuncts(condition):
            if not isinstance(part, _COMPARISONS):
                continue
            sides = (
                {c.table for c in own_columns(part.this)},
                {c.table for c in own_columns(part.expression)},
            )
            compares |= any(alias in one and other - {alias} for one, other in (sides, sides[::-1]))
            if isinstance(part, exp.EQ | exp.NullSafeEQ):
                pairs += self._equal(alias, part)
        return pairs, compares

    def _used(self, alias: str, names: list[exp.Identifier]) -> list[Pair]:
        pairs = []
        for identifier in names:
            found = self._candidates(exp.column(identifier.name))
            right = [one for table, one in found if table == alias]
            left = [(table, one) for table, one in found if table != alias]
            if not left or not right:
                self._report_unknown(exp.column(identifier.name))
                continue
            name = right[0].name.lower()
            self.shared.add(name)
            pairs += [((table, name), (alias, name)) for table, _ in left]
        return pairs

    def _equal(self, alias: str, part: exp.Expr) -> list[Pair]:
        one, other = part.this.unnest(), part.expression.unnest()
        if not isinstance(one, exp.Column) or not isinstance(other, exp.Column):
            return []
        left, right = self.key_of(one), self.key_of(other)
        if left is None or right is None:
            return []
        if left[0] == alias:
            left, right = right, left
        return [(left, right)] if right[0] == alias != left[0] else []


def _conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    inner = condition.unnest()
    if isinstance(inner, exp.And):
        for part in inner.flatten():
            yield from _conjuncts(part)
    else:
        yield inner


def _repeated(relation: Relation) -> Relation:
    return replace(relation, columns=tuple(replace(one, repeated=True) for one in relation.columns))
