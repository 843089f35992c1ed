"""Definition files on disk → a model, or every problem at once, each with its file and line."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from semantic_layer import DefinitionError
from semantic_layer.loader import SHIPPED, load_model
from semantic_layer.loading.definition_files import DatasetFile
from semantic_layer.loading.fragments import FORMULA_FUNCTIONS, FUNCTIONS, parse_fragment, place_of
from semantic_layer.loading.located_yaml import read_yaml
from semantic_layer.model import Place, RatioMetric, SimpleMetric
from tests.semantic_layer.definition_texts import (
    DATASET,
    RATIO,
    folder,
    issues_of,
    line_of,
    metric,
    only,
)


def test_a_dimension_declares_that_its_members_are_places_or_follow_an_order(
    tmp_path: Path,
) -> None:
    text = DATASET.replace(
        "    member_synonyms:",
        "    region: province\n    order: [江苏省, 浙江省]\n    member_synonyms:",
    )
    province = load_model(folder(tmp_path, orders=text)).dimensions["province"]
    assert (province.region, province.order) == ("province", ("江苏省", "浙江省"))
    wrong = DATASET.replace("    member_synonyms:", "    region: village\n    member_synonyms:")
    assert issues_of(folder(tmp_path / "wrong", orders=wrong))


def test_a_file_becomes_a_model_that_knows_its_lines(tmp_path: Path) -> None:
    model = load_model(folder(tmp_path, orders=DATASET))
    placed = model.metrics["placed_orders"]
    assert isinstance(placed, SimpleMetric)
    assert placed.expr == exp.column("order_key")
    assert placed.place == Place("orders.yml", line_of(DATASET, "- name: placed_orders"))
    assert place_of(placed.expr, placed.place).line == line_of(DATASET, "    expr: order_key")
    assert model.dimensions["province"].member_synonyms == {"浙江省": ("浙江", "Zhejiang")}
    assert (model.dimensions["province"].region, model.dimensions["province"].order) == (None, ())
    assert model.dimensions["province"].description == model.dimensions["province"].label


def test_without_folders_the_shipped_model_is_loaded() -> None:
    assert load_model().metrics.keys() == load_model(SHIPPED).metrics.keys()


def test_a_missing_folder_counts_as_empty(tmp_path: Path) -> None:
    assert load_model(SHIPPED, tmp_path / "models").metrics.keys() == load_model().metrics.keys()


def test_nothing_to_load_is_said(tmp_path: Path) -> None:
    issue = only(tmp_path / "models")
    assert issue.code == "no_definitions"
    assert str(tmp_path / "models") in issue.message.en


@pytest.mark.parametrize(
    ("broken", "code", "at"),
    [
        ("grain: one row per order", "key_missing", "dataset: orders"),
        ("\tsource: mart.orders", "yaml_broken", "\tsource"),
        ("source: mart.orders\nsource: mart.order", "yaml_duplicate_key", "source: mart.order\n"),
        ("source: mart.orders\n  grain: x", "yaml_broken", "  grain: x"),
        ("source: [mart.orders", "yaml_broken", None),
        ("source: &table mart.orders\nnote: *table", "yaml_alias", "source: &table"),
        ("source: !!python/name:os.system mart.orders", "yaml_tag", "source: !!"),
        ("source: !include mart.orders", "yaml_tag", "source: !include"),
        ("? [source]\n: mart.orders", "yaml_key_not_text", "? [source]"),
        ("source: 12", "value_of_wrong_kind", "source: 12"),
        ("source: mart.orders\nsorce: mart.orders", "key_unknown", "sorce"),
    ],
)
def test_a_broken_file_is_told_by_line(
    tmp_path: Path, broken: str, code: str, at: str | None
) -> None:
    keep = "source: mart.orders\n" if code == "key_missing" else "grain: one row per order\n"
    text = DATASET.replace("source: mart.orders\ngrain: one row per order\n", f"{broken}\n{keep}")
    if code == "key_missing":
        text = text.replace("grain: one row per order\n", "")
    issues = issues_of(folder(tmp_path, orders=text))
    assert issues[0].code == code
    assert issues[0].where is not None
    if at is not None:
        found = issues[0].where.removeprefix("orders.yml:")
        expected = max(number for number, line in enumerate(text.splitlines(True), 1) if at in line)
        assert int(found) == expected


def test_a_tab_is_called_a_tab(tmp_path: Path) -> None:
    text = DATASET.replace("    agg: count", "\tagg: count")
    issue = only(folder(tmp_path, orders=text))
    assert issue.where == f"orders.yml:{line_of(text, chr(9) + 'agg')}"
    assert "tab" in issue.message.en
    assert "Tab" in issue.message.zh


@pytest.mark.parametrize(
    ("old", "new", "code", "hint"),
    [
        ("agg: count", "agg: counts", "value_unknown", "'count_distinct'"),
        ("grain: hour", "grain: fortnight", "value_unknown", "'hour'"),
        ("type: simple", "type: simpel", "value_unknown", "'simpel'"),
        ("    type: simple\n", "", "key_missing", "'type'"),
        ("version: 1", "version: 0", "value_too_small", "1"),
        ("version: 1", "version: one", "value_of_wrong_kind", "whole number"),
        ("version: 1", "version: 1\n    sinonyms: {zh: [单]}", "key_unknown", "'synonyms'"),
        ("en: orders placed}", "en: orders placed, paid or not}", "key_unknown", "quote the text"),
        ("    expr: order_key", "    expr: ''", "value_empty", "'expr'"),
        ("[浙江, Zhejiang]", "浙江", "value_of_wrong_kind", "a list"),
        (
            "{name: order, type: primary, expr: order_key}",
            "1",
            "value_of_wrong_kind",
            "entities[0]",
        ),
        ("label: {zh: 省份, en: province}", "label: {zh: 省份}", "key_missing", "'en'"),
    ],
)
def test_a_wrong_entry_is_told_by_line(
    tmp_path: Path, old: str, new: str, code: str, hint: str
) -> None:
    assert old in DATASET
    before, after = DATASET.rsplit(old, 1)
    issue = only(folder(tmp_path, orders=before + new + after))
    assert issue.code == code
    assert hint in issue.message.en
    assert issue.where is not None
    line = int(issue.where.removeprefix("orders.yml:"))
    start = before.count("\n") + 1
    removed = new == ""
    entry = line_of(DATASET, "- name: placed_orders") if removed else start
    assert line in range(entry, start + new.count("\n") + 1)


@pytest.mark.parametrize(
    ("expr", "code", "hint"),
    [
        ("sum(order_amount)", "expression_not_allowed", "agg"),
        ("sum(order_amount) over ()", "expression_not_allowed", "is not allowed"),
        ("(select 1)", "expression_not_allowed", "subquery"),
        ("select order_amount from mart.orders", "expression_not_allowed", "subquery"),
        ("orders.order_amount", "expression_not_allowed", "'order_amount'"),
        ("read_csv('/etc/passwd')", "expression_not_allowed", "coalesce"),
        ("getenv('HOME')", "expression_not_allowed", "coalesce"),
        ("now()", "expression_not_allowed", "coalesce"),
        ("current_date", "expression_not_allowed", "coalesce"),
        ("drop table orders", "expression_not_allowed", "is not allowed"),
        ("order_amount as amount", "expression_not_allowed", "is not allowed"),
        ("'*'", "expression_without_column", "column"),
        ("1", "expression_without_column", "column"),
        ("order_amount; shipping_fee", "expression_broken", "brackets"),
        ("order_amount,shipping_fee", "expression_broken", "brackets"),
        ("coalesce(order_amount, 0", "expression_broken", "brackets"),
        ("order_amount -", "expression_broken", "brackets"),
        ("-- nothing", "expression_broken", "brackets"),
    ],
)
def test_an_expression_is_over_the_columns_of_a_row(
    tmp_path: Path, expr: str, code: str, hint: str
) -> None:
    text = DATASET + metric("odd", expr=f'"{expr}"')
    issue = only(folder(tmp_path, orders=text))
    assert issue.code == code
    assert hint in issue.message.en
    quoted = f'expr: "{expr}"'
    assert issue.where == f"orders.yml:{line_of(text, quoted)}"


def test_a_filter_is_a_condition(tmp_path: Path) -> None:
    text = DATASET + metric("odd", filter="paid_at")
    issue = only(folder(tmp_path, orders=text))
    assert (issue.code, issue.where) == (
        "filter_not_a_condition",
        f"orders.yml:{line_of(text, 'filter: paid_at')}",
    )


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    one = DATASET.replace("agg: count", "agg: counts").replace("version: 1", "version: 0")
    other = "facets:\n  - {kind: event, name: paid, label: {zh: 付款}}\n"
    issues = issues_of(folder(tmp_path, orders=one, facets=other, empty="", notes="a: 1"))
    assert sorted((issue.code, issue.where) for issue in issues) == [
        ("file_kind_unknown", "notes.yml:1"),
        ("key_missing", "facets.yml:2"),
        ("value_too_small", f"orders.yml:{line_of(one, 'version: 0')}"),
        ("value_unknown", f"orders.yml:{line_of(one, 'agg: counts')}"),
        ("yaml_not_a_mapping", "empty.yml:1"),
    ]


def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    (tmp_path / "orders.yml").write_bytes(DATASET.encode("gb18030"))
    issue = only(tmp_path)
    assert (issue.code, issue.where) == ("file_unreadable", "orders.yml:1")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "orders.yml").write_bytes(b"\xef\xbb\xbf" + DATASET.encode())
    assert "placed_orders" in load_model(tmp_path).metrics


def test_an_extension_adds_to_a_dataset_and_replaces_metrics_whole(tmp_path: Path) -> None:
    models = folder(
        tmp_path,
        mine=dedent("""\
            extends: orders
            dimensions:
              - {name: big, type: categorical, expr: order_amount > 100, label: {zh: 大单, en: big}}
            metrics:
            """)
        + metric("unpaid_orders", label="{zh: 未付款订单数, en: unpaid orders}", unit="count"),
    )
    model = load_model(SHIPPED, models)
    replaced = model.metrics["unpaid_orders"]
    assert isinstance(replaced, SimpleMetric)
    assert replaced.place.file == "mine.yml"
    assert replaced.synonyms.all() == ()
    assert "big" in model.datasets["orders"].dimensions
    assert model.metrics.keys() == load_model().metrics.keys()


def test_a_later_dataset_replaces_the_earlier_one_whole(tmp_path: Path) -> None:
    first = folder(
        tmp_path / "first", orders=DATASET, more="extends: orders\nmetrics:\n" + metric("a")
    )
    later = folder(tmp_path / "later", orders=DATASET.replace("placed_orders", "all_orders"))
    assert set(load_model(first).metrics) == {"placed_orders", "a"}
    assert set(load_model(first, later).metrics) == {"all_orders"}


@pytest.mark.parametrize("where", ["same_file", "other_file"])
def test_a_name_is_defined_once_in_a_folder(tmp_path: Path, where: str) -> None:
    if where == "same_file":
        models = folder(tmp_path, orders=DATASET + metric("twice") + metric("twice"))
    else:
        extension = "extends: orders\nmetrics:\n" + metric("twice")
        models = folder(tmp_path, a=extension, orders=DATASET + metric("twice"))
    issue = only(models)
    assert issue.code == "defined_twice"
    assert re.search(r"already defined at (orders|a)\.yml:\d+", issue.message.en)


def test_two_files_of_a_folder_cannot_define_one_dataset(tmp_path: Path) -> None:
    issue = only(folder(tmp_path, a=DATASET, b=DATASET))
    assert (issue.code, issue.where) == ("defined_twice", "b.yml:1")


def test_an_extension_needs_its_dataset(tmp_path: Path) -> None:
    issue = only(folder(tmp_path, orders=DATASET, mine="extends: order\nmetrics: []\n"))
    assert (issue.code, issue.where, issue.suggestions) == (
        "dataset_unknown",
        "mine.yml:1",
        ("orders",),
    )


TRAFFIC = """\
dataset: traffic
source: mart.traffic_daily
grain: one row per day
label: {zh: 流量, en: traffic}
export_name: {zh: 流量导出, en: traffic export}
dimensions:
  - {name: province, type: conformed, conforms_to: orders, expr: region}
"""


def test_a_conformed_dimension_is_the_one_at_home_over_another_column(tmp_path: Path) -> None:
    model = load_model(folder(tmp_path, orders=DATASET, a_traffic=TRAFFIC))
    conformed = model.datasets["traffic"].dimensions["province"]
    assert (conformed.dataset, conformed.expr) == ("traffic", exp.column("region"))
    assert conformed.label == model.dimensions["province"].label
    assert model.dimensions["province"].dataset == "orders"


@pytest.mark.parametrize(
    ("old", "new"), [("province", "city"), ("conforms_to: orders", "conforms_to: shops")]
)
def test_a_conformed_dimension_needs_its_home(tmp_path: Path, old: str, new: str) -> None:
    text = TRAFFIC.replace(old, new)
    issue = only(folder(tmp_path, orders=DATASET, traffic=text))
    assert issue.code == "conformed_dimension_unknown"
    assert issue.where == f"traffic.yml:{line_of(text, 'conforms_to')}"


def test_scalars_that_yaml_would_change_stay_text() -> None:
    data = read_yaml(
        "x.yml", "a: [no, on, 2026-01-01, 1_000, 18-24, 1:30, 0x10, 007, 1.5, 12, true]"
    ).data
    assert data["a"] == [
        *("no", "on", "2026-01-01", "1_000", "18-24", "1:30", "0x10", "007", "1.5"),
        *(12, True),
    ]


def test_ratios_may_be_defined_before_their_parts(tmp_path: Path) -> None:
    ratio = metric("rate", **RATIO, numerator="amount", denominator="placed_orders")
    model = load_model(
        folder(tmp_path, a="extends: orders\nmetrics:\n" + ratio, orders=DATASET + metric("amount"))
    )
    assert isinstance(model.metrics["rate"], RatioMetric)
    assert [part.name for part in model.simple_metrics_of("rate")] == ["amount", "placed_orders"]


@given(st.text())
def test_any_text_as_yaml_is_data_or_a_located_issue(text: str) -> None:
    try:
        data = read_yaml("x.yml", text).data
    except DefinitionError as error:
        wheres = [str(issue.where) for issue in error.issues]
    else:
        assert isinstance(data, dict)
        return
    assert all(re.fullmatch(r"x\.yml:\d+", where) for where in wheres)


@given(st.text(min_size=1))
def test_any_text_as_expression_is_columns_of_a_row_or_an_issue(text: str) -> None:
    try:
        tree = parse_fragment(text, Place("x.yml", 3))
    except DefinitionError as error:
        wheres = [issue.where for issue in error.issues]
    else:
        forbidden = (exp.Query, exp.AggFunc, exp.Table, exp.Anonymous, exp.Command)
        columns = list(tree.find_all(exp.Column))
        assert columns
        assert not any(column.table for column in columns)
        assert not list(tree.find_all(*forbidden))
        return
    assert wheres == ["x.yml:3"]


@given(st.integers(min_value=0, max_value=30), st.sampled_from(("agg", "unit", "status")))
def test_the_line_is_that_of_the_wrong_key_however_far_down(above: int, key: str) -> None:
    text = (
        DATASET + "".join(metric(f"m{n}") for n in range(above)) + metric("bad", **{key: "wrong"})
    )
    yaml = read_yaml("x.yml", text)
    line = yaml.place(("metrics", above + 1, key)).line
    assert text.splitlines()[line - 1] == f"    {key}: wrong"


def test_the_order_of_keys_does_not_matter(tmp_path: Path) -> None:
    shuffled = "\n".join(reversed(DATASET.split("\nentities:")[0].splitlines()))
    text = shuffled + "\nentities:" + DATASET.split("\nentities:")[1]
    assert "placed_orders" in load_model(folder(tmp_path, orders=text)).metrics
    assert DatasetFile.model_validate(read_yaml("x.yml", text).data).dataset == "orders"


PAGE = SHIPPED.parents[1] / "docs/writing-metrics.md"


def test_the_examples_of_the_page_load_as_a_project_s_own_files(tmp_path: Path) -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    models = folder(tmp_path, **{f"example_{n}": block for n, block in enumerate(blocks)})
    added = load_model(SHIPPED, models).metrics.keys() - load_model().metrics.keys()
    assert added == {
        *("large_paid_orders", "large_order_share", "median_order_amount", "zhejiang_share"),
        *("paid_amount_growth", "paid_amount_14d", "refunds_within_a_week"),
    }


def test_the_page_lists_the_functions_of_formulas() -> None:
    listed = PAGE.read_text("utf-8").split("`is null`, and `abs`")[1].split(".")[0]
    assert ["abs", *re.findall(r"`(\w+)`", listed)] == sorted(FORMULA_FUNCTIONS)


def test_the_page_lists_the_functions_that_are_allowed() -> None:
    listed = PAGE.read_text("utf-8").split("and the functions ")[1].split(".")[0]
    assert re.findall(r"`(\w+)`", listed) == sorted(FUNCTIONS)
