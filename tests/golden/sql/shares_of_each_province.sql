WITH orders_by_paid_at AS (
  SELECT
    orders.province AS province,
    orders.channel AS channel,
    SUM(orders.order_amount) AS paid_amount
  FROM mart.orders AS orders
  WHERE
    NOT orders.paid_at IS NULL
  GROUP BY
    1,
    2
), measured AS (
  SELECT
    province,
    channel,
    COALESCE(paid_amount, 0) AS paid_amount
  FROM orders_by_paid_at
), related AS (
  SELECT
    province,
    channel,
    paid_amount,
    CAST(paid_amount AS DOUBLE) / NULLIF(SUM(paid_amount) OVER (PARTITION BY province), 0) AS paid_amount__share
  FROM measured
)
SELECT
  province,
  channel,
  paid_amount,
  paid_amount__share
FROM related
ORDER BY
  paid_amount__share DESC,
  province ASC,
  channel ASC
