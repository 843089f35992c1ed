"""`SemanticModel` → issues: every rule that a set of definitions must keep, whatever it measures.

Last stop of the definitions' line (`loader` calls it without a catalog; `koujing check` with the
warehouse's). Each rule looks at the whole model and yields what breaks it; rules about words stand
in `terms`, rules about tables in `catalog_rules`. Pure: no file, no database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from semantic_layer.catalog import Catalog
from semantic_layer.catalog_rules import CATALOG_RULES
from semantic_layer.issues import Issue, Text, nearest
from semantic_layer.model import (
    Dataset,
    Dimension,
    Facet,
    Metric,
    Place,
    RatioMetric,
    SemanticModel,
    SimpleMetric,
    inputs_of,
)
from semantic_layer.query import METRIC_TIME
from semantic_layer.terms import TERM_RULES

Rule = Callable[[SemanticModel], Iterator[Issue]]

_SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_NON_ADDITIVE = frozenset({"count_distinct", "average", "min", "max"})


def validate_model(model: SemanticModel, catalog: Catalog | None = None) -> tuple[Issue, ...]:
    """All that is wrong with `model`, rule by rule; with a catalog also what its tables lack."""
    found = chain.from_iterable(rule(model) for rule in RULES)
    against = () if catalog is None else (rule(model, catalog) for rule in CATALOG_RULES)
    return tuple(dict.fromkeys(chain(found, chain.from_iterable(against))))


def names_are_snake_case(model: SemanticModel) -> Iterator[Issue]:
    """Names go into SQL, links and file names."""
    named: Iterable[Metric | Dataset | Dimension] = chain(
        model.datasets.values(), model.metrics.values(), _dimensions(model)
    )
    for one in named:
        if not _SNAKE_CASE.fullmatch(one.name) or "__" in one.name:
            yield _issue(
                "name_not_snake_case",
                one.place,
                f"名称 {one.name!r} 只能用小写字母、数字和单个下划线，并以字母开头。",
                f"The name {one.name!r} may hold lower-case letters, digits and single underscores "
                "only, and starts with a letter.",
            )


def names_are_unique(model: SemanticModel) -> Iterator[Issue]:
    """One name, one thing, over metrics and dimensions of all datasets."""
    taken: dict[str, Metric | Dimension] = dict(model.metrics)
    for dimension in _dimensions(model):
        if dimension.conforms_to is not None:
            continue
        other = taken.setdefault(dimension.name, dimension)
        if other is not dimension:
            yield _issue(
                "name_taken",
                dimension.place,
                f"维度 {dimension.name!r} 与 {other.place} 的定义同名；请改名，"
                "若是同一个维度请用 type: conformed。",
                f"The dimension {dimension.name!r} has the name of the definition at "
                f"{other.place}; rename it, or use type: conformed if it is the same dimension.",
            )
        if dimension.name == METRIC_TIME:
            yield _issue(
                "name_reserved",
                dimension.place,
                f"{METRIC_TIME!r} 是保留名称；请给维度改名。",
                f"The name {METRIC_TIME!r} is reserved; rename the dimension.",
            )


def ratios_lead_to_metrics(model: SemanticModel) -> Iterator[Issue]:
    """Numerator and denominator exist."""
    for metric in model.metrics.values():
        if isinstance(metric, RatioMetric):
            for role in ("numerator", "denominator"):
                yield from _known_metric(model, metric, role, getattr(metric, role).metric)


def ratios_have_no_cycle(model: SemanticModel) -> Iterator[Issue]:
    """A metric is not made of itself."""
    for metric in model.metrics.values():
        if _leads_to(model, metric, metric.name):
            yield _issue(
                "metric_cycle",
                metric.place,
                f"指标 {metric.name!r} 的分子或分母又用到了它自己；请改用别的指标。",
                f"The metric {metric.name!r} is made of itself; "
                "choose another numerator or denominator.",
            )


def metrics_are_dated(model: SemanticModel) -> Iterator[Issue]:
    """`agg_time_dimension` is a time dimension of the metric's own dataset."""
    for metric in _simple(model):
        dimensions = model.datasets[metric.dataset].dimensions
        times = tuple(name for name, one in dimensions.items() if one.type == "time")
        if metric.agg_time_dimension not in times:
            near = nearest(metric.agg_time_dimension, times) or times
            yield _issue(
                "time_dimension_unknown",
                metric.place,
                f"指标 {metric.name!r} 的 agg_time_dimension {metric.agg_time_dimension!r} "
                f"不是数据集 {metric.dataset!r} 的时间维度；可用的有：{'、'.join(near) or '无'}。",
                f"The agg_time_dimension {metric.agg_time_dimension!r} of metric {metric.name!r} "
                f"is no time dimension of dataset {metric.dataset!r}; "
                f"it has {', '.join(near) or 'none'}.",
                near,
            )


def substitutes_fit(model: SemanticModel) -> Iterator[Issue]:
    """A metric stands in for another simple one of the same unit, never for itself."""
    for metric in _simple(model):
        for name in metric.substitute_for:
            yield from _known_metric(model, metric, "substitute_for", name)
            other = model.metrics.get(name)
            if other is None:
                continue
            if other is metric or isinstance(other, RatioMetric) or other.unit != metric.unit:
                yield _issue(
                    "substitute_unfit",
                    metric.place,
                    f"指标 {metric.name!r} 不能替代 {name!r}："
                    "只能替代另一个单位相同的 simple 指标。",
                    f"The metric {metric.name!r} cannot stand in for {name!r}: it may replace "
                    "another simple metric of the same unit only.",
                )


def additivity_fits_aggregation(model: SemanticModel) -> Iterator[Issue]:
    """What may be summed over groups follows from the aggregation."""
    for metric in model.metrics.values():
        how = metric.agg if isinstance(metric, SimpleMetric) else metric.type
        must_not_add = how == "ratio" or how in _NON_ADDITIVE
        if must_not_add == (metric.additivity == "non_additive"):
            continue
        fitting = "non_additive" if must_not_add else "additive / semi_additive"
        yield _issue(
            "additivity_wrong",
            metric.place,
            f"指标 {metric.name!r} 用的是 {how}，additivity 应为 {fitting}，"
            f"而不是 {metric.additivity}。",
            f"The metric {metric.name!r} is a {how}, so its additivity is {fitting}, "
            f"not {metric.additivity}.",
            tuple(fitting.split(" / ")),
        )


def texts_are_bilingual(model: SemanticModel) -> Iterator[Issue]:
    """Labels and descriptions have words in both languages."""
    for one in chain(model.datasets.values(), model.metrics.values(), _dimensions(model)):
        if isinstance(one, Dataset):
            texts = {"label": one.label, "export_name": one.export_name}
        else:
            texts = {"label": one.label, "description": one.description}
        for key, text in texts.items():
            if not (text.zh.strip() and text.en.strip()):
                yield _issue(
                    "text_missing",
                    one.place,
                    f"{one.name!r} 的 {key} 缺少中文或英文；请补上。",
                    f"The {key} of {one.name!r} lacks Chinese or English; fill in both.",
                )


def metrics_are_governed(model: SemanticModel) -> Iterator[Issue]:
    """Somebody answers for each metric, and its version counts from one."""
    for metric in model.metrics.values():
        if not metric.owner.strip():
            yield _issue(
                "owner_missing",
                metric.place,
                f"指标 {metric.name!r} 没有负责人；请在 owner 写上岗位。",
                f"The metric {metric.name!r} has no owner; name a role under owner.",
            )
        if metric.version < 1:
            yield _issue(
                "version_wrong",
                metric.place,
                f"指标 {metric.name!r} 的 version 应从 1 开始。",
                f"The version of metric {metric.name!r} starts at 1.",
            )


def facets_are_known(model: SemanticModel) -> Iterator[Issue]:
    """Each facet of a metric is defined, and no two metrics have the same ones."""
    known: dict[str, dict[str, Facet]] = {}
    for facet in model.facets:
        known.setdefault(facet.kind, {})[facet.name] = facet
    owners: dict[frozenset[tuple[str, str]], Metric] = {}
    for metric in model.metrics.values():
        for kind, name in metric.facets.items():
            if name not in known.get(kind, {}):
                yield _facet_unknown(metric, kind, name, tuple(known.get(kind, known)))
        if metric.facets:
            other = owners.setdefault(frozenset(metric.facets.items()), metric)
            if other is not metric:
                yield _issue(
                    "facets_shared",
                    metric.place,
                    f"指标 {metric.name!r} 与 {other.name!r} 的 facets 完全相同；"
                    "请让其中一个不同。",
                    f"The metrics {metric.name!r} and {other.name!r} have the same facets; "
                    "make one of them differ.",
                )


def entities_lead_somewhere(model: SemanticModel) -> Iterator[Issue]:
    """A foreign entity leads to exactly one dataset; a dataset has one primary entity at most."""
    homes: dict[str, list[str]] = {}
    for dataset in model.datasets.values():
        for entity in dataset.entities:
            if entity.type != "foreign":
                homes.setdefault(entity.name, []).append(dataset.name)
        if sum(entity.type == "primary" for entity in dataset.entities) > 1:
            yield _issue(
                "primary_entity_twice",
                dataset.place,
                f"数据集 {dataset.name!r} 有多个 primary 实体；请只留一个，其余改为 unique。",
                f"The dataset {dataset.name!r} has several primary entities; "
                "keep one and make the others unique.",
            )
    for dataset in model.datasets.values():
        for entity in dataset.entities:
            found = homes.get(entity.name, [])
            if entity.type == "foreign" and len(found) != 1:
                yield _entity_astray(dataset, entity.name, found, homes)


RULES: tuple[Rule, ...] = (
    names_are_snake_case,
    names_are_unique,
    ratios_lead_to_metrics,
    ratios_have_no_cycle,
    metrics_are_dated,
    substitutes_fit,
    additivity_fits_aggregation,
    texts_are_bilingual,
    metrics_are_governed,
    facets_are_known,
    entities_lead_somewhere,
    *TERM_RULES,
)


def _issue(code: str, place: Place, zh: str, en: str, suggestions: tuple[str, ...] = ()) -> Issue:
    return Issue(code=code, message=Text(zh=zh, en=en), where=str(place), suggestions=suggestions)


def _dimensions(model: SemanticModel) -> Iterator[Dimension]:
    for dataset in model.datasets.values():
        yield from dataset.dimensions.values()


def _simple(model: SemanticModel) -> Iterator[SimpleMetric]:
    return (metric for metric in model.metrics.values() if isinstance(metric, SimpleMetric))


def _leads_to(model: SemanticModel, start: Metric, goal: str) -> bool:
    """Whether the metrics behind `start` include `goal`."""
    waiting, seen = [start], set[str]()
    while waiting:
        metric = waiting.pop()
        for name in (used.metric for used in inputs_of(metric)):
            if name == goal:
                return True
            if name in model.metrics and name not in seen:
                seen.add(name)
                waiting.append(model.metrics[name])
    return False


def _known_metric(model: SemanticModel, metric: Metric, key: str, name: str) -> Iterator[Issue]:
    if name in model.metrics:
        return
    near = nearest(name, model.metrics)
    hint_zh = f"相近的有：{'、'.join(near)}" if near else "请先定义它"
    hint_en = f"the nearest are {', '.join(near)}" if near else "define it first"
    yield _issue(
        "metric_unknown",
        metric.place,
        f"指标 {metric.name!r} 的 {key} 指向的指标 {name!r} 不存在；{hint_zh}。",
        f"The {key} of metric {metric.name!r} is {name!r}, which does not exist; {hint_en}.",
        near,
    )


def _facet_unknown(metric: Metric, kind: str, name: str, known: tuple[str, ...]) -> Issue:
    near = nearest(name, known) or known
    return _issue(
        "facet_unknown",
        metric.place,
        f"指标 {metric.name!r} 的 facet {kind}: {name!r} 没有定义；"
        f"可用的有：{'、'.join(near) or '无'}。",
        f"The facet {kind}: {name!r} of metric {metric.name!r} is not defined; "
        f"there are {', '.join(near) or 'none'}.",
        near,
    )


def _entity_astray(dataset: Dataset, name: str, homes: list[str], known: Iterable[str]) -> Issue:
    if homes:
        return _issue(
            "entity_ambiguous",
            dataset.place,
            f"数据集 {dataset.name!r} 的外键实体 {name!r} 通向多个数据集：{'、'.join(homes)}；"
            "请只留一个 primary 或 unique。",
            f"The foreign entity {name!r} of dataset {dataset.name!r} leads to several datasets "
            f"({', '.join(homes)}); keep it primary or unique in one.",
            tuple(homes),
        )
    near = nearest(name, known)
    return _issue(
        "entity_unknown",
        dataset.place,
        f"数据集 {dataset.name!r} 的外键实体 {name!r} 在任何数据集里都不是 primary；"
        f"相近的有：{'、'.join(near) or '无'}。",
        f"The foreign entity {name!r} of dataset {dataset.name!r} is primary in no dataset; "
        f"the nearest are {', '.join(near) or 'none'}.",
        near,
    )
