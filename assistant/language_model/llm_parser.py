"""The language model's parser: a question and its links in, a `ParseOutcome` out.

Last of the parsers, asked when the deterministic ones abstain. The model only picks names; its plan
is audited against the links (`plan_audit`) and goes back with its issues twice at most; then the
user is asked. Imports neither langchain (see `chat_model`) nor a database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never, get_args

from assistant.language_model import plan_audit_messages as say
from assistant.language_model.chat_model import ChatModel
from assistant.language_model.chat_model_error import ChatModelError, ErrorCode
from assistant.language_model.model_reply import Reply, ReplyOrSql
from assistant.language_model.plan_audit import assumptions, audit, audit_choice
from assistant.language_model.plan_evidence import Evidence, choose, in_data_spelling
from assistant.language_model.plan_labels import labels_of
from assistant.language_model.plan_prompt import question_prompt, repair_prompt, system_prompt
from assistant.language_model.plan_votes import distinct_plans, majority, put_to_the_user
from assistant.language_model.sql_audit import audit_sql, notices_of
from assistant.linking.lexicon import Lexicon
from assistant.nearest.embedders import Embedder
from assistant.nearest.retrieval import nearest_metrics
from assistant.nearest.verified_examples import nearest_examples
from assistant.outcome import (
    Clarification,
    Link,
    Option,
    Parsed,
    ParseOutcome,
    Refusal,
    WrittenSql,
)
from semantic_layer import Issue, Language, QueryError, SemanticModel, SemanticQuery, nearest
from semantic_layer.governed_sql import CompiledSql
from semantic_layer.resolving import messages

MAX_REPAIRS = 2
_MAX_OPTIONS = 4
# What the user can judge: the plan is sound, and says less or more than the question.
_JUDGED_BY_THE_USER = frozenset({"link_ignored", "not_asked", "ambiguous_term"})

SqlCompiler = Callable[[str], CompiledSql]


@dataclass(frozen=True)
class ModelContext:
    """What the model is told, and what its plan is held against.

    `available` are the metrics with data, None for all. `embedder` finds the nearest metrics for
    what is not governed; without one, spelling does. With `compile_sql`, which raises `QueryError`,
    the model may write governed SQL where no plan can say the question.
    """

    model: SemanticModel
    lexicon: Lexicon
    links: tuple[Link, ...]
    now: datetime
    language: Language
    available: frozenset[str] | None = None
    previous: SemanticQuery | None = None
    embedder: Embedder | None = None
    compile_sql: SqlCompiler | None = None


def parse_with_model(
    question: str, *, context: ModelContext, chat_model: ChatModel, samples: int = 1
) -> ParseOutcome:
    """What the question means, in the model's reading as far as the audit lets it pass.

    With several `samples` the model is asked until more than half of them agree; if they do not,
    the user is asked. Never raises for what a model does: an unreachable model, a refused key or a
    reply that stays malformed is a `Refusal` of one sentence. Wrap `chat_model` in a `TokenMeter`
    to learn the cost.
    """
    reading = _Reading.of(_evidence(question, context), context)
    outcomes: list[ParseOutcome] = []
    for _ in range(samples):
        outcome = _read(reading, chat_model)
        if isinstance(outcome, Refusal) and _is_of_the_model(outcome):
            return outcome
        outcomes.append(outcome)
        agreed = majority(outcomes, samples, reading.evidence)
        if agreed is not None:
            return agreed
    return put_to_the_user(outcomes, reading.evidence)


@dataclass(frozen=True)
class _Reading:
    """One question as the model is asked it, the same for every sample."""

    evidence: Evidence
    context: ModelContext
    system: str
    asked: str

    @classmethod
    def of(cls, evidence: Evidence, context: ModelContext) -> _Reading:
        may_write_sql = context.compile_sql is not None
        system = system_prompt(context.model, context.now, may_write_sql=may_write_sql)
        examples = nearest_examples(evidence.question, context.model, context.embedder)
        return cls(evidence, context, system, question_prompt(evidence, examples))

    @property
    def form(self) -> type[Reply]:
        """What the model fills in."""
        return Reply if self.context.compile_sql is None else ReplyOrSql


@dataclass(frozen=True)
class _Verdict:
    """An outcome, or the issues that stand against the reply and the plan that they are about."""

    outcome: ParseOutcome | None
    issues: tuple[Issue, ...] = ()
    query: SemanticQuery | None = None


def _read(reading: _Reading, chat_model: ChatModel) -> ParseOutcome:
    """One reply, mended twice at most."""
    user, malformed = reading.asked, False
    verdict = _Verdict(None)
    refused: list[_Verdict] = []
    for _ in range(1 + MAX_REPAIRS):
        try:
            reply = chat_model.complete(reading.system, user, reading.form).value
        except ChatModelError as error:
            if error.code != "malformed_reply" or malformed:
                return Refusal(issues=(error.issue,), links=reading.evidence.links)
            malformed, verdict = True, _Verdict(None, (error.issue,))
            user = repair_prompt(reading.asked, error.reply, [error.detail])
            continue
        verdict = _judge(reply, reading.evidence, reading.context)
        if verdict.outcome is not None:
            return verdict.outcome
        refused.append(verdict)
        problems = [issue.message.en for issue in verdict.issues]
        user = repair_prompt(reading.asked, reply.model_dump_json(exclude_defaults=True), problems)
    return _unsettled(refused, reading.evidence) or Refusal(
        issues=verdict.issues, links=reading.evidence.links
    )


def _is_of_the_model(refusal: Refusal) -> bool:
    """Whether a refusal says that there is no usable model, so that asking again is in vain."""
    codes = {issue.code for issue in refusal.issues}
    return bool(codes & set(get_args(ErrorCode)) - {"malformed_reply"})


def _unsettled(refused: Sequence[_Verdict], evidence: Evidence) -> Clarification | None:
    """The question back after the last repair: the plans that only leave out or add something.

    None if there is no such plan; a plan with names or values that do not exist is not offered.
    """
    sound = [one for one in refused if {issue.code for issue in one.issues} <= _JUDGED_BY_THE_USER]
    plans = [one.query for one in sound if one.query is not None]
    readings = distinct_plans(plans, evidence)[:_MAX_OPTIONS]
    if not readings:
        return None
    issues_of = {one.query: one.issues for one in reversed(sound)}
    missed = [tuple(_words_missed(issues_of[query])) for query in readings]
    labels = labels_of(readings, evidence.model, evidence.today)
    options = (
        Option(label=say.reading_without(label, words), query=query)
        for label, words, query in zip(labels, missed, readings, strict=True)
    )
    every = dict.fromkeys(word for words in missed for word in words)
    return Clarification(
        question=say.left_out(tuple(every)), options=tuple(options), links=evidence.links
    )


def _words_missed(issues: Sequence[Issue]) -> Iterator[str]:
    yield from (issue.where for issue in issues if issue.code == "link_ignored" and issue.where)


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
        case "sql":
            return _judge_sql(reply.sql or "", evidence, context)
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
    return _Verdict(None, issues, query)


def _judge_sql(text: str, evidence: Evidence, context: ModelContext) -> _Verdict:
    if context.compile_sql is None:
        return _Verdict(None, (say.sql_not_wanted(),))
    try:
        compiled = context.compile_sql(text)
    except QueryError as error:
        return _Verdict(None, tuple(error.issues))
    issues = audit_sql(text, compiled, evidence)
    if issues:
        return _Verdict(None, issues)
    return _Verdict(WrittenSql(sql=text, links=evidence.links, notices=notices_of(text, evidence)))


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
