"""Cards and tables of answers that the small shop does not give."""

from __future__ import annotations

import doctest
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.pages import said
from ui import session
from ui.commands import plain_text


def drawn(script: Callable[..., None], *args: object) -> AppTest:
    """What a script draws in Chinese."""
    app = AppTest.from_function(script, args=args, default_timeout=60)
    app.session_state["language"] = "zh"
    return app.run()


def table(rows: int, truncated: bool) -> None:
    from assistant.answer import Answer, AnswerColumn
    from ui.card.rows_table import rows_table

    number = AnswerColumn(name="n", label="金额", type="number", unit="CNY", role="metric")
    name = AnswerColumn(name="p", label="省份", type="string", unit=None, role="dimension")
    answer = Answer(
        status="answered",
        question="",
        language="zh",
        parser="none",
        columns=(name, number),
        rows=tuple((None if n == 0 else f"省{n}", n or None) for n in range(rows)),
        row_count=rows,
        truncated=truncated,
    )
    rows_table(answer, "rows")


def test_a_long_table_is_cut_and_says_so() -> None:
    app = drawn(table, 1_500, False)
    assert len(app.dataframe[0].value) == 1_000
    assert said(app) == "表格只列出前 1,000 行，共 1,500 行。"


def test_a_result_that_was_cut_before_says_so() -> None:
    app = drawn(table, 10, True)
    assert said(app) == "结果过长，只取了前 10 行。"


def test_cells_are_written_as_everywhere_and_sort_as_numbers() -> None:
    app = drawn(table, 3, False)
    frame = app.dataframe[0]
    assert frame.value["1"].tolist()[1:] == [1, 2]
    written = frame.proto.arrow_data.styler.display_values
    assert "¥2.00".encode() in written
    assert "—".encode() in written


def card(value: float | None, rate: float | None) -> None:
    from ui.card.number_card import number_card

    number_card("![x](y)", value, "CNY", room=7, good_direction="down", against="较上期", rate=rate)


@pytest.mark.parametrize(
    ("value", "rate", "shown", "delta"),
    [
        (1234567.0, 0.5, "¥123.5万", "+50.0%"),
        (12.5, -0.25, "¥12.50", "-25.0%"),
        (0.0, 0.0, "¥0", "0%"),
        (None, None, "—", ""),
    ],
)
def test_a_card_shows_value_and_change(
    value: float | None, rate: float | None, shown: str, delta: str
) -> None:
    app = drawn(card, value, rate)
    (metric,) = app.metric
    assert metric.label == "x(y)"
    assert (metric.value, metric.delta) == (shown, delta)
    assert ("无可比数据" in said(app)) == (rate is None)


@pytest.mark.parametrize("module", [plain_text, session], ids=lambda one: one.__name__)
def test_the_examples_in_docstrings_are_true(module: object) -> None:
    outcome = doctest.testmod(module)  # type: ignore[arg-type]
    assert outcome.attempted
    assert not outcome.failed


def test_a_terminal_table_lines_up_under_wide_characters() -> None:
    text = plain_text.table_text(("省份", "n"), [("浙江省", "1"), ("ab", "22")])
    assert text.splitlines() == ["省份    n", "浙江省  1", "ab      22"]
