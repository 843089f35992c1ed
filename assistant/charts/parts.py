"""`Part`: what a number column is beside the measure itself — a target, a base, a bound.

Between `request` and `profile`. A plan tells by the roles of its columns; a bare result only by
what the columns are called, under the intent that it declares (docs/charts.md lists the names).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from assistant.answer import AnswerColumn
from assistant.charts.request import ChartRequest, Intent

Part = Literal[
    "target",
    "base",
    "base_time",
    "forecast",
    "lower",
    "upper",
    "expected",
    "flag",
    "contribution",
    "mix",
    "rate",
    "age",
    "size",
]

_NAMES: Final[Mapping[Part, re.Pattern[str]]] = {
    "base_time": re.compile(
        r"(?:^|[_ ])(?:prior|previous|compared?|base|last_year)_?(?:day|date|time|week|month)"
        r"|(?:上期|同期|对比期?|基期)(?:日期|时间|月份?|周)",
        re.I,
    ),
    "target": re.compile(r"(?:^|[_ ])(?:target|goal|budget)(?:$|[_ ])|目标|预算", re.I),
    "base": re.compile(
        r"(?:^|[_ ])(?:prior|previous|prev|base|baseline|compared|last[_ ](?:year|month|week))"
        r"(?:$|[_ ])|上期|同期|基期|对比期|上年|去年|上月|上周",
        re.I,
    ),
    "forecast": re.compile(r"forecast|predict|yhat$|预测", re.I),
    "lower": re.compile(r"(?:^|[_ ])(?:lower|low|lo)(?:$|[_ ]?\d|_)|下限|下界", re.I),
    "upper": re.compile(r"(?:^|[_ ])(?:upper|high|hi)(?:$|[_ ]?\d|_)|上限|上界", re.I),
    "expected": re.compile(
        r"(?:^|[_ ])(?:expected|fitted|median|normal)(?:$|[_ ])|预期|期望", re.I
    ),
    "flag": re.compile(r"anomal|outlier|is_abnormal|异常", re.I),
    "contribution": re.compile(r"contribution|contrib|effect|(?:^|_)delta$|贡献|影响", re.I),
    "mix": re.compile(r"(?:^|[_ ])mix(?:$|[_ ])|结构", re.I),
    "rate": re.compile(r"(?:^|[_ ])rate[_ ]effect|比率效应|率效应|自身", re.I),
    "age": re.compile(
        r"(?:^|[_ ])(?:age|period|offset|(?:month|week|day)s?_?(?:no|number|index|since|after))"
        r"(?:$|[_ ])|第[几n]|间隔|月龄|周期",
        re.I,
    ),
    "size": re.compile(r"size|(?:^|[_ ])(?:users|buyers|customers|n)$|人数|规模", re.I),
}
_ANY: Final[tuple[Part, ...]] = ("base_time", "target", "base")
_UNDER: Final[Mapping[Intent, tuple[Part, ...]]] = {
    "forecast": ("lower", "upper", "forecast"),
    "anomaly": ("flag", "lower", "upper", "expected"),
    "attribution": ("mix", "rate", "contribution", "base"),
    "cohort": ("age", "size"),
    "relation": (),
    "distribution": (),
    "funnel": (),
    "segment": (),
    "detail": (),
}
_NOT_NUMBERS: Final[tuple[Part, ...]] = ("base_time", "flag", "age")


def parts_of(request: ChartRequest) -> dict[int, Part]:
    """The part that a column plays, by its place; plain measures and group-by columns have none.

    At least one column is always left to be the measure, so a lone target is a number like others.
    """
    found: dict[int, Part] = {}
    for index, column in enumerate(request.columns):
        part = _part(column, request.intent)
        if part is not None:
            found[index] = part
    numbers = [i for i, column in enumerate(request.columns) if column.role == "metric"]
    plain = [index for index in numbers if index not in found]
    if not request.intent or request.intent not in _UNDER:
        # 目标 and 上期 belong to one measure; beside several, nothing says to which.
        return found if len(plain) == 1 else {}
    if plain:
        return found
    # Contributions, or a forecast, that stand alone are the measure themselves.
    return {i: part for i, part in found.items() if part in _NOT_NUMBERS}


def _part(column: AnswerColumn, intent: Intent | None) -> Part | None:
    asked = _UNDER.get(intent, _ANY) if intent else _ANY
    names = (column.name, column.label)
    for part in asked:
        if _plays(column, part) and any(_NAMES[part].search(name) for name in names):
            return part
    return None


def _plays(column: AnswerColumn, part: Part) -> bool:
    match part:
        case "base_time":
            return column.type == "date"
        case "age":
            return column.role in ("metric", "dimension")
        case "flag":
            return column.role == "metric" or column.type == "boolean"
        case _:
            return column.role == "metric"
