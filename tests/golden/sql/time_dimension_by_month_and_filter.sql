SELECT
  CAST(DATE_TRUNC('MONTH', orders.created_at) AS DATE) AS created_at__month,
  COALESCE(COUNT(*), 0) AS paid_orders
FROM mart.orders AS orders
WHERE
  NOT orders.paid_at IS NULL
  AND orders.created_at >= CAST('2024-03-01 00:00:00' AS TIMESTAMP)
GROUP BY
  1
ORDER BY
  created_at__month ASC
