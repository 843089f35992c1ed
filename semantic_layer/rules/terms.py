"""The words for things: which terms each definition claims, and the rules that keep them apart.

A term that two definitions claim would send a question to the wrong number without a sound.
`validation` runs the rules; terms are compared by `normalised`. Imports `issues` and `model` only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from semantic_layer.issues import Issue, Text
from semantic_layer.model import Dimension, Metric, Place, SemanticModel


@dataclass(frozen=True)
class _Claim:
    """A definition that goes by some term."""

    name: str
    place: Place


_Claims = dict[str, list[_Claim]]


def normalised(term: str) -> str:
    """Terms that differ only in case, width or blanks are one term.

    >>> normalised("Ｐaid  Orders")
    'paid orders'
    """
    return " ".join(unicodedata.normalize("NFKC", term).casefold().split())


def terms_of(definition: Metric | Dimension) -> frozenset[str]:
    """What means this definition and nothing else: its name, labels and synonyms, normalised."""
    own = (definition.name.replace("_", " "), definition.label.zh, definition.label.en)
    return _normalised_all((*own, *definition.synonyms.all()))


def metric_terms_are_exclusive(model: SemanticModel) -> Iterator[Issue]:
    """A term of one metric is no term of another; a shared one is ambiguous in both."""
    claims: _Claims = {}
    for metric in model.metrics.values():
        _claim(claims, metric, terms_of(metric))
    for term, claimants in claims.items():
        for second in claimants[1:]:
            yield _issue(
                "term_shared",
                second.place,
                f"“{term}”同时是指标 {claimants[0].name!r} 和 {second.name!r} 的说法；"
                "请只留给一个，或在两者的 ambiguous_terms 里都列出。",
                f"The term {term!r} belongs to both {claimants[0].name!r} and {second.name!r}; "
                "leave it to one, or list it under ambiguous_terms of both.",
            )


def ambiguous_terms_are_shared(model: SemanticModel) -> Iterator[Issue]:
    """An ambiguous term has two metrics at least, and none that claims it for itself."""
    exact: _Claims = {}
    ambiguous: _Claims = {}
    for metric in model.metrics.values():
        _claim(exact, metric, terms_of(metric))
        _claim(ambiguous, metric, _normalised_all(metric.ambiguous_terms.all()))
    for term, claimants in ambiguous.items():
        for owner in exact.get(term, ()):
            yield _issue(
                "term_half_ambiguous",
                claimants[0].place,
                f"“{term}”在 {claimants[0].name!r} 里是有歧义的说法，却又是 {owner.name!r} 的说法；"
                "请在两者的 ambiguous_terms 里都列出，并从后者的 synonyms 删去。",
                f"The term {term!r} is ambiguous for {claimants[0].name!r} but a plain term of "
                f"{owner.name!r}; list it under ambiguous_terms of both.",
            )
        if len(claimants) == 1 and term not in exact:
            yield _issue(
                "term_alone",
                claimants[0].place,
                f"只有指标 {claimants[0].name!r} 把“{term}”列为 ambiguous_terms；"
                "请在另一个指标里也列出，或移到 synonyms。",
                f"Only {claimants[0].name!r} lists {term!r} under ambiguous_terms; "
                "list it for the other metric too, or move it to synonyms.",
            )


def dimension_terms_are_exclusive(model: SemanticModel) -> Iterator[Issue]:
    """A dimension's term is no term of a metric, nor of another dimension."""
    claims: _Claims = {}
    for metric in model.metrics.values():
        ambiguous = _normalised_all(metric.ambiguous_terms.all())
        _claim(claims, metric, terms_of(metric) | ambiguous)
    for dimension in model.dimensions.values():
        for term in sorted(terms_of(dimension)):
            for other in claims.get(term, ())[:1]:
                yield _issue(
                    "dimension_term_taken",
                    dimension.place,
                    f"“{term}”是维度 {dimension.name!r} 的说法，也是 {other.name!r} 的；"
                    "请删去其中一个。",
                    f"The term {term!r} of dimension {dimension.name!r} is also one of "
                    f"{other.name!r}; remove one of the two.",
                )
        _claim(claims, dimension, terms_of(dimension))


def member_terms_are_exclusive(model: SemanticModel) -> Iterator[Issue]:
    """A member's name and synonyms mean that member of its dimension, no metric, no dimension."""
    taken: _Claims = {}
    for one in (*model.metrics.values(), *model.dimensions.values()):
        _claim(taken, one, terms_of(one))
    for metric in model.metrics.values():
        _claim(taken, metric, _normalised_all(metric.ambiguous_terms.all()))
    for dimension in model.dimensions.values():
        members: dict[str, str] = {normalised(name): name for name in dimension.member_synonyms}
        for member, synonyms in dimension.member_synonyms.items():
            for term in sorted(_normalised_all((member, *synonyms))):
                other = members.setdefault(term, member)
                if other != member:
                    yield _member_term_taken(dimension, term, member, other)
                for claim in taken.get(term, ())[:1]:
                    yield _member_term_taken(dimension, term, member, claim.name)


def facet_terms_are_exclusive(model: SemanticModel) -> Iterator[Issue]:
    """A facet's word belongs to no other facet, and is not all there is to say for a metric."""
    taken: _Claims = {}
    for one in (*model.metrics.values(), *model.dimensions.values()):
        _claim(taken, one, terms_of(one))
    owners: dict[str, str] = {}
    for facet in model.facets:
        name = f"{facet.kind}: {facet.name}"
        words = (facet.label.zh, facet.label.en, *facet.synonyms.all())
        for term in sorted(_normalised_all(words)):
            other = owners.setdefault(term, name)
            claimed = taken.get(term, ())
            holder = other if other != name else claimed[0].name if claimed else None
            if holder is not None:
                yield Issue(
                    code="facet_term_taken",
                    message=Text(
                        zh=f"facet {name!r} 的说法“{term}”也属于 {holder!r}；请删去其中一个。",
                        en=f"The word {term!r} of facet {name!r} also belongs to {holder!r}; "
                        "remove one of the two.",
                    ),
                    where=str(claimed[0].place) if claimed else None,
                )


TERM_RULES: tuple[Callable[[SemanticModel], Iterator[Issue]], ...] = (
    metric_terms_are_exclusive,
    ambiguous_terms_are_shared,
    dimension_terms_are_exclusive,
    member_terms_are_exclusive,
    facet_terms_are_exclusive,
)


def _normalised_all(terms: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(normalised, terms))


def _claim(claims: _Claims, definition: Metric | Dimension, terms: frozenset[str]) -> None:
    for term in sorted(terms):
        claims.setdefault(term, []).append(_Claim(definition.name, definition.place))


def _member_term_taken(dimension: Dimension, term: str, member: str, other: str) -> Issue:
    return _issue(
        "member_term_taken",
        dimension.place,
        f"维度 {dimension.name!r} 的成员 {member!r} 的说法“{term}”也属于 {other!r}；"
        "请删去其中一个。",
        f"The term {term!r} of member {member!r} of {dimension.name!r} also belongs to "
        f"{other!r}; remove one of the two.",
    )


def _issue(code: str, place: Place, zh: str, en: str) -> Issue:
    return Issue(code=code, message=Text(zh=zh, en=en), where=str(place))
