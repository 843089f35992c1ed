from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.linking.linker import link
from assistant.linking.normalize import tokenize
from assistant.linking.spelling import distance
from assistant.linking.traditional import SIMPLIFIED, simplified
from assistant.outcome import Abstention, Inquiry, LinkKind, Parsed
from assistant.parsing.linked_parser import parse_linked
from assistant.time_expressions import find_time_expressions
from semantic_layer import SemanticQuery
from tests.assistant.shop_words import MEMBERS, NOW, context, shop_lexicon

WORDS = st.sampled_from(sorted({"".join(key) for key in shop_lexicon().entries}))
TEXTS = st.lists(
    st.one_of(WORDS, st.text(max_size=4), st.sampled_from(["上个月", "GMV", "。", "和", "怎么算"])),
    max_size=8,
).map("".join)


def plan(question: str) -> SemanticQuery:
    outcome = parse_linked(question, context())
    assert isinstance(outcome, Parsed), outcome
    return outcome.query


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("上個月各渠道的付款訂單數", "上个月各渠道的付款订单数"),
        ("去年雙11的支付金額", "去年双11的支付金额"),
        ("退款率按週", "退款率按周"),
        ("浙江省兩個月的付款訂單數", "浙江省两个月的付款订单数"),
        ("ＧＭＶ　按渠道", "GMV 按渠道"),
        ("PAID ORDERS BY CHANNEL", "paid orders by channel"),
        ("Paid Order by Channels", "paid orders by channel"),
    ],
)
def test_other_forms_of_the_same_letters_are_the_same_question(written: str, meant: str) -> None:
    first, second = parse_linked(written, context()), parse_linked(meant, context())
    if isinstance(second, Parsed):
        assert isinstance(first, Parsed)
        assert first.query == second.query
    else:
        assert type(first) is type(second)


@pytest.mark.parametrize(
    ("written", "meant", "said"),
    [
        ("付款订单树", "付款订单数", "“付款订单树”按“付款订单数”理解"),
        ("推款金额", "退款金额", "“推款金额”按“退款金额”理解"),
        ("折江的付款订单数", "浙江的付款订单数", "“折江”按“浙江”理解"),
        ("paid orders by provice", "paid orders by province", "“provice”按“province”理解"),
        ("paid orders by brnad", "paid orders by brand", "“brnad”按“brand”理解"),
        ("refund amout by chanel", "refund amount by channel", "“amout”按“amount”理解"),
        ("paid orders in Zhejang", "paid orders in Zhejiang", "“Zhejang”按“zhejiang”理解"),
        ("上月好坪率", "上月好评率", "“好坪率”按“好评率”理解"),
        ("上个月支付买佳数", "上个月支付买家数", "“支付买佳数”按“支付买家数”理解"),
        ("units solt by brand", "units sold by brand", "“solt”按“sold”理解"),
        ("payed orders", "paid orders", ""),
    ],
)
def test_a_slip_is_read_as_it_was_meant_and_said(written: str, meant: str, said: str) -> None:
    outcome = parse_linked(written, context())
    assert isinstance(outcome, Parsed)
    assert outcome.query == plan(meant)
    if said:
        assert outcome.assumptions[0].zh == said


def test_a_slip_in_a_question_for_a_definition_is_said_too() -> None:
    outcome = parse_linked("what is refnd rate", context())
    assert isinstance(outcome, Inquiry)
    assert outcome.metrics == ("refund_rate",)
    assert outcome.assumptions[0].en == '"refnd" is read as "refund"'


@pytest.mark.parametrize(
    "question",
    [
        "退货金额",  # another thing than 退款金额, one character away
        "paid orders by ship",  # too short to be sure of
        "profit by province",  # known to mean what no metric counts
        "paid orders by xyzzy",
        "GMV of the week's heroes",
    ],
)
def test_another_word_is_no_slip(question: str) -> None:
    assert isinstance(parse_linked(question, context()), Abstention)


@pytest.mark.parametrize(
    ("question", "dimension", "members"),
    [
        ("江浙沪上月支付金额", "province", ("江苏省", "浙江省", "上海")),
        ("北上广深付款订单数", "city", ("北京市", "上海市", "广州市", "深圳市")),
        ("西南的付款订单数", "province", ("四川省",)),
        ("paid orders in the Yangtze River Delta", "province", ("江苏省", "浙江省", "上海")),
    ],
)
def test_a_group_of_regions_is_its_members_in_the_data(
    question: str, dimension: str, members: tuple[str, ...]
) -> None:
    where = plan(question).where
    assert where is not None
    assert where.model_dump(mode="json") == {
        "kind": "in",
        "field": dimension,
        "values": list(members),
    }


def test_a_group_of_regions_is_one_link_and_its_members_are_told() -> None:
    outcome = parse_linked("江浙沪的付款订单数", context())
    assert isinstance(outcome, Parsed)
    assert [one.text for one in outcome.links if one.kind is LinkKind.member_group] == ["江浙沪"]
    assert any(one.zh == "江苏省、浙江省、上海合并计算" for one in outcome.assumptions)


def test_a_group_of_regions_can_be_left_out() -> None:
    where = plan("除了江浙沪的付款订单数").where
    assert where is not None
    assert where.model_dump(mode="json")["part"]["values"] == ["江苏省", "浙江省", "上海"]


@given(text=TEXTS)
def test_links_are_true_slices_in_order_and_nothing_fails(text: str) -> None:
    times = find_time_expressions(text, now=NOW, events=context().model.events)
    end = 0
    for one in link(text, shop_lexicon(), times):
        assert one.text == text[one.start : one.end] != ""
        assert one.start >= end
        end = one.end


@given(text=TEXTS)
def test_the_same_question_has_the_same_outcome(text: str) -> None:
    assert parse_linked(text, context()) == parse_linked(text, context())


@pytest.mark.parametrize(
    ("dimension", "member"), [(name, one) for name, values in MEMBERS.items() for one in values]
)
def test_any_member_can_be_asked_for_as_it_is_spelled(dimension: str, member: str) -> None:
    lexicon = shop_lexicon()
    (only,) = link(member, lexicon, ())
    assert (only.kind, only.text) == (LinkKind.member, member)
    assert lexicon.member_of(dimension, member) == member


@given(text=st.text(alphabet="".join(SIMPLIFIED) + "订单a1 ", max_size=30))
def test_simplified_text_keeps_every_place(text: str) -> None:
    assert len(simplified(text)) == len(text)
    assert simplified(simplified(text)) == simplified(text)
    assert [token.text for token in tokenize(text)] == [
        token.text for token in tokenize(simplified(text))
    ]


@given(left=st.text("abc", max_size=6), right=st.text("abc", max_size=6))
def test_distance_is_symmetric_and_zero_for_the_same_word(left: str, right: str) -> None:
    assert distance(left, right) == distance(right, left)
    assert (distance(left, right) == 0) == (left == right)
    assert abs(len(left) - len(right)) <= distance(left, right) <= max(len(left), len(right))
