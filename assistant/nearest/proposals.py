"""`propose`: a question whose one unknown stretch may be a metric → "do you mean …?".

After the parsers, for what they abstain from. Meaning alone never answers: the metrics nearest in
meaning are offered, each as a reading of the whole question with its own number, and only if every
other word is explained, no metric is named, and the likeness stands out. It may import no model but
through `Embedder`.
"""

from __future__ import annotations

from assistant.nearest.embedders import Embedder
from assistant.nearest.retrieval import standing_out
from assistant.outcome import Abstention, Clarification, Link, LinkKind
from assistant.parsing.linked_parser import ParseContext, read_links
from assistant.parsing.unmodelled import concepts_in
from assistant.question_parts.sentence import METRIC_LIKE
from semantic_layer import Text

_FEWEST, _MOST = 2, 4


def propose(
    question: str, outcome: Abstention, context: ParseContext, embedder: Embedder
) -> Clarification | None:
    """The question back, or None where no metric is near enough to be offered."""
    if outcome.reason or len(outcome.unexplained) != 1 or _names_something(outcome):
        return None
    (phrase,) = outcome.unexplained
    start = question.find(phrase)
    if question.count(phrase) != 1 or _is_known(phrase, context):
        return None
    near = standing_out(phrase, context.model, embedder, _MOST, among=context.available)
    if len(near) < _FEWEST:
        return None
    proposed = Link(
        start=start,
        end=start + len(phrase),
        text=phrase,
        kind=LinkKind.ambiguous_metric,
        name=phrase,
        value=near,
    )
    links = tuple(sorted((*outcome.links, proposed), key=lambda one: one.start))
    asked = read_links(question, links, context)
    if not isinstance(asked, Clarification):
        return None
    return asked.model_copy(update={"question": _do_you_mean(phrase), "links": outcome.links})


def _names_something(outcome: Abstention) -> bool:
    """Whether a metric or an intent is named: the unknown words are then no metric."""
    return any(one.kind in METRIC_LIKE or one.kind is LinkKind.intent for one in outcome.links)


def _is_known(phrase: str, context: ParseContext) -> bool:
    """Whether the phrase is known to mean what no metric counts."""
    return any(concepts_in((phrase,))) or context.lexicon.is_blocked(phrase)


def _do_you_mean(phrase: str) -> Text:
    return Text(
        zh=f"没有名为“{phrase}”的指标；您是指下面哪一个吗？",
        en=f'There is no metric called "{phrase}"; do you mean one of these?',
    )
