"""Governed SQL text → `Answer`: compile, execute, present, beside the line of questions.

The numbers are governed by the same definitions; the shape of the table is the author's. There is
no `SemanticQuery` behind the whole, so the answer's `query` stays empty. Imports no front end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from assistant.answer import Answer, AnswerColumn, Cell
from assistant.answering import Request, unanswered
from assistant.charts import ChartRequest, recommend
from assistant.knowledge import Knowledge
from assistant.presentation import presenting
from assistant.presentation.cells import cell, cell_text
from assistant.presentation.policy_wording import policy_filters
from assistant.presentation.presenting import ColumnType
from assistant.presentation.wording import (
    field_label,
    group_label,
    interpretation,
    last_known_day,
    pick,
)
from assistant.stages import Stages
from semantic_layer import Issue, Language, QueryError, SemanticModel, Text
from semantic_layer.governed_sql import CompiledSql, SqlColumn, compile_sql
from semantic_layer.governed_sql.columns import Role
from semantic_layer.query import Grain
from warehouse import Engine, QueryResult, WarehouseError

_Part = TypeVar("_Part")
_NUMBERS = (
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
    *("FLOAT", "DOUBLE", "DECIMAL"),
)
_DATES = ("DATE", "TIMESTAMP")


def answer_sql(
    text: str,
    request: Request,
    knowledge: Knowledge,
    warehouse: Engine,
    stages: Stages,
    notices: tuple[Issue, ...] = (),
) -> Answer:
    """The answer to governed SQL, or why there is none; the `notices` stand with the numbers."""
    try:
        with stages("compile"):
            compiled = compile_sql(
                text,
                knowledge.model,
                knowledge.catalog,
                request.now.date(),
                warehouse.dialect,
            )
    except QueryError as error:
        return unanswered("refused", error.issues, request, stages)
    try:
        with stages("execute"):
            result = warehouse.execute(compiled.sql)
    except WarehouseError as error:
        issue = Issue(code=error.code, message=Text(zh=error.text("zh"), en=error.text("en")))
        return unanswered("error", (issue,), request, stages)
    with stages("present"):
        answer = _present(compiled, result, request, knowledge.model, notices)
    return answer.model_copy(update={"timings_ms": stages.timings_ms})


def _present(
    compiled: CompiledSql,
    result: QueryResult,
    request: Request,
    model: SemanticModel,
    notices: tuple[Issue, ...],
) -> Answer:
    language = request.language
    rows = tuple(tuple(cell(value) for value in row) for row in result.rows)
    columns = tuple(
        _column(column, described.type, model, language)
        for column, described in zip(compiled.columns, result.columns, strict=True)
    )
    # Lists of dimension values have neither days nor definitions.
    queries = [query for query in compiled.queries if query.query.metrics]
    told = pick(("；", "; "), language)
    words = told.join(dict.fromkeys(interpretation(query, language) for query in queries))
    last_days = [last for query in queries if (last := last_known_day(query)) is not None]
    charts = recommend(_chart_request(compiled, columns, rows, words, request))
    return Answer(
        status="answered",
        question=request.question,
        language=language,
        parser=request.parser,
        interpretation=words,
        definitions=tuple(
            presenting.definition_of(model.metrics[name], model, language)
            for name in compiled.metrics
        ),
        windows=_once(window for query in queries for window in presenting.windows(query)),
        filters=(
            *_once(
                applied
                for query in queries
                for applied in presenting.applied_filters(query, language)
            ),
            *policy_filters(compiled, model, language),
        ),
        data_through=min(last_days).isoformat() if last_days else None,
        partial_period=any(presenting.is_partial(query) for query in queries),
        sql=compiled.sql,
        columns=columns,
        rows=rows,
        row_count=len(rows),
        truncated=result.truncated,
        chart=charts[0],
        alternatives=charts[1:],
        summary=_summary(columns, rows, language),
        issues=presenting.answer_issues((*notices, *compiled.notices), language),
        links=request.links,
        tokens=request.tokens,
    )


def _once(values: Iterable[_Part]) -> tuple[_Part, ...]:
    return tuple(dict.fromkeys(values))


def _column(
    column: SqlColumn, sql_type: str, model: SemanticModel, language: Language
) -> AnswerColumn:
    """The database says of which type the values are; a word is never a measure."""
    kind = _type(sql_type)
    is_measure = column.role == "metric" and kind == "number"
    role: Role = "metric" if is_measure else "time" if kind == "date" else "dimension"
    return AnswerColumn(
        name=column.name,
        label=_label(column, model, language),
        type=kind,
        unit=column.unit if is_measure else None,
        role=role,
        metric=column.metric if is_measure else None,
    )


def _type(sql_type: str) -> ColumnType:
    if sql_type.startswith(_NUMBERS):
        return "number"
    if sql_type.startswith(_DATES):
        return "date"
    return "boolean" if sql_type == "BOOLEAN" else "string"


def _label(column: SqlColumn, model: SemanticModel, language: Language) -> str:
    """The governed label, unless the author gave the column a name of their own."""
    if column.metric is not None and column.name == column.metric:
        return field_label(column.metric, model, language)
    if column.field is not None and column.name == column.field.column:
        return group_label(column.field, model, language)
    return column.name


def _chart_request(
    compiled: CompiledSql,
    columns: tuple[AnswerColumn, ...],
    rows: tuple[tuple[Cell, ...], ...],
    title: str,
    request: Request,
) -> ChartRequest:
    fields = [column.field for column in compiled.columns if column.field is not None]
    grains = [field.grain for field in fields if isinstance(field.grain, Grain)]
    return ChartRequest(
        columns=columns,
        rows=rows,
        language=request.language,
        title=title,
        additivity={
            column.name: "additive"
            for column in compiled.columns
            if column.measures and not column.unsummable and not column.repeated
        },
        grain=grains[0] if len(grains) == 1 else None,
        partial_last=any(presenting.is_partial(query) for query in compiled.queries),
    )


def _summary(
    columns: Sequence[AnswerColumn], rows: Sequence[Sequence[Cell]], language: Language
) -> str:
    """The numbers of a single row, or how many rows there are."""
    if not rows:
        return pick(("没有符合条件的数据。", "No rows meet these conditions."), language)
    if len(rows) > 1:
        return pick((f"共 {len(rows)} 行。", f"{len(rows)} rows."), language)
    told = pick(("，", ", "), language).join(
        f"{column.label} {cell_text(value, column.unit, language)}"
        for column, value in zip(columns, rows[0], strict=True)
    )
    return pick((f"{told}。", f"{told}."), language)
