"""A plan as a short text that fits into an address, and back: `?plan=…`.

The text holds a plan and nothing else: no question, no rows, no user. Whoever opens it gets the
answer under their own rights. It is untrusted: its length is bounded before and after it is
unpacked, and what comes out must be a `SemanticQuery`.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib

from assistant.reading import read_query
from assistant.records.plan_text import plan_text
from semantic_layer import Issue, QueryError, SemanticQuery, Text

LONGEST_LINK = 4_000
_LONGEST_PLAN = 64_000
_FORM = "1"  # the first character tells how the rest is packed
_ALLOWED = re.compile(r"[A-Za-z0-9_-]+")
_RAW_DEFLATE = -zlib.MAX_WBITS


def link_text(query: SemanticQuery) -> str:
    """The plan in characters that an address can hold.

    Raises:
        QueryError: it would be longer than an address should be.

    >>> read_link(link_text(SemanticQuery(metrics=("paid_orders",)))).metrics
    ('paid_orders',)
    """
    packer = zlib.compressobj(level=9, wbits=_RAW_DEFLATE)
    packed = packer.compress(plan_text(query).encode()) + packer.flush()
    text = _FORM + base64.urlsafe_b64encode(packed).decode().rstrip("=")
    if len(text) > LONGEST_LINK:
        raise QueryError([_too_long()])
    return text


def read_link(text: str) -> SemanticQuery:
    """The plan that a link holds.

    Raises:
        QueryError: it is too long, damaged, or no plan.
    """
    if len(text) > LONGEST_LINK:
        raise QueryError([_too_long()])
    if not _ALLOWED.fullmatch(text) or not text.startswith(_FORM):
        raise QueryError([_damaged()])
    try:
        return read_query(_unpacked(text.removeprefix(_FORM)))
    except (binascii.Error, zlib.error, UnicodeDecodeError, QueryError) as error:
        raise QueryError([_damaged()]) from error


def _unpacked(text: str) -> str:
    packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    unpacker = zlib.decompressobj(wbits=_RAW_DEFLATE)
    plan = unpacker.decompress(packed, max_length=_LONGEST_PLAN)
    if not unpacker.eof or unpacker.unused_data:
        raise zlib.error("cut off, or longer than any plan")
    return plan.decode()


def _too_long() -> Issue:
    return Issue(
        code="link_too_long",
        message=Text(
            zh="这个查询放不进一个链接；请减少筛选的值，或改用文字提问。",
            en="This plan does not fit into a link; filter by fewer values, or ask in words.",
        ),
    )


def _damaged() -> Issue:
    return Issue(
        code="link_damaged",
        message=Text(
            zh="这个链接不完整或已损坏；请重新复制整个链接，或直接提问。",
            en="This link is cut off or damaged; copy the whole link again, or ask in words.",
        ),
    )
