"""What no chart may be: read off requests and finished specs, without the product's own laws."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any

from assistant.answer import Cell, Chart
from assistant.charts import ChartRequest

Spec = dict[str, Any]

LENGTHS = ("bar", "area", "arc")
CURVED = ("log", "symlog", "pow", "sqrt")
FETCHING = {"url", "href", "loader", "usermeta", "projection", "lookup"}
REST = re.compile(r"其他（[\d,]+ 项）|Others \([\d,]+\)")
CHANNELS = (("x", "x2", "yOffset"), ("y", "y2", "xOffset"))


def problems(asked: ChartRequest, charts: Sequence[Chart]) -> list[str]:
    """Each way in which what is offered lies, or would fetch or run something."""
    found = [*_offer(charts)]
    for chart in charts:
        if not chart.why.strip():
            found.append("no reason")
        if chart.spec is not None:
            found += [f"{chart.type}: {problem}" for problem in _drawn(asked, chart)]
    return found


def _offer(charts: Sequence[Chart]) -> Iterator[str]:
    kinds = [chart.type for chart in charts]
    if kinds.count("table") != 1 or len(set(kinds)) != len(kinds) or len(kinds) > 4:
        yield f"offers {kinds}"


def _drawn(asked: ChartRequest, chart: Chart) -> Iterator[str]:
    spec = chart.spec
    assert spec is not None
    try:
        json.dumps(spec, allow_nan=False)
    except ValueError:
        yield "no JSON"
    if not str(spec.get("description", "")).strip():
        yield "no alternative text"
    if not str(spec.get("title", {}).get("text", "")).strip():
        yield "no title"
    for node in _objects(spec):
        if FETCHING & set(node):
            yield f"may fetch: {sorted(FETCHING & set(node))}"
        if isinstance(scale := node.get("scale"), dict) and scale.get("type") in CURVED:
            yield "curved scale"
    for mark, encoding in _views(spec, {}):
        yield from _cropped(mark, encoding)
    yield from _added_up(asked, spec)


def _added_up(asked: ChartRequest, spec: Spec) -> Iterator[str]:
    sums, views = _sums(asked), list(_views(spec, {}))
    if any(_is_stacked(mark, encoding) for mark, encoding in views) and not sums:
        yield "stacks what does not add up"
    if any(map(REST.fullmatch, _strings(spec))) and not sums and not _has_rest(asked):
        yield "adds up a rest"
    if any(mark == "arc" for mark, _ in views) and not (sums and _is_whole(asked)):
        yield "cuts up what is no whole"


def _sums(asked: ChartRequest) -> bool:
    """Whether every measure may be added up, and none is negative."""
    metrics = [(i, c) for i, c in enumerate(asked.columns) if c.role == "metric"]
    additive = all(asked.additivity.get(c.name) == "additive" for _, c in metrics)
    ratio = any(c.unit in ("ratio", "points") for _, c in metrics)
    negative = any(_is_number(row[i]) and row[i] < 0 for i, _ in metrics for row in asked.rows)  # type: ignore[operator]
    return additive and not ratio and not negative


def _is_whole(asked: ChartRequest) -> bool:
    places = [i for i, c in enumerate(asked.columns) if c.role == "metric"]
    return asked.complete and all(_is_number(row[i]) for row in asked.rows for i in places)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and isfinite(cell)


def _has_rest(asked: ChartRequest) -> bool:
    """Whether a member of the data is itself called so."""
    return any(REST.search(str(cell)) for row in asked.rows for cell in row)


def _is_stacked(mark: str, encoding: Spec) -> bool:
    if mark == "arc":
        return True
    if mark not in LENGTHS:
        return False
    for axis, other_end, offset in CHANNELS:
        channel = encoding.get(axis) or {}
        if channel.get("type") != "quantitative" or encoding.get(other_end):
            continue
        if channel.get("stack", "unset") in (None, False):
            continue
        coloured = "field" in (encoding.get("color") or {})
        if "stack" in channel or (coloured and offset not in encoding):
            return True
    return False


def _cropped(mark: str, encoding: Spec) -> Iterator[str]:
    for axis, other_end, _ in CHANNELS:
        channel = encoding.get(axis) or {}
        plain = channel.get("type") == "quantitative" and not encoding.get(other_end)
        if mark in LENGTHS and plain and not channel.get("bin"):
            scale = channel.get("scale") or {}
            if scale.get("zero") is not True or _starts_elsewhere(scale.get("domain")):
                yield f"{mark} along a cropped {axis}"


def _starts_elsewhere(domain: object) -> bool:
    return isinstance(domain, list) and not min(domain) <= 0 <= max(domain)


def _views(node: Spec, outer: Spec) -> Iterator[tuple[str, Spec]]:
    encoding = {**outer, **node.get("encoding", {})}
    for part in ("layer", "hconcat", "vconcat", "concat"):
        for child in node.get(part, ()):
            yield from _views(child, encoding)
    if "spec" in node:
        yield from _views(node["spec"], encoding)
    if "mark" in node:
        mark = node["mark"]
        yield (mark if isinstance(mark, str) else mark["type"]), encoding


def _objects(node: Any) -> Iterator[Spec]:
    """Every object of a spec but the rows of its data."""
    if isinstance(node, dict):
        yield node
        for key, child in node.items():
            if key != "values":
                yield from _objects(child)
    elif isinstance(node, list):
        for child in node:
            yield from _objects(child)


def _strings(node: Any) -> Iterator[str]:
    """Every text of a spec, its data included."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _strings(child)
