WITH mean AS (
  SELECT
    SUM(paid_orders) AS paid_orders
  FROM (
    WITH orders_by_paid_at AS (
      SELECT
        CAST(orders.paid_at AS DATE) AS metric_time__day,
        COUNT(*) AS paid_orders
      FROM mart.orders AS orders
      WHERE
        (
          orders.paid_at >= CAST('2024-03-03' AS DATE)
          AND orders.paid_at < CAST('2024-03-06' AS DATE)
        )
        AND EXTRACT(HOUR FROM orders.paid_at) >= 12
      GROUP BY
        1
    ), periods AS (
      SELECT
        CAST(calendar.day AS DATE) AS metric_time__day
      FROM mart.calendar AS calendar
      WHERE
        calendar.day >= CAST('2024-03-03' AS DATE)
        AND calendar.day < CAST('2024-03-06' AS DATE)
      GROUP BY
        1
    ), combined AS (
      SELECT
        metric_time__day,
        MAX(paid_orders) AS paid_orders
      FROM (
        SELECT
          metric_time__day,
          paid_orders
        FROM orders_by_paid_at
        UNION ALL
        SELECT
          metric_time__day,
          NULL AS paid_orders
        FROM periods
      ) AS stacked
      GROUP BY
        1
    )
    SELECT
      metric_time__day,
      COALESCE(paid_orders, 0) AS paid_orders
    FROM combined
  ) AS values_by_period
), mean__prior_period AS (
  SELECT
    SUM(paid_orders) AS paid_orders__prior_period
  FROM (
    WITH orders_by_paid_at AS (
      SELECT
        CAST(orders.paid_at AS DATE) AS metric_time__day,
        COUNT(*) AS paid_orders
      FROM mart.orders AS orders
      WHERE
        (
          orders.paid_at >= CAST('2024-02-29' AS DATE)
          AND orders.paid_at < CAST('2024-03-03' AS DATE)
        )
        AND EXTRACT(HOUR FROM orders.paid_at) >= 12
      GROUP BY
        1
    ), periods AS (
      SELECT
        CAST(calendar.day AS DATE) AS metric_time__day
      FROM mart.calendar AS calendar
      WHERE
        calendar.day >= CAST('2024-02-29' AS DATE)
        AND calendar.day < CAST('2024-03-03' AS DATE)
      GROUP BY
        1
    ), combined AS (
      SELECT
        metric_time__day,
        MAX(paid_orders) AS paid_orders
      FROM (
        SELECT
          metric_time__day,
          paid_orders
        FROM orders_by_paid_at
        UNION ALL
        SELECT
          metric_time__day,
          NULL AS paid_orders
        FROM periods
      ) AS stacked
      GROUP BY
        1
    )
    SELECT
      metric_time__day,
      COALESCE(paid_orders, 0) AS paid_orders
    FROM combined
  ) AS values_by_period
), combined AS (
  SELECT
    MAX(paid_orders) AS paid_orders,
    MAX(paid_orders__prior_period) AS paid_orders__prior_period
  FROM (
    SELECT
      paid_orders,
      NULL AS paid_orders__prior_period
    FROM mean
    UNION ALL
    SELECT
      NULL AS paid_orders,
      paid_orders__prior_period
    FROM mean__prior_period
  ) AS stacked
)
SELECT
  CAST(COALESCE(paid_orders, 0) AS DOUBLE) / 3 AS paid_orders,
  CAST(COALESCE(paid_orders__prior_period, 0) AS DOUBLE) / 3 AS paid_orders__prior_period,
  CAST(COALESCE(paid_orders, 0) AS DOUBLE) / 3 - CAST(COALESCE(paid_orders__prior_period, 0) AS DOUBLE) / 3 AS paid_orders__prior_period__delta,
  CAST((
    CAST(COALESCE(paid_orders, 0) AS DOUBLE) / 3 - CAST(COALESCE(paid_orders__prior_period, 0) AS DOUBLE) / 3
  ) AS DOUBLE) / NULLIF(CAST(COALESCE(paid_orders__prior_period, 0) AS DOUBLE) / 3, 0) AS paid_orders__prior_period__rate
FROM combined
