"""What the loaded days leave open: windows without data, values without history, and notices.

Part of `resolver`. A refusal here means that no number would be right; a notice is printed with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from semantic_layer.catalog import Catalog, DateRange, intersect_all, missing_days
from semantic_layer.final_steps.finishing_messages import running_start_not_loaded
from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel, SimpleMetric
from semantic_layer.planning.series import Series
from semantic_layer.resolving import comparison_messages
from semantic_layer.resolving import coverage_messages as messages
from semantic_layer.resolving.availability import columns_of, time_dimension
from semantic_layer.resolving.comparisons import Baseline
from semantic_layer.resolving.known_days import known_days, merge, rows_as_of_end

Covered = Mapping[str, tuple[DateRange, ...]]


def outside_data(
    model: SemanticModel,
    rows: Collection[Series],
    at_end: Collection[Series],
    catalog: Catalog,
    window: DateRange | None,
    covered: Covered,
    today: date,
) -> Iterator[Issue]:
    """Series without a value in the window, or with one that would be too small.

    `at_end` are the running values that are asked for at the end of the window only.
    """
    for one in rows:
        loaded = covered[one.metric.name]
        if window is not None and not one.shifts and not intersect_all(loaded, (window,)):
            yield messages.no_data_in_window(one.metric, window, loaded)
        elif one in at_end:
            if rows_as_of_end(one, loaded, window, today) is None:
                yield messages.history_not_loaded(one.metric, known_days(one, loaded))
        elif one.moves:
            known = known_days(one, loaded)
            if not (known if window is None else intersect_all(known, (window,))):
                yield messages.history_not_loaded(one.metric, known)
        else:
            yield from _partly_loaded(model, one.metric, catalog, window, loaded)


def _partly_loaded(
    model: SemanticModel,
    metric: SimpleMetric,
    catalog: Catalog,
    window: DateRange | None,
    covered: tuple[DateRange, ...],
) -> Iterator[Issue]:
    source = catalog.tables[model.datasets[metric.dataset].source]
    dated = source.coverage[columns_of(time_dimension(model, metric).expr)[0]]
    if window is not None:
        dated, covered = intersect_all(dated, (window,)), intersect_all(covered, (window,))
    if sum(part.days for part in merge(dated)) > sum(part.days for part in merge(covered)):
        yield messages.column_partly_loaded(metric, covered)


def coverage_notices(
    window: DateRange | None,
    covered: Covered,
    model: SemanticModel,
) -> Iterator[Issue]:
    """What of the asked days is not loaded, said once where it holds for every metric."""
    if window is None:
        return
    gaps: dict[DateRange, list[str]] = {}
    for name, days in covered.items():
        for gap in missing_days(window, days):
            gaps.setdefault(gap, []).append(name)
    for gap, names in sorted(gaps.items()):
        concerned = () if len(names) == len(covered) else [model.metrics[name] for name in names]
        loaded = covered[names[0]]
        if gap.start >= loaded[-1].end:
            yield messages.data_end_early(loaded[-1].last_day, window, concerned)
        elif gap.end <= loaded[0].start:
            yield messages.data_start_late(loaded[0].start, window, concerned)
        else:
            yield messages.days_missing(gap, concerned)


def base_notices(baseline: Baseline | None, covered: Covered) -> Iterator[Issue]:
    """What of the other side of a comparison is not loaded."""
    if baseline is None:
        return
    bases = {name: baseline.by_metric.get(name, baseline.days) for name in covered}
    short = (bases[name] for name, days in covered.items() if missing_days(bases[name], days))
    told = comparison_messages.base_short if baseline.alignment else comparison_messages.no_base
    yield from map(told, dict.fromkeys(short))


def running_starts(
    rows: Collection[Series], window: DateRange | None, covered: Covered
) -> Iterator[Issue]:
    """Totals that run from the first asked day, where that lies before the data."""
    for one in rows:
        since = one.accumulation.since if one.accumulation else None
        loaded = merge(covered[one.metric.name])
        within = loaded if window is None else intersect_all(loaded, (window,))
        if since is not None and within and within[0].start > since:
            yield running_start_not_loaded(
                one.metric, since.isoformat(), within[0].start.isoformat()
            )


def history_notices(
    rows: Collection[Series], window: DateRange | None, covered: Covered
) -> Iterator[Issue]:
    """Days that are loaded, but without the earlier days that a running or earlier value needs."""
    for one in rows:
        loaded = merge(covered[one.metric.name])
        asked = loaded if window is None else intersect_all(loaded, (window,))
        known = intersect_all(known_days(one, loaded), asked)
        if one.moves and merge(known) != merge(asked):
            yield messages.history_short(one.metric, known)


def running_notices(
    at_end: Collection[Series], window: DateRange | None, covered: Covered, today: date
) -> Iterator[Issue]:
    """The days that a running value at the end of the window holds: not those that were asked."""
    for one in at_end:
        rows = rows_as_of_end(one, covered[one.metric.name], window, today)
        if rows is not None:
            yield messages.running_value_at(one.metric, rows)
