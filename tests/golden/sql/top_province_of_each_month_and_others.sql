WITH orders_by_paid_at AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', orders.paid_at) AS DATE) AS metric_time__month,
    orders.province AS province,
    SUM(orders.order_amount) AS paid_amount
  FROM mart.orders AS orders
  WHERE
    NOT orders.paid_at IS NULL
  GROUP BY
    1,
    2
), orders_by_created_at AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', orders.created_at) AS DATE) AS metric_time__month,
    orders.province AS province,
    COUNT(*) AS placed_orders
  FROM mart.orders AS orders
  WHERE
    NOT orders.created_at IS NULL
  GROUP BY
    1,
    2
), combined AS (
  SELECT
    metric_time__month,
    province,
    MAX(paid_amount) AS paid_amount,
    MAX(placed_orders) AS placed_orders
  FROM (
    SELECT
      metric_time__month,
      province,
      paid_amount,
      NULL AS placed_orders
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      metric_time__month,
      province,
      NULL AS paid_amount,
      placed_orders
    FROM orders_by_created_at
  ) AS stacked
  GROUP BY
    1,
    2
), measured AS (
  SELECT
    metric_time__month,
    province,
    COALESCE(paid_amount, 0) AS paid_amount,
    COALESCE(placed_orders, 0) AS placed_orders
  FROM combined
), related AS (
  SELECT
    metric_time__month,
    province,
    paid_amount,
    placed_orders,
    CAST(paid_amount AS DOUBLE) / NULLIF(SUM(paid_amount) OVER (PARTITION BY metric_time__month), 0) AS paid_amount__share,
    CAST(placed_orders AS DOUBLE) / NULLIF(SUM(placed_orders) OVER (PARTITION BY metric_time__month), 0) AS placed_orders__share,
    CASE
      WHEN NOT paid_amount IS NULL
      THEN RANK() OVER (PARTITION BY metric_time__month ORDER BY paid_amount DESC)
    END AS paid_amount__rank,
    CASE
      WHEN NOT placed_orders IS NULL
      THEN RANK() OVER (PARTITION BY metric_time__month ORDER BY placed_orders DESC)
    END AS placed_orders__rank,
    SUM(paid_amount) OVER (PARTITION BY metric_time__month) AS paid_amount__whole,
    SUM(placed_orders) OVER (PARTITION BY metric_time__month) AS placed_orders__whole
  FROM measured
), placed AS (
  SELECT
    metric_time__month,
    province,
    paid_amount,
    placed_orders,
    paid_amount__share,
    placed_orders__share,
    paid_amount__rank,
    placed_orders__rank,
    paid_amount__whole,
    placed_orders__whole,
    ROW_NUMBER() OVER (
      PARTITION BY metric_time__month
      ORDER BY paid_amount DESC, metric_time__month ASC, province ASC
    ) AS _place
  FROM related
), shown AS (
  SELECT
    metric_time__month,
    province,
    paid_amount,
    placed_orders,
    paid_amount__share,
    placed_orders__share,
    paid_amount__rank,
    placed_orders__rank,
    _place
  FROM (
    SELECT
      metric_time__month,
      CAST(province AS TEXT) AS province,
      paid_amount,
      placed_orders,
      paid_amount__share,
      placed_orders__share,
      paid_amount__rank,
      placed_orders__rank,
      _place
    FROM placed
    WHERE
      _place <= 1
    UNION ALL
    SELECT
      metric_time__month,
      '__others__' AS province,
      SUM(paid_amount) AS paid_amount,
      SUM(placed_orders) AS placed_orders,
      CAST(SUM(paid_amount) AS DOUBLE) / NULLIF(MAX(paid_amount__whole), 0) AS paid_amount__share,
      CAST(SUM(placed_orders) AS DOUBLE) / NULLIF(MAX(placed_orders__whole), 0) AS placed_orders__share,
      NULL AS paid_amount__rank,
      NULL AS placed_orders__rank,
      2 AS _place
    FROM placed
    WHERE
      NOT _place <= 1
    GROUP BY
      metric_time__month
  ) AS parts
)
SELECT
  metric_time__month,
  province,
  paid_amount,
  placed_orders,
  paid_amount__share,
  placed_orders__share,
  paid_amount__rank,
  placed_orders__rank
FROM shown
ORDER BY
  metric_time__month ASC,
  _place ASC
