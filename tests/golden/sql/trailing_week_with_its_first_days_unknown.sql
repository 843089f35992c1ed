WITH orders_by_paid_at AS (
  SELECT
    CAST(calendar.day AS DATE) AS metric_time__day,
    SUM(orders.order_amount) AS paid_amount
  FROM mart.calendar AS calendar
  JOIN mart.orders AS orders
    ON CAST(orders.paid_at AS DATE) <= calendar.day
    AND CAST(orders.paid_at AS DATE) > calendar.day - INTERVAL '7' DAY
  WHERE
    (
      calendar.day >= CAST('2024-03-05' AS DATE)
      AND calendar.day < CAST('2024-03-13' AS DATE)
    )
    AND NOT orders.paid_at IS NULL
  GROUP BY
    1
), periods AS (
  SELECT
    CAST(calendar.day AS DATE) AS metric_time__day
  FROM mart.calendar AS calendar
  WHERE
    calendar.day >= CAST('2024-02-28' AS DATE)
    AND calendar.day < CAST('2024-03-13' AS DATE)
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
  COALESCE(
    paid_amount,
    CASE
      WHEN metric_time__day >= CAST('2024-03-05' AS DATE)
      AND metric_time__day < CAST('2024-03-13' AS DATE)
      THEN 0
    END
  ) AS paid_amount_7d
FROM combined
ORDER BY
  metric_time__day ASC
