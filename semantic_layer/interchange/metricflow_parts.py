"""The parts of MetricFlow's definitions: tables, keys, dimensions, spans, filters, inputs.

Between the raw types of `metricflow_files` and the model that `metricflow` puts together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from semantic_layer.interchange.metricflow_entries import (
    DimensionEntry,
    InputEntry,
    NodeRelation,
    SemanticModelEntry,
    TimeSpine,
)
from semantic_layer.interchange.metricflow_filters import read_filter
from semantic_layer.issues import DefinitionError, Issue, Text
from semantic_layer.loading.fragments import forget_positions
from semantic_layer.model import (
    CalendarTable,
    Dataset,
    Dimension,
    Entity,
    MetricInput,
    Place,
    Span,
    Validity,
    Words,
)
from semantic_layer.query import And, Filter, Grain

SOURCE_SCHEMA = "source"
_DIALECT = "duckdb"


def dataset_of(entry: SemanticModelEntry, place: Place) -> Dataset:
    """A dataset; its dimensions go by each of the keys that a row can be told by.

    Such a key stands before the name ("listing__country"); an entity is a dimension of its own
    name.
    """
    entities = tuple(
        Entity(one.name, one.type, fragment_of(one.expr or one.name, place))
        for one in entry.entities
    )
    keys = list(_qualifiers(entry)) or [entry.name]
    dimensions = {
        f"{key}__{one.name}": _dimension(entry.name, f"{key}__{one.name}", one, place)
        for key in keys
        for one in entry.dimensions
    }
    dimensions |= {one.name: _plain(entry.name, one.name, one.expr, place) for one in entities}
    return Dataset(
        name=entry.name,
        source=source_of(entry.node_relation),
        grain=f"one row per {keys[0]}",
        label=same_text(entry.label or entry.name),
        export_name=same_text(entry.node_relation.alias),
        entities=entities,
        dimensions=dimensions,
        place=place,
        qualifier=keys[0],
        validity=_validity(entry.dimensions, place),
    )


def _qualifiers(entry: SemanticModelEntry) -> Iterator[str]:
    """The primary entity first, then every other key that identifies a row."""
    names = [one.name for one in entry.entities if one.type in ("primary", "natural")]
    names += [one.name for one in entry.entities if one.type == "unique"]
    yield from dict.fromkeys((entry.primary_entity, *names) if entry.primary_entity else names)


def conformed(datasets: Mapping[str, Dataset]) -> dict[str, Dataset]:
    """The first dataset with a dimension is its home; the same name elsewhere conforms to it."""
    homes: dict[str, str] = {}
    found = {}
    for dataset in datasets.values():
        dimensions = {}
        for name, dimension in dataset.dimensions.items():
            home = homes.setdefault(name, dataset.name)
            conforms_to = None if home == dataset.name else home
            dimensions[name] = replace(dimension, conforms_to=conforms_to)
        found[dataset.name] = replace(dataset, dimensions=dimensions)
    return found


def _dimension(dataset: str, name: str, entry: DimensionEntry, place: Place) -> Dimension:
    plain = _plain(dataset, name, fragment_of(entry.expr or entry.name, place), place)
    is_time = entry.type == "time"
    grain = entry.type_params.time_granularity if entry.type_params else Grain.day
    return replace(
        plain,
        type=entry.type,
        grain=grain if is_time else None,
        is_partition=is_time and entry.is_partition,
    )


def _plain(dataset: str, name: str, expr: exp.Expr, place: Place) -> Dimension:
    return Dimension(
        name=name,
        dataset=dataset,
        type="categorical",
        expr=expr,
        label=same_text(name),
        description=same_text(name),
        synonyms=Words(),
        member_synonyms={},
        grain=None,
        personal=False,
        place=place,
    )


def _validity(entries: Sequence[DimensionEntry], place: Place) -> Validity | None:
    """The window in which a row of a slowly changing table holds, if two dimensions mark it."""
    limits = {}
    for entry in entries:
        marks = entry.type_params.validity_params if entry.type_params else None
        if marks is not None and (marks.is_start or marks.is_end):
            side = "start" if marks.is_start else "end"
            limits[side] = fragment_of(entry.expr or entry.name, place)
    return Validity(limits["start"], limits["end"]) if len(limits) == 2 else None


def calendar_of(spine: TimeSpine) -> CalendarTable:
    """A calendar table with the units of the model's own."""
    return CalendarTable(
        source=source_of(spine.node_relation),
        column=spine.primary_column.name,
        grain=spine.primary_column.time_granularity,
        units={unit.name: unit.column_name or unit.name for unit in spine.custom_granularities},
    )


def input_of(entry: InputEntry, place: Place) -> MetricInput:
    """A metric as another one uses it: alias, filter, offset."""
    offset, to_grain = entry.offset_window, entry.offset_to_grain
    return MetricInput(
        metric=entry.name,
        alias=entry.alias,
        where=filter_of(entry.filter, place),
        offset=span_of(offset, place) if offset else None,
        to_grain=_calendar_unit(to_grain, place) if to_grain else None,
    )


def filter_of(texts: Sequence[str], place: Place) -> Filter | None:
    """Filter texts that must all hold."""
    parts = tuple(read_filter(text, str(place)) for text in texts)
    if len(parts) < 2:
        return parts[0] if parts else None
    return And(parts=parts)


def both_of(one: Filter | None, other: Filter | None) -> Filter | None:
    """A filter that holds where both do."""
    if one is None or other is None:
        return one or other
    return And(parts=(one, other))


def span_of(text: str, place: Place) -> Span:
    """The span of a text such as 14 days."""
    count, _, unit = text.strip().partition(" ")
    if not count.isdigit() or not unit or " " in unit:
        raise problem_of(f"the span of time {text!r}, write it as '14 days'", str(place))
    return Span(int(count), unit_of(unit))


def unit_of(text: str) -> Grain | str:
    """A unit of time in the singular; one of the model's own as it is."""
    singular = text.lower().removesuffix("s")
    return Grain(singular) if singular in Grain.__members__ else text


def _calendar_unit(text: str, place: Place) -> Grain:
    unit = unit_of(text)
    if not isinstance(unit, Grain):
        raise problem_of(f"offset_to_grain with the unit {text!r}", str(place))
    return unit


def fragment_of(text: str, place: Place) -> exp.Expr:
    """A SQL expression over a table's own columns."""
    try:
        tree = sqlglot.parse_one(text, dialect=_DIALECT)
    except (SqlglotError, RecursionError) as error:
        raise problem_of(f"the expression {text!r}", str(place)) from error
    if tree.find(exp.Query, exp.Subquery, exp.AggFunc, exp.Command):
        raise problem_of(f"the expression {text!r}, which is not one value of a row", str(place))
    forget_positions(tree)
    return tree


def source_of(relation: NodeRelation) -> str:
    """The table of a node relation, in the schema of source tables."""
    return f"{SOURCE_SCHEMA}.{relation.alias.lower()}"


def same_text(text: str) -> Text:
    """A name that is the same in both languages."""
    return Text(zh=text, en=text)


def governed_of(
    name: str, label: str | None, description: str | None, place: Place
) -> dict[str, Any]:
    """What every metric carries; an import has no more to say than names and descriptions."""
    return {
        "name": name,
        "label": same_text(label or name),
        "description": same_text(" ".join((description or name).split())),
        "synonyms": Words(),
        "ambiguous_terms": Words(),
        "facets": {},
        "unit": "count",
        "additivity": "non_additive",
        "good_direction": "neutral",
        "owner": "imported",
        "status": "certified",
        "version": 1,
        "place": place,
    }


def problem_of(what: str, where: str) -> DefinitionError:
    """A definition that cannot be read, by name and place."""
    message = Text(zh=f"不支持：{what}。", en=f"Not supported: {what}.")
    return DefinitionError([Issue(code="metricflow_not_supported", message=message, where=where)])
