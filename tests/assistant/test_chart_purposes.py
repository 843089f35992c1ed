"""Charts of what was asked for: comparisons, forecasts, causes, spread, steps, cohorts, places."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.charts import ChartRequest, recommend
from assistant.charts.chart_types import ChartType
from assistant.charts.distributions import bins_of, box_of
from assistant.charts.relations import correlation
from semantic_layer.query import Grain
from tests.assistant.chart_cases import (
    CASES,
    CHANNEL,
    PROVINCE,
    TIME,
    by_name,
    compared_days,
    crossed,
    daily,
    days,
    dimension,
    listed,
    metric,
    over_time,
    places,
    related,
    request,
    several,
    spread,
    steps,
)

NUMBERS = st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=60)


def drawn(asked: ChartRequest, kind: str) -> dict[str, Any]:
    spec = next(chart.spec for chart in recommend(asked) if chart.type == kind)
    assert spec is not None
    return spec


def rows_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = spec["data"]["values"]
    return rows


def test_a_comparison_over_time_names_both_real_days() -> None:
    spec = drawn(compared_days(), "line")
    course, changes = spec["vconcat"]
    base, *_ = course["layer"]
    assert base["mark"]["strokeDash"]
    assert base["encoding"]["y"]["field"] == "v1"
    first = rows_of(spec)[0]
    assert (first["p"], first["p1"]) == ("2026年10月1日", "2025年10月1日")
    assert [tip["field"] for tip in course["encoding"]["tooltip"]] == ["p", "x0", "p1", "x1", "x2"]
    assert first["v2"] == pytest.approx(21_000 / 19_500 - 1)
    assert changes["encoding"]["y"]["scale"]["zero"] is True


def test_the_change_of_a_ratio_is_in_percentage_points() -> None:
    rates = [(day, 0.05, 0.04) for day in days(5)]
    prior = metric("refund_rate").model_copy(
        update={"name": "refund_rate__prior_period", "role": "comparison"}
    )
    asked = request((TIME, metric("refund_rate"), prior), list(rates), grain=Grain.day)
    spec = drawn(asked, "line")
    assert rows_of(spec)[0]["x2"] == "+1.0 个百分点"
    assert spec["vconcat"][1]["encoding"]["y"]["title"] == "变化（个百分点）"


def test_members_are_compared_over_time_in_panels() -> None:
    months = over_time(3, 4)
    prior = metric("paid_amount").model_copy(
        update={"name": "paid_amount__prior_period", "role": "comparison"}
    )
    asked = replace(
        months,
        columns=(*months.columns, prior),
        rows=tuple((*row, 900) for row in months.rows),
    )
    spec = drawn(asked, "small_multiples")
    assert {row["v1"] for row in rows_of(spec)} == {900}
    assert recommend(asked)[0].rule_id == "T8"


def test_a_forecast_begins_where_the_actual_values_end() -> None:
    rows = rows_of(drawn(CASES["T9"], "line"))
    cut = 8
    assert rows[cut]["v0"] == rows[cut]["v1"]  # the dashes meet the line
    assert rows[cut]["x1"] == "—"  # but nothing was forecast for that period
    assert all(row["v1"] is None and row["l0"] is None for row in rows[:cut])
    assert rows[-1]["v0"] is None
    assert rows[-1]["h0"] > rows[-1]["h1"] > rows[-1]["v1"]  # the wider band lies behind


def test_a_value_beyond_its_bounds_stands_out_by_shape() -> None:
    spec = drawn(CASES["T10"], "line")
    shapes = [layer["mark"].get("shape") for layer in spec["layer"]]
    assert "triangle-up" in shapes
    assert [row["o"] for row in rows_of(spec) if row["rest"]] == [10]
    unmarked = replace(
        CASES["T10"],
        columns=CASES["T10"].columns[:-1],
        rows=tuple(row[:-1] for row in CASES["T10"].rows),
    )
    assert [row["o"] for row in rows_of(drawn(unmarked, "line")) if row["rest"]] == [10]


@given(NUMBERS, NUMBERS)
def test_a_waterfall_ends_at_the_value_of_now(now: list[int], before: list[int]) -> None:
    pairs = list(zip(now, before, strict=False))[:15]
    assume(len(pairs) > 1)
    named = [(f"渠道{place}", *pair) for place, pair in enumerate(pairs)]
    base = metric("paid_amount").model_copy(
        update={"name": "paid_amount__prior_period", "role": "comparison"}
    )
    columns = (CHANNEL, metric("paid_amount"), base)
    rows = rows_of(drawn(request(columns, list(named), intent="attribution"), "waterfall"))
    start, *moves, end = rows
    assert start["v1"] == sum(pair[1] for pair in pairs)
    assert end["v1"] == pytest.approx(sum(pair[0] for pair in pairs))
    assert all(a["v1"] == pytest.approx(b["v0"]) for a, b in pairwise(moves))


def test_contributions_of_what_cannot_be_added_up_are_not_made_up() -> None:
    asked = replace(CASES["A1"], additivity={})
    kinds = [chart.type for chart in recommend(asked)]
    assert "waterfall" not in kinds
    assert recommend(asked)[0].rule_id == "N12"


@given(st.lists(st.one_of(st.integers(-999, 999), st.floats(-1e6, 1e6)), min_size=1, max_size=80))
def test_every_value_lies_in_one_bin(values: list[float]) -> None:
    bins = bins_of(values)
    assert sum(one.count for one in bins) == len(values)
    assert len(bins) <= 13
    assert bins[0].start <= min(values) + 1e-6
    assert max(values) <= bins[-1].end + 1e-6


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=80))
def test_a_box_holds_the_middle_half(values: list[float]) -> None:
    box = box_of(values)
    assert box.first <= box.median <= box.third
    assert box.low <= box.high
    assert all(value < box.low or value > box.high for value in box.beyond)


def test_equal_observations_are_two_observations() -> None:
    asked = request((metric("paid_amount"),), [*[(5,)] * 6, *[(7,)] * 4], intent="distribution")
    assert [row["v0"] for row in rows_of(drawn(asked, "histogram"))] == [6, 0, 4]


def test_points_say_how_many_and_how_strong_but_never_why() -> None:
    asked = related("paid_amount", "conversion")
    spec = drawn(asked, "scatter")
    (note,) = spec["title"]["subtitle"]
    assert note.startswith("n = 24")
    assert "相关不等于因果" in spec["description"]
    assert correlation([(0, 1, 5), (1, 2, 5), (2, 3, 5)]) is None


def test_bubbles_are_never_negative() -> None:
    asked = CASES["R2"]
    loss = replace(asked, rows=((*asked.rows[0][:3], -1), *asked.rows[1:]))
    assert [chart.type for chart in recommend(loss)] == ["scatter", "table"]


@pytest.mark.parametrize(
    ("values", "rule"),
    [((9, 9, 3, 1), "F1"), ((9, 4, 5, 1), "F2"), ((0, 0, 0, 0), "F2")],
)
def test_only_steps_that_shrink_are_a_funnel(values: tuple[int, ...], rule: str) -> None:
    assert recommend(steps(*values))[0].rule_id == rule


def test_a_funnel_says_what_remains_of_the_step_before_and_of_the_first() -> None:
    rows = rows_of(drawn(CASES["F1"], "funnel"))
    assert [row["c0"] for row in rows] == ["浏览", "加购", "下单", "付款"]
    assert (rows[2]["x1"], rows[2]["x2"]) == ("44.2%", "15.8%")


def test_what_a_cohort_has_not_reached_is_blank() -> None:
    rows = rows_of(drawn(CASES["S2"], "heatmap"))
    youngest = [row for row in rows if row["f1"] == "2026年6月"]
    assert [row["l0"] for row in youngest] == ["100.0%", "", "", "", "", ""]
    assert [row["c0"] for row in youngest] == ["0", "1", "2", "3", "4", "5"]
    assert youngest[0]["c1"] == "2026年6月（n=955）"


def test_scales_keep_their_order_whatever_the_values() -> None:
    bands = ["0-50元", "50-100元", "100-200元", "200元以上"]
    assert [row["c0"] for row in rows_of(drawn(CASES["N7"], "column"))] == bands
    levels = [("钻", 3), ("铜", 9), ("金", 5)]
    asked = request((dimension("tier", "等级"), metric("paid_orders")), list(levels))
    declared = replace(asked, orders={"tier": ("铜", "金", "钻")})
    assert recommend(asked)[0].rule_id == "N1"
    assert [row["c0"] for row in rows_of(drawn(declared, "column"))] == ["铜", "金", "钻"]


def test_a_target_says_how_much_of_it_is_reached() -> None:
    spec = drawn(CASES["K3"], "bullet")
    assert rows_of(spec)[0]["l0"] == "达成 86.0%"
    assert "86.0%" in spec["description"]


def test_the_rest_is_last_and_grey_however_large() -> None:
    rows = [("广东", 5), ("其他", 90), ("浙江", 7)]
    asked = request((PROVINCE, metric("paid_orders")), list(rows), rest="其他", ordered_top=2)
    bars = rows_of(drawn(asked, "bar"))
    assert [(row["c0"], row["rest"]) for row in bars] == [
        *(("1. 浙江", False), ("2. 广东", False), ("其他", True))
    ]


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (by_name(4), "donut"),
        (by_name(4), "table"),
        (over_time(3, 4), "stacked_bar"),
        (crossed(4, 3), "heatmap"),
        (daily(20), "column"),
        (listed("paid_amount", "paid_orders", members=3), "scatter"),
        (places("paid_amount"), "map"),
        (spread(3, intent="distribution"), "histogram"),
    ],
)
def test_a_type_that_the_reader_asks_for_comes_first(asked: ChartRequest, kind: ChartType) -> None:
    charts = recommend(replace(asked, forced=kind))
    assert charts[0].type == kind
    assert "按你的要求" in charts[0].why
    assert len({chart.type for chart in charts}) == len(charts) <= 4
    assert "table" in {chart.type for chart in charts}


@pytest.mark.parametrize(
    ("asked", "kind", "why"),
    [
        (
            request((PROVINCE, metric("refund_rate")), [("广东", 0.1), ("浙江", 0.2)]),
            "donut",
            "退款率不能相加，不能画环形图（饼图）；已改为条形图。",
        ),
        (
            request((PROVINCE, metric("net_profit")), [("广东", 5), ("浙江", -2)]),
            "donut",
            "净利有负值，不能画环形图（饼图）；已改为条形图。",
        ),
        (
            by_name(4, complete=False),
            "donut",
            "这些行不是全部，占比没有分母，不能画环形图（饼图）；已改为条形图。",
        ),
        (by_name(4), "line", "没有时间或有先后的类别，不能画折线图；已改为条形图。"),
        (CASES["K1"], "bar", "没有一个维度的项目可以逐项比较，不能画条形图；已改为数字卡片。"),
        (by_name(4), "map", "没有足够的省份，不能画地图；已改为条形图。"),
    ],
)
def test_a_type_that_would_mislead_is_refused_in_one_sentence(
    asked: ChartRequest, kind: ChartType, why: str
) -> None:
    charts = recommend(replace(asked, forced=kind))
    assert charts[0].why == why
    assert kind not in {chart.type for chart in charts}


def test_a_forced_pie_of_many_parts_adds_up_the_small_ones() -> None:
    spec = drawn(replace(by_name(9), forced="donut"), "donut")
    rows = rows_of(spec)
    assert len(rows) == 5
    assert rows[-1]["rest"] is True
    total = sum(float(str(row[1])) for row in by_name(9).rows)
    assert sum(row["v0"] for row in rows) == total


def test_marks_that_turn_the_direction_of_writing_are_no_text() -> None:
    rows = [("\u202e广东\u2066", 2), ("浙\u200f江", 1)]
    bars = rows_of(drawn(request((PROVINCE, metric("paid_orders")), list(rows)), "bar"))
    assert [row["f0"] for row in bars] == ["广东", "浙江"]


def test_few_lines_that_end_apart_are_named_where_they_end() -> None:
    spec = drawn(over_time(3, 10), "line")
    assert spec["encoding"]["color"]["legend"] is None
    assert [row["f0"] for row in rows_of(spec) if row["rest"]] == ["渠道3", "渠道2", "渠道1"]
    together = replace(over_time(3, 10), rows=tuple((*r[:2], 5) for r in over_time(3, 10).rows))
    assert drawn(together, "line")["encoding"]["color"]["legend"]


def test_several_measures_have_their_own_base_each() -> None:
    asked = several("paid_amount", "paid_orders")
    bases = tuple(
        metric(name).model_copy(update={"name": f"{name}__prior_period", "role": "comparison"})
        for name in ("paid_amount", "paid_orders")
    )
    rows = tuple((*row, 1_700, 60) for row in asked.rows)
    spec = drawn(replace(asked, columns=(*asked.columns, *bases), rows=rows), "small_multiples")
    assert [rows_of(panel)[0]["v1"] for panel in spec["concat"]] == [1_700, 60]
    assert "灰色虚线是对比期" in spec["title"]["subtitle"]
