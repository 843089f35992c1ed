"""`Knowledge`: what is known of one project at one moment — definitions, coverage, words.

Built once per snapshot and set of definition files, then shared by every question; nothing in it
changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.lexicon import Lexicon
from assistant.linked_parser import ParseContext
from semantic_layer import (
    Catalog,
    DateRange,
    SemanticModel,
    SourceTable,
    available_metrics,
    members_sql,
)
from semantic_layer.loader import SHIPPED, load_model
from warehouse import Manifest, Warehouse


@dataclass(frozen=True)
class Knowledge:
    """Definitions, what is loaded, the words to recognise, and the metrics that can be answered."""

    model: SemanticModel
    catalog: Catalog
    lexicon: Lexicon
    available: frozenset[str]
    members: Mapping[str, tuple[str, ...]]

    def parse_context(self, now: datetime) -> ParseContext:
        """What the linked parser needs for a question asked at `now`."""
        return ParseContext(
            model=self.model, lexicon=self.lexicon, now=now, available=self.available
        )


def catalog_of(manifest: Manifest | None) -> Catalog:
    """The semantic layer's view of a warehouse manifest."""
    if manifest is None:
        return Catalog({})
    return Catalog(
        {
            name: SourceTable(
                columns=dict(table.columns),
                coverage={
                    column: tuple(DateRange(start, end) for start, end in ranges)
                    for column, ranges in table.coverage.items()
                },
            )
            for name, table in manifest.tables.items()
        }
    )


def version_of(models: Path, warehouse: Warehouse) -> tuple[object, ...]:
    """Changes whenever the data or a definition file of the project change."""
    manifest = warehouse.manifest()
    files = sorted(models.glob("*.y*ml"))
    stamps = ((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
    return (manifest.version if manifest else None, *stamps)


def build_knowledge(models: Path, warehouse: Warehouse) -> Knowledge:
    """Load the definitions (shipped, then the project's own) and index what is loaded.

    Raises:
        DefinitionError: every problem in the definitions, with file and line.
    """
    manifest = warehouse.manifest()
    has_mart = manifest is not None and manifest.kind != "sources"
    model = load_model(SHIPPED, models) if models.is_dir() else load_model(SHIPPED)
    catalog = catalog_of(manifest if has_mart else None)
    return knowledge_of(model, catalog, _members(model, catalog, warehouse))


def knowledge_of(
    model: SemanticModel, catalog: Catalog, members: Mapping[str, tuple[str, ...]]
) -> Knowledge:
    """Definitions over data that are already known."""
    return Knowledge(
        model=model,
        catalog=catalog,
        lexicon=Lexicon.build(model, members),
        available=available_metrics(model, catalog),
        members=members,
    )


def _members(
    model: SemanticModel, catalog: Catalog, warehouse: Warehouse
) -> Mapping[str, tuple[str, ...]]:
    members: dict[str, dict[str, None]] = {}
    for dataset in model.datasets.values():
        table = catalog.tables.get(dataset.source)
        if table is None or not table.coverage:
            continue
        for dimension in dataset.dimensions.values():
            if dimension.type != "categorical" or dimension.personal:
                continue
            result = warehouse.execute(members_sql(model, dimension), max_rows=2_000_000)
            values = (row[0] for row in result.rows)
            members.setdefault(dimension.name, {}).update(
                dict.fromkeys(value for value in values if isinstance(value, str))
            )
    return {name: tuple(values) for name, values in members.items()}
