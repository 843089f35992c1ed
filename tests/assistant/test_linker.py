from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.linking.lexicon import Lexicon, readings_of
from assistant.linking.linker import link, unlinked_words
from assistant.linking.normalize import key_of, tokenize
from assistant.linking.numerals import chinese_number, find_numbers
from assistant.outcome import Link, LinkKind
from assistant.time_expressions import find_time_expressions
from tests.assistant.shop_words import MEMBERS, NOW, shipped_model, shop_lexicon

WORDS = (
    "付款",
    "订单数",
    "浙江",
    "的",
    "按",
    "渠道",
    "top 5",
    "GMV",
    "昨天",
    "per month",
    "except",
    "1.5万",
)


def links_of(text: str, *, now: datetime = NOW) -> tuple[Link, ...]:
    return link(text, shop_lexicon(), find_time_expressions(text, now=now))


def shown(text: str) -> list[tuple[str, str, Any]]:
    return [
        (found.text, f"{found.kind}:{found.name}", found.value)
        for found in links_of(text)
        if found.kind is not LinkKind.filler
    ]


def texts(links: Iterable[Link]) -> list[str]:
    return [found.text for found in links]


def test_the_longest_name_wins_over_the_facets_inside_it() -> None:
    assert shown("付款订单数") == [("付款订单数", "metric:paid_orders", None)]
    assert shown("付款多少单") == [
        ("付款", "event:paid", None),
        ("多少单", "quantity:orders", None),
    ]


def test_a_term_that_metrics_share_carries_its_readings_and_its_facet() -> None:
    assert shown("订单数") == [
        ("订单数", "ambiguous_metric:orders", ("placed_orders", "paid_orders"))
    ]


@pytest.mark.parametrize(
    "text", ["浙江", "浙江省", "Zhejiang", "ZHEJIANG", "Ｚｈｅｊｉａｎｇ", "Zhejiang Province"]
)
def test_a_member_is_found_under_all_its_names(text: str) -> None:
    assert shown(text) == [(text, "member:province", "浙江省")]


def test_the_spelling_of_the_data_outranks_a_short_name() -> None:
    assert shown("北京") == [("北京", "member:province", "北京")]
    assert shown("北京市") == [("北京市", "member:city", "北京市")]


def test_one_name_in_two_dimensions_keeps_both() -> None:
    [(_, _, readings)] = shown("口径店")
    assert readings == {"shop": "口径店", "brand": "口径店"}
    assert readings_of("shop|brand", readings) == readings


def test_english_is_linked_by_whole_words() -> None:
    assert "orders" not in texts(links_of("reorders"))
    assert shown("Provinces") == [("Provinces", "dimension:province", None)]


def test_chinese_and_latin_may_touch() -> None:
    assert [text for text, _, _ in shown("GMV按渠道top5")] == ["GMV", "渠道", "top", "5"]


def test_the_cover_is_chosen_over_the_whole_question() -> None:
    # "a b" is the longer match at the front, yet only "a" + "b c" explains every word.
    lexicon = Lexicon.build(shipped_model(), {"brand": ("aaa bbb", "aaa", "bbb ccc")})
    assert texts(link("aaa bbb ccc", lexicon, ())) == ["aaa", "bbb ccc"]


def test_a_word_that_means_something_else_stays_unexplained_as_a_whole() -> None:
    text = "付款方式"
    assert unlinked_words(text, links_of(text)) == ("付款方式",)


def test_unlinked_words_are_runs_of_the_text() -> None:
    text = "昨天的火星订单数和月球退款率"
    assert unlinked_words(text, links_of(text)) == ("火星", "月球")


def test_a_member_with_symbols_is_linked_as_written() -> None:
    assert shown("Moonlight Pro（白）") == [
        ("Moonlight Pro（白）", "member:product_name", "Moonlight Pro (白)")
    ]


def test_personal_dimensions_are_linked_but_never_members() -> None:
    assert shown("买家电话") == [("买家电话", "dimension:customer_phone", None)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("30", 30),
        ("1,000", 1000),
        ("1.5万", 15000),
        ("1万5", 15000),
        ("1w5", 15000),
        ("1万5千", 15000),
        ("3千2", 3200),
        ("1亿2000万", 120_000_000),
        ("一万五", 15000),
        ("一千五", 1500),
        ("三万二", 32000),
        ("两百五", 250),
        ("一万零五", 10005),
        ("一百零五", 105),
        ("二十万五", 205_000),
        ("廿一", 21),
        ("三十", 30),
        ("两百零五", 205),
        ("十", 10),
        ("20k", 20000),
        ("2 million", 2_000_000),
        ("5%", 0.05),
        ("百分之十五", 0.15),
        ("３０", 30),
    ],
)
def test_numbers(text: str, value: float) -> None:
    [number] = find_numbers(text)
    assert (number.value, text[number.start : number.end]) == (value, text)


@pytest.mark.parametrize("text", ["万", "百", "一二", "GMV", "1万50", "一千五万", "十十"])
def test_what_is_no_number(text: str) -> None:
    assert list(find_numbers(text)) == []


@given(st.integers(min_value=1, max_value=9999))
def test_chinese_numerals_are_read_back(value: int) -> None:
    digits = "零一二三四五六七八九"
    written = ""
    for scale, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // scale % 10
        if digit:
            written += digits[digit] + word
        elif written and not written.endswith("零") and value % scale:
            written += "零"
    assert chinese_number(written) == value


@given(st.lists(st.one_of(st.text(max_size=6), st.sampled_from(WORDS)), max_size=12))
def test_links_are_true_slices_in_order_and_every_token_is_linked_or_named(
    parts: list[str],
) -> None:
    text = "".join(parts)
    links = links_of(text)
    assert all(found.text == text[found.start : found.end] for found in links)
    assert all(left.end <= right.start for left, right in pairwise(links))
    explained = texts(links) + list(unlinked_words(text, links))
    assert all(any(text[t.start : t.end] in part for part in explained) for t in tokenize(text))


@given(st.text(max_size=40))
def test_a_phrase_and_a_question_are_cut_alike(text: str) -> None:
    assert key_of(text) == tuple(token.text for token in tokenize(text))


@pytest.mark.parametrize("dimension", MEMBERS)
def test_every_member_is_found_by_its_own_value(dimension: str) -> None:
    found = [shop_lexicon().member_of(dimension, value) for value in MEMBERS[dimension]]
    assert found == list(MEMBERS[dimension])


def test_a_text_that_names_no_member() -> None:
    assert shop_lexicon().member_of("province", "火星") is None
    assert shop_lexicon().member_of("channel", "浙江省") is None


def test_a_question_costs_the_same_among_many_members() -> None:
    many = {"product_name": tuple(f"商品{number}号款" for number in range(20_000))}
    lexicon = Lexicon.build(shipped_model(), many)
    tried = _CountingEntries(lexicon.entries)
    link("昨天商品777号款的销量", Lexicon(tried, lexicon.lengths), ())
    assert tried.lookups < 300


class _CountingEntries(dict[Any, Any]):
    """Entries that count how often they are asked."""

    lookups = 0

    def get(self, key: Any, default: Any = None) -> Any:
        self.lookups += 1
        return super().get(key, default)


def test_a_state_in_progress_is_no_event() -> None:
    for text in ("退款中", "待退款", "申请退款", "to be paid"):
        assert shown(text) == [], text
    assert shown("待付款") == [("待付款", "member:order_status", "等待买家付款")]


def test_an_adjective_is_a_member_only_before_its_noun() -> None:
    lexicon = Lexicon.build(shipped_model(), {"order_status": ("交易成功",)})
    assert "completed" in texts(link("completed orders", lexicon, ()))
    assert "completed" not in texts(link("completed refund amount", lexicon, ()))
    assert "已完成" in texts(link("已完成的订单数", lexicon, ()))
    assert "已完成" not in texts(link("已完成退款金额", lexicon, ()))


def test_the_last_words_of_a_title_name_it_if_no_other_title_ends_so() -> None:
    titles = {"product_name": ("木禾 燕麦面膜", "绿联 快充数据线", "声阔 快充数据线")}
    lexicon = Lexicon.build(shipped_model(), titles)
    assert lexicon.member_of("product_name", "燕麦面膜") == "木禾 燕麦面膜"
    assert lexicon.member_of("product_name", "快充数据线") is None


def test_a_spelling_that_two_members_share_names_neither() -> None:
    lexicon = Lexicon.build(shipped_model(), {"brand": ("Anker", "ANKER", "anker", "UGREEN")})
    assert lexicon.member_of("brand", "Anker") is None
    assert lexicon.member_of("brand", "ugreen") == "UGREEN"
