"""What the pages share: the assistant of the project, the language, the user, and the clock."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st

from assistant import Assistant, Role, Settings, User, Users, load_settings
from assistant.knowledge import version_of
from semantic_layer import Language, QueryError, SemanticQuery
from ui.texts import Words

_SHOP_TIME = ZoneInfo("Asia/Shanghai")
_UNSAFE = re.compile(r"://|[^\w \-.()（）%¥/,:;?!，、。；：？！·–+±≥≤=≠&→…]|!(?=\[)", re.UNICODE)
_LONGEST_LABEL = 60


def project() -> Path:
    """The project folder that the app serves."""
    return Path(os.environ.get("KOUJING_PROJECT") or ".koujing")


@st.cache_resource(show_spinner=False)
def _opened(folder: str) -> Assistant:
    return Assistant(Path(folder), settings())


def assistant() -> Assistant:
    """The one assistant of this process and project."""
    return _opened(str(project().resolve()))


def knowledge_version() -> tuple[object, ...]:
    """Changes whenever an answer may: other data, definitions, access, another project."""
    known = assistant()
    version = version_of(known.models_folder, known.warehouse)
    return (str(known.project), user().role.value, *version)


def settings() -> Settings:
    """The project's settings as they are now."""
    return load_settings(project())


def now() -> datetime:
    """The present moment in shop time; `KOUJING_AS_OF` holds it still for shows and tests."""
    fixed = os.environ.get("KOUJING_AS_OF")
    if fixed:
        return datetime.fromisoformat(fixed)
    return datetime.now(_SHOP_TIME).replace(tzinfo=None)


def is_embedded() -> bool:
    """Whether the app is a part of another page (`?embed=true`): the chat alone, no sidebar."""
    return bool(st.context.is_embedded)


def choose_language() -> None:
    """Draw the language switch; the address (`?lang=en`) and the browser choose first."""
    state = st.session_state
    if "language" not in state:
        asked = st.query_params.get("lang") or st.context.locale or "zh"
        state["language"] = "zh" if asked.startswith("zh") else "en"
    if is_embedded():
        return
    st.sidebar.segmented_control(
        t("language"),
        ["zh", "en"],
        key="language",
        required=True,
        format_func=lambda code: "中文" if code == "zh" else "English",
    )


def choose_user() -> None:
    """Draw the user switch. What one user was shown is not left on the page for the next."""
    if is_embedded():
        return
    labels = {user.name: _named(user) for user in _users().all()}
    st.sidebar.selectbox(
        t("user"),
        list(labels),
        key="user",
        format_func=labels.__getitem__,
        placeholder=t("choose"),
        on_change=_forget_answers,
    )


def _forget_answers() -> None:
    for shown in ("turns", "asked", "edited_plans", "tried", "conversation", "gone_back"):
        st.session_state.pop(shown, None)


def _named(user: User) -> str:
    name, role = plain(user.name), t(f"role_{user.role}")
    return name if name == role else f"{name} · {role}"


def language() -> Language:
    """The chosen language of the pages."""
    return "zh" if st.session_state.get("language") == "zh" else "en"


def user() -> User:
    """The chosen user."""
    return _users().find(st.session_state.get("user", Role.operator.value))


def may_review() -> bool:
    """Whether the user reviews feedback; nobody does while the users cannot be read."""
    try:
        return user().may_edit_definitions
    except QueryError:  # the page itself says what is wrong
        return False


def database() -> Path:
    """Where the project keeps its users, their choices and their records."""
    return project() / "app.sqlite"


def _users() -> Users:
    return Users(database())


def t(key: str, **values: object) -> str:
    """A sentence of the pages in the chosen language, its places filled in."""
    return Words(language())(key, **values)


def plain(value: str) -> str:
    """A name that is safe as a widget label: Markdown, links and control characters taken out.

    >>> plain("![x](http://evil) 付款")
    'x(httpevil) 付款'
    """
    kept = _UNSAFE.sub("", value)
    return kept if len(kept) <= _LONGEST_LABEL else kept[: _LONGEST_LABEL - 1] + "…"


def remember_pages(pages: Mapping[str, st.Page]) -> None:
    """Keep the pages, so that one can lead to another."""
    st.session_state["pages"] = pages


def go_to(page: str) -> None:
    """Leave for another page."""
    st.switch_page(st.session_state["pages"][page])


def open_in_chat(query: SemanticQuery, question: str) -> None:
    """Leave for the chat page and show the answer of a plan there."""
    st.session_state["asked"] = (query, question)
    go_to("chat")
