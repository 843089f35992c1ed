"""Request to SQL against MetricFlow's `explain`: budget, a ratio ≥ 4, median and p95.

The same requests on the same manifests, each new to both sides, and the sides take turns, request
by request, in processes that are warm. Both sides read the request, too. MetricFlow is not a
dependency: `make metricflow` installs it into an environment of its own and runs this; the
manifests are in the folder that `KOUJING_SHARED_DATA` names.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.metricflow_requests import Request, drawn_requests, given_requests
from bench.report import percentile_95, side_by_side
from semantic_layer import (
    Catalog,
    DateRange,
    SemanticModel,
    SourceTable,
    compile_query,
    plan,
    resolve,
)
from semantic_layer.compiler import compile_extremes
from semantic_layer.interchange.metricflow import load_metricflow, saved_queries
from semantic_layer.interchange.metricflow_entries import SavedQueryParams
from semantic_layer.interchange.metricflow_requests import asks_for_extremes, read_request
from semantic_layer.issues import IssuesError

PYTHON = Path(".venv-metricflow/bin/python")
TODAY = date(2026, 1, 1)
WARM_UP = 30
REQUESTS = {
    "simple_manifest": 500,
    "scd_manifest": 150,
    "extended_date_manifest": 100,
    "multi_hop_join_manifest": 60,
    "partitioned_multi_hop_join_manifest": 60,
}

Ask = Callable[[Request], float | None]
"""Milliseconds from a request to its SQL; None if it is refused."""


@dataclass
class Times:
    """Milliseconds of the requests that both sides compile, and what a side refused."""

    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    def add(self, other: Times) -> None:
        """Take the times of another round in."""
        self.ours += other.ours
        self.theirs += other.theirs
        self.refused += other.refused


def main() -> None:
    """Print both sides' spread for each manifest, and over all of them."""
    data = Path(os.environ["KOUJING_SHARED_DATA"]) / "metricflow"
    python = Path(sys.argv[1]) if len(sys.argv) > 1 else PYTHON
    catalog = _catalog(data / "tables")
    cases = given_requests(data / "cases" / "cases.jsonl")
    given, drawn = Times(), Times()
    with _peer(python) as process:
        for name, count in REQUESTS.items():
            folder = data / "manifests" / name
            model = load_metricflow(folder, folder.parent / "shared")
            saved = saved_queries(folder)
            ours = partial(_compile, model=model, saved=saved, catalog=catalog)
            theirs = partial(_ask_peer, process, folder)
            requests = [*drawn_requests(model, count + WARM_UP, seed=618)]
            _turns(requests[:WARM_UP], ours, theirs)
            given.add(_turns(cases[name], ours, theirs))
            times = _turns(requests[WARM_UP:], ours, theirs)
            _report(name, times)
            drawn.add(times)
        assert process.stdin is not None
        process.stdin.close()
    _report("all that were drawn", drawn)
    _report("MetricFlow's own cases", given)


def _turns(requests: Iterable[Request], ours: Ask, theirs: Ask) -> Times:
    times = Times()
    for request in requests:
        their_time, our_time = theirs(request), ours(request)
        if our_time is None:
            times.refused["koujing"] += 1
        if their_time is None:
            times.refused["MetricFlow"] += 1
        if our_time is not None and their_time is not None:
            times.ours.append(our_time)
            times.theirs.append(their_time)
    return times


def _compile(
    request: Request,
    model: SemanticModel,
    saved: Mapping[str, SavedQueryParams],
    catalog: Catalog,
) -> float | None:
    started = perf_counter()
    write = compile_extremes if asks_for_extremes(request) else compile_query
    try:
        query = read_request(request, model, saved)
        write(plan(resolve(query, model, catalog, TODAY)))
    except IssuesError:
        return None
    return (perf_counter() - started) * 1000


def _peer(python: Path) -> subprocess.Popen[str]:
    script = Path(__file__).with_name("metricflow_peer.py")
    return subprocess.Popen(
        [python, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _ask_peer(process: subprocess.Popen[str], folder: Path, request: Request) -> float | None:
    assert process.stdin is not None
    assert process.stdout is not None
    print(json.dumps({"folder": str(folder), "request": request}), file=process.stdin, flush=True)
    reply: dict[str, float] = json.loads(process.stdout.readline())
    return reply.get("milliseconds")


def _catalog(tables: Path) -> Catalog:
    always = (DateRange(date.min, date.max),)
    found = {}
    for path in sorted(tables.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            columns = next(csv.reader(file))
        found[f"source.{path.stem}"] = SourceTable(
            dict.fromkeys(columns, "VARCHAR"), dict.fromkeys(columns, always)
        )
    return Catalog(found)


def _report(title: str, times: Times) -> None:
    side_by_side(title, times.ours, times.theirs, "MetricFlow")
    at_median = median(times.theirs) / median(times.ours)
    at_p95 = percentile_95(times.theirs) / percentile_95(times.ours)
    refused = ", ".join(f"{side} {count}" for side, count in times.refused.items()) or "none"
    print(f"  faster by {at_median:.1f} at the median, {at_p95:.1f} at p95; refused: {refused}")


if __name__ == "__main__":
    main()
