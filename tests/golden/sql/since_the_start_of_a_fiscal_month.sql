WITH orders_by_paid_at AS (
  SELECT
    CAST(calendar.day AS DATE) AS metric_time__day,
    SUM(orders.order_amount) AS paid_amount
  FROM (
    SELECT
      day,
      MIN(day) OVER (PARTITION BY DATE_TRUNC('MONTH', day + INTERVAL '6' DAY)) AS unit_start
    FROM mart.calendar
  ) AS calendar
  JOIN mart.orders AS orders
    ON CAST(orders.paid_at AS DATE) <= calendar.day
    AND CAST(orders.paid_at AS DATE) >= calendar.unit_start
  WHERE
    (
      (
        calendar.day >= CAST('2024-12-29' AS DATE)
        AND calendar.day < CAST('2025-01-03' AS DATE)
      )
      AND (
        (
          calendar.day >= CAST('2024-02-28' AS DATE)
          AND calendar.day < CAST('2025-03-09' AS DATE)
        )
        AND (
          calendar.unit_start >= CAST('2024-02-28' AS DATE)
          AND calendar.unit_start < CAST('2025-03-09' AS DATE)
        )
      )
    )
    AND NOT orders.paid_at IS NULL
  GROUP BY
    1
), periods AS (
  SELECT
    CAST(calendar.day AS DATE) AS metric_time__day
  FROM mart.calendar AS calendar
  WHERE
    calendar.day >= CAST('2024-12-29' AS DATE)
    AND calendar.day < CAST('2025-01-03' AS DATE)
  GROUP BY
    1
), combined AS (
  SELECT
    metric_time__day,
    MAX(paid_amount) AS paid_amount
  FROM (
    SELECT
      metric_time__day,
      paid_amount
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      metric_time__day,
      NULL AS paid_amount
    FROM periods
  ) AS stacked
  GROUP BY
    1
)
SELECT
  metric_time__day,
  paid_amount AS paid_amount_fiscal
FROM combined
ORDER BY
  metric_time__day ASC
