"""The 34 provincial units of China: their names in every spelling, and a tile for each.

Below `tiles` and `inference`; data and one look-up. The tiles keep neighbours together as far as a
grid can; they are no borders.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from semantic_layer.issues import Text


@dataclass(frozen=True)
class Province:
    """A provincial unit by its short names, and the column and row of its tile from top left."""

    name: Text
    column: int
    row: int


_ROWS: Final = (
    "黑龙江 Heilongjiang 6",
    "内蒙古 Inner_Mongolia 3; 北京 Beijing 4; 吉林 Jilin 6",
    "新疆 Xinjiang 0; 甘肃 Gansu 1; 宁夏 Ningxia 2; 山西 Shanxi 3; 河北 Hebei 4; 天津 Tianjin 5; "
    "辽宁 Liaoning 6",
    "西藏 Tibet 0; 青海 Qinghai 1; 陕西 Shaanxi 2; 河南 Henan 3; 山东 Shandong 4",
    "四川 Sichuan 1; 重庆 Chongqing 2; 湖北 Hubei 3; 安徽 Anhui 4; 江苏 Jiangsu 5; 上海 Shanghai 6",
    "云南 Yunnan 1; 贵州 Guizhou 2; 湖南 Hunan 3; 江西 Jiangxi 4; 浙江 Zhejiang 5",
    "广西 Guangxi 2; 广东 Guangdong 3; 福建 Fujian 4; 台湾 Taiwan 6",
    "海南 Hainan 2; 澳门 Macao 3; 香港 Hong_Kong 4",
)


def _read(rows: tuple[str, ...]) -> tuple[Province, ...]:
    return tuple(
        Province(Text(zh=zh, en=en.replace("_", " ")), int(column), row)
        for row, units in enumerate(rows)
        for zh, en, column in (unit.split() for unit in units.split(";"))
    )


PROVINCES: Final = _read(_ROWS)

_ZH_SUFFIX = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")
_EN_SUFFIX = re.compile(
    r"[ ,]+(?:province|municipality|(?:(?:zhuang|hui|uygur|uyghur) )?autonomous region|sar|city)$"
)
_OTHER_NAMES: Final = {
    "台灣": "台湾",
    "臺灣": "台湾",
    "澳門": "澳门",
    "nei mongol": "内蒙古",
    "neimenggu": "内蒙古",
    "xizang": "西藏",
    "macau": "澳门",
    "hongkong": "香港",
}
_BY_NAME: Final = (
    {one.name.zh: one for one in PROVINCES}
    | {one.name.en.lower(): one for one in PROVINCES}
    | {
        name: one
        for name, known in _OTHER_NAMES.items()
        for one in PROVINCES
        if one.name.zh == known
    }
)


def province_of(text: str) -> Province | None:
    """The provincial unit that the text names, with or without 省, 市, 自治区 or "Province".

    >>> [province_of(name).name.en for name in ("广东", "内蒙古自治区", "Xinjiang Province")]
    ['Guangdong', 'Inner Mongolia', 'Xinjiang']
    >>> province_of("深圳市") is None
    True
    """
    name = " ".join(text.lower().split())
    return (
        _BY_NAME.get(name)
        or _BY_NAME.get(_ZH_SUFFIX.sub("", name))
        or _BY_NAME.get(_EN_SUFFIX.sub("", name))
    )
