SELECT
  products.category,
  COALESCE(SUM(order_items.quantity), 0) AS paid_units
FROM mart.order_items AS order_items
LEFT JOIN mart.products AS products
  ON order_items.product_id = products.product_id
WHERE
  NOT order_items.paid_at IS NULL
GROUP BY
  1
ORDER BY
  category ASC
