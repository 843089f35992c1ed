"""Tmall's and Taobao's order export, ExportOrderList: one line an order, 46 to 71 columns."""

from __future__ import annotations

from warehouse.sources.spec import Field, Kind, Source

TMALL_ORDERS = Source(
    name="tmall_orders",
    zh="天猫订单导出 (ExportOrderList)",
    en="Tmall order export (ExportOrderList)",
    channel="天猫",
    required=(("总金额",), ("订单创建时间", "订单付款时间")),
    kept=(
        "买家应付货款",
        "买家支付积分",
        "返点积分",
        "买家实际支付金额",
        "买家实际支付积分",
        "宝贝种类",
        "订单关闭原因",
        "是否手机订单",
        "天猫卡券抵扣",
        "集分宝抵扣",
        "是否O2O交易",
        "确认收货时间",
        "打款商家金额",
        "发货时间",
    ),
    fields=(
        Field("order_id", Kind.order_id, ("订单编号",)),
        Field("shop", Kind.text, ("店铺名称",)),
        Field("status", Kind.status, ("订单状态",)),
        Field("created_at", Kind.time, ("订单创建时间",)),
        Field("paid_at", Kind.time, ("订单付款时间",)),
        Field("order_amount", Kind.amount, ("总金额",)),
        Field("refund_amount", Kind.refund, ("退款金额",)),
        Field("shipping_fee", Kind.amount, ("买家应付邮费",)),
        Field("quantity", Kind.whole_number, ("宝贝总数量",)),
        Field("buyer_id", Kind.buyer, ("买家会员名", "买家会员昵称", "买家昵称")),
        Field("province", Kind.address, ("收货地址",)),
        Field("city", Kind.address, ("收货地址",)),
        Field("is_presale", Kind.flag, ("预售订单",)),
        Field("is_presale", Kind.stages, ("分阶段订单信息",)),
    ),
)
