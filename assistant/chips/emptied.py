"""`emptied_by`: the conditions that leave an answer nothing, found by dropping one at a time.

Beside `offering`: it asks the warehouse, under the reader's own rights.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assistant.answer import Answer
from assistant.chips.chip import Alternative, Chip
from assistant.facade import Assistant
from assistant.presentation.wording import pick
from assistant.users import User

_CONDITIONS = ("filter", "having")


def is_empty(answer: Answer) -> bool:
    """Whether an answer has no rows, or nothing but zeros and gaps in them."""
    if answer.status != "answered" or answer.query is None or not answer.query.metrics:
        return False
    measures = [at for at, column in enumerate(answer.columns) if column.role == "metric"]
    return not any(row[at] for row in answer.rows for at in measures)


def emptied_by(
    assistant: Assistant, answer: Answer, chips: Sequence[Chip], *, now: datetime, user: User
) -> tuple[Alternative, ...]:
    """Each condition of an empty answer that alone leaves nothing, and the plan without it.

    Where no single one does, all of them together, if that helps. `chips` are those of its plan.
    """
    held = [chip for chip in chips if chip.kind in _CONDITIONS and chip.text]
    single = [Alternative(chip.text, chip.without) for chip in held if chip.without is not None]
    assert answer.query is not None, "the answer comes from a plan"
    comma = pick(("、", ", "), answer.language)
    bare = answer.query.model_copy(update={"where": None, "having": None})
    together = Alternative(comma.join(chip.text for chip in held), bare)

    def helps(one: Alternative) -> bool:
        tried = assistant.answer(one.query, now=now, language=answer.language, user=user)
        return tried.status == "answered" and not is_empty(tried)

    found = tuple(filter(helps, single))
    return found or tuple(filter(helps, [together] if len(held) > 1 else []))
