"""`SemanticModel` → issues: every rule that a set of definitions must keep, whatever it measures.

Last stop of the definitions' line: `RULES` is the order in which a model is judged. `loader` runs
them and lets nothing through that breaks one; `koujing check` adds `REVIEW_RULES`, the rules that
hold a model against the columns of the warehouse (`TABLE_RULES`) and those that ask its rows
(`data_rules`). Each rule looks at the whole model and yields what breaks it, with the file, the
line and what to do. Pure: no file, no database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from semantic_layer.catalog import Catalog
from semantic_layer.events import Event
from semantic_layer.issues import Issue, Text, nearest
from semantic_layer.model import Dataset, Dimension, Facet, Metric, Place, SemanticModel
from semantic_layer.query import METRIC_TIME, DatePart, Grain
from semantic_layer.rules.catalog_rules import CATALOG_RULES
from semantic_layer.rules.event_rules import EVENT_RULES
from semantic_layer.rules.metric_rules import METRIC_RULES
from semantic_layer.rules.policy_rules import POLICY_RULES, rules_fit_tables
from semantic_layer.rules.review_rules import REVIEW_RULES
from semantic_layer.rules.terms import TERM_RULES
from semantic_layer.rules.verified_rules import VERIFIED_RULES

Rule = Callable[[SemanticModel], Iterator[Issue]]

_SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def validate_model(model: SemanticModel, catalog: Catalog | None = None) -> tuple[Issue, ...]:
    """All that is wrong with `model`, rule by rule; with a catalog also what its tables lack."""
    found = chain.from_iterable(rule(model) for rule in RULES)
    against = () if catalog is None else (rule(model, catalog) for rule in TABLE_RULES)
    return tuple(dict.fromkeys(chain(found, chain.from_iterable(against))))


def review_model(model: SemanticModel) -> tuple[Issue, ...]:
    """What a model that loads should not have before others rely on it."""
    return tuple(chain.from_iterable(rule(model) for rule in REVIEW_RULES))


def names_are_snake_case(model: SemanticModel) -> Iterator[Issue]:
    """Names go into SQL, links and file names."""
    named: Iterable[Metric | Dataset | Dimension | Event] = chain(
        model.datasets.values(), model.metrics.values(), _dimensions(model), model.events.values()
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


def changing_datasets_say_since_when(model: SemanticModel) -> Iterator[Issue]:
    """A natural entity is unique at each moment only, so its dataset has a validity window."""
    for dataset in model.datasets.values():
        natural = any(entity.type == "natural" for entity in dataset.entities)
        if natural and dataset.validity is None:
            yield _issue(
                "validity_missing",
                dataset.place,
                f"数据集 {dataset.name!r} 有 natural 实体，却没有 validity；"
                "请写上每行生效的起止列，或把实体改为 primary。",
                f"The dataset {dataset.name!r} has a natural entity but no validity; name the "
                "columns between which a row holds, or make the entity primary.",
            )
        if dataset.validity is not None and not natural:
            yield _issue(
                "natural_entity_missing",
                dataset.place,
                f"数据集 {dataset.name!r} 有 validity，却没有 natural 实体；"
                "请把随时间变化的键写成 type: natural。",
                f"The dataset {dataset.name!r} has a validity but no natural entity; "
                "give the key that changes over time type: natural.",
            )


def own_units_have_names_of_their_own(model: SemanticModel) -> Iterator[Issue]:
    """A unit of a calendar is not called like a calendar unit, nor like one of another calendar."""
    taken = {str(unit) for unit in (*Grain, *DatePart)}
    for table in model.calendars:
        for unit in table.units:
            if unit in taken or not _SNAKE_CASE.fullmatch(unit):
                yield Issue(
                    code="unit_name_taken",
                    message=Text(
                        zh=f"日历单位不能叫 {unit!r}；请另起一个小写名称，例如 fiscal_month。",
                        en=f"A unit of the calendar cannot be called {unit!r}; choose a "
                        "lower-case name of its own, such as fiscal_month.",
                    ),
                    where=str(table.place) if table.place else None,
                )
            taken.add(unit)


RULES: tuple[Rule, ...] = (
    names_are_snake_case,
    names_are_unique,
    texts_are_bilingual,
    metrics_are_governed,
    facets_are_known,
    entities_lead_somewhere,
    changing_datasets_say_since_when,
    own_units_have_names_of_their_own,
    *METRIC_RULES,
    *TERM_RULES,
    *EVENT_RULES,
    *POLICY_RULES,
    *VERIFIED_RULES,
)

TABLE_RULES: tuple[Callable[[SemanticModel, Catalog], Iterator[Issue]], ...] = (
    *CATALOG_RULES,
    rules_fit_tables,
)


def _issue(
    code: str, place: Place | str, zh: str, en: str, suggestions: tuple[str, ...] = ()
) -> Issue:
    return Issue(code=code, message=Text(zh=zh, en=en), where=str(place), suggestions=suggestions)


def _dimensions(model: SemanticModel) -> Iterator[Dimension]:
    for dataset in model.datasets.values():
        yield from dataset.dimensions.values()


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
