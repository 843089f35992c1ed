"""`connected`: the project's `app.sqlite` — who asks, what they chose before, what they kept.

Below `users`, `choices` and `records`. The tables are there from the first connection on. None of
them holds a row of the shop's data.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from semantic_layer import Issue, QueryError, Text

_TABLES = (
    "CREATE TABLE IF NOT EXISTS users (name TEXT PRIMARY KEY, role TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS choices (user TEXT NOT NULL, term TEXT NOT NULL, "
    "choice TEXT NOT NULL, chosen_at TEXT NOT NULL, PRIMARY KEY (user, term))",
    "CREATE TABLE IF NOT EXISTS conversations (id INTEGER PRIMARY KEY AUTOINCREMENT, "
    "user TEXT NOT NULL, title TEXT NOT NULL, begun_at TEXT NOT NULL, changed_at TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS turns (conversation INTEGER NOT NULL, place INTEGER NOT NULL, "
    "question TEXT NOT NULL, language TEXT NOT NULL, status TEXT NOT NULL, plan TEXT, "
    "versions TEXT NOT NULL, chart TEXT, further TEXT NOT NULL, asked_at TEXT NOT NULL, "
    "PRIMARY KEY (conversation, place))",
    "CREATE TABLE IF NOT EXISTS pins (id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, "
    "place INTEGER NOT NULL, title TEXT NOT NULL, plan TEXT NOT NULL, chart TEXT, "
    "pinned_at TEXT NOT NULL, UNIQUE (user, plan))",
    "CREATE TABLE IF NOT EXISTS candidates (id INTEGER PRIMARY KEY AUTOINCREMENT, "
    "question TEXT NOT NULL, words TEXT NOT NULL, plan TEXT NOT NULL, language TEXT NOT NULL, "
    "state TEXT NOT NULL, decided_by TEXT, decided_at TEXT, reason TEXT, UNIQUE (words, plan))",
    "CREATE TABLE IF NOT EXISTS votes (candidate INTEGER NOT NULL, user TEXT NOT NULL, "
    "verdict TEXT NOT NULL, problem TEXT, comment TEXT NOT NULL, given_at TEXT NOT NULL, "
    "PRIMARY KEY (candidate, user))",
)


@contextmanager
def connected(database: Path) -> Iterator[sqlite3.Connection]:
    """One transaction in the database, which is created on first use.

    Raises:
        QueryError: it cannot be opened, read or written.
    """
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(database, timeout=10)) as connection, connection:
            for table in _TABLES:
                connection.execute(table)
            yield connection
    except (OSError, sqlite3.Error) as error:
        raise QueryError([_unreadable(database)]) from error


def _unreadable(database: Path) -> Issue:
    return Issue(
        code="users_unreadable",
        message=Text(
            zh=f"读不了用户库 {database.name}；请检查权限，或移走这个文件后重试。",
            en=f"The user database {database.name} cannot be read; check its permissions, "
            "or move the file away and try again.",
        ),
        where=database.name,
    )
