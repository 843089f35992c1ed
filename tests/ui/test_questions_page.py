"""What can be asked: every example on the page is answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import LOCAL_ADMIN, Assistant, Settings
from assistant.nearest.askable import askable, missing, subjects
from semantic_layer import Language
from tests.ui.conftest import OpenApp
from tests.ui.pages import said
from tests.ui.small_shop import AS_OF


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_example_is_answered_in_its_language(shop: Path, language: Language) -> None:
    assistant = Assistant(shop, Settings())
    known = assistant.knowledge
    (orders,) = subjects(known, language)
    for name in orders.metrics:
        questions = askable(name, known, AS_OF, language).questions
        assert len(questions) >= 2, name
        for question in questions:
            answer = assistant.ask(question, now=AS_OF, user=LOCAL_ADMIN)
            assert (answer.status, answer.language) == ("answered", language), question
            assert answer.query is not None
            assert answer.query.metrics == (name,)


def test_what_is_asked_for_and_what_is_missing_are_all_metrics(shop: Path) -> None:
    known = Assistant(shop, Settings()).knowledge
    asked = {name for one in subjects(known, "zh") for name in one.metrics}
    assert asked == known.available
    lacking = {label for one in missing(known, "zh") for label in one.metrics}
    assert lacking == {
        metric.label.zh for name, metric in known.model.metrics.items() if name not in asked
    }
    assert all(one.export for one in missing(known, "en"))


def test_the_page_tells_days_and_missing_exports_and_asks(open_app: OpenApp, shop: Path) -> None:
    app = open_app(shop, page="questions")
    assert "已载入：2026-08-24 – " in said(app)
    assert "可以按这些拆分：" in said(app)
    assert "缺少的导出" in app.dataframe[0].value.columns
    question = app.button(key="ask-orders-0-0").label
    app.button(key="ask-orders-0-0").click().run()
    (turn,) = app.session_state["turns"]
    assert (turn.status, turn.question) == ("answered", question)


def test_nothing_loaded_says_where_to_begin(open_app: OpenApp, tmp_path: Path) -> None:
    app = open_app(tmp_path / "new", page="questions", language="en")
    assert "no data yet" in said(app)
    assert not app.exception
