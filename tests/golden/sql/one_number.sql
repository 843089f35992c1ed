WITH orders_by_paid_at AS (
  SELECT
    SUM(orders.order_amount) AS paid_amount
  FROM mart.orders AS orders
  WHERE
    orders.paid_at >= CAST('2024-03-01' AS DATE)
    AND orders.paid_at < CAST('2024-04-01' AS DATE)
)
SELECT
  COALESCE(paid_amount, 0) AS paid_amount
FROM orders_by_paid_at
