WITH orders_by_paid_at AS (
  SELECT
    orders.province AS province,
    COUNT(DISTINCT orders.buyer_id) AS paid_buyers
  FROM mart.orders AS orders
  WHERE
    NOT orders.paid_at IS NULL
  GROUP BY
    1
), measured AS (
  SELECT
    province,
    COALESCE(paid_buyers, 0) AS paid_buyers
  FROM orders_by_paid_at
), related AS (
  SELECT
    measured.province,
    measured.paid_buyers,
    CAST(measured.paid_buyers AS DOUBLE) / NULLIF(whole.paid_buyers, 0) AS paid_buyers__share
  FROM measured
  CROSS JOIN (
    SELECT
      COALESCE(COUNT(DISTINCT orders.buyer_id), 0) AS paid_buyers
    FROM mart.orders AS orders
    WHERE
      NOT orders.paid_at IS NULL
    LIMIT 1
  ) AS whole
)
SELECT
  province,
  paid_buyers,
  paid_buyers__share
FROM related
ORDER BY
  paid_buyers DESC,
  province ASC
