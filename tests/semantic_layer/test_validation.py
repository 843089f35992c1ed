"""One test for each rule that a set of definitions must keep: it is found, named and placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from semantic_layer import Catalog, Issue, SemanticModel, SourceTable
from semantic_layer.issues import Text
from semantic_layer.loader import load_model
from semantic_layer.rules.catalog_rules import CATALOG_RULES
from semantic_layer.rules.terms import normalised
from semantic_layer.validation import RULES, validate_model
from tests.semantic_layer.definition_texts import DATASET, RATIO, folder, issues_of, line_of, metric

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
"""

FACETS = """\
facets:
  - {kind: event, name: paid, label: {zh: 付款, en: paid}}
  - {kind: quantity, name: amount, label: {zh: 金额, en: amount}}
"""

DIMENSION = "  - {name: NAME, type: categorical, label: {zh: NAME维度, en: NAME dimension}MORE}\n"


def with_dimension(name: str, more: str = "") -> str:
    entry = DIMENSION.replace("NAME", name).replace("MORE", f", {more}" if more else "")
    return DATASET.replace("metrics:\n", entry + "metrics:\n")


def found(tmp_path: Path, code: str, **files: str) -> Issue:
    """The one issue of that code in a project of these files."""
    issues = [issue for issue in issues_of(folder(tmp_path, **files)) if issue.code == code]
    assert len(issues) == 1, issues_of(tmp_path)
    return issues[0]


def test_every_rule_has_a_page_of_its_own_in_the_order_of_reading() -> None:
    names = [rule.__name__ for rule in (*RULES, *CATALOG_RULES)]
    assert len(set(names)) == len(names)
    assert all(rule.__doc__ for rule in (*RULES, *CATALOG_RULES))


@pytest.mark.parametrize("name", ["PaidOrders", "paid-orders", "1st", "付款", "paid__day", "_paid"])
def test_names_are_snake_case(tmp_path: Path, name: str) -> None:
    text = DATASET + metric("bad").replace("- name: bad", f"- name: {name}")
    issue = found(tmp_path, "name_not_snake_case", orders=text)
    assert issue.where == f"orders.yml:{line_of(text, f'- name: {name}')}"
    assert repr(name) in issue.message.en


def test_a_dimension_cannot_have_the_name_of_a_metric(tmp_path: Path) -> None:
    text = with_dimension("placed_orders")
    issue = found(tmp_path, "name_taken", orders=text)
    assert issue.where == f"orders.yml:{line_of(text, '{name: placed_orders')}"


def test_two_datasets_cannot_define_one_dimension_each(tmp_path: Path) -> None:
    text = CUSTOMERS.replace("gender", "province")
    issue = found(tmp_path, "name_taken", customers=text, orders=DATASET)
    assert "type: conformed" in issue.message.en


def test_metric_time_is_reserved(tmp_path: Path) -> None:
    assert found(tmp_path, "name_reserved", orders=with_dimension("metric_time"))


@pytest.mark.parametrize("role", ["numerator", "denominator"])
def test_a_ratio_leads_to_metrics(tmp_path: Path, role: str) -> None:
    parts = {"numerator": "placed_orders", "denominator": "placed_orders"} | {role: "placed_order"}
    text = DATASET + metric("rate", **RATIO, **parts)
    issue = found(tmp_path, "metric_unknown", orders=text)
    assert issue.where == f"orders.yml:{line_of(text, '- name: rate')}"
    assert issue.suggestions == ("placed_orders",)
    assert role in issue.message.zh


def test_a_ratio_is_not_made_of_itself(tmp_path: Path) -> None:
    text = (
        DATASET
        + metric("a", **RATIO, numerator="b", denominator="placed_orders")
        + metric("b", **RATIO, numerator="placed_orders", denominator="c")
        + metric("c", **RATIO, numerator="a", denominator="placed_orders")
        + metric("outside", **RATIO, numerator="a", denominator="placed_orders")
    )
    issues = [one for one in issues_of(folder(tmp_path, orders=text)) if one.code == "metric_cycle"]
    assert [one.where for one in issues] == [
        f"orders.yml:{line_of(text, f'- name: {name}')}" for name in "abc"
    ]


@pytest.mark.parametrize("name", ["create_at", "province", "gender"])
def test_a_metric_is_dated_by_a_time_dimension_of_its_dataset(tmp_path: Path, name: str) -> None:
    text = DATASET + metric("amount", agg_time_dimension=name)
    issue = found(tmp_path, "time_dimension_unknown", orders=text, customers=CUSTOMERS)
    assert issue.suggestions == ("created_at",)
    assert "'amount'" in issue.message.en


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"substitute_for": "[placed_order]"}, "metric_unknown"),
        ({"substitute_for": "[placed_orders]"}, "substitute_unfit"),
        ({"substitute_for": "[other]"}, "substitute_unfit"),
    ],
)
def test_a_substitute_replaces_another_metric_of_its_unit(
    tmp_path: Path, keys: Mapping[str, str], code: str
) -> None:
    assert found(tmp_path, code, orders=DATASET + metric("other", **keys))


@pytest.mark.parametrize(
    ("agg", "additivity", "fits"),
    [
        ("sum", "additive", True),
        ("median", "non_additive", True),
        ("sum_boolean", "additive", True),
        ("sum_boolean", "non_additive", False),
        ("sum", "non_additive", False),
        ("count", "non_additive", False),
        ("count_distinct", "additive", False),
        ("count_distinct", "non_additive", True),
        ("average", "semi_additive", False),
        ("min", "additive", False),
        ("max", "non_additive", True),
    ],
)
def test_additivity_follows_from_the_aggregation(
    tmp_path: Path, agg: str, additivity: str, *, fits: bool
) -> None:
    models = folder(tmp_path, orders=DATASET + metric("one", agg=agg, additivity=additivity))
    if fits:
        assert load_model(models).metrics["one"].additivity == additivity
    else:
        assert [issue.code for issue in issues_of(models)] == ["additivity_wrong"]


def test_a_ratio_is_not_additive(tmp_path: Path) -> None:
    keys = RATIO | {"additivity": "additive"}
    text = DATASET + metric("rate", **keys, numerator="placed_orders", denominator="placed_orders")
    assert found(tmp_path, "additivity_wrong", orders=text).suggestions == ("non_additive",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("label: {zh: 下单数, en: placed orders}", "label: {zh: 下单数, en: ''}"),
        ("description: {zh: 下单的订单数,", "description: {zh: ' ',"),
        ("export_name: {zh: 订单导出,", "export_name: {zh: '',"),
        ("label: {zh: 省份, en: province}", "label: {zh: '', en: province}"),
    ],
)
def test_texts_stand_in_both_languages(tmp_path: Path, old: str, new: str) -> None:
    assert old in DATASET
    codes = {one.code for one in issues_of(folder(tmp_path, orders=DATASET.replace(old, new)))}
    assert codes == {"text_missing"}


def test_somebody_answers_for_a_metric(tmp_path: Path) -> None:
    text = DATASET.replace("owner: data team", "owner: ' '")
    assert found(tmp_path, "owner_missing", orders=text)


def test_a_version_counts_from_one(tmp_path: Path) -> None:
    model = load_model(folder(tmp_path, orders=DATASET))
    placed = replace(model.metrics["placed_orders"], version=0)
    changed = SemanticModel(model.datasets, {placed.name: placed})
    assert [issue.code for issue in validate_model(changed)] == ["version_wrong"]


@pytest.mark.parametrize("facets", ["{event: payed}", "{evnt: paid}"])
def test_facets_are_defined(tmp_path: Path, facets: str) -> None:
    text = DATASET + metric("amount", label="{zh: 支付额, en: sum}", facets=facets)
    issue = found(tmp_path, "facet_unknown", orders=text, facets=FACETS)
    assert issue.suggestions[0] in ("paid", "event")


def test_two_metrics_do_not_have_the_same_facets(tmp_path: Path) -> None:
    keys = {"facets": "{quantity: amount, event: paid}"}
    text = DATASET + metric("one", **keys) + metric("two", **keys)
    issue = found(tmp_path, "facets_shared", orders=text, facets=FACETS)
    assert issue.where == f"orders.yml:{line_of(text, '- name: two')}"


def test_a_foreign_entity_leads_to_a_dataset(tmp_path: Path) -> None:
    foreign = "  - {name: custmer, type: foreign, expr: buyer_id}\n"
    text = DATASET.replace("dimensions:\n", foreign + "dimensions:\n", 1)
    issue = found(tmp_path, "entity_unknown", orders=text, customers=CUSTOMERS)
    assert issue.suggestions == ("customer",)


def test_a_foreign_entity_leads_to_one_dataset_only(tmp_path: Path) -> None:
    foreign = "  - {name: customer, type: foreign, expr: buyer_id}\n"
    text = DATASET.replace("dimensions:\n", foreign + "dimensions:\n", 1)
    second = CUSTOMERS.replace("customers", "members").replace("gender", "level")
    files = {"orders": text, "customers": CUSTOMERS, "members": second}
    issue = found(tmp_path, "entity_ambiguous", **files)
    assert issue.suggestions == ("customers", "members")


def test_a_dataset_has_one_primary_entity(tmp_path: Path) -> None:
    second = "  - {name: other, type: primary, expr: order_id}\n"
    text = DATASET.replace("dimensions:\n", second + "dimensions:\n", 1)
    assert found(tmp_path, "primary_entity_twice", orders=text)


@pytest.mark.parametrize("term", ["下单数", "Placed  ORDERS", "ｐlaced orders", "placed_orders"])
def test_two_metrics_do_not_share_a_term(tmp_path: Path, term: str) -> None:
    text = DATASET + metric("other", synonyms=f"{{zh: ['{term.replace('_', ' ')}']}}")
    issue = found(tmp_path, "term_shared", orders=text)
    assert issue.where == f"orders.yml:{line_of(text, '- name: other')}"
    assert "'placed_orders'" in issue.message.en


def test_two_metrics_may_share_an_ambiguous_term(tmp_path: Path) -> None:
    ambiguous = "    ambiguous_terms: {zh: [订单数]}\n"
    text = DATASET + ambiguous + metric("other") + ambiguous
    assert load_model(folder(tmp_path, orders=text)).metrics["other"].ambiguous_terms.zh == (
        "订单数",
    )


def test_an_ambiguous_term_of_one_metric_is_not_another_s_own(tmp_path: Path) -> None:
    text = DATASET + metric("other", ambiguous_terms="{zh: [下单数]}")
    issue = found(tmp_path, "term_half_ambiguous", orders=text)
    assert "下单数" in issue.message.zh


def test_an_ambiguous_term_needs_a_second_metric(tmp_path: Path) -> None:
    text = DATASET + metric("other", ambiguous_terms="{zh: [订单数]}")
    assert found(tmp_path, "term_alone", orders=text)


@pytest.mark.parametrize("synonyms", ["synonyms", "ambiguous_terms"])
def test_a_term_is_not_both_a_metric_s_and_a_dimension_s(tmp_path: Path, synonyms: str) -> None:
    entry = f"    {synonyms}: {{zh: [大小]}}\n"
    text = with_dimension("size", "synonyms: {zh: [大小]}") + entry + metric("other")
    if synonyms == "ambiguous_terms":
        text += entry
    issue = found(tmp_path, "dimension_term_taken", orders=text)
    assert issue.where == f"orders.yml:{line_of(text, '{name: size')}"


def test_two_dimensions_do_not_share_a_term(tmp_path: Path) -> None:
    text = with_dimension("region", "synonyms: {zh: [省份]}")
    assert "'province'" in found(tmp_path, "dimension_term_taken", orders=text).message.en


@pytest.mark.parametrize(
    "members", ["{a: [甲], b: [甲]}", "{a: [b], b: [乙]}", "{a: [下单数]}", "{a: [province]}"]
)
def test_a_member_s_synonym_means_that_member_only(tmp_path: Path, members: str) -> None:
    text = with_dimension("size", f"member_synonyms: {members}")
    assert found(tmp_path, "member_term_taken", orders=text)


@pytest.mark.parametrize(
    "label", ["{zh: 金额, en: sum}", "{zh: 省份, en: sum}", "{zh: 下单数, en: sum}"]
)
def test_a_facet_s_word_is_its_own(tmp_path: Path, label: str) -> None:
    facets = f"{FACETS}  - {{kind: event, name: other, label: {label}}}\n"
    assert found(tmp_path, "facet_term_taken", orders=DATASET, facets=facets)


def test_terms_are_compared_without_case_width_and_blanks() -> None:
    assert normalised(" ＧＭＶ\u3000Total ") == "gmv total"


ORDERS = SourceTable(
    {
        "order_key": "VARCHAR",
        "created_at": "TIMESTAMP",
        "order_amount": "DECIMAL",
        "province": "VARCHAR",
    },
    {},
)
CATALOG = Catalog({"mart.orders": ORDERS})


def test_a_column_with_a_typo_is_told_with_metric_column_and_line(tmp_path: Path) -> None:
    text = DATASET + metric("amount", expr="order_amout", filter="creted_at is not null")
    model = load_model(folder(tmp_path, orders=text))
    first, second = validate_model(model, CATALOG)
    assert first == Issue(
        code="column_unknown",
        message=Text(
            zh="指标 'amount' 用到的列 'order_amout' 不在表 'mart.orders' 中；"
            "是否要写 'order_amount'？",
            en="The metric 'amount' reads the column 'order_amout', which is not in 'mart.orders'; "
            "did you mean 'order_amount'?",
        ),
        where=f"orders.yml:{line_of(text, 'expr: order_amout')}",
        suggestions=("order_amount", "order_key"),
    )
    assert second.where == f"orders.yml:{line_of(text, 'filter: creted_at')}"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("expr: order_key}", "expr: order_ky}", "entity 'order'"),
        ("name: province\n", "name: province\n    expr: prov\n", "dimension 'province'"),
    ],
)
def test_keys_and_dimensions_read_columns_that_exist(
    tmp_path: Path, old: str, new: str, what: str
) -> None:
    text = DATASET.replace(old, new)
    (issue,) = validate_model(load_model(folder(tmp_path, orders=text)), CATALOG)
    assert issue.code == "column_unknown"
    assert what in issue.message.en
    assert issue.where == f"orders.yml:{line_of(text, new.strip().splitlines()[-1].strip())}"


def test_a_dataset_reads_a_table_that_exists(tmp_path: Path) -> None:
    text = DATASET.replace("mart.orders", "mart.order")
    (issue,) = validate_model(load_model(folder(tmp_path, orders=text)), CATALOG)
    assert (issue.code, issue.where) == ("source_unknown", "orders.yml:1")
    assert issue.suggestions == ("mart.orders",)


def test_a_time_dimension_reads_a_moment(tmp_path: Path) -> None:
    catalog = Catalog(
        {"mart.orders": replace(ORDERS, columns={**ORDERS.columns, "created_at": "VARCHAR"})}
    )
    (issue,) = validate_model(load_model(folder(tmp_path, orders=DATASET)), catalog)
    assert issue.code == "time_column_wrong"


def test_without_a_catalog_tables_are_not_asked_for(tmp_path: Path) -> None:
    text = DATASET.replace("mart.orders", "mart.nowhere")
    assert validate_model(load_model(folder(tmp_path, orders=text))) == ()


def test_no_sentence_lacks_a_language(tmp_path: Path) -> None:
    text = DATASET + metric("Bad", additivity="non_additive", agg_time_dimension="x", owner="' '")
    for issue in issues_of(folder(tmp_path, orders=text)):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in issue.message.zh), issue
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in issue.message.en), issue
        assert issue.message.zh[-1] in "。？"
        assert issue.message.en[-1] in ".?"
