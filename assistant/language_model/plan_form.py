"""`flat_form`: a plan as a language model would fill it in, for hints, examples and follow-ups.

Beside `model_reply`, whose form this is: a model that is shown one form fills it in more surely
than one that has to translate. Imports only the form and the query.
"""

from __future__ import annotations

from typing import Any

from semantic_layer import SemanticQuery
from semantic_layer.query import (
    And,
    Compare,
    Comparison,
    CustomComparison,
    Filter,
    In,
    IsNull,
    Not,
)


def flat_form(query: SemanticQuery) -> dict[str, Any]:
    """The parts of the plan that say something, under the names of `Reply`.

    A filter that has no flat form stays as it is; a reply may hold such a one, too.

    >>> flat_form(SemanticQuery(metrics=("paid_orders",), limit=5))
    {'metrics': ['paid_orders'], 'limit': 5}
    """
    whole = query.model_dump(mode="json", exclude_none=True)
    whole |= {
        "group_by": [group.column for group in query.group_by],
        "where": flat_conditions(query.where) if query.where else None,
        "having": flat_conditions(query.having) if query.having else None,
        **_comparison(query),
    }
    return {name: value for name, value in whole.items() if value not in (None, [], False)}


def _comparison(query: SemanticQuery) -> dict[str, Any]:
    match query.compare:
        case None | Comparison():
            return {"compare": query.compare and query.compare.value}
        case CustomComparison(time=time):
            return {
                "compare": "custom",
                "compare_to": time.model_dump(mode="json", exclude_none=True),
            }
        case other:
            return {
                "compare": "event_aligned",
                "compare_to": {"kind": "event", "event": other.event},
            }


def flat_conditions(condition: Filter) -> list[dict[str, Any]]:
    """A filter as conditions that all hold.

    >>> flat_conditions(In(field="channel", values=("天猫",)))
    [{'field': 'channel', 'operator': 'in', 'values': ['天猫']}]
    """
    match condition:
        case And(parts=parts):
            return [one for part in parts for one in flat_conditions(part)]
        case Compare(field=name, operator=operator, value=value):
            return [_condition(name, operator, value)]
        case In(field=name, values=values):
            return [_condition(name, "in", *values)]
        case Not(part=In(field=name, values=values)):
            return [_condition(name, "not_in", *values)]
        case IsNull(field=name):
            return [_condition(name, "is_null")]
        case Not(part=IsNull(field=name)):
            return [_condition(name, "is_not_null")]
        case other:
            return [other.model_dump(mode="json")]


def _condition(name: str, operator: str, *values: object) -> dict[str, Any]:
    return {"field": name, "operator": operator, "values": list(values)}
