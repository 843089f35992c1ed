"""Whether the last of an asked top N shares its place with a group that is not shown.

Beside `answering`, which runs the question for one more row. A ranking that cuts a tie without
saying so names one of several equals; the reader is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from semantic_layer import CompiledQuery, Issue, SemanticQuery, Text


def may_cut_a_tie(query: SemanticQuery, rows: int) -> bool:
    """Whether as many rows came as were asked for, so that there may be more."""
    is_top = query.limit is not None and query.order_by and query.group_by
    return bool(is_top) and rows == query.limit and not (query.limit_within or query.others)


def with_one_more(query: SemanticQuery) -> SemanticQuery:
    """The same ranking, one row longer."""
    assert query.limit is not None, "asked of rankings only"
    return query.model_copy(update={"limit": query.limit + 1})


def tie_at_cut(
    query: SemanticQuery, compiled: CompiledQuery, rows: Sequence[Sequence[Any]]
) -> Issue | None:
    """The notice, if the row after the last one shown has the same values to rank by.

    `rows` and the columns of `compiled` are those of the ranking with one more row.
    """
    if query.limit is None or len(rows) <= query.limit:
        return None
    names = {order.name for order in query.order_by}
    ranked_by = [i for i, column in enumerate(compiled.columns) if column.column in names]
    last, next_one = rows[query.limit - 1], rows[query.limit]
    if any(last[i] != next_one[i] for i in ranked_by):
        return None
    message = Text(
        zh=f"第 {query.limit} 名有并列，其他同值的没有列出；想看全可以多取几名。",
        en=f"Place {query.limit} is shared by others that are not shown; ask for more places "
        "to see them.",
    )
    return Issue(code="tie_at_cut", message=message)
