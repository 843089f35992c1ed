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
      AND CAST(orders.paid_at AS DATE) > calendar.day - INTERVAL '7' DAY
    WHERE
      (
        calendar.day >= CAST('2024-03-05' AS DATE)
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
), orders_by_paid_at_2 AS (
  SELECT
    metric_time__month,
    paid_amount_2
  FROM (
    SELECT
      CAST(DATE_TRUNC('MONTH', calendar.day) AS DATE) AS metric_time__month,
      calendar.day AS period,
      SUM(orders.order_amount) AS paid_amount_2
    FROM mart.calendar AS calendar
    JOIN mart.orders AS orders
      ON CAST(orders.paid_at AS DATE) <= calendar.day
      AND CAST(orders.paid_at AS DATE) > calendar.day - INTERVAL '7' DAY
    WHERE
      (
        calendar.day >= CAST('2024-03-05' AS DATE)
        AND calendar.day < CAST('2025-03-09' AS DATE)
      )
      AND NOT orders.paid_at IS NULL
      AND (
        CAST(DATE_TRUNC('MONTH', calendar.day) AS DATE) = calendar.day
        OR calendar.day IN (CAST('2024-03-05' AS DATE))
      )
    GROUP BY
      1,
      2
  ) AS points
), orders_by_paid_at_3 AS (
  SELECT
    metric_time__month,
    CAST(SUM(paid_amount_3) AS DOUBLE) / MAX(
      (
        GREATEST(
          LEAST(CAST(metric_time__month + INTERVAL '1' MONTH AS DATE), CAST('2025-03-09' AS DATE)) - GREATEST(metric_time__month, CAST('2024-03-05' AS DATE)),
          0
        )
      )
    ) AS paid_amount_3
  FROM (
    SELECT
      CAST(DATE_TRUNC('MONTH', calendar.day) AS DATE) AS metric_time__month,
      calendar.day AS period,
      SUM(orders.order_amount) AS paid_amount_3
    FROM mart.calendar AS calendar
    JOIN mart.orders AS orders
      ON CAST(orders.paid_at AS DATE) <= calendar.day
      AND CAST(orders.paid_at AS DATE) > calendar.day - INTERVAL '7' DAY
    WHERE
      (
        calendar.day >= CAST('2024-03-05' AS DATE)
        AND calendar.day < CAST('2025-03-09' AS DATE)
      )
      AND NOT orders.paid_at IS NULL
    GROUP BY
      1,
      2
  ) AS points
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
    MAX(paid_amount_2) AS paid_amount_2,
    MAX(paid_amount_3) AS paid_amount_3
  FROM (
    SELECT
      metric_time__month,
      paid_amount,
      NULL AS paid_amount_2,
      NULL AS paid_amount_3
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      metric_time__month,
      NULL AS paid_amount,
      paid_amount_2,
      NULL AS paid_amount_3
    FROM orders_by_paid_at_2
    UNION ALL
    SELECT
      metric_time__month,
      NULL AS paid_amount,
      NULL AS paid_amount_2,
      paid_amount_3
    FROM orders_by_paid_at_3
    UNION ALL
    SELECT
      metric_time__month,
      NULL AS paid_amount,
      NULL AS paid_amount_2,
      NULL AS paid_amount_3
    FROM periods
  ) AS stacked
  GROUP BY
    1
)
SELECT
  metric_time__month,
  COALESCE(
    paid_amount,
    CASE
      WHEN metric_time__month >= CAST('2024-03-01' AS DATE)
      AND metric_time__month < CAST('2025-03-09' AS DATE)
      THEN 0
    END
  ) AS paid_amount_7d,
  COALESCE(
    paid_amount_2,
    CASE
      WHEN metric_time__month >= CAST('2024-03-01' AS DATE)
      AND metric_time__month < CAST('2025-03-09' AS DATE)
      THEN 0
    END
  ) AS paid_amount_7d_first,
  COALESCE(
    paid_amount_3,
    CASE
      WHEN metric_time__month >= CAST('2024-03-01' AS DATE)
      AND metric_time__month < CAST('2025-03-09' AS DATE)
      THEN 0
    END
  ) AS paid_amount_7d_average
FROM combined
ORDER BY
  metric_time__month ASC
