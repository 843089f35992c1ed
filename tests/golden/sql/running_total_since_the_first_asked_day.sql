WITH orders_by_paid_at AS (
  SELECT
    CAST(calendar.day AS DATE) AS metric_time__day,
    COUNT(DISTINCT orders.buyer_id) AS paid_buyers,
    COUNT(*) AS paid_orders
  FROM mart.calendar AS calendar
  JOIN mart.orders AS orders
    ON CAST(orders.paid_at AS DATE) <= calendar.day
    AND CAST(orders.paid_at AS DATE) >= CAST('2024-03-01' AS DATE)
  WHERE
    (
      calendar.day >= CAST('2024-03-01' AS DATE)
      AND calendar.day < CAST('2024-03-06' AS DATE)
    )
    AND NOT orders.paid_at IS NULL
  GROUP BY
    1
), orders_by_created_at AS (
  SELECT
    CAST(calendar.day AS DATE) AS metric_time__day,
    COUNT(*) AS placed_orders
  FROM mart.calendar AS calendar
  JOIN mart.orders AS orders
    ON CAST(orders.created_at AS DATE) <= calendar.day
    AND CAST(orders.created_at AS DATE) >= CAST('2024-03-01' AS DATE)
  WHERE
    calendar.day >= CAST('2024-03-01' AS DATE)
    AND calendar.day < CAST('2024-03-06' AS DATE)
  GROUP BY
    1
), periods AS (
  SELECT
    CAST(calendar.day AS DATE) AS metric_time__day
  FROM mart.calendar AS calendar
  WHERE
    calendar.day >= CAST('2024-03-01' AS DATE)
    AND calendar.day < CAST('2024-03-06' AS DATE)
  GROUP BY
    1
), combined AS (
  SELECT
    metric_time__day,
    MAX(paid_buyers) AS paid_buyers,
    MAX(paid_orders) AS paid_orders,
    MAX(placed_orders) AS placed_orders
  FROM (
    SELECT
      metric_time__day,
      paid_buyers,
      paid_orders,
      NULL AS placed_orders
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      metric_time__day,
      NULL AS paid_buyers,
      NULL AS paid_orders,
      placed_orders
    FROM orders_by_created_at
    UNION ALL
    SELECT
      metric_time__day,
      NULL AS paid_buyers,
      NULL AS paid_orders,
      NULL AS placed_orders
    FROM periods
  ) AS stacked
  GROUP BY
    1
)
SELECT
  metric_time__day,
  COALESCE(paid_buyers, 0) AS paid_buyers,
  CAST(COALESCE(paid_orders, 0) AS DOUBLE) / NULLIF(COALESCE(placed_orders, 0), 0) AS payment_rate
FROM combined
ORDER BY
  metric_time__day ASC
