"""The language model's parser: a question and its links in, a `ParseOutcome` out.

Last of the parsers, asked when the deterministic ones abstain. The model only picks names; its plan
is audited against the links (`plan_audit`), goes back with its issues twice at most, and is then
refused. Imports neither langchain (see `chat_model`) nor a database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from assistant import plan_audit_messages as say
from assistant.chat_model import ChatModel
from assistant.chat_model_error import ChatModelError
from assistant.embedders import Embedder
from assistant.lexicon import Lexicon
from assistant.model_reply import Reply
from assistant.outcome import Clarification, Link, Option, Parsed, ParseOutcome, Refusal
from assistant.plan_audit import assumptions, audit, audit_choice
from assistant.plan_evidence import Evidence, choose, in_data_spelling
from assistant.plan_prompt import question_prompt, repair_prompt, system_prompt
from assistant.retrieval import nearest_metrics
from semantic_layer import Issue, Language, SemanticModel, SemanticQuery, messages, nearest

MAX_REPAIRS = 2
_MAX_OPTIONS = 4


@dataclass(frozen=True)
class ModelContext:
    """What the model is told, and what its plan is held against.

    `available` are the metrics with data, None for all. `embedder` finds the nearest metrics for
    what is not governed; without one, spelling does.
    """

    model: SemanticModel
    lexicon: Lexicon
    links: tuple[Link, ...]
    now: datetime
    language: Language
    available: frozenset[str] | None = None
    previous: SemanticQuery | None = None
    embedder: Embedder | None = None


def parse_with_model(
    question: str, *, context: ModelContext, chat_model: ChatModel
) -> ParseOutcome:
    """What the question means, in the model's reading as far as the audit lets it pass.

    Never raises for what a model does: an unreachable model, a refused key or a reply that stays
    malformed is a `Refusal` of one sentence. Wrap `chat_model` in a `TokenMeter` to learn the cost.
    """
    evidence = _evidence(question, context)
    system = system_prompt(context.model, context.now)
    asked = question_prompt(evidence)
    user, malformed = asked, False
    issues: tuple[Issue, ...] = ()
    for _ in range(1 + MAX_REPAIRS):
        try:
            reply = chat_model.complete(system, user, Reply).value
        except ChatModelError as error:
            if error.code != "malformed_reply" or malformed:
                return Refusal(issues=(error.issue,), links=context.links)
            malformed, issues = True, (error.issue,)
            user = repair_prompt(asked, error.reply, [error.detail])
            continue
        verdict = _judge(reply, evidence, context)
        if verdict.outcome is not None:
            return verdict.outcome
        issues = verdict.issues
        problems = [issue.message.en for issue in issues]
        user = repair_prompt(asked, reply.model_dump_json(exclude_defaults=True), problems)
    return Refusal(issues=issues, links=context.links)


@dataclass(frozen=True)
class _Verdict:
    """An outcome, or the issues that stand against the reply."""

    outcome: ParseOutcome | None
    issues: tuple[Issue, ...] = ()


def _evidence(question: str, context: ModelContext) -> Evidence:
    return Evidence(
        question=question,
        links=context.links,
        model=context.model,
        lexicon=context.lexicon,
        today=context.now.date(),
        available=context.available,
        previous=context.previous,
    )


def _judge(reply: Reply, evidence: Evidence, context: ModelContext) -> _Verdict:
    match reply.kind:
        case "plan":
            return _judge_plan(reply, evidence)
        case "clarify":
            return _judge_clarification(reply, evidence)
        case "refuse":
            return _Verdict(_refusal(reply, context))
        case _:
            assert_never(reply.kind)


def _judge_plan(reply: Reply, evidence: Evidence) -> _Verdict:
    query = in_data_spelling(reply.query(), evidence.lexicon)
    issues = audit(query, evidence)
    if not issues:
        read = assumptions(query, evidence)
        return _Verdict(Parsed(query=query, links=evidence.links, assumptions=read))
    if all(issue.code == "ambiguous_term" for issue in issues):
        # The model cannot settle it, so another round would be wasted: the user is asked.
        return _Verdict(_clarification(query, issues[0].where, issues[0].suggestions, evidence))
    return _Verdict(None, issues)


def _judge_clarification(reply: Reply, evidence: Evidence) -> _Verdict:
    metrics = evidence.model.metrics
    unknown = [name for name in reply.metrics if name not in metrics]
    if unknown:
        issues = (messages.unknown_metric(name, nearest(name, metrics)) for name in unknown)
        return _Verdict(None, tuple(issues))
    available = evidence.available
    names = [name for name in reply.metrics if available is None or name in available]
    if len(names) < 2:
        return _Verdict(None, (say.too_few_choices(),))
    query = in_data_spelling(reply.query(), evidence.lexicon)
    issues_left = audit_choice(choose(query, names, names[0]), evidence)
    if issues_left:
        return _Verdict(None, issues_left)
    term = reply.term if reply.term and reply.term in evidence.question else None
    return _Verdict(_clarification(query, term, names, evidence))


def _clarification(
    query: SemanticQuery, term: str | None, names: Sequence[str], evidence: Evidence
) -> Clarification:
    """The question which of the metrics is meant, each with the whole query."""
    options = tuple(
        Option(label=evidence.model.metrics[name].label, query=choose(query, names, name))
        for name in names[:_MAX_OPTIONS]
    )
    return Clarification(
        question=say.which_metric(term, [option.label for option in options]),
        options=options,
        links=evidence.links,
    )


def _refusal(reply: Reply, context: ModelContext) -> Refusal:
    near = tuple(name for name in reply.metrics if name in context.model.metrics)
    if reply.term and not near:
        near = nearest_metrics(reply.term, context.model, context.embedder)
    issue = say.not_governed(reply.term, near, context.model)
    return Refusal(issues=(issue,), links=context.links)
