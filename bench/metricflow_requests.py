"""Requests in MetricFlow's form: its own test cases, and others drawn by chance from a seed.

Metrics, dimensions that all of them reach by the same way, filters and periods are drawn. No two
requests are alike, and nothing is compiled to find out whether one works: it must be new to both.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from semantic_layer import SemanticModel
from semantic_layer.interchange.metricflow import MEASURE_PREFIX
from semantic_layer.resolving.joins import reachable_dimensions, ways_to

Request = dict[str, Any]

_TIMES = (
    "metric_time",
    "metric_time__day",
    "metric_time__week",
    "metric_time__month",
    "metric_time__quarter",
    "metric_time__year",
)
_CONDITIONS = (
    "{} IS NOT NULL",
    "{} = 'a value'",
    "NOT {} = 'a value'",
    "{} IN ('a value', 'another')",
    "({} = 'a value' OR {} IS NULL)",
)
_PERIODS = (
    ("2019-12-20", "2020-01-15"),
    ("2020-01-01", "2020-01-31"),
    ("2020-01-01", "2020-12-31"),
)


_MANIFESTS = {
    "SIMPLE_MODEL": "simple_manifest",
    "EXTENDED_DATE_MODEL": "extended_date_manifest",
    "UNPARTITIONED_MULTI_HOP_JOIN_MODEL": "multi_hop_join_manifest",
    "PARTITIONED_MULTI_HOP_JOIN_MODEL": "partitioned_multi_hop_join_manifest",
    "SCD_MODEL": "scd_manifest",
}
_KEYS = (
    *("metrics", "group_bys", "group_by_objs", "where_filter", "time_constraint", "order_bys"),
    *("limit", "min_max_only", "saved_query_name"),
)


def given_requests(cases: Path) -> dict[str, list[Request]]:
    """The requests of MetricFlow's own integration tests, by manifest."""
    found: dict[str, list[Request]] = defaultdict(list)
    for line in cases.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        request = {key: case[key] for key in _KEYS if case.get(key)}
        if "where_filter_rendered" in case:
            request["where_filter"] = case["where_filter_rendered"]
        found[_MANIFESTS[case["model"]]].append(request)
    return found


def drawn_requests(model: SemanticModel, count: int, seed: int) -> Iterator[Request]:
    """`count` different requests, or as many as the model has."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    metrics = [name for name in model.metrics if not name.startswith(MEASURE_PREFIX)]
    reached = {name: _dimensions_of(model, name) for name in metrics}
    seen: set[str] = set()
    for _ in range(20 * count):
        if len(seen) == count:
            return
        chosen = chance.sample(metrics, min(len(metrics), chance.choice((1, 1, 2, 2, 3))))
        shared = set.intersection(*(reached[name] for name in chosen))
        request = _request(model, chosen, sorted(shared), chance)
        text = json.dumps(request, sort_keys=True)
        if text not in seen:
            seen.add(text)
            yield request


def _dimensions_of(model: SemanticModel, metric: str) -> set[str]:
    """The dimensions that a metric reaches, by names that say every entity on the way."""
    datasets = {simple.dataset for simple in model.simple_metrics_of(metric)}
    return set.intersection(
        *(
            {_full_name(model, dataset, name) for name in reachable_dimensions(model, dataset)}
            for dataset in datasets
        )
    )


def _full_name(model: SemanticModel, dataset: str, dimension: str) -> str:
    path = ways_to(model, dataset, dimension)[0].path
    if not path:
        return dimension
    return "__".join((*(join.left_entity.name for join in path), dimension.rpartition("__")[2]))


def _request(
    model: SemanticModel, metrics: list[str], dimensions: Sequence[str], chance: random.Random
) -> Request:
    request: Request = {"metrics": metrics}
    groups = [chance.choice(_TIMES)] if chance.random() < 0.6 else []
    for name in _some(dimensions, (0, 0, 1, 1, 2), chance):
        by_month = _is_time(model, name) and chance.random() < 0.5
        groups.append(f"{name}__month" if by_month else name)
    if groups:
        request["group_bys"] = groups
    conditions = [
        _condition(model, name, chance) for name in _some(dimensions, (0, 0, 1, 1, 2), chance)
    ]
    if chance.random() < 0.15:
        conditions.append("{{ TimeDimension('metric_time', 'day') }} >= '2019-12-15'")
    if conditions:
        request["where_filter"] = " AND ".join(conditions)
    if chance.random() < 0.2:
        request["time_constraint"] = list(chance.choice(_PERIODS))
    if groups and chance.random() < 0.15:
        request |= {"order_bys": [f"-{metrics[0]}", *groups], "limit": chance.choice((5, 100))}
    return request


def _condition(model: SemanticModel, name: str, chance: random.Random) -> str:
    found = model.find_dimension(name)
    is_entity = found is not None and "__" not in found[1].name
    *above, local = name.rsplit("__", 1 if is_entity else 2)
    path = above[0].split("__") if len(above) == (1 if is_entity else 2) else []
    own = local if is_entity else "__".join((*above[-1:], local))
    through = f", entity_path={path}" if path else ""
    if _is_time(model, name):
        grain, day = chance.choice(("day", "month")), chance.randrange(1, 29)
        return f"{{{{ TimeDimension('{own}', '{grain}'{through}) }}}} >= '2020-01-{day:02}'"
    call = "Entity" if is_entity else "Dimension"
    reference = f"{{{{ {call}('{own}'{through}) }}}}"
    return chance.choice(_CONDITIONS).replace("{}", reference)


def _is_time(model: SemanticModel, name: str) -> bool:
    found = model.find_dimension(name)
    return found is not None and found[1].type == "time"


def _some(names: Sequence[str], counts: Sequence[int], chance: random.Random) -> list[str]:
    return chance.sample(names, min(len(names), chance.choice(counts)))
