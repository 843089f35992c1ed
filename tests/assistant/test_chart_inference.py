"""What a bare result is taken for: times, names, measures, grain, intent."""

from __future__ import annotations

import json
import os
from pathlib import Path
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


def test_a_given_intent_wins_and_an_unknown_one_is_ignored() -> None:
    columns = [{"name": "v", "type": "number"}]
    assert infer(columns, [[1]], intent="rank", question="占比").intent == "rank"
    assert infer(columns, [[1]], intent="composition", question="排名").intent == "share"
    assert infer(columns, [[1]], intent="sculpture", question="占比").intent == "share"


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


@pytest.mark.parametrize(
    ("cells", "numbers", "unit"),
    [
        (["1,234", "56"], [1234, 56], None),
        (["12.5%", "3％"], [0.125, 0.03], "ratio"),
        (["¥3.2万", "¥1,000"], [32_000, 1_000], "CNY"),
        (["1.2亿", "-3"], [120_000_000, -3], None),
        (["(500)", "20"], [-500, 20], None),
        ([5, "N/A", 7], [5, None, 7], None),
        ([1, None, float("nan")], [1, None, None], None),
    ],
)
def test_numbers_that_came_as_text_are_numbers(
    cells: list[Any], numbers: list[Any], unit: str | None
) -> None:
    asked = infer([{"name": "v", "type": "number"}], [[cell] for cell in cells])
    assert asked.columns[0].role == "metric"
    assert [row[0] for row in asked.rows] == numbers
    assert asked.columns[0].unit == unit


@pytest.mark.parametrize(
    ("unit", "cells", "numbers"),
    [("%", [12.5, 3], [0.125, 0.03]), ("%", [0.125, 0.03], [0.125, 0.03]), ("ratio", [1.2], [1.2])],
)
def test_a_percentage_becomes_the_fraction_that_it_stands_for(
    unit: str, cells: list[float], numbers: list[float]
) -> None:
    asked = infer([{"name": "v", "type": "number", "unit": unit}], [[cell] for cell in cells])
    assert asked.columns[0].unit == "ratio"
    assert [row[0] for row in asked.rows] == numbers


@pytest.mark.parametrize(
    ("name", "additivity"),
    [
        ("访客数", "non_additive"),
        ("unique visitors", "non_additive"),
        ("支付买家数", "non_additive"),
        ("count(distinct user)", "non_additive"),
        ("客单价", "non_additive"),
        ("refund_rate", "non_additive"),
        ("库存", "semi_additive"),
        ("count(*)", "additive"),
        ("SUM(amount)", "additive"),
        ("支付金额", None),
    ],
)
def test_what_a_name_says_of_adding_up(name: str, additivity: str | None) -> None:
    asked = infer([{"name": name, "type": "number"}], [[5], [7]])
    assert asked.additivity.get(name) == additivity


@pytest.mark.parametrize(
    ("cells", "start"),
    [
        (["2026Q3", "2026年第4季度"], "2026-07-01T00:00:00"),
        (["2026-W40", "2026年第41周"], "2026-09-28T00:00:00"),
        (["Oct 2026", "November 2026"], "2026-10-01T00:00:00"),
        (["Oct 5, 2026", "6 Oct 2026"], "2026-10-05T00:00:00"),
        (["20261005", "20261006"], "2026-10-05T00:00:00"),
        (["202610", "202611"], "2026-10-01T00:00:00"),
        (["13/10/2026", "14/10/2026"], "2026-10-13T00:00:00"),
        (["2026-10-01T08:00:00+08:00", ""], "2026-10-01T08:00:00"),
    ],
)
def test_times_are_read_as_programs_write_them(cells: list[str], start: str) -> None:
    asked = infer([{"name": "t", "type": "string"}], [[cell] for cell in cells])
    assert asked.columns[0].role == "time"
    assert asked.rows[0][0] == start


@pytest.mark.parametrize("cells", [["3/4/2026", "5/6/2026"], ["2026-02-30"], ["1234", "5678"]])
def test_what_may_be_no_time_is_a_name(cells: list[str]) -> None:
    asked = infer([{"name": "t", "type": "string"}], [[cell] for cell in cells])
    assert asked.columns[0].role == "dimension"


def test_names_with_an_order_of_their_own_are_declared() -> None:
    bands = [["100元以上", 1], ["0-50元", 2], ["50-100元", 3]]
    columns = [{"name": "价格带", "type": "string"}, {"name": "v", "type": "number"}]
    assert infer(columns, bands).orders == {"价格带": ("0-50元", "50-100元", "100元以上")}
    assert infer(columns, [["天猫", 1], ["京东", 2]]).orders == {}


def test_provinces_are_places_even_where_one_is_abroad() -> None:
    columns = [{"name": "where", "type": "string"}, {"name": "v", "type": "number"}]
    names = ["广东", "浙江省", "Beijing", "内蒙古自治区", "海外"]
    assert infer(columns, [[name, 1] for name in names]).regions == {"where": "province"}
    assert infer(columns, [["甲", 1], ["广东", 1]]).regions == {}


def test_bases_ranks_and_shares_are_no_measures_of_their_own() -> None:
    names = ("省份", "支付金额", "上期支付金额", "环比", "占比", "排名")
    columns = [
        {"name": name, "type": "number" if place else ""} for place, name in enumerate(names)
    ]
    asked = infer(columns, [["广东", 5, 4, 0.25, 0.6, 1], ["浙江", 3, 4, -0.25, 0.4, 2]])
    assert [column.role for column in asked.columns] == [
        *("dimension", "metric", "comparison", "comparison", "share", "rank")
    ]
    assert asked.columns[2].metric == "支付金额"
    assert infer([{"name": "占比", "type": "number"}], [[1]]).columns[0].role == "metric"


def test_a_name_that_comes_twice_is_numbered() -> None:
    asked = infer([{"name": "v", "type": "number"}] * 3, [[1, 2, 3]])
    assert [column.name for column in asked.columns] == ["v", "v (2)", "v (3)"]


def test_numbers_alone_are_spread_or_related() -> None:
    columns = [{"name": "price", "type": "number"}, {"name": "sales", "type": "number"}]
    rows = [[place * 7 % 11, place * 5 % 13] for place in range(12)]
    assert infer(columns[:1], [row[:1] for row in rows]).intent == "distribution"
    assert infer(columns, rows).intent == "relation"


@pytest.mark.parametrize(
    ("question", "forced"),
    [
        ("各渠道销售额画成饼图", "donut"),
        ("show a bar chart of sales", "bar"),
        ("画成柱状图，不要饼图", "column"),
        ("sales as a stacked bar chart", "stacked_bar"),
        ("苹果派和 bubble tea 的销售额", None),
        ("not a pie chart", None),
    ],
)
def test_the_type_that_a_question_names(question: str, forced: str | None) -> None:
    columns = [{"name": "channel", "type": "string"}, {"name": "v", "type": "number"}]
    assert infer(columns, [["天猫", 1], ["京东", 2]], question=question).forced == forced


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("转化漏斗", "funnel"),
        ("新客留存", "cohort"),
        ("销售额为什么下降", "attribution"),
        ("what drove sales? drivers of growth", "attribution"),
        ("预测下月销售额", "forecast"),
        ("any anomalies last week", "anomaly"),
        ("价格和销量的关系", "relation"),
        ("订单金额分布", "distribution"),
        ("各省份分布", "geo"),
        ("销售额同比", "compare_period"),
        ("sales year over year", "compare_period"),
    ],
)
def test_intents_come_from_the_words_of_both_languages(question: str, intent: str) -> None:
    asked = infer([{"name": "v", "type": "number"}], [[1], [2]], question=question)
    assert asked.intent == intent


SHARED = os.environ.get("KOUJING_SHARED_DATA")
KINDS = {
    "line": "Line",
    "bar": "Bar",
    "column": "Bar",
    "donut": "Pie",
    "scatter": "Scatter",
    "grouped_bar": "Stacked Bar",
    "stacked_bar": "Stacked Bar",
}


@pytest.mark.skipif(not SHARED, reason="KOUJING_SHARED_DATA names no folder")
def test_most_questions_get_a_chart_that_people_accept() -> None:
    """Of 400; the others are pies of averages, bars of ids and the like."""
    path = Path(str(SHARED)) / "charts" / "result_to_charts.jsonl"
    cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert sum(map(_accepted, cases)) >= 0.94 * len(cases)


def _accepted(case: dict[str, Any]) -> bool:
    fields: dict[str, dict[str, str]] = {}
    for channel in ("x", "y", "theta", "color"):
        encoded = case["encoding"].get(channel, {})
        if encoded.get("field") in case["rows"][0]:
            fields.setdefault(encoded["field"], encoded)
    kinds = {"quantitative": "number", "temporal": "date"}
    columns = [
        {"name": one.get("title") or name, "type": kinds.get(one.get("type", ""), "string")}
        for name, one in fields.items()
    ]
    rows = [[row.get(name) for name in fields] for row in case["rows"]]
    best = recommend(infer(columns, rows, question=case["nl_example"][0]))[0]
    accepted = {name.removeprefix("Grouping ") for name in case["accepted_charts"]}
    return KINDS.get(best.type) in accepted
