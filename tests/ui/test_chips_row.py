"""The chips of an answer: opened, clicked, and the conversation goes on from the edited plan."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from assistant import Answer, Assistant
from assistant.language_model import chat_model
from semantic_layer.query import Comparison, Grain, GroupBy, In
from tests.ui.conftest import OpenApp
from tests.ui.pages import ask, open_tab, said
from tests.ui.small_shop import CREATED, PAID, count, total


def chips(app: AppTest) -> dict[str, str]:
    """The chips of the last turn: label → key."""
    start = f"-turn-{len(app.session_state['turns']) - 1}-chip-"
    found = [one.proto for one in app.get("popover")]
    return {
        one.popover.label: one.id[one.id.index(start) + 1 :] for one in found if start in one.id
    }


def opened(app: AppTest, label: str) -> AppTest:
    """Open the first chip whose label holds these words."""
    key = next(key for name, key in chips(app).items() if label in name)
    app.session_state[key] = True
    return app.run()


def click(app: AppTest, label: str) -> AppTest:
    next(one for one in app.button if one.label == label).click()
    return app.run()


def last(app: AppTest) -> Answer:
    turns: list[Answer] = app.session_state["turns"]
    return turns[-1]


def test_another_period_is_one_click_away_and_no_model_is_asked(
    open_app: OpenApp, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = ask(open_app(shop), "上个月付款订单数")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a question was parsed or a model asked")

    monkeypatch.setattr(Assistant, "ask", refuse)
    monkeypatch.setattr(chat_model, "open_chat_model", refuse)
    click(opened(app, "时间："), "本月")
    assert not app.exception
    assert last(app).windows[0].start == "2026-11-01"
    assert last(app).question == "上个月付款订单数 → 时间：本月"


def test_an_edited_answer_says_so(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), "上个月付款订单数")
    click(opened(app, "指标："), "下单数")
    assert last(app).rows == ((count(CREATED),),)
    assert [label for label in chips(app) if "已修改" in label] == ["已修改 · 指标：下单数"]
    assert sum("已修改" in badge.value for badge in app.markdown) == 1


def test_a_chip_closes_behind_a_click(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), "上个月付款订单数")
    click(opened(app, "时间："), "本月")
    assert "近7天" not in [one.label for one in app.button]


def test_the_conversation_goes_on_from_the_edited_plan(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), "上个月付款订单数")
    click(opened(app, "指标："), "支付金额")
    ask(app, "只看广东")
    ((amount,),) = last(app).rows
    assert amount == pytest.approx(total(PAID, province="广东"))


def test_a_group_is_added_and_taken_off(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), "上个月付款订单数")
    click(opened(app, "加分组"), "省份")
    assert last(app).query.group_by == (GroupBy(name="province"),)  # type: ignore[union-attr]
    click(opened(app, "分组：省份"), "去掉")
    assert last(app).rows == ((count(PAID),),)


def test_days_are_picked_on_a_calendar(open_app: OpenApp, shop: Path) -> None:
    app = opened(ask(open_app(shop), "上个月付款订单数"), "时间：")
    (picker,) = app.date_input
    assert picker.value == (date(2026, 10, 1), date(2026, 10, 31))
    picker.set_value((date(2026, 10, 5), date(2026, 10, 9))).run()
    click(app, "应用")
    days = (date(2026, 10, 5), date(2026, 10, 10))
    assert last(app).rows == ((count(PAID, days),),)


def test_several_members_are_picked_at_once(open_app: OpenApp, shop: Path) -> None:
    app = opened(ask(open_app(shop), "上个月广东省的付款订单数"), "筛选：")
    (picker,) = app.multiselect
    assert picker.value == ["广东省"]
    picker.set_value(["广东省", "四川省"]).run()
    click(app, "应用")
    where = last(app).query.where  # type: ignore[union-attr]
    assert where == In(field="province", values=("广东省", "四川省"))
    assert last(app).question.endswith("→ 筛选：广东省、四川省")


def test_a_comparison_is_one_click_away(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), "上个月付款订单数")
    click(app, "环比上期")
    assert last(app).query.compare is Comparison.prior_period  # type: ignore[union-attr]
    assert app.metric[-1].delta


def test_an_english_answer_is_framed_in_english_on_a_chinese_page(
    open_app: OpenApp, shop: Path
) -> None:
    app = ask(open_app(shop, language="zh"), "placed orders last month")
    assert "Understood as: placed orders" in said(app)
    assert "我的理解" not in said(app)
    assert [tab.label for tab in app.tabs] == ["Definition", "Data", "SQL", "Lineage"]
    click(opened(app, "time: "), "this month")
    assert last(app).language == "en"
    assert last(app).question == "placed orders last month → time: this month"
    ask(app, "上个月下单数")
    assert last(app).language == "zh"


def test_a_chosen_reading_keeps_the_language_of_its_question(
    open_app: OpenApp, own_shop: Path
) -> None:
    app = ask(open_app(own_shop, language="en"), "上个月订单数")
    app.button(key="turn-0-option-1").click().run()
    assert last(app).language == "zh"


def test_a_long_row_of_edits_keeps_the_question_and_the_last_ones(
    open_app: OpenApp, shop: Path
) -> None:
    app = ask(open_app(shop), "上个月付款订单数")
    for label in ("近7天", "本月", "上月", "近30天"):
        click(opened(app, "时间："), label)
    edits = ["上个月付款订单数", "时间：本月", "时间：上月", "时间：近30天"]
    assert last(app).question == " → ".join(edits)


def test_the_file_of_an_answer_is_offered_when_the_menu_opens(
    open_app: OpenApp, shop: Path
) -> None:
    app = ask(open_app(shop), "上个月付款订单数")
    assert not app.get("download_button")
    app.session_state["turn-0-export"] = True
    app.run()
    assert not app.exception
    assert [one.proto.label for one in app.get("download_button")] == ["CSV 文件", "Excel 文件"]


def test_the_lineage_of_a_number_is_a_tree(open_app: OpenApp, shop: Path) -> None:
    app = open_tab(ask(open_app(shop), "上个月付款率"), "血缘")
    (told,) = [one.value for one in app.code if "└─ 表 mart.orders" in one.value]
    assert "ExportOrderList.csv" in told


def test_the_best_of_all_is_named_on_its_card(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), "上个月支付金额最高的省份")
    answer = last(app)
    assert app.metric[-1].label == f"{answer.rows[0][0]} · 支付金额"


def test_the_grain_of_a_course_is_changed(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), "上个月每天的付款订单数")
    click(opened(app, "粒度："), "周")
    assert last(app).query.time_grain is Grain.week  # type: ignore[union-attr]
