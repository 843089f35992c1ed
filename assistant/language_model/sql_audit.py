"""The audit of governed SQL that a language model wrote: does it hold what the question names?

Beside `plan_audit`. SQL is asked for only where no plan can say the question, so its shape is the
model's and is shown as such; but every metric, dimension, value, time and number that is linked
must occur in it. Names, functions and policies are the compiler's business. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import TypeAdapter

from assistant.language_model import plan_audit_messages as say
from assistant.language_model.plan_audit import days_asked
from assistant.language_model.plan_evidence import Evidence, checks_of
from assistant.linking.lexicon import readings_of
from assistant.linking.member_groups import expanded
from assistant.outcome import Link, LinkKind
from semantic_layer import DateRange, Issue, SemanticQuery
from semantic_layer.governed_sql import CompiledSql
from semantic_layer.query import TimeWindow

_WINDOW: TypeAdapter[TimeWindow] = TypeAdapter(TimeWindow)
_NUMBER = re.compile(r"(?<![\w.'-])\d+(?:\.\d+)?(?![\w.'-])")
_QUOTED = re.compile(r"'((?:[^']|'')*)'")
_OF_SHAPE = (
    *(LinkKind.share, LinkKind.running, LinkKind.average, LinkKind.change, LinkKind.part),
    *(LinkKind.comparison, LinkKind.ranking, LinkKind.comparator, LinkKind.negation),
    *(LinkKind.grain, LinkKind.edit),
)


def audit_sql(text: str, compiled: CompiledSql, evidence: Evidence) -> tuple[Issue, ...]:
    """The linked words that the SQL leaves out; empty when it holds them all."""
    queries = tuple(resolved.query for resolved in compiled.queries)
    missed = (
        link for link in expanded(evidence.links) if not _occurs(link, text, queries, evidence)
    )
    return tuple(dict.fromkeys(map(say.link_ignored, missed)))


def notices_of(text: str, evidence: Evidence) -> tuple[Issue, ...]:
    """What stands with the numbers: that a model wrote the SQL, and the words that only it read."""
    read = (*evidence.unexplained, *(link.text for link in evidence.of_kind(*_OF_SHAPE)))
    words = (
        Issue(code="assumption", message=say.read_by_model(one)) for one in dict.fromkeys(read)
    )
    return (say.written_sql(text), *words)


def _occurs(link: Link, text: str, queries: tuple[SemanticQuery, ...], evidence: Evidence) -> bool:
    match link.kind:
        case LinkKind.metric:
            return link.name in _metrics(queries)
        case LinkKind.ambiguous_metric | LinkKind.event | LinkKind.quantity:
            return bool(_metrics(queries).intersection(evidence.candidates(link)))
        case LinkKind.dimension:
            return link.name in set(_fields(queries))
        case LinkKind.member:
            return _member_occurs(link, text, queries, evidence)
        case LinkKind.time:
            days = days_asked(_WINDOW.validate_python(link.value), evidence)
            return days is None or _days_occur(days, text, queries, evidence)
        case LinkKind.number:
            return link.value in {float(found) for found in _NUMBER.findall(text)}
        case LinkKind.intent:
            return False
        case _:
            return True


def _metrics(queries: tuple[SemanticQuery, ...]) -> set[str]:
    return {name for query in queries for name in query.metrics}


def _fields(queries: tuple[SemanticQuery, ...]) -> Iterator[str]:
    for query in queries:
        yield from (group.name for group in query.group_by)
        yield from (check.field for check in checks_of(query.where))


def _member_occurs(
    link: Link, text: str, queries: tuple[SemanticQuery, ...], evidence: Evidence
) -> bool:
    """In a condition on its dimension, or as a text beside its dimension as a column (CASE)."""
    meant = readings_of(link.name, link.value)
    excludes = bool(evidence.of_kind(LinkKind.negation))
    checks = (check for query in queries for check in checks_of(query.where))
    if any(
        meant.get(check.field, check) == check.value and (excludes or not check.negated)
        for check in checks
    ):
        return True
    shown = {group.name for query in queries for group in query.group_by}
    written = {found.replace("''", "'") for found in _QUOTED.findall(text)}
    return any(dimension in shown and member in written for dimension, member in meant.items())


def _days_occur(
    days: DateRange, text: str, queries: tuple[SemanticQuery, ...], evidence: Evidence
) -> bool:
    """As the window of a SELECT, or as two dates in the text."""
    windows = (days_asked(query.time, evidence) for query in queries if query.time)
    ends = (days.end.isoformat(), days.last_day.isoformat())
    in_text = days.start.isoformat() in text and any(end in text for end in ends)
    return days in windows or in_text
