SELECT
  orders.channel,
  COALESCE(COUNT(*), 0) AS placed_orders
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
ORDER BY
  placed_orders DESC,
  channel ASC
