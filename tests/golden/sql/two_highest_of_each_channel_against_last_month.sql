WITH orders_by_paid_at AS (
  SELECT
    orders.channel AS channel,
    orders.province AS province,
    SUM(orders.order_amount) AS paid_amount
  FROM mart.orders AS orders
  WHERE
    orders.paid_at >= CAST('2025-02-01' AS DATE)
    AND orders.paid_at < CAST('2025-03-01' AS DATE)
  GROUP BY
    1,
    2
), orders_by_paid_at__prior_period AS (
  SELECT
    orders.channel AS channel,
    orders.province AS province,
    SUM(orders.order_amount) AS paid_amount__prior_period
  FROM mart.orders AS orders
  WHERE
    orders.paid_at >= CAST('2025-01-01' AS DATE)
    AND orders.paid_at < CAST('2025-02-01' AS DATE)
  GROUP BY
    1,
    2
), combined AS (
  SELECT
    channel,
    province,
    MAX(paid_amount) AS paid_amount,
    MAX(paid_amount__prior_period) AS paid_amount__prior_period
  FROM (
    SELECT
      channel,
      province,
      paid_amount,
      NULL AS paid_amount__prior_period
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      channel,
      province,
      NULL AS paid_amount,
      paid_amount__prior_period
    FROM orders_by_paid_at__prior_period
  ) AS stacked
  GROUP BY
    1,
    2
), measured AS (
  SELECT
    channel,
    province,
    COALESCE(paid_amount, 0) AS paid_amount,
    COALESCE(paid_amount__prior_period, 0) AS paid_amount__prior_period,
    COALESCE(paid_amount, 0) - COALESCE(paid_amount__prior_period, 0) AS paid_amount__prior_period__delta,
    CAST((
      COALESCE(paid_amount, 0) - COALESCE(paid_amount__prior_period, 0)
    ) AS DOUBLE) / NULLIF(COALESCE(paid_amount__prior_period, 0), 0) AS paid_amount__prior_period__rate
  FROM combined
), placed AS (
  SELECT
    channel,
    province,
    paid_amount,
    paid_amount__prior_period,
    paid_amount__prior_period__delta,
    paid_amount__prior_period__rate,
    ROW_NUMBER() OVER (PARTITION BY channel ORDER BY paid_amount DESC, channel ASC, province ASC) AS _place
  FROM measured
)
SELECT
  channel,
  province,
  paid_amount,
  paid_amount__prior_period,
  paid_amount__prior_period__delta,
  paid_amount__prior_period__rate
FROM placed
WHERE
  _place <= 2
ORDER BY
  channel ASC,
  _place ASC
