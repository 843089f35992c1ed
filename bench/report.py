"""Figures of a benchmark: medians, 95th percentiles and the ratio to the alternative."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median, quantiles
from time import perf_counter


def milliseconds(run: Callable[[], object]) -> float:
    """Wall time of one run."""
    started = perf_counter()
    run()
    return (perf_counter() - started) * 1000


def percentile_95(times: Sequence[float]) -> float:
    """The time that one run in twenty exceeds."""
    return quantiles(times, n=20)[-1]


def spread(times: Sequence[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    return f"p50 {median(times):8.2f} ms   p95 {percentile_95(times):8.2f} ms   n {len(times)}"


def side_by_side(title: str, ours: Sequence[float], other: Sequence[float], name: str) -> None:
    """Two series from the same run, and the ratio of their medians."""
    print(f"{title}\n  koujing    {spread(ours)}\n  {name:10} {spread(other)}")
    print(f"  ratio of medians {median(ours) / median(other):.2f}")
