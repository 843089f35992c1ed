"""English words that say nothing in one construction, and must stay unread in another."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.outcome import Abstention, Clarification, Parsed
from assistant.parsing.linked_parser import parse_linked
from semantic_layer import SemanticQuery
from semantic_layer.query import Grain, In, Not, PresetTime, RangeTime
from tests.assistant.shop_words import context
from tests.assistant.talks import plan


def read(question: str) -> SemanticQuery:
    outcome = parse_linked(question, context())
    assert isinstance(outcome, Parsed), outcome
    return outcome.query


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("could you please show me GMV by channel last month", "GMV by channel last month"),
        ("I'm just after the paid orders of last week", "paid orders last week"),
        ("what did GMV look like last month?", "GMV last month"),
        ("break last month's paid orders down by channel", "last month's paid orders by channel"),
        ("split GMV last month by province", "GMV last month by province"),
        ("only Tmall: paid orders last week", "Tmall: paid orders last week"),
        ("paid orders last week, Tmall only", "paid orders last week, Tmall"),
        ("GMV last month across all channels", "GMV last month"),
        ("either Tmall or JD: GMV last month", "Tmall or JD: GMV last month"),
        ("plot GMV last month by day", "GMV last month by day"),
        ("GMV - last month - by channel", "GMV, last month, by channel"),
        ("paid orders delivered to Zhejiang", "paid orders delivered Zhejiang"),
    ],
)
def test_words_that_say_nothing_there_change_nothing(said: str, meant: str) -> None:
    first, second = parse_linked(said, context()), parse_linked(meant, context())
    if isinstance(second, Parsed):
        assert isinstance(first, Parsed), first
        assert first.query == second.query
    else:
        assert type(first) is type(second)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("how many customers paid only on Tmall", "only"),
        ("GMV for all channels last month", "all"),
        ("paid orders right now", "right now"),
        ("paid orders from Zhejiang to Shanghai", "to"),
        ("paid orders at the end of last month", "at the end of"),
        ("how many days of paid orders", "How many days"),
        ("GMV down by channel", "down"),
    ],
)
def test_where_they_may_change_the_number_they_stay_unread(question: str, word: str) -> None:
    outcome = parse_linked(question, context())
    assert isinstance(outcome, Abstention), outcome
    assert word.lower() in [one.lower() for one in outcome.unexplained]


@pytest.mark.parametrize(
    ("question", "metric"),
    [
        ("how many refunds did we have last month", "refund_count"),
        ("how much was refunded last month", "refund_amount"),
        ("how much did buyers pay us last month", "paid_amount"),
        ("how many buyers paid last month", "paid_buyers"),
        ("what is the average refund rate of last month", "refund_rate"),
    ],
)
def test_the_question_word_settles_what_is_counted(question: str, metric: str) -> None:
    assert read(question).metrics == (metric,)


def test_how_much_was_sold_stays_open() -> None:
    assert isinstance(parse_linked("how much did we sell last month", context()), Clarification)


def test_an_average_of_a_sum_needs_its_period() -> None:
    assert isinstance(parse_linked("average paid orders last month", context()), Abstention)
    assert read("paid orders on an average day last month").average_per is Grain.day


def test_periods_in_a_row_are_one_window_with_their_unit() -> None:
    query = read("paid orders in August, September and October 2026")
    assert query.time == RangeTime(start=date(2026, 8, 1), end=date(2026, 11, 1))
    assert [group.grain for group in query.group_by] == ["month"]
    assert isinstance(parse_linked("paid orders in August and October", context()), Abstention)


def test_a_described_product_is_no_grouping_unless_asked_for_one_by_one() -> None:
    assert [group.name for group in read("top 3 channels by GMV last month").group_by] == [
        "channel"
    ]
    assert read("paid orders by channel other than Tmall").where == Not(
        part=In(field="channel", values=("天猫",))
    )


def test_a_slip_in_a_time_is_read_and_told() -> None:
    outcome = parse_linked("GMV of lats month by chanel", context())
    assert isinstance(outcome, Parsed), outcome
    assert outcome.query.time == PresetTime(unit=Grain.month, count=1, offset=-1)
    assert [text.en for text in outcome.assumptions][:2] == [
        '"lats" is read as "last"',
        '"chanel" is read as "channel"',
    ]


def test_a_slip_in_a_follow_up_is_read_too() -> None:
    query = plan("paid orders by channel last month", "and yesturday?")
    assert query.time == PresetTime(unit=Grain.day, count=1, offset=-1)


@pytest.mark.parametrize("question", ["GMV exluded Tmall last month", "paid orders last moth"])
def test_a_slip_that_may_turn_a_question_around_is_not_guessed(question: str) -> None:
    outcome = parse_linked(question, context())
    assert isinstance(outcome, Abstention) or (
        isinstance(outcome, Parsed) and bool(outcome.assumptions)
    )
