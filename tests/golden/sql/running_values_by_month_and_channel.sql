WITH orders_by_paid_at AS (
  SELECT
    metric_time__month,
    channel,
    paid_amount
  FROM (
    SELECT
      CAST(DATE_TRUNC('MONTH', calendar.day) AS DATE) AS metric_time__month,
      orders.channel AS channel,
      calendar.day AS period,
      SUM(orders.order_amount) AS paid_amount
    FROM mart.calendar AS calendar
    JOIN mart.orders AS orders
      ON CAST(orders.paid_at AS DATE) <= calendar.day
      AND CAST(orders.paid_at AS DATE) > calendar.day - INTERVAL '7' DAY
    WHERE
      (
        calendar.day >= CAST('2024-12-01' AS DATE)
        AND calendar.day < CAST('2025-03-09' AS DATE)
      )
      AND NOT orders.paid_at IS NULL
      AND (
        CAST(DATE_TRUNC('MONTH', CAST(calendar.day + INTERVAL '1' DAY AS DATE)) AS DATE) = CAST(calendar.day + INTERVAL '1' DAY AS DATE)
        OR calendar.day IN (CAST('2025-03-08' AS DATE))
      )
    GROUP BY
      1,
      2,
      3
  ) AS points
)
SELECT
  metric_time__month,
  channel,
  COALESCE(paid_amount, 0) AS paid_amount_7d
FROM orders_by_paid_at
ORDER BY
  metric_time__month ASC,
  paid_amount_7d DESC,
  channel ASC
