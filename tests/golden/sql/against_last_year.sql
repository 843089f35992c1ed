WITH orders_by_paid_at AS (
  SELECT
    SUM(orders.order_amount) AS paid_amount,
    COUNT(*) AS paid_orders
  FROM mart.orders AS orders
  WHERE
    orders.paid_at >= CAST('2025-03-01' AS DATE)
    AND orders.paid_at < CAST('2025-03-06' AS DATE)
), orders_by_paid_at__same_period_last_year AS (
  SELECT
    SUM(orders.order_amount) AS paid_amount__same_period_last_year,
    COUNT(*) AS paid_orders__same_period_last_year
  FROM mart.orders AS orders
  WHERE
    orders.paid_at >= CAST('2024-03-01' AS DATE)
    AND orders.paid_at < CAST('2024-03-06' AS DATE)
), orders_by_created_at AS (
  SELECT
    COUNT(*) AS placed_orders
  FROM mart.orders AS orders
  WHERE
    orders.created_at >= CAST('2025-03-01' AS DATE)
    AND orders.created_at < CAST('2025-03-06' AS DATE)
), orders_by_created_at__same_period_last_year AS (
  SELECT
    COUNT(*) AS placed_orders__same_period_last_year
  FROM mart.orders AS orders
  WHERE
    orders.created_at >= CAST('2024-03-01' AS DATE)
    AND orders.created_at < CAST('2024-03-06' AS DATE)
), combined AS (
  SELECT
    MAX(paid_amount) AS paid_amount,
    MAX(paid_orders) AS paid_orders,
    MAX(paid_amount__same_period_last_year) AS paid_amount__same_period_last_year,
    MAX(paid_orders__same_period_last_year) AS paid_orders__same_period_last_year,
    MAX(placed_orders) AS placed_orders,
    MAX(placed_orders__same_period_last_year) AS placed_orders__same_period_last_year
  FROM (
    SELECT
      paid_amount,
      paid_orders,
      NULL AS paid_amount__same_period_last_year,
      NULL AS paid_orders__same_period_last_year,
      NULL AS placed_orders,
      NULL AS placed_orders__same_period_last_year
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      NULL AS paid_amount,
      NULL AS paid_orders,
      paid_amount__same_period_last_year,
      paid_orders__same_period_last_year,
      NULL AS placed_orders,
      NULL AS placed_orders__same_period_last_year
    FROM orders_by_paid_at__same_period_last_year
    UNION ALL
    SELECT
      NULL AS paid_amount,
      NULL AS paid_orders,
      NULL AS paid_amount__same_period_last_year,
      NULL AS paid_orders__same_period_last_year,
      placed_orders,
      NULL AS placed_orders__same_period_last_year
    FROM orders_by_created_at
    UNION ALL
    SELECT
      NULL AS paid_amount,
      NULL AS paid_orders,
      NULL AS paid_amount__same_period_last_year,
      NULL AS paid_orders__same_period_last_year,
      NULL AS placed_orders,
      placed_orders__same_period_last_year
    FROM orders_by_created_at__same_period_last_year
  ) AS stacked
)
SELECT
  COALESCE(paid_amount, 0) AS paid_amount,
  CAST(COALESCE(paid_orders, 0) AS DOUBLE) / NULLIF(COALESCE(placed_orders, 0), 0) AS payment_rate,
  COALESCE(paid_amount__same_period_last_year, 0) AS paid_amount__same_period_last_year,
  COALESCE(paid_amount, 0) - COALESCE(paid_amount__same_period_last_year, 0) AS paid_amount__same_period_last_year__delta,
  CAST((
    COALESCE(paid_amount, 0) - COALESCE(paid_amount__same_period_last_year, 0)
  ) AS DOUBLE) / NULLIF(COALESCE(paid_amount__same_period_last_year, 0), 0) AS paid_amount__same_period_last_year__rate,
  CAST(COALESCE(paid_orders__same_period_last_year, 0) AS DOUBLE) / NULLIF(COALESCE(placed_orders__same_period_last_year, 0), 0) AS payment_rate__same_period_last_year,
  CAST(COALESCE(paid_orders, 0) AS DOUBLE) / NULLIF(COALESCE(placed_orders, 0), 0) - CAST(COALESCE(paid_orders__same_period_last_year, 0) AS DOUBLE) / NULLIF(COALESCE(placed_orders__same_period_last_year, 0), 0) AS payment_rate__same_period_last_year__delta
FROM combined
