"""MetricFlow in a project: definitions copied in whole, loaded on demand, asked by requests.

The imported model stands beside the shop's own: it has names, tables and a calendar of its own, and
no question in words reaches it. A request takes the second half of the line like any other plan.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.answer import Answer
from assistant.answering import Request, answer_query, unanswered
from assistant.knowledge import Knowledge, catalog_of
from assistant.linking.lexicon import Lexicon
from assistant.stages import Stages
from semantic_layer import (
    DefinitionError,
    Issue,
    Language,
    SemanticModel,
    Text,
    available_metrics,
)
from semantic_layer.access.role_access import imported_seen_by, rules_for
from semantic_layer.interchange.metricflow import (
    has_configuration,
    load_metricflow,
    saved_queries,
)
from semantic_layer.interchange.metricflow_entries import SavedQueryParams
from semantic_layer.interchange.metricflow_files import definition_files, read_documents
from semantic_layer.interchange.metricflow_requests import asks_for_extremes, read_request
from semantic_layer.issues import IssuesError
from warehouse import Engine

_FOLDER = "metricflow"
_SHARED = "shared"
# A request comes from a program that pages for itself, not from a person who reads a table.
_MOST_ROWS = 1_000_000


@dataclass(frozen=True)
class ImportedModel:
    """What is known of the imported definitions, and the requests that they save under a name."""

    knowledge: Knowledge
    saved_queries: Mapping[str, SavedQueryParams]


def read_definitions(folder: Path) -> SemanticModel:
    """The model of a folder of MetricFlow definitions.

    A project configuration that it lacks is taken from the folder `shared` beside it.

    Raises:
        DefinitionError: with each thing that is wrong or not supported, by name and place.
    """
    if not definition_files(folder):
        raise DefinitionError([_nothing_in(folder)])
    return load_metricflow(folder, _shared(folder))


def import_definitions(models: Path, folder: Path) -> SemanticModel:
    """Copy the MetricFlow definitions of `folder` into a project's folder `models`.

    Earlier imported ones are replaced; nothing changes when the new ones do not load.

    Raises:
        DefinitionError: with each thing that is wrong or not supported, by name and place.
    """
    read_definitions(folder)
    models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=models, prefix=".import-") as scratch:
        copy = Path(scratch) / _FOLDER
        _copy(folder, copy)
        shared = _shared(folder)
        if shared is not None and not has_configuration(read_documents(copy)):
            _copy(shared, copy / _SHARED)
        model = load_metricflow(copy)
        _put_in_place(copy, models / _FOLDER, Path(scratch) / "replaced")
    return model


def load_imported(models: Path, warehouse: Engine, shop: SemanticModel, role: str) -> ImportedModel:
    """The imported definitions of a project, over what its warehouse holds, as a role may see it.

    The rules of access are those of the shop's own model, `shop`.

    Raises:
        DefinitionError: nothing was imported, or it does not load any more.
    """
    folder = models / _FOLDER
    if not folder.is_dir():
        raise DefinitionError([_not_imported()])
    catalog = catalog_of(warehouse.manifest())
    model = imported_seen_by(rules_for(shop, role), load_metricflow(folder), shop, catalog)
    knowledge = Knowledge(
        model=model,
        catalog=catalog,
        lexicon=Lexicon({}, {}),
        available=available_metrics(model, catalog),
        members={},
    )
    return ImportedModel(knowledge, saved_queries(folder))


def answer_request(
    request: Mapping[str, Any],
    imported: ImportedModel,
    warehouse: Engine,
    *,
    now: datetime,
    language: Language,
) -> Answer:
    """The answer to a request in MetricFlow's form; what cannot be answered is a refusal."""
    asked = Request(
        question="",
        language=language,
        parser="none",
        now=now,
        max_rows=_MOST_ROWS,
        extremes_only=asks_for_extremes(request),
        plain_parts=True,
    )
    stages = Stages()
    try:
        query = read_request(request, imported.knowledge.model, imported.saved_queries)
    except IssuesError as error:
        return unanswered("refused", error.issues, asked, stages)
    return answer_query(query, asked, imported.knowledge, warehouse, stages)


def _shared(folder: Path) -> Path | None:
    beside = folder.resolve().parent / _SHARED
    return beside if beside.is_dir() else None


def _copy(folder: Path, target: Path) -> None:
    for file in definition_files(folder):
        place = target / file.relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)


def _put_in_place(copy: Path, target: Path, replaced: Path) -> None:
    """Exchange the folder whole; the earlier one comes back if the new one cannot move in."""
    if target.exists():
        target.rename(replaced)
    try:
        copy.rename(target)
    except OSError:
        if replaced.exists():
            replaced.rename(target)
        raise


def _nothing_in(folder: Path) -> Issue:
    return Issue(
        code="no_definitions",
        message=Text(
            zh=f"在 {folder} 里没有找到定义文件；请放入至少一个 .yml 文件。",
            en=f"There is no definition file in {folder}; put at least one .yml file there.",
        ),
    )


def _not_imported() -> Issue:
    return Issue(
        code="nothing_imported",
        message=Text(
            zh="这个项目还没有导入 MetricFlow 定义；请先运行 koujing import metricflow DIR。",
            en="No MetricFlow definitions are imported into this project; "
            "run `koujing import metricflow DIR` first.",
        ),
    )
