"""Governed definitions and the way from a question over them to SQL. Pure: no clock, no database, no model."""

from semantic_layer.catalog import Catalog, DateRange, SourceTable
from semantic_layer.issues import DefinitionError, Issue, Language, QueryError, Text, nearest
from semantic_layer.model import SemanticModel
from semantic_layer.query import SemanticQuery

__all__ = [
    "Catalog",
    "DateRange",
    "DefinitionError",
    "Issue",
    "Language",
    "QueryError",
    "SemanticModel",
    "SemanticQuery",
    "SourceTable",
    "Text",
    "nearest",
]
