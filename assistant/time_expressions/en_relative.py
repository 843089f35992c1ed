"""English words relative to now, and grains: yesterday, last 7 days, YTD, by day.

Reads folded text.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from assistant.time_expressions.en_words import (
    LAST,
    LAST_WEEKDAY,
    LONG_UNIT,
    MONTH_START,
    NEXT,
    NO_LETTER,
    TO,
    UNIT,
    WEEKDAY,
    said_offset,
    weekday_of,
)
from assistant.time_expressions.numerals import EN_NUMBER, read_en_number
from assistant.time_expressions.periods import (
    EARLIEST_DAY,
    Period,
    preset,
    weekday_in_week,
    weekdays_in_week,
    weekend,
)
from assistant.time_expressions.rule import Reading, Rule, group, rule
from assistant.time_expressions.spans import (
    all_time,
    is_sensible,
    last_units,
    next_units,
    to_date,
    units_ago,
)
from semantic_layer.query import Grain
from semantic_layer.resolving.windows import MONTHS, add_months

_DAYS = {
    "today": 0,
    "yesterday": -1,
    "yday": -1,
    "yest": -1,
    "ystd": -1,
    "y'day": -1,
    "day before yesterday": -2,
    "tomorrow": 1,
    "tmrw": 1,
    "day after tomorrow": 2,
}
_INITIALS = {
    **{"y": Grain.year, "q": Grain.quarter, "m": Grain.month, "w": Grain.week},
    "d": Grain.day,
}
_SHORT = {
    **{"wk": Grain.week, "mth": Grain.month, "mo": Grain.month},
    **{"qtr": Grain.quarter, "yr": Grain.year},
}
_ADVERBS = {
    "hourly": Grain.hour,
    "daily": Grain.day,
    "weekly": Grain.week,
    "monthly": Grain.month,
    "quarterly": Grain.quarter,
    "yearly": Grain.year,
    "annually": Grain.year,
    "annual": Grain.year,
}
_AGAINST = tuple(f"(?<= {word} )" for word in ("vs", "versus", "against", "to", "with", "than"))
_THIS_UNIT = re.compile(r"(?<![a-z])this (day|week|month|quarter|year)(?![a-z])")
_THIS = "(?:this|the current)"


def _read_said_unit(found: re.Match[str], today: date) -> Reading | None:
    said = found["said"].removeprefix("the ")
    if said in {"past", "trailing"}:
        return last_units(today, Grain(found["unit"]), 1)
    return preset(today, Grain(found["unit"]), offset=said_offset(said))


def _read_last(found: re.Match[str], today: date) -> Reading | None:
    """This week versus last: the unit is said before."""
    said = _THIS_UNIT.findall(found.string, 0, found.start())
    return preset(today, Grain(said[-1]), offset=-1) if said else None


def _read_unit_beyond(found: re.Match[str], today: date) -> Reading | None:
    return preset(today, Grain(found["unit"]), offset=-2 if found["side"] == "before" else 2)


def _read_recent(found: re.Match[str], today: date) -> Reading | None:
    return last_units(today, Grain(found["unit"]), read_en_number(found["count"]))


def _read_coming(found: re.Match[str], today: date) -> Reading | None:
    return next_units(today, Grain(found["unit"]), read_en_number(found["count"]))


def _read_ago(found: re.Match[str], today: date) -> Reading | None:
    count = 1 if found["count"] == "a" else read_en_number(found["count"])
    return units_ago(today, Grain(found["unit"]), count)


def _read_further_ago(found: re.Match[str], today: date) -> Reading | None:
    """More than two weeks ago is before that day, less than that since it."""
    count = read_en_number(found["count"])
    unit = Grain(found["unit"])
    if not is_sensible(unit, count):
        return None
    day = add_months(today, -(count or 0) * MONTHS[unit]) if unit in MONTHS else None
    day = day or today - timedelta(days=(count or 0) * (7 if unit is Grain.week else 1))
    if found["more"]:
        return Period(EARLIEST_DAY, day, Grain.day)
    return Period(day, today + timedelta(days=1), Grain.day)


def _read_days_ago(found: re.Match[str], today: date) -> Reading | None:
    weeks, days = read_en_number(found["weeks"]), read_en_number(found["days"])
    return units_ago(today, Grain.day, 7 * (weeks or 0) + (days or 0))


def _read_to_date(found: re.Match[str], today: date) -> Reading | None:
    return to_date(today, Grain(found["unit"]))


def _read_weekday(found: re.Match[str], today: date) -> Reading | None:
    weeks = said_offset(found["said"])
    if group(found, "last_weekday"):
        last = weekday_of(found, "last_weekday")
        return weekdays_in_week(today, weekday_of(found), last, weeks)
    return weekday_in_week(today, weekday_of(found), weeks)


def _read_on_weekday(found: re.Match[str], today: date) -> Reading | None:
    weekday = weekday_of(found)
    return weekday_in_week(today, weekday, 0 if weekday <= today.weekday() else -1)


def _read_grain(found: re.Match[str], _today: date) -> Reading | None:
    return Grain.day if found["unit"] == "date" else Grain(found["unit"])


EN_RELATIVE_RULES: tuple[Rule, ...] = (
    rule(
        rf"{NO_LETTER}(?:the )?(?P<day>(?:day before )?yesterday|(?:day after )?tomorrow"
        r"|today|tmrw|y'?day|yest|ystd)"
        r"(?![a-z])",
        lambda found, today: preset(today, Grain.day, offset=_DAYS[found["day"]]),
    ),
    rule(
        r"(?:(?<=between )|(?<=from ))(?:right )?now(?= (?:and|to|until|till|through) )",
        lambda _, today: preset(today, Grain.day, offset=0),
    ),
    rule(
        rf"{NO_LETTER}(?P<said>(?:the )?(?:this|last|past|previous|{NEXT})) weekend(?![a-z])",
        lambda found, today: weekend(today, said_offset(found["said"])),
    ),
    rule(
        rf"{NO_LETTER}(?:(?:the )?weekend (?:just (?:gone|past|passed)|that just passed)"
        r"|this (?:just )?past weekend)(?![a-z])",
        lambda _, today: weekend(today, -1),
    ),
    rule(  # on a Wednesday, the one that is over
        rf"{NO_LETTER}(?:over|at) the weekend(?![a-z])(?! (?:before|of|just|that))",
        lambda _, today: weekend(today, 0 if today.weekday() > 4 else -1),
    ),
    rule(
        rf"{NO_LETTER}the weekend before(?: last| that| it)?(?=$|[,.?!]| by| per| in| for)",
        lambda _, today: weekend(today, -2),
    ),
    rule(rf"(?:{'|'.join(_AGAINST)})last(?:'s)?(?=$|[,.?!]| by| per| for| in)", _read_last),
    rule(
        rf"{NO_LETTER}the {LONG_UNIT} (?:just (?:gone|past|passed|ended)|that just ended)(?![a-z])",
        lambda found, today: preset(today, Grain(found["unit"]), offset=-1),
    ),
    rule(
        rf"{NO_LETTER}(?P<said>(?:the )?(?:this|current|{LAST}|{NEXT})) (?:calendar )?{UNIT}"
        r"(?![a-z-])(?! (?:before|of)(?![a-z]))",
        _read_said_unit,
    ),
    rule(
        rf"{NO_LETTER}(?:the )?{UNIT} (?P<side>before|after) (?:last|next)(?![a-z])",
        _read_unit_beyond,
    ),
    rule(
        rf"{NO_LETTER}(?:the |these )?(?:{LAST}) (?P<count>{EN_NUMBER})[ -]"
        rf"(?:calendar |full |complete )?{UNIT}s?(?![a-z])",
        _read_recent,
    ),
    rule(  # "over 500 last month" is an amount and a month
        rf"(?<![a-z\d.,])(?P<count>{EN_NUMBER}) (?:{LAST}) {UNIT}s(?![a-z])",
        _read_recent,
    ),
    rule(
        rf"{NO_LETTER}(?:the )?(?:{LAST}) half(?:[ -]a)?[ -]year(?![a-z])",
        lambda _, today: last_units(today, Grain.month, 6),
    ),
    rule(
        rf"{NO_LETTER}(?:the )?(?:{NEXT}) (?P<count>{EN_NUMBER}) {UNIT}s?(?![a-z])",
        _read_coming,
    ),
    rule(rf"(?<![a-z\d.,])(?P<count>{EN_NUMBER}) (?:{NEXT}) {UNIT}s(?![a-z])", _read_coming),
    rule(  # last 7d
        rf"{NO_LETTER}(?:the )?(?:{LAST}) (?P<count>\d{{1,3}}) ?(?P<initial>[dwmqy])(?![a-z\d])",
        lambda found, today: last_units(today, _INITIALS[found["initial"]], int(found["count"])),
    ),
    rule(  # L30D
        r"(?<![a-z\d])l(?P<count>\d{1,3})(?P<initial>[dwmqy])(?![a-z\d])",
        lambda found, today: last_units(today, _INITIALS[found["initial"]], int(found["count"])),
    ),
    rule(
        rf"{NO_LETTER}(?:the )?(?:{LAST}) fortnight(?![a-z])",
        lambda _, today: last_units(today, Grain.day, 14),
    ),
    rule(  # last wk
        rf"{NO_LETTER}(?P<said>this|{LAST}|{NEXT}) (?P<short>wk|mth|mo|qtr|yr)(?![a-z])\.?",
        lambda found, today: preset(
            today, _SHORT[found["short"]], offset=said_offset(found["said"])
        ),
    ),
    rule(rf"{NO_LETTER}(?P<count>a|{EN_NUMBER}) {UNIT}s? ago(?![a-z])", _read_ago),
    rule(
        rf"{NO_LETTER}(?:(?P<more>more than|over)|less than|within) (?P<count>{EN_NUMBER}) "
        rf"{UNIT}s? (?:ago|before (?:today|now))(?![a-z])",
        _read_further_ago,
    ),
    rule(
        rf"{NO_LETTER}(?P<weeks>{EN_NUMBER}) weeks?(?:,| and) (?P<days>{EN_NUMBER}) days? ago"
        r"(?![a-z])",
        _read_days_ago,
    ),
    rule(
        rf"(?:(?<=in )|(?<=for )|(?<=during ))the {LONG_UNIT}(?=$|[,.?!]| by| per)",
        lambda found, today: preset(today, Grain(found["unit"])),
    ),
    rule(  # the product of the month; "day of the week" is a part of each date
        rf"(?<= of )(?<!(?:day|eek) of )(?<!(?:days|hour|onth|time|rter) of )the {UNIT}"
        "(?=$|[,.?!]| by| per)",
        lambda found, today: preset(today, Grain(found["unit"])),
    ),
    rule(
        rf"{NO_LETTER}(?P<initial>[ymqw])td(?![a-z])",
        lambda found, today: to_date(today, _INITIALS[found["initial"]]),
    ),
    rule(rf"{NO_LETTER}(?:the )?{LONG_UNIT}[ -]to[ -]date(?![a-z])", _read_to_date),
    rule(rf"{NO_LETTER}so far (?:in )?{_THIS} {LONG_UNIT}(?![a-z])", _read_to_date),
    rule(rf"{NO_LETTER}{_THIS} {LONG_UNIT} (?:so far|to date)(?![a-z])", _read_to_date),
    rule(
        rf"{NO_LETTER}(?:since|from) (?:the )?(?:beginning|start) of (?:the|{_THIS}) {LONG_UNIT}"
        r"(?![a-z])",
        _read_to_date,
    ),
    rule(rf"{NO_LETTER}earlier this {LONG_UNIT}(?![a-z])", _read_to_date),
    rule(
        rf"{NO_LETTER}(?:on )?(?P<said>this past|(?:the )?(?:this|last|past|previous|{NEXT})"
        rf"(?: week)?)(?:'s)?,?(?: -)? {WEEKDAY}(?:{TO}{LAST_WEEKDAY})?",
        _read_weekday,
    ),
    rule(
        rf"{NO_LETTER}(?:on )?{WEEKDAY} (?:of )?(?P<said>this|last|previous|next) week(?![a-z])",
        _read_weekday,
    ),
    rule(rf"{NO_LETTER}on {WEEKDAY}", _read_on_weekday),
    rule(
        rf"{NO_LETTER}(?:(?:of )?all[ -]time|since (?:the beginning|inception|launch)(?! of)|ever"
        r"|to date(?! range))(?![a-z])",
        lambda _, today: all_time(today),
    ),
    rule(
        rf"{NO_LETTER}(?:{'|'.join(_ADVERBS)})(?![a-z])",
        lambda found, _: _ADVERBS[found[0]],
    ),
    rule(
        rf"{NO_LETTER}(?:(?:grouped |broken down |split )?by|per|each|every|which|what) "
        r"(?:calendar |single )?(?P<unit>hour|day|date|week|month|quarter|year)s?(?![a-z])"
        r"(?! (?:range|of)(?! (?:this|last|the (?:last|past|first|second|third|fourth)|q[1-4]"
        rf"|{MONTH_START}|20\d\d)))",
        _read_grain,
    ),
    rule(
        rf"{NO_LETTER}(?P<unit>hour|day|week|month|quarter|year)[ -]by[ -](?P=unit)(?![a-z])",
        _read_grain,
    ),
)
