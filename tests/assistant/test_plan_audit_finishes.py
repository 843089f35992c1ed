"""The audit of shares, running values, averages, changes, ranks and the rest."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.language_model.plan_audit import audit
from assistant.language_model.plan_evidence import Evidence
from semantic_layer import SemanticQuery
from tests.assistant.model_questions import evidence

LAST_MONTH = {"kind": "preset", "unit": "month", "count": 1, "offset": -1}
BY_PROVINCE = {"group_by": ["province"]}
COMPARED = {**BY_PROVINCE, "time": LAST_MONTH, "compare": "prior_period"}
DAILY = {"group_by": ["metric_time__day"], "time": LAST_MONTH}
WEEKEND = {"kind": "in", "field": "metric_time__extract_dow", "values": [6, 7]}
RATE = "paid_amount__prior_period__rate"
DELTA = "paid_amount__prior_period__delta"
PREVIOUS = SemanticQuery.model_validate({"metrics": ["paid_amount"], **COMPARED})


def plan(**parts: Any) -> SemanticQuery:
    return SemanticQuery.model_validate({"metrics": ["paid_amount"], **parts})


def found(shown: Evidence, **parts: Any) -> set[tuple[str, str | None]]:
    return {(issue.code, issue.where) for issue in audit(plan(**parts), shown)}


def by(column: str, *, descending: bool = True) -> dict[str, Any]:
    return {"order_by": [{"name": column, "descending": descending}]}


def over(column: str, operator: str, value: float) -> dict[str, Any]:
    return {"having": {"kind": "compare", "field": column, "operator": operator, "value": value}}


@pytest.mark.parametrize(
    ("question", "parts", "word"),
    [
        ("各省支付金额占比", BY_PROVINCE, "占比"),
        ("上个月每天累计支付金额", DAILY, "累计"),
        (
            "上个月每天累计支付金额",
            {**DAILY, "running": {"agg": "average", "count": 7, "unit": "day"}},
            "累计",
        ),
        (
            "上个月支付金额7日移动平均",
            {**DAILY, "running": {"agg": "average", "count": 3, "unit": "day"}},
            "7日移动平均",
        ),
        ("上个月日均支付金额", {"time": LAST_MONTH}, "日均"),
        ("上个月日均支付金额", {"time": LAST_MONTH, "average_per": "week"}, "日均"),
        ("上个月各省支付金额环比增长最快", {**COMPARED, **by(DELTA)}, "增长最快"),
        ("上个月各省支付金额环比增长最快", {**COMPARED, **by(RATE, descending=False)}, "增长最快"),
        ("上个月各省支付金额环比增长最快", {**COMPARED, **by("paid_amount")}, "增长最快"),
        ("上个月各省支付金额环比下降最多", {**COMPARED, **by(DELTA)}, "下降最多"),
        ("上个月支付金额环比上升的省份", COMPARED, "上升"),
        ("上个月支付金额环比上升的省份", {**COMPARED, **over(DELTA, "<", 0)}, "上升"),
        ("上个月支付金额环比下降超过20%的省份", {**COMPARED, **over(RATE, ">", 0.2)}, "20%"),
        ("上个月周末的支付金额", {"time": LAST_MONTH}, "周末"),
        (
            "上个月周末的支付金额",
            {"time": LAST_MONTH, "where": {**WEEKEND, "values": [5, 6]}},
            "周末",
        ),
        (
            "上个月周末的支付金额",
            {"time": LAST_MONTH, "where": {"kind": "not", "part": WEEKEND}},
            "周末",
        ),
        ("按星期几看支付金额", DAILY, "星期几"),
    ],
)
def test_a_word_that_the_plan_ignores_or_inverts(
    question: str, parts: dict[str, Any], word: str
) -> None:
    assert ("link_ignored", word) in found(evidence(question), **parts)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("各省支付金额占比", {**BY_PROVINCE, "share_of": {}}),
        ("上个月各省支付金额环比增长最快", {**COMPARED, **by(RATE)}),
        ("上个月各省支付金额环比下降最多", {**COMPARED, **by(DELTA, descending=False)}),
        ("上个月支付金额环比上升的省份", {**COMPARED, **over(RATE, ">", 0)}),
        ("上个月支付金额环比下降超过20%的省份", {**COMPARED, **over(RATE, "<", -0.2)}),
        ("上个月周末的支付金额", {"time": LAST_MONTH, "where": WEEKEND}),
        ("累计支付金额", {}),
        ("各省支付金额排名", {**BY_PROVINCE, "ranks": True}),
    ],
)
def test_nothing_stands_against_a_plan_that_says_it(question: str, parts: dict[str, Any]) -> None:
    assert found(evidence(question), **parts) == set()


@pytest.mark.parametrize(
    ("parts", "where"),
    [
        ({"share_of": {}}, "share_of"),
        ({"running": {"agg": "total"}}, "running"),
        ({"average_per": "day"}, "average_per"),
        ({"compare": "prior_period"}, "compare"),
        ({"ranks": True}, "ranks"),
        ({"limit": 5, "others": True}, "others"),
        ({"limit": 5, "limit_within": ["province"]}, "limit_within"),
        ({"where": WEEKEND}, "metric_time__extract_dow"),
    ],
)
def test_nothing_is_added_without_its_word(parts: dict[str, Any], where: str) -> None:
    shown = evidence("上个月支付金额")
    assert ("not_asked", where) in found(shown, time=LAST_MONTH, **parts)


def test_an_added_weekday_is_found_beside_an_asked_one() -> None:
    both = {"kind": "in", "field": "metric_time__extract_dow", "values": [5, 6, 7]}
    shown = evidence("上个月周末的支付金额")
    assert ("not_asked", WEEKEND["field"]) in found(shown, time=LAST_MONTH, where=both)


def test_what_the_plan_before_had_is_not_added() -> None:
    assert found(evidence("支付金额", previous=PREVIOUS), **COMPARED) == set()


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (over("paid_amount__prior_period__growth", ">", 0), "unknown_metric"),
        (over("paid_amount__same_weekday__rate", ">", 0), "unknown_metric"),
        (by("paid_amount__same_weekday__rate"), "unknown_order"),
        (by("paid_amount__share"), "unknown_order"),
        ({"time": {"kind": "event", "event": "double_12345"}}, "event_unknown"),
        ({"time": {"kind": "event", "event": "double_11", "year": 1999}}, "event_year_unknown"),
        ({"compare": {"kind": "event_aligned", "event": "double_12345"}}, "event_unknown"),
    ],
)
def test_columns_and_events_must_exist(parts: dict[str, Any], code: str) -> None:
    codes = {issue for issue, _ in found(evidence("某种东西"), **{**COMPARED, **parts})}
    assert code in codes


@pytest.mark.parametrize(
    ("question", "parts", "is_used"),
    [
        ("不对比", {**BY_PROVINCE, "time": LAST_MONTH}, True),
        ("不对比", COMPARED, False),
        ("不分组", {"time": LAST_MONTH, "compare": "prior_period"}, True),
        ("不分组", COMPARED, False),
        ("还要", COMPARED, False),
    ],
)
def test_a_word_of_editing_changes_the_plan_before(
    question: str, parts: dict[str, Any], is_used: bool
) -> None:
    shown = evidence(question, previous=PREVIOUS)
    assert shown.links, "the words are known"
    assert ("link_ignored" not in {code for code, _ in found(shown, **parts)}) == is_used
