"""Orders under our own column names: own-site shops and whatever has no export of its own."""

from __future__ import annotations

from warehouse.sources.spec import Field, Kind, Source

OWN_ORDERS = Source(
    name="own_orders",
    zh="自有订单表 (order_id, created_at, order_amount …)",
    en="own order table (order_id, created_at, order_amount, …)",
    channel="官网",
    required=(
        ("order_id", "order_no", "order_number"),
        ("order_amount", "total_amount"),
        ("created_at", "order_time", "paid_at", "payment_time"),
    ),
    fields=(
        Field("order_id", Kind.order_id, ("order_id", "order_no", "order_number")),
        Field("channel", Kind.channel, ("channel", "platform")),
        Field("shop", Kind.text, ("shop", "store", "shop_name")),
        Field("status", Kind.status, ("status", "order_status")),
        Field("created_at", Kind.time, ("created_at", "order_time")),
        Field("paid_at", Kind.time, ("paid_at", "payment_time")),
        Field("order_amount", Kind.amount, ("order_amount", "total_amount")),
        Field("refund_amount", Kind.refund, ("refund_amount",)),
        Field("shipping_fee", Kind.amount, ("shipping_fee", "postage")),
        Field("quantity", Kind.whole_number, ("quantity", "item_count")),
        Field("buyer_id", Kind.buyer, ("buyer_id", "customer_id", "buyer", "customer")),
        Field("province", Kind.province, ("province", "省份")),
        Field("city", Kind.city, ("city", "城市")),
        Field("is_presale", Kind.flag, ("is_presale", "presale")),
    ),
)
