"""Folders of MetricFlow definitions: what comes of them, and what is wrong with them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_layer import DefinitionError
from semantic_layer.interchange.metricflow import load_metricflow, saved_queries
from semantic_layer.interchange.metricflow_filters import read_filter
from semantic_layer.model import ConversionMetric, CumulativeMetric, SimpleMetric
from semantic_layer.query import (
    And,
    Compare,
    CompareMetric,
    Filter,
    Grain,
    In,
    IsNull,
    Not,
    Or,
)
from tests.metricflow_shop import DEFINITIONS, SHARED

ORDERS = """
semantic_model:
  name: orders
  node_relation: {alias: orders, schema_name: any}
  defaults: {agg_time_dimension: ordered_at}
  primary_entity: order
  dimensions:
    - {name: ordered_at, type: time, type_params: {time_granularity: day}}
    - {name: is_gift, type: categorical}
  measures:
    - {name: order_count, agg: sum, expr: 1}
---
metric: {name: orders, type: simple, type_params: {measure: order_count}}
"""


def load(folder: Path, *documents: str) -> None:
    (folder / "definitions.yml").write_text("\n---\n".join(documents), encoding="utf-8")
    load_metricflow(folder)


def test_the_newer_form_makes_the_same_metric_as_a_measure() -> None:
    model = load_metricflow(DEFINITIONS, SHARED)
    revenue, cumulative = model.metrics["revenue"], model.metrics["revenue_3_days"]
    assert isinstance(revenue, SimpleMetric)
    assert (revenue.dataset, revenue.agg) == ("orders", "sum")
    assert revenue.agg_time_dimension == "order__ordered_at"
    assert revenue.expr.sql() == "amount"
    assert isinstance(cumulative, CumulativeMetric)
    assert cumulative.input.metric == "revenue"
    conversion = model.metrics["visit_to_order_rate"]
    assert isinstance(conversion, ConversionMetric)
    assert (conversion.base.metric, conversion.conversion.metric) == ("visits", "orders")


def test_the_calendar_comes_from_the_shared_folder_unless_the_folder_has_one(
    tmp_path: Path,
) -> None:
    with pytest.raises(DefinitionError, match="'season', which is not defined"):
        load_metricflow(DEFINITIONS)
    own = shutil.copytree(DEFINITIONS, tmp_path / "own")
    shutil.copy(SHARED / "project_configuration.yml", own)
    for model in (load_metricflow(own), load_metricflow(DEFINITIONS, SHARED)):
        assert [(one.source, one.grain) for one in model.calendars] == [("source.days", Grain.day)]
        assert model.own_unit("season") is not None


def test_a_dimension_goes_by_every_key_of_its_table() -> None:
    model = load_metricflow(DEFINITIONS, SHARED)
    assert {"customer__city", "card__city"} <= set(model.dimensions)
    assert "card__level" in model.dimensions


def test_saved_queries_go_by_their_names() -> None:
    assert saved_queries(DEFINITIONS)["gifts_by_city"].metrics == ("orders",)


METRIC = "metric: {{name: m, type: {type}, type_params: {parameters}}}"


@pytest.mark.parametrize(
    ("document", "code", "named"),
    [
        ("metrics: []", "metricflow_kind_unknown", "'metrics'"),
        ("[1, 2]", "metricflow_kind_unknown", "list"),
        ("metric: {name: m", "metricflow_file_broken", "YAML"),
        ("metric: {name: m, type: simple}", "metricflow_key_missing", "'type_params'"),
        (
            METRIC.format(type="simple", parameters="{measure: order_count, window: 1}"),
            "metricflow_value_wrong",
            "type_params.window",
        ),
        (
            METRIC.format(type="simple", parameters="{measures: order_count}"),
            "metricflow_key_unknown",
            "type_params.measures",
        ),
        (METRIC.format(type="odd", parameters="{}"), "metricflow_value_wrong", "'type'"),
        (METRIC.format(type="simple", parameters="{}"), "metricflow_not_supported", "measure"),
        (
            METRIC.format(type="simple", parameters="{measure: orders_count}"),
            "metricflow_not_supported",
            "'orders_count'",
        ),
        (
            METRIC.format(type="derived", parameters="{expr: a + 1, metrics: [{name: orders}]}"),
            "metricflow_name_unknown",
            "'a'",
        ),
        (
            METRIC.format(type="derived", parameters="{expr: order, metrics: [{name: order}]}"),
            "metricflow_name_unknown",
            "'orders'",
        ),
        (
            METRIC.format(type="derived", parameters="{expr: m, metrics: [{name: m}]}"),
            "metric_cycle",
            "'m'",
        ),
        (
            METRIC.format(
                type="derived",
                parameters="{expr: orders, metrics: [{name: orders, offset_window: 1 moon}]}",
            ),
            "metricflow_name_unknown",
            "'moon'",
        ),
        (
            METRIC.format(
                type="derived",
                parameters="{expr: orders, metrics: [{name: orders, offset_window: a while}]}",
            ),
            "metricflow_not_supported",
            "'a while'",
        ),
        (
            METRIC.format(
                type="cumulative",
                parameters="{measure: order_count, cumulative_type_params: {window: 2 moons}}",
            ),
            "metricflow_not_supported",
            "'moons'",
        ),
        (
            METRIC.format(
                type="ratio",
                parameters="{numerator: orders, denominator: {name: orders, "
                "filter: \"{{ Dimension('order__city') }} = 'x'\"}}",
            ),
            "metricflow_name_unknown",
            "'order__city'",
        ),
        (
            METRIC.format(
                type="simple",
                parameters="{metric_aggregation_params: {semantic_model: order, agg: sum}}",
            ),
            "metricflow_not_supported",
            "'order'",
        ),
        (
            METRIC.format(
                type="simple",
                parameters="{metric_aggregation_params: {semantic_model: orders, agg: percentile}}",
            ),
            "metricflow_not_supported",
            "percentile",
        ),
        (
            METRIC.format(
                type="simple",
                parameters="{metric_aggregation_params: {semantic_model: orders, agg: sum, "
                'expr: "(SELECT 1)"}}',
            ),
            "metricflow_not_supported",
            "(SELECT 1)",
        ),
        (
            METRIC.format(type="derived", parameters="{expr: orders, metrics: [{name: orders}]}")
            + "\n---\n"
            + METRIC.replace("name: m", "name: n").format(
                type="cumulative",
                parameters="{cumulative_type_params: {metric: {name: m}}}",
            ),
            "metricflow_not_supported",
            "simple metrics",
        ),
    ],
)
def test_a_problem_is_told_with_its_place_and_cure(
    tmp_path: Path, document: str, code: str, named: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        load(tmp_path, ORDERS, document)
    (issue,) = caught.value.issues
    assert issue.code == code
    assert named in issue.message.en
    assert (issue.where or "").startswith("definitions.yml:")
    assert issue.message.zh != issue.message.en


def test_the_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yml").write_text(f"metric: {{name: {name}}}", encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_metricflow(tmp_path)
    assert {issue.where for issue in caught.value.issues} == {"a.yml:1", "b.yml:1"}


CITY = Compare(field="customer__city", operator="=", value="x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ Dimension('customer__city') }} = 'x'", CITY),
        ("'x' = {{ Dimension(\"customer__city\") }}", CITY),
        ("NOT {{ Dimension('customer__city') }} = 'x'", Not(part=CITY)),
        (
            "{{ Dimension('customer__city') }} = 'x' OR {{ Entity('customer') }} IS NULL",
            Or(parts=(CITY, IsNull(field="customer"))),
        ),
        (
            "{{ Dimension('order__is_gift') }}",
            Compare(field="order__is_gift", operator="=", value=True),
        ),
        ("{{ Dimension('order__is_gift') }} IS NOT NULL", Not(part=IsNull(field="order__is_gift"))),
        (
            "{{ Dimension('city', entity_path=['customer']) }} IN ('x', 'y')",
            In(field="customer__city", values=("x", "y")),
        ),
        (
            "{{ Dimension('customer__joined_at').grain('MONTH') }} = '2025-01-01'",
            Compare(field="customer__joined_at__month", operator="=", value="2025-01-01"),
        ),
        (
            "{{ TimeDimension('metric_time', 'day') }} BETWEEN 'a' AND 'b'",
            And(
                parts=(
                    Compare(field="metric_time__day", operator=">=", value="a"),
                    Compare(field="metric_time__day", operator="<=", value="b"),
                )
            ),
        ),
        (
            "{{ TimeDimension('metric_time', date_part_name='dow') }} < 6",
            Compare(field="metric_time__extract_dow", operator="<", value=6),
        ),
        (
            "3 < {{ Metric('orders', group_by=['customer']) }}",
            CompareMetric(metric="orders", by=("customer",), operator=">", value=3),
        ),
    ],
)
def test_a_filter_is_read(text: str, expected: Filter) -> None:
    assert read_filter(text, "here") == expected


@given(st.text(alphabet="{}()'\",.=<> Dimensoxgraty1_ANDORT", max_size=60))
def test_any_text_is_a_filter_or_is_refused(text: str) -> None:
    try:
        read_filter(text, "here")
    except DefinitionError as error:
        codes = {issue.code for issue in error.issues}
    else:
        codes = {"filter_not_supported"}
    assert codes == {"filter_not_supported"}


@given(st.text())
def test_a_quoted_text_is_only_a_value(text: str) -> None:
    quoted = text.replace("'", "''")
    try:
        found = read_filter(f"{{{{ Dimension('customer__city') }}}} = '{quoted}'", "here")
    except DefinitionError:
        assert "{{" in text or "\\" in text or "\x00" in text
    else:
        assert found == Compare(field="customer__city", operator="=", value=text)
