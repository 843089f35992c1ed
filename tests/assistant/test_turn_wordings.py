"""The many ways to say an edit of the plan before, a choice, or a wish that no plan holds."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.follow_ups.conversation import parse_turn
from assistant.outcome import Abstention, Clarification, Inquiry, Parsed, Refusal
from semantic_layer import SemanticQuery
from tests.assistant.shop_words import context
from tests.assistant.talks import answered, plan, talk

MONTH = {"kind": "preset", "unit": "month"}
ZH = ("上月各省份付款订单数",)


def isin(field: str, *values: str) -> dict[str, Any]:
    return {"kind": "in", "field": field, "values": values}


def query(**others: Any) -> SemanticQuery:
    return SemanticQuery.model_validate(
        {"metrics": ["paid_orders"], "group_by": ["province"], "time": MONTH, **others}
    )


DOWN = [{"name": "paid_orders"}]
UP = [{"name": "paid_orders", "descending": False}]
WORDINGS: list[tuple[tuple[str, ...], SemanticQuery]] = [
    (("把省份换成渠道",), query(group_by=["channel"])),
    (("按渠道拆开", "省份不用拆了"), query(group_by=["channel"])),
    (("同比呢", "把同比去掉"), query()),
    (("占比呢", "不要占比，看环比"), query(compare="prior_period")),
    (("加上退款率", "把退款率换成客单价"), query(metrics=["paid_orders", "amount_per_buyer"])),
    (("退款率也加上",), query(metrics=["paid_orders", "refund_rate"])),
    (("只看天猫和抖音", "把天猫换成京东"), query(where=isin("channel", "抖音", "京东"))),
    (("只看天猫", "抖音也加进来"), query(where=isin("channel", "天猫", "抖音"))),
    (("把线下去掉", "线下加回来"), query()),
    (("只看天猫", "其他渠道呢"), query(where={"kind": "not", "part": isin("channel", "天猫")})),
    (("再往前一个月",), query(time={**MONTH, "offset": -2})),
    (("再往前一个月", "往后一个月"), query()),
    (("换成上上个月",), query(time={**MONTH, "offset": -2})),
    (
        ("前三", "这些省的退款率"),
        query(metrics=["paid_orders", "refund_rate"], order_by=DOWN, limit=3),
    ),
    (
        ("前三", "这3个省的退款率"),
        query(metrics=["paid_orders", "refund_rate"], order_by=DOWN, limit=3),
    ),
    (("哪个最多",), query(order_by=DOWN, limit=1)),
    (("从低到高", "倒过来排"), query(order_by=DOWN)),
    (("只看周末", "不限周末"), query()),
    (("同样的口径看上周",), query(time={"kind": "preset", "unit": "week"})),
    (
        ("换成上周，按渠道",),
        query(group_by=["channel"], time={"kind": "preset", "unit": "week"}),
    ),
    (("只看天猫", "火星的呢", "那京东呢"), query(where=isin("channel", "京东"))),
    (
        ("drop the province split", "by channel", "and gender too"),
        query(group_by=["channel", "gender"]),
    ),
    (("swap province for channel",), query(group_by=["channel"])),
    (("include refund rate",), query(metrics=["paid_orders", "refund_rate"])),
    (("drop offline", "add offline back"), query()),
    (("narrow it down to Tmall and JD",), query(where=isin("channel", "天猫", "京东"))),
    (
        ("JD only", "the other channels"),
        query(where={"kind": "not", "part": isin("channel", "京东")}),
    ),
    (
        ("top 3", "what is the refund rate for those"),
        query(metrics=["paid_orders", "refund_rate"], order_by=DOWN, limit=3),
    ),
    (
        ("sort by refund rate",),
        query(metrics=["paid_orders", "refund_rate"], order_by=[{"name": "refund_rate"}]),
    ),
    (
        ("switch to refund rate and only Tmall",),
        query(metrics=["refund_rate"], where=isin("channel", "天猫")),
    ),
    (("only JD", "never mind"), query()),
    (("back to last week",), query(time={"kind": "preset", "unit": "week"})),
]


@pytest.mark.parametrize(("said", "expected"), WORDINGS, ids=lambda one: str(one)[:40])
def test_a_follow_up_may_be_said_in_many_ways(
    said: tuple[str, ...], expected: SemanticQuery
) -> None:
    assert plan(*ZH, *said) == expected


@pytest.mark.parametrize(
    ("question", "reply", "metrics"),
    [
        ("上月订单数", "两个都看", ("placed_orders", "paid_orders")),
        ("上月订单数", "按付款的算", ("paid_orders",)),
        ("orders last month", "paid ones", ("paid_orders",)),
        ("orders last month", "both of them", ("placed_orders", "paid_orders")),
    ],
)
def test_a_choice_may_be_said_in_other_words_or_be_of_all(
    question: str, reply: str, metrics: tuple[str, ...]
) -> None:
    assert plan(question, reply) == query(metrics=metrics, group_by=[])


def test_a_question_back_stays_open_after_a_turn_that_was_not_understood() -> None:
    assert plan("上月订单数", "火星的", "第二个") == query(group_by=[])


def test_the_last_rows_of_a_top_list_may_be_two_things() -> None:
    outcome = talk(*ZH, "前三", "倒过来排")
    assert isinstance(outcome, Clarification)
    assert [one.query for one in outcome.options] == [
        query(order_by=UP),
        query(order_by=UP, limit=3),
    ]


def test_a_split_by_a_field_of_one_value_may_be_of_all_values() -> None:
    outcome = talk(*ZH, "只看天猫", "按渠道")
    assert isinstance(outcome, Clarification)
    assert [one.query for one in outcome.options] == [
        query(group_by=["channel"]),
        query(group_by=["channel"], where=isin("channel", "天猫")),
    ]


@pytest.mark.parametrize("said", ["画成柱状图", "用饼图", "as a pie chart", "make it a line chart"])
def test_a_wish_for_a_chart_is_answered_clearly(said: str) -> None:
    outcome = talk(*ZH, said)
    assert isinstance(outcome, Refusal)
    assert outcome.issues[0].code == "chart_by_words"


@pytest.mark.parametrize("said", ["这个怎么算的", "how is it calculated"])
def test_a_definition_may_be_asked_of_what_is_shown(said: str) -> None:
    outcome = talk(*ZH, said)
    assert isinstance(outcome, Inquiry)
    assert outcome.metrics == ("paid_orders",)


@pytest.mark.parametrize(
    "said",
    ["再加上京东", "add JD", "其他渠道", "the other channels", "倒过来排", "把退款率换成GMV"],
)
def test_what_has_nothing_to_hold_on_to_says_why(said: str) -> None:
    outcome = talk(*ZH, said)
    assert isinstance(outcome, Abstention)
    assert outcome.reason is not None


def test_an_edit_that_could_not_be_answered_is_not_followed() -> None:
    before = answered(ZH[0], talk(*ZH))
    refused = answered("按品牌", talk(*ZH, "按品牌")).model_copy(update={"status": "refused"})
    outcome = parse_turn("那上周呢", [before, refused], context())
    assert isinstance(outcome, Parsed)
    assert outcome.query == query(time={"kind": "preset", "unit": "week"})


def test_a_speed_is_said_of_the_durations_that_are_shown() -> None:
    found = plan("average delivery days last month", "by carrier, slowest first")
    assert [group.name for group in found.group_by] == ["carrier"]
    assert [(one.name, one.descending) for one in found.order_by] == [
        ("average_delivery_days", True)
    ]
