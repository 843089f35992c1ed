"""Several replies to one question: the majority speaks, and without one the user is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from assistant.language_model.chat_model_error import ChatModelError
from assistant.language_model.llm_parser import parse_with_model
from assistant.language_model.plan_labels import labels_of
from assistant.outcome import Clarification, Parsed, ParseOutcome, Refusal
from semantic_layer import SemanticQuery
from tests.assistant.model_questions import NOW, context, model
from tests.assistant.scripted_chat_model import ScriptedChatModel

# 收得 is read by the model alone, so that more than one plan passes the audit.
QUESTION = "2020年2月各省收得付款订单数"
FEBRUARY = {"kind": "range", "start": "2020-02-01", "end": "2020-03-01"}
LAST_MONTH = {"kind": "preset", "unit": "month", "count": 1, "offset": -1}
PLAIN = {"metrics": ["paid_orders"], "group_by": ["province"], "time": FEBRUARY}
SAME = {**PLAIN, "time": LAST_MONTH}
SHARES = {**PLAIN, "share_of": {"within": [], "beyond": []}}
RANKED = {**PLAIN, "ranks": True}
REFUSED = {"kind": "refuse", "term": "收得"}


def ask(samples: int, *replies: Mapping[str, Any] | str | ChatModelError) -> ParseOutcome:
    chat_model = ScriptedChatModel(*replies)
    outcome = parse_with_model(
        QUESTION, context=context(QUESTION), chat_model=chat_model, samples=samples
    )
    assert chat_model.unused == 0, outcome
    return outcome


def plan(reply: Mapping[str, Any]) -> SemanticQuery:
    return SemanticQuery.model_validate(dict(reply))


def test_asking_stops_when_the_majority_is_sure() -> None:
    outcome = ask(5, PLAIN, SHARES, PLAIN, SAME)
    assert isinstance(outcome, Parsed)
    assert outcome.query == plan(PLAIN)


def test_plans_that_mean_the_same_are_one_vote() -> None:
    outcome = ask(3, PLAIN, SAME)
    assert isinstance(outcome, Parsed)
    assert outcome.query == plan(PLAIN)


def test_without_a_majority_the_readings_are_put_to_the_user_by_what_differs() -> None:
    outcome = ask(3, PLAIN, SHARES, RANKED)
    assert isinstance(outcome, Clarification)
    assert [option.query for option in outcome.options] == [plan(PLAIN), plan(SHARES), plan(RANKED)]
    labels = [option.label.zh for option in outcome.options]
    assert len(set(labels)) == 3
    assert not any("付款订单数" in label for label in labels), "all have the metric"
    assert outcome.links


def test_the_commonest_reading_comes_first() -> None:
    outcome = ask(4, SHARES, PLAIN, RANKED, PLAIN)
    assert isinstance(outcome, Clarification)
    assert outcome.options[0].query == plan(PLAIN)


def test_half_is_no_majority() -> None:
    assert isinstance(ask(2, PLAIN, SHARES), Clarification)


def test_a_plan_against_a_refusal_is_put_to_the_user() -> None:
    outcome = ask(2, PLAIN, REFUSED)
    assert isinstance(outcome, Clarification)
    assert [option.query for option in outcome.options] == [plan(PLAIN)]


def test_most_refusals_are_a_refusal() -> None:
    outcome = ask(3, REFUSED, PLAIN, REFUSED)
    assert isinstance(outcome, Refusal)


def test_a_model_that_cannot_be_reached_is_asked_once() -> None:
    outcome = ask(5, ChatModelError("unavailable", model="m"))
    assert isinstance(outcome, Refusal)
    assert outcome.issues[0].code == "unavailable"


def test_a_sample_that_stays_malformed_is_one_vote_of_several() -> None:
    outcome = ask(3, "no", "no", PLAIN, SAME)
    assert isinstance(outcome, Parsed)


def test_every_sample_may_be_mended() -> None:
    incomplete = {"metrics": ["paid_orders"], "group_by": ["province"]}
    assert isinstance(ask(3, incomplete, PLAIN, SAME), Parsed)


@pytest.mark.parametrize(
    ("other", "zh", "en"),
    [
        ({"metrics": ["paid_amount"]}, "支付金额", "paid amount"),
        ({"group_by": []}, "不分组", "as a whole"),
        ({"group_by": ["channel"]}, "渠道", "channel"),
        ({"time": None}, "全部时间", "all days"),
        ({"compare": "same_period_last_year"}, "去年同期", "last year"),
        ({"share_of": {}}, "占比", "share"),
        ({"limit": 3}, "3", "3"),
        (
            {"where": {"kind": "in", "field": "channel", "values": ["天猫"]}},
            "天猫",
            "天猫",
        ),
    ],
)
def test_a_label_says_what_tells_a_plan_from_the_other(
    other: dict[str, Any], zh: str, en: str
) -> None:
    queries = (plan(PLAIN), plan({**PLAIN, **other}))
    first, second = labels_of(queries, model(), NOW.date())
    assert zh in second.zh
    assert en in second.en
    assert first.zh != second.zh


def test_plans_that_no_word_tells_apart_are_numbered() -> None:
    upward = plan({**PLAIN, "order_by": [{"name": "province", "descending": False}]})
    labels = labels_of((plan(PLAIN), upward), model(), NOW.date())
    assert [label.en[0] for label in labels] == ["1", "2"]
