"""The sentences of governed SQL: what is wrong with a statement and its names.

One function per problem, each in both languages. What is wrong with a SELECT from `shop` is in
`shop_problems`; names that the semantic layer does not know have their sentences in
`semantic_layer.resolving.messages`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from semantic_layer.issues import Issue, Text

_MOST_NAMES = 12


def shown(text: str) -> str:
    """A text as an error quotes it: on one line, and short."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 60 else one_line[:57] + "…"


def listed(names: Iterable[str]) -> tuple[str, str]:
    """Names in both languages, the first dozen of many."""
    told = tuple(names)
    if len(told) > _MOST_NAMES:
        told = (*told[:_MOST_NAMES], "…")
    return "、".join(told), ", ".join(told)


def sql_not_read(line: int | None) -> Issue:
    """No SQL at all, or broken SQL."""
    zh = f"（第 {line} 行）" if line else ""
    en = f" (line {line})" if line else ""
    return Issue(
        code="sql_not_read",
        message=Text(
            zh=f"这段 SQL 读不懂{zh}；请检查括号、引号和关键字。",
            en=f"This SQL cannot be read{en}; check brackets, quotes and keywords.",
        ),
    )


def sql_not_a_select() -> Issue:
    """Anything but one SELECT."""
    return Issue(
        code="sql_not_a_select",
        message=Text(
            zh="只能执行一条 SELECT 语句，例如 SELECT METRIC(paid_orders) FROM shop。",
            en="Write exactly one SELECT, such as SELECT METRIC(paid_orders) FROM shop.",
        ),
    )


def sql_too_complex() -> Issue:
    """More text, nesting or metrics than a statement may have."""
    return Issue(
        code="sql_too_complex",
        message=Text(
            zh="这条 SQL 太长或嵌套太深；请拆成几条。",
            en="This SQL is too long or nested too deeply; split it into several.",
        ),
    )


def sql_not_allowed(part: str) -> Issue:
    """A construct or function that is not on the allow-list."""
    quoted = shown(part)
    return Issue(
        code="sql_not_allowed",
        message=Text(
            zh=f"治理 SQL 不允许 {quoted!r}；请只用 SELECT、JOIN、CTE、CASE、窗口函数和常用函数。",
            en=f"Governed SQL does not allow {quoted!r}; use SELECT, JOIN, CTEs, CASE, window "
            "functions and the common functions.",
        ),
        where=quoted,
    )


def sql_unknown_table(name: str, near: tuple[str, ...], known: Sequence[str]) -> Issue:
    """A table that is neither `shop`, a dataset nor a CTE."""
    zh, en = listed(near or known)
    return Issue(
        code="sql_unknown_table",
        message=Text(
            zh=f"没有名为 {shown(name)!r} 的表；可以从 {zh} 查询。",
            en=f"There is no table {shown(name)!r}; select from {en}.",
        ),
        where=shown(name),
        suggestions=near,
    )


def sql_unknown_column(name: str, near: tuple[str, ...], known: Sequence[str]) -> Issue:
    """A column that no table of the SELECT has."""
    zh, en = listed(near or known)
    return Issue(
        code="sql_unknown_column",
        message=Text(
            zh=f"这里没有列 {shown(name)!r}；可用的有：{zh}。",
            en=f"There is no column {shown(name)!r} here; there are {en}.",
        ),
        where=shown(name),
        suggestions=near,
    )


def sql_ambiguous_column(name: str, tables: Sequence[str]) -> Issue:
    """A column that several tables of the SELECT have."""
    zh, en = listed(f"{table}.{name}" for table in tables)
    return Issue(
        code="sql_ambiguous_column",
        message=Text(
            zh=f"列 {name!r} 不止一个表有；请写明 {zh} 中的哪一个。",
            en=f"Several tables have the column {name!r}; write one of {en}.",
        ),
        where=name,
    )


def sql_name_taken(name: str) -> Issue:
    """A name given twice, or one that governed tables have."""
    return Issue(
        code="sql_name_taken",
        message=Text(
            zh=f"名称 {shown(name)!r} 已被占用；请用 AS 另起一个名字。",
            en=f"The name {shown(name)!r} is taken; choose another one with AS.",
        ),
        where=shown(name),
    )


def sql_from_needed() -> Issue:
    """A SELECT without FROM."""
    return Issue(
        code="sql_from_needed",
        message=Text(
            zh="SELECT 缺少 FROM；请写 FROM shop，或从一个 CTE 或子查询中查询。",
            en="A SELECT lacks FROM; write FROM shop, or select from a CTE or a subquery.",
        ),
    )


def sql_join_condition() -> Issue:
    """A join that does not compare columns of both sides."""
    return Issue(
        code="sql_join_condition",
        message=Text(
            zh="JOIN 需要用 ON 或 USING 比较两边的列，例如 ON a.province = b.province。",
            en="A JOIN must compare columns of both sides with ON or USING, such as "
            "ON a.province = b.province.",
        ),
    )


def sql_position(place: str) -> Issue:
    """GROUP BY or ORDER BY of a column that is not there."""
    return Issue(
        code="sql_position",
        message=Text(
            zh=f"没有第 {place} 列；请写列名，或从 1 开始的列序号。",
            en=f"There is no column number {place}; write a name, or a number counted from 1.",
        ),
        where=place,
    )


def sql_misplaced(text: str) -> Issue:
    """An aggregate or window function where rows are not grouped yet."""
    return Issue(
        code="sql_misplaced",
        message=Text(
            zh=f"{shown(text)!r} 不能写在这里；聚合条件写进 HAVING，窗口函数条件写进 QUALIFY。",
            en=f"{shown(text)!r} cannot stand here; conditions on aggregates belong into HAVING, "
            "those on window functions into QUALIFY.",
        ),
        where=shown(text),
    )


def sql_union_columns() -> Issue:
    """UNION ALL of unlike SELECTs."""
    return Issue(
        code="sql_union_columns",
        message=Text(
            zh="UNION ALL 两边的列数不同；请让两边选出同样多的列。",
            en="The two sides of UNION ALL have different numbers of columns; select as many "
            "in each.",
        ),
    )


def sql_window_needed(text: str) -> Issue:
    """A window function without OVER."""
    return Issue(
        code="sql_window_needed",
        message=Text(
            zh=f"{shown(text)!r} 是窗口函数；请加上 OVER (…)。",
            en=f"{shown(text)!r} is a window function; add OVER (…).",
        ),
        where=shown(text),
    )


def sql_ungrouped(name: str) -> Issue:
    """A column outside of GROUP BY."""
    return Issue(
        code="sql_ungrouped",
        message=Text(
            zh=f"{shown(name)!r} 没有写进 GROUP BY；请加上它，或去掉这一列。",
            en=f"{shown(name)!r} is not in GROUP BY; add it there, or leave the column out.",
        ),
        where=shown(name),
    )


def sql_scalar(text: str) -> Issue:
    """A subquery as a value with several columns."""
    return Issue(
        code="sql_scalar",
        message=Text(
            zh=f"子查询 {shown(text)!r} 当作一个值使用，只能选出一列。",
            en=f"The subquery {shown(text)!r} is used as a value; select exactly one column.",
        ),
    )
