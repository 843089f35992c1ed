"""English vocabulary of time that the readers of dates and of relative words share."""

from __future__ import annotations

import re
from datetime import date

from assistant.time_expressions.numerals import (
    EN_DAY_IN_WORDS,
    EN_ORDINAL,
    EN_YEAR_IN_WORDS,
    YEAR_IN_DIGITS,
    read_en_year,
)
from assistant.time_expressions.rule import group
from assistant.time_expressions.spans import two_digit_year

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BEFORE_MAY = (
    *("in", "of", "for", "since", "from", "to", "until", "through", "during", "between"),
    *("before", "after", "last", "this", "next", "and"),
)
_NOT_A_VERB = "(?! (?:be|not|have|i|we|you|they|it)(?![a-z]))"
_LAST_WORDS = ("last", "past", "previous", "prior", "trailing", "preceding", "recent", "latest")
_NEXT_WORDS = ("next", "coming", "following", "upcoming")

LAST = "|".join((*_LAST_WORDS, "most recent"))
NEXT = "|".join(_NEXT_WORDS)
NO_LETTER = "(?<![a-z])"
UNIT = "(?P<unit>day|week|month|quarter|year)"
LONG_UNIT = "(?P<unit>week|month|quarter|year)"
MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|June?|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|May|may(?= \d)|(?<=\d )may"
    + "".join(f"|(?<={word} )may{_NOT_A_VERB}" for word in _BEFORE_MAY)
    + r")(?![a-z])\.?"
)
MONTH_START = "(?:jan|feb|mar|apr|may|May|jun|jul|aug|sep|oct|nov|dec)"
WEEKDAY = (
    r"(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)(?![a-z])\.?"
)
LAST_WEEKDAY = WEEKDAY.replace("<weekday>", "<last_weekday>")
ANY_WEEKDAY = (
    r"(?:on )?(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?|wed|sat)(?![a-z])\.?,? (?:the )?"
)
GAP = r"(?: ?, ?| ?- ?| ?/ ?| {0,2})"
DAY = (
    r"(?:(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\da-z:%])(?!\.\d)"
    rf"|{EN_ORDINAL}|{EN_DAY_IN_WORDS})"
)
TO = r"(?: ?[-~] ?| (?:to|through|thru|till|until) )(?:the )?"
PLAIN_YEAR = (
    rf"(?P<year>{YEAR_IN_DIGITS}(?!\d)|'\d\d(?!\d)|(?<= of )\d\d(?=$|[,.?!]$)|{EN_YEAR_IN_WORDS})"
)
SAID_YEAR = (
    r"(?P<said_year>(?:the )?(?:last|this|next|previous|current|prior) year"
    r"|(?:the )?year before last|the year(?! [a-z]{0,9}[- ]?to))"
)
OF_YEAR = rf"(?:{GAP}(?:(?:of|in|for) )?(?:{PLAIN_YEAR}|{SAID_YEAR}))"


WORDS = (
    *("january", "february", "march", "april", "june", "july", "august", "september"),
    *("october", "november", "december"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "weekend"),
    *("today", "yesterday", "tomorrow", "hour", "week", "month", "quarter", "year", "days"),
    *("hourly", "daily", "weekly", "monthly", "quarterly", "yearly"),
    *("last", "past", "previous", "next", "this", "since", "first", "second", "third", "fourth"),
)
"""The words of letters that times are made of, as they are spelled out."""


def said_offset(said: str) -> int:
    """How many units from the current one a word points: last is -1, this 0, next 1.

    >>> [said_offset(said) for said in ("the last", "this", "next", "year before last")]
    [-1, 0, 1, -2]
    """
    if said.endswith("before last"):
        return -2
    word = said.removeprefix("the ").removeprefix("most ").split(" ")[0]
    return (word in _NEXT_WORDS) - (word in _LAST_WORDS)


def year_of(found: re.Match[str], today: date) -> int | None:
    """The year that `OF_YEAR` or `PLAIN_YEAR` found, if any."""
    said, year = group(found, "said_year"), found["year"]
    if said:
        return today.year + said_offset(said)
    if not year:
        return None
    if len(year.lstrip("'")) == 2:
        return two_digit_year(int(year.lstrip("'")), today)
    return int(year) if year.isdigit() else read_en_year(year)


def month_of(found: re.Match[str]) -> int:
    """The number of the month that `MONTH` found."""
    return _MONTHS.index(found["month"][:3].lower()) + 1


def weekday_of(found: re.Match[str], name: str = "weekday") -> int:
    """The day that `WEEKDAY` found; Monday is 0."""
    return _WEEKDAYS.index(found[name][:3])
