"""A small shop as lists of rows, and every row's own view of the dimensions.

Dimensions of other tables are looked up row by row along the entities of the definitions. Only the
loader's `SemanticModel` is shared with the product: neither its joins, scans nor planner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from semantic_layer import DateRange, SemanticModel
from semantic_layer.model import Dimension, Entity, SimpleMetric
from semantic_layer.query import METRIC_TIME, DatePart, Grain
from tests.semantic_layer.reference.days import Days, day_of, listed, part, period
from tests.semantic_layer.reference.fragments import Row, worked_out

Step = tuple[Entity, str, Entity]


@dataclass(frozen=True)
class Shop:
    """Definitions, tables by source, and the days that the files of each table cover."""

    model: SemanticModel
    tables: Mapping[str, list[Row]]
    covered: Mapping[str, DateRange]
    today: date

    def _repr_pretty_(self, printer: Any, _: bool) -> None:
        """What a failing test shows: the rows, without the definitions that would hide them."""
        filled = {
            source: (str(self.covered[source]), rows)
            for source, rows in self.tables.items()
            if rows
        }
        printer.text(f"Shop(today={self.today}, {filled})")

    def rows(self, dataset: str) -> list[Row]:
        """The rows of a dataset's table."""
        return self.tables[self.model.datasets[dataset].source]

    def loaded(self, metric: SimpleMetric) -> Days:
        """The days for which the metric's rows are loaded."""
        days = self.covered[self.model.datasets[metric.dataset].source]
        return listed(days.start, days.end)


@dataclass(frozen=True)
class Seen:
    """A row of a metric's table, and the moment at which it counts."""

    metric: SimpleMetric
    row: Row
    moment: date

    @property
    def day(self) -> date:
        """The day at which it counts."""
        return day_of(self.moment)


def rows_of(shop: Shop, metric: SimpleMetric) -> list[Seen]:
    """The rows that a metric counts, each at its own time; its own filter holds for them."""
    assert metric.where is None, "teach the reference filters of metrics over dimensions"
    time = shop.model.datasets[metric.dataset].dimensions[metric.agg_time_dimension]
    kept = (
        row
        for row in shop.rows(metric.dataset)
        if metric.filter is None or worked_out(metric.filter, row) is True
    )
    seen = (Seen(metric, row, worked_out(time.expr, row)) for row in kept)
    return [one for one in seen if one.moment is not None]


def value(
    shop: Shop, seen: Seen, name: str, grain: Grain | None = None, which: DatePart | None = None
) -> Any:
    """A dimension, or the metric's own time, as the row sees it."""
    if name in (METRIC_TIME, seen.metric.agg_time_dimension):
        found: Any = seen.moment
    else:
        found = dimension(shop, seen.metric.dataset, seen.row, name)
    if found is None or (grain is None and which is None):
        return found
    if which is not None:
        return part(found, which)
    assert grain is not None
    return period(found, grain)


def dimension(shop: Shop, dataset: str, row: Row, name: str) -> Any:
    """The value of a dimension for a row of `dataset`, however many tables away."""
    path = path_to(shop.model, dataset, name)
    assert path is not None, f"{name} cannot be reached from {dataset}"
    here, at = row, dataset
    for own, other, key in path:
        wanted = worked_out(own.expr, here)
        partners = [one for one in shop.rows(other) if worked_out(key.expr, one) == wanted]
        if wanted is None or not partners:
            return None
        (here,), at = partners, other
    return worked_out(shop.model.datasets[at].dimensions[name].expr, here)


def path_to(model: SemanticModel, dataset: str, name: str) -> tuple[Step, ...] | None:
    """The one shortest way to a dimension; None if there is none, or two that are equally short."""
    paths: list[tuple[tuple[Step, ...], str]] = [((), dataset)]
    while paths:
        found = [path for path, at in paths if name in model.datasets[at].dimensions]
        if found:
            return found[0] if len(found) == 1 else None
        paths = [
            ((*path, step), step[1])
            for path, at in paths
            for step in _steps(model, at)
            if step[1] not in (dataset, *(earlier[1] for earlier in path))
        ]
    return None


def dimensions_of(model: SemanticModel, dataset: str) -> dict[str, Dimension]:
    """The dimensions that rows of `dataset` reach, personal ones left out."""
    return {
        name: found
        for name, found in model.dimensions.items()
        if not found.personal and path_to(model, dataset, name) is not None
    }


def _steps(model: SemanticModel, dataset: str) -> list[Step]:
    return [
        (own, other.name, key)
        for own in model.datasets[dataset].entities
        for other in model.datasets.values()
        for key in other.entities
        if key.name == own.name and key.type == "primary" and other.name != dataset
    ]
