SELECT
  sku,
  SUM(value) AS stock_on_hand
FROM (
  SELECT
    stock_daily.sku AS sku,
    stock_daily.quantity AS value,
    stock_daily.day AS period,
    MAX(stock_daily.day) OVER () AS position
  FROM mart.stock_daily AS stock_daily
  WHERE
    stock_daily.day >= CAST('2024-02-28' AS DATE)
    AND stock_daily.day < CAST('2024-04-01' AS DATE)
) AS levels
WHERE
  period = position
GROUP BY
  1
ORDER BY
  stock_on_hand DESC,
  sku ASC
