"""`Source`: what an export of one kind looks like, as data: which header means which column.

A file is recognised by its headers, never by their positions. A header that no field names is
dropped: that is how buyers' names, addresses, telephones and messages stay out of every table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from warehouse.schema import ORDERS


class Kind(StrEnum):
    """How the text of a cell becomes a value."""

    order_id = "order_id"
    text = "text"
    status = "status"
    channel = "channel"
    time = "time"
    amount = "amount"
    refund = "refund"  # an amount for which an empty cell means that nothing was refunded
    whole_number = "whole_number"
    flag = "flag"
    stages = "stages"  # any content means that the order is paid in stages, that is, a presale
    address = "address"  # only province and city are read out of it
    province = "province"
    city = "city"
    buyer = "buyer"  # only its keyed hash is kept

    @property
    def personal(self) -> bool:
        """Cells of this kind are read and never stored."""
        return self in {Kind.address, Kind.buyer, Kind.province, Kind.city}


@dataclass(frozen=True)
class Field:
    """A column of mart.orders and the headers under which exports give it, best first.

    Several fields may fill one column; the first with a value wins, except that amounts with
    `plus` are added.
    """

    column: str
    kind: Kind
    headers: tuple[str, ...]
    plus: bool = False

    def __post_init__(self) -> None:
        """A field fills a column that exists."""
        assert self.column in ORDERS.columns, self.column


@dataclass(frozen=True)
class Source:
    """One kind of export. A file is of this kind if it has one header of each group of `required`.

    `kept` are further harmless headers whose cells stay in the raw table, for later questions.
    """

    name: str
    zh: str
    en: str
    channel: str
    fields: tuple[Field, ...]
    required: tuple[tuple[str, ...], ...]
    kept: tuple[str, ...] = ()
    one_line_per_item: bool = False

    def matches(self, headers: Iterable[str]) -> bool:
        """Whether a file with these headers is of this kind."""
        present = {header_key(header) for header in headers}
        return all(
            any(header_key(header) in present for header in group) for group in self.required
        )

    def locate(self, headers: Iterable[str]) -> Mapping[Field, int]:
        """Field → position of its first header in the file; fields that it lacks are left out."""
        positions = header_positions(headers)
        located = {}
        for field in self.fields:
            found = [key for header in field.headers if (key := header_key(header)) in positions]
            if found:
                located[field] = positions[found[0]]
        return located


def header_positions(headers: Iterable[str]) -> dict[str, int]:
    """Key of each header → its first position."""
    positions: dict[str, int] = {}
    for position, header in enumerate(headers):
        positions.setdefault(header_key(header), position)
    return positions


_BLANK = re.compile(r"[\s\u3000\ufeff\u200b\"']+")
_WIDTHS = str.maketrans("（）＿：", "()_:")


def header_key(header: str) -> str:
    r"""A header without blanks, quotes, letter case and full-width signs, for comparison.

    >>> header_key("\ufeff 收货地址\u3000"), header_key('="Order_ID"')
    ('收货地址', 'order_id')
    """
    return _BLANK.sub("", header).translate(_WIDTHS).lower().lstrip("=")
