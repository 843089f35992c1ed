SELECT
  orders.channel,
  QUANTILE_CONT(CAST(orders.order_amount AS DOUBLE), 0.5
  ORDER BY
    CAST(orders.order_amount AS DOUBLE)) AS median_paid_amount,
  QUANTILE_DISC(orders.order_amount, 0.9
  ORDER BY
    orders.order_amount) AS paid_amount_p90
FROM mart.orders AS orders
WHERE
  NOT orders.paid_at IS NULL
GROUP BY
  1
ORDER BY
  channel ASC
