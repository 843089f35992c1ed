SELECT
  metric_time__extract_dow,
  CAST(COALESCE(SUM(paid_orders), 0) AS DOUBLE) / CASE
    WHEN metric_time__extract_dow IN (1, 2, 3, 4)
    THEN 1
    WHEN metric_time__extract_dow IN (5, 6, 7)
    THEN 2
  END AS paid_orders,
  CAST(COALESCE(SUM(paid_buyers), 0) AS DOUBLE) / CASE
    WHEN metric_time__extract_dow IN (1, 2, 3, 4)
    THEN 1
    WHEN metric_time__extract_dow IN (5, 6, 7)
    THEN 2
  END AS paid_buyers
FROM (
  WITH orders_by_paid_at AS (
    SELECT
      EXTRACT(ISODOW FROM orders.paid_at) AS metric_time__extract_dow,
      CAST(orders.paid_at AS DATE) AS metric_time__day,
      COUNT(*) AS paid_orders,
      COUNT(DISTINCT orders.buyer_id) AS paid_buyers
    FROM mart.orders AS orders
    WHERE
      orders.paid_at >= CAST('2024-03-01' AS DATE)
      AND orders.paid_at < CAST('2024-03-11' AS DATE)
    GROUP BY
      1,
      2
  ), periods AS (
    SELECT
      EXTRACT(ISODOW FROM calendar.day) AS metric_time__extract_dow,
      CAST(calendar.day AS DATE) AS metric_time__day
    FROM mart.calendar AS calendar
    WHERE
      calendar.day >= CAST('2024-03-01' AS DATE)
      AND calendar.day < CAST('2024-03-11' AS DATE)
    GROUP BY
      1,
      2
  ), combined AS (
    SELECT
      metric_time__extract_dow,
      metric_time__day,
      MAX(paid_orders) AS paid_orders,
      MAX(paid_buyers) AS paid_buyers
    FROM (
      SELECT
        metric_time__extract_dow,
        metric_time__day,
        paid_orders,
        paid_buyers
      FROM orders_by_paid_at
      UNION ALL
      SELECT
        metric_time__extract_dow,
        metric_time__day,
        NULL AS paid_orders,
        NULL AS paid_buyers
      FROM periods
    ) AS stacked
    GROUP BY
      1,
      2
  )
  SELECT
    metric_time__extract_dow,
    metric_time__day,
    COALESCE(paid_orders, 0) AS paid_orders,
    COALESCE(paid_buyers, 0) AS paid_buyers
  FROM combined
) AS values_by_period
GROUP BY
  1
ORDER BY
  metric_time__extract_dow ASC
