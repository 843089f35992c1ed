SELECT pg_sleep(10)
SELECT pg_read_file('/etc/passwd')
SELECT lo_import('/etc/passwd')
SELECT set_config('search_path', 'mart', false)
SELECT current_setting('data_directory')
SELECT query_to_xml('DELETE FROM mart.orders', true, true, '')
SELECT dblink('host=x', 'SELECT 1')
SELECT * FROM dblink('host=x', 'SELECT 1') AS t(a int)
SELECT * FROM generate_series(1, 1000000000)
SELECT * FROM pg_catalog.pg_authid
SELECT * FROM pg_shadow
SELECT * FROM information_schema.columns
SELECT order_id FROM ONLY mart.orders
SELECT order_id FROM mart.orders FOR UPDATE
SELECT order_id FROM mart.orders TABLESAMPLE BERNOULLI (10)
SELECT order_id INTO x FROM mart.orders
SELECT order_id::regclass FROM mart.orders
SELECT CAST('x' AS xml)
SELECT order_id::text[] FROM mart.orders
SELECT ARRAY(SELECT order_id FROM mart.orders)
SELECT repeat('x', 1000000000)
SELECT string_agg(order_id, ',') FROM mart.orders
SELECT regexp_replace(order_id, '(a+)+b', '') FROM mart.orders
SELECT order_id ~ '(a+)+b' FROM mart.orders
SELECT xmin FROM mart.orders
SELECT ctid FROM mart.orders
SELECT tableoid FROM mart.orders
SELECT o FROM mart.orders AS o
SELECT (o).order_id FROM mart.orders AS o
SELECT row_to_json(o) FROM mart.orders AS o
SELECT buyer_phone FROM mart.orders
SELECT nextval('s')
SELECT pg_terminate_backend(1)
SELECT version()
SELECT current_user
SELECT session_user
SELECT 1; SELECT 2
COPY mart.orders TO PROGRAM 'sh'
DO $$ BEGIN END $$
WITH x AS (DELETE FROM mart.orders RETURNING *) SELECT * FROM x
SET ROLE postgres
LISTEN x
VALUES (1)
SELECT DISTINCT ON (shop) shop FROM mart.orders
SELECT a FROM mart.orders, LATERAL (SELECT 1 AS a) AS l
SELECT order_id FROM mart.orders WHERE order_id = $1
SELECT order_id FROM mart.orders WHERE order_id = %s
WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x) SELECT n FROM x
