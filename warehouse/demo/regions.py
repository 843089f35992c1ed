"""Where buyers live: provinces as Tmall writes them, cities, and the warehouse that serves them.

Weights stand for buying power online, roughly population times income. Imports numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warehouse.demo.sampling import Bools, Floats, Ints

WAREHOUSES = ("杭州仓", "广州仓", "成都仓")
_EAST, _SOUTH, _WEST = range(3)


@dataclass(frozen=True)
class Province:
    """A province, its cities from the largest on, and a parcel's days from its warehouse."""

    name: str
    weight: float
    warehouse: int
    days: float
    cities: tuple[str, ...]

    @property
    def is_remote(self) -> bool:
        """Whether postage is dearer."""
        return self.days >= 4.5


PROVINCES = (
    Province("广东省", 12.6, _SOUTH, 1.4, ("广州市", "深圳市", "东莞市", "佛山市", "惠州市")),
    Province("江苏省", 9.6, _EAST, 1.4, ("苏州市", "南京市", "无锡市", "南通市", "徐州市")),
    Province("浙江省", 9.4, _EAST, 1.0, ("杭州市", "宁波市", "温州市", "金华市", "嘉兴市")),
    Province("上海", 6.3, _EAST, 1.2, ("上海市",)),
    Province("山东省", 6.4, _EAST, 2.2, ("青岛市", "济南市", "烟台市", "临沂市")),
    Province("北京", 5.0, _EAST, 2.3, ("北京市",)),
    Province("四川省", 5.2, _WEST, 1.3, ("成都市", "绵阳市", "南充市", "宜宾市")),
    Province("河南省", 4.8, _EAST, 2.3, ("郑州市", "洛阳市", "南阳市", "新乡市")),
    Province("湖北省", 4.1, _EAST, 2.2, ("武汉市", "宜昌市", "襄阳市")),
    Province("湖南省", 3.7, _SOUTH, 2.0, ("长沙市", "株洲市", "衡阳市", "常德市")),
    Province("福建省", 3.9, _SOUTH, 2.0, ("福州市", "厦门市", "泉州市", "漳州市")),
    Province("安徽省", 3.5, _EAST, 1.8, ("合肥市", "芜湖市", "阜阳市")),
    Province("河北省", 3.5, _EAST, 2.6, ("石家庄市", "唐山市", "保定市", "廊坊市")),
    Province("重庆", 2.7, _WEST, 1.5, ("重庆市",)),
    Province("陕西省", 2.5, _WEST, 2.2, ("西安市", "咸阳市", "宝鸡市")),
    Province("江西省", 2.3, _EAST, 2.0, ("南昌市", "赣州市", "九江市")),
    Province("辽宁省", 2.6, _EAST, 3.2, ("沈阳市", "大连市", "鞍山市")),
    Province("广西壮族自治区", 2.1, _SOUTH, 2.2, ("南宁市", "柳州市", "桂林市")),
    Province("云南省", 2.2, _WEST, 2.8, ("昆明市", "曲靖市", "大理市")),
    Province("天津", 1.7, _EAST, 2.4, ("天津市",)),
    Province("山西省", 1.6, _EAST, 2.8, ("太原市", "大同市", "临汾市")),
    Province("贵州省", 1.5, _WEST, 2.5, ("贵阳市", "遵义市", "毕节市")),
    Province("黑龙江省", 1.5, _EAST, 3.9, ("哈尔滨市", "大庆市", "齐齐哈尔市")),
    Province("吉林省", 1.2, _EAST, 3.6, ("长春市", "吉林市", "延边州")),
    Province("内蒙古自治区", 1.0, _EAST, 4.6, ("呼和浩特市", "包头市", "赤峰市")),
    Province("甘肃省", 0.9, _WEST, 3.6, ("兰州市", "天水市", "酒泉市")),
    Province("新疆维吾尔自治区", 0.9, _WEST, 6.2, ("乌鲁木齐市", "伊犁州", "喀什地区")),
    Province("海南省", 0.6, _SOUTH, 3.0, ("海口市", "三亚市")),
    Province("宁夏回族自治区", 0.4, _WEST, 4.5, ("银川市", "吴忠市")),
    Province("青海省", 0.3, _WEST, 4.8, ("西宁市", "海东市")),
    Province("西藏自治区", 0.12, _WEST, 7.5, ("拉萨市", "日喀则市")),
)
# Who walks into the store in Hangzhou.
_STORE_GUESTS = {"浙江省": 86.0, "上海": 6.0, "江苏省": 5.0, "安徽省": 3.0}

CITIES = tuple(city for province in PROVINCES for city in province.cities)
FIRST_CITY: Ints = np.cumsum([0] + [len(province.cities) for province in PROVINCES[:-1]])
REMOTE: Bools = np.array([province.is_remote for province in PROVINCES])
WAREHOUSE_OF: Ints = np.array([province.warehouse for province in PROVINCES], np.int64)
PARCEL_DAYS: Floats = np.array([province.days for province in PROVINCES])


def province_weights(*, online: bool) -> Floats:
    """Province → weight among buyers of the platforms, or of the store."""
    if online:
        return np.array([province.weight for province in PROVINCES])
    return np.array([_STORE_GUESTS.get(province.name, 0.0) for province in PROVINCES])


def city_weights() -> Floats:
    """Province × position of the city in it → weight; the first city is the largest."""
    widest = max(len(province.cities) for province in PROVINCES)
    return np.array(
        [
            [1.0 / (i + 1) if i < len(province.cities) else 0.0 for i in range(widest)]
            for province in PROVINCES
        ]
    )
