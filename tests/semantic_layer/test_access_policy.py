"""`access_policy:` in definition files: what it means, what it may not say, the tree it makes."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import get_args

import pytest

from assistant import Role as UserRole
from semantic_layer import (
    Catalog,
    DefinitionError,
    SemanticModel,
    SemanticQuery,
    SourceTable,
    compile_query,
    plan,
    resolve,
)
from semantic_layer.access.access_policy import ROLES, Mask, Role, RoleRules, RowRule
from semantic_layer.access.role_access import rules_for, seen_by
from semantic_layer.loader import SHIPPED, load_model
from semantic_layer.validation import validate_model
from tests import toy_shop
from tests.source_tree import ROOT

TOY = toy_shop.HERE / "models"
OPEN = """
    access_policy:
      - role: analyst
        grants: [{dataset: "*"}]
    """


def load(folder: Path, *texts: str) -> SemanticModel:
    """The toy shop with access files, one folder each."""
    folders = []
    for number, text in enumerate(texts):
        folders.append(folder / str(number))
        folders[-1].mkdir()
        (folders[-1] / "access.yml").write_text(dedent(text), encoding="utf-8")
    return load_model(TOY, *folders)


def rule(text: str) -> str:
    """An access file with one role and these lines."""
    return "access_policy:\n  - role: analyst\n" + "".join(
        f"    {line}\n" for line in dedent(text).strip().splitlines()
    )


def test_the_roles_of_a_policy_are_those_of_users() -> None:
    assert set(get_args(Role)) == set(ROLES) == {role.value for role in UserRole}


def test_the_shipped_roles_read_everything() -> None:
    model = load_model(SHIPPED)
    catalog = Catalog(
        {one.source: SourceTable({"x": "VARCHAR"}, {}) for one in model.datasets.values()}
    )
    for role in ROLES:
        access = seen_by(rules_for(model, role), model, catalog).access
        assert access is not None
        assert access.datasets == model.datasets.keys()
        assert access.refused_metrics == {}
        assert all(table.is_whole for table in access.tables.values())


def test_the_shipped_roles_share_what_is_known() -> None:
    model = load_model(SHIPPED)
    assert len({rules_for(model, role) for role in ROLES}) == 1


def test_without_a_policy_everything_is_open() -> None:
    model = toy_shop.model()
    access = seen_by(rules_for(model, "operator"), model, toy_shop.catalog()).access
    assert model.access_policy is None
    assert access is not None
    assert access.datasets == model.datasets.keys()


def test_a_role_that_no_file_names_reads_nothing(tmp_path: Path) -> None:
    model = load(tmp_path, OPEN)
    access = seen_by(rules_for(model, "operator"), model, toy_shop.catalog()).access
    assert access is not None
    assert not access.datasets
    assert not access.tables


def test_a_later_folder_replaces_a_role_whole(tmp_path: Path) -> None:
    narrower = rule("grants: [{dataset: orders}]")
    rules = rules_for(load(tmp_path, OPEN, narrower), "analyst")
    assert [grant.dataset for grant in rules.grants] == ["orders"]


def test_what_holds_for_everyone_is_added(tmp_path: Path) -> None:
    everyone = """
        access_policy:
          - role: everyone
            masks: [{dataset: orders, column: province, text: 保密}]
            filters: [{dataset: orders, filter: "order_amount > 0"}]
          - role: admin
            grants: [{dataset: "*"}]
        """
    model = load(tmp_path, OPEN, everyone)
    for role in ("analyst", "admin"):
        rules = rules_for(model, role)
        assert (len(rules.grants), len(rules.filters), len(rules.masks)) == (1, 1, 1)
    assert not rules_for(model, "operator").grants


def test_a_mask_follows_its_dimension_into_other_datasets() -> None:
    model = load_model(SHIPPED)
    conformed = next(
        dimension
        for dataset in model.datasets.values()
        for dimension in dataset.dimensions.values()
        if dimension.conforms_to == "orders" and dimension.type == "categorical"
    )
    home = model.dimensions[conformed.name]
    rules = RoleRules(grants=(RowRule("*"),), masks=(Mask("orders", home.expr.name, None),))
    catalog = Catalog(
        {
            one.source: SourceTable({conformed.expr.name: "VARCHAR"}, {})
            for one in model.datasets.values()
        }
    )
    access = seen_by(rules, model, catalog).access
    assert access is not None
    source = model.datasets[conformed.dataset].source
    assert access.mask_of(source, conformed.expr.name) is not None


def test_the_tree_of_a_protected_table(tmp_path: Path) -> None:
    text = rule(
        """
        grants:
          - {dataset: orders, filter: "order_amount < 100"}
          - {dataset: orders, where: {kind: in, field: channel, values: [天猫]}}
          - {dataset: customers}
        filters:
          - dataset: orders
            where: {kind: compare, field: member_level, operator: "=", value: 金卡}
        masks:
          - {dataset: orders, column: province, text: 保密}
        """
    )
    model = load(tmp_path, text)
    bound = seen_by(rules_for(model, "analyst"), model, toy_shop.catalog())
    query = SemanticQuery.model_validate({"metrics": ["placed_orders"], "group_by": ["province"]})
    compiled = compile_query(plan(resolve(query, bound, toy_shop.catalog(), toy_shop.TODAY)))
    assert compiled.sql == dedent(
        """\
        SELECT
          orders.province,
          COALESCE(COUNT(*), 0) AS placed_orders
        FROM (
          SELECT
            orders.order_key,
            orders.created_at,
            orders.paid_at,
            orders.order_amount,
            orders.buyer_id,
            '保密' AS province,
            orders.channel
          FROM mart.orders AS orders
          LEFT JOIN mart.customers AS customers
            ON orders.buyer_id = customers.buyer_id
          WHERE
            (
              orders.order_amount < 100 OR orders.channel IN ('天猫')
            )
            AND customers.member_level = '金卡'
        ) AS orders
        WHERE
          NOT orders.created_at IS NULL
        GROUP BY
          1
        ORDER BY
          placed_orders DESC,
          province ASC"""
    )
    assert toy_shop.rows_of(compiled.sql) == [("保密", 5)]


@pytest.mark.parametrize(
    ("lines", "code", "named"),
    [
        ("grants: [{dataset: ordres}]", "policy_dataset_unknown", "'ordres'"),
        ('filters: [{dataset: "*", filter: "a > 1"}]', "policy_dataset_needed", '"*"'),
        ('grants: [{dataset: "*", filter: "a > 1"}]', "policy_dataset_needed", '"*"'),
        ('masks: [{dataset: "*", column: a}]', "policy_dataset_needed", '"*"'),
        ("filters: [{dataset: orders}]", "policy_filter_empty", "filter or where"),
        ("filters: [{dataset: orders, filter: channel}]", "filter_not_a_condition", "'channel'"),
        (
            "filters: [{dataset: orders, where: {kind: is_null, field: chanel}}]",
            "policy_field_unfit",
            "'chanel'",
        ),
        (
            "filters: [{dataset: products, where: {kind: is_null, field: channel}}]",
            "policy_field_unfit",
            "'channel'",
        ),
        (
            "filters: [{dataset: orders, where: {kind: is_null, field: level_then}}]",
            "policy_field_unfit",
            "'level_then'",
        ),
        (
            "filters: [{dataset: orders, where: {kind: is_null, field: metric_time__day}}]",
            "policy_field_unfit",
            "'metric_time'",
        ),
        (
            "filters: [{dataset: orders, where: {kind: compare_metric, metric: placed_orders, "
            'by: [channel], operator: ">", value: 1}}]',
            "policy_by_metric",
            "'placed_orders'",
        ),
        ("masks: [{dataset: orders, column: buyer_id}]", "mask_on_key", "'buyer_id'"),
        ("masks: [{dataset: orders, column: provence}]", "mask_column_unknown", "province"),
        ("metrics: {names: [paid_order]}", "policy_metric_unknown", "paid_orders"),
        ("metrics: {statuses: [good]}", "value_unknown", "certified"),
        ("grant: [{dataset: orders}]", "key_unknown", "'grants'"),
    ],
)
def test_a_rule_that_means_nothing_is_refused_at_load(
    tmp_path: Path, lines: str, code: str, named: str
) -> None:
    with pytest.raises(DefinitionError) as raised:
        load(tmp_path, rule(lines))
    assert {issue.code for issue in raised.value.issues} == {code}
    issue = raised.value.issues[0]
    assert named in issue.message.en, issue.message.en
    assert code == "policy_metric_unknown" or (issue.where or "").startswith("access.yml:")


def test_the_example_of_the_documentation_loads(tmp_path: Path) -> None:
    page = (ROOT / "docs/writing-metrics.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```yaml\n(access_policy:.*?)^```$", page, re.M | re.S)
    (tmp_path / "access.yml").write_text(example, encoding="utf-8")
    rules = rules_for(load_model(SHIPPED, tmp_path), "operator")
    assert (len(rules.grants), len(rules.filters), len(rules.masks)) == (4, 1, 2)


def test_a_role_that_does_not_exist_is_refused_at_load(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as raised:
        load(tmp_path, "access_policy: [{role: operater, grants: []}]")
    assert [issue.code for issue in raised.value.issues] == ["value_unknown"]


def test_a_role_has_one_entry_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as raised:
        load(tmp_path, "access_policy: [{role: admin}, {role: admin}]")
    assert [issue.code for issue in raised.value.issues] == ["defined_twice"]


def test_a_column_that_the_table_lacks_is_told_by_check(tmp_path: Path) -> None:
    model = load(tmp_path, rule('filters: [{dataset: orders, filter: "shop = 1"}]'))
    issues = [one for one in validate_model(model, toy_shop.catalog()) if "shop" in one.message.en]
    assert [issue.code for issue in issues] == ["policy_not_applicable"]
    assert (issues[0].where or "").startswith("access.yml:")


def test_a_role_may_be_limited_to_metrics(tmp_path: Path) -> None:
    text = rule('grants: [{dataset: "*"}]\nmetrics: {names: [paid_orders]}')
    model = load(tmp_path, text)
    access = seen_by(rules_for(model, "analyst"), model, toy_shop.catalog()).access
    assert access is not None
    assert model.metrics.keys() - access.refused_metrics.keys() == {"paid_orders"}
    assert {issue.code for issue in access.refused_metrics.values()} == {"access_denied"}
