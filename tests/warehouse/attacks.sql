;
SELECT 1; DROP TABLE mart.orders
SELECT 1;; SELECT 2
DROP TABLE mart.orders
INSERT INTO mart.orders SELECT * FROM mart.orders
UPDATE mart.orders SET shop = ''
DELETE FROM mart.orders
CREATE TABLE x AS SELECT 1
CREATE TEMP VIEW v AS SELECT 1
ALTER TABLE mart.orders ADD COLUMN x INT
ATTACH 'x.duckdb'
DETACH wh
USE mart
COPY mart.orders TO 'x.csv'
COPY (SELECT 1) TO 'x.csv'
EXPORT DATABASE 'x'
IMPORT DATABASE 'x'
INSTALL httpfs
LOAD httpfs
SET memory_limit='9GB'
RESET threads
PRAGMA database_list
CALL enable_logging()
CHECKPOINT
VACUUM
EXPLAIN SELECT 1
DESCRIBE mart.orders
SUMMARIZE mart.orders
SHOW TABLES
PREPARE p AS SELECT 1
EXECUTE p
DEALLOCATE p
BEGIN
COMMIT
CREATE MACRO f() AS 1
CREATE SECRET (TYPE s3)
SET VARIABLE x = 1
SELECT order_id INTO x FROM mart.orders
WITH x AS (DELETE FROM mart.orders RETURNING *) SELECT * FROM x
WITH x AS (COPY mart.orders TO 'x') SELECT 1
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT n FROM r
SELECT * FROM (SUMMARIZE mart.orders)
SELECT * FROM (DESCRIBE mart.orders)
SELECT * FROM (SHOW TABLES)
SELECT * FROM 'x.csv'
SELECT * FROM "x.csv"
FROM 'x.csv'
SELECT * FROM read_csv('x.csv')
SELECT * FROM read_text('/proc/self/environ')
SELECT * FROM read_blob('x')
SELECT * FROM glob('*')
SELECT * FROM read_duckdb('x', table_name='orders')
SELECT * FROM sniff_csv('x')
SELECT * FROM query('SELECT 1')
SELECT * FROM query_table('mart.orders')
SELECT * FROM enable_logging(storage='file', storage_path='/x')
SELECT * FROM json_execute_serialized_sql('x')
SELECT * FROM pragma_storage_info('orders')
SELECT * FROM duckdb_settings()
SELECT * FROM range(10)
SELECT * FROM generate_series(1, 9)
SELECT * FROM information_schema.tables
SELECT * FROM sqlite_master
SELECT * FROM duckdb_tables
SELECT * FROM pg_catalog.pg_class
SELECT * FROM meta.batches
SELECT * FROM raw.tmall_orders_1
SELECT * FROM orders
SELECT * FROM main.orders
SELECT * FROM wh.mart.orders
SELECT 1 FROM mart.orders WHERE EXISTS (WITH sqlite_master AS (SELECT 1) SELECT 1) AND 1 IN (SELECT 1 FROM sqlite_master)
WITH a AS (SELECT * FROM sqlite_master), sqlite_master AS (SELECT 1) SELECT * FROM a
SELECT getenv('HOME')
SELECT current_setting('threads')
SELECT getvariable('x')
SELECT version()
SELECT current_user
SELECT current_date
SELECT now()
SELECT random()
SELECT uuid()
SELECT error(channel) FROM mart.orders
SELECT stats(order_amount) FROM mart.orders
SELECT sleep_ms(1)
SELECT write_log('x')
SELECT repeat('x', 4000000000)
SELECT lpad('x', 2000000000, 'y')
SELECT rpad('x', 2000000000, 'y')
SELECT printf('%2000000000d', 1)
SELECT format('{:2000000000}', 1)
SELECT len(range(300000000))
SELECT list_transform([1], lambda x: x)
SELECT [1, 2]
SELECT {'a': 1}
SELECT replace('xx', 'x', 'yyyy')
SELECT string_agg(order_id, ',') FROM mart.orders
SELECT list(order_id) FROM mart.orders
SELECT array_agg(order_id) FROM mart.orders
SELECT damerau_levenshtein('a', 'b')
SELECT regexp_replace('a', 'a', 'b')
SELECT unnest([1, 2])
SELECT name FROM mart.customers
SELECT * FROM mart.customers
SELECT c.* FROM mart.customers AS c
SELECT c FROM mart.customers AS c
SELECT customers FROM mart.customers
SELECT COUNT(c) FROM mart.customers AS c
SELECT MAX(c) FROM mart.customers AS c
SELECT 1 FROM mart.customers WHERE phone LIKE '138%'
SELECT 1 FROM mart.customers ORDER BY address
SELECT buyer_id FROM mart.customers GROUP BY buyer_id, name
SELECT q.phone FROM (SELECT * FROM mart.customers) AS q
SELECT COLUMNS('ph.*') FROM mart.customers
SELECT * LIKE 'ph%' FROM mart.customers
SELECT #2 FROM mart.customers
SELECT (c).phone FROM mart.customers AS c
SELECT * EXCLUDE (buyer_id) FROM mart.customers
SELECT * REPLACE (1 AS buyer_id) FROM mart.orders
SELECT buyer_id FROM mart.customers UNION SELECT phone FROM mart.customers
SELECT missing FROM mart.orders
SELECT o.order_id FROM mart.orders AS p
SELECT 1 FROM mart.orders AS a, mart.orders AS b
SELECT 1 FROM mart.orders AS a CROSS JOIN mart.orders AS b
SELECT 1 FROM mart.orders AS a JOIN mart.orders AS b ON 1 = 1
SELECT 1 FROM mart.orders AS a JOIN mart.orders AS b ON TRUE
SELECT 1 FROM mart.orders AS a JOIN mart.orders AS b ON a.order_id = a.order_id
SELECT 1 FROM mart.orders AS a JOIN mart.orders AS b ON a.order_id = b.order_id OR TRUE
SELECT 1 FROM mart.orders AS a JOIN mart.orders AS b ON b.shop = 'x'
SELECT 1 FROM mart.orders POSITIONAL JOIN mart.refunds
SELECT 1 FROM mart.orders, LATERAL (SELECT 1)
SELECT 1 FROM mart.orders AS a ASOF JOIN mart.refunds AS b ON a.order_key = b.order_key AND a.created_at >= b.refunded_at
SELECT 1 FROM mart.orders LIMIT (SELECT 1)
SELECT 1 FROM mart.orders LIMIT 10%
SELECT 1 FROM mart.orders OFFSET (SELECT 1)
SELECT DISTINCT ON (shop) shop FROM mart.orders
SELECT 1 FROM mart.orders USING SAMPLE 10
SELECT 1 FROM mart.orders TABLESAMPLE 10%
SELECT 1 FROM mart.orders FOR UPDATE
PIVOT mart.orders ON shop USING COUNT(*)
UNPIVOT mart.orders ON quantity INTO NAME a VALUE b
SELECT * FROM mart.orders PIVOT (COUNT(*) FOR shop IN ('x'))
SELECT $1
SELECT ?
SELECT :x
SELECT CAST('{}' AS JSON)
SELECT 'x'::BLOB
SELECT CAST('[1]' AS INT[])
SELECT 'a'.upper()
SELECT order_id FROM mart.orders WHERE order_id SIMILAR TO 'x'
WITH a AS (SELECT 'xxxxxxxx' AS s), b AS (SELECT s || s || s || s || s || s || s || s || s || s || s || s || s || s AS s FROM a) SELECT s FROM b
