"""`History`: the conversations of a user as questions and plans, in the project's `app.sqlite`.

Rows and numbers are not kept: `reopening` runs the plans again. Each user has the latest 200
conversations of 100 turns; older ones make room. Nobody sees, opens or deletes another's.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.answer import Answer
from assistant.app_database import connected
from assistant.records.plan_text import plan_text
from assistant.records.stored_text import one_line
from semantic_layer import Issue, Language, QueryError, Text

MOST_CONVERSATIONS = 200
MOST_TURNS = 100
_LONGEST_TITLE = 80
_LONGEST_QUESTION = 5_000

_OWNED = "SELECT 1 FROM conversations WHERE id = ? AND user = ?"
_OLD_TURNS = (
    "DELETE FROM turns WHERE conversation = ? AND place NOT IN "
    "(SELECT place FROM turns WHERE conversation = ? ORDER BY place DESC LIMIT ?)"
)
_OLD_CONVERSATIONS = (
    "DELETE FROM conversations WHERE user = ? AND id NOT IN "
    "(SELECT id FROM conversations WHERE user = ? ORDER BY changed_at DESC, id DESC LIMIT ?)"
)
_LOST_TURNS = "DELETE FROM turns WHERE conversation NOT IN (SELECT id FROM conversations)"


@dataclass(frozen=True)
class Conversation:
    """A conversation in the list; its first question is its title until somebody renames it."""

    id: int
    title: str
    begun_at: str
    changed_at: str


@dataclass(frozen=True)
class Asked:
    """A question and its plan in JSON, if it had one."""

    question: str
    plan: str | None


@dataclass(frozen=True)
class Turn:
    """One turn: what was asked, how it was read, and which versions of the metrics held then.

    `chart` is the type that was chosen last. `further` are the other questions of the same text.
    """

    asked: Asked
    language: Language
    status: str
    versions: Mapping[str, int]
    chart: str | None
    further: tuple[Asked, ...]
    asked_at: str


class History:
    """The conversations of one project's users."""

    def __init__(self, database: Path) -> None:
        """`database` is the project's `app.sqlite`; it is created on first use."""
        self._database = database

    def of(self, user: str) -> tuple[Conversation, ...]:
        """A user's conversations, the latest first."""
        with connected(self._database) as connection:
            rows = connection.execute(
                "SELECT id, title, begun_at, changed_at FROM conversations WHERE user = ? "
                "ORDER BY changed_at DESC, id DESC",
                (user,),
            ).fetchall()
        return tuple(Conversation(*row) for row in rows)

    def record(self, user: str, conversation: int | None, answer: Answer, now: datetime) -> int:
        """Keep one more turn, and return the conversation that it belongs to.

        A new conversation begins if none is named, or if the named one is gone.
        """
        with connected(self._database) as connection:
            moment = now.isoformat()
            touched = connection.execute(
                "UPDATE conversations SET changed_at = ? WHERE id = ? AND user = ?",
                (moment, conversation, user),
            )
            if conversation is None or touched.rowcount == 0:
                conversation = _begun(connection, user, answer.question, moment)
            _insert_turn(connection, conversation, answer, moment)
            connection.execute(_OLD_TURNS, (conversation, conversation, MOST_TURNS))
            connection.execute(_OLD_CONVERSATIONS, (user, user, MOST_CONVERSATIONS))
            connection.execute(_LOST_TURNS)
        return conversation

    def turns(self, user: str, conversation: int) -> tuple[Turn, ...]:
        """The turns of a conversation, oldest first.

        Raises:
            QueryError: this user has no such conversation.
        """
        with connected(self._database) as connection:
            _must_own(connection, user, conversation)
            rows = connection.execute(
                "SELECT question, plan, language, status, versions, chart, further, asked_at "
                "FROM turns WHERE conversation = ? ORDER BY place",
                (conversation,),
            ).fetchall()
        return tuple(_turn(*row) for row in rows)

    def keep_chart(self, user: str, conversation: int, back: int, chart: str) -> None:
        """Keep the type of chart chosen for a turn, counted `back` from the latest, which is 0.

        Raises:
            QueryError: this user has no such conversation.
        """
        with connected(self._database) as connection:
            _must_own(connection, user, conversation)
            connection.execute(
                "UPDATE turns SET chart = ? WHERE conversation = ? AND place = (SELECT place "
                "FROM turns WHERE conversation = ? ORDER BY place DESC LIMIT 1 OFFSET ?)",
                (chart, conversation, conversation, back),
            )

    def rename(self, user: str, conversation: int, title: str) -> None:
        """Give a conversation another title; a blank one changes nothing.

        Raises:
            QueryError: this user has no such conversation.
        """
        kept = one_line(title, _LONGEST_TITLE)
        with connected(self._database) as connection:
            _must_own(connection, user, conversation)
            if kept:
                connection.execute(
                    "UPDATE conversations SET title = ? WHERE id = ?", (kept, conversation)
                )

    def delete(self, user: str, conversation: int) -> None:
        """Forget a conversation for good.

        Raises:
            QueryError: this user has no such conversation.
        """
        with connected(self._database) as connection:
            _must_own(connection, user, conversation)
            connection.execute("DELETE FROM conversations WHERE id = ?", (conversation,))
            connection.execute(_LOST_TURNS)

    def clear(self, user: str) -> None:
        """Forget all conversations of a user for good."""
        with connected(self._database) as connection:
            connection.execute("DELETE FROM conversations WHERE user = ?", (user,))
            connection.execute(_LOST_TURNS)


def _begun(connection: sqlite3.Connection, user: str, question: str, moment: str) -> int:
    begun = connection.execute(
        "INSERT INTO conversations (user, title, begun_at, changed_at) VALUES (?, ?, ?, ?)",
        (user, one_line(question, _LONGEST_TITLE), moment, moment),
    )
    assert begun.lastrowid is not None, "an INSERT has a row id"
    return begun.lastrowid


def _insert_turn(
    connection: sqlite3.Connection, conversation: int, answer: Answer, moment: str
) -> None:
    """One statement finds the next place and takes it, whoever else is writing."""
    asked = _asked(answer)
    further = [[one.question, one.plan] for one in map(_asked, answer.further)]
    connection.execute(
        "INSERT INTO turns SELECT ?, coalesce(max(place) + 1, 0), ?, ?, ?, ?, ?, ?, ?, ? "
        "FROM turns WHERE conversation = ?",
        (
            conversation,
            asked.question,
            answer.language,
            answer.status,
            asked.plan,
            json.dumps({one.name: one.version for one in answer.definitions}),
            answer.chart.type if answer.chart else None,
            json.dumps(further, ensure_ascii=False),
            moment,
            conversation,
        ),
    )


def _asked(answer: Answer) -> Asked:
    question = one_line(answer.question, _LONGEST_QUESTION)
    return Asked(question, plan_text(answer.query) if answer.query else None)


def _turn(
    question: str,
    plan: str | None,
    language: Language,
    status: str,
    versions: str,
    chart: str | None,
    further: str,
    asked_at: str,
) -> Turn:
    others = tuple(Asked(*one) for one in json.loads(further))
    known: Mapping[str, int] = json.loads(versions)
    return Turn(Asked(question, plan), language, status, known, chart, others, asked_at)


def _must_own(connection: sqlite3.Connection, user: str, conversation: int) -> None:
    if connection.execute(_OWNED, (conversation, user)).fetchone() is None:
        raise QueryError([_unknown(conversation)])


def _unknown(conversation: int) -> Issue:
    return Issue(
        code="unknown_conversation",
        message=Text(
            zh="没有找到这段对话，它可能已被删除；请从列表里另选一段。",
            en="There is no such conversation, it may have been deleted; choose one of the list.",
        ),
        where=str(conversation),
    )
