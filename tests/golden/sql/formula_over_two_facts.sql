WITH orders_by_paid_at AS (
  SELECT
    CAST(orders.paid_at AS DATE) AS metric_time__day,
    SUM(orders.order_amount) AS paid_amount
  FROM mart.orders AS orders
  WHERE
    orders.paid_at >= CAST('2024-02-29' AS DATE)
    AND orders.paid_at < CAST('2024-03-06' AS DATE)
  GROUP BY
    1
), refunds_by_refunded_at AS (
  SELECT
    CAST(refunds.refunded_at AS DATE) AS metric_time__day,
    SUM(refunds.amount) AS refund_amount
  FROM mart.refunds AS refunds
  WHERE
    refunds.refunded_at >= CAST('2024-02-29' AS DATE)
    AND refunds.refunded_at < CAST('2024-03-06' AS DATE)
  GROUP BY
    1
), periods AS (
  SELECT
    CAST(calendar.day AS DATE) AS metric_time__day
  FROM mart.calendar AS calendar
  WHERE
    calendar.day >= CAST('2024-02-29' AS DATE)
    AND calendar.day < CAST('2024-03-06' AS DATE)
  GROUP BY
    1
), combined AS (
  SELECT
    metric_time__day,
    MAX(paid_amount) AS paid_amount,
    MAX(refund_amount) AS refund_amount
  FROM (
    SELECT
      metric_time__day,
      paid_amount,
      NULL AS refund_amount
    FROM orders_by_paid_at
    UNION ALL
    SELECT
      metric_time__day,
      NULL AS paid_amount,
      refund_amount
    FROM refunds_by_refunded_at
    UNION ALL
    SELECT
      metric_time__day,
      NULL AS paid_amount,
      NULL AS refund_amount
    FROM periods
  ) AS stacked
  GROUP BY
    1
)
SELECT
  metric_time__day,
  (
    COALESCE(paid_amount, 0)
  ) - (
    COALESCE(refund_amount, 0)
  ) AS net_paid_amount
FROM combined
ORDER BY
  metric_time__day ASC
