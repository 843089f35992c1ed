"""The form that models fill: what is taken, and what is not."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.language_model.model_reply import Reply
from assistant.language_model.plan_form import flat_form
from semantic_layer import SemanticQuery
from semantic_layer.query import (
    AllTime,
    And,
    Compare,
    Comparison,
    CustomComparison,
    EventComparison,
    EventTime,
    Grain,
    GroupBy,
    In,
    IsNull,
    Not,
    Or,
    PresetTime,
    RangeTime,
    Running,
    ShareOf,
    ToDateTime,
)

BASE = {"metrics": ["paid_orders"]}
LAST_MONTH = {"kind": "preset", "unit": "month", "count": 1, "offset": -1}
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


@pytest.mark.parametrize("name", sorted(SemanticQuery.model_fields.keys() - {"metrics"}))
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
        {"metrics": ["paid_orders"], "compare": "custom"},
        {"metrics": ["paid_orders"], "compare_to": LAST_MONTH},
        {"metrics": ["paid_orders"], "compare": "prior_period", "compare_to": LAST_MONTH},
        {"metrics": ["paid_orders"], "compare": "event_aligned", "compare_to": LAST_MONTH},
        {"metrics": ["paid_orders"], "running": {"agg": "average"}},
        {"metrics": ["paid_orders"], "running": {"agg": "total", "count": 7}},
        {"metrics": ["paid_orders"], "time": {"kind": "event"}},
        {"kind": "plan", "metrics": ["paid_orders"], "sql": "SELECT 1"},
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


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (
            {"compare": "custom", "compare_to": LAST_MONTH},
            {"compare": {"kind": "custom", "time": LAST_MONTH}},
        ),
        (
            {"compare": "event_aligned", "compare_to": {"kind": "event", "event": "double_11"}},
            {"compare": {"kind": "event_aligned", "event": "double_11"}},
        ),
        ({"compare": "event_aligned", "compare_to": None}, {"compare": "event_aligned"}),
        ({"time": {"event": "double_11"}}, {"time": {"kind": "event", "event": "double_11"}}),
        (
            {"running": {"agg": "total", "count": None, "unit": None, "to_date": "month"}},
            {"running": {"to_date": "month"}},
        ),
        (
            {"share_of": {"within": None, "beyond": ["province"]}},
            {"share_of": {"beyond": ["province"]}},
        ),
        (
            {"group_by": ["metric_time__extract_dow"]},
            {"group_by": [{"name": "metric_time", "part": "dow"}]},
        ),
    ],
)
def test_the_grown_parts_become_those_of_the_query(
    parts: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert query(**parts) == SemanticQuery.model_validate({**BASE, **expected})


_names = st.sampled_from(["province", "channel", "paid_orders"])
_conditions = st.one_of(
    st.builds(
        Compare, field=_names, operator=st.sampled_from(["=", "<", ">="]), value=st.integers()
    ),
    st.builds(In, field=_names, values=st.lists(st.text(min_size=1), min_size=1).map(tuple)),
    st.builds(IsNull, field=_names),
)
_filters = st.one_of(
    _conditions,
    st.builds(Not, part=_conditions),
    st.builds(Or, parts=st.lists(_conditions, min_size=2, max_size=3).map(tuple)),
    st.builds(And, parts=st.lists(_conditions, min_size=2, max_size=3).map(tuple)),
)
_events = st.builds(EventTime, event=_names, year=st.none() | st.just(2025))
_times = st.one_of(
    st.builds(PresetTime, unit=st.sampled_from(list(Grain)), count=st.integers(1, 99)),
    st.just(RangeTime(start=date(2020, 2, 1), end=date(2020, 3, 1))),
    st.builds(ToDateTime, unit=st.sampled_from(list(Grain))),
    _events,
    st.just(AllTime()),
)
_queries = st.builds(
    SemanticQuery,
    metrics=st.just(("paid_orders",)),
    group_by=st.lists(
        st.sampled_from(["province", "metric_time__day", "metric_time__extract_hour"]).map(
            GroupBy.model_validate
        ),
        unique=True,
    ).map(tuple),
    where=st.none() | _filters,
    having=st.none() | _filters,
    time=st.none() | _times,
    compare=st.one_of(
        st.none(),
        st.sampled_from(list(Comparison)),
        st.builds(EventComparison, event=_names),
        st.builds(CustomComparison, time=_times),
    ),
    share_of=st.none() | st.builds(ShareOf, within=st.just(("province",))),
    running=st.one_of(
        st.none(),
        st.just(Running()),
        st.just(Running(agg="average", count=7, unit=Grain.day)),
        st.just(Running(to_date=Grain.month)),
    ),
    average_per=st.none() | st.sampled_from(list(Grain)),
    ranks=st.booleans(),
    limit=st.none() | st.integers(1, 50),
    limit_within=st.sampled_from([(), ("province",)]),
    others=st.booleans(),
)


@given(_queries)
def test_every_plan_has_a_form_that_reads_back(plan: SemanticQuery) -> None:
    form = json.dumps(flat_form(plan), ensure_ascii=False)
    assert Reply.model_validate_json(form).query() == plan
