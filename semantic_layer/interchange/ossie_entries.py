"""The raw types of an Apache Ossie document: what the specification lets a file say.

Version 0.2.0.dev0, one model a document; `ossie_files` also reads the `semantic_model` list of 0.1.
Keys that a draft adds are kept in `model_extra`, so that an import can name what it did not read.
Imports nothing of the package.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

VERSION = "0.2.0.dev0"
VENDOR = "KOUJING"

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _instructions_in_a_mapping(value: Any) -> Any:
    """A context may be one text; it is instructions then."""
    return {"instructions": value} if isinstance(value, str) else value


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_left_out(cls, value: Any) -> Any:
        """A key without a value is a key that is not there."""
        if not isinstance(value, dict):
            return value
        return {key: held for key, held in value.items() if held is not None}


class ExtensionEntry(_Entry):
    """What one vendor adds; `data` was JSON in a text before 0.2."""

    vendor_name: str
    data: dict[str, Any] = {}

    @field_validator("data", mode="before")
    @classmethod
    def _read_text(cls, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value


class ContextEntry(_Entry):
    """Words and instructions for language models."""

    instructions: str = ""
    synonyms: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


Context = Annotated[ContextEntry, BeforeValidator(_instructions_in_a_mapping)]


class DialectEntry(_Entry):
    """An expression in one language."""

    dialect: str
    expression: Name


class ExpressionEntry(_Entry):
    """The same expression in one language or several."""

    dialects: tuple[DialectEntry, ...] = Field(min_length=1)


class _Described(_Entry):
    name: Name
    description: str = ""
    ai_context: Context = ContextEntry()
    custom_extensions: tuple[ExtensionEntry, ...] = ()

    @property
    def own_extension(self) -> dict[str, Any] | None:
        """What an export of ours put here."""
        return next((one.data for one in self.custom_extensions if one.vendor_name == VENDOR), None)


class RoleEntry(_Entry):
    """That a field is a dimension, and perhaps one of time."""

    is_time: bool | None = None


class FieldEntry(_Described):
    """A value of each row."""

    expression: ExpressionEntry
    dimension: RoleEntry | None = None
    label: str = ""
    datatype: str = ""


class DatasetEntry(_Described):
    """A table and its fields."""

    source: Name
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    row_fields: tuple[FieldEntry, ...] = Field(default=(), alias="fields")

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """The columns that identify a row, in each way that they do."""
        every = (self.primary_key, *self.unique_keys)
        return tuple(dict.fromkeys(key for key in every if key))


class RelationshipEntry(_Entry):
    """Many rows of one dataset belong to one row of another."""

    name: Name
    source: Name = Field(alias="from")
    target: Name = Field(alias="to")
    from_columns: tuple[str, ...] = Field(min_length=1)
    to_columns: tuple[str, ...] = Field(min_length=1)
    ai_context: Context = ContextEntry()
    custom_extensions: tuple[ExtensionEntry, ...] = ()


class MetricEntry(_Described):
    """An aggregate over fields, or arithmetic over aggregates."""

    expression: ExpressionEntry
    datatype: str = ""


class ModelEntry(_Described):
    """One semantic model."""

    datasets: tuple[DatasetEntry, ...] = Field(min_length=1)
    relationships: tuple[RelationshipEntry, ...] = ()
    metrics: tuple[MetricEntry, ...] = ()
