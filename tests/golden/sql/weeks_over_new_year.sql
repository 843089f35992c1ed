WITH orders_by_paid_at AS (
  SELECT
    CAST(DATE_TRUNC('WEEK', orders.paid_at) AS DATE) AS metric_time__week,
    COUNT(*) AS paid_orders
  FROM mart.orders AS orders
  WHERE
    orders.paid_at >= CAST('2024-12-23' AS DATE)
    AND orders.paid_at < CAST('2025-01-06' AS DATE)
  GROUP BY
    1
), periods AS (
  SELECT
    CAST(DATE_TRUNC('WEEK', calendar.day) AS DATE) AS metric_time__week
  FROM mart.calendar AS calendar
  WHERE
    calendar.day >= CAST('2024-12-23' AS DATE)
    AND calendar.day < CAST('2025-01-06' AS DATE)
  GROUP BY
    1
), combined AS (
  SELECT
    metric_time__week,
    MAX(paid_orders) AS paid_orders
  FROM (
    SELECT
      metric_time__week,
      paid_orders
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      metric_time__week,
      NULL AS paid_orders
    FROM periods
  ) AS stacked
  GROUP BY
    1
)
SELECT
  metric_time__week,
  COALESCE(paid_orders, 0) AS paid_orders
FROM combined
ORDER BY
  metric_time__week ASC
