"""Dates written in digits, the same in both languages: 2024-03-01, 20240301, 2024Q1, 3/5, 2024."""

from __future__ import annotations

import re
from datetime import date

from assistant.time_expressions.numerals import YEAR_IN_DIGITS
from assistant.time_expressions.periods import Moment, Point, Stretch, nth_week, resolve
from assistant.time_expressions.rule import Reading, Rule, rule
from assistant.time_expressions.spans import two_digit_year

_START = r"(?<!\d[.,])(?<![\d/$¥€£-])"
_SLASH_START = r"(?<!\d[.,])(?<![\d/$¥€£])(?:(?<!-)|(?<=\d-))"  # 5/1-5/7/2020 is a range
_CODE_START = r"(?<![\da-z])"  # FY24, 2024Q1: letters of another word must not lead in
_END = r"(?![\d%:])(?![./-]\d)"
_YEAR = rf"(?P<year>{YEAR_IN_DIGITS})"
_MONTH = r"(?P<month>1[0-2]|0?[1-9])"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])"
_CODE_YEAR = rf"(?P<year>{YEAR_IN_DIGITS}|\d\d)"
_FIRST_YEAR, _LAST_YEAR = 1990, 2100

_CUE_WORDS = (
    "in|of|for|during|since|from|years?|fy|cy|before|after|through|thru|until|till|by",
    "within|throughout|between|vs\\.?|versus|than|calendar year|fiscal year",
)
_AMOUNT_WORDS = (
    "amounts?|prices?|values?|costs?|worth|paid|spen[dt]|totals?|quantity|units?",
    "金额|价格?|单价|数量",
)
_COMPARATORS = (
    "over|above|below|under|than|least|most|exceed(?:s|ing)?|top|bottom|first|last|and|or|to",
    "equals?|is|with|by|about|around|[<>=#$¥€£&-]",
    "大于|小于|超过|低于|高于|不足|少于|多于|达到?|前|满|到|和|过",
)
_COUNTED_THINGS = (
    "orders?|items?|units?|pieces?|customers?|buyers?|products?|skus?|shops?|rows|times|people",
    "yuan|rmb|cny|usd|dollars|percent",
    "元|块|件|个|单|笔|人|次|万|千|百|亿|种|款|家|条|名|位|岁|克|斤|箱|多|以[上下内外]|左右|[+%]|起",
)
_LEADING_CUE = re.compile(rf"(?:^|[ (\[])(?:{'|'.join(_CUE_WORDS)})[ -]?(?:the year )?$")
_AMOUNT = re.compile(
    rf"(?:{'|'.join(_AMOUNT_WORDS)}) ?(?:is |are |was |were )?"
    r"(?:in|of|for|from|between|than|within)? ?$"
    r"|(?:[数额量率价费]|gmv|roi) ?(?:在|介于|处于|为|是|于) ?$"
    r"|(?:orders|units|buyers|customers|views|clicks|reviews|parcels) between $"
)
_AMOUNT_OF_YEAR = re.compile(r"amounts? (?:in|for|of) $")
_RECENT_YEARS = 10
_COMPARATOR = re.compile(rf"(?:{'|'.join(_COMPARATORS)}) ?$")
_COUNTED = re.compile(rf"(?: [a-z]{{1,16}})? ?(?:{'|'.join(_COUNTED_THINGS)})")
_LINK = r" ?(?:-|~|to|through|thru|till|until|and|or|,|&|/|vs\.?|和|与|跟|、|到|至) ?"
_PRECEDING_NUMBER = re.compile(rf"(?:^|[^\d.])(\d{{1,9}}){_LINK}$")
_FOLLOWING_NUMBER = re.compile(rf"{_LINK}(\d{{1,9}})(?![\d./-])")


def _read_date(found: re.Match[str], _today: date) -> Reading | None:
    return Point("day", int(found["year"]), int(found["month"]), int(found["day"]))


def _read_month_day(found: re.Match[str], _today: date) -> Reading | None:
    return Point("day", None, int(found["month"]), int(found["day"]))


def _read_dotted_days(found: re.Match[str], _today: date) -> Reading | None:
    first = Point("day", None, int(found["month"]), int(found["day"]))
    last = Point("day", None, int(found["last_month"]), int(found["last_day"]))
    is_forward = (first.month, first.day) < (last.month, last.day)
    return Stretch(first, last) if is_forward else None


def _read_slashed(found: re.Match[str], today: date) -> Reading | None:
    first, second, year = int(found["first"]), int(found["second"]), int(found["year"])
    if len(found["year"]) == 2:
        year = two_digit_year(year, today)
    month, day = (first, second) if first <= 12 else (second, first)
    return Point("day", year, month, day) if month <= 12 else None


def _read_month(found: re.Match[str], _today: date) -> Reading | None:
    return Point("month", int(found["year"]), int(found["month"]))


def _read_iso_week(found: re.Match[str], today: date) -> Reading | None:
    whole = resolve(Point("year", int(found["year"])), today)
    return whole and nth_week(whole, int(found["week"]))


def _read_part(found: re.Match[str], today: date) -> Reading | None:
    year = int(found["year"]) if found["year"] else None
    if found["year"] and len(found["year"]) == 2:
        year = two_digit_year(int(found["year"]), today)
    return part_of_year(year, found["part"] or "", int(found["number"] or 0))


def part_of_year(year: int | None, part: str, number: int) -> Moment | None:
    """Quarter (`q`), half (`h`) or, without a part, the whole of a year."""
    if part == "q" and 1 <= number <= 4:
        return Point("quarter", year, 3 * number - 2)
    if part == "h" and 1 <= number <= 2:
        return Point("half", year, 6 * number - 5)
    return Point("year", year) if not part and year else None


def _read_year(found: re.Match[str], today: date) -> Reading | None:
    year = int(found[0])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    before = found.string[max(0, found.start() - 24) : found.start()]
    after = found.string[found.end() : found.end() + 24]
    is_recent = abs(today.year - year) <= _RECENT_YEARS
    is_year = _is_year(before, after, found.start() < 1)
    is_year = is_year or (is_recent and _is_amount_of_year(before, after))
    return Point("year", year) if is_year else None


def _is_year(before: str, after: str, at_start: bool) -> bool:
    if _AMOUNT.search(before) or _COUNTED.match(after):
        return False
    following = _FOLLOWING_NUMBER.match(after)
    if following and not _is_in_reach(following[1]):
        return False
    preceding = _PRECEDING_NUMBER.search(before)
    if preceding:
        return _is_in_reach(preceding[1]) and not _AMOUNT.search(before[: preceding.start(1)])
    if _LEADING_CUE.search(before):
        return True
    at_edge = at_start or not after.strip(" ?!.。？！")
    return bool(at_edge or following) and not _COMPARATOR.search(before)


def _is_amount_of_year(before: str, after: str) -> bool:
    """Paid amount in 2025: the amount of that year, where no other number makes it a range."""
    is_alone = not (_COUNTED.match(after) or _FOLLOWING_NUMBER.match(after))
    return is_alone and bool(_AMOUNT_OF_YEAR.search(before))


def _is_in_reach(number: str) -> bool:
    return _FIRST_YEAR <= int(number) <= _LAST_YEAR


def _read_year_pair(found: re.Match[str], _today: date) -> Reading | None:
    first, last = int(found["first"]), int(found["last"])
    before = found.string[max(0, found.start() - 24) : found.start()]
    after = found.string[found.end() : found.end() + 16]
    if not _FIRST_YEAR <= first < last <= _LAST_YEAR:
        return None
    if _AMOUNT.search(before) or _COUNTED.match(after):
        return None
    return Stretch(Point("year", first), Point("year", last))


DIGIT_RULES: tuple[Rule, ...] = (
    rule(
        rf"(?<!\d[.,])(?<!\d){_YEAR}(?P<mark>[-/.]){_MONTH}(?P=mark){_DAY}(?![\d%])(?!\.\d)",
        _read_date,
    ),
    rule(
        rf"(?<!\d){_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>[0-2]\d|3[01])(?!\d)",
        _read_date,
    ),
    rule(
        rf"{_SLASH_START}(?P<first>[0-3]?\d)(?P<mark>[/-])(?P<second>[0-3]?\d)(?P=mark)"
        rf"(?P<year>{YEAR_IN_DIGITS}|(?<=/)\d\d)(?![\d%])",
        _read_slashed,
    ),
    rule(rf"{_START}{_YEAR}[-/]{_MONTH}{_END}", _read_month),
    rule(rf"{_START}{_MONTH}/{_YEAR}{_END}", _read_month),
    rule(rf"{_CODE_START}{_YEAR}-?w(?P<week>[0-5]\d)(?![\da-z-])", _read_iso_week),
    rule(
        rf"(?<!\d[.,])(?<![\d/$¥€£]){_MONTH}/{_DAY}(?![\d%:折])(?![./]\d)"
        r"(?!-\d{1,4}(?![\d/]))(?! of)",
        _read_month_day,
    ),
    rule(  # 11.1-11.11 are days; a lone 11.11 is a festival or a number
        rf"(?<![\d.,$¥€£/-]){_MONTH}\.{_DAY} ?[-~] ?(?P<last_month>1[0-2]|0?[1-9])"
        r"\.(?P<last_day>3[01]|[12]\d)(?![\d%:.])(?! ?之?间)",
        _read_dotted_days,
    ),
    rule(rf"{_START}(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01]){_END}", _read_month_day),
    rule(
        rf"{_CODE_START}(?:fy|cy)? ?{_CODE_YEAR}[ -]?(?P<part>[qh]) ?(?P<number>[1-4])(?![\da-z])",
        _read_part,
    ),
    rule(
        rf"{_CODE_START}(?P<part>[qh]) ?(?P<number>[1-4])"
        rf"(?: ?(?:of|-|/|,|in)? ?(?:fy|cy)?'?{_CODE_YEAR})?(?![\da-z])",
        _read_part,
    ),
    rule(
        rf"{_CODE_START}(?P<number>[1-4])(?P<part>[qh])[ -]?'?{_CODE_YEAR}(?!\d)",
        _read_part,
    ),
    rule(
        rf"{_CODE_START}(?:fy|cy|(?:(?:fiscal|calendar|the) )?year) ?'?{_YEAR}(?!\d)",
        lambda found, _: Point("year", int(found["year"])),
    ),
    rule(
        rf"{_START}(?P<first>\d{{4}}) ?[-~] ?(?P<last>\d{{4}})(?![\d年-])(?!\.\d)", _read_year_pair
    ),
    rule(rf"(?<!\d[.,])(?<![\d/$¥€£a-z#-]){YEAR_IN_DIGITS}(?![\d%:年a-z])(?![.,/-]\d)", _read_year),
)
