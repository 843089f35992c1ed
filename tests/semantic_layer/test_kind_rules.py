"""One test for each rule that the other kinds of metrics must keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from semantic_layer import Catalog, Issue, SourceTable
from semantic_layer.loader import load_model
from semantic_layer.validation import validate_model
from tests.semantic_layer.definition_texts import DATASET, folder, issues_of, line_of, metric
from tests.semantic_layer.kind_texts import CONVERSION, CUMULATIVE, DERIVED, RATIO_OF, VISITS

LEVEL = "{dimension: created_at, choice: last}"
CUSTOMERS = """\
dataset: customers
source: mart.customers
grain: one row per buyer
label: {zh: 客户, en: customers}
export_name: {zh: 客户导出, en: customer export}
entities:
  - {name: customer, type: primary, expr: buyer_id}
dimensions:
  - {name: gender, type: categorical, label: {zh: 性别, en: gender}}
  - {name: phone, type: categorical, personal: true, label: {zh: 手机号, en: phone}}
"""
WITH_CUSTOMER = DATASET.replace(
    "dimensions:\n", "  - {name: customer, type: foreign, expr: buyer_id}\ndimensions:\n", 1
)


def found(tmp_path: Path, code: str, *entries: str, **files: str) -> Issue:
    """The one issue of that code, at the entry called `one`."""
    text = files.pop("orders", DATASET) + metric("amount") + "".join(entries)
    models = folder(tmp_path, orders=text, visits=VISITS, **files)
    (issue,) = issues_of(models)
    assert issue.code == code
    assert issue.where == f"orders.yml:{line_of(text, '- name: one')}"
    assert any("\u4e00" <= letter <= "\u9fff" for letter in issue.message.zh)
    return issue


DERIVED_OF = DERIVED | {"expr": "costs", "inputs": "[{metric: amont, alias: costs}]"}


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        (DERIVED_OF, "inputs"),
        (CUMULATIVE | {"input": "amont"}, "input"),
        (CONVERSION | {"base": "amont"}, "base"),
        (CONVERSION | {"conversion": "amont"}, "conversion"),
        (RATIO_OF | {"numerator": "amont"}, "numerator"),
        (
            {"where": "{kind: compare_metric, metric: amont, by: [province], "
             "operator: '>', value: 1}"},
            "where",
        ),
    ],
)  # fmt: skip
def test_inputs_of_every_kind_lead_to_metrics(
    tmp_path: Path, keys: dict[str, str], key: str
) -> None:
    issue = found(tmp_path, "metric_unknown", metric("one", **keys))
    assert key in issue.message.en
    assert "amount" in issue.suggestions


def test_no_kind_of_metric_is_made_of_itself(tmp_path: Path) -> None:
    measured = "{kind: compare_metric, metric: two, by: [province], operator: '>', value: 1}"
    text = (
        DATASET
        + metric("one", where=measured)
        + metric("two", **CUMULATIVE | {"input": "one"})
        + metric("three", **DERIVED | {"expr": "two", "inputs": "[two]"})
    )
    issues = issues_of(folder(tmp_path, orders=text))
    assert [(issue.code, issue.where) for issue in issues] == [
        ("metric_cycle", f"orders.yml:{line_of(text, '- name: one')}"),
        ("metric_cycle", f"orders.yml:{line_of(text, '- name: two')}"),
    ]


@pytest.mark.parametrize(
    ("source", "keys", "code"),
    [
        (RATIO_OF, CUMULATIVE, "input_not_simple"),
        (RATIO_OF, CONVERSION | {"conversion": "amount"}, "input_not_simple"),
        ({"semi_additive": LEVEL, "additivity": "semi_additive"}, CUMULATIVE, "level_accumulated"),
        (
            {"agg": "average", "additivity": "non_additive"},
            CONVERSION | {"conversion": "amount"},
            "conversion_not_counted",
        ),
    ],
)
def test_rows_that_are_accumulated_or_paired_are_those_of_events(
    tmp_path: Path, source: dict[str, str], keys: dict[str, str], code: str
) -> None:
    parts = {"numerator": "placed_orders", "denominator": "placed_orders"}
    changed = source | parts if source is RATIO_OF else source
    text = DATASET + metric("amount", **changed) + metric("one", **keys)
    issues = issues_of(folder(tmp_path, orders=text, visits=VISITS))
    assert [issue.code for issue in issues] == [code]


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"semi_additive": "{dimension: paid_at, choice: last}"}, "time_dimension_unknown"),
        ({"semi_additive": "{dimension: province, choice: last}"}, "time_dimension_unknown"),
        ({}, "level_without_moment"),
        (
            {"semi_additive": "{dimension: created_at, choice: last, groupings: [device]}"},
            "field_unreachable",
        ),
    ],
)
def test_a_level_has_a_time_of_its_dataset(tmp_path: Path, keys: dict[str, str], code: str) -> None:
    found(tmp_path, code, metric("one", additivity="semi_additive", **keys))


@pytest.mark.parametrize(
    "keys", [{"agg": "percentile"}, {"agg": "median", "percentile": "{fraction: 0.5}"}]
)
def test_a_percentile_says_which_and_nothing_else_does(
    tmp_path: Path, keys: dict[str, str]
) -> None:
    found(tmp_path, "percentile_unfit", metric("one", additivity="non_additive", **keys))


def test_a_conversion_needs_its_entity_on_both_sides(tmp_path: Path) -> None:
    keys = CONVERSION | {"entity": "customer"}
    text = WITH_CUSTOMER + metric("one", **keys)
    issues = issues_of(folder(tmp_path, orders=text, visits=VISITS, customers=CUSTOMERS))
    assert [(issue.code, issue.suggestions) for issue in issues] == [
        ("conversion_entity_unknown", ("order",))
    ]


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ("[{base: province, conversion: nowhere}]", "field_unknown"),
        ("[{base: device, conversion: device}]", "field_unreachable"),
    ],
)
def test_properties_of_a_conversion_are_those_of_their_side(
    tmp_path: Path, properties: str, code: str
) -> None:
    found(tmp_path, code, metric("one", **CONVERSION, constant_properties=properties))


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("provinse", "field_unknown"),
        ("device", "field_unreachable"),
        ("phone", "field_unreachable"),
    ],
)
@pytest.mark.parametrize("at", ["metric", "input", "derived"])
def test_filters_reach_their_fields(tmp_path: Path, field: str, code: str, at: str) -> None:
    where = f"{{kind: is_null, field: {field}}}"
    entry = {
        "metric": metric("one", where=where),
        "input": metric("one", **CUMULATIVE | {"input": f"{{metric: amount, where: {where}}}"}),
        "derived": metric("one", **DERIVED, expr="amount", inputs="[amount]", where=where),
    }[at]
    found(tmp_path, code, entry, orders=WITH_CUSTOMER, customers=CUSTOMERS)


def test_a_filter_reached_by_two_paths_is_refused(tmp_path: Path) -> None:
    second = "  - {name: payer, type: foreign, expr: payer_id}\n"
    text = WITH_CUSTOMER.replace("dimensions:\n", second + "dimensions:\n", 1)
    customers = CUSTOMERS.replace(
        "dimensions:\n", "  - {name: payer, type: unique, expr: payer_id}\ndimensions:\n"
    )
    entry = metric("one", where="{kind: is_null, field: gender}")
    issue = found(tmp_path, "field_unreachable", entry, orders=text, customers=customers)
    assert "several" in issue.message.en


@pytest.mark.parametrize("unit", ["fiscal_month", "day", "hour", "moon"])
def test_a_start_is_that_of_a_known_unit(tmp_path: Path, unit: str) -> None:
    issue = found(tmp_path, "unit_unknown", metric("one", **CUMULATIVE, to_date=unit))
    assert "month" in issue.message.en


def test_hours_need_a_calendar_of_hours(tmp_path: Path) -> None:
    found(tmp_path, "calendar_missing", metric("one", **CUMULATIVE, window="3 hours"))
    hours = "calendar: mart.hours\ncolumn: hour\ngrain: hour\n"
    assert "one" in load_model(folder(tmp_path, hours=hours)).metrics


@pytest.mark.parametrize("offset", ["offset: 1 month", "to_grain: month"])
def test_a_value_since_a_unit_of_one_s_own_is_not_seen_from_another_time(
    tmp_path: Path, offset: str
) -> None:
    running = metric("fiscal", **CUMULATIVE, to_date="fiscal_month")
    inputs = f"[{{metric: fiscal, {offset}}}]"
    calendar = "calendar: mart.calendar\ncolumn: day\nunits: {fiscal_month: period}\n"
    entry = metric("one", **DERIVED, expr="fiscal", inputs=inputs)
    found(tmp_path, "own_unit_shifted", running, entry, calendar=calendar)


@pytest.mark.parametrize("unit", ["month", "dow", "Fiscal", "fiscal__month"])
def test_a_unit_of_a_calendar_has_a_name_of_its_own(tmp_path: Path, unit: str) -> None:
    calendar = f"calendar: mart.calendar\ncolumn: day\nunits: {{{unit}: period}}\n"
    (issue,) = issues_of(folder(tmp_path, orders=DATASET, calendar=calendar))
    assert (issue.code, issue.where) == ("unit_name_taken", "calendar.yml:1")


def test_a_natural_entity_and_a_validity_need_each_other(tmp_path: Path) -> None:
    natural = DATASET.replace("type: primary", "type: natural")
    (issue,) = issues_of(folder(tmp_path, orders=natural))
    assert issue.code == "validity_missing"
    validity = "validity: {start: a, end: b}\ndimensions:\n"
    (issue,) = issues_of(folder(tmp_path, orders=DATASET.replace("dimensions:\n", validity)))
    assert issue.code == "natural_entity_missing"


LINEAR = "(amount - costs) * 100 / 7"
BOTH = "[amount, {metric: amount, alias: costs}]"


@pytest.mark.parametrize(
    ("keys", "most"),
    [
        (DERIVED | {"expr": LINEAR, "inputs": BOTH}, "additive"),
        (DERIVED | {"expr": "amount / costs", "inputs": BOTH}, "non_additive"),
        (DERIVED | {"expr": "amount * costs", "inputs": BOTH}, "non_additive"),
        (DERIVED | {"expr": "amount + costs + 1", "inputs": BOTH}, "non_additive"),
        (DERIVED | {"expr": "coalesce(amount, costs)", "inputs": BOTH}, "non_additive"),
        (
            DERIVED | {"expr": "amount", "inputs": "[{metric: amount, to_grain: month}]"},
            "semi_additive",
        ),
        (CUMULATIVE | {"window": "7 days"}, "semi_additive"),
        (CUMULATIVE | {"input": "placed_orders"}, "semi_additive"),
        (CONVERSION, "non_additive"),
        (CONVERSION | {"calculation": "conversions"}, "additive"),
        (RATIO_OF, "non_additive"),
    ],
)
def test_no_kind_adds_up_further_than_its_formula(
    tmp_path: Path, keys: dict[str, str], most: str
) -> None:
    order = ["non_additive", "semi_additive", "additive"]
    for claimed in order:
        text = DATASET + metric("amount") + metric("one", **keys | {"additivity": claimed})
        models = folder(tmp_path, orders=text, visits=VISITS)
        if order.index(claimed) <= order.index(most):
            assert load_model(models).metrics["one"].additivity == claimed
        else:
            (issue,) = issues_of(models)
            assert (issue.code, issue.suggestions) == ("additivity_wrong", (most,))


def test_a_missing_input_is_told_once_not_by_every_rule(tmp_path: Path) -> None:
    text = (
        DATASET
        + metric("one", **CUMULATIVE | {"input": "nowhere"})
        + metric("two", **DERIVED | {"expr": "one", "inputs": "[one]"})
        + metric("three", **RATIO_OF | {"numerator": "two", "denominator": "two"})
    )
    assert [issue.code for issue in issues_of(folder(tmp_path, orders=text))] == ["metric_unknown"]


CATALOG = Catalog(
    {
        "mart.orders": SourceTable(
            {"order_key": "VARCHAR", "created_at": "DATE", "province": ""}, {}
        ),
        "mart.calendar": SourceTable({"day": "DATE", "period": "VARCHAR"}, {}),
    }
)


@pytest.mark.parametrize(
    ("old", "new", "code", "near"),
    [
        ("mart.calendar", "mart.calender", "source_unknown", "mart.calendar"),
        ("column: day", "column: days", "column_unknown", "day"),
        ("period}", "periode}", "column_unknown", "period"),
    ],
)
def test_a_calendar_reads_what_the_warehouse_has(
    tmp_path: Path, old: str, new: str, code: str, near: str
) -> None:
    calendar = "calendar: mart.calendar\ncolumn: day\nunits: {fiscal_month: period}\n"
    fits = load_model(folder(tmp_path, orders=DATASET, calendar=calendar))
    assert validate_model(fits, CATALOG) == ()
    wrong = load_model(folder(tmp_path, orders=DATASET, calendar=calendar.replace(old, new)))
    (issue,) = validate_model(wrong, CATALOG)
    line = line_of(calendar, "units") if "period" in old else 1
    assert (issue.code, issue.where, issue.suggestions[0]) == (code, f"calendar.yml:{line}", near)


def test_a_validity_reads_columns_that_exist(tmp_path: Path) -> None:
    text = DATASET.replace("type: primary", "type: natural").replace(
        "dimensions:\n", "validity: {start: created_at, end: until}\ndimensions:\n"
    )
    (issue,) = validate_model(load_model(folder(tmp_path, orders=text)), CATALOG)
    assert (issue.code, issue.where) == (
        "column_unknown",
        f"orders.yml:{line_of(text, 'validity:')}",
    )
