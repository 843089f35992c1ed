"""`plan_text`: a plan as short JSON, the one spelling in which records keep it.

Whatever is left at its default is left out, and a group-by column is its name. Below the records;
`read_query` reads it back.
"""

from __future__ import annotations

import json
from datetime import date
from enum import Enum
from typing import Any

from pydantic import BaseModel

from semantic_layer import SemanticQuery
from semantic_layer.query import GroupBy


def plan_text(query: SemanticQuery) -> str:
    """The plan in JSON without blanks.

    >>> plan_text(SemanticQuery(metrics=("paid_orders",), group_by=("metric_time__day",)))
    '{"metrics":["paid_orders"],"group_by":["metric_time__day"]}'
    """
    return json.dumps(plan_data(query), ensure_ascii=False, separators=(",", ":"))


def plan_data(query: SemanticQuery) -> dict[str, Any]:
    """The plan as plain data, in the order of its keys."""
    return _fields(query)


def _fields(part: BaseModel) -> dict[str, Any]:
    defaults = type(part).model_fields
    return {
        name: _plain(value)
        for name, value in part
        if name == "kind" or value != defaults[name].default
    }


def _plain(value: Any) -> Any:
    match value:
        case GroupBy():
            is_its_name = GroupBy.model_validate(value.column) == value
            return value.column if is_its_name else _fields(value)
        case BaseModel():
            return _fields(value)
        case Enum():
            return value.value
        case tuple():
            return [_plain(one) for one in value]
        case date():
            return value.isoformat()
        case _:
            return value
