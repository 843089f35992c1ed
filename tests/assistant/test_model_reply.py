"""The form that models fill: what is taken, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from assistant.model_reply import Reply
from semantic_layer import SemanticQuery
from semantic_layer.query import Compare, In, IsNull, Not

BASE = {"metrics": ["paid_orders"]}
IN = {"kind": "in", "field": "province", "values": ["浙江省"]}


def query(**parts: Any) -> SemanticQuery:
    return Reply.model_validate({**BASE, **parts}).query()


@pytest.mark.parametrize(
    "where",
    [
        IN,
        [IN],
        [{"field": "province", "operator": "in", "values": ["浙江省"]}],
        {"field": "province", "operator": "in", "values": ["浙江省"]},
        [{"field": "province", "operator": "in", "value": ["浙江省"]}],
    ],
    ids=["filter", "list of filters", "conditions", "one condition", "value"],
)
def test_a_filter_is_taken_in_any_of_its_forms(where: Any) -> None:
    assert query(where=where).where == In(field="province", values=("浙江省",))


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("=", ["a"], Compare(field="f", operator="=", value="a")),
        ("!=", ["a"], Compare(field="f", operator="!=", value="a")),
        ("not_in", ["a", "b"], Not(part=In(field="f", values=("a", "b")))),
        (">=", [5], Compare(field="f", operator=">=", value=5)),
    ],
)
def test_conditions_become_filters(operator: str, values: list[Any], expected: Any) -> None:
    assert query(where=[{"field": "f", "operator": operator, "values": values}]).where == expected


def test_absence_takes_no_value() -> None:
    absent = query(where=[{"field": "f", "operator": "is_null", "values": []}]).where
    present = query(where=[{"field": "f", "operator": "is_not_null", "value": None}]).where
    assert absent == IsNull(field="f")
    assert present == Not(part=IsNull(field="f"))


def test_several_conditions_all_hold() -> None:
    both = query(where=[{"field": "f", "operator": "=", "values": [v]} for v in ("a", "b")]).where
    assert both is not None
    assert both.kind == "and"


@pytest.mark.parametrize(
    "time",
    [
        {"kind": "range", "start": "2020-02-01", "end": "2020-03-01", "unit": None, "count": None},
        {"start": "2020-02-01", "end": "2020-03-01"},
    ],
)
def test_a_range_is_taken_with_nulls_and_without_its_kind(time: dict[str, Any]) -> None:
    assert query(time=time) == SemanticQuery.model_validate(
        {**BASE, "time": {"kind": "range", "start": "2020-02-01", "end": "2020-03-01"}}
    )


@pytest.mark.parametrize("name", ["group_by", "order_by", "where", "having", "time", "limit"])
def test_null_is_nothing(name: str) -> None:
    assert query(**{name: None}) == SemanticQuery.model_validate(BASE)


@pytest.mark.parametrize(
    "parts",
    [
        {"metrics": []},
        {"metrics": ["a", "a"]},
        {"metrics": ["paid_orders"], "share_of": "province"},
        {"metrics": ["paid_orders"], "time": {"kind": "range", "start": "2020-02-01"}},
        {
            "metrics": ["paid_orders"],
            "time": {"kind": "range", "start": "2020-03-01", "end": "2020-02-01"},
        },
        {"metrics": ["paid_orders"], "time": {"kind": "preset", "unit": "month", "start": "x"}},
        {"metrics": ["paid_orders"], "time": {"kind": "preset"}},
        {"metrics": ["paid_orders"], "limit": 0},
        {"metrics": ["paid_orders"], "where": [{"field": "f", "operator": "=", "values": []}]},
        {"metrics": ["paid_orders"], "where": [{"field": "f", "operator": "like", "values": [1]}]},
        {"metrics": ["paid_orders"], "where": "province = '浙江省'"},
        {"kind": "clarify", "metrics": ["a"], "time": {"kind": "preset"}},
        {"sql": "SELECT 1"},
    ],
)
def test_what_makes_no_query_is_no_reply(parts: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Reply.model_validate(parts)
