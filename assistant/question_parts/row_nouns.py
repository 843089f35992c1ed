"""The rows' own noun beside a member: the 订单 of 预售订单的支付金额 asks for no second number.

Imports `sentence` only; the lexicon knows the nouns.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.linking.lexicon import readings_of, row_nouns
from assistant.linking.normalize import key_of
from assistant.outcome import Link, LinkKind
from assistant.question_parts.sentence import Sentence
from semantic_layer import SemanticModel
from semantic_layer.model import SimpleMetric

_PIECES = re.compile("(?:几|多少)件$")
_OF = re.compile(r"(?:of|from|for|in|on)(?: all)?(?: the)?", re.IGNORECASE)


def without_row_nouns(sentence: Sentence, model: SemanticModel) -> Sentence:
    """The sentence without the nouns that only say what a member is a member of."""
    silent = {
        index
        for index in range(1, len(sentence.links))
        if sentence.is_metric_like(index)
        and (
            _is_row_noun(sentence, model, index)
            or _names_owner(sentence, model, index)
            or _counts_own_rows(sentence, model, index)
        )
    }
    places = range(1, len(sentence.links))
    silent |= {
        index
        for index in places
        if _names_rows(sentence, model, index) or _is_counted(sentence, model, index)
    }
    kept = (link for index, link in enumerate(sentence.links) if index not in silent)
    return replace(sentence, links=tuple(kept))


def _is_counted(sentence: Sentence, model: SemanticModel, index: int) -> bool:
    """The 商品 of 卖了几件商品: what the pieces are, and no group."""
    link = sentence.links[index]
    is_beside = sentence.is_metric_like(index - 1) and not sentence.gap(index)
    if link.kind is not LinkKind.dimension or not is_beside:
        return False
    home = model.datasets[model.dimensions[link.name].dataset]
    is_thing = key_of(link.text) == key_of(home.label.zh)
    return is_thing and _PIECES.search(sentence.links[index - 1].text) is not None


def _names_rows(sentence: Sentence, model: SemanticModel, index: int) -> bool:
    """The products of "units sold of skincare products": what a category is one of.

    Where they are ranked, picked or asked for one by one they are the rows of the result.
    """
    link, member = sentence.links[index], sentence.links[index - 1]
    is_described = link.kind is LinkKind.dimension and member.kind is LinkKind.member
    if not is_described or sentence.gap(index).strip() or not link.text.isascii():
        return False
    homes = {model.dimensions[name].dataset for name in readings_of(member.name, member.value)}
    labels = {key_of(model.datasets[home].label.en) for home in homes}
    asked = (LinkKind.ranking, LinkKind.comparator, LinkKind.change)
    is_asked = sentence.indices(*asked) or sentence.roles("which", "which_many", "each")
    is_listed = sentence.role(index - 2) == "grouping" or sentence.kind(index - 2) is None
    is_own = link.name in readings_of(member.name, member.value)
    is_label = key_of(link.text) in labels and not is_own
    return is_label and not is_asked and not is_listed


def _is_row_noun(sentence: Sentence, model: SemanticModel, index: int) -> bool:
    is_beside = _stands_behind(sentence, index) or _stands_before(sentence, index)
    return is_beside and key_of(sentence.links[index].text) in row_nouns(model)


def _stands_behind(sentence: Sentence, index: int) -> bool:
    """Whether the noun follows its member: 天猫订单的支付金额, paid amount of Tmall orders."""
    is_beside = sentence.kind(index - 1) is LinkKind.member
    if is_beside and index + 1 in sentence.contrasts and index > 1:
        # Paid amount, presale orders against others: the number stands before.
        return any(sentence.kind(place) is LinkKind.metric for place in range(index - 1))
    return is_beside and (_leads_to_metric(sentence, index) or _is_of_metric(sentence, index))


def _stands_before(sentence: Sentence, index: int) -> bool:
    """Whether the noun precedes its member: paid amount of orders in Zhejiang."""
    is_beside = sentence.kind(index + 1) is LinkKind.member
    return is_beside and _joins_to_metric(sentence, index)


def _leads_to_metric(sentence: Sentence, index: int) -> bool:
    following = index + 1
    if not sentence.is_metric_like(following):
        return False
    gap = sentence.gap(following)
    return gap == "的" or (gap == "" and sentence.kind(following) is LinkKind.metric)


def _is_of_metric(sentence: Sentence, index: int) -> bool:
    first = index - 1
    while sentence.kind(first - 1) is LinkKind.member or (
        sentence.role(first - 1) == "conjunction" and sentence.kind(first - 2) is LinkKind.member
    ):
        first -= 1
    return _joins_to_metric(sentence, first) and not sentence.is_metric_like(index + 1)


def _joins_to_metric(sentence: Sentence, index: int) -> bool:
    """Whether "of" or the like joins a link to a metric before it."""
    is_joined = _OF.fullmatch(sentence.gap(index).strip()) is not None
    return is_joined and sentence.is_metric_like(index - 1)


def _names_owner(sentence: Sentence, model: SemanticModel, index: int) -> bool:
    """The 买家 of 女性买家上月的客单价: whom a member describes, when a number is asked for behind.

    Without one (女性买家有多少) the buyers are what is counted.
    """
    link, member = sentence.links[index], sentence.links[index - 1]
    is_quantity = link.kind in (LinkKind.quantity, LinkKind.ambiguous_metric)
    if not is_quantity or member.kind is not LinkKind.member:
        return False
    asked = index + 1
    while asked < len(sentence.links) and not sentence.is_metric_like(asked):
        if sentence.role(asked) in ("conjunction", "comma", "alternative", "how_many"):
            return False
        asked += 1
    if asked == len(sentence.links) or not _counts_owner(model, link, member):
        return False
    return asked > index + 1 or sentence.gap(asked) == "的"


def _counts_owner(model: SemanticModel, link: Link, member: Link) -> bool:
    """Whether a quantity counts the things that the member's dimension describes."""
    homes = {model.dimensions[name].dataset for name in readings_of(member.name, member.value)}
    entities = {
        entity.name
        for home in homes
        for entity in model.datasets[home].entities
        if entity.type == "primary"
    }
    return any(
        isinstance(metric, SimpleMetric)
        and metric.facets.get("quantity") == link.name
        and metric.agg == "count_distinct"
        and any(
            entity.name in entities and entity.expr == metric.expr
            for entity in model.datasets[metric.dataset].entities
        )
        for metric in model.metrics.values()
    )


def _counts_own_rows(sentence: Sentence, model: SemanticModel, index: int) -> bool:
    """The reviews of "average rating of the reviews": what the metric before is measured on.

    Paid orders are not all the rows that the placed amount is measured on, so they stay.
    """
    if not _joins_to_metric(sentence, index):
        return False
    asked, rows = (_simple_metric(sentence, model, place) for place in (index - 1, index))
    if asked is None or rows is None or asked.agg == "count":
        return False
    same_rows = (asked.dataset, asked.filter, asked.where, asked.agg_time_dimension) == (
        rows.dataset,
        rows.filter,
        rows.where,
        rows.agg_time_dimension,
    )
    return rows.agg == "count" and same_rows


def _simple_metric(sentence: Sentence, model: SemanticModel, index: int) -> SimpleMetric | None:
    link = sentence.links[index]
    metric = model.metrics.get(link.name) if link.kind is LinkKind.metric else None
    return metric if isinstance(metric, SimpleMetric) else None
