from __future__ import annotations

import ast
from collections.abc import Iterator
from string import Formatter
from typing import get_args

import pytest

from assistant import Role
from assistant.answer import Answer, AppliedFilter
from assistant.charts.chart_types import ChartType
from assistant.chips import Action
from assistant.records.feedback import Problem, Verdict
from assistant.stages import Stage
from semantic_layer import Language
from semantic_layer.model import Status
from semantic_layer.query import Comparison, Grain
from tests.source_tree import ROOT, Module, modules, read
from ui.texts import TEXTS

PARSERS = get_args(Answer.model_fields["parser"].annotation)
ORIGINS = get_args(AppliedFilter.model_fields["origin"].annotation)
FAMILIES = {
    "against_": (*Comparison, "custom"),
    "chart_": get_args(ChartType),
    "chip_": get_args(Action),
    "file_": ("csv", "xlsx"),
    "filter_": ORIGINS,
    "grain_": (Grain.month, Grain.week),
    "latest_": (Grain.month, Grain.week),
    "page_": ("chat", "questions", "overview", "metrics", "data", "review"),
    "parser_": PARSERS,
    "problem_": tuple(Problem),
    "review_": ("approved", "rejected"),
    "role_": tuple(Role),
    "stage_": get_args(Stage),
    "status_": get_args(Status),
    "verdict_": get_args(Verdict),
    "window_": ("current", *Comparison, "custom"),
    "wording_": get_args(Language),
}


def pages() -> Iterator[Module]:
    yield read(ROOT / "app.py")
    yield from (module for module in modules("ui") if module.path != "ui/texts.py")


def literals() -> set[str]:
    nodes = (node for module in pages() for node in ast.walk(module.tree))
    return {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def asked_for() -> set[str]:
    """The keys that stand literally in a call of `t` or `text`."""
    calls = (
        node
        for module in pages()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("t", "text", "words", "session.t")
    )
    first = (call.args[0] for call in calls if call.args)
    return {
        arg.value for arg in first if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
    }


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_say_something_and_take_the_same_values(key: str) -> None:
    zh, en = TEXTS[key]
    assert zh.strip()
    assert en.strip()
    places = [{name for _, name, _, _ in Formatter().parse(one) if name} for one in (zh, en)]
    assert places[0] == places[1]


def test_every_key_that_is_asked_for_exists() -> None:
    assert len(asked_for()) > 50
    assert not asked_for() - set(TEXTS)


@pytest.mark.parametrize(("prefix", "members"), FAMILIES.items(), ids=FAMILIES)
def test_every_member_of_a_family_has_a_text(prefix: str, members: tuple[str, ...]) -> None:
    assert prefix in literals(), "no page asks for this family any more"
    assert not {f"{prefix}{member}" for member in members} - set(TEXTS)


def test_every_text_is_used() -> None:
    of_families = {
        f"{prefix}{member}" for prefix, members in FAMILIES.items() for member in members
    }
    assert not set(TEXTS) - literals() - of_families
