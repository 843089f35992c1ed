"""The page where analysts and admins look at feedback."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Answer, Role, User
from assistant.records.feedback import Feedback
from assistant.records.plan_text import plan_text
from semantic_layer import SemanticQuery
from semantic_layer.query import Grain, PresetTime
from tests.ui.conftest import OpenApp
from tests.ui.pages import ask, said, turn_to
from tests.ui.small_shop import AS_OF, PAID, count
from ui.pages import review_page

PLAN = SemanticQuery(metrics=("paid_orders",), time=PresetTime(unit=Grain.month))
QUESTION = "上月鲲鹏看板"
HOSTILE = "![x](http://127.0.0.1:1/x.png) <b>=1+1</b>"


def judge(project: Path, question: str = QUESTION, *, comment: str = "") -> None:
    answer = Answer(status="answered", question=question, language="zh", parser="llm", query=PLAN)
    operator = User("operator", Role.operator)
    Feedback(project / "app.sqlite").give(operator, answer, "up", AS_OF, comment=comment)


@pytest.mark.parametrize(("user", "reviews"), [("operator", False), ("executive", False)])
def test_others_have_no_such_page_and_cannot_draw_it(
    open_app: OpenApp, own_shop: Path, monkeypatch: pytest.MonkeyPatch, user: str, *, reviews: bool
) -> None:
    judge(own_shop, "别人的问题")
    app = open_app(own_shop, user=user)
    assert ("review" in app.session_state["pages"]) is reviews
    monkeypatch.setattr("ui.pages.metrics_page.show", review_page.show)
    forced = open_app(own_shop, user=user, page="metrics")
    assert "只有分析师和管理员可以审核反馈" in said(forced)
    assert "别人的问题" not in said(forced)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_approved_question_is_answered_in_the_chat(
    open_app: OpenApp, own_shop: Path, language: str
) -> None:
    judge(own_shop)
    app = open_app(own_shop, user="analyst", page="review", language=language)
    assert QUESTION in said(app)
    app.button(key="candidate-1-try").click().run()
    assert app.metric[0].value == str(count(PAID))
    app.button(key="candidate-1-yes").click().run()
    assert not app.exception
    assert (own_shop / "models" / "verified_questions.yml").is_file()
    assert QUESTION not in said(app)
    answer = ask(turn_to(app, "chat"), QUESTION).session_state["turns"][-1]
    assert (answer.parser, answer.query) == ("verified", PLAN)


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("zh", "按省份呢", "要接着上一个问题才有意义"),
        ("zh", " ", "请写下这个问题的中文或英文问法"),
        ("plan", '{"metrics": ["paid_orders"], "sql": 1}', "这不是合法的 SemanticQuery"),
        ("plan", plan_text(SemanticQuery(metrics=("no_such",))), "no_such"),
    ],
)
def test_what_does_not_hold_is_told_and_nothing_is_written(
    open_app: OpenApp, own_shop: Path, field: str, text: str, sentence: str
) -> None:
    judge(own_shop)
    app = open_app(own_shop, user="admin", page="review")
    box = app.text_area if field == "plan" else app.text_input
    box(key=f"candidate-1-{field}").set_value(text)
    app.button(key="candidate-1-yes").click().run()
    assert sentence in said(app)
    assert not app.exception
    assert not (own_shop / "models").exists()


def test_a_candidate_is_turned_down_with_a_reason(open_app: OpenApp, own_shop: Path) -> None:
    judge(own_shop)
    app = open_app(own_shop, user="analyst", page="review")
    app.button(key="candidate-1-no").click().run()
    assert "请写明不采纳的原因" in said(app)
    app.text_area(key="candidate-1-reason").set_value("问得不清楚")
    app.button(key="candidate-1-no").click().run()
    assert "没有待审核的反馈" in said(app)


def test_hostile_words_are_shown_as_text(open_app: OpenApp, own_shop: Path) -> None:
    judge(own_shop, HOSTILE, comment=HOSTILE)
    app = open_app(own_shop, user="analyst", page="review")
    assert said(app).count(HOSTILE) == 2
    assert not app.exception
    assert not app.dataframe
    for shown in (*app.markdown, *app.header, *app.subheader):
        assert "![" not in shown.value
