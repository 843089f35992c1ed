SELECT
  warehouse,
  SUM(value) AS first_stock_of_sku
FROM (
  SELECT
    stock_daily.warehouse AS warehouse,
    stock_daily.quantity AS value,
    stock_daily.day AS period,
    MIN(stock_daily.day) OVER (PARTITION BY stock_daily.sku) AS position
  FROM mart.stock_daily AS stock_daily
  WHERE
    NOT stock_daily.day IS NULL
) AS levels
WHERE
  period = position
GROUP BY
  1
ORDER BY
  warehouse ASC
