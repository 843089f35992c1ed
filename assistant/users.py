"""Who asks: the users of a project and their roles, in the project's `app.sqlite`.

Later milestones turn this into real identity; the roles already decide who may edit definitions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from semantic_layer import Issue, QueryError, Text, nearest


class Role(StrEnum):
    """What a user does with Koujing."""

    operator = "operator"
    executive = "executive"
    analyst = "analyst"
    admin = "admin"


@dataclass(frozen=True)
class User:
    """A name and a role."""

    name: str
    role: Role

    @property
    def may_edit_definitions(self) -> bool:
        """Analysts and admins write the project's definitions."""
        return self.role in (Role.analyst, Role.admin)


LOCAL_ADMIN = User("admin", Role.admin)
_FIRST_USERS = tuple(User(role.value, role) for role in Role)


class Users:
    """The users of one project; the four role users exist from the start."""

    def __init__(self, database: Path) -> None:
        """`database` is the project's `app.sqlite`; it is created on first use."""
        self._database = database

    def all(self) -> tuple[User, ...]:
        """Every user, in the order of creation."""
        with self._connected() as connection:
            rows = connection.execute("SELECT name, role FROM users ORDER BY rowid").fetchall()
        return tuple(User(name, Role(role)) for name, role in rows)

    def find(self, name: str) -> User:
        """The user of that name.

        Raises:
            QueryError: there is no such user; the message names those that exist.
        """
        users = {user.name: user for user in self.all()}
        if name in users:
            return users[name]
        raise QueryError(
            [
                Issue(
                    code="unknown_user",
                    message=Text(
                        zh=f"没有用户 {name!r}；现有用户：{'、'.join(users)}。",
                        en=f"There is no user {name!r}; choose one of {', '.join(users)}.",
                    ),
                    where=name,
                    suggestions=nearest(name, users),
                )
            ]
        )

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            if not self._database.exists():
                self._create()
            with closing(sqlite3.connect(self._database, timeout=10)) as connection, connection:
                yield connection
        except (OSError, sqlite3.Error) as error:
            raise QueryError([_unreadable(self._database)]) from error

    def _create(self) -> None:
        self._database.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._database, timeout=10)) as connection, connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS users (name TEXT PRIMARY KEY, role TEXT NOT NULL)"
            )
            connection.executemany(
                "INSERT OR IGNORE INTO users VALUES (?, ?)",
                [(user.name, user.role.value) for user in _FIRST_USERS],
            )


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
