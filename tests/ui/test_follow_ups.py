"""Follow-ups and remembered choices at the edges: the batch, `koujing choices`, the chat page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ui.conftest import OpenApp
from tests.ui.pages import ask, said
from tests.ui.small_shop import AS_OF, CREATED, PAID, count, total
from tests.ui.test_command_line import batch, run, told

AT = ("--as-of", AS_OF.date().isoformat())


def answers(shop: Path, file: Path, *options: str) -> list[dict[str, Any]]:
    done = run("ask", "--batch", file, "--json", "--project", shop, *AT, *options)
    assert done.exit_code == 0, (done.output, done.exception)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_chain_in_a_batch_leads_back_to_its_start(shop: Path, tmp_path: Path) -> None:
    file = batch(
        tmp_path / "q.jsonl",
        {"id": "a", "question": "上个月付款订单数"},
        {"id": "other", "question": "上上周GMV"},
        {"id": "b", "question": "只看浙江", "previous": "a"},
        {"id": 3, "question": "那支付金额呢", "previous": "b"},
        {"id": 4, "question": "回到上一个", "previous": 3},
    )
    found = answers(shop, file)
    assert [one["status"] for one in found] == ["answered"] * 5
    assert found[3]["rows"] == [[pytest.approx(total(PAID, province="浙江"))]]
    assert found[4]["query"] == found[2]["query"]
    assert "沿用上一个问题的时间、省份条件" in [one["message"] for one in found[3]["issues"]]


def test_an_unknown_turn_before_is_an_error_of_its_line_only(shop: Path, tmp_path: Path) -> None:
    file = batch(
        tmp_path / "q.jsonl",
        {"id": 1, "question": "只看浙江", "previous": "nowhere"},
        {"id": 2, "question": "那上周呢", "previous": 2},
        {"id": 3, "question": "上个月付款订单数"},
        {"id": 4, "question": "按省份", "previous": 1},
    )
    found = answers(shop, file)
    assert [one["status"] for one in found][:3] == ["error", "error", "answered"]
    assert found[0]["issues"][0]["code"] == "unknown_previous"
    assert "'nowhere'" in found[0]["summary"]
    assert found[3]["status"] != "error"


def test_a_turn_before_that_is_no_id_is_a_broken_line(shop: Path, tmp_path: Path) -> None:
    file = batch(tmp_path / "q.jsonl", {"id": 1, "question": "x", "previous": ["a"]})
    line = told(run("ask", "--batch", file, "--json", "--project", shop, "--lang", "en"))
    assert line.startswith("Line 1 of the batch")


def test_choices_are_kept_for_a_named_user_listed_and_forgotten(
    own_shop: Path, tmp_path: Path
) -> None:
    file = batch(
        tmp_path / "q.jsonl",
        {"id": 1, "question": "上个月订单数"},
        {"id": 2, "question": "付款的", "previous": 1},
        {"id": 3, "question": "上个月订单数"},
    )
    plain = [one["status"] for one in answers(own_shop, file)]
    assert plain == ["clarify", "answered", "clarify"]
    named = answers(own_shop, file, "--user", "operator")
    assert [one["status"] for one in named] == ["clarify", "answered", "answered"]
    assert named[2]["rows"] == [[count(PAID)]]
    listed = run("choices", "--user", "operator", "--project", own_shop, "--lang", "zh")
    assert listed.stdout.startswith("订单数 → 付款订单数 (paid_orders, 2026-11-24")
    assert run("choices", "--user", "executive", "--project", own_shop).stdout == ""
    forget = ("choices", "--forget", "订单数", "--user", "operator", "--project", own_shop)
    assert run(*forget).exit_code == 0
    assert "'订单数'" in told(run(*forget, "--lang", "en"))
    assert answers(own_shop, file, "--user", "operator")[0]["status"] == "clarify"


def test_choices_belong_to_somebody(shop: Path) -> None:
    assert run("choices", "--project", shop).exit_code == 2


def test_the_chat_goes_on_from_what_was_asked(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), "上个月付款订单数")
    ask(app, "只看浙江")
    ask(app, "那支付金额呢")
    assert not app.exception
    text = said(app)
    assert "沿用上一个问题的时间、省份条件" in text
    assert app.session_state["turns"][-1].rows == ((pytest.approx(total(PAID, province="浙江")),),)


def test_the_chat_remembers_a_choice_says_so_and_asks_again(
    open_app: OpenApp, own_shop: Path
) -> None:
    app = ask(open_app(own_shop), "上个月订单数")
    app.button(key="turn-0-option-1").click().run()
    ask(app, "上个月订单数")
    assert "“订单数”按您上次的选择理解为付款订单数" in said(app)
    assert app.metric[-1].value == str(count(PAID))
    (forget,) = [one for one in app.button if one.key and "-forget-" in one.key]
    forget.click().run()
    assert app.session_state["turns"][-1].status == "clarify"
    assert not app.exception


def test_a_word_picks_an_option_in_the_chat(open_app: OpenApp, own_shop: Path) -> None:
    app = ask(open_app(own_shop), "上个月订单数")
    ask(app, "下单的")
    assert app.metric[-1].value == str(count(CREATED))
