"""Requests in MetricFlow's form over a small shop, against hand-written SQL over its tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.metricflow_shop import TABLES, answers, import_into

# Request, hand-written SQL, columns in MetricFlow's names. Values are compared as JSON has them.
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "a measure by day": (
        {"metrics": ["orders"], "group_bys": ["metric_time"]},
        "SELECT ordered_at AS metric_time__day, count(*) AS orders FROM orders GROUP BY ALL",
    ),
    "a metric without a measure, by another table's dimension": (
        {"metrics": ["revenue"], "group_bys": ["customer__city"]},
        "SELECT city AS customer__city, sum(amount) AS revenue "
        "FROM orders LEFT JOIN customers USING (customer_id) GROUP BY ALL",
    ),
    "a metric without a measure has a filter": (
        {"metrics": ["revenue_from_hangzhou"]},
        "SELECT sum(amount) AS revenue_from_hangzhou "
        "FROM orders JOIN customers USING (customer_id) WHERE city = 'Hangzhou'",
    ),
    "a fill counts where another metric has a row": (
        {"metrics": ["gift_orders", "orders"], "group_bys": ["metric_time__day"]},
        "SELECT ordered_at AS metric_time__day, count(*) FILTER (is_gift) AS gift_orders, "
        "count(*) AS orders FROM orders GROUP BY ALL",
    ),
    "every day of the calendar, whatever happened": (
        {"metrics": ["orders_every_day"], "group_bys": ["metric_time"]},
        "SELECT day AS metric_time__day, count(order_id) AS orders_every_day "
        "FROM days LEFT JOIN orders ON day = ordered_at GROUP BY ALL",
    ),
    "a quiet day stands once beside a dimension, which is empty": (
        {"metrics": ["orders_every_day"], "group_bys": ["metric_time", "order__is_gift"]},
        "SELECT day AS metric_time__day, is_gift AS order__is_gift, "
        "count(order_id) AS orders_every_day "
        "FROM days LEFT JOIN orders ON day = ordered_at GROUP BY ALL",
    ),
    "quiet days within a window": (
        {
            "metrics": ["orders_every_day"],
            "group_bys": ["order__ordered_at"],
            "time_constraint": ["2025-02-07", "2025-02-11"],
        },
        "SELECT day AS order__ordered_at__day, count(order_id) AS orders_every_day "
        "FROM days LEFT JOIN orders ON day = ordered_at "
        "WHERE day BETWEEN '2025-02-07' AND '2025-02-11' GROUP BY ALL",
    ),
    "a running sum over a metric": (
        {"metrics": ["revenue_3_days"], "group_bys": ["metric_time__day"]},
        "SELECT day AS metric_time__day, sum(amount) AS revenue_3_days "
        "FROM days JOIN orders ON ordered_at <= day AND ordered_at > day - 3 GROUP BY ALL",
    ),
    "since the beginning": (
        {"metrics": ["orders_so_far"], "group_bys": ["metric_time"]},
        "SELECT day AS metric_time__day, count(*) AS orders_so_far "
        "FROM days JOIN orders ON ordered_at <= day GROUP BY ALL",
    ),
    "a ratio": (
        {"metrics": ["average_order"]},
        "SELECT sum(amount) / count(*) AS average_order FROM orders",
    ),
    "a week ago": (
        {"metrics": ["revenue_change"], "group_bys": ["metric_time"]},
        "SELECT day AS metric_time__day, any_value(now.amount) - any_value(ago.amount) "
        "AS revenue_change FROM days "
        "LEFT JOIN (SELECT ordered_at, sum(amount) AS amount FROM orders GROUP BY 1) AS now "
        "ON now.ordered_at = day "
        "LEFT JOIN (SELECT ordered_at, sum(amount) AS amount FROM orders GROUP BY 1) AS ago "
        "ON ago.ordered_at = day - 7 "
        "WHERE now.amount IS NOT NULL OR ago.amount IS NOT NULL GROUP BY ALL",
    ),
    "a season of ten or eleven days ago, day for day": (
        {"metrics": ["orders_a_season_ago"], "group_bys": ["metric_time"]},
        "SELECT ordered_at + CASE WHEN ordered_at < '2025-02-03' THEN 10 ELSE 11 END "
        "AS metric_time__day, count(*) AS orders_a_season_ago "
        "FROM orders WHERE ordered_at < '2025-02-14' GROUP BY ALL",
    ),
    "a season ago, by season": (
        {"metrics": ["orders_a_season_ago"], "group_bys": ["metric_time__season"]},
        "SELECT CASE WHEN ordered_at < '2025-02-03' THEN DATE '2025-02-03' ELSE '2025-02-14' END "
        "AS metric_time__season, count(*) AS orders_a_season_ago "
        "FROM orders WHERE ordered_at < '2025-02-14' GROUP BY ALL",
    ),
    "orders within two days of a visit": (
        {"metrics": ["visit_to_order_rate"]},
        "SELECT (SELECT count(*) FROM orders AS o WHERE EXISTS (SELECT 1 FROM visits AS v "
        "WHERE v.customer_id = o.customer_id AND visited_at <= ordered_at "
        "AND visited_at > ordered_at - 2)) / count(*) AS visit_to_order_rate FROM visits",
    ),
    "visits of a day that led to nothing": (
        {"metrics": ["converted_visits"], "group_bys": ["metric_time"]},
        "SELECT v.visited_at AS metric_time__day, count(o.order_id) AS converted_visits "
        "FROM visits AS v LEFT JOIN orders AS o ON v.visited_at = (SELECT max(visited_at) "
        "FROM visits AS w WHERE w.customer_id = o.customer_id AND visited_at <= ordered_at "
        "AND visited_at > ordered_at - 2) AND o.customer_id = v.customer_id GROUP BY ALL",
    ),
    "a percentile and a maximum": (
        {"metrics": ["amount_p50", "largest_order"]},
        "SELECT quantile_cont(amount, 0.5) AS amount_p50, max(amount) AS largest_order FROM orders",
    ),
    "a dimension that changes, two joins away, under its full name": (
        {"metrics": ["orders"], "group_bys": ["card__level"]},
        "SELECT level AS customer__card__level, count(*) AS orders FROM orders "
        "LEFT JOIN customers USING (customer_id) LEFT JOIN card_levels AS l "
        "ON l.card_no = customers.card_no AND ordered_at >= valid_from "
        "AND (ordered_at < valid_to OR valid_to IS NULL) GROUP BY ALL",
    ),
    "parts of the date": (
        {
            "metrics": ["orders"],
            "group_by_objs": [{"name": "metric_time", "date_part": "DOW"}],
        },
        "SELECT isodow(ordered_at) AS metric_time__extract_dow, count(*) AS orders "
        "FROM orders GROUP BY ALL",
    ),
    "a filter on a part of the date": (
        {
            "metrics": ["orders"],
            "where_filter": "{{ Dimension('metric_time').date_part('month') }} = 2",
        },
        "SELECT count(*) AS orders FROM orders WHERE month(ordered_at) = 2",
    ),
    "a filter on a unit of one's own": (
        {
            "metrics": ["orders"],
            "where_filter": "{{ TimeDimension('metric_time', 'season') }} > '2025-02-01'",
        },
        "SELECT count(*) AS orders FROM orders WHERE ordered_at >= '2025-02-03'",
    ),
    "a metric as a filter": (
        {
            "metrics": ["customers"],
            "where_filter": ["{{ Metric('orders', group_by=['customer']) }} > 1"],
        },
        "SELECT count(*) AS customers FROM customers WHERE customer_id IN "
        "(SELECT customer_id FROM orders GROUP BY 1 HAVING count(*) > 1)",
    ),
    "a saved query, filtered further": (
        {"saved_query_name": "gifts_by_city", "time_constraint": ["2025-01-27", "2025-02-03"]},
        "SELECT city AS customer__city, count(*) AS orders FROM orders "
        "LEFT JOIN customers USING (customer_id) "
        "WHERE is_gift AND ordered_at <= '2025-02-03' GROUP BY ALL",
    ),
    "the values of a dimension": (
        {"group_bys": ["customer__city"]},
        "SELECT DISTINCT city AS customer__city FROM customers",
    ),
    "the values of a dimension at each month": (
        {"group_bys": ["customer__city", "metric_time__month"]},
        "SELECT DISTINCT city AS customer__city, date_trunc('month', day)::DATE "
        "AS metric_time__month FROM customers CROSS JOIN days",
    ),
    "the periods of the calendar": (
        {"group_bys": ["metric_time__month"], "time_constraint": ["2025-02-01", "2025-02-28"]},
        "SELECT DISTINCT date_trunc('month', day)::DATE AS metric_time__month FROM days "
        "WHERE day >= '2025-02-01'",
    ),
    "only the first and the last value": (
        {"group_bys": ["order__ordered_at"], "min_max_only": True},
        "SELECT min(ordered_at) AS order__ordered_at__day__min, "
        "max(ordered_at) AS order__ordered_at__day__max FROM orders",
    ),
}
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown metric": ({"metrics": ["order"]}, "unknown_metric"),
    "a measure is no metric": ({"metrics": ["measure__order_count"]}, "unknown_metric"),
    "an unknown key": ({"metrics": ["orders"], "where": "x = 1"}, "request_not_supported"),
    "a value of the wrong kind": ({"metrics": ["orders"], "limit": "x"}, "request_not_supported"),
    "no group by": (
        {"group_bys": ["customer__city"], "apply_group_by": False},
        "request_not_supported",
    ),
    "extremes of a metric": (
        {"metrics": ["orders"], "group_bys": ["metric_time"], "min_max_only": True},
        "request_not_supported",
    ),
    "a function in a filter": (
        {"metrics": ["orders"], "where_filter": "lower({{ Dimension('customer__city') }}) = 'x'"},
        "filter_not_supported",
    ),
    "a template that is none": (
        {"metrics": ["orders"], "where_filter": "{{ open('x') }} = 1"},
        "filter_not_supported",
    ),
    "an unknown saved query": ({"saved_query_name": "gifts_by_town"}, "unknown_saved_query"),
    "values that no table has together": (
        {"group_bys": ["visit__visited_at", "order__is_gift"]},
        "values_not_together",
    ),
    "nothing at all": ({}, "request_not_supported"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return import_into(tmp_path_factory.mktemp("metricflow"))


@pytest.fixture(scope="module")
def answered(project: Path) -> dict[str, dict[str, Any]]:
    asked = {**CASES, **REFUSED}
    batch = answers(project, [{"id": name, **request} for name, (request, _) in asked.items()])
    return {answer["id"]: answer for answer in batch}


@pytest.fixture(scope="module")
def by_hand() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for path in TABLES.glob("*.csv"):
            connection.execute(f"CREATE TABLE {path.stem} AS FROM '{path}'")
        yield connection


@pytest.mark.parametrize("name", CASES)
def test_rows_equal_hand_written_sql(
    name: str, answered: dict[str, dict[str, Any]], by_hand: duckdb.DuckDBPyConnection
) -> None:
    answer = answered[name]
    assert answer["status"] == "answered", answer["summary"]
    expected = by_hand.execute(CASES[name][1])
    names = [item[0] for item in expected.description or ()]
    columns = [column["name"] for column in answer["columns"]]
    assert sorted(columns) == sorted(names)
    places = [columns.index(one) for one in names]
    rows = [tuple(_plain(row[place]) for place in places) for row in answer["rows"]]
    gold = [tuple(map(_plain, row)) for row in expected.fetchall()]
    assert sorted(rows, key=str) == sorted(gold, key=str), answer["sql"]
    assert rows, "a case without rows shows nothing"


def _plain(value: object) -> object:
    if isinstance(value, str | bool | None):
        return value
    if isinstance(value, int | float):
        return round(float(value), 6)
    return str(value)[:10]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_supported_is_refused_by_name(
    name: str, answered: dict[str, dict[str, Any]]
) -> None:
    answer = answered[name]
    assert answer["status"] == "refused"
    assert [issue["code"] for issue in answer["issues"]] == [REFUSED[name][1]]
    assert answer["sql"] is None


def test_a_saved_query_keeps_its_order(answered: dict[str, dict[str, Any]]) -> None:
    rows = answered["a saved query, filtered further"]["rows"]
    assert [row[1] for row in rows] == sorted((row[1] for row in rows), reverse=True)


def test_date_parts_and_own_units_are_no_days(answered: dict[str, dict[str, Any]]) -> None:
    (part, _) = answered["parts of the date"]["columns"]
    assert (part["type"], part["role"]) == ("number", "dimension")
    (unit, _) = answered["a season ago, by season"]["columns"]
    assert (unit["role"], unit["label"]) == ("dimension", "season")


def test_an_answer_says_all_data_and_no_day(answered: dict[str, dict[str, Any]]) -> None:
    answer = answered["a measure by day"]
    assert answer["data_through"] is None
    assert answer["windows"] == []
    assert "all data" in answer["interpretation"] or "全部数据" in answer["interpretation"]
    values = answered["the values of a dimension"]
    assert (values["definitions"], values["row_count"]) == ([], 3)
    assert values["chart"]["type"] == "table"
