"""`labels_of`: plans in a few words each, by what tells them from one another.

For questions back: the readings of one question mostly agree, and the reader should see where they
do not. Imports the wording of answers; knows no model and no data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.presentation.finish_wording import finish_texts, metric_label
from assistant.presentation.wording import (
    column_label,
    comparison_name,
    condition_text,
    days_text,
    group_label,
    pick,
)
from semantic_layer import Language, SemanticModel, SemanticQuery, Text
from semantic_layer.query import Filter
from semantic_layer.resolving.windows import resolve_window


@dataclass(frozen=True)
class _Told:
    """A part of a plan in words; `is_said` unless the words say that it is not there."""

    text: str
    is_said: bool


def labels_of(
    queries: Sequence[SemanticQuery], model: SemanticModel, today: date
) -> tuple[Text, ...]:
    """One label for each plan: the parts that differ, of a plan alone all that it says.

    Plans whose names do not exist cannot be labelled: the audit has seen to that before.
    """
    zh, en = (_labels(queries, model, today, language) for language in ("zh", "en"))
    return tuple(Text(zh=one, en=other) for one, other in zip(zh, en, strict=True))


def _labels(
    queries: Sequence[SemanticQuery], model: SemanticModel, today: date, language: Language
) -> list[str]:
    told = [_parts(query, model, today, language) for query in queries]
    differing = [
        place for place, texts in enumerate(zip(*told, strict=True)) if len(set(texts)) > 1
    ]
    joint = pick(("；", "; "), language)
    labels = [
        joint.join(
            part.text
            for place, part in enumerate(parts)
            if (place in differing if differing else part.is_said)
        )
        for parts in told
    ]
    if len(set(labels)) < len(labels):
        labels = [f"{number}. {label}" for number, label in enumerate(labels, start=1)]
    return labels


def _parts(
    query: SemanticQuery, model: SemanticModel, today: date, language: Language
) -> tuple[_Told, ...]:
    comma = pick(("、", ", "), language)
    groups = comma.join(group_label(group, model, language) for group in query.group_by)
    metrics = [metric_label(model.metrics[name], query, language) for name in query.metrics]
    by_groups = pick((f"按{groups}", f"by {groups}"), language)

    def told(said: str, unsaid: tuple[str, str]) -> _Told:
        return _Told(said or pick(unsaid, language), bool(said))

    return (
        told(comma.join(metrics) or groups, ("", "")),
        told(by_groups if groups else "", ("不分组", "as a whole")),
        told(_window(query, model, today), ("全部时间", "all days")),
        told(_condition(query.where, query, model, language), ("没有条件", "no condition")),
        told(_condition(query.having, query, model, language), ("不设门槛", "no threshold")),
        told(_comparison(query, language), ("不对比", "no comparison")),
        told(_finish(query, model, language), ("全部列出", "all rows")),
    )


def _window(query: SemanticQuery, model: SemanticModel, today: date) -> str:
    window = resolve_window(query.time, today, model.events)
    return days_text(window.days) if window else ""


def _condition(
    condition: Filter | None, query: SemanticQuery, model: SemanticModel, language: Language
) -> str:
    if condition is None:
        return ""
    return condition_text(
        condition, lambda name: column_label(name, query, model, language), language
    )


def _comparison(query: SemanticQuery, language: Language) -> str:
    if query.compared_as is None:
        return ""
    name = comparison_name(query.compared_as, language)
    return pick((f"对比{name}", f"against {name}"), language)


def _finish(query: SemanticQuery, model: SemanticModel, language: Language) -> str:
    told = finish_texts(query, lambda name: column_label(name, query, model, language), language)
    return pick(("，", ", "), language).join(told)
