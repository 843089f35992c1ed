WITH orders_by_created_at AS (
  SELECT
    COUNT(*) AS placed_orders
  FROM mart.orders AS orders
  WHERE
    NOT orders.created_at IS NULL
), orders_by_paid_at AS (
  SELECT
    COUNT(*) AS paid_orders,
    SUM(orders.order_amount) AS paid_amount
  FROM mart.orders AS orders
  WHERE
    NOT orders.paid_at IS NULL
), combined AS (
  SELECT
    MAX(placed_orders) AS placed_orders,
    MAX(paid_orders) AS paid_orders,
    MAX(paid_amount) AS paid_amount
  FROM (
    SELECT
      placed_orders,
      NULL AS paid_orders,
      NULL AS paid_amount
    FROM orders_by_created_at
    UNION ALL
    SELECT
      NULL AS placed_orders,
      paid_orders,
      paid_amount
    FROM orders_by_paid_at
  ) AS stacked
)
SELECT
  COALESCE(placed_orders, 0) AS placed_orders,
  COALESCE(paid_orders, 0) AS paid_orders,
  COALESCE(paid_amount, 0) AS paid_amount
FROM combined
