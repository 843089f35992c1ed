"""What the language model is told: the catalogue, the date, the rules; then one question's facts.

Between the parser and the templates of `prompts`. It holds definitions, never data: of the members
of a dimension the model sees those that the question names.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import TypeAdapter

from assistant.language_model.plan_evidence import Evidence
from assistant.language_model.plan_form import flat_conditions, flat_form
from assistant.language_model.prompting import as_data, load_prompt
from assistant.nearest.verified_examples import Example
from assistant.outcome import Link, LinkKind
from semantic_layer import SemanticModel, reachable_dimensions
from semantic_layer.events import Event
from semantic_layer.model import Metric
from semantic_layer.query import Filter

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FILTER: TypeAdapter[Filter] = TypeAdapter(Filter)


def system_prompt(model: SemanticModel, now: datetime, *, may_write_sql: bool = False) -> str:
    """The part that stays the same for every question of a day."""
    return load_prompt("parse").render(
        today=now.date().isoformat(),
        weekday=_WEEKDAYS[now.weekday()],
        sql=load_prompt("sql").render() if may_write_sql else "",
        metrics="\n".join(_metric_line(model, metric) for metric in model.metrics.values()),
        dimensions="\n".join(_dimension_lines(model)),
        events="\n".join(_event_line(event) for event in model.events.values()) or "none",
    )


def question_prompt(evidence: Evidence, examples: Sequence[Example] = ()) -> str:
    """The question, what the dictionary found in it, the query that it follows, and examples."""
    previous = evidence.previous
    return load_prompt("question").render(
        question=as_data(evidence.question),
        hints="\n".join(
            as_data(_hint(link)) for link in evidence.links if link.kind is not LinkKind.filler
        ),
        unexplained=as_data(evidence.unexplained),
        previous=as_data(flat_form(previous) if previous else None),
        examples="\n".join(as_data(_example(one)) for one in examples),
    )


def repair_prompt(question: str, reply: str, problems: Sequence[str]) -> str:
    """The question once more, with the model's last reply and what is wrong with it."""
    return load_prompt("repair").render(
        question=question,
        reply=as_data(reply),
        problems="\n".join(f"- {as_data(problem)}" for problem in problems),
    )


def _example(example: Example) -> dict[str, object]:
    return {"question": example.text, "query": flat_form(example.query)}


def _hint(link: Link) -> dict[str, object]:
    hint: dict[str, object] = {"text": link.text, "kind": link.kind, "name": link.name}
    if link.value is None:
        return hint
    value = link.value
    if link.kind is LinkKind.part:
        value = flat_conditions(_FILTER.validate_python(value))
    return {**hint, "value": value}


def _metric_line(model: SemanticModel, metric: Metric) -> str:
    datasets = dict.fromkeys(part.dataset for part in model.simple_metrics_of(metric.name))
    words = ", ".join((metric.label.zh, metric.label.en, *metric.synonyms.all()))
    return f"- `{metric.name}` ({', '.join(datasets)}): {words}. {metric.description.en}"


def _event_line(event: Event) -> str:
    phases = f" Phases: {', '.join(f'`{name}`' for name in event.phases)}." if event.phases else ""
    return f"- `{event.name}`: {', '.join(event.terms)}.{phases}"


def _dimension_lines(model: SemanticModel) -> list[str]:
    lines = []
    for dataset in dict.fromkeys(
        part.dataset for name in model.metrics for part in model.simple_metrics_of(name)
    ):
        lines.append(f"For {dataset}:")
        for name in reachable_dimensions(model, dataset):
            dimension = model.dimensions[name]
            if not dimension.personal:
                words = (dimension.label.zh, dimension.label.en, *dimension.synonyms.all())
                lines.append(f"- `{name}` ({dimension.type}): {', '.join(words)}")
    return lines
