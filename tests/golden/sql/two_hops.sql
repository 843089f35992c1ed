WITH refunds_by_refunded_at AS (
  SELECT
    orders__customers.member_level AS member_level,
    SUM(refunds.amount) AS refund_amount
  FROM mart.refunds AS refunds
  LEFT JOIN mart.orders AS orders
    ON refunds.order_key = orders.order_key
  LEFT JOIN mart.customers AS orders__customers
    ON orders.buyer_id = orders__customers.buyer_id
  WHERE
    NOT refunds.refunded_at IS NULL
  GROUP BY
    1
)
SELECT
  member_level,
  COALESCE(refund_amount, 0) AS refund_amount
FROM refunds_by_refunded_at
ORDER BY
  member_level ASC
