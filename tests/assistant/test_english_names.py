"""English as it is spoken: names with something inside them, rows and orders said in passing."""

from __future__ import annotations

import pytest

from assistant.outcome import Abstention, Parsed
from assistant.parsing.linked_parser import parse_linked
from semantic_layer import SemanticQuery
from semantic_layer.query import (
    METRIC_TIME,
    Compare,
    Grain,
    In,
    OrderBy,
    PresetTime,
)
from tests.assistant.shop_words import context


def read(question: str) -> SemanticQuery:
    outcome = parse_linked(question, context())
    assert isinstance(outcome, Parsed), outcome
    return outcome.query


def groups(question: str) -> list[tuple[str, str | None]]:
    return [(group.name, group.grain) for group in read(question).group_by]


@pytest.mark.parametrize(
    "question",
    [
        "how much was spent on Tmall ads last month",
        "how much did we spend last month on Tmall ads",
        "what did we burn last month on ads on Tmall",
    ],
)
def test_what_stands_inside_a_name_narrows_it(question: str) -> None:
    query = read(question)
    assert query.metrics == ("ad_spend",)
    assert query.where == In(field="channel", values=("天猫",))
    assert query.time == PresetTime(unit=Grain.month, count=1, offset=-1)


def test_an_order_may_stand_inside_a_name() -> None:
    query = read("which province spends the most per order")
    assert query.metrics == ("average_order_value",)
    assert (query.order_by, query.limit) == ((OrderBy(name="average_order_value"),), 1)


def test_two_names_may_share_their_end() -> None:
    assert read("positive and negative review rate by brand").metrics == (
        "positive_review_rate",
        "negative_review_rate",
    )
    assert isinstance(parse_linked("green and negative review rate", context()), Abstention)


def test_the_links_of_a_split_name_cover_the_question_without_overlaps() -> None:
    question = "orders from JD ads last week"
    outcome = parse_linked(question, context())
    assert isinstance(outcome, Parsed), outcome
    ends = [0, *(link.end for link in outcome.links)]
    assert all(link.start >= end for link, end in zip(outcome.links, ends, strict=False))
    assert all(question[link.start : link.end] == link.text for link in outcome.links)


def test_members_beside_a_grain_are_one_course_unless_set_apart() -> None:
    assert groups("paid orders of Tmall and JD per day last week") == [(METRIC_TIME, "day")]
    assert groups("paid orders of Tmall vs JD per day last week") == [
        ("channel", None),
        (METRIC_TIME, "day"),
    ]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("paid orders by channel and month", [("channel", None), (METRIC_TIME, "month")]),
        ("paid orders brand x month", [("brand", None), (METRIC_TIME, "month")]),
        ("paid orders in each of the last six months", [(METRIC_TIME, "month")]),
        (
            "paid orders of the last three months, one figure for each month",
            [(METRIC_TIME, "month")],
        ),
    ],
)
def test_periods_that_are_rows(question: str, expected: list[tuple[str, str | None]]) -> None:
    assert groups(question) == expected


def test_month_over_month_for_several_months_is_month_by_month() -> None:
    query = read("month over month growth of paid amount for the past six months")
    assert ([group.grain for group in query.group_by], query.compare) == (["month"], "prior_period")
    single = read("month over month growth of paid amount for last month")
    assert single.group_by == ()


def test_weeks_of_an_average_over_weeks_are_calendar_weeks() -> None:
    query = read("paid orders as a 4-week moving average, last 12 weeks")
    assert query.time == PresetTime(unit=Grain.week, count=12, offset=-1)


def test_days_may_open_a_question_about_days() -> None:
    query = read("days last month with more than 100 paid orders")
    assert [group.grain for group in query.group_by] == ["day"]
    assert query.having == Compare(field="paid_orders", operator=">", value=100)


def test_a_condition_on_a_number_of_its_own_is_no_second_question() -> None:
    query = read("refund rate per product last month, only products with more than 100 paid orders")
    assert query.having == Compare(field="paid_orders", operator=">", value=100)
    two = "refund rate per product last month, paid orders by channel"
    assert isinstance(parse_linked(two, context()), Abstention)


def test_first_behind_a_metric_is_the_order_of_all_rows() -> None:
    query = read("ad spend and ROI by channel last week, highest ROI first")
    assert (query.order_by, query.limit) == ((OrderBy(name="roi"),), None)
    assert isinstance(parse_linked("orders first placed last week", context()), Abstention)


def test_numbers_of_two_units_are_listed_and_of_one_are_not_summed() -> None:
    assert read("CPC + CTR by channel").metrics == ("cost_per_click", "click_through_rate")
    summed = parse_linked("paid amount + unpaid amount by channel", context())
    assert isinstance(summed, Abstention)


def test_going_to_a_place_is_no_forecast() -> None:
    assert read("parcels going to Sichuan last month").metrics == ("shipped_parcels",)
    outcome = parse_linked("how many parcels are going to be shipped", context())
    assert not isinstance(outcome, Parsed)


def test_last_behind_this_week_is_last_week() -> None:
    query = read("cost per click this week versus last")
    assert (query.time, query.compare) == (
        PresetTime(unit=Grain.week, count=1, offset=0),
        "prior_period",
    )
    range_or_pair = "compare paid amount of August to September"
    assert not isinstance(parse_linked(range_or_pair, context()), Parsed)


def test_money_in_something_counted_is_what_it_is_worth() -> None:
    assert read("how much money is still in unpaid orders").metrics == ("unpaid_amount",)
    assert read("how much money in refunded orders last month").metrics == ("refund_amount",)
    assert read("how many unpaid orders are there").metrics == ("unpaid_orders",)


@pytest.mark.parametrize(
    "question",
    [
        "does this look gloomy? paid orders last month",
        "for gloomy ones? paid orders by channel last month",
        "only the gloomy ones? paid orders last month",
        "gloomy Tmall? paid orders last month",
        "gloomy since June? paid orders by channel",
        "paid orders last month? gloomy",
    ],
)
def test_an_unknown_word_in_a_sentence_beside_the_question_is_not_passed_over(
    question: str,
) -> None:
    assert not isinstance(parse_linked(question, context()), Parsed)


def test_to_share_is_no_share() -> None:
    for question in (
        "share paid orders of JD last month",
        "pls share paid orders of JD last month",
    ):
        assert read(question).share_of is None
    for question in ("share of paid orders by channel", "share of last month's GMV by channel"):
        assert read(question).share_of is not None


def test_wise_behind_a_group_groups_by_it() -> None:
    assert groups("channel wise paid orders last month") == [("channel", None)]
    assert groups("month-wise paid orders this year") == [(METRIC_TIME, "month")]
