WITH order_items_by_item_paid_at AS (
  SELECT
    products.category AS category,
    SUM(order_items.quantity) AS paid_units
  FROM mart.order_items AS order_items
  LEFT JOIN mart.products AS products
    ON order_items.product_id = products.product_id
  WHERE
    NOT order_items.paid_at IS NULL
  GROUP BY
    1
)
SELECT
  category,
  COALESCE(paid_units, 0) AS paid_units
FROM order_items_by_item_paid_at
ORDER BY
  category ASC
