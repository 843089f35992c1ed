"""A file or folder of Apache Ossie documents → models in raw types, each with its lines.

First stop of an import: every problem of every file is told at once. Reads files and nothing else.
YAML and JSON are read alike, since JSON is YAML.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from semantic_layer.interchange.ossie_entries import VERSION, ModelEntry
from semantic_layer.issues import DefinitionError, Issue, Text
from semantic_layer.loading.entry_problems import describe
from semantic_layer.loading.located_yaml import KeyPath, LocatedYaml, read_yaml
from semantic_layer.model import Place

VERSIONS = ("0.1.0", "0.1.1", "0.1.2", VERSION)

_SUFFIXES = ("*.yaml", "*.yml", "*.json")
# Root keys of documents that lie beside models and are not models.
_OTHER_KINDS = ("ontology", "ontology_mappings", "behavior")


class _ListOfModels(BaseModel):
    """The form of 0.1: a list of models under one key."""

    model_config = ConfigDict(frozen=True, extra="allow")

    semantic_model: tuple[ModelEntry, ...]


@dataclass(frozen=True)
class OssieModel:
    """One model of a file, and the file's lines."""

    entry: ModelEntry
    yaml: LocatedYaml
    path: KeyPath

    def place(self, *path: str | int) -> Place:
        """The line of a key of the model, or of the nearest thing around it."""
        return self.yaml.place((*self.path, *path))


def read_models(path: Path) -> tuple[OssieModel, ...]:
    """The models of a file, or of the files in a folder and its subfolders, by path.

    Raises:
        DefinitionError: with each problem of each file, or because there is no model at all.
    """
    models: list[OssieModel] = []
    issues: list[Issue] = []
    for file in _files(path):
        try:
            models.extend(_read_file(file, alone=file == path))
        except DefinitionError as error:
            issues.extend(error.issues)
    if not issues and not models:
        issues.append(_no_model(path))
    if issues:
        raise DefinitionError(issues)
    return tuple(models)


def _files(path: Path) -> Sequence[Path]:
    if not path.is_dir():
        return (path,)
    return sorted(file for pattern in _SUFFIXES for file in path.rglob(pattern))


def _read_file(path: Path, *, alone: bool) -> Iterator[OssieModel]:
    """The models of one file; one that holds something else is passed over unless it is `alone`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError([_unreadable(path)]) from error
    yaml = read_yaml(path.name, text)
    is_list = "semantic_model" in yaml.data
    if not is_list and "datasets" not in yaml.data:
        if alone or not any(key in yaml.data for key in _OTHER_KINDS):
            raise DefinitionError([_no_model(path)])
        return
    _check_version(yaml)
    try:
        if not is_list:
            yield OssieModel(ModelEntry.model_validate(yaml.data), yaml, ())
            return
        listed = _ListOfModels.model_validate(yaml.data)
    except ValidationError as error:
        raise DefinitionError(describe(error, yaml)) from error
    for index, entry in enumerate(listed.semantic_model):
        yield OssieModel(entry, yaml, ("semantic_model", index))


def _check_version(yaml: LocatedYaml) -> None:
    version = yaml.data.get("version")
    if version in VERSIONS:
        return
    listed = ", ".join(VERSIONS)
    shown = repr(version) if version is not None else ""
    message = Text(
        zh=f"文件的 version {shown or '没有写'}；能读的 Ossie 版本有：{listed}。",
        en=f"The version of the file is {shown or 'not given'}; "
        f"the versions of Ossie that can be read are {listed}.",
    )
    where = str(yaml.place(("version",)))
    raise DefinitionError([Issue(code="ossie_version_unknown", message=message, where=where)])


def _no_model(path: Path) -> Issue:
    return Issue(
        code="ossie_no_model",
        message=Text(
            zh=f"在 {path} 里没有找到 Ossie 语义模型；请指定顶层有 version、name 和 datasets 的 "
            "YAML 或 JSON 文件。",
            en=f"There is no Ossie semantic model in {path}; "
            "name a YAML or JSON file with version, name and datasets at its top.",
        ),
    )


def _unreadable(path: Path) -> Issue:
    return Issue(
        code="file_unreadable",
        message=Text(
            zh="读不了这个文件；请检查路径和权限，并另存为 UTF-8 文本。",
            en="This file cannot be read; check its path and permissions and save it as UTF-8.",
        ),
        where=f"{path.name}:1",
    )
