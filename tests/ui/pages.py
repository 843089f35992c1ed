"""What a person does on the pages, said once for all tests of them."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def turn_to(app: AppTest, page: str) -> AppTest:
    """Click a page in the navigation; `AppTest.switch_page` knows pages in files only."""
    app._page_hash = app.session_state["pages"][page]._script_hash
    return app.run()


def said(app: AppTest) -> str:
    """Everything that the page says outside of tables and charts."""
    return "\n".join(str(part.value) for part in (*app.header, *app.subheader, *app.text))


def open_tab(app: AppTest, label: str, *, card: str = "turn-0") -> AppTest:
    """Open a tab of what lies behind an answer: its content is drawn only then."""
    app.session_state[f"{card}-tabs"] = label
    return app.run()


def ask(app: AppTest, question: str) -> AppTest:
    """Type a question and send it."""
    return app.chat_input(key="question").set_value(question).run()
