SELECT
  COALESCE(SUM(orders.order_amount), 0) AS paid_amount
FROM mart.orders AS orders
WHERE
  orders.paid_at >= CAST('2024-03-01' AS DATE)
  AND orders.paid_at < CAST('2024-04-01' AS DATE)
