WITH orders_by_paid_at AS (
  SELECT
    orders.channel AS channel,
    SUM(orders.order_amount) AS paid_amount
  FROM mart.orders AS orders
  WHERE
    orders.paid_at >= CAST('2024-02-28' AS DATE)
    AND orders.paid_at < CAST('2024-03-06' AS DATE)
  GROUP BY
    1
)
SELECT
  channel,
  COALESCE(paid_amount, 0) AS paid_amount_so_far
FROM orders_by_paid_at
ORDER BY
  paid_amount_so_far DESC,
  channel ASC
