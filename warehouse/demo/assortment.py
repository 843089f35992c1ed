"""What the invented shop sells: categories, products and variants, as data.

Read by `catalogue`, which adds ids, prices in fen and popularity. Imports nothing of the house.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Variant:
    """A packing or colour, its price against the list price, its share of the product's sales."""

    name: str
    price: float
    share: float


@dataclass(frozen=True)
class Product:
    """A product, its list price in yuan, and its variants; each variant is a SKU."""

    name: str
    brand: str
    price: int
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class Category:
    """Products of a kind.

    Attributes:
        refunds: Share of paid orders that come back.
        cost: Cost of goods against the list price.
        summer: Demand in July against the year's mean; January mirrors it.
        conversion: Share of visitors who buy on an ordinary day.
    """

    name: str
    refunds: float
    cost: float
    summer: float
    conversion: float
    products: tuple[Product, ...]


_BOTTLES = (Variant("单瓶装", 1.0, 6), Variant("两瓶装", 1.86, 3), Variant("囤货三瓶装", 2.65, 1))
_PAIR = (Variant("单支", 1.0, 7), Variant("两支装", 1.88, 3))
_BOXES = (Variant("尝鲜装", 1.0, 5), Variant("整箱装", 3.4, 3), Variant("家庭囤货装", 5.8, 2))
_REFILL = (Variant("瓶装", 1.0, 6), Variant("补充装两袋", 1.45, 4))
_LIPS = (Variant("01 豆沙", 1.0, 5), Variant("02 枫叶", 1.0, 3), Variant("03 奶茶", 1.0, 2))
_SKIN = (Variant("自然色", 1.0, 6), Variant("象牙白", 1.0, 4))
_SIZES = (Variant("30ml", 1.0, 6), Variant("50ml", 1.5, 4))
_SCENTS = (Variant("白茶", 1.0, 4), Variant("雪松", 1.0, 3), Variant("桂花", 1.0, 3))

CATEGORIES = (
    Category("面部护肤", 0.075, 0.26, 0.92, 0.034, (
        Product("山茶花氨基酸洁面乳", "木禾", 69, _BOTTLES),
        Product("积雪草舒缓精华水", "木禾", 129, _BOTTLES),
        Product("玻尿酸保湿乳液", "木禾", 139, _PAIR),
        Product("烟酰胺亮肤精华液", "拾露", 199, _SIZES),
        Product("视黄醇紧致晚霜", "拾露", 259, _SIZES),
        Product("神经酰胺修护面霜", "木禾", 169, _SIZES),
        Product("清透隔离防晒乳", "拾露", 99, _PAIR),
        Product("燕麦补水面膜", "木禾", 79, _BOXES),
        Product("绿泥净肤泥膜", "木禾", 89, _PAIR),
        Product("多肽眼部精华", "拾露", 179, _PAIR),
    )),
    Category("彩妆", 0.12, 0.24, 1.02, 0.026, (
        Product("丝绒哑光唇釉", "澄屿", 79, _LIPS),
        Product("水光镜面唇露", "澄屿", 85, _LIPS),
        Product("柔雾气垫粉底", "澄屿", 159, _SKIN),
        Product("持妆粉底液", "澄屿", 169, _SKIN),
        Product("细芯砍刀眉笔", "澄屿", 39, _LIPS),
        Product("大地色九宫格眼影", "澄屿", 99, _SKIN),
        Product("控油定妆散粉", "澄屿", 89, _SKIN),
        Product("纤长卷翘睫毛膏", "澄屿", 69, _PAIR),
    )),
    Category("洗发护发", 0.05, 0.34, 1.05, 0.042, (
        Product("侧柏叶控油洗发水", "青萝集", 59, _BOTTLES),
        Product("氨基酸蓬松洗发露", "青萝集", 65, _BOTTLES),
        Product("茶籽柔顺护发素", "青萝集", 55, _BOTTLES),
        Product("角蛋白修护发膜", "青萝集", 75, _PAIR),
        Product("生姜头皮精华", "青萝集", 109, _PAIR),
        Product("山茶护发精油", "青萝集", 89, _PAIR),
        Product("免洗蓬松喷雾", "青萝集", 49, _PAIR),
    )),
    Category("身体护理", 0.045, 0.32, 0.86, 0.04, (
        Product("樱花香氛沐浴露", "木禾", 49, _BOTTLES),
        Product("乳木果身体乳", "木禾", 69, _BOTTLES),
        Product("烟酰胺磨砂膏", "木禾", 59, _PAIR),
        Product("羊奶滋润护手霜", "木禾", 29, _BOTTLES),
        Product("玫瑰精油手工皂", "木禾", 35, _SCENTS),
        Product("茶树除味足霜", "木禾", 39, _PAIR),
        Product("止汗净味走珠", "木禾", 45, _PAIR),
    )),
    Category("口腔护理", 0.03, 0.38, 1.0, 0.05, (
        Product("益生菌清新牙膏", "小筑日常", 29, _BOXES),
        Product("酵素亮白牙膏", "小筑日常", 39, _BOXES),
        Product("软毛宽头牙刷", "小筑日常", 25, _BOXES),
        Product("便携漱口水条", "小筑日常", 35, _BOXES),
        Product("薄荷护龈漱口水", "小筑日常", 39, _PAIR),
        Product("水溶扁线牙线棒", "小筑日常", 19, _BOXES),
        Product("声波电动牙刷", "小筑日常", 199, _SKIN),
    )),
    Category("家居清洁", 0.028, 0.44, 1.04, 0.055, (
        Product("植萃浓缩洗衣液", "小筑日常", 49, _REFILL),
        Product("留香珠护衣凝珠", "小筑日常", 45, _BOXES),
        Product("柠檬果蔬洗洁精", "小筑日常", 25, _REFILL),
        Product("厨房重油清洁喷雾", "小筑日常", 35, _REFILL),
        Product("浴室除垢泡沫", "小筑日常", 32, _REFILL),
        Product("管道疏通颗粒", "小筑日常", 22, _BOXES),
        Product("洗衣机槽清洁片", "小筑日常", 29, _BOXES),
    )),
    Category("纸品湿巾", 0.018, 0.58, 1.0, 0.068, (
        Product("竹纤维抽纸", "小筑日常", 39, _BOXES),
        Product("加厚厨房用纸", "小筑日常", 29, _REFILL),
        Product("一次性洗脸巾", "小筑日常", 33, _BOXES),
        Product("婴儿可用柔湿巾", "小筑日常", 36, _BOXES),
        Product("湿厕纸", "小筑日常", 28, _BOXES),
        Product("卸妆湿巾", "木禾", 32, _PAIR),
        Product("酒精消毒湿巾", "小筑日常", 26, _BOXES),
    )),
    Category("香氛", 0.095, 0.28, 0.95, 0.022, (
        Product("无火藤条香薰", "澄屿", 89, _SCENTS),
        Product("大豆蜡香薰蜡烛", "澄屿", 79, _SCENTS),
        Product("车载香片", "澄屿", 39, _SCENTS),
        Product("淡香水", "澄屿", 199, _SIZES),
        Product("衣橱香包", "澄屿", 29, _SCENTS),
        Product("枕头助眠喷雾", "澄屿", 59, _PAIR),
        Product("固体香膏", "澄屿", 49, _SIZES),
    )),
)  # fmt: skip
# The best sellers, from the first on; how the others rank is chance.
HITS = (
    "氨基酸蓬松洗发露",
    "积雪草舒缓精华水",
    "燕麦补水面膜",
    "丝绒哑光唇釉",
    "植萃浓缩洗衣液",
    "一次性洗脸巾",
)
