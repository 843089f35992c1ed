"""Entries of the other kinds of metrics, to be completed; see `definition_texts.metric`."""

from __future__ import annotations

_COMPOSED = {"agg": "", "agg_time_dimension": "", "additivity": "non_additive"}

DERIVED = {**_COMPOSED, "type": "derived"}
CUMULATIVE = {**_COMPOSED, "type": "cumulative", "expr": "", "input": "amount"}
RATIO_OF = {
    **_COMPOSED,
    "type": "ratio",
    "expr": "",
    "unit": "ratio",
    "numerator": "amount",
    "denominator": "amount",
}
CONVERSION = {
    **_COMPOSED,
    "type": "conversion",
    "expr": "",
    "unit": "ratio",
    "base": "visits",
    "conversion": "placed_orders",
    "entity": "order",
}

VISITS = """\
dataset: visits
source: mart.visits
grain: one row per visit
label: {zh: 访问, en: visits}
export_name: {zh: 访问导出, en: visit export}
entities:
  - {name: order, type: foreign, expr: order_key}
dimensions:
  - {name: visited_at, type: time, grain: hour, label: {zh: 访问时间, en: visit time}}
  - {name: device, type: categorical, label: {zh: 设备, en: device}}
metrics:
  - name: visits
    type: simple
    agg: count
    expr: visit_id
    agg_time_dimension: visited_at
    label: {zh: 访问次数, en: visits}
    description: {zh: 访问次数, en: number of visits}
    unit: count
    additivity: additive
    owner: data team
    status: certified
    version: 1
"""
