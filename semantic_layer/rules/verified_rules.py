"""What verified questions must keep: words of their own, and a plan of names that there are.

Part of `validation`. Whether a plan runs on the data that are loaded is for `koujing check`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from semantic_layer.issues import Issue, Text, nearest
from semantic_layer.model import SemanticModel
from semantic_layer.resolving.plan_names import unknown_names
from semantic_layer.rules.terms import normalised
from semantic_layer.verified_questions import VerifiedQuestion


def verified_questions_are_worded(model: SemanticModel) -> Iterator[Issue]:
    """A verified question has words in Chinese or in English."""
    for question in model.verified_questions:
        if not question.texts:
            yield Issue(
                code="verified_question_empty",
                message=Text(
                    zh="这条认证问题没有文字；请在 question 里写上 zh 或 en。",
                    en="This verified question has no words; write zh or en under question.",
                ),
                where=str(question.place),
            )


def verified_questions_are_unique(model: SemanticModel) -> Iterator[Issue]:
    """The same words are verified once."""
    owners: dict[str, VerifiedQuestion] = {}
    for question in model.verified_questions:
        for text in question.texts:
            owner = owners.setdefault(normalised(text), question)
            if owner is not question:
                yield Issue(
                    code="verified_question_twice",
                    message=Text(
                        zh=f"问题“{text}”在 {owner.place} 已经认证过；请删去其中一个。",
                        en=f"The question {text!r} is verified at {owner.place} already; "
                        "remove one of the two.",
                    ),
                    where=str(question.place),
                )


def verified_plans_name_what_there_is(model: SemanticModel) -> Iterator[Issue]:
    """The plan of a verified question names metrics, dimensions and events of the model."""
    known = (*model.metrics, *model.dimensions, *model.events)
    for question in model.verified_questions:
        for name in unknown_names(question.query, model):
            near = nearest(name, known)
            yield Issue(
                code="verified_name_unknown",
                message=Text(
                    zh=f"认证问题的 query 用了未定义的名称 {name!r}；"
                    f"相近的有：{'、'.join(near) or '无'}。",
                    en=f"The query of this verified question names {name!r}, which is not "
                    f"defined; the nearest are {', '.join(near) or 'none'}.",
                ),
                where=str(question.place),
                suggestions=near,
            )


VERIFIED_RULES: tuple[Callable[[SemanticModel], Iterator[Issue]], ...] = (
    verified_questions_are_worded,
    verified_questions_are_unique,
    verified_plans_name_what_there_is,
)
