WITH orders_by_created_at AS (
  SELECT
    orders.channel AS channel,
    COUNT(*) AS placed_orders
  FROM mart.orders AS orders
  WHERE
    NOT orders.created_at IS NULL
    AND (
      (
        orders.province IN ('浙江省') OR orders.province IS NULL
      )
      AND NOT (
        orders.channel = '京东'
      )
    )
  GROUP BY
    1
)
SELECT
  channel,
  COALESCE(placed_orders, 0) AS placed_orders
FROM orders_by_created_at
ORDER BY
  placed_orders DESC,
  channel ASC
