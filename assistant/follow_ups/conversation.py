"""`parse_turn`: a question that may lean on those before it; a follow-up is an edit of their plan.

Third step of the line, around the linked parser. "那按渠道拆开呢", "and last month?" name only what
changes; a question that says everything itself is a new one; a word or a place answers a question
back. The text is never rewritten. It may import neither a model nor a database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.follow_ups import turn_wording
from assistant.follow_ups.clauses import clauses_of
from assistant.follow_ups.forks import fork
from assistant.follow_ups.option_choice import chosen
from assistant.follow_ups.past import Past, Turned, says_back
from assistant.follow_ups.plan_edits import without_dimension
from assistant.follow_ups.turn_edits import conditions_kept, edited
from assistant.follow_ups.turn_parts import Turn, read_turn
from assistant.outcome import (
    Abstention,
    Clarification,
    Inquiry,
    Link,
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
from semantic_layer import Issue, SemanticQuery, Text
from semantic_layer.query import METRIC_TIME, AnyComparison
from semantic_layer.resolving.filters import fields_of
from semantic_layer.resolving.joins import ways_to

_Reading = tuple[str | None, tuple[str, ...], SemanticQuery]


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
    if says_back(own.links):
        return _back(past, own)
    if _wants_chart(own.links):
        return Refusal(issues=(turn_wording.CHART_IS_CHOSEN,), links=own.links)
    if past.options and not _is_final(own):
        return _after_question_back(question, past, own, context)
    if past.latest is None or _is_final(own):
        return own
    return _of_shown_metrics(past.latest, own) or _follow_up(question, past.latest, own, context)


def _is_final(own: ParseOutcome) -> bool:
    """Whether a question is about no number at all: what there is to ask, or out of scope."""
    lacks_metric = isinstance(own, Refusal) and own.issues[0].code == "no_metric"
    return isinstance(own, Inquiry | Refusal) and not lacks_metric


def _wants_chart(links: Sequence[Link]) -> bool:
    """Whether nothing is said but what the result is to be drawn as."""
    said = [one for one in links if one.kind is not LinkKind.filler]
    return any(one.kind is LinkKind.edit and one.name == "chart" for one in said) and all(
        one.kind in (LinkKind.edit, LinkKind.number) for one in said
    )


def _back(past: Past, own: ParseOutcome) -> ParseOutcome:
    """The plan before; of a question that is still open, the one that it was asked after."""
    last = 1 if past.options else 2
    if len(past.plans) < last:
        return Refusal(issues=(wording.NOTHING_BEFORE,), links=own.links)
    return Parsed(query=past.plans[-last], links=own.links)


def _of_shown_metrics(before: SemanticQuery, own: ParseOutcome) -> Inquiry | None:
    """这个怎么算的: the definitions of what was asked before."""
    said = [one for one in own.links if one.kind not in (LinkKind.filler, LinkKind.edit)]
    asks = any(one.kind is LinkKind.intent and one.name == "definition" for one in said)
    is_explained = isinstance(own, Abstention) and own.reason is not None
    if not (asks and is_explained and all(one.kind is LinkKind.intent for one in said)):
        return None
    return Inquiry(about="definitions", metrics=before.metrics, links=own.links)


def _follow_up(
    question: str, before: SemanticQuery, own: ParseOutcome, context: ParseContext
) -> ParseOutcome:
    try:
        turn = read_turn(question, before, context)
        if turn is None or turn.says_nothing:
            return own
        if _is_new(turn, own):
            return _with_period_asked(turn, before, own, context)
        return _edit(turn, before, context)
    except NotCovered as problem:
        if isinstance(own, Parsed | Clarification):
            return own
        return _in_clauses(question, before, own, context) or Abstention(
            unexplained=problem.words, links=own.links, reason=problem.reason
        )


def _in_clauses(
    question: str, before: SemanticQuery, own: ParseOutcome, context: ParseContext
) -> Parsed | None:
    """One edit after the other, where the turn can be cut in one way."""
    found: dict[str, Parsed] = {}
    for texts in clauses_of(question, own.links):
        plan, assumptions = before, list[Text]()
        for text in texts:
            outcome = _clause(text, plan, context)
            if outcome is None:
                break
            plan = outcome.query
            assumptions += outcome.assumptions
        else:
            told = tuple(dict.fromkeys(assumptions))
            found[plan.model_dump_json()] = Parsed(query=plan, links=own.links, assumptions=told)
    return next(iter(found.values())) if len(found) == 1 else None


def _clause(text: str, before: SemanticQuery, context: ParseContext) -> Parsed | None:
    try:
        turn = read_turn(text, before, context)
        outcome = _edit(turn, before, context) if turn and not turn.says_nothing else None
    except NotCovered:
        return None
    return outcome if isinstance(outcome, Parsed) else None


def _is_new(turn: Turn, own: ParseOutcome) -> bool:
    """Whether a question says everything itself and no word of it refers to another one."""
    if turn.leans or not isinstance(own, Parsed | Clarification):
        return False
    lists_values = isinstance(own, Parsed) and not own.query.metrics
    return lists_values or (bool(turn.draft.blocks) and not turn.is_bare_metric)


def _with_period_asked(
    turn: Turn, before: SemanticQuery, own: ParseOutcome, context: ParseContext
) -> ParseOutcome:
    """A new question that names no period may go on with the one before, or be of all days."""
    if not isinstance(own, Parsed) or not own.query.metrics:
        return own
    if own.query.time is not None or before.time is None:
        return own
    try:
        follow_up = _edit(turn, before, context)
    except NotCovered:
        return own
    if not isinstance(follow_up, Parsed):
        return own
    options = (
        Option(label=turn_wording.AS_BEFORE, query=follow_up.query),
        Option(label=turn_wording.ALL_DAYS, query=own.query),
    )
    return Clarification(question=turn_wording.WHICH_PERIOD, options=options, links=own.links)


def _after_question_back(
    question: str, past: Past, own: ParseOutcome, context: ParseContext
) -> ParseOutcome:
    """A follow-up before the choice is made: each reading is edited, the question stays open.

    Where the edit is the same for all of them, the choice does not matter any more.
    """
    outcomes = [_follow_up(question, option.query, own, context) for option in past.options]
    first = outcomes[0]
    if first is own or all(_offers(outcome) == _offers(first) for outcome in outcomes):
        return first
    plans = [outcome.query for outcome in outcomes if isinstance(outcome, Parsed)]
    if len(plans) != len(past.options):
        unread = (one for one in outcomes if isinstance(one, Abstention))
        return next(unread, own)
    return Clarification(
        question=wording.STILL_OPEN,
        options=tuple(
            Option(
                label=Text(zh=option.label, en=option.label), query=query, choices=option.choices
            )
            for option, query in zip(past.options, plans, strict=True)
        ),
        links=outcomes[0].links,
    )


def _offers(outcome: ParseOutcome) -> tuple[str, ...]:
    """The plans of an outcome, by their JSON; none of one that is refused."""
    match outcome:
        case Parsed(query=query):
            return (query.model_dump_json(),)
        case Clarification(options=options):
            return tuple(option.query.model_dump_json() for option in options)
        case _:
            return ()


def _edit(turn: Turn, before: SemanticQuery, context: ParseContext) -> ParseOutcome:
    draft = turn.draft
    readings = tuple(_readings(turn, before, context))
    if len(readings) > 1:
        terms = tuple(ambiguous_terms(draft))
        question = wording.which_meaning(terms, has_more=len(readings) > MAX_OPTIONS)
        options = tuple(options_of(draft, readings))[:MAX_OPTIONS]
        return Clarification(question=question, options=options, links=turn.links)
    dimension, metrics, query = readings[0]
    asked_back = fork(turn, before, query, context.model)
    if asked_back is not None:
        return asked_back
    if draft.lacks_comparison and query.compare is None:
        return _ask_for_comparison(turn, before, (dimension, metrics))
    if query.compare and query.time is None:
        return ask_for_window(query, turn.links)
    return Parsed(
        query=query,
        links=turn.links,
        assumptions=(*turn.assumptions, *_assumptions(turn, before, query, context)),
        notices=(*remembered(draft, metrics), *_unheeded(turn)),
    )


def _unheeded(turn: Turn) -> Iterator[Issue]:
    """What a turn wishes for that no plan holds: the kind of a chart."""
    if "chart" in turn.edits:
        yield turn_wording.CHART_IS_CHOSEN


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
    gone = {one.name for one in (*turn.words.removed, *turn.words.replaced)}
    gone |= {name for member in turn.draft.members.members for name in member.readings}
    for group in before.group_by:
        if group.name != METRIC_TIME and group.name not in kept | gone:
            yield group.name
