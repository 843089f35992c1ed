"""Questions to the rows: repeated and empty keys, missing partners, overlaps, gaps of days."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from semantic_layer import Catalog, Issue
from semantic_layer.rules.data_rules import DATA_RULES, data_check_sql
from tests import toy_shop
from warehouse.guard import guard


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """The toy shop's tables, to be broken."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA mart")
        connection.execute((toy_shop.HERE / "data.sql").read_text(encoding="utf-8"))
        connection.execute("DELETE FROM mart.order_items WHERE product_id = 'p9'")
        yield connection


def found(
    database: duckdb.DuckDBPyConnection, catalog: Catalog | None = None
) -> list[tuple[Issue, bool]]:
    """Each issue of the toy shop's rows, and whether it is a notice."""
    model, known = toy_shop.model(), catalog or toy_shop.catalog()
    tables = {name: table.columns for name, table in known.tables.items()}
    issues = []
    for rule in DATA_RULES:
        for check in rule(model, known):
            sql = guard(data_check_sql(check, model, "duckdb"), tables, max_rows=10)
            (counts,) = database.execute(sql).fetchall()
            if issue := check.judge(counts):
                issues.append((issue, check.is_notice))
    return issues


def problems(database: duckdb.DuckDBPyConnection) -> list[Issue]:
    return [issue for issue, is_notice in found(database) if not is_notice]


def test_sound_rows_have_no_problems(database: duckdb.DuckDBPyConnection) -> None:
    assert problems(database) == []


def test_a_key_that_occurs_twice_is_told_in_counts_not_in_values(
    database: duckdb.DuckDBPyConnection,
) -> None:
    database.execute("INSERT INTO mart.customers SELECT * FROM mart.customers LIMIT 1")
    ((key,),) = database.execute("SELECT min(buyer_id) FROM mart.customers").fetchall()
    (issue,) = problems(database)
    assert (issue.code, issue.where) == ("key_repeated", "customers.yml:1")
    assert issue.message.en.startswith("1 values of the primary key")
    assert str(key) not in issue.message.en.replace("customer", "")


def test_an_empty_primary_key_is_told(database: duckdb.DuckDBPyConnection) -> None:
    database.execute("INSERT INTO mart.products VALUES (NULL, '面膜')")
    (issue,) = problems(database)
    assert issue.code == "key_empty"
    assert "1 rows" in issue.message.en


def test_rows_without_a_partner_are_a_notice_with_their_share(
    database: duckdb.DuckDBPyConnection,
) -> None:
    database.execute("UPDATE mart.order_items SET product_id = 'p9' WHERE item_key = 'i1'")
    ((total,),) = database.execute("SELECT count(product_id) FROM mart.order_items").fetchall()
    told = [issue for issue, is_notice in found(database) if is_notice and "product" in str(issue)]
    assert [issue.code for issue in told] == ["partner_missing"]
    assert f"1 rows ({1 / total:.1%})" in told[0].message.en


def test_windows_of_one_key_that_overlap_are_told(database: duckdb.DuckDBPyConnection) -> None:
    database.execute(
        "INSERT INTO mart.member_levels SELECT * FROM mart.member_levels ORDER BY ALL LIMIT 1"
    )
    assert [issue.code for issue in problems(database)] == ["validity_overlaps"]


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        ("DELETE FROM mart.calendar WHERE day = DATE '2024-03-05'", "lacks 1 days and has 0 rows"),
        ("INSERT INTO mart.calendar VALUES ('2024-03-05')", "lacks 0 days and has 1 rows"),
    ],
)
def test_a_calendar_has_each_day_once(
    database: duckdb.DuckDBPyConnection, change: str, counts: str
) -> None:
    columns = [row[0] for row in database.execute("DESCRIBE mart.calendar").fetchall()]
    if change.startswith("INSERT"):
        rest = ", ".join("NULL" for _ in columns[1:])
        change = f"INSERT INTO mart.calendar VALUES ('2024-03-05'{', ' + rest if rest else ''})"
    database.execute(change)
    issues = [issue for issue in problems(database) if issue.code == "calendar_broken"]
    assert issues
    assert counts in issues[0].message.en


def test_tables_without_loaded_columns_are_not_asked(database: duckdb.DuckDBPyConnection) -> None:
    nothing = {
        f"{table.removeprefix('mart.')}__{column}": ()
        for table, known in toy_shop.catalog().tables.items()
        for column in known.columns
    }
    database.execute("INSERT INTO mart.customers SELECT * FROM mart.customers LIMIT 1")
    assert found(database, toy_shop.catalog(**nothing)) == []
