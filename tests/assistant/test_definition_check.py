"""`check_definitions` over a real project: the rows are asked, each metric is tried, in order."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from assistant import CheckReport, check_definitions
from warehouse import Warehouse, build_demo

END = date(2026, 11, 23)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo shop: every table is filled."""
    project = tmp_path_factory.mktemp("demo")
    build_demo(project / "warehouse", end_day=END, orders=2_000, now=datetime(2026, 11, 24, 9))
    return project


def report(project: Path, **models: str) -> CheckReport:
    folder = project / "models"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.yml"):
        old.unlink()
    for name, text in models.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return check_definitions(folder, Warehouse(project / "warehouse"), date(2026, 11, 24))


METRIC = """\
extends: DATASET
metrics:
  - name: mine
    type: simple
    agg: sum
    expr: EXPR
    agg_time_dimension: TIME
    label: {zh: 我的指标, en: my metric}
    description: {zh: 试算用, en: for a trial}
    unit: count
    additivity: additive
    owner: analyst
    status: draft
    version: 1
"""


def metric(expr: str, dataset: str = "orders", time: str = "paid_at") -> str:
    return METRIC.replace("EXPR", expr).replace("DATASET", dataset).replace("TIME", time)


def test_the_shipped_definitions_fit_the_demo_shop(demo: Path) -> None:
    assert report(demo).problems == ()


def test_a_metric_that_the_database_cannot_compute_is_told_with_its_line(demo: Path) -> None:
    (issue,) = report(demo, mine=metric("cast(city as integer)")).problems
    assert (issue.code, issue.where) == ("metric_does_not_run", "mine.yml:3")
    assert "'mine'" in issue.message.en
    assert "metric_time__day" in issue.message.zh


PRODUCTS = """\
dataset: products
source: mart.products
grain: one row per product
label: {zh: 商品, en: products}
export_name: {zh: 商品列表, en: the product list}
entities:
  - {name: product, type: primary, expr: KEY}
dimensions:
  - {name: product_name, type: categorical, label: {zh: 商品, en: product}}
  - {name: category, type: categorical, label: {zh: 类目, en: category}}
  - {name: brand, type: categorical, label: {zh: 品牌, en: brand}}
  - {name: listed_on, type: time, grain: day, label: {zh: 上架日期, en: listing day}}
  - {name: price_class, type: categorical, expr: EXPR, label: {zh: 价位, en: price class}}
"""


def products(key: str = "product_id", expr: str = "brand") -> str:
    return PRODUCTS.replace("KEY", key).replace("EXPR", expr)


def test_a_dimension_that_cannot_be_computed_is_told_once(demo: Path) -> None:
    (issue,) = report(demo, products=products(expr="cast(brand as integer)")).problems
    assert (issue.code, issue.where) == ("dimension_does_not_run", "products.yml:13")


def test_a_key_that_the_rows_repeat_is_told(demo: Path) -> None:
    codes = {issue.code for issue in report(demo, products=products(key="category")).problems}
    assert codes == {"key_repeated"}


def test_a_key_that_cannot_be_computed_is_told(demo: Path) -> None:
    problems = report(demo, products=products(key="cast(brand as integer)")).problems
    assert ("rows_not_checked", "products.yml:1") in {(one.code, one.where) for one in problems}


def test_rows_without_a_partner_are_a_notice(demo: Path) -> None:
    found = report(demo, products=products(key="product_id || 'x'"))
    assert found.problems == ()
    assert {issue.code for issue in found.notices} == {"partner_missing"}
    assert "100.0%" in found.notices[0].message.en


def test_rows_are_not_asked_while_columns_are_wrong(demo: Path) -> None:
    (issue,) = report(demo, mine=metric("quantiti")).problems
    assert issue.code == "column_unknown"


def test_problems_come_by_file_and_line(demo: Path) -> None:
    other = metric("order_amout").replace("mine", "other").replace("我的", "别的")
    files = {"b": metric("quantiti"), "a": other.replace("my metric", "other metric")}
    assert [issue.where for issue in report(demo, **files).problems] == ["a.yml:6", "b.yml:6"]


def test_without_data_the_definitions_are_held_against_each_other(tmp_path: Path) -> None:
    assert report(tmp_path).problems == ()
    broken = metric("quantity").replace("additivity: additive", "additivity: non_additive")
    assert [issue.code for issue in report(tmp_path, mine=broken).problems] == ["additivity_wrong"]


VERIFIED = """\
verified_questions:
  - question: {zh: QUESTION}
    query: QUERY
    verified_by: analyst
    verified_at: 2026-11-20
"""


@pytest.mark.parametrize(
    ("question", "query", "code"),
    [
        (
            "哪些商品退钱多",
            "{metrics: [refund_amount], group_by: [product_name]}",
            "verified_question_fails",
        ),
        ("上月付款订单数", "{metrics: [placed_orders]}", "verified_question_contradicted"),
    ],
)
def test_a_verified_question_is_replayed(demo: Path, question: str, query: str, code: str) -> None:
    text = VERIFIED.replace("QUESTION", question).replace("QUERY", query)
    (issue,) = report(demo, mine=text).problems
    assert (issue.code, issue.where) == (code, "mine.yml:2")
    assert question in issue.message.zh


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("metrics: [roi]", "metrics: [roy]"), "verified_name_unknown"),
        (("{zh: 投产}", "{}"), "verified_question_empty"),
        (("{zh: 投产}", "{zh: 投产, en: ' 投产 '}"), None),
    ],
)
def test_a_verified_question_has_words_and_known_names(
    demo: Path, change: tuple[str, str], code: str | None
) -> None:
    text = VERIFIED.replace("QUESTION", "投产").replace("QUERY", "{metrics: [roi]}")
    found = {issue.code for issue in report(demo, mine=text.replace(*change)).problems}
    assert found == ({code} if code else set())


def test_a_question_is_verified_once_in_a_folder_and_a_later_folder_replaces_it(
    demo: Path,
) -> None:
    own = VERIFIED.replace("QUESTION", "上月经营概况").replace("QUERY", "{metrics: [roi]}")
    assert report(demo, mine=own).problems == ()
    twice = {issue.code for issue in report(demo, mine=own, other=own).problems}
    assert twice == {"verified_question_twice"}
