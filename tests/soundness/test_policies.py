"""Rows and columns that a role may not see: never in a number, on whatever way it is asked for.

The measure is always the same: the result under a policy is that of a database from which the
forbidden rows were deleted.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import cache
from typing import Any

import duckdb
import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from semantic_layer import (
    QueryError,
    SemanticModel,
    SemanticQuery,
    compile_extremes,
    compile_query,
    members_sql,
    plan,
    resolve,
)
from semantic_layer.access.access_policy import Mask, RoleRules, RowRule
from semantic_layer.access.policy_scans import protected
from semantic_layer.access.refused_metrics import may_see
from semantic_layer.access.role_access import imported_seen_by, seen_by
from semantic_layer.governed_sql import compile_sql
from semantic_layer.loading.fragments import parse_condition
from semantic_layer.model import Place
from semantic_layer.query import Compare, In, Not
from tests import toy_shop
from tests.semantic_layer.evaluator import Shop
from tests.semantic_layer.shops import run
from tests.semantic_layer.test_against_evaluator import queries, shops
from tests.source_tree import modules

EVERYTHING = RowRule("*")
TMALL = In(field="channel", values=("天猫",))
RULES = RoleRules(
    grants=(EVERYTHING,),
    filters=(
        RowRule("orders", where=TMALL),
        RowRule("refunds", where=TMALL),
        RowRule("order_items", where=TMALL),
        RowRule("products", filter=parse_condition("category <> '口红'", Place("access.yml", 1))),
        RowRule("customers", where=Not(part=In(field="member_level", values=("普通",)))),
        RowRule("stock_daily", where=In(field="warehouse", values=("杭州",))),
        RowRule("visits", filter=parse_condition("device = '手机'", Place("access.yml", 2))),
    ),
)
# The same in SQL; rows of other tables that a condition looks at are still there when it runs.
FORBIDDEN = (
    "DELETE FROM mart.refunds WHERE order_key NOT IN "
    "(SELECT order_key FROM mart.orders WHERE channel = '天猫')",
    "DELETE FROM mart.order_items WHERE order_key NOT IN "
    "(SELECT order_key FROM mart.orders WHERE channel = '天猫')",
    "DELETE FROM mart.orders WHERE channel <> '天猫'",
    "DELETE FROM mart.products WHERE category = '口红'",
    "DELETE FROM mart.customers WHERE member_level IS NULL OR member_level = '普通'",
    "DELETE FROM mart.stock_daily WHERE warehouse <> '杭州'",
    "DELETE FROM mart.visits WHERE device IS NULL OR device <> '手机'",
)

MONTHS = ["metric_time__month"]
MARCH = {"kind": "range", "start": "2024-03-01", "end": "2024-04-01"}
PATHS: dict[str, dict[str, Any]] = {
    "a number": {"metrics": ["paid_amount"]},
    "by day": {"metrics": ["placed_orders", "paid_orders"], "group_by": ["metric_time__day"]},
    "a ratio": {"metrics": ["payment_rate", "average_order_value"], "group_by": MONTHS},
    "distinct buyers": {"metrics": ["paid_buyers"], "group_by": ["province"]},
    "a join": {"metrics": ["paid_amount"], "group_by": ["member_level"]},
    "a join of two steps": {"metrics": ["paid_units"], "group_by": ["province"]},
    "a join of three steps": {"metrics": ["paid_units"], "group_by": ["member_level"]},
    "a filter over a join": {
        "metrics": ["paid_amount"],
        "where": {"kind": "is_null", "field": "member_level"},
    },
    "another dimension table": {"metrics": ["paid_units"], "group_by": ["category"]},
    "a row that changes over time": {"metrics": ["paid_amount"], "group_by": ["level_then"]},
    "two facts": {"metrics": ["paid_amount", "refund_amount"], "group_by": ["channel"]},
    "a formula": {"metrics": ["net_paid_amount"], "group_by": MONTHS},
    "a filter inside": {"metrics": ["zhejiang_share", "gold_orders"]},
    "a percentile": {"metrics": ["median_paid_amount", "paid_amount_p90"]},
    "conversions": {"metrics": ["orders_after_visit"]},
    "conversions by day": {"metrics": ["orders_after_visit"], "group_by": ["metric_time__day"]},
    "since the start of the month": {
        "metrics": ["paid_amount_mtd"],
        "group_by": ["metric_time__day"],
        "time": MARCH,
    },
    "a moving window": {
        "metrics": ["paid_amount_7d", "paid_buyers_30d"],
        "group_by": ["metric_time__day"],
        "time": MARCH,
    },
    "everything so far": {"metrics": ["paid_amount_so_far"], "group_by": ["channel"]},
    "a month earlier": {"metrics": ["paid_amount_growth"], "group_by": MONTHS},
    "a daily average": {
        "metrics": ["paid_orders", "payment_rate"],
        "group_by": ["metric_time__extract_dow"],
        "time": MARCH,
        "average_per": "day",
        "compare": "prior_period",
    },
    "a level": {"metrics": ["stock_on_hand"], "group_by": ["metric_time__month"]},
    "a level by group": {"metrics": ["first_stock_of_sku"]},
    "a comparison": {
        "metrics": ["paid_amount", "placed_orders"],
        "group_by": ["channel"],
        "time": MARCH,
        "compare": "prior_period",
    },
    "a share": {
        "metrics": ["paid_amount"],
        "group_by": ["channel", "province"],
        "share_of": {"within": ["channel"]},
    },
    "a share of more than what is asked": {
        "metrics": ["paid_amount"],
        "where": {"kind": "in", "field": "province", "values": ["浙江省"]},
        "share_of": {"beyond": ["province"]},
    },
    "a running total": {
        "metrics": ["placed_orders"],
        "group_by": ["metric_time__day"],
        "time": MARCH,
        "running": {"to_date": "month"},
    },
    "the best, and the others in one row": {
        "metrics": ["paid_amount"],
        "group_by": ["province"],
        "limit": 1,
        "others": True,
        "ranks": True,
    },
    "a metric as a filter": {
        "metrics": ["placed_orders"],
        "group_by": ["channel"],
        "where": {
            "kind": "compare_metric",
            "metric": "refund_amount",
            "by": ["channel"],
            "operator": ">",
            "value": 1,
        },
    },
    "values": {"group_by": ["channel"]},
    "values of two tables": {"group_by": ["channel", "member_level"]},
}

SQL = {
    "a table": "SELECT province, METRIC(paid_amount) FROM shop GROUP BY province",
    "a dataset": "SELECT METRIC(paid_orders) FROM orders",
    "a CTE": "WITH a AS (SELECT channel, METRIC(paid_orders) AS n FROM shop GROUP BY channel) "
    "SELECT channel, n FROM a",
    "a CTE in a CTE": "WITH a AS (WITH b AS (SELECT channel, METRIC(paid_orders) AS n FROM shop "
    "GROUP BY channel) SELECT channel, n FROM b) SELECT channel, n FROM a",
    "a subquery": "SELECT x.n FROM (SELECT METRIC(placed_orders) AS n FROM shop) AS x",
    "a scalar subquery": "SELECT channel, METRIC(paid_orders) FROM shop GROUP BY channel "
    "HAVING METRIC(paid_orders) < (SELECT METRIC(placed_orders) FROM shop)",
    "a union": "SELECT channel, METRIC(paid_orders) AS n FROM shop GROUP BY channel UNION ALL "
    "SELECT member_level, METRIC(paid_orders) AS n FROM shop GROUP BY member_level",
    "a window": "SELECT channel, METRIC(paid_orders) AS n, "
    "SUM(METRIC(paid_orders)) OVER () AS total FROM shop GROUP BY channel",
    "values": "SELECT channel FROM shop GROUP BY channel",
}


def bound(rules: RoleRules = RULES) -> SemanticModel:
    """The toy shop as someone with these rules sees it."""
    return seen_by(rules, toy_shop.model(), toy_shop.catalog())


@cache
def without_forbidden_rows() -> duckdb.DuckDBPyConnection:
    """The toy shop after the forbidden rows were deleted."""
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA mart")
    connection.execute((toy_shop.HERE / "data.sql").read_text(encoding="utf-8"))
    for statement in FORBIDDEN:
        connection.execute(statement)
    return connection


def sql_of(query: dict[str, Any] | SemanticQuery, model: SemanticModel) -> str:
    """The SQL of a query for whoever the model is bound to."""
    parsed = SemanticQuery.model_validate(query)
    return compile_query(plan(resolve(parsed, model, toy_shop.catalog(), toy_shop.TODAY))).sql


def same_rows(under_policy: str, unbound: str) -> None:
    """Both statements give the same rows, and the policy takes something away."""
    print(under_policy)  # noqa: T201 - pytest shows it when the test fails
    expected = without_forbidden_rows().cursor().execute(unbound).fetchall()
    assert sorted(toy_shop.rows_of(under_policy), key=repr) == sorted(expected, key=repr)


@pytest.mark.parametrize("path", PATHS)
def test_forbidden_rows_are_nowhere(path: str) -> None:
    same_rows(sql_of(PATHS[path], bound()), sql_of(PATHS[path], toy_shop.model()))


def test_the_paths_would_show_forbidden_rows_without_the_policy() -> None:
    shown = [
        path
        for path, query in PATHS.items()
        if toy_shop.rows_of(sql_of(query, bound()))
        != toy_shop.rows_of(sql_of(query, toy_shop.model()))
    ]
    # The levels in force in a shop that lost orders only may stay what they were.
    assert len(shown) >= len(PATHS) - 3, set(PATHS) - set(shown)


@pytest.mark.parametrize("name", SQL)
def test_governed_sql_cannot_reach_forbidden_rows(name: str) -> None:
    known, today = toy_shop.catalog(), toy_shop.TODAY
    compiled = compile_sql(SQL[name], bound(), known, today)
    assert compiled.tree.sql(dialect="duckdb", pretty=True) == compiled.sql
    same_rows(compiled.sql, compile_sql(SQL[name], toy_shop.model(), known, today).sql)


def test_members_are_those_of_permitted_rows() -> None:
    model = bound()
    for name in ("province", "channel", "category", "member_level", "warehouse", "device"):
        dimension = model.dimensions[name]
        same_rows(members_sql(model, dimension), members_sql(toy_shop.model(), dimension))


def test_extremes_are_those_of_permitted_rows() -> None:
    query = SemanticQuery.model_validate({"group_by": ["stock_day__day"]})
    known, today = toy_shop.catalog(), toy_shop.TODAY
    statements = [
        compile_extremes(plan(resolve(query, model, known, today))).sql
        for model in (bound(), toy_shop.model())
    ]
    same_rows(*statements)


def test_an_imported_model_over_the_same_tables_has_the_same_rules() -> None:
    imported = replace(toy_shop.model(), access_policy=None)
    model = imported_seen_by(RULES, imported, toy_shop.model(), toy_shop.catalog())
    for path in ("a join of two steps", "two facts", "values of two tables"):
        same_rows(sql_of(PATHS[path], model), sql_of(PATHS[path], toy_shop.model()))


def test_an_imported_table_needs_the_grant_of_everything() -> None:
    shop = toy_shop.model()
    orders_only = replace(shop, datasets={"orders": shop.datasets["orders"]}, metrics={})
    narrow = RoleRules(grants=(RowRule("orders"),))
    for rules, is_open in ((RULES, True), (narrow, False)):
        model = imported_seen_by(rules, shop, orders_only, toy_shop.catalog())
        assert model.access is not None
        assert ("visits" in model.access.datasets) is is_open
        assert ("visits" in model.access.refused_metrics) is not is_open


# --- every query over every small shop


@given(shops(), queries(), st.sampled_from(["天猫", "京东"]), st.booleans())
def test_any_query_equals_that_of_a_shop_without_the_forbidden_rows(
    shop: Shop, query: SemanticQuery, channel: str, hides_gold: bool
) -> None:
    only = In(field="channel", values=(channel,))
    filters = [RowRule(name, where=only) for name in ("orders", "refunds", "order_items")]
    if hides_gold:
        gold = Compare(field="member_level", operator="!=", value="金卡")
        filters.append(RowRule("customers", where=gold))
    model = bound(RoleRules(grants=(EVERYTHING,), filters=tuple(filters)))
    under_policy = sql_of(query, model)
    rest = _permitted(shop, channel, hides_gold=hides_gold)
    assert run(under_policy, shop) == run(sql_of(query, toy_shop.model()), rest), under_policy


def _permitted(shop: Shop, channel: str, *, hides_gold: bool) -> Shop:
    orders = [row for row in shop.orders if row["channel"] == channel]
    keys = {row["order_key"] for row in orders}
    customers = [
        row for row in shop.customers if not hides_gold or row["member_level"] not in ("金卡", None)
    ]
    return replace(
        shop,
        orders=orders,
        refunds=[row for row in shop.refunds if row["order_key"] in keys],
        order_items=[row for row in shop.order_items if row["order_key"] in keys],
        customers=customers,
    )


# --- how rules combine


def _rows(rules: RoleRules) -> int:
    (row,) = toy_shop.rows_of(sql_of({"metrics": ["placed_orders"]}, bound(rules)))
    return int(row[0])


def test_grants_widen_and_filters_narrow() -> None:
    tmall, jd = (
        RowRule("orders", where=In(field="channel", values=(one,))) for one in ("天猫", "京东")
    )
    zhejiang = RowRule("orders", where=In(field="province", values=("浙江省",)))
    everything = _rows(RoleRules(grants=(EVERYTHING,)))
    assert _rows(RoleRules(grants=(tmall, jd))) == everything == 11
    assert _rows(RoleRules(grants=(tmall,))) + _rows(RoleRules(grants=(jd,))) == everything
    assert _rows(RoleRules(grants=(tmall, EVERYTHING))) == everything
    assert _rows(RoleRules(grants=(jd, tmall), filters=(zhejiang,))) == 5
    assert _rows(RoleRules(grants=(EVERYTHING,), filters=(tmall, jd))) == 0


def test_a_row_whose_condition_is_unknown_is_hidden() -> None:
    other = Not(part=In(field="province", values=("浙江省",)))
    assert _rows(RoleRules(grants=(RowRule("orders", where=other),))) == 4  # two have no province


# --- masks

HIDDEN = RoleRules(
    grants=(EVERYTHING,),
    masks=(Mask("orders", "province", "保密"), Mask("customers", "member_level", None)),
)


def test_a_masked_dimension_shows_its_mask() -> None:
    rows = toy_shop.rows_of(
        sql_of({"metrics": ["placed_orders"], "group_by": ["province"]}, bound(HIDDEN))
    )
    assert rows == [("保密", 11)]
    empty = toy_shop.rows_of(
        sql_of({"metrics": ["placed_orders"], "group_by": ["member_level"]}, bound(HIDDEN))
    )
    assert empty == [(None, 11)]


@given(st.sampled_from(["浙江省", "广东省"]), st.sampled_from(["=", "!=", "<", ">="]))
def test_a_filter_on_a_masked_value_tells_nothing(value: str, operator: str) -> None:
    where = {"kind": "compare", "field": "province", "operator": operator, "value": value}
    sql = sql_of({"metrics": ["placed_orders"], "where": where}, bound(HIDDEN))
    assert toy_shop.rows_of(sql)[0][0] in (0, 11)


def test_a_metric_over_a_masked_column_is_refused_and_not_empty() -> None:
    amount = RoleRules(grants=(EVERYTHING,), masks=(Mask("orders", "order_amount", None),))
    for name in ("paid_amount", "average_order_value", "paid_amount_mtd", "net_paid_amount"):
        with pytest.raises(QueryError) as raised:
            sql_of({"metrics": [name]}, bound(amount))
        assert [issue.code for issue in raised.value.issues] == ["metric_masked"]
    assert toy_shop.rows_of(sql_of({"metrics": ["placed_orders"]}, bound(amount))) == [(11,)]


def test_a_metric_that_filters_by_a_masked_dimension_is_refused() -> None:
    access = bound(HIDDEN).access
    assert access is not None
    assert {"zhejiang_share", "gold_orders"} <= access.refused_metrics.keys()


def test_the_row_filter_reads_what_the_mask_hides() -> None:
    zhejiang = RowRule("orders", where=In(field="province", values=("浙江省",)))
    rules = replace(HIDDEN, filters=(zhejiang,))
    rows = toy_shop.rows_of(
        sql_of({"metrics": ["placed_orders"], "group_by": ["province"]}, bound(rules))
    )
    assert rows == [("保密", 5)]


# --- nothing runs without its rules


def test_a_dataset_without_a_grant_is_refused_by_metric() -> None:
    model = bound(RoleRules(grants=(RowRule("orders"),)))
    with pytest.raises(QueryError) as raised:
        sql_of({"metrics": ["paid_orders", "refund_amount"]}, model)
    (issue,) = raised.value.issues
    assert (issue.code, issue.where) == ("access_denied", "refund_amount")
    assert "data team" in issue.message.en
    assert "data team" in issue.message.zh


@pytest.mark.parametrize(
    "query",
    [
        {"metrics": ["paid_orders"], "group_by": ["member_level"]},
        {"group_by": ["member_level"]},
        {"metrics": ["paid_orders"], "where": {"kind": "is_null", "field": "member_level"}},
    ],
)
def test_a_join_into_a_dataset_without_a_grant_is_refused(query: dict[str, Any]) -> None:
    with pytest.raises(QueryError) as raised:
        sql_of(query, bound(RoleRules(grants=(RowRule("orders"),))))
    assert [issue.code for issue in raised.value.issues] == ["access_denied"]


def test_no_rules_means_no_rows() -> None:
    model = bound(RoleRules())
    assert model.access is not None
    assert model.access.refused_metrics.keys() == model.metrics.keys()
    assert not any(may_see(model, one) for one in model.dimensions.values())


def test_a_tree_that_reads_another_table_raises() -> None:
    access = bound().access
    for text in (
        "SELECT * FROM mart.secrets",
        "SELECT * FROM (SELECT 1 FROM MART.SECRETS) AS a",
        "WITH a AS (SELECT 1) SELECT * FROM b",
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM main.secrets)",
    ):
        tree = sqlglot.parse_one(text, dialect="duckdb")
        assert isinstance(tree, exp.Query)
        with pytest.raises(QueryError, match="may not read the table"):
            protected(tree, access)


def test_the_case_of_a_table_name_opens_nothing() -> None:
    tree = sqlglot.parse_one('SELECT count(*) FROM "MART"."Orders" AS o', dialect="duckdb")
    assert isinstance(tree, exp.Query)
    sql = protected(tree, bound().access).sql("duckdb")
    assert toy_shop.rows_of(sql) == [(7,)]


@pytest.mark.parametrize(
    "rules",
    [
        RoleRules(grants=(RowRule("orders", parse_condition("shop = 'a'", Place("a.yml", 1))),)),
        RoleRules(grants=(EVERYTHING,), masks=(Mask("orders", "city", None),)),
        RoleRules(grants=(EVERYTHING,), masks=(Mask("orders", "paid_at", "never"),)),
        RoleRules(
            grants=(RowRule("orders", where=Compare(field="paid_at", operator=">", value="x")),)
        ),
    ],
)
def test_a_rule_that_cannot_be_applied_closes_the_table(rules: RoleRules) -> None:
    with pytest.raises(QueryError):
        sql_of({"metrics": ["placed_orders"]}, bound(rules))
    access = bound(rules).access
    assert access is not None
    assert access.tables["mart.orders"].problem is not None


def test_what_is_seen_whole_is_read_as_it_is() -> None:
    everything = bound(RoleRules(grants=(EVERYTHING,)))
    for query in PATHS.values():
        assert sql_of(query, everything) == sql_of(query, toy_shop.model())


def test_every_reference_of_a_protected_table_is_its_filtered_select() -> None:
    access = bound().access
    assert access is not None
    for path, query in PATHS.items():
        tree = sqlglot.parse_one(sql_of(query, bound()), dialect="duckdb")
        expected = {
            name: table.select.sql("duckdb")
            for name, table in access.tables.items()
            if table.select is not None
        }
        inside = [
            part
            for part in tree.find_all(exp.Subquery)
            if part.this.sql("duckdb") in expected.values()
        ]
        within = {id(table) for part in inside for table in part.find_all(exp.Table)}
        for table in tree.find_all(exp.Table):
            name = f"{table.db}.{table.name}"
            assert name not in expected or id(table) in within, (path, name)


def test_nothing_is_printed_that_did_not_pass_the_policies() -> None:
    printers = []
    printing = [
        module
        for module in modules("semantic_layer")
        if any(
            found.origin == "semantic_layer.printing.dialects.printed" for found in module.imports
        )
        and "/interchange/" not in module.path  # definitions for other tools, never run
    ]
    for module in printing:
        for function in module.functions():
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            names = [node.func.id for node in calls if isinstance(node.func, ast.Name)]
            if "printed" in names:
                printers.append(f"{module.path}:{function.name}")
                assert names.count("protected") >= names.count("printed"), printers[-1]
    assert len(printers) >= 4
