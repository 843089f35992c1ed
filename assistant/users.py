"""Who asks: the users of a project and their roles, in the project's `app.sqlite`.

Later milestones turn this into real identity; the roles already decide who may edit definitions.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from assistant.app_database import connected
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
        with connected(self._database) as connection:
            rows = connection.execute("SELECT name, role FROM users ORDER BY rowid").fetchall()
            if not rows:
                rows = [(user.name, user.role.value) for user in _FIRST_USERS]
                connection.executemany("INSERT OR IGNORE INTO users VALUES (?, ?)", rows)
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
