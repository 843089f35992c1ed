"""`Draft`: all parts of a question, and the plan that they make once the metrics are chosen.

Imports the parts. A draft becomes one `SemanticQuery` for each reading of what is ambiguous; a
part that cannot be put into a plan raises `NotCovered` rather than being left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from assistant.outcome import LinkKind
from assistant.question_parts import reasons
from assistant.question_parts.asides import AsidePart, read_asides
from assistant.question_parts.asked_units import level_ends
from assistant.question_parts.averages import AveragePart, read_average
from assistant.question_parts.changes import (
    DELTA,
    RATE,
    chosen_way,
    named_by_comparison,
    plain_changes,
)
from assistant.question_parts.date_parts import DatePartPart, read_date_parts
from assistant.question_parts.groupings import GroupingPart, Selection, read_groupings
from assistant.question_parts.members import MemberPart, read_members
from assistant.question_parts.metrics import Block, read_metrics
from assistant.question_parts.rankings import Ranking, read_ranking
from assistant.question_parts.running import RunningPart, read_running
from assistant.question_parts.sentence import METRIC_LIKE, NotCovered, Sentence
from assistant.question_parts.shares import SharePart, read_share
from assistant.question_parts.structure import (
    refuse_crossed_comparison,
    refuse_same_row_conditions,
    refuse_separate_questions,
    refuse_unlike_conjunctions,
    refuse_unlike_groups,
    refuse_unused,
)
from assistant.question_parts.thresholds import (
    Operator,
    Threshold,
    is_preposition,
    read_thresholds,
)
from assistant.question_parts.times import TimePart, read_time
from semantic_layer import SemanticModel, SemanticQuery, Text
from semantic_layer.query import (
    METRIC_TIME,
    And,
    AnyComparison,
    Compare,
    CustomComparison,
    Filter,
    OrderBy,
)

_MAX_METRICS = 8
_MIRRORED: dict[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True)
class Draft:
    """The parts of one question, every link of it used."""

    sentence: Sentence
    model: SemanticModel
    time: TimePart
    members: MemberPart
    grouping: GroupingPart
    thresholds: tuple[Threshold, ...]
    ranking: Ranking | None
    share: SharePart
    running: RunningPart
    average: AveragePart
    date_parts: DatePartPart
    asides: AsidePart
    blocks: tuple[Block, ...]
    order_markers: frozenset[int]

    @property
    def lacks_comparison(self) -> bool:
        """Whether a change is asked for (增长最快) and not against what."""
        said = {link.name for link in self.sentence.links if link.kind is LinkKind.change}
        groups = self.running.group_by
        is_course = any(group.name == METRIC_TIME and group.grain for group in groups)
        # 涨了还是跌了, month by month: the course itself says which way.
        return bool(said - {"either"} if is_course else said) and self.time.compare is None

    @property
    def vague_times(self) -> tuple[int, ...]:
        """The words for a time that is still to be asked for: 前阵子 without any dates."""
        return self.asides.vague_times if self.time.window is None else ()

    @property
    def is_chosen_by_change(self) -> bool:
        """Whether only the groups that went one way are asked for: 下降的渠道."""
        return chosen_way(self.sentence) is not None

    @property
    def _comparison(self) -> AnyComparison | None:
        """The comparison; of a window that is named as one, position by position."""
        if self.time.base is not None and any(
            group.name == METRIC_TIME for group in self.running.group_by
        ):
            return CustomComparison(time=self.time.base)
        return self.time.compare

    def query(
        self,
        metrics: tuple[str, ...],
        member_dimension: str | None = None,
        compare: AnyComparison | None = None,
    ) -> SemanticQuery:
        """The plan for one reading: a metric for each slot, in order; `compare` if none is said.

        Raises:
            NotCovered: a threshold or a ranking does not fit these metrics.
        """
        distinct = tuple(dict.fromkeys(metrics))
        if len(distinct) > _MAX_METRICS:
            raise self.sentence.not_covered(*(block.first for block in self.blocks))
        plan = SemanticQuery(
            metrics=distinct,
            group_by=self.running.group_by,
            where=self._where(member_dimension),
            time=self.time.window,
            compare=self._comparison or compare,
            share_of=self.share.share_of,
            running=self.running.running,
            average_per=self.average.per,
        )
        return named_by_comparison(plan.model_copy(update=self.selection(metrics)))

    def _where(self, member_dimension: str | None) -> Filter | None:
        members = self.members.condition(member_dimension)
        named = members.parts if isinstance(members, And) else (members,) if members else ()
        parts = (*named, *self.date_parts.conditions)
        if not self.date_parts.conditions:
            return members
        return And(parts=parts) if len(parts) > 1 else parts[0]

    def selection(self, metrics: tuple[str, ...]) -> dict[str, object]:
        """What says which groups are shown, and in which order: the fields of the plan for it.

        Raises:
            NotCovered: a threshold or a ranking does not fit these metrics.
        """
        order_by, limit = self._order(metrics)
        return {
            "having": self._having(metrics),
            "order_by": order_by,
            "limit": limit,
            "limit_within": self._partition(limit),
            "others": self.asides.with_others and limit is not None,
            "ranks": self.ranking is not None and self.ranking.shows_places,
        }

    def _partition(self, limit: int | None) -> tuple[str, ...]:
        """The columns within which the ranking is made: 各渠道销量前3的商品."""
        groups = self.grouping.group_by
        if limit is None or len(groups) < 2:
            return ()
        return tuple(group.column for group in groups if group in self.grouping.each)

    def _having(self, metrics: tuple[str, ...]) -> Filter | None:
        parts = tuple(self._condition(threshold, metrics) for threshold in self.thresholds)
        way = chosen_way(self.sentence)
        if way is not None:
            name = self._metric_at((way.index,), metrics)
            if name is None:
                raise self.sentence.not_covered(way.index, reason=reasons.WHICH_METRIC_IS_MEANT)
            operator: Literal["<", ">"] = "<" if way.is_decline else ">"
            parts += (Compare(field=f"{name}{DELTA}", operator=operator, value=0),)
        return And(parts=parts) if len(parts) > 1 else next(iter(parts), None)

    def _condition(self, threshold: Threshold, metrics: tuple[str, ...]) -> Compare:
        words = range(threshold.first, threshold.last + 1)
        name = self._metric_at(threshold.beside, metrics)
        if name is None:
            raise self.sentence.not_covered(*words, reason=reasons.WHICH_METRIC_IS_MEANT)
        if threshold.declines is not None:
            return self._condition_on_change(threshold, name)
        unit = self.model.metrics[name].unit
        if (
            (threshold.is_money and unit != "CNY")
            or (threshold.is_percent and unit != "ratio")
            or (threshold.is_days and unit != "days")
        ):
            raise self.sentence.not_covered(*words)
        if unit == "ratio" and not threshold.is_percent and threshold.value >= 1:
            raise self.sentence.not_covered(*words, reason=reasons.NEEDS_PERCENT)
        return Compare(field=name, operator=threshold.operator, value=threshold.value)

    def _condition_on_change(self, threshold: Threshold, name: str) -> Compare:
        """增长超过20%: the rate is above 0.2; 下降超过20%: it is below -0.2."""
        if not threshold.is_percent or self.model.metrics[name].unit == "ratio":
            words = range(threshold.first, threshold.last + 1)
            raise self.sentence.not_covered(*words, reason=reasons.NEEDS_PERCENT)
        if not threshold.declines:
            return Compare(
                field=f"{name}{RATE}", operator=threshold.operator, value=threshold.value
            )
        mirrored = _MIRRORED[threshold.operator]
        return Compare(field=f"{name}{RATE}", operator=mirrored, value=-threshold.value)

    def _order(self, metrics: tuple[str, ...]) -> tuple[tuple[OrderBy, ...], int | None]:
        ranking = self.ranking
        if ranking is None:
            return (), None
        name = self._metric_at(self._ranked_beside(ranking), metrics)
        limit = self._limit(ranking)
        obstacle = self._ranking_obstacle(ranking, limit)
        if name is None or obstacle:
            raise self.sentence.not_covered(*ranking.words, reason=obstacle)
        column = name
        if ranking.change:
            by_rate = ranking.change.by_rate and self.model.metrics[name].unit != "ratio"
            column = f"{name}{RATE if by_rate else DELTA}"
        return (OrderBy(name=column, descending=self._descends(ranking, name)),), limit

    def _ranked_beside(self, ranking: Ranking) -> tuple[int, ...]:
        if self.order_markers:
            return tuple(_ordering(self.sentence, index) for index in self.order_markers)
        near = (min(ranking.used) - 1, max(ranking.used) + 1)
        return tuple(index for index in near if self.sentence.is_metric_like(index))

    def _limit(self, ranking: Ranking) -> int | None:
        if ranking.limit is not None:
            return ranking.limit
        several = self.grouping.from_members or self.grouping.is_plural
        return 1 if ranking.is_superlative and not several else None

    def _ranking_obstacle(self, ranking: Ranking, limit: int | None) -> Text | None:
        groups = self.grouping.group_by
        if self._may_rank_by_change(ranking):
            return reasons.NUMBER_OR_CHANGE
        if len(groups) == 1 and len(self.members.wanted(groups[0].name)) == 1:
            return reasons.NOTHING_TO_RANK  # of a single row, the place is always the first
        if not groups or (ranking.is_comparative and not self.grouping.from_members):
            return reasons.NOTHING_TO_RANK
        if len(groups) > 1:
            # "The top province of each channel" ranks one of the groups within the others.
            ranked = [group for group in groups if group not in self.grouping.each]
            is_plain = ranking.is_sort or (limit is not None and len(ranked) == 1)
            return None if is_plain else reasons.WHICH_GROUP_IS_RANKED
        if limit is None:
            return None
        is_time = groups[0].name == METRIC_TIME and groups[0].part is None
        is_period = is_time and not self.grouping.asks_which_time
        if is_period or self._ranks_within_each(ranking):
            return reasons.RANKED_WITHIN_GROUPS
        return None

    def _may_rank_by_change(self, ranking: Ranking) -> bool:
        """Top 5 provinces by GMV YoY: the five with the most, or those that grew most?"""
        behind = {index + 2 for index in self.order_markers} - set(self.sentence.contrasts)
        return not ranking.change and any(
            self.sentence.kind(index) is LinkKind.comparison for index in behind
        )

    def _ranks_within_each(self, ranking: Ranking) -> bool:
        """各省支付金额前5 takes 5 of the provinces; "top 5 in each province" not."""
        each = self.sentence.roles("each")
        groups = self.sentence.indices(LinkKind.dimension)
        metrics = self.sentence.indices(*METRIC_LIKE)
        trails = all(min(ranking.words) > place for place in (*each, *groups, *metrics))
        is_list = all(self.sentence.links[place].text.startswith("各") for place in each)
        return bool(each) and not (ranking.limit and trails and is_list)

    def _descends(self, ranking: Ranking, name: str) -> bool:
        if ranking.direction in ("descending", "ascending"):
            return ranking.direction == "descending"
        good = self.model.metrics[name].good_direction
        if good == "neutral":
            raise self.sentence.not_covered(*ranking.words)
        return (ranking.direction == "best") == (good == "up")

    def _metric_at(self, places: tuple[int, ...], metrics: tuple[str, ...]) -> str | None:
        """The one metric that links at `places` say; of a question with one metric, that one."""
        if len(set(metrics)) == 1 and self._in_one_block(places):
            return metrics[0]
        found: set[str] = set()
        at = 0
        for block in self.blocks:
            chosen = metrics[at : at + len(block.slots)]
            at += len(block.slots)
            if any(block.first <= place <= block.last for place in places):
                found |= set(chosen)
        return found.pop() if len(found) == 1 else None

    def _in_one_block(self, places: Iterable[int]) -> bool:
        touched = {
            block.first
            for block in self.blocks
            for place in places
            if block.first <= place <= block.last
        }
        return len(touched) <= 1


def read_draft(
    sentence: Sentence,
    model: SemanticModel,
    available: Collection[str],
    before: SemanticQuery | None = None,
) -> Draft:
    """Read all parts; what no part uses raises `NotCovered`.

    `before` is the plan of the question that this one follows, so that it need not say again which
    groups or days a share, a condition or a comparison is about.
    """
    shown = before.group_by if before else ()
    time = read_time(sentence, before.time if before else None)
    members = read_members(sentence)
    thresholds = read_thresholds(sentence, has_groups=bool(shown))
    in_thresholds = frozenset().union(*(threshold.used for threshold in thresholds))
    ranking = read_ranking(sentence, in_thresholds)
    in_ranking = ranking.used if ranking else frozenset()
    beside = frozenset(place for threshold in thresholds for place in threshold.beside)
    grouping = read_groupings(
        sentence, members, time.window, Selection(in_ranking, in_thresholds, beside)
    )
    share = read_share(sentence, members, grouping, before)
    running = read_running(sentence, grouping.group_by, shown)
    average = read_average(sentence, running.group_by)
    date_parts = read_date_parts(sentence)
    asides = read_asides(sentence, members)
    blocks = read_metrics(sentence, model, available)
    markers = _order_markers(sentence, ranking)
    joined = refuse_unlike_conjunctions(sentence, members.qualifiers, in_thresholds | beside)
    refuse_same_row_conditions(sentence)
    refuse_crossed_comparison(sentence)
    refuse_unlike_groups(sentence)
    refuse_separate_questions(sentence, blocks, in_thresholds | in_ranking, markers)
    parts = (time, members, grouping, share, running, average, date_parts, asides)
    in_parts = frozenset().union(*(part.used for part in parts))
    in_metrics = {index for index in range(len(sentence.links)) if sentence.is_metric_like(index)}
    others = in_thresholds | in_ranking | joined | markers | in_metrics | _prepositions(sentence)
    others |= level_ends(sentence, model, blocks, before.metrics if before else ())
    refuse_unused(sentence, (*in_parts, *others, *plain_changes(sentence)))
    return Draft(
        sentence=sentence,
        model=model,
        time=time,
        members=members,
        grouping=grouping,
        thresholds=thresholds,
        ranking=ranking,
        share=share,
        running=running,
        average=average,
        date_parts=date_parts,
        asides=asides,
        blocks=blocks,
        order_markers=markers,
    )


def _prepositions(sentence: Sentence) -> frozenset[int]:
    """The "over" of "over the last week"."""
    comparators = sentence.indices(LinkKind.comparator)
    return frozenset(index for index in comparators if is_preposition(sentence, index))


def _order_markers(sentence: Sentence, ranking: Ranking | None) -> frozenset[int]:
    """The "by" of "top 5 provinces by paid orders" and of "compare A and B by paid orders"."""
    if ranking is None and not sentence.contrasts:
        return frozenset()
    return frozenset(
        index
        for index in sentence.roles("grouping")
        if sentence.is_metric_like(_ordering(sentence, index))
    )


def _ordering(sentence: Sentence, marker: int) -> int:
    """What stands behind the "by" of a ranking; a time may come between (按10月支付件数)."""
    following = marker + 1
    return following + (sentence.kind(following) is LinkKind.time)


def readings_that_fit(
    draft: Draft,
    combinations: Iterable[tuple[str | None, tuple[str, ...]]],
    compare: AnyComparison | None = None,
) -> tuple[tuple[str | None, tuple[str, ...], SemanticQuery], ...]:
    """The plans of the readings that make one; if none does, what stands in the way is raised."""
    found = []
    obstacle: NotCovered | None = None
    for dimension, metrics in combinations:
        try:
            found.append((dimension, metrics, draft.query(metrics, dimension, compare)))
        except NotCovered as reason:
            obstacle = obstacle or reason
    if not found and obstacle:
        raise obstacle
    return tuple(found)
