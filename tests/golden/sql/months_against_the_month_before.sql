WITH orders_by_paid_at AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', orders.paid_at) AS DATE) AS metric_time__month,
    orders.province AS province,
    COUNT(*) AS paid_orders,
    SUM(orders.order_amount) AS paid_amount
  FROM mart.orders AS orders
  WHERE
    orders.paid_at >= CAST('2025-02-01' AS DATE)
    AND orders.paid_at < CAST('2025-04-01' AS DATE)
  GROUP BY
    1,
    2
), orders_by_paid_at__prior_period AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', orders.paid_at + INTERVAL '1' MONTH) AS DATE) AS metric_time__month,
    orders.province AS province,
    COUNT(*) AS paid_orders__prior_period,
    SUM(orders.order_amount) AS paid_amount__prior_period
  FROM mart.orders AS orders
  WHERE
    orders.paid_at >= CAST('2025-01-01' AS DATE)
    AND orders.paid_at < CAST('2025-02-09' AS DATE)
  GROUP BY
    1,
    2
), combined AS (
  SELECT
    metric_time__month,
    province,
    MAX(paid_orders) AS paid_orders,
    MAX(paid_amount) AS paid_amount,
    MAX(paid_orders__prior_period) AS paid_orders__prior_period,
    MAX(paid_amount__prior_period) AS paid_amount__prior_period
  FROM (
    SELECT
      metric_time__month,
      province,
      paid_orders,
      paid_amount,
      NULL AS paid_orders__prior_period,
      NULL AS paid_amount__prior_period
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      metric_time__month,
      province,
      NULL AS paid_orders,
      NULL AS paid_amount,
      paid_orders__prior_period,
      paid_amount__prior_period
    FROM orders_by_paid_at__prior_period
  ) AS stacked
  GROUP BY
    1,
    2
)
SELECT
  metric_time__month,
  province,
  COALESCE(paid_orders, 0) AS paid_orders,
  CAST(COALESCE(paid_amount, 0) AS DOUBLE) / NULLIF(COALESCE(paid_orders, 0), 0) AS average_order_value,
  COALESCE(paid_orders__prior_period, 0) AS paid_orders__prior_period,
  COALESCE(paid_orders, 0) - COALESCE(paid_orders__prior_period, 0) AS paid_orders__prior_period__delta,
  CAST((
    COALESCE(paid_orders, 0) - COALESCE(paid_orders__prior_period, 0)
  ) AS DOUBLE) / NULLIF(COALESCE(paid_orders__prior_period, 0), 0) AS paid_orders__prior_period__rate,
  CAST(COALESCE(paid_amount__prior_period, 0) AS DOUBLE) / NULLIF(COALESCE(paid_orders__prior_period, 0), 0) AS average_order_value__prior_period,
  CAST(COALESCE(paid_amount, 0) AS DOUBLE) / NULLIF(COALESCE(paid_orders, 0), 0) - CAST(COALESCE(paid_amount__prior_period, 0) AS DOUBLE) / NULLIF(COALESCE(paid_orders__prior_period, 0), 0) AS average_order_value__prior_period__delta,
  CAST((
    CAST(COALESCE(paid_amount, 0) AS DOUBLE) / NULLIF(COALESCE(paid_orders, 0), 0) - CAST(COALESCE(paid_amount__prior_period, 0) AS DOUBLE) / NULLIF(COALESCE(paid_orders__prior_period, 0), 0)
  ) AS DOUBLE) / NULLIF(
    CAST(COALESCE(paid_amount__prior_period, 0) AS DOUBLE) / NULLIF(COALESCE(paid_orders__prior_period, 0), 0),
    0
  ) AS average_order_value__prior_period__rate
FROM combined
ORDER BY
  paid_orders__prior_period__delta DESC,
  metric_time__month ASC,
  province ASC
