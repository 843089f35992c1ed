"""Governed SQL through the assistant: a full Answer, and the examples of the documentation."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from assistant import Answer, Assistant, Settings
from tests.source_tree import ROOT
from warehouse import build_demo

NOW = datetime(2026, 11, 24, 9)
PAGE = (ROOT / "docs/governed-sql.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```sql\n(.*?)^```$", PAGE, re.M | re.S)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    project = tmp_path_factory.mktemp("demo")
    build_demo(project / "warehouse", end_day=date(2026, 11, 23), orders=2_000, now=NOW)
    return Assistant(Path(project), Settings())


def answered(shop: Assistant, sql: str) -> Answer:
    answer = shop.sql(sql, now=NOW, language="en")
    assert answer.status == "answered", answer.summary
    return answer


@pytest.mark.parametrize("sql", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_of_the_page_gives_rows(shop: Assistant, sql: str) -> None:
    assert len(EXAMPLES) >= 4
    assert answered(shop, sql).rows


def test_the_answer_carries_what_stands_behind_its_numbers(shop: Assistant) -> None:
    answer = answered(
        shop,
        "SELECT channel, METRIC(paid_orders), METRIC(payment_rate) AS rate FROM shop "
        "WHERE metric_time >= DATE '2026-10-01' AND metric_time < DATE '2026-11-01' "
        "AND province = '浙江省' GROUP BY channel",
    )
    assert answer.parser == "none"
    assert answer.query is None
    assert [(w.role, w.start, w.end) for w in answer.windows] == [
        ("current", "2026-10-01", "2026-11-01")
    ]
    assert [(c.name, c.label, c.type, c.unit, c.role, c.metric) for c in answer.columns] == [
        ("channel", "channel", "string", None, "dimension", None),
        ("paid_orders", "paid orders", "number", "count", "metric", "paid_orders"),
        ("rate", "rate", "number", "ratio", "metric", "payment_rate"),
    ]
    assert [d.name for d in answer.definitions] == ["paid_orders", "payment_rate"]
    assert ("asked", "province = 浙江省") in [(f.origin, f.text) for f in answer.filters]
    assert answer.data_through == "2026-11-23"
    assert answer.sql is not None
    assert "METRIC" not in answer.sql
    assert answer.chart is not None
    assert not answer.partial_period


def test_a_question_and_sql_give_the_same_number(shop: Assistant) -> None:
    month = "DATE_TRUNC('month', metric_time) = '2026-10-01'"
    sql = answered(shop, f"SELECT METRIC(paid_orders) FROM shop WHERE {month}")
    asked = shop.ask("paid orders last month", now=NOW, language="en")
    assert asked.rows == sql.rows
    assert asked.windows == sql.windows


def test_a_computed_word_is_no_measure(shop: Assistant) -> None:
    answer = answered(
        shop,
        "SELECT channel, CASE WHEN METRIC(paid_orders) > 10 THEN 'many' ELSE 'few' END AS size, "
        "METRIC(paid_orders) > 10 AS many, METRIC(paid_orders) || 'x' AS text "
        "FROM shop GROUP BY channel",
    )
    assert [(c.type, c.role, c.unit) for c in answer.columns[1:]] == [
        ("string", "dimension", None),
        ("boolean", "dimension", None),
        ("string", "dimension", None),
    ]


def test_members_alone_have_neither_days_nor_definitions(shop: Assistant) -> None:
    answer = answered(shop, "SELECT channel FROM shop GROUP BY channel")
    assert answer.definitions == ()
    assert answer.windows == ()
    assert answer.data_through is None


def test_days_that_are_not_over_are_said(shop: Assistant) -> None:
    answer = answered(
        shop, "SELECT METRIC(paid_orders) FROM shop WHERE metric_time >= '2026-11-01'"
    )
    assert answer.partial_period
    assert [issue.code for issue in answer.issues] == ["data_end_early"]


def test_a_refusal_names_every_problem_in_the_language(shop: Assistant) -> None:
    answer = shop.sql("SELECT METRIC(paid_order), provinc FROM shop", now=NOW)
    assert answer.status == "refused"
    assert answer.language == "zh"
    assert [issue.code for issue in answer.issues] == ["unknown_metric", "sql_unknown_column"]
    assert "省份" not in answer.summary
    assert "province" in answer.issues[1].suggestions
    assert answer.rows == ()


def test_what_the_database_cannot_do_is_an_error_without_its_words(shop: Assistant) -> None:
    sql = "SELECT CAST(channel AS INTEGER) AS n FROM shop GROUP BY channel"
    answer = shop.sql(sql, now=NOW, language="en")
    assert answer.status == "error"
    assert [issue.code for issue in answer.issues] == ["query_failed"]
    assert "天猫" not in answer.model_dump_json()
