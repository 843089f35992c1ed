WITH orders_by_paid_at AS (
  SELECT
    orders.channel AS channel,
    SUM(orders.order_amount) AS paid_amount
  FROM mart.orders AS orders
  WHERE
    NOT orders.paid_at IS NULL AND orders.province IN ('浙江省')
  GROUP BY
    1
), orders_by_paid_at_2 AS (
  SELECT
    orders.channel AS channel,
    SUM(orders.order_amount) AS paid_amount_2
  FROM mart.orders AS orders
  WHERE
    NOT orders.paid_at IS NULL
  GROUP BY
    1
), combined AS (
  SELECT
    channel,
    MAX(paid_amount) AS paid_amount,
    MAX(paid_amount_2) AS paid_amount_2
  FROM (
    SELECT
      channel,
      paid_amount,
      NULL AS paid_amount_2
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      channel,
      NULL AS paid_amount,
      paid_amount_2
    FROM orders_by_paid_at_2
  ) AS stacked
  GROUP BY
    1
)
SELECT
  channel,
  CAST(COALESCE(paid_amount, 0) AS DOUBLE) / NULLIF(COALESCE(paid_amount_2, 0), 0) AS zhejiang_share
FROM combined
ORDER BY
  channel ASC
