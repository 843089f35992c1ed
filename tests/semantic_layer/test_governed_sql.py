"""Governed SQL: the rows of hand-written SQL, the same rows as a SemanticQuery, and refusals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, assert_never

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from semantic_layer import QueryError, SemanticQuery
from semantic_layer.governed_sql import CompiledSql, compile_sql
from semantic_layer.governed_sql.grammar import ALLOWED_NODES, ALLOWED_TYPES, MAX_LENGTH
from semantic_layer.query import And, Compare, CompareMetric, Filter, In, IsNull, Not, Or, Scalar
from tests import toy_shop
from tests.semantic_layer.test_against_evaluator import queries
from tests.source_tree import ROOT
from warehouse import guard_rules
from warehouse.guard import guard

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "governed_cases.yml").read_text(encoding="utf-8")
)
ATTACKS = (ROOT / "tests/warehouse/attacks.sql").read_text(encoding="utf-8").splitlines()
SUBQUERIES = {
    "by_province": "(SELECT province, METRIC(paid_amount) AS amount FROM shop GROUP BY 1) AS p",
    "by_both": "(SELECT province, channel, METRIC(paid_orders) AS n FROM shop GROUP BY 1, 2) AS b",
    "rates": "(SELECT province, METRIC(payment_rate) AS rate FROM shop GROUP BY 1) AS r",
}
REFUSED = [
    (sql.format(**SUBQUERIES), code)
    for code, statements in yaml.safe_load(
        (Path(__file__).parent / "governed_refusals.yml").read_text(encoding="utf-8")
    ).items()
    for sql in statements
]
OVERSIZED = [
    f"SELECT {'(' * 4000}1{')' * 4000} AS one FROM shop",
    f"SELECT METRIC(paid_orders) FROM shop --{'x' * MAX_LENGTH}",
    f"SELECT {'||'.join(['province'] * 20)} AS x FROM {SUBQUERIES['by_province']}",
    " UNION ALL ".join(["SELECT METRIC(paid_orders) FROM shop"] * 40),
    f"SELECT METRIC(paid_orders) AS c0{''.join(f', c{n} + c{n} AS c{n + 1}' for n in range(40))} "
    "FROM shop",
]


def compiled(sql: str) -> CompiledSql:
    return compile_sql(sql, toy_shop.model(), toy_shop.catalog(), toy_shop.TODAY)


def guarded(sql: str) -> str:
    tables = {name: table.columns for name, table in toy_shop.catalog().tables.items()}
    return guard(sql, tables, max_rows=10_000)


def rows(sql: str) -> toy_shop.Rows:
    """What would run: the compiled SQL as the warehouse's guard prints it."""
    printed = guarded(compiled(sql).sql)
    print(printed)  # noqa: T201 - pytest shows it when the test fails
    return toy_shop.rows_of(printed)


def codes(sql: str) -> list[str]:
    with pytest.raises(QueryError) as caught:
        compiled(sql)
    for issue in caught.value.issues:
        assert issue.message.zh
        assert issue.message.en.endswith(".")
        assert "\n" not in issue.message.en
    return [issue.code for issue in caught.value.issues]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_rows_equal_hand_written_sql(case: dict[str, Any]) -> None:
    found = rows(case["sql"])
    assert found == toy_shop.rows_of(case["reference_sql"])
    assert found, "a case without rows shows nothing"


def test_the_grammar_allows_nothing_that_the_guard_refuses() -> None:
    assert ALLOWED_NODES <= guard_rules.ALLOWED_NODES
    assert ALLOWED_TYPES <= guard_rules.ALLOWED_TYPES


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("table", ["mart.orders", "shop"])
def test_what_the_guard_refuses_is_refused_here(attack: str, table: str) -> None:
    assert codes(attack.replace("mart.orders", table))


@pytest.mark.parametrize(("sql", "code"), REFUSED)
def test_a_refusal_says_why(sql: str, code: str) -> None:
    assert code in codes(sql)


@pytest.mark.parametrize("sql", OVERSIZED, ids=["deep", "long", "concat", "many", "doubling"])
def test_what_is_too_large_is_refused(sql: str) -> None:
    assert codes(sql) == ["sql_too_complex"]


def test_a_control_character_is_refused() -> None:
    assert codes("SELECT METRIC(paid_orders) FROM shop\0") == ["sql_not_read"]


def test_all_problems_are_told_at_once_with_near_names() -> None:
    with pytest.raises(QueryError) as caught:
        compiled("SELECT paid_amount, METRIC(paid_order), provnce FROM shop GROUP BY chanel")
    told = {issue.code: issue.suggestions for issue in caught.value.issues}
    assert told["unknown_metric"][0] == "paid_orders"
    assert told["sql_metric_as_column"] == ("METRIC(paid_amount)",)
    near = [i.suggestions for i in caught.value.issues if i.code == "sql_unknown_column"]
    assert near == [("channel",), ("province",)]


def test_columns_know_their_metric_unit_and_role() -> None:
    found = compiled(
        "WITH m AS (SELECT metric_time__month AS month, channel, METRIC(paid_amount) AS amount, "
        "METRIC(payment_rate) FROM shop GROUP BY 1, 2) "
        "SELECT month, UPPER(channel) AS c, SUM(amount) AS total, "
        "ROUND(AVG(payment_rate), 2) AS r, ROW_NUMBER() OVER (ORDER BY month) AS n "
        "FROM m GROUP BY month, channel"
    )
    assert [(c.name, c.role, c.metric, c.unit) for c in found.columns] == [
        ("month", "time", None, None),
        ("c", "dimension", None, None),
        ("total", "metric", "paid_amount", "CNY"),
        ("r", "metric", None, "ratio"),
        ("n", "metric", None, None),
    ]
    assert found.metrics == ("paid_amount", "payment_rate")
    assert [notice.code for notice in found.notices] == ["unweighted_average"]


def test_days_that_are_not_loaded_are_said() -> None:
    found = compiled("SELECT METRIC(paid_orders) FROM shop WHERE metric_time >= '2025-03-01'")
    assert [notice.code for notice in found.notices] == ["data_end_early"]


def test_the_written_text_is_never_what_runs() -> None:
    sql = compiled("SELECT /* x */ METRIC(paid_orders) -- y\nFROM shop; -- z").sql
    assert "METRIC" not in sql
    assert "/*" not in sql
    assert "--" not in sql


def test_an_open_side_of_time_loses_no_row() -> None:
    whole = rows("SELECT METRIC(paid_orders) FROM shop")[0][0]
    sides = [
        rows(f"SELECT METRIC(paid_orders) FROM shop WHERE metric_time {side}")[0][0]
        for side in ("< '2024-03-03'", ">= '2024-03-03'")
    ]
    assert sum(sides) == whole


def written(query: SemanticQuery) -> str:
    """A SemanticQuery as an analyst would write it."""
    groups = [group.column for group in query.group_by]
    metrics = [f"METRIC({name})" for name in query.metrics]
    sql = f"SELECT {', '.join([*groups, *metrics])} FROM shop"
    conditions = list(_conditions(query))
    if conditions:
        sql += f" WHERE {' AND '.join(conditions)}"
    if groups:
        sql += f" GROUP BY {', '.join(groups)}"
    if query.having:
        sql += f" HAVING {_text(query.having, {name: f'METRIC({name})' for name in query.metrics})}"
    if query.order_by:
        order = query.order_by[0]
        sql += f" ORDER BY {order.name} {'DESC' if order.descending else 'ASC'}"
    return sql + (f" LIMIT {query.limit}" if query.limit else "")


def _conditions(query: SemanticQuery) -> Iterator[str]:
    if query.time is not None:
        assert query.time.kind == "range"
        yield f"metric_time >= DATE '{query.time.start}' AND metric_time < DATE '{query.time.end}'"
    if query.where is not None:
        yield f"({_text(query.where, {})})"


def _text(condition: Filter, names: dict[str, str]) -> str:
    match condition:
        case Compare(field=field, operator=operator, value=value):
            return f"{names.get(field, field)} {operator} {_literal(value)}"
        case In(field=field, values=values):
            return f"{field} IN ({', '.join(map(_literal, values))})"
        case IsNull(field=field):
            return f"{field} IS NULL"
        case And(parts=parts):
            return " AND ".join(f"({_text(part, names)})" for part in parts)
        case Or(parts=parts):
            return " OR ".join(f"({_text(part, names)})" for part in parts)
        case Not(part=part):
            return f"NOT ({_text(part, names)})"
        case CompareMetric():
            raise AssertionError("the strategy draws none")
        case _:
            assert_never(condition)


def _literal(value: Scalar) -> str:
    if isinstance(value, str | date | datetime):
        return f"'{value}'"
    return str(value)


@given(queries())
def test_written_sql_gives_the_rows_of_the_query(query: SemanticQuery) -> None:
    assert rows(written(query)) == toy_shop.answer(query)


@given(
    st.sampled_from(["placed_orders", "paid_orders", "paid_amount", "refund_amount"]),
    st.lists(
        st.sampled_from(["province", "channel", "member_level", "metric_time__month"]),
        min_size=1,
        unique=True,
    ),
    st.data(),
)
def test_a_sum_that_is_allowed_is_the_metric(
    metric: str, fine: list[str], data: st.DataObject
) -> None:
    coarse = data.draw(st.lists(st.sampled_from(fine), min_size=1, unique=True))
    keys, inner = ", ".join(coarse), ", ".join(fine)
    summed = rows(
        f"SELECT {keys}, SUM(v) AS v FROM (SELECT {inner}, METRIC({metric}) AS v FROM shop "
        f"GROUP BY {inner}) AS q GROUP BY {keys} HAVING SUM(v) <> 0 ORDER BY {keys}"
    )
    asked = f"SELECT {keys}, METRIC({metric}) FROM shop GROUP BY {keys} "
    assert summed == rows(f"{asked} HAVING METRIC({metric}) <> 0 ORDER BY {keys}")


@given(queries(), st.sampled_from(["WITH q AS ({}) SELECT * FROM q", "SELECT * FROM ({}) AS q"]))
def test_a_query_around_it_changes_no_row(query: SemanticQuery, around: str) -> None:
    assert sorted(rows(around.format(written(query))), key=repr) == sorted(
        toy_shop.answer(query), key=repr
    )


_WORDS = (
    *("SELECT", "FROM", "WHERE", "GROUP BY", "HAVING", "ORDER BY", "LIMIT", "WITH", "AS", "ALL"),
    *("JOIN", "ON", "USING", "UNION ALL", "QUALIFY", "CROSS JOIN", "OVER", "CASE", "END", "NOT"),
    *("shop", "orders", "mart.orders", "a", "b", "province", "metric_time__month", "NULL", "()"),
    *("METRIC(paid_orders)", "METRIC(payment_rate)", "METRIC(x)", "SUM(a)", "COUNT(*)", "RANK()"),
    *("(", ")", ",", "*", "=", ">", "1", "'x'", ";", "--", ".", "::", "DATE '2024-03-01'"),
)
_VALUES = (
    *("METRIC(paid_orders)", "METRIC(payment_rate) AS a", "province", "UPPER(province)", "1", "n"),
    *("RANK() OVER (ORDER BY METRIC(paid_amount))", "SUM(METRIC(paid_amount)) OVER ()", "a.n"),
    *("metric_time__day", "YEAR(metric_time)", "METRIC(paid_orders) || 'x'", "*", "(SELECT 1)"),
    *("CASE province WHEN 'x' THEN 1 END", "COUNT(*)", "METRIC(paid_orders) + n", "NULL"),
)


@st.composite
def selects(draw: st.DrawFn) -> str:
    """SELECTs that are nearly right: of the shop, or of a subquery of it."""
    values = ", ".join(draw(st.lists(st.sampled_from(_VALUES), min_size=1, max_size=3)))
    clauses = {
        "WHERE": ["province = 'x'", "metric_time >= '2024-03-01'", "n > 1", "1", "province"],
        "GROUP BY": ["1", "ALL", "province", "province, metric_time__day", "1, 2", "n"],
        "HAVING": ["METRIC(paid_orders) > 1", "COUNT(*) > 1", "n > 1"],
        "ORDER BY": ["1", "n", "METRIC(paid_orders) DESC", "province, 1", "ALL"],
        "LIMIT": ["1", "3 OFFSET 1", "0"],
    }
    inner = "(SELECT province, METRIC(paid_orders) AS n FROM shop GROUP BY 1) AS a"
    source = draw(
        st.sampled_from(["shop", "orders", inner, f"{inner} JOIN {inner[:-1]}b USING (n)"])
    )
    parts = [
        f"{key} {draw(st.sampled_from(v))}" for key, v in clauses.items() if draw(st.booleans())
    ]
    return " ".join([f"SELECT {values} FROM {source}", *parts])


def _accepted_by_both_or_refused(sql: str) -> None:
    try:
        found = compiled(sql)
    except QueryError:
        return
    guarded(found.sql)


@given(st.text() | st.lists(st.sampled_from(_WORDS), max_size=14).map(" ".join))
@example("SELECT " + "NOT " * 3000 + "TRUE AS x FROM shop")
@example("SELECT METRIC(paid_orders)" + "::INT" * 3000 + " AS x FROM shop")
@example("SELECT METRIC(paid\u200b_orders) FROM shop")
@example('SELECT METRIC(paid_orders) AS "a""; DROP TABLE x; --" FROM shop')
@example("SELECT U&'\\0041' AS a FROM shop")
@example("FROM shop")
@example("(SELECT METRIC(paid_orders) FROM shop)")
def test_any_text_is_refused_or_becomes_one_select(sql: str) -> None:
    _accepted_by_both_or_refused(sql)


@given(selects())
def test_any_nearly_right_select_is_refused_or_becomes_one_select(sql: str) -> None:
    _accepted_by_both_or_refused(sql)
