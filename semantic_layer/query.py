"""`SemanticQuery`: what is asked, in names of the semantic layer and nothing else.

It is what a parser emits, what the chips in the chat edit, what a follow-up changes, what a share
link stores. Frozen and JSON-serialisable; absolute dates, joins and SQL come later (`resolver`,
`planner`).
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

METRIC_TIME = "metric_time"


class Grain(StrEnum):
    """A length of calendar time; weeks start on Monday."""

    nanosecond = "nanosecond"
    microsecond = "microsecond"
    millisecond = "millisecond"
    second = "second"
    minute = "minute"
    hour = "hour"
    day = "day"
    week = "week"
    month = "month"
    quarter = "quarter"
    year = "year"


class DatePart(StrEnum):
    """A number taken out of a moment: the day of its week (Monday is 1), the month of its year."""

    year = "year"
    quarter = "quarter"
    month = "month"
    day = "day"
    dow = "dow"
    doy = "doy"
    hour = "hour"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GroupBy(_Part):
    """A dimension, or `metric_time` (each metric's own time) with a grain or a part of the date.

    `grain` is a calendar unit or the name of one that the model's calendar defines. In JSON a plain
    string will do: "province", "metric_time__day", "metric_time__extract_dow".
    """

    name: str
    grain: Grain | str | None = None
    part: DatePart | None = None

    @field_validator("grain")
    @classmethod
    def _calendar_unit(cls, value: Grain | str | None) -> Grain | str | None:
        return Grain(str(value)) if value in Grain.__members__ else value

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        name, separator, grain = value.rpartition("__")
        if separator and grain in Grain.__members__:
            return {"name": name, "grain": grain}
        part = grain.removeprefix("extract_")
        if separator and part != grain and part in DatePart.__members__:
            return {"name": name, "part": part}
        return {"name": value}

    @property
    def column(self) -> str:
        """The name of the result column."""
        if self.part:
            return f"{self.name}__extract_{self.part}"
        return f"{self.name}__{self.grain}" if self.grain else self.name

    @property
    def is_time(self) -> bool:
        """Whether the column is a period or a part of one."""
        return self.grain is not None or self.part is not None


Scalar = bool | int | float | str | date | datetime
Operator = Literal["=", "!=", "<", "<=", ">", ">="]


class Compare(_Part):
    """`field operator value`; the field of `where` may carry a grain ("metric_time__week").

    In `having` it is a metric.
    """

    kind: Literal["compare"] = "compare"
    field: str
    operator: Operator
    value: Scalar


class CompareMetric(_Part):
    """In `where`: a metric, computed for each of the entities `by`, against a number."""

    kind: Literal["compare_metric"] = "compare_metric"
    metric: str
    by: tuple[str, ...] = Field(min_length=1)
    operator: Operator
    value: int | float


class In(_Part):
    """`field` is one of `values`."""

    kind: Literal["in"] = "in"
    field: str
    values: tuple[Scalar, ...] = Field(min_length=1)


class IsNull(_Part):
    """`field` has no value."""

    kind: Literal["is_null"] = "is_null"
    field: str


class And(_Part):
    """Every part holds."""

    kind: Literal["and"] = "and"
    parts: tuple[Filter, ...] = Field(min_length=1)


class Or(_Part):
    """At least one part holds."""

    kind: Literal["or"] = "or"
    parts: tuple[Filter, ...] = Field(min_length=1)


class Not(_Part):
    """The part does not hold. A missing value neither holds nor fails: its row is left out."""

    kind: Literal["not"] = "not"
    part: Filter


Filter = Annotated[
    Compare | CompareMetric | In | IsNull | And | Or | Not, Field(discriminator="kind")
]


class PresetTime(_Part):
    """`count` calendar units, the last of them `offset` units from the current one.

    Last month is `(month, 1, -1)`; 近7天 is `(day, 7, -1)`, the seven complete days before today;
    this month is `(month, 1, 0)`, which ends today.
    """

    kind: Literal["preset"] = "preset"
    unit: Grain
    count: int = Field(default=1, ge=1, le=10_000)
    offset: int = Field(default=-1, ge=-10_000, le=0)


class RangeTime(_Part):
    """The days from `start` up to, and without, `end`."""

    kind: Literal["range"] = "range"
    start: date
    end: date

    @model_validator(mode="after")
    def _ordered(self) -> RangeTime:
        if self.start >= self.end:
            raise ValueError("start must lie before end (end is exclusive)")
        return self


class ToDateTime(_Part):
    """The start of a unit up to today; with `offset` -1 the same stretch of the unit before."""

    kind: Literal["to_date"] = "to_date"
    unit: Grain
    offset: int = Field(default=0, ge=-100, le=0)


class EventTime(_Part):
    """The days of an event of the calendar (双11, 618, 春节), or of one phase of it.

    Without `year` it is the latest one that has begun.
    """

    kind: Literal["event"] = "event"
    event: str
    year: int | None = Field(default=None, ge=1970, le=9998)
    phase: str | None = None


class AllTime(_Part):
    """Everything that is loaded."""

    kind: Literal["all"] = "all"


TimeWindow = Annotated[
    PresetTime | RangeTime | ToDateTime | EventTime | AllTime, Field(discriminator="kind")
]


class Comparison(StrEnum):
    """What each number is set against.

    Without periods in the group-by that is another window; with them, each period is set against
    its own counterpart: the period before it, the same one a year ago, the same weekday a week ago,
    the same day of the event a year ago.
    """

    prior_period = "prior_period"
    same_period_last_year = "same_period_last_year"
    same_weekday = "same_weekday"
    event_aligned = "event_aligned"


class EventComparison(_Part):
    """The days that lie as far from last year's event as the asked ones from this year's."""

    kind: Literal["event_aligned"] = "event_aligned"
    event: str


class CustomComparison(_Part):
    """Another window; its first day is set against the first asked one, and so on."""

    kind: Literal["custom"] = "custom"
    time: TimeWindow


AnyComparison = Comparison | EventComparison | CustomComparison


class ShareOf(_Part):
    """占比: what part each number is of a whole.

    The whole is the sum over the groups that agree in the columns `within` (none: over all groups).
    Conditions of `where` on the fields `beyond` do not narrow it: 浙江的订单 of all orders.
    """

    within: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()


class Running(_Part):
    """Numbers that run along the time of the group-by, each up to its own period.

    `total` counts everything in the trailing window of `count` `unit`s, or since the start of the
    unit `to_date`, or, without either, since the first asked day. `average` is the mean of the
    values of the trailing periods.
    """

    agg: Literal["total", "average"] = "total"
    count: int | None = Field(default=None, ge=1, le=10_000)
    unit: Grain | None = None
    to_date: Grain | None = None

    @model_validator(mode="after")
    def _one_window(self) -> Running:
        if (self.count is None) != (self.unit is None):
            raise ValueError("count and unit belong together: 7 days, 3 months")
        if self.count is not None and self.to_date is not None:
            raise ValueError("a trailing window and to_date exclude each other; name one of them")
        if self.agg == "average" and self.count is None:
            raise ValueError("a running average needs a trailing window: count and unit")
        return self


class OrderBy(_Part):
    """Sort by a metric or a group-by column of the same query."""

    name: str
    descending: bool = True


class SemanticQuery(_Part):
    """A question over governed metrics.

    With `average_per` each number is the mean of the metric's values over the covered periods of
    that grain (日均, 月均). `limit` rows are kept, for each value of the columns `limit_within` if
    there are any; with `others` the rest is added up in one more row. `ranks` adds the place of
    each number.

    >>> SemanticQuery(metrics=("paid_orders",), group_by=("metric_time__day",)).group_by[0].grain
    <Grain.day: 'day'>
    """

    metrics: tuple[str, ...] = Field(default=(), max_length=8)
    group_by: tuple[GroupBy, ...] = ()
    where: Filter | None = None
    having: Filter | None = None
    time: TimeWindow | None = None
    compare: AnyComparison | None = None
    share_of: ShareOf | None = None
    running: Running | None = None
    average_per: Grain | None = None
    ranks: bool = False
    order_by: tuple[OrderBy, ...] = ()
    limit: int | None = Field(default=None, ge=1, le=100_000)
    limit_within: tuple[str, ...] = ()
    others: bool = False

    @field_validator("metrics", "group_by")
    @classmethod
    def _distinct(cls, value: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(set(value)) != len(value):
            raise ValueError("a name is listed twice")
        return value

    @model_validator(mode="after")
    def _asks_for_something(self) -> SemanticQuery:
        if not self.metrics and not self.group_by:
            raise ValueError(
                "metrics and group_by are both empty; "
                "name a metric, or a dimension to list its values"
            )
        return self

    @property
    def compared_as(self) -> str | None:
        """The name of the comparison; the columns of the other side end with it."""
        if self.compare is None or isinstance(self.compare, Comparison):
            return self.compare
        return self.compare.kind

    @property
    def metric_times(self) -> tuple[GroupBy, ...]:
        """The `metric_time` columns of the group-by."""
        return tuple(group for group in self.group_by if group.name == METRIC_TIME)

    @property
    def time_grain(self) -> Grain | str | None:
        """The grain of `metric_time` in the group-by, if it is there once."""
        return next((group.grain for group in self.metric_times), None)


for _recursive in (And, Or, Not, SemanticQuery):
    _recursive.model_rebuild()
