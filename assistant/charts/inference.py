"""`infer`: a `ChartRequest` for a bare result — columns, rows, a question, none of our definitions.

Beside `request`, for results that no plan stands behind. What columns are is read in
`bare_columns`, what is asked in `asked_charts`; here they become one request. What cannot be known
is taken for the more careful thing: a measure whose additivity is not given may not be summed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Literal, cast, get_args

from assistant.answer import AnswerColumn, Cell
from assistant.charts.asked_charts import asked_intent, asked_top, asked_type
from assistant.charts.bare_columns import BareColumn, bare_column
from assistant.charts.bars import MANY_BARS
from assistant.charts.chart_types import ChartType
from assistant.charts.cycles import calendar_order
from assistant.charts.ordinals import ordinal_order
from assistant.charts.request import ChartRequest, Intent
from assistant.charts.written_times import grain_of
from semantic_layer.issues import Language

Role = Literal["dimension", "time", "metric", "comparison", "share", "rank"]

# Results of these have columns with parts of their own to play; see docs/charts.md.
_OWN_COLUMNS: Final = ("attribution", "forecast", "anomaly", "cohort", "funnel")
_INTENT_NAMES: Final[Mapping[str, Intent]] = {
    "proportion": "share",
    "composition": "share",
    "part_to_whole": "share",
    "ranking": "rank",
    "correlation": "relation",
    "relationship": "relation",
    "comparison": "compare_period",
    "map": "geo",
    "spatial": "geo",
    "retention": "cohort",
    "kpi": "value",
    "time_series": "trend",
}
_RANK = re.compile(r"^(?:rank|ranking|#|index)$|排名|名次|序号", re.I)
_BASE = re.compile(
    r"上期|上[月周年]|去年同?期?|同期|对比期|\b(?:prior|previous|last) (?:period|year|month|week)\b"
    r"|\bprevious\b|\bprior\b|\bbaseline\b",
    re.I,
)
_NOW = re.compile(
    r"本期|当期|本[月周年]|今年|\bcurrent(?: period)?\b|\bthis (?:year|month|week)\b", re.I
)
_CHANGE = re.compile(
    r"环比|同比|增长率|增幅|涨幅|差额|差幅|变化率|\bchange\b|\bgrowth\b|\bdelta\b|\byoy\b|\bmom\b"
    r"|\bwow\b",
    re.I,
)
_SHARE = re.compile(r"占比|份额|\bshare\b|\bproportion\b", re.I)
_AGGREGATE = re.compile(r"^(?:count|sum|avg|average|min|max|total|median)\b|平均|合计|总", re.I)
_REST = re.compile(r"其[他它]|剩余|(?:all )?others?", re.I)
_CJK = re.compile(r"[\u4e00-\u9fff]")
_MANY_VALUES = 8  # of one measure and nothing else are a distribution
_FEWEST_POINTS = 3
_POINTS: Final = ("scatter", "bubble")


def infer(
    columns: Sequence[Mapping[str, Any]],
    rows: Sequence[Sequence[Any]],
    *,
    intent: str | None = None,
    question: str = "",
    language: Language | None = None,
) -> ChartRequest:
    """The request that the columns ({"name", "type", "unit"?, "additivity"?}) and the rows suggest.

    >>> columns = [{"name": "day", "type": "date"}, {"name": "orders", "type": "number"}]
    >>> request = infer(columns, [["2026-10-01", 3], ["2026-10-02", 5]])
    >>> [column.role for column in request.columns], request.grain, request.additivity
    (['time', 'metric'], <Grain.day: 'day'>, {})
    """
    bare = _bare_columns(columns, rows)
    meant = _given_intent(intent) or asked_intent(question)
    drawn = asked_type(question)
    bare = _with_asked_keys(_with_numbered_groups(bare, meant), meant, drawn)
    roles = _roles(bare, meant)
    time = next((one for one, role in zip(bare, roles, strict=True) if role == "time"), None)
    top = asked_top(question)
    heading = question or " ".join(column.name for column in bare)
    return ChartRequest(
        columns=_answer_columns(bare, roles),
        rows=tuple(zip(*(column.cells for column in bare), strict=True)) if bare else (),
        language=language or ("zh" if _CJK.search(heading) else "en"),
        title=question or " · ".join(column.label for column in bare),
        additivity={column.name: column.additivity for column in bare if column.additivity},
        grain=grain_of(_moments(time)) if time else None,
        intent=_settled_intent(meant, bare, roles) if meant else _shown_intent(roles, len(rows)),
        ordered_top=top,
        complete=top is None,
        orders=_orders(bare, roles),
        regions={column.name: column.region for column in bare if column.region},
        rest=_rest(bare, roles),
        forced=_forced(drawn, bare, roles),
    )


def _bare_columns(
    columns: Sequence[Mapping[str, Any]], rows: Sequence[Sequence[Any]]
) -> list[BareColumn]:
    """The columns with their cells; a name that comes twice is numbered."""
    taken: set[str] = set()
    found: list[BareColumn] = []
    for index, column in enumerate(columns):
        given = str(column.get("name") or "")
        name, count = given, 1
        while name in taken:
            count += 1
            name = f"{given} ({count})"
        taken.add(name)
        cells = [row[index] if index < len(row) else None for row in rows]
        found.append(bare_column(column, name, cells))
    return found


def _given_intent(given: str | None) -> Intent | None:
    word = (given or "").strip().lower().replace("-", "_").replace(" ", "_")
    if word in get_args(Intent):
        return cast(Intent, word)
    return _INTENT_NAMES.get(word)


def _settled_intent(
    meant: Intent, bare: Sequence[BareColumn], roles: Sequence[Role]
) -> Intent | None:
    """The distribution over groups that are counted already is no histogram of the counts."""
    keys = [one for one, role in zip(bare, roles, strict=True) if role in ("dimension", "time")]
    rows = list(zip(*(one.cells for one in keys), strict=True))
    grouped = 0 < len(rows) <= MANY_BARS and len(set(rows)) == len(rows)
    return None if meant == "distribution" and grouped else meant


def _shown_intent(roles: Sequence[Role], rows: int) -> Intent | None:
    """What numbers without any name can only be for: their spread, or how they go together."""
    if "dimension" in roles or "time" in roles:
        return None
    if roles.count("metric") == 2 and rows >= _FEWEST_POINTS:
        return "relation"
    return "distribution" if roles.count("metric") == 1 and rows >= _MANY_VALUES else None


def _with_numbered_groups(bare: list[BareColumn], intent: Intent | None) -> list[BareColumn]:
    """In `age, count(*)` age is what is counted by: a name, not a measure."""
    if intent in ("relation", "distribution") or any(one.type != "number" for one in bare):
        return bare
    groups = [one for one in bare if not _AGGREGATE.search(one.label)]
    if len(groups) != 1 or len(bare) == 1 or len(set(groups[0].cells)) < len(groups[0].cells):
        return bare
    named = tuple(None if cell is None else str(cell) for cell in groups[0].cells)
    group = replace(groups[0], type="string", unit=None, additivity=None, cells=named)
    return [group if one is groups[0] else one for one in bare]


def _with_asked_keys(
    bare: list[BareColumn], intent: Intent | None, drawn: ChartType | None
) -> list[BareColumn]:
    """Numbers that name something are measures after all where a chart of nothing else is asked."""
    points = intent == "relation" or drawn in _POINTS
    if not points and drawn in (None, "table"):
        return bare
    lacking = (2 if points else 1) - sum(one.type == "number" for one in bare)
    found: list[BareColumn] = []
    for one in reversed(bare):  # what is drawn along the other axis comes last
        if lacking > 0 and one.type == "string" and _numbers(one.cells):
            found.append(replace(one, type="number", additivity="non_additive"))
            lacking -= 1
        else:
            found.append(one)
    return found[::-1]


def _numbers(cells: Sequence[Cell]) -> bool:
    return bool(cells) and all(
        isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells
    )


def _roles(bare: Sequence[BareColumn], intent: Intent | None) -> list[Role]:
    """What part each column plays; only the first time is an axis."""
    roles: list[Role] = [
        "time" if column.type == "date" else "metric" if column.type == "number" else "dimension"
        for column in bare
    ]
    for index, role in enumerate(roles):
        if role == "time" and "time" in roles[:index]:
            roles[index] = "dimension"
    if intent in _OWN_COLUMNS:
        return roles
    based = _measures(roles) > 1 and any(
        role == "metric" and _BASE.search(column.label)
        for column, role in zip(bare, roles, strict=True)
    )
    for role, words in (("rank", _RANK), ("share", _SHARE), ("comparison", _BASE)):
        _set_aside(bare, roles, role, words)
    if based:
        _set_aside(bare, roles, "comparison", _CHANGE)
    return roles


def _measures(roles: Sequence[Role]) -> int:
    return roles.count("metric")


def _set_aside(
    bare: Sequence[BareColumn], roles: list[Role], role: Role, words: re.Pattern[str]
) -> None:
    """Give `role` to the measures that the words name, as long as another measure remains."""
    for index, column in enumerate(bare):
        if roles[index] == "metric" and words.search(column.label) and _measures(roles) > 1:
            roles[index] = role


def _answer_columns(bare: Sequence[BareColumn], roles: Sequence[Role]) -> tuple[AnswerColumn, ...]:
    metrics = [one for one, role in zip(bare, roles, strict=True) if role == "metric"]
    return tuple(
        AnswerColumn(
            name=column.name,
            label=column.label,
            type=column.type,
            unit=column.unit,
            role=role,
            metric=_metric_of(column, role, metrics),
        )
        for column, role in zip(bare, roles, strict=True)
    )


def _metric_of(column: BareColumn, role: Role, metrics: Sequence[BareColumn]) -> str | None:
    """The measure itself, or the one that a base stands beside; a change is no base."""
    if role == "metric":
        return column.name
    if role != "comparison" or _CHANGE.search(column.label):
        return None
    plain = _BASE.sub("", column.label).strip(" _-（）()")
    same = [one for one in metrics if _NOW.sub("", one.label).strip(" _-（）()") == plain]
    return (same or metrics)[0].name


def _moments(time: BareColumn) -> list[datetime]:
    return [datetime.fromisoformat(cell) for cell in time.cells if isinstance(cell, str)]


def _orders(bare: Sequence[BareColumn], roles: Sequence[Role]) -> dict[str, tuple[str, ...]]:
    """The order of names that have one of their own, calendars left to those who know them."""
    orders: dict[str, tuple[str, ...]] = {}
    for column, role in zip(bare, roles, strict=True):
        names: list[Cell] = [cell for cell in column.cells if cell not in (None, "")]
        if role != "dimension" or not all(isinstance(name, str) for name in names):
            continue
        order = ordinal_order(map(str, names))
        heading = AnswerColumn(
            name=column.name, label=column.label, type="string", unit=None, role="dimension"
        )
        if order and calendar_order(heading, names) is None:
            orders[column.name] = order
    return orders


def _rest(bare: Sequence[BareColumn], roles: Sequence[Role]) -> str | None:
    """The member that adds up all others; of several dimensions none stands for all."""
    named = [one for one, role in zip(bare, roles, strict=True) if role == "dimension"]
    if len(named) != 1:
        return None
    return next((str(cell) for cell in named[0].cells if _REST.fullmatch(str(cell))), None)


def _forced(
    asked: ChartType | None, bare: Sequence[BareColumn], roles: Sequence[Role]
) -> ChartType | None:
    """The asked type; people say "bar chart" of every kind of bars, and "histogram" of counts."""
    keys = [one for one, role in zip(bare, roles, strict=True) if role in ("dimension", "time")]
    if asked == "histogram" and len(keys) == 1 and len(set(keys[0].cells)) == len(keys[0].cells):
        asked = "bar"
    if asked not in ("bar", "column"):
        return asked
    if len(keys) > 1 or _measures(roles) > 1:
        return "grouped_bar"
    return "column" if asked == "column" or "time" in roles else "bar"
