"""Names that have an order of their own: price bands, ages, levels, stars, sizes.

Beside `cycles`, below `inference`. Sorted by value such names would read as a ranking.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from assistant.linking.numerals import chinese_number

_NUMBER = r"(\d+(?:\.\d+)?)\s*([万千kw]?)"
_UNIT = r"\s*(?:元|块|岁|天|日|次|件|单|分钟|小时|年|月|人|级|星|yuan|days?|years?|times|orders|%)?"
_MONEY = r"[¥￥$]?\s*"
_BAND = re.compile(
    rf"[\[(（]?{_MONEY}{_NUMBER}{_UNIT}\s*(?:-|–|—|~|～|至|到|to|,|，)\s*"
    rf"{_MONEY}{_NUMBER}{_UNIT}[\])）]?(?:\(?含\)?)?",
    re.I,
)
_UP_TO = re.compile(
    rf"(?:<=?|≤|低于|小于|不足|不满|少于|under|below|less than|up to)\s*{_MONEY}{_NUMBER}{_UNIT}"
    rf"|{_MONEY}{_NUMBER}{_UNIT}\s*(?:以下|以内|or less|and under|and below)",
    re.I,
)
_FROM = re.compile(
    rf"(?:>=?|≥|大于|高于|超过|多于|over|above|more than|at least)\s*{_MONEY}{_NUMBER}{_UNIT}"
    rf"|{_MONEY}{_NUMBER}{_UNIT}\s*(?:以上|及以上|\+|or more|and over|and above)",
    re.I,
)
_STEP = re.compile(
    r"(?:v|l|lv\.?|t|p|vip|level|grade|class|step|tier|第|等级|级别|年级)\s*"
    r"(\d{1,2})(?:级|层|档|步|期)?|(\d{1,2})(?:星级?|分|级|档|颗星|[ -]?stars?|st|nd|rd|th)?",
    re.I,
)
_ZH_STEP = re.compile(r"第?([一二三四五六七八九十]+)(?:星级?|级|档|等|线城市|线|年级|步)")
_SIZES: Final = {"万": 10_000, "w": 10_000, "千": 1_000, "k": 1_000}
_SCALES: Final = tuple(
    {name: place for place, names in enumerate(scale.split()) for name in names.split("/")}
    for scale in (
        "超小/xxs xs 小/s/小号 中/m/中号 大/l/大号 超大/xl/特大 xxl/2xl xxxl/3xl",
        "低/low/较低 中/medium/mid/中等 高/high/较高",
        "很低/very_low 低/low 中/medium/一般/neutral 高/high 很高/very_high",
        "差评 中评 好评",
        "negative neutral positive",
        "poor/bad fair/average good excellent",
        "非常不满意 不满意 一般 满意 非常满意",
        "普通 青铜/铜牌/bronze 白银/银牌/silver/银卡 黄金/金牌/gold/金卡 铂金/白金/platinum "
        "钻石/diamond",
        "新客/新买家/new 老客/老买家/returning",
        "儿童/child 少年/teen 青年/young 中年/middle-aged 老年/senior",
        "小学 初中 高中 大专 本科 硕士 博士",
        "初级/beginner/junior 中级/intermediate/mid 高级/advanced/senior 专家/expert",
    )
)


def ordinal_order(names: Iterable[str]) -> tuple[str, ...] | None:
    """The names in their own order, or None where they have none.

    >>> ordinal_order(["100元以上", "0-50元", "50-100元"])
    ('0-50元', '50-100元', '100元以上')
    >>> ordinal_order(["5星", "1星"]), ordinal_order(["L", "S", "M"])
    (('1星', '5星'), ('S', 'M', 'L'))
    """
    listed = list(dict.fromkeys(names))
    if len(listed) < 2:
        return None
    for place in (_on_a_scale, _steps, _bands):
        if places := place([name.strip().lower() for name in listed]):
            ordered = sorted(zip(places, listed, strict=True), key=lambda pair: pair[0])
            return tuple(name for _, name in ordered)
    return None


Places = Sequence[tuple[float, float]]


def _on_a_scale(names: Sequence[str]) -> Places | None:
    joined = [name.removesuffix("会员").replace(" ", "_") for name in names]
    scale = next((scale for scale in _SCALES if all(name in scale for name in joined)), None)
    return [(scale[name], 0.0) for name in joined] if scale else None


def _steps(names: Sequence[str]) -> Places | None:
    """Levels that are counted: V1, 3星, 5 stars, 第二步."""
    places = []
    for name in names:
        if match := _STEP.fullmatch(name):
            places.append((float(match[1] or match[2]), 0.0))
        elif match := _ZH_STEP.fullmatch(name):
            places.append((float(chinese_number(match[1]) or 0), 0.0))
    return places if len(places) == len(names) and len(set(places)) == len(places) else None


def _bands(names: Sequence[str]) -> Places | None:
    """Ranges by their lower end; one that has none comes first, one that has no upper end last."""
    places = []
    for name in names:
        if match := _BAND.fullmatch(name):
            places.append((_size(match[1], match[2]), 0.0))
        elif match := _UP_TO.fullmatch(name):
            places.append((float("-inf"), _first_size(match)))
        elif match := _FROM.fullmatch(name):
            places.append((_first_size(match), 1.0))
    return places if len(places) == len(names) else None


def _first_size(match: re.Match[str]) -> float:
    digits, scale = (match[1], match[2]) if match[1] else (match[3], match[4])
    return _size(digits, scale)


def _size(digits: str, scale: str) -> float:
    return float(digits) * _SIZES.get(scale, 1)
