"""Values from data and questions are shown as text: no image is fetched, no HTML is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from tests.source_tree import ROOT, Module, modules, read
from tests.ui.conftest import OpenApp
from tests.ui.pages import ask, open_tab, said
from tests.ui.small_shop import build, lines
from ui.session import plain

IMAGE = "![x](http://127.0.0.1:1/x.png)"
HOSTILE = (IMAGE, "<img src=http://127.0.0.1:1/y.png>", "=1+1", "\u202eتجر\u202c שלום")

NEVER = {"html", "latex", "iframe", "write_stream"}
MARKDOWN = {
    *("markdown", "write", "caption", "title", "header", "subheader", "badge", "metric", "button"),
    *("success", "info", "warning", "error", "toggle", "checkbox", "radio", "selectbox"),
    *("popover", "download_button", "date_input", "pills", "menu_button", "segmented_control"),
    *("expander", "tabs", "toast", "table", "status", "spinner", "Column", "TextColumn"),
}
OURS = {"t", "words", "plain", "days_text", "short", "full", "change"}


def test_labels_hold_no_markdown() -> None:
    assert plain(IMAGE) == "x(http127.0.0.1:1/x.png)"
    assert plain("<b>`付款` **金额**</b>") == "b付款 金额/b"
    assert plain("上个月下单多少单, 付款多少单?") == "上个月下单多少单, 付款多少单?"


@given(st.text())
def test_a_label_never_holds_what_markdown_fetches_or_hides(value: str) -> None:
    label = plain(value)
    assert not set(label) & set("[]<>`*$|\\#~\n\u202e\u2066")
    assert "://" not in label
    assert len(label) <= 60


def calls(checked: Iterator[Module]) -> Iterator[tuple[str, str, ast.Call]]:
    for module in checked:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield f"{module.path}:{node.lineno}", node.func.attr, node


def is_safe(value: ast.expr) -> bool:
    """A literal, a text of ours, or a name made plain; also parts of these put together."""
    match value:
        case ast.Constant():
            return True
        case ast.Call(func=func):
            return ast.unparse(func).rpartition(".")[2] in OURS
        case ast.JoinedStr(values=parts):
            return all(is_safe(part) for part in parts)
        case ast.FormattedValue(value=inner):
            return is_safe(inner) or ast.unparse(inner) == "answer.data_through"
        case ast.List(elts=parts):
            return all(is_safe(part) for part in parts)
        case ast.BinOp(left=left, right=right):
            return is_safe(left) and is_safe(right)
        case _:
            return False


def unsafe(checked: Iterator[Module]) -> list[str]:
    return [
        f"{place} {name}"
        for place, name, call in calls(checked)
        if name in NEVER
        or any(keyword.arg == "unsafe_allow_html" for keyword in call.keywords)
        or (name in MARKDOWN and call.args and not is_safe(call.args[0]))
    ]


def pages() -> Iterator[Module]:
    yield read(ROOT / "app.py")
    yield from modules("ui")


def test_nothing_but_our_own_words_is_read_as_markdown() -> None:
    assert unsafe(pages()) == []


@pytest.mark.parametrize(
    "line",
    [
        "st.markdown(answer.summary)",
        "st.markdown('x', unsafe_allow_html=True)",
        "st.html('<b>')",
        "place.metric(column.label, 1)",
        "st.button(f'{t(\"open\")} {mover.member}')",
        "st.write(rows)",
    ],
)
def test_the_rule_finds_what_breaks_it(line: str) -> None:
    assert unsafe(iter([Module("ui/x.py", line)])) != []


def assert_harmless(app: AppTest) -> None:
    """Nothing that the browser reads as Markdown holds an image, an address or a tag."""
    assert not app.exception
    labels = [element.label for element in (*app.button, *app.metric, *app.tabs, *app.selectbox)]
    prose = [element.value for element in (*app.markdown, *app.header, *app.subheader)]
    for read_as_markdown in (*labels, *prose):
        assert not any(sign in read_as_markdown for sign in ("![", "://", "<img"))


@pytest.fixture(scope="module")
def hostile_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop whose names and provinces are attacks."""
    changed = [
        dict(line) | {"店铺名称": HOSTILE[number % 4], "收货地址": f"{HOSTILE[number % 4]} x"}
        for number, line in enumerate(lines())
    ]
    return build(tmp_path_factory.mktemp("hostile"), changed)


def test_hostile_names_are_shown_as_text(open_app: OpenApp, hostile_shop: Path) -> None:
    app = ask(open_app(hostile_shop), "上个月按店铺的付款订单数")
    assert not app.exception
    shown = open_tab(app, "数据").dataframe[0].value.iloc[:, 0].tolist()
    assert set(shown) == {name.removeprefix("=") for name in HOSTILE}  # Excel's ="…" is no name
    assert_harmless(app)


def test_hostile_names_on_chips_are_labels(open_app: OpenApp, hostile_shop: Path) -> None:
    app = ask(open_app(hostile_shop), "上个月按店铺的付款订单数")
    for number in range(9):  # every chip of the answer
        app.session_state[f"turn-0-chip-{number}"] = True
    app.run()
    assert any(button.label.startswith("店铺 = ") for button in app.button)
    assert_harmless(app)
    assert not any("![" in popover.proto.popover.label for popover in app.get("popover"))


def test_a_hostile_question_is_shown_as_text(open_app: OpenApp, shop: Path) -> None:
    app = ask(open_app(shop), f"上个月付款订单数 {IMAGE}")
    assert IMAGE in said(app)
    assert_harmless(app)


def test_the_overview_of_a_hostile_shop_has_no_markdown(
    open_app: OpenApp, hostile_shop: Path
) -> None:
    app = open_app(hostile_shop, page="overview")
    assert_harmless(app)
