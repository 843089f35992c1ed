"""English constructions: one question for each, and beside it the one that must stay unread."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.outcome import Abstention, Clarification, Parsed
from assistant.parsing.ambiguous_dates import read_the_other_way
from assistant.parsing.linked_parser import parse_linked
from semantic_layer import SemanticQuery
from semantic_layer.query import (
    METRIC_TIME,
    Comparison,
    EventTime,
    Grain,
    In,
    Not,
    PresetTime,
    RangeTime,
)
from tests.assistant.shop_words import context
from tests.assistant.talks import plan


def read(question: str) -> SemanticQuery:
    outcome = parse_linked(question, context())
    assert isinstance(outcome, Parsed), outcome
    return outcome.query


@pytest.mark.parametrize(
    "question",
    [
        "leave Tmall out: paid orders by channel",
        "take the Tmall channel out, paid orders by channel",
        "paid orders by channel, keeping Tmall out",
    ],
)
def test_a_verb_and_its_out_exclude_what_stands_between(question: str) -> None:
    assert read(question).where == Not(part=In(field="channel", values=("天猫",)))


@pytest.mark.parametrize("question", ["take Tmall paid orders", "paid orders out of Tmall"])
def test_half_of_such_a_verb_is_not_dropped(question: str) -> None:
    assert isinstance(parse_linked(question, context()), Abstention)


def test_an_exclusion_of_a_follow_up_is_kept() -> None:
    query = plan("paid orders by day last month", "take Tmall out", "by week")
    assert query.where == Not(part=In(field="channel", values=("天猫",)))
    assert [group.grain for group in query.group_by] == ["week"]


def test_a_year_after_an_event_is_the_event_of_that_year() -> None:
    query = plan("paid amount during Double 11", "and last year?")
    assert query.time == EventTime(event="double_11", year=2025)
    assert plan("paid amount during Double 11", "and last year?", "per day").time == query.time


def test_a_year_after_dates_keeps_the_dates() -> None:
    query = plan("paid amount from October 5 to October 9, 2026", "and last year?")
    assert query.time == RangeTime(start=date(2025, 10, 5), end=date(2025, 10, 10))


def test_a_year_with_a_metric_or_after_a_preset_is_the_whole_year() -> None:
    year = PresetTime(unit=Grain.year, count=1, offset=-1)
    assert plan("paid amount during Double 11", "paid orders last year").time == year
    assert plan("paid amount last month", "and last year?").time == year


def test_a_date_of_two_readings_is_asked_back() -> None:
    outcome = parse_linked("paid orders on 05/10/2026", context())
    assert isinstance(outcome, Clarification)
    assert [option.label.en for option in outcome.options] == ["10 May 2026", "5 October 2026"]


@pytest.mark.parametrize("text", ["05/13/2026", "5/5/2026", "5/1-5/7/2020", "1/2/2026 to 3/4/2026"])
def test_other_dates_have_one_reading(text: str) -> None:
    assert read_the_other_way(f"paid orders on {text}") is None


@pytest.mark.parametrize(
    ("question", "grain"),
    [
        ("paid orders for every month of this year", "month"),
        ("paid orders for each day of October", "day"),
    ],
)
def test_each_period_of_a_window_is_a_grain_and_the_window(question: str, grain: str) -> None:
    query = read(question)
    assert [(group.name, group.grain) for group in query.group_by] == [(METRIC_TIME, grain)]
    assert query.time is not None


def test_the_rows_of_a_metric_say_nothing_new_and_other_rows_do() -> None:
    assert read("average rating of the reviews received last month").metrics == ("average_rating",)
    assert isinstance(
        parse_linked("placed amount of positive reviews last month", context()), Abstention
    )


def test_a_superlative_may_stand_between_an_event_and_its_quantity() -> None:
    query = read("which channel placed the most orders last month")
    assert (query.metrics, query.limit) == (("placed_orders",), 1)
    parcels = read("which carrier delivered the most parcels last month")
    assert parcels.metrics == ("delivered_parcels",)


@pytest.mark.parametrize("year", ["in 2025", "for 2025", "of 2025"])
def test_a_year_after_an_amount_is_a_year(year: str) -> None:
    query = read(f"paid amount {year} by channel")
    assert query.time == RangeTime(start=date(2025, 1, 1), end=date(2026, 1, 1))


def test_an_amount_of_no_recent_year_stays_a_number() -> None:
    assert isinstance(parse_linked("paid amount of 2090 by channel", context()), Abstention)


@pytest.mark.parametrize(
    "words", ["the same month a year earlier", "the same month of the previous year"]
)
def test_a_year_earlier_is_compared_with(words: str) -> None:
    query = read(f"paid amount last month compared with {words}")
    assert query.compare is Comparison.same_period_last_year


def test_worst_first_follows_what_is_good() -> None:
    assert read("ROI per campaign last month, worst first").order_by[0].descending is False
    assert read("refund rate by channel last month, worst first").order_by[0].descending is True
