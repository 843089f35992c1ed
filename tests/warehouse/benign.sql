SELECT 1
SELECT COUNT(*) FROM mart.orders
SELECT * FROM (SELECT * FROM mart.orders WHERE channel = '天猫') AS o
SELECT channel, SUM(order_amount) AS amount FROM mart.orders GROUP BY channel ORDER BY amount DESC NULLS LAST
SELECT COUNT(DISTINCT order_id) FILTER (WHERE NOT paid_at IS NULL) FROM mart.orders
SELECT DATE_TRUNC('week', o.created_at) AS w, AVG(o.order_amount) FROM mart.orders AS o WHERE o.created_at >= CAST('2020-02-01' AS TIMESTAMP) GROUP BY 1
SELECT c.day, COUNT(o.order_id) FROM mart.calendar AS c LEFT JOIN mart.orders AS o ON o.created_at >= c.day AND o.created_at < c.day + INTERVAL '1' DAY GROUP BY c.day ORDER BY c.day LIMIT 3
SELECT a.n, b.m FROM (SELECT COUNT(*) AS n FROM mart.orders) AS a CROSS JOIN (SELECT COUNT(*) AS m FROM mart.refunds) AS b
WITH a AS (SELECT province, COUNT(*) AS n FROM mart.orders GROUP BY province), b AS (SELECT province, SUM(order_amount) AS m FROM mart.orders GROUP BY province) SELECT COALESCE(a.province, b.province) AS province, n, m / NULLIF(n, 0) FROM a FULL OUTER JOIN b ON a.province IS NOT DISTINCT FROM b.province
WITH orders AS (SELECT order_id, paid_at FROM mart.orders) SELECT COUNT(*) FROM orders
SELECT province FROM mart.orders UNION ALL SELECT city FROM mart.orders LIMIT 5
SELECT province FROM mart.orders INTERSECT SELECT province FROM mart.orders
SELECT CASE WHEN order_amount > 100 THEN 'a' ELSE 'b' END AS band, COUNT(*) FROM mart.orders GROUP BY ALL
SELECT n, SUM(n) OVER (ORDER BY d ROWS BETWEEN 6 PRECEDING AND CURRENT ROW), LAG(n) OVER (ORDER BY d) FROM (SELECT CAST(created_at AS DATE) AS d, COUNT(*) AS n FROM mart.orders GROUP BY 1)
SELECT EXTRACT(hour FROM created_at), ISODOW(created_at), DATE_DIFF('day', created_at, paid_at) FROM mart.orders
SELECT QUANTILE_CONT(order_amount, 0.5), MEDIAN(order_amount) FROM mart.orders
SELECT p.category, SUM(i.item_amount) FROM mart.order_items AS i JOIN mart.products AS p USING (product_id) GROUP BY 1
SELECT 1 FROM mart.orders WHERE EXISTS (SELECT 1 FROM mart.refunds AS r WHERE r.order_key = orders.order_key)
SELECT province FROM mart.orders WHERE province IN ('浙江省', '上海') AND city LIKE '杭%' AND NOT is_presale
SELECT ROUND(SUM(order_amount), 2), ABS(-1), LOWER(MIN(channel)) FROM mart.orders HAVING COUNT(*) > 0
SELECT buyer_id, member_level FROM mart.customers
SELECT v.k, COUNT(*) FROM (VALUES ('天猫'), ('京东')) AS v(k) JOIN mart.orders AS o ON o.channel = v.k GROUP BY 1
