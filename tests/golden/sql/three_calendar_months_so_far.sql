WITH orders_by_paid_at AS (
  SELECT
    metric_time__month,
    paid_amount
  FROM (
    SELECT
      CAST(DATE_TRUNC('MONTH', calendar.day) AS DATE) AS metric_time__month,
      calendar.day AS period,
      SUM(orders.order_amount) AS paid_amount
    FROM mart.calendar AS calendar
    JOIN mart.orders AS orders
      ON CAST(orders.paid_at AS DATE) <= calendar.day
      AND CAST(orders.paid_at AS DATE) >= CAST(DATE_TRUNC('MONTH', calendar.day) AS DATE) - INTERVAL '2' MONTH
    WHERE
      (
        calendar.day >= CAST('2024-05-01' AS DATE)
        AND calendar.day < CAST('2025-03-09' AS DATE)
      )
      AND NOT orders.paid_at IS NULL
      AND (
        CAST(DATE_TRUNC('MONTH', CAST(calendar.day + INTERVAL '1' DAY AS DATE)) AS DATE) = CAST(calendar.day + INTERVAL '1' DAY AS DATE)
        OR calendar.day IN (CAST('2025-03-08' AS DATE))
      )
    GROUP BY
      1,
      2
  ) AS points
), periods AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', calendar.day) AS DATE) AS metric_time__month
  FROM mart.calendar AS calendar
  WHERE
    calendar.day >= CAST('2024-05-01' AS DATE)
    AND calendar.day < CAST('2025-03-09' AS DATE)
  GROUP BY
    1
), combined AS (
  SELECT
    metric_time__month,
    MAX(paid_amount) AS paid_amount
  FROM (
    SELECT
      metric_time__month,
      paid_amount
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      metric_time__month,
      NULL AS paid_amount
    FROM periods
  ) AS stacked
  GROUP BY
    1
)
SELECT
  metric_time__month,
  COALESCE(paid_amount, 0) AS paid_amount
FROM combined
ORDER BY
  metric_time__month ASC
