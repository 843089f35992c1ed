"""LangChain's chat model against a real server: both wire forms, each way to fail, one family."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from pydantic import BaseModel, SecretStr

from assistant.language_model.chat_model import LangChainChatModel, TokenMeter, wire_schema
from assistant.language_model.chat_model_error import ChatModelError
from assistant.language_model.model_reply import ReplyOrSql
from assistant.settings import Settings
from tests.openai_server import (
    TOKENS_PER_REPLY,
    OpenAIServer,
    Script,
    closed_port,
    content,
    failure,
    model_refusal,
    raw,
    silence,
    tool_call,
)


class Colour(BaseModel):
    """A colour."""

    title: str
    shade: Literal["light", "dark"] | None = None


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


def chat_model(server: OpenAIServer, **settings: Any) -> LangChainChatModel:
    given: dict[str, Any] = {
        "llm": "openai:test",
        "llm_base_url": server.base_url,
        "llm_api_key": SecretStr("sk-test"),
        "llm_max_retries": 0,
        **settings,
    }
    return LangChainChatModel(Settings(**given))


def failing(model: LangChainChatModel) -> ChatModelError:
    with pytest.raises(ChatModelError) as caught:
        model.complete("system", "user", Colour)
    return caught.value


def test_tool_calling_sends_the_schema_and_reads_the_arguments(server: OpenAIServer) -> None:
    server.reply(tool_call({"title": "red", "shade": "dark"}, name="Colour"))
    completion = chat_model(server).complete("be brief", "which colour?", Colour)
    assert completion.value == Colour(title="red", shade="dark")
    assert completion.tokens == TOKENS_PER_REPLY
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == "Bearer sk-test"
    assert [m["content"] for m in request.body["messages"]] == ["be brief", "which colour?"]
    assert request.body["temperature"] == 0
    assert set(request.function["parameters"]["properties"]) == {"title", "shade"}
    assert request.body["tool_choice"]["function"]["name"] == "Colour"


def test_json_schema_sends_a_response_format_and_reads_the_content(server: OpenAIServer) -> None:
    server.reply(content({"title": "red", "shade": None}))
    model = chat_model(server, llm_method="json_schema")
    assert model.complete("s", "u", Colour).value == Colour(title="red")
    (request,) = server.requests
    assert request.body["response_format"]["type"] == "json_schema"
    schema = request.body["response_format"]["json_schema"]["schema"]
    assert schema["required"] == ["title", "shade"]
    assert "tools" not in request.body


@pytest.mark.parametrize("method", ["function_calling", "json_schema"])
@pytest.mark.parametrize(
    "script",
    [
        tool_call({"title": "red"}, name="Colour"),
        content('{"title": "red"}'),
        content('```json\n{"title": "red"}\n```'),
        content('Here it is:\n\n{"title": "red"}\n\nAnything else?'),
    ],
    ids=["tool call", "bare", "fenced", "between sentences"],
)
def test_the_answer_is_found_wherever_the_model_puts_it(
    server: OpenAIServer, method: str, script: Script
) -> None:
    server.reply(script)
    assert chat_model(server, llm_method=method).complete("s", "u", Colour).value.title == "red"


@pytest.mark.parametrize("method", ["function_calling", "json_schema"])
@pytest.mark.parametrize(
    ("script", "detail"),
    [
        (tool_call('{"title": "red"', name="Colour"), "Invalid JSON"),
        (tool_call({"shade": "dark"}, name="Colour"), "title: Field required"),
        (content("I would say red."), "neither a tool call nor JSON"),
        (content('{"title": 3}'), "title: Input should be a valid string"),
        (content("} and {"), "neither a tool call nor JSON"),
        (content(""), "neither a tool call nor JSON"),
        (model_refusal("I may not."), "neither a tool call nor JSON"),
    ],
    ids=["cut off", "missing field", "prose", "wrong type", "stray braces", "empty", "declined"],
)
def test_a_reply_that_does_not_fit_is_malformed_and_says_why(
    server: OpenAIServer, method: str, script: Script, detail: str
) -> None:
    server.reply(script)
    error = failing(chat_model(server, llm_method=method))
    assert error.code == "malformed_reply"
    assert detail in error.detail
    assert error.tokens == TOKENS_PER_REPLY


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (failure(401), "key_refused"),
        (failure(403), "key_refused"),
        (failure(429), "rate_limited"),
        (failure(500), "unavailable"),
        (failure(503), "unavailable"),
        (failure(404), "model_not_found"),
        (failure(400, "tools are not supported"), "request_refused"),
        (raw(b"<html>a login page</html>"), "unavailable"),
        (raw(b'{"unexpected": true}'), "unavailable"),
    ],
)
def test_every_failure_is_one_family_with_a_sentence_in_both_languages(
    server: OpenAIServer, script: Script, code: str
) -> None:
    server.reply(script)
    error = failing(chat_model(server))
    assert error.code == code
    assert error.issue.code == code
    for sentence in (error.text.zh, error.text.en):
        assert "openai:test" in sentence
        assert "\n" not in sentence


def test_an_answer_that_does_not_come_is_a_timeout(server: OpenAIServer) -> None:
    server.reply(silence())
    assert failing(chat_model(server, llm_timeout_s=0.3)).code == "timeout"


def test_a_refused_connection_is_unavailable(server: OpenAIServer) -> None:
    nowhere = f"http://127.0.0.1:{closed_port()}/v1"
    assert failing(chat_model(server, llm_base_url=nowhere)).code == "unavailable"
    assert server.requests == []


def test_a_rate_limit_is_waited_for_as_long_as_retries_are_left(server: OpenAIServer) -> None:
    server.reply(failure(429, retry_after="0.01"), tool_call({"title": "red"}, name="Colour"))
    model = chat_model(server, llm_max_retries=1)
    assert model.complete("s", "u", Colour).value.title == "red"
    server.reply(failure(429, retry_after="0.01"), failure(429, retry_after="0.01"))
    assert failing(model).code == "rate_limited"
    assert server.unused == 0


def test_no_retry_means_one_request(server: OpenAIServer) -> None:
    server.reply(failure(500), tool_call({"title": "red"}, name="Colour"))
    failing(chat_model(server))
    assert len(server.requests) == 1


def test_the_key_is_in_no_error(server: OpenAIServer) -> None:
    server.reply(failure(401, "Incorrect API key provided: sk-test"))
    error = failing(chat_model(server))
    assert "sk-test" not in f"{error} {error.text} {error.detail} {error.reply}"


def test_a_server_of_ones_own_needs_no_key(server: OpenAIServer) -> None:
    server.reply(tool_call({"title": "red"}, name="Colour"))
    model = chat_model(server, llm_api_key=None)
    assert model.complete("s", "u", Colour).value.title == "red"


def test_a_negative_temperature_is_not_sent(server: OpenAIServer) -> None:
    server.reply(tool_call({"title": "red"}, name="Colour"))
    chat_model(server, llm_temperature=-1).complete("s", "u", Colour)
    assert "temperature" not in server.requests[0].body


@pytest.mark.parametrize(
    ("llm", "detail"),
    [
        (None, "not set"),
        ("openai:test", "credentials"),
        ("nobody:test", "nobody"),
        ("cohere:test", "langchain-cohere"),
    ],
    ids=["no model", "no key", "unknown provider", "missing package"],
)
def test_what_is_not_set_up_is_said_in_one_sentence(llm: str | None, detail: str) -> None:
    error = failing(LangChainChatModel(Settings(llm=llm)))
    assert error.code == "not_configured"
    assert detail in error.text.en
    assert "\n" not in error.text.en


def test_the_meter_counts_good_and_bad_replies(server: OpenAIServer) -> None:
    server.reply(content("red"), tool_call({"title": "red"}, name="Colour"), failure(500))
    meter = TokenMeter(chat_model(server))
    with pytest.raises(ChatModelError):
        meter.complete("s", "u", Colour)
    meter.complete("s", "u", Colour)
    with pytest.raises(ChatModelError):
        meter.complete("s", "u", Colour)
    assert meter.tokens == 2 * TOKENS_PER_REPLY


@pytest.mark.parametrize("schema", [Colour, ReplyOrSql])
def test_the_wire_schema_is_flat_and_strict(schema: type[BaseModel]) -> None:
    form = wire_schema(schema)
    assert form["title"] == schema.__name__
    assert set(form["properties"]) == set(schema.model_fields)
    objects = list(_objects(form))
    assert objects
    for node in objects:
        assert node["required"] == list(node["properties"])
    words = str(form)
    assert "$ref" not in words
    assert "oneOf" not in words
    assert "default" not in words


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for item in node:
            yield from _objects(item)
    elif isinstance(node, dict):
        if "properties" in node:
            yield node
        for value in node.values():
            yield from _objects(value)


def test_langchain_is_not_imported_before_a_model_is_asked() -> None:
    program = (
        "import sys, assistant.language_model.chat_model as c, assistant.settings as s\n"
        "import assistant.language_model.llm_parser\n"
        "c.open_chat_model(s.Settings(llm='openai:test'))\n"
        "print([name for name in sys.modules if name.startswith(('langchain', 'openai'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
