"""The keys of the other kinds of metrics: what they become in the model, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from semantic_layer import DefinitionError
from semantic_layer.loader import load_model
from semantic_layer.loading.fragments import FORMULA_FUNCTIONS, parse_formula
from semantic_layer.loading.spans import parse_span
from semantic_layer.model import (
    ConversionMetric,
    CumulativeMetric,
    DerivedMetric,
    MetricInput,
    Percentile,
    Place,
    RatioMetric,
    SemiAdditive,
    SimpleMetric,
    Span,
)
from semantic_layer.query import Compare, Grain, In
from tests.semantic_layer.definition_texts import DATASET, folder, line_of, metric, only
from tests.semantic_layer.kind_texts import CONVERSION, CUMULATIVE, DERIVED, RATIO_OF, VISITS

HERE = Place("x.yml", 3)


def load(tmp_path: Path, entry: str, **files: str) -> object:
    models = folder(tmp_path, orders=DATASET + metric("amount") + entry, **files)
    return load_model(models).metrics["one"]


def test_a_formula_knows_its_inputs(tmp_path: Path) -> None:
    inputs = "[amount, {metric: amount, alias: before, offset: 1 month}]"
    derived = load(
        tmp_path, metric("one", **DERIVED, expr="(amount - before) / before", inputs=inputs)
    )
    assert isinstance(derived, DerivedMetric)
    assert derived.formula.sql("duckdb") == "(amount - before) / NULLIF(before, 0)"
    assert derived.inputs == (
        MetricInput("amount", keeps_rows=True),
        MetricInput("amount", alias="before", offset=Span(1, Grain.month), keeps_rows=True),
    )


def test_an_input_of_a_ratio_may_be_filtered(tmp_path: Path) -> None:
    numerator = "{metric: amount, where: {kind: in, field: province, values: [浙江省]}}"
    ratio = load(tmp_path, metric("one", **RATIO_OF | {"numerator": numerator}))
    assert isinstance(ratio, RatioMetric)
    assert ratio.numerator.where == In(field="province", values=("浙江省",))
    assert ratio.denominator.where is None


@pytest.mark.parametrize(
    ("keys", "window", "to_date"),
    [
        ({"window": "7 days"}, Span(7, Grain.day), None),
        ({"to_date": "month"}, None, Grain.month),
        ({"to_date": "fiscal_month"}, None, "fiscal_month"),
        ({}, None, None),
    ],
)
def test_a_running_value_has_a_window_a_start_or_neither(
    tmp_path: Path, keys: dict[str, str], window: Span | None, to_date: object
) -> None:
    calendar = "calendar: mart.calendar\ncolumn: day\nunits: {fiscal_month: period}\n"
    entry = metric("one", **CUMULATIVE, **keys)
    running = load(tmp_path, entry, calendar=calendar)
    assert isinstance(running, CumulativeMetric)
    assert (running.window, running.to_date) == (window, to_date)
    assert running.period_agg == "last"


def test_a_conversion_pairs_events_of_an_entity(tmp_path: Path) -> None:
    keys = {"window": "7 days", "constant_properties": "[{base: device, conversion: province}]"}
    conversion = load(tmp_path, metric("one", **CONVERSION, **keys), visits=VISITS)
    assert isinstance(conversion, ConversionMetric)
    assert conversion.entity == "order"
    assert conversion.constants == (("device", "province"),)
    assert conversion.window == Span(7, Grain.day)
    assert conversion.calculation == "rate"


@pytest.mark.parametrize(("choice", "moment"), [("last", "max"), ("first", "min"), ("max", "max")])
def test_a_level_has_a_moment(tmp_path: Path, choice: str, moment: str) -> None:
    level = f"{{dimension: created_at, choice: {choice}, groupings: [province]}}"
    one = load(tmp_path, metric("one", semi_additive=level, additivity="semi_additive"))
    assert isinstance(one, SimpleMetric)
    assert one.semi_additive is not None
    assert one.semi_additive.choice == moment
    assert one.semi_additive == SemiAdditive(
        "created_at", one.semi_additive.choice, ("province",), before_filters=True
    )
    assert one.fill is None


def test_a_percentile_has_a_fraction(tmp_path: Path) -> None:
    keys = {"agg": "percentile", "percentile": "{fraction: 0.9, discrete: true}"}
    one = load(tmp_path, metric("one", **keys, additivity="non_additive"))
    assert isinstance(one, SimpleMetric)
    assert one.percentile == Percentile(0.9, discrete=True)


@pytest.mark.parametrize(
    ("keys", "fill", "quiet"),
    [
        ({}, 0, True),
        ({"fill_nulls_with": "null", "quiet_periods": "false"}, None, False),
        ({"agg": "average", "additivity": "non_additive"}, None, True),
        ({"agg": "max", "additivity": "non_additive", "fill_nulls_with": "7"}, 7, True),
    ],
)
def test_what_nothing_is_can_be_said(
    tmp_path: Path, keys: dict[str, str], fill: int | None, quiet: bool
) -> None:
    one = load(tmp_path, metric("one", **keys))
    assert isinstance(one, SimpleMetric)
    assert (one.fill, one.quiet_periods) == (fill, quiet)


def test_a_metric_may_be_filtered_by_what_its_rows_reach(tmp_path: Path) -> None:
    where = '{kind: compare, field: province, operator: "=", value: 浙江省}'
    one = load(tmp_path, metric("one", where=where))
    assert isinstance(one, SimpleMetric)
    assert one.where == Compare(field="province", operator="=", value="浙江省")


def test_a_dataset_that_changes_over_time_says_since_when(tmp_path: Path) -> None:
    text = DATASET.replace("type: primary", "type: natural").replace(
        "dimensions:\n", "validity: {start: valid_from, end: valid_to}\ndimensions:\n"
    )
    validity = load_model(folder(tmp_path, orders=text)).datasets["orders"].validity
    assert validity is not None
    assert (validity.start.sql(), validity.end.sql()) == ("valid_from", "valid_to")


def test_a_time_may_be_that_of_a_daily_copy(tmp_path: Path) -> None:
    text = DATASET.replace("type: time, grain: hour,", "type: time, grain: hour, partition: true,")
    dataset = load_model(folder(tmp_path, orders=text)).datasets["orders"]
    assert [one.name for one in dataset.partitions] == ["created_at"]


def test_a_calendar_brings_units_of_its_own(tmp_path: Path) -> None:
    shift = "date_trunc('month', day + interval 6 day)"
    calendar = f"calendar: mart.days\ncolumn: day\nunits:\n  fiscal_month: {shift}\n"
    hours = "calendar: mart.hours\ncolumn: hour\ngrain: hour\n"
    model = load_model(folder(tmp_path, orders=DATASET, calendar=calendar, hours=hours))
    assert {table.grain: table.source for table in model.calendars} == {
        Grain.day: "mart.days",
        Grain.hour: "mart.hours",
    }
    own = model.own_unit("fiscal_month")
    assert own is not None
    assert own.unit_expr("fiscal_month").sql("duckdb") == (
        "DATE_TRUNC('MONTH', day + INTERVAL '6' DAY)"
    )


def test_two_calendars_of_one_grain_are_one_too_many(tmp_path: Path) -> None:
    calendar = "calendar: mart.days\ncolumn: day\n"
    issue = only(folder(tmp_path, orders=DATASET, a=calendar, b=calendar))
    assert (issue.code, issue.where) == ("defined_twice", "b.yml:1")


@pytest.mark.parametrize(
    ("keys", "code", "at", "hint"),
    [
        (
            DERIVED | {"expr": "amount + costs", "inputs": "[amount]"},
            "formula_name_unknown",
            "expr",
            "'costs'",
        ),
        (
            DERIVED | {"expr": "amount", "inputs": "[amount, placed_orders]"},
            "input_unused",
            "expr",
            "'placed_orders'",
        ),
        (
            DERIVED | {"expr": "amount", "inputs": "[amount, amount]"},
            "input_twice",
            "inputs",
            "alias",
        ),
        (
            DERIVED | {"expr": "sum(amount)", "inputs": "[amount]"},
            "expression_not_allowed",
            "expr",
            "aggregate",
        ),
        (
            DERIVED | {"expr": "upper(amount)", "inputs": "[amount]"},
            "expression_not_allowed",
            "expr",
            "greatest",
        ),
        (
            DERIVED | {"expr": "(select amount)", "inputs": "[amount]"},
            "expression_not_allowed",
            "expr",
            "subquery",
        ),
        (
            DERIVED | {"expr": "amount in (1)", "inputs": "[amount]"},
            "expression_not_allowed",
            "expr",
            "greatest",
        ),
        (
            DERIVED | {"expr": "2 * 3", "inputs": "[amount]"},
            "expression_without_column",
            "expr",
            "column",
        ),
        (DERIVED | {"expr": "amount", "inputs": "[]"}, "value_empty", "inputs", "'inputs'"),
        (
            DERIVED | {"expr": "amount", "inputs": "[{metric: amount, offset: 1 moon}]"},
            "span_broken",
            "inputs",
            "7 days",
        ),
        (
            DERIVED | {"expr": "amount", "inputs": "[{metric: amount, ofset: 1 day}]"},
            "key_unknown",
            "inputs",
            "'offset'",
        ),
        (CUMULATIVE | {"window": "'7'"}, "span_broken", "window", "7 days"),
        (CUMULATIVE | {"window": "0 days"}, "span_broken", "window", "7 days"),
        (
            CUMULATIVE | {"window": "7 days", "to_date": "month"},
            "window_and_to_date",
            "to_date",
            "trailing",
        ),
        (CUMULATIVE | {"period_agg": "sum"}, "value_unknown", "period_agg", "'average'"),
        (
            CUMULATIVE | {"input": "{metric: amount, offset: 1 day}"},
            "key_unknown",
            "input",
            "'offset'",
        ),
        (
            {"semi_additive": "{dimension: created_at, choice: middle}"},
            "value_unknown",
            "semi_additive",
            "'last'",
        ),
        (
            {"agg": "percentile", "percentile": "{fraction: 90}"},
            "value_too_large",
            "percentile",
            "1",
        ),
        (
            {"agg": "percentile", "percentile": "{fraction: most}"},
            "value_of_wrong_kind",
            "percentile",
            "a number",
        ),
        ({"where": "{kind: like, field: province}"}, "value_unknown", "where", "'is_null'"),
        ({"where": "{field: province}"}, "key_missing", "where", "'kind'"),
        ({"where": "{kind: in, field: province, values: []}"}, "value_empty", "where", "'values'"),
    ],
)
def test_a_wrong_entry_is_told_by_line(
    tmp_path: Path, keys: dict[str, str], code: str, at: str, hint: str
) -> None:
    text = DATASET + metric("amount") + metric("one", **keys)
    issue = only(folder(tmp_path, orders=text))
    assert issue.code == code
    assert hint in issue.message.en
    start = line_of(text, "- name: one")
    below = text.splitlines()[start:]
    offset = next(n for n, line in enumerate(below, 1) if line.startswith(f"    {at}:"))
    assert issue.where == f"orders.yml:{start + offset}"


@given(st.text(min_size=1))
def test_any_text_as_formula_is_arithmetic_over_inputs_or_an_issue(text: str) -> None:
    try:
        tree = parse_formula(text, ("a", "b"), HERE)
    except DefinitionError as error:
        wheres = {issue.where for issue in error.issues}
    else:
        assert {column.name for column in tree.find_all(exp.Column)} == {"a", "b"}
        return
    assert wheres == {"x.yml:3"}


@pytest.mark.parametrize(
    "formula",
    [
        "a / b",
        "a / (b - a)",
        "greatest(a, b) - least(a, b)",
        "case when b > 0 and a is not null then round(a / b, 2) else abs(-a) end",
        "coalesce(a, 0) * 100 / nullif(b, 0)",
        "if(a >= b, a, b)",
    ],
)
def test_a_formula_survives_being_written_and_read_again(formula: str) -> None:
    written = parse_formula(formula, ("a", "b"), HERE).sql("duckdb")
    assert parse_formula(written, ("a", "b"), HERE).sql("duckdb") == written


def test_each_function_of_a_formula_can_be_used() -> None:
    calls = {
        "case": "case when a > 0 then a end",
        "if": "if(a > 0, a, 0)",
        "round": "round(a, 2)",
        "abs": "abs(a)",
    }
    for name in FORMULA_FUNCTIONS:
        parse_formula(calls.get(name, f"{name}(a, 0)"), ("a",), HERE)


@given(st.integers(1, 9999), st.sampled_from(["day", "week", "month", "quarter", "year", "hour"]))
def test_spans_are_read_in_singular_and_plural(count: int, unit: str) -> None:
    expected = Span(count, Grain(unit))
    assert parse_span(f"{count} {unit}", HERE) == parse_span(f"{count}  {unit.upper()}S", HERE)
    assert parse_span(f"{count} {unit}", HERE) == expected


@given(st.text())
def test_any_text_as_a_span_is_one_or_an_issue(text: str) -> None:
    try:
        span = parse_span(text, HERE)
    except DefinitionError as error:
        codes = [issue.code for issue in error.issues]
    else:
        assert span.count > 0
        return
    assert codes == ["span_broken"]
