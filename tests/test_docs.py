"""Documentation that cannot drift: whatever a user can type or read is explained, and examples run.

Each test names the page to write on. A part of the product that is not there yet skips its test.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from pydantic import BaseModel

from assistant.answer import Answer
from semantic_layer import SemanticQuery
from tests.error_codes import error_codes, uses
from tests.source_tree import PACKAGES, ROOT, Module, everything, modules

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(
    r"(?<!!)\[[^\]]+\]\((?!https?:|mailto:)([^)#\s]*)(#[^)\s]+)?\)|!\[[^\]]*\]\(([^)\s]+)\)"
)
PHONY = re.compile(r"^\.PHONY: (.*)$", re.MULTILINE)
IN_BACKTICKS = re.compile(r"`([^`\n]+)`")


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def named(page: str) -> set[str]:
    """Every word that stands in backticks on a page."""
    return {word for span in IN_BACKTICKS.findall(text(page)) for word in re.findall(r"\w+", span)}


def missing(page: str, names: set[str]) -> str:
    return "" if (absent := sorted(names - named(page))) == [] else f"{page} lacks {absent}"


def part(module: str) -> Any:
    """A module of the product."""
    return importlib.import_module(module)


def commands(group: click.Group, prefix: str = "koujing") -> Iterator[str]:
    for name, command in group.commands.items():
        if not command.hidden:
            yield f"{prefix} {name}"
            if isinstance(command, click.Group):
                yield from commands(command, f"{prefix} {name}")


def test_every_command_is_documented() -> None:
    found = set(commands(part("ui.command_line").main))
    assert found
    assert {command for command in found if command not in text("docs/contracts.md")} == set()


def test_every_key_of_the_answer_and_of_the_query_is_documented() -> None:
    keys = {*Answer.model_fields, *SemanticQuery.model_fields}
    assert missing("docs/contracts.md", keys) == ""


def test_every_error_code_can_be_read_off_the_source() -> None:
    hidden = [use.place for use in uses(everything()) if use.code is None]
    assert hidden == [], "pass the code as a literal, or in a variable named code"


def test_every_error_code_is_documented() -> None:
    codes = error_codes(everything())
    assert len(codes) > 20, "the walk over the source finds too few codes to be believed"
    documented = {
        row.group(1) for row in re.finditer(r"^\| `(\w+)` \|", text("docs/errors.md"), re.M)
    }
    assert {code: place for code, place in codes.items() if code not in documented} == {}
    assert documented - set(codes) == set(), "docs/errors.md explains codes that do not exist"


def test_every_key_of_a_definition_is_documented() -> None:
    raw = part("semantic_layer.loading.definition_files")
    kinds = [kind for kind in vars(raw).values() if isinstance(kind, type)]
    keys = {
        field.alias or name
        for kind in kinds
        if issubclass(kind, BaseModel) and kind.__module__ == raw.__name__
        for name, field in kind.model_fields.items()
    }
    assert keys
    assert missing("docs/writing-metrics.md", keys) == ""


def test_every_setting_is_documented() -> None:
    settings = part("assistant.settings").Settings.model_fields
    variables = {f"KOUJING_{name.upper()}" for name in settings}
    assert missing("docs/settings.md", {*settings, *variables}) == ""


def test_every_make_target_is_documented() -> None:
    targets = {target for line in PHONY.findall(text("Makefile")) for target in line.split()}
    assert {"run", "test", "check"} <= targets
    assert {each for each in targets if f"`make {each}`" not in text("CONTRIBUTING.md")} == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_the_page_of_a_package_names_its_modules_within_thirty_lines(package: str) -> None:
    page = f"docs/packages/{package}.md"
    assert len(text(page).splitlines()) <= 30
    tops = {module.path.split("/")[1].removesuffix(".py") for module in modules(package)}
    assert missing(page, tops - {"__init__"}) == ""
    files = {Path(span).stem for span in IN_BACKTICKS.findall(text(page)) if span.endswith(".py")}
    known = {Path(module.path).stem for module in everything()} | {"app"}
    assert files - known == set(), f"{page} names files that do not exist"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_relative_links_resolve(page: Path) -> None:
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    targets = [link or image for link, _, image in LINK.findall(prose) if link or image]
    assert [target for target in targets if not (page.parent / target).exists()] == []


WITH_EXAMPLES = [
    page
    for page in PAGES
    if any(language == "python" for language, _ in FENCE.findall(page.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_python_examples_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of a page run in order, in one namespace, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": page.stem}
    content = page.read_text(encoding="utf-8")
    for block in FENCE.finditer(content):
        if block.group(1) == "python":
            line = content.count("\n", 0, block.start(2))
            source = "\n" * line + block.group(2)
            exec(compile(source, page.as_posix(), "exec"), namespace)


def test_an_adr_is_short_and_says_where_it_stands() -> None:
    records = sorted((DOCS / "adr").glob("[0-9]*.md"))
    assert [record.name[:4] for record in records] == [
        f"{n:04}" for n in range(1, len(records) + 1)
    ]
    for record in records:
        content = record.read_text(encoding="utf-8")
        assert len(content.splitlines()) < 60, record.name
        assert re.search(r"^Status: (accepted|superseded by \[\d{4}\])", content, re.M), record.name


def test_codes_are_found_however_they_are_passed() -> None:
    source = """
Code = Literal["in_alias", "in_alias_too"]
class Problem(Exception):
    def __init__(self, code: str, *, en: str) -> None: ...
class Special(Problem): ...
class VerySpecial(Special): ...
class Fixed(Problem):
    def __init__(self, reason: str) -> None:
        super().__init__("by_super", en=reason)
class Unrelated(ValueError):
    def __init__(self) -> None:
        super().__init__("no_code_either")
class Issue(BaseModel):
    code: str
class Other(Exception):
    def __init__(self, model: str, *, code: Code) -> None: ...
def _problem(where: str, code: str) -> Issue:
    return Issue(code=code)
def _sentence(kind: str) -> tuple[Text, str]:
    return text, "from_function"
def use(late: bool) -> None:
    text, code = _sentence("kind")
    Issue(code="by_keyword"); VerySpecial("by_position", en=""); _problem("here", "by_function")
    Issue(code="if_so" if late else "if_not"); unrelated("no_code"); Fixed("not_a_code")
    Issue(code=f"hidden_{late}")
"""
    another = "def _problem(text: str, place: str) -> None: ...\n_problem('no', 'code')"
    modules_ = [Module("p/a.py", source), Module("p/b.py", another)]
    assert set(error_codes(modules_)) == {
        *("in_alias", "in_alias_too", "by_super", "by_keyword", "by_position", "by_function"),
        *("if_so", "if_not", "from_function"),
    }
    assert [use.place for use in uses(modules_) if use.code is None] == ["p/a.py:25"]
