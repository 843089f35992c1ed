"""Remembered choices: whose they are, when they hold, and how they end."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from assistant import Assistant, Role, Settings, User, Users
from assistant.choices import Choices
from semantic_layer import QueryError
from tests.assistant.scripted_chat_model import ScriptedChatModel
from tests.ui.small_shop import AS_OF, PAID, build, count

OPERATOR, EXECUTIVE = User("operator", Role.operator), User("executive", Role.executive)


@pytest.fixture
def choices(tmp_path: Path) -> Choices:
    return Choices(tmp_path / "app.sqlite")


def test_a_later_choice_replaces_an_earlier_one(choices: Choices) -> None:
    choices.remember("operator", {"Orders": "placed_orders"}, AS_OF)
    choices.remember("operator", {"orders": "paid_orders"}, AS_OF)
    (one,) = choices.of("operator")
    assert (one.term, one.choice, one.chosen_at) == ("orders", "paid_orders", AS_OF.isoformat())


def test_choices_never_apply_across_users(choices: Choices) -> None:
    choices.remember("operator", {"订单数": "paid_orders"}, AS_OF)
    assert choices.by_term("executive") == {}


def test_what_is_forgotten_is_gone_and_what_is_not_there_is_told(choices: Choices) -> None:
    choices.remember("operator", {"Orders": "paid_orders"}, AS_OF)
    choices.forget("operator", "ORDERS")
    assert choices.of("operator") == ()
    choices.remember("operator", {"订单数": "paid_orders"}, AS_OF)
    with pytest.raises(QueryError, match="the remembered terms are: 订单数"):
        choices.forget("operator", "orders")


def test_users_and_choices_share_a_database_whichever_comes_first(tmp_path: Path) -> None:
    database = tmp_path / "app.sqlite"
    Choices(database).remember("operator", {"订单数": "paid_orders"}, AS_OF)
    assert [user.name for user in Users(database).all()] == [role.value for role in Role]
    assert Choices(database).by_term("operator") == {"订单数": "paid_orders"}


def test_a_database_from_before_choices_is_used_as_it_is(tmp_path: Path) -> None:
    database = tmp_path / "app.sqlite"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE users (name TEXT PRIMARY KEY, role TEXT NOT NULL)")
        connection.execute("INSERT INTO users VALUES ('anna', 'analyst')")
    connection.close()
    assert Users(database).all() == (User("anna", Role.analyst),)
    assert Choices(database).of("anna") == ()


def test_a_choice_made_in_a_conversation_holds_for_its_user_only(tmp_path: Path) -> None:
    shop = Assistant(build(tmp_path / "shop"), Settings())
    asked = shop.ask("上个月订单数", now=AS_OF, user=OPERATOR, remembers=True)
    assert asked.status == "clarify"
    picked = shop.ask("付款的", now=AS_OF, user=OPERATOR, history=[asked], remembers=True)
    assert picked.rows == ((count(PAID),),)
    again = shop.ask("上个月订单数", now=AS_OF, user=OPERATOR, remembers=True)
    assert again.rows == picked.rows
    assert ("remembered_choice", "订单数") in [(one.code, one.where) for one in again.issues]
    for user, remembers in ((EXECUTIVE, True), (OPERATOR, False)):
        other = shop.ask("上个月订单数", now=AS_OF, user=user, remembers=remembers)
        assert other.status == "clarify"


FOLLOW_UPS = (
    "按省份",
    "前三",
    "占比呢",
    "超过10的",
    "环比呢",
    "去掉对比",
    "只看浙江",
    "那GMV呢",
    "每天的",
    "7日移动平均",
    "日均呢",
    "那上周呢",
    "全国呢",
    "回到上一个",
    "in total?",
)


def test_every_follow_up_in_a_long_talk_is_answered_or_says_why_not(tmp_path: Path) -> None:
    shop = Assistant(build(tmp_path / "shop"), Settings())
    history = [shop.ask("上个月付款订单数", now=AS_OF)]
    for question in FOLLOW_UPS:
        answer = shop.ask(question, now=AS_OF, history=history)
        assert answer.status in ("answered", "clarify", "refused"), (question, answer.issues)
        assert answer.status == "answered" or answer.summary, question
        history.append(answer)
    statuses = [answer.status for answer in history]
    assert statuses.count("answered") >= len(history) - 3, statuses


def test_a_language_model_is_told_the_plan_before(tmp_path: Path) -> None:
    model = ScriptedChatModel({"kind": "refuse", "term": "火星"})
    settings = Settings(llm="openai:scripted")
    shop = Assistant(build(tmp_path / "shop"), settings, chat_model=model)
    first = shop.ask("上个月浙江付款订单数", now=AS_OF)
    told = shop.ask("火星呢", now=AS_OF, history=[first])
    assert told.parser == "llm"
    (call,) = model.calls
    assert "浙江省" in call.user
    assert "paid_orders" in call.user
