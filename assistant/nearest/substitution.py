"""A metric without data gives way, openly, to the one that stands in for it.

An order export knows how much was refunded, not when; refunds by refund time then become refunds by
payment time, and the answer says so.
"""

from __future__ import annotations

from assistant.knowledge import Knowledge
from semantic_layer import SemanticQuery, Text
from semantic_layer.model import SimpleMetric
from semantic_layer.query import And, Compare, CompareMetric, Filter, In, IsNull, Not, Or


def substitute_unavailable(
    query: SemanticQuery, knowledge: Knowledge
) -> tuple[SemanticQuery, tuple[Text, ...]]:
    """The query with substitutes for metrics that have no data, and what was assumed."""
    swaps = {
        name: substitute
        for name in query.metrics
        if knowledge.lacks_data_of(name) and (substitute := _substitute(name, knowledge))
    }
    if not swaps or any(substitute in query.metrics for substitute in swaps.values()):
        return query, ()
    changed = query.model_copy(
        update={
            "metrics": tuple(swaps.get(name, name) for name in query.metrics),
            "order_by": tuple(
                order.model_copy(update={"name": _column(order.name, swaps)})
                for order in query.order_by
            ),
            "having": _renamed(query.having, swaps) if query.having else None,
        }
    )
    return changed, tuple(_assumption(old, new, knowledge) for old, new in swaps.items())


def _substitute(name: str, knowledge: Knowledge) -> str | None:
    for metric in knowledge.model.metrics.values():
        offered = isinstance(metric, SimpleMetric) and name in metric.substitute_for
        if offered and metric.name in knowledge.available:
            return metric.name
    return None


def _column(name: str, swaps: dict[str, str]) -> str:
    """A column of the result, whose name begins with that of its metric."""
    metric, separator, rest = name.partition("__")
    return swaps.get(metric, metric) + separator + rest


def _renamed(condition: Filter, swaps: dict[str, str]) -> Filter:
    match condition:
        case Compare(field=field) | In(field=field) | IsNull(field=field):
            return condition.model_copy(update={"field": swaps.get(field, field)})
        case And(parts=parts) | Or(parts=parts):
            return condition.model_copy(
                update={"parts": tuple(_renamed(part, swaps) for part in parts)}
            )
        case CompareMetric():
            return condition
        case Not(part=part):
            return condition.model_copy(update={"part": _renamed(part, swaps)})


def _assumption(old: str, new: str, knowledge: Knowledge) -> Text:
    asked, used = knowledge.model.metrics[old], knowledge.model.metrics[new]
    return Text(
        zh=f"{asked.label.zh}所需的数据尚未载入，已改用{used.label.zh}。",
        en=f"The data for {asked.label.en} are not loaded; {used.label.en} is shown instead.",
    )
