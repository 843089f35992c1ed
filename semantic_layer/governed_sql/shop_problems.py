"""The sentences of governed SQL: what is wrong with metrics, and with a SELECT from `shop`.

One function per problem, each in both languages.
"""

from __future__ import annotations

from collections.abc import Sequence

from semantic_layer.governed_sql.problems import listed, shown
from semantic_layer.issues import Issue, Text
from semantic_layer.model import Dataset, Metric


def sql_star() -> Issue:
    """SELECT * FROM shop."""
    return Issue(
        code="sql_star",
        message=Text(
            zh="不能对治理表用 *；请写出列名，例如 SELECT province, METRIC(paid_orders)。",
            en="'*' cannot be used over a governed table; name the columns, such as "
            "SELECT province, METRIC(paid_orders).",
        ),
        where="*",
    )


def sql_governed_join(name: str) -> Issue:
    """A join with `shop` itself."""
    return Issue(
        code="sql_governed_join",
        message=Text(
            zh=f"{name} 不能直接 JOIN：语义层会自动关联；请先把对 {name} 的查询放进子查询。",
            en=f"{name} itself cannot be joined, the semantic layer does that; put a query of "
            f"{name} into a subquery and join that.",
        ),
        where=name,
    )


def sql_metric_call(text: str) -> Issue:
    """METRIC() of something that is no name."""
    return Issue(
        code="sql_metric_call",
        message=Text(
            zh=f"{shown(text)!r} 写法不对；METRIC 里只写一个指标名，例如 METRIC(paid_orders)。",
            en=f"{shown(text)!r} is not how a metric is written; METRIC takes one name, such as "
            "METRIC(paid_orders).",
        ),
        where=shown(text),
    )


def sql_metric_outside(name: str) -> Issue:
    """METRIC() in a SELECT that is not FROM shop, or in its WHERE."""
    return Issue(
        code="sql_metric_outside",
        message=Text(
            zh=f"METRIC({name}) 只能写在对 shop 的查询的列、HAVING、QUALIFY 或 ORDER BY 中。",
            en=f"METRIC({name}) belongs into the columns, HAVING, QUALIFY or ORDER BY of a "
            "query of shop itself.",
        ),
        where=name,
    )


def sql_metric_as_column(name: str) -> Issue:
    """A metric without METRIC()."""
    return Issue(
        code="sql_metric_as_column",
        message=Text(
            zh=f"{name!r} 是指标；请写成 METRIC({name})。",
            en=f"{name!r} is a metric; write METRIC({name}).",
        ),
        where=name,
        suggestions=(f"METRIC({name})",),
    )


def sql_metric_of_dataset(metric: Metric, dataset: Dataset, home: Sequence[str]) -> Issue:
    """A metric of another dataset than the one in FROM."""
    zh, en = listed(home)
    return Issue(
        code="sql_metric_of_dataset",
        message=Text(
            zh=f"指标 {metric.name!r} 不在 {dataset.name} 中（它来自 {zh}）；请改成 FROM shop。",
            en=f"The metric {metric.name!r} is not of {dataset.name} (it comes from {en}); "
            "write FROM shop.",
        ),
        where=metric.name,
        suggestions=("shop",),
    )


def sql_aggregate_of_metric(text: str) -> Issue:
    """An aggregate in a SELECT from shop: metrics are aggregated already."""
    return Issue(
        code="sql_aggregate_of_metric",
        message=Text(
            zh=f"{shown(text)!r} 再次聚合了指标；指标本身已按分组聚合，请直接写 METRIC(…)，"
            "或在外层子查询上聚合。",
            en=f"{shown(text)!r} aggregates again; a metric is already aggregated by the groups, "
            "write METRIC(…) alone, or aggregate over a subquery.",
        ),
        where=shown(text),
    )


def sql_group_by(text: str) -> Issue:
    """GROUP BY of an expression over dimensions."""
    return Issue(
        code="sql_group_by",
        message=Text(
            zh=f"FROM shop 时不能按 {shown(text)!r} 分组；请按维度或 DATE_TRUNC('month', "
            "metric_time) 分组，其余在外层计算。",
            en=f"A SELECT from shop cannot be grouped by {shown(text)!r}; group by a dimension or "
            "DATE_TRUNC('month', metric_time), and compute the rest in an outer SELECT.",
        ),
        where=shown(text),
    )


def sql_distinct() -> Issue:
    """SELECT DISTINCT from shop."""
    return Issue(
        code="sql_distinct",
        message=Text(
            zh="FROM shop 时不用 DISTINCT；请改用 GROUP BY。",
            en="A SELECT from shop takes no DISTINCT; use GROUP BY.",
        ),
    )


def sql_nothing_asked() -> Issue:
    """A SELECT from shop with neither metric nor dimension."""
    return Issue(
        code="sql_nothing_asked",
        message=Text(
            zh="FROM shop 的查询既没有指标也没有分组；请至少写一个 METRIC(…)。",
            en="A SELECT from shop has neither a metric nor a group; write at least one METRIC(…).",
        ),
    )


def sql_time_needs_metric() -> Issue:
    """`metric_time` without a metric."""
    return Issue(
        code="sql_time_needs_metric",
        message=Text(
            zh="metric_time 是各指标自己的时间；请加上 METRIC(…)，或改用 created_at 等时间维度。",
            en="metric_time is each metric's own time; add a METRIC(…), or use a time dimension "
            "such as created_at.",
        ),
        where="metric_time",
    )


def sql_too_many_metrics() -> Issue:
    """More metrics in one SELECT than a query holds."""
    return Issue(
        code="sql_too_many_metrics",
        message=Text(
            zh="一个 SELECT 最多用 8 个指标；请拆成几个子查询再 JOIN。",
            en="One SELECT takes 8 metrics at most; split it into subqueries and join them.",
        ),
    )


def sql_condition(text: str) -> Issue:
    """A WHERE that the filter algebra cannot say."""
    return Issue(
        code="sql_condition",
        message=Text(
            zh=f"FROM shop 的 WHERE 不支持 {shown(text)!r}；请用维度与常量比较（=、<>、<、>、IN、"
            "BETWEEN、IS NULL），其余写在外层 WHERE。",
            en=f"The WHERE of a SELECT from shop cannot hold {shown(text)!r}; compare dimensions "
            "with constants (=, <>, <, >, IN, BETWEEN, IS NULL), and filter the rest outside.",
        ),
        where=shown(text),
    )


def sql_time_value(field: str, value: str) -> Issue:
    """A time filter that no period can meet."""
    return Issue(
        code="sql_time_value",
        message=Text(
            zh=f"{field} 与 {shown(value)!r} 比较没有意义；请写成 DATE '2024-03-01' 这样的"
            "日期，且为该周期的第一天。",
            en=f"Comparing {field} with {shown(value)!r} makes no sense; write a date like "
            "DATE '2024-03-01', the first day of the period.",
        ),
        where=field,
    )


def sql_value_type(field: str, sql_type: str, value: str) -> Issue:
    """A constant of another type than the dimension."""
    zh, en = {"VARCHAR": ("文本", "text"), "BOOLEAN": ("真或假", "true or false")}.get(
        sql_type, ("数字", "a number")
    )
    return Issue(
        code="sql_value_type",
        message=Text(
            zh=f"{field} 是{zh}，不能与 {shown(value)!r} 比较；请改用同类型的值，文本要加单引号。",
            en=f"{field} holds {en} and cannot be compared with {shown(value)!r}; write a value "
            "of that type, text in single quotes.",
        ),
        where=field,
    )


def sql_not_additive(text: str, metrics: Sequence[Metric]) -> Issue:
    """A sum of a metric that may not be summed."""
    zh = "、".join(f"{metric.label.zh}（{metric.name}）" for metric in metrics)
    en = ", ".join(f"{metric.label.en} ({metric.name})" for metric in metrics)
    name = metrics[0].name
    return Issue(
        code="sql_not_additive",
        message=Text(
            zh=f"{shown(text)!r} 把{zh}相加，结果没有意义：比率、去重数和时点数不能相加；"
            f"请按需要的分组直接查询 METRIC({name})。",
            en=f"{shown(text)!r} adds up {en}, which means nothing: ratios, distinct counts and "
            f"levels do not add up; ask METRIC({name}) at the grouping you need.",
        ),
        where=shown(text),
        suggestions=(f"METRIC({name})",),
    )


def sql_repeated_rows(text: str) -> Issue:
    """A sum over rows that a join has multiplied."""
    return Issue(
        code="sql_repeated_rows",
        message=Text(
            zh=f"JOIN 让同一行重复出现，{shown(text)!r} 会重复计算；请先在子查询中聚合到同一粒度"
            "再 JOIN。",
            en=f"The join repeats rows, so that {shown(text)!r} would count them several times; "
            "bring both sides to the same grain before joining.",
        ),
        where=shown(text),
    )


def unweighted_average(text: str) -> Issue:
    """Notice: a mean of ratios is not the ratio of the whole."""
    return Issue(
        code="unweighted_average",
        message=Text(
            zh=f"{shown(text)!r} 是各行的简单平均，不等于整体的指标值。",
            en=f"{shown(text)!r} is the plain mean of the rows, not the metric of the whole.",
        ),
    )
