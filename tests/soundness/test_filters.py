"""Filter values are only data; a condition, its opposite and the unknown partition the rows."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests import toy_shop

PLACED = {"metrics": ["placed_orders"]}


def _count(where: dict[str, Any] | None) -> int:
    return int(toy_shop.answer({**PLACED, "where": where})[0][0])


@given(st.text(max_size=40))
@example("'; DROP TABLE mart.orders; --")
@example("浙江省' OR '1'='1")
@example("\\")
def test_any_text_as_a_value_is_only_data(value: str) -> None:
    expected = {"浙江省": 5, "广东省": 4}.get(value, 0)
    assert _count({"kind": "in", "field": "province", "values": [value]}) == expected
    assert (
        _count({"kind": "compare", "field": "province", "operator": "=", "value": value})
        == expected
    )


_CONDITIONS = st.recursive(
    st.one_of(
        st.builds(
            lambda values: {"kind": "in", "field": "province", "values": values},
            st.lists(st.sampled_from(["浙江省", "广东省", "海南省"]), min_size=1, unique=True),
        ),
        st.builds(
            lambda operator, value: {
                "kind": "compare",
                "field": "channel",
                "operator": operator,
                "value": value,
            },
            st.sampled_from(["=", "!=", "<", ">="]),
            st.sampled_from(["天猫", "京东"]),
        ),
    ),
    lambda parts: st.one_of(
        st.builds(
            lambda listed: {"kind": "and", "parts": listed}, st.lists(parts, min_size=1, max_size=3)
        ),
        st.builds(
            lambda listed: {"kind": "or", "parts": listed}, st.lists(parts, min_size=1, max_size=3)
        ),
        st.builds(lambda part: {"kind": "not", "part": part}, parts),
    ),
    max_leaves=6,
)


@given(_CONDITIONS)
def test_a_condition_its_opposite_and_the_unknown_partition_the_rows(
    condition: dict[str, Any],
) -> None:
    # Only province can be empty; a condition is unknown where its truth hangs on an empty province.
    held, failed = _count(condition), _count({"kind": "not", "part": condition})
    assert held + failed <= 11
    assert 11 - held - failed <= _count({"kind": "is_null", "field": "province"})
    assert _count({"kind": "not", "part": {"kind": "not", "part": condition}}) == held


def test_a_filter_reaches_every_fact_of_the_query() -> None:
    query = {
        "metrics": ["placed_orders", "paid_units", "refund_amount"],
        "where": {"kind": "in", "field": "province", "values": ["广东省"]},
    }
    assert toy_shop.answer(query) == [(4, 4, toy_shop.money("300.00"))]
