"""Parts of moments in a query (weekday, hour of the day): which times have them.

Part of `resolver`: a time that is known by the day has no hours, and a running value that meets a
calendar of days has none either. Imports `availability`, `calendars`, `fields` and `filters`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from semantic_layer.issues import Issue
from semantic_layer.model import Dimension, SemanticModel, SimpleMetric
from semantic_layer.planning.series import Series
from semantic_layer.query import METRIC_TIME, DatePart, Grain, SemanticQuery
from semantic_layer.resolving import messages
from semantic_layer.resolving.availability import time_dimension
from semantic_layer.resolving.calendars import calendar_for
from semantic_layer.resolving.fields import Field, field_of, grouped_field
from semantic_layer.resolving.filters import fields_of
from semantic_layer.resolving.windows import is_finer

_FINEST = {
    DatePart.hour: Grain.hour,
    DatePart.day: Grain.day,
    DatePart.dow: Grain.day,
    DatePart.doy: Grain.day,
    DatePart.month: Grain.month,
    DatePart.quarter: Grain.quarter,
    DatePart.year: Grain.year,
}


def date_part_issues(
    query: SemanticQuery, model: SemanticModel, rows: Iterable[Series]
) -> Iterator[Issue]:
    """Parts that the time of a metric, or a time dimension, does not have."""
    grouped = (grouped_field(group, model) for group in query.group_by)
    filtered = (field_of(name, model) for name in fields_of(query.where))
    fields = {field for field in (*grouped, *filtered) if field.part is not None}
    if not fields:
        return
    series = tuple(rows)
    for field in sorted(fields, key=str):
        for label, grain in _times(field, model, series):
            assert field.part is not None, "only fields with a part were kept"
            if grain is not None and is_finer(_FINEST[field.part], grain):
                yield messages.part_too_fine(label, field.part, grain)


def _times(
    field: Field, model: SemanticModel, rows: Iterable[Series]
) -> Iterator[tuple[SimpleMetric | Dimension, Grain | None]]:
    """What a field stands for: the time of each metric, or one dimension; and its grain."""
    found = model.find_dimension(field.name)
    if field.name != METRIC_TIME and found is not None:
        yield found[1], found[1].grain
    for one in rows:
        own = time_dimension(model, one.metric)
        if field.name == METRIC_TIME:
            yield one.metric, own.grain
        if one.moves and field.name in (METRIC_TIME, own.name):
            table = calendar_for(model, one)
            yield one.metric, table.grain if table else None
