"""The two things that a text can say about time, with the place where it says them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from semantic_layer.query import Grain, TimeWindow


class _Expression(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int
    end: int
    text: str


class WindowExpression(_Expression):
    """A stretch of time: which days. `grain` is the unit that it is naturally spoken of in."""

    kind: Literal["window"] = "window"
    window: TimeWindow
    grain: Grain


class GrainExpression(_Expression):
    """A grouping by time: 按天, per month."""

    kind: Literal["grain"] = "grain"
    grain: Grain


TimeExpression = WindowExpression | GrainExpression
