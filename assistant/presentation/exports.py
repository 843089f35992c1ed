"""An `Answer` as a file for a spreadsheet: CSV, or an Excel workbook that explains its numbers.

After the line: takes finished answers, so that a file holds what the page shows and no more. Text
of the data is untrusted: a spreadsheet must never take it for a formula.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any, Final

from assistant.answer import Answer, AnswerColumn, Cell
from semantic_layer.issues import Issue, Language, QueryError, Text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_BOM: Final = "\ufeff"  # without it Excel reads UTF-8 as the system's old encoding
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MOST_DIGITS = 10**15  # of a whole number that Excel keeps; a longer one is an id
_WIDEST, _NARROWEST = 40, 10
_EXPLAINED_WIDTHS: Final = (18, 90)
_FORMATS: Final = {
    "CNY": "#,##0.00",
    "count": "#,##0",
    "ratio": "0.0%",
    "points": "0.0%",
    "days": "0.0",
    "score": "0.00",
}
_NOTHING = Text(
    zh="这个答案没有数据行，没有可导出的内容；请先问一个有数的问题。",
    en="This answer has no rows to export; ask for a number first.",
)
_DATA, _ABOUT = Text(zh="数据", en="Data"), Text(zh="说明", en="About")
_ROLES: Final = {"current": Text(zh="时间", en="window")}
_COMPARED = Text(zh="对比时间", en="compared with")
_ORIGINS: Final = {
    "metric": Text(zh="指标自带条件", en="metric's own filter"),
    "asked": Text(zh="筛选", en="filter"),
    "policy": Text(zh="权限", en="access policy"),
}
_TITLES: Final = {
    "question": Text(zh="问题", en="question"),
    "understood": Text(zh="我的理解", en="understood as"),
    "definition": Text(zh="口径", en="definition"),
    "through": Text(zh="数据截至", en="data through"),
    "notice": Text(zh="提示", en="notice"),
}
_VERSION = Text(
    zh="{label}（第 {version} 版，{owner}，{status}）：{description}",
    en="{label} (version {version}, {owner}, {status}): {description}",
)
_STATUSES: Final = {
    "draft": Text(zh="草稿", en="draft"),
    "in_review": Text(zh="待审", en="in review"),
    "certified": Text(zh="已认证", en="certified"),
    "deprecated": Text(zh="已弃用", en="deprecated"),
}
_CUT = Text(zh="仅含前 {rows} 行", en="Only the first {rows} rows")
_PARTIAL = Text(zh="最后一期未完结", en="The last period is unfinished")


def csv_bytes(answer: Answer) -> bytes:
    """The rows under their labels, as UTF-8 with a mark by which Excel knows it.

    Numbers stay numbers, a ratio its fraction. Text that a spreadsheet would take for a formula
    gets an apostrophe in front.

    Raises:
        QueryError: the answer has no columns.
    """
    _check(answer)
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_disarmed(column.label) for column in answer.columns])
    for row in answer.rows:
        writer.writerow([_disarmed(cell) if isinstance(cell, str) else cell for cell in row])
    return (_BOM + text.getvalue()).encode()


def xlsx_bytes(answer: Answer) -> bytes:
    """A workbook: the rows, and on a second sheet what they mean and the SQL that they come from.

    Numbers and days are such; text is marked as text, so that its characters need no change.

    Raises:
        QueryError: the answer has no columns.
    """
    from openpyxl import Workbook

    _check(answer)
    workbook = Workbook()
    data = workbook.active
    data.title = _DATA.in_(answer.language)
    _fill_data(data, answer)
    about = workbook.create_sheet(_ABOUT.in_(answer.language))
    for number, line in enumerate(_explained(answer), start=1):
        for place, text in enumerate(line, start=1):
            _write(about, number, place, text)
    for letter, width in zip("AB", _EXPLAINED_WIDTHS, strict=True):
        about.column_dimensions[letter].width = width
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def _check(answer: Answer) -> None:
    if not answer.columns:
        raise QueryError([Issue(code="nothing_to_export", message=_NOTHING)])


def _disarmed(text: str) -> str:
    """The text without characters that no cell may hold, and no formula.

    >>> _disarmed("=1+1"), _disarmed("-5 件"), _disarmed("广东")
    ("'=1+1", "'-5 件", '广东')
    """
    clean = _FORBIDDEN.sub("", text)
    return f"'{clean}" if clean.startswith(_FORMULA_STARTS) else clean


def _fill_data(sheet: Worksheet, answer: Answer) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for place, column in enumerate(answer.columns, start=1):
        _write(sheet, 1, place, column.label)
        sheet.cell(1, place).font = Font(bold=True)
        texts = [column.label, *(str(row[place - 1]) for row in answer.rows)]
        widest = max(sum(2 if ord(char) > 0x2E7F else 1 for char in text) for text in texts)
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = min(max(widest + 2, _NARROWEST), _WIDEST)
    for number, row in enumerate(answer.rows, start=2):
        for place, (cell, column) in enumerate(zip(row, answer.columns, strict=True), start=1):
            _write(sheet, number, place, _valued(cell, column), _FORMATS.get(column.unit or ""))
    sheet.freeze_panes = "A2"


def _valued(cell: Cell, column: AnswerColumn) -> Cell | date:
    """A day as a day; a number that Excel would round as text."""
    if column.type == "date" and isinstance(cell, str):
        try:
            moment = datetime.fromisoformat(cell).replace(tzinfo=None)
        except ValueError:
            return cell
        return moment.date() if moment.time() == time.min else moment
    is_id = isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) >= _MOST_DIGITS
    return str(cell) if is_id else cell


def _write(
    sheet: Worksheet, row: int, place: int, value: Cell | date, number_format: str | None = None
) -> None:
    if not isinstance(value, str):
        cell = sheet.cell(row, place, value)
        if number_format and not isinstance(value, date):
            cell.number_format = number_format
        return
    cell = sheet.cell(row, place, _FORBIDDEN.sub("", value))
    cell.data_type = "s"  # a text that begins with "=" would else be stored as a formula
    # Excel's own mark for text, which holds when somebody edits the cell.
    cell.quotePrefix = value.startswith(_FORMULA_STARTS)


def _explained(answer: Answer) -> Iterator[tuple[str, str]]:
    """What stands behind the numbers, a title and a text each."""
    language = answer.language

    def titled(key: str, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
        return ((_TITLES[key].in_(language), text) for text in texts if text)

    yield from titled("question", [answer.question])
    yield from titled("understood", [answer.interpretation])
    yield from titled("definition", _definitions(answer))
    for window in answer.windows:
        title = _ROLES.get(window.role, _COMPARED).in_(language)
        yield title, f"[{window.start}, {window.end})"
    for condition in answer.filters:
        yield _ORIGINS[condition.origin].in_(language), condition.text
    yield from titled("through", [answer.data_through or ""])
    yield from titled("notice", _notices(answer))
    for number, line in enumerate((answer.sql or "").splitlines()):
        yield "" if number else "SQL", line


def _definitions(answer: Answer) -> Iterator[str]:
    for known in answer.definitions:
        described: dict[str, Any] = known.model_dump()
        described["status"] = _STATUSES[known.status].in_(answer.language)
        yield _VERSION.in_(answer.language).format_map(described)


def _notices(answer: Answer) -> Iterator[str]:
    language: Language = answer.language
    if answer.partial_period:
        yield _PARTIAL.in_(language)
    if answer.truncated:
        yield _CUT.in_(language).format(rows=f"{len(answer.rows):,}")
    yield from (issue.message for issue in answer.issues)
