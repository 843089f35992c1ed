"""`ChatModelError`: the one family of what can go wrong between us and a language model.

Below `chat_model`, which tells which error it is. Imports no provider and no langchain.
"""

from __future__ import annotations

from typing import Literal

from semantic_layer import Issue, Text

ErrorCode = Literal[
    "timeout",
    "rate_limited",
    "key_refused",
    "unavailable",
    "model_not_found",
    "request_refused",
    "not_configured",
    "malformed_reply",
]

_SENTENCES: dict[ErrorCode, Text] = {
    "timeout": Text(
        zh="语言模型 {model} 没有在限定时间内回答；请重试，或调大 llm_timeout_s。",
        en="The language model {model} did not answer in time; try again, or raise llm_timeout_s.",
    ),
    "rate_limited": Text(
        zh="语言模型 {model} 暂不接受更多请求；请稍后重试，或检查账户额度。",
        en="The language model {model} takes no more requests now; try again later, or check the "
        "quota of the account.",
    ),
    "key_refused": Text(
        zh="语言模型 {model} 拒绝了密钥；请检查 KOUJING_LLM_API_KEY 及其权限。",
        en="The language model {model} refused the key; check KOUJING_LLM_API_KEY and what it may "
        "use.",
    ),
    "unavailable": Text(
        zh="语言模型 {model} 无法使用{detail}；请检查网络与 llm_base_url，或不用语言模型提问。",
        en="The language model {model} cannot be used{detail}; check the network and llm_base_url, "
        "or ask without it.",
    ),
    "model_not_found": Text(
        zh="服务端没有语言模型 {model}；请检查 llm 与 llm_base_url。",
        en="The server has no language model {model}; check llm and llm_base_url.",
    ),
    "request_refused": Text(
        zh="语言模型 {model} 不接受这种请求；请改用另一种 llm_method，或换一个支持工具调用的模型。",
        en="The language model {model} does not accept this kind of request; set the other "
        "llm_method, or a model that can call tools.",
    ),
    "not_configured": Text(
        zh="语言模型 {model} 尚未配置好{detail}；请检查 llm 与 KOUJING_LLM_API_KEY。",
        en="The language model {model} is not set up{detail}; check llm and KOUJING_LLM_API_KEY.",
    ),
    "malformed_reply": Text(
        zh="语言模型 {model} 的回答不是约定的格式；请换个说法再问，或换一个模型。",
        en="The language model {model} did not answer in the agreed form; ask in other words, or "
        "set another model.",
    ),
}


class ChatModelError(Exception):
    """A model gave no usable reply; `text` is one sentence for the user.

    For `malformed_reply`, `reply` is what the model said and `detail` why it does not fit, for the
    model to read. `tokens` were spent all the same.
    """

    def __init__(
        self, code: ErrorCode, *, model: str, detail: str = "", reply: str = "", tokens: int = 0
    ) -> None:
        """Keep the parts; the exception's own text is the English sentence."""
        sentence = _SENTENCES[code]
        self.text = Text(
            zh=sentence.zh.format(model=model, detail=f"（{detail}）" if detail else ""),
            en=sentence.en.format(model=model, detail=f" ({detail})" if detail else ""),
        )
        super().__init__(self.text.en)
        self.code: ErrorCode = code
        self.detail, self.reply, self.tokens = detail, reply, tokens

    @property
    def issue(self) -> Issue:
        """The error as an issue of an answer."""
        return Issue(code=self.code, message=self.text)
