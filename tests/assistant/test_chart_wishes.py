"""A chart asked for in words: drawn where it is legal, refused in a sentence where it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Answer, Assistant, Settings
from assistant.parsing.chart_wishes import chart_wish
from tests.ui.small_shop import AS_OF, build

PLAIN = "上个月各省份下单数"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant(build(tmp_path_factory.mktemp("wishes") / "shop"), Settings())


def _talk(shop: Assistant, *turns: str) -> Answer:
    history: list[Answer] = []
    for turn in turns:
        history.append(shop.ask(turn, now=AS_OF, history=history))
    return history[-1]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("上个月各省份下单数，画成柱状图", "column"),
        ("用饼图展示上个月各省份下单数", "donut"),
        ("给我画个上个月各省份下单数的条形图", "bar"),
        ("上个月各省份下单数以表格的形式列出", "table"),
        ("placed orders by province last month as a pie chart", "donut"),
        ("bar chart of placed orders by province last month", "bar"),
    ],
)
def test_the_chart_is_drawn_and_the_plan_is_as_without_it(
    shop: Assistant, question: str, kind: str
) -> None:
    answer = _talk(shop, question)
    assert answer.chart is not None
    assert answer.chart.type == kind
    assert answer.query == _talk(shop, PLAIN).query
    assert answer.question == question
    assert all(question[link.start : link.end] == link.text for link in answer.links)
    assert not [issue for issue in answer.issues if issue.code == "chart_by_words"]


def test_a_line_wants_a_course_over_time(shop: Assistant) -> None:
    answer = _talk(shop, "上个月下单数折线图")
    assert answer.chart is not None
    assert answer.chart.type == "line"
    assert [group.column for group in answer.query.group_by] == (  # type: ignore[union-attr]
        ["metric_time__day"]
    )


def test_a_chart_alone_draws_the_last_answer_anew(shop: Assistant) -> None:
    answer = _talk(shop, PLAIN, "换成饼图", "as a table")
    assert answer.chart is not None
    assert answer.chart.type == "table"
    assert answer.query == _talk(shop, PLAIN).query


def test_what_may_not_be_drawn_is_said_with_the_next_legal_one(shop: Assistant) -> None:
    answer = _talk(shop, "pie chart of payment rate by province last month")
    assert answer.chart is not None
    assert answer.chart.type != "donut"
    assert "cannot be added up" in answer.chart.why


@pytest.mark.parametrize("question", ["上个月各省份下单数，不要饼图", "雷达图", "饼图"])
def test_a_chart_that_is_refused_unknown_or_of_nothing_is_not_guessed(
    shop: Assistant, question: str
) -> None:
    assert _talk(shop, question).status == "refused"


@given(st.text(max_size=40), st.sampled_from(["画成饼图", "as a line chart", "用柱状图看"]))
def test_the_rest_of_a_question_keeps_its_places(text: str, wish: str) -> None:
    question = f"{text}{wish}"
    found = chart_wish(question)
    if found is not None:
        assert len(found.rest) == len(question)
