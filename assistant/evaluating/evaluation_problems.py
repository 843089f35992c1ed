"""What is wrong with a question set, in words: who wrote it must act.

Beside `evaluation_set`; imports the semantic layer only.
"""

from __future__ import annotations

from collections.abc import Sequence

from semantic_layer import Issue, SemanticModel, Text, nearest


def id_taken(name: str, place: str) -> Issue:
    """Two questions have one id."""
    return Issue(
        code="evaluation_id_taken",
        message=Text(
            zh=f"题号 {name!r} 前面已经用过；请改成新的 id。",
            en=f"The id {name!r} is already taken above; give this question another one.",
        ),
        where=place,
    )


def gold_missing(name: str, found: int, place: str) -> Issue:
    """A question says not, or more than once, what its right answer is."""
    return Issue(
        code="evaluation_gold_unclear",
        message=Text(
            zh=f"题 {name!r} 有 {found} 种标准答案；请在 plan、any_of、ask、refuse、define、data "
            "中恰好写一个。",
            en=f"The question {name!r} has {found} golds; give it exactly one of plan, any_of, "
            "ask, refuse, define and data.",
        ),
        where=place,
    )


def previous_unknown(name: str, previous: str, place: str) -> Issue:
    """A turn follows a question that does not stand above it."""
    return Issue(
        code="evaluation_previous_unknown",
        message=Text(
            zh=f"题 {name!r} 的 previous 是 {previous!r}，它前面没有这道题；请写前面某题的 id。",
            en=f"The question {name!r} follows {previous!r}, which does not stand above it; "
            "name a question above.",
        ),
        where=place,
    )


def name_unknown(name: str, unknown: str, model: SemanticModel, place: str) -> Issue:
    """The gold of a question names no metric and no dimension."""
    near = nearest(unknown, (*model.metrics, *model.dimensions))
    return _unknown(name, (unknown,), near, place)


def plan_unknown(name: str, unknown: Sequence[str], model: SemanticModel, place: str) -> Issue:
    """The gold plan of a question holds names that are not defined."""
    known = (*model.metrics, *model.dimensions, *model.events)
    near = tuple(dict.fromkeys(near for one in unknown for near in nearest(one, known)))
    return _unknown(name, unknown, near, place)


def _unknown(name: str, unknown: Sequence[str], near: tuple[str, ...], place: str) -> Issue:
    listed = ", ".join(map(repr, unknown))
    return Issue(
        code="evaluation_name_unknown",
        message=Text(
            zh=f"题 {name!r} 的标准答案用了未定义的名称 {listed}；"
            f"相近的有：{'、'.join(near) or '无'}。",
            en=f"The gold of {name!r} names {listed}, which is not defined; "
            f"the nearest are {', '.join(near) or 'none'}.",
        ),
        where=place,
        suggestions=near,
    )
