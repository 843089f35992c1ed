"""What to say of words that nobody understood: which ones, and which governed metrics are near."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.knowledge import Knowledge
from assistant.nearest.embedders import Embedder
from assistant.nearest.retrieval import nearest_metrics
from assistant.outcome import Abstention
from assistant.parsing.unmodelled import Concept, concepts_in
from semantic_layer import Issue, Language, SemanticModel, Text

_NEAR = 3


def not_understood(
    outcome: Abstention, knowledge: Knowledge, embedder: Embedder, language: Language = "zh"
) -> Issue:
    """What the parser could not read: unknown words, or known ones whose combination it cannot."""
    words = outcome.unexplained
    quoted = _quoted(words)
    if outcome.reason:
        return Issue(
            code="not_understood",
            message=Text(
                zh=f"{quoted.zh}：{outcome.reason.zh}；不猜着回答，请换个说法。",
                en=f"{quoted.en}: {outcome.reason.en}; please rephrase.",
            ),
        )
    concept = next(concepts_in(words), None)
    if concept is not None:
        return _not_modelled(words, concept, knowledge, embedder, language)
    near = nearest_metrics(" ".join(words), knowledge.model, embedder, among=knowledge.available)
    listed = _labels(near, knowledge.model)
    return Issue(
        code="not_understood",
        message=Text(
            zh=f"没有看懂{quoted.zh}，不猜着回答；请换个说法。最接近的指标：{listed.zh}。",
            en=f"Not understood: {quoted.en}; please rephrase. "
            f"The nearest metrics are {listed.en}.",
        ),
        suggestions=near,
    )


def _not_modelled(
    words: tuple[str, ...],
    concept: Concept,
    knowledge: Knowledge,
    embedder: Embedder,
    language: Language,
) -> Issue:
    """A word that is understood and that no metric counts; what it is near to is described."""
    near = nearest_metrics(
        concept.near.in_(language), knowledge.model, embedder, _NEAR, among=knowledge.available
    )
    quoted, listed = _quoted(words), _labels(near, knowledge.model)
    return Issue(
        code="not_modelled",
        message=Text(
            zh=f"{quoted.zh}（{concept.means.zh}）没有定义好的指标，不能给出数字；"
            f"最接近的指标：{listed.zh}。",
            en=f"No metric is defined for {quoted.en} ({concept.means.en}), so there is no number; "
            f"the nearest metrics are {listed.en}.",
        ),
        suggestions=near,
    )


def _quoted(words: Iterable[str]) -> Text:
    listed = tuple(words)
    return Text(
        zh="、".join(f"“{word}”" for word in listed), en=", ".join(f"'{word}'" for word in listed)
    )


def _labels(names: Iterable[str], model: SemanticModel) -> Text:
    labels = [model.metrics[name].label for name in names]
    return Text(
        zh="、".join(label.zh for label in labels), en=", ".join(label.en for label in labels)
    )
