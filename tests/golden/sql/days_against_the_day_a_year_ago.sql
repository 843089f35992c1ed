WITH orders_by_paid_at AS (
  SELECT
    CAST(orders.paid_at AS DATE) AS metric_time__day,
    SUM(orders.order_amount) AS paid_amount
  FROM mart.orders AS orders
  WHERE
    orders.paid_at >= CAST('2025-02-27' AS DATE)
    AND orders.paid_at < CAST('2025-03-03' AS DATE)
  GROUP BY
    1
), orders_by_paid_at__same_period_last_year AS (
  SELECT
    CAST(orders.paid_at + INTERVAL '12' MONTH AS DATE) AS metric_time__day,
    SUM(orders.order_amount) AS paid_amount__same_period_last_year
  FROM mart.orders AS orders
  WHERE
    (
      (
        orders.paid_at >= CAST('2024-02-28' AS DATE)
        AND orders.paid_at < CAST('2024-02-29' AS DATE)
      )
      OR (
        orders.paid_at >= CAST('2024-03-01' AS DATE)
        AND orders.paid_at < CAST('2024-03-03' AS DATE)
      )
    )
  GROUP BY
    1
), periods AS (
  SELECT
    CAST(calendar.day AS DATE) AS metric_time__day
  FROM mart.calendar AS calendar
  WHERE
    calendar.day >= CAST('2025-02-27' AS DATE)
    AND calendar.day < CAST('2025-03-03' AS DATE)
  GROUP BY
    1
), combined AS (
  SELECT
    metric_time__day,
    MAX(paid_amount) AS paid_amount,
    MAX(paid_amount__same_period_last_year) AS paid_amount__same_period_last_year
  FROM (
    SELECT
      metric_time__day,
      paid_amount,
      NULL AS paid_amount__same_period_last_year
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      metric_time__day,
      NULL AS paid_amount,
      paid_amount__same_period_last_year
    FROM orders_by_paid_at__same_period_last_year
    UNION ALL
    SELECT
      metric_time__day,
      NULL AS paid_amount,
      NULL AS paid_amount__same_period_last_year
    FROM periods
  ) AS stacked
  GROUP BY
    1
)
SELECT
  metric_time__day,
  COALESCE(paid_amount, 0) AS paid_amount,
  COALESCE(
    paid_amount__same_period_last_year,
    CASE
      WHEN metric_time__day >= CAST('2025-02-28' AS DATE)
      AND metric_time__day < CAST('2025-03-03' AS DATE)
      THEN 0
    END
  ) AS paid_amount__same_period_last_year,
  COALESCE(paid_amount, 0) - COALESCE(
    paid_amount__same_period_last_year,
    CASE
      WHEN metric_time__day >= CAST('2025-02-28' AS DATE)
      AND metric_time__day < CAST('2025-03-03' AS DATE)
      THEN 0
    END
  ) AS paid_amount__same_period_last_year__delta,
  CAST((
    COALESCE(paid_amount, 0) - COALESCE(
      paid_amount__same_period_last_year,
      CASE
        WHEN metric_time__day >= CAST('2025-02-28' AS DATE)
        AND metric_time__day < CAST('2025-03-03' AS DATE)
        THEN 0
      END
    )
  ) AS DOUBLE) / NULLIF(
    COALESCE(
      paid_amount__same_period_last_year,
      CASE
        WHEN metric_time__day >= CAST('2025-02-28' AS DATE)
        AND metric_time__day < CAST('2025-03-03' AS DATE)
        THEN 0
      END
    ),
    0
  ) AS paid_amount__same_period_last_year__rate
FROM combined
ORDER BY
  metric_time__day ASC
