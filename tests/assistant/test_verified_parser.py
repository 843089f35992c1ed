"""`parse_verified`: the checked plan for the checked words, with another time or member at most."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.nearest.verified_examples import nearest_examples, not_verified
from assistant.parsing.verified_parser import VerifiedIndex, parse_verified
from semantic_layer import SemanticQuery
from semantic_layer.query import EventTime, Grain, In, PresetTime, RangeTime
from tests.assistant.shop_words import context, shipped_model, shop_lexicon


@cache
def index() -> VerifiedIndex:
    return VerifiedIndex.build(shipped_model(), shop_lexicon())


def parsed(question: str) -> SemanticQuery | None:
    outcome = parse_verified(question, index(), context())
    return outcome.query if outcome else None


def verified(text: str) -> SemanticQuery:
    (found,) = [one for one in shipped_model().verified_questions if text in one.texts]
    return found.query


@pytest.mark.parametrize(
    "text", [text for one in shipped_model().verified_questions for text in one.texts]
)
def test_every_shipped_wording_gives_its_own_plan(text: str) -> None:
    assert parsed(text) == verified(text)


@pytest.mark.parametrize("text", ["上月经营概况？", " 上月 经营概况。", "上月经营概况!"])
def test_blanks_and_punctuation_do_not_count(text: str) -> None:
    assert parsed(text) == verified("上月经营概况")


def test_case_and_width_do_not_count() -> None:
    wanted = verified("business summary of last month")
    assert parsed("BUSINESS SUMMARY of last month?") == wanted
    assert parsed("ｂusiness summary of last month") == wanted


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("近7天经营概况", PresetTime(unit=Grain.day, count=7)),
        ("本月经营概况", PresetTime(unit=Grain.month, offset=0)),
        ("2026年9月经营概况", RangeTime(start=date(2026, 9, 1), end=date(2026, 10, 1))),
        ("business summary of yesterday", PresetTime(unit=Grain.day)),
    ],
)
def test_the_asked_time_replaces_the_verified_one(text: str, time: object) -> None:
    expected = verified("上月经营概况").model_copy(update={"time": time})
    assert parsed(text) == expected


def test_another_event_replaces_the_verified_one() -> None:
    found = parsed("618比上一年卖得怎么样")
    assert found is not None
    assert found.time == EventTime(event="mid_year_618")
    assert found.compare == verified("双11比上一年卖得怎么样").compare


@pytest.mark.parametrize(
    ("text", "channel"),
    [("上个月京东渠道经营概况", "京东"), ("business summary of JD last month", "京东")],
)
def test_another_member_of_the_same_dimension_replaces_the_verified_one(
    text: str, channel: str
) -> None:
    expected = verified("上个月天猫渠道经营概况").model_copy(
        update={"where": In(field="channel", values=(channel,))}
    )
    assert parsed(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "上个月浙江渠道经营概况",  # a member of another dimension
        "上月经营概况按渠道",
        "上月不含退款的经营概况",
        "经营概况",
        "近30天哪10个商品卖得最好",
        "上月和上上月经营概况",
        "",
        "？",
    ],
)
def test_anything_else_must_match(text: str) -> None:
    assert parsed(text) is None


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser_and_the_same_text_gives_the_same_plan(text: str) -> None:
    assert parsed(text) == parsed(text)


WORDS = st.text(alphabet="渠道省份商品品牌退款不含每天", min_size=1, max_size=6)


@given(WORDS)
def test_a_word_more_is_never_dropped(word: str) -> None:
    assert parsed(f"上月经营概况{word}") is None


def test_the_answer_says_who_vouches_for_it() -> None:
    outcome = parse_verified("昨天经营概况", index(), context())
    assert outcome is not None
    (note,) = outcome.assumptions
    assert "上月经营概况" in note.zh
    assert "2026-11-20" in note.en
    assert outcome.links


def test_what_nobody_checked_is_refused_with_what_is_near() -> None:
    (issue,) = not_verified("上个月经营情况", shipped_model()).issues
    assert issue.code == "not_verified"
    assert "上月经营概况" in issue.suggestions


def test_examples_are_near_in_the_language_of_the_question() -> None:
    first, *others = nearest_examples("summary of the business in May", shipped_model(), None)
    assert first.text.startswith("business summary")
    assert all(example.text.isascii() for example in (first, *others))
