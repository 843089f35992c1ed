"""The part of a question that asks for a part of a whole: 占比, share of, percentage of.

Imports `sentence`, `members`, `groupings` and `reasons`. Of listed groups the whole is all of them;
a member asked for alone (浙江占多少) is set against the same number without that condition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.outcome import LinkKind
from assistant.question_parts import reasons
from assistant.question_parts.groupings import GroupingPart
from assistant.question_parts.members import MemberPart
from assistant.question_parts.sentence import Sentence
from semantic_layer import SemanticModel, SemanticQuery
from semantic_layer.model import MetricInput, RatioMetric, SimpleMetric
from semantic_layer.query import METRIC_TIME, And, In, ShareOf


@dataclass(frozen=True)
class SharePart:
    """The share that is asked for, if one is."""

    share_of: ShareOf | None
    used: frozenset[int]


def with_named_ratios(sentence: Sentence, model: SemanticModel) -> Sentence:
    """The sentence with a share of one metric in another as the metric that is defined so.

    退款金额占支付金额的比例 is the refund rate: it has these two sides.
    """
    links = sentence.links
    for index in sentence.indices(LinkKind.share):
        sides = [place for place in (index - 1, index + 1) if sentence.is_metric_like(place)]
        if len(sides) < 2:
            continue
        ratios = _ratios(model, links[sides[0]].name, links[sides[1]].name)
        if len(ratios) == 1:
            last = index + 2 if sentence.kind(index + 2) is LinkKind.share else index + 1
            start, end = links[index - 1].start, links[last].end
            found = links[index - 1].model_copy(
                update={
                    "end": end,
                    "text": sentence.question[start:end],
                    "kind": LinkKind.metric,
                    "name": ratios[0],
                    "value": None,
                }
            )
            kept = (*links[: index - 1], found, *links[last + 1 :])
            return with_named_ratios(replace(sentence, links=kept), model)
    return sentence


def _ratios(model: SemanticModel, part: str, whole: str) -> tuple[str, ...]:
    """The ratios of two metrics; a side may be a metric that stands in for the said one."""
    return tuple(
        metric.name
        for metric in model.metrics.values()
        if isinstance(metric, RatioMetric)
        and part in _said_as(model, metric.numerator)
        and whole in _said_as(model, metric.denominator)
    )


def _said_as(model: SemanticModel, side: MetricInput) -> tuple[str, ...]:
    metric = model.metrics[side.metric]
    if side.where or side.offset or side.to_grain:  # some of it, or what it was before
        return ()
    return (metric.name, *(metric.substitute_for if isinstance(metric, SimpleMetric) else ()))


def without_wholes(sentence: Sentence, model: SemanticModel) -> Sentence:
    """The sentence without the metric's repetition: the 总订单数 of 天猫订单数占总订单数的比例."""
    shares = sentence.indices(LinkKind.share)
    if not shares:
        return sentence
    said = [index for index in range(shares[0]) if sentence.is_metric_like(index)]
    repeated = {
        index
        for index in range(shares[0] + 1, len(sentence.links))
        if sentence.is_metric_like(index) and said and _repeats(sentence, model, index, said)
    }
    kept = (link for index, link in enumerate(sentence.links) if index not in repeated)
    return replace(sentence, links=tuple(kept))


def _repeats(sentence: Sentence, model: SemanticModel, index: int, said: list[int]) -> bool:
    """Whether a link says nothing that the metric before the share has not said."""
    names: set[str] = set()
    for place in said:
        link = sentence.links[place]
        metric = model.metrics.get(link.name)
        names |= {link.name, *(metric.facets.values() if metric else ())}
    return sentence.links[index].name in names


def read_share(
    sentence: Sentence,
    members: MemberPart,
    grouping: GroupingPart,
    before: SemanticQuery | None = None,
) -> SharePart:
    """Read what the shares are of; `before` is the plan that the question follows."""
    words = sentence.indices(LinkKind.share)
    if not words:
        return SharePart(None, frozenset())
    groups = grouping.group_by or (before.group_by if before else ())
    times = tuple(group.column for group in groups if group.name == METRIC_TIME)
    others = tuple(group.name for group in groups if group.name != METRIC_TIME)
    wanted = {name for member in members.members if not member.excluded for name in member.readings}
    if before is not None and not wanted:
        kept = before.where.parts if isinstance(before.where, And) else (before.where,)
        wanted = {part.field for part in kept if isinstance(part, In)}
    if not wanted and not groups:
        raise sentence.not_covered(*words, reason=reasons.SHARE_OF_WHAT)
    beyond = tuple(sorted(wanted & set(others))) if others else tuple(sorted(wanted))
    if len(beyond) > 1:
        # 浙江天猫的占比: of 浙江, of 天猫, or of everything?
        raise sentence.not_covered(*words, reason=reasons.SHARE_OF_WHAT)
    within = times if others or beyond else ()
    within += tuple(group.column for group in groups if group in grouping.inside)
    return SharePart(ShareOf(within=within, beyond=beyond), frozenset(words))
