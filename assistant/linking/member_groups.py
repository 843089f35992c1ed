"""`expanded`: a name for several members (江浙沪) → the members, joined as if all had been said.

Between the linker, for which such a name is one link, and whoever reads members. Imports the
contract of links only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assistant.outcome import Link, LinkKind


def expanded(links: Iterable[Link]) -> Iterator[Link]:
    """The links, with member, conjunction, member … in place of a group, all on its stretch."""
    for one in links:
        if one.kind is not LinkKind.member_group:
            yield one
            continue
        for place, value in enumerate(one.value):
            if place:
                yield one.model_copy(
                    update={"kind": LinkKind.filler, "name": "conjunction", "value": None}
                )
            yield one.model_copy(update={"kind": LinkKind.member, "value": value})
