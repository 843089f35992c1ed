"""What a plan tells its chart: the purpose, the real days of a comparison, orders, places, rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant.charts import ChartRequest, recommend
from assistant.presentation import presenting
from assistant.presentation.cells import cell
from assistant.presentation.finish_wording import with_named_rest
from semantic_layer import SemanticModel, SemanticQuery, compile_query, plan, resolve
from tests import toy_shop

DAYS = {"kind": "range", "start": "2025-02-03", "end": "2025-02-10"}
MONTHS = {"kind": "range", "start": "2024-12-01", "end": "2025-03-01"}


def declared(model: SemanticModel) -> SemanticModel:
    """The model, its provinces being places and its channels in a fixed order."""
    more: dict[str, dict[str, Any]] = {
        "province": {"region": "province"},
        "channel": {"order": ("天猫", "京东")},
    }
    datasets = {
        name: replace(
            dataset,
            dimensions={
                key: replace(dimension, **more.get(key, {}))
                for key, dimension in dataset.dimensions.items()
            },
        )
        for name, dataset in model.datasets.items()
    }
    return replace(model, datasets=datasets)


def request(**query: Any) -> ChartRequest:
    """The chart request of a query over the toy shop with these declarations."""
    model = declared(toy_shop.model())
    asked = SemanticQuery.model_validate({"metrics": ["paid_amount"], **query})
    resolved = resolve(asked, model, toy_shop.catalog(), toy_shop.TODAY)
    compiled = compile_query(plan(resolved), "duckdb")
    found = toy_shop.rows_of(compiled.sql)
    rows = tuple(tuple(cell(value) for value in row) for row in found)
    rows = with_named_rest(resolved.query, rows, "zh")
    columns = presenting.answer_columns(resolved, compiled, rows, "zh")
    return presenting.chart_request(resolved, columns, rows, "zh")


@pytest.mark.parametrize(
    ("compare", "first"),
    [
        ("prior_period", "2025-02-02"),
        ("same_weekday", "2025-01-27"),
        ("same_period_last_year", "2024-02-03"),
    ],
)
def test_each_day_knows_the_day_that_it_is_set_against(compare: str, first: str) -> None:
    asked = request(group_by=["metric_time__day"], time=DAYS, compare=compare)
    assert asked.intent == "compare_period"
    assert asked.counterparts["2025-02-03"] == first


def test_a_month_is_set_against_a_whole_month() -> None:
    asked = request(group_by=["metric_time__month"], time=MONTHS, compare="prior_period")
    assert asked.counterparts["2025-01-01"] == "2024-12-01"


def test_the_chart_of_a_comparison_shows_both_days() -> None:
    asked = request(group_by=["metric_time__day"], time=DAYS, compare="same_weekday")
    chart = recommend(asked)[0]
    assert chart.rule_id == "T8"
    assert chart.spec is not None
    shown = chart.spec["data"]["values"][0]
    assert (shown["p"], shown["p1"]) == ("2025年2月3日", "2025年1月27日")


def test_without_periods_nothing_is_set_against_a_day() -> None:
    assert request(group_by=["province"], time=DAYS, compare="prior_period").counterparts == {}


def test_declared_orders_and_places_reach_the_chart() -> None:
    asked = request(group_by=["province", "channel"])
    assert asked.regions == {"province": "province"}
    assert asked.orders == {"channel": ("天猫", "京东")}


def test_the_row_of_the_rest_is_known_by_its_name() -> None:
    query: dict[str, Any] = {"group_by": ["province"], "order_by": [{"name": "paid_amount"}]}
    assert request(**query, limit=1, others=True).rest == "其他"
    assert request(**query, limit=1).rest is None
