SELECT
  orders.channel,
  COALESCE(SUM(orders.order_amount), 0) AS paid_amount_so_far
FROM mart.orders AS orders
WHERE
  orders.paid_at >= CAST('2024-02-28' AS DATE)
  AND orders.paid_at < CAST('2024-03-06' AS DATE)
GROUP BY
  1
ORDER BY
  paid_amount_so_far DESC,
  channel ASC
