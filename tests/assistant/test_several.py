from __future__ import annotations

import pytest

from assistant.follow_ups.conversation import parse_turn
from assistant.outcome import Abstention, Clarification, Inquiry, Parsed
from assistant.parsing.several import Several, separate
from semantic_layer import SemanticQuery
from tests.assistant.shop_words import context


def parts(question: str) -> Several | None:
    whole = parse_turn(question, (), context())
    assert isinstance(whole, Abstention), whole
    return separate(question, whole, (), context())


def plans(question: str) -> list[SemanticQuery]:
    several = parts(question)
    assert several is not None
    outcomes = [part.outcome for part in several.parts]
    assert all(isinstance(one, Parsed) for one in outcomes)
    return [one.query for one in outcomes if isinstance(one, Parsed)]


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("昨天GMV和上周退款金额", ["昨天GMV", "上周退款金额"]),
        ("昨天付款订单数、上周退款金额、本月GMV", ["昨天付款订单数", "上周退款金额", "本月GMV"]),
        ("浙江付款订单数，广东退款金额", ["浙江付款订单数", "广东退款金额"]),
        (
            "GMV last month and refund amount this month",
            ["GMV last month", "refund amount this month"],
        ),
        (
            "What was GMV last month? And paid orders this month?",
            ["What was GMV last month", "And paid orders this month"],
        ),
    ],
)
def test_each_question_of_several_has_its_own_plan(question: str, texts: list[str]) -> None:
    several = parts(question)
    assert several is not None
    assert [part.text for part in several.parts] == texts
    found = plans(question)
    for text, plan in zip(texts, found, strict=True):
        alone = parse_turn(text, (), context())
        if isinstance(alone, Parsed):
            assert alone.query == plan


def test_a_later_sentence_may_lean_on_the_one_before() -> None:
    first, second = plans("上月各渠道GMV是多少？本月的付款订单数呢？")
    assert first.metrics == ("placed_amount",)
    assert second.metrics == ("paid_orders",)
    assert second.group_by == first.group_by
    assert second.time != first.time


def test_a_number_and_a_definition_are_two_answers() -> None:
    several = parts("GMV是多少？客单价怎么算？")
    assert several is not None
    assert isinstance(several.parts[0].outcome, Parsed)
    assert isinstance(several.parts[1].outcome, Inquiry)


def test_one_of_several_may_be_ambiguous() -> None:
    several = parts("GMV last month and refunds this month")
    assert several is not None
    assert isinstance(several.parts[1].outcome, Clarification)


@pytest.mark.parametrize(
    "question",
    [
        "天猫上月GMV和本月退款率",  # is the second about 天猫 as well?
        "GMV last month and refunds this month by channel",  # the first by channel as well?
        "对比上月GMV和前年GMV",
        "上月天猫和本月京东的GMV",
        "昨天GMV和上周员工数",  # a word of one part is unknown
        "上月GMV？人效呢？",
    ],
)
def test_what_could_be_meant_for_both_is_not_taken_apart(question: str) -> None:
    assert parts(question) is None
