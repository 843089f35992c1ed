"""The place of one member among all: 浙江支付金额排第几 ranks every province, with its place.

Imports `sentence` only; read before the parts. The member is no condition then: of one row the
place would always be the first. What is asked of it is said with the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.outcome import LinkKind
from assistant.question_parts.sentence import Sentence
from semantic_layer import SemanticModel, Text


def with_places(sentence: Sentence) -> Sentence:
    """The sentence with the member whose place is asked for as the groups that it is one of.

    Raises:
        NotCovered: several members are named, or one that may be of several dimensions.
    """
    asked = [i for i in sentence.indices(LinkKind.ranking) if sentence.links[i].name == "place"]
    members = sentence.indices(LinkKind.member)
    if not asked or not members:
        return sentence
    links = sentence.links
    if len(members) > 1 or "|" in links[members[0]].name:
        raise sentence.not_covered(*members, *asked)
    (index,) = members
    groups = [i for i in sentence.indices(LinkKind.dimension) if links[i].name == links[index].name]
    group = {"kind": LinkKind.dimension, "value": links[index].value}
    changed = {index: links[index].model_copy(update=group)}
    kept = (changed.get(i, link) for i, link in enumerate(links) if i not in groups)
    return replace(sentence, links=tuple(kept))


def place_notes(sentence: Sentence, model: SemanticModel) -> Iterator[Text]:
    """In which row of the answer the asked place stands."""
    for index in sentence.indices(LinkKind.dimension):
        link = sentence.links[index]
        if link.value is not None:
            label = model.dimensions[link.name].label
            yield Text(
                zh=f"在全部{label.zh}中排名，看“{link.value}”一行",
                en=f"Ranked among every {label.en}; see the row of {link.value}",
            )
