"""What a bare result is taken for: times, names, measures, grain, intent."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.charts import infer, recommend
from semantic_layer.query import Grain


def roles(*columns: tuple[str, str], rows: list[list[Any]]) -> list[str]:
    asked = infer([{"name": name, "type": kind} for name, kind in columns], rows)
    return [column.role for column in asked.columns]


def test_thirty_days_of_one_measure_are_a_line() -> None:
    columns = [{"name": "day", "type": "date"}, {"name": "paid_orders", "type": "number"}]
    charts = recommend(
        infer(columns, [[f"2026-10-{day:02d}", day * 7 % 5] for day in range(1, 31)])
    )
    assert (charts[0].type, charts[0].rule_id) == ("line", "T1")


@pytest.mark.parametrize(
    ("cells", "grain"),
    [
        (["2026-10-01", "2026-10-02"], Grain.day),
        (["2026-10-05", "2026-10-12"], Grain.week),
        (["2026-09", "2026-10"], Grain.month),
        (["2026年9月", "2026年10月"], Grain.month),
        (["2026Q1", "2026Q2"], Grain.quarter),
        (["2026-01-01", "2026-04-01"], Grain.quarter),
        (["2025-01-01", "2026-01-01"], Grain.year),
        (["2026-10-01T08:00:00", "2026-10-01 09:00:00"], Grain.hour),
        (["2026/10/1", "2026/10/3"], Grain.day),
    ],
)
def test_grain_comes_from_the_values(cells: list[str], grain: Grain) -> None:
    columns = [{"name": "t", "type": "string"}, {"name": "v", "type": "number"}]
    asked = infer(columns, [[cell, 1] for cell in cells])
    assert asked.columns[0].role == "time"
    assert asked.grain == grain


def test_numbers_that_name_something_are_no_measures() -> None:
    rows = [[2025, 7, 1001, 3.5], [2026, 8, 1002, 4.5]]
    kinds = ("year", "hour", "order_id", "amount")
    assert roles(*((name, "number") for name in kinds), rows=rows) == [
        *("time", "dimension", "dimension", "metric")
    ]
    assert roles(("订单编号", "number"), ("金额", "number"), rows=[[1, 2]]) == [
        "dimension",
        "metric",
    ]


def test_types_of_other_engines_are_understood() -> None:
    rows = [["2026-10-01", "1,250.50", True, "x"]]
    kinds = (("t", "TIMESTAMP"), ("v", "DECIMAL(10,2)"), ("b", "BOOLEAN"), ("s", "VARCHAR"))
    assert roles(*kinds, rows=rows) == ["time", "metric", "dimension", "dimension"]
    asked = infer([{"name": name, "type": kind} for name, kind in kinds], rows)
    assert asked.rows[0] == ("2026-10-01T00:00:00", 1250.5, True, "x")


def test_a_type_that_is_not_given_comes_from_the_values() -> None:
    asked = infer([{"name": "a"}, {"name": "b"}], [["x", 1], ["y", 2.5]])
    assert [column.role for column in asked.columns] == ["dimension", "metric"]


@pytest.mark.parametrize(
    ("question", "intent", "top"),
    [
        ("各渠道销售额占比", "share", None),
        ("销售额前10的商品", "rank", 10),
        ("Top 5 provinces", "rank", 5),
        ("近30天走势", "trend", None),
        ("订单明细", "detail", None),
        ("销售额是多少", None, None),
    ],
)
def test_intent_and_limit_come_from_the_question(
    question: str, intent: str | None, top: int | None
) -> None:
    asked = infer([{"name": "v", "type": "number"}], [[1]], question=question)
    assert (asked.intent, asked.ordered_top, asked.complete) == (intent, top, top is None)


def test_a_given_intent_wins_and_an_unknown_one_is_none() -> None:
    columns = [{"name": "v", "type": "number"}]
    assert infer(columns, [[1]], intent="rank", question="占比").intent == "rank"
    assert infer(columns, [[1]], intent="forecast", question="占比").intent is None


def test_language_follows_the_question_then_the_columns() -> None:
    assert infer([{"name": "v"}], [[1]], question="多少").language == "zh"
    assert infer([{"name": "金额"}], [[1]]).language == "zh"
    assert infer([{"name": "金额"}], [[1]], question="how much").language == "en"


def test_additivity_is_believed_when_given_and_never_assumed() -> None:
    columns = [
        {"name": "channel", "type": "string"},
        {"name": "gmv", "type": "number", "unit": "元", "additivity": "additive"},
    ]
    rows = [["天猫", 60], ["京东", 40]]
    assert recommend(infer(columns, rows, question="占比"))[0].type == "donut"
    del columns[1]["additivity"]
    assert recommend(infer(columns, rows, question="占比"))[0].type == "bar"


def test_short_and_long_rows_are_made_to_fit() -> None:
    asked = infer(
        [{"name": "a", "type": "string"}, {"name": "b", "type": "number"}], [["x"], ["y", 1, 2]]
    )
    assert asked.rows == (("x", None), ("y", 1))
