WITH orders_by_created_at AS (
  SELECT
    orders.province AS province,
    SUM(CASE WHEN NOT orders.paid_at IS NULL THEN 1 ELSE 0 END) AS orders_that_got_paid
  FROM mart.orders AS orders
  WHERE
    NOT orders.created_at IS NULL
  GROUP BY
    1
)
SELECT
  province,
  COALESCE(orders_that_got_paid, 0) AS orders_that_got_paid
FROM orders_by_created_at
ORDER BY
  province ASC
