"""The audit: what a plan may not leave out, invert, invent or add, question by question."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language_model.plan_audit import audit
from assistant.language_model.plan_evidence import checks_of, choose, in_data_spelling
from assistant.outcome import LinkKind
from semantic_layer import SemanticQuery
from tests.assistant.model_questions import (
    LINKED_QUESTIONS,
    evidence,
    lexicon,
    linked_plan,
    model,
)

FEBRUARY = {"kind": "range", "start": "2020-02-01", "end": "2020-03-01"}
JANUARY = {"kind": "range", "start": "2020-01-01", "end": "2020-02-01"}
LAST_MONTH = {"kind": "preset", "unit": "month", "count": 1, "offset": -1}
ZHEJIANG = {"kind": "in", "field": "province", "values": ["浙江省"]}
NOT_ZHEJIANG = {"kind": "not", "part": ZHEJIANG}


def at_least(metric: str, value: Any, operator: str = ">") -> dict[str, Any]:
    return {"kind": "compare", "field": metric, "operator": operator, "value": value}


def descending(name: str) -> dict[str, Any]:
    return {"name": name, "descending": True}


def found(question: str, **plan: Any) -> set[tuple[str, str | None]]:
    query = SemanticQuery.model_validate({"metrics": ["paid_orders"], **plan})
    return {(issue.code, issue.where) for issue in audit(query, evidence(question))}


@pytest.mark.parametrize("question", LINKED_QUESTIONS)
def test_nothing_stands_against_the_plan_of_the_linked_parser(question: str) -> None:
    assert audit(linked_plan(question), evidence(question)) == ()


# The same holds for all that the linked parser reads; these found what an audit gets wrong.
@pytest.mark.parametrize(
    "question",
    [
        "provinces sorted by paid amount, lowest first",
        "paid amount of orders in Zhejiang",
        "天猫订单的付款金额",
        "上月按小时看付款订单数",
        "每天付款金额最高的省份",
        "付款订单数在100到200之间的省份",
        "paid orders over the last 7 days",
        "provinces with over 100 paid orders",
    ],
)
def test_nor_against_its_plan_of_other_forms(question: str) -> None:
    assert audit(linked_plan(question), evidence(question)) == ()


def test_a_range_needs_both_ends() -> None:
    question = "付款订单数在100到200之间的省份"
    one_end = {"group_by": ["province"], "having": at_least("paid_orders", 100, ">=")}
    assert ("link_ignored", "之间") in found(question, **one_end)


def test_the_same_days_in_another_form_are_the_same_time() -> None:
    assert found("2020年2月付款订单数", time=LAST_MONTH) == set()


@pytest.mark.parametrize(
    ("question", "plan", "ignored"),
    [
        ("2020年2月付款订单数", {}, "2020年2月"),
        ("2020年2月付款订单数", {"time": JANUARY}, "2020年2月"),
        ("下单数和付款订单数", {}, "下单数"),
        ("各省份付款订单数", {}, "省份"),
        ("浙江付款订单数", {}, "浙江"),
        ("浙江付款订单数", {"group_by": ["province"]}, "浙江"),
        ("浙江付款订单数", {"where": NOT_ZHEJIANG}, "浙江"),
        ("除了浙江的付款订单数", {"where": ZHEJIANG}, "除了"),
        ("每天的付款订单数", {"group_by": ["metric_time__month"]}, "每天"),
        ("每天的付款订单数", {}, "每天"),
        ("付款订单数前5的省份", {"group_by": ["province"], "limit": 5}, "前"),
        (
            "付款订单数最低的省份",
            {"group_by": ["province"], "limit": 1, "order_by": [descending("paid_orders")]},
            "最低",
        ),
        (
            "付款订单数前5的省份",
            {"group_by": ["province"], "limit": 3, "order_by": [descending("paid_orders")]},
            "5",
        ),
        (
            "付款订单数超过1000的省份",
            {"group_by": ["province"], "having": at_least("paid_orders", 1000, "<")},
            "超过",
        ),
        (
            "付款订单数超过1000的省份",
            {"group_by": ["province"], "having": at_least("paid_orders", 100)},
            "1000",
        ),
        ("2020年2月付款订单数同比", {"time": FEBRUARY}, "同比"),
        ("2020年2月付款订单数同比", {"time": FEBRUARY, "compare": "prior_period"}, "同比"),
    ],
)
def test_a_linked_word_that_the_plan_ignores_or_inverts(
    question: str, plan: dict[str, Any], ignored: str
) -> None:
    ignored_words = [where for code, where in found(question, **plan) if code == "link_ignored"]
    assert any(where and where.startswith(ignored) for where in ignored_words), ignored_words


def test_an_event_must_be_that_of_a_metric() -> None:
    assert ("link_ignored", "下单") in found("下单多少单")


@pytest.mark.parametrize(
    ("plan", "code", "where"),
    [
        ({"metrics": ["paid_order"]}, "unknown_metric", "paid_order"),
        ({"having": at_least("orders_paid", 5)}, "unknown_metric", "orders_paid"),
        ({"group_by": ["provnce"]}, "unknown_dimension", "provnce"),
        (
            {"where": {"kind": "in", "field": "region", "values": ["x"]}},
            "unknown_dimension",
            "region",
        ),
        (
            {"where": {"kind": "in", "field": "province", "values": ["火星省"]}},
            "unknown_value",
            "province",
        ),
        ({"having": at_least("paid_orders", "many")}, "not_a_number", "paid_orders"),
        ({"having": at_least("paid_orders", True)}, "not_a_number", "paid_orders"),
        ({"order_by": [descending("refund_rate")]}, "unknown_order", "refund_rate"),
    ],
)
def test_names_and_values_must_exist(plan: dict[str, Any], code: str, where: str) -> None:
    assert (code, where) in found("随便看看某些东西", **plan)


def test_an_unknown_name_comes_with_near_ones() -> None:
    query = SemanticQuery(metrics=("paid_order",))
    (issue,) = [i for i in audit(query, evidence("付款")) if i.code == "unknown_metric"]
    assert "paid_orders" in issue.suggestions


def test_personal_dimensions_are_refused() -> None:
    personal = next(name for name, found in model().dimensions.items() if found.personal)
    assert ("personal_dimension", personal) in found("付款订单数", group_by=[personal])


@pytest.mark.parametrize(
    ("plan", "where"),
    [
        ({"time": FEBRUARY}, "time"),
        ({"limit": 10}, "limit"),
        ({"time": FEBRUARY, "compare": "prior_period"}, "compare"),
        ({"where": ZHEJIANG}, "province"),
        ({"having": at_least("paid_orders", 5)}, "paid_orders"),
        ({"metrics": ["paid_orders", "refund_rate"]}, "refund_rate"),
        ({"group_by": ["channel"]}, "channel"),
        ({"group_by": ["metric_time__day"]}, "metric_time"),
    ],
)
def test_nothing_is_added_to_a_question_of_which_every_word_is_linked(
    plan: dict[str, Any], where: str
) -> None:
    assert ("not_asked", where) in found("付款订单数", **plan)


def test_what_the_query_before_had_is_not_added() -> None:
    plan = SemanticQuery.model_validate(
        {"metrics": ["paid_orders"], "time": FEBRUARY, "where": ZHEJIANG, "limit": 5}
    )
    follow_up = plan.model_copy(update={"metrics": ("refund_rate",)})
    assert audit(follow_up, evidence("退款率", previous=plan)) == ()
    assert audit(follow_up, evidence("退款率")) != ()


@pytest.mark.parametrize(
    ("question", "metric"),
    [
        ("中位数付款订单数", "paid_orders"),
        ("新客付款订单数", "paid_orders"),
        ("目标付款订单数", "paid_orders"),
    ],
)
def test_a_word_that_changes_the_number_must_be_in_a_definition(question: str, metric: str) -> None:
    issues = audit(SemanticQuery(metrics=(metric,)), evidence(question))
    assert "not_expressible" in {issue.code for issue in issues}


def test_a_word_that_changes_the_number_passes_with_a_definition_that_holds_it() -> None:
    question = "平均下来的笔单价"
    assert evidence(question).blocked == ("平均",)
    assert audit(SemanticQuery(metrics=("average_order_value",)), evidence(question)) == ()


def test_every_kind_of_link_that_carries_content_can_be_missed() -> None:
    """A plan that holds nothing but another metric fails every question, on every such link."""
    bare = SemanticQuery(metrics=("ad_clicks",))
    missed: set[LinkKind] = set()
    for question in (*LINKED_QUESTIONS, "2020年2月订单数", "为什么", "换成付款订单数"):
        shown = evidence(question)
        ignored = {issue.where for issue in audit(bare, shown) if issue.code == "link_ignored"}
        content = [
            link
            for link in shown.links
            # Without periods, a running total is the total, which any plan shows.
            if link.kind is not LinkKind.filler
            and (link.kind is not LinkKind.running or link.value is not None)
        ]
        assert {link.text for link in content} <= ignored, question
        missed |= {link.kind for link in content}
    # A group of members is held against the plan member by member.
    optional = {LinkKind.filler, LinkKind.ambiguous_metric, LinkKind.member_group}
    assert set(LinkKind) - missed <= optional


def test_not_less_than_is_at_least() -> None:
    less = SemanticQuery.model_validate(
        {"metrics": ["paid_orders"], "having": {"kind": "not", "part": at_least("a", 5, "<")}}
    )
    (check,) = checks_of(less.having)
    assert (check.operator, check.negated) == (">=", False)


def test_choosing_a_metric_takes_its_conditions_and_sorting_along() -> None:
    query = SemanticQuery.model_validate(
        {
            "metrics": ["paid_orders", "refund_rate"],
            "having": {"kind": "and", "parts": [at_least("paid_orders", 5)]},
            "order_by": [descending("paid_orders"), descending("refund_rate")],
        }
    )
    chosen = choose(query, ("paid_orders", "placed_orders"), "placed_orders")
    assert chosen.metrics == ("placed_orders", "refund_rate")
    assert [check.field for check in checks_of(chosen.having)] == ["placed_orders"]
    assert [order.name for order in chosen.order_by] == ["placed_orders", "refund_rate"]


@given(st.text(max_size=60))
def test_any_question_and_any_value_is_only_data(text: str) -> None:
    where = {"kind": "in", "field": "province", "values": [text]}
    query = SemanticQuery.model_validate({"metrics": ["paid_orders"], "where": where})
    spelled = in_data_spelling(query, lexicon())
    (check,) = checks_of(spelled.where)
    known = lexicon().member_of("province", text)
    assert check.value == (known or text)
    codes = {issue.code for issue in audit(spelled, evidence(text))}
    assert ("unknown_value" in codes) == (known is None)
