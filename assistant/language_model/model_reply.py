"""`Reply`: what a language model may say of a question, in a flat form that models fill well.

Between the chat model and the parser. The form has the names of `SemanticQuery`, filters as flat
lists joined by "and", no recursion. Read leniently: a plain `SemanticQuery` in JSON is a reply,
too. Knows neither prompts nor links; whether the names exist is the audit's business.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema

from semantic_layer import SemanticQuery
from semantic_layer.query import (
    And,
    AnyComparison,
    Compare,
    Comparison,
    CustomComparison,
    EventComparison,
    Filter,
    Grain,
    GroupBy,
    In,
    IsNull,
    Not,
    OrderBy,
    Running,
    ShareOf,
    TimeWindow,
)

_Value = bool | int | float | str
_Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not_in", "is_null", "is_not_null"]
_TIME: TypeAdapter[TimeWindow] = TypeAdapter(TimeWindow)
# What a question can name; whoever writes a plan by hand may use the finer ones, too.
_UNITS = ("hour", "day", "week", "month", "quarter", "year")
_Unit = Annotated[Grain, WithJsonSchema({"type": "string", "enum": _UNITS})]
# In the schema a column is a name: "province", "metric_time__day".
_Column = Annotated[GroupBy, WithJsonSchema({"type": "string"})]
_LISTS = ("metrics", "group_by", "where", "having", "order_by", "limit_within")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(_Part):
    """One condition; several are joined by "and"."""

    field: str
    operator: _Operator
    values: tuple[_Value, ...] = Field(
        default=(),
        description="One value for a comparison, several for in and not_in, none for is_null.",
    )

    @model_validator(mode="before")
    @classmethod
    def _value_or_values(cls, value: Any) -> Any:
        """A single `value`, as in a filter of `SemanticQuery`, counts as the one of `values`."""
        if not isinstance(value, dict) or "value" not in value or "values" in value:
            return value
        given = value["value"]
        values = given if isinstance(given, list) else [] if given is None else [given]
        return {key: part for key, part in value.items() if key != "value"} | {"values": values}

    @model_validator(mode="after")
    def _values_fit(self) -> Condition:
        count = len(self.values)
        if self.operator in ("in", "not_in"):
            fits = count >= 1
        else:
            fits = count == (0 if self.operator in ("is_null", "is_not_null") else 1)
        if not fits:
            raise ValueError(f"the operator {self.operator!r} does not take {count} values")
        return self

    def as_filter(self) -> Filter:
        """The same condition in the filter algebra."""
        match self.operator:
            case "in":
                return In(field=self.field, values=self.values)
            case "not_in":
                return Not(part=In(field=self.field, values=self.values))
            case "is_null":
                return IsNull(field=self.field)
            case "is_not_null":
                return Not(part=IsNull(field=self.field))
            case operator:
                return Compare(field=self.field, operator=operator, value=self.values[0])


# The schema shows a list of conditions; a filter of `SemanticQuery` is taken as well.
_Conditions = tuple[Condition | SkipJsonSchema[Filter], ...] | SkipJsonSchema[Filter]


class Time(_Part):
    """The window, in the form of its kind; what the kind does not use is null."""

    kind: Literal["preset", "range", "to_date", "event", "all"]
    unit: _Unit | None = Field(default=None, description="for preset and to_date")
    count: int | None = Field(default=None, description="for preset: how many units")
    offset: int | None = Field(
        default=None, description="for preset and to_date: 0 the current unit, -1 the one before"
    )
    start: str | None = Field(default=None, description="for range: the first day, YYYY-MM-DD")
    end: str | None = Field(
        default=None, description="for range: the day after the last, YYYY-MM-DD"
    )
    event: str | None = Field(default=None, description="for event: its name")
    year: int | None = Field(default=None, description="for event: null for the latest one")
    phase: str | None = Field(default=None, description="for event: a part of it, or null")

    @model_validator(mode="before")
    @classmethod
    def _kind_by_its_parts(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "kind" in value:
            return value
        kinds = (kind for part, kind in (("start", "range"), ("event", "event")) if value.get(part))
        return value | {"kind": next(kinds, "preset")}

    def as_window(self) -> TimeWindow:
        """The window, validated by the rules of its kind."""
        return _TIME.validate_python(self.model_dump(exclude_none=True, mode="json"))


class Rolling(_Part):
    """Numbers that run along time; without a window and to_date from the first day on."""

    agg: Literal["total", "average"] = "total"
    count: int | None = Field(default=None, description="7 of the last 7 days")
    unit: _Unit | None = Field(default=None, description="the unit of count")
    to_date: _Unit | None = Field(default=None, description="since the start of this unit")

    def as_running(self) -> Running:
        """The same, validated by its own rules."""
        return Running.model_validate(self.model_dump())


class Share(_Part):
    """What the shares are of: all groups, unless something is listed."""

    within: tuple[str, ...] = Field(default=(), description="group_by columns, each a whole")
    beyond: tuple[str, ...] = Field(
        default=(), description="fields of where that do not narrow the whole"
    )

    @field_validator("within", "beyond", mode="before")
    @classmethod
    def _absent(cls, value: Any) -> Any:
        return () if value is None else value


class Reply(_Part):
    """A plan over governed metrics; or which metrics a word may mean; or why there is no plan."""

    kind: Literal["plan", "clarify", "refuse"] | SkipJsonSchema[Literal["sql"]] = Field(
        default="plan",
        description="plan: exactly one reading. clarify: a word of the question fits several "
        "metrics; list them in metrics. refuse: no metric fits; list the nearest in metrics.",
    )
    metrics: tuple[str, ...] = Field(default=(), description="Names from the catalogue.")
    group_by: tuple[_Column, ...] = Field(
        default=(), description="Dimensions, or metric_time__day and the like."
    )
    where: _Conditions = Field(default=(), description="Conditions on dimensions.")
    having: _Conditions = Field(
        default=(), description="Conditions on metrics or their comparison columns."
    )
    time: Time | None = None
    compare: (
        Literal[
            "prior_period",
            "same_period_last_year",
            "same_weekday",
            "event_aligned",
            "custom",
        ]
        | SkipJsonSchema[EventComparison | CustomComparison]
        | None
    ) = None
    compare_to: Time | None = Field(
        default=None,
        description="for compare custom: the other window; for event_aligned: another event than "
        "that of time. Otherwise null.",
    )
    share_of: Share | None = None
    running: Rolling | None = None
    average_per: _Unit | None = None
    ranks: bool = False
    order_by: tuple[OrderBy, ...] = ()
    limit: int | None = None
    limit_within: tuple[str, ...] = ()
    others: bool = False
    term: str | None = Field(
        default=None,
        description="For clarify and refuse: the words of the question that it is about, copied.",
    )
    sql: SkipJsonSchema[str | None] = None

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, value: Any) -> Any:
        """A query inside one more object, as in {"query": {"metrics": …}}, counts as the query."""
        if not isinstance(value, dict) or "metrics" in value:
            return value
        inner = [part for part in value.values() if isinstance(part, dict) and "metrics" in part]
        if len(inner) != 1:
            return value
        return {key: value[key] for key in ("kind", "term") if key in value} | inner[0]

    @field_validator(*_LISTS, mode="before")
    @classmethod
    def _absent(cls, value: Any) -> Any:
        return () if value is None else value

    @field_validator("ranks", "others", mode="before")
    @classmethod
    def _not_asked(cls, value: Any) -> Any:
        return False if value is None else value

    @field_validator("where", "having", mode="before")
    @classmethod
    def _alone(cls, value: Any) -> Any:
        return [value] if isinstance(value, dict) and "kind" not in value else value

    @model_validator(mode="after")
    def _is_complete(self) -> Reply:
        if (self.kind == "sql") != bool(self.sql and self.sql.strip()):
            raise ValueError("sql goes with the kind 'sql', and only with it")
        if self.kind == "plan" or (self.kind == "clarify" and self.metrics):
            self.query()
        return self

    def query(self) -> SemanticQuery:
        """The plan; for a clarification with all the metrics to choose from.

        Raises:
            ValidationError: the parts do not make a query (never, once the reply has validated).
        """
        return SemanticQuery(
            metrics=self.metrics,
            group_by=self.group_by,
            where=_as_filter(self.where),
            having=_as_filter(self.having),
            time=self.time.as_window() if self.time else None,
            compare=self._comparison(),
            share_of=ShareOf(**self.share_of.model_dump()) if self.share_of else None,
            running=self.running.as_running() if self.running else None,
            average_per=self.average_per,
            ranks=self.ranks,
            order_by=self.order_by,
            limit=self.limit,
            limit_within=self.limit_within,
            others=self.others,
        )

    def _comparison(self) -> AnyComparison | None:
        other = self.compare_to.as_window() if self.compare_to else None
        match self.compare:
            case "custom":
                if other is None:
                    raise ValueError("compare 'custom' needs compare_to, the other window")
                return CustomComparison(time=other)
            case "event_aligned" if other is not None:
                if other.kind != "event":
                    raise ValueError("compare_to of 'event_aligned' must be of the kind 'event'")
                return EventComparison(event=other.event)
            case _ if other is not None:
                raise ValueError("compare_to goes with compare 'custom' or 'event_aligned' only")
            case str(name):
                return Comparison(name)
            case whole:
                return whole


class ReplyOrSql(Reply):
    """The same form for a model that may write governed SQL where no plan can say it."""

    kind: Literal["plan", "clarify", "refuse", "sql"] = Field(
        default="plan",
        description="plan: exactly one reading. clarify: a word of the question fits several "
        "metrics; list them in metrics. refuse: no metric fits; list the nearest in metrics. sql: "
        "no plan can say it, and governed SQL can.",
    )
    sql: str | None = Field(default=None, description="For sql: one SELECT. Otherwise null.")


def _as_filter(conditions: tuple[Condition | Filter, ...] | Filter) -> Filter | None:
    if not isinstance(conditions, tuple):
        return conditions
    parts = tuple(one.as_filter() if isinstance(one, Condition) else one for one in conditions)
    return parts[0] if len(parts) == 1 else And(parts=parts) if parts else None
