"""How link + parse grow with the values that questions can name: budget, 1 M ≤ 3 × 10 k names.

Both indexes are alive at once and the questions take turns, so that the ratio does not depend on
what else the machine does. Build time and memory are told, too: an index is built once a snapshot.
"""

from __future__ import annotations

import random
import resource
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from statistics import median
from time import perf_counter

from assistant.linking.lexicon import Lexicon
from assistant.parsing.linked_parser import ParseContext, parse_linked
from bench.report import milliseconds, percentile_95, spread
from semantic_layer import SemanticModel
from semantic_layer.loader import load_model

NOW = datetime(2026, 11, 24, 12)
SIZES = (10_000, 1_000_000)
QUESTIONS = 200
SHAPES = (
    "上个月{}的支付金额",
    "近30天按天的{}的付款订单数",
    "{}的销售额",
    "{} last month paid orders by province",
)
BRANDS = [
    "云朵",
    "山茶",
    "青禾",
    "木兰",
    "海盐",
    "星河",
    "松果",
    "白露",
    "半夏",
    "南枝",
    "北海",
    "晨光",
    "暖阳",
    "雪岭",
    "竹里",
    "桃夭",
]
THINGS = [
    "棉柔巾",
    "保温杯",
    "洗面奶",
    "连衣裙",
    "牛仔裤",
    "运动鞋",
    "双肩包",
    "台灯",
    "口红",
    "面膜",
    "坚果",
    "茶叶",
    "床单",
    "雨伞",
]
KINDS = ["粉色", "白色", "黑色", "蓝色", "大号", "小号", "轻薄", "加厚", "便携", "家用"]


def main() -> None:
    """Build the indexes, then ask each the same kinds of questions in turns."""
    model = load_model()
    names = {size: _names(size) for size in SIZES}
    contexts = {size: _context(model, names[size]) for size in SIZES}
    times: dict[int, list[float]] = {size: [] for size in SIZES}
    chance = random.Random(618)  # noqa: S311 - no secret
    for number in range(QUESTIONS * len(SHAPES)):
        shape = SHAPES[number % len(SHAPES)]
        for size, context in contexts.items():
            question = shape.format(chance.choice(names[size]))
            times[size].append(milliseconds(partial(parse_linked, question, context)))
    for size, found in times.items():
        print(f"{size:>9,} names  link + parse  {spread(found)}")
    few, many = (times[size] for size in SIZES)
    print(f"ratio {median(many) / median(few):.2f} at the median, ", end="")
    print(f"{percentile_95(many) / percentile_95(few):.2f} at p95")


def _names(count: int) -> list[str]:
    chance = random.Random(count)  # noqa: S311 - no secret
    return [
        f"{chance.choice(BRANDS)}{chance.choice(THINGS)} {chance.choice(KINDS)}款 {number:x}号"
        for number in range(count)
    ]


def _context(model: SemanticModel, names: Sequence[str]) -> ParseContext:
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, perf_counter()
    lexicon = Lexicon.build(model, {"product_name": names})
    seconds = perf_counter() - started
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"{len(names):>9,} names  index built in {seconds:.1f} s, {grown / 1024:,.0f} MB more")
    return ParseContext(model, lexicon, NOW, frozenset(model.metrics))


if __name__ == "__main__":
    main()
