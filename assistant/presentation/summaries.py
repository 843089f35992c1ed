"""The headline of an answer: its number, or the extremes of its rows, in a sentence.

Beside `presenting`. Every numeral in the sentence is one of the result's; what has to be computed
from several rows is told by the narrative.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.answer import AnswerColumn, Cell
from assistant.presentation import numbers
from assistant.presentation.cells import cell_text, charted_grain
from assistant.presentation.finish_wording import without_rest
from assistant.presentation.wording import comparison_name, pick, window_text
from semantic_layer import Language, ResolvedQuery
from semantic_layer.query import Grain
from semantic_layer.resolving.windows import is_finer

_VALUES_TOLD = 12
_EQUALS_TOLD = 3


def summary(
    resolved: ResolvedQuery,
    columns: Sequence[AnswerColumn],
    rows: Sequence[Sequence[Cell]],
    language: Language,
) -> str:
    """The headline: each number of a single row, or the extremes of several."""
    when, grain = window_text(resolved, language), charted_grain(resolved.query.time_grain)
    if not rows:
        return pick(("没有符合条件的数据。", "No rows meet these conditions."), language)
    measures = [(i, column) for i, column in enumerate(columns) if column.role == "metric"]
    if not measures:
        return _values_told(columns, rows, language)
    if len(rows) == 1:
        told = pick(("，", ", "), language).join(
            f"{_named(columns, rows[0], grain, language)}{column.label} "
            f"{cell_text(rows[0][index], column.unit, language)}"
            f"{_changed(resolved, column.name, columns, rows[0], language)}"
            f"{_share(column.name, columns, rows[0], language)}"
            for index, column in measures
        )
        return pick((f"{when}：{told}。", f"{when}: {told}."), language)
    index, column = measures[0]
    groups = without_rest(resolved, rows, language)
    ranked = [row for row in groups if isinstance(row[index], int | float)]
    if not ranked:
        return pick((f"{when}：没有数值。", f"{when}: no values."), language)
    top = max(ranked, key=lambda row: row[index])  # type: ignore[arg-type, return-value]
    equals = [row for row in ranked if row[index] == top[index]]
    told = f"{_all_named(columns, equals, grain, language)}"
    told += cell_text(top[index], column.unit, language)
    return pick(
        (
            f"{when}：共 {len(rows)} 行，{column.label}最高的是{told}。",
            f"{when}: {len(rows)} rows; the highest {column.label} is {told}.",
        ),
        language,
    )


def _values_told(
    columns: Sequence[AnswerColumn], rows: Sequence[Sequence[Cell]], language: Language
) -> str:
    """How many values there are, and which, where a sentence can hold them."""
    count = pick((f"共 {len(rows)} 个取值", f"{len(rows)} values"), language)
    if len(rows) > _VALUES_TOLD:
        return count + pick(("。", "."), language)
    listed = pick(("、", ", "), language).join(
        _named(columns, row, None, language).strip() for row in rows
    )
    return pick((f"{count}：{listed}。", f"{count}: {listed}."), language)


def _changed(
    resolved: ResolvedQuery,
    metric: str,
    columns: Sequence[AnswerColumn],
    row: Sequence[Cell],
    language: Language,
) -> str:
    """The change against the base of a comparison: a rate, or the difference of two ratios."""
    comparison = resolved.query.compared_as
    if comparison is None:
        return ""
    cells = {column.name: cell for column, cell in zip(columns, row, strict=True)}
    shown = {column.name: column for column in columns}
    base = f"{metric}__{comparison}"
    change = cells.get(f"{base}__rate", cells[f"{base}__delta"])
    rate = change if isinstance(change, int | float) else None
    value = cell_text(cells[base], shown[base].unit, language)
    based = f"{comparison_name(comparison, language)} {value}"
    told = numbers.change(rate, shown[metric].unit, language)
    return pick((f"（{based}，{told}）", f" ({based}, {told})"), language)


def _share(
    metric: str, columns: Sequence[AnswerColumn], row: Sequence[Cell], language: Language
) -> str:
    """What part of its whole a number is, if that was asked for."""
    for column, cell in zip(columns, row, strict=True):
        if column.role == "share" and column.metric == metric:
            share = cell_text(cell, column.unit, language)
            return pick((f"（占比 {share}）", f" ({share} of the whole)"), language)
    return ""


def _named(
    columns: Sequence[AnswerColumn],
    row: Sequence[Cell],
    grain: Grain | None,
    language: Language,
) -> str:
    """The group of a row; periods of a week or more by name, days as dates."""
    keys = [
        "—" if row[i] is None else _key_text(row[i], column, grain, language)
        for i, column in enumerate(columns)
        if column.role in ("dimension", "time")
    ]
    return " ".join(keys) + (" " if keys else "")


def _key_text(cell: Cell, column: AnswerColumn, grain: Grain | None, language: Language) -> str:
    if column.role != "time" or grain is None or not is_finer(Grain.day, grain):
        return str(cell)
    start = date.fromisoformat(str(cell)[:10])
    return numbers.period(start, grain, language, with_year=True)


def _all_named(
    columns: Sequence[AnswerColumn],
    rows: Sequence[Sequence[Cell]],
    grain: Grain | None,
    language: Language,
) -> str:
    """The group of a row; of several with the same value the first ones, and how many there are."""
    names = [_named(columns, row, grain, language) for row in rows]
    if len(names) == 1:
        return names[0]
    listed = pick(("、", ", "), language).join(name.strip() for name in names[:_EQUALS_TOLD])
    count = len(names)
    if count > _EQUALS_TOLD:
        more = f"{listed} and others ({count} tie) "
        return pick((f"{listed}等 {count} 项并列 ", more), language)
    return pick((f"{listed}并列 ", f"{listed} (tie) "), language)
