"""The part of a question that says one row per what: dimensions, grains, and marking words.

Imports `sentence`, `members` and `times`. "How many provinces" asks for a count of provinces,
which no plan gives; it must not be taken for a grouping.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.outcome import LinkKind
from assistant.question_parts import reasons
from assistant.question_parts.members import Member, MemberPart
from assistant.question_parts.sentence import Sentence
from assistant.question_parts.times import days_in, grain_for
from semantic_layer import Text
from semantic_layer.query import METRIC_TIME, DatePart, Grain, GroupBy, TimeWindow

_MARKERS = ("grouping", "each", "which", "which_many")
_GROUPED = (LinkKind.dimension, LinkKind.grain)
_PREFIXES = ("which_", "row_")
_PART = "part_"
_INSIDE = re.compile("[里中内]")
_SUM = re.compile(
    "合计|总|一共|加起来|加在一起|合起来|合在一起|合并|"
    r"\b(?:total|combined|together|altogether|summed|sum|overall)\b",
    re.IGNORECASE,
)
_FEW_DAYS = 3
_BY_HOUR = Text(
    zh="按一天中的小时合计，不分日期", en="Counted by the hour of the day, whatever the date"
)


@dataclass(frozen=True)
class GroupingPart:
    """`asks_which_time`: 哪天, which month. `is_plural`: 哪些省份, which provinces.

    `from_members`: some grouping comes from listed members only (浙江和广东分别…). `each`: the
    groups that a ranking may be made within (each channel, every month). `inside`: the dimensions
    that hold the groups behind them (每个渠道内部各品牌).
    """

    group_by: tuple[GroupBy, ...]
    each: frozenset[GroupBy]
    inside: frozenset[GroupBy]
    asks_which_time: bool
    is_plural: bool
    from_members: bool
    unmarked: tuple[str, ...]
    assumptions: tuple[Text, ...]
    used: frozenset[int]


@dataclass(frozen=True)
class Selection:
    """The links that say which groups are shown: of the ranking, and of the thresholds."""

    ranking: frozenset[int]
    thresholds: frozenset[int]
    beside_thresholds: frozenset[int]

    @property
    def is_empty(self) -> bool:
        """Whether all groups are shown."""
        return not self.ranking and not self.thresholds


def read_groupings(
    sentence: Sentence, members: MemberPart, window: TimeWindow | None, selection: Selection
) -> GroupingPart:
    """Read what to group by, in the order of the question."""
    _refuse_counted_groups(sentence, members)
    ranked = bool(selection.ranking)
    dimensions = tuple(
        index for index in sentence.indices(LinkKind.dimension) if index not in members.qualifiers
    )
    grains = tuple(_grains(sentence, selection))
    parts = tuple(index for index in grains if _part(sentence, index) is not None)
    whole = tuple(index for index in grains if index not in parts)
    grain, assumptions = _grain(sentence, whole, window)
    placed = {index: GroupBy(name=sentence.links[index].name) for index in dimensions}
    placed |= {index: GroupBy(name=METRIC_TIME, part=_part(sentence, index)) for index in parts}
    if grain is Grain.hour and _is_long(window):
        placed[whole[0]], assumptions = GroupBy(name=METRIC_TIME, part=DatePart.hour), (_BY_HOUR,)
    elif grain:
        placed[whole[0]] = GroupBy(name=METRIC_TIME, grain=grain)
    markers = frozenset(_markers(sentence, members, selection))
    grouped = {group.name for group in placed.values()}
    by_member, spread = _spread_over_members(
        sentence, members, markers, ranked=ranked, by_time=METRIC_TIME in grouped
    )
    added = {at: group for at, group in by_member.items() if group.name not in grouped}
    placed |= added
    return GroupingPart(
        group_by=tuple(dict.fromkeys(placed[index] for index in sorted(placed))),
        each=frozenset(group for at, group in placed.items() if _is_each(sentence, at, group)),
        inside=frozenset(
            placed[index] for index in dimensions if _holds_others(sentence, index, placed)
        ),
        asks_which_time=_asks_which_time(sentence, grains),
        is_plural=_is_plural(sentence, dimensions, grains),
        from_members=bool(added),
        unmarked=tuple(
            sentence.links[index].name
            for index in dimensions
            if not _is_marked(sentence, index, markers)
        ),
        assumptions=assumptions,
        used=frozenset(placed)
        | frozenset(dimensions)
        | markers
        | spread
        | frozenset(grains)
        | frozenset(sentence.roles("how_many", "how_much")),
    )


def _part(sentence: Sentence, index: int) -> DatePart | None:
    """The part of the time that a link groups by: 星期几, hour of the day."""
    name = _without_prefix(sentence.links[index].name)
    return DatePart(name.removeprefix(_PART)) if name.startswith(_PART) else None


def _is_long(window: TimeWindow | None) -> bool:
    """Whether single hours of a window would be too many rows: 上月按小时 is by hour of the day."""
    days = days_in(window)
    return days is None or days > _FEW_DAYS


def _is_each(sentence: Sentence, index: int, group: GroupBy) -> bool:
    is_row = sentence.links[index].name.startswith(_PREFIXES)
    is_period = group.name == METRIC_TIME and not is_row
    return is_period or sentence.role(index - 1) in ("each", "grouping")


def _holds_others(sentence: Sentence, index: int, placed: Mapping[int, GroupBy]) -> bool:
    """Whether a word for inside stands behind a group, and another group behind that."""
    following = index + 1
    is_inside = following < len(sentence.links) and _INSIDE.search(sentence.gap(following))
    return bool(is_inside) and any(place > index for place in placed)


def _refuse_counted_groups(sentence: Sentence, members: MemberPart) -> None:
    for index in sentence.roles("how_many_of"):
        beside = [i for i in (index - 1, index + 1) if sentence.kind(i) is LinkKind.dimension]
        if beside and sentence.kind(index - 1) is not LinkKind.ranking:
            raise sentence.not_covered(index, *beside, reason=reasons.COUNTED_GROUPS)
    for index in sentence.roles("how_many", "how_much"):
        following = index + 1
        while (
            sentence.kind(following) in (LinkKind.member, LinkKind.time, LinkKind.negation)
            or following in members.qualifiers
            or sentence.role(following) in ("conjunction", "alternative", "each", "grouping")
        ):
            following += 1
        if sentence.kind(following) in _GROUPED:
            raise sentence.not_covered(index, following, reason=reasons.COUNTED_GROUPS)


def _grains(sentence: Sentence, selection: Selection) -> Iterator[int]:
    """Where grains stand; a bare unit (天, days) is one only where it is what is selected."""
    for index in sentence.indices(LinkKind.grain):
        if not sentence.is_row_unit(index) or _is_selected(sentence, index, selection):
            yield index


def _is_selected(sentence: Sentence, index: int, selection: Selection) -> bool:
    """最高的5天, 小于50的天, days with the most: not 前5天, nor the unit of "over 3 days"."""
    is_english = sentence.links[index].text.isascii()
    before, after = index - 1, index + 1
    beside = selection.thresholds | selection.beside_thresholds
    if not is_english and "的" in sentence.gap(index):
        return before in selection.ranking | beside
    if not is_english and _stands_alone(sentence, index):
        return True
    if before in selection.ranking:
        # 前3天 alone may be the first days of a window; 最高的前3天 cannot.
        is_edge = sentence.links[before - 1].name in ("top", "bottom")
        is_ranked = not is_edge or before - 2 in selection.ranking
        return is_english or (sentence.kind(before) is LinkKind.number and is_ranked)
    if is_english and (
        _continues_groups(sentence, index) or _opens_choice(sentence, index, beside)
    ):
        return True
    return is_english and after in selection.ranking | beside


def _continues_groups(sentence: Sentence, index: int) -> bool:
    """The month of "by channel and month", "channel x month", "month wise"."""
    if sentence.role(index + 1) == "grouping" and sentence.links[index + 1].text.endswith("wise"):
        return True
    is_joined = sentence.role(index - 1) in ("conjunction", "comma", "plus")
    is_group = sentence.kind(index - 2) is LinkKind.dimension and not sentence.is_plural(index)
    return is_joined and is_group and sentence.role(index - 3) in ("grouping", "each", "")


def _opens_choice(sentence: Sentence, index: int, chosen: frozenset[int]) -> bool:
    """The days of "days in October with over 100 paid orders"."""
    is_first = index == 0 or sentence.role(index - 1) in ("which", "which_many")
    following = index + 1
    while sentence.kind(following) is LinkKind.time or sentence.role(following) == "which":
        following += 1
    return is_first and sentence.is_plural(index) and following in chosen


def _stands_alone(sentence: Sentence, index: int) -> bool:
    """Whether a unit is a word of a telegram: the 周 of 退款金额 周 近8周."""
    link, question = sentence.links[index], sentence.question
    beside = (question[: link.start][-1:], question[link.end :][:1])
    is_parted = all(not side or side.isspace() for side in beside)
    return is_parted and any(beside) and sentence.kind(index - 1) is not LinkKind.number


def _grain(
    sentence: Sentence, places: tuple[int, ...], window: TimeWindow | None
) -> tuple[Grain | None, tuple[Text, ...]]:
    names = {_without_prefix(sentence.links[index].name) for index in places}
    stated = names - {"trend"}
    if len(stated) > 1:
        raise sentence.not_covered(*places, reason=reasons.TWO_GRAINS)
    if stated:
        return Grain(stated.pop()), ()
    if not names:
        return None, ()
    grain = grain_for(window)
    zh = {Grain.day: "天", Grain.week: "周", Grain.month: "月"}[grain]
    return grain, (Text(zh=f"趋势按{zh}显示", en=f"The trend is shown by {grain}"),)


def _without_prefix(name: str) -> str:
    prefix = next((prefix for prefix in _PREFIXES if name.startswith(prefix)), "")
    return name.removeprefix(prefix)


def _markers(sentence: Sentence, members: MemberPart, selection: Selection) -> list[int]:
    """The marking words that stand beside what they mark."""
    found = []
    for index in sentence.roles(*_MARKERS):
        following = index + 1
        while (
            following in members.qualifiers
            or sentence.role(following) in (*_MARKERS, "measure")
            or sentence.kind(following) is LinkKind.number
            or (sentence.kind(following) is LinkKind.ranking and sentence.role(index) == "which")
            or _describes_group(sentence, following)
        ):
            following += 1
        trails = sentence.role(index) == "grouping" and sentence.kind(index - 1) in _GROUPED
        if sentence.kind(following) in _GROUPED or trails or _points_back(sentence, index):
            found.append(index)
    found += (i for i in sentence.roles("spread") if _spreads_over_groups(sentence, i))
    if not selection.is_empty or sentence.indices(LinkKind.change):
        # Days on which it was above: what was named is said of again.
        found += (
            i
            for i in sentence.roles("which")
            if any(place < i and sentence.is_row_unit(place) for place in range(i))
            and sentence.question[: sentence.links[i].start].rstrip().endswith((" on", " in"))
        )
        # 大于10万的省份有哪些 asks for what is selected already.
        found += (
            i
            for i in sentence.roles("which", "which_many")
            if sentence.kind(i - 1) in _GROUPED
            and (i == len(sentence.links) - 1 or sentence.role(i + 1) == "comma")
        )
    return found


def _points_back(sentence: Sentence, index: int) -> bool:
    """The 哪个 of 各渠道哪个最多, 各渠道客单价谁最高: which of the groups that were just named."""
    is_which = sentence.role(index) in ("which", "which_many")
    is_ranked = sentence.kind(index + 1) is LinkKind.ranking
    group = index - 1 - sentence.is_metric_like(index - 1)
    return is_which and is_ranked and sentence.kind(group) in _GROUPED


def _describes_group(sentence: Sentence, index: int) -> bool:
    """The Douyin of "for every Douyin campaign"."""
    is_member = sentence.kind(index) is LinkKind.member
    return is_member and sentence.kind(index + 1) is LinkKind.dimension


def _spreads_over_groups(sentence: Sentence, index: int) -> bool:
    """退款原因分布, 各省付款订单分布, distribution by province: one row per group.

    Without a group, 支付金额分布 asks for a histogram.
    """
    is_marked = sentence.role(index + 1) == "grouping" and sentence.kind(index + 2) in _GROUPED
    groups = sentence.indices(*_GROUPED)
    beside_metric = sentence.is_metric_like(index - 1) or sentence.is_metric_like(index + 1)
    trails = beside_metric and any(
        sentence.role(place - 1) in ("each", "grouping")
        or "over" in sentence.gap(place).split()
        or sentence.links[place].text.startswith(("每", "各", "按"))  # 每小时的付款订单数分布
        for place in groups
    )
    beside_group = any(sentence.kind(place) in _GROUPED for place in (index - 1, index + 1))
    return beside_group or is_marked or trails


def _is_marked(sentence: Sentence, index: int, markers: frozenset[int]) -> bool:
    if index - 1 in markers or index + 1 in markers:
        return True
    before = index - 2
    if sentence.role(index - 1) not in ("conjunction", "comma"):
        return False
    is_grain = sentence.kind(before) is LinkKind.grain
    return is_grain or (
        sentence.kind(before) is LinkKind.dimension and _is_marked(sentence, before, markers)
    )


def _spread_over_members(
    sentence: Sentence,
    members: MemberPart,
    markers: frozenset[int],
    *,
    ranked: bool,
    by_time: bool,
) -> tuple[dict[int, GroupBy], frozenset[int]]:
    """One row per listed member, where the wording asks for it; and the words that ask.

    A course (广东江苏两省各周) is one line for each of them, unless their sum is asked for.
    """
    words = [index for index in sentence.roles("each", "distributive") if index not in markers]
    words += [index for index in sentence.contrasts if index not in markers]
    words += sentence.indices(LinkKind.share)
    if ranked:
        words += [i for i in sentence.roles("which", "which_many") if i not in markers]
    listed = members.listed()
    if not words:
        # Of "Shanghai and Jiangsu per day" English leaves open whether they are one line or two.
        are_lines = by_time and not ranked and not _SUM.search(sentence.question)
        are_lines = are_lines and not sentence.question.isascii()
        apart = {
            name: found
            for name, found in listed.items()
            if are_lines or _are_opposites(name, found)
        }
        return {found[0].index: GroupBy(name=name) for name, found in apart.items()}, frozenset()
    if listed:
        groups = {found[0].index: GroupBy(name=name) for name, found in listed.items()}
        # 天猫比京东高多少: the rows show by how much.
        sizes = sentence.roles("difference") if sentence.contrasts else ()
        return groups, frozenset((*words, *sizes))
    plain = {
        i
        for i in words
        if sentence.role(i) in ("distributive", "each") or sentence.joins_metrics(i)
    }
    has_many = len(sentence.indices(*_GROUPED)) > 0 or _lists_metrics(sentence)
    said = plain if has_many else set()
    if sentence.indices(LinkKind.share):  # 各占多少: the shares say themselves what is apart
        said |= {i for i in words if sentence.role(i) in ("each", "distributive")}
    return {}, frozenset(said)


def _are_opposites(name: str, members: tuple[Member, ...]) -> bool:
    """预售和非预售: together they are everything, so they can only be meant side by side."""
    values = {member.readings[name] for member in members}
    return len(values) == 2 and any(f"非{value}" in values for value in values)


def _lists_metrics(sentence: Sentence) -> bool:
    return any(
        any(sentence.is_metric_like(place) for place in range(index))
        and any(sentence.is_metric_like(place) for place in range(index, len(sentence.links)))
        for index in range(len(sentence.links))
        if sentence.joins_metrics(index) or sentence.role(index) == "comma"
    )


def _asks_which_time(sentence: Sentence, grains: tuple[int, ...]) -> bool:
    return any(sentence.links[index].name.startswith(_PREFIXES) for index in grains)


def _is_plural(sentence: Sentence, dimensions: tuple[int, ...], grains: tuple[int, ...]) -> bool:
    several = any(
        word in sentence.links[index].text
        for index in grains
        if _part(sentence, index) is None  # 周几 and 几点 ask for one
        for word in "几些"
    )
    return (
        several
        or bool(sentence.roles("which_many"))
        or any(sentence.is_plural(index) for index in (*dimensions, *grains))
    )
