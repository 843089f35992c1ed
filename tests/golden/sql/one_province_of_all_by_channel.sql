WITH orders_by_paid_at AS (
  SELECT
    orders.channel AS channel,
    SUM(orders.order_amount) AS paid_amount
  FROM mart.orders AS orders
  WHERE
    NOT orders.paid_at IS NULL AND orders.province IN ('广东省')
  GROUP BY
    1
), measured AS (
  SELECT
    channel,
    COALESCE(paid_amount, 0) AS paid_amount
  FROM orders_by_paid_at
), related AS (
  SELECT
    measured.channel,
    measured.paid_amount,
    CAST(measured.paid_amount AS DOUBLE) / NULLIF(whole.paid_amount, 0) AS paid_amount__share
  FROM measured
  LEFT JOIN (
    SELECT
      orders.channel,
      COALESCE(SUM(orders.order_amount), 0) AS paid_amount
    FROM mart.orders AS orders
    WHERE
      NOT orders.paid_at IS NULL
    GROUP BY
      1
  ) AS whole
    ON measured.channel IS NOT DISTINCT FROM whole.channel
)
SELECT
  channel,
  paid_amount,
  paid_amount__share
FROM related
ORDER BY
  paid_amount DESC,
  channel ASC
