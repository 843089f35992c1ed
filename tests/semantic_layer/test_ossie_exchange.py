"""An export to Ossie and back is the same model; what it says in SQL gives the same numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from hypothesis import given, settings

from semantic_layer import DefinitionError, SemanticModel, SemanticQuery
from semantic_layer.interchange.ossie_definitions import yaml_of
from semantic_layer.interchange.ossie_entries import ModelEntry
from semantic_layer.interchange.ossie_export import export_model
from semantic_layer.interchange.ossie_import import read_ossie
from semantic_layer.interchange.ossie_losses import EVERYWHERE
from semantic_layer.loader import load_model
from semantic_layer.model import SimpleMetric
from tests import toy_shop
from tests.semantic_layer.ossie_models import exchanged, models, placeless

Entry = dict[str, Any]
EMPTY = SemanticModel({}, {})


def document_of(model: SemanticModel) -> Entry:
    return export_model(model).document


def parts_of(document: Entry) -> Iterator[Entry]:
    """Everything in a document that may carry extensions."""
    yield document
    for dataset in document["datasets"]:
        yield from (dataset, *dataset["fields"])
    yield from document["metrics"]


def expression_of(entry: Entry) -> str:
    (one,) = entry["expression"]["dialects"]
    assert one["dialect"] == "ANSI_SQL"
    return str(one["expression"])


@pytest.mark.parametrize("model", [load_model(), toy_shop.model()], ids=["shipped", "toy"])
def test_an_export_comes_back_as_the_same_model(model: SemanticModel) -> None:
    back, found = exchanged(model)
    assert placeless(back) == placeless(model)
    assert found.left_out == ()
    roles = model.access_policy.roles if model.access_policy is not None else {}
    told = [one.text.en for one in found.assumed]
    assert told == ([f"the rules of {', '.join(roles)} are those of the file"] if roles else [])


@settings(max_examples=20)  # each one is written, read and validated twice
@given(models())
def test_any_model_comes_back_as_the_same_model(model: SemanticModel) -> None:
    back, _ = exchanged(model)
    assert placeless(back) == placeless(model)


@settings(max_examples=20)
@given(models())
def test_whatever_is_exported_is_a_document_of_the_specification(model: SemanticModel) -> None:
    document = document_of(model)
    entry = ModelEntry.model_validate(document)
    holders = [entry, *entry.datasets, *entry.metrics, *entry.relationships]
    holders += [field for dataset in entry.datasets for field in dataset.row_fields]
    extra = {key for holder in holders for key in holder.model_extra or {}}
    assert extra <= {"version"}
    for part in (*document["metrics"], *(f for d in document["datasets"] for f in d["fields"])):
        sqlglot.parse_one(expression_of(part), dialect="snowflake")
    assert json.loads(json.dumps(document)) == document | {"custom_extensions": json_keys(document)}


def json_keys(document: Entry) -> Any:
    """The extensions of a model with the years of events as JSON has them."""
    return json.loads(json.dumps(document["custom_extensions"]))


def test_the_document_says_what_the_specification_has_keys_for() -> None:
    document = document_of(load_model())
    assert (document["version"], document["name"]) == ("0.2.0.dev0", "shop")
    orders = next(one for one in document["datasets"] if one["name"] == "orders")
    assert (orders["source"], orders["primary_key"]) == ("mart.orders", ["order_key"])
    fields = {one["name"]: one for one in orders["fields"]}
    assert fields["paid_at"]["dimension"] == {"is_time": True}
    assert fields["paid_at"]["datatype"] == "DateTime"
    assert {"payment time", "付款时间", "支付时间"} <= set(
        fields["paid_at"]["ai_context"]["synonyms"]
    )
    assert "dimension" not in fields["order_amount"]
    assert {
        "name": "refunds_to_orders_by_order",
        "from": "refunds",
        "to": "orders",
        "from_columns": ["order_key"],
        "to_columns": ["order_key"],
    } in document["relationships"]
    metrics = {one["name"]: expression_of(one) for one in document["metrics"]}
    assert metrics["placed_buyers"] == "COUNT(DISTINCT orders.buyer_id)"
    assert metrics["refund_order_rate"].startswith("1.0 * COUNT(CASE WHEN ")
    assert "stock_on_hand" not in metrics
    assert "paid_amount_mtd" not in metrics


def table_of(dataset: Entry) -> str:
    """The rows of a dataset as its exported fields show them."""
    columns = ", ".join(f'{duck(expression_of(f))} AS "{f["name"]}"' for f in dataset["fields"])
    return f"(SELECT {columns} FROM {dataset['source']}) AS {dataset['name']}"


def duck(text: str) -> str:
    return sqlglot.transpile(text, read="snowflake", write="duckdb")[0]


def test_the_exported_sql_gives_the_number_of_the_metric() -> None:
    model, document = toy_shop.model(), document_of(toy_shop.model())
    tables = {one["name"]: table_of(one) for one in document["datasets"]}
    compared = []
    for entry in document["metrics"]:
        parts = list(model.simple_metrics_of(entry["name"]))
        if len({one.dataset for one in parts}) > 1 or any(one.where for one in parts):
            continue
        metric = model.metrics[entry["name"]]
        query = SemanticQuery.model_validate({"metrics": [metric.name], "time": {"kind": "all"}})
        sql = f"SELECT {duck(expression_of(entry))} FROM {tables[parts[0].dataset]}"
        assert toy_shop.rows_of(sql) == toy_shop.answer(query), sql
        compared.append(metric.name)
    assert {"paid_amount", "median_paid_amount", "average_order_value"} <= set(compared)


def test_without_our_extensions_the_simple_metrics_keep_their_aggregates(tmp_path: Path) -> None:
    model, document = load_model(), document_of(load_model())
    for part in parts_of(document):
        part.pop("custom_extensions", None)
    (tmp_path / "shop.yaml").write_text(yaml_of(document), encoding="utf-8")
    found = read_ossie(tmp_path / "shop.yaml", EMPTY)
    entries = {part.entry["name"]: part.entry for file in found.files for part in file.metrics}
    simple = [one for one in model.metrics.values() if isinstance(one, SimpleMetric)]
    for metric in (one for one in simple if one.semi_additive is None):
        entry = entries[metric.name]
        assert (entry["agg"], entry["additivity"]) == (metric.agg, metric.additivity)
        kept = metric.filter.sql("duckdb") if metric.filter is not None else None
        assert entry.get("filter") == kept
        assert entry["expr"].strip("()") == metric.expr.sql("duckdb").strip("()")
    assert entries["refund_rate"]["numerator"] == "refund_amount_by_paid_time"
    assert "stock_on_hand" not in entries


def test_what_others_lose_is_told_by_name() -> None:
    losses = [(one.name, one.text.en) for one in export_model(load_model()).losses]
    told = dict(reversed(losses))
    assert "owner" in told[EVERYWHERE]
    assert told["stock_on_hand"].startswith("Others do not see it: it is a level")
    assert told["paid_amount_mtd"].startswith("Others do not see it: it is a running value")
    assert "dated by different times" in told["payment_rate"]
    assert told["paid_orders"].startswith("It is dated by paid_at, others may use another time; ")
    assert "nobody asks which of 订单数" in told["paid_orders"]
    assert "names a person" in told["customers.customer_phone"]
    assert all(one.text.zh.endswith("。") for one in export_model(load_model()).losses)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """The toy shop's document, for a test to change."""
    path = tmp_path / "shop.yaml"
    path.write_text(export_model(toy_shop.model()).text, encoding="utf-8")
    return path


def test_what_was_added_elsewhere_is_told_and_left_out(document: Path) -> None:
    added = (
        "- name: added\n  expression:\n    dialects:\n"
        "    - {dialect: ANSI_SQL, expression: SUM(orders.order_amount)}\n"
    )
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace("\nmetrics:\n", f"\nmetrics:\n{added}", 1), encoding="utf-8")
    found = read_ossie(document, EMPTY)
    assert [(one.name, one.where.partition(":")[0]) for one in found.left_out] == [
        ("added", "shop.yaml")
    ]
    assert "added" not in found.metrics


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("format: 1", "format: 2", "form 2"),
        ("\n      dataset: orders\n", "\n      dataset: ../orders\n", "not whole"),
    ],
)
def test_an_extension_that_is_not_whole_is_refused(
    document: Path, old: str, new: str, named: str
) -> None:
    text = document.read_text(encoding="utf-8")
    assert old in text
    document.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError, match=named) as caught:
        read_ossie(document, EMPTY)
    (issue,) = caught.value.issues
    assert issue.code == "ossie_extension_broken"
    assert issue.where is not None
    assert issue.where.startswith("shop.yaml:")
