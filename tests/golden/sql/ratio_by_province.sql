WITH orders_by_paid_at AS (
  SELECT
    orders.province AS province,
    COUNT(*) AS paid_orders,
    SUM(orders.order_amount) AS paid_amount
  FROM mart.orders AS orders
  WHERE
    orders.paid_at >= CAST('2024-02-28' AS DATE)
    AND orders.paid_at < CAST('2024-03-06' AS DATE)
  GROUP BY
    1
), orders_by_created_at AS (
  SELECT
    orders.province AS province,
    COUNT(*) AS placed_orders
  FROM mart.orders AS orders
  WHERE
    orders.created_at >= CAST('2024-02-28' AS DATE)
    AND orders.created_at < CAST('2024-03-06' AS DATE)
  GROUP BY
    1
), combined AS (
  SELECT
    province,
    MAX(paid_orders) AS paid_orders,
    MAX(paid_amount) AS paid_amount,
    MAX(placed_orders) AS placed_orders
  FROM (
    SELECT
      province,
      paid_orders,
      paid_amount,
      NULL AS placed_orders
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      province,
      NULL AS paid_orders,
      NULL AS paid_amount,
      placed_orders
    FROM orders_by_created_at
  ) AS stacked
  GROUP BY
    1
)
SELECT
  province,
  CAST(COALESCE(paid_orders, 0) AS DOUBLE) / NULLIF(COALESCE(placed_orders, 0), 0) AS payment_rate,
  CAST(COALESCE(paid_amount, 0) AS DOUBLE) / NULLIF(COALESCE(paid_orders, 0), 0) AS average_order_value
FROM combined
ORDER BY
  province ASC
