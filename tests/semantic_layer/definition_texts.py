"""Small definition files to write and break: a dataset, entries in its form, their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from semantic_layer import DefinitionError, Issue
from semantic_layer.loader import load_model

DATASET = """\
dataset: orders
source: mart.orders
grain: one row per order
label: {zh: 订单, en: orders}
export_name: {zh: 订单导出, en: order export}
entities:
  - {name: order, type: primary, expr: order_key}
dimensions:
  - {name: created_at, type: time, grain: hour, label: {zh: 下单时间, en: order time}}
  - name: province
    type: categorical
    label: {zh: 省份, en: province}
    member_synonyms: {浙江省: [浙江, Zhejiang]}
metrics:
  - name: placed_orders
    type: simple
    agg: count
    expr: order_key
    agg_time_dimension: created_at
    label: {zh: 下单数, en: placed orders}
    description: {zh: 下单的订单数, en: orders placed}
    unit: count
    additivity: additive
    owner: data team
    status: certified
    version: 1
"""


def metric(name: str, **keys: str) -> str:
    """A metric entry in the form of `DATASET`, some keys changed or, if empty, left out."""
    entry = {
        "type": "simple",
        "agg": "sum",
        "expr": "order_amount",
        "agg_time_dimension": "created_at",
        "label": f"{{zh: {name}, en: {name}}}",
        "description": "{zh: 说明, en: described}",
        "unit": "CNY",
        "additivity": "additive",
        "owner": "data team",
        "status": "draft",
        "version": "1",
    } | keys
    lines = [f"  - name: {name}", *(f"    {key}: {value}" for key, value in entry.items() if value)]
    return "\n".join(lines) + "\n"


def folder(path: Path, **files: str) -> Path:
    path.mkdir(exist_ok=True)
    for name, text in files.items():
        (path / f"{name}.yml").write_text(text, encoding="utf-8")
    return path


def issues_of(*folders: Path) -> tuple[Issue, ...]:
    with pytest.raises(DefinitionError) as caught:
        load_model(*folders)
    return caught.value.issues


def only(*folders: Path) -> Issue:
    issues = issues_of(*folders)
    assert len(issues) == 1, issues
    return issues[0]


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


RATIO = {
    "type": "ratio",
    "agg": "",
    "expr": "",
    "agg_time_dimension": "",
    "unit": "ratio",
    "additivity": "non_additive",
}
"""What turns an entry of `metric` into a ratio, to be completed with numerator and denominator."""
