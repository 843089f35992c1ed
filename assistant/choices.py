"""`Choices`: what a user took ambiguous terms for, in the project's `app.sqlite`.

Kept when a user picks a reading of "订单数", used the next time with a visible note, forgotten on
request. One user's choices say nothing of another's. Beside `users`; imports no parser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.app_database import connected
from semantic_layer import Issue, QueryError, Text, nearest


@dataclass(frozen=True)
class Choice:
    """The metric that a user took a term for, and when."""

    term: str
    choice: str
    chosen_at: str


class Choices:
    """The remembered choices of one project's users."""

    def __init__(self, database: Path) -> None:
        """`database` is the project's `app.sqlite`; it is created on first use."""
        self._database = database

    def of(self, user: str) -> tuple[Choice, ...]:
        """All that a user chose, by term."""
        with connected(self._database) as connection:
            rows = connection.execute(
                "SELECT term, choice, chosen_at FROM choices WHERE user = ? ORDER BY term", (user,)
            ).fetchall()
        return tuple(Choice(*row) for row in rows)

    def by_term(self, user: str) -> Mapping[str, str]:
        """Term, in lower case, → metric."""
        return {one.term: one.choice for one in self.of(user)}

    def remember(self, user: str, choices: Mapping[str, str], now: datetime) -> None:
        """Keep what a user took terms for; a later choice replaces an earlier one."""
        if not choices:
            return
        rows = [(user, term.casefold(), name, now.isoformat()) for term, name in choices.items()]
        with connected(self._database) as connection:
            connection.executemany("INSERT OR REPLACE INTO choices VALUES (?, ?, ?, ?)", rows)

    def forget(self, user: str, term: str) -> None:
        """Ask this user about a term again.

        Raises:
            QueryError: nothing is remembered of that term; the message names the terms that are.
        """
        with connected(self._database) as connection:
            done = connection.execute(
                "DELETE FROM choices WHERE user = ? AND term = ?", (user, term.casefold())
            )
        if done.rowcount == 0:
            raise QueryError([_unknown(term, [one.term for one in self.of(user)])])


def _unknown(term: str, known: list[str]) -> Issue:
    listed_zh, listed_en = "、".join(known) or "无", ", ".join(known) or "none"
    return Issue(
        code="unknown_choice",
        message=Text(
            zh=f"没有记住对 {term!r} 的选择；已记住的词：{listed_zh}。",
            en=f"No choice for {term!r} is remembered; the remembered terms are: {listed_en}.",
        ),
        where=term,
        suggestions=nearest(term, known),
    )
