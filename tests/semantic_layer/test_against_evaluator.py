"""Any query over any small shop: the compiled SQL gives the rows of the slow evaluator."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from semantic_layer import DateRange, SemanticQuery
from tests import toy_shop
from tests.semantic_layer.evaluator import Row, Shop, evaluate
from tests.semantic_layer.shops import run

FIRST = datetime(2024, 2, 28)
DAYS = 12
PROVINCES, CHANNELS, LEVELS = ["浙江省", "广东省", None], ["天猫", "京东"], ["金卡", "普通", None]
ORDER_METRICS = [
    "placed_orders",
    "paid_orders",
    "paid_amount",
    "paid_buyers",
    "payment_rate",
    "average_order_value",
]

_moments = st.integers(0, DAYS * 24 * 60 - 1).map(
    lambda minutes: FIRST + timedelta(minutes=minutes)
)
_money = st.decimals(0, 500, places=2)


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    buyers = [f"b{n}" for n in range(4)]
    orders: list[Row] = [
        {
            "order_key": f"o{n}",
            "created_at": draw(_moments),
            "paid_at": draw(st.none() | _moments),
            "order_amount": draw(_money),
            "buyer_id": draw(st.sampled_from([*buyers, None])),
            "province": draw(st.sampled_from(PROVINCES)),
            "channel": draw(st.sampled_from(CHANNELS)),
        }
        for n in range(draw(st.integers(1, 7)))
    ]
    items: list[Row] = [
        {
            "item_key": f"i{n}",
            "order_key": draw(st.sampled_from([*(o["order_key"] for o in orders), "o99"])),
            "product_id": draw(st.sampled_from(["p1", "p2", "p9"])),
            "paid_at": draw(st.none() | _moments),
            "quantity": draw(st.integers(0, 5)),
        }
        for n in range(draw(st.integers(0, 6)))
    ]
    refunds: list[Row] = [
        {
            "refund_id": f"r{n}",
            "order_key": draw(st.sampled_from([o["order_key"] for o in orders])),
            "refunded_at": draw(_moments),
            "amount": draw(_money),
            "reason": None,
        }
        for n in range(draw(st.integers(0, 3)))
    ]
    customers: list[Row] = [
        {"buyer_id": buyer, "phone": "1", "member_level": draw(st.sampled_from(LEVELS))}
        for buyer in buyers[:3]
    ]
    products: list[Row] = [
        {"product_id": "p1", "category": "面膜"},
        {"product_id": "p2", "category": "口红"},
    ]
    return Shop(orders, items, products, customers, refunds)


_leaves = st.one_of(
    st.builds(
        lambda values: {"kind": "in", "field": "province", "values": values},
        st.lists(st.sampled_from(["浙江省", "广东省", "海南省"]), min_size=1, unique=True),
    ),
    st.builds(
        lambda op, value: {"kind": "compare", "field": "channel", "operator": op, "value": value},
        st.sampled_from(["=", "!="]),
        st.sampled_from(["天猫", "京东"]),
    ),
    st.builds(
        lambda field: {"kind": "is_null", "field": field},
        st.sampled_from(["province", "member_level"]),
    ),
)
_filters = st.recursive(
    _leaves,
    lambda parts: st.one_of(
        st.builds(
            lambda many: {"kind": "and", "parts": many}, st.lists(parts, min_size=1, max_size=2)
        ),
        st.builds(
            lambda many: {"kind": "or", "parts": many}, st.lists(parts, min_size=1, max_size=2)
        ),
        st.builds(lambda one: {"kind": "not", "part": one}, parts),
    ),
    max_leaves=4,
)


@st.composite
def queries(draw: st.DrawFn) -> SemanticQuery:
    with_items = draw(st.booleans())
    known = (
        [*ORDER_METRICS, "refund_amount", "paid_units"]
        if with_items
        else [*ORDER_METRICS, "refund_amount"]
    )
    metrics = draw(st.lists(st.sampled_from(known), min_size=1, max_size=4, unique=True))
    dimensions = ["province", "channel", "member_level"]
    if metrics == ["paid_units"]:
        dimensions.append("category")
    groups: list[str] = draw(st.lists(st.sampled_from(dimensions), max_size=2, unique=True))
    grain = draw(st.none() | st.sampled_from(["day", "week", "month", "quarter", "year"]))
    if grain:
        groups.insert(draw(st.integers(0, len(groups))), f"metric_time__{grain}")
    order = draw(st.none() | st.sampled_from([*metrics, *groups]))
    start = draw(st.integers(0, DAYS - 1))
    end = draw(st.integers(start + 1, DAYS))
    day = FIRST.date()
    query: dict[str, Any] = {
        "metrics": metrics,
        "group_by": groups,
        "where": draw(st.none() | _filters),
        "time": {
            "kind": "range",
            "start": day + timedelta(days=start),
            "end": day + timedelta(days=end),
        },
        "order_by": [{"name": order, "descending": draw(st.booleans())}] if order else [],
        "limit": draw(st.none() | st.integers(1, 5)),
    }
    if draw(st.booleans()):
        query["having"] = {
            "kind": "compare",
            "field": draw(st.sampled_from(metrics)),
            "operator": draw(st.sampled_from([">", ">=", "<", "<="])),
            "value": draw(st.integers(0, 300)),
        }
    return SemanticQuery.model_validate(query)


@given(shops(), queries())
def test_compiled_sql_equals_the_slow_evaluator(shop: Shop, query: SemanticQuery) -> None:
    time = query.time
    assert time is not None
    assert time.kind == "range"
    window = DateRange(time.start, time.end)
    sql = toy_shop.compiled(query, toy_shop.catalog()).sql
    only_time = len(query.group_by) == 1 and query.time_grain is not None
    expected = evaluate(query, shop, window, calendar=only_time)
    assert _plain(run(sql, shop)) == _plain(expected), sql


def _plain(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [
        tuple(float(cell) if isinstance(cell, int | Decimal) else cell for cell in row)
        for row in rows
    ]
