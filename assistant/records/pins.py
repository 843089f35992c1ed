"""`Pins`: the answers that a user keeps on their overview, as plans with a title and a chart.

In the project's `app.sqlite`; no number is kept. The same plan is pinned once. Beside `history`.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from assistant.app_database import connected
from assistant.records.plan_text import plan_text
from assistant.records.stored_text import one_line
from semantic_layer import Issue, QueryError, SemanticQuery, Text

MOST_PINS = 24
_LONGEST_TITLE = 80
_PIN = (
    "INSERT INTO pins (user, place, title, plan, chart, pinned_at) "
    "SELECT ?, coalesce(max(place) + 1, 0), ?, ?, ?, ? FROM pins WHERE user = ? "
    "ON CONFLICT (user, plan) DO UPDATE SET title = excluded.title, chart = excluded.chart"
)


@dataclass(frozen=True)
class Pin:
    """A plan in JSON, its title, and the type of chart to draw it as."""

    id: int
    title: str
    plan: str
    chart: str | None
    pinned_at: str


class Pins:
    """The pins of one project's users."""

    def __init__(self, database: Path) -> None:
        """`database` is the project's `app.sqlite`; it is created on first use."""
        self._database = database

    def of(self, user: str) -> tuple[Pin, ...]:
        """A user's pins in their order."""
        with connected(self._database) as connection:
            return _pins(connection, user)

    def pin(
        self, user: str, title: str, query: SemanticQuery, chart: str | None, now: datetime
    ) -> None:
        """Keep a plan at the end of the list; one that is there gets the new title and chart.

        Raises:
            QueryError: there is no room for another one.
        """
        plan = plan_text(query)
        words = one_line(title, _LONGEST_TITLE)
        with connected(self._database) as connection:
            connection.execute(_PIN, (user, words, plan, chart, now.isoformat(), user))
            if len(_pins(connection, user)) > MOST_PINS:
                raise QueryError([_full()])  # the transaction takes the new one back

    def remove(self, user: str, pin: int) -> None:
        """Take a pin off.

        Raises:
            QueryError: this user has no such pin.
        """
        with connected(self._database) as connection:
            done = connection.execute("DELETE FROM pins WHERE user = ? AND id = ?", (user, pin))
            if done.rowcount == 0:
                raise QueryError([_unknown(pin)])

    def move(self, user: str, pin: int, by: Literal[-1, 1]) -> None:
        """Move a pin one place towards the front (-1) or the end (1); the ends hold it.

        Raises:
            QueryError: this user has no such pin.
        """
        with connected(self._database) as connection:
            connection.execute("BEGIN IMMEDIATE")
            ids = [one.id for one in _pins(connection, user)]
            if pin not in ids:
                raise QueryError([_unknown(pin)])
            at = ids.index(pin)
            to = min(max(at + by, 0), len(ids) - 1)
            ids[at], ids[to] = ids[to], ids[at]
            connection.executemany("UPDATE pins SET place = ? WHERE id = ?", list(enumerate(ids)))


def _pins(connection: sqlite3.Connection, user: str) -> tuple[Pin, ...]:
    rows = connection.execute(
        "SELECT id, title, plan, chart, pinned_at FROM pins WHERE user = ? ORDER BY place, id",
        (user,),
    ).fetchall()
    return tuple(Pin(*row) for row in rows)


def _full() -> Issue:
    return Issue(
        code="pins_full",
        message=Text(
            zh=f"概览上最多收藏 {MOST_PINS} 个回答；请先取消一个。",
            en=f"The overview holds {MOST_PINS} pinned answers; take one off first.",
        ),
    )


def _unknown(pin: int) -> Issue:
    return Issue(
        code="unknown_pin",
        message=Text(
            zh="没有找到这个收藏，它可能已被取消；请刷新页面。",
            en="There is no such pin, it may have been taken off; reload the page.",
        ),
        where=str(pin),
    )
