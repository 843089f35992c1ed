"""The parts of MetricFlow's entries: dimensions, inputs, spans, filters, and what metrics share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlglot
from sqlglot import exp

from semantic_layer.interchange.metricflow_filters import read_filter
from semantic_layer.issues import DefinitionError, Issue, Text
from semantic_layer.model import Dataset, Dimension, MetricInput, Place, Span, Validity, Words
from semantic_layer.query import And, Filter, Grain

SOURCE_SCHEMA = "source"
Entry = Mapping[str, Any]


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


def dimension_of(dataset: str, qualifier: str | None, entry: Entry, place: Place) -> Dimension:
    """A dimension under its qualified name."""
    parameters = entry.get("type_params") or {}
    is_time = entry["type"].lower() == "time"
    plain = plain_dimension(
        dataset,
        f"{qualifier}__{entry['name']}",
        fragment_of(str(entry.get("expr") or entry["name"])),
        place,
    )
    return replace(
        plain,
        type="time" if is_time else "categorical",
        grain=Grain(parameters.get("time_granularity", "day").lower()) if is_time else None,
        is_partition=bool(entry.get("is_partition")),
    )


def plain_dimension(dataset: str, name: str, expr: exp.Expr, place: Place) -> Dimension:
    """A categorical dimension with nothing but a name and an expression."""
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


def validity_of(entries: Sequence[Entry]) -> Validity | None:
    """The window in which a row of a slowly changing table holds, if two dimensions mark it."""
    limits = {}
    for entry in entries:
        validity = (entry.get("type_params") or {}).get("validity_params") or {}
        for side in ("is_start", "is_end"):
            if validity.get(side):
                limits[side] = fragment_of(str(entry.get("expr") or entry["name"]))
    return Validity(limits["is_start"], limits["is_end"]) if len(limits) == 2 else None


def input_of(reference: str | Entry, place: Place) -> MetricInput:
    """A metric as another one uses it: a name, or an entry with alias, filter and offset."""
    entry: Entry = {"name": reference} if isinstance(reference, str) else reference
    offset, to_grain = entry.get("offset_window"), entry.get("offset_to_grain")
    return MetricInput(
        metric=entry["name"],
        alias=entry.get("alias"),
        where=filter_of(entry.get("filter"), place),
        offset=span_of(offset) if offset else None,
        to_grain=Grain(to_grain) if to_grain else None,
    )


def filter_of(value: str | Sequence[str] | None, place: Place) -> Filter | None:
    """One filter text, or several that must all hold."""
    if not value:
        return None
    texts = [value] if isinstance(value, str) else value
    parts = tuple(read_filter(text, str(place)) for text in texts)
    return parts[0] if len(parts) == 1 else And(parts=parts)


def both_of(one: Filter | None, other: Filter | None) -> Filter | None:
    """A filter that holds where both do."""
    if one is None or other is None:
        return one or other
    return And(parts=(one, other))


def span_of(text: str) -> Span:
    """ "14 days" as a span."""
    count, unit = str(text).split()
    return Span(int(count), unit_of(unit))


def unit_of(text: str) -> Grain | str:
    """A unit of time in the singular; one of the model's own as it is."""
    singular = text.lower().removesuffix("s")
    return Grain(singular) if singular in Grain.__members__ else text


def fragment_of(text: str) -> exp.Expr:
    """A SQL expression over a table's own columns."""
    return sqlglot.parse_one(text, dialect="duckdb")


def source_of(relation: Entry) -> str:
    """The table of a node relation, in the schema of source tables."""
    return f"{SOURCE_SCHEMA}.{relation['alias']}"


def same_text(text: str) -> Text:
    """A name that is the same in both languages."""
    return Text(zh=text, en=text)


def governed_of(name: str, entry: Entry, place: Place) -> dict[str, Any]:
    """What every metric carries; an import has no more to say than names and descriptions."""
    description = " ".join(str(entry.get("description") or name).split())
    return {
        "name": name,
        "label": same_text(str(entry.get("label") or name)),
        "description": same_text(description),
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


def problem_of(code: str, what: str, where: str) -> DefinitionError:
    """A definition that cannot be read, by name and place."""
    message = Text(zh=f"{what} 不受支持。", en=f"{what} is not supported.")
    return DefinitionError([Issue(code=code, message=message, where=where)])
