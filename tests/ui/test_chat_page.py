from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner import StopException

from assistant import Assistant
from tests.ui.conftest import OpenApp
from tests.ui.pages import ask, open_tab, said, turn_to
from tests.ui.small_shop import CREATED, PAID, count, total
from warehouse import Warehouse

BOTH = "上个月下单多少单, 付款多少单?"


def test_two_governed_numbers_with_definitions_dates_and_sql(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), BOTH)
    assert [card.value for card in app.metric] == [str(count(CREATED)), str(count(PAID))]
    text = said(app)
    assert "我的理解：下单数、付款订单数；2026-10-01 – 2026-10-31" in text
    assert "按下单时间统计的订单数" in text
    assert "按付款时间统计的已付款订单数" in text
    assert "统计日期：2026-10-01 – 2026-10-31" in text
    open_tab(app, "SQL")
    (sql,) = [block.value for block in app.code if block.language == "sql"]
    assert sql.startswith("WITH")


def test_the_same_in_english(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop, language="en"), "placed orders and paid orders last month")
    assert [card.value for card in app.metric] == [str(count(CREATED)), str(count(PAID))]
    assert "Understood as: placed orders, paid orders" in said(app)


def test_an_amount_by_province_is_a_chart_and_a_table(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), "上个月各省份的支付金额")
    assert len(app.get("vega_lite_chart")) == 1
    assert not app.dataframe, "a tab that is closed costs nothing"
    table = open_tab(app, "数据").dataframe[0].value
    assert table.iloc[:, 1].sum() == pytest.approx(total(PAID))


def test_another_chart_type_is_one_click_away(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), "上个月各省份的支付金额")
    app.button_group(key="turn-0-chart").set_value("table").run()
    assert not app.get("vega_lite_chart")
    assert not app.exception


def test_an_ambiguous_word_shows_each_reading_with_its_number(
    open_app: OpenApp, own_shop: Path
) -> None:
    app = ask(open_app(own_shop), "上个月订单数")
    labels = [app.button(key=f"turn-0-option-{number}").label for number in (0, 1)]
    assert labels == [f"下单数：{count(CREATED)}", f"付款订单数：{count(PAID)}"]
    assert "按付款时间统计的已付款订单数" in said(app)
    app.button(key="turn-0-option-1").click().run()
    assert "上个月订单数 → 付款订单数" in said(app)
    assert [card.value for card in app.metric] == [str(count(PAID))]


@pytest.mark.parametrize("question", ["今天天气怎么样", "???", "x" * 600])
def test_a_refusal_is_one_sentence_without_a_number(
    open_app: OpenApp, shop: Path, question: str
) -> None:
    app = ask(open_app(shop), question)
    assert not app.exception
    assert not app.metric
    assert not app.dataframe
    assert sum(len(message.text) for message in app.chat_message) == 2  # question and sentence


def test_the_first_page_offers_questions_that_work(open_app: OpenApp, shop: Path) -> None:
    app = open_app(shop)
    assert "已载入的订单：2026-08-24 – 2026-11-21" in said(app)
    app.button(key="example-0").click().run()
    assert app.metric[0].label == "支付金额"
    assert "您好" not in said(app)


def test_a_next_question_adds_a_turn(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), "上个月付款订单数")
    app.button(key="turn-0-next-0").click().run()
    assert len(app.session_state["turns"]) == 2


def test_clearing_forgets_the_turns(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), BOTH)
    app.button(key="clear").click().run()
    assert not app.metric
    assert "您好" in said(app)


def test_drawing_the_history_again_runs_no_query(
    open_app: OpenApp, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = ask(open_app(shop), BOTH)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a query ran while the page was drawn again")

    monkeypatch.setattr(Warehouse, "execute", refuse)
    app.run()
    app.button_group(key="language").set_value("en").run()
    assert [card.value for card in app.metric] == [str(count(CREATED)), str(count(PAID))]


def test_a_window_of_turns_is_drawn_and_moves_to_those_before(
    open_app: OpenApp, shop: Path
) -> None:
    app = ask(open_app(shop), "上个月付款订单数")
    app.session_state["turns"] = app.session_state["turns"] * 12
    app.run()
    assert len(app.metric) == 10
    app.button(key="earlier").click().run()
    assert len(app.metric) == 10
    assert str(app.feedback[0].key).startswith("turn-0-")
    assert not any(button.key == "earlier" for button in app.button)
    app.button(key="latest_answers").click().run()
    assert len(app.metric) == 10


def test_a_hundred_turns_cost_a_page_no_more_than_twelve(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), "上个月付款订单数")
    turn = app.session_state["turns"]
    drawn = []
    for count_of_turns in (12, 100):
        app.session_state["turns"] = turn * count_of_turns
        drawn.append(len(list(app.run().main)))
    assert drawn[0] == drawn[1]
    ask(app, "上个月下单数")
    assert len(app.metric) == 10
    assert len(app.session_state["turns"]) == 101


def test_what_was_asked_survives_a_run_that_was_interrupted(open_app: OpenApp, shop: Path) -> None:
    app = open_app(shop)
    app.session_state["asked"] = "上个月付款订单数"
    app.run()
    assert [card.value for card in app.metric] == [str(count(PAID))]
    assert "asked" not in app.session_state


def test_a_question_that_was_stopped_is_not_asked_again(
    open_app: OpenApp, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(shop)

    def stop(*_: object, **__: object) -> None:
        raise StopException

    with monkeypatch.context() as patch:
        patch.setattr(Assistant, "ask", stop)
        ask(app, BOTH)
    assert "asked" not in app.session_state
    app.run()
    assert not app.metric


def test_a_defect_is_told_without_a_trace(
    open_app: OpenApp, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(shop)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(Assistant, "ask", fail)
    ask(app, BOTH)
    assert "出了意外的问题" in said(app)
    assert "secret" not in said(app)
    assert not app.exception
    assert "asked" not in app.session_state


@pytest.mark.parametrize("page", ["chat", "overview", "data"])
@pytest.mark.parametrize(("language", "sentence"), [("zh", "还没有数据"), ("en", "no data yet")])
def test_an_empty_project_says_where_to_begin(
    open_app: OpenApp, tmp_path: Path, page: str, language: str, sentence: str
) -> None:
    app = open_app(tmp_path / "new", language=language, page=page)
    assert sentence in said(app)
    assert not app.exception


@pytest.mark.parametrize("page", ["chat", "overview", "metrics", "data"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_damaged_warehouse_is_a_sentence_on_every_page(
    open_app: OpenApp, own_shop: Path, page: str, language: str
) -> None:
    (own_shop / "warehouse" / "CURRENT").write_text("{", encoding="utf-8")
    app = open_app(own_shop, language=language, page=page)
    assert "CURRENT" in said(app)
    assert not app.exception


@pytest.mark.parametrize("page", ["chat", "overview", "metrics"])
def test_a_broken_definition_file_is_named_on_every_page_that_needs_it(
    open_app: OpenApp, own_shop: Path, page: str
) -> None:
    (own_shop / "models").mkdir()
    (own_shop / "models" / "mine.yml").write_text("extends: orders\nmetrcs: []\n", encoding="utf-8")
    app = open_app(own_shop, page=page)
    assert "mine.yml:2" in said(app)
    assert not app.exception


@pytest.mark.parametrize("page", ["chat", "overview", "metrics"])
def test_a_broken_settings_file_is_named(open_app: OpenApp, own_shop: Path, page: str) -> None:
    (own_shop / "koujing.toml").write_text("lllm = 1\n", encoding="utf-8")
    app = open_app(own_shop, page=page)
    assert "koujing.toml:1: 没有名为 'lllm' 的设置" in said(app)
    assert not app.exception


def test_the_pages_survive_a_visit_to_each_other(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), BOTH)
    for page in ("overview", "metrics", "data", "chat"):
        turn_to(app, page)
        assert not app.exception
    assert app.metric[0].value == str(count(CREATED))
