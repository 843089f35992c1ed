"""A `SemanticQuery` → `Answer`: resolve, plan, compile, execute, present.

The second half of the line, shared by questions, plans without language, and chips. What the asker
must mend comes back as a refusal; what the warehouse cannot do, as an error; neither raises.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from assistant.answer import Answer, AnswerOption, Cell
from assistant.charts import recommend
from assistant.charts.chart_types import ChartType
from assistant.knowledge import Knowledge
from assistant.narrative import told_facts
from assistant.nearest.substitution import substitute_unavailable
from assistant.nearest.suggestions import follow_ups
from assistant.outcome import Clarification, Link
from assistant.presentation import presenting
from assistant.presentation.cells import cell, cell_text
from assistant.presentation.date_part_wording import with_named_parts
from assistant.presentation.finish_wording import with_named_rest
from assistant.presentation.policy_wording import policy_filters
from assistant.presentation.summaries import summary
from assistant.presentation.wording import interpretation, last_known_day
from assistant.stages import Stages
from assistant.ties import may_cut_a_tie, tie_at_cut, with_one_more
from semantic_layer import (
    CompiledQuery,
    Dialect,
    Issue,
    Language,
    QueryError,
    ResolvedQuery,
    SemanticQuery,
    Text,
    compile_extremes,
    compile_query,
    plan,
    resolve,
)
from warehouse import Engine, QueryResult, WarehouseError

Parser = Literal["verified", "linked", "llm", "none"]
_MOST_OPTIONS = 4


@dataclass(frozen=True)
class Request:
    """What every answer to one question shares.

    `extremes_only`: of the values that the plan lists, only the smallest and the largest. Weekdays
    and hours have names, unless the reader is a program that wants numbers (`plain_parts`). `chart`
    is the type that the asker wants to see.
    """

    question: str
    language: Language
    parser: Parser
    now: datetime
    links: tuple[Link, ...] = ()
    tokens: int = 0
    max_rows: int = 10_000
    extremes_only: bool = False
    plain_parts: bool = False
    chart: ChartType | None = None


def answer_query(
    query: SemanticQuery,
    request: Request,
    knowledge: Knowledge,
    warehouse: Engine,
    stages: Stages,
    assumptions: tuple[Text, ...] = (),
    told: tuple[Issue, ...] = (),
) -> Answer:
    """The governed answer to a plan, or why there is none; what is `told` stands beside it."""
    query, substituted = substitute_unavailable(query, knowledge)
    try:
        resolved, compiled = compiled_query(
            query,
            knowledge,
            request.now,
            stages,
            warehouse.dialect,
            extremes_only=request.extremes_only,
        )
    except QueryError as error:
        return unanswered("refused", error.issues, request, stages, query)
    try:
        with stages("execute"):
            result = warehouse.execute(compiled.sql, max_rows=request.max_rows)
            told = (*told, *_ties(resolved, result, warehouse))
    except WarehouseError as error:
        issue = Issue(code=error.code, message=Text(zh=error.text("zh"), en=error.text("en")))
        return unanswered("error", (issue,), request, stages, query)
    with stages("present"):
        assumed = (*substituted, *assumptions)
        notices = (*told, *(Issue(code="assumption", message=text) for text in assumed))
        answer = _present(resolved, compiled, result, request, notices)
        answer = answer.model_copy(
            update={
                "follow_ups": follow_ups(
                    resolved, knowledge, request.now, request.language, answer.rows
                )
            }
        )
    return answer.model_copy(update={"timings_ms": stages.timings_ms})


def _ties(resolved: ResolvedQuery, result: QueryResult, warehouse: Engine) -> tuple[Issue, ...]:
    """What is said of a ranking that ends within a tie."""
    query = resolved.query
    if not may_cut_a_tie(query, len(result.rows)):
        return ()
    longer = replace(resolved, query=with_one_more(query))
    compiled = compile_query(plan(longer), warehouse.dialect)
    rows = warehouse.execute(compiled.sql, max_rows=len(result.rows) + 1).rows
    tie = tie_at_cut(query, compiled, rows)
    return (tie,) if tie else ()


def compiled_query(
    query: SemanticQuery,
    knowledge: Knowledge,
    now: datetime,
    stages: Stages,
    dialect: Dialect,
    *,
    extremes_only: bool = False,
) -> tuple[ResolvedQuery, CompiledQuery]:
    """Resolve, plan and compile; raises `QueryError` with all that is wrong."""
    with stages("resolve"):
        resolved = resolve(query, knowledge.model, knowledge.catalog, now.date())
    with stages("plan"):
        planned = plan(resolved)
    with stages("compile"):
        return resolved, (compile_extremes if extremes_only else compile_query)(planned, dialect)


def _present(
    resolved: ResolvedQuery,
    compiled: CompiledQuery,
    result: QueryResult,
    request: Request,
    notices: tuple[Issue, ...],
) -> Answer:
    language = request.language
    rows = tuple(tuple(cell(value) for value in row) for row in result.rows)
    if not request.plain_parts:
        rows = with_named_parts(resolved.query, rows, language)
    rows = with_named_rest(resolved.query, rows, language)
    columns = presenting.answer_columns(resolved, compiled, rows, language)
    last = last_known_day(resolved)
    charts = recommend(
        presenting.chart_request(resolved, columns, rows, language, forced=request.chart)
    )
    return Answer(
        status="answered",
        question=request.question,
        language=language,
        parser=request.parser,
        query=resolved.query,
        interpretation=interpretation(resolved, language),
        definitions=presenting.definitions(resolved, language),
        windows=presenting.windows(resolved),
        filters=(
            *presenting.applied_filters(resolved, language),
            *policy_filters(compiled, resolved.model, language),
        ),
        data_through=last.isoformat() if last else None,
        partial_period=presenting.is_partial(resolved),
        sql=compiled.sql,
        columns=columns,
        rows=rows,
        row_count=len(rows),
        truncated=result.truncated,
        chart=charts[0],
        alternatives=charts[1:],
        summary=summary(resolved, columns, rows, language),
        facts=told_facts(resolved, columns, rows, language, truncated=result.truncated),
        issues=presenting.answer_issues((*notices, *resolved.notices), language),
        links=request.links,
        tokens=request.tokens,
    )


def unanswered(
    status: Literal["refused", "error"],
    issues: tuple[Issue, ...],
    request: Request,
    stages: Stages,
    query: SemanticQuery | None = None,
) -> Answer:
    """No number: the issues say why and what is near."""
    told = presenting.answer_issues(issues, request.language)
    return Answer(
        status=status,
        question=request.question,
        language=request.language,
        parser=request.parser,
        query=query,
        summary=" ".join(issue.message for issue in told),
        issues=told,
        links=request.links,
        tokens=request.tokens,
        timings_ms=stages.timings_ms,
    )


def clarified(
    outcome: Clarification,
    request: Request,
    knowledge: Knowledge,
    warehouse: Engine,
    stages: Stages,
) -> Answer:
    """A question back: each reading with its definition and, where there is one, its own number."""
    options, problems = [], []
    for option in outcome.options[:_MOST_OPTIONS]:
        total = option.query.model_copy(
            update={
                **{"group_by": (), "order_by": (), "limit": None, "having": None},
                **{"limit_within": (), "others": False, "ranks": False},
                **{"share_of": None, "running": None},
            }
        )
        answer = answer_query(total, replace(request, links=()), knowledge, warehouse, stages)
        if answer.status != "answered":
            problems.append(answer)
            continue
        value: Cell = answer.rows[0][0] if answer.rows else None
        options.append(
            AnswerOption(
                label=option.label.in_(request.language),
                description=answer.definitions[0].description,
                query=option.query,
                choices=option.choices,
                value=value,
                value_text=cell_text(value, answer.columns[0].unit, request.language),
            )
        )
    if not options and problems:  # none of the readings can be answered: say why instead of asking
        return problems[0].model_copy(update={"links": outcome.links, "query": None})
    asked = outcome.question.in_(request.language)
    return Answer(
        status="clarify",
        question=request.question,
        language=request.language,
        parser=request.parser,
        interpretation=asked,
        summary=asked,
        options=tuple(options),
        links=outcome.links,
        tokens=request.tokens,
        timings_ms=stages.timings_ms,
    )
