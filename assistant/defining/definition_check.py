"""Definitions held against each other and against their data: what `koujing check` runs.

The rules stand in `semantic_layer`; here their questions are put to the engine, and every dimension
and metric is tried out. Needs no `Knowledge`, which a definition that does not run would keep from
being built. Beside the line of questions; the clock is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.defining.verified_check import verified_issues
from assistant.knowledge import catalog_of, knowledge_of, members_of
from assistant.users import LOCAL_ADMIN
from semantic_layer import (
    Catalog,
    DefinitionError,
    Issue,
    QueryError,
    SemanticModel,
    SemanticQuery,
    Text,
    available_metrics,
    compile_query,
    members_sql,
    plan,
    resolve,
)
from semantic_layer.access.role_access import rules_for, seen_by
from semantic_layer.loader import SHIPPED, load_model
from semantic_layer.model import Dimension
from semantic_layer.rules.data_rules import DATA_RULES, DataCheck, data_check_sql
from semantic_layer.rules.trials import loaded_members, narrower_trials, trials_of
from semantic_layer.validation import review_model, validate_model
from warehouse import Engine, WarehouseError

_TRIAL_ROWS = 1


@dataclass(frozen=True)
class CheckReport:
    """What must be mended, what is only worth knowing, each by file and line; metrics looked at."""

    problems: tuple[Issue, ...]
    notices: tuple[Issue, ...] = ()
    metrics: int = 0


@dataclass(frozen=True)
class _Project:
    """A model as the local admin sees it, over what is loaded."""

    model: SemanticModel
    catalog: Catalog
    engine: Engine
    today: date


def check_definitions(models: Path, engine: Engine, today: date) -> CheckReport:
    """Hold the shipped definitions and those in `models` against each other, the tables, the rows.

    Rows are asked only where definitions and columns agree: before that every answer would be the
    same problem in other words.

    Raises:
        WarehouseError: the engine cannot be reached.
    """
    try:
        model = load_model(SHIPPED, models)
    except DefinitionError as error:
        return CheckReport(_in_order(error.issues))
    manifest = engine.manifest()
    catalog = catalog_of(manifest if manifest and manifest.kind != "sources" else None)
    problems = [*validate_model(model, None if catalog.is_empty else catalog), *review_model(model)]
    notices: list[Issue] = []
    if not catalog.is_empty and not problems:
        bound = seen_by(rules_for(model, LOCAL_ADMIN.role), model, catalog)
        project = _Project(bound, catalog, engine, today)
        for issue, is_notice in _data_issues(project):
            (notices if is_notice else problems).append(issue)
        problems += _trial_issues(project)
        problems += _verified_issues(project, has_broken=bool(problems))
    return CheckReport(_in_order(problems), _in_order(notices), len(model.metrics))


def _in_order(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Issues by file and line, those without a place last."""
    return tuple(sorted(dict.fromkeys(issues), key=_position))


def _position(issue: Issue) -> tuple[bool, str, int]:
    file, _, line = (issue.where or "").rpartition(":")
    return issue.where is None, file, int(line) if line.isdecimal() else 0


def _data_issues(project: _Project) -> Iterator[tuple[Issue, bool]]:
    for rule in DATA_RULES:
        for check in rule(project.model, project.catalog):
            try:
                sql = data_check_sql(check, project.model, project.engine.dialect)
                (counts,) = project.engine.execute(sql).rows
            except (QueryError, WarehouseError) as error:
                yield _not_checked(check, _reason(error)), check.is_notice
                continue
            if issue := check.judge(counts):
                yield issue, check.is_notice


def _trial_issues(project: _Project) -> Iterator[Issue]:
    """Dimensions that do not run, each told once, then metrics that fail for another reason."""
    broken: set[str] = set()
    for dimension in loaded_members(project.model, project.catalog):
        reason = _members_fail(dimension, project)
        if reason is not None:
            broken.add(dimension.name)
            yield _dimension_fails(dimension, reason)
    for name in sorted(available_metrics(project.model, project.catalog)):
        yield from _metric_issues(name, frozenset(broken), project)


def _verified_issues(project: _Project, *, has_broken: bool) -> Iterator[Issue]:
    """Replayed only where everything runs: questions are read with the words of the data."""
    if project.model.verified_questions and not has_broken:
        members = members_of(project.model, project.catalog, project.engine)
        knowledge = knowledge_of(project.model, project.catalog, members)
        yield from verified_issues(knowledge, project.today)


def _members_fail(dimension: Dimension, project: _Project) -> Text | None:
    try:
        sql = members_sql(project.model, dimension, project.engine.dialect)
        project.engine.execute(sql, max_rows=_TRIAL_ROWS)
    except (QueryError, WarehouseError) as error:
        return _reason(error)
    return None


def _metric_issues(name: str, broken: frozenset[str], project: _Project) -> Iterator[Issue]:
    """The failures of one metric, by the dimension that brings them where one does."""
    for trial in trials_of(name, project.model, project.catalog, broken):
        reason = _failure(trial, project)
        if reason is None:
            continue
        narrow = [(one, why) for one in narrower_trials(trial) if (why := _failure(one, project))]
        for one, why in narrow or [(trial, reason)]:
            yield _metric_fails(name, one, why, project.model)
        return


def _failure(trial: SemanticQuery, project: _Project) -> Text | None:
    """Why a query does not run; None where it does."""
    try:
        resolved = resolve(trial, project.model, project.catalog, project.today)
        sql = compile_query(plan(resolved), project.engine.dialect).sql
        project.engine.execute(sql, max_rows=_TRIAL_ROWS)
    except QueryError as error:
        # Days before the data are missing to a running value, which no definition can mend.
        lacks_history = all(issue.code == "history_not_loaded" for issue in error.issues)
        return None if lacks_history else _reason(error)
    except WarehouseError as error:
        return _reason(error)
    return None


def _reason(error: QueryError | WarehouseError) -> Text:
    if isinstance(error, QueryError):
        return error.issues[0].message
    return Text(zh=error.text("zh"), en=error.text("en"))


def _metric_fails(name: str, trial: SemanticQuery, why: Text, model: SemanticModel) -> Issue:
    by = ", ".join(group.column for group in trial.group_by)
    return Issue(
        code="metric_does_not_run",
        message=Text(
            zh=f"指标 {name!r} 按 {by} 试算失败，请检查 expr、filter 与列的类型是否相符。"
            f"原因：{why.zh}",
            en=f"The metric {name!r} does not run by {by}; check that expr and filter fit the "
            f"types of their columns. The reason: {why.en}",
        ),
        where=str(model.metrics[name].place),
    )


def _dimension_fails(dimension: Dimension, why: Text) -> Issue:
    return Issue(
        code="dimension_does_not_run",
        message=Text(
            zh=f"维度 {dimension.name!r} 的值读不出来，请检查 expr 与列的类型是否相符。"
            f"原因：{why.zh}",
            en=f"The values of dimension {dimension.name!r} cannot be read; check that expr fits "
            f"the types of its columns. The reason: {why.en}",
        ),
        where=str(dimension.place),
    )


def _not_checked(check: DataCheck, why: Text) -> Issue:
    return Issue(
        code="rows_not_checked",
        message=Text(
            zh=f"数据集 {check.dataset!r} 的行没能检查，请检查实体的 expr 与列的类型是否相符。"
            f"原因：{why.zh}",
            en=f"The rows of {check.dataset!r} could not be checked; check that the expr of its "
            f"entities fits the types of their columns. The reason: {why.en}",
        ),
        where=check.where,
    )
