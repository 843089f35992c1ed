"""Rules about the rows of the tables, as questions to the warehouse: keys, partners, gaps.

A broken key multiplies rows in every join without a sound. This module writes the SELECT of each
question and judges what comes back, in counts and never in values, since a value may name a person;
who runs it is above. Part of `validation`. Pure: no database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from semantic_layer.access.policy_scans import protected
from semantic_layer.catalog import Catalog
from semantic_layer.issues import Issue, Text
from semantic_layer.model import Dataset, Entity, SemanticModel
from semantic_layer.printing.dialects import Dialect, printed
from semantic_layer.query import Grain
from semantic_layer.resolving.availability import columns_of

_T, _OTHER, _KEY, _ROWS = "checked", "partner", "key", "rows"


Judge = Callable[[Sequence[Any]], Issue | None]


@dataclass(frozen=True)
class DataCheck:
    """A question whose answer is one row of counts, and what these counts say."""

    dataset: str
    where: str | None
    select: exp.Select
    judge: Judge
    is_notice: bool = False


DataRule = Callable[[SemanticModel, Catalog], Iterator[DataCheck]]


def data_check_sql(check: DataCheck, model: SemanticModel, dialect: Dialect) -> str:
    """The SQL of a check, over the rows that the model's role may read."""
    return printed(protected(check.select, model.access), dialect, pretty=False)


def keys_tell_rows_apart(model: SemanticModel, catalog: Catalog) -> Iterator[DataCheck]:
    """A primary or unique key has no value twice, and a primary one is never empty."""
    for dataset in _loaded(model, catalog):
        for entity in dataset.entities:
            if entity.type in ("primary", "unique") and _is_loaded(dataset, catalog, entity.expr):
                yield _check(dataset, _keys(dataset, entity), _judge_keys(dataset, entity))


def validity_windows_stand_apart(model: SemanticModel, catalog: Catalog) -> Iterator[DataCheck]:
    """Of a key that changes over time, one row at the most holds at any moment."""
    for dataset in _loaded(model, catalog):
        for entity in dataset.entities:
            if entity.type == "natural" and dataset.validity is not None:
                judge = _judge_overlaps(dataset, entity)
                yield _check(dataset, _overlaps(dataset, entity), judge)


def foreign_keys_find_a_partner(model: SemanticModel, catalog: Catalog) -> Iterator[DataCheck]:
    """Rows whose partner is missing fall into the empty group of every dimension behind it."""
    for dataset in _loaded(model, catalog):
        for entity in dataset.entities:
            for other, key in _partners(model, entity):
                known = _is_loaded(dataset, catalog, entity.expr)
                if known and _is_loaded(other, catalog, key.expr):
                    select = _orphans(dataset, entity, other, key)
                    judge = _judge_orphans(dataset, entity, other)
                    yield _check(dataset, select, judge, is_notice=True)


def calendars_have_no_gaps(model: SemanticModel, catalog: Catalog) -> Iterator[DataCheck]:
    """A day that the calendar lacks is missing from every curve of quiet days."""
    for table in model.calendars:
        if table.grain is Grain.day and table.source in catalog.tables:
            day = exp.cast(exp.column(table.column), exp.DataType.Type.DATE)
            select = exp.Select().select(
                exp.Count(this=exp.Star()),
                exp.Count(this=exp.Distinct(expressions=[day.copy()])),
                exp.Sub(this=exp.Max(this=day.copy()), expression=exp.Min(this=day.copy())),
            )
            place = str(table.place) if table.place else None
            judge = _judge_calendar(table.source, place)
            yield DataCheck(table.source, place, select.from_(table.source), judge)


DATA_RULES: tuple[DataRule, ...] = (
    keys_tell_rows_apart,
    validity_windows_stand_apart,
    foreign_keys_find_a_partner,
    calendars_have_no_gaps,
)


def _check(
    dataset: Dataset, select: exp.Select, judge: Judge, *, is_notice: bool = False
) -> DataCheck:
    return DataCheck(dataset.name, str(dataset.place), select, judge, is_notice)


def _loaded(model: SemanticModel, catalog: Catalog) -> Iterator[Dataset]:
    for dataset in model.datasets.values():
        table = catalog.tables.get(dataset.source)
        if table is not None and any(table.coverage.values()):
            yield dataset


def _is_loaded(dataset: Dataset, catalog: Catalog, key: exp.Expr) -> bool:
    """Whether a file has filled the columns of a key; an export without a column says nothing."""
    table = catalog.tables.get(dataset.source)
    return table is not None and all(table.coverage.get(name) for name in columns_of(key))


def _partners(model: SemanticModel, entity: Entity) -> Iterator[tuple[Dataset, Entity]]:
    if entity.type != "foreign":
        return
    for other in model.datasets.values():
        for key in other.entities:
            if key.name == entity.name and key.type in ("primary", "unique"):
                yield other, key


def _keys(dataset: Dataset, entity: Entity) -> exp.Select:
    """How many key values occur twice or more, and how many rows have none."""
    copies = [partition.expr.copy() for partition in dataset.partitions]
    keys = [exp.alias_(entity.expr.copy(), _KEY), *copies]
    groups = exp.Select().select(*keys, exp.alias_(exp.Count(this=exp.Star()), _ROWS))
    groups = groups.from_(dataset.source)
    groups = groups.group_by(*(exp.Literal.number(n + 1) for n in range(len(keys))))
    several = exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1))
    groups = groups.having(exp.or_(several, _is_null(entity.expr.copy())))
    key = exp.column(_KEY)
    empty = exp.If(this=_is_null(key), true=exp.column(_ROWS))
    return (
        exp.Select()
        .select(
            exp.Count(this=key.copy()),
            exp.Coalesce(
                this=exp.Sum(this=exp.Case(ifs=[empty])), expressions=[exp.Literal.number(0)]
            ),
        )
        .from_(groups.subquery("repeated"))
    )


def _judge_keys(dataset: Dataset, entity: Entity) -> Judge:
    def judge(counts: Sequence[Any]) -> Issue | None:
        repeated, empty = int(counts[0]), int(counts[1])
        if repeated:
            return Issue(
                code="key_repeated",
                message=Text(
                    zh=f"数据集 {dataset.name!r} 的 {entity.type} 键 {entity.name!r} 有 "
                    f"{repeated} 个值重复出现，关联会重复计数；请换一个唯一的 expr，"
                    "或改为 type: foreign。",
                    en=f"{repeated} values of the {entity.type} key {entity.name!r} of dataset "
                    f"{dataset.name!r} occur more than once, so joins count rows twice; name an "
                    "expr that is unique, or make the entity foreign.",
                ),
                where=str(dataset.place),
            )
        if empty and entity.type == "primary":
            return Issue(
                code="key_empty",
                message=Text(
                    zh=f"数据集 {dataset.name!r} 的主键 {entity.name!r} 有 {empty} 行是空的；"
                    "请补全数据，或换一个每行都有值的 expr。",
                    en=f"The primary key {entity.name!r} of dataset {dataset.name!r} is empty in "
                    f"{empty} rows; complete the data, or name an expr that every row has.",
                ),
                where=str(dataset.place),
            )
        return None

    return judge


def _overlaps(dataset: Dataset, entity: Entity) -> exp.Select:
    """How many rows begin to hold before the row before them has ended."""
    assert dataset.validity is not None
    start, end = dataset.validity.start.copy(), dataset.validity.end.copy()
    following = exp.Window(
        this=exp.Lead(this=start.copy()),
        partition_by=[entity.expr.copy()],
        order=exp.Order(expressions=[exp.Ordered(this=start.copy())]),
    )
    rows = exp.Select().select(exp.alias_(end, "until"), exp.alias_(following, "following"))
    rows = rows.from_(dataset.source).where(exp.Not(this=_is_null(entity.expr.copy())))
    until, after = exp.column("until"), exp.column("following")
    late = exp.or_(_is_null(until.copy()), exp.GT(this=until, expression=after.copy()))
    return (
        exp.Select()
        .select(exp.Count(this=exp.Star()))
        .from_(rows.subquery("windows"))
        .where(exp.Not(this=_is_null(after)), late)
    )


def _judge_overlaps(dataset: Dataset, entity: Entity) -> Judge:
    def judge(counts: Sequence[Any]) -> Issue | None:
        if not counts[0]:
            return None
        return Issue(
            code="validity_overlaps",
            message=Text(
                zh=f"数据集 {dataset.name!r} 的键 {entity.name!r} 有 {counts[0]} 行在上一行失效前"
                "就已生效，关联会重复计数；请改正生效的起止时间。",
                en=f"{counts[0]} rows of dataset {dataset.name!r} begin to hold before the row "
                f"before them of the same {entity.name!r} has ended, so joins count twice; correct "
                "the columns of validity.",
            ),
            where=str(dataset.place),
        )

    return judge


def _orphans(dataset: Dataset, entity: Entity, other: Dataset, key: Entity) -> exp.Select:
    """How many rows have the key, and how many of these have no partner."""
    mine = exp.Select().select(exp.alias_(entity.expr.copy(), _KEY)).from_(dataset.source)
    mine = mine.where(exp.Not(this=_is_null(entity.expr.copy())))
    theirs = exp.Select().select(exp.alias_(key.expr.copy(), _KEY)).distinct().from_(other.source)
    matched = exp.EQ(this=exp.column(_KEY, table=_T), expression=exp.column(_KEY, table=_OTHER))
    found = exp.Count(this=exp.column(_KEY, table=_OTHER))
    total = exp.Count(this=exp.Star())
    return (
        exp.Select()
        .select(total, exp.Sub(this=total.copy(), expression=found))
        .from_(mine.subquery(_T))
        .join(theirs.subquery(_OTHER), on=matched, join_type="left")
    )


def _judge_orphans(dataset: Dataset, entity: Entity, other: Dataset) -> Judge:
    def judge(counts: Sequence[Any]) -> Issue | None:
        total, orphans = int(counts[0]), int(counts[1])
        if not orphans:
            return None
        share = f"{orphans / total:.1%}"
        return Issue(
            code="partner_missing",
            message=Text(
                zh=f"数据集 {dataset.name!r} 有 {orphans} 行（{share}）的 {entity.name!r} "
                f"在 {other.name!r} 里找不到，它们的维度值为空；"
                f"请导入更完整的{other.export_name.zh}。",
                en=f"{orphans} rows ({share}) of dataset {dataset.name!r} have a {entity.name!r} "
                f"that {other.name!r} lacks, so dimensions from there are empty for them; load a "
                f"more complete {other.export_name.en.removeprefix('the ')}.",
            ),
            where=str(dataset.place),
        )

    return judge


def _judge_calendar(source: str, place: str | None) -> Judge:
    def judge(counts: Sequence[Any]) -> Issue | None:
        rows, days, reach = (int(count or 0) for count in counts)
        if rows and rows == days == reach + 1:
            return None
        missing = reach + 1 - days if rows else 0
        return Issue(
            code="calendar_broken",
            message=Text(
                zh=f"日历表 {source!r} 应当每天恰好一行，现在缺 {missing} 天、多 {rows - days} 行；"
                "请补全日历。",
                en=f"The calendar {source!r} should have one row for each day; it lacks {missing} "
                f"days and has {rows - days} rows too many. Complete it.",
            ),
            where=place,
        )

    return judge


def _is_null(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=value, expression=exp.Null())
