from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import OpenApp
from tests.ui.pages import ask, said, turn_to
from tests.ui.small_shop import PAID, count

QUESTION = "上个月付款订单数"
KEY = "yaml-paid_orders-1"


def choose(app: AppTest, metric: str = "paid_orders") -> AppTest:
    return app.selectbox(key="metric-name").set_value(metric).run()


def edit(app: AppTest, *changes: tuple[str, str]) -> AppTest:
    text = app.text_area(key=KEY).value or ""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return app.text_area(key=KEY).set_value(text).run()


FILTER = ("filter: paid_at is not null", "filter: paid_at is not null and province = '浙江省'")
VERSION = ("version: 1", "version: 2")


def test_the_catalogue_shows_definitions_owners_versions_and_status(
    open_app: OpenApp, shop: Path
) -> None:
    app = choose(open_app(shop, page="metrics"))
    table = app.dataframe[0].value
    assert {"指标", "口径", "负责人", "版本", "状态", "名称"} <= set(table.columns)
    row = table[table["名称"] == "paid_orders"].iloc[0]
    assert row["指标"] == "付款订单数"
    assert row["版本"] == 1
    assert "公式：count" in said(app)


def test_searching_narrows_the_catalogue(open_app: OpenApp, shop: Path) -> None:
    app = open_app(shop, page="metrics")
    app.text_input(key="metric-search").set_value("付款订单").run()
    assert "paid_orders" in app.dataframe[0].value["名称"].tolist()
    assert "ad_spend" not in app.dataframe[0].value["名称"].tolist()
    app.text_input(key="metric-search").set_value("没有这个").run()
    assert "没有匹配的指标" in said(app)


def test_definitions_can_be_tried_before_anything_is_loaded(
    open_app: OpenApp, tmp_path: Path
) -> None:
    app = choose(open_app(tmp_path / "new", page="metrics", user="analyst"))
    assert set(app.dataframe[0].value["有数据"]) == {"—"}
    app.button(key="validate").click().run()
    assert not app.exception
    assert not app.metric


@pytest.mark.parametrize("user", ["operator", "executive"])
def test_others_may_read_but_not_edit(open_app: OpenApp, shop: Path, user: str) -> None:
    app = open_app(shop, page="metrics", user=user)
    assert not app.text_area
    assert "只有分析师和管理员可以编辑定义" in said(app)


@pytest.mark.parametrize("user", ["analyst", "admin"])
def test_analysts_and_admins_may_edit(open_app: OpenApp, shop: Path, user: str) -> None:
    assert open_app(shop, page="metrics", user=user).text_area


def test_a_changed_definition_is_tried_saved_and_answers_anew(
    open_app: OpenApp, own_shop: Path
) -> None:
    app = open_app(own_shop, page="metrics", user="analyst")
    edit(choose(app), FILTER, VERSION).button(key="validate").click().run()
    before, after = (card.value for card in app.metric)
    assert before == str(count(PAID))
    assert int(after) < int(before)
    assert "浙江省" in app.code[0].value
    assert not (own_shop / "models").exists()

    app.button(key="save").click().run()
    assert (own_shop / "models" / "metric_paid_orders.yml").is_file()
    assert "版本：2" in said(app)
    row = app.dataframe[0].value.set_index("名称").loc["paid_orders"]
    assert row["版本"] == 2

    ask(turn_to(app, "chat"), QUESTION)
    assert [card.value for card in app.metric] == [after]
    assert "付款订单数 · 版本 2" in said(app)


def test_the_new_number_is_one_click_away(open_app: OpenApp, own_shop: Path) -> None:
    app = choose(open_app(own_shop, page="metrics", user="analyst"))
    edit(app, FILTER, VERSION).button(key="save").click().run()
    after = app.metric[1].value
    app.button(key="open-saved").click().run()
    assert [card.value for card in app.metric] == [after]


def test_a_changed_meaning_needs_a_higher_version(open_app: OpenApp, own_shop: Path) -> None:
    app = choose(open_app(own_shop, page="metrics", user="analyst"))
    edit(app, FILTER).button(key="save").click().run()
    assert "请把 version 改为大于 1 的数" in said(app)
    assert not (own_shop / "models").exists()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("agg: count", "agg: cuont", "metric_paid_orders.yml:"),
        ("name: paid_orders", "name: paid_order", "metric_paid_orders.yml:3"),
        ("paid_at is not null", "paidat is not null", "metric_paid_orders.yml"),
        ("- name:", "- name: [", "metric_paid_orders.yml:"),
    ],
)
def test_a_broken_draft_is_told_with_its_line_and_not_saved(
    open_app: OpenApp, own_shop: Path, old: str, new: str, sentence: str
) -> None:
    app = choose(open_app(own_shop, page="metrics", user="analyst"))
    edit(app, (old, new), VERSION).button(key="save").click().run()
    assert sentence in said(app)
    assert not app.exception
    assert not app.metric
    assert not (own_shop / "models").exists()


def test_an_unsaved_draft_survives_a_visit_to_another_page(
    open_app: OpenApp, own_shop: Path
) -> None:
    app = choose(open_app(own_shop, page="metrics", user="analyst"))
    edit(app, VERSION)
    turn_to(turn_to(app, "data"), "metrics")
    assert "version: 2" in (app.text_area(key=KEY).value or "")
