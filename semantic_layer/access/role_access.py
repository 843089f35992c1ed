"""The rules of a role + a model + its tables → the model as that role sees it.

Row filters and masks become one SELECT a table, written here and put in its place by
`policy_scans`; which metrics remain is told by `refused_metrics`. A rule that cannot be applied
makes the table unreadable. Between the definitions and the line of a query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from semantic_layer.access.access_policy import (
    EVERY_DATASET,
    Access,
    Mask,
    RoleRules,
    RowRule,
    TableAccess,
    table_key,
)
from semantic_layer.access.refused_metrics import refused_metrics
from semantic_layer.access.spread_masks import spread_masks
from semantic_layer.catalog import Catalog, SourceTable
from semantic_layer.issues import QueryError
from semantic_layer.model import Dataset, SemanticModel, SimpleMetric
from semantic_layer.planning.scans import Scan, qualified
from semantic_layer.planning.tables import table_as
from semantic_layer.query import CompareMetric
from semantic_layer.resolving.availability import columns_of
from semantic_layer.rules import policy_problems as problems

_EVERYTHING = RoleRules(grants=(RowRule(EVERY_DATASET),))


def rules_for(model: SemanticModel, role: str) -> RoleRules:
    """The rules of a role; everything may be read where no policy is defined."""
    return model.access_policy.rules_of(role) if model.access_policy else _EVERYTHING


def seen_by(rules: RoleRules, model: SemanticModel, catalog: Catalog) -> SemanticModel:
    """The model as someone with these rules sees it."""
    tables = _tables(rules, (model,), catalog)
    granted = frozenset(name for name in model.datasets if rules.grants_of(name))
    return _bound(model, tables, granted, rules)


def imported_seen_by(
    rules: RoleRules, imported: SemanticModel, shop: SemanticModel, catalog: Catalog
) -> SemanticModel:
    """A model that stands beside the shop's, under the rules over the shop's datasets.

    A table that both read has the rules of the shop; the others need the grant of every dataset,
    since no rule can name them.
    """
    tables = _tables(rules, (shop, imported), catalog)
    if rules.grant_everything:
        for dataset in imported.datasets.values():
            tables.setdefault(table_key(dataset.source), TableAccess(dataset.source))
    granted = frozenset(
        name for name, one in imported.datasets.items() if table_key(one.source) in tables
    )
    return _bound(imported, tables, granted, replace(rules, limits=()))


def _bound(
    model: SemanticModel,
    tables: Mapping[str, TableAccess],
    granted: frozenset[str],
    rules: RoleRules,
) -> SemanticModel:
    sources = {table_key(one.source) for one in model.datasets.values()}
    calendars = frozenset(table_key(one.source) for one in model.calendars) - sources
    access = Access(tables, calendars, granted, {})
    refused = refused_metrics(model, access, rules.limits)
    return replace(model, access=replace(access, refused_metrics=refused))


def _tables(
    rules: RoleRules, models: tuple[SemanticModel, ...], catalog: Catalog
) -> dict[str, TableAccess]:
    """The readable tables of the first model, with the columns that any of the models reads."""
    home = models[0]
    by_table: dict[str, list[Dataset]] = {}
    for dataset in home.datasets.values():
        by_table.setdefault(table_key(dataset.source), []).append(dataset)
    known = {table_key(name): table for name, table in catalog.tables.items()}
    return {
        name: _table_access(rules, models, datasets, known.get(name))
        for name, datasets in by_table.items()
        if any(rules.grants_of(dataset.name) for dataset in datasets)
    }


def _table_access(
    rules: RoleRules,
    models: tuple[SemanticModel, ...],
    datasets: Sequence[Dataset],
    table: SourceTable | None,
) -> TableAccess:
    source = datasets[0].source
    names = {one.name for one in datasets}
    conditions = tuple(group for one in datasets for group in _conditions(rules, one))
    spread = spread_masks(models[0], rules)
    masks = {mask.column.lower(): mask for mask in spread if mask.dataset in names}
    access = TableAccess(source, conditions, masks)
    if access.is_whole:
        return access
    if table is None:
        return replace(access, problem=problems.table_unknown(source))
    # Rows of a table are narrowed by one dataset; `policy_rules` refuses two of one table.
    owners = {rule.dataset for group in conditions for rule in group} & names
    dataset = next((one for one in datasets if one.name in owners), datasets[0])
    try:
        select = _protected_select(models, dataset, access, table)
    except QueryError as error:
        return replace(access, problem=error.issues[0])
    return replace(access, select=select)


def _conditions(rules: RoleRules, dataset: Dataset) -> Iterator[tuple[RowRule, ...]]:
    """Groups of rules of which one must hold: the grants, then each filter alone."""
    grants = rules.grants_of(dataset.name)
    if grants and not any(grant.is_every_row for grant in grants):
        yield grants
    for rule in rules.filters:
        if rule.dataset == dataset.name:
            yield (rule,)


def _readable_columns(models: Iterable[SemanticModel], source: str) -> frozenset[str]:
    """The columns of a table that some definition reads, in lower case; those of persons not."""
    trees: list[exp.Expr | None] = []
    personal: list[exp.Expr] = []
    for model in models:
        readers = [one for one in model.datasets.values() if _reads(one, source)]
        for dataset in readers:
            trees += [entity.expr for entity in dataset.entities]
            for dimension in dataset.dimensions.values():
                (personal if dimension.personal else trees).append(dimension.expr)
            if dataset.validity is not None:
                trees += [dataset.validity.start, dataset.validity.end]
        names = {one.name for one in readers}
        for metric in model.metrics.values():
            if isinstance(metric, SimpleMetric) and metric.dataset in names:
                trees += [metric.expr, metric.filter]
    hidden = {name.lower() for name in columns_of(*personal)}
    return frozenset(name.lower() for name in columns_of(*trees)) - hidden


def _reads(dataset: Dataset, source: str) -> bool:
    return table_key(dataset.source) == table_key(source)


def _protected_select(
    models: tuple[SemanticModel, ...], dataset: Dataset, access: TableAccess, table: SourceTable
) -> exp.Select:
    """The rows and columns that remain; the conditions see what the table really holds."""
    _refuse_unknown_columns(access, table)
    scan = Scan(models[0], dataset, _no_metrics)
    groups = [
        exp.or_(*(_condition(scan, rule) for rule in group), copy=False)
        for group in access.conditions
    ]
    readable = _readable_columns(models, access.source)
    columns = [
        _column(dataset.name, name, kind, access.masks.get(name.lower()))
        for name, kind in table.columns.items()
        if name.lower() in readable
    ]
    select = exp.Select().select(*columns, copy=False)
    itself = table_as(access.source, dataset.name)
    select = select.from_(itself, copy=False)
    for join in scan.joins.values():
        select.append("joins", join)
    return select.where(*groups, copy=False) if groups else select


def _condition(scan: Scan, rule: RowRule) -> exp.Expr:
    parts = []
    if rule.filter is not None:
        parts.append(qualified(rule.filter, scan.dataset.name))
    if rule.where is not None:
        parts.append(scan.condition(rule.where))
    return exp.and_(*parts, copy=False)


def _column(alias: str, name: str, kind: str, mask: Mask | None) -> exp.Expr:
    if mask is None:
        return exp.column(name, table=alias)
    data_type = exp.DataType.build(kind, dialect="duckdb")
    if mask.text is None:
        hidden: exp.Expr = exp.cast(exp.Null(), data_type)
    elif data_type.is_type(*exp.DataType.TEXT_TYPES):
        hidden = exp.Literal.string(mask.text)
    else:
        raise QueryError([problems.mask_needs_text(mask, kind)])
    return exp.alias_(hidden, name, copy=False)


def _refuse_unknown_columns(access: TableAccess, table: SourceTable) -> None:
    known = {name.lower() for name in table.columns}
    filters = (rule.filter for group in access.conditions for rule in group)
    for name in (*access.masks, *columns_of(*filters)):
        if name.lower() not in known:
            raise QueryError([problems.column_unknown(name, access.source)])


def _no_metrics(compare: CompareMetric) -> exp.Select:
    raise QueryError([problems.rows_by_metric(compare.metric)])
