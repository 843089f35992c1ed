"""One PostgreSQL server for these tests, with the toy shop's tables in it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests import toy_shop
from tests.engines.copied_tables import DECLARATION, copy_tables
from tests.engines.postgres_server import postgres_server
from warehouse.postgres import PostgresEngine


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The connection string of an empty server's owner."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def owner(server: str) -> Iterator[psycopg.Connection]:
    """The owner's connection to the toy shop, for writing."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(DECLARATION)
        copy_tables(toy_shop.connect(), connection, [f"mart.{name}" for name in toy_shop.TABLES])
        first, last = toy_shop.COVERED.start, toy_shop.COVERED.last_day
        for name in toy_shop.TABLES:
            connection.execute(
                "INSERT INTO koujing.coverage VALUES (%s, NULL, %s, %s)",
                (f"mart.{name}", first, last),
            )
        connection.execute("CREATE ROLE reader LOGIN")
        connection.execute("GRANT USAGE ON SCHEMA mart, koujing TO reader")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA mart, koujing TO reader")
        yield connection


@pytest.fixture(scope="session")
def engine(server: str, owner: psycopg.Connection) -> Iterator[PostgresEngine]:
    """The toy shop as an engine, for a role that may only read."""
    assert owner
    opened = PostgresEngine(server.replace("user=postgres", "user=reader"))
    yield opened
    opened.close()
