"""JD's order export: one line an item, the order's own values repeated on each of its lines.

What the buyer has to pay is 应付金额 plus what was taken from his JD balance (余额支付). The
export states no discount by item, so that it fills orders only; it has no refunds either.
"""

from __future__ import annotations

from warehouse.sources.spec import Field, Kind, Source

JD_ORDERS = Source(
    name="jd_orders",
    zh="京东订单导出",
    en="JD order export",
    channel="京东",
    one_line_per_item=True,
    required=(("订单号",), ("下单时间",), ("应付金额",), ("订购数量",)),
    kept=(
        "商品ID",
        "京东价",
        "订单金额",
        "结算金额",
        "支付方式",
        "订单类型",
        "订单完成时间",
        "订单来源",
        "订单渠道",
    ),
    fields=(
        Field("order_id", Kind.order_id, ("订单号",)),
        Field("shop", Kind.text, ("店铺名称",)),
        Field("status", Kind.status, ("订单状态",)),
        Field("created_at", Kind.time, ("下单时间",)),
        Field("paid_at", Kind.time, ("付款确认时间",)),
        Field("order_amount", Kind.amount, ("应付金额",)),
        Field("order_amount", Kind.amount, ("余额支付",), plus=True),
        Field("shipping_fee", Kind.amount, ("运费金额",)),
        Field("quantity", Kind.whole_number, ("订购数量",)),
        Field("buyer_id", Kind.buyer, ("下单帐号", "下单账号")),
        Field("province", Kind.address, ("客户地址",)),
        Field("city", Kind.address, ("客户地址",)),
    ),
)
