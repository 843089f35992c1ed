"""Names in a filter or a group-by → what they stand for, and the grain that they end with."""

from __future__ import annotations

from dataclasses import dataclass

from semantic_layer.model import SemanticModel
from semantic_layer.query import METRIC_TIME, DatePart, Grain, GroupBy


@dataclass(frozen=True)
class Field:
    """A dimension, an entity or `metric_time`; `grain` may be a unit of the model's own."""

    name: str
    grain: Grain | str | None = None
    part: DatePart | None = None


def field_of(text: str, model: SemanticModel) -> Field:
    """The field that a filter means by `text`: "created_at__month", "created_at__extract_dow"."""
    return grouped_field(GroupBy.model_validate(text), model)


def grouped_field(group: GroupBy, model: SemanticModel) -> Field:
    """The field of a group-by column; a trailing unit of the model's own is its grain."""
    if group.grain is None and not is_known(group.name, model):
        name, separator, unit = group.name.rpartition("__")
        if separator and model.own_unit(unit) is not None:
            return Field(name, unit, group.part)
    return Field(group.name, group.grain, group.part)


def is_known(name: str, model: SemanticModel) -> bool:
    """Whether a field of that name can exist."""
    return name == METRIC_TIME or model.find_dimension(name) is not None
