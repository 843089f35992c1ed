WITH orders_by_paid_at AS (
  SELECT
    CAST(calendar.day AS DATE) AS metric_time__day,
    SUM(orders.order_amount) AS paid_amount
  FROM mart.calendar AS calendar
  JOIN mart.orders AS orders
    ON CAST(orders.paid_at AS DATE) <= calendar.day
    AND CAST(orders.paid_at AS DATE) >= CAST(calendar.day AS DATE) - INTERVAL '1' DAY
  WHERE
    (
      calendar.day >= CAST('2024-02-29' AS DATE)
      AND calendar.day < CAST('2024-03-04' AS DATE)
    )
    AND NOT orders.paid_at IS NULL
  GROUP BY
    1
), orders_by_paid_at_2 AS (
  SELECT
    CAST(orders.paid_at AS DATE) AS metric_time__day,
    COUNT(*) AS paid_orders,
    COUNT(DISTINCT orders.buyer_id) AS paid_buyers
  FROM mart.orders AS orders
  WHERE
    orders.paid_at >= CAST('2024-02-29' AS DATE)
    AND orders.paid_at < CAST('2024-03-04' AS DATE)
  GROUP BY
    1
), orders_by_created_at AS (
  SELECT
    CAST(orders.created_at AS DATE) AS metric_time__day,
    COUNT(*) AS placed_orders
  FROM mart.orders AS orders
  WHERE
    orders.created_at >= CAST('2024-02-29' AS DATE)
    AND orders.created_at < CAST('2024-03-04' AS DATE)
  GROUP BY
    1
), periods AS (
  SELECT
    CAST(calendar.day AS DATE) AS metric_time__day
  FROM mart.calendar AS calendar
  WHERE
    calendar.day >= CAST('2024-02-29' AS DATE)
    AND calendar.day < CAST('2024-03-04' AS DATE)
  GROUP BY
    1
), combined AS (
  SELECT
    metric_time__day,
    MAX(paid_amount) AS paid_amount,
    MAX(paid_orders) AS paid_orders,
    MAX(paid_buyers) AS paid_buyers,
    MAX(placed_orders) AS placed_orders
  FROM (
    SELECT
      metric_time__day,
      paid_amount,
      NULL AS paid_orders,
      NULL AS paid_buyers,
      NULL AS placed_orders
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      metric_time__day,
      NULL AS paid_amount,
      paid_orders,
      paid_buyers,
      NULL AS placed_orders
    FROM orders_by_paid_at_2
    UNION ALL
    SELECT
      metric_time__day,
      NULL AS paid_amount,
      NULL AS paid_orders,
      NULL AS paid_buyers,
      placed_orders
    FROM orders_by_created_at
    UNION ALL
    SELECT
      metric_time__day,
      NULL AS paid_amount,
      NULL AS paid_orders,
      NULL AS paid_buyers,
      NULL AS placed_orders
    FROM periods
  ) AS stacked
  GROUP BY
    1
), measured AS (
  SELECT
    metric_time__day,
    CASE
      WHEN metric_time__day >= CAST('2024-02-29' AS DATE)
      AND metric_time__day < CAST('2024-03-04' AS DATE)
      THEN CAST(COALESCE(paid_amount, 0) AS DOUBLE) / 2
    END AS paid_amount,
    CASE
      WHEN metric_time__day >= CAST('2024-02-29' AS DATE)
      AND metric_time__day < CAST('2024-03-04' AS DATE)
      THEN AVG(CAST(COALESCE(paid_orders, 0) AS DOUBLE) / NULLIF(COALESCE(placed_orders, 0), 0)) OVER (
        ORDER BY metric_time__day
        RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW
      )
    END AS payment_rate,
    CASE
      WHEN metric_time__day >= CAST('2024-02-29' AS DATE)
      AND metric_time__day < CAST('2024-03-04' AS DATE)
      THEN CAST(SUM(COALESCE(COALESCE(paid_buyers, 0), 0)) OVER (
        ORDER BY metric_time__day
        RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW
      ) AS DOUBLE) / 2
    END AS paid_buyers
  FROM combined
), related AS (
  SELECT
    metric_time__day,
    paid_amount,
    payment_rate,
    paid_buyers
  FROM measured
  WHERE
    metric_time__day >= CAST('2024-03-01' AS DATE)
)
SELECT
  metric_time__day,
  paid_amount,
  payment_rate,
  paid_buyers
FROM related
ORDER BY
  metric_time__day ASC
