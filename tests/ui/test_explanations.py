"""Answers that are no single number, where people meet them: the chat page and the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from tests.ui.conftest import OpenApp
from tests.ui.pages import ask, said
from tests.ui.small_shop import AS_OF, CREATED, PAID, count, total
from ui.command_line import main

TWO = "上个月付款订单数是多少？客单价怎么算？"


def run(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, [str(one) for one in arguments])
    return done.exit_code, done.stdout, done.stderr


def asked(question: str, shop: Path) -> dict[str, Any]:
    code, out, _ = run("ask", question, "--json", "--as-of", AS_OF.isoformat(), "--project", shop)
    assert code in (0, 1)
    answer: dict[str, Any] = json.loads(out)
    return answer


def test_a_definition_is_said_on_the_chat_page_without_a_number(
    open_app: OpenApp, shop: Path
) -> None:
    app = ask(open_app(shop), "付款订单数是什么口径")
    assert not app.exception
    assert "条件：有付款时间" in said(app)
    assert not app.metric
    assert not app.dataframe


def test_several_questions_are_answered_one_after_another(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), TWO)
    assert not app.exception
    assert [card.value for card in app.metric] == [str(count(PAID))]
    text = said(app)
    assert text.index("我的理解：付款订单数") < text.index("我的理解：客单价的口径")


def test_two_numbers_of_two_questions_are_two_cards(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), "上个月付款订单数和本月下单数")
    assert not app.exception
    assert [card.label for card in app.metric] == ["付款订单数", "下单数"]


def test_the_next_question_of_a_refused_reason_is_one_click_away(
    open_app: OpenApp, shop: Path
) -> None:
    app = ask(open_app(shop), "为什么上个月下单金额下降了")
    assert "不能给出原因" in said(app)
    app.button(key="turn-0-next-1").click().run()
    assert not app.exception
    assert len(app.session_state["turns"]) == 2
    assert app.session_state["turns"][1].status == "answered"


def test_json_carries_the_further_answers(shop: Path) -> None:
    answer = asked("上个月付款订单数和本月下单金额", shop)
    assert answer["status"] == "answered"
    assert answer["rows"] == [[count(PAID)]]
    (further,) = answer["further"]
    assert further["question"] == "本月下单金额"
    assert further["rows"][0][0] > 0
    for one in (answer, further):
        for link in one["links"]:
            assert one["question"][link["start"] : link["end"]] == link["text"]


def test_the_values_of_a_dimension_are_rows_and_are_named(shop: Path) -> None:
    answer = asked("有哪些省份", shop)
    assert {row[0] for row in answer["rows"]} == {"浙江省", "广东省", "江苏省", "四川省"}
    assert "浙江省" in answer["summary"]


def test_a_region_group_counts_the_members_that_the_data_have(shop: Path) -> None:
    answer = asked("上个月江浙沪的支付金额", shop)
    expected = total(PAID, province="浙江省") + total(PAID, province="江苏省")
    assert answer["rows"] == [[round(expected, 2)]]


def test_the_command_line_prints_every_answer(shop: Path) -> None:
    code, out, _ = run("ask", TWO, "--as-of", AS_OF.isoformat(), "--project", shop)
    assert code == 0
    assert out.index(str(count(PAID))) < out.index("支付金额 ÷ 支付买家数")


def test_a_forecast_is_one_line_on_stderr(shop: Path) -> None:
    code, out, err = run("ask", "预测下个月下单数", "--project", shop)
    assert (code, out) == (1, "")
    assert "不做预测" in err
    assert str(count(CREATED)) not in err
