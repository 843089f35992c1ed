"""What must hold between the rows of the demo shop, in any size, on any day, with any seed."""

from __future__ import annotations

# Each query lists the rows that break the rule it is named after.
RULES = {
    "items sum to the order's amount without postage": """
        SELECT o.order_key FROM mart.orders o LEFT JOIN mart.order_items i USING (order_key)
        GROUP BY o.order_key, o.order_amount, o.shipping_fee
        HAVING sum(i.item_amount) IS DISTINCT FROM o.order_amount - o.shipping_fee""",
    "quantities of items sum to the order's": """
        SELECT o.order_key FROM mart.orders o LEFT JOIN mart.order_items i USING (order_key)
        GROUP BY o.order_key, o.quantity HAVING sum(i.quantity) IS DISTINCT FROM o.quantity""",
    "an order has one to four items, of different products": """
        SELECT order_key FROM mart.order_items GROUP BY order_key
        HAVING count(*) NOT BETWEEN 1 AND 4 OR count(*) <> count(DISTINCT product_id)""",
    "items carry the times of their order": """
        SELECT item_key FROM mart.order_items i JOIN mart.orders o USING (order_key)
        WHERE i.created_at <> o.created_at OR i.paid_at IS DISTINCT FROM o.paid_at""",
    "an item's SKU is one of its product's": """
        SELECT item_key FROM mart.order_items i JOIN mart.skus s USING (sku_id)
        WHERE i.product_id <> s.product_id""",
    "nothing is sold before it is listed": """
        SELECT item_key FROM mart.order_items JOIN mart.products USING (product_id)
        WHERE created_at < listed_on""",
    "amounts are positive": """
        SELECT order_key FROM mart.orders
        WHERE order_amount <= 0 OR shipping_fee < 0 OR refund_amount < 0 OR quantity <= 0
        UNION ALL SELECT item_key FROM mart.order_items WHERE item_amount <= 0 OR quantity <= 0
        UNION ALL SELECT refund_id FROM mart.refunds WHERE amount <= 0""",
    "a payment follows the order": "SELECT order_key FROM mart.orders WHERE paid_at < created_at",
    "an ordinary order is paid within a day": """
        SELECT order_key FROM mart.orders
        WHERE NOT is_presale AND paid_at >= created_at + INTERVAL 1 DAY""",
    "a balance is paid on a festival day after the deposit": """
        SELECT order_key FROM mart.orders WHERE is_presale AND paid_at IS NOT NULL
        AND (strftime(paid_at, '%m-%d') NOT IN ('06-01', '06-16', '11-01', '11-11')
             OR paid_at::DATE <= created_at::DATE)""",
    "refunds sum to the order's": """
        SELECT o.order_key FROM mart.orders o LEFT JOIN mart.refunds r USING (order_key)
        GROUP BY o.order_key, o.refund_amount
        HAVING coalesce(sum(r.amount), 0) IS DISTINCT FROM o.refund_amount""",
    "no more is refunded than was paid": """
        SELECT order_key FROM mart.orders
        WHERE refund_amount > CASE WHEN paid_at IS NULL THEN 0 ELSE order_amount END""",
    "a refund is requested after the payment and paid after the request": """
        SELECT refund_id FROM mart.refunds JOIN mart.orders USING (order_key)
        WHERE paid_at IS NULL OR requested_at <= paid_at OR refunded_at <= requested_at""",
    "what is claimed back before it leaves does not leave": """
        SELECT shipment_id FROM mart.shipments JOIN mart.refunds USING (order_key)
        WHERE requested_at < shipped_at""",
    "a parcel leaves, is collected and delivered in this order": """
        SELECT shipment_id FROM mart.shipments JOIN mart.orders USING (order_key)
        WHERE paid_at IS NULL OR shipped_at < paid_at OR collected_at < shipped_at
        OR delivered_at < collected_at OR (collected_at IS NULL AND delivered_at IS NOT NULL)""",
    "the store ships nothing": """
        SELECT shipment_id FROM mart.shipments JOIN mart.orders USING (order_key)
        WHERE channel = '线下'""",
    "a review follows the delivery of a product that was in the order": """
        SELECT review_id FROM mart.reviews r LEFT JOIN mart.shipments s USING (order_key)
        WHERE s.delivered_at IS NULL OR r.reviewed_at < s.delivered_at OR rating NOT BETWEEN 1 AND 5
        OR NOT EXISTS (SELECT 1 FROM mart.order_items i
                       WHERE i.order_key = r.order_key AND i.product_id = r.product_id)""",
    "a status says how the order stands": """
        SELECT order_key FROM mart.orders LEFT JOIN mart.shipments USING (order_key)
        WHERE CASE status
            WHEN '等待买家付款' THEN paid_at IS NULL
            WHEN '交易关闭' THEN paid_at IS NULL OR refund_amount = order_amount
            WHEN '退款成功' THEN refund_amount = order_amount
            WHEN '买家已付款,等待卖家发货' THEN paid_at IS NOT NULL AND shipment_id IS NULL
            WHEN '卖家已发货,等待买家确认' THEN shipment_id IS NOT NULL
            WHEN '交易成功' THEN delivered_at IS NOT NULL OR channel = '线下'
            ELSE false END IS NOT TRUE""",
    "an order key tells channel, shop and number": """
        SELECT order_key FROM mart.orders
        WHERE order_key <> channel || '|' || shop || '|' || order_id""",
    "order numbers look like their platform's": """
        SELECT order_key FROM mart.orders WHERE NOT regexp_full_match(order_id, CASE channel
            WHEN '天猫' THEN '2\\d{18}' WHEN '京东' THEN '3\\d{11}'
            WHEN '抖音' THEN '69\\d{17}' ELSE 'MH\\d{11}' END)""",
    "visitors include the day's buyers": """
        SELECT t.day, t.channel, t.product_id, t.visitors FROM mart.traffic_daily t
        JOIN mart.order_items i ON i.product_id = t.product_id AND i.created_at::DATE = t.day
        JOIN mart.orders o ON o.order_key = i.order_key AND o.channel = t.channel
        GROUP BY t.day, t.channel, t.product_id, t.visitors
        HAVING count(DISTINCT o.buyer_id) > t.visitors""",
    "traffic counts fit each other": """
        SELECT day FROM mart.traffic_daily WHERE visitors <= 0 OR page_views < visitors
        OR favourites > visitors OR cart_additions > visitors OR channel = '线下'""",
    "campaigns claim no more than their channel was paid": """
        SELECT day, channel FROM mart.ads_daily a GROUP BY day, channel
        HAVING sum(attributed_orders) > (
            SELECT count(*) FROM mart.orders o
            WHERE o.channel = a.channel AND o.paid_at::DATE = a.day)
        OR sum(attributed_amount) > (
            SELECT coalesce(sum(order_amount), 0) FROM mart.orders o
            WHERE o.channel = a.channel AND o.paid_at::DATE = a.day)""",
    "ads counts fit each other": """
        SELECT day FROM mart.ads_daily WHERE clicks > impressions OR spend < 0 OR channel = '线下'
        OR (attributed_orders = 0) <> (attributed_amount = 0)""",
    "stock is never negative": "SELECT sku_id FROM mart.stock_daily WHERE quantity < 0",
    "a telephone number is not one": """
        SELECT phone FROM mart.customers
        WHERE NOT regexp_full_match(phone, '1[3-9]\\d\\*{4}\\d{4}')""",
}
FOREIGN_KEYS = [
    ("order_items", "order_key", "orders"),
    ("order_items", "product_id", "products"),
    ("order_items", "sku_id", "skus"),
    ("orders", "buyer_id", "customers"),
    ("refunds", "order_key", "orders"),
    ("reviews", "order_key", "orders"),
    ("reviews", "product_id", "products"),
    ("shipments", "order_key", "orders"),
    ("skus", "product_id", "products"),
    ("stock_daily", "sku_id", "skus"),
    ("traffic_daily", "product_id", "products"),
]
