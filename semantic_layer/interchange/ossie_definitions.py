"""`SemanticModel` → the entries of definition files that define it again, and their YAML.

The way back of `merging`: what these entries load as is the same model, places apart. An export to
Ossie carries them in its extensions, an import writes them into a project. Holds for models that
come from definition files; other semantic layers' names and calendars have no entry here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

import yaml
from pydantic import BaseModel
from sqlglot import exp

from semantic_layer.access.access_policy import RoleRules, RowRule
from semantic_layer.catalog import DateRange
from semantic_layer.events import Event, Occurrence
from semantic_layer.issues import Text
from semantic_layer.loading.fragments import DIALECT
from semantic_layer.model import (
    CalendarTable,
    ConversionMetric,
    CumulativeMetric,
    Dataset,
    DerivedMetric,
    Dimension,
    Entity,
    Facet,
    Metric,
    MetricInput,
    RatioMetric,
    SemanticModel,
    SimpleMetric,
    Span,
    Words,
)
from semantic_layer.verified_questions import VerifiedQuestion

Entry = dict[str, Any]

_WIDTH = 100


class _Plain(yaml.SafeDumper):
    """YAML without anchors: a definition file writes everything out."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # PyYAML's signature
        """No value is a reference to another one."""
        return True


def yaml_of(entries: Mapping[str, Any]) -> str:
    r"""The text of a file; reading it as a definition file gives the entries back.

    >>> yaml_of({"dataset": "orders", "synonyms": ["no", "18-24", "2025-01-01"]})
    "dataset: orders\nsynonyms:\n- 'no'\n- 18-24\n- '2025-01-01'\n"
    """
    text: str = yaml.dump(
        dict(entries), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=_WIDTH
    )
    return text


def dataset_entry(dataset: Dataset) -> Entry:
    """The head of a dataset's file: everything but its dimensions and metrics."""
    validity = dataset.validity
    return _given(
        dataset=dataset.name,
        source=dataset.source,
        grain=dataset.grain,
        label=_text(dataset.label),
        export_name=_text(dataset.export_name),
        entities=[_entity(one) for one in dataset.entities],
        validity={"start": sql(validity.start), "end": sql(validity.end)} if validity else None,
    )


def dimension_entry(dimension: Dimension) -> Entry:
    """A dimension as its dataset's file writes it."""
    if dimension.conforms_to is not None:
        return {
            "type": "conformed",
            "name": dimension.name,
            "conforms_to": dimension.conforms_to,
            "expr": sql(dimension.expr),
        }
    return _given(
        type=dimension.type,
        name=dimension.name,
        label=_text(dimension.label),
        description=_text(dimension.description),
        expr=sql(dimension.expr),
        synonyms=_words(dimension.synonyms),
        member_synonyms={name: list(words) for name, words in dimension.member_synonyms.items()},
        grain=str(dimension.grain) if dimension.grain else None,
        region=dimension.region,
        personal=dimension.personal or None,
        partition=dimension.is_partition or None,
    )


def metric_entry(metric: Metric) -> Entry:
    """A metric of any kind as a file writes it."""
    entry = _given(
        type=metric.type,
        name=metric.name,
        label=_text(metric.label),
        description=_text(metric.description),
        synonyms=_words(metric.synonyms),
        ambiguous_terms=_words(metric.ambiguous_terms),
        facets=dict(metric.facets),
        unit=metric.unit,
        additivity=metric.additivity,
        good_direction=metric.good_direction,
        owner=metric.owner,
        status=metric.status,
        version=metric.version,
        where=_plain(metric.where),
        **_kind(metric),
    )
    if isinstance(metric, SimpleMetric):
        # Written even if it is null: left out, it means what the aggregate makes of no rows.
        entry["fill_nulls_with"] = metric.fill
    return entry


def dataset_of_metric(metric: Metric, model: SemanticModel) -> str:
    """The dataset in whose file a metric is written; of one made of others, their first."""
    return next(model.simple_metrics_of(metric.name)).dataset


def facet_entry(facet: Facet) -> Entry:
    """A facet as the facets file writes it."""
    return _given(
        kind=facet.kind,
        name=facet.name,
        label=_text(facet.label),
        synonyms=_words(facet.synonyms),
    )


def calendar_entry(calendar: CalendarTable) -> Entry:
    """A calendar's file."""
    return _given(
        calendar=calendar.source,
        column=calendar.column,
        grain=str(calendar.grain),
        units={unit: sql(calendar.unit_expr(unit)) for unit in calendar.units},
    )


def event_entry(event: Event) -> Entry:
    """An event of the calendar as the events file writes it, every day of it written out."""
    return _given(
        name=event.name,
        label=_text(event.label),
        synonyms=_by_language(event.synonyms),
        phases=[
            _given(name=phase.name, label=_text(phase.label), synonyms=_by_language(phase.synonyms))
            for phase in event.phases.values()
        ],
        years={year: _occurrence(one) for year, one in event.occurrences.items()},
    )


def verified_entry(question: VerifiedQuestion) -> Entry:
    """A verified question as its file writes it."""
    return _given(
        question=_given(zh=question.zh, en=question.en),
        query=question.query.model_dump(mode="json", exclude_none=True),
        verified_by=question.verified_by,
        verified_at=question.verified_at.isoformat(),
    )


def role_entry(role: str, rules: RoleRules) -> Entry:
    """The access rules of a role as the access file writes them."""
    limits = [
        {"names": sorted(one.names), "statuses": sorted(one.statuses)} for one in rules.limits
    ]
    return _given(
        role=role,
        grants=[_rows(one) for one in rules.grants],
        filters=[_rows(one) for one in rules.filters],
        masks=[
            _given(dataset=one.dataset, column=one.column, text=one.text) for one in rules.masks
        ],
        metrics=limits[0] if limits else None,
    )


def sql(tree: exp.Expr) -> str:
    """The text of a fragment; parsing it gives the same tree."""
    return tree.sql(dialect=DIALECT)


def _kind(metric: Metric) -> Entry:
    match metric:
        case SimpleMetric():
            return _simple(metric)
        case RatioMetric(numerator=numerator, denominator=denominator):
            return {"numerator": _input(numerator), "denominator": _input(denominator)}
        case DerivedMetric(formula=formula, inputs=inputs):
            return {"expr": sql(formula), "inputs": [_input(one) for one in inputs]}
        case CumulativeMetric():
            return {
                "input": _input(metric.input),
                "window": _span(metric.window),
                "to_date": str(metric.to_date) if metric.to_date else None,
                "period_agg": metric.period_agg,
            }
        case ConversionMetric():
            return {
                "base": _input(metric.base),
                "conversion": _input(metric.conversion),
                "entity": metric.entity,
                "window": _span(metric.window),
                "constant_properties": [
                    {"base": base, "conversion": conversion}
                    for base, conversion in metric.constants
                ],
                "calculation": metric.calculation,
            }
        case _:
            assert_never(metric)


def _simple(metric: SimpleMetric) -> Entry:
    level, percentile = metric.semi_additive, metric.percentile
    return {
        "agg": metric.agg,
        "expr": sql(metric.expr),
        "filter": sql(metric.filter) if metric.filter is not None else None,
        "agg_time_dimension": metric.agg_time_dimension,
        "substitute_for": list(metric.substitute_for),
        "percentile": {"fraction": percentile.fraction, "discrete": percentile.discrete}
        if percentile
        else None,
        "semi_additive": _given(
            dimension=level.dimension, choice=level.choice, groupings=list(level.groupings)
        )
        if level
        else None,
        "quiet_periods": metric.quiet_periods,
    }


def _input(used: MetricInput) -> Entry | str:
    entry = _given(
        metric=used.metric,
        alias=used.alias,
        where=_plain(used.where),
        offset=_span(used.offset),
        to_grain=str(used.to_grain) if used.to_grain else None,
    )
    return used.metric if entry.keys() == {"metric"} else entry


def _occurrence(one: Occurrence) -> Entry:
    return _given(
        **_days(one.days),
        anchor=one.anchor.isoformat(),
        status="assumed" if one.is_assumed else None,
        phases={name: _days(days) for name, days in one.phases.items()},
    )


def _days(days: DateRange) -> Entry:
    return {"first": days.start.isoformat(), "last": days.last_day.isoformat()}


def _rows(rule: RowRule) -> Entry:
    return _given(
        dataset=rule.dataset,
        filter=sql(rule.filter) if rule.filter is not None else None,
        where=_plain(rule.where),
    )


def _by_language(words: tuple[str, ...]) -> Entry:
    """Words in the order of their file, which lists the Chinese ones first."""
    start = max((n for n, word in enumerate(words, 1) if not word.isascii()), default=0)
    return _given(zh=list(words[:start]), en=list(words[start:]))


def _span(span: Span | None) -> str | None:
    return f"{span.count} {span.unit}" if span else None


def _entity(entity: Entity) -> Entry:
    return {"name": entity.name, "type": entity.type, "expr": sql(entity.expr)}


def _text(text: Text) -> Entry:
    return {"zh": text.zh, "en": text.en}


def _words(words: Words) -> Entry:
    return _given(zh=list(words.zh), en=list(words.en))


def _plain(part: BaseModel | None) -> Entry | None:
    return part.model_dump(mode="json") if part is not None else None


def _given(**keys: Any) -> Entry:
    """The keys that say something; an empty value is what a key means when it is left out."""
    return {key: value for key, value in keys.items() if value not in (None, "", [], {})}
