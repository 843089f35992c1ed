"""The other side of a comparison: another window, or for each period its own counterpart.

A period has a base only if every day of that base is loaded; a part of a base is none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from semantic_layer import SemanticQuery
from semantic_layer.model import CumulativeMetric
from semantic_layer.query import Comparison, CustomComparison, Grain, PresetTime
from tests.semantic_layer.reference.days import (
    DAY,
    Days,
    compared,
    listed,
    months_later,
    period,
    window,
)
from tests.semantic_layer.reference.series import (
    Asked,
    Leaf,
    Values,
    aggregated,
    first_day,
    rows_behind,
    values_of,
)
from tests.semantic_layer.reference.shop import Seen, rows_of

Forward = Callable[[date], date | None]
_FAR = 800 * DAY
_SHORT = (Grain.day, Grain.week)


def base_values(query: SemanticQuery, asked: Asked, leaves: dict[str, Leaf]) -> dict[str, Values]:
    """The values of each leaf that has a base."""
    if query.compare is None:
        return {}
    grains = [group.grain for group in query.group_by if isinstance(group.grain, Grain)]
    if not grains:
        bases = {name: _other_window(query, asked, leaf) for name, leaf in leaves.items()}
        return {name: values for name, values in bases.items() if values is not None}
    finest = min(grains, key=list(Grain).index)
    forward, outside = _forward(query, asked, grains, finest), _outside(query, asked)
    return {
        name: _counterparts(asked, leaf, _pairs(asked, leaf, forward), finest, outside)
        for name, leaf in leaves.items()
    }


def _pairs(asked: Asked, leaf: Leaf, forward: Forward) -> dict[date, date]:
    """Each day of the base, and the day that it is set against, of which the value is known."""
    known = set(values_of(asked, leaf).days)
    reach = listed(min(known) - _FAR, max(known) + _FAR)
    return {day: to for day in reach if (to := forward(day)) is not None and to in known}


def _other_window(query: SemanticQuery, asked: Asked, leaf: Leaf) -> Values | None:
    """The values in the other window; None unless all of its days are known."""
    assert query.time is not None
    assert query.compare is not None
    loaded = asked.shop.loaded(rows_behind(asked, leaf))
    days = compared(query.time, query.compare, asked.shop.today, loaded[-1])
    values = values_of(replace(asked, days=days), leaf)
    if isinstance(leaf, CumulativeMetric):
        return values.always_known() if values.days else None
    return values.always_known() if set(days) <= set(loaded) else None


def _counterparts(
    asked: Asked,
    leaf: Leaf,
    pairs: dict[date, date],
    finest: Grain,
    outside: Callable[[date], bool],
) -> Values:
    """Each row of the base counts in the period that it is set against."""
    rows = rows_behind(asked, leaf)
    loaded = asked.shop.loaded(rows)
    usable = {day for day in loaded if not outside(day)}
    if isinstance(leaf, CumulativeMetric):
        usable = {day for day in usable if first_day(leaf, day, loaded) in loaded}
    broken = {period(to, finest) for day, to in pairs.items() if day not in usable}
    kept = {day: to for day, to in pairs.items() if period(to, finest) not in broken}
    seen = rows_of(asked.shop, rows)
    if isinstance(leaf, CumulativeMetric):
        aligned = _running_rows(asked, leaf, seen, kept, loaded)
    else:
        own = [one for one in seen if one.day in kept]
        if leaf.semi_additive is not None:
            own = _last_days(asked, own, kept)
        aligned = [(one, _moved(one, kept[one.day])) for one in own]
    groups: dict[tuple[object, ...], list[Seen]] = {}
    for one, moved in aligned:
        if asked.keeps(one):
            groups.setdefault(asked.key(moved), []).append(one)
    known = frozenset(asked.periods_of(to) for to in kept.values())
    return Values(aggregated(groups), sorted(kept), known, rows.fill, asked)


def _running_rows(
    asked: Asked, leaf: CumulativeMetric, seen: list[Seen], kept: dict[date, date], loaded: Days
) -> list[tuple[Seen, Seen]]:
    """The rows up to the last base day of each period."""
    ends = {asked.periods_of(to): (day, to) for day, to in sorted(kept.items())}
    return [
        (one, replace(one, moment=to))
        for day, to in ends.values()
        for one in seen
        if first_day(leaf, day, loaded) <= one.day <= day
    ]


def _last_days(asked: Asked, rows: list[Seen], kept: dict[date, date]) -> list[Seen]:
    last: dict[tuple[object, ...], date] = {}
    for one in rows:
        shown = asked.periods_of(kept[one.day])
        last[shown] = max(one.day, last.get(shown, one.day))
    return [one for one in rows if one.day == last[asked.periods_of(kept[one.day])]]


def _moved(seen: Seen, to: date) -> Seen:
    if isinstance(seen.moment, datetime):
        return replace(seen, moment=datetime.combine(to, seen.moment.time()))
    return replace(seen, moment=to)


def _forward(query: SemanticQuery, asked: Asked, grains: list[Grain], finest: Grain) -> Forward:
    """From a day of the base to the asked day that it is set against; None where there is none."""
    is_exact = finest in _SHORT

    def by_months(months: int) -> Forward:
        def forward(day: date) -> date | None:
            to = months_later(day, months)
            return None if is_exact and to.day != day.day else to

        return forward

    def by_days(days: int) -> Forward:
        return lambda day: day + days * DAY

    match query.compare:
        case Comparison.prior_period:
            lengths = {Grain.month: 1, Grain.quarter: 3, Grain.year: 12}
            if finest in lengths:
                return by_months(lengths[finest])
            return by_days(7 if finest is Grain.week else 1)
        case Comparison.same_period_last_year:
            in_weeks = isinstance(query.time, PresetTime) and query.time.unit is Grain.week
            in_weeks |= getattr(query.time, "unit", None) is Grain.week
            by_weeks = Grain.week in grains or (in_weeks and finest is Grain.day)
            return by_days(364) if by_weeks else by_months(12)
        case Comparison.same_weekday:
            return by_days(7)
        case CustomComparison(time=time):
            other = window(time, asked.shop.today)
            assert other is not None
            assert asked.days is not None
            first, mine = other[0], asked.days[0]
            if first.day == mine.day == 1 and not is_exact:
                return by_months(12 * (mine.year - first.year) + mine.month - first.month)
            return by_days((mine - first).days)
        case _:
            raise AssertionError(f"teach the reference {query.compare}")


def _outside(query: SemanticQuery, asked: Asked) -> Callable[[date], bool]:
    """Whether a day belongs to no base: it lies outside of the window that was named."""
    if not isinstance(query.compare, CustomComparison):
        return lambda _: False
    other = set(window(query.compare.time, asked.shop.today) or ())
    return lambda day: day not in other
