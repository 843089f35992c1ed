"""A resolved query and its rows → what the `Answer` shows of them.

Every numeral in the sentence is one of the result's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from assistant import numbers
from assistant.answer import (
    AnswerColumn,
    AnswerIssue,
    AppliedFilter,
    Cell,
    Definition,
    Window,
)
from assistant.charts import ChartRequest
from assistant.wording import (
    comparison_labels,
    comparison_name,
    condition_text,
    field_label,
    group_label,
    interpretation,
    loaded_days,
    own_condition_text,
    pick,
    window_text,
)
from semantic_layer import CompiledQuery, Issue, Language, ResolvedQuery, SemanticModel
from semantic_layer.model import Metric
from semantic_layer.query import Grain
from semantic_layer.query_plan import Output, Role
from semantic_layer.windows import is_finer

ColumnType = Literal["string", "number", "date", "boolean"]


def cell(value: object) -> Cell:
    """A database value as JSON has it: exact decimals as numbers, dates as ISO text.

    >>> cell(Decimal("1299.00"))
    1299.0
    """
    match value:
        case None | bool() | str() | int():
            return value
        case Decimal():
            return float(value)
        case float():
            return value if math.isfinite(value) else None
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def cell_text(value: Cell, unit: str | None, language: Language) -> str:
    """A cell as a person reads it; no value is a dash."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return pick(("是", "yes") if value else ("否", "no"), language)
    return numbers.full(value, unit, language)


def answer_columns(
    resolved: ResolvedQuery,
    compiled: CompiledQuery,
    rows: Sequence[Sequence[Cell]],
    language: Language,
) -> tuple[AnswerColumn, ...]:
    """Name, label, type and unit of each result column."""
    labels = _labels(resolved, language)
    return tuple(
        AnswerColumn(
            name=output.column,
            label=labels.get(output.column, output.column),
            type=_type(output, [row[index] for row in rows]),
            unit=output.unit,
            role=_role(output, resolved),
            metric=output.metric,
        )
        for index, output in enumerate(compiled.columns)
    )


def _labels(resolved: ResolvedQuery, language: Language) -> dict[str, str]:
    query, model = resolved.query, resolved.model
    labels = {group.column: group_label(group, model, language) for group in query.group_by}
    for metric in resolved.metrics:
        label = metric.label.in_(language)
        labels[metric.name] = label
        if query.compare:
            base, delta, rate = comparison_labels(label, query.compare, language)
            name = f"{metric.name}__{query.compare}"
            labels |= {name: base, f"{name}__delta": delta, f"{name}__rate": rate}
    return labels


def _type(output: Output, values: Sequence[Cell]) -> ColumnType:
    if output.role in ("metric", "comparison"):
        return "number"
    known = [value for value in values if value is not None]
    if any(isinstance(value, bool) for value in known):
        return "boolean"
    if known and all(isinstance(value, int | float) for value in known):
        return "number"
    return "date" if output.role == "time" else "string"


def _role(output: Output, resolved: ResolvedQuery) -> Role:
    """Only calendar periods lie on an axis of time; a weekday or a unit of one's own is a name."""
    periods = {
        group.column
        for group in resolved.query.group_by
        if isinstance(group.grain, Grain) and group.part is None
    }
    return "dimension" if output.role == "time" and output.column not in periods else output.role


def definitions(resolved: ResolvedQuery, language: Language) -> tuple[Definition, ...]:
    """The governed definitions behind the numbers, in asked order."""
    return tuple(definition_of(metric, resolved.model, language) for metric in resolved.metrics)


def definition_of(metric: Metric, model: SemanticModel, language: Language) -> Definition:
    """One metric's definition in the reader's language."""
    bases = dict.fromkeys(
        field_label(part.agg_time_dimension, model, language)
        for part in model.simple_metrics_of(metric.name)
    )
    return Definition(
        name=metric.name,
        label=metric.label.in_(language),
        description=metric.description.in_(language),
        version=metric.version,
        owner=metric.owner,
        status=metric.status,
        time_basis=pick(("、", ", "), language).join(bases),
        unit=metric.unit,
        good_direction=metric.good_direction,
    )


def windows(resolved: ResolvedQuery) -> tuple[Window, ...]:
    """The asked days and the compared ones, `end` exclusive; none where all days are meant."""
    asked = resolved.window.days if resolved.window else loaded_days(resolved)
    if asked is None:
        return ()
    shown = [Window(role="current", start=asked.start.isoformat(), end=asked.end.isoformat())]
    if resolved.comparison and resolved.query.compare:
        days = resolved.comparison
        shown.append(
            Window(
                role=resolved.query.compare,
                start=days.start.isoformat(),
                end=days.end.isoformat(),
            )
        )
    return tuple(shown)


def applied_filters(resolved: ResolvedQuery, language: Language) -> tuple[AppliedFilter, ...]:
    """The conditions of the definitions, then those that were asked for."""

    def label(name: str) -> str:
        return field_label(name, resolved.model, language)

    filters: dict[AppliedFilter, None] = {}
    for metric in resolved.inputs:
        if metric.filter is not None:
            text = own_condition_text(metric, resolved.model, language)
            filters[AppliedFilter(text=text, origin="metric")] = None
    for condition in (resolved.query.where, resolved.query.having):
        if condition is not None:
            text = condition_text(condition, label, language)
            filters[AppliedFilter(text=text, origin="asked")] = None
    return tuple(filters)


def summary(
    resolved: ResolvedQuery,
    columns: Sequence[AnswerColumn],
    rows: Sequence[Sequence[Cell]],
    language: Language,
) -> str:
    """The headline: each number of a single row, or the extremes of several."""
    when = window_text(resolved, language)
    if not rows:
        return pick(("没有符合条件的数据。", "No rows meet these conditions."), language)
    measures = [(i, column) for i, column in enumerate(columns) if column.role == "metric"]
    if not measures:
        return pick((f"共 {len(rows)} 个取值。", f"{len(rows)} values."), language)
    if len(rows) == 1:
        told = pick(("，", ", "), language).join(
            f"{_named(columns, rows[0])}{column.label} "
            f"{cell_text(rows[0][index], column.unit, language)}"
            f"{_changed(resolved, column.name, columns, rows[0], language)}"
            for index, column in measures
        )
        return pick((f"{when}：{told}。", f"{when}: {told}."), language)
    index, column = measures[0]
    ranked = [row for row in rows if isinstance(row[index], int | float)]
    if not ranked:
        return pick((f"{when}：没有数值。", f"{when}: no values."), language)
    top = max(ranked, key=lambda row: row[index])  # type: ignore[arg-type, return-value]
    told = f"{_named(columns, top)}{cell_text(top[index], column.unit, language)}"
    return pick(
        (
            f"{when}：共 {len(rows)} 行，{column.label}最高的是{told}。",
            f"{when}: {len(rows)} rows; the highest {column.label} is {told}.",
        ),
        language,
    )


def _changed(
    resolved: ResolvedQuery,
    metric: str,
    columns: Sequence[AnswerColumn],
    row: Sequence[Cell],
    language: Language,
) -> str:
    """The change against the base of a comparison: a rate, or the difference of two ratios."""
    comparison = resolved.query.compare
    if comparison is None:
        return ""
    cells = {column.name: cell for column, cell in zip(columns, row, strict=True)}
    shown = {column.name: column for column in columns}
    base = f"{metric}__{comparison}"
    change = cells.get(f"{base}__rate", cells[f"{base}__delta"])
    rate = change if isinstance(change, int | float) else None
    value = cell_text(cells[base], shown[base].unit, language)
    based = f"{comparison_name(comparison, language)} {value}"
    told = numbers.change(rate, shown[metric].unit, language)
    return pick((f"（{based}，{told}）", f" ({based}, {told})"), language)


def _named(columns: Sequence[AnswerColumn], row: Sequence[Cell]) -> str:
    keys = [
        "—" if row[i] is None else str(row[i])
        for i, column in enumerate(columns)
        if column.role in ("dimension", "time")
    ]
    return " ".join(keys) + (" " if keys else "")


def chart_request(
    resolved: ResolvedQuery,
    columns: tuple[AnswerColumn, ...],
    rows: tuple[tuple[Cell, ...], ...],
    language: Language,
) -> ChartRequest:
    """What the chart recommender needs to know of a result."""
    query = resolved.query
    ranked = query.limit if query.order_by else None
    title = pick(("、", ", "), language).join(m.label.in_(language) for m in resolved.metrics)
    if query.group_by and not resolved.metrics:
        title = interpretation(resolved, language)
    elif query.group_by:
        groups = [group_label(group, resolved.model, language) for group in query.group_by]
        by = pick(("、", ", "), language).join(groups)
        title += pick((f" · 按{by}", f" by {by}"), language)
    return ChartRequest(
        columns=columns,
        rows=rows,
        additivity={metric.name: metric.additivity for metric in resolved.metrics},
        grain=_charted(query.time_grain),
        intent="rank" if ranked else None,
        ordered_top=ranked,
        complete=query.where is None and query.having is None and query.limit is None,
        partial_last=_ends_open(resolved),
        language=language,
        good_direction=resolved.metrics[0].good_direction if resolved.metrics else None,
        title=f"{title} · {window_text(resolved, language)}",
    )


def answer_issues(issues: Sequence[Issue], language: Language) -> tuple[AnswerIssue, ...]:
    """Issues in the answer's language."""
    return tuple(
        AnswerIssue(
            code=issue.code,
            message=issue.message.in_(language),
            where=issue.where,
            suggestions=issue.suggestions,
        )
        for issue in issues
    )


def is_partial(resolved: ResolvedQuery) -> bool:
    """Whether some day of the window is not over yet, or not loaded."""
    return _ends_open(resolved) or bool(resolved.notices)


def _charted(grain: Grain | str | None) -> Grain | None:
    """The grain that an axis can show: a calendar unit of an hour or more."""
    if not isinstance(grain, Grain) or is_finer(grain, Grain.hour):
        return None
    return grain


def _ends_open(resolved: ResolvedQuery) -> bool:
    """Whether the last period of the window lacks days."""
    if resolved.window is None:
        return False
    cut_short = any(notice.code == "data_end_early" for notice in resolved.notices)
    return resolved.window.unfinished or cut_short
