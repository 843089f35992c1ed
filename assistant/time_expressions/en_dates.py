"""English dates: days, months, quarters, halves and weeks of the calendar. Reads folded text."""

from __future__ import annotations

import re
from datetime import date, timedelta

from assistant.time_expressions.digits import part_of_year
from assistant.time_expressions.en_words import (
    ANY_WEEKDAY,
    DAY,
    GAP,
    MONTH,
    MONTH_START,
    NO_LETTER,
    OF_YEAR,
    TO,
    WEEKDAY,
    month_of,
    said_offset,
    weekday_of,
    year_of,
)
from assistant.time_expressions.numerals import (
    EN_NUMBER,
    EN_ORDINAL,
    EN_YEAR_IN_WORDS,
    YEAR_IN_DIGITS,
    read_en_number,
    read_en_year,
)
from assistant.time_expressions.periods import (
    Period,
    Point,
    Stretch,
    nth_week,
    nth_weekday,
    resolve,
    unit_period,
)
from assistant.time_expressions.rule import Reading, Rule, group, rule
from assistant.time_expressions.spans import edge_of_month, edge_units, half_of_month
from semantic_layer.query import Grain

_PARTS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_NTH = rf"(?P<nth>{EN_ORDINAL}|\d{{1,2}}(?:st|nd|rd|th)|last)"
_NTH_WEEK = rf"{_NTH} week"
_SAID_MONTH = "(?P<said>(?:the )?(?:this|last|previous|next)) month(?![a-z])"
_NOT_RANKED = r"(?<![\d./$a-z:-])(?<!top )(?<!first )(?<!last )(?<!past )(?<!bottom )"
_DAYS_SEARCHED = 2 * 366  # a weekday meets a day of the month at least once in this many


def _read_days_of_month(found: re.Match[str], today: date) -> Reading | None:
    year, month = year_of(found, today), month_of(found)
    first = Point("day", year, month, read_en_number(found["day"]))
    if not found["last_day"]:
        return first
    last = Point("day", year, month, read_en_number(found["last_day"]))
    return Stretch(first, last) if (first.day or 0) < (last.day or 0) else None


def _read_month(found: re.Match[str], today: date) -> Reading | None:
    return Point("month", year_of(found, today), month_of(found))


def _read_said_month(found: re.Match[str], today: date) -> Reading | None:
    month, offset = month_of(found), said_offset(found["said"])
    is_ahead, is_behind = month >= today.month, month <= today.month
    years = -1 if offset < 0 and is_ahead else 1 if offset > 0 and is_behind else 0
    return Point("month", today.year + years, month)


def _read_year_month(found: re.Match[str], _today: date) -> Reading | None:
    year, month = int(found["year"]), month_of(found)
    if found["day"]:
        return Point("day", year, month, read_en_number(found["day"]))
    return Point("month", year, month)


def _read_part_of_year(found: re.Match[str], today: date) -> Reading | None:
    nth = group(found, "nth")
    number = _PARTS[nth] if nth else int(found["number"])
    return part_of_year(year_of(found, today), found["part"][0], number)


def _read_weekday_and_day(found: re.Match[str], today: date) -> Reading | None:
    number, weekday = read_en_number(found["day"]), weekday_of(found)
    for ago in range(_DAYS_SEARCHED):
        day = today - timedelta(days=ago)
        if day.day == number and day.weekday() == weekday:
            return unit_period(day, Grain.day)
    return None


def _read_numbered_week(found: re.Match[str], today: date) -> Reading | None:
    whole = resolve(Point("year", year_of(found, today) or today.year), today)
    return whole and nth_week(whole, int(found["week"]))


def _read_nth_week(found: re.Match[str], today: date) -> Reading | None:
    year = year_of(found, today)
    month = month_of(found) if group(found, "month") else None
    whole = resolve(Point("month" if month else "year", year, month), today)
    return whole and nth_week(whole, _nth(found))


def _read_week_of_day(found: re.Match[str], today: date) -> Reading | None:
    number = read_en_number(found["day"])
    day = resolve(Point("day", year_of(found, today), month_of(found), number), today)
    return day and unit_period(day.start, Grain.week)


def _read_edge_of_year(found: re.Match[str], today: date) -> Reading | None:
    count, unit = read_en_number(found["count"]), Grain(found["unit"])
    whole = resolve(Point("year", year_of(found, today) or today.year), today)
    return whole and edge_units(whole, unit, count, first=found["edge"] == "first")


def _read_edge_of_month(found: re.Match[str], today: date) -> Reading | None:
    month = _month(found, today)
    first = found["edge"] == "first"
    if month is None or (found["edge"] == "second") != bool(found["half"] and not first):
        return None
    if found["half"]:
        return half_of_month(month, first=first)
    count = read_en_number(found["count"]) if found["count"] else 1
    return edge_of_month(month, count, first=first)


def _read_day_of_said_month(found: re.Match[str], today: date) -> Reading | None:
    month = unit_period(today, Grain.month, offset=said_offset(found["said"])).start
    return Point("day", month.year, month.month, read_en_number(found["day"]))


def _month(found: re.Match[str], today: date) -> Period | None:
    """The month that is named, or said relative to now."""
    if found["said"]:
        return unit_period(today, Grain.month, offset=said_offset(found["said"]))
    return resolve(Point("month", year_of(found, today), month_of(found)), today)


def _nth(found: re.Match[str]) -> int:
    return -1 if found["nth"] == "last" else read_en_number(found["nth"]) or 0


def _read_nth_weekday(found: re.Match[str], today: date) -> Reading | None:
    month = _month(found, today)
    return month and nth_weekday(month, weekday_of(found), _nth(found))


def _read_week_of_said_month(found: re.Match[str], today: date) -> Reading | None:
    month = unit_period(today, Grain.month, offset=said_offset(found["said"]))
    return nth_week(month, _nth(found))


def _read_nth_month(found: re.Match[str], today: date) -> Reading | None:
    number = 12 if found["nth"] == "last" else _nth(found)
    return Point("month", year_of(found, today), number) if 1 <= number <= 12 else None


EN_DATE_RULES: tuple[Rule, ...] = (
    rule(  # March 5th, 2024; Mar 1-15
        rf"{NO_LETTER}(?:{ANY_WEEKDAY})?(?:the )?{MONTH}{GAP}(?:the )?(?P<day>{DAY})"
        rf"(?:{TO}(?P<last_day>{DAY})(?!{GAP}(?:of )?{MONTH_START}))?{OF_YEAR}?",
        _read_days_of_month,
    ),
    rule(  # 5 March 2024; between 3 and 12 of Sept
        rf"{_NOT_RANKED}(?:{NO_LETTER}{ANY_WEEKDAY})?(?:the )?(?P<day>{DAY})"
        rf"(?:(?:{TO}| and (?:the )?)(?P<last_day>{DAY}))?(?: day)?{GAP}(?:of )?{MONTH}{OF_YEAR}?",
        _read_days_of_month,
    ),
    rule(rf"{NO_LETTER}{MONTH}{OF_YEAR}?", _read_month),
    rule(
        rf"{NO_LETTER}(?P<said>(?:the )?(?:this|last|past|previous|next)) {MONTH}(?! ?\d)",
        _read_said_month,
    ),
    rule(
        rf"(?:(?<=in )|(?<=of )|(?<=for )|(?<=since )|(?<=year ))(?P<words>{EN_YEAR_IN_WORDS})"
        r"(?=$|[,.?!]| by| per)",
        lambda found, _: Point("year", read_en_year(found["words"])),
    ),
    rule(
        rf"(?<![\d.])(?P<year>{YEAR_IN_DIGITS}){GAP}{MONTH}(?:{GAP}(?P<day>{DAY}))?",
        _read_year_month,
    ),
    rule(
        rf"{NO_LETTER}(?:the )?(?P<nth>{'|'.join(_PARTS)})[ -](?P<part>quarter|half)(?![a-z])"
        rf"{OF_YEAR}?",
        _read_part_of_year,
    ),
    rule(
        rf"{NO_LETTER}(?P<part>[qh]) ?(?P<number>[1-4])(?!\d){OF_YEAR}",
        _read_part_of_year,
    ),
    rule(  # Mon 13th
        rf"{NO_LETTER}(?:on )?{WEEKDAY},? (?:the )?"
        rf"(?P<day>(?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th)?(?![\da-z:./-])|{EN_ORDINAL})",
        _read_weekday_and_day,
    ),
    rule(
        rf"{NO_LETTER}(?:the )?week (?:no\.? |number |#)?(?P<week>\d{{1,2}})(?!\d){OF_YEAR}?",
        _read_numbered_week,
    ),
    rule(rf"{NO_LETTER}(?:the )?{_NTH_WEEK} (?:of|in) {MONTH}{OF_YEAR}?", _read_nth_week),
    rule(rf"{NO_LETTER}(?:the )?{_NTH_WEEK}{OF_YEAR}", _read_nth_week),
    rule(rf"{NO_LETTER}(?:the )?{_NTH_WEEK} (?:of|in) {_SAID_MONTH}", _read_week_of_said_month),
    rule(  # the last Friday of November 2024
        rf"{NO_LETTER}(?:on )?(?:the )?{_NTH} {WEEKDAY} (?:of|in) "
        rf"(?:{MONTH}{OF_YEAR}?|{_SAID_MONTH})",
        _read_nth_weekday,
    ),
    rule(rf"{NO_LETTER}(?:the )?{_NTH} month{OF_YEAR}", _read_nth_month),
    rule(
        rf"{NO_LETTER}(?:the )?week (?:of|commencing|beginning|starting)(?: on)? (?:the )?"
        rf"{MONTH}{GAP}(?P<day>{DAY}){OF_YEAR}?",
        _read_week_of_day,
    ),
    rule(  # the first half of February, the last ten days of March 2024, the last day of last month
        rf"{NO_LETTER}(?:the )?(?P<edge>first|second|last) (?:(?P<half>half)"
        rf"|(?:(?P<count>(?!\d{{4}}){EN_NUMBER}) )?days?) (?:of|in) "
        rf"(?:{MONTH}{OF_YEAR}?|{_SAID_MONTH})",
        _read_edge_of_month,
    ),
    rule(  # first ten days of last year
        rf"{NO_LETTER}(?:the )?(?P<edge>first|last) (?P<count>(?!\d{{4}}){EN_NUMBER}) "
        rf"(?P<unit>day|week|month|quarter)s? (?:of|in){OF_YEAR}",
        _read_edge_of_year,
    ),
    rule(
        rf"{NO_LETTER}(?:on )?(?:the )?(?P<day>{DAY})(?: day)? (?:of|in) "
        r"(?P<said>the|this|last|previous|next) month(?![a-z])",
        _read_day_of_said_month,
    ),
    rule(
        r"(?<![a-z])on (?P<month>1[0-2]|0?[1-9])\.(?P<day>3[01]|[12]\d|0?[1-9])(?![\d%])(?!\.\d)",
        lambda found, _: Point("day", None, int(found["month"]), int(found["day"])),
    ),
    rule(
        rf"{NO_LETTER}on (?:the )?(?P<day>(?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th))(?![a-z])",
        lambda found, _: Point("day", day=read_en_number(found["day"])),
    ),
)
