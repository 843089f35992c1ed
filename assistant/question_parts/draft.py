"""`Draft`: all parts of a question, and the plan that they make once the metrics are chosen.

Imports the parts. A draft becomes one `SemanticQuery` for each reading of what is ambiguous; a
part that cannot be put into a plan raises `NotCovered` rather than being left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from assistant.outcome import LinkKind
from assistant.question_parts import reasons
from assistant.question_parts.groupings import GroupingPart, Selection, read_groupings
from assistant.question_parts.members import MemberPart, read_members
from assistant.question_parts.metrics import Block, read_metrics
from assistant.question_parts.rankings import Ranking, read_ranking
from assistant.question_parts.sentence import METRIC_LIKE, NotCovered, Sentence
from assistant.question_parts.structure import (
    refuse_conditions_on_change,
    refuse_crossed_comparison,
    refuse_same_row_conditions,
    refuse_separate_questions,
    refuse_unlike_conjunctions,
    refuse_unused,
)
from assistant.question_parts.thresholds import Threshold, is_preposition, read_thresholds
from assistant.question_parts.times import TimePart, read_time
from semantic_layer import SemanticModel, SemanticQuery, Text
from semantic_layer.query import METRIC_TIME, And, Compare, Filter, OrderBy

_MAX_METRICS = 8


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
    blocks: tuple[Block, ...]
    order_markers: frozenset[int]

    def query(self, metrics: tuple[str, ...], member_dimension: str | None = None) -> SemanticQuery:
        """The plan for one reading: a metric for each slot, in order.

        Raises:
            NotCovered: a threshold or a ranking does not fit these metrics.
        """
        distinct = tuple(dict.fromkeys(metrics))
        if len(distinct) > _MAX_METRICS:
            raise self.sentence.not_covered(*(block.first for block in self.blocks))
        order_by, limit = self._order(metrics)
        return SemanticQuery(
            metrics=distinct,
            group_by=self.grouping.group_by,
            where=self.members.condition(member_dimension),
            having=self._having(metrics),
            time=self.time.window,
            compare=self.time.compare,
            order_by=order_by,
            limit=limit,
        )

    def _having(self, metrics: tuple[str, ...]) -> Filter | None:
        parts = tuple(self._condition(threshold, metrics) for threshold in self.thresholds)
        return And(parts=parts) if len(parts) > 1 else next(iter(parts), None)

    def _condition(self, threshold: Threshold, metrics: tuple[str, ...]) -> Compare:
        words = range(threshold.first, threshold.last + 1)
        name = self._metric_at(threshold.beside, metrics)
        if name is None:
            raise self.sentence.not_covered(*words, reason=reasons.WHICH_METRIC_IS_MEANT)
        unit = self.model.metrics[name].unit
        if (threshold.is_money and unit != "CNY") or (threshold.is_percent and unit != "ratio"):
            raise self.sentence.not_covered(*words)
        if unit == "ratio" and not threshold.is_percent and threshold.value >= 1:
            raise self.sentence.not_covered(*words, reason=reasons.NEEDS_PERCENT)
        return Compare(field=name, operator=threshold.operator, value=threshold.value)

    def _order(self, metrics: tuple[str, ...]) -> tuple[tuple[OrderBy, ...], int | None]:
        ranking = self.ranking
        if ranking is None:
            return (), None
        name = self._metric_at(self._ranked_beside(ranking), metrics)
        limit = self._limit(ranking)
        obstacle = self._ranking_obstacle(ranking, limit)
        if name is None or obstacle:
            raise self.sentence.not_covered(*ranking.words, reason=obstacle)
        return (OrderBy(name=name, descending=self._descends(ranking, name)),), limit

    def _ranked_beside(self, ranking: Ranking) -> tuple[int, ...]:
        if self.order_markers:
            return tuple(index + 1 for index in self.order_markers)
        near = (min(ranking.used) - 1, max(ranking.used) + 1)
        return tuple(index for index in near if self.sentence.is_metric_like(index))

    def _limit(self, ranking: Ranking) -> int | None:
        if ranking.limit is not None:
            return ranking.limit
        several = self.grouping.from_members or self.grouping.is_plural
        return 1 if ranking.is_superlative and not several else None

    def _ranking_obstacle(self, ranking: Ranking, limit: int | None) -> Text | None:
        groups = self.grouping.group_by
        if not groups or (ranking.is_comparative and not self.grouping.from_members):
            return reasons.NOTHING_TO_RANK
        # "The top province of each channel" is a ranking within groups; a limit would cut them all.
        if len(groups) > 1 and not ranking.is_sort:
            return reasons.RANKED_WITHIN_GROUPS
        if limit is None:
            return None
        is_period = groups[0].name == METRIC_TIME and not self.grouping.asks_which_time
        if is_period or self._ranks_within_each(ranking):
            return reasons.RANKED_WITHIN_GROUPS
        return None

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


def read_draft(sentence: Sentence, model: SemanticModel, available: Collection[str]) -> Draft:
    """Read all parts; what no part uses raises `NotCovered`."""
    time = read_time(sentence)
    members = read_members(sentence)
    thresholds = read_thresholds(sentence)
    in_thresholds = frozenset().union(*(threshold.used for threshold in thresholds))
    ranking = read_ranking(sentence, in_thresholds)
    in_ranking = ranking.used if ranking else frozenset()
    beside = frozenset(place for threshold in thresholds for place in threshold.beside)
    grouping = read_groupings(
        sentence, members, time.window, Selection(in_ranking, in_thresholds, beside)
    )
    blocks = read_metrics(sentence, model, available)
    markers = _order_markers(sentence, ranking)
    joined = refuse_unlike_conjunctions(sentence, members.qualifiers, in_thresholds | beside)
    refuse_same_row_conditions(sentence)
    refuse_crossed_comparison(sentence)
    if time.compare:
        refuse_conditions_on_change(sentence, in_thresholds | in_ranking)
    refuse_separate_questions(sentence, blocks, in_thresholds | in_ranking, markers)
    in_metrics = {index for index in range(len(sentence.links)) if sentence.is_metric_like(index)}
    prepositions = {
        index for index in sentence.indices(LinkKind.comparator) if is_preposition(sentence, index)
    }
    refuse_unused(
        sentence,
        (
            *(time.used | members.used | grouping.used | in_thresholds | in_ranking),
            *(joined | markers | in_metrics | prepositions),
        ),
    )
    return Draft(sentence, model, time, members, grouping, thresholds, ranking, blocks, markers)


def _order_markers(sentence: Sentence, ranking: Ranking | None) -> frozenset[int]:
    """The "by" of "top 5 provinces by paid orders" and of "compare A and B by paid orders"."""
    if ranking is None and not sentence.contrasts:
        return frozenset()
    return frozenset(
        index for index in sentence.roles("grouping") if sentence.is_metric_like(index + 1)
    )


def readings_that_fit(
    draft: Draft, combinations: Iterable[tuple[str | None, tuple[str, ...]]]
) -> tuple[tuple[str | None, tuple[str, ...], SemanticQuery], ...]:
    """The plans of the readings that make one; if none does, what stands in the way is raised."""
    found = []
    obstacle: NotCovered | None = None
    for dimension, metrics in combinations:
        try:
            found.append((dimension, metrics, draft.query(metrics, dimension)))
        except NotCovered as reason:
            obstacle = obstacle or reason
    if not found and obstacle:
        raise obstacle
    return tuple(found)
