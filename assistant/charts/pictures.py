"""A chart as a PNG or SVG file, drawn in this process: no browser, no network.

Beside the line of the chart modules, after it: takes finished charts. The only owner of
`vl_convert`, which the extra `pictures` brings; it is loaded when the first picture is asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from assistant.answer import Chart
from semantic_layer.issues import Issue, Language, QueryError, Text

if TYPE_CHECKING:
    from types import ModuleType

_WIDTH = 640  # pixels of what fills its container on a page
_SCALE = 2.0  # a screenshot of a sharp screen
_FONTS: Final = (
    "Noto Sans CJK SC, Source Han Sans SC, WenQuanYi Micro Hei, Microsoft YaHei, PingFang SC, "
    "sans-serif"
)
_CONFIG: Final = {"font": _FONTS, "background": "white", "padding": 16}
_CJK = re.compile(r"[\u3400-\u9fff]")
_FETCHED: Final = ("url", "href")  # what a renderer would go and get
_SAMPLE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30">'
    f'<text x="2" y="22" font-size="20" font-family="{_FONTS}">{{text}}</text></svg>'
)

_NOT_INSTALLED = Text(
    zh="导出图片的组件没有安装；请运行 pip install 'koujing[pictures]' 后重试。",
    en="What draws pictures is not installed; run pip install 'koujing[pictures]' and try again.",
)
_NO_FONT = Text(
    zh="系统里没有中文字体，图片里的汉字会变成空白；请安装 fonts-noto-cjk 后重试。",
    en="No font on this system has Chinese, so names would be blank; install fonts-noto-cjk first.",
)
_NO_DRAWING = Text(
    zh="这个答案是表格或数字卡片，没有图可导出；请导出 CSV 或 Excel，或换一种图。",
    en="This answer is a table or a number; export it as CSV or Excel, or choose a chart.",
)
_FETCHES = Text(
    zh="这张图要从别处取内容，不能导出；请重新提问得到新的图。",
    en="This chart would fetch something from elsewhere and is not drawn; ask again for a new one.",
)


def png(chart: Chart, language: Language) -> bytes:
    """The chart as a PNG of twice its size on a page.

    Raises:
        QueryError: there is nothing to draw, or nothing to draw it with.
    """
    drawer, spec = _drawer(), _drawable(chart, language)
    picture: bytes = drawer.vegalite_to_png(
        spec, scale=_SCALE, config=_CONFIG, allowed_base_urls=[]
    )
    return picture


def svg(chart: Chart, language: Language) -> bytes:
    """The chart as an SVG file in UTF-8, its texts as texts.

    Raises:
        QueryError: there is nothing to draw, or nothing to draw it with.
    """
    drawer, spec = _drawer(), _drawable(chart, language)
    picture: str = drawer.vegalite_to_svg(spec, config=_CONFIG, allowed_base_urls=[])
    return picture.encode()


def _drawer() -> ModuleType:
    try:
        import vl_convert
    except ImportError as error:
        raise QueryError([Issue(code="pictures_not_installed", message=_NOT_INSTALLED)]) from error
    return vl_convert


def _drawable(chart: Chart, language: Language) -> dict[str, Any]:
    """The spec at a size of its own, or the reason why it is not drawn."""
    if chart.spec is None:
        raise QueryError([Issue(code="nothing_to_draw", message=_NO_DRAWING)])
    if any(key in node for node in _objects(chart.spec) for key in _FETCHED):
        raise QueryError([Issue(code="picture_fetches", message=_FETCHES)])
    text = json.dumps(chart.spec, ensure_ascii=False)
    if (language == "zh" or _CJK.search(text)) and not _has_chinese_font():
        raise QueryError([Issue(code="no_chinese_font", message=_NO_FONT)])
    spec: dict[str, Any] = _sized(chart.spec)
    return spec


def _sized(node: Any) -> Any:
    """The spec with a width where it would take that of its container."""
    if isinstance(node, dict):
        return {
            key: _WIDTH if (key, value) == ("width", "container") else _sized(value)
            for key, value in node.items()
        }
    return [_sized(child) for child in node] if isinstance(node, list) else node


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from _objects(child)


@cache
def _has_chinese_font() -> bool:
    """Whether a Chinese character is drawn otherwise than one that no font can have."""
    drawer = _drawer()
    chinese, unknown = (drawer.svg_to_png(_SAMPLE.format(text=text)) for text in ("数", "\ue000"))
    return bool(chinese != unknown)
