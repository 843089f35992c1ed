WITH stock_daily_by_stock_day AS (
  SELECT
    metric_time__month,
    SUM(value) AS stock_on_hand
  FROM (
    SELECT
      CAST(DATE_TRUNC('MONTH', stock_daily.day) AS DATE) AS metric_time__month,
      stock_daily.quantity AS value,
      stock_daily.day AS period,
      MAX(stock_daily.day) OVER (PARTITION BY CAST(DATE_TRUNC('MONTH', stock_daily.day) AS DATE)) AS position
    FROM mart.stock_daily AS stock_daily
    WHERE
      NOT stock_daily.day IS NULL
  ) AS levels
  WHERE
    period = position
  GROUP BY
    1
), periods AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', calendar.day) AS DATE) AS metric_time__month
  FROM mart.calendar AS calendar
  WHERE
    calendar.day >= CAST('2024-02-28' AS DATE)
    AND calendar.day < CAST('2025-03-09' AS DATE)
  GROUP BY
    1
), combined AS (
  SELECT
    metric_time__month,
    MAX(stock_on_hand) AS stock_on_hand
  FROM (
    SELECT
      metric_time__month,
      stock_on_hand
    FROM stock_daily_by_stock_day
    UNION ALL
    SELECT
      metric_time__month,
      NULL AS stock_on_hand
    FROM periods
  ) AS stacked
  GROUP BY
    1
)
SELECT
  metric_time__month,
  stock_on_hand
FROM combined
ORDER BY
  metric_time__month ASC
LIMIT 3
