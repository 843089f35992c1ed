WITH orders_by_created_at AS (
  SELECT
    CAST(orders.created_at AS DATE) AS metric_time__day,
    COUNT(*) AS placed_orders
  FROM mart.orders AS orders
  WHERE
    orders.created_at >= CAST('2024-02-28' AS DATE)
    AND orders.created_at < CAST('2024-03-06' AS DATE)
  GROUP BY
    1
), orders_by_paid_at AS (
  SELECT
    CAST(orders.paid_at AS DATE) AS metric_time__day,
    COUNT(*) AS paid_orders
  FROM mart.orders AS orders
  WHERE
    orders.paid_at >= CAST('2024-02-28' AS DATE)
    AND orders.paid_at < CAST('2024-03-06' AS DATE)
  GROUP BY
    1
), periods AS (
  SELECT
    CAST(calendar.day AS DATE) AS metric_time__day
  FROM mart.calendar AS calendar
  WHERE
    calendar.day >= CAST('2024-02-28' AS DATE)
    AND calendar.day < CAST('2024-03-06' AS DATE)
  GROUP BY
    1
), combined AS (
  SELECT
    metric_time__day,
    MAX(placed_orders) AS placed_orders,
    MAX(paid_orders) AS paid_orders
  FROM (
    SELECT
      metric_time__day,
      placed_orders,
      NULL AS paid_orders
    FROM orders_by_created_at
    UNION ALL
    SELECT
      metric_time__day,
      NULL AS placed_orders,
      paid_orders
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      metric_time__day,
      NULL AS placed_orders,
      NULL AS paid_orders
    FROM periods
  ) AS stacked
  GROUP BY
    1
)
SELECT
  metric_time__day,
  COALESCE(placed_orders, 0) AS placed_orders,
  COALESCE(paid_orders, 0) AS paid_orders
FROM combined
ORDER BY
  metric_time__day ASC
