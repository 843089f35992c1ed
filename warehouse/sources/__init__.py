"""The kinds of export that can be loaded, and how a file is recognised."""

from __future__ import annotations

from collections.abc import Sequence

from warehouse.errors import IngestError
from warehouse.sources.jd_orders import JD_ORDERS
from warehouse.sources.own_orders import OWN_ORDERS
from warehouse.sources.spec import Source, header_key
from warehouse.sources.tmall_orders import TMALL_ORDERS

SOURCES: tuple[Source, ...] = (TMALL_ORDERS, JD_ORDERS, OWN_ORDERS)

_CHANNELS = {
    "天猫": ("tmall", "tm", "淘宝", "taobao"),
    "京东": ("jd", "jingdong"),
    "抖音": ("douyin", "dy", "抖店"),
    "线下": ("offline", "门店", "store"),
    "官网": ("own", "own-site", "官方商城", "自营"),
    "拼多多": ("pdd", "pinduoduo"),
}
CHANNEL_NAMES: dict[str, str] = {
    alias: channel for channel, aliases in _CHANNELS.items() for alias in (channel, *aliases)
}
"""Accepted name of a channel, lower case → the name in the mart."""


def recognise(headers: Sequence[str]) -> Source | None:
    """The first kind of export that has these headers."""
    return next((source for source in SOURCES if source.matches(headers)), None)


def source_named(name: str) -> Source:
    """The source that `--source` names.

    Raises:
        IngestError: there is none of this name.
    """
    for source in SOURCES:
        if source.name == name:
            return source
    known = ", ".join(source.name for source in SOURCES)
    raise IngestError(
        "unknown_source",
        zh=f"没有名为 {name!r} 的数据来源；可用的有：{known}。",
        en=f"There is no source {name!r}; use one of: {known}.",
    )


def channel_named(name: str) -> str:
    """The channel that `--platform` names.

    Raises:
        IngestError: there is none of this name.
    """
    channel = CHANNEL_NAMES.get(name.strip().lower())
    if channel is None:
        known = ", ".join(_CHANNELS)
        raise IngestError(
            "unknown_platform",
            zh=f"没有名为 {name!r} 的平台；可用的有：{known}。",
            en=f"There is no platform {name!r}; use one of: {known}.",
        )
    return channel


__all__ = [
    "CHANNEL_NAMES",
    "SOURCES",
    "Source",
    "channel_named",
    "header_key",
    "recognise",
    "source_named",
]
