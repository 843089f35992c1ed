"""Rules over units, paths and the status of inputs: each is found, named and placed."""

from __future__ import annotations

from pathlib import Path

import pytest

from semantic_layer import Issue
from semantic_layer.loader import load_model
from semantic_layer.rules.review_rules import REVIEW_RULES
from semantic_layer.validation import review_model
from tests import toy_shop
from tests.semantic_layer.definition_texts import DATASET, RATIO, folder, line_of, metric
from tests.semantic_layer.kind_texts import CUMULATIVE, DERIVED

AMOUNT = metric("amount") + metric("fees")

PARTNERS = """\
dataset: DATASET
source: mart.DATASET
grain: one row per partner
label: {zh: DATASET表, en: DATASET table}
export_name: {zh: 导出, en: export}
entities:
  - {name: ENTITY, type: primary, expr: id}
FOREIGN
dimensions:
  DIMENSIONS
"""
COUNTRY = "- {name: country, type: categorical, label: {zh: 国家, en: country}}"


def review(path: Path, **files: str) -> tuple[Issue, ...]:
    return review_model(load_model(folder(path, **files)))


def test_every_rule_says_what_it_protects() -> None:
    assert all(rule.__doc__ for rule in REVIEW_RULES)


@pytest.mark.parametrize(
    "formula",
    ["amount + placed_orders", "2 * amount - placed_orders", "fees + amount - (placed_orders)"],
)
def test_money_is_not_added_to_orders(tmp_path: Path, formula: str) -> None:
    inputs = "[amount, fees, placed_orders]" if "fees" in formula else "[amount, placed_orders]"
    text = DATASET + AMOUNT + metric("sum", **DERIVED | {"expr": formula, "inputs": inputs})
    issues = review(tmp_path, orders=text)
    place = f"orders.yml:{line_of(text, '- name: sum')}"
    assert [(one.code, one.where) for one in issues] == [("units_mixed", place)]
    assert "CNY" in issues[0].message.en
    assert "count" in issues[0].message.zh


@pytest.mark.parametrize(
    "formula", ["amount - fees", "amount + 1", "amount / placed_orders + 1", "amount - 0.5 * fees"]
)
def test_like_is_added_to_like(tmp_path: Path, formula: str) -> None:
    used = [name for name in ("amount", "fees", "placed_orders") if name in formula]
    keys = DERIVED | {"expr": formula, "inputs": f"[{', '.join(used)}]"}
    text = DATASET + AMOUNT + metric("sum", **keys)
    assert review(tmp_path, orders=text) == ()


def test_a_running_value_keeps_the_unit_of_its_rows(tmp_path: Path) -> None:
    keys = CUMULATIVE | {"unit": "count"}
    text = DATASET + AMOUNT + metric("so_far", **keys)
    (issue,) = review(tmp_path, orders=text)
    assert (issue.code, issue.suggestions) == ("unit_changed", ("CNY",))


def partner(dataset: str, entity: str, foreign: str = "", dimensions: str = "[]") -> str:
    entry = f"  - {{name: {foreign}, type: foreign, expr: {foreign}_id}}" if foreign else ""
    texts = {"DATASET": dataset, "ENTITY": entity, "FOREIGN": entry, "DIMENSIONS": dimensions}
    text = PARTNERS
    for placeholder, value in texts.items():
        text = text.replace(placeholder, value)
    return text


def with_partners(*entities: str) -> str:
    lines = [f"  - {{name: {name}, type: foreign, expr: {name}_id}}\n" for name in entities]
    return DATASET.replace("dimensions:\n", "".join(lines) + "dimensions:\n", 1)


def test_two_equally_short_paths_to_a_dimension_are_told(tmp_path: Path) -> None:
    text = with_partners("sender", "receiver")
    (issue,) = review(
        tmp_path,
        orders=text,
        senders=partner("senders", "sender", foreign="place"),
        receivers=partner("receivers", "receiver", foreign="place"),
        places=partner("places", "place", dimensions=COUNTRY),
    )
    assert (issue.code, issue.where) == ("path_ambiguous", "orders.yml:1")
    assert "senders → places" in issue.message.en
    assert "receivers → places" in issue.message.zh


def test_one_path_is_enough(tmp_path: Path) -> None:
    assert (
        review(
            tmp_path,
            orders=with_partners("sender"),
            senders=partner("senders", "sender", foreign="place"),
            places=partner("places", "place", dimensions=COUNTRY),
        )
        == ()
    )


def test_a_certified_metric_rests_on_no_deprecated_one(tmp_path: Path) -> None:
    keys = RATIO | {"numerator": "amount", "denominator": "placed_orders", "status": "certified"}
    text = DATASET + metric("amount", status="deprecated") + metric("rate", **keys)
    (issue,) = review(tmp_path, orders=text)
    assert (issue.code, issue.where) == (
        "deprecated_input",
        f"orders.yml:{line_of(text, '- name: rate')}",
    )
    assert "'amount'" in issue.message.en


def test_a_draft_may_rest_on_a_deprecated_one(tmp_path: Path) -> None:
    keys = RATIO | {"numerator": "amount", "denominator": "placed_orders"}
    text = DATASET + metric("amount", status="deprecated") + metric("rate", **keys)
    assert review(tmp_path, orders=text) == ()


def test_the_shipped_and_the_toy_definitions_pass_the_review() -> None:
    assert review_model(load_model()) == ()
    assert review_model(toy_shop.model()) == ()
