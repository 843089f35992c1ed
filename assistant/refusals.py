"""What to say of words that nobody understood: which ones, and which governed metrics are near."""

from __future__ import annotations

from assistant.embedders import Embedder
from assistant.knowledge import Knowledge
from assistant.outcome import Abstention
from assistant.retrieval import nearest_metrics
from semantic_layer import Issue, Text


def not_understood(outcome: Abstention, knowledge: Knowledge, embedder: Embedder) -> Issue:
    """What the parser could not read: unknown words, or known ones whose combination it cannot."""
    words = outcome.unexplained
    zh = "、".join(f"“{word}”" for word in words)
    en = ", ".join(f"'{word}'" for word in words)
    if outcome.reason:
        return Issue(
            code="not_understood",
            message=Text(
                zh=f"{zh}：{outcome.reason.zh}；不猜着回答，请换个说法。",
                en=f"{en}: {outcome.reason.en}; please rephrase.",
            ),
        )
    near = nearest_metrics(" ".join(words), knowledge.model, embedder, among=knowledge.available)
    labels = [knowledge.model.metrics[name].label for name in near]
    return Issue(
        code="not_understood",
        message=Text(
            zh=f"没有看懂{zh}，不猜着回答；请换个说法。"
            f"最接近的指标：{'、'.join(label.zh for label in labels)}。",
            en=f"Not understood: {en}; please rephrase. "
            f"The nearest metrics are {', '.join(label.en for label in labels)}.",
        ),
        suggestions=near,
    )
