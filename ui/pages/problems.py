"""What stops a page, as sentences on that page: what is wrong and what to do, never a trace.

Sentences may quote names and values, so they go through `st.text`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import streamlit as st

from semantic_layer import Issue
from semantic_layer.issues import IssuesError
from ui.session import language, t
from warehouse import WarehouseError


@contextmanager
def told() -> Iterator[None]:
    """Say on the page what went wrong inside; what nobody foresaw goes to the log as well."""
    try:
        yield
    except IssuesError as error:
        tell(map(issue_text, error.issues))
    except WarehouseError as error:
        tell([error.text(language())])
    except Exception:
        logging.exception("a page failed")
        tell([t("unexpected")])


def tell(sentences: Iterable[str]) -> None:
    """A framed list of sentences under a warning."""
    with st.container(border=True):
        st.badge(t("problem"), icon=":material/error:", color="red")
        for sentence in sentences:
            st.text(sentence)


def issue_text(issue: Issue) -> str:
    """The sentence of an issue after the place that it concerns."""
    message = issue.message.in_(language())
    return f"{issue.where}: {message}" if issue.where else message
