"""`parse_turn`: a question that may lean on those before it; a follow-up is an edit of their plan.

Third step of the line, around the linked parser. "那按渠道拆开呢", "and last month?" name only what
changes; a question that says everything itself is a new one; a word or a place answers a question
back. The text is never rewritten. It may import neither a model nor a database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Answer, AnswerOption
from assistant.follow_ups.option_choice import chosen
from assistant.follow_ups.plan_edits import without_dimension
from assistant.follow_ups.turn_edits import conditions_kept, edited
from assistant.follow_ups.turn_parts import Turn, read_turn
from assistant.outcome import (
    Abstention,
    Clarification,
    Inquiry,
    LinkKind,
    Option,
    Parsed,
    ParseOutcome,
    Refusal,
)
from assistant.parsing.linked_parser import (
    MAX_OPTIONS,
    ParseContext,
    ambiguous_terms,
    ask_for_window,
    combinations,
    options_of,
    parse_linked,
    remembered,
)
from assistant.question_parts import wording
from assistant.question_parts.sentence import NotCovered
from semantic_layer import SemanticQuery, Text
from semantic_layer.query import METRIC_TIME, AnyComparison
from semantic_layer.resolving.filters import fields_of
from semantic_layer.resolving.joins import ways_to

Turned = Answer | SemanticQuery
_Reading = tuple[str | None, tuple[str, ...], SemanticQuery]


@dataclass(frozen=True)
class Past:
    """What a question may lean on: the plans so far, and the readings that wait for a choice.

    A turn that went back has taken the plan before it off again.
    """

    plans: tuple[SemanticQuery, ...]
    options: tuple[AnswerOption, ...]

    @classmethod
    def of(cls, history: Sequence[Turned]) -> Past:
        """What is left of earlier turns, oldest first. Those without a plan change nothing."""
        plans: list[SemanticQuery] = []
        options: tuple[AnswerOption, ...] = ()
        for turned in _flat(history):
            query = turned.query if isinstance(turned, Answer) else turned
            options = turned.options if isinstance(turned, Answer) else ()
            if query is None:
                continue
            if isinstance(turned, Answer) and _goes_back(turned) and len(plans) > 1:
                plans.pop()
            else:
                plans.append(query)
        return cls(tuple(plans), options)

    @property
    def latest(self) -> SemanticQuery | None:
        """The plan that a follow-up edits."""
        return self.plans[-1] if self.plans else None


def _flat(history: Sequence[Turned]) -> Iterator[Turned]:
    """Every answer, those to further questions of one text each on its own."""
    for turned in history:
        yield turned
        if isinstance(turned, Answer):
            yield from turned.further


def parse_turn(question: str, history: Sequence[Turned], context: ParseContext) -> ParseOutcome:
    """Read `question` after the answers (or plans) of `history`, oldest first.

    The same question after the same history gives the same outcome.
    """
    own = parse_linked(question, context)
    past = Past.of(history)
    if past.options:
        option = chosen(question, own.links, past.options, context.model)
        if option is not None:
            return Parsed(query=option.query, links=own.links, choices=option.choices)
    if _says_back(own):
        return _back(past, own)
    if past.options and not _is_final(own):
        return _after_question_back(question, past.options, own, context) or own
    if past.latest is None or _is_final(own):
        return own
    return _follow_up(question, past.latest, own, context)


def _is_final(own: ParseOutcome) -> bool:
    """Whether a question is about no number at all: what there is to ask, or out of scope."""
    lacks_metric = isinstance(own, Refusal) and own.issues[0].code == "no_metric"
    return isinstance(own, Inquiry | Refusal) and not lacks_metric


def _goes_back(answer: Answer) -> bool:
    return any(one.kind is LinkKind.edit and one.name == "back" for one in answer.links)


def _says_back(own: ParseOutcome) -> bool:
    """Whether nothing is said but to go back."""
    said = [one for one in own.links if one.kind is not LinkKind.filler]
    goes = [one for one in said if one.kind is LinkKind.edit]
    return bool(goes) and said == goes and any(one.name == "back" for one in goes)


def _back(past: Past, own: ParseOutcome) -> ParseOutcome:
    if len(past.plans) < 2:
        return Refusal(issues=(wording.NOTHING_BEFORE,), links=own.links)
    return Parsed(query=past.plans[-2], links=own.links)


def _follow_up(
    question: str, before: SemanticQuery, own: ParseOutcome, context: ParseContext
) -> ParseOutcome:
    try:
        turn = read_turn(question, before, context)
        if turn is None or turn.says_nothing or _is_new(turn, own):
            return own
        return _edit(turn, before, context)
    except NotCovered as problem:
        if isinstance(own, Parsed | Clarification):
            return own
        return Abstention(unexplained=problem.words, links=own.links, reason=problem.reason)


def _is_new(turn: Turn, own: ParseOutcome) -> bool:
    """Whether a question says everything itself and no word of it refers to another one."""
    if turn.leans or not isinstance(own, Parsed | Clarification):
        return False
    lists_values = isinstance(own, Parsed) and not own.query.metrics
    return lists_values or (bool(turn.draft.blocks) and not turn.is_bare_metric)


def _after_question_back(
    question: str, options: Sequence[AnswerOption], own: ParseOutcome, context: ParseContext
) -> Clarification | None:
    """A follow-up before the choice is made: each reading is edited, the question stays open."""
    outcomes = [_follow_up(question, option.query, own, context) for option in options]
    plans = [outcome.query for outcome in outcomes if isinstance(outcome, Parsed)]
    if len(plans) != len(options) or len(set(map(SemanticQuery.model_dump_json, plans))) == 1:
        return None
    return Clarification(
        question=wording.STILL_OPEN,
        options=tuple(
            Option(
                label=Text(zh=option.label, en=option.label), query=query, choices=option.choices
            )
            for option, query in zip(options, plans, strict=True)
        ),
        links=outcomes[0].links,
    )


def _edit(turn: Turn, before: SemanticQuery, context: ParseContext) -> ParseOutcome:
    draft = turn.draft
    readings = tuple(_readings(turn, before, context))
    if len(readings) > 1:
        terms = tuple(ambiguous_terms(draft))
        question = wording.which_meaning(terms, has_more=len(readings) > MAX_OPTIONS)
        options = tuple(options_of(draft, readings))[:MAX_OPTIONS]
        return Clarification(question=question, options=options, links=turn.links)
    dimension, metrics, query = readings[0]
    if draft.lacks_comparison and query.compare is None:
        return _ask_for_comparison(turn, before, (dimension, metrics))
    if query.compare and query.time is None:
        return ask_for_window(query, turn.links)
    return Parsed(
        query=query,
        links=turn.links,
        assumptions=(*turn.assumptions, *_assumptions(turn, before, query, context)),
        notices=remembered(draft, metrics),
    )


def _readings(turn: Turn, before: SemanticQuery, context: ParseContext) -> Iterator[_Reading]:
    """The plans of what is ambiguous; those that reach every group, if any of them does.

    Raises:
        NotCovered: no reading makes a plan.
    """
    found: list[_Reading] = []
    obstacle: NotCovered | None = None
    for dimension, metrics in combinations(turn.draft):
        if dimension is not None and _is_elsewhere(turn, before, dimension):
            continue
        try:
            found.append((dimension, metrics, edited(turn, before, metrics, dimension)))
        except NotCovered as problem:
            obstacle = obstacle or problem
    if not found and obstacle:
        raise obstacle
    reaching = [one for one in found if not _unreached(one[2], context)]
    for dimension, metrics, query in reaching or found:
        swapped = metrics and query.metrics == tuple(dict.fromkeys(metrics))
        left_out = _unreached(query, context) if swapped else ()
        for name in (one for one in left_out if one not in _asked_groups(turn)):
            query = without_dimension(query, name)
        yield dimension, metrics, query


def _is_elsewhere(turn: Turn, before: SemanticQuery, dimension: str) -> bool:
    """Whether an ambiguous member is another value of a field that is conditioned already."""
    ambiguous = turn.draft.members.ambiguous
    known = {name for name in fields_of(before.where) if ambiguous and name in ambiguous.readings}
    return len(known) == 1 and dimension not in known


def _asked_groups(turn: Turn) -> set[str]:
    return {group.name for group in turn.draft.grouping.group_by}


def _unreached(query: SemanticQuery, context: ParseContext) -> tuple[str, ...]:
    """The groups that some metric of the plan does not have."""
    model = context.model
    datasets = {
        part.dataset for metric in query.metrics for part in model.simple_metrics_of(metric)
    }
    return tuple(
        group.name
        for group in query.group_by
        if group.name != METRIC_TIME
        and not all(ways_to(model, dataset, group.name) for dataset in datasets)
    )


def _ask_for_comparison(
    turn: Turn, before: SemanticQuery, reading: tuple[str | None, tuple[str, ...]]
) -> Clarification:
    dimension, metrics = reading

    def against(comparison: AnyComparison) -> SemanticQuery:
        query = edited(turn, before, metrics, dimension, comparison)
        window = query.time or wording.WINDOWS_TO_COMPARE[0][1]
        return query.model_copy(update={"time": window})

    options = tuple(
        Option(label=label, query=against(comparison)) for label, comparison in wording.COMPARISONS
    )
    return Clarification(question=wording.WHICH_COMPARISON, options=options, links=turn.links)


def _assumptions(
    turn: Turn, before: SemanticQuery, query: SemanticQuery, context: ParseContext
) -> Iterator[Text]:
    model, draft = context.model, turn.draft
    has_time = query.time is not None and draft.time.window is None
    carried = wording.carried(model, conditions_kept(turn, before, query), has_time=has_time)
    if carried is not None:
        yield carried
    grouped = {group.name for group in query.group_by}
    for name, members in draft.members.listed().items():
        if name not in grouped:
            yield wording.combined(dict.fromkeys(member.readings[name] for member in members))
    yield from draft.grouping.assumptions
    for name in _left_out(turn, before, query):
        yield wording.group_left_out(model, name, query.metrics)
    if query.time is None:
        yield wording.NO_PERIOD


def _left_out(turn: Turn, before: SemanticQuery, query: SemanticQuery) -> Iterator[str]:
    """The groups of the plan before that only the new metric cannot have."""
    if not turn.draft.blocks or _asked_groups(turn):
        return
    kept = {group.name for group in query.group_by}
    gone = {one.name for one in turn.removed}
    gone |= {name for member in turn.draft.members.members for name in member.readings}
    for group in before.group_by:
        if group.name != METRIC_TIME and group.name not in kept | gone:
            yield group.name
