"""One metric of a definition file → the metric of the model: texts become trees, spans and inputs.

Part of `merging`'s pass, which knows files and folders; this module knows the kinds of metrics.
What can only be judged over the whole model stands in `validation` and `metric_rules`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, assert_never

from semantic_layer.issues import DefinitionError, Issue, Text
from semantic_layer.loading.definition_files import (
    ConversionEntry,
    CumulativeEntry,
    DerivedEntry,
    InputEntry,
    MetricEntry,
    RatioEntry,
    RowsEntry,
    SemiAdditiveEntry,
    SimpleEntry,
    WordsEntry,
)
from semantic_layer.loading.fragments import parse_condition, parse_formula, parse_fragment
from semantic_layer.loading.spans import parse_span
from semantic_layer.model import (
    ConversionMetric,
    CumulativeMetric,
    DerivedMetric,
    Metric,
    MetricInput,
    Percentile,
    Place,
    RatioMetric,
    SemiAdditive,
    SimpleMetric,
    Span,
    Words,
)
from semantic_layer.query import Grain

PlaceOf = Callable[..., Place]

_COUNTS = ("count", "count_distinct")  # of nothing, they are 0


def metric_of(entry: MetricEntry, dataset: str, place: PlaceOf) -> Metric:
    """The metric of an entry; `place` tells the line of a key of it.

    Raises:
        DefinitionError: a fragment is not SQL, a span no span, or an input is named twice.
    """
    governed = _governed(entry, place())
    match entry:
        case SimpleEntry():
            return _simple(entry, dataset, governed, place)
        case RatioEntry():
            return RatioMetric(
                **governed,
                numerator=_input(entry.numerator, "numerator", place),
                denominator=_input(entry.denominator, "denominator", place),
                where=entry.where,
            )
        case DerivedEntry():
            return _derived(entry, governed, place)
        case CumulativeEntry():
            return _cumulative(entry, governed, place)
        case ConversionEntry():
            return ConversionMetric(
                **governed,
                base=_rows(entry.base),
                conversion=_rows(entry.conversion),
                entity=entry.entity,
                window=_span(entry.window, place("window")),
                constants=tuple((one.base, one.conversion) for one in entry.constant_properties),
                calculation=entry.calculation,
                before_filters=True,
                where=entry.where,
            )
        case _:
            assert_never(entry)


def words_of(entry: WordsEntry) -> Words:
    """Other words for a name."""
    return Words(zh=entry.zh, en=entry.en)


def _simple(
    entry: SimpleEntry, dataset: str, governed: dict[str, Any], place: PlaceOf
) -> SimpleMetric:
    percentile = entry.percentile
    return SimpleMetric(
        **governed,
        dataset=dataset,
        agg=entry.agg,
        expr=parse_fragment(entry.expr, place("expr")),
        filter=parse_condition(entry.filter, place("filter")) if entry.filter else None,
        where=entry.where,
        agg_time_dimension=entry.agg_time_dimension,
        substitute_for=entry.substitute_for,
        percentile=Percentile(percentile.fraction, percentile.discrete) if percentile else None,
        semi_additive=_level(entry.semi_additive) if entry.semi_additive else None,
        quiet_periods=entry.quiet_periods,
        fill=_fill(entry),
    )


def _fill(entry: SimpleEntry) -> int | None:
    if "fill_nulls_with" in entry.model_fields_set:
        return entry.fill_nulls_with
    counts = entry.additivity == "additive" or entry.agg in _COUNTS
    return 0 if counts and entry.semi_additive is None else None


def _level(entry: SemiAdditiveEntry) -> SemiAdditive:
    is_first = entry.choice in ("first", "min")
    choice: Literal["min", "max"] = "min" if is_first else "max"
    return SemiAdditive(entry.dimension, choice, entry.groupings, before_filters=True)


def _derived(entry: DerivedEntry, governed: dict[str, Any], place: PlaceOf) -> DerivedMetric:
    inputs = tuple(_input(one, "inputs", place, number) for number, one in enumerate(entry.inputs))
    names = [one.name for one in inputs]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise DefinitionError([_input_twice(name, place("inputs", number))])
    return DerivedMetric(
        **governed,
        formula=parse_formula(entry.expr, names, place("expr")),
        inputs=inputs,
        where=entry.where,
    )


def _cumulative(
    entry: CumulativeEntry, governed: dict[str, Any], place: PlaceOf
) -> CumulativeMetric:
    if entry.window and entry.to_date:
        raise DefinitionError([_window_and_to_date(place("to_date"))])
    return CumulativeMetric(
        **governed,
        input=_rows(entry.input),
        window=_span(entry.window, place("window")),
        to_date=_unit(entry.to_date) if entry.to_date else None,
        period_agg=entry.period_agg,
        where=entry.where,
    )


def _unit(name: str) -> Grain | str:
    return Grain(name) if name in Grain.__members__ else name


def _input(entry: InputEntry, key: str, place: PlaceOf, *number: int) -> MetricInput:
    return MetricInput(
        metric=entry.metric,
        alias=entry.alias,
        where=entry.where,
        offset=_span(entry.offset, place(key, *number, "offset")),
        to_grain=entry.to_grain,
        keeps_rows=True,
    )


def _rows(entry: RowsEntry) -> MetricInput:
    return MetricInput(entry.metric, where=entry.where)


def _span(text: str | None, place: Place) -> Span | None:
    return parse_span(text, place) if text else None


def _governed(entry: MetricEntry, place: Place) -> dict[str, Any]:
    """The fields that every kind of metric has."""
    return {
        "name": entry.name,
        "label": entry.label,
        "description": entry.description,
        "synonyms": words_of(entry.synonyms),
        "ambiguous_terms": words_of(entry.ambiguous_terms),
        "facets": entry.facets,
        "unit": entry.unit,
        "additivity": entry.additivity,
        "good_direction": entry.good_direction,
        "owner": entry.owner,
        "status": entry.status,
        "version": entry.version,
        "place": place,
    }


def _input_twice(name: str, place: Place) -> Issue:
    return Issue(
        code="input_twice",
        message=Text(
            zh=f"两个输入都叫 {name!r}；请用 alias 给其中一个另起名字。",
            en=f"Two inputs are called {name!r}; give one of them another name under alias.",
        ),
        where=str(place),
    )


def _window_and_to_date(place: Place) -> Issue:
    return Issue(
        code="window_and_to_date",
        message=Text(
            zh="window 和 to_date 不能同时写；滚动窗口用 window，期初至今用 to_date。",
            en="window and to_date cannot both be given; use window for a trailing stretch, "
            "to_date for the time since the start of a unit.",
        ),
        where=str(place),
    )
