"""What access has taken out of an answer, in words: the row filters and the hidden columns.

Read off the tree that was run, so that it tells what was applied and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.answer import AppliedFilter
from assistant.presentation.wording import condition_text, field_label, pick
from semantic_layer import CompiledQuery, Language, SemanticModel
from semantic_layer.access.access_policy import Mask, RowRule, TableAccess
from semantic_layer.access.policy_scans import protections_in
from semantic_layer.governed_sql import CompiledSql


def policy_filters(
    compiled: CompiledQuery | CompiledSql, model: SemanticModel, language: Language
) -> tuple[AppliedFilter, ...]:
    """The conditions that the asker's role put into a query, in the order of its tables."""
    texts = (
        text
        for table in protections_in(compiled.tree, model.access)
        for text in _texts(table, model, language)
    )
    return tuple(AppliedFilter(text=text, origin="policy") for text in dict.fromkeys(texts))


def _texts(table: TableAccess, model: SemanticModel, language: Language) -> Iterator[str]:
    either, colon = pick((" 或 ", " or "), language), pick(("：", ": "), language)
    for group in table.conditions:
        told = either.join(_rule_text(rule, model, language) for rule in group)
        yield f"{_dataset_label(group[0].dataset, model, language)}{colon}{told}"
    for mask in table.masks.values():
        label = _column_label(mask, model, language)
        hidden = pick((f"{label}已隐藏", f"{label} is hidden"), language)
        yield f"{_dataset_label(mask.dataset, model, language)}{colon}{hidden}"


def _rule_text(rule: RowRule, model: SemanticModel, language: Language) -> str:
    parts = [] if rule.filter is None else [rule.filter.sql(dialect="duckdb")]
    if rule.where is not None:
        parts.append(
            condition_text(rule.where, lambda name: field_label(name, model, language), language)
        )
    return pick(("，", ", "), language).join(parts)


def _dataset_label(name: str, model: SemanticModel, language: Language) -> str:
    dataset = model.datasets.get(name)
    return dataset.label.in_(language) if dataset else name


def _column_label(mask: Mask, model: SemanticModel, language: Language) -> str:
    dataset = model.datasets.get(mask.dataset)
    for dimension in dataset.dimensions.values() if dataset else ():
        shown = dimension.expr
        if shown.key == "column" and shown.name.lower() == mask.column.lower():
            return dimension.label.in_(language)
    return mask.column
