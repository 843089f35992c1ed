"""A lending library in Apache Ossie's form, and its two tables."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
DOCUMENT, TABLES = HERE / "library.ossie.yaml", HERE / "tables"
