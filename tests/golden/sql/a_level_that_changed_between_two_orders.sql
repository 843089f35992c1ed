SELECT
  member_levels.level AS level_then,
  COALESCE(COUNT(*), 0) AS placed_orders
FROM mart.orders AS orders
LEFT JOIN mart.member_levels AS member_levels
  ON orders.buyer_id = member_levels.buyer_id
  AND orders.created_at >= member_levels.valid_from
  AND (
    orders.created_at < member_levels.valid_to OR member_levels.valid_to IS NULL
  )
WHERE
  NOT orders.created_at IS NULL
GROUP BY
  1
ORDER BY
  level_then ASC
