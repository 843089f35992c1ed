"""Invented people: names, hidden telephone numbers, addresses in streets that do not exist.

Follows `buyers`; what it makes up is personal data in kind, so that masking has something to mask.
Imports numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warehouse.demo.buyers import Buyers
from warehouse.demo.orders import Orders
from warehouse.demo.sampling import Floats, Ints, between, chance, pick, stream

SURNAMES = tuple("王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余")
WOMEN = (
    "静怡", "雨桐", "梓涵", "欣然", "佳慧", "晓燕", "丽娟", "思琪", "若曦", "雅婷",
    "婉清", "诗涵", "美玲", "秀英", "梦瑶", "可欣", "文静", "海燕", "芷若", "敏",
)  # fmt: skip
MEN = (
    "浩然", "子轩", "宇航", "建国", "志强", "俊杰", "伟", "博文", "嘉豪", "明远",
    "天佑", "海涛", "鹏飞", "晨", "家辉", "立新", "思远", "国栋", "一鸣", "永强",
)  # fmt: skip
STREETS = ("青梧路", "望溪街", "白鹭大道", "云栖巷", "禾风路", "锦帆街", "松涧路", "月桥东路")
GENDERS = ("女", "男", "未知")
AGE_BANDS = ("18-24", "25-29", "30-39", "40-49", "50+")
LEVELS = ("普通", "银卡", "金卡", "黑卡")
_SURNAME_WEIGHTS: Floats = 1.0 / (np.arange(len(SURNAMES), dtype=np.float64) + 3.0)
_GENDER_WEIGHTS = np.array([0.70, 0.22, 0.08])
_AGE_WEIGHTS = np.array([0.21, 0.27, 0.32, 0.13, 0.07])
# Orders from which a level is reached.
_LEVEL_STEPS = np.array([3, 6, 15])


@dataclass(frozen=True)
class Customers:
    """Buyer → person. Everything but the numbers is a position in one of the tuples above.

    `given` is a position in `WOMEN + MEN`.
    """

    surname: Ints
    given: Ints
    phone_prefix: Ints
    phone_suffix: Ints
    street: Ints
    house: Ints
    room: Ints
    gender: Ints
    age_band: Ints
    level: Ints


def introduce(seed: int, buyers: Buyers, orders: Orders) -> Customers:
    """Make up a person for each buyer; the level follows from the orders."""
    rng = stream(seed, "customers")
    size = buyers.size
    gender = pick(rng, _GENDER_WEIGHTS, size)
    male = np.where(gender == 2, chance(rng, 0.25, size), gender == 1)
    paid = np.bincount(orders.buyer[orders.is_paid], minlength=size)
    return Customers(
        surname=pick(rng, _SURNAME_WEIGHTS, size),
        given=between(rng, 0, len(WOMEN), size) + np.where(male, len(WOMEN), 0),
        phone_prefix=between(rng, 130, 200, size),
        phone_suffix=between(rng, 0, 10_000, size),
        street=between(rng, 0, len(STREETS), size),
        house=between(rng, 1, 400, size),
        room=between(rng, 101, 2_805, size),
        gender=gender,
        age_band=pick(rng, _AGE_WEIGHTS, size),
        level=np.searchsorted(_LEVEL_STEPS, paid, side="right").astype(np.int64),
    )
