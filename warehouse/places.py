"""Provinces as Tmall writes them, and every other way that exports write them. Data only."""

from __future__ import annotations

_PLAIN = {
    "河北省": "Hebei",
    "山西省": "Shanxi",
    "辽宁省": "Liaoning",
    "吉林省": "Jilin",
    "黑龙江省": "Heilongjiang",
    "江苏省": "Jiangsu",
    "浙江省": "Zhejiang",
    "安徽省": "Anhui",
    "福建省": "Fujian",
    "江西省": "Jiangxi",
    "山东省": "Shandong",
    "河南省": "Henan",
    "湖北省": "Hubei",
    "湖南省": "Hunan",
    "广东省": "Guangdong",
    "海南省": "Hainan",
    "四川省": "Sichuan",
    "贵州省": "Guizhou",
    "云南省": "Yunnan",
    "陕西省": "Shaanxi",
    "甘肃省": "Gansu",
    "青海省": "Qinghai",
    "台湾省": "Taiwan",
}
_MUNICIPALITIES = {"北京": "Beijing", "上海": "Shanghai", "天津": "Tianjin", "重庆": "Chongqing"}
_REGIONS = {
    "内蒙古自治区": ("内蒙古", "Inner Mongolia"),
    "广西壮族自治区": ("广西", "Guangxi"),
    "西藏自治区": ("西藏", "Tibet"),
    "宁夏回族自治区": ("宁夏", "Ningxia"),
    "新疆维吾尔自治区": ("新疆", "Xinjiang"),
    "香港特别行政区": ("香港", "Hong Kong"),
    "澳门特别行政区": ("澳门", "Macao"),
}


def _spellings() -> dict[str, str]:
    spellings = {}
    for name, english in _PLAIN.items():
        for spelling in (name, name.removesuffix("省"), english):
            spellings[spelling.lower()] = name
    for name, english in _MUNICIPALITIES.items():
        for spelling in (name, f"{name}市", english):
            spellings[spelling.lower()] = name
    for name, (short, english) in _REGIONS.items():
        for spelling in (
            name,
            short,
            f"{short}省",
            f"{short}自治区",
            f"{short}特别行政区",
            english,
        ):
            spellings[spelling.lower()] = name
    return spellings


PROVINCE_SPELLINGS = _spellings()
"""Spelling in lower case → the province's name in the mart."""
