"""Apache Ossie in a project: foreign definitions become the project's own, and all can be exported.

Imported definitions are files of `models/` like those that people write, so every question reaches
them. They are validated beside the shipped ones and the project's own before any file changes.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from semantic_layer import DefinitionError, Issue, Text
from semantic_layer.interchange.ossie_drafts import HEADER, PREFIX, FileDraft
from semantic_layer.interchange.ossie_export import OssieExport, export_model
from semantic_layer.interchange.ossie_import import OssieImport, read_ossie
from semantic_layer.loader import SHIPPED, load_model


def read_definitions(models: Path, path: Path) -> OssieImport:
    """What the Ossie file, or the folder of files, at `path` brings to the project of `models`.

    What breaks a rule beside the project's own definitions is left out by name. Nothing is written.

    Raises:
        DefinitionError: with each thing that is wrong, by name and place.
    """
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for file in _own_files(models):
            shutil.copyfile(file, scratch / file.name)
        found = read_ossie(path, load_model(SHIPPED, scratch))
        while (issues := _issues_beside(scratch, found)) != ():
            found = found.without(issues)  # at least one part less, or an error
    if not found.files:
        raise DefinitionError([_nothing_left(path)])
    return found


def write_definitions(models: Path, found: OssieImport) -> None:
    """Put the files of an import in place of those of an earlier one.

    Every file is written whole beside its place first; then they are exchanged one by one.
    """
    models.mkdir(parents=True, exist_ok=True)
    earlier = {file.name: file for file in models.glob(f"{PREFIX}*.yml") if _is_imported(file)}
    with tempfile.TemporaryDirectory(dir=models, prefix=".import-") as scratch:
        written = [_written(draft, Path(scratch)) for draft in found.files]
        for file in written:
            file.replace(models / file.name)
    for name in earlier.keys() - {file.name for file in written}:
        earlier[name].unlink()


def export_definitions(models: Path) -> OssieExport:
    """The shipped definitions and those of a project's `models` as one Ossie document.

    Raises:
        DefinitionError: every problem in the definitions, with file and line.
    """
    return export_model(load_model(SHIPPED, models))


def _issues_beside(scratch: Path, found: OssieImport) -> tuple[Issue, ...]:
    """What is wrong with the project once the files stand in it."""
    for draft in found.files:
        (scratch / draft.file).write_text(draft.text, encoding="utf-8")
    try:
        load_model(SHIPPED, scratch)
    except DefinitionError as error:
        return error.issues
    return ()


def _own_files(models: Path) -> Iterator[Path]:
    """The definition files of a project that no import wrote."""
    for file in sorted(models.glob("*.y*ml")):
        if not _is_imported(file):
            yield file


def _is_imported(file: Path) -> bool:
    if not file.name.startswith(PREFIX):
        return False
    with file.open(encoding="utf-8", errors="replace") as lines:
        return lines.readline().rstrip("\n") == HEADER


def _written(draft: FileDraft, folder: Path) -> Path:
    path = folder / draft.file
    with path.open("w", encoding="utf-8") as file:
        file.write(draft.text)
        file.flush()
        os.fsync(file.fileno())
    return path


def _nothing_left(path: Path) -> Issue:
    return Issue(
        code="ossie_nothing_left",
        message=Text(
            zh=f"{path} 里没有可以导入的数据集；source 应是表名，而不是查询。",
            en=f"There is no dataset in {path} that can be imported; "
            "a source must be a table, not a query.",
        ),
    )
