"""Which chart is recommended for what, that each is valid Vega-Lite, and what it says in words.

`UPDATE_GOLDEN=1` rewrites the golden specs in tests/golden/charts; never in CI.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import altair
import pytest

from assistant.charts import RULES, ChartRequest, recommend
from semantic_layer.issues import Language
from semantic_layer.query import Grain
from tests.assistant.chart_cases import (
    CASES,
    PROVINCE,
    TIME,
    by_name,
    crossed,
    daily,
    dimension,
    listed,
    metric,
    months,
    over_time,
    request,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "charts"

RECOMMENDED = {
    "E0": ["table"],
    "K1": ["card", "table"],
    "K2": ["cards", "table"],
    "K3": ["bullet", "card", "table"],
    "T1": ["line", "area", "table"],
    "T1b": ["grouped_bar", "table"],
    "T2": ["column", "line", "table"],
    "T3": ["line", "small_multiples", "table"],
    "T4": ["line", "small_multiples", "heatmap", "table"],
    "T5": ["stacked_bar", "line", "table"],
    "T6": ["line", "small_multiples", "table"],
    "T7": ["small_multiples", "line", "table"],
    "T8": ["line", "table"],
    "T9": ["line", "table"],
    "T10": ["line", "table"],
    "T11": ["heatmap", "line", "table"],
    "W1": ["small_multiples", "table"],
    "N1": ["bar", "column", "table"],
    "N2": ["bar", "table"],
    "N3": ["table", "bar"],
    "N4": ["bar", "table"],
    "N5": ["donut", "bar", "stacked_bar", "table"],
    "N6": ["bar", "table"],
    "N7": ["column", "bar", "table"],
    "N8": ["grouped_bar", "stacked_bar", "heatmap", "table"],
    "N9": ["heatmap", "small_multiples", "table"],
    "N10": ["grouped_bar", "table"],
    "N11": ["table", "small_multiples"],
    "N12": ["grouped_bar", "dumbbell", "table"],
    "A1": ["waterfall", "bar", "table"],
    "A2": ["bar", "waterfall", "table"],
    "D1": ["histogram", "box", "table"],
    "D2": ["box", "small_multiples", "table"],
    "R1": ["scatter", "table"],
    "R2": ["bubble", "scatter", "table"],
    "F1": ["funnel", "bar", "table"],
    "F2": ["bar", "table"],
    "S1": ["small_multiples", "bar", "table"],
    "S2": ["heatmap", "line", "table"],
    "G1": ["map", "bar", "table"],
    "G2": ["bar", "map", "table"],
    "G3": ["bar", "table"],
    "Z": ["table"],
}


def types(asked: ChartRequest) -> list[str]:
    return [chart.type for chart in recommend(asked)]


def offered(asked: ChartRequest, kind: str) -> dict[str, Any]:
    spec = next(chart.spec for chart in recommend(asked) if chart.type == kind)
    assert spec is not None
    return spec


def first(asked: ChartRequest) -> dict[str, Any]:
    spec = recommend(asked)[0].spec
    assert spec is not None
    return spec


def values(spec: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = spec["data"]["values"]
    return rows


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from nodes(child)
    elif isinstance(node, list):
        for child in node:
            yield from nodes(child)


def test_every_rule_has_its_case() -> None:
    assert {rule.id for rule in RULES} == set(CASES) == set(RECOMMENDED)


@pytest.mark.parametrize("rule", CASES)
def test_each_row_of_the_table_offers_its_charts_in_order(rule: str) -> None:
    charts = recommend(CASES[rule])
    assert {chart.rule_id for chart in charts} == {rule}
    assert [chart.type for chart in charts] == RECOMMENDED[rule]


@pytest.mark.parametrize("rule", CASES)
def test_the_specs_are_the_golden_ones(rule: str) -> None:
    path = GOLDEN / f"{rule}.json"
    found = [chart.model_dump() for chart in recommend(CASES[rule])]
    text = json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        assert os.environ.get("CI") is None, "golden files are never updated in CI"
        path.write_text(text, encoding="utf-8")
    assert path.exists(), (
        f"{path.name} is missing: run with UPDATE_GOLDEN=1 and read the difference"
    )
    assert text == path.read_text(encoding="utf-8")


def test_every_golden_file_has_its_case() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(CASES)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("rule", CASES)
def test_every_spec_is_valid_vega_lite(rule: str, language: Language) -> None:
    for chart in recommend(replace(CASES[rule], language=language)):
        if chart.spec is not None:
            altair.Chart.from_dict(chart.spec, validate=True)


@pytest.mark.parametrize("rule", CASES)
def test_every_chart_says_why_and_what_it_shows(rule: str) -> None:
    ours = {asked.id for asked in RULES}
    for language in ("zh", "en"):
        for chart in recommend(replace(CASES[rule], language=language)):
            assert chart.why
            assert not ours & set(chart.why.replace(",", " ").split())
            assert any("\u4e00" <= char <= "\u9fff" for char in chart.why) == (language == "zh")
            if chart.spec is not None:
                assert any(char.isdigit() for char in chart.spec["description"])
                assert chart.spec["title"]["text"] == CASES[rule].title


def test_rows_that_differ_only_in_size_get_different_charts() -> None:
    assert [recommend(by_name(size))[0].rule_id for size in (20, 21, 50, 51)] == [
        *("N1", "N2", "N2", "N3")
    ]
    assert types(by_name(7)) == ["bar", "column", "table"]
    assert types(by_name(8)) == ["bar", "table"]
    assert types(daily(12)) == ["line", "column", "area", "table"]
    assert recommend(over_time(7, 8))[0].rule_id == "T3"
    assert recommend(over_time(8, 8))[0].rule_id == "T4"
    assert recommend(crossed(12, 4))[0].rule_id == "N8"
    assert recommend(crossed(13, 4))[0].rule_id == "N9"


def test_two_periods_of_one_measure_are_a_card() -> None:
    assert types(daily(2)) == ["card", "column", "table"]


def test_many_periods_of_a_mix_are_bands() -> None:
    assert types(over_time(3, 12, intent="share"))[0] == "stacked_bar"
    asked = replace(
        daily(30, intent="share"),
        columns=(TIME, PROVINCE, metric("paid_amount")),
        rows=tuple((day, name, 5) for day, _ in daily(30).rows for name in ("广东", "浙江")),
    )
    assert types(asked)[0] == "area"


def test_asking_for_details_puts_the_table_first() -> None:
    assert types(by_name(6, intent="detail")) == ["table", "bar"]
    assert types(daily(30, intent="detail"))[0] == "table"


@pytest.mark.parametrize(
    ("shares", "drawn"),
    [
        ((60, 30, 10), "donut"),
        ((60, 37, 3), "donut"),
        ((61, 37, 2), "bar"),  # a sliver
        ((41, 40, 19), "bar"),  # no clear first
        ((50, 20, 15, 10, 3, 2), "bar"),  # too many
    ],
)
def test_a_donut_needs_few_clear_slices(shares: tuple[int, ...], drawn: str) -> None:
    rows = [(f"渠道{index}", share) for index, share in enumerate(shares)]
    asked = request((PROVINCE, metric("paid_amount")), list(rows), intent="share")
    assert recommend(asked)[0].rule_id == "N5"
    assert types(asked)[0] == drawn


@pytest.mark.parametrize(
    "change",
    [
        {"complete": False},
        {"additivity": {"paid_amount": "non_additive"}},
        {"additivity": {"paid_amount": "semi_additive"}},
        {"additivity": {}},
    ],
)
def test_shares_are_only_cut_from_a_whole(change: dict[str, Any]) -> None:
    asked = replace(by_name(4, intent="share"), **change)
    assert recommend(asked)[0].rule_id == "N1"
    assert not {"donut", "stacked_bar", "area"} & set(types(asked))


def test_others_are_added_up_only_where_a_sum_means_something() -> None:
    amounts = values(first(by_name(30)))
    assert amounts[-1]["c0"] == "其他（15 项）"
    assert sum(row["v0"] for row in amounts) == sum(float(str(r[1])) for r in by_name(30).rows)
    visitors = first(replace(by_name(30), additivity={"paid_amount": "non_additive"}))
    assert len(values(visitors)) == 15
    assert visitors["title"]["subtitle"] == ["其余 15 项未显示"]
    lines = values(first(replace(over_time(9, 8), additivity={})))
    assert len({row["c0"] for row in lines}) == 7


def test_a_missing_part_forbids_a_sum() -> None:
    rows = [*by_name(30).rows[:-1], ("城市29", None)]
    asked = replace(by_name(30), rows=tuple(rows))
    assert all("其他" not in str(row["c0"]) for row in values(first(asked)))


def test_bars_are_sorted_and_a_calendar_keeps_its_order() -> None:
    bars = [row["v0"] for row in values(first(by_name(10)))]
    assert bars == sorted(bars, reverse=True)
    week = [row["c0"] for row in values(first(CASES["T2"]))]
    assert week == ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]


@pytest.mark.parametrize(
    ("label", "cells", "order"),
    [
        ("weekday", ["Sun", "Mon", "Sat"], ["Mon", "Sat", "Sun"]),
        ("月份", ["10月", "2月", "1月"], ["1月", "2月", "10月"]),
        ("hour", [23, 0, 9], ["0", "9", "23"]),
        ("时段", ["23点", "9点"], ["9点", "23点"]),
    ],
)
def test_cycles_are_recognised(label: str, cells: list[Any], order: list[str]) -> None:
    rows = [(cell, index + 1) for index, cell in enumerate(cells)]
    asked = request((dimension("d", label), metric("paid_orders")), list(rows))
    assert recommend(asked)[0].rule_id == "T2"
    assert [row["c0"] for row in values(first(asked))] == order


def test_a_ranking_keeps_its_order_and_ties_share_a_rank() -> None:
    rows = [("甲", 1), ("乙", 2), ("丙", 2), ("丁", 5)]  # the four lowest were asked for
    asked = request((PROVINCE, metric("paid_orders")), list(rows), ordered_top=4, complete=False)
    assert [row["c0"] for row in values(first(asked))] == ["1. 甲", "2. 乙", "2. 丙", "4. 丁"]


def test_a_missing_value_breaks_the_line_and_is_told_as_missing() -> None:
    rows = [("2026-10-01", 5), ("2026-10-02", None), ("2026-10-04", 0), ("2026-10-05", 7)]
    asked = request((TIME, metric("paid_orders")), list(rows), grain=Grain.day)
    spec = first(asked)
    assert [(row["v0"], row["x0"]) for row in values(spec)] == [
        *((5, "5"), (None, "—"), (None, "—"), (0, "0"), (7, "7"))  # 3 October has no row at all
    ]
    marks = [layer["mark"] for layer in spec["layer"] if layer["mark"]["type"] == "line"]
    assert marks
    assert all(mark["invalid"].startswith("break-paths") for mark in marks)
    assert "缺数据处断开，不补值" in spec["title"]["subtitle"]
    assert all("interpolate" not in node for node in nodes(spec))


def test_the_unfinished_period_is_dashed_and_said() -> None:
    spec = first(daily(10, partial_last=True))
    dashed, solid = spec["layer"][:2]
    assert dashed["mark"]["strokeDash"]
    assert "strokeDash" not in solid["mark"]
    assert [row["open"] for row in values(spec)] == [False] * 9 + [True]
    assert [row["tail"] for row in values(spec)] == [False] * 8 + [True] * 2
    assert "未完结" in spec["title"]["subtitle"][0]
    assert "10月10日" not in spec["description"]  # half a day is no trend
    column = offered(daily(10, partial_last=True), "column")
    assert column["layer"][0]["encoding"]["fillOpacity"]["condition"]["value"] < 1


def test_only_ratios_scores_and_prices_may_leave_zero() -> None:
    rates = [(day, 0.05 + 0.001 * turn) for turn, day in enumerate(months(6))]
    spec = first(request((TIME, metric("refund_rate")), list(rates), grain=Grain.month))
    assert spec["encoding"]["y"]["scale"]["zero"] is False
    assert "纵轴未从 0 开始" in spec["title"]["subtitle"]
    amounts = [(day, 1_000_000 + turn) for turn, day in enumerate(months(6))]
    spec = first(request((TIME, metric("paid_amount")), list(amounts), grain=Grain.month))
    assert spec["encoding"]["y"]["scale"]["zero"] is True


def test_axes_carry_units_of_size() -> None:
    y = first(daily())["encoding"]["y"]
    assert y["title"] == "支付金额（元）"
    assert "/ 10000" in y["axis"]["labelExpr"]
    assert "'万'" in y["axis"]["labelExpr"]
    english = first(replace(daily(), language="en"))["encoding"]["y"]
    assert english["title"] == "支付金额 (CNY)"
    assert "'K'" in english["axis"]["labelExpr"]


@pytest.mark.parametrize("grain", [Grain.day, Grain.week, Grain.month, Grain.quarter, Grain.year])
def test_ticks_stand_on_periods(grain: Grain) -> None:
    starts = {
        Grain.day: ["2026-10-01", "2026-10-02", "2026-10-03"],
        Grain.week: ["2026-10-05", "2026-10-12", "2026-10-19"],
        Grain.month: ["2026-08-01", "2026-09-01", "2026-10-01"],
        Grain.quarter: ["2026-01-01", "2026-04-01", "2026-07-01"],
        Grain.year: ["2024-01-01", "2025-01-01", "2026-01-01"],
    }[grain]
    rows = [(start, 5) for start in starts]
    x = first(request((TIME, metric("paid_orders")), list(rows), grain=grain))["encoding"]["x"]
    ticks = [f"{t['year']:04d}-{t['month']:02d}-{t['date']:02d}" for t in x["axis"]["values"]]
    assert x["type"] == "temporal"
    assert ticks == starts


def test_long_names_are_cut_but_stay_apart() -> None:
    long = "加厚保暖羽绒服女中长款冬季新款"
    rows = [(f"{long}黑色", 3), (f"{long}白色", 2), (None, 1), ("", 0), ("a\nb", 4)]
    shown = values(first(request((PROVINCE, metric("paid_orders")), list(rows))))
    names = [row["c0"] for row in shown]
    assert names == [
        "a b",
        "加厚保暖羽绒服女中长款…",
        "加厚保暖羽绒服女中长款… (2)",
        "（空）",
        "（空） (2)",
    ]
    assert shown[1]["f0"] == f"{long}黑色"


def test_two_rows_for_one_mark_are_never_drawn_over_each_other() -> None:
    assert types(request((PROVINCE, metric("paid_orders")), [("广东", 1), ("广东", 2)])) == [
        "table"
    ]
    assert types(request((TIME, metric("paid_orders")), [("2026-01-01", n) for n in range(4)])) == [
        "table"
    ]


def test_nothing_is_drawn_where_there_is_no_value() -> None:
    assert types(request((PROVINCE, metric("paid_orders")), [("广东", None)])) == [
        "card",
        "table",
    ]
    empty = [("广东", None), ("浙江", None)]
    assert types(request((PROVINCE, metric("paid_orders")), list(empty))) == ["table"]


def test_the_takeaway_speaks_of_all_members_not_only_of_those_drawn() -> None:
    told = first(by_name(30))["description"]
    assert told.startswith("30 项中")
    assert "城市29" in told


def test_the_takeaway_judges_by_the_good_direction() -> None:
    rates = [(day, 0.05 + 0.001 * turn) for turn, day in enumerate(months(6))]
    asked = request((TIME, metric("refund_rate")), list(rates), grain=Grain.month)
    assert "变差" in first(replace(asked, good_direction="down"))["description"]
    assert "+0.50 个百分点" in first(asked)["description"]


def test_a_base_stands_beside_each_bar_in_grey() -> None:
    spec = first(CASES["N12"])
    assert spec["layer"][0]["encoding"]["color"]["scale"] == {
        "domain": ["支付金额（上期）", "支付金额"],
        "range": ["#9A9A9A", "#0072B2"],
    }
    assert [row["x0"] for row in values(spec)][-2:] == ["—", "¥22,750.00"]


def test_units_never_share_an_axis() -> None:
    panels = first(CASES["T7"])["vconcat"]
    assert [panel["encoding"]["y"]["title"] for panel in panels] == [
        *("支付金额（元）", "付款订单数", "退款率（%）")
    ]
    assert types(listed("paid_amount", "refund_rate"))[0] == "table"
