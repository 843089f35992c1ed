"""The first cell of a raw table that makes no sense, as the sentence that refuses its file.

After the read and before the merge. Imports `raw_cells`, `errors`, `export_file` and
`sources.spec`.
"""

from __future__ import annotations

import duckdb

from warehouse.errors import IngestError
from warehouse.export_file import ExportFile
from warehouse.raw_cells import RawCells
from warehouse.sources.spec import Field, Kind

_EXPECTED = {
    Kind.time: ("日期时间", "a date"),
    Kind.amount: ("金额", "an amount"),
    Kind.refund: ("金额", "an amount"),
    Kind.whole_number: ("整数", "a whole number"),
    Kind.flag: ("是/否", "yes or no"),
}
_NO_TIME, _BLANK_LINE = -1, -2


def refuse_bad_cells(connection: duckdb.DuckDBPyConnection, raw: RawCells) -> None:
    """Refuse the file if a row of it cannot be an order.

    Raises:
        IngestError: the order numbers are damaged, or a row lacks what it needs.
    """
    export = raw.export
    if raw.numbered is not None and _are_rounded(connection, raw, raw.value(raw.numbered)):
        raise _lost_ids(export)
    found = connection.execute(
        f"SELECT rowid, {_problem(raw)} AS problem FROM {raw.table} "  # noqa: S608
        f"WHERE problem <> {_BLANK_LINE} ORDER BY rowid LIMIT 1"
    ).fetchone()
    if found is None:
        return
    row, problem = int(found[0]), int(found[1])
    line = row + 2
    if problem == _NO_TIME:
        raise IngestError(
            "no_time",
            zh=f"{export.name} 第 {line} 行没有下单时间或付款时间；请补全后重新导出。",
            en=f"Row {line} of {export.name} has no order time; complete it and export again.",
        )
    field = raw.fields[problem]
    # An order number has a value here, which is damaged, or none; of other cells see the text.
    shown = raw.value(problem) if field.kind is Kind.order_id else f"t{problem}"
    cell = connection.execute(
        f"SELECT {shown} FROM {raw.table} WHERE rowid = $row",  # noqa: S608
        {"row": row},
    ).fetchone()
    header = export.headers[raw.positions()[problem]].strip()
    raise _bad_cell(export, field, header, line, cell[0] if cell else None)


def _problem(raw: RawCells) -> str:
    """Index of the first unusable field of a row, or what else is wrong; NULL if all is well."""
    dated = f"v{raw.dated} IS NULL"
    blank = " AND ".join(map(raw.is_empty, range(len(raw.fields))))
    cases = [f"WHEN {dated} AND {blank} THEN {_BLANK_LINE}"]
    cases += [
        f"WHEN {raw.value(index)} IS NULL AND NOT {raw.is_empty(index)} THEN {index}"
        for index, field in enumerate(raw.fields)
        if field.kind in _EXPECTED
    ]
    if raw.numbered is not None:
        stored, text, number = f"v{raw.numbered}", f"t{raw.numbered}", raw.value(raw.numbered)
        # The first conditions are cheap and spare nearly every row what follows.
        scientific = rf"contains({text}, '+') AND regexp_matches({number}, '^\d(\.\d+)?[eE]\+\d+$')"
        missing = f"{stored} IS NULL AND ({number}) IS NULL"
        cases.append(f"WHEN ({missing}) OR ({scientific}) THEN {raw.numbered}")
    return f"CASE {' '.join(cases)} WHEN {dated} THEN {_NO_TIME} END"


def _are_rounded(connection: duckdb.DuckDBPyConnection, raw: RawCells, number: str) -> bool:
    """Excel's other face: written out in full, 15 digits and then zeros, in every row."""
    long = f"SELECT {number} AS number FROM {raw.table} WHERE strlen(number) >= 18"  # noqa: S608
    # A sound number usually stands in the first row, and the search ends there.
    sound = rf"FROM ({long}) WHERE NOT regexp_full_match(number, '\d{{15}}0{{3,}}') LIMIT 1"
    if connection.execute(sound).fetchone() is not None:
        return False
    return len(connection.execute(f"{long} LIMIT 2").fetchall()) == 2


def _bad_cell(
    export: ExportFile, field: Field, header: str, line: int, cell: str | None
) -> IngestError:
    if field.kind is Kind.order_id:
        if cell is not None:
            return _lost_ids(export)
        return IngestError(
            "no_order_id",
            zh=f"{export.name} 第 {line} 行没有{header}；请删除合计行或重新导出。",
            en=f"Row {line} of {export.name} has no {header}; remove lines of totals or export "
            "again.",
        )
    zh, en = _EXPECTED[field.kind]
    shown = _shown(cell)
    return IngestError(
        "bad_cell",
        zh=f"{export.name} 第 {line} 行的{header}是 {shown}，不是{zh}；请更正后重新导入。",
        en=f"Row {line} of {export.name} has {shown} as {header}, which is not {en}; "
        "correct it and load the file again.",
    )


def _shown(cell: str | None) -> str:
    """At most 40 printable characters of a cell, quoted, on one line."""
    text = "".join(character if character.isprintable() else " " for character in cell or "")
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


def _lost_ids(export: ExportFile) -> IngestError:
    return IngestError(
        "lost_ids",
        zh=f"{export.name} 的订单编号已被 Excel 变成数字（如 5.1E+18），末尾几位丢失；"
        "请重新导出，不要用 Excel 另存，或把该列设为文本。",
        en=f"The order numbers of {export.name} went through Excel as numbers (like 5.1E+18) and "
        "lost their "
        "last digits; export again without saving in Excel, or with that column as text.",
    )
