SELECT
  CAST(DATE_TRUNC('MONTH', orders.created_at) AS DATE) AS metric_time__month,
  COUNT(*) AS gold_orders
FROM mart.orders AS orders
LEFT JOIN mart.customers AS customers
  ON orders.buyer_id = customers.buyer_id
WHERE
  NOT orders.created_at IS NULL AND customers.member_level = '金卡'
GROUP BY
  1
ORDER BY
  metric_time__month ASC
