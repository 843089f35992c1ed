"""What can go wrong in the warehouse: one sentence in each language that says what to do.

Bottom of the package; imports nothing from it.
"""

from __future__ import annotations

from typing import Literal


class WarehouseError(Exception):
    """A problem that the user can solve. `code` is stable; the sentences are for people.

    >>> WarehouseError("empty", zh="文件是空的。", en="The file is empty.").text("en")
    'The file is empty.'
    """

    def __init__(self, code: str, *, zh: str, en: str) -> None:
        """Keep both sentences; the exception's own text is the English one."""
        self.code = code
        self.zh = zh
        self.en = en
        super().__init__(en)

    def text(self, language: Literal["zh", "en"]) -> str:
        """The sentence in `language`."""
        return self.zh if language == "zh" else self.en


class IngestError(WarehouseError):
    """A file cannot be loaded; nothing was changed."""


class UnsafeSql(WarehouseError):
    """The guard does not let this statement through."""

    def __init__(self, reason: str) -> None:
        """`reason` is for the log and the analyst; it names nodes and names, never data."""
        self.reason = reason
        super().__init__(
            "unsafe_sql",
            zh=f"这条 SQL 超出了允许的范围（{reason}），没有执行；请只用一条 SELECT "
            "查询已登记的表。",
            en=f"This SQL is outside of what is allowed ({reason}) and was not run; "
            "use a single SELECT over the known tables.",
        )


class ExecutionError(WarehouseError):
    """The database could not answer a permitted query. The engine's own text is never shown."""


def too_slow() -> ExecutionError:
    """A query ran into its time limit."""
    return ExecutionError(
        "timeout",
        zh="查询超时，已停止；请缩短时间范围或减少分组后再试。",
        en="The query took too long and was stopped; try a shorter period or fewer groups.",
    )


def out_of_memory() -> ExecutionError:
    """A query ran into the memory limit."""
    return ExecutionError(
        "out_of_memory",
        zh="这个查询需要的内存太多；请缩短时间范围或减少分组后再试。",
        en="This query needs too much memory; try a shorter period or fewer groups.",
    )


def failed() -> ExecutionError:
    """The engine refused; its own text may carry data values, so it stays in `__cause__`."""
    return ExecutionError(
        "query_failed",
        zh="数据库无法执行这个查询；请换一种问法，或把问题报告给分析师。",
        en="The database could not run this query; ask differently, or report it to an analyst.",
    )
