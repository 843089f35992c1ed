"""The last step before SQL is printed: what the role may read, in place of every table.

Whatever planned the tree, a table that the role may not read as it is becomes a SELECT of the rows
and columns that it may; one that is not listed raises. Imports `access_policy` and its problems
only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from sqlglot import exp

from semantic_layer.access.access_policy import Access, TableAccess, table_key
from semantic_layer.issues import QueryError
from semantic_layer.rules import policy_problems as problems

QueryT = TypeVar("QueryT", bound=exp.Query)
_TABLE = "protected_table"


def protected(tree: QueryT, access: Access | None) -> QueryT:
    """The tree as a role may run it; the tree itself if every table is seen whole.

    Without an `access` there is no role: definitions that are compiled for no user.

    Raises:
        QueryError: a table may not be read, or a rule over it cannot be applied.
    """
    if access is None:
        return tree
    tables = list(_tables(tree, access))
    if all(known is None or known.is_whole for _, known in tables):
        return tree
    copied = tree.copy()
    for table, known in list(_tables(copied, access)):
        if known is not None and known.select is not None:
            part = known.select.subquery(table.alias_or_name)
            part.meta[_TABLE] = table_key(known.source)
            table.replace(part)
    return copied


def protections_in(tree: exp.Query, access: Access | None) -> tuple[TableAccess, ...]:
    """What `protected` put into a tree, each table once, in the order of the tree."""
    if access is None:
        return ()
    names = (part.meta.get(_TABLE) for part in tree.find_all(exp.Subquery))
    return tuple(access.tables[name] for name in dict.fromkeys(names) if name is not None)


def _tables(tree: exp.Query, access: Access) -> Iterator[tuple[exp.Table, TableAccess | None]]:
    """The tables of the warehouse in a tree; calendars, which are nobody's rows, without rules."""
    ctes = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        name = table_key(".".join(part.name for part in table.parts))
        if name in access.tables:
            known = access.tables[name]
            if known.problem is not None:
                raise QueryError([known.problem])
            yield table, known
        elif name in access.calendars:
            yield table, None
        elif table.db or name not in ctes:
            raise QueryError([problems.table_denied(name)])
