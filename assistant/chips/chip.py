"""`Chip`: one part of a plan in words, and the plans that a click on it leads to.

Bottom of `assistant/chips`. `Editing` is what every kind of chip is made from; it lets nothing
through that this project cannot answer. It may import neither a parser nor a database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Literal

from assistant.knowledge import Knowledge
from semantic_layer import (
    Language,
    QueryError,
    ResolvedQuery,
    SemanticQuery,
    Text,
    dimension_is_loaded,
    plan,
    reachable_dimensions,
    resolve,
)

ChipKind = Literal[
    "metric",
    "time",
    "grain",
    "dimension",
    "filter",
    "comparison",
    "average",
    "share",
    "running",
    "having",
    "order",
    "limit",
]
Action = Literal["replace", "add", "exclude"]
Edit = tuple[str, SemanticQuery]


@dataclass(frozen=True)
class Alternative:
    """Another plan, checked to be answerable, and what it is called on the chip."""

    label: str
    query: SemanticQuery
    action: Action = "replace"


@dataclass(frozen=True)
class Listed:
    """The members of a dimension that a condition lists, and those that it could."""

    dimension: str
    members: tuple[str, ...]
    every: tuple[str, ...]


@dataclass(frozen=True)
class Chip:
    """A part of a plan: what it is, what it says, and what it may be instead.

    `is_default`: nobody asked for it. `is_changed`: it is not in the plan before. `without` is the
    plan that lacks this part, where there is one. A chip without a text offers to add something.
    A condition that lists members of a dimension says which of all that there are.
    """

    kind: ChipKind
    label: str
    text: str
    is_default: bool = False
    is_changed: bool = False
    alternatives: tuple[Alternative, ...] = ()
    without: SemanticQuery | None = None
    listed: Listed | None = None


@dataclass(frozen=True)
class Editing:
    """A plan and what is known of it while its chips are made.

    `members` lists the values of a dimension in the order in which they are offered. A closed chip
    is asked only whether it has anything to offer: to check every alternative of every chip takes
    longer than to answer the question.
    """

    query: SemanticQuery
    resolved: ResolvedQuery
    knowledge: Knowledge
    now: datetime
    language: Language
    before: SemanticQuery | None = None
    members: Mapping[str, Sequence[str]] = field(default_factory=dict)
    is_closed: bool = False

    def say(self, text: Text) -> str:
        """The text in the language of the chips."""
        return text.in_(self.language)

    def offers(self, edits: Iterable[Edit], action: Action = "replace") -> Iterator[Alternative]:
        """The edits that change the plan and can be answered, each once; of a closed chip, one."""
        return islice(self.every_offer(edits, action), 1 if self.is_closed else None)

    def every_offer(
        self, edits: Iterable[Edit], action: Action = "replace"
    ) -> Iterator[Alternative]:
        """The edits that change the plan and can be answered, each plan once."""
        seen = {self.query}
        for label, query in edits:
            if query not in seen and is_answerable(query, self.knowledge, self.now):
                yield Alternative(label, query, action)
            seen.add(query)

    def kept(self, query: SemanticQuery | None) -> SemanticQuery | None:
        """The plan if it is another one and can be answered."""
        if query is None or query == self.query:
            return None
        return query if is_answerable(query, self.knowledge, self.now) else None

    def members_of(self, dimension: str) -> Sequence[str]:
        """The values of a dimension in the order in which they are offered."""
        return self.members.get(dimension) or self.knowledge.members.get(dimension, ())


def is_answerable(query: SemanticQuery, knowledge: Knowledge, now: datetime) -> bool:
    """Whether a plan resolves on what is loaded, for the role that the knowledge is bound to."""
    try:
        plan(resolve(query, knowledge.model, knowledge.catalog, now.date()))
    except QueryError:
        return False
    return True


def dimensions_of(query: SemanticQuery, knowledge: Knowledge) -> Iterator[str]:
    """The categorical dimensions with several loaded values that all metrics of a plan reach."""
    model = knowledge.model
    parts = [part for name in query.metrics for part in model.simple_metrics_of(name)]
    if not parts:
        return
    reached = [set(reachable_dimensions(model, part.dataset)) for part in parts]
    for name in reachable_dimensions(model, parts[0].dataset):
        dimension = model.dimensions.get(name)
        if dimension is None or dimension.type != "categorical":
            continue
        if len(knowledge.members.get(name, ())) < 2 or not all(name in one for one in reached):
            continue
        if all(dimension_is_loaded(model, part, name, knowledge.catalog) for part in parts):
            yield name
