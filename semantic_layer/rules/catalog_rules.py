"""Rules that hold a model against the warehouse's tables: sources, columns, types of times.

`validation` runs them when it is given a catalog, as `koujing check` does. Pure: no database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlglot import exp

from semantic_layer.catalog import Catalog, SourceTable
from semantic_layer.issues import Issue, Text, nearest
from semantic_layer.loading.fragments import place_of
from semantic_layer.model import Dataset, Dimension, Place, SemanticModel, SimpleMetric
from semantic_layer.resolving.availability import columns_of

_TEMPORAL_TYPES = ("DATE", "TIMESTAMP")


def sources_exist(model: SemanticModel, catalog: Catalog) -> Iterator[Issue]:
    """The table of each dataset is in the warehouse."""
    for dataset in model.datasets.values():
        if dataset.source not in catalog.tables:
            yield _source_unknown(dataset, tuple(catalog.tables))


def columns_exist(model: SemanticModel, catalog: Catalog) -> Iterator[Issue]:
    """Each column that a definition reads is in its table."""
    for dataset in model.datasets.values():
        if table := catalog.tables.get(dataset.source):
            for fragment in _fragments(model, dataset):
                for column in columns_of(fragment.tree):
                    if column not in table.columns:
                        yield _column_unknown(fragment, column, dataset.source, table)


def calendars_exist(model: SemanticModel, catalog: Catalog) -> Iterator[Issue]:
    """The table of a calendar that a file defines, and the columns that it reads."""
    for calendar in model.calendars:
        if calendar.place is None:
            continue
        table = catalog.tables.get(calendar.source)
        if table is None:
            yield _calendar_unknown(calendar.source, calendar.place, tuple(catalog.tables))
            continue
        units = [(unit, calendar.unit_expr(unit)) for unit in calendar.units]
        for name, tree in ((calendar.column, exp.column(calendar.column)), *units):
            fragment = _fragment("日历单位", "unit of the calendar", name, tree, calendar.place)
            for column in columns_of(tree):
                if column not in table.columns:
                    yield _column_unknown(fragment, column, calendar.source, table)


def times_are_temporal(model: SemanticModel, catalog: Catalog) -> Iterator[Issue]:
    """A time dimension that is a bare column is a date or a timestamp."""
    for dataset in model.datasets.values():
        table = catalog.tables.get(dataset.source)
        for dimension in dataset.dimensions.values():
            if table and dimension.type == "time" and isinstance(dimension.expr, exp.Column):
                kind = table.columns.get(dimension.expr.name, "DATE")
                if not kind.upper().startswith(_TEMPORAL_TYPES):
                    yield _time_column_wrong(dimension, kind)


CATALOG_RULES: tuple[Callable[[SemanticModel, Catalog], Iterator[Issue]], ...] = (
    sources_exist,
    columns_exist,
    calendars_exist,
    times_are_temporal,
)


@dataclass(frozen=True)
class _Fragment:
    """An expression over one table, what holds it, and where that stands."""

    holder: Text
    tree: exp.Expr
    place: Place


def _fragments(model: SemanticModel, dataset: Dataset) -> Iterator[_Fragment]:
    for entity in dataset.entities:
        yield _fragment("实体", "entity", entity.name, entity.expr, dataset.place)
    for dimension in dataset.dimensions.values():
        yield _fragment("维度", "dimension", dimension.name, dimension.expr, dimension.place)
    if dataset.validity is not None:
        for tree in (dataset.validity.start, dataset.validity.end):
            yield _fragment("数据集", "dataset", dataset.name, tree, dataset.place)
    for metric in model.metrics.values():
        if isinstance(metric, SimpleMetric) and metric.dataset == dataset.name:
            yield _fragment("指标", "metric", metric.name, metric.expr, metric.place)
            if metric.filter is not None:
                yield _fragment("指标", "metric", metric.name, metric.filter, metric.place)


def _fragment(zh: str, en: str, name: str, tree: exp.Expr, place: Place) -> _Fragment:
    return _Fragment(Text(zh=f"{zh} {name!r}", en=f"{en} {name!r}"), tree, place_of(tree, place))


def _source_unknown(dataset: Dataset, tables: tuple[str, ...]) -> Issue:
    near = nearest(dataset.source, tables) or tuple(sorted(tables))
    return Issue(
        code="source_unknown",
        message=Text(
            zh=f"数据集 {dataset.name!r} 的表 {dataset.source!r} 不存在；"
            f"可用的有：{'、'.join(near)}。",
            en=f"The dataset {dataset.name!r} reads the table {dataset.source!r}, which does not "
            f"exist; choose one of {', '.join(near)}.",
        ),
        where=str(dataset.place),
        suggestions=near,
    )


def _calendar_unknown(source: str, place: Place, tables: tuple[str, ...]) -> Issue:
    near = nearest(source, tables) or tuple(sorted(tables))
    return Issue(
        code="source_unknown",
        message=Text(
            zh=f"日历的表 {source!r} 不存在；可用的有：{'、'.join(near)}。",
            en=f"The calendar reads the table {source!r}, which does not exist; "
            f"choose one of {', '.join(near)}.",
        ),
        where=str(place),
        suggestions=near,
    )


def _column_unknown(fragment: _Fragment, column: str, source: str, table: SourceTable) -> Issue:
    columns = tuple(table.columns)
    near = nearest(column, columns)
    hint_zh = f"是否要写 {near[0]!r}？" if near else f"可用的列：{'、'.join(columns)}。"
    hint_en = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(columns)}."
    return Issue(
        code="column_unknown",
        message=Text(
            zh=f"{fragment.holder.zh} 用到的列 {column!r} 不在表 {source!r} 中；{hint_zh}",
            en=f"The {fragment.holder.en} reads the column {column!r}, "
            f"which is not in {source!r}; {hint_en}",
        ),
        where=str(fragment.place),
        suggestions=near,
    )


def _time_column_wrong(dimension: Dimension, kind: str) -> Issue:
    return Issue(
        code="time_column_wrong",
        message=Text(
            zh=f"时间维度 {dimension.name!r} 的列类型是 {kind}；请换成 DATE 或 TIMESTAMP 列。",
            en=f"The time dimension {dimension.name!r} reads a column of type {kind}; "
            "choose a DATE or TIMESTAMP column.",
        ),
        where=str(dimension.place),
    )
