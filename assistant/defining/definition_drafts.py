"""An analyst's change to a metric: written, validated, compared with what is in force, then saved.

A draft is a definition file of its own in the project's `models/`, one a metric. Nothing is saved
that does not load, and a changed meaning needs a higher version.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from assistant.answer import Answer
from assistant.answering import Request, answer_query, compiled_query
from assistant.defining.catalogue import formula_of
from assistant.defining.whole_file import write_whole
from assistant.facade import Assistant
from assistant.knowledge import Knowledge, knowledge_of
from assistant.stages import Stages
from assistant.users import LOCAL_ADMIN, User
from semantic_layer import DefinitionError, Issue, Language, SemanticModel, SemanticQuery, Text
from semantic_layer.access.role_access import rules_for, seen_by
from semantic_layer.loader import SHIPPED, load_model
from semantic_layer.model import Metric, SimpleMetric


@dataclass(frozen=True)
class Draft:
    """A definition text that loads, its model, and the metric that it changes."""

    metric: str
    text: str
    knowledge: Knowledge


@dataclass(frozen=True)
class Preview:
    """The same plan under the definition in force and under the draft."""

    sql: str
    old: Answer | None
    new: Answer


def definition_text(assistant: Assistant, name: str) -> str:
    """A metric's definition as a file that overrides it: the text of its author, comments kept."""
    metric = assistant.knowledge.model.metrics[name]
    source = _source_of(assistant, metric)
    own = assistant.models_folder / _file_name(name)
    if source == own:
        return own.read_text(encoding="utf-8")
    dataset = next(iter(assistant.knowledge.model.simple_metrics_of(name))).dataset
    entry = _entry_text(source.read_text(encoding="utf-8"), name)
    return f"extends: {dataset}\nmetrics:\n{entry}"


def read_draft(assistant: Assistant, name: str, text: str, user: User = LOCAL_ADMIN) -> Draft:
    """The draft as a model, bound to what its author may read.

    Raises:
        DefinitionError: every problem in it, with file and line.
    """
    known = assistant.knowledge_for(user)
    with tempfile.TemporaryDirectory() as folder:
        models = Path(folder)
        if assistant.models_folder.is_dir():
            for file in assistant.models_folder.glob("*.y*ml"):
                shutil.copy(file, models)
        (models / _file_name(name)).write_text(text, encoding="utf-8")
        model = load_model(SHIPPED, models)
    _raise_if(_draft_problems(name, known.model, model))
    model = seen_by(rules_for(model, user.role), model, known.catalog)
    return Draft(name, text, knowledge_of(model, known.catalog, known.members))


def preview(
    assistant: Assistant,
    draft: Draft,
    query: SemanticQuery,
    *,
    now: datetime,
    language: Language,
    user: User = LOCAL_ADMIN,
) -> Preview:
    """The SQL of the draft, and its number beside the one in force.

    Raises:
        QueryError: the draft does not compile, for example a column that does not exist.
    """
    request = Request("", language, "none", now)
    dialect = assistant.warehouse.dialect
    _, compiled = compiled_query(query, draft.knowledge, now, Stages(), dialect)
    in_force = draft.metric in assistant.knowledge.model.metrics
    return Preview(
        sql=compiled.sql,
        old=assistant.answer(query, now=now, language=language, user=user) if in_force else None,
        new=answer_query(query, request, draft.knowledge, assistant.warehouse, Stages()),
    )


def save_draft(assistant: Assistant, draft: Draft) -> Path:
    """Write the draft into the project's `models/`, whole or not at all."""
    path = assistant.models_folder / _file_name(draft.metric)
    write_whole(path, draft.text)
    return path


def _file_name(metric: str) -> str:
    return f"metric_{metric}.yml"


def _source_of(assistant: Assistant, metric: Metric) -> Path:
    own = assistant.models_folder / metric.place.file
    return own if own.is_file() else SHIPPED / metric.place.file


def _entry_text(text: str, name: str) -> str:
    """The lines of one metric in a definition file."""
    root = yaml.compose(text)
    assert isinstance(root, yaml.MappingNode)
    metrics = next(value for key, value in root.value if key.value == "metrics")
    starts = [entry.start_mark.line for entry in metrics.value]
    for number, entry in enumerate(metrics.value):
        names = {key.value: value.value for key, value in entry.value}
        if names.get("name") == name:
            end = starts[number + 1] if number + 1 < len(starts) else entry.end_mark.line + 1
            lines = text.splitlines()[starts[number] : end]
            return "\n".join(lines).rstrip() + "\n"
    raise AssertionError(f"{name} is not in the file that its place names")


def _draft_problems(name: str, old: SemanticModel, new: SemanticModel) -> Iterable[Issue]:
    where = _file_name(name)
    if name not in new.metrics or new.metrics[name].place.file != where:
        yield Issue(
            code="draft_without_metric",
            message=Text(
                zh=f"草稿里没有指标 {name}；请保留 name: {name}。",
                en=f"The draft does not define {name}; keep name: {name}.",
            ),
            where=where,
        )
        return
    before, after = old.metrics.get(name), new.metrics[name]
    if before is None or _meaning(before) == _meaning(after):
        return
    if after.version <= before.version:
        yield Issue(
            code="version_not_raised",
            message=Text(
                zh=f"口径变了，请把 version 改为大于 {before.version} 的数。",
                en=f"The meaning has changed; raise version above {before.version}.",
            ),
            where=f"{where}:{after.place.line}",
        )


def _meaning(metric: Metric) -> tuple[str, ...]:
    time = metric.agg_time_dimension if isinstance(metric, SimpleMetric) else ""
    return formula_of(metric), time, metric.unit, metric.additivity


def _raise_if(issues: Iterable[Issue]) -> None:
    found = tuple(issues)
    if found:
        raise DefinitionError(found)
