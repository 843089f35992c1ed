WITH orders_by_paid_at AS (
  SELECT
    orders.channel AS channel,
    SUM(orders.order_amount) AS paid_amount
  FROM mart.orders AS orders
  WHERE
    NOT orders.paid_at IS NULL
  GROUP BY
    1
), order_items_by_item_paid_at AS (
  SELECT
    orders.channel AS channel,
    SUM(order_items.quantity) AS paid_units
  FROM mart.order_items AS order_items
  LEFT JOIN mart.orders AS orders
    ON order_items.order_key = orders.order_key
  WHERE
    NOT order_items.paid_at IS NULL
  GROUP BY
    1
), refunds_by_refunded_at AS (
  SELECT
    orders.channel AS channel,
    SUM(refunds.amount) AS refund_amount
  FROM mart.refunds AS refunds
  LEFT JOIN mart.orders AS orders
    ON refunds.order_key = orders.order_key
  WHERE
    NOT refunds.refunded_at IS NULL
  GROUP BY
    1
), combined AS (
  SELECT
    channel,
    MAX(paid_amount) AS paid_amount,
    MAX(paid_units) AS paid_units,
    MAX(refund_amount) AS refund_amount
  FROM (
    SELECT
      channel,
      paid_amount,
      NULL AS paid_units,
      NULL AS refund_amount
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      channel,
      NULL AS paid_amount,
      paid_units,
      NULL AS refund_amount
    FROM order_items_by_item_paid_at
    UNION ALL
    SELECT
      channel,
      NULL AS paid_amount,
      NULL AS paid_units,
      refund_amount
    FROM refunds_by_refunded_at
  ) AS stacked
  GROUP BY
    1
)
SELECT
  channel,
  COALESCE(paid_amount, 0) AS paid_amount,
  COALESCE(paid_units, 0) AS paid_units,
  COALESCE(refund_amount, 0) AS refund_amount
FROM combined
ORDER BY
  channel ASC
