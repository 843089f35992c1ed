SELECT
  orders__customers.member_level,
  COALESCE(SUM(refunds.amount), 0) AS refund_amount
FROM mart.refunds AS refunds
LEFT JOIN mart.orders AS orders
  ON refunds.order_key = orders.order_key
LEFT JOIN mart.customers AS orders__customers
  ON orders.buyer_id = orders__customers.buyer_id
WHERE
  NOT refunds.refunded_at IS NULL
GROUP BY
  1
ORDER BY
  member_level ASC
