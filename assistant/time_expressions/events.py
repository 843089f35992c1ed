"""Events of the model's calendar as time: 双11, 去年618, 2025年双十一预售, Black Friday 2024.

The names come with the model; here is only how either language puts a year, a phase or a distance
around one. Reads folded text. A bare 618 or 520 may be an amount: beside 超过 or 元 it is left to
the numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache

from assistant.time_expressions.folding import fold
from assistant.time_expressions.numerals import YEAR_IN_DIGITS, ZH_NUMBER, read_zh_number
from assistant.time_expressions.periods import Named, Period
from assistant.time_expressions.rule import Read, Reading, Rule, group, rule
from assistant.time_expressions.spans import two_digit_year
from semantic_layer import DateRange, QueryError
from semantic_layer.events import Event, event_days
from semantic_layer.query import EventTime, Grain

_YEARS_ZH = {"大前": -3, "前": -2, "去": -1, "上": -1, "今": 0, "本": 0, "明": 1, "后": 2}
_YEARS_EN = {"last": -1, "previous": -1, "prior": -1, "this": 0, "current": 0, "next": 1}
_SAID_ZH = "(?:大?前|[去上今本明后])年"
_SAID_EN = f"(?:the )?(?:{'|'.join(_YEARS_EN)}) year"

_YEAR_BEFORE = (
    rf"(?:(?<![\d.])(?P<year>{YEAR_IN_DIGITS}|\d\d(?= ?年))(?: ?年度?)?(?:'s)? ?的? ?"
    rf"|(?P<said>{_SAID_ZH}度?|(?<![a-z]){_SAID_EN}) ?的?(?:'?s )? ?"
    r"|(?P<over>上一?[次届个]|(?<![a-z])(?:the )?(?:last|previous) ) ?的? ?"
    r"|(?P<each>[每历各逐]年|每一?[次届]|(?<![a-z])(?:every|each|annual)(?: year(?:'?s)?)? ) ?的? ?"
    r"|(?:这一?[次届]|本[次届]|最近一?[次届]的?"
    r"|(?<![a-z])(?:this|(?:the )?(?:latest|most recent)) ))?"
)
_YEAR_AFTER = (
    rf"(?:,? ?(?:(?:of|in|for) )?(?P<later_year>(?<!\d){YEAR_IN_DIGITS})(?![\d.%/-])(?: ?年)?"
    rf"|,? ?(?:(?:of|in) )?(?P<later_said>{_SAID_ZH}|{_SAID_EN}(?![a-z'])))?"
)
_KIND = (
    r"(?: ?(?:大促|购物节|狂欢节|假期|长假|活动(?=期))(?:活动(?=期))?"
    r"|(?: shopping)? (?:festival|promotion|campaign|event)s?(?![a-z]))?"
)
_BESIDE = rf"(?:[之以](?P<side>[前后])的? ?(?P<count>{ZH_NUMBER}) ?个?(?P<unit>天|日|周|星期))?"

_NO_AMOUNT_BEFORE = (
    r"(?<![\d.,$¥€£#/:+-])(?<![满减第])"
    + "".join(f"(?<!{word})" for word in ("大于", "小于", "超过", "低于", "高于", "不足"))
    + "".join(f"(?<!{word})" for word in ("少于", "多于", "等于", "达到"))
    + "".join(f"(?<!{word} )" for word in ("over", "above", "below", "under", "than"))
    + "".join(f"(?<!{word} )" for word in ("least", "most", "top", "first", "past", "about"))
)
_NO_AMOUNT_AFTER = (
    r"(?![\d%:])(?![.,/:-]\d)"
    r"(?! ?(?:元|块|件|个|单(?!日)|笔|人|次|万|千|百|亿|种|款|家|条|名|位|号|岁|克|斤|箱|多|折|倍"
    r"|以[上下内外]|yuan|rmb|cny|usd|dollars|percent))"
)
_NO_NUMERAL_BEFORE = "(?<![周期拜一二三四五六七八九十百千万零〇第点])"
_NO_NUMERAL_AFTER = "(?![一二三四五六七八九十百千万天个点月号共直起样些下般定])"
_ZH_NUMERAL = re.compile("[一二三四五六七八九十]+")
_HAN_BEFORE_DIGIT = re.compile(r"([\u4e00-\u9fff])(?=\d)")
_DIGITS = re.compile(r"[\d.]+")


def event_rules(folded: str, events: Mapping[str, Event]) -> tuple[Rule, ...]:
    """The rules for the events that may be named in `folded`."""
    if not events:
        return ()
    gate, rules = _compiled(tuple(events.values()))
    return rules if gate.search(folded) else ()


def of_year(moment: Named, year: int, events: Mapping[str, Event], today: date) -> Named:
    """The same event, or phase of it, in another year."""
    assert isinstance(moment.window, EventTime), "only an event has occurrences"
    return _named(moment.window.model_copy(update={"year": year}), events, today)


@lru_cache(maxsize=8)
def _compiled(events: tuple[Event, ...]) -> tuple[re.Pattern[str], tuple[Rule, ...]]:
    gate = "|".join(_written(fold(term)) for event in events for term in event.terms)
    return re.compile(gate), tuple(rule(_pattern(event), _reader(event)) for event in events)


def _pattern(event: Event) -> str:
    terms = sorted({fold(term) for term in event.terms}, key=len, reverse=True)
    words = "|".join(map(_guarded, terms))
    phases = _any_of(
        word for phase in event.phases.values() for word in _words_of(phase.name, event)
    )
    phase = rf"(?P<phase>{phases})(?![a-z]|订单|[和与及、]非)" if phases else "当[天日]"
    return f"{_YEAR_BEFORE}(?P<term>{words}){_KIND}(?: ?的? ?(?:{phase}))?{_YEAR_AFTER}{_BESIDE}"


def _guarded(term: str) -> str:
    """A term, where it is not a part of another word or of a number."""
    if _DIGITS.fullmatch(term):
        return f"{_NO_AMOUNT_BEFORE}{re.escape(term)}{_NO_AMOUNT_AFTER}"
    if _ZH_NUMERAL.fullmatch(term):
        return f"{_NO_NUMERAL_BEFORE}{term}{_NO_NUMERAL_AFTER}"
    before = r"(?<![a-z\d])" if term[0].isascii() else ""
    after = r"(?:e?s)?(?![a-z\d])(?!'?s? eve(?![a-z]))" if term[-1].isascii() else "(?!前[夜夕])"
    return before + _written(term) + after


def _written(term: str) -> str:
    """A term with the blank that some put before digits: 双 11."""
    return _HAN_BEFORE_DIGIT.sub(r"\1 ?", re.escape(term))


def _words_of(phase: str, event: Event) -> tuple[str, ...]:
    found = event.phases[phase]
    return (found.label.zh, found.label.en, *found.synonyms)


def _any_of(words: Iterable[str]) -> str:
    folded = sorted({fold(word) for word in words}, key=len, reverse=True)
    return "|".join(map(re.escape, folded))


def _reader(event: Event) -> Read:
    phases = {fold(word): phase for phase in event.phases for word in _words_of(phase, event)}
    own = {event.name: event}

    def read(found: re.Match[str], today: date) -> Reading | None:
        over = found["over"]
        if found["each"]:
            return None  # several years are several windows
        if over and over[-1] == " " and _DIGITS.fullmatch(found["term"]):
            return None  # "last 520 orders" counts them
        year = _latest_over(event, today) if over else _year_of(found, today)
        if year is not None and not 1970 <= year <= 2100:
            return None
        phase = phases.get(group(found, "phase") or "")
        moment = _named(EventTime(event=event.name, year=year, phase=phase), own, today)
        return _beside(found, moment) if found["side"] else moment

    return read


def _year_of(found: re.Match[str], today: date) -> int | None:
    digits = found["year"] or found["later_year"]
    if digits:
        return two_digit_year(int(digits), today) if len(digits) == 2 else int(digits)
    said = found["said"] or found["later_said"]
    if not said:
        return None
    word = said.removeprefix("the ").removesuffix(" year").removesuffix("度").removesuffix("年")
    return today.year + (_YEARS_EN | _YEARS_ZH)[word]


def _latest_over(event: Event, today: date) -> int | None:
    """上次双11: the latest that has ended."""
    over = (year for year, one in event.occurrences.items() if one.days.end <= today)
    return max(over, default=None)


def _named(window: EventTime, events: Mapping[str, Event], today: date) -> Named:
    """The event with its days; without days if the calendar has none, which the resolver says."""
    try:
        days: DateRange | None = event_days(window, events, today)
    except QueryError:
        days = None
    return Named(window, Grain.day, Period(days.start, days.end, Grain.day) if days else None)


def _beside(found: re.Match[str], moment: Named) -> Period | None:
    """双11之前7天: the days that end where the event starts, or start where it ends."""
    count, days = read_zh_number(found["count"]), moment.period
    if days is None or not count or count > 366:
        return None
    length = timedelta(days=count * (7 if found["unit"] in ("周", "星期") else 1))
    if found["side"] == "前":
        return Period(days.start - length, days.start, Grain.day)
    return Period(days.end, days.end + length, Grain.day)
