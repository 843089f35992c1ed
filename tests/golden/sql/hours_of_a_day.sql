SELECT
  DATE_TRUNC('HOUR', orders.created_at) AS metric_time__hour,
  COALESCE(COUNT(*), 0) AS placed_orders
FROM mart.orders AS orders
WHERE
  orders.created_at >= CAST('2024-03-05' AS DATE)
  AND orders.created_at < CAST('2024-03-06' AS DATE)
GROUP BY
  1
ORDER BY
  metric_time__hour ASC
