"""Answers and definitions as plain text for a terminal; Chinese characters count as two columns."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

from assistant import Answer, CatalogueEntry, cell_text
from semantic_layer import Language
from warehouse import FileReport, IngestReport

_MOST_ROWS = 50


def width(text: str) -> int:
    """Columns that a text takes in a terminal.

    >>> width("口径ok")
    6
    """
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def table_text(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns side by side, each as wide as its widest cell."""
    lines = [head, *rows]
    widths = [max(width(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join(
        "  ".join(cell + " " * (widths[i] - width(cell)) for i, cell in enumerate(line)).rstrip()
        for line in lines
    )


def answer_text(answer: Answer) -> str:
    """The answer card in plain text, then those of the further questions under their texts."""
    further = (f"{one.question}\n\n{answer_text(one)}" for one in answer.further)
    return "\n\n".join((_card_text(answer), *further))


def _card_text(answer: Answer) -> str:
    language = answer.language
    if answer.status == "clarify":
        options = (
            f"  {n}. {option.label}: {option.value_text or '—'}\n     {option.description}"
            for n, option in enumerate(answer.options, start=1)
        )
        return "\n".join((answer.summary, *options))
    facts = "\n".join(fact.text for fact in answer.facts)
    parts = [answer.interpretation, answer.summary, facts]
    if answer.row_count > 1 or len(answer.columns) > 1:
        parts.append(_rows_text(answer))
    parts.extend(
        f"{definition.label} v{definition.version} · {definition.description}"
        for definition in answer.definitions
    )
    parts.extend(issue.message for issue in answer.issues)
    if answer.data_through is not None:
        through = "数据截至" if language == "zh" else "Data through"
        parts.append(f"{through} {answer.data_through}")
    parts.append(answer.sql or "")
    return "\n\n".join(part for part in parts if part)


def _rows_text(answer: Answer) -> str:
    shown = [
        [
            cell_text(value, column.unit, answer.language)
            for value, column in zip(row, answer.columns, strict=True)
        ]
        for row in answer.rows[:_MOST_ROWS]
    ]
    text = table_text([column.label for column in answer.columns], shown)
    return text if answer.row_count <= _MOST_ROWS else f"{text}\n… ({answer.row_count})"


def definition_text(entry: CatalogueEntry, language: Language) -> str:
    """One catalogue entry, a line a property."""
    names = (
        ("名称", "name", entry.name),
        ("标签", "label", entry.label),
        ("口径", "definition", entry.description),
        ("公式", "formula", entry.formula),
        ("时间口径", "time basis", entry.time_basis),
        ("单位", "unit", entry.unit),
        ("可加性", "additivity", entry.additivity),
        ("负责人", "owner", entry.owner),
        ("状态", "status", entry.status),
        ("版本", "version", str(entry.version)),
        ("可用维度", "dimensions", ", ".join(entry.dimensions)),
        ("定义位置", "defined in", entry.place),
    )
    return "\n".join(f"{zh if language == 'zh' else en}: {value}" for zh, en, value in names)


def report_text(report: IngestReport, language: Language) -> str:
    """What became of each file, a line each."""
    lines = [_file_line(file, language) for file in report.files]
    if report.replaced_demo:
        lines.append(
            "演示店铺的数据已被替换。"
            if language == "zh"
            else "The demo shop's data were replaced."
        )
    return "\n".join(lines)


def _file_line(file: FileReport, language: Language) -> str:
    zh = language == "zh"
    if file.already_loaded:
        return (
            f"{file.file}：已载入过，没有变化。"
            if zh
            else f"{file.file}: loaded before, nothing new."
        )
    told = (
        f"{file.file}（{file.source}）：{file.rows:,} 行，新增 {file.new:,}，"
        f"更新 {file.updated:,}，已有 {file.already_there:,}。"
        if zh
        else f"{file.file} ({file.source}): {file.rows:,} rows, {file.new:,} new, "
        f"{file.updated:,} updated, {file.already_there:,} already there."
    )
    left_out = (
        f" {one.rows:,} 行未载入：{one.zh}" if zh else f" {one.rows:,} rows left out: {one.en}"
        for one in file.rejected
    )
    return told + "".join(left_out)
