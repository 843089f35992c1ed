WITH orders_by_paid_at AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', orders.paid_at) AS DATE) AS metric_time__month,
    SUM(orders.order_amount) AS paid_amount
  FROM mart.orders AS orders
  WHERE
    NOT orders.paid_at IS NULL
  GROUP BY
    1
), orders_by_paid_at_2 AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', calendar.day) AS DATE) AS metric_time__month,
    SUM(orders.order_amount) AS paid_amount_2
  FROM mart.calendar AS calendar
  JOIN mart.orders AS orders
    ON calendar.day = CAST(orders.paid_at AS DATE) + INTERVAL '1' YEAR
  WHERE
    (
      calendar.day >= CAST('2025-03-01' AS DATE)
      AND calendar.day < CAST('2025-03-09' AS DATE)
    )
    AND NOT orders.paid_at IS NULL
  GROUP BY
    1
), periods AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', calendar.day) AS DATE) AS metric_time__month
  FROM mart.calendar AS calendar
  WHERE
    calendar.day >= CAST('2024-02-28' AS DATE)
    AND calendar.day < CAST('2025-03-09' AS DATE)
  GROUP BY
    1
), combined AS (
  SELECT
    metric_time__month,
    MAX(paid_amount) AS paid_amount,
    MAX(paid_amount_2) AS paid_amount_2
  FROM (
    SELECT
      metric_time__month,
      paid_amount,
      NULL AS paid_amount_2
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      metric_time__month,
      NULL AS paid_amount,
      paid_amount_2
    FROM orders_by_paid_at_2
    UNION ALL
    SELECT
      metric_time__month,
      NULL AS paid_amount,
      NULL AS paid_amount_2
    FROM periods
  ) AS stacked
  GROUP BY
    1
)
SELECT
  metric_time__month,
  (
    (
      COALESCE(paid_amount, 0)
    ) - (
      COALESCE(
        paid_amount_2,
        CASE
          WHEN metric_time__month >= CAST('2025-03-01' AS DATE)
          AND metric_time__month < CAST('2025-03-09' AS DATE)
          THEN 0
        END
      )
    )
  ) / NULLIF(
    (
      COALESCE(
        paid_amount_2,
        CASE
          WHEN metric_time__month >= CAST('2025-03-01' AS DATE)
          AND metric_time__month < CAST('2025-03-09' AS DATE)
          THEN 0
        END
      )
    ),
    0
  ) AS paid_amount_growth
FROM combined
ORDER BY
  metric_time__month ASC
