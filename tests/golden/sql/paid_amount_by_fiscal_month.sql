WITH orders_by_paid_at AS (
  SELECT
    DATE_TRUNC('MONTH', calendar_of_metric_time.day + INTERVAL '6' DAY) AS metric_time__fiscal_month,
    COUNT(*) AS paid_orders
  FROM mart.orders AS orders
  LEFT JOIN mart.calendar AS calendar_of_metric_time
    ON CAST(orders.paid_at AS DATE) = CAST(calendar_of_metric_time.day AS DATE)
  WHERE
    NOT orders.paid_at IS NULL
  GROUP BY
    1
), periods AS (
  SELECT
    DATE_TRUNC('MONTH', calendar_of_metric_time.day + INTERVAL '6' DAY) AS metric_time__fiscal_month
  FROM mart.calendar AS calendar
  LEFT JOIN mart.calendar AS calendar_of_metric_time
    ON CAST(calendar.day AS DATE) = CAST(calendar_of_metric_time.day AS DATE)
  WHERE
    calendar.day >= CAST('2024-02-28' AS DATE)
    AND calendar.day < CAST('2025-03-09' AS DATE)
  GROUP BY
    1
), combined AS (
  SELECT
    metric_time__fiscal_month,
    MAX(paid_orders) AS paid_orders
  FROM (
    SELECT
      metric_time__fiscal_month,
      paid_orders
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      metric_time__fiscal_month,
      NULL AS paid_orders
    FROM periods
  ) AS stacked
  GROUP BY
    1
)
SELECT
  metric_time__fiscal_month,
  COALESCE(paid_orders, 0) AS paid_orders
FROM combined
ORDER BY
  metric_time__fiscal_month ASC
