"""`ask --batch`: questions with ids, each of which may follow an earlier one; one Answer a line.

Below `command_line`. Only users who are named have their choices remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ui.commands.batch_file import BatchLine, read_batch
from ui.commands.command_context import asking, check_users

if TYPE_CHECKING:
    from assistant import Answer, Assistant, Settings
    from semantic_layer import Language


def answer_batch(
    batch: Iterable[str],
    assistant: Assistant,
    settings: Settings,
    *,
    now: datetime,
    language: Language | None,
    parser: Any,
) -> Iterator[dict[str, Any]]:
    """An Answer with its id for each line, in order.

    Raises:
        BatchError: a line cannot be read; nothing is answered then.
        QueryError: a line names a user whom the project does not have.
    """
    from assistant import language_of
    from assistant.follow_ups.chains import Chains, unknown_previous

    lines = read_batch(batch)
    check_users(assistant.project, {line.user for line in lines if line.user is not None})
    chains = Chains()

    def answer(line: BatchLine) -> Answer:
        at, name = line.as_of or now, line.user or settings.user
        if line.previous is not None and line.previous not in chains:
            spoken = language or language_of(line.question)
            return unknown_previous(line.question, line.previous, language=spoken, now=at)
        return assistant.ask(
            line.question,
            now=at,
            language=language,
            user=asking(assistant.project, name),
            parser=parser,
            history=chains.history(line.previous),
            remembers=name is not None,
        )

    for line in lines:
        found = answer(line)
        chains.add(line.id, found, line.previous)
        yield {"id": line.id, **found.model_dump(mode="json")}
