"""Charts as files: PNG and SVG without a browser, nothing fetched, no boxes for Chinese."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from assistant.answer import Chart
from assistant.charts import pictures, recommend
from semantic_layer import QueryError
from tests.assistant.chart_cases import CASES, by_name

BAR = recommend(by_name(6))[0]


def code_of(error: pytest.ExceptionInfo[QueryError]) -> str:
    [issue] = error.value.issues
    assert issue.message.zh
    assert issue.message.en
    return issue.code


def drawn(spec: dict[str, Any]) -> Chart:
    return Chart(rule_id="N1", type="bar", why="", spec=spec)


def test_a_png_has_twice_the_pixels_of_the_page() -> None:
    picture = pictures.png(BAR, "zh")
    assert picture.startswith(b"\x89PNG\r\n")
    assert int.from_bytes(picture[16:20], "big") > 2 * 640


def test_an_svg_keeps_its_texts() -> None:
    picture = pictures.svg(BAR, "zh").decode()
    assert picture.startswith("<svg")
    assert "广东" in picture
    assert "Noto Sans CJK SC" in picture


@pytest.mark.parametrize("rule", ["T1", "T5", "N5", "N9"])
def test_the_first_chart_of_a_rule_is_drawn(rule: str) -> None:
    assert pictures.svg(recommend(CASES[rule])[0], "zh")


@pytest.mark.parametrize("kind", ["table", "card", "cards"])
def test_a_table_or_a_number_is_told_to_be_no_picture(kind: str) -> None:
    with pytest.raises(QueryError) as error:
        pictures.png(Chart(rule_id="K1", type=kind, why=""), "en")
    assert code_of(error) == "nothing_to_draw"


@pytest.mark.parametrize(
    "spec",
    [
        {"data": {"url": "http://127.0.0.1:9/x.csv"}, "mark": "bar"},
        {"data": {"values": [{"u": 1}]}, "mark": {"type": "image", "url": "file:///etc/hosts"}},
        {"layer": [{"mark": "image", "encoding": {"url": {"value": "http://127.0.0.1:9/x.png"}}}]},
        {"mark": "bar", "encoding": {"href": {"value": "http://127.0.0.1:9"}}},
        {"mark": "bar", "transform": [{"lookup": "a", "from": {"data": {"url": "//x/y.csv"}}}]},
    ],
)
@pytest.mark.parametrize("draw", [pictures.png, pictures.svg])
def test_what_would_fetch_something_is_not_drawn(spec: dict[str, Any], draw: Any) -> None:
    with pytest.raises(QueryError) as error:
        draw(drawn(spec), "en")
    assert code_of(error) == "picture_fetches"


def test_markup_in_a_name_stays_text() -> None:
    asked = by_name(2)
    name = '<image href="http://127.0.0.1:9/x.png"/>'
    evil = asked.__class__(**{**vars(asked), "rows": ((name, 5), ("广东", 3))})
    assert "<image" not in pictures.svg(recommend(evil)[0], "zh").decode()


def test_without_the_extra_the_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(QueryError) as error:
        pictures.png(BAR, "zh")
    assert code_of(error) == "pictures_not_installed"
    assert "koujing[pictures]" in str(error.value)


def test_without_a_chinese_font_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_has_chinese_font", lambda: False)
    with pytest.raises(QueryError) as error:
        pictures.png(BAR, "en")
    assert code_of(error) == "no_chinese_font"
    assert "fonts-noto-cjk" in str(error.value)


def test_the_font_check_tells_a_known_character_from_an_unknown_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert pictures._has_chinese_font.__wrapped__()
    monkeypatch.setattr(pictures, "_SAMPLE", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    assert not pictures._has_chinese_font.__wrapped__()


def test_the_library_is_loaded_only_for_a_picture() -> None:
    assert "vl_convert" not in vars(pictures)
