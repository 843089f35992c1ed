"""English time expressions: what each means on 24 November 2026, and what is left alone."""

from __future__ import annotations

import pytest

from tests.assistant.time_notation import said

_RELATIVE = {
    "today": "day 1 0",
    "yesterday": "day 1 -1",
    "the day before yesterday": "day 1 -2",
    "this week": "week 1 0",
    "last week": "week 1 -1",
    "the past week": "day 7 -1",
    "the week before last": "week 1 -2",
    "this month": "month 1 0",
    "last month": "month 1 -1",
    "previous month": "month 1 -1",
    "previous quarter": "quarter 1 -1",
    "this year": "year 1 0",
    "last year": "year 1 -1",
    "next month": "2026-12-01/2027-01-01",
    "last 7 days": "day 7 -1",
    "the last thirty days": "day 30 -1",
    "past three months": "month 3 -1",
    "previous two weeks": "day 14 -1",
    "the past year": "month 12 -1",
    "past half year": "month 6 -1",
    "twelve months ago": "month 1 -12",
    "3 days ago": "day 1 -3",
    "a week ago": "week 1 -1",
    "2 weeks and 2 days ago": "day 1 -16",
    "YTD": "year to date",
    "MTD": "month to date",
    "QTD": "quarter to date",
    "WTD": "week to date",
    "year to date": "year to date",
    "so far this year": "year to date",
    "this month so far": "month to date",
    "since the beginning of the year": "year to date",
    "last Monday": "2026-11-16/2026-11-17",
    "on Friday": "2026-11-20/2026-11-21",
    "last weekend": "2026-11-21/2026-11-23",
    "last Monday to Friday": "2026-11-16/2026-11-21",
    "more than 2 weeks ago": "1900-01-01/2026-11-10",
    "less than 2 weeks ago": "2026-11-10/2026-11-25",
    "from now to November 30": "2026-11-24/2026-12-01",
    "for 3 days from yesterday": "2026-11-23/2026-11-26",
    "the first Monday of last month": "2026-10-05/2026-10-06",
    "the last week of last month": "2026-10-26/2026-11-02",
    "all time": "all",
    "ever": "all",
    "to date": "all",
}

_ABSOLUTE = {
    "March 2024": "2024-03-01/2024-04-01",
    "Mar 2024": "2024-03-01/2024-04-01",
    "2024 March": "2024-03-01/2024-04-01",
    "Mar '24": "2024-03-01/2024-04-01",
    "March": "2026-03-01/2026-04-01",
    "in March": "2026-03-01/2026-04-01",
    "December": "2025-12-01/2026-01-01",
    "March 5": "2026-03-05/2026-03-06",
    "5/2023": "2023-05-01/2023-06-01",
    "2020-W06": "2020-02-03/2020-02-10",
    "from the beginning of last year": "2025-01-01/2026-11-25",
    "on 5.12": "2026-05-12/2026-05-13",
    "15 April of 19": "2019-04-15/2019-04-16",
    "from 5/1-5/7/2020": "2020-05-01/2020-05-08",
    "the last Friday of November 2024": "2024-11-29/2024-11-30",
    "the third month of 2021": "2021-03-01/2021-04-01",
    "the last 3 weeks of 2019": "2019-12-09/2019-12-30",
    "5 March 2024": "2024-03-05/2024-03-06",
    "March 5th, 2024": "2024-03-05/2024-03-06",
    "the fifth of March 2024": "2024-03-05/2024-03-06",
    "Tuesday, March 5, 2024": "2024-03-05/2024-03-06",
    "Mar 1-15": "2026-03-01/2026-03-16",
    "March 1 to March 15, 2024": "2024-03-01/2024-03-16",
    "from Feb 1 to Feb 10 2020": "2020-02-01/2020-02-11",
    "between Feb 1 and Feb 10, 2020": "2020-02-01/2020-02-11",
    "from Dec to March": "2025-12-01/2026-04-01",
    "Nov-Feb 2017": "2016-11-01/2017-03-01",
    "from Q1 2017 to Q3 2018": "2017-01-01/2018-10-01",
    "between Jan 2026 and yesterday": "2026-01-01/2026-11-24",
    "2014 through May 2018": "2014-01-01/2018-06-01",
    "Q2": "2026-04-01/2026-07-01",
    "Q2 2024": "2024-04-01/2024-07-01",
    "second quarter of 2024": "2024-04-01/2024-07-01",
    "first half of 2024": "2024-01-01/2024-07-01",
    "H1 2024": "2024-01-01/2024-07-01",
    "2024": "2024-01-01/2025-01-01",
    "in 2024": "2024-01-01/2025-01-01",
    "in two thousand and twenty": "2020-01-01/2021-01-01",
    "2019-2020": "2019-01-01/2021-01-01",
    "February last year": "2025-02-01/2025-03-01",
    "last March": "2026-03-01/2026-04-01",
    "last December": "2025-12-01/2026-01-01",
    "this February": "2026-02-01/2026-03-01",
    "since Feb 10": "2026-02-10/2026-11-25",
    "from March to date": "2026-03-01/2026-11-25",
    "after 2024": "2025-01-01/2026-11-25",
    "after Feb 20": "2026-02-21/2026-11-25",
    "after October": "2026-11-01/2026-11-25",
    "from Feb 10": "2026-02-10/2026-11-25",
    "until March": "1900-01-01/2026-04-01",
    "through Feb 10": "1900-01-01/2026-02-11",
    "up to Feb 10": "1900-01-01/2026-02-11",
    "no later than Feb 10": "1900-01-01/2026-02-11",
    "the first half of February": "2026-02-01/2026-02-16",
    "the last day of last month": "2026-10-31/2026-11-01",
    "the last ten days of March 2024": "2024-03-22/2024-04-01",
    "before 2018": "1900-01-01/2018-01-01",
    "two days before March 5": "2026-03-03/2026-03-04",
    "2024-03-01 to 2024-03-15": "2024-03-01/2024-03-16",
    "2/10/2020": "2020-02-10/2020-02-11",
    "31/12/2020": "2020-12-31/2021-01-01",
    "2/3-2/9": "2026-02-03/2026-02-10",
    "week 6 of 2020": "2020-02-03/2020-02-10",
    "the first week of February 2020": "2020-02-03/2020-02-10",
    "first ten days of last year": "2025-01-01/2025-01-11",
    "in may": "2026-05-01/2026-06-01",
    "May 2024": "2024-05-01/2024-06-01",
    "may 5": "2026-05-05/2026-05-06",
}

_GRAINS = {
    "daily": "by day",
    "weekly": "by week",
    "monthly": "by month",
    "quarterly": "by quarter",
    "by day": "by day",
    "by date": "by day",
    "per week": "by week",
    "each month": "by month",
    "every hour": "by hour",
    "day by day": "by day",
    "month-by-month": "by month",
    "which month": "by month",
}


@pytest.mark.parametrize(
    ("text", "window"), [*_RELATIVE.items(), *_ABSOLUTE.items(), *_GRAINS.items()]
)
def test_an_expression_alone(text: str, window: str) -> None:
    """The whole text is one expression."""
    assert said(text) == [(text, window)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GMV in the last 30 days by channel", [("in the last 30 days", "day 30 -1")]),
        ("last year's refund rate", [("last year's", "year 1 -1")]),
        ("weekly trend", [("weekly", "by week")]),
        ("best product of the week", [("of the week", "week 1 0")]),
        ("orders this week vs last week", [("this week", "week 1 0"), ("last week", "week 1 -1")]),
        ("how about Q3 2019?", [("Q3 2019", "2019-07-01/2019-10-01")]),
        (
            "Feb and March 2020",
            [("Feb", "2020-02-01/2020-03-01"), ("March 2020", "2020-03-01/2020-04-01")],
        ),
        ("orders above 2000 yuan in 2024", [("in 2024", "2024-01-01/2025-01-01")]),
        ("orders from yesterday", [("yesterday", "day 1 -1")]),
        ("over 100,000 last month", [("last month", "month 1 -1")]),
        ("below 2 last month", [("last month", "month 1 -1")]),
        ("top 5 March products", [("March", "2026-03-01/2026-04-01")]),
        (
            "compare 2019 and 2020",
            [("2019", "2019-01-01/2020-01-01"), ("2020", "2020-01-01/2021-01-01")],
        ),
        (
            "from 2010 to 2018 or before 2000",
            [
                ("from 2010 to 2018", "2010-01-01/2019-01-01"),
                ("before 2000", "1900-01-01/2000-01-01"),
            ],
        ),
    ],
)
def test_expressions_in_a_question(text: str, expected: list[tuple[str, str]]) -> None:
    """Neighbouring words stay out, words that only lead in or out are taken along."""
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("orders over 2000", "top 2000", "GMV from 2000 to 3000", "amount in 2000", "2000 orders"),
        *("price between 1995 and 2000", "may I see the orders", "May I see it", "this may be it"),
        *("a second look", "seconds", "last 24 hours", "7 days", "end of March", "early 2020"),
        *("mid-November", "from October", "as of Feb 10", "by March", "on Black Friday", "Monday"),
        *("last 9999 weeks", "last 999 quarters of 2020", "by day of week"),
        *("February 30", "13/13/2020", "Q5", "2020Q5", "3/5 of orders", "12:30", "v2020.1"),
        *("year over year", "by date range", "order 2020021012345", "on 13.13", "day of the month"),
        *("by day of the week", "hour of the day", "end of the year", "weekend orders"),
    ],
)
def test_what_is_left_unmatched(text: str) -> None:
    """Amounts, verbs, vague edges, hours, and dates that do not exist."""
    assert said(text) == []
