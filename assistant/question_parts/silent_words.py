"""Words that say nothing in one place: 因 before a reason, the 两 of 湖南湖北两省, 对 … 做个排名.

Below `sentence`, which leaves them out; imports links and vocabulary only. Everywhere else such a
word may change the number: it stays, no part uses it, and the question is not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.outcome import Link, LinkKind
from assistant.vocabulary import load_vocabulary

_Links = Sequence[Link]
_GROUPS = (LinkKind.dimension, LinkKind.grain)
_COUNTED = (LinkKind.metric, LinkKind.ambiguous_metric, LinkKind.event, LinkKind.quantity)
_JOINTS = ("conjunction", "comma", "alternative")
_CHANGES = (LinkKind.share, LinkKind.change, LinkKind.comparison)
_RATIO = re.compile("[率比]$|比例$|比重$")


def without_silent_words(links: _Links) -> tuple[Link, ...]:
    """The links without those that say nothing where they stand."""
    silent = frozenset(
        place for index, link in enumerate(links) for place in _silent_at(links, index, link)
    )
    return tuple(_as_meant(links, index) for index in range(len(links)) if index not in silent)


def _silent_at(links: _Links, index: int, link: Link) -> tuple[int, ...]:
    """The places that are silent by what stands at `index`."""
    if link.text.casefold() == "ones" and _kind(links, index - 1) is LinkKind.member:
        return (index,)
    if link.kind is LinkKind.number:
        return _counted_list(links, index)
    is_then = link.kind is LinkKind.ranking and link.text == "后"
    role = "then" if is_then else _role(links, index)
    says_nothing = _PLACES.get(role)
    return (index,) if says_nothing and says_nothing(links, index) else ()


def _kind(links: _Links, index: int) -> LinkKind | None:
    return links[index].kind if 0 <= index < len(links) else None


def _role(links: _Links, index: int) -> str:
    return links[index].name if _kind(links, index) is LinkKind.filler else ""


def _is_before_member(links: _Links, index: int) -> bool:
    return _kind(links, index + 1) is LinkKind.member


def _is_before_destination(links: _Links, index: int) -> bool:
    """发到江苏, 发到各省: a place that goods go to, not one of the shop's own (发到杭州仓)."""
    place = index + 1
    while _role(links, place) in ("each", "which", "which_many"):
        place += 1
    is_named = _kind(links, place) in (LinkKind.member, LinkKind.dimension)
    own = load_vocabulary().place_suffixes
    return is_named and not links[place].text.endswith(own)


def _leads_to_destination(links: _Links, index: int) -> bool:
    """Delivery to Guangdong; "from Tmall to JD" goes from one to the other."""
    is_compared = any(link.name == "contrast" for link in links[:index])
    if is_compared and _kind(links, index + 1) is LinkKind.time:
        return True
    return _kind(links, index - 1) is not LinkKind.member and _is_before_destination(links, index)


def _is_behind_named(links: _Links, index: int) -> bool:
    return _kind(links, index - 1) in (LinkKind.member, LinkKind.dimension)


def _opens(links: _Links, index: int) -> bool:
    """对各店铺…: what is looked at is said at the start; A 对 B sets two things against another."""
    before, behind = _kind(links, index - 1), _kind(links, index + 1)
    is_start = before in (None, LinkKind.time) or _role(links, index - 1) == "comma"
    return is_start and behind is not None and before is not behind


def _closes_exclusion(links: _Links, index: int) -> bool:
    """剔除京东和抖音之后: what is excluded stands between."""
    before = index - 1
    while _kind(links, before) in (LinkKind.member, LinkKind.dimension) or (
        _role(links, before) in _JOINTS
    ):
        before -= 1
    is_closed = before < index - 1 and _kind(links, index + 1) is not LinkKind.number
    return is_closed and _kind(links, before) is LinkKind.negation


def _leads_pair(links: _Links, index: int) -> bool:
    """既 … 又 …, 同时满足 … 且 …: what joins the two conditions is the word between them."""
    is_lead = links[index].text.startswith(("既", "同时满足"))
    return is_lead and any(_role(links, place) == "both" for place in range(index + 1, len(links)))


def _is_without_groups(links: _Links, _: int) -> bool:
    return not any(link.kind in _GROUPS for link in links)


def _asks_what_is_left(links: _Links, index: int) -> bool:
    """The 还有 of 天猫还有多少订单没付款 joins nothing."""
    is_asked = index + 1 < len(links) and links[index + 1].text.startswith(("多少", "几"))
    return links[index].text == "还有" and is_asked


def _is_course(links: _Links, index: int) -> bool:
    """每周的ROI变化: the course that is shown anyway, where nothing is compared."""
    kinds = {link.kind for link in links}
    is_change = links[index].text.startswith(("变化", "变动"))
    return is_change and LinkKind.grain in kinds and kinds.isdisjoint(_CHANGES)


def _closes_with_time(links: _Links, index: int) -> bool:
    """按2月份算 at the end: the days that are counted, and no grouping."""
    is_last = index + 2 >= len(links) or _role(links, index + 2) == "comma"
    is_by = links[index].text in ("按", "按照")
    return is_by and is_last and _kind(links, index + 1) is LinkKind.time


def _has_two_groups(links: _Links, _: int) -> bool:
    """品牌和类目交叉看: with two groups the rows are their pairs anyway."""
    return sum(link.kind in _GROUPS for link in links) > 1


def _asks_for_ratio(links: _Links, index: int) -> bool:
    """百分之多少 of a share, a change or a rate; of an amount it would be a share of what?"""
    if any(link.kind in _CHANGES or link.name == "difference" for link in links):
        return True
    metrics = [link for link in links[:index] if link.kind is LinkKind.metric]
    return bool(metrics) and all(_RATIO.search(metric.text) for metric in metrics)


_PLACES: dict[str, Callable[[_Links, int], bool]] = {
    "because": _is_before_member,
    "this": _is_before_member,
    "toward": _is_before_destination,
    "range_to": _leads_to_destination,
    "upon": _is_behind_named,
    "about": _opens,
    "both": _leads_pair,
    "then": _closes_exclusion,
    "summed": _is_without_groups,
    "crossed": _has_two_groups,
    "grouping": _closes_with_time,
    "conjunction": _asks_what_is_left,
    "difference": _is_course,
    "percent": _asks_for_ratio,
}


def _counted_list(links: _Links, index: int) -> tuple[int, ...]:
    """The 两 of 湖南、湖北两省 and the 两个 of 天猫京东两个渠道: as many as are listed before."""
    members: dict[str, None] = {}
    before = index - 1
    while _kind(links, before) is LinkKind.member or (members and _role(links, before) in _JOINTS):
        if _kind(links, before) is LinkKind.member:
            if links[before].name != links[index - 1].name:
                return ()
            members[str(links[before].value)] = None
        before -= 1
    has_measure = _role(links, index + 1) == "measure"
    counted = index + 1 + has_measure
    is_group = _kind(links, counted) is LinkKind.dimension
    if is_group and links[counted].name != links[index - 1].name:
        return ()
    if len(members) < 2 or links[index].value != len(members) or not (is_group or has_measure):
        return ()
    return (index, index + 1) if has_measure else (index,)


def _as_meant(links: _Links, index: int) -> Link:
    """A count before what is counted asks how many; before groups that follow 各 it is "each"."""
    if _role(links, index) != "how_many_of":
        return _as_conjunction(links, index)
    if _kind(links, index + 1) in _COUNTED:
        return links[index].model_copy(update={"name": "how_many"})
    is_each = _kind(links, index + 1) is LinkKind.dimension and (
        _role(links, index + 2) in ("each", "distributive")
    )
    return links[index].model_copy(update={"name": "each"}) if is_each else links[index]


def _as_conjunction(links: _Links, index: int) -> Link:
    """仓库+类目 are two groups, of numbers their sum; a dash between words is a comma."""
    link = links[index]
    beside = (_kind(links, index - 1), _kind(links, index + 1))
    if _role(links, index) == "dash":
        is_range = beside == (LinkKind.number, LinkKind.number)
        return link.model_copy(update={"name": "range_to" if is_range else "comma"})
    if _role(links, index) == "plus" and all(kind in _GROUPS for kind in beside):
        return link.model_copy(update={"name": "conjunction"})
    return link
