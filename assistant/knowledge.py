"""`Knowledge`: what is known of one project at one moment — definitions, coverage, words.

Built once per snapshot, set of definition files and rules of access, then shared by every question;
nothing in it changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from assistant.linking.lexicon import Lexicon
from assistant.parsing.linked_parser import ParseContext
from assistant.parsing.verified_parser import VerifiedIndex
from semantic_layer import (
    Catalog,
    DateRange,
    SemanticModel,
    SourceTable,
    available_metrics,
    members_sql,
)
from semantic_layer.access.access_policy import RoleRules
from semantic_layer.access.refused_metrics import may_see
from semantic_layer.access.role_access import rules_for, seen_by
from semantic_layer.loader import SHIPPED, load_model
from semantic_layer.resolving.availability import columns_of
from warehouse import Contents, Engine


@dataclass(frozen=True)
class Knowledge:
    """Definitions, what is loaded, the words to recognise, and the metrics that can be answered.

    All of it as one role may see it: the model is bound to what that role may read.
    """

    model: SemanticModel
    catalog: Catalog
    lexicon: Lexicon
    available: frozenset[str]
    members: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        assert self.model.access is not None, "the model says for whom it is compiled"

    def lacks_data_of(self, metric: str) -> bool:
        """Whether a metric cannot be answered for want of data, rather than of access."""
        access = self.model.access
        refused = access.refused_metrics if access else {}
        return metric not in self.available and metric not in refused

    def sees_all_of(self, table: str) -> bool:
        """Whether every row and column of a table may be seen, and so be counted."""
        return self.model.access is not None and self.model.access.sees_all_of(table)

    @cached_property
    def verified(self) -> VerifiedIndex:
        """The verified questions as they are recognised, read when first needed."""
        return VerifiedIndex.build(self.model, self.lexicon)

    def parse_context(self, now: datetime) -> ParseContext:
        """What the linked parser needs for a question asked at `now`."""
        return ParseContext(
            model=self.model, lexicon=self.lexicon, now=now, available=self.available
        )


def catalog_of(manifest: Contents | None) -> Catalog:
    """The semantic layer's view of what an engine holds."""
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


def version_of(models: Path, warehouse: Engine) -> tuple[object, ...]:
    """Changes whenever the data or a definition file of the project change."""
    manifest = warehouse.manifest()
    files = sorted(models.glob("*.y*ml"))
    stamps = ((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
    return (manifest.snapshot if manifest else None, *stamps)


class ProjectKnowledge:
    """A project at one moment: its definitions and data, and what is known of them by access.

    Roles with the same rules share what is known; words of the data are read under the rules.
    """

    def __init__(self, models: Path, warehouse: Engine) -> None:
        """Load the definitions: shipped, then the project's own.

        Raises:
            DefinitionError: every problem in the definitions, with file and line.
        """
        manifest = warehouse.manifest()
        has_mart = manifest is not None and manifest.kind != "sources"
        self.model = load_model(SHIPPED, models) if models.is_dir() else load_model(SHIPPED)
        self._catalog = catalog_of(manifest if has_mart else None)
        self._warehouse = warehouse
        self._known: dict[RoleRules, Knowledge] = {}

    def seen_by(self, role: str) -> Knowledge:
        """What a role may know, built when it first asks."""
        rules = rules_for(self.model, role)
        if rules not in self._known:
            model = seen_by(rules, self.model, self._catalog)
            members = members_of(model, self._catalog, self._warehouse)
            self._known[rules] = knowledge_of(model, self._catalog, members)
        return self._known[rules]


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


def members_of(
    model: SemanticModel, catalog: Catalog, warehouse: Engine
) -> Mapping[str, tuple[str, ...]]:
    """The values of every categorical dimension that may be seen and are nobody's own."""
    members: dict[str, dict[str, None]] = {}
    for dataset in model.datasets.values():
        table = catalog.tables.get(dataset.source)
        if table is None or not table.coverage:
            continue
        for dimension in dataset.dimensions.values():
            is_there = all(column in table.columns for column in columns_of(dimension.expr))
            if dimension.type != "categorical" or dimension.personal or not is_there:
                continue
            if not may_see(model, dimension):
                continue
            result = warehouse.execute(
                members_sql(model, dimension, warehouse.dialect), max_rows=2_000_000
            )
            values = (row[0] for row in result.rows)
            members.setdefault(dimension.name, {}).update(
                dict.fromkeys(str(value) for value in values if isinstance(value, str | int))
            )
    return {name: tuple(values) for name, values in members.items()}
