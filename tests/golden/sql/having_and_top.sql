SELECT
  orders.province,
  COALESCE(SUM(orders.order_amount), 0) AS paid_amount
FROM mart.orders AS orders
WHERE
  NOT orders.paid_at IS NULL
GROUP BY
  1
HAVING
  COALESCE(COUNT(*), 0) >= 2
ORDER BY
  paid_amount DESC,
  province ASC
LIMIT 1
