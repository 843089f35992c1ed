WITH orders_after_visit_events AS (
  SELECT
    device,
    COUNT(value) AS orders_after_visit
  FROM (
    SELECT
      base.device,
      base.asked,
      converted.value,
      ROW_NUMBER() OVER (PARTITION BY converted.event ORDER BY base.moment DESC, base.device) AS position
    FROM (
      SELECT
        visits.device AS device,
        visits.buyer_id AS entity,
        visits.visited_at AS moment,
        CAST(visits.visited_at AS DATE) AS period,
        NOT visits.visited_at IS NULL AS asked
      FROM mart.visits AS visits
    ) AS base
    JOIN (
      SELECT
        orders.buyer_id AS entity,
        orders.created_at AS moment,
        CAST(orders.created_at AS DATE) AS period,
        orders.order_key AS value,
        ROW_NUMBER() OVER () AS event
      FROM mart.orders AS orders
    ) AS converted
      ON base.entity = converted.entity
      AND base.moment <= converted.moment
      AND base.period > converted.period - INTERVAL '2' DAY
  ) AS pairs
  WHERE
    position = 1 AND asked
  GROUP BY
    1
), visit_conversion_rate_events AS (
  SELECT
    device,
    COUNT(value) AS visit_conversion_rate
  FROM (
    SELECT
      base.device,
      base.asked,
      converted.value,
      ROW_NUMBER() OVER (PARTITION BY converted.event ORDER BY base.moment DESC, base.device) AS position
    FROM (
      SELECT
        visits.device AS device,
        visits.buyer_id AS entity,
        visits.visited_at AS moment,
        CAST(visits.visited_at AS DATE) AS period,
        NOT visits.visited_at IS NULL AS asked
      FROM mart.visits AS visits
    ) AS base
    JOIN (
      SELECT
        orders.buyer_id AS entity,
        orders.created_at AS moment,
        CAST(orders.created_at AS DATE) AS period,
        orders.order_key AS value,
        ROW_NUMBER() OVER () AS event
      FROM mart.orders AS orders
      WHERE
        orders.channel = '天猫'
    ) AS converted
      ON base.entity = converted.entity
      AND base.moment <= converted.moment
      AND base.period > converted.period - INTERVAL '2' DAY
  ) AS pairs
  WHERE
    position = 1 AND asked
  GROUP BY
    1
), visits_by_visited_at AS (
  SELECT
    visits.device AS device,
    COUNT(*) AS visits
  FROM mart.visits AS visits
  WHERE
    NOT visits.visited_at IS NULL
  GROUP BY
    1
), combined AS (
  SELECT
    device,
    MAX(orders_after_visit) AS orders_after_visit,
    MAX(visit_conversion_rate) AS visit_conversion_rate,
    MAX(visits) AS visits
  FROM (
    SELECT
      device,
      orders_after_visit,
      NULL AS visit_conversion_rate,
      NULL AS visits
    FROM orders_after_visit_events
    UNION ALL
    SELECT
      device,
      NULL AS orders_after_visit,
      visit_conversion_rate,
      NULL AS visits
    FROM visit_conversion_rate_events
    UNION ALL
    SELECT
      device,
      NULL AS orders_after_visit,
      NULL AS visit_conversion_rate,
      visits
    FROM visits_by_visited_at
  ) AS stacked
  GROUP BY
    1
)
SELECT
  device,
  COALESCE(orders_after_visit, 0) AS orders_after_visit,
  CAST(COALESCE(visit_conversion_rate, 0) AS DOUBLE) / NULLIF(COALESCE(visits, 0), 0) AS visit_conversion_rate
FROM combined
ORDER BY
  device ASC
