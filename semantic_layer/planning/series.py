"""A metric → the series that must be computed, and the formula that makes the metric of them.

A `Series` is one simple metric as a query needs it: filtered, from another time, accumulated.
Ratios, formulas and nested metrics are trees over series; filters and offsets travel down the tree
to its leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, assert_never

from sqlglot import exp

from semantic_layer.model import (
    ConversionMetric,
    CumulativeMetric,
    DerivedMetric,
    MetricInput,
    RatioMetric,
    SemanticModel,
    SimpleMetric,
    Span,
)
from semantic_layer.query import Filter, Grain


@dataclass(frozen=True)
class Shift:
    """The value of another time: `back` that long ago, or at the start of the unit `start_of`.

    With `keeps_rows` each row counts once in periods that are longer than a moment. `of_formula`
    says that it moves what other metrics make together, which are then counted first.
    """

    back: Span | None = None
    start_of: Grain | None = None
    keeps_rows: bool = False
    of_formula: bool = False


@dataclass(frozen=True)
class Accumulation:
    """Which earlier moments count: a trailing window, since the start of a unit, or all of them.

    A window of `whole_units` holds the current unit so far and the ones before it. Without window
    and unit all moments count, or those from the day `since` on. `period_agg` says how a longer
    period sees it: "last" is the last moment that has rows behind it, "end" the last one there is.
    """

    window: Span | None
    to_date: Grain | str | None
    period_agg: Literal["first", "last", "average", "end"]
    whole_units: bool = False
    since: date | None = None


@dataclass(frozen=True)
class Series:
    """One simple metric to be computed. `shifts` are in the order of nesting, outermost first."""

    metric: SimpleMetric
    where: tuple[Filter, ...] = ()
    shifts: tuple[Shift, ...] = ()
    accumulation: Accumulation | None = None

    @property
    def moves(self) -> bool:
        """Whether rows count at other times than their own."""
        return bool(self.shifts) or self.accumulation is not None


@dataclass(frozen=True)
class Conversions:
    """The events of `converted` that follow one of `base`, counted at the time of the latter."""

    metric: ConversionMetric
    base: Series
    converted: Series


AnySeries = Series | Conversions


@dataclass(frozen=True)
class Leaf:
    """The value of one series."""

    series: AnySeries


@dataclass(frozen=True)
class Quotient:
    """One term over another, NULL where the latter is zero or NULL."""

    numerator: Term
    denominator: Term


@dataclass(frozen=True)
class Formula:
    """An expression whose columns are the names of `terms`."""

    expr: exp.Expr
    terms: Mapping[str, Term]


Term = Leaf | Quotient | Formula


def expand(
    model: SemanticModel,
    name: str,
    where: tuple[Filter, ...] = (),
    shifts: tuple[Shift, ...] = (),
) -> Term:
    """The term of a metric; `where` and `shifts` come from the metrics around it."""
    metric = model.metrics[name]
    own = (*where, metric.where) if metric.where else where

    def inner(used: MetricInput) -> Term:
        return expand(model, used.metric, _filters(own, used), _shifts(model, shifts, used))

    match metric:
        case SimpleMetric():
            return Leaf(Series(metric, own, shifts))
        case RatioMetric(numerator=numerator, denominator=denominator):
            return Quotient(inner(numerator), inner(denominator))
        case DerivedMetric(formula=formula, inputs=inputs):
            return Formula(formula, {used.name: inner(used) for used in inputs})
        case CumulativeMetric(input=used):
            accumulation = Accumulation(metric.window, metric.to_date, metric.period_agg)
            base = _simple(model, used)
            return Leaf(Series(base, _with_own(_filters(own, used), base), shifts, accumulation))
        case ConversionMetric(base=base_input, conversion=converted_input):
            base, converted = _simple(model, base_input), _simple(model, converted_input)
            base_series = Series(base, _with_own(_filters(own, base_input), base), shifts)
            converted_series = Series(
                converted, _with_own(_filters((), converted_input), converted)
            )
            found = Leaf(Conversions(metric, base_series, converted_series))
            if metric.calculation == "rate":
                return Quotient(found, Leaf(base_series))
            if not model.keeps_quiet_periods:
                return found
            # The base is not in the formula: it brings the keys at which nothing converted.
            terms = {"conversions": found, "base": Leaf(base_series)}
            return Formula(exp.column("conversions"), terms)
        case _:
            assert_never(metric)


def series_of(term: Term) -> Iterator[AnySeries]:
    """The series at the leaves of a term."""
    match term:
        case Leaf(series=series):
            yield series
        case Quotient(numerator=numerator, denominator=denominator):
            yield from series_of(numerator)
            yield from series_of(denominator)
        case Formula(terms=terms):
            for one in terms.values():
                yield from series_of(one)
        case _:
            assert_never(term)


def simple_series(series: AnySeries) -> tuple[Series, ...]:
    """The series of rows behind a series: itself, or both sides of a conversion."""
    return (series.base, series.converted) if isinstance(series, Conversions) else (series,)


def _simple(model: SemanticModel, used: MetricInput) -> SimpleMetric:
    metric = model.metrics[used.metric]
    assert isinstance(metric, SimpleMetric), "validation lets only simple metrics be accumulated"
    return metric


def _with_own(where: tuple[Filter, ...], metric: SimpleMetric) -> tuple[Filter, ...]:
    return (*where, metric.where) if metric.where else where


def _filters(where: tuple[Filter, ...], used: MetricInput) -> tuple[Filter, ...]:
    return (*where, used.where) if used.where else where


def _shifts(
    model: SemanticModel, shifts: tuple[Shift, ...], used: MetricInput
) -> tuple[Shift, ...]:
    if used.offset is None and used.to_grain is None:
        return shifts
    is_formula = isinstance(model.metrics[used.metric], RatioMetric | DerivedMetric)
    return (*shifts, Shift(used.offset, used.to_grain, used.keeps_rows, is_formula))
