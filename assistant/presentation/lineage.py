"""`lineage`: where a number comes from — metric, measures, dataset, table, files — as a tree.

From the definitions and from what the warehouse says that it holds; nothing is executed. A measure
is a simple metric: one aggregate over one dataset.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.knowledge import Knowledge
from assistant.presentation.wording import field_label, own_condition_text, pick
from semantic_layer import Language, SemanticQuery
from semantic_layer.model import SimpleMetric, inputs_of
from semantic_layer.query import METRIC_TIME
from semantic_layer.resolving.filters import fields_of
from semantic_layer.resolving.joins import ways_to
from warehouse import Contents

_MOST_FILES = 8


@dataclass(frozen=True)
class Node:
    """A step of the way, and the steps that it rests on."""

    text: str
    parts: tuple[Node, ...] = ()


def lineage(
    query: SemanticQuery, knowledge: Knowledge, contents: Contents | None, language: Language
) -> tuple[Node, ...]:
    """The way of each metric of a plan, in asked order."""
    tree = _Tree(query, knowledge, contents, language)
    return tuple(tree.metric(name) for name in query.metrics)


def tree_text(nodes: tuple[Node, ...]) -> str:
    """A forest, a line a node.

    >>> print(tree_text((Node("a", (Node("b", (Node("c"),)), Node("d"))),)))
    a
    ├─ b
    │  └─ c
    └─ d
    """
    return "\n".join(line for node in nodes for line in (node.text, *_branches(node.parts)))


def _branches(nodes: tuple[Node, ...]) -> Iterator[str]:
    for node in nodes:
        is_last = node is nodes[-1]
        yield ("└─ " if is_last else "├─ ") + node.text
        yield from (("   " if is_last else "│  ") + line for line in _branches(node.parts))


@dataclass(frozen=True)
class _Tree:
    query: SemanticQuery
    knowledge: Knowledge
    contents: Contents | None
    language: Language

    def metric(self, name: str) -> Node:
        metric = self.knowledge.model.metrics[name]
        label = f"{metric.label.in_(self.language)} ({name}) v{metric.version}"
        if isinstance(metric, SimpleMetric):
            return Node(label, (self._measure(metric),))
        used = dict.fromkeys(one.metric for one in inputs_of(metric))
        return Node(f"{label} · {metric.type}", tuple(map(self.metric, used)))

    def _measure(self, metric: SimpleMetric) -> Node:
        told = f"{metric.agg}({metric.expr.sql(dialect='duckdb')})"
        if condition := own_condition_text(metric, self.knowledge.model, self.language):
            told += pick((f"，条件：{condition}", f" where {condition}"), self.language)
        return Node(told, (self._dataset(metric.dataset), *self._joined(metric)))

    def _dataset(self, name: str) -> Node:
        dataset = self.knowledge.model.datasets[name]
        word = pick(("数据集", "dataset"), self.language)
        return Node(f"{word} {name}", (self._table(dataset.source),))

    def _joined(self, metric: SimpleMetric) -> Iterator[Node]:
        """The datasets that the groups and conditions of the plan reach."""
        wanted = [group.name for group in self.query.group_by]
        wanted += list(fields_of(self.query.where))
        seen = {metric.dataset}
        for name in wanted:
            if name.startswith(METRIC_TIME):
                continue
            for way in ways_to(self.knowledge.model, metric.dataset, name)[:1]:
                home = way.dimension.dataset
                if home not in seen:
                    seen.add(home)
                    reached = self._dataset(home)
                    label = field_label(name, self.knowledge.model, self.language)
                    yield Node(f"{reached.text} ← {label}", reached.parts)

    def _table(self, source: str) -> Node:
        word = pick(("表", "table"), self.language)
        info = self.contents.tables.get(source) if self.contents else None
        if self.contents is None or info is None:
            return Node(f"{word} {source}")
        parts = [f"{word} {source}"]
        if self.knowledge.sees_all_of(source):
            parts.append(
                pick((f"{info.row_count:,} 行", f"{info.row_count:,} rows"), self.language)
            )
        parts.append(pick(("快照", "snapshot"), self.language) + f" {self.contents.snapshot}")
        return Node(" · ".join(parts), tuple(self._files()) if info.coverage else ())

    def _files(self) -> Iterator[Node]:
        """The loaded files, the latest first; a demo shop and someone else's tables have none."""
        assert self.contents is not None, "files were loaded into something"
        batches = self.contents.batches[::-1]
        word = pick(("文件", "file"), self.language)
        for batch in batches[:_MOST_FILES]:
            rows = pick((f"{batch.rows:,} 行", f"{batch.rows:,} rows"), self.language)
            yield Node(
                f"{word} {batch.file} · {batch.source} · {rows} · {batch.loaded_at:%Y-%m-%d}"
            )
        if (left := len(batches) - _MOST_FILES) > 0:
            yield Node(pick((f"另有 {left} 个文件", f"{left} more files"), self.language))
        if not batches and self.contents.kind == "demo":
            yield Node(pick(("演示店铺（虚构数据）", "demo shop (invented data)"), self.language))
