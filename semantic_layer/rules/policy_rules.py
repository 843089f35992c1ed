"""Rules that an access policy must keep: what it names exists, and can be applied to every row.

Part of `validation`, which runs them. A typo here would open what should be closed, so whatever a
rule names is looked up at load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from semantic_layer.access.access_policy import EVERY_DATASET, Mask, RoleRules, RowRule, table_key
from semantic_layer.access.spread_masks import spread_masks
from semantic_layer.catalog import Catalog
from semantic_layer.issues import Issue, nearest
from semantic_layer.model import Dataset, SemanticModel, SimpleMetric
from semantic_layer.query import METRIC_TIME, CompareMetric
from semantic_layer.resolving.availability import columns_of
from semantic_layer.resolving.fields import field_of
from semantic_layer.resolving.filters import leaves_of
from semantic_layer.resolving.join_graph import Reached
from semantic_layer.resolving.joins import reachable_dimensions, ways_to
from semantic_layer.rules import policy_problems as problems


def rules_name_datasets(model: SemanticModel) -> Iterator[Issue]:
    """Each rule names a dataset; only a grant without a condition may mean all of them."""
    for rules in _roles(model):
        for rule in _all(rules):
            if rule.dataset == EVERY_DATASET:
                if isinstance(rule, Mask) or not (rule in rules.grants and rule.is_every_row):
                    yield problems.rule_needs_dataset(rule.place)
            elif rule.dataset not in model.datasets:
                known = tuple(model.datasets)
                yield problems.rule_dataset_unknown(rule.dataset, known, rule.place)
        for needed in rules.filters:
            if needed.is_every_row:
                yield problems.filter_without_condition(needed.place)


def conditions_fit_rows(model: SemanticModel) -> Iterator[Issue]:
    """Each condition reads dimensions that every row has once."""
    for rules in _roles(model):
        for rule in (*rules.grants, *rules.filters):
            if rule.dataset in model.datasets:
                yield from _condition_issues(model, rule)


def masks_leave_joins_alone(model: SemanticModel) -> Iterator[Issue]:
    """A mask hides a column that definitions read, and no key."""
    for rules in _roles(model):
        for mask in spread_masks(model, rules):
            if dataset := model.datasets.get(mask.dataset):
                yield from _mask_issues(model, mask, dataset)


def tables_are_filtered_by_one_dataset(model: SemanticModel) -> Iterator[Issue]:
    """Of the datasets that read one table, one at the most narrows its rows for a role."""
    policy = model.access_policy
    for role in policy.roles if policy else ():
        assert policy is not None
        rules = policy.rules_of(role)
        narrowed: dict[str, dict[str, str]] = {}
        for rule in (*rules.grants, *rules.filters):
            if rule.dataset in model.datasets and not rule.is_every_row:
                source = table_key(model.datasets[rule.dataset].source)
                narrowed.setdefault(source, {})[rule.dataset] = rule.place
        for source, places in narrowed.items():
            if len(places) > 1:
                yield problems.table_filtered_twice(
                    source, tuple(places), next(reversed(places.values()))
                )


def limits_name_metrics(model: SemanticModel) -> Iterator[Issue]:
    """Each listed metric exists."""
    for rules in _roles(model):
        for name in sorted(name for limit in rules.limits for name in limit.names):
            if name not in model.metrics:
                yield problems.limited_metric_unknown(name, nearest(name, model.metrics))


def rules_fit_tables(model: SemanticModel, catalog: Catalog) -> Iterator[Issue]:
    """Each column that a rule reads is in its table."""
    tables = {table_key(name): table for name, table in catalog.tables.items()}
    for rules in _roles(model):
        for rule in _all(rules):
            dataset = model.datasets.get(rule.dataset)
            table = tables.get(table_key(dataset.source)) if dataset else None
            if dataset is None or table is None:
                continue
            known = {name.lower() for name in table.columns}
            names = (rule.column,) if isinstance(rule, Mask) else columns_of(rule.filter)
            for name in names:
                if name.lower() not in known:
                    issue = problems.column_unknown(name, dataset.source)
                    yield issue.model_copy(update={"where": rule.place})


POLICY_RULES: tuple[Callable[[SemanticModel], Iterator[Issue]], ...] = (
    rules_name_datasets,
    conditions_fit_rows,
    masks_leave_joins_alone,
    tables_are_filtered_by_one_dataset,
    limits_name_metrics,
)


def _roles(model: SemanticModel) -> Iterator[RoleRules]:
    if model.access_policy is not None:
        yield from model.access_policy.roles.values()


def _all(rules: RoleRules) -> tuple[RowRule | Mask, ...]:
    return (*rules.grants, *rules.filters, *rules.masks)


def _condition_issues(model: SemanticModel, rule: RowRule) -> Iterator[Issue]:
    for leaf in leaves_of(rule.where):
        if isinstance(leaf, CompareMetric):
            yield problems.rule_by_metric(leaf.metric, rule.place)
            continue
        name = field_of(leaf.field, model).name
        ways = () if name == METRIC_TIME else ways_to(model, rule.dataset, name)
        if len(ways) != 1 or not _is_stable(model, ways[0]):
            near = nearest(name, reachable_dimensions(model, rule.dataset))
            yield problems.rule_field_unfit(name, rule.dataset, near, rule.place)


def _is_stable(model: SemanticModel, way: Reached) -> bool:
    """Whether one row has one value whatever the moment, and it names no person."""
    changes = any(model.datasets[join.right].validity is not None for join in way.path)
    return not changes and not way.dimension.personal


def _mask_issues(model: SemanticModel, mask: Mask, dataset: Dataset) -> Iterator[Issue]:
    readers = [
        one for one in model.datasets.values() if table_key(one.source) == table_key(dataset.source)
    ]
    keys = [entity.expr for one in readers for entity in one.entities]
    keys += [one.expr for reader in readers for one in reader.partitions]
    for one in readers:
        keys += [one.validity.start, one.validity.end] if one.validity else []
    if mask.column.lower() in {name.lower() for name in columns_of(*keys)}:
        yield problems.mask_on_key(mask)
        return
    trees = [one.expr for one in dataset.dimensions.values() if not one.personal]
    for metric in model.metrics.values():
        if isinstance(metric, SimpleMetric) and metric.dataset == dataset.name:
            trees += [tree for tree in (metric.expr, metric.filter) if tree is not None]
    known = columns_of(*trees)
    if mask.column.lower() not in {name.lower() for name in known}:
        yield problems.mask_column_unknown(mask, known)
