"""`SemanticModel` → an Apache Ossie document, and what a reader without our extensions would lose.

Everything the specification can say is said in its own keys, in English; the whole of each
definition stands beside it in `custom_extensions`, so that `ossie_import` reads the same model
again. Pure: the document is plain data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from semantic_layer.interchange.ossie_definitions import (
    Entry,
    calendar_entry,
    dataset_entry,
    dataset_of_metric,
    dimension_entry,
    event_entry,
    facet_entry,
    metric_entry,
    role_entry,
    verified_entry,
    yaml_of,
)
from semantic_layer.interchange.ossie_entries import VENDOR, VERSION
from semantic_layer.interchange.ossie_losses import losses_of
from semantic_layer.interchange.ossie_own import FORMAT
from semantic_layer.interchange.ossie_sql import field_name, metric_sql, row_sql
from semantic_layer.interchange.ossie_texts import Remark
from semantic_layer.issues import Text
from semantic_layer.model import (
    Dataset,
    Dimension,
    Entity,
    Metric,
    SemanticModel,
    SimpleMetric,
    Words,
)
from semantic_layer.query import Grain
from semantic_layer.resolving.availability import columns_of
from semantic_layer.resolving.windows import is_finer

DIALECT = "ANSI_SQL"


@dataclass(frozen=True)
class OssieExport:
    """A document as plain data, and what only our extensions say in it."""

    document: Entry
    losses: tuple[Remark, ...]

    @property
    def text(self) -> str:
        """The document as YAML."""
        return yaml_of(self.document)


def export_model(model: SemanticModel, name: str = "shop") -> OssieExport:
    """The document of a model that comes from definition files."""
    said = {metric.name: metric_sql(metric, model) for metric in model.metrics.values()}
    document = {
        "version": VERSION,
        "name": name,
        "datasets": [_dataset(one, model) for one in model.datasets.values()],
        "relationships": list(_relationships(model)),
        "metrics": [
            _metric(model.metrics[metric], expression, model)
            for metric, expression in said.items()
            if isinstance(expression, str)
        ],
        "custom_extensions": _extension(
            {"format": FORMAT} | _of_the_model(model, (n for n in said if _unsaid(said[n])))
        ),
    }
    return OssieExport(document, tuple(losses_of(model, said)))


def _unsaid(expression: str | Text) -> bool:
    return isinstance(expression, Text)


def _of_the_model(model: SemanticModel, metrics: Iterable[str]) -> Entry:
    """What belongs to no dataset, and the metrics that have no expression of their own."""
    roles = model.access_policy.roles if model.access_policy is not None else {}
    parts = {
        "facets": [facet_entry(facet) for facet in model.facets],
        "calendars": [calendar_entry(one) for one in model.calendars if one.place is not None],
        "events": [event_entry(event) for event in model.events.values()],
        "access_policy": [role_entry(role, rules) for role, rules in roles.items()],
        "verified_questions": [verified_entry(one) for one in model.verified_questions],
        "metrics": [_own_metric(model.metrics[name], model) for name in metrics],
    }
    return {key: entries for key, entries in parts.items() if entries}


def _dataset(dataset: Dataset, model: SemanticModel) -> Entry:
    keys = {
        kind: [_columns(one) for one in dataset.entities if one.type == kind and _columns(one)]
        for kind in ("primary", "unique")
    }
    return _given(
        name=dataset.name,
        source=dataset.source,
        primary_key=keys["primary"][0] if keys["primary"] else None,
        unique_keys=keys["unique"],
        description=f"{dataset.label.en}: {dataset.grain}",
        ai_context=_context((dataset.label.zh,), None),
        fields=[
            *(_dimension(one) for one in dataset.dimensions.values()),
            *(_plain_field(name, column) for name, column in _other_columns(dataset, model)),
        ],
        custom_extensions=_extension(dataset_entry(dataset)),
    )


def _columns(entity: Entity) -> list[str]:
    """The column of a key; a computed key has none."""
    return [entity.expr.name] if isinstance(entity.expr, exp.Column) else []


def _dimension(dimension: Dimension) -> Entry:
    is_time = dimension.type == "time"
    return _given(
        name=dimension.name,
        expression=_expression(row_sql(dimension.expr)),
        # One that names a person is shown to nobody here, so it is offered to nobody there.
        dimension=None if dimension.personal else {"is_time": is_time},
        description=dimension.description.en,
        datatype=_datatype(dimension.grain) if is_time else None,
        ai_context=_context(_words_of(dimension.label, dimension.synonyms), dimension.description),
        custom_extensions=_extension(dimension_entry(dimension)),
    )


def _datatype(grain: Grain | None) -> str:
    return "DateTime" if grain is not None and is_finer(grain, Grain.day) else "Date"


def _other_columns(dataset: Dataset, model: SemanticModel) -> Iterator[tuple[str, str]]:
    """Fields for the columns that keys and metrics read and no dimension shows."""
    fragments = [entity.expr for entity in dataset.entities]
    for metric in model.metrics.values():
        if isinstance(metric, SimpleMetric) and metric.dataset == dataset.name:
            fragments += [metric.expr, *([metric.filter] if metric.filter is not None else [])]
    columns = dict.fromkeys(column for one in fragments for column in columns_of(one))
    for column in columns:
        if (name := field_name(dataset, column)) not in dataset.dimensions:
            yield name, column


def _plain_field(name: str, column: str) -> Entry:
    return {"name": name, "expression": _expression(row_sql(exp.column(column)))}


def _relationships(model: SemanticModel) -> Iterator[Entry]:
    homes = {
        entity.name: (dataset.name, entity)
        for dataset in model.datasets.values()
        for entity in dataset.entities
        if entity.type in ("primary", "unique")
    }
    for dataset in model.datasets.values():
        for entity in dataset.entities:
            home, key = homes.get(entity.name, (None, None))
            if entity.type == "foreign" and key and _columns(entity) and _columns(key):
                yield {
                    "name": f"{dataset.name}_to_{home}_by_{entity.name}",
                    "from": dataset.name,
                    "to": home,
                    "from_columns": _columns(entity),
                    "to_columns": _columns(key),
                }


def _metric(metric: Metric, expression: str, model: SemanticModel) -> Entry:
    return _given(
        name=metric.name,
        expression=_expression(expression),
        description=metric.description.en,
        ai_context=_context(_words_of(metric.label, metric.synonyms), metric.description),
        custom_extensions=_extension(_own_metric(metric, model)),
    )


def _own_metric(metric: Metric, model: SemanticModel) -> Entry:
    return {"dataset": dataset_of_metric(metric, model), "metric": metric_entry(metric)}


def _words_of(label: Text, synonyms: Words) -> tuple[str, ...]:
    return (label.en, label.zh, *synonyms.en, *synonyms.zh)


def _context(words: Iterable[str], description: Text | None) -> Entry:
    return _given(
        instructions=description.zh if description is not None else None,
        synonyms=list(dict.fromkeys(words)),
    )


def _expression(text: str) -> Entry:
    return {"dialects": [{"dialect": DIALECT, "expression": text}]}


def _extension(data: Entry) -> list[Entry]:
    return [{"vendor_name": VENDOR, "data": data}]


def _given(**keys: Any) -> Entry:
    return {key: value for key, value in keys.items() if value not in (None, "", [], {})}
