"""A resolved query and its rows → what the `Answer` shows of them: columns, definitions, chart.

The sentence above them is made in `summaries`, what they say in the narrative.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from assistant.answer import (
    AnswerColumn,
    AnswerIssue,
    AppliedFilter,
    Cell,
    Definition,
    Window,
)
from assistant.charts import ChartRequest
from assistant.charts.chart_types import ChartType
from assistant.presentation.cells import charted_grain
from assistant.presentation.chart_facts import counterparts, intent_of, member_orders, regions
from assistant.presentation.finish_wording import finished_labels, metric_label, without_rest
from assistant.presentation.wording import (
    column_label,
    compared_labels,
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
from semantic_layer.planning.query_plan import Output, Role
from semantic_layer.query import Grain

# Notices that do not say that days are missing.
_NOT_ABOUT_DAYS = ("shares_overlap", "average_cut_periods")


ColumnType = Literal["string", "number", "date", "boolean"]


def answer_columns(
    resolved: ResolvedQuery,
    compiled: CompiledQuery,
    rows: Sequence[Sequence[Cell]],
    language: Language,
) -> tuple[AnswerColumn, ...]:
    """Name, label, type and unit of each result column."""
    labels = _labels(resolved, language)
    parts = {group.column for group in resolved.query.group_by if group.part is not None}
    return tuple(
        AnswerColumn(
            name=output.column,
            label=labels.get(output.column, output.column),
            type=_type(
                output,
                [row[index] for row in rows],
                is_period=output.role == "time" and output.column not in parts,
            ),
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
        label = metric_label(metric, query, language)
        labels |= {metric.name: label, **finished_labels(metric, query, language)}
        labels |= compared_labels(metric, query, language)
    return labels


def _type(output: Output, values: Sequence[Cell], *, is_period: bool) -> ColumnType:
    if output.role not in ("dimension", "time"):
        return "number"
    known = [value for value in values if value is not None]
    if any(isinstance(value, bool) for value in known):
        return "boolean"
    if known and all(isinstance(value, int | float) for value in known):
        return "number"
    return "date" if is_period else "string"


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
    if (days := resolved.comparison) and (name := resolved.query.compared_as):
        shown.append(Window(role=name, start=days.start.isoformat(), end=days.end.isoformat()))
    return tuple(shown)


def applied_filters(resolved: ResolvedQuery, language: Language) -> tuple[AppliedFilter, ...]:
    """The conditions of the definitions, then those that were asked for."""

    def label(name: str) -> str:
        return column_label(name, resolved.query, resolved.model, language)

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


def chart_request(
    resolved: ResolvedQuery,
    columns: tuple[AnswerColumn, ...],
    rows: tuple[tuple[Cell, ...], ...],
    language: Language,
    *,
    forced: ChartType | None = None,
) -> ChartRequest:
    """What the chart recommender needs to know of a result; `forced` is the type asked for."""
    query = resolved.query
    ranked = query.limit if query.order_by and not (query.limit_within or query.others) else None
    labels = (metric_label(metric, query, language) for metric in resolved.metrics)
    title = pick(("、", ", "), language).join(labels)
    if query.group_by and not resolved.metrics:
        title = interpretation(resolved, language)
    elif query.group_by:
        groups = [group_label(group, resolved.model, language) for group in query.group_by]
        by = pick(("、", ", "), language).join(groups)
        title += pick((f" · 按{by}", f" by {by}"), language)
    return ChartRequest(
        columns=columns,
        rows=rows,
        additivity={
            metric.name: metric.additivity
            for metric in resolved.metrics
            if not query.running and query.average_per is None
        },
        grain=charted_grain(query.time_grain),
        intent=intent_of(resolved, ranked),
        ordered_top=ranked,
        complete=query.where is None
        and query.having is None
        and (query.limit is None or query.others),
        partial_last=_ends_open(resolved),
        language=language,
        good_direction=resolved.metrics[0].good_direction if resolved.metrics else None,
        title=f"{title} · {window_text(resolved, language)}",
        orders=member_orders(resolved),
        rest=_rest_name(resolved, rows, language),
        regions=regions(resolved),
        forced=forced,
        counterparts=counterparts(
            resolved, charted_grain(query.time_grain), _periods(columns, rows)
        ),
    )


def _rest_name(
    resolved: ResolvedQuery, rows: Sequence[Sequence[Cell]], language: Language
) -> str | None:
    """What the row of all that is not listed is called, in a list by one dimension."""
    groups = {tuple(row) for row in without_rest(resolved, rows, language)}
    rest = [row for row in rows if tuple(row) not in groups]
    dimensions = [i for i, group in enumerate(resolved.query.group_by) if not group.is_time]
    return str(rest[0][dimensions[0]]) if rest and len(dimensions) == 1 else None


def _periods(columns: Sequence[AnswerColumn], rows: Sequence[Sequence[Cell]]) -> frozenset[Cell]:
    times = [index for index, column in enumerate(columns) if column.role == "time"]
    return frozenset(row[index] for row in rows for index in times[:1])


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
    told = (notice.code for notice in resolved.notices)
    return _ends_open(resolved) or any(code not in _NOT_ABOUT_DAYS for code in told)


def _ends_open(resolved: ResolvedQuery) -> bool:
    """Whether the last period of the window lacks days."""
    if resolved.window is None:
        return False
    cut_short = any(notice.code == "data_end_early" for notice in resolved.notices)
    return resolved.window.unfinished or cut_short
