WITH orders_by_paid_at AS (
  SELECT
    orders.province AS province,
    SUM(orders.order_amount) AS paid_amount,
    COUNT(*) AS paid_orders
  FROM mart.orders AS orders
  WHERE
    NOT orders.paid_at IS NULL
  GROUP BY
    1
)
SELECT
  province,
  COALESCE(paid_amount, 0) AS paid_amount
FROM orders_by_paid_at
WHERE
  COALESCE(paid_orders, 0) >= 2
ORDER BY
  paid_amount DESC,
  province ASC
LIMIT 1
