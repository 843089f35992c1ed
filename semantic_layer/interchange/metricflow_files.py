"""A folder of MetricFlow's YAML → entries, each with the place where it begins.

First stop of an import: every problem of every file is told at once. Reads files and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from semantic_layer.interchange.metricflow_entries import (
    ConfigurationEntry,
    MetricEntry,
    SavedQueryEntry,
    SemanticModelEntry,
)
from semantic_layer.issues import DefinitionError, Issue, Text, nearest
from semantic_layer.model import Place

_KINDS: dict[str, type[BaseModel]] = {
    "semantic_model": SemanticModelEntry,
    "metric": MetricEntry,
    "saved_query": SavedQueryEntry,
    "project_configuration": ConfigurationEntry,
}
_Kind = TypeVar("_Kind", bound=BaseModel)


@dataclass(frozen=True)
class Document:
    """One entry and where it begins."""

    entry: BaseModel
    place: Place


def entries_of(documents: Iterable[Document], kind: type[_Kind]) -> Iterator[tuple[_Kind, Place]]:
    """The entries of one kind, in the order of the files."""
    for document in documents:
        if isinstance(document.entry, kind):
            yield document.entry, document.place


def definition_files(folder: Path) -> tuple[Path, ...]:
    """The YAML files in a folder and its subfolders, by path."""
    return tuple(sorted((*folder.rglob("*.yaml"), *folder.rglob("*.yml"))))


def read_documents(folder: Path) -> tuple[Document, ...]:
    """Every entry of every file.

    Raises:
        DefinitionError: with each problem of each file.
    """
    documents: list[Document] = []
    issues: list[Issue] = []
    for path in definition_files(folder):
        try:
            documents.extend(_read_file(path))
        except DefinitionError as error:
            issues.extend(error.issues)
    if issues:
        raise DefinitionError(issues)
    return tuple(documents)


def _read_file(path: Path) -> list[Document]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        nodes = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
        loaded = list(yaml.safe_load_all(text))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DefinitionError([_unreadable(path)]) from error
    documents: list[Document] = []
    issues: list[Issue] = []
    for node, data in zip(nodes, loaded, strict=True):
        place = Place(path.name, node.start_mark.line + 1 if node else 1)
        if data is None:
            continue
        if not isinstance(data, dict) or not data.keys() <= _KINDS.keys():
            issues.append(_unknown_kind(data, place))
            continue
        for kind, content in data.items():
            try:
                documents.append(Document(_KINDS[kind].model_validate(content), place))
            except ValidationError as error:
                issues.extend(_described(error, _name_of(content, kind), place))
    if issues:
        raise DefinitionError(issues)
    return documents


def _name_of(content: Any, kind: str) -> str:
    name = content.get("name") if isinstance(content, dict) else None
    return f"{kind} {name!r}" if name else kind


def _described(error: ValidationError, holder: str, place: Place) -> Iterator[Issue]:
    for problem in error.errors(include_url=False):
        path = ".".join(str(step) for step in problem["loc"]) or holder
        yield _problem(str(problem["type"]), path, problem, holder, place)


def _problem(kind: str, path: str, problem: Any, holder: str, place: Place) -> Issue:
    where = str(place)
    if kind == "extra_forbidden":
        message = Text(
            zh=f"{holder}：键 {path!r} 不受支持；请删去，或检查拼写。",
            en=f"{holder}: the key {path!r} is not supported; remove it or check its spelling.",
        )
        return Issue(code="metricflow_key_unknown", message=message, where=where)
    if kind == "missing":
        message = Text(
            zh=f"{holder}：缺少键 {path!r}；请补上。",
            en=f"{holder}: the key {path!r} is missing; add it.",
        )
        return Issue(code="metricflow_key_missing", message=message, where=where)
    expected = problem.get("ctx", {}).get("expected")
    message = Text(
        zh=f"{holder}：{path!r} 的值不对{f'，应为 {expected}' if expected else ''}；请改正。",
        en=f"{holder}: the value of {path!r} does not fit"
        f"{f', it must be {expected}' if expected else ''}; correct it.",
    )
    return Issue(code="metricflow_value_wrong", message=message, where=where)


def _unreadable(path: Path) -> Issue:
    return Issue(
        code="metricflow_file_broken",
        message=Text(
            zh="读不了这个文件；请检查它是否为 UTF-8 编码的合法 YAML。",
            en="This file cannot be read; check that it is valid YAML in UTF-8.",
        ),
        where=f"{path.name}:1",
    )


def _unknown_kind(data: Any, place: Place) -> Issue:
    found: Sequence[str] = [str(key) for key in data] if isinstance(data, dict) else []
    strange = [key for key in found if key not in _KINDS]
    shown = ", ".join(repr(key) for key in strange) or type(data).__name__
    listed = ", ".join(_KINDS)
    return Issue(
        code="metricflow_kind_unknown",
        message=Text(
            zh=f"不支持顶层键 {shown}；每个 YAML 文档应以其中之一开头：{listed}。",
            en=f"The top-level key {shown} is not supported; "
            f"begin a document with one of {listed}.",
        ),
        where=str(place),
        suggestions=tuple(near for key in strange for near in nearest(key, _KINDS)),
    )
