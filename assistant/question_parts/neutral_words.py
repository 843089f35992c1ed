"""Words that only matter after another question, or elsewhere: only Tmall, split … by, so far.

Beside `exclusions`, read once of a question that follows none. Imports `sentence` only. Each of
these words can change a number; it is left out where its construction says what the plan says
anyway (only Tmall, still unpaid), and stays everywhere else, so that the question is not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.outcome import LinkKind
from assistant.question_parts.sentence import METRIC_LIKE, Sentence

_Says = Callable[[Sentence, int], bool]

_GROUPS = (LinkKind.dimension, LinkKind.grain)
_PICKED = (
    *(LinkKind.member, LinkKind.member_group, LinkKind.time, LinkKind.part, LinkKind.number),
    *(LinkKind.ranking, LinkKind.grain, LinkKind.dimension, LinkKind.comparator),
)
_ORDERED = (LinkKind.ranking, LinkKind.comparator)
_WHOLLY = re.compile(r"(?:across|over|of)\s+all\b", re.IGNORECASE)
_PEOPLE = re.compile(
    r"\b(?:who|whose|buyers?|customers?|people|shoppers?)\b|买家|客户|顾客|用户|[客的]人|人数",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\W*(?:in|on|at|from|for|via|through|the)*\W*", re.IGNORECASE)
_MORE = frozenset({"also", "too", "as well", "additionally", "in addition", "besides"})
_TO_DATE = re.compile(r"\b(?:until|till|up to|as of)\s+now$|far$|stand", re.IGNORECASE)


def without_neutral_words(sentence: Sentence) -> Sentence:
    """The sentence of a first question without the words that say nothing where they stand."""
    silent: set[int] = set()
    for index, link in enumerate(sentence.links):
        says_nothing = _PLACES.get((link.kind, link.name))
        if says_nothing and says_nothing(sentence, index):
            silent.add(index)
    silent |= _wholes(sentence)
    kept = tuple(link for index, link in enumerate(sentence.links) if index not in silent)
    return replace(sentence, links=kept)


def _always(_sentence: Sentence, _index: int) -> bool:
    return True


def _points_to_nothing(sentence: Sentence, index: int) -> bool:
    """A pronoun of its own; "these provinces" would be some that were shown before."""
    return sentence.kind(index + 1) not in (*_GROUPS, *METRIC_LIKE, LinkKind.member)


def _is_no_chart(sentence: Sentence, index: int) -> bool:
    """The "plot" of "plot GMV by day"; before the kind of a chart it asks for that chart."""
    following = sentence.links[index + 1 : index + 2]
    return bool(following) and following[0].name != "chart"


def _is_verb(sentence: Sentence, index: int) -> bool:
    """The "plot" of "plot GMV by day" as the first word."""
    return index == 0 and _text(sentence, index) in ("plot", "chart", "graph")


def _is_settled_by_comparison(sentence: Sentence, _index: int) -> bool:
    """Did we ship more than the week before: the change says so; of two channels it asks which."""
    compared = sentence.indices(LinkKind.comparison)
    rivals = (LinkKind.member, *_GROUPS)
    return bool(compared) and not sentence.indices(*rivals, LinkKind.number)


def _adds_no_number(sentence: Sentence, index: int) -> bool:
    return _text(sentence, index) in _MORE


def _says_still(sentence: Sentence, index: int) -> bool:
    """Still unpaid, still awaiting shipment, still in stock: the state of the last load."""
    following = (LinkKind.member, LinkKind.event, LinkKind.metric)
    return _text(sentence, index) == "still" and sentence.kind(index + 1) in following


def _picks_beside(sentence: Sentence, index: int) -> bool:
    """Only Tmall, Tmall only, just the top 5; buyers who bought only there are some of them."""
    behind, before = sentence.kind(index + 1), sentence.kind(index - 1)
    if behind in _PICKED:
        is_close = not sentence.gap(index + 1).strip(" ,:the")
        return is_close or not _PEOPLE.search(sentence.question)
    if before in _PICKED:
        return not sentence.gap(index).strip(" ,:")
    return behind in METRIC_LIKE and before is None and behind is not LinkKind.event


def _is_of_whole(sentence: Sentence, index: int) -> bool:
    """All orders, all Saturdays, campaigns in order; "all channels" may ask for a total."""
    if sentence.kind(index + 1) in (*METRIC_LIKE, LinkKind.part):
        return True
    is_listed = bool(sentence.indices(*_ORDERED)) or not sentence.indices(*METRIC_LIKE)
    return sentence.kind(index + 1) in _GROUPS and is_listed


def _wholes(sentence: Sentence) -> set[int]:
    """Across all channels: the total over them, and no grouping."""
    found: set[int] = set()
    for index, link in enumerate(sentence.links):
        is_all = link.kind is LinkKind.edit and link.name == "all"
        if not is_all or sentence.kind(index + 1) is not LinkKind.dimension:
            continue
        start = sentence.links[index - 1].start if sentence.role(index - 1) == "grouping" else None
        start = link.start - len("across ") if start is None else start
        if _WHOLLY.search(sentence.question[max(0, start) : link.end]):
            found |= {index, index + 1}
            found |= {index - 1} if sentence.role(index - 1) == "grouping" else set()
    return found


def _leads_to_groups(sentence: Sentence, index: int) -> bool:
    """The "split" of "split paid orders by channel", the "break" of "break … down by"."""
    following = range(index + 1, len(sentence.links))
    is_verb = _text(sentence, index) not in ("part", "dimension", "column", "columns", "figure")
    if is_verb and sentence.kind(index - 1) is LinkKind.dimension:
        return True  # the gender split of paid buyers
    return is_verb and any(
        sentence.role(place) in ("grouping", "each") or sentence.kind(place) in _GROUPS
        for place in following
    )


def _closes_break(sentence: Sentence, index: int) -> bool:
    return any(place < index for place in sentence.roles("break"))


def _has_joint_behind(*roles: str) -> _Says:
    def has_joint(sentence: Sentence, index: int) -> bool:
        return any(sentence.role(place) in roles for place in (index + 2, index + 3))

    return has_joint


def _leads_pair(sentence: Sentence, index: int) -> bool:
    """Both Tmall and JD; both placed and paid may be said of the same orders."""
    is_pair = _has_joint_behind("conjunction")(sentence, index)
    is_event = sentence.kind(index + 1) is LinkKind.event
    return is_pair and not is_event and _text(sentence, index) == "both"


def _is_by_amount(sentence: Sentence, index: int) -> bool:
    """Fell by more than 10 %: how far, not a grouping."""
    amounts = (LinkKind.comparator, LinkKind.number)
    return sentence.kind(index + 1) in amounts and sentence.kind(index - 1) is LinkKind.change


def _compares_nothing(sentence: Sentence, index: int) -> bool:
    """How did Tmall do last month: no more than its number, where nothing is compared."""
    compared = sentence.indices(LinkKind.comparison, LinkKind.change)
    return _text(sentence, index) == "how did" and not compared


def _is_settled(sentence: Sentence, _index: int) -> bool:
    """Did we do better than last month, is Tmall better than JD: the rows beside it say so."""
    return bool(sentence.indices(LinkKind.comparison)) and not sentence.indices(LinkKind.number)


def _is_request(sentence: Sentence, index: int) -> bool:
    """Share paid orders of JD: what a colleague is asked to do; a share is "of" something."""
    is_first = index == 0 or sentence.role(index - 1) == "comma"
    behind = sentence.question[sentence.links[index].end :].split()[:1]
    is_verb = is_first and _text(sentence, index) == "share" and behind != ["of"]
    return is_verb and sentence.kind(index + 1) in (*METRIC_LIKE, LinkKind.time)


def _leads_to_time(sentence: Sentence, index: int) -> bool:
    """Take the last 30 days: when to look at; to take something out needs its "out"."""
    is_take = _text(sentence, index) in ("take", "taking")
    is_time = sentence.kind(index + 1) is LinkKind.time
    return is_take and is_time and not sentence.roles("out")


def _is_one_per_group(sentence: Sentence, index: int) -> bool:
    """One number for each month: the groups behind say as much."""
    is_one = _text(sentence, index).startswith(("one ", "a single "))
    is_each = sentence.role(index + 1) in ("each", "grouping")
    return is_one and (is_each or sentence.kind(index + 1) is LinkKind.grain)


def _is_to_date(sentence: Sentence, index: int) -> bool:
    """So far, until now: all that is loaded of a period. "Right now" is of a state only."""
    return _TO_DATE.search(_text(sentence, index)) is not None


def _text(sentence: Sentence, index: int) -> str:
    return " ".join(sentence.links[index].text.casefold().split())


_EDIT, _FILLER = LinkKind.edit, LinkKind.filler
_PLACES: dict[tuple[LinkKind, str], _Says] = {
    (_EDIT, "again"): _always,
    (_EDIT, "never_mind"): _always,
    (_EDIT, "these"): _points_to_nothing,
    (_EDIT, "it"): _points_to_nothing,
    (_EDIT, "draw"): _is_no_chart,
    (_EDIT, "chart"): _is_verb,
    (_EDIT, "add"): _adds_no_number,
    (_EDIT, "same"): _says_still,
    (_EDIT, "only"): _picks_beside,
    (_EDIT, "all"): _is_of_whole,
    (_EDIT, "no_groups"): _is_one_per_group,
    (_EDIT, "view"): _leads_to_groups,
    (_FILLER, "break"): _leads_to_groups,
    (_FILLER, "down"): _closes_break,
    (_FILLER, "better"): _is_settled,
    (_FILLER, "take"): _leads_to_time,
    (_FILLER, "either"): _has_joint_behind("alternative"),
    (_FILLER, "both"): _leads_pair,
    (_FILLER, "grouping"): _is_by_amount,
    (_FILLER, "difference"): _compares_nothing,
    (_FILLER, "now"): _is_to_date,
    (LinkKind.share, "share"): _is_request,
    (LinkKind.ranking, "higher"): _is_settled_by_comparison,
    (LinkKind.ranking, "lower"): _is_settled_by_comparison,
}
