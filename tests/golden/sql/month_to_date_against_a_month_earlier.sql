WITH orders_by_paid_at AS (
  SELECT
    CAST(calendar.day AS DATE) AS metric_time__day,
    SUM(orders.order_amount) AS paid_amount
  FROM mart.calendar AS calendar
  JOIN mart.orders AS orders
    ON CAST(orders.paid_at AS DATE) <= calendar.day
    AND CAST(orders.paid_at AS DATE) >= CAST(DATE_TRUNC('MONTH', calendar.day) AS DATE)
  WHERE
    (
      calendar.day >= CAST('2024-04-02' AS DATE)
      AND calendar.day < CAST('2024-04-07' AS DATE)
    )
    AND NOT orders.paid_at IS NULL
  GROUP BY
    1
), orders_by_paid_at_2 AS (
  SELECT
    CAST(calendar.day AS DATE) AS metric_time__day,
    SUM(orders.order_amount) AS paid_amount_2
  FROM mart.calendar AS calendar
  JOIN mart.orders AS orders
    ON CAST(orders.paid_at AS DATE) <= calendar.day - INTERVAL '1' MONTH
    AND CAST(orders.paid_at AS DATE) >= CAST(DATE_TRUNC('MONTH', calendar.day - INTERVAL '1' MONTH) AS DATE)
  WHERE
    (
      calendar.day >= CAST('2024-04-02' AS DATE)
      AND calendar.day < CAST('2024-04-07' AS DATE)
    )
    AND NOT orders.paid_at IS NULL
  GROUP BY
    1
), periods AS (
  SELECT
    CAST(calendar.day AS DATE) AS metric_time__day
  FROM mart.calendar AS calendar
  WHERE
    calendar.day >= CAST('2024-04-02' AS DATE)
    AND calendar.day < CAST('2024-04-07' AS DATE)
  GROUP BY
    1
), combined AS (
  SELECT
    metric_time__day,
    MAX(paid_amount) AS paid_amount,
    MAX(paid_amount_2) AS paid_amount_2
  FROM (
    SELECT
      metric_time__day,
      paid_amount,
      NULL AS paid_amount_2
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      metric_time__day,
      NULL AS paid_amount,
      paid_amount_2
    FROM orders_by_paid_at_2
    UNION ALL
    SELECT
      metric_time__day,
      NULL AS paid_amount,
      NULL AS paid_amount_2
    FROM periods
  ) AS stacked
  GROUP BY
    1
)
SELECT
  metric_time__day,
  (
    COALESCE(paid_amount, 0)
  ) - (
    COALESCE(paid_amount_2, 0)
  ) AS mtd_growth
FROM combined
ORDER BY
  metric_time__day ASC
