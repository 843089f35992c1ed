"""Folders of definition files → `SemanticModel`, with every problem of every file told at once.

Three passes, each of which ends with all that it found: read (YAML and keys, here), merge (names
and SQL fragments, `merging`), validate (`validation`). Reads files and nothing else: no database,
no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from semantic_layer.issues import DefinitionError, Issue, Text
from semantic_layer.loading.definition_files import FILE_KINDS
from semantic_layer.loading.entry_problems import describe
from semantic_layer.loading.located_yaml import LocatedYaml, read_yaml
from semantic_layer.loading.merging import SourceFile, merge
from semantic_layer.model import SemanticModel
from semantic_layer.validation import validate_model

SHIPPED = Path(__file__).parent / "definitions"


def load_model(*folders: Path) -> SemanticModel:
    """The semantic model of `folders`; the shipped shop model if none is given.

    Later folders build on earlier ones: a file with `extends: orders` adds to that dataset, a
    metric or dimension of a known name replaces the earlier one whole, and so does a file with
    `dataset: orders`. A folder that does not exist counts as empty.

    Raises:
        DefinitionError: with every problem found, each with its file and line.

    >>> load_model().metrics["paid_orders"].label.en
    'paid orders'
    """
    model = merge(_read(folders or (SHIPPED,)))
    issues = validate_model(model)
    if issues:
        raise DefinitionError(issues)
    return model


def _read(folders: Sequence[Path]) -> tuple[SourceFile, ...]:
    sources: list[SourceFile] = []
    issues: list[Issue] = []
    for number, folder in enumerate(folders):
        for path in sorted(folder.glob("*.yml")) + sorted(folder.glob("*.yaml")):
            try:
                sources.append(_read_file(path, number))
            except DefinitionError as error:
                issues.extend(error.issues)
    if issues:
        raise DefinitionError(issues)
    if not sources:
        raise DefinitionError([_nothing_there(folders)])
    return tuple(sources)


def _read_file(path: Path, folder: int) -> SourceFile:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError([_unreadable(path)]) from error
    yaml = read_yaml(path.name, text)
    kind = next((FILE_KINDS[key] for key in yaml.data if key in FILE_KINDS), None)
    if kind is None:
        raise DefinitionError([_kind_unknown(yaml)])
    try:
        return SourceFile(kind.model_validate(yaml.data), yaml, folder)
    except ValidationError as error:
        raise DefinitionError(describe(error, yaml)) from error


def _nothing_there(folders: Sequence[Path]) -> Issue:
    listed = ", ".join(str(folder) for folder in folders)
    return Issue(
        code="no_definitions",
        message=Text(
            zh=f"在 {listed} 里没有找到定义文件；请放入至少一个 .yml 文件。",
            en=f"There is no definition file in {listed}; put at least one .yml file there.",
        ),
    )


def _unreadable(path: Path) -> Issue:
    return Issue(
        code="file_unreadable",
        message=Text(
            zh="读不了这个文件；请检查权限，并另存为 UTF-8 文本。",
            en="This file cannot be read; check its permissions and save it as UTF-8 text.",
        ),
        where=f"{path.name}:1",
    )


def _kind_unknown(yaml: LocatedYaml) -> Issue:
    kinds = ", ".join(f"{kind}:" for kind in FILE_KINDS)
    return Issue(
        code="file_kind_unknown",
        message=Text(
            zh=f"看不出这个文件定义什么；请在顶层写上其中一个键：{kinds}。",
            en=f"The file does not say what it defines; give it one of the keys {kinds}.",
        ),
        where=str(yaml.place(())),
    )
