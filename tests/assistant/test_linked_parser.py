from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.linking.linker import unlinked_words
from assistant.outcome import (
    Abstention,
    Clarification,
    Inquiry,
    Parsed,
    ParseOutcome,
    Refusal,
    WrittenSql,
)
from assistant.parsing.linked_parser import language_of, parse_linked
from semantic_layer import SemanticQuery
from tests.assistant.shop_words import context

QUESTIONS: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("questions.yml").read_text(encoding="utf-8")
)

WINDOWS: dict[str, dict[str, Any]] = {
    "yesterday": {"kind": "preset", "unit": "day", "count": 1, "offset": -1},
    "last_7_days": {"kind": "preset", "unit": "day", "count": 7, "offset": -1},
    "last_30_days": {"kind": "preset", "unit": "day", "count": 30, "offset": -1},
    "last_week": {"kind": "preset", "unit": "week", "count": 1, "offset": -1},
    "last_month": {"kind": "preset", "unit": "month", "count": 1, "offset": -1},
    "this_month": {"kind": "preset", "unit": "month", "count": 1, "offset": 0},
    "this_year": {"kind": "preset", "unit": "year", "count": 1, "offset": 0},
    "october": {"kind": "range", "start": "2026-10-01", "end": "2026-11-01"},
    "from_feb_10": {"kind": "range", "start": "2026-02-10", "end": "2026-11-25"},
    "after_feb_20": {"kind": "range", "start": "2026-02-21", "end": "2026-11-25"},
    "through_feb_10": {"kind": "range", "start": "1900-01-01", "end": "2026-02-11"},
    "early_feb": {"kind": "range", "start": "2026-02-01", "end": "2026-02-16"},
    "the_12th": {"kind": "range", "start": "2026-11-12", "end": "2026-11-13"},
    "month_to_date": {"kind": "to_date", "unit": "month"},
}


def _filters(plan: dict[str, Any]) -> dict[str, Any] | None:
    wanted = [
        {"kind": "in", "field": name, "values": values}
        for name, values in plan.get("in", {}).items()
    ]
    unwanted = [
        {"kind": "not", "part": {"kind": "in", "field": name, "values": values}}
        for name, values in plan.get("not_in", {}).items()
    ]
    parts = wanted + unwanted + [_comparison(*part) for part in plan.get("parts", ())]
    return {"kind": "and", "parts": parts} if len(parts) > 1 else next(iter(parts), None)


def _query(plan: dict[str, Any]) -> SemanticQuery:
    known = {
        *("metrics", "by", "in", "not_in", "having", "time", "compare", "order", "limit"),
        *("share", "running", "within", "average", "parts"),
    }
    assert plan.keys() <= known, f"unknown keys in {plan}"
    order = plan.get("order")
    having = plan.get("having")
    return SemanticQuery.model_validate(
        {
            "metrics": plan["metrics"],
            "group_by": plan.get("by", ()),
            "where": _filters(plan),
            "having": having and _conditions(having),
            "time": WINDOWS[plan["time"]] if "time" in plan else None,
            "compare": plan.get("compare"),
            "order_by": [{"name": order.lstrip("-"), "descending": order[0] != "-"}]
            if order
            else (),
            "limit": plan.get("limit"),
            "limit_within": plan.get("within", ()),
            "share_of": plan.get("share"),
            "running": plan.get("running"),
            "average_per": plan.get("average"),
        }
    )


def _conditions(having: list[Any]) -> dict[str, Any]:
    """One comparison, or a list of those that all hold."""
    if isinstance(having[0], str):
        return _comparison(*having)
    return {"kind": "and", "parts": [_comparison(*part) for part in having]}


def _comparison(field: str, operator: str, value: Any) -> dict[str, Any]:
    if operator == "in":
        return {"kind": "in", "field": field, "values": value}
    return {"kind": "compare", "field": field, "operator": operator, "value": value}


def _shown(outcome: ParseOutcome) -> dict[str, Any]:
    match outcome:
        case Parsed():
            return {"plan": outcome.query}
        case Clarification():
            return {"clarify": [list(option.query.metrics) for option in outcome.options]}
        case Abstention():
            return {"abstain": list(outcome.unexplained)}
        case Inquiry(about=about, metrics=metrics):
            return {"inquire": [about, *metrics]}
        case Refusal():
            return {"refuse": outcome.issues[0].code}
        case WrittenSql():
            raise AssertionError("the linked parser writes no SQL")


@pytest.mark.parametrize("case", QUESTIONS, ids=[case["q"] for case in QUESTIONS])
def test_a_question_is_read_as_it_is_meant(case: dict[str, Any]) -> None:
    expected = {name: value for name, value in case.items() if name != "q"}
    if "plan" in expected:
        expected["plan"] = _query(expected["plan"])
    assert _shown(parse_linked(case["q"], context())) == expected


@pytest.mark.parametrize("case", QUESTIONS, ids=[case["q"] for case in QUESTIONS])
def test_every_word_is_accounted_for(case: dict[str, Any]) -> None:
    """A plan, a question back or a refusal of the plan explains each word of the question."""
    outcome = parse_linked(case["q"], context())
    if isinstance(outcome, Parsed | Clarification):
        assert unlinked_words(case["q"], outcome.links) == ()


POLITE = ["请问{}", "帮我看一下{}，谢谢！", "{}是多少？", "  {} 。"]


@pytest.mark.parametrize("frame", POLITE)
@pytest.mark.parametrize(
    "question", ["上月各渠道付款订单数", "近7天每天的支付金额", "付款金额前5的省份"]
)
def test_politeness_and_punctuation_change_nothing(frame: str, question: str) -> None:
    plain = parse_linked(question, context())
    polite = parse_linked(frame.format(question), context())
    assert isinstance(plain, Parsed)
    assert isinstance(polite, Parsed)
    assert polite.query == plain.query


@given(st.permutations(["上月", "付款订单数", "按渠道", "浙江"]))
def test_the_order_of_words_is_free(words: list[str]) -> None:
    outcome = parse_linked(" ".join(words), context())
    assert isinstance(outcome, Parsed)
    assert outcome.query == _query(
        {
            "metrics": ["paid_orders"],
            "by": ["channel"],
            "in": {"province": ["浙江省"]},
            "time": "last_month",
        }
    )


@given(
    st.sampled_from(["paid orders by channel last month", "上月各渠道付款订单数"]),
    st.sampled_from(["zyxwv", "火星", "ζωή", "@", "+", "/"]),
    st.booleans(),
)
def test_an_unknown_word_is_never_dropped(question: str, word: str, in_front: bool) -> None:
    text = f"{word} {question}" if in_front else f"{question} {word}"
    outcome = parse_linked(text, context())
    assert isinstance(outcome, Abstention)
    assert any(word in unexplained for unexplained in outcome.unexplained)


WORDS = (
    *(
        "付款",
        "下单",
        "订单数",
        "金额",
        "GMV",
        "退款率",
        "浙江",
        "天猫",
        "省份",
        "渠道",
        "按",
        "各",
    ),
    *(
        "和",
        "，",
        "除了",
        "超过",
        "1000",
        "前",
        "5",
        "最高",
        "昨天",
        "上月",
        "同比",
        "对比",
        "分别",
    ),
    *("哪个", "多少", "每天", "趋势", "以外", "或", "个", "元", "以上"),
)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9))
def test_what_is_linked_is_in_the_plan(words: list[str]) -> None:
    outcome = parse_linked(" ".join(words), context())
    if not isinstance(outcome, Parsed):
        return
    query = outcome.query
    text = query.model_dump_json()
    for word, trace in {"浙江": "浙江省", "天猫": "天猫", "1000": "1000"}.items():
        assert word not in words or trace in text
    assert ("5" in words) <= (query.limit == 5 or "5" in text)
    assert ("同比" in words) == (query.compare == "same_period_last_year")
    assert bool({"昨天", "上月"} & set(words)) == (query.time is not None)
    assert bool({"前", "最高"} & set(words)) == bool(query.order_by)
    assert ("超过" in words or "以上" in words) == (query.having is not None)
    assert bool({"除了", "以外"} & set(words)) == ('"not"' in text)
    groups = {"省份": "province", "渠道": "channel"}
    qualified = {"浙江", "天猫"} & set(words)
    for word, name in groups.items():
        assert word not in words or qualified or name in text


@given(st.text(max_size=60))
def test_any_text_has_one_outcome_and_always_the_same(text: str) -> None:
    first = parse_linked(text, context())
    assert parse_linked(text, context()) == first
    assert isinstance(first, ParseOutcome)


def test_a_clarification_offers_two_to_four_complete_plans() -> None:
    for case in QUESTIONS:
        outcome = parse_linked(case["q"], context())
        if isinstance(outcome, Clarification):
            assert 2 <= len(outcome.options) <= 4, case["q"]
            queries = [option.query for option in outcome.options]
            assert len(set(map(SemanticQuery.model_dump_json, queries))) == len(queries)


def test_the_readings_of_a_clarification_keep_filters_time_and_grouping() -> None:
    outcome = parse_linked("上月浙江各渠道订单数", context())
    assert isinstance(outcome, Clarification)
    assert [option.query for option in outcome.options] == [
        _query(
            {
                "metrics": [name],
                "by": ["channel"],
                "in": {"province": ["浙江省"]},
                "time": "last_month",
            }
        )
        for name in ("placed_orders", "paid_orders")
    ]
    assert outcome.question.zh == "“订单数”指哪一个？"
    assert [option.label.en for option in outcome.options] == ["placed orders", "paid orders"]


def test_a_term_with_one_loaded_reading_is_not_ambiguous_and_says_so() -> None:
    outcome = parse_linked("昨天订单数", context(without=frozenset({"placed_orders"})))
    assert isinstance(outcome, Parsed)
    assert outcome.query.metrics == ("paid_orders",)
    assert [text.zh for text in outcome.assumptions] == ["“订单数”按付款订单数理解；下单数没有数据"]


def test_a_substitute_keeps_its_metric_askable() -> None:
    outcome = parse_linked("退款多少钱", context(without=frozenset({"refund_amount"})))
    assert isinstance(outcome, Parsed)
    assert outcome.query.metrics == ("refund_amount",)


def test_a_name_in_two_dimensions_is_asked_back_unless_its_dimension_is_named() -> None:
    outcome = parse_linked("口径店的支付件数", context())
    assert isinstance(outcome, Clarification)
    assert [option.label.zh for option in outcome.options] == ["店铺：口径店", "品牌：口径店"]
    named = parse_linked("品牌口径店的支付件数", context())
    assert isinstance(named, Parsed)
    assert named.query == _query({"metrics": ["paid_units"], "in": {"brand": ["口径店"]}})


def test_a_name_is_not_asked_back_where_one_of_its_dimensions_is_out_of_reach() -> None:
    outcome = parse_linked("口径店的付款订单数", context())
    assert isinstance(outcome, Parsed)
    assert outcome.query == _query({"metrics": ["paid_orders"], "in": {"shop": ["口径店"]}})


def test_a_vague_time_is_asked_for() -> None:
    recent = parse_linked("前段时间各渠道的退款金额", context())
    assert isinstance(recent, Clarification)
    assert all(option.query.time is not None for option in recent.options)
    assert {option.query.group_by[0].name for option in recent.options} == {"channel"}
    promotion = parse_linked("活动期间的退款金额", context())
    assert isinstance(promotion, Clarification)
    assert [option.label.zh for option in promotion.options] == ["双11", "618"]


def test_a_vague_time_beside_an_ambiguous_metric_is_not_read() -> None:
    outcome = parse_linked("前段时间的订单数", context())
    assert isinstance(outcome, Abstention)
    assert outcome.unexplained == ("前段时间",)


def test_without_a_metric_the_options_reach_what_the_question_names() -> None:
    outcome = parse_linked("浙江昨天", context())
    assert isinstance(outcome, Clarification)
    assert [option.query.metrics for option in outcome.options][:2] == [
        ("placed_orders",),
        ("paid_orders",),
    ]
    assert all(option.query.where is not None for option in outcome.options)


def test_what_is_assumed_is_said() -> None:
    outcome = parse_linked("GMV 渠道 浙江 广东", context())
    assert isinstance(outcome, Parsed)
    assert [text.en for text in outcome.assumptions] == [
        "Grouped by channel",
        "浙江省, 广东省 are counted together",
        "No period was given: everything that is loaded is counted",
    ]


@pytest.mark.parametrize(
    ("question", "words", "reason"),
    [
        ("上月和本月的付款订单数", ("上月", "本月的"), "一句话里有两个时间范围"),
        ("各省各渠道付款金额前5", ("前",), "没有说清在每个什么里给什么排名"),
        ("下单且付款的订单数", ("且",), "不能要求同一行同时满足两件事"),
        ("退款率大于30%或小于5%的省份", ("或",), "不能回答二选一的条件"),
        ("退款率超过25的省份", ("超过", "25"), "这个指标是比率，请写明百分号，例如 25%"),
    ],
)
def test_an_abstention_over_known_words_says_why(
    question: str, words: tuple[str, ...], reason: str
) -> None:
    outcome = parse_linked(question, context())
    assert isinstance(outcome, Abstention)
    assert outcome.unexplained == words
    assert outcome.reason is not None
    assert outcome.reason.zh == reason


def test_the_reason_of_an_unknown_word_is_the_word_itself() -> None:
    outcome = parse_linked("上月火星订单数", context())
    assert isinstance(outcome, Abstention)
    assert outcome.reason is None


def test_a_question_may_have_500_characters() -> None:
    long = parse_linked("昨天GMV" + " " * 600, context())
    assert isinstance(long, Refusal)
    assert long.issues[0].code == "question_too_long"
    assert "600" not in long.issues[0].message.en
    assert isinstance(parse_linked("昨天GMV" + " " * 400, context()), Parsed)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("GMV by channel", "en"),
        ("GMV按渠道", "zh"),
        ("", "en"),
        ("paid orders 浙江", "zh"),
        ("units sold of category 彩妆", "en"),
        ("GMV ROI CTR 上月", "zh"),
    ],
)
def test_the_language_of_a_question(question: str, language: str) -> None:
    assert language_of(question) == language
