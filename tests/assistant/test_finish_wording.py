"""Shares, ranks, top-N, the rest and running numbers as a reader sees them, in both languages."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from assistant.answer import AnswerColumn, Cell
from assistant.presentation import presenting
from assistant.presentation.cells import cell
from assistant.presentation.finish_wording import with_named_rest
from assistant.presentation.summaries import summary
from assistant.presentation.wording import interpretation
from semantic_layer import (
    CompiledQuery,
    ResolvedQuery,
    SemanticQuery,
    compile_query,
    plan,
    resolve,
)
from semantic_layer.planning.query_plan import OTHERS
from tests import toy_shop

Rows = tuple[tuple[Cell, ...], ...]

TOP: dict[str, Any] = {
    "metrics": ["paid_amount"],
    "group_by": ["metric_time__month", "province"],
    "share_of": {"within": ["metric_time__month"]},
    "ranks": True,
    "order_by": [{"name": "paid_amount"}],
    "limit": 1,
    "limit_within": ["metric_time__month"],
    "others": True,
}
DAYS = {"kind": "range", "start": "2024-02-28", "end": "2024-03-06"}


def _resolved(query: dict[str, Any]) -> tuple[ResolvedQuery, CompiledQuery]:
    asked = SemanticQuery.model_validate(query)
    resolved = resolve(asked, toy_shop.model(), toy_shop.catalog(), toy_shop.TODAY)
    return resolved, compile_query(plan(resolved))


def _shown(
    query: dict[str, Any], language: Literal["zh", "en"] = "en"
) -> tuple[ResolvedQuery, tuple[AnswerColumn, ...], Rows]:
    resolved, compiled = _resolved(query)
    rows = tuple(tuple(cell(value) for value in row) for row in toy_shop.rows_of(compiled.sql))
    rows = with_named_rest(resolved.query, rows, language)
    return resolved, presenting.answer_columns(resolved, compiled, rows, language), rows


@pytest.mark.parametrize(
    ("running", "zh", "en"),
    [
        ({}, "支付金额（从首日起累计）", "paid amount (running total from the first day)"),
        ({"to_date": "month"}, "支付金额（当月累计）", "paid amount (month to date)"),
        (
            {"count": 7, "unit": "day"},
            "支付金额（近 7 天合计）",
            "paid amount (7-day rolling total)",
        ),
        (
            {"agg": "average", "count": 7, "unit": "day"},
            "支付金额（近 7 天平均）",
            "paid amount (7-day rolling average)",
        ),
    ],
)
def test_a_running_number_says_which_days_it_holds(
    running: dict[str, Any], zh: str, en: str
) -> None:
    query = {
        "metrics": ["paid_amount"],
        "group_by": ["metric_time__day"],
        "running": running,
        "time": {"kind": "range", "start": "2024-03-06", "end": "2024-03-09"},
    }
    for language, label in (("zh", zh), ("en", en)):
        resolved, columns, rows = _shown(query, language)  # type: ignore[arg-type]
        assert columns[1].label == label
        assert interpretation(resolved, language).startswith(label)  # type: ignore[arg-type]
        assert rows


def test_the_plan_is_restated_with_whole_top_and_rest() -> None:
    resolved, _ = _resolved(TOP)
    assert interpretation(resolved, "zh").endswith(
        "占比：占每个月的合计；附名次；每个月支付金额最高的 1 个；其余合计为一行"
    )
    assert interpretation(resolved, "en").endswith(
        "shares of each month; with ranks; 1 highest by paid amount in each month; "
        "all others in one row"
    )


def test_a_lifted_condition_is_said() -> None:
    where = {"kind": "in", "field": "province", "values": ["浙江省"]}
    query = {"metrics": ["paid_amount"], "where": where, "share_of": {"beyond": ["province"]}}
    resolved, columns, rows = _shown(query, "zh")
    assert "占合计（合计不限省份）" in interpretation(resolved, "zh")
    assert "占比 48.9%" in summary(resolved, columns, rows, "zh")
    assert "(48.9% of the whole)" in summary(resolved, columns, rows, "en")


def test_columns_of_shares_and_ranks_have_labels_units_and_roles() -> None:
    _, columns, _ = _shown(TOP, "zh")
    assert [(c.label, c.unit, c.role, c.type) for c in columns[3:]] == [
        ("支付金额占比", "ratio", "share", "number"),
        ("支付金额名次", None, "rank", "number"),
    ]
    assert [c.role for c in columns[:3]] == ["time", "dimension", "metric"]


def test_a_time_beside_the_rest_is_a_name() -> None:
    query = {key: value for key, value in TOP.items() if key != "limit_within"}
    _, columns, rows = _shown(query | {"share_of": None})
    assert columns[0].role == "dimension"
    assert [row[0] for row in rows] == ["2024-03-01", "others"]


def test_the_rest_is_named_and_a_member_of_that_name_keeps_it() -> None:
    query = SemanticQuery.model_validate(TOP | {"group_by": ["province"], "limit_within": []})
    rows: Rows = (("甲", 5), (OTHERS, 3))
    assert with_named_rest(query, rows, "zh") == (("甲", 5), ("其他", 3))
    rows = (("其他", 5), (OTHERS, 3))
    assert with_named_rest(query, rows, "zh") == (("其他", 5), ("其他（其余合计）", 3))


def test_the_rest_is_never_told_as_the_highest() -> None:
    query = {"metrics": ["paid_orders"], "group_by": ["channel", "province"], "limit": 1}
    resolved, columns, rows = _shown(query | {"others": True})
    (_, province, most), (*_, rest) = rows
    assert isinstance(rest, int)
    assert isinstance(most, int)
    assert rest > most
    assert f"{province} {most}" in summary(resolved, columns, rows, "en")


def test_the_chart_knows_that_shares_are_asked_and_the_rest_completes_them() -> None:
    query = {"metrics": ["paid_amount"], "group_by": ["province"], "share_of": {}}
    for more, complete in (({}, True), ({"limit": 1}, False), ({"limit": 1, "others": True}, True)):
        resolved, columns, rows = _shown(query | more)
        request = presenting.chart_request(resolved, columns, rows, "en")
        assert (request.intent, request.complete) == ("share", complete)


def test_running_numbers_are_never_added_up_by_a_chart() -> None:
    query = {"metrics": ["paid_amount"], "group_by": ["metric_time__day"], "time": DAYS}
    resolved, columns, rows = _shown(query | {"running": {}})
    assert presenting.chart_request(resolved, columns, rows, "en").additivity == {}


def test_shares_that_overlap_are_no_partial_period() -> None:
    query = {"metrics": ["paid_buyers"], "group_by": ["province"], "share_of": {}, "time": DAYS}
    resolved, _ = _resolved(query)
    assert [notice.code for notice in resolved.notices] == ["shares_overlap"]
    assert not presenting.is_partial(resolved)
