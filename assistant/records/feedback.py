"""`Feedback`: what readers say of answers, as candidates that a person looks at.

A thumb changes no answer. It makes a candidate of the question and its plan, or counts towards the
one that is there; each user has one vote on it. Analysts and admins read candidates and turn them
down here; `approval` makes one a verified question. In the project's `app.sqlite`.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal

from assistant.answer import Answer
from assistant.app_database import connected
from assistant.knowledge import Knowledge
from assistant.reading import read_query
from assistant.records.plan_text import plan_text
from assistant.records.stored_text import one_line, paragraphs
from assistant.users import User
from semantic_layer import Issue, Language, QueryError, SemanticQuery, Text, resolve
from semantic_layer.query import Compare, In
from semantic_layer.resolving.fields import field_of
from semantic_layer.resolving.filters import leaves_of
from semantic_layer.rules.terms import normalised

LONGEST_COMMENT = 500
MOST_LISTED = 100
_LONGEST_QUESTION = 500
_LONGEST_REASON = 500

Verdict = Literal["up", "down"]
State = Literal["open", "approved", "rejected"]


class Problem(StrEnum):
    """What is wrong with an answer, as its reader says."""

    wrong_number = "wrong_number"
    wrong_metric = "wrong_metric"
    wrong_time = "wrong_time"
    misunderstood = "misunderstood"
    chart = "chart"
    refused = "refused"
    other = "other"


@dataclass(frozen=True)
class Vote:
    """What one user said of a candidate; a later vote of theirs replaces it."""

    user: str
    verdict: Verdict
    problem: Problem | None
    comment: str
    given_at: str


@dataclass(frozen=True)
class Candidate:
    """A question and its plan that readers judged.

    `plan` is None where there was none; `is_hidden` where there is one that this reviewer may not
    see.
    """

    id: int
    question: str
    language: Language
    plan: SemanticQuery | None
    is_hidden: bool
    votes: tuple[Vote, ...]


class Feedback:
    """The votes and candidates of one project."""

    def __init__(self, database: Path) -> None:
        """`database` is the project's `app.sqlite`; it is created on first use."""
        self._database = database

    def give(
        self,
        user: User,
        answer: Answer,
        verdict: Verdict,
        now: datetime,
        *,
        problem: Problem | None = None,
        comment: str = "",
    ) -> None:
        """Keep a user's vote on an answer. What was decided already is counted, not opened again.

        A text beyond 500 characters is cut.
        """
        question = one_line(answer.question, _LONGEST_QUESTION)
        plan = plan_text(answer.query) if answer.query else ""
        with connected(self._database) as connection:
            connection.execute(
                "INSERT INTO candidates (question, words, plan, language, state) "
                "VALUES (?, ?, ?, ?, 'open') ON CONFLICT (words, plan) DO NOTHING",
                (question, normalised(question), plan, answer.language),
            )
            connection.execute(
                "INSERT OR REPLACE INTO votes SELECT id, ?, ?, ?, ?, ? FROM candidates "
                "WHERE words = ? AND plan = ?",
                (
                    *(user.name, verdict, problem, paragraphs(comment, LONGEST_COMMENT)),
                    *(now.isoformat(), normalised(question), plan),
                ),
            )

    def take_back(self, user: User, answer: Answer) -> None:
        """Forget a user's vote on an answer; an open candidate that nobody else judged goes too."""
        question = one_line(answer.question, _LONGEST_QUESTION)
        plan = plan_text(answer.query) if answer.query else ""
        with connected(self._database) as connection:
            connection.execute(
                "DELETE FROM votes WHERE user = ? AND candidate IN "
                "(SELECT id FROM candidates WHERE words = ? AND plan = ?)",
                (user.name, normalised(question), plan),
            )
            connection.execute(
                "DELETE FROM candidates WHERE state = 'open' "
                "AND id NOT IN (SELECT candidate FROM votes)"
            )

    def candidates(
        self, reviewer: User, knowledge: Knowledge, today: date
    ) -> tuple[Candidate, ...]:
        """The open candidates, those with most votes first; at most 100.

        Args:
            reviewer: who reads them.
            knowledge: what that user may see of the project.
            today: the day on which plans are resolved.

        Raises:
            QueryError: this user does not review.
        """
        must_review(reviewer)
        with connected(self._database) as connection:
            rows = connection.execute(
                "SELECT id, question, language, plan FROM candidates WHERE state = 'open' "
                "ORDER BY (SELECT count(*) FROM votes WHERE candidate = id) DESC, id LIMIT ?",
                (MOST_LISTED,),
            ).fetchall()
            return tuple(
                _candidate(row, _votes(connection, row[0]), knowledge, today) for row in rows
            )

    def must_be_open(self, number: int) -> None:
        """Stop unless a candidate waits for a decision.

        Raises:
            QueryError: it is not there or decided already.
        """
        with connected(self._database) as connection:
            found = connection.execute(
                "SELECT 1 FROM candidates WHERE id = ? AND state = 'open'", (number,)
            ).fetchone()
        if found is None:
            raise QueryError([decided_already(number)])

    def count(self, reviewer: User) -> int:
        """How many candidates are open.

        Raises:
            QueryError: this user does not review.
        """
        must_review(reviewer)
        with connected(self._database) as connection:
            found = connection.execute("SELECT count(*) FROM candidates WHERE state = 'open'")
            return int(found.fetchone()[0])

    def reject(self, number: int, reviewer: User, reason: str, now: datetime) -> None:
        """Turn a candidate down, with a reason.

        Raises:
            QueryError: this user does not review, no reason is given, or it is decided already.
        """
        must_review(reviewer)
        words = paragraphs(reason, _LONGEST_REASON)
        if not words:
            raise QueryError([_reason_needed()])
        with connected(self._database) as connection:
            decide(connection, number, "rejected", reviewer, now, words)


def must_review(user: User) -> None:
    """Stop everybody but those who write the project's definitions.

    Raises:
        QueryError: the user is none of them.
    """
    if not user.may_edit_definitions:
        raise QueryError([_not_allowed()])


def decide(
    connection: sqlite3.Connection,
    number: int,
    state: State,
    reviewer: User,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Close an open candidate in the caller's transaction.

    Raises:
        QueryError: it is not there or decided already.
    """
    done = connection.execute(
        "UPDATE candidates SET state = ?, decided_by = ?, decided_at = ?, reason = ? "
        "WHERE id = ? AND state = 'open'",
        (state, reviewer.name, now.isoformat(), reason, number),
    )
    if done.rowcount == 0:
        raise QueryError([decided_already(number)])


def _votes(connection: sqlite3.Connection, candidate: int) -> tuple[Vote, ...]:
    rows = connection.execute(
        "SELECT user, verdict, problem, comment, given_at FROM votes WHERE candidate = ? "
        "ORDER BY given_at DESC, user",
        (candidate,),
    ).fetchall()
    return tuple(
        Vote(user, verdict, Problem(problem) if problem else None, comment, given_at)
        for user, verdict, problem, comment, given_at in rows
    )


def _candidate(
    row: tuple[int, str, Language, str],
    votes: tuple[Vote, ...],
    knowledge: Knowledge,
    today: date,
) -> Candidate:
    number, question, language, text = row
    plan = _read(text)
    is_hidden = plan is not None and not may_see_plan(plan, knowledge, today)
    return Candidate(number, question, language, None if is_hidden else plan, is_hidden, votes)


def _read(text: str) -> SemanticQuery | None:
    """The kept plan; one that another version wrote and this one cannot read is none."""
    try:
        return read_query(text) if text else None
    except QueryError:
        return None


def may_see_plan(plan: SemanticQuery, knowledge: Knowledge, today: date) -> bool:
    """Whether a role may have a plan, and every member that it names."""
    model = knowledge.model
    try:
        resolve(plan, model, knowledge.catalog, today)
    except QueryError as error:
        if any(issue.code == "access_denied" for issue in error.issues):
            return False
    named = (leaf for leaf in leaves_of(plan.where) if isinstance(leaf, In | Compare))
    return all(_may_see_members(leaf, knowledge) for leaf in named)


def _may_see_members(leaf: In | Compare, knowledge: Knowledge) -> bool:
    """Members of rows that a role does not see are not named to it either."""
    found = knowledge.model.find_dimension(field_of(leaf.field, knowledge.model).name)
    if found is None or found[1].type == "time":
        return True
    dimension = found[1]
    if knowledge.sees_all_of(knowledge.model.datasets[dimension.dataset].source):
        return True
    values = leaf.values if isinstance(leaf, In) else (leaf.value,)
    known = knowledge.members.get(dimension.name, ())
    return all(str(value) in known for value in values)


def _not_allowed() -> Issue:
    return Issue(
        code="review_not_allowed",
        message=Text(
            zh="只有分析师和管理员可以审核反馈；请联系他们。",
            en="Only analysts and admins review feedback; ask one of them.",
        ),
    )


def _reason_needed() -> Issue:
    return Issue(
        code="reason_needed",
        message=Text(
            zh="请写明不采纳的原因。",
            en="Write down why this candidate is turned down.",
        ),
    )


def decided_already(number: int) -> Issue:
    """A candidate that somebody else was quicker with."""
    return Issue(
        code="candidate_decided",
        message=Text(
            zh="这条反馈已经处理过，或已被撤回；请刷新列表。",
            en="This candidate has been decided or taken back; reload the list.",
        ),
        where=str(number),
    )
