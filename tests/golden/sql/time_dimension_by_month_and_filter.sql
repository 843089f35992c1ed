WITH orders_by_paid_at AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', orders.created_at) AS DATE) AS created_at__month,
    COUNT(*) AS paid_orders
  FROM mart.orders AS orders
  WHERE
    NOT orders.paid_at IS NULL
    AND orders.created_at >= CAST('2024-03-01 00:00:00' AS TIMESTAMP)
  GROUP BY
    1
)
SELECT
  created_at__month,
  COALESCE(paid_orders, 0) AS paid_orders
FROM orders_by_paid_at
ORDER BY
  created_at__month ASC
