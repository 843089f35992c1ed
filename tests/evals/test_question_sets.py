"""The question sets themselves: well formed, answerable by the demo shop, and known to nobody else.

A failure names ids, never questions: held-out sets stay unseen.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest
import yaml

from assistant import Assistant, load_settings
from assistant.evaluating.evaluation_set import EvaluationSet, Plans, read_evaluation_set
from assistant.knowledge import Knowledge
from assistant.linking.normalize import key_of
from assistant.users import Role
from assistant.vocabulary.expansion import expand
from semantic_layer import QueryError, resolve
from semantic_layer.loader import load_model
from tests.source_tree import ROOT
from warehouse import build_demo

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.yml"))
NAMES = {f"{language}_{kind}" for language in ("zh", "en") for kind in ("development", "held_out")}


@cache
def read(file: Path) -> EvaluationSet:
    return read_evaluation_set(file, load_model())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """A small demo shop that ends the day before the sets' moment."""
    project = tmp_path_factory.mktemp("demo")
    now = datetime(2026, 11, 25, 10)
    build_demo(project / "warehouse", end_day=date(2026, 11, 24), orders=2_000, now=now)
    return Assistant(project, load_settings(project, environ={}))


def test_the_four_sets_are_there() -> None:
    assert {file.stem for file in FILES} == NAMES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_set_is_well_formed_and_of_many_kinds(file: Path) -> None:
    found = read(file)
    counted = Counter(question.category for question in found.questions)
    assert len(counted) == 10
    assert len(found.questions) >= 100
    assert {question.user for question in found.questions} <= {None, *Role}


def test_no_id_stands_in_two_sets() -> None:
    ids = Counter(question.id for file in FILES for question in read(file).questions)
    assert [name for name, count in ids.items() if count > 1] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_gold_plan_resolves_on_the_demo_shop(file: Path, demo: Assistant) -> None:
    knowledge = demo.knowledge
    failing = []
    for question in read(file).questions:
        if isinstance(question.gold, Plans):
            problems = [_problem(plan, question.as_of, knowledge) for plan in question.gold.plans]
            failing += [(question.id, problem) for problem in problems if problem]
    assert failing == []


def _problem(plan: object, as_of: datetime, knowledge: Knowledge) -> str | None:
    try:
        resolve(plan, knowledge.model, knowledge.catalog, as_of.date())  # type: ignore[arg-type]
    except QueryError as error:
        return error.issues[0].code
    return None


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_question_was_taken_from_what_the_assistant_is_taught(file: Path) -> None:
    taught = _taught() | (_composed() | _tried() if "held_out" in file.stem else frozenset())
    known = [
        question.id
        for question in read(file).questions
        if question.previous is None and key_of(question.text) in taught
    ]
    assert known == []


@cache
def _taught() -> frozenset[tuple[str, ...]]:
    """Every text in the prompts, the vocabulary and the verified questions."""
    texts = [text for one in load_model().verified_questions for text in one.texts]
    for file in (ROOT / "assistant" / "vocabulary").glob("*.yml"):
        texts += _texts(yaml.safe_load(file.read_text(encoding="utf-8")))
    for prompt in (ROOT / "prompts").glob("*.md"):
        texts += prompt.read_text(encoding="utf-8").splitlines()
    return frozenset(map(key_of, texts))


@cache
def _composed() -> frozenset[tuple[str, ...]]:
    """Every phrase that the vocabulary's braces stand for."""
    files = (ROOT / "assistant" / "vocabulary").glob("*.yml")
    written = [text for file in files for text in _texts(yaml.safe_load(file.read_text("utf-8")))]
    return frozenset(key_of(phrase) for text in written for phrase in expand(text))


@cache
def _tried() -> frozenset[tuple[str, ...]]:
    """What the parser is tuned on; a held-out set shares none of it."""
    own = ROOT / "tests" / "assistant" / "questions.yml"
    questions = yaml.safe_load(own.read_text(encoding="utf-8"))
    return frozenset(key_of(one["q"]) for one in questions)


def _texts(data: object) -> list[str]:
    if isinstance(data, str):
        return [data]
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return [text for part in parts for text in _texts(part)]
