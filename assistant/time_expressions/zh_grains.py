"""Chinese groupings by time (按天, 每月, 日销售额), and the units of time. Reads folded text."""

from __future__ import annotations

import re
from datetime import date

from assistant.time_expressions.rule import Reading, Rule, rule
from semantic_layer.query import Grain

_UNITS = {
    "小时": Grain.hour,
    "天": Grain.day,
    "日": Grain.day,
    "周": Grain.week,
    "星期": Grain.week,
    "礼拜": Grain.week,
    "月": Grain.month,
    "季": Grain.quarter,
    "年": Grain.year,
}


def unit_of(text: str) -> Grain:
    """The unit that a word begins with.

    >>> unit_of("个月")
    <Grain.month: 'month'>
    """
    bare = text.lstrip("个 ")
    return next(grain for word, grain in _UNITS.items() if bare.startswith(word))


def _read_grain(found: re.Match[str], _today: date) -> Reading | None:
    return unit_of(found["unit"])


_GRAIN_UNIT = (
    r"(?P<unit>小时|天(?![猫津数])|日(?![本用常])(?:期|度)?|周(?![期转边末岁年几])度?"
    r"|(?<=[每逐个])星期(?![一二三四五六日天几])|月(?![饼亮])(?:份(?!额))?度?|季(?!节)度?|年(?![龄货代终])(?:份(?!额))?度?)"
)
_TREND = (
    "(?=趋势|走势|变化|销售|销量|销额|订单|成交|支付|付款|下单|退款|营收|访客|客单|gmv|数据|报表"
    "|粒度|维度)"
)
_NOT_BARE = r"(?<![今昨明前后生节每近假平当次同某\d一二三四五六七八九十上下本这几末整半去])"

ZH_GRAIN_RULES: tuple[Rule, ...] = (
    rule(
        r"(?:按照?|(?<![积部百得评])分|逐|每|各|每一|各个|哪一?|逐个) ?个?"
        rf"{_GRAIN_UNIT}(?![一二三四五六\d])",
        _read_grain,
    ),
    rule(r"一个?(?P<unit>小时|天|周|星期|月|季度?|年)一?个?(?:数|行|条数?)(?![据量])", _read_grain),
    rule(r"[一1]个?(?P<unit>天|日|周|星期|月|季度|年)(?:接|又)?[一1]个?(?P=unit)地?", _read_grain),
    rule(r"(?:按照?)? ?以" + _GRAIN_UNIT + "为?(?:单位|粒度|维度)", _read_grain),
    rule(
        rf"{_NOT_BARE}(?P<unit>[日周月季年])(?:度(?!假)|(?<!年)级(?!别)|{_TREND})",
        _read_grain,
    ),
)
