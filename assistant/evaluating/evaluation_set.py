"""A question set with gold: YAML → `EvaluationSet`, or every problem of the file with its line.

First step of an evaluation; `evaluation` asks the questions and `verdicts` judges the answers. The
gold is written in names of the semantic layer, so a set that names what is not defined is refused
before anything is asked. Reads one file; imports no parser, no model and no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, assert_never, get_args

from pydantic import BaseModel, ConfigDict, Field, NaiveDatetime, ValidationError

from assistant.evaluating.evaluation_problems import (
    gold_missing,
    id_taken,
    name_unknown,
    plan_unknown,
    previous_unknown,
)
from semantic_layer import DefinitionError, Issue, SemanticModel, SemanticQuery
from semantic_layer.loading.entry_problems import describe
from semantic_layer.loading.located_yaml import LocatedYaml, read_yaml
from semantic_layer.loading.verified_entries import WrittenQuery
from semantic_layer.resolving.plan_names import unknown_names

Category = Literal[
    "direct",
    "colloquial",
    "telegraphic",
    "typo",
    "mixed",
    "ambiguous",
    "unanswerable",
    "out_of_scope",
    "policy",
    "multi_turn",
]
DataTopic = Literal["metrics", "coverage", "dimensions", "members"]
ASKED_ASIDE = ("comparison", "time")  # what a question back may be about, besides names


@dataclass(frozen=True)
class Plans:
    """The answer to one of these plans."""

    plans: tuple[SemanticQuery, ...]


@dataclass(frozen=True)
class Ask:
    """A question back whose options hold all of these: metrics, dimensions, comparison, time."""

    about: tuple[str, ...]


@dataclass(frozen=True)
class Refuse:
    """No number; if there are names, at least one of these metrics is named instead."""

    near: tuple[str, ...]


@dataclass(frozen=True)
class Define:
    """The definitions of these metrics, in words."""

    metrics: tuple[str, ...]


@dataclass(frozen=True)
class Tell:
    """What there is: metrics, days, dimensions, members."""

    topic: DataTopic


Gold = Plans | Ask | Refuse | Define | Tell


@dataclass(frozen=True)
class GoldQuestion:
    """One question, when and by whom it is asked, and what a careful analyst would answer."""

    id: str
    text: str
    category: Category
    gold: Gold
    as_of: datetime
    user: str | None = None
    previous: str | None = None


@dataclass(frozen=True)
class EvaluationSet:
    """The questions of one file, in its order."""

    name: str
    shop: str
    author: str
    questions: tuple[GoldQuestion, ...]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _RefuseEntry(_Entry):
    near: tuple[str, ...] = ()


class _QuestionEntry(_Entry):
    id: str = Field(min_length=1)
    q: str = Field(min_length=1)
    category: Category
    plan: WrittenQuery | None = None
    any_of: tuple[WrittenQuery, ...] = ()
    ask: tuple[str, ...] = ()
    refuse: _RefuseEntry | None = None
    define: tuple[str, ...] = ()
    data: DataTopic | None = None
    previous: str | None = None
    user: str | None = None
    as_of: NaiveDatetime | None = None

    def golds(self) -> Iterator[Gold]:
        """Every gold that is given; there should be exactly one."""
        if self.plan is not None:
            yield Plans((self.plan,))
        if self.any_of:
            yield Plans(self.any_of)
        if self.ask:
            yield Ask(self.ask)
        if self.refuse is not None:
            yield Refuse(self.refuse.near)
        if self.define:
            yield Define(self.define)
        if self.data is not None:
            yield Tell(self.data)


class _SetEntry(_Entry):
    shop: str
    as_of: NaiveDatetime
    author: str
    questions: tuple[_QuestionEntry, ...] = Field(min_length=1)


KEYS = tuple(sorted({*_SetEntry.model_fields, *_QuestionEntry.model_fields, "near"}))
CATEGORIES: tuple[Category, ...] = get_args(Category)


def read_evaluation_set(path: Path, model: SemanticModel) -> EvaluationSet:
    """The set in `path`, whose gold is held against `model`.

    Raises:
        OSError: the file cannot be read.
        DefinitionError: every problem in it, with file and line.
    """
    yaml = read_yaml(path.name, path.read_text(encoding="utf-8-sig"))
    try:
        entries = _SetEntry.model_validate(yaml.data)
    except ValidationError as error:
        raise DefinitionError(describe(error, yaml, KEYS)) from error
    problems = [*_problems(entries, yaml), *_unknown(entries, model, yaml)]
    if problems:
        raise DefinitionError(problems)
    return EvaluationSet(
        name=path.stem,
        shop=entries.shop,
        author=entries.author,
        questions=tuple(_question(entry, entries.as_of) for entry in entries.questions),
    )


def _question(entry: _QuestionEntry, as_of: datetime) -> GoldQuestion:
    (gold,) = entry.golds()
    return GoldQuestion(
        id=entry.id,
        text=entry.q,
        category=entry.category,
        gold=gold,
        as_of=entry.as_of or as_of,
        user=entry.user,
        previous=entry.previous,
    )


def _problems(entries: _SetEntry, yaml: LocatedYaml) -> Iterator[Issue]:
    """Questions that cannot be told apart, judged, or asked in their turn."""
    seen: set[str] = set()
    for index, entry in enumerate(entries.questions):
        place = str(yaml.place(("questions", index)))
        if entry.id in seen:
            yield id_taken(entry.id, place)
        golds = len(list(entry.golds()))
        if golds != 1:
            yield gold_missing(entry.id, golds, place)
        if entry.previous is not None and entry.previous not in seen:
            yield previous_unknown(entry.id, entry.previous, place)
        seen.add(entry.id)


def _unknown(entries: _SetEntry, model: SemanticModel, yaml: LocatedYaml) -> Iterator[Issue]:
    for index, entry in enumerate(entries.questions):
        place = str(yaml.place(("questions", index)))
        for gold in entry.golds():
            if isinstance(gold, Plans):
                missing = [name for plan in gold.plans for name in unknown_names(plan, model)]
                if missing:
                    yield plan_unknown(entry.id, missing, model, place)
                continue
            for name in _named(gold):
                if name not in model.metrics and not _is_other(name, gold, model):
                    yield name_unknown(entry.id, name, model, place)


def _named(gold: Ask | Refuse | Define | Tell) -> Iterable[str]:
    match gold:
        case Ask(about=names) | Refuse(near=names) | Define(metrics=names):
            return names
        case Tell():
            return ()
        case _:
            assert_never(gold)


def _is_other(name: str, gold: Gold, model: SemanticModel) -> bool:
    """Whether a question back or a refusal may name something that is no metric."""
    is_dimension = name in model.dimensions and not isinstance(gold, Define)
    return is_dimension or (isinstance(gold, Ask) and name in ASKED_ASIDE)
