"""No result, intent or asked type gets a chart that lies: bare results, and plans of the shop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any, get_args

import altair
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.answer import Chart
from assistant.charts import ChartRequest, infer, recommend
from assistant.charts.chart_types import ChartType
from assistant.charts.request import Intent
from assistant.presentation.cells import cell
from assistant.presentation.presenting import answer_columns, chart_request
from semantic_layer import QueryError, SemanticModel, SemanticQuery, compile_query, plan, resolve
from semantic_layer.loader import load_model
from tests.assistant.chart_cases import ALL_PROVINCES, by_name
from tests.assistant.legal_charts import problems
from tests.semantic_layer.reference.database import catalog_of, run
from tests.semantic_layer.reference.queries import queries
from tests.semantic_layer.reference.shop import Shop
from tests.semantic_layer.reference.tables import shops

MEMBERS: tuple[tuple[str, list[Any]], ...] = (
    ("日期", [f"2026-10-{day:02d}" for day in range(1, 16)]),
    ("month", ["2026-08", "2026-09", "2026-10"]),
    ("年份", [2023, 2024, 2025, 2026]),
    ("省份", list(ALL_PROVINCES)),
    ("星期", ["周三", "周一", "周日", "周二"]),
    ("价格带", ["100元以上", "0-50元", "50-100元"]),
    ("channel", ["天猫", "京东", "![x](http://x/)", "<img src=x>", "其他", ""]),
    ("category", [f"类目{n}" for n in range(30)]),
    ("order_id", [10_001, 10_002, 10_003]),
    ("step", ["浏览", "加购", "下单", "支付"]),
)
MEASURES = (
    *(
        "支付金额",
        "paid_orders",
        "访客数",
        "退款率",
        "net profit",
        "count(*)",
        "上期支付金额",
        "占比",
    ),
    *("forecast", "lower_80", "upper_80", "expected", "target", "contribution", "rank", "库存"),
)
ANY_NUMBER = st.one_of(
    st.none(),
    st.integers(-(10**12), 10**12),
    st.floats(-1e9, 1e9),
    st.sampled_from([0, 0.5, "1,234", "12.5%", "N/A", "-3", float("nan"), float("inf"), 10**400]),
)
POOLS = st.sampled_from(
    [
        st.integers(1, 10**6),
        st.integers(1, 10**6),
        st.floats(0, 1),
        st.integers(-500, 500),
        ANY_NUMBER,
    ]
)
TYPES = {
    "number": st.sampled_from(["number", "DECIMAL(10,2)", ""]),
    "name": st.sampled_from(["string", "", "date"]),
}
ASKED = (
    *(
        "",
        "占比",
        "前5名",
        "趋势",
        "分布",
        "pie chart",
        "画成柱状图",
        "stacked bar chart",
        "面积图",
    ),
    *("画成漏斗图", "on a map", "散点图", "as a table", "waterfall chart of the drivers of change"),
)


def _some(pool: Sequence[Any], counts: Sequence[int]) -> st.SearchStrategy[list[Any]]:
    return st.sampled_from(counts).flatmap(
        lambda count: st.permutations(pool).map(lambda mixed: mixed[:count])
    )


@st.composite
def bare_requests(draw: st.DrawFn) -> ChartRequest:
    """A bare result with names and numbers such as programs hand over."""
    keys = draw(_some(MEMBERS, [1, 1, 1, 1, 2, 2, 0, 3]))
    names = draw(_some(MEASURES, [1, 1, 1, 1, 2, 3, 4, 0]))
    columns: list[dict[str, Any]] = [
        {"name": name, "type": draw(TYPES["name"])} for name, _ in keys
    ]
    for name in names:
        given_parts = {
            "unit": draw(st.sampled_from([None, None, "元", "count", "%", "ratio"])),
            "additivity": draw(st.sampled_from(["additive", "additive", None, "non_additive"])),
        }
        column = {"name": name, "type": draw(TYPES["number"])}
        columns.append(column | {key: value for key, value in given_parts.items() if value})
    axes = [members[: draw(st.sampled_from([len(members), 3, 4, 1]))] for _, members in keys]
    places = list(product(*axes))[: draw(st.sampled_from([60, 4, 60, 300, 1]))]
    if draw(st.integers(0, 9)) == 9:
        places += places[:2]
    pool = draw(st.lists(draw(POOLS), min_size=1, max_size=9))
    rows = [
        [*place, *(pool[(turn * len(names) + n) % len(pool)] for n in range(len(names)))]
        for turn, place in enumerate(places)
    ]
    return infer(
        columns,
        rows,
        intent=draw(st.sampled_from([None, None, *get_args(Intent)])),
        question=draw(st.sampled_from(ASKED)),
        language=draw(st.sampled_from(["zh", "en", None])),
    )


@settings(
    max_examples=1000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(bare_requests())
def test_no_bare_result_gets_a_chart_that_lies(asked: ChartRequest) -> None:
    assert problems(asked, recommend(asked)) == []


@given(bare_requests())
def test_every_chart_of_a_bare_result_is_vega_lite(asked: ChartRequest) -> None:
    for chart in recommend(asked):
        if chart.spec is not None:
            altair.Chart.from_dict(chart.spec, validate=True)


@cache
def shipped() -> SemanticModel:
    return load_model()


@st.composite
def answered(draw: st.DrawFn) -> tuple[SemanticQuery, Shop]:
    query = draw(queries(shipped()))
    return query, draw(shops(shipped(), set(query.metrics)))


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(answered(), st.sampled_from(["zh", "en"]), st.sampled_from([None, *get_args(ChartType)]))
def test_no_plan_over_the_shipped_definitions_gets_a_chart_that_lies(
    case: tuple[SemanticQuery, Shop], language: Any, forced: ChartType | None
) -> None:
    query, shop = case
    try:
        resolved = resolve(query, shop.model, catalog_of(shop), shop.today)
    except QueryError:
        return
    compiled = compile_query(plan(resolved))
    rows = tuple(tuple(map(cell, row)) for row in run(compiled.sql, shop))
    columns = answer_columns(resolved, compiled, rows, language)
    asked = replace(chart_request(resolved, columns, rows, language), forced=forced)
    charts = recommend(asked)
    assert problems(asked, charts) == []
    for chart in charts:
        if chart.spec is not None:
            altair.Chart.from_dict(chart.spec, validate=True)


LENGTH = {"type": "quantitative", "field": "v0", "scale": {"zero": True}}
COLOUR = {"field": "c1", "type": "nominal"}


@pytest.mark.parametrize(
    ("problem", "kind", "spec"),
    [
        ("cropped", "bar", {"mark": "bar", "encoding": {"x": {"type": "quantitative"}}}),
        ("stacks", "bar", {"mark": "bar", "encoding": {"x": LENGTH, "color": COLOUR}}),
        ("stacks", "area", {"mark": "area", "encoding": {"y": {**LENGTH, "stack": "zero"}}}),
        ("whole", "donut", {"mark": {"type": "arc"}, "encoding": {"theta": LENGTH}}),
        ("curved", "line", {"mark": "line", "encoding": {"y": {"scale": {"type": "log"}}}}),
        ("fetch", "bar", {"layer": [{"mark": "image", "encoding": {"url": {"field": "c0"}}}]}),
        ("rest", "bar", {"data": {"values": [{"c0": "其他（3 项）"}]}}),
    ],
)
def test_a_chart_that_lies_is_found_out(problem: str, kind: str, spec: dict[str, Any]) -> None:
    framed = {"title": {"text": "t"}, "description": "d", **spec}
    offered = [
        Chart(rule_id="x", type=kind, why="w", spec=framed),
        Chart(rule_id="x", type="table", why="w"),
    ]
    asked = by_name(4, "refund_rate")
    assert any(problem in found for found in problems(asked, offered))
