"""Rules that a definition is held to before others rely on it: for `koujing check`, not at load.

A project that breaks one still answers: what is doubtful is refused or shown with its status. Part
of `validation`, which runs them. Pure: no file, no database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from semantic_layer.issues import Issue, Text
from semantic_layer.model import Metric, SemanticModel, inputs_of
from semantic_layer.resolving.joins import ways_to
from semantic_layer.rules.unit_rules import (
    formulas_add_like_to_like,
    running_values_keep_their_unit,
)


def paths_are_unique(model: SemanticModel) -> Iterator[Issue]:
    """Where two joins lead to one dimension, a question for it has two answers and is refused."""
    datasets = {part.dataset for name in model.metrics for part in model.simple_metrics_of(name)}
    for name in sorted(datasets):
        dataset = model.datasets[name]
        if dataset.qualifier is not None:
            continue  # its questions name the way: listing__user__country
        for dimension in model.dimensions.values():
            ways = ways_to(model, name, dimension.name)
            if len(ways) > 1:
                through = [" → ".join(join.right for join in way.path) for way in ways]
                yield Issue(
                    code="path_ambiguous",
                    message=Text(
                        zh=f"从数据集 {name!r} 到维度 {dimension.name!r} 有 {len(ways)} 条同样短的"
                        f"路径（{'；'.join(through)}），按它提问会被拒绝；请删去一个外键实体，"
                        f"或在 {name!r} 里加一个 type: conformed 的同名维度。",
                        en=f"{len(ways)} equally short paths lead from dataset {name!r} to the "
                        f"dimension {dimension.name!r} ({'; '.join(through)}), so questions by it "
                        "are refused; remove one foreign entity, or give the dataset a dimension "
                        "of that name with type: conformed.",
                    ),
                    where=str(dataset.place),
                )


def certified_metrics_rest_on_kept_ones(model: SemanticModel) -> Iterator[Issue]:
    """A number that somebody vouches for is not made of one that is about to go."""
    for metric in model.metrics.values():
        if metric.status != "certified":
            continue
        for name in _behind(model, metric):
            if model.metrics[name].status == "deprecated":
                yield Issue(
                    code="deprecated_input",
                    message=Text(
                        zh=f"已认证的指标 {metric.name!r} 用到了已停用的 {name!r}；"
                        "请换一个输入，或也把它标为 deprecated。",
                        en=f"The certified metric {metric.name!r} is made of {name!r}, which is "
                        "deprecated; choose another input, or deprecate it as well.",
                    ),
                    where=str(metric.place),
                )


REVIEW_RULES: tuple[Callable[[SemanticModel], Iterator[Issue]], ...] = (
    paths_are_unique,
    certified_metrics_rest_on_kept_ones,
    formulas_add_like_to_like,
    running_values_keep_their_unit,
)


def _behind(model: SemanticModel, metric: Metric) -> tuple[str, ...]:
    """The metrics that a metric is made of, however deep, each once."""
    direct = [used.metric for used in inputs_of(metric)]
    deeper = [name for one in direct for name in _behind(model, model.metrics[one])]
    return tuple(dict.fromkeys((*direct, *deeper)))
