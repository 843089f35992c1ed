SELECT * FROM source.unknown
SELECT * FROM source.fct_bookings_2
SELECT missing FROM source.fct_bookings
SELECT * FROM fct_bookings
SELECT * FROM wh.source.fct_bookings
SELECT 1 FROM source.fct_bookings AS a CROSS JOIN source.fct_bookings AS b
SELECT 1 FROM source.fct_bookings AS a, source.mf_time_spine AS b
SELECT 1 FROM source.fct_bookings AS a JOIN source.mf_time_spine AS b ON TRUE
SELECT 1 FROM source.fct_bookings AS a CROSS JOIN source.mf_time_spine AS b CROSS JOIN source.mf_time_spine AS c
SELECT 1 FROM source.fct_bookings AS a CROSS JOIN source.mf_time_spine AS b, source.dim_users AS c
SELECT 1 FROM source.fct_bookings AS a CROSS JOIN (SELECT ds FROM source.mf_time_spine) AS b
SELECT 1 FROM source.fct_bookings AS a POSITIONAL JOIN source.mf_time_spine AS b
SELECT 1 FROM source.mf_time_spine AS c CROSS JOIN mart.orders AS o
SELECT b FROM source.fct_bookings AS b
INSERT INTO source.mf_time_spine SELECT ds, ds FROM source.fct_bookings
CREATE TABLE source.x AS SELECT 1
COPY source.fct_bookings TO 'x.csv'
SELECT * FROM source.read_csv('x.csv')
SELECT * FROM source."x.csv"
SELECT QUANTILE_CONT(value, [0.1, 0.9]) FROM source.fct_bookings
SELECT HISTOGRAM(value) FROM source.fct_bookings
SELECT LIST(ds) OVER (ORDER BY ds) FROM source.fct_bookings
