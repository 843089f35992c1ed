"""Governed SQL: a SELECT over `shop` with METRIC(name), in the words of the semantic model.

Text → checked tree → one `SemanticQuery` for each SELECT from `shop` → the same resolver and
planner as every other question → one SELECT printed from the tree. Pure, like its package.
"""

from semantic_layer.governed_sql.columns import SqlColumn
from semantic_layer.governed_sql.compiling import CompiledSql, compile_sql

__all__ = ["CompiledSql", "SqlColumn", "compile_sql"]
