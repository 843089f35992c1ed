SELECT
  orders.province,
  COALESCE(SUM(CASE WHEN NOT orders.paid_at IS NULL THEN 1 ELSE 0 END), 0) AS orders_that_got_paid
FROM mart.orders AS orders
WHERE
  NOT orders.created_at IS NULL
GROUP BY
  1
ORDER BY
  province ASC
