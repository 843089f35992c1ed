"""A tree in PostgreSQL's words: each rewrite, and what is refused by name."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from semantic_layer import QueryError, SemanticQuery, compile_query, plan, resolve
from semantic_layer.printing.dialects import printed
from tests import toy_shop

# What DuckDB says, and what PostgreSQL must be told.
SAME = {
    "DATE_TRUNC('MONTH', a)": "DATE_TRUNC('MONTH', CAST(\"a\" AS TIMESTAMP))",
    "EXTRACT(ISODOW FROM a)": 'CAST(EXTRACT(ISODOW FROM CAST("a" AS TIMESTAMP)) AS BIGINT)',
    "YEAR(a)": 'CAST(EXTRACT(YEAR FROM CAST("a" AS TIMESTAMP)) AS BIGINT)',
    "ROUND(a, 2)": 'CAST(ROUND(CAST("a" AS DECIMAL), 2) AS DOUBLE PRECISION)',
    "a / b": 'CAST("a" AS DOUBLE PRECISION) / NULLIF("b", 0)',
    "a / 2": 'CAST("a" AS DOUBLE PRECISION) / 2',
    "a // b": 'DIV("a", NULLIF("b", 0))',
    "a % b": '"a" % NULLIF("b", 0)',
    "a - NULL": '"a" - CAST(NULL AS DOUBLE PRECISION)',
    "SUM(a > b)": 'SUM(CAST("a" > "b" AS INT))',
    "INTERVAL '2' QUARTER": "INTERVAL '6 MONTH'",
    "MEDIAN(a)": 'PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY "a")',
    '"User" + ORDER_KEY': '"User" + "order_key"',
    "DATE_DIFF('DAY', a, b)": '(CAST("b" AS DATE) - CAST("a" AS DATE))',
}
REFUSED = {
    "APPROX_QUANTILE(a, 0.5)": "APPROX_QUANTILE",
    "TRY_CAST(a AS INT)": "TRY_CAST",
    "LAG(a IGNORE NULLS) OVER (ORDER BY b)": "IGNORE NULLS",
    "DATE_DIFF('WEEK', a, b)": "DATE_DIFF by week",
}


def words(sql: str) -> str:
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    assert isinstance(tree, exp.Query)
    return printed(tree, "postgres", pretty=False)


@pytest.mark.parametrize("sql", SAME)
def test_an_expression(sql: str) -> None:
    assert words(f"SELECT {sql} AS x FROM t") == f'SELECT {SAME[sql]} AS "x" FROM "t"'


@pytest.mark.parametrize("sql", REFUSED)
def test_what_is_lacking_is_named(sql: str) -> None:
    with pytest.raises(QueryError) as caught:
        words(f"SELECT {sql} AS x FROM t")
    assert [(one.code, one.where) for one in caught.value.issues] == [
        ("not_on_engine", REFUSED[sql])
    ]


def test_padding_has_the_type_of_its_column() -> None:
    union = (
        "SELECT k, a, NULL AS b, NULL AS c FROM a UNION ALL "
        "SELECT k, NULL AS a, b, NULL AS c FROM b UNION ALL "
        "SELECT k, NULL AS a, NULL AS b, c FROM c"
    )
    text = words(union)
    assert "NULL" not in text
    assert text.count('(SELECT "c" FROM "c" LIMIT 0)') == 2
    assert "NULL" in words("SELECT NULL AS a UNION ALL SELECT 1 AS a")


def test_long_names_stay_apart() -> None:
    one, other = "指标" * 11 + "甲", "指标" * 11 + "乙"
    select = exp.Select().select(exp.column(one), exp.column(other)).from_("t")
    again = sqlglot.parse_one(printed(select, "postgres"), dialect="postgres")
    names = [column.name for column in again.find_all(exp.Column)]
    assert len(set(names)) == 2
    assert all(len(name.encode()) <= 63 for name in names)


def test_the_tree_stays_as_it_was() -> None:
    query = SemanticQuery.model_validate(
        {"metrics": ["average_order_value", "refund_amount"], "group_by": ["channel"]}
    )
    planned = plan(resolve(query, toy_shop.model(), toy_shop.catalog(), toy_shop.TODAY))
    before = compile_query(planned).sql
    assert compile_query(planned, "postgres").sql != before
    assert compile_query(planned).sql == before
