"""The map of tiles: 34 units, one tile each, every spelling of a name on its own tile."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import altair
import pytest

from assistant.answer import Cell
from assistant.charts import ChartRequest, tiles
from assistant.charts.laws import keeps_the_laws
from assistant.charts.profile import measure
from assistant.charts.provinces import PROVINCES, province_of
from tests.assistant.chart_cases import PROVINCE, metric, request


def shop(names: list[str], name: str = "paid_amount", **more: Any) -> ChartRequest:
    rows: list[tuple[Cell, ...]] = [(one, 1_000 * (place + 1)) for place, one in enumerate(names)]
    return request((PROVINCE, metric(name)), rows, **more)


EVERY = [one.name.zh for one in PROVINCES]


def tiles_of(asked: ChartRequest) -> dict[str, dict[str, Any]]:
    spec = tiles.tile_map(measure(asked))
    altair.Chart.from_dict(spec, validate=True)
    assert keeps_the_laws(spec)
    return {row["f0"]: row for row in spec["data"]["values"]}


def test_all_34_units_have_a_tile_of_their_own() -> None:
    assert len(PROVINCES) == 34
    assert {"香港", "澳门", "台湾", "内蒙古", "北京"} <= set(EVERY)
    places = Counter((one.column, one.row) for one in PROVINCES)
    assert set(places.values()) == {1}


def test_neighbours_lie_side_by_side() -> None:
    def apart(first: str, second: str) -> int:
        one, other = province_of(first), province_of(second)
        assert one
        assert other
        return abs(one.column - other.column) + abs(one.row - other.row)

    pairs = ("北京 河北", "黑龙江 吉林", "江苏 浙江", "广东 广西", "四川 重庆", "新疆 西藏")
    assert [apart(*pair.split()) for pair in pairs] == [1] * len(pairs)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("广东", "广东"),
        ("广东省", "广东"),
        ("北京市", "北京"),
        ("内蒙古自治区", "内蒙古"),
        ("广西壮族自治区", "广西"),
        ("新疆维吾尔自治区", "新疆"),
        ("香港特别行政区", "香港"),
        ("臺灣", "台湾"),
        ("inner mongolia", "内蒙古"),
        ("Shaanxi Province", "陕西"),
        ("Xizang", "西藏"),
        ("Macau", "澳门"),
        (" Hong  Kong SAR", "香港"),
    ],
)
def test_every_spelling_finds_its_province(spelling: str, name: str) -> None:
    found = province_of(spelling)
    assert found is not None
    assert found.name.zh == name


@pytest.mark.parametrize("name", ["深圳市", "海外", "", "省", "Guangdongg", "吉林街"])
def test_what_is_no_province_finds_none(name: str) -> None:
    assert province_of(name) is None


def test_a_province_without_a_row_or_a_value_is_empty_and_says_so() -> None:
    asked = shop(EVERY[:20])
    asked = replace(asked, rows=(*asked.rows[1:], (EVERY[0], None)))
    found = tiles_of(asked)
    assert len(found) == 34
    for name in (EVERY[0], EVERY[-1]):
        assert (found[name]["v0"], found[name]["l0"], found[name]["x0"]) == (None, "—", "—")
    assert found[EVERY[1]]["v0"] == 2_000


def test_names_and_note_speak_the_language_of_the_reader() -> None:
    spec = tiles.tile_map(measure(shop(EVERY, language="en")))
    assert spec["title"]["subtitle"] == ["Schematic, not to scale"]
    assert {"Guangdong", "Inner Mongolia"} <= {row["f0"] for row in spec["data"]["values"]}
    assert "示意图" in str(tiles.tile_map(measure(shop(EVERY)))["title"]["subtitle"])


def test_what_has_no_tile_is_counted_below_the_title_and_does_not_shade_the_others() -> None:
    asked = shop([*EVERY, "海外"])
    spec = tiles.tile_map(measure(replace(asked, rows=(*asked.rows[:-1], ("海外", 10**12)))))
    assert "其余 1 项未显示" in spec["title"]["subtitle"]
    assert "海外" not in str(spec)


@pytest.mark.parametrize(
    ("names", "fits"),
    [
        (EVERY, True),
        (EVERY[:10], True),
        (EVERY[:9], False),
        ([*EVERY[:12], "广东省", "广东"], False),
        ([*EVERY[:12], "甲市", "乙市", "丙市"], False),
        ([f"城市{n}" for n in range(20)], False),
    ],
)
def test_a_map_is_offered_for_enough_provinces_only(names: list[str], fits: bool) -> None:
    assert tiles.TILE_MAP.suits(measure(shop(list(dict.fromkeys(names))))) is fits


def test_losses_are_shaded_on_their_own_side_of_zero() -> None:
    asked = shop(EVERY, "net_profit")
    asked = replace(asked, rows=(*asked.rows[:-1], (EVERY[-1], -500)))
    spec = tiles.tile_map(measure(asked))
    assert '"domainMid": 0'.replace('"', "'") in str(spec)
