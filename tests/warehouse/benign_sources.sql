SELECT ds, COUNT(*) FROM source.fct_bookings GROUP BY 1
SELECT b.is_instant, c.ds FROM source.fct_bookings AS b CROSS JOIN source.mf_time_spine AS c GROUP BY 1, 2
SELECT u.state, c.ds FROM source.fct_bookings AS b FULL JOIN source.dim_users AS u ON b.guest_id = u.user_id CROSS JOIN source.mf_time_spine AS c WHERE c.ds >= CAST('2020-01-01' AS DATE) GROUP BY 1, 2
SELECT c.ds, SUM(b.value) FROM source.mf_time_spine AS c JOIN source.fct_bookings AS b ON CAST(b.ds AS DATE) <= c.ds AND CAST(b.ds AS DATE) > c.ds - INTERVAL '2' MONTH GROUP BY 1
SELECT c.ds, SUM(b.value) FROM source.mf_time_spine AS c JOIN source.fct_bookings AS b ON CAST(b.ds AS DATE) <= c.ds GROUP BY 1
SELECT c.ds, SUM(b.value) FROM source.mf_time_spine AS c JOIN source.fct_bookings AS b ON CAST(DATE_TRUNC('MONTH', c.ds) AS DATE) = CAST(b.ds AS DATE) GROUP BY 1
SELECT EXTRACT(ISODOW FROM ds), EXTRACT(QUARTER FROM ds), EXTRACT(DOY FROM ds) FROM source.fct_bookings
SELECT PERCENTILE_CONT(0.99) WITHIN GROUP (ORDER BY value), PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY value), APPROX_QUANTILE(value, 0.99) FROM source.fct_bookings
SELECT value FROM (SELECT value, ds AS period, MIN(ds) OVER (PARTITION BY DATE_TRUNC('WEEK', ds), guest_id) AS position FROM source.fct_bookings) AS levels WHERE period = position
SELECT ds FROM (SELECT ds, ROW_NUMBER() OVER (PARTITION BY DATE_TRUNC('MONTH', ds) ORDER BY ds DESC) AS position FROM source.fct_bookings) AS numbered WHERE position = 1
SELECT l.ds, e.ds AS counted_day FROM (SELECT ds, DENSE_RANK() OVER (ORDER BY alien_day) AS unit_number, ROW_NUMBER() OVER (PARTITION BY alien_day ORDER BY ds) AS position FROM source.mf_time_spine) AS l JOIN (SELECT ds, DENSE_RANK() OVER (ORDER BY alien_day) AS unit_number, ROW_NUMBER() OVER (PARTITION BY alien_day ORDER BY ds) AS position FROM source.mf_time_spine) AS e ON l.unit_number = e.unit_number + 1 AND l.position = e.position
SELECT COALESCE(p.ds, n.ds) AS ds, n.bookings FROM (SELECT ds FROM source.mf_time_spine GROUP BY 1) AS p FULL JOIN (SELECT ds, COUNT(*) AS bookings FROM source.fct_bookings GROUP BY 1) AS n ON p.ds = n.ds
SELECT b.value, u.state FROM source.fct_bookings AS b LEFT JOIN source.dim_users AS u ON b.guest_id = u.user_id AND b.ds >= u.valid_from AND (b.ds < u.valid_to OR u.valid_to IS NULL)
SELECT SUM(CASE WHEN b.is_instant THEN 1 ELSE 0 END), CAST(COUNT(*) AS DOUBLE) / NULLIF(SUM(b.value), 0) FROM source.fct_bookings AS b
SELECT MIN(state) AS state__min, MAX(state) AS state__max FROM (SELECT state FROM source.dim_users GROUP BY 1) AS listed
SELECT o.channel, COUNT(*) FROM mart.orders AS o JOIN source.dim_users AS u ON o.buyer_id = u.user_id GROUP BY 1
