"""`normal_form`: what cannot change a number does not count, and everything else does."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_layer import SemanticQuery
from semantic_layer.loader import load_model
from semantic_layer.resolving.normal_form import normal_form, same_plan

TODAY = date(2026, 11, 25)
EVENTS = load_model().events
BASE: dict[str, object] = {"metrics": ["paid_orders"], "group_by": ["channel"]}


def query(**changes: object) -> SemanticQuery:
    return SemanticQuery.model_validate({**BASE, **changes})


def equals(field: str, value: str) -> dict[str, object]:
    return {"kind": "compare", "field": field, "operator": "=", "value": value}


def one_of(field: str, *values: str) -> dict[str, object]:
    return {"kind": "in", "field": field, "values": list(values)}


LAST_MONTH = {"kind": "preset", "unit": "month", "count": 1, "offset": -1}
OCTOBER = {"kind": "range", "start": "2026-10-01", "end": "2026-11-01"}
MONTH_TO_DATE = {"kind": "to_date", "unit": "month"}
THIS_MONTH = {"kind": "preset", "unit": "month", "count": 1, "offset": 0}
NOVEMBER = {"kind": "range", "start": "2026-11-01", "end": "2026-12-01"}
DOUBLE_11 = {"kind": "event", "event": "double_11"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"metrics": ["roi", "ad_spend"]}, {"metrics": ["ad_spend", "roi"]}),
        ({"group_by": ["channel", "province"]}, {"group_by": ["province", "channel"]}),
        ({"time": LAST_MONTH}, {"time": OCTOBER}),
        ({"time": MONTH_TO_DATE}, {"time": THIS_MONTH}),
        ({"time": NOVEMBER}, {"time": THIS_MONTH}),
        (
            {"time": DOUBLE_11, "compare": "event_aligned"},
            {"time": {**DOUBLE_11, "year": 2026}, "compare": "event_aligned"},
        ),
        ({"where": equals("channel", "天猫")}, {"where": one_of("channel", "天猫")}),
        (
            {"where": one_of("channel", "天猫", "京东")},
            {"where": one_of("channel", "京东", "天猫")},
        ),
        (
            {
                "where": {
                    "kind": "or",
                    "parts": [equals("channel", "天猫"), equals("channel", "京东")],
                }
            },
            {"where": one_of("channel", "京东", "天猫")},
        ),
        (
            {"where": {"kind": "not", "part": one_of("channel", "天猫")}},
            {"where": {**equals("channel", "天猫"), "operator": "!="}},
        ),
        (
            {
                "where": {
                    "kind": "and",
                    "parts": [equals("channel", "天猫"), equals("city", "杭州市")],
                }
            },
            {
                "where": {
                    "kind": "and",
                    "parts": [equals("city", "杭州市"), equals("channel", "天猫")],
                }
            },
        ),
        ({"order_by": [{"name": "paid_orders"}]}, {}),
    ],
)
def test_spellings_of_one_plan_are_the_same(
    one: dict[str, object], other: dict[str, object]
) -> None:
    assert same_plan(query(**one), query(**other), TODAY, EVENTS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"time": LAST_MONTH}, {"time": THIS_MONTH}),
        ({"time": LAST_MONTH}, {}),
        (
            {"time": LAST_MONTH, "compare": "prior_period"},
            {"time": OCTOBER, "compare": "prior_period"},
        ),
        ({"where": one_of("channel", "天猫")}, {"where": one_of("shop", "天猫")}),
        ({"where": one_of("channel", "天猫")}, {}),
        (
            {"where": {"kind": "and", "parts": [equals("city", "a"), equals("city", "b")]}},
            {"where": one_of("city", "a", "b")},
        ),
        ({"limit": 5, "order_by": [{"name": "paid_orders"}]}, {"limit": 5}),
        (
            {"order_by": [{"name": "paid_orders"}]},
            {"order_by": [{"name": "paid_orders", "descending": False}]},
        ),
        ({"share_of": {}}, {}),
        ({"average_per": "day"}, {"average_per": "month"}),
        ({"ranks": True}, {}),
    ],
)
def test_plans_with_other_numbers_stay_apart(
    one: dict[str, object], other: dict[str, object]
) -> None:
    assert not same_plan(query(**one), query(**other), TODAY, EVENTS)


LEAVES = st.builds(
    one_of, st.sampled_from(["channel", "city"]), st.sampled_from(["a", "b"])
) | st.builds(equals, st.sampled_from(["channel", "city"]), st.sampled_from(["a", "b"]))
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(lambda part: {"kind": "not", "part": part}, inner)
        | st.builds(
            lambda kind, parts: {"kind": kind, "parts": parts},
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=1, max_size=3),
        )
    ),
    max_leaves=6,
)


def holds(condition: dict[str, object], row: dict[str, str]) -> bool:
    """The meaning of a filter over a row without missing values."""
    match condition:
        case {"kind": "compare", "field": str(field), "value": value}:
            return row[field] == value
        case {"kind": "in", "field": str(field), "values": list(values) | tuple(values)}:
            return row[field] in values
        case {"kind": "not", "part": dict(part)}:
            return not holds(part, row)
        case {"kind": "and", "parts": list(parts) | tuple(parts)}:
            return all(holds(part, row) for part in parts)
        case {"kind": "or", "parts": list(parts) | tuple(parts)}:
            return any(holds(part, row) for part in parts)
    raise AssertionError(condition)


@given(CONDITIONS)
def test_a_normal_filter_keeps_the_same_rows_and_stays_as_it_is(
    condition: dict[str, object],
) -> None:
    normal = normal_form(query(where=condition), TODAY, EVENTS)
    assert normal.where is not None
    kept = normal.where.model_dump()
    rows = [{"channel": channel, "city": city} for channel in "abc" for city in "abc"]
    assert [holds(condition, row) for row in rows] == [holds(kept, row) for row in rows]
    assert normal_form(normal, TODAY, EVENTS) == normal
