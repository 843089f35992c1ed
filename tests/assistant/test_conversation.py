"""Follow-ups: real chains in both languages, topic changes, choices, and what always holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.outcome import (
    Abstention,
    Clarification,
    Inquiry,
    Parsed,
    ParseOutcome,
    Refusal,
)
from semantic_layer import SemanticQuery
from semantic_layer.resolving.filters import fields_of
from tests.assistant.shop_words import context
from tests.assistant.talks import plan, talk

MONTH = {"kind": "preset", "unit": "month"}
ZH = ("上月各省份付款订单数",)
EN = ("paid orders by province last month",)


def isin(field: str, *values: str) -> dict[str, Any]:
    return {"kind": "in", "field": field, "values": values}


def both(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "and", "parts": parts}


def query(**others: Any) -> SemanticQuery:
    return SemanticQuery.model_validate(
        {"metrics": ["paid_orders"], "group_by": ["province"], "time": MONTH, **others}
    )


DOWN = [{"name": "paid_orders"}]
UP = [{"name": "paid_orders", "descending": False}]
ABOVE = {"kind": "compare", "field": "paid_orders", "operator": ">", "value": 100}
ZHEJIANG = isin("province", "浙江省")

CHAINS: list[tuple[tuple[str, ...], SemanticQuery]] = [
    (("前三",), query(order_by=DOWN, limit=3)),
    (("倒数5个",), query(order_by=UP, limit=5)),
    (("前三", "从低到高"), query(order_by=UP)),
    (("前三", "不排序"), query()),
    (("前三", "其余合并为其他"), query(order_by=DOWN, limit=3, others=True)),
    (("上月付款订但数", "按渠道"), query(group_by=["channel"])),
    (("超过100的",), query(having=ABOVE)),
    (("占比呢",), query(share_of={})),
    (("占比呢", "不看占比了"), query()),
    (("和去年比",), query(compare="same_period_last_year")),
    (("同比呢", "换成环比"), query(compare="prior_period")),
    (("同比呢", "不看同比了"), query()),
    (("同比呢", "去掉对比"), query()),
    (("和上上月比",), query(compare="prior_period")),
    (("只看浙江",), query(group_by=[], where=ZHEJIANG)),
    (("展开浙江",), query(group_by=[], where=ZHEJIANG)),
    (("展开浙江", "再细分到城市"), query(group_by=["city"], where=ZHEJIANG)),
    (("再细分到城市",), query(group_by=["province", "city"])),
    (("只看浙江", "那广州呢"), query(group_by=[], where=isin("city", "广州市"))),
    (("只看浙江", "全国呢"), query(group_by=[])),
    (("只看天猫", "全部渠道"), query()),
    (("只看天猫", "取消筛选"), query()),
    (("只看天猫", "还是刚才那个只看京东"), query(where=isin("channel", "京东"))),
    (
        ("只看天猫", "和京东对比一下"),
        query(group_by=["province", "channel"], where=isin("channel", "天猫", "京东")),
    ),
    (("只看天猫", "再加上京东"), query(where=isin("channel", "天猫", "京东"))),
    (("只看天猫", "不要天猫"), query()),
    (("除了线下",), query(where={"kind": "not", "part": isin("channel", "线下")})),
    (
        ("除了线下", "再除了京东"),
        query(where={"kind": "not", "part": isin("channel", "线下", "京东")}),
    ),
    (("那总共呢",), query(group_by=[])),
    (("前三", "那总共呢"), query(group_by=[])),
    (("换成按周",), query(group_by=["metric_time__week"])),
    (("每天的",), query(group_by=["province", "metric_time__day"])),
    (("按渠道",), query(group_by=["channel"])),
    (("按渠道拆开",), query(group_by=["province", "channel"])),
    (("加上退款率",), query(metrics=["paid_orders", "refund_rate"])),
    (("加上退款率", "去掉退款率"), query()),
    (
        ("前三", "换成GMV"),
        query(metrics=["placed_amount"], order_by=[{"name": "placed_amount"}], limit=3),
    ),
    (("那去年呢",), query(time={"kind": "preset", "unit": "year"})),
    (("前一个月呢",), query(time={**MONTH, "offset": -2})),
    (("上上个月的呢",), query(time={**MONTH, "offset": -2})),
    (("只看天猫", "只看京东", "回到上一个"), query(where=isin("channel", "天猫"))),
    (("只看天猫", "只看京东", "回到上一个", "再回一个"), query()),
    (
        ("支付金额超过100的",),
        query(
            metrics=["paid_orders", "paid_amount"],
            having={**ABOVE, "field": "paid_amount"},
        ),
    ),
    (
        ("只看天猫", "只看浙江"),
        query(group_by=[], where=both(isin("channel", "天猫"), ZHEJIANG)),
    ),
]

ENGLISH: list[tuple[tuple[str, ...], SemanticQuery]] = [
    (("top three",), query(order_by=DOWN, limit=3)),
    (("bottom 5",), query(order_by=UP, limit=5)),
    (("top three", "sort from low to high"), query(order_by=UP)),
    (("over 100",), query(having=ABOVE)),
    (("what share?",), query(share_of={})),
    (("what share?", "drop the share"), query()),
    (("compare with last year",), query(compare="same_period_last_year")),
    (("compare with last year", "drop the comparison"), query()),
    (("only Zhejiang",), query(group_by=[], where=ZHEJIANG)),
    (("drill into Zhejiang",), query(group_by=[], where=ZHEJIANG)),
    (("drill into Zhejiang", "by city"), query(group_by=["city"], where=ZHEJIANG)),
    (("just Tmall", "all channels"), query()),
    (("without offline",), query(where={"kind": "not", "part": isin("channel", "线下")})),
    (("remove province",), query(group_by=[])),
    (("and in total?",), query(group_by=[])),
    (("and the month before that?",), query(time={**MONTH, "offset": -2})),
    (("and last week?",), query(time={"kind": "preset", "unit": "week"})),
    (("by week instead",), query(group_by=["metric_time__week"])),
    (("add refund rate",), query(metrics=["paid_orders", "refund_rate"])),
    (("what about GMV",), query(metrics=["placed_amount"])),
    (("just Tmall", "only JD", "go back"), query(where=isin("channel", "天猫"))),
    (("just Tmall", "only JD", "go back", "go back again"), query()),
]


@pytest.mark.parametrize(("said", "expected"), CHAINS, ids=lambda one: str(one)[:40])
def test_a_chinese_follow_up_changes_what_it_names(
    said: tuple[str, ...], expected: SemanticQuery
) -> None:
    assert plan(*ZH, *said) == expected


@pytest.mark.parametrize(("said", "expected"), ENGLISH, ids=lambda one: str(one)[:40])
def test_an_english_follow_up_changes_what_it_names(
    said: tuple[str, ...], expected: SemanticQuery
) -> None:
    assert plan(*EN, *said) == expected


@pytest.mark.parametrize(
    "question",
    [
        "上周各渠道的GMV是多少呢",
        "本月天猫退款率",
        "GMV by channel this month",
    ],
)
def test_a_question_that_says_everything_is_a_new_one(question: str) -> None:
    assert plan(*ZH, "只看天猫", "前三", question) == plan(question)


def test_a_new_question_without_a_period_asks_whether_the_old_one_holds() -> None:
    outcome = talk(*ZH, "只看天猫", "各城市付款订单数前5")
    assert isinstance(outcome, Clarification)
    as_before, all_days = (option.query for option in outcome.options)
    assert all_days == plan("各城市付款订单数前5")
    assert as_before == all_days.model_copy(
        update={"time": query().time, "where": query(where=isin("channel", "天猫")).where}
    )


def test_a_bare_metric_takes_the_place_of_the_one_before() -> None:
    assert plan(*ZH, "退款率") == query(metrics=["refund_rate"])


def test_a_cue_keeps_the_filter_where_the_question_alone_would_not() -> None:
    expected = query(metrics=["refund_rate"], group_by=[], where=ZHEJIANG)
    assert plan("上上月浙江GMV", "那上月的退款率呢") == expected


def test_what_is_kept_is_said() -> None:
    outcome = talk(*ZH, "只看天猫", "那GMV呢")
    assert isinstance(outcome, Parsed)
    assert [text.zh for text in outcome.assumptions] == ["沿用上一个问题的时间、渠道条件"]
    assert [text.en for text in outcome.assumptions] == [
        "Kept from the question before: its period, its channel"
    ]


def test_a_group_that_the_new_metric_lacks_is_left_out_and_named() -> None:
    outcome = talk("上月各退款原因的退款金额", "那GMV呢")
    assert isinstance(outcome, Parsed)
    assert outcome.query == query(metrics=["placed_amount"], group_by=[])
    assert "GMV" in outcome.assumptions[-1].zh or "下单金额" in outcome.assumptions[-1].zh
    assert "不能按退款原因拆分" in outcome.assumptions[-1].zh


def test_a_filter_that_the_new_metric_lacks_is_never_dropped() -> None:
    kept = plan("上月质量问题的退款金额", "那GMV呢")
    assert set(fields_of(kept.where)) == {"refund_reason"}  # the resolver refuses it by name


@pytest.mark.parametrize(
    ("question", "reply", "metric"),
    [
        ("上月订单数", "付款的", "paid_orders"),
        ("上月订单数", "第二个", "paid_orders"),
        ("上月订单数", "选1", "placed_orders"),
        ("上月订单数", "付款订单数", "paid_orders"),
        ("orders last month", "paid", "paid_orders"),
        ("orders last month", "the first one", "placed_orders"),
        ("orders last month", "2", "paid_orders"),
    ],
)
def test_a_short_answer_picks_a_reading(question: str, reply: str, metric: str) -> None:
    outcome = talk(question, reply)
    assert isinstance(outcome, Parsed)
    assert outcome.query == query(metrics=[metric], group_by=[])
    assert list(outcome.choices.values()) == [metric]


@pytest.mark.parametrize("reply", ["第三个", "京东的", "上周付款订单数", "the third one"])
def test_what_fits_no_reading_picks_none(reply: str) -> None:
    outcome = talk("上月订单数", reply)
    assert not (isinstance(outcome, Parsed) and outcome.choices)


def test_a_follow_up_before_the_choice_keeps_the_question_open() -> None:
    outcome = talk("上月订单数", "按渠道")
    assert isinstance(outcome, Clarification)
    assert [option.query for option in outcome.options] == [
        query(metrics=[name], group_by=["channel"]) for name in ("placed_orders", "paid_orders")
    ]
    assert plan("上月订单数", "按渠道", "付款的") == query(group_by=["channel"])


def test_a_member_of_two_dimensions_is_asked_back() -> None:
    outcome = talk("上月支付件数", "口径店呢")
    assert isinstance(outcome, Clarification)
    assert [list(fields_of(option.query.where)) for option in outcome.options] == [
        ["shop"],
        ["brand"],
    ]
    assert (
        plan("上月品牌绿联的支付件数", "口径店呢").where
        == query(where=isin("brand", "口径店")).where
    )


def test_a_choice_made_before_is_used_and_said() -> None:
    known = replace(context(), choices={"订单数": "paid_orders"})
    for said in (("上月订单数",), ("上月GMV", "那订单数呢")):
        outcome = talk(*said, known=known)
        assert isinstance(outcome, Parsed)
        assert outcome.query == query(group_by=[])
        (notice,) = outcome.notices
        assert notice.code == "remembered_choice"
        assert notice.message.zh == "“订单数”按您上次的选择理解为付款订单数"


def test_a_choice_that_is_not_offered_any_more_is_asked_about_again() -> None:
    known = replace(context(), choices={"订单数": "gone"})
    assert isinstance(talk("上月订单数", known=known), Clarification)


@pytest.mark.parametrize("said", [("回到上一个",), ("上月GMV", "回到上一个"), ("go back",)])
def test_there_may_be_nothing_to_go_back_to(said: tuple[str, ...]) -> None:
    outcome = talk(*said)
    assert isinstance(outcome, Refusal)
    assert outcome.issues[0].code == "nothing_before"


@pytest.mark.parametrize("said", ["占比呢", "前三", "超过100的"])
def test_what_needs_groups_is_not_guessed_without_them(said: str) -> None:
    assert isinstance(talk("上月付款订单数", said), Abstention)


def test_an_unknown_word_of_a_follow_up_is_named() -> None:
    outcome = talk(*ZH, "只看火星的")
    assert isinstance(outcome, Abstention)
    assert outcome.unexplained == ("火星",)


FRAGMENTS = (
    *(
        "那按渠道拆开呢",
        "只看浙江",
        "除了京东",
        "前三",
        "超过100的",
        "占比呢",
        "同比呢",
        "去掉对比",
    ),
    *(
        "换成按周",
        "那总共呢",
        "加上退款率",
        "那GMV呢",
        "订单数呢",
        "付款的",
        "第二个",
        "回到上一个",
    ),
    *(
        "再细分到城市",
        "全部渠道",
        "上周呢",
        "前一个月呢",
        "和去年比",
        "日均呢",
        "增长最快的",
        "取消筛选",
    ),
    *(
        "两个都看",
        "倒过来排",
        "其他渠道",
        "把渠道换成店铺",
        "再往前一个月",
        "drop JD",
        "never mind",
    ),
    *("only Tmall", "by week instead", "go back", "and in total?", "累计", "从低到高", "口径店呢"),
)


def _is_honest(outcome: ParseOutcome) -> bool:
    match outcome:
        case Parsed(query=found):
            return SemanticQuery.model_validate(found.model_dump()) == found
        case Clarification(options=options):
            return 2 <= len(options) <= 4
        case Refusal(issues=issues):
            return bool(issues)
        case Abstention():
            return bool(outcome.unexplained or outcome.reason)
        case _:
            return isinstance(outcome, Inquiry)


@given(
    st.sampled_from(
        ["上月各省份付款订单数", "近7天每天的支付金额", "上月订单数", "refunds by channel"]
    ),
    st.lists(st.sampled_from(FRAGMENTS), max_size=6),
)
def test_any_follow_up_has_one_honest_outcome_and_always_the_same(
    first: str, said: list[str]
) -> None:
    outcome = talk(first, *said)
    assert _is_honest(outcome)
    assert talk(first, *said) == outcome
