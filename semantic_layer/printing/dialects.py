"""A finished tree → the SQL text of one engine; nothing else in the package prints SQL to run.

The tree is written for DuckDB. What another engine says otherwise is rewritten in a copy; what it
cannot say is an `Issue` with its name, never an approximation. Between `compiler`, `governed_sql`
and the text; imports `issues` and `postgres_sql` only.
"""

from __future__ import annotations

from typing import Literal, assert_never

from sqlglot import exp
from sqlglot.errors import ErrorLevel, UnsupportedError

from semantic_layer.issues import Issue, QueryError, Text
from semantic_layer.printing.postgres_sql import for_postgres, lacking

Dialect = Literal["duckdb", "postgres"]
"""The SQL of an engine, by sqlglot's name."""


def printed(tree: exp.Query, dialect: Dialect, *, pretty: bool = True) -> str:
    """The SQL text of `tree` in the words of an engine; the tree itself stays as it is.

    Raises:
        QueryError: the engine has no word for something in the tree.

    >>> import sqlglot
    >>> tree = sqlglot.parse_one("SELECT YEAR(day) FROM mart.orders", dialect="duckdb")
    >>> printed(tree, "postgres", pretty=False)
    'SELECT CAST(EXTRACT(YEAR FROM CAST("day" AS TIMESTAMP)) AS BIGINT) FROM "mart"."orders"'
    """
    match dialect:
        case "duckdb":
            return tree.sql(dialect="duckdb", pretty=pretty, comments=False)
        case "postgres":
            if missing := lacking(tree):
                raise QueryError([_not_on_engine(name) for name in missing])
            return _strictly(for_postgres(tree), pretty=pretty)
        case _:
            assert_never(dialect)


def _strictly(tree: exp.Query, *, pretty: bool) -> str:
    try:
        return tree.sql(
            dialect="postgres",
            pretty=pretty,
            comments=False,
            unsupported_level=ErrorLevel.IMMEDIATE,
        )
    except UnsupportedError as error:
        raise QueryError([_not_on_engine(str(error).rstrip("."))]) from error


def _not_on_engine(name: str) -> Issue:
    return Issue(
        code="not_on_engine",
        message=Text(
            zh=f"PostgreSQL 没有 {name!r}，不能这样计算；请换一种定义，或改用 DuckDB 引擎。",
            en=f"PostgreSQL has no {name!r}, so this cannot be computed there; define it in "
            "another way, or use the DuckDB engine.",
        ),
        where=name,
    )
