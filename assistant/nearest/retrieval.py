"""The metrics nearest to a phrase that is not governed, by spelling and by meaning.

Used where a question is refused, to offer what there is; never to choose a metric for the user.
Knows no embedding model but through `Embedder`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np

from assistant.linking.normalize import language_of
from assistant.nearest.embedders import Embedder, Vectors
from semantic_layer import Language, SemanticModel
from semantic_layer.model import Metric

# Without an embedder, less than the first is chance. With one, only the second counts: 退了多少钱
# shares three pairs of four with 卖了多少钱, and means the opposite.
_SIMILAR, _ALIKE = 0.4, 0.8
# Found on phrases that mean a metric (差评 stands out by 0.09) and on others (天气, by 0.03).
_STANDS_OUT, _AS_NEAR = 0.045, 0.02
_SYNONYMS_COMPARED = 16
_FEWEST = 2  # one alone would be a choice made for the user


def nearest_metrics(
    phrase: str,
    model: SemanticModel,
    embedder: Embedder | None,
    limit: int = 3,
    *,
    among: Collection[str] | None = None,
) -> tuple[str, ...]:
    """Names of metrics, nearest first.

    Spelling counts shared pairs of letters with the label, the name and each synonym; meaning is
    the cosine with these and the description, spread over the metrics so that models with a narrow
    range of cosines weigh the same. A metric that is spelled nearly like the phrase comes first;
    the others follow by meaning. Without an embedder only metrics of similar spelling are named.

    Args:
        phrase: what was asked for, in either language.
        model: the governed metrics.
        embedder: its vectors of the metrics are computed once per model.
        limit: how many names at most.
        among: the metrics to choose from, all by default.
    """
    names = [name for name in model.metrics if among is None or name in among]
    if not phrase.strip() or not names:
        return ()
    scores = {name: _spelling(phrase, model.metrics[name]) for name in names}
    if embedder is None:
        names = [name for name in names if scores[name] >= _SIMILAR]
    else:
        alike = {name for name in names if scores[name] >= _ALIKE}
        meaning = _meaning(phrase, model, names, embedder)
        scores = {name: meaning[name] + (scores[name] if name in alike else 0) for name in names}
    return tuple(sorted(names, key=lambda name: -scores[name])[:limit])


def standing_out(
    phrase: str,
    model: SemanticModel,
    embedder: Embedder,
    limit: int,
    *,
    among: Collection[str],
) -> tuple[str, ...]:
    """Two metrics or more that a phrase may well mean; none where all are about as far.

    Cosines of short texts lie close together, so what counts is how far the nearest lie above the
    mean of all metrics.
    """
    names = [name for name in model.metrics if name in among]
    if not names:
        return ()
    cosines = _cosines(phrase, model, names, embedder)
    mean = sum(cosines.values()) / len(cosines)
    best = max(cosines.values())
    if best - mean < _STANDS_OUT:
        return ()
    near = sorted(names, key=lambda name: -cosines[name])[:limit]
    return tuple(n for i, n in enumerate(near) if i < _FEWEST or best - cosines[n] <= _AS_NEAR)


def _words_of(metric: Metric) -> tuple[str, ...]:
    return (
        metric.name.replace("_", " "),
        metric.label.zh,
        metric.label.en,
        *metric.synonyms.all(),
        *metric.ambiguous_terms.all(),
    )


def _spelling(phrase: str, metric: Metric) -> float:
    return max(likeness(phrase, word) for word in _words_of(metric))


def likeness(left: str, right: str) -> float:
    """Shared pairs of neighbouring letters over all pairs (Dice's coefficient), 0 to 1.

    >>> likeness("night", "nacht")
    0.25
    """
    ours, theirs = _pairs(left), _pairs(right)
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 0.0


def _pairs(text: str) -> Counter[str]:
    letters = "".join(letter for letter in text.casefold() if letter.isalnum())
    return Counter(letters[at : at + 2] for at in range(max(len(letters) - 1, 1)))


def _meaning(
    phrase: str, model: SemanticModel, names: Sequence[str], embedder: Embedder
) -> dict[str, float]:
    """Closeness in meaning, 0 for the farthest metric and 1 for the nearest."""
    best = _cosines(phrase, model, names, embedder)
    low, high = min(best.values()), max(best.values())
    spread = high - low or 1.0
    return {name: (value - low) / spread for name, value in best.items()}


def _cosines(
    phrase: str, model: SemanticModel, names: Sequence[str], embedder: Embedder
) -> dict[str, float]:
    """Of each metric, the cosine of the text that is nearest to the phrase."""
    language = language_of(phrase)
    texts_of = {name: _texts_of(model.metrics[name], language) for name in names}
    texts = tuple(dict.fromkeys(text for found in texts_of.values() for text in found))
    (query,) = embedder.embed_queries([phrase])
    cosine = dict(zip(texts, (_passages(embedder, texts) @ query).tolist(), strict=True))
    return {name: max(cosine[text] for text in found) for name, found in texts_of.items()}


def _texts_of(metric: Metric, language: Language) -> tuple[str, ...]:
    """What a metric is called in the phrase's own language: half the texts, and the nearer half.

    Of many synonyms some from all over the list: in the forms of a verb there is little new.
    """
    words = (metric.synonyms, metric.ambiguous_terms)
    called = (
        word
        for found in words
        for word in _sample(found.zh if language == "zh" else found.en, _SYNONYMS_COMPARED)
    )
    return (metric.label.in_(language), *called, metric.description.in_(language))


def _sample(words: Sequence[str], most: int) -> Sequence[str]:
    return words[:: -(-len(words) // most) or 1]


@lru_cache(maxsize=8)
def _passages(embedder: Embedder, texts: tuple[str, ...]) -> Vectors:
    """The vectors of a model's metrics; the texts are the key, so changed definitions are new."""
    return np.asarray(embedder.embed_passages(texts), dtype=np.float32)
