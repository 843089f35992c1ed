"""Koujing's app: page set-up, the language, the user, and the pages. Nothing else."""

from __future__ import annotations

import streamlit as st

from ui import session
from ui.pages import (
    chat_page,
    data_page,
    metrics_page,
    overview_page,
    problems,
    questions_page,
    review_page,
)

st.set_page_config(page_title="Koujing 口径", page_icon="📊", layout="wide")

session.choose_language()
pages = {
    path: st.Page(
        page.show, title=session.t(f"page_{path}"), icon=icon, url_path=path, default=path == "chat"
    )
    for path, page, icon in (
        ("chat", chat_page, ":material/forum:"),
        ("questions", questions_page, ":material/help_center:"),
        ("overview", overview_page, ":material/monitoring:"),
        ("metrics", metrics_page, ":material/rule:"),
        ("data", data_page, ":material/upload_file:"),
        ("review", review_page, ":material/fact_check:"),
    )
    if path != "review" or session.may_review()
}
session.remember_pages(pages)
shown = st.navigation(
    list(pages.values()), position="hidden" if session.is_embedded() else "sidebar"
)
with problems.told():
    session.choose_user()
    shown.run()
