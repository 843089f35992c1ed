"""A foreign Ossie model, one without our extensions → drafts of definition files.

An aggregate of one dataset's fields becomes a simple metric, arithmetic over aggregates a ratio or
a derived metric over simple ones of its own. The specification knows no time of a metric, so it is
the dataset's first time dimension, and that is told. Used by `ossie_import`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel
from sqlglot import exp

from semantic_layer.interchange.ossie_definitions import Entry
from semantic_layer.interchange.ossie_drafts import FileDraft, Part
from semantic_layer.interchange.ossie_entries import MetricEntry
from semantic_layer.interchange.ossie_expressions import (
    Aggregate,
    Formula,
    quotient_of,
    read_formula,
    read_tree,
    renamed,
)
from semantic_layer.interchange.ossie_fields import (
    ForeignDataset,
    Report,
    both,
    checked,
    described,
    read_datasets,
    scope_of,
    tell_taken,
    words_entry,
)
from semantic_layer.interchange.ossie_files import OssieModel
from semantic_layer.interchange.ossie_names import Names
from semantic_layer.interchange.ossie_texts import Reason
from semantic_layer.issues import DefinitionError, Text
from semantic_layer.loading.fragments import DIALECT, parse_condition, parse_formula
from semantic_layer.model import Place

_ADDITIVE = ("sum", "sum_boolean", "count")
# What every metric carries and the specification does not know.
_GOVERNED: Entry = {"unit": "count", "owner": "imported", "status": "draft", "version": 1}
_WITHOUT_GOVERNANCE = (
    "所有指标的单位为计数，负责人为 imported，状态为草稿；请在 models/ 里改正",
    "every metric has the unit count, the owner imported and the status draft; "
    "correct them in models/",
)
_ROOT_KEYS = ("version", "dialects", "vendors")


@dataclass(frozen=True)
class _Named:
    """A metric of the file under its new name, and what its expression comes to."""

    entry: MetricEntry
    name: str
    label: str
    formula: Formula
    place: Place


def draft_foreign(model: OssieModel, names: Names, report: Report) -> tuple[FileDraft, ...]:
    """The files of a model, one a dataset; what cannot be said is in the report."""
    trees = dict(_trees(model, report))
    datasets = read_datasets(model, names, frozenset(_measured(model, trees)), report)
    metrics: dict[str, list[Part]] = {name: [] for name in datasets}
    for dataset, part in _Metrics(model, names, report, datasets, trees).parts():
        metrics[dataset].append(part)
    _tell_rest(model, report)
    if any(metrics.values()):
        report.assume(model.entry.name, *_WITHOUT_GOVERNANCE, model.place("metrics"))
    return tuple(
        FileDraft(
            stem=dataset.name,
            head=Part(dataset.head, name, dataset.place),
            dimensions=dataset.dimensions,
            metrics=tuple(metrics[name]),
        )
        for name, dataset in datasets.items()
    )


def _trees(model: OssieModel, report: Report) -> Iterator[tuple[int, exp.Expr]]:
    """The metrics' expressions that can be read, by their number in the file."""
    for number, entry in enumerate(model.entry.metrics):
        try:
            yield number, read_tree(entry.expression)
        except Reason as reason:
            report.leave_out(entry.name, reason.text, model.place("metrics", number))


def _measured(model: OssieModel, trees: Mapping[int, exp.Expr]) -> Iterator[str]:
    """The fields of which some metric makes a sum or a mean, as "dataset.field"."""
    for tree in trees.values():
        for aggregate in tree.find_all(exp.Sum, exp.Avg, exp.Median):
            for column in aggregate.find_all(exp.Column):
                if column.find_ancestor(exp.Predicate, exp.Connector) is None:
                    owners = [column.table] if column.table else _dataset_names(model)
                    yield from (f"{owner}.{column.name}".lower() for owner in owners)


def _dataset_names(model: OssieModel) -> list[str]:
    return [dataset.name for dataset in model.entry.datasets]


class _Metrics:
    """Names all metrics first, since each may use any other; then makes one after the other."""

    def __init__(
        self,
        model: OssieModel,
        names: Names,
        report: Report,
        datasets: Mapping[str, ForeignDataset],
        trees: Mapping[int, exp.Expr],
    ) -> None:
        self._model, self._names, self._report = model, names, report
        self._datasets = datasets
        self._metrics = dict(self._read(trees))
        self._simple: dict[Aggregate, str] = {}

    def _read(self, trees: Mapping[int, exp.Expr]) -> Iterator[tuple[str, _Named]]:
        entries = self._model.entry.metrics
        scope = scope_of(self._datasets, (entries[number].name for number in trees))
        for number, tree in trees.items():
            entry, place = entries[number], self._model.place("metrics", number)
            try:
                formula = read_formula(tree, scope)
            except Reason as reason:
                self._report.leave_out(entry.name, reason.text, place)
                continue
            name, label = self._names.definition(entry.name, self._model.entry.name)
            self._report.rename(entry.name, name, place)
            yield entry.name, _Named(entry, name, label, formula, place)

    def parts(self) -> Iterator[tuple[str, Part]]:
        """Each metric with the dataset in whose file it belongs; those they use come first."""
        ordered = sorted(self._metrics.values(), key=lambda one: not _is_simple(one.formula))
        for metric in ordered:
            try:
                made = list(self._made(metric))
            except Reason as reason:
                self._report.leave_out(metric.entry.name, reason.text, metric.place)
                continue
            yield from made

    def _made(self, metric: _Named) -> Iterator[tuple[str, Part]]:
        formula = metric.formula
        if _is_simple(formula):
            (aggregate,) = formula.aggregates
            entry = self._named(self._aggregate(aggregate, metric), metric)
            self._simple.setdefault(aggregate, metric.name)
            yield aggregate.dataset, Part(entry, metric.entry.name, metric.place)
            return
        inputs: dict[str, str] = {}
        own: dict[Aggregate, str] = {}
        for number, aggregate in enumerate(formula.aggregates):
            if aggregate not in self._simple:
                part = self._part(aggregate, metric, number)
                own[aggregate] = str(part.entry["name"])
                yield aggregate.dataset, part
            inputs[f"part_{number}"] = self._simple.get(aggregate) or own[aggregate]
        for name in formula.metrics:
            if name not in self._metrics:
                raise Reason(f"它用到的 {name} 没有导入", f"it uses {name}, which is left out")
            inputs[name] = self._metrics[name].name
        entry = self._named(_composed(formula.tree, inputs, metric.place), metric)
        self._tell_times(metric)
        home = self._home(metric)
        self._simple |= own  # others may use the parts now that nothing can go wrong any more
        yield home, Part(entry, metric.entry.name, metric.place)

    def _tell_times(self, metric: _Named) -> None:
        """Parts of several datasets are counted each by its own time, then divided or added."""
        used = dict.fromkeys(one.dataset for one in metric.formula.aggregates)
        if len(used) > 1:
            times = ", ".join(self._datasets[name].times[0] for name in used)
            self._report.assume(
                metric.entry.name,
                f"各部分分别按 {times} 统计",
                f"its parts are dated each by its own time, {times}",
                metric.place,
            )

    def _home(self, metric: _Named) -> str:
        """The dataset of the first aggregate, perhaps that of a metric that this one uses."""
        seen = {metric.entry.name}
        while not metric.formula.aggregates:
            name = metric.formula.metrics[0]
            if name in seen or name not in self._metrics:
                raise Reason("它由自己算出", "it is made of itself")
            seen.add(name)
            metric = self._metrics[name]
        return metric.formula.aggregates[0].dataset

    def _aggregate(self, aggregate: Aggregate, metric: _Named) -> Entry:
        dataset = self._datasets[aggregate.dataset]
        if not dataset.times:
            raise self._no_time(aggregate.dataset)
        if len(dataset.times) > 1:
            others = ", ".join(dataset.times[1:])
            self._report.assume(
                metric.entry.name,
                f"按 {dataset.times[0]} 统计，而不是 {others}",
                f"it is dated by {dataset.times[0]}, not by {others}",
                metric.place,
            )
        return _without_empty(
            type="simple",
            agg=aggregate.agg,
            expr=checked(aggregate.expr, metric.place),
            filter=_condition(aggregate.filter, metric.place),
            agg_time_dimension=dataset.times[0],
            percentile={"fraction": aggregate.fraction, "discrete": aggregate.discrete}
            if aggregate.fraction is not None
            else None,
            additivity="additive" if aggregate.agg in _ADDITIVE else "non_additive",
        )

    def _no_time(self, name: str) -> Reason:
        """A metric is dated by a column of its own table, not by one of a table of dates."""
        reached = [one.target for one in self._model.entry.relationships if one.source == name]
        dated = [one for one in reached if one in self._datasets and self._datasets[one].times]
        beside = ", ".join(dated)
        return Reason(
            f"数据集 {name} 没有自己的时间字段" + (f"，时间在 {beside} 里" if dated else ""),
            f"the dataset {name} has no time field of its own"
            + (f", its dates stand in {beside}" if dated else ""),
        )

    def _part(self, aggregate: Aggregate, metric: _Named, number: int) -> Part:
        """A simple metric for an aggregate that only stands inside a formula."""
        wanted = f"{metric.entry.name}_part_{number + 1}"
        entry = self._aggregate(aggregate, metric)
        name, label = self._names.definition(wanted, self._model.entry.name)
        texts = {"name": name, "label": both(label), "description": both(_said(aggregate))}
        whole = {"type": entry["type"]} | texts | _GOVERNED | entry
        return Part(whole, metric.entry.name, metric.place)

    def _named(self, kind: Entry, metric: _Named) -> Entry:
        """A metric with its words; one that is left out takes no word from another."""
        entry = metric.entry
        words, taken = self._names.words(entry.ai_context.synonyms)
        tell_taken(entry.name, taken, metric.place, self._report)
        texts = {
            "name": metric.name,
            "label": both(metric.label),
            "description": described(entry.description, entry.ai_context, metric.label),
            **words_entry(words),
        }
        return {"type": kind["type"]} | texts | _GOVERNED | kind


def _is_simple(formula: Formula) -> bool:
    return isinstance(formula.tree, exp.Column) and not formula.metrics


def _composed(tree: exp.Expr, inputs: Mapping[str, str], place: Place) -> Entry:
    """A ratio, or a derived metric over named inputs."""
    sides = quotient_of(tree)
    if sides is not None and sides[0] != sides[1]:
        over, under = (inputs[side] for side in sides)
        return {
            "type": "ratio",
            "numerator": over,
            "denominator": under,
            "additivity": "non_additive",
        }
    used = list(dict.fromkeys(inputs.values()))
    text = renamed(tree, lambda name: inputs[name]).sql(DIALECT)
    try:
        parse_formula(text, used, place)
    except DefinitionError as error:
        message = error.issues[0].message
        raise Reason(message.zh.rstrip("。"), message.en.rstrip(".")) from error
    return {"type": "derived", "expr": text, "inputs": used, "additivity": "non_additive"}


def _condition(tree: exp.Expr | None, place: Place) -> str | None:
    if tree is None:
        return None
    text = checked(tree, place)
    try:
        parse_condition(text, place)
    except DefinitionError:
        return f"({text}) = true"
    return text


def _said(aggregate: Aggregate) -> str:
    text = f"{aggregate.agg}({aggregate.expr.sql(DIALECT)})"
    return f"{text} where {aggregate.filter.sql(DIALECT)}" if aggregate.filter is not None else text


def _without_empty(**keys: object) -> Entry:
    return {key: value for key, value in keys.items() if value is not None}


def _tell_rest(model: OssieModel, report: Report) -> None:
    """Name the keys and extensions that were not read, and words of datasets."""
    entry, place = model.entry, model.place()
    vendors = sorted({one.vendor_name for one in entry.custom_extensions})
    if vendors:
        listed = ", ".join(vendors)
        report.leave_out(entry.name, _no_extension(listed), place)
    for holder, name, where in _holders(model):
        for key in holder.model_extra or {}:
            if key not in _ROOT_KEYS:
                report.leave_out(f"{name}.{key}", _no_key(key), where)
    for number, dataset in enumerate(entry.datasets):
        if dataset.ai_context.synonyms:
            where = model.place("datasets", number, "ai_context")
            report.leave_out(dataset.name, _no_words(), where)


def _holders(model: OssieModel) -> Iterator[tuple[BaseModel, str, Place]]:
    """Everything that may hold keys of its own, with its name and place."""
    entry = model.entry
    yield entry, entry.name, model.place()
    for number, dataset in enumerate(entry.datasets):
        yield dataset, dataset.name, model.place("datasets", number)
        for index, field in enumerate(dataset.row_fields):
            where = model.place("datasets", number, "fields", index)
            yield field, f"{dataset.name}.{field.name}", where
    for number, one in enumerate(entry.relationships):
        yield one, one.name, model.place("relationships", number)
    for number, metric in enumerate(entry.metrics):
        yield metric, metric.name, model.place("metrics", number)


def _no_extension(vendors: str) -> Text:
    return Text(zh=f"没有读取 {vendors} 的扩展", en=f"the extensions of {vendors} are not read")


def _no_key(key: str) -> Text:
    return Text(zh=f"没有读取键 {key}", en=f"the key {key} is not read")


def _no_words() -> Text:
    return Text(zh="数据集没有其他说法的位置", en="datasets have no place for synonyms")
