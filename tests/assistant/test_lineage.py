"""Where a number comes from, down to the files that were loaded."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from assistant import LOCAL_ADMIN, Assistant, Role, Settings, User
from assistant.presentation import lineage as module
from assistant.presentation.lineage import lineage, tree_text
from semantic_layer import Language, SemanticQuery
from tests.ui.small_shop import build, lines

NARROW = """
access_policy:
  - role: operator
    grants:
      - {dataset: orders, where: {kind: in, field: province, values: [广东省]}}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = build(tmp_path_factory.mktemp("lineage"))
    (folder / "models").mkdir()
    (folder / "models" / "access.yml").write_text(NARROW, encoding="utf-8")
    return Assistant(folder, Settings())


def tree(
    shop: Assistant, *metrics: str, user: User = LOCAL_ADMIN, language: Language = "zh"
) -> list[str]:
    query = SemanticQuery(metrics=metrics)
    knowledge = shop.knowledge_for(user)
    return tree_text(lineage(query, knowledge, shop.warehouse.manifest(), language)).splitlines()


def test_a_measure_leads_to_its_table_and_file(shop: Assistant) -> None:
    metric, measure, dataset, table, file = tree(shop, "paid_orders")
    assert metric.startswith("付款订单数 (paid_orders) v")
    assert measure == "└─ count(order_key)，条件：有付款时间"
    assert dataset == "   └─ 数据集 orders"
    assert table.startswith(f"      └─ 表 mart.orders · {len(lines()):,} 行 · 快照 1-")
    assert file.startswith("         └─ 文件 ExportOrderList.csv · tmall_orders")


def test_a_ratio_leads_through_both_of_its_metrics(shop: Assistant) -> None:
    told = tree(shop, "payment_rate", language="en")
    assert told[0].endswith("· ratio")
    assert told[1].startswith("├─ paid orders (paid_orders)")
    assert sum("table mart.orders" in line for line in told) == 2


def test_the_size_of_a_table_is_not_told_to_who_sees_a_part(shop: Assistant) -> None:
    told = "\n".join(tree(shop, "paid_orders", user=User("operator", Role.operator)))
    assert "mart.orders" in told
    assert "行 · 快照" not in told


def test_without_a_warehouse_the_definitions_still_speak(tmp_path: Path) -> None:
    told = tree(Assistant(tmp_path / "new", Settings()), "paid_orders")
    assert told[-1].endswith("表 mart.orders")


def test_the_example_is_true() -> None:
    outcome = doctest.testmod(module)
    assert outcome.attempted
    assert not outcome.failed
