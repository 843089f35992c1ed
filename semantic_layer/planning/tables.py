"""Names of tables → sqlglot trees. Imports nothing of the project."""

from __future__ import annotations

import re

from sqlglot import exp

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,2}")


def table_of(source: str) -> exp.Table:
    """The table that a definition calls `source`, or the common table expression of that name.

    >>> table_of("mart.orders").sql()
    'mart.orders'
    """
    if not _PLAIN.fullmatch(source):
        return exp.to_table(source)
    # Usual names need no parser, which takes longer than the rest of a scan.
    above, _, name = source.rpartition(".")
    catalog, _, schema = above.rpartition(".")
    return exp.table_(name, db=schema or None, catalog=catalog or None)


def table_as(source: str, alias: str) -> exp.Expr:
    """A table under another name."""
    return exp.alias_(table_of(source), alias, table=True, copy=False)
