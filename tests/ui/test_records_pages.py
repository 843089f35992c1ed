"""History, pins, links and thumbs as a reader meets them."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from assistant import Role, User
from assistant.records.feedback import Candidate, Feedback, Problem
from assistant.records.history import History
from assistant.records.links import link_text, read_link
from assistant.records.pins import Pins
from semantic_layer import SemanticQuery
from semantic_layer.query import Grain, PresetTime
from tests.ui.conftest import OpenApp
from tests.ui.pages import ask, said, turn_to
from tests.ui.small_shop import AS_OF, PAID, count
from ui import session
from warehouse import Warehouse

QUESTION = "上个月付款订单数"
PLAN = SemanticQuery(metrics=("paid_orders",), time=PresetTime(unit=Grain.month))
IMAGE = "![x](http://127.0.0.1:1/x.png)"
ANALYST = User("analyst", Role.analyst)


def key_of(app: AppTest, start: str, end: str) -> str:
    """The key of the only button of that kind; a card's keys hold a digest of its plan."""
    keys = [str(one.key) for one in app.button]
    (key,) = [key for key in keys if key.startswith(start) and key.endswith(end)]
    return key


def candidates(project: Path) -> tuple[Candidate, ...]:
    assistant = session._opened(str(project.resolve()))
    known = assistant.knowledge_for(ANALYST)
    return Feedback(project / "app.sqlite").candidates(ANALYST, known, AS_OF.date())


def opened(app: AppTest, address: dict[str, str]) -> AppTest:
    """The page after somebody followed a link to it."""
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def test_a_conversation_is_kept_left_and_opened_again(open_app: OpenApp, own_shop: Path) -> None:
    app = ask(ask(open_app(own_shop), QUESTION), "按省份")
    (kept,) = History(own_shop / "app.sqlite").of("operator")
    app.button(key="new-conversation").click().run()
    assert not app.metric
    assert "您好" in said(app)
    app.button(key=f"conversation-{kept.id}").click().run()
    assert [card.value for card in app.metric] == [str(count(PAID))]
    ask(app, "前二")
    assert len(History(own_shop / "app.sqlite").turns("operator", kept.id)) == 3
    assert len(app.session_state["turns"]) == 3


def test_a_conversation_is_deleted_and_all_are(open_app: OpenApp, own_shop: Path) -> None:
    history = History(own_shop / "app.sqlite")
    app = ask(open_app(own_shop), QUESTION)
    app.button(key="new-conversation").click().run()
    ask(app, QUESTION)
    latest, first = history.of("operator")
    app.button(key=f"delete-conversation-{first.id}").click().run()
    assert [one.id for one in history.of("operator")] == [latest.id]
    assert app.metric, "the open conversation stays"
    app.button(key="delete-all-conversations").click().run()
    assert history.of("operator") == ()
    assert not app.metric


def test_the_open_conversation_can_be_renamed(open_app: OpenApp, own_shop: Path) -> None:
    history = History(own_shop / "app.sqlite")
    app = ask(open_app(own_shop), QUESTION)
    (kept,) = history.of("operator")
    app.text_input(key=f"title-{kept.id}").set_value(IMAGE).run()
    assert [one.title for one in history.of("operator")] == [IMAGE]
    assert not any("![" in button.label for button in app.button)


def test_another_user_finds_no_conversation_of_ours(open_app: OpenApp, own_shop: Path) -> None:
    app = ask(open_app(own_shop), QUESTION)
    app.selectbox(key="user").set_value("executive").run()
    assert not any(str(one.key).startswith("conversation-") for one in app.button)
    ask(app, QUESTION)
    history = History(own_shop / "app.sqlite")
    assert len(history.of("operator")) == len(history.of("executive")) == 1


def test_an_answer_is_pinned_and_drawn_on_the_overview(open_app: OpenApp, own_shop: Path) -> None:
    app = ask(open_app(own_shop), QUESTION)
    app.button(key=key_of(app, "turn-0", "-pin")).click().run()
    (pin,) = Pins(own_shop / "app.sqlite").of("operator")
    assert (pin.title, pin.chart) == (QUESTION, "card")
    turn_to(app, "overview")
    assert "我的收藏" in said(app)
    assert app.metric[-1].value == str(count(PAID))
    app.button(key=f"open-pin-{pin.id}").click().run()
    assert app.session_state["turns"][-1].query == PLAN
    turn_to(app, "overview").button(key=f"unpin-{pin.id}").click().run()
    assert "我的收藏" not in said(app)


def test_pins_are_moved_and_drawn_again_without_a_query(
    open_app: OpenApp, own_shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pins = Pins(own_shop / "app.sqlite")
    for title, plan in (("a", PLAN), (IMAGE, PLAN.model_copy(update={"group_by": ()}))):
        pins.pin("operator", title, plan.model_copy(update={"ranks": title == "a"}), None, AS_OF)
    app = open_app(own_shop, page="overview")
    first, second = pins.of("operator")
    with monkeypatch.context() as patch:
        patch.setattr(Warehouse, "execute", None)
        app.button(key=f"move-pin-{second.id}--1").click().run()
    assert [one.id for one in pins.of("operator")] == [second.id, first.id]
    assert IMAGE in said(app)
    assert not app.exception


def test_a_pin_that_no_longer_holds_says_why(open_app: OpenApp, own_shop: Path) -> None:
    pins = Pins(own_shop / "app.sqlite")
    pins.pin("operator", "旧的", SemanticQuery(metrics=("no_such",)), None, AS_OF)
    app = open_app(own_shop, page="overview")
    assert "没有名为 'no_such' 的指标" in said(app)
    assert not app.exception


def test_the_link_of_an_answer_opens_it(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), QUESTION)
    link = next(code.value for code in app.code if "?plan=" in code.value)
    plan = link.partition("?plan=")[2]
    assert read_link(plan) == PLAN
    other = opened(open_app(shop, user="executive"), {"plan": plan})
    assert [card.value for card in other.metric] == [str(count(PAID))]
    assert "plan" not in other.query_params
    other.run()
    assert len(other.session_state["turns"]) == 1


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ({"plan": "1broken"}, "这个链接不完整或已损坏"),
        ({"plan": IMAGE}, "这个链接不完整或已损坏"),
        ({"plan": "1" * 9_000}, "放不进一个链接"),
        ({"plan": link_text(SemanticQuery(metrics=("no_such",)))}, "没有名为 'no_such' 的指标"),
        ({"ask": "问" * 501}, "超过 500 个字"),
        ({"ask": f"{IMAGE} 上个月付款订单数"}, IMAGE),
    ],
)
def test_a_bad_link_is_a_sentence(
    open_app: OpenApp, shop: Path, address: dict[str, str], sentence: str
) -> None:
    app = opened(open_app(shop), address)
    assert sentence in said(app)
    assert not app.exception
    assert not any("![" in part.value for part in app.markdown)


def test_a_question_in_the_address_is_asked(open_app: OpenApp, shop: Path) -> None:
    app = opened(open_app(shop), {"ask": QUESTION})
    assert [card.value for card in app.metric] == [str(count(PAID))]


def test_a_thumb_is_kept_with_its_reason_and_can_be_taken_back(
    open_app: OpenApp, own_shop: Path
) -> None:
    app = ask(open_app(own_shop), QUESTION)
    before = [card.value for card in app.metric]
    app.feedback[0].set_value(0).run()
    (vote,) = candidates(own_shop)[0].votes
    assert (vote.user, vote.verdict, vote.problem) == ("operator", "down", None)
    (pills,) = [one for one in app.pills if str(one.key).endswith("-problem")]
    pills.set_value(Problem.wrong_time)
    (comment,) = [one for one in app.text_input if str(one.key).endswith("-comment")]
    comment.set_value(IMAGE)
    app.button(key=key_of(app, "turn-0", "-send")).click().run()
    (candidate,) = candidates(own_shop)
    assert candidate.plan == PLAN
    assert [(one.problem, one.comment) for one in candidate.votes] == [("wrong_time", IMAGE)]
    assert [card.value for card in app.metric] == before
    app.feedback[0].set_value(None).run()
    assert candidates(own_shop) == ()


def test_a_refusal_can_be_told_to_be_answerable(open_app: OpenApp, own_shop: Path) -> None:
    app = ask(open_app(own_shop), "火星上的鲲鹏")
    app.feedback[0].set_value(0).run()
    (candidate,) = candidates(own_shop)
    assert (candidate.question, candidate.plan) == ("火星上的鲲鹏", None)
