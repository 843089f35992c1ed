"""A plan in words: what was understood, in the reader's language and with absolute dates.

The words come from the plan and the definitions alone, never from the question.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import assert_never

from assistant.time_expressions import EARLIEST_DAY
from semantic_layer import DateRange, Language, ResolvedQuery, SemanticModel, SemanticQuery
from semantic_layer.known_days import is_unbounded
from semantic_layer.model import SimpleMetric
from semantic_layer.query import (
    METRIC_TIME,
    And,
    Compare,
    CompareMetric,
    Comparison,
    Filter,
    Grain,
    GroupBy,
    In,
    IsNull,
    Not,
    Or,
)

_GRAINS = {
    Grain.nanosecond: ("纳秒", "nanosecond"),
    Grain.microsecond: ("微秒", "microsecond"),
    Grain.millisecond: ("毫秒", "millisecond"),
    Grain.second: ("秒", "second"),
    Grain.minute: ("分钟", "minute"),
    Grain.hour: ("小时", "hour"),
    Grain.day: ("日", "day"),
    Grain.week: ("周", "week"),
    Grain.month: ("月", "month"),
    Grain.quarter: ("季度", "quarter"),
    Grain.year: ("年", "year"),
}
_OPERATORS = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_COMPARISONS = {
    Comparison.prior_period: (
        ("上期", "与上期的差额", "环比"),
        ("prior period", "change", "change rate"),
    ),
    Comparison.same_period_last_year: (
        ("去年同期", "与去年同期的差额", "同比"),
        ("last year", "change on last year", "change rate on last year"),
    ),
}


def pick(pair: tuple[str, str], language: Language) -> str:
    """The zh or en half."""
    return pair[0] if language == "zh" else pair[1]


def field_label(name: str, model: SemanticModel, language: Language) -> str:
    """The label of a metric or dimension."""
    governed = model.metrics.get(name) or model.dimensions.get(name)
    return governed.label.in_(language) if governed else name


def group_label(group: GroupBy, model: SemanticModel, language: Language) -> str:
    """The label of a group-by column."""
    if not group.is_time:
        return field_label(group.name, model, language)
    if group.part is not None:
        grain = str(group.part)
    elif isinstance(group.grain, Grain):
        grain = pick(_GRAINS[group.grain], language)
    else:
        grain = str(group.grain)
    if group.name == METRIC_TIME:
        return grain
    label = field_label(group.name, model, language)
    return f"{label}（{grain}）" if language == "zh" else f"{label} ({grain})"


def comparison_name(comparison: Comparison, language: Language) -> str:
    """The name of the other side of a comparison."""
    zh, en = _COMPARISONS[comparison]
    return zh[0] if language == "zh" else en[0]


def comparison_labels(
    label: str, comparison: Comparison, language: Language
) -> tuple[str, str, str]:
    """The labels of the base, the difference and the rate of a compared metric."""
    zh, en = _COMPARISONS[comparison]
    base, delta, rate = zh if language == "zh" else en
    if language == "zh":
        return f"{label}（{base}）", f"{label}（{delta}）", f"{label}（{rate}）"
    return f"{label}, {base}", f"{label}, {delta}", f"{label}, {rate}"


def own_condition_text(metric: SimpleMetric, model: SemanticModel, language: Language) -> str:
    """The condition of a definition: in words where it says that a column has a value, else SQL."""
    condition = metric.filter
    if condition is None:
        return ""
    column = condition.this.this if condition.key == "not" and condition.this.key == "is" else None
    for dimension in model.datasets[metric.dataset].dimensions.values():
        if column is not None and dimension.expr == column:
            label = dimension.label.in_(language)
            return pick((f"有{label}", f"has a {label}"), language)
    return condition.sql(dialect="duckdb")


def days_text(days: DateRange) -> str:
    """First and last day, both included."""
    if days.days == 1:
        return days.start.isoformat()
    return f"{days.start.isoformat()} – {days.last_day.isoformat()}"


def condition_text(condition: Filter, label: Callable[[str], str], language: Language) -> str:
    """A filter in words; `label` names a field."""

    def worded(part: Filter) -> str:
        match part:
            case Compare(field=field, operator=operator, value=value):
                return f"{label(field)} {_OPERATORS[operator]} {value}"
            case CompareMetric(metric=metric, by=by, operator=operator, value=value):
                each = pick(("、", ", "), language).join(map(label, by))
                told = f"{label(metric)} {_OPERATORS[operator]} {value}"
                return pick((f"每个{each}的{told}", f"{told} for each {each}"), language)
            case In(field=field, values=values):
                listed = pick(("、", ", "), language).join(str(value) for value in values)
                return f"{label(field)} = {listed}"
            case IsNull(field=field):
                return f"{label(field)}{pick(('为空', ' is empty'), language)}"
            case And(parts=parts):
                return pick(("，", ", "), language).join(map(worded, parts))
            case Or(parts=parts):
                return pick((" 或 ", " or "), language).join(map(worded, parts))
            case Not(part=In(field=field, values=values)):
                listed = pick(("、", ", "), language).join(str(value) for value in values)
                return f"{label(field)} ≠ {listed}"
            case Not(part=inner):
                return f"{pick(('非', 'not '), language)}({worded(inner)})"
            case _:
                assert_never(part)

    return worded(condition)


def interpretation(resolved: ResolvedQuery, language: Language) -> str:
    """One line that restates the plan: metrics, grouping, days, filters, ranking, comparison."""
    query, model = resolved.query, resolved.model
    comma = pick(("、", ", "), language)
    parts = [comma.join(metric.label.in_(language) for metric in resolved.metrics)]
    if not resolved.metrics:
        groups = comma.join(group_label(group, model, language) for group in query.group_by)
        parts = [pick((f"{groups}的取值", f"values of {groups}"), language)]
    elif query.group_by:
        groups = comma.join(group_label(group, model, language) for group in query.group_by)
        parts.append(pick((f"按{groups}", f"by {groups}"), language))
    parts.append(window_text(resolved, language))
    if resolved.comparison and query.compare:
        base = comparison_name(query.compare, language)
        shown = days_text(resolved.comparison)
        parts.append(pick((f"对比{base} {shown}", f"against {base} {shown}"), language))
    parts.extend(
        condition_text(condition, lambda name: field_label(name, model, language), language)
        for condition in (query.where, query.having)
        if condition is not None
    )
    parts.extend(_ranking(query, model, language))
    return pick(("；", "; "), language).join(parts)


def window_text(resolved: ResolvedQuery, language: Language) -> str:
    """The asked days; for "everything" the days that are loaded."""
    if resolved.window is not None:
        days = resolved.window.days
        if days.start <= EARLIEST_DAY:
            last = days.last_day.isoformat()
            return pick((f"截至 {last}", f"up to {last}"), language)
        return days_text(days)
    loaded = loaded_days(resolved)
    if loaded is None:
        return pick(("全部数据", "all data"), language)
    return pick(("全部数据 ", "all data, "), language) + days_text(loaded)


def loaded_days(resolved: ResolvedQuery) -> DateRange | None:
    """The first to the last day that some metric has data for; None where nobody says which."""
    counted = resolved.counted
    if not counted or is_unbounded(loaded := DateRange(counted[0].start, counted[-1].end)):
        return None
    return loaded


def _ranking(query: SemanticQuery, model: SemanticModel, language: Language) -> list[str]:
    if query.limit is None:
        return []
    if not query.order_by:
        return [pick((f"前 {query.limit} 行", f"first {query.limit} rows"), language)]
    order = query.order_by[0]
    label = field_label(order.name, model, language)
    if order.descending:
        return [
            pick((f"{label}最高的 {query.limit} 个", f"{query.limit} highest by {label}"), language)
        ]
    return [pick((f"{label}最低的 {query.limit} 个", f"{query.limit} lowest by {label}"), language)]


def last_known_day(resolved: ResolvedQuery) -> date | None:
    """The last day for which all metrics of the query have data."""
    lasts = [
        days[-1].last_day
        for days in resolved.covered.values()
        if days and not is_unbounded(days[-1])
    ]
    return min(lasts, default=None)
