"""Chinese time: what each pattern means. Reads folded text: half-width, simplified, lower-case."""

from __future__ import annotations

import re
from datetime import date

from assistant.time_expressions.month_parts import read_half, read_third, read_week
from assistant.time_expressions.numerals import ZH_NUMBER, read_zh_number
from assistant.time_expressions.periods import (
    Moment,
    Period,
    Point,
    Stretch,
    nth_week,
    nth_weekday,
    preset,
    resolve,
    unit_period,
    weekday_in_week,
    weekdays_in_week,
    weekend,
)
from assistant.time_expressions.rule import Reading, Rule, rule
from assistant.time_expressions.spans import (
    all_time,
    edge_of_month,
    edge_units,
    half_of_month,
    last_units,
    next_units,
    to_date,
    two_digit_year,
    units_ago,
)
from assistant.time_expressions.zh_grains import unit_of
from semantic_layer.query import Grain

_DAYS = {
    "大前": -3,
    "前": -2,
    "昨": -1,
    "今": 0,
    "本": 0,
    "明": 1,
    "后": 2,
}
_YEARS = {"大前": -3, "前": -2, "去": -1, "上": -1, "上一": -1, "今": 0, "本": 0, "明": 1, "后": 2}
_WEEKDAYS = {character: day for day, character in enumerate("一二三四五六日")} | {"天": 6}
_THIRDS = {"上": 1, "中": 11, "下": 21}

_JOIN = r" ?(?:-|~|到|至) ?"
_OF = r" ?的? ?"
_NO_NUMBER_BEFORE = r"(?<![\d.一二三四五六七八九十百第每近])(?<!星期)(?<!礼拜)"
_NO_MEASURE_AFTER = r"(?![个元件单名款家笔块位种成折倍年月天次十百千万])"

_YEAR = (
    r"(?:(?<![\d.])(?P<year>\d{4}|(?<![去近前后每第满这])\d{2}"
    r"(?! ?年(?:内|间|来|期|多|前(?![一二三四半\d])|后(?!半)))"
    r"|[〇零][〇零一二三四五六七八九]|[一二][〇零一二三四五六七八九]{3}) ?年(?:度|份(?!额))?"
    r"|(?:(?<![过以之此成基资版样售])|(?<=[换改变切调]成))(?P<said_year>(?:大?前|[去今本明后])年度?|上一?年度))"
)
_HALF = r"(?P<half>[上下前后]半年|(?<![a-z])h ?[12](?!\d))"
_QUARTER = (
    r"(?:(?P<quarter>第 ?[一二三四1-4] ?季度?"
    rf"|(?<![\d一二三四五六七八九十个上下这每近])[一二三四1-4](?:{_JOIN}[一二三四1-4])?"
    r" ?(?:个 ?)?季度|(?<![a-z])q ?[1-4](?!\d)))"
)
_FIRST_UNITS = r"前 ?(?P<first>[二两三四五六七八九十2-9]|1[01]|十一) ?个?(?P<first_unit>季度|月)"
_MONTH_NUMBER = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九元])"
_DAY_NUMBER = (
    r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[廿卅]?[一二三四五六七八九]|廿)"
)
_DAY = (
    rf"(?P<day>{_DAY_NUMBER})(?: ?[日号]?{_JOIN}(?P<last_day>{_DAY_NUMBER}))? ?[日号]"
    r"(?![店仓线楼机柜门馆库色码货])"
)
_MONTH = (
    rf"{_NO_NUMBER_BEFORE}(?P<month>{_MONTH_NUMBER})"
    rf"(?: ?月?份?{_JOIN}(?P<last_month>{_MONTH_NUMBER}))? ?月(?:份(?!额))?(?![度卡饼嫂龄子])"
)
_WITHIN_MONTH = (
    rf"{_OF}(?:(?P<third>[上中下])旬|(?P<half_month>[上下前后])半个?月"
    rf"|(?:(?P<first_days>[前头]|月?初|最初)|最后|最末|月?[底末]) ?(?P<days>{ZH_NUMBER}) ?[天日]"
    rf"|第 ?(?P<week>[一二三四五1-5]) ?个?(?:周|星期)|{_DAY}"
    r"|(?P<plain_day>二?十[一二三四五六七八九]?|三十一?)(?=$|[ ,.?!，。？！的到至-])"
    rf"|(?P<short_day>3[01]|[12]\d|0?[1-9])(?={_JOIN}{_MONTH_NUMBER} ?月))"
)
_WITHIN_YEAR = (
    rf"(?:{_HALF}|{_FIRST_UNITS}|{_QUARTER}|{_MONTH}(?:{_WITHIN_MONTH})?"
    rf"|第 ?(?P<week_of_year>{ZH_NUMBER}) ?周)"
)
_BARE_DAY_ENDS = (
    r"(?=$|[ ,.?!，。？！、的到至和与\-~以之起当卖我你您他店各全共付支多少高低涨跌]"
    "|下单|退款|成交|订单|销[量售]|gmv)"
)
_COUNTED = "天|日|周|星期|礼拜|季度|月|年(?![代度])"
# 线上月销量 is no 上月, 成本月环比 no 本月; but 换成上月, 改成本月 are.
_NOT_A_WORD_END = "(?:(?<![线以网晚早如名旗成基资版样日])|(?<=[换改变切调]成))"
_SAID_UNIT = (
    rf"{_NOT_A_WORD_END}(?P<said>上{{1,4}}一?个?|下{{1,3}}一?个?|本|这一?个?|当(?!年)|前一个)"
    r"(?P<unit>周(?!期(?!间)|[年边转])|星期|礼拜|月(?:份(?!额))?(?![饼亮])|季度?(?!节)|年度?)"
)
_WEEKDAY = (
    r"(?P<weekday>[一二三四五六日天])"
    rf"{_NO_MEASURE_AFTER}(?<!一(?=共|直|起|样|些|下|般|定|季))(?<!二(?=手|维))(?<!三(?=只|亚|星))"
    r"(?<!四(?=川|季))(?<!五(?=金|星|大))(?<!六(?=安|大))(?<!日(?=均|本|常|活|志|环|同))(?<!天(?=猫|津|气))"
)


def _number(text: str | None) -> int | None:
    return None if text is None else read_zh_number(text.replace("元", "一"))


def _quarter_number(text: str) -> int:
    number = _number("".join(c for c in text if c not in "第 季度qh个"))
    return number or 0


def _said_offset(said: str) -> int:
    return said.count("下") - said.count("上") - said.startswith("前")


def _year_of(found: re.Match[str], today: date) -> int | None:
    if found["said_year"]:
        return today.year + _YEARS[found["said_year"].rstrip("度").removesuffix("年")]
    number = _number(found["year"])
    if number is None or not found["year"]:
        return None
    return two_digit_year(number, today) if len(found["year"]) == 2 else number


def _read_year(found: re.Match[str], today: date) -> Reading | None:
    if found["said_year"]:
        return preset(today, Grain.year, offset=(_year_of(found, today) or 0) - today.year)
    return Point("year", _year_of(found, today))


def _read_within_year(found: re.Match[str], today: date) -> Reading | None:
    year = _year_of(found, today)
    if found["half"]:
        second = found["half"][0] in "下后" or found["half"].endswith("2")
        return Point("half", year, 7 if second else 1)
    if found["first"]:
        return _first_units(year, today, found)
    if found["quarter"]:
        return _quarters(year, found["quarter"])
    if found["week_of_year"]:
        whole = resolve(Point("year", year or today.year), today)
        return whole and nth_week(whole, _number(found["week_of_year"]) or 99)
    return _months(found, year, today)


def _first_units(year: int | None, today: date, found: re.Match[str]) -> Moment | None:
    count = _number(found["first"]) or 0
    if found["first_unit"] == "季度":
        year = year or today.year
        return Stretch(Point("quarter", year, 1), Point("quarter", year, 3 * count - 2))
    if year is None:  # 前三个月 may as well be the past three months
        return None
    return Stretch(Point("month", year, 1), Point("month", year, count))


def _quarters(year: int | None, text: str) -> Moment:
    first, *rest = re.split(_JOIN, text)
    points = [Point("quarter", year, 3 * _quarter_number(part) - 2) for part in (first, *rest)]
    return Stretch(points[0], points[1]) if rest else points[0]


def _months(found: re.Match[str], year: int | None, today: date) -> Moment | None:
    month = Point("month", year, _number(found["month"]))
    if found["last_month"]:
        parts = ("third", "half_month", "days", "week", "day", "plain_day", "short_day")
        is_whole = not any(found[part] for part in parts)
        return (
            Stretch(month, Point("month", year, _number(found["last_month"]))) if is_whole else None
        )
    return _within_month(found, month, today)


def _within_month(found: re.Match[str], month: Point, today: date) -> Moment | None:
    if found["third"]:
        return Point("third", month.year, month.month, _THIRDS[found["third"]])
    if found["week"] or found["half_month"] or found["days"]:
        whole = resolve(month, today)
        return whole and _part_of_month(found, whole)
    day = _number(found["day"] or found["plain_day"] or found["short_day"])
    if day is None:
        return month
    first = Point("day", month.year, month.month, day)
    if not found["last_day"]:
        return first
    return Stretch(first, Point("day", month.year, month.month, _number(found["last_day"])))


def _part_of_month(found: re.Match[str], whole: Period) -> Period | None:
    if found["week"]:
        return nth_week(whole, _number(found["week"]) or 0)
    if found["half_month"]:
        return half_of_month(whole, first=found["half_month"] in "上前")
    return edge_of_month(whole, _number(found["days"]), first=bool(found["first_days"]))


def _read_bare_days(found: re.Match[str], _today: date) -> Reading | None:
    first = Point("day", day=_number(found["day"]))
    last = found["last_day"]
    return Stretch(first, Point("day", day=_number(last))) if last else first


def _read_dotted_days(found: re.Match[str], _today: date) -> Reading | None:
    first, last = (
        Point("day", None, int(found[month]), int(found[day]))
        for month, day in (("month", "day"), ("last_month", "last_day"))
    )
    return Stretch(first, last)


def _read_within_said_month(found: re.Match[str], today: date) -> Reading | None:
    start = unit_period(today, Grain.month, offset=_said_offset(found["said"])).start
    return _within_month(found, Point("month", start.year, start.month), today)


def _read_said_unit(found: re.Match[str], today: date) -> Reading | None:
    return preset(today, unit_of(found["unit"]), offset=_said_offset(found["said"]))


def _read_since_year(found: re.Match[str], today: date) -> Reading | None:
    """去年年初至今: from the start of a year that is not this one, too."""
    return _until_now(_read_year(found, today), today)


def _read_since_said_unit(found: re.Match[str], today: date) -> Reading | None:
    return _until_now(_read_said_unit(found, today), today)


def _until_now(moment: Reading | None, today: date) -> Reading | None:
    whole = resolve(moment, today) if isinstance(moment, Moment) else None
    if whole is None or whole.start > today:
        return None
    if whole.grain is not Grain.day and whole.start <= today < whole.end:
        return to_date(today, whole.grain)
    return Period(whole.start, unit_period(today, Grain.day).end, whole.grain)


def _read_said_weekday(found: re.Match[str], today: date) -> Reading | None:
    weeks, weekday = _said_offset(found["said"]), _WEEKDAYS[found["weekday"]]
    if found["last_weekday"]:
        return weekdays_in_week(today, weekday, _WEEKDAYS[found["last_weekday"]], weeks)
    return weekday_in_week(today, weekday, weeks)


def _read_nth_weekday(found: re.Match[str], today: date) -> Reading | None:
    whole = resolve(Point("month", _year_of(found, today), _number(found["month"])), today)
    number = _number(found["nth"]) if found["nth"] else -1
    return whole and nth_weekday(whole, _WEEKDAYS[found["weekday"]], number or 0)


def _read_edge_of_year(found: re.Match[str], today: date) -> Reading | None:
    whole = resolve(Point("year", _year_of(found, today)), today)
    first = found["edge"] in ("最初", "前")
    return whole and edge_units(whole, unit_of(found["unit"]), _number(found["count"]), first=first)


def _read_recent(found: re.Match[str], today: date) -> Reading | None:
    if found["half_year"]:
        return last_units(today, Grain.month, 6)
    return last_units(today, unit_of(found["unit"]), _number(found["count"]))


def _read_year_ago_today(found: re.Match[str], today: date) -> Reading | None:
    year = today.year + _YEARS[found[1]]
    return resolve(Point("day", year, today.month, today.day), today)


def _read_last_week_of(found: re.Match[str], today: date) -> Reading | None:
    month = _number(found["month"])
    whole = resolve(Point("month" if month else "year", _year_of(found, today), month), today)
    return whole and nth_week(whole, -1)


def _read_years(found: re.Match[str], today: date) -> Reading | None:
    first, last = (_number(found[name]) for name in ("from_year", "to_year"))
    if not first or not last:
        return None
    if len(found["to_year"]) == 2:
        first, last = two_digit_year(first % 100, today), two_digit_year(last, today)
    return Stretch(Point("year", first), Point("year", last))


_TO_NOW = "(?:至今|以来|到现在|到今[天日]|至今天|[到至]目前(?:为止)?)"
_EVERYTHING = (
    "有史以来|[开建]店以来|历史以来|历史上|历史累计|至今所有|迄今(?:为止)?|到(?:目前|现在)(?:为止)?",
    "(?:全部|所有|整个)的?(?:时间段?|历史|时期)|截[至止]到?目前(?:为止)?",
)

ZH_RULES: tuple[Rule, ...] = (
    rule(
        r"(?<![提以之此售说证])(大前|[昨今前明后])[天日儿](?!数|猫|头条)|([昨今])(?=[晚早])|本日",
        lambda found, today: preset(today, Grain.day, offset=_DAYS[found[1] or found[2] or "本"]),
    ),
    rule(_SAID_UNIT, _read_said_unit),
    rule(
        r"(?P<said>上{1,4}一?个?|下{1,3}一?个?|本|这一?个?)(?P<unit>周|星期|礼拜)"
        + _OF
        + r"(?:周|星期)?"
        + _WEEKDAY
        + rf"(?:{_JOIN}(?:周|星期|礼拜)?(?P<last_weekday>[一二三四五六日天])(?![个元月年天十])|)",
        _read_said_weekday,
    ),
    rule(
        r"(?P<said>上{1,4}一?个?|下{1,3}一?个?|本|这一?个?)(?:周|星期)末",
        lambda found, today: weekend(today, _said_offset(found["said"])),
    ),
    rule(
        rf"(?:{_YEAR}{_OF})?{_NO_NUMBER_BEFORE}(?P<month>{_MONTH_NUMBER}) ?月(?:份(?!额))?{_OF}"
        r"(?:第 ?(?P<nth>[一二三四五1-5])|最后一) ?个?(?:周|星期|礼拜)"
        r"(?P<weekday>[一二三四五六日天])",
        _read_nth_weekday,
    ),
    rule(
        rf"{_YEAR}{_OF}(?P<edge>最后|最末|最初|前) ?(?P<count>{ZH_NUMBER}) ?个?"
        r"(?P<unit>天|周|星期|月|季度)",
        _read_edge_of_year,
    ),
    rule(
        r"(?P<said>上{1,4}一?个?|下{1,3}一?个?|本|这一?个?|当)月(?:份(?!额))?" + _WITHIN_MONTH,
        _read_within_said_month,
    ),
    rule(
        r"(?<![月年度])第 ?(?P<week>[一二三四五1-5]) ?个?(?:周|星期)(?![末一二三四五六日天])",
        read_week,
    ),
    rule(rf"(?:{_YEAR}{_OF})?{_WITHIN_YEAR}", _read_within_year),
    rule(_YEAR, _read_year),
    rule(
        rf"(?:{_YEAR}{_OF})?"
        rf"(?:{_NO_NUMBER_BEFORE}(?P<month>{_MONTH_NUMBER}) ?月(?:份(?!额))?{_OF})?"
        r"最后一?个?(?:周|星期)",
        _read_last_week_of,
    ),
    rule(
        rf"(?<![\d.])(?P<from_year>(?:\d\d)?\d\d) ?年?{_JOIN}"
        r"(?P<to_year>(?:\d\d)?\d\d) ?年(?![内前后间以])",
        _read_years,
    ),
    rule(
        rf"(?<![a-z\d月年]){_DAY}{_BARE_DAY_ENDS}",
        _read_bare_days,
    ),
    rule(
        r"(?:最近|近|过去|之前|此前)的? ?(?:(?P<half_year>半年)|"
        rf"(?P<count>{ZH_NUMBER}) ?个?(?P<unit>{_COUNTED}))(?:以内|之内|内|以来|来)?",
        _read_recent,
    ),
    rule(
        rf"(?:^|(?<=[ ,，。、在把看查算是和与比]))前 ?(?P<count>{ZH_NUMBER}) ?天",
        lambda found, today: last_units(today, Grain.day, _number(found["count"])),
    ),
    rule(
        rf"(?:未来|接下来|今后)的? ?(?P<count>{ZH_NUMBER}) ?个?(?P<unit>{_COUNTED})内?",
        lambda found, today: next_units(today, unit_of(found["unit"]), _number(found["count"])),
    ),
    rule(
        rf"(?<![近去\d])(?!0|\d{{4}})(?P<count>{ZH_NUMBER}) ?"
        r"(?P<unit>天|(?:个 ?)?(?:周|星期|礼拜|季度)|个 ?月|年)(?:之|以)?前",
        lambda found, today: units_ago(today, unit_of(found["unit"]), _number(found["count"])),
    ),
    rule(r"(大?前|[去上今明])年(?:的)?今[天日]", _read_year_ago_today),
    rule(
        r"(?:[今本]年的?|这?个?[本当]?[月季周]度?的?)?(?P<unit>[年月季周])初" + _TO_NOW,
        lambda found, today: to_date(today, unit_of(found["unit"])),
    ),
    rule(rf"{_YEAR}的?年?初{_TO_NOW}", _read_since_year),
    rule(_SAID_UNIT + rf"的?[月季周]?初{_TO_NOW}", _read_since_said_unit),
    rule(r"(?<![年月度])(?P<half_month>[上下])半个?月", read_half),
    rule(r"(?<![年月])(?P<third>[上中下])旬", read_third),
    rule(
        r"(?:^ {0,2}|(?<=[,，。、;；从自查看]))"
        r"(?P<month>1[0-2]|0?[1-9])\.(?P<day>3[01]|[12]\d|0?[1-9])"
        r" ?[-~到至] ?(?P<last_month>1[0-2]|0?[1-9])\.(?P<last_day>3[01]|[12]\d|0?[1-9])"
        r"(?![\d.%元万千块倍折之间])",
        _read_dotted_days,
    ),
    rule(
        "|".join(_EVERYTHING),
        lambda _, today: all_time(today),
    ),
)
