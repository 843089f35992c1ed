"""The verified questions nearest to a question: examples for the model, and offers to the asker.

Beside retrieval, which finds metrics. An example shows how a plan is written; it never becomes the
plan. Knows no embedding model but through `Embedder`.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.linking.normalize import language_of
from assistant.nearest.embedders import Embedder
from assistant.nearest.retrieval import likeness
from assistant.outcome import Refusal
from semantic_layer import Issue, SemanticModel, SemanticQuery, Text

MAX_EXAMPLES = 3


@dataclass(frozen=True)
class Example:
    """A verified question in one wording, and its plan."""

    text: str
    query: SemanticQuery


def nearest_examples(
    question: str, model: SemanticModel, embedder: Embedder | None, limit: int = MAX_EXAMPLES
) -> tuple[Example, ...]:
    """Verified questions, nearest first, one wording of each, in the question's language if any.

    By meaning with an embedder, by shared pairs of letters without one. The same question and model
    give the same examples.
    """
    language = language_of(question)
    wordings = [
        sorted(verified.texts, key=lambda text: language_of(text) != language)[0]
        for verified in model.verified_questions
    ]
    if not wordings:
        return ()
    if embedder is None:
        scores = [likeness(question, text) for text in wordings]
    else:
        (asked,) = embedder.embed_queries([question])
        scores = (embedder.embed_passages(wordings) @ asked).tolist()
    ordered = sorted(range(len(wordings)), key=lambda place: -scores[place])
    queries = [verified.query for verified in model.verified_questions]
    return tuple(Example(wordings[place], queries[place]) for place in ordered[:limit])


def not_verified(question: str, model: SemanticModel) -> Refusal:
    """The refusal of a question that nobody has checked; the nearest ones are offered."""
    near = tuple(example.text for example in nearest_examples(question, model, None))
    zh = f"最接近的是：{'、'.join(near)}" if near else "还没有认证问题"
    en = f"the nearest are: {'; '.join(near)}" if near else "there are none yet"
    issue = Issue(
        code="not_verified",
        message=Text(
            zh=f"这句话不是认证问题（{zh}）；请换一句，或不限定 --parser verified。",
            en=f"This is not a verified question ({en}); choose one, or drop --parser verified.",
        ),
        suggestions=near,
    )
    return Refusal(issues=(issue,))
