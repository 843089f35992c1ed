"""Governed definitions, and the way from a question over them to SQL.

Pure: no clock, no database, no language model.
"""

from semantic_layer.catalog import Catalog, DateRange, SourceTable
from semantic_layer.compiler import CompiledQuery, compile_extremes, compile_query
from semantic_layer.issues import DefinitionError, Issue, Language, QueryError, Text, nearest
from semantic_layer.members import members_sql
from semantic_layer.model import SemanticModel
from semantic_layer.planner import plan
from semantic_layer.planning.query_plan import QueryPlan
from semantic_layer.printing.dialects import Dialect
from semantic_layer.query import SemanticQuery
from semantic_layer.resolver import ResolvedQuery, resolve
from semantic_layer.resolving.availability import (
    available_metrics,
    covered_days,
    dimension_is_loaded,
)
from semantic_layer.resolving.joins import reachable_dimensions

__all__ = [
    "Catalog",
    "CompiledQuery",
    "DateRange",
    "DefinitionError",
    "Dialect",
    "Issue",
    "Language",
    "QueryError",
    "QueryPlan",
    "ResolvedQuery",
    "SemanticModel",
    "SemanticQuery",
    "SourceTable",
    "Text",
    "available_metrics",
    "compile_extremes",
    "compile_query",
    "covered_days",
    "dimension_is_loaded",
    "members_sql",
    "nearest",
    "plan",
    "reachable_dimensions",
    "resolve",
]
