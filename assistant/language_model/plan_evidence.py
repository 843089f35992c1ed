"""What a plan is held against, and the plan's conditions as single checks.

Below `plan_audit` and `llm_parser`: the linker's view of the question, the words of the lexicon,
and filters taken apart. Pure: no model, no prompt, no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assistant.linking.lexicon import BLOCKED, Lexicon
from assistant.linking.linker import unlinked_words
from assistant.linking.member_groups import expanded
from assistant.linking.normalize import key_of
from assistant.outcome import Link, LinkKind
from assistant.question_parts.row_nouns import without_row_nouns
from assistant.question_parts.sentence import Sentence
from semantic_layer import Issue, SemanticModel, SemanticQuery
from semantic_layer.query import And, Compare, CompareMetric, Filter, In, IsNull, Not, Or, Scalar

Leaf = Compare | In | IsNull

Rule = Callable[[SemanticQuery, "Evidence"], Iterator[Issue]]

_OPPOSITES = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True)
class Evidence:
    """The question as the linker has read it.

    `available` are the metrics with data, None for all. `previous` is the query that a follow-up
    edits: what it holds counts as asked.
    """

    question: str
    links: tuple[Link, ...]
    model: SemanticModel
    lexicon: Lexicon
    today: date
    available: frozenset[str] | None = None
    previous: SemanticQuery | None = None

    def of_kind(self, *kinds: LinkKind) -> tuple[Link, ...]:
        """The links of these kinds, in the order of the question."""
        return tuple(link for link in self._said if link.kind in kinds)

    @cached_property
    def _said(self) -> tuple[Link, ...]:
        """Without the nouns that only say what a member is a member of: Tmall orders."""
        links = tuple(expanded(self.links))
        sentence = Sentence.of(self.question, links)
        kept = {(one.start, one.kind) for one in without_row_nouns(sentence, self.model).links}
        silent = {(one.start, one.kind) for one in sentence.links} - kept
        return tuple(one for one in links if (one.start, one.kind) not in silent)

    @cached_property
    def unexplained(self) -> tuple[str, ...]:
        """The stretches of the question that no link covers."""
        return unlinked_words(self.question, self.links)

    @cached_property
    def blocked(self) -> tuple[str, ...]:
        """Unexplained words that are known to change a number: 平均, 累计, average."""
        found = []
        for stretch in self.unexplained:
            tokens = key_of(stretch)
            for at in range(len(tokens)):
                for end, meaning in self.lexicon.matches(tokens, at):
                    if meaning == BLOCKED:
                        found.append("".join(tokens[at:end]))
        return tuple(dict.fromkeys(found))

    def candidates(self, link: Link) -> tuple[str, ...]:
        """The metrics with data that an ambiguous word, an event or a quantity may mean."""
        metrics = self.model.metrics
        if link.kind is LinkKind.ambiguous_metric:
            names = [name for name in link.value or () if name in metrics]
        else:
            names = [name for name in metrics if metrics[name].facets.get(link.kind) == link.name]
        return tuple(name for name in names if self.available is None or name in self.available)


@dataclass(frozen=True)
class Check:
    """One value that a filter tests; None for a test of absence. `negated` ones must not hold."""

    field: str
    operator: str
    value: Scalar | None
    negated: bool


def is_new(now: object, before: object) -> bool:
    """Whether a part of a plan is there, and was not in the plan before."""
    return now not in (None, False, ()) and now != before


def checks_of(condition: Filter | None, negated: bool = False) -> Iterator[Check]:
    """The single checks of a filter, in order; "not less than 5" is "at least 5"."""
    match condition:
        case None:
            return
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from checks_of(part, negated)
        case Not(part=part):
            yield from checks_of(part, not negated)
        case Compare(field=name, operator="!=", value=value):
            yield Check(name, "=", value, not negated)
        case Compare(field=name, operator=operator, value=value):
            opposite = _OPPOSITES.get(operator) if negated else None
            yield Check(name, opposite or operator, value, negated and opposite is None)
        case In(field=name, values=values):
            yield from (Check(name, "=", value, negated) for value in values)
        case IsNull(field=name):
            yield Check(name, "is_null", None, negated)


def in_data_spelling(query: SemanticQuery, lexicon: Lexicon) -> SemanticQuery:
    """The same query with values as the data spell them: 浙江 → 浙江省, Tmall → 天猫."""

    def spelled(name: str, value: Scalar) -> Scalar:
        return (lexicon.member_of(name, value) or value) if isinstance(value, str) else value

    def respelled(leaf: Leaf) -> Filter:
        match leaf:
            case Compare(field=name, operator=operator, value=value):
                return Compare(field=name, operator=operator, value=spelled(name, value))
            case In(field=name, values=values):
                return In(field=name, values=tuple(spelled(name, value) for value in values))
            case IsNull():
                return leaf

    if query.where is None:
        return query
    return query.model_copy(update={"where": _mapped(query.where, respelled)})


def choose(query: SemanticQuery, among: Collection[str], choice: str) -> SemanticQuery:
    """The same query with the metric `choice` wherever one of the metrics `among` stood."""

    def chosen(name: str) -> str:
        return choice if name in among else name

    def renamed(leaf: Leaf) -> Filter:
        return leaf.model_copy(update={"field": chosen(leaf.field)})

    return query.model_copy(
        update={
            "metrics": tuple(dict.fromkeys(chosen(name) for name in query.metrics)),
            "having": _mapped(query.having, renamed) if query.having else None,
            "order_by": tuple(
                order.model_copy(update={"name": chosen(order.name)}) for order in query.order_by
            ),
        }
    )


def _mapped(condition: Filter, change: Callable[[Leaf], Filter]) -> Filter:
    match condition:
        case And(parts=parts):
            return And(parts=tuple(_mapped(part, change) for part in parts))
        case Or(parts=parts):
            return Or(parts=tuple(_mapped(part, change) for part in parts))
        case Not(part=part):
            return Not(part=_mapped(part, change))
        case CompareMetric():
            return condition
        case _:
            return change(condition)
