"""Several replies of a language model to one question: the reading of the majority, or a choice.

Between single readings and the outcome of `llm_parser`. Two plans are one vote if they mean the
same (`normal_form`), however they are written. Pure: imports neither langchain nor prompts.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.language_model import plan_audit_messages as say
from assistant.language_model.plan_evidence import Evidence
from assistant.language_model.plan_labels import labels_of
from assistant.outcome import Clarification, Option, Parsed, ParseOutcome, WrittenSql
from semantic_layer import SemanticQuery
from semantic_layer.resolving.normal_form import same_plan

MAX_OPTIONS = 4


def majority(
    outcomes: Sequence[ParseOutcome], samples: int, evidence: Evidence
) -> ParseOutcome | None:
    """The first outcome that more than half of all `samples` agree with, if there is one yet."""
    for one in outcomes:
        if 2 * sum(_agree(one, other, evidence) for other in outcomes) > samples:
            return one
    return None


def put_to_the_user(outcomes: Sequence[ParseOutcome], evidence: Evidence) -> ParseOutcome:
    """The question back when no reading has a majority: the different plans, the commonest first.

    With less than two plans, a question that the model itself asks goes before; SQL, which cannot
    be shown as a plan, is never taken without a majority.
    """
    plans = [outcome.query for outcome in outcomes if isinstance(outcome, Parsed)]
    readings = distinct_plans(plans, evidence)
    asked = next((one for one in outcomes if isinstance(one, Clarification)), None)
    if not readings or (len(readings) < 2 and asked is not None):
        plain = (one for one in outcomes if not isinstance(one, WrittenSql))
        return asked or next(plain, outcomes[0])
    votes = [sum(is_same(one, plan, evidence) for plan in plans) for one in readings]
    order = sorted(range(len(readings)), key=lambda place: -votes[place])[:MAX_OPTIONS]
    shown = [readings[place] for place in order]
    labels = labels_of(shown, evidence.model, evidence.today)
    return Clarification(
        question=say.which_reading(),
        options=tuple(
            Option(label=label, query=query) for label, query in zip(labels, shown, strict=True)
        ),
        links=evidence.links,
    )


def distinct_plans(plans: Sequence[SemanticQuery], evidence: Evidence) -> tuple[SemanticQuery, ...]:
    """The plans that mean different things, the first of each."""
    kept: list[SemanticQuery] = []
    for plan in plans:
        if not any(is_same(plan, one, evidence) for one in kept):
            kept.append(plan)
    return tuple(kept)


def is_same(one: SemanticQuery, other: SemanticQuery, evidence: Evidence) -> bool:
    """Whether two plans give the same numbers."""
    return same_plan(one, other, evidence.today, evidence.model.events)


def _agree(one: ParseOutcome, other: ParseOutcome, evidence: Evidence) -> bool:
    if isinstance(one, Parsed) and isinstance(other, Parsed):
        return is_same(one.query, other.query, evidence)
    if isinstance(one, WrittenSql) and isinstance(other, WrittenSql):
        return one.sql.split() == other.sql.split()
    if isinstance(one, Clarification) and isinstance(other, Clarification):
        return [option.query for option in one.options] == [
            option.query for option in other.options
        ]
    return type(one) is type(other)
