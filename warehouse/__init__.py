"""The warehouse: exports in, governed tables out, one guarded SELECT at a time.

Knows nothing of metrics, models or pages; imports neither `semantic_layer`, `assistant` nor `ui`.
"""

from __future__ import annotations

from warehouse.demo_shop import build_demo
from warehouse.engine import Column, Contents, Engine, QueryResult
from warehouse.errors import ExecutionError, IngestError, UnsafeSql, WarehouseError
from warehouse.execution import Warehouse
from warehouse.ingestion import FileReport, IngestReport, Rejected, ingest
from warehouse.manifest import Batch, Manifest, TableInfo
from warehouse.source_tables import load_source_tables

__all__ = [
    "Batch",
    "Column",
    "Contents",
    "Engine",
    "ExecutionError",
    "FileReport",
    "IngestError",
    "IngestReport",
    "Manifest",
    "QueryResult",
    "Rejected",
    "TableInfo",
    "UnsafeSql",
    "Warehouse",
    "WarehouseError",
    "build_demo",
    "ingest",
    "load_source_tables",
]
