"""`ChatModel`: a system text, a user text and a schema in, a validated value and its tokens out.

Beside the parser, which knows no provider; this module knows no metrics. It is the only one that
imports langchain, and does so on first use: a command that asks no model starts without it.

What a model says is read leniently (tool arguments, or JSON in the text, fenced or not) and
validated strictly, by the schema. Whatever goes wrong is a `ChatModelError`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from assistant.language_model.chat_model_error import ChatModelError, ErrorCode
from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage

Value = TypeVar("Value", bound=BaseModel)


@dataclass(frozen=True)
class Completion(Generic[Value]):
    """A validated reply and what it cost."""

    value: Value
    tokens: int


class ChatModel(Protocol):
    """Anything that completes a prompt in the form of a schema."""

    def complete(self, system: str, user: str, schema: type[Value]) -> Completion[Value]:
        """The model's reply as a `schema`.

        Raises:
            ChatModelError: no reply, or none that fits the schema.
        """
        ...


@dataclass
class TokenMeter:
    """A chat model that counts what another one spends, failed replies too. One per question."""

    chat_model: ChatModel
    tokens: int = field(default=0, init=False)

    def complete(self, system: str, user: str, schema: type[Value]) -> Completion[Value]:
        """Ask the model behind, and add its tokens."""
        try:
            completion = self.chat_model.complete(system, user, schema)
        except ChatModelError as error:
            self.tokens += error.tokens
            raise
        self.tokens += completion.tokens
        return completion


class LangChainChatModel:
    """Any model that LangChain's `init_chat_model` knows, by "provider:model"."""

    def __init__(self, settings: Settings) -> None:
        """Keep the settings; nothing is imported or contacted before the first question."""
        self._settings = settings
        self._model: BaseChatModel | None = None

    def complete(self, system: str, user: str, schema: type[Value]) -> Completion[Value]:
        """See `ChatModel`. The wire form is tool calling or a JSON schema, as the settings say."""
        if self._model is None:
            self._model = _connect(self._settings)
        name = str(self._settings.llm)
        try:
            # The schema goes as a dict, not as the class: nothing may validate the reply before
            # `_read` has looked at all the places where a model puts its answer.
            asked = self._model.with_structured_output(
                wire_schema(schema), include_raw=True, method=self._settings.llm_method
            )
            answer: Any = asked.invoke([("system", system), ("human", user)])
        except Exception as error:
            raise _as_chat_model_error(error, name) from error
        return _read(answer["raw"], schema, name)


def wire_schema(schema: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema that is sent to a model: no references, no defaults, every property required.

    That is what strict structured output asks for and every provider's tool calling accepts;
    validation by the class itself stays free to let a property be absent.
    """
    whole = schema.model_json_schema()
    form: dict[str, Any] = _inlined(whole, whole.pop("$defs", {}))
    return {"title": schema.__name__, "description": schema.__name__, **form}


def _inlined(node: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inlined(definitions[node["$ref"].rpartition("/")[2]], definitions)
    form = {
        key: _inlined(value, definitions)
        for key, value in node.items()
        if key not in ("default", "title", "properties")
    }
    if "properties" in node:  # its keys are names, and one may well be called "title"
        form["properties"] = {
            name: _inlined(value, definitions) for name, value in node["properties"].items()
        }
        form["required"] = list(node["properties"])
    return form


def _connect(settings: Settings) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    if settings.llm is None:
        raise ChatModelError(
            "not_configured", model="-", detail='llm = "provider:model" is not set'
        )
    provider, _, model = settings.llm.partition(":")
    options: dict[str, Any] = {
        "timeout": settings.llm_timeout_s,
        "max_retries": settings.llm_max_retries,
    }
    if settings.llm_temperature >= 0:
        options["temperature"] = settings.llm_temperature
    if settings.llm_base_url:
        # A server of one's own often wants no key, but the client insists on one.
        options |= {"base_url": settings.llm_base_url, "api_key": "none"}
    if settings.llm_api_key:
        options["api_key"] = settings.llm_api_key.get_secret_value()
    try:
        connected: BaseChatModel = init_chat_model(
            model.strip(), model_provider=provider.strip().lower(), **options
        )
    except Exception as error:
        raise ChatModelError(
            "not_configured", model=settings.llm, detail=_first_sentence(error)
        ) from error
    return connected


# By name, because langchain is not imported before a model is asked.
_CODES: tuple[tuple[str, ErrorCode], ...] = (
    ("ModelTimeoutError", "timeout"),
    ("ModelRateLimitError", "rate_limited"),
    ("ModelAuthenticationError", "key_refused"),
    ("ModelPermissionDeniedError", "key_refused"),
    ("ModelNotFoundError", "model_not_found"),
    ("ModelInvalidRequestError", "request_refused"),
    ("ContextOverflowError", "request_refused"),
    ("ModelConnectionError", "unavailable"),
    ("ModelAPIError", "unavailable"),
)


def _as_chat_model_error(error: Exception, model: str) -> ChatModelError:
    from langchain_core import exceptions as known

    for name, code in _CODES:
        if isinstance(error, getattr(known, name)):
            return ChatModelError(code, model=model)
    return ChatModelError("unavailable", model=model, detail=_first_sentence(error))


def _first_sentence(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].split(". ")[0].rstrip(".") if lines else type(error).__name__


def _read(message: AIMessage, schema: type[Value], model: str) -> Completion[Value]:
    """The first of the places where a model puts its answer that holds one which fits."""
    usage = message.usage_metadata
    tokens = usage["total_tokens"] if usage else 0
    reply, detail = str(message.text), "the reply holds neither a tool call nor JSON"
    for payload in _payloads(message):
        try:
            return Completion(schema.model_validate_json(payload), tokens)
        except ValidationError as error:
            reply, detail = payload, _what_does_not_fit(error)
    raise ChatModelError("malformed_reply", model=model, detail=detail, reply=reply, tokens=tokens)


def _payloads(message: AIMessage) -> Iterator[str]:
    for call in message.tool_calls:
        yield json.dumps(call["args"], ensure_ascii=False)
    for broken in message.invalid_tool_calls:
        yield broken["args"] or ""
    text = message.text
    start, end = text.find("{"), text.rfind("}")
    if start < end:  # also lifts it out of a fence, or from between sentences
        yield text[start : end + 1]


def _what_does_not_fit(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_context=False)
    return "; ".join(
        f"{'.'.join(map(str, problem['loc'])) or 'reply'}: {problem['msg']}"
        for problem in problems[:8]
    )


def open_chat_model(settings: Settings) -> ChatModel:
    """The chat model of the settings; nothing is contacted yet."""
    return LangChainChatModel(settings)
