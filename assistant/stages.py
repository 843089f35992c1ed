"""The stages of one question: told to whoever watches, and timed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Literal

Stage = Literal["link", "resolve", "plan", "compile", "execute", "present"]
OnStage = Callable[[Stage], None]


class Stages:
    """Runs stages, calls `on_stage` as each begins, and keeps their milliseconds."""

    def __init__(self, on_stage: OnStage | None = None) -> None:
        """`on_stage` is called with the name of each stage as it begins."""
        self._on_stage = on_stage
        self._spent: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: Stage) -> Iterator[None]:
        """Time one stage; a stage that runs twice adds up."""
        if self._on_stage is not None:
            self._on_stage(stage)
        started = perf_counter()
        try:
            yield
        finally:
            spent = (perf_counter() - started) * 1000
            self._spent[stage] = self._spent.get(stage, 0.0) + spent

    @property
    def timings_ms(self) -> dict[str, float]:
        """Milliseconds by stage, in the order of their first run."""
        return {stage: round(spent, 3) for stage, spent in self._spent.items()}
