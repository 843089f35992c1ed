"""The datasets of a foreign Ossie model → dataset heads, keys and dimensions of ours.

A relationship becomes an entity of both sides: primary or unique where its columns are a key,
foreign where they are not. What has no place here is left out by name. Used by `ossie_foreign`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from semantic_layer.interchange.ossie_definitions import Entry
from semantic_layer.interchange.ossie_drafts import Part
from semantic_layer.interchange.ossie_entries import (
    ContextEntry,
    DatasetEntry,
    FieldEntry,
    RelationshipEntry,
)
from semantic_layer.interchange.ossie_expressions import RowScope, read_tree
from semantic_layer.interchange.ossie_files import OssieModel
from semantic_layer.interchange.ossie_names import Names, snake_case
from semantic_layer.interchange.ossie_texts import Reason, Remark
from semantic_layer.issues import DefinitionError, Text
from semantic_layer.loading.fragments import DIALECT, parse_fragment
from semantic_layer.model import Place, Words

_DATES = {"date": "day", "datetime": "hour", "datetimetz": "hour"}
_DATES |= {"timestamp": "hour", "timestamp_tz": "hour"}  # as drafts before September 2026 had it
_NUMBERS = ("integer", "decimal", "float", "number")
_OWN_SCHEMAS = ("mart", "source")


@dataclass
class Report:
    """What is to be told at the end: what was left out, and what was assumed."""

    left_out: list[Remark] = field(default_factory=list)
    assumed: list[Remark] = field(default_factory=list)

    def leave_out(self, name: str, reason: Text, place: Place) -> None:
        """Name something that was not taken over."""
        self.left_out.append(Remark(name, reason, str(place)))

    def assume(self, name: str, zh: str, en: str, place: Place) -> None:
        """Name something that the file does not say."""
        self.assumed.append(Remark(name, Text(zh=zh, en=en), str(place)))

    def rename(self, name: str, own: str, place: Place) -> None:
        """Say what something is called here, if that is another name."""
        if own != snake_case(name.rpartition(".")[2]):
            self.assume(name, f"在这里叫 {own}", f"it is called {own} here", place)


@dataclass(frozen=True)
class ForeignDataset:
    """A dataset with its new name, its rows' fields as trees, and its time dimensions by name."""

    entry: DatasetEntry
    name: str
    fields: Mapping[str, exp.Expr]
    entities: tuple[Entry, ...]
    dimensions: tuple[Part, ...]
    place: Place

    @property
    def times(self) -> tuple[str, ...]:
        """The names of its time dimensions."""
        return tuple(
            str(one.entry["name"]) for one in self.dimensions if one.entry["type"] == "time"
        )

    @property
    def head(self) -> Entry:
        """The head of its file."""
        entry, label = self.entry, " ".join(self.entry.name.replace("_", " ").split())
        key = ", ".join(entry.primary_key)
        return {
            "dataset": self.name,
            "source": source_of(entry.source),
            "grain": f"one row per {key}" if key else (entry.description or label),
            "label": both(label),
            "export_name": both(entry.source),
            "entities": list(self.entities),
        }


def read_datasets(
    model: OssieModel, names: Names, measured: frozenset[str], report: Report
) -> dict[str, ForeignDataset]:
    """The datasets by their names in the file; `measured` are fields that metrics aggregate."""
    owner = model.entry.name
    found: dict[str, tuple[int, DatasetEntry]] = {}
    for number, entry in enumerate(model.entry.datasets):
        place = model.place("datasets", number, "source")
        if entry.name in found:
            report.leave_out(entry.name, _text("名称重复", "its name is taken"), place)
        elif source_of(entry.source) is None:
            report.leave_out(entry.name, _text("source 是查询，不是表", "it is a query"), place)
        else:
            found[entry.name] = number, entry
    keys = _Keys(model, found, names, report)
    datasets = {}
    for number, entry in found.values():
        trees = dict(_trees(model, number, entry, report))
        name = names.dataset(entry.name, owner)
        report.rename(entry.name, name, model.place("datasets", number, "name"))
        dimensions = _dimensions(model, number, trees, keys.columns[entry.name], measured)
        datasets[entry.name] = ForeignDataset(
            entry=entry,
            name=name,
            fields=trees | {key: exp.column(key) for key in _undeclared(entry, trees, keys)},
            entities=tuple(keys.entities[entry.name]),
            dimensions=tuple(_named(dimensions, entry.name, names, report)),
            place=model.place("datasets", number, "name"),
        )
    return datasets


def source_of(source: str) -> str | None:
    """The table of ours: one of the mart, or the source table of that name; None for a query.

    >>> source_of("tpcds.public.Store_Sales"), source_of("mart.orders"), source_of("select 1")
    ('source.store_sales', 'mart.orders', None)
    """
    parts = [part.strip('"`[] ').lower() for part in source.split(".")]
    if any(not part or not part.replace("_", "").replace("-", "").isalnum() for part in parts):
        return None
    schema = parts[-2] if len(parts) > 1 else ""
    return f"{schema if schema in _OWN_SCHEMAS else 'source'}.{parts[-1]}"


def checked(tree: exp.Expr, place: Place) -> str:
    """The text of a fragment that definition files may hold.

    Raises:
        Reason: it is something else.
    """
    text = tree.sql(DIALECT)
    try:
        parse_fragment(text, place)
    except DefinitionError as error:
        message = error.issues[0].message
        raise Reason(message.zh.rstrip("。"), message.en.rstrip(".")) from error
    return text


def both(text: str) -> Entry:
    """A text that is the same in both languages, since only one was given."""
    return {"zh": text, "en": text}


def described(description: str, context: ContextEntry, otherwise: str) -> Entry:
    """The description in both languages, with the instructions that the file adds."""
    texts = [" ".join(text.split()) for text in (description, context.instructions)]
    return both(". ".join(text.rstrip(".") for text in texts if text) or otherwise)


def words_entry(words: Words) -> Entry:
    """The key of synonyms, if there are any."""
    lists = {"zh": list(words.zh), "en": list(words.en)}
    given = {language: listed for language, listed in lists.items() if listed}
    return {"synonyms": given} if given else {}


class _Keys:
    """The entities of every dataset: one for each key that a relationship leads to."""

    def __init__(
        self,
        model: OssieModel,
        datasets: Mapping[str, tuple[int, DatasetEntry]],
        names: Names,
        report: Report,
    ) -> None:
        self._names, self._report, self._owner = names, report, model.entry.name
        self._datasets = {name: entry for name, (_, entry) in datasets.items()}
        self.entities: dict[str, list[Entry]] = {name: [] for name in datasets}
        self.columns: dict[str, set[str]] = {name: set() for name in datasets}
        self._homes: dict[tuple[str, str], str] = {}
        for name, entry in self._datasets.items():
            self.columns[name] |= {column for key in entry.keys for column in key}
            if len(entry.primary_key) == 1:
                self._home(name, entry.primary_key[0])
        for number, one in enumerate(model.entry.relationships):
            place = model.place("relationships", number, "name")
            try:
                self._relate(one)
            except Reason as reason:
                report.leave_out(one.name, reason.text, place)

    def _home(self, dataset: str, column: str) -> str:
        """The entity of a key, which is primary or unique in its dataset."""
        known = self._homes.get((dataset, column))
        if known is not None:
            return known
        is_primary = self._datasets[dataset].primary_key == (column,)
        wanted = dataset if is_primary else f"{dataset}_{column}"
        name = self._names.entity(wanted, self._owner)
        self._homes[dataset, column] = name
        kind = "primary" if is_primary else "unique"
        self.entities[dataset].append({"name": name, "type": kind, "expr": _column(column)})
        return name

    def _relate(self, one: RelationshipEntry) -> None:
        for name in (one.source, one.target):
            if name not in self._datasets:
                raise Reason(f"没有数据集 {name}", f"there is no dataset {name}")
        if len(one.from_columns) != 1 or len(one.to_columns) != 1:
            raise Reason("它由多列组成", "it is made of several columns")
        target, column = self._datasets[one.target], one.to_columns[0]
        if target.keys and (column,) not in target.keys:
            raise Reason(
                f"{column} 不是 {one.target} 的键，连接会重复计算",
                f"{column} is no key of {one.target}, and joining would count rows twice",
            )
        entity = self._home(one.target, column)
        own = self.entities[one.source]
        if any(other["name"] == entity for other in own):
            raise Reason(
                f"{one.source} 已有另一条通往 {one.target} 的关系",
                f"another relationship leads from {one.source} to {one.target}",
            )
        own.append({"name": entity, "type": "foreign", "expr": _column(one.from_columns[0])})
        self.columns[one.source].add(one.from_columns[0])


def _column(name: str) -> str:
    return exp.column(name).sql(DIALECT)


def _undeclared(entry: DatasetEntry, trees: Mapping[str, exp.Expr], keys: _Keys) -> Iterator[str]:
    return (column for column in sorted(keys.columns[entry.name]) if column not in trees)


def _trees(
    model: OssieModel, number: int, dataset: DatasetEntry, report: Report
) -> Iterator[tuple[str, exp.Expr]]:
    """The fields that can be computed from a row."""
    for index, one in enumerate(dataset.row_fields):
        place = model.place("datasets", number, "fields", index)
        try:
            tree = _without_table(read_tree(one.expression), dataset.name)
            checked(tree, place)
            yield one.name, tree
        except Reason as reason:
            report.leave_out(f"{dataset.name}.{one.name}", reason.text, place)


def _without_table(tree: exp.Expr, dataset: str) -> exp.Expr:
    """The columns of a field are its own table's, whether or not it says so."""

    def plain(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and node.table.lower() == dataset.lower():
            return exp.column(node.this.copy())
        return node

    return tree.transform(plain)


def _dimensions(
    model: OssieModel,
    number: int,
    trees: Mapping[str, exp.Expr],
    keys: Iterable[str],
    measured: frozenset[str],
) -> Iterator[tuple[FieldEntry, Entry, Place]]:
    """The fields to group by: not the keys, which join, and not the numbers that are measured."""
    dataset = model.entry.datasets[number]
    is_typed = any(one.datatype for one in dataset.row_fields)
    for index, one in enumerate(dataset.row_fields):
        tree = trees.get(one.name)
        kind = _kind(one, f"{dataset.name}.{one.name}".lower() in measured, is_typed)
        if tree is None or kind is None or _only_joins(tree, kind, keys):
            continue
        place = model.place("datasets", number, "fields", index)
        yield one, kind | {"expr": tree.sql(DIALECT)}, place


def _only_joins(tree: exp.Expr, kind: Entry, keys: Iterable[str]) -> bool:
    """Whether a field is the column of a key, of which a moment is one more thing to ask by."""
    return isinstance(tree, exp.Column) and tree.name in keys and kind["type"] != "time"


def _kind(one: FieldEntry, is_measured: bool, is_typed: bool) -> Entry | None:
    """The type of a dimension, or None for a field that is only computed with.

    Where other fields have data types, a field of time without one is no date: the name of a
    quarter, the number of a month.
    """
    datatype = one.datatype.lower()
    role = one.dimension
    is_time = role.is_time if role is not None and role.is_time is not None else datatype in _DATES
    if is_time and (datatype in _DATES or not (datatype or is_typed)):
        return {"type": "time", "grain": _DATES.get(datatype, "day")}
    if role is None and (is_measured or datatype in _NUMBERS):
        return None
    return {"type": "categorical"}


def _named(
    dimensions: Iterable[tuple[FieldEntry, Entry, Place]],
    dataset: str,
    names: Names,
    report: Report,
) -> Iterator[Part]:
    for one, entry, place in dimensions:
        path = f"{dataset}.{one.name}"
        name, label = names.definition(one.name, dataset)
        words, taken = names.words(one.ai_context.synonyms)
        tell_taken(path, taken, place, report)
        report.rename(path, name, place)
        if entry["type"] == "time" and not one.datatype:
            report.assume(path, "按日期处理，精确到天", "it is a date, by the day", place)
        texts = {
            "name": name,
            "label": both(label),
            "description": described(one.description, one.ai_context, label),
            **words_entry(words),
        }
        yield Part({"type": entry["type"]} | texts | entry, path, place)


def tell_taken(name: str, taken: tuple[str, ...], place: Place, report: Report) -> None:
    """Say which synonyms already mean something else."""
    if taken:
        listed = ", ".join(taken)
        report.leave_out(
            name,
            _text(f"说法 {listed} 已有别的含义", f"the words {listed} already mean something else"),
            place,
        )


def scope_of(datasets: Mapping[str, ForeignDataset], metrics: Iterable[str]) -> RowScope:
    """What the metrics of the model may name."""
    return RowScope(
        fields={name: one.fields for name, one in datasets.items()},
        row_counters={
            name: exp.column(one.entry.keys[0][0])
            for name, one in datasets.items()
            if one.entry.keys
        },
        metrics=frozenset(metrics),
    )


def _text(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)
