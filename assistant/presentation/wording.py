"""A plan in words: what was understood, in the reader's language and with absolute dates.

The words come from the plan and the definitions alone, never from the question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import assert_never

from assistant.presentation.date_part_wording import field_of_part, part_label, part_of, part_value
from assistant.presentation.finish_wording import (
    average_texts,
    finish_texts,
    finished_labels,
    metric_label,
)
from assistant.time_expressions import EARLIEST_DAY
from semantic_layer import DateRange, Language, ResolvedQuery, SemanticModel, SemanticQuery
from semantic_layer.model import Metric, SimpleMetric
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
    Scalar,
)
from semantic_layer.resolving.known_days import is_unbounded

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
_COMPARISONS: dict[str, tuple[tuple[str, str, str], tuple[str, str, str]]] = {
    Comparison.prior_period: (
        ("上期", "与上期的差额", "环比"),
        ("prior period", "change", "change rate"),
    ),
    Comparison.same_period_last_year: (
        ("去年同期", "与去年同期的差额", "同比"),
        ("last year", "change on last year", "change rate on last year"),
    ),
    Comparison.same_weekday: (
        ("此前同星期", "与此前同星期的差额", "较此前同星期变化率"),
        ("the same weekdays", "change on the same weekdays", "change rate on the same weekdays"),
    ),
    Comparison.event_aligned: (
        ("上年活动同期", "与上年活动同期的差额", "较上年活动同期变化率"),
        ("last year's event", "change on last year's event", "change rate on last year's event"),
    ),
    "custom": (
        ("另一时段", "与另一时段的差额", "较另一时段变化率"),
        ("the other days", "change on the other days", "change rate on the other days"),
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
        grain = part_label(group.part, language)
    elif isinstance(group.grain, Grain):
        grain = pick(_GRAINS[group.grain], language)
    else:
        grain = str(group.grain)
    if group.name == METRIC_TIME:
        return grain
    label = field_label(group.name, model, language)
    return f"{label}（{grain}）" if language == "zh" else f"{label} ({grain})"


def comparison_name(comparison: str, language: Language) -> str:
    """The name of the other side of a comparison, called as in `SemanticQuery.compared_as`."""
    zh, en = _COMPARISONS[comparison]
    return zh[0] if language == "zh" else en[0]


def comparison_labels(label: str, comparison: str, language: Language) -> tuple[str, str, str]:
    """The labels of the base, the difference and the rate of a compared metric."""
    zh, en = _COMPARISONS[comparison]
    base, delta, rate = zh if language == "zh" else en
    if language == "zh":
        return f"{label}（{base}）", f"{label}（{delta}）", f"{label}（{rate}）"
    return f"{label}, {base}", f"{label}, {delta}", f"{label}, {rate}"


def compared_labels(metric: Metric, query: SemanticQuery, language: Language) -> dict[str, str]:
    """The labels of the columns that a comparison adds for a metric, by column."""
    if query.compared_as is None:
        return {}
    label, name = metric_label(metric, query, language), f"{metric.name}__{query.compared_as}"
    columns = (name, f"{name}__delta", f"{name}__rate")
    return dict(zip(columns, comparison_labels(label, query.compared_as, language), strict=True))


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
                told = part_value(part_of(field), value, language)
                return f"{label(field)} {_OPERATORS[operator]} {told}"
            case CompareMetric(metric=metric, by=by, operator=operator, value=value):
                each = pick(("、", ", "), language).join(map(label, by))
                told = f"{label(metric)} {_OPERATORS[operator]} {value}"
                return pick((f"每个{each}的{told}", f"{told} for each {each}"), language)
            case In(field=field, values=values):
                return f"{label(field)} = {_listed(field, values, language)}"
            case IsNull(field=field):
                return f"{label(field)}{pick(('为空', ' is empty'), language)}"
            case And(parts=parts):
                return pick(("，", ", "), language).join(map(worded, parts))
            case Or(parts=parts):
                return pick((" 或 ", " or "), language).join(map(worded, parts))
            case Not(part=In(field=field, values=values)):
                return f"{label(field)} ≠ {_listed(field, values, language)}"
            case Not(part=inner):
                return f"{pick(('非', 'not '), language)}({worded(inner)})"
            case _:
                assert_never(part)

    return worded(condition)


def _listed(field: str, values: Iterable[Scalar], language: Language) -> str:
    part = part_of(field)
    return pick(("、", ", "), language).join(part_value(part, one, language) for one in values)


def interpretation(resolved: ResolvedQuery, language: Language) -> str:
    """One line that restates the plan: metrics, grouping, days, filters, ranking, comparison."""
    query, model = resolved.query, resolved.model
    comma = pick(("、", ", "), language)
    parts = [comma.join(metric_label(metric, query, language) for metric in resolved.metrics)]
    if not resolved.metrics:
        groups = comma.join(group_label(group, model, language) for group in query.group_by)
        parts = [pick((f"{groups}的取值", f"values of {groups}"), language)]
    elif query.group_by:
        groups = comma.join(group_label(group, model, language) for group in query.group_by)
        parts.append(pick((f"按{groups}", f"by {groups}"), language))
    parts.append(window_text(resolved, language))
    parts.extend(_compared(resolved, language))
    parts.extend(
        condition_text(condition, lambda name: column_label(name, query, model, language), language)
        for condition in (query.where, query.having)
        if condition is not None
    )
    parts.extend(average_texts(resolved, language))
    parts.extend(
        finish_texts(query, lambda name: column_label(name, query, model, language), language)
    )
    return pick(("；", "; "), language).join(parts)


def _compared(resolved: ResolvedQuery, language: Language) -> list[str]:
    """The other side of the comparison and its days; periods are compared one by one."""
    baseline, name = resolved.baseline, resolved.query.compared_as
    if baseline is None or name is None:
        return []
    told = f"{comparison_name(name, language)} {days_text(baseline.days)}"
    if baseline.alignment is None:
        return [pick((f"对比{told}", f"against {told}"), language)]
    return [pick((f"逐期对比{told}", f"each period against {told}"), language)]


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


def column_label(name: str, query: SemanticQuery, model: SemanticModel, language: Language) -> str:
    """The label of a column of the result, or of a field of the query."""
    labels = {group.column: group_label(group, model, language) for group in query.group_by}
    for metric in (model.metrics[one] for one in query.metrics):
        labels |= finished_labels(metric, query, language) | compared_labels(
            metric, query, language
        )
    named = labels.get(name) or field_of_part(name, language)
    return named or field_label(name, model, language)


def last_known_day(resolved: ResolvedQuery) -> date | None:
    """The last day for which all metrics of the query have data."""
    lasts = [
        days[-1].last_day
        for days in resolved.covered.values()
        if days and not is_unbounded(days[-1])
    ]
    return min(lasts, default=None)
