"""Averages per period (日均、月均): the mean of a metric's values over the covered periods.

A query with `average_per` is two: the same numbers for each period (`Side.query`), and the mean of
those for each group. What adds up, and what is zero in a quiet period, is divided by the number of
covered periods, those without rows included; of anything else the periods that have a value count.
Each side of a comparison is averaged over its own periods. Between `resolver`, which resolves the
queries of the sides, and `planner`, which lays the means out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce

from semantic_layer.catalog import DateRange, intersect_all
from semantic_layer.final_steps import average_messages as messages
from semantic_layer.issues import Issue, QueryError
from semantic_layer.model import Metric, SemanticModel
from semantic_layer.planning.series import Leaf, Series, Term, series_of, simple_series
from semantic_layer.query import (
    METRIC_TIME,
    DatePart,
    Grain,
    GroupBy,
    RangeTime,
    SemanticQuery,
)
from semantic_layer.resolving.comparison_messages import no_base
from semantic_layer.resolving.comparisons import Baseline
from semantic_layer.resolving.counted_periods import (
    Key,
    can_tell_days,
    counted_days,
    cut_periods,
    periods_by_key,
    time_parts,
    whole_periods_of,
)
from semantic_layer.resolving.fields import Field, field_of, grouped_field
from semantic_layer.resolving.filters import fields_of
from semantic_layer.resolving.known_days import is_unbounded, known_days, merge
from semantic_layer.resolving.windows import Window, is_finer

Covered = Mapping[str, tuple[DateRange, ...]]

_UNITS = (Grain.day, Grain.week, Grain.month, Grain.quarter, Grain.year)
_HOLDS_WEEKS = (DatePart.dow, DatePart.day, DatePart.doy, DatePart.hour)


@dataclass(frozen=True)
class Mean:
    """How the values of one metric become a mean.

    With `counts` their sum is divided by the number of periods of the row's time columns, `keys`;
    without, the values that there are count. `zero` says that nothing at all is zero; values of
    periods outside `known`, if that is not None, are left out.
    """

    counts: Mapping[Key, int] | None
    keys: tuple[str, ...]
    zero: bool
    known: tuple[DateRange, ...] | None


@dataclass(frozen=True)
class Side:
    """The asked window, or the one that it is compared with: values by period, and their means."""

    query: SemanticQuery
    suffix: str
    means: Mapping[str, Mean]

    @property
    def period(self) -> str:
        """The column of the periods that the means are over."""
        return self.query.group_by[-1].column


def average_issues(
    query: SemanticQuery, model: SemanticModel, rows: Iterable[Series]
) -> Iterator[Issue]:
    """Why the asked averages cannot be told; names are known to exist."""
    if query.average_per is None:
        return
    if query.average_per not in _UNITS:
        yield messages.average_unit(_UNITS)
        return
    if query.running is not None:
        yield messages.average_with_running()
    if query.share_of is not None:
        yield messages.average_with_share()
    own = {part.metric.agg_time_dimension for part in rows}
    yield from _group_issues(query, model, own)
    yield from _condition_issues(query, model, own)
    for name in (name for part in rows for where in part.where for name in fields_of(where)):
        if field_of(name, model).name in (METRIC_TIME, *own):
            yield messages.average_time_condition(name)


def _condition_issues(query: SemanticQuery, model: SemanticModel, own: set[str]) -> Iterator[Issue]:
    """Conditions on time of which it cannot be said which days meet them."""
    for name in fields_of(query.where):
        if field_of(name, model).name in own:
            yield messages.average_other_time(name)
    for condition in time_parts(query.where, model):
        if not can_tell_days(condition, model):
            yield messages.average_time_condition(next(iter(fields_of(condition))))


def _group_issues(query: SemanticQuery, model: SemanticModel, own: set[str]) -> Iterator[Issue]:
    per = query.average_per
    assert per is not None, "asked for averages only"
    for group in query.group_by:
        field = grouped_field(group, model)
        if field.name in own:
            yield messages.average_other_time(group.name)
        elif field.name == METRIC_TIME:
            if field.part is None and query.compare is not None:
                yield messages.average_compared_periods()
            if not _holds_whole(field, per):
                yield messages.average_grain(per, group.column)


def _holds_whole(field: Field, per: Grain) -> bool:
    """Whether the rows of one period, averaged per `per`, all lie in one value of a column."""
    if field.part is not None:
        return per is not Grain.week or field.part in _HOLDS_WEEKS
    if not isinstance(field.grain, Grain) or not is_finer(per, field.grain):
        return False
    return per is not Grain.week


def sides_of(
    query: SemanticQuery,
    model: SemanticModel,
    terms: Mapping[str, Term],
    window: Window | None,
    baseline: Baseline | None,
    covered: Covered,
    today: date,
) -> tuple[Side, ...]:
    """The queries for the values by period, with what makes means of them; none without averages.

    Raises:
        QueryError: nobody knows how many periods there are.
    """
    if query.average_per is None:
        return ()
    known = {name: _known(term, covered, today) for name, term in terms.items()}
    asked = window.days if window else _hull(known)
    sides = [_side(query, model, terms, known, asked, "", tuple(terms))]
    by_days: dict[DateRange, list[str]] = {}
    for name in query.metrics if baseline else ():
        base = _base_of(terms[name], baseline)
        if base is not None and intersect_all(known[name], (base,)):
            by_days.setdefault(base, []).append(name)
    suffix = f"__{query.compared_as}"
    sides += [
        _side(query, model, terms, known, days, suffix, tuple(names))
        for days, names in by_days.items()
    ]
    return tuple(sides)


def average_notices(
    query: SemanticQuery,
    terms: Mapping[str, Term],
    window: Window | None,
    baseline: Baseline | None,
    covered: Covered,
    today: date,
) -> Iterator[Issue]:
    """Periods that are not whole, and bases of which some days are not loaded."""
    per = query.average_per
    if per is None:
        return
    known = merge(days for term in terms.values() for days in _known(term, covered, today))
    asked = known if window is None else intersect_all(known, (window.days,))
    cut = cut_periods(asked, per)
    if cut:
        yield messages.average_cut_periods(per, cut)
    for name in query.metrics if baseline else ():
        base = _base_of(terms[name], baseline)
        loaded = merge(intersect_all(_known(terms[name], covered, today), (base,))) if base else ()
        if base is not None and loaded != (base,):
            yield messages.average_base_short(base) if loaded else no_base(base)


def _side(
    query: SemanticQuery,
    model: SemanticModel,
    terms: Mapping[str, Term],
    known: Covered,
    days: DateRange,
    suffix: str,
    names: tuple[str, ...],
) -> Side:
    per = query.average_per
    assert per is not None, "asked for averages only"
    by_period = query.model_copy(
        update={
            "metrics": names,
            "group_by": (*query.group_by, GroupBy(name=METRIC_TIME, grain=per)),
            "time": RangeTime(start=days.start, end=days.end),
            **_LEFT_TO_THE_MEANS,
        }
    )
    means = {
        name: _mean(
            query,
            model,
            model.metrics[name],
            terms[name],
            intersect_all(known[name], (days,)),
            days,
        )
        for name in names
    }
    return Side(by_period, suffix, means)


_LEFT_TO_THE_MEANS = {
    "having": None,
    "compare": None,
    "average_per": None,
    "ranks": False,
    "order_by": (),
    "limit": None,
    "limit_within": (),
    "others": False,
}


def _mean(
    query: SemanticQuery,
    model: SemanticModel,
    metric: Metric,
    term: Term,
    known: tuple[DateRange, ...],
    asked: DateRange,
) -> Mean:
    per = query.average_per
    assert per is not None, "asked for averages only"
    periods = None if merge(known) == (asked,) else whole_periods_of(known, per)
    if not _counts_every_period(metric, term):
        return Mean(None, (), zero=False, known=periods)
    fields = {
        group.column: field
        for group in query.group_by
        if (field := grouped_field(group, model)).name == METRIC_TIME
        and field.part is not DatePart.hour
    }
    counted = counted_days(known, time_parts(query.where, model), model)
    counts = periods_by_key(counted, tuple(fields.values()), per)
    return Mean(counts, tuple(fields), zero=_is_zero_without_rows(term), known=periods)


def _counts_every_period(metric: Metric, term: Term) -> bool:
    """Whether a covered period without rows counts: the metric adds up, or is zero in it."""
    is_count = isinstance(term, Leaf) and _is_zero_without_rows(term)
    return metric.additivity == "additive" or is_count


def _is_zero_without_rows(term: Term) -> bool:
    return all(simple_series(one)[-1].metric.fill == 0 for one in series_of(term))


def _known(term: Term, covered: Covered, today: date) -> tuple[DateRange, ...]:
    """The days at which a term has its value; without any word of coverage those up to today."""
    parts = [part for one in series_of(term) for part in simple_series(one)]
    known = merge(
        reduce(
            intersect_all,
            (known_days(part, covered[part.metric.name]) for part in parts),
            (DateRange(date.min, date.max),),
        )
    )
    if len(known) == 1 and is_unbounded(known[0]):
        return (DateRange(date.min, today + timedelta(days=1)),)
    return known


def _hull(known: Covered) -> DateRange:
    """The first to the last known day of any metric."""
    days = merge(one for ranges in known.values() for one in ranges)
    if days and days[0].start == date.min:
        raise QueryError([messages.average_needs_time()])
    assert days, "the resolver refuses metrics without data"
    return DateRange(days[0].start, days[-1].end)


def _base_of(term: Term, baseline: Baseline | None) -> DateRange | None:
    """The days that a metric is compared with: those of all its parts."""
    assert baseline is not None, "only comparisons have a base"
    parts = [part.metric.name for one in series_of(term) for part in simple_series(one)]
    bases = [days for name in parts if (days := baseline.by_metric.get(name))]
    return min(bases, key=lambda one: one.end) if len(bases) == len(parts) else None
