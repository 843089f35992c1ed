"""A candidate → a verified question of the project, when an analyst or an admin says so.

After `feedback`. The question is written into a copy of the project's definitions first, which must
load whole, and is replayed there as `koujing check` does; only then is the file exchanged, in one
step. Nothing is written that a later question could trip over: words that depend on the turn
before, that stand for several metrics, or that somebody verified already. The clock is an argument.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

import yaml

from assistant.app_database import connected
from assistant.defining.verified_check import issues_of
from assistant.defining.whole_file import write_whole
from assistant.facade import Assistant
from assistant.follow_ups.conversation import parse_turn
from assistant.knowledge import Knowledge, knowledge_of
from assistant.outcome import Clarification, Parsed
from assistant.parsing.linked_parser import parse_linked
from assistant.parsing.verified_parser import parse_verified
from assistant.reading import read_query
from assistant.records import approval_problems as problems
from assistant.records.feedback import Feedback, decide, may_see_plan, must_review
from assistant.records.plan_text import plan_text
from assistant.records.stored_text import one_line
from assistant.records.verified_file import FILE_NAME, Entry, with_entry
from assistant.users import User
from semantic_layer import (
    DefinitionError,
    Issue,
    QueryError,
    SemanticModel,
    SemanticQuery,
    reachable_dimensions,
)
from semantic_layer.access.role_access import rules_for, seen_by
from semantic_layer.loader import SHIPPED, load_model
from semantic_layer.query import GroupBy
from semantic_layer.resolving.normal_form import same_plan

_LONGEST_WORDING = 200
_ATTEMPTS = 3


@dataclass(frozen=True)
class Wording:
    """The question as it shall be recognised, in one language or in both."""

    zh: str = ""
    en: str = ""


@dataclass(frozen=True)
class Approval:
    """A reviewer's decision on a candidate: the words and the plan that they vouch for.

    `for_everybody`: a term that each user may choose the meaning of has this one in these words.
    """

    candidate: int
    wording: Wording
    query: SemanticQuery
    reviewer: User
    for_everybody: bool = False


def approve(assistant: Assistant, approval: Approval, now: datetime) -> Path:
    """Write the verified question into the project, and close its candidate.

    Raises:
        QueryError: the user does not review, the candidate is decided, or the file is busy.
        DefinitionError: the definitions with it would not load, or the question does not hold.
    """
    reviewer = approval.reviewer
    must_review(reviewer)
    database = assistant.project / "app.sqlite"
    Feedback(database).must_be_open(approval.candidate)
    if not may_see_plan(approval.query, assistant.knowledge_for(reviewer), now.date()):
        raise QueryError([problems.plan_hidden()])
    entry = _entry(approval, now)
    path = assistant.models_folder / FILE_NAME
    for _ in range(_ATTEMPTS):
        before = _content(path)
        after = _validated(assistant, before or "", entry, approval, now)
        with connected(database) as connection:
            decide(connection, approval.candidate, "approved", reviewer, now)
            # The write lock of the database is ours now: no other approval is under way.
            if _content(path) == before:
                _write(path, after)
                return path
            connection.rollback()
    raise QueryError([problems.file_busy()])


def _validated(
    assistant: Assistant, text: str, entry: Entry, approval: Approval, now: datetime
) -> str:
    """The text of the file with the entry, once all definitions load with it and it holds.

    Raises:
        DefinitionError: each thing that is wrong.
    """
    try:
        after = with_entry(text, entry)
    except yaml.YAMLError as error:
        _model(assistant, text)  # says on which line the file is broken
        raise DefinitionError([problems.file_broken()]) from error
    knowledge = _seen_by(approval.reviewer, _model(assistant, after), assistant)
    found = [
        issue
        for issue in _issues(entry, knowledge, now)
        if not (approval.for_everybody and issue.code == "wording_ambiguous")
    ]
    if found:
        raise DefinitionError(found)
    return after


def _entry(approval: Approval, now: datetime) -> Entry:
    """The entry in the spelling that a file can hold.

    Raises:
        QueryError: it has no words.
    """
    zh, en = (
        one_line(text, _LONGEST_WORDING) or None
        for text in (approval.wording.zh, approval.wording.en)
    )
    if zh is None and en is None:
        raise QueryError([problems.wording_needed()])
    query = read_query(plan_text(approval.query))
    return Entry(zh, en, query, approval.reviewer.name, now.date())


def _model(assistant: Assistant, text: str) -> SemanticModel:
    """The project's definitions with that text as their file of verified questions."""
    with tempfile.TemporaryDirectory() as folder:
        models = Path(folder)
        if assistant.models_folder.is_dir():
            for file in assistant.models_folder.glob("*.y*ml"):
                shutil.copy(file, models)
        (models / FILE_NAME).write_text(text, encoding="utf-8", newline="")
        return load_model(SHIPPED, models)


def _seen_by(reviewer: User, model: SemanticModel, assistant: Assistant) -> Knowledge:
    known = assistant.knowledge_for(reviewer)
    bound = seen_by(rules_for(model, reviewer.role), model, known.catalog)
    return knowledge_of(bound, known.catalog, known.members)


def _issues(entry: Entry, knowledge: Knowledge, now: datetime) -> Iterator[Issue]:
    """What is wrong with a question whose words and plan the definitions hold already."""
    asked = [one for one in knowledge.model.verified_questions if one.texts == entry.texts]
    if not asked or asked[-1].query != entry.query:
        yield problems.plan_not_written()
        return
    yield from issues_of(asked[-1], knowledge, now.date())
    for text in entry.texts:
        yield from _issues_of_wording(text, entry.query, knowledge, now)


def _issues_of_wording(
    text: str, query: SemanticQuery, knowledge: Knowledge, now: datetime
) -> Iterator[Issue]:
    context = knowledge.parse_context(now)
    alone = parse_linked(text, context)
    if isinstance(alone, Clarification) and any(option.choices for option in alone.options):
        yield problems.ambiguous(text, alone)
    if not isinstance(alone, Parsed) and any(
        isinstance(parse_turn(text, (before,), context), Parsed)
        for before in _turns_before(query, knowledge)
    ):
        yield problems.depends_on_another(text)
    known = parse_verified(text, knowledge.verified, context)
    if known is None:
        yield problems.not_recognised(text)
    elif not same_plan(known.query, query, now.date(), knowledge.model.events):
        yield problems.verified_otherwise(text)


def _turns_before(query: SemanticQuery, knowledge: Knowledge) -> Iterator[SemanticQuery]:
    """Plans that a follow-up could edit: this one, and its first metric by a dimension."""
    yield query
    for metric in query.metrics[:1]:
        dataset = next(iter(knowledge.model.simple_metrics_of(metric))).dataset
        for name in islice(reachable_dimensions(knowledge.model, dataset), 1):
            yield SemanticQuery(metrics=(metric,), group_by=(GroupBy(name=name),), time=query.time)


def _content(path: Path) -> str | None:
    """The file as it is, line ends and all; None where there is none.

    Raises:
        DefinitionError: it is no text that can be read.
    """
    try:
        return path.read_bytes().decode("utf-8-sig") if path.exists() else None
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError([problems.file_broken()]) from error


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text)
    except OSError as error:
        raise QueryError([problems.file_not_written()]) from error
