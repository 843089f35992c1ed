from __future__ import annotations

import pytest

from assistant.answer import Answer
from assistant.answering import Request
from assistant.nearest.suggestions import with_questions_about
from assistant.outcome import Abstention, Inquiry, Parsed, Refusal
from assistant.parsing.inquiries import answer_inquiry
from assistant.parsing.linked_parser import language_of, parse_linked
from assistant.stages import Stages
from semantic_layer import Language, SemanticQuery
from tests.assistant.shop_knowledge import shop_knowledge
from tests.assistant.shop_words import NOW, context


def inquiry(question: str) -> Inquiry:
    outcome = parse_linked(question, context())
    assert isinstance(outcome, Inquiry), outcome
    return outcome


def told(question: str, *, loaded: bool = True) -> Answer:
    request = Request(question, language_of(question), "linked", NOW)
    return answer_inquiry(inquiry(question), request, shop_knowledge(loaded=loaded), Stages())


@pytest.mark.parametrize(
    ("question", "metrics"),
    [
        ("GMV 是什么口径", ["placed_amount"]),
        ("付款率怎么算的", ["payment_rate"]),
        ("什么是退款率？", ["refund_rate"]),
        ("客单价是什么意思", ["amount_per_buyer"]),
        ("請問退款率怎麼算", ["refund_rate"]),
        ("下单数和付款订单数有什么区别", ["placed_orders", "paid_orders"]),
        ("订单数是什么口径", ["placed_orders", "paid_orders"]),
        ("what is refund rate", ["refund_rate"]),
        ("What is GMV?", ["placed_amount"]),
        ("what does GMV mean?", ["placed_amount"]),
        ("how is AOV calculated", ["average_order_value"]),
        ("definition of payment rate", ["payment_rate"]),
        ("difference between placed and paid orders", ["placed_orders", "paid_orders"]),
    ],
)
def test_a_definition_is_asked_for(question: str, metrics: list[str]) -> None:
    found = inquiry(question)
    assert found.about == "definitions"
    assert list(found.metrics) == metrics


@pytest.mark.parametrize(
    "question", ["What is the refund rate?", "退款率是多少", "what's our GMV", "GMV怎么样"]
)
def test_how_high_it_is_is_no_question_for_a_definition(question: str) -> None:
    assert isinstance(parse_linked(question, context()), Parsed)


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("有哪些指标", "metrics"),
        ("能问什么", "metrics"),
        ("你能做什么？", "metrics"),
        ("which metrics are there", "metrics"),
        ("what can I ask", "metrics"),
        ("有哪些维度", "dimensions"),
        ("which dimensions are there", "dimensions"),
        ("数据到哪天", "coverage"),
        ("GMV数据更新到哪天了", "coverage"),
        ("how recent is the data", "coverage"),
    ],
)
def test_the_catalogue_is_asked_for(question: str, about: str) -> None:
    assert inquiry(question).about == about


@pytest.mark.parametrize(
    ("question", "dimension", "where"),
    [
        ("有哪些渠道", "channel", None),
        ("list the channels", "channel", None),
        ("which brands are there", "brand", None),
        ("浙江有哪些城市", "city", ("浙江省",)),
    ],
)
def test_the_values_of_a_dimension_are_a_plan_without_metrics(
    question: str, dimension: str, where: tuple[str, ...] | None
) -> None:
    outcome = parse_linked(question, context())
    assert isinstance(outcome, Parsed)
    condition = where and {"kind": "in", "field": "province", "values": where}
    assert outcome.query == SemanticQuery.model_validate(
        {"group_by": [dimension], "where": condition}
    )


def test_a_definition_in_words_says_all_that_makes_it() -> None:
    answer = told("付款订单数是什么口径")
    assert answer.status == "answered"
    assert [one.name for one in answer.definitions] == ["paid_orders"]
    assert (answer.rows, answer.query, answer.sql) == ((), None, None)
    for fact in (
        "付款订单数：按付款时间统计",
        "条件：有付款时间",
        "按：付款时间",
        "单位：个",
        "版本：1",
    ):
        assert fact in answer.summary
    assert answer.interpretation == "付款订单数的口径"


def test_definitions_are_put_side_by_side() -> None:
    answer = told("difference between placed and paid orders")
    first, second = answer.summary.split("\n")
    assert first.startswith("placed orders: ")
    assert second.startswith("paid orders: ")
    assert "dated by: order time" in first
    assert "dated by: payment time" in second


def test_a_ratio_names_its_two_sides() -> None:
    assert "付款订单数 ÷ 下单数" in told("付款率怎么算").summary


def test_a_definition_without_data_says_so() -> None:
    answer = told("GMV是什么", loaded=False)
    assert [issue.code for issue in answer.issues] == ["definition_without_data"]


def test_the_list_of_metrics_has_every_one_that_can_be_answered() -> None:
    answer = told("which metrics are there")
    assert {one.name for one in answer.definitions} == shop_knowledge().available
    assert all(one.label in answer.summary for one in answer.definitions)


def test_what_a_list_offers_is_empty_before_anything_is_loaded() -> None:
    for question in ("有哪些指标", "有哪些维度", "数据到哪天"):
        assert "还没有载入数据" in told(question, loaded=False).summary


def test_dimensions_that_name_a_person_are_not_listed() -> None:
    summary = told("有哪些维度").summary
    assert "省份" in summary
    assert "买家电话" not in summary


def test_how_far_the_data_go() -> None:
    everything, one = told("数据到哪天"), told("GMV数据到哪天")
    assert everything.data_through == one.data_through == "2026-11-23"
    assert "退款：2025-01-01 – 2026-11-23" in everything.summary
    assert one.summary.split("\n")[1:] == ["下单金额：2025-01-01 – 2026-11-23"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("上月GMV是什么口径", {"上月"}),
        ("天猫的退款率怎么算", {"天猫"}),
        ("有哪些渠道的指标清单", {"渠道"}),
        ("what does the GMV of Tmall mean", {"Tmall"}),
    ],
)
def test_what_no_definition_depends_on_is_named(question: str, words: set[str]) -> None:
    outcome = parse_linked(question, context())
    assert isinstance(outcome, Abstention)
    assert words <= set(outcome.unexplained)


def test_an_unknown_word_beside_a_definition_is_named() -> None:
    outcome = parse_linked("退款率和人效怎么算", context())
    assert isinstance(outcome, Abstention)
    assert "人效" in outcome.unexplained or "效" in outcome.unexplained


@pytest.mark.parametrize(
    ("question", "language", "first"),
    [
        ("为什么上月GMV下降了", "zh", "2026年10月的下单金额环比"),
        (
            "why did paid orders drop last month",
            "en",
            "paid orders in October 2026 vs the previous period",
        ),
    ],
)
def test_a_reason_is_refused_with_questions_that_can_be_answered(
    question: str, language: Language, first: str
) -> None:
    outcome = parse_linked(question, context())
    assert isinstance(outcome, Refusal)
    assert [issue.code for issue in outcome.issues] == ["why_not_explained"]
    refused = Answer(status="refused", question=question, language=language, parser="linked")
    follow_ups = with_questions_about(outcome.near, refused, shop_knowledge(), NOW).follow_ups
    assert follow_ups[0] == first
    assert len(follow_ups) == 3
    assert all(isinstance(parse_linked(one, context()), Parsed) for one in follow_ups)


def test_a_reason_for_nothing_in_particular_offers_nothing() -> None:
    outcome = parse_linked("为什么", context())
    assert isinstance(outcome, Refusal)
    assert outcome.near is None
