WITH orders_by_paid_at AS (
  SELECT
    CAST(calendar.day AS DATE) AS metric_time__day,
    COUNT(DISTINCT orders.buyer_id) AS paid_buyers
  FROM mart.calendar AS calendar
  JOIN mart.orders AS orders
    ON CAST(orders.paid_at AS DATE) <= calendar.day
    AND CAST(orders.paid_at AS DATE) > calendar.day - INTERVAL '30' DAY
  WHERE
    (
      calendar.day >= CAST('2024-03-28' AS DATE)
      AND calendar.day < CAST('2024-04-06' AS DATE)
    )
    AND NOT orders.paid_at IS NULL
  GROUP BY
    1
), periods AS (
  SELECT
    CAST(calendar.day AS DATE) AS metric_time__day
  FROM mart.calendar AS calendar
  WHERE
    calendar.day >= CAST('2024-03-27' AS DATE)
    AND calendar.day < CAST('2024-04-06' AS DATE)
  GROUP BY
    1
), combined AS (
  SELECT
    metric_time__day,
    MAX(paid_buyers) AS paid_buyers
  FROM (
    SELECT
      metric_time__day,
      paid_buyers
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      metric_time__day,
      NULL AS paid_buyers
    FROM periods
  ) AS stacked
  GROUP BY
    1
)
SELECT
  metric_time__day,
  COALESCE(
    paid_buyers,
    CASE
      WHEN metric_time__day >= CAST('2024-03-28' AS DATE)
      AND metric_time__day < CAST('2024-04-06' AS DATE)
      THEN 0
    END
  ) AS paid_buyers_30d
FROM combined
ORDER BY
  metric_time__day ASC
