"""The `lines` of a file into mart.orders: repeated lines, loaded orders, indistinguishable files.

The latest export wins, column by column: what a file does not have it does not change. Imports
`errors`, `manifest`, `schema`, `staging`, `export_file` of this package.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from warehouse.errors import IngestError
from warehouse.export_file import ExportFile
from warehouse.schema import ORDERS
from warehouse.staging import ShopSpan, Staged

_KEYS = ("order_key", "order_id", "channel", "shop")
_VALUES = tuple(column for column in ORDERS.columns if column not in _KEYS)


@dataclass(frozen=True)
class Merged:
    """What became of a file's rows. `older`: loaded as paid, unpaid in the file, so left alone."""

    new: int
    updated: int
    unchanged: int
    repeated: int
    older: int
    shops: tuple[tuple[str, str], ...]


def merge(
    connection: duckdb.DuckDBPyConnection, export: ExportFile, staged: Staged, *, batch_id: int
) -> Merged:
    """Bring `lines` into mart.orders and note in meta which days of which shop the file covers.

    Raises: IngestError: one order with two contents in the file, or days whose orders cannot
    be told apart from loaded ones.
    """
    orders = _one_row_an_order(connection, export, staged)
    for span in staged.spans:
        _refuse_overlap(connection, export, staged, span)
    older, updated = _update(connection, staged)
    new = _insert(connection, is_first=batch_id == 1)
    connection.executemany(
        "INSERT INTO meta.batch_shops VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                batch_id,
                span.channel,
                span.shop,
                span.first_day,
                span.last_day,
                span.first_event,
                span.last_event,
                sorted(staged.columns),
            )
            for span in staged.spans
        ],
    )
    return Merged(
        new=new,
        updated=updated,
        unchanged=orders - new - updated - older,
        repeated=staged.rows - orders,
        older=older,
        shops=tuple((span.channel, span.shop) for span in staged.spans),
    )


def _one_row_an_order(
    connection: duckdb.DuckDBPyConnection, export: ExportFile, staged: Staged
) -> int:
    """The view `staged` of one row an order; returns their number."""
    if sum(span.orders for span in staged.spans) == staged.rows:
        connection.execute("CREATE OR REPLACE TEMP VIEW staged AS FROM lines")
        return staged.rows
    per_item = export.source.one_line_per_item
    compared = [column for column in _VALUES if not (per_item and column == "quantity")]
    conflict = connection.execute(
        "SELECT order_id FROM lines GROUP BY order_key, order_id "  # noqa: S608
        f"HAVING count(DISTINCT row({', '.join(compared)})) > 1 ORDER BY min(line) LIMIT 1"
    ).fetchone()
    if conflict is not None:
        raise IngestError(
            "conflicting_order",
            zh=f"{export.name} 中订单 {conflict[0]!r} 出现多次且内容不同；请重新导出，"
            "或把不同时间的导出分成两个文件。",
            en=f"Order {conflict[0]!r} stands in {export.name} more than once with different "
            "content; export "
            "again, or load exports of different times as two files.",
        )
    values = ", ".join(
        "sum(quantity)::INTEGER AS quantity"
        if per_item and column == "quantity"
        else f"any_value({column}) AS {column}"
        for column in (*_KEYS[1:], *_VALUES)
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE folded AS "  # noqa: S608
        f"SELECT order_key, min(line) AS line, {values} "
        "FROM lines GROUP BY order_key ORDER BY line"
    )
    connection.execute("CREATE OR REPLACE TEMP VIEW staged AS FROM folded")
    row = connection.execute("SELECT count(*) FROM staged").fetchone()
    assert row is not None
    return int(row[0])


def _refuse_overlap(
    connection: duckdb.DuckDBPyConnection, export: ExportFile, staged: Staged, span: ShopSpan
) -> None:
    """Orders without numbers may be loaded ones of the same days: counting both is wrong."""
    loaded = connection.execute(
        "SELECT file FROM meta.batches JOIN meta.batch_shops USING (batch_id) "
        "WHERE channel = $channel AND shop = $shop AND first_event <= $last AND last_event >= "
        "$first "
        "AND NOT (has_order_ids AND $has_order_ids) ORDER BY batch_id LIMIT 1",
        {
            "channel": span.channel,
            "shop": span.shop,
            "first": span.first_event,
            "last": span.last_event,
            "has_order_ids": staged.has_order_ids,
        },
    ).fetchone()
    if loaded is None:
        return
    raise IngestError(
        "indistinguishable_orders",
        zh=f"{export.name} 与已导入的 {loaded[0]} 在 {span.channel}/{span.shop} 的日期重叠，"
        "其中一个没有订单编号，"
        "无法判断是否为同一批订单；请改用带订单编号的导出，若属于另一家店请加 --shop 店铺名。",
        en=f"{export.name} and {loaded[0]}, already loaded, share days of "
        f"{span.channel}/{span.shop}, and one "
        "of them has no order numbers, so the same orders could count twice; load the export "
        "with 订单编号, "
        "or add --shop NAME if it is another shop's.",
    )


def _update(connection: duckdb.DuckDBPyConnection, staged: Staged) -> tuple[int, int]:
    """Bring loaded orders up to date; how many were older in the file, and how many changed."""
    changing = [column for column in _VALUES if column in staged.columns]
    # A paid order never becomes unpaid: such a line comes from an earlier export.
    older = (
        "(loaded.paid_at IS NOT NULL AND staged.paid_at IS NULL)"
        if "paid_at" in changing
        else "false"
    )
    differs = " OR ".join(
        f"loaded.{column} IS DISTINCT FROM staged.{column}" for column in changing
    )
    row = connection.execute(
        "SELECT count(*) FROM mart.orders AS loaded JOIN staged USING (order_key) "  # noqa: S608
        f"WHERE {older}"
    ).fetchone()
    assignments = ", ".join(f"{column} = staged.{column}" for column in changing)
    updated = connection.execute(
        f"UPDATE mart.orders AS loaded SET {assignments} FROM staged "  # noqa: S608
        f"WHERE loaded.order_key = staged.order_key AND NOT {older} AND ({differs})"
    ).fetchone()
    assert row is not None
    assert updated is not None
    return int(row[0]), int(updated[0])


def _insert(connection: duckdb.DuckDBPyConnection, *, is_first: bool) -> int:
    columns = ", ".join(ORDERS.columns)
    unknown = "" if is_first else "ANTI JOIN mart.orders AS loaded USING (order_key)"
    row = connection.execute(
        f"INSERT INTO mart.orders ({columns}) SELECT {columns} FROM staged {unknown}"  # noqa: S608
    ).fetchone()
    assert row is not None
    return int(row[0])
