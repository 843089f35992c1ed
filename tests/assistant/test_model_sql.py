"""Governed SQL that the model writes: only where it may, audited, and said with the answer."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Assistant, Settings
from assistant.language_model.chat_model import wire_schema
from assistant.language_model.model_reply import Reply, ReplyOrSql
from semantic_layer import SemanticQuery
from tests.assistant.scripted_chat_model import ScriptedChatModel
from warehouse import build_demo

NOW = datetime(2026, 11, 24, 9)
QUESTION = "2026年10月天猫每天支付金额的中位数"
MEDIAN = """
WITH daily AS (
  SELECT metric_time__day AS day, METRIC(paid_amount) AS amount FROM shop
  WHERE metric_time >= DATE '2026-10-01' AND metric_time < DATE '2026-11-01' AND channel = '天猫'
  GROUP BY metric_time__day
)
SELECT MEDIAN(amount) AS median_amount FROM daily
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    build_demo(folder / "warehouse", end_day=date(2026, 11, 23), orders=2_000, now=NOW)
    return folder


def sql(text: str) -> dict[str, Any]:
    return {"kind": "sql", "sql": text}


def ask(project: Path, *replies: Any, may: bool = True) -> tuple[Answer, ScriptedChatModel]:
    chat_model = ScriptedChatModel(*replies)
    settings = Settings(llm="openai:test", llm_sql=may)
    shop = Assistant(project, settings, chat_model=chat_model)
    answer = shop.ask(QUESTION, now=NOW, parser="llm")
    assert chat_model.unused == 0, answer.summary
    return answer, chat_model


def test_the_answer_is_governed_and_says_that_the_model_wrote_it(project: Path) -> None:
    answer, chat_model = ask(project, sql(MEDIAN))
    assert answer.status == "answered", answer.summary
    assert answer.parser == "llm"
    assert answer.query is None
    assert [definition.name for definition in answer.definitions] == ["paid_amount"]
    assert [(w.start, w.end) for w in answer.windows] == [("2026-10-01", "2026-11-01")]
    codes = [issue.code for issue in answer.issues]
    assert codes[0] == "written_sql"
    assert "MEDIAN(amount)" in answer.issues[0].message
    assert any("中位数" in issue.message for issue in answer.issues if issue.code == "assumption")
    assert answer.tokens > 0
    assert answer.links
    assert answer.sql is not None
    assert "METRIC" not in answer.sql
    assert "FROM shop" in chat_model.calls[0].system
    assert chat_model.calls[0].schema is ReplyOrSql


@pytest.mark.parametrize(
    ("cut", "paste", "word"),
    [
        (" AND channel = '天猫'", "", "天猫"),
        ("2026-10-01", "2026-09-01", "2026年10月"),
        ("paid_amount", "paid_orders", "支付金额"),
        ("channel = '天猫'", "channel <> '京东'", "天猫"),
        ("channel = '天猫'", "channel <> '天猫'", "天猫"),
    ],
)
def test_sql_that_leaves_out_a_linked_word_goes_back(
    project: Path, cut: str, paste: str, word: str
) -> None:
    answer, chat_model = ask(project, sql(MEDIAN.replace(cut, paste)), sql(MEDIAN))
    assert answer.status == "answered"
    problems = chat_model.calls[1].user.split("<problems>")[1]
    assert "not used as asked" in problems
    assert word in problems


@pytest.mark.parametrize(
    "text",
    [
        "DROP TABLE orders",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT METRIC(profit) FROM shop",
        "SELECT buyer_name, METRIC(paid_amount) FROM shop GROUP BY buyer_name",
        "not sql at all",
    ],
)
def test_sql_that_is_not_governed_is_never_run(project: Path, text: str) -> None:
    answer, _ = ask(project, *(sql(text) for _ in range(3)))
    assert answer.status == "refused"
    assert answer.rows == ()
    assert answer.sql is None


def test_without_the_setting_sql_is_not_taken_or_spoken_of(project: Path) -> None:
    refuse = {"kind": "refuse", "term": "中位数"}
    answer, chat_model = ask(project, sql(MEDIAN), refuse, may=False)
    assert answer.status == "refused"
    assert chat_model.calls[0].schema is Reply
    assert "FROM shop" not in chat_model.calls[0].system
    assert "llm_sql" in chat_model.calls[1].user


def test_only_the_form_of_a_model_that_may_write_it_has_sql() -> None:
    assert "sql" not in wire_schema(Reply)["properties"]
    assert "sql" not in wire_schema(Reply)["properties"]["kind"]["enum"]
    form = wire_schema(ReplyOrSql)
    assert form["properties"].keys() - wire_schema(Reply)["properties"].keys() == {"sql"}
    assert "sql" in form["properties"]["kind"]["enum"]


def test_a_plan_is_taken_from_either_form() -> None:
    plain = {"metrics": ["paid_amount"]}
    assert ReplyOrSql.model_validate(plain).query() == SemanticQuery(metrics=("paid_amount",))


@pytest.mark.parametrize("reply", [{"kind": "sql"}, {"kind": "sql", "sql": " "}])
def test_a_reply_of_sql_has_some(reply: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="sql goes with"):
        ReplyOrSql.model_validate(reply)


def test_a_plan_that_stays_incomplete_is_asked_about_with_its_own_number(project: Path) -> None:
    incomplete = {"metrics": ["paid_amount"], "time": {"start": "2026-10-01", "end": "2026-11-01"}}
    chat_model = ScriptedChatModel(*[incomplete] * 3)
    shop = Assistant(project, Settings(llm="openai:test"), chat_model=chat_model)
    answer = shop.ask("2026年10月天猫的支付金额", now=NOW, parser="llm")
    assert answer.status == "clarify"
    assert "天猫" in answer.summary
    (option,) = answer.options
    assert isinstance(option.value, int | float)
    assert "天猫" in option.label


def test_the_setting_says_how_often_the_model_is_asked(project: Path) -> None:
    plan = {
        "metrics": ["paid_amount"],
        "where": [{"field": "channel", "operator": "=", "values": ["天猫"]}],
        "time": {"start": "2026-10-01", "end": "2026-11-01"},
    }
    chat_model = ScriptedChatModel(*[plan] * 2)
    shop = Assistant(project, Settings(llm="openai:test", llm_samples=3), chat_model=chat_model)
    answer = shop.ask("2026年10月天猫的支付金额", now=NOW, parser="llm")
    assert answer.status == "answered"
    assert chat_model.unused == 0
