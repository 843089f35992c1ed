"""`fork`: the plans to choose from where a turn can be two edits of the plan before.

Behind `turn_edits`, below `conversation`. "倒过来排" after a top 3 is the whole list the other way
around or the last three; "按渠道" after 只看天猫 is of Tmall alone or of every channel. Pure.
"""

from __future__ import annotations

from assistant.follow_ups import plan_edits, turn_wording
from assistant.follow_ups.turn_parts import Turn
from assistant.outcome import Clarification, Option
from semantic_layer import SemanticModel, SemanticQuery


def fork(
    turn: Turn, before: SemanticQuery, query: SemanticQuery, model: SemanticModel
) -> Clarification | None:
    """The question back, or None where `query` is all that can be meant."""
    return _of_reversed_rows(turn, query) or _of_split_values(turn, before, query, model)


def _of_reversed_rows(turn: Turn, query: SemanticQuery) -> Clarification | None:
    if "reverse" not in turn.edits or turn.draft.ranking or not query.limit:
        return None
    descending = query.order_by[0].descending
    every = query.model_copy(update={"limit": None, "limit_within": (), "others": False})
    options = (
        Option(label=turn_wording.all_rows(descending=descending), query=every),
        Option(
            label=turn_wording.edge_rows(query.limit, descending=descending),
            query=query,
        ),
    )
    return Clarification(question=turn_wording.REVERSED_ROWS, options=options, links=turn.links)


def _of_split_values(
    turn: Turn, before: SemanticQuery, query: SemanticQuery, model: SemanticModel
) -> Clarification | None:
    """Asked groups of which the plan before had one value, and the turn names none."""
    asked = [group.name for group in turn.draft.grouping.group_by if not group.is_time]
    for name in asked:
        values = plan_edits.wanted_values(query, name)
        if len(values) == 1 and values == plan_edits.wanted_values(before, name):
            label = model.dimensions[name].label
            every = plan_edits.without_conditions_on(query, (name,))
            options = (
                Option(label=turn_wording.every_value(label), query=every),
                Option(label=turn_wording.only_values(label, values), query=query),
            )
            question = turn_wording.which_values(label)
            return Clarification(question=question, options=options, links=turn.links)
    return None
