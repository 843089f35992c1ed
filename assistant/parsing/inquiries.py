"""`Inquiry` → `Answer`: definitions in words, what there is to ask, and how far the data go.

Beside `answering`, which answers plans: nothing is computed here, so the answers have no rows. It
may import neither a parser, nor a model, nor a database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import assert_never

from assistant.answer import Answer, Definition
from assistant.answering import Request, unanswered
from assistant.knowledge import Knowledge
from assistant.nearest.suggestions import first_questions
from assistant.outcome import Inquiry
from assistant.presentation.presenting import answer_issues, definition_of
from assistant.presentation.wording import days_text, own_condition_text, pick
from assistant.stages import Stages
from semantic_layer import Issue, Language, Text, covered_days
from semantic_layer.catalog import DateRange, intersect_all
from semantic_layer.model import (
    ConversionMetric,
    CumulativeMetric,
    DerivedMetric,
    Metric,
    RatioMetric,
    SemanticModel,
    SimpleMetric,
)

_UNITS = {
    "CNY": ("元", "CNY"),
    "count": ("个", "a count"),
    "days": ("天", "days"),
    "ratio": ("比率", "a ratio"),
    "score": ("分", "points"),
}
_AGGREGATES = {
    "count": ("计数", "count"),
    "count_distinct": ("去重计数", "distinct count"),
    "sum": ("求和", "sum"),
    "avg": ("平均", "average"),
    "min": ("最小值", "minimum"),
    "max": ("最大值", "maximum"),
    "median": ("中位数", "median"),
}


def answer_inquiry(
    inquiry: Inquiry, request: Request, knowledge: Knowledge, stages: Stages
) -> Answer:
    """What the definitions and the catalogue say, in the asker's language."""
    refused = knowledge.model.access.refused_metrics if knowledge.model.access else {}
    issues = tuple(refused[name] for name in inquiry.metrics if name in refused)
    if issues and len(issues) == len(inquiry.metrics):
        return unanswered("refused", issues, request, stages)
    metrics = tuple(name for name in inquiry.metrics if name not in refused)
    match inquiry.about:
        case "definitions":
            told = _explained(metrics, inquiry.dimensions, knowledge, request.language)
            notes = (*issues, *_without_data(metrics, knowledge))
            return _told(inquiry, request, stages, told, knowledge, metrics, notes)
        case "metrics":
            names = tuple(n for n in knowledge.model.metrics if n in knowledge.available)
            told = _listed_metrics(names, knowledge, request.language)
            return _told(inquiry, request, stages, told, knowledge, names)
        case "dimensions":
            told = _listed_dimensions(knowledge, request.language)
            return _told(inquiry, request, stages, told, knowledge)
        case "coverage":
            covered = dict(_coverage(metrics, knowledge, request.language))
            told = _covered_text(covered, request.language)
            answer = _told(inquiry, request, stages, told, knowledge)
            last = max((days.last_day for days in covered.values()), default=None)
            return answer.model_copy(update={"data_through": last and last.isoformat()})
        case _:
            assert_never(inquiry.about)


def _told(
    inquiry: Inquiry,
    request: Request,
    stages: Stages,
    summary: str,
    knowledge: Knowledge,
    metrics: tuple[str, ...] = (),
    notes: tuple[Issue, ...] = (),
) -> Answer:
    language = request.language
    assumed = (Issue(code="assumption", message=text) for text in inquiry.assumptions)
    return Answer(
        status="answered",
        question=request.question,
        language=language,
        parser=request.parser,
        interpretation=_interpretation(inquiry, knowledge.model, language),
        definitions=_definitions(metrics, knowledge.model, language),
        summary=summary,
        follow_ups=first_questions(knowledge, request.now, language)[:3],
        issues=answer_issues((*assumed, *notes), language),
        links=inquiry.links,
        tokens=request.tokens,
        timings_ms=stages.timings_ms,
    )


def _interpretation(inquiry: Inquiry, model: SemanticModel, language: Language) -> str:
    named = (
        *(model.metrics[name].label.in_(language) for name in inquiry.metrics),
        *(model.dimensions[name].label.in_(language) for name in inquiry.dimensions),
    )
    names = pick(("、", ", "), language).join(named)
    match inquiry.about:
        case "definitions":
            return pick((f"{names}的口径", f"the definition of {names}"), language)
        case "metrics":
            return pick(("可以问的指标", "the metrics that can be asked for"), language)
        case "dimensions":
            return pick(
                ("可以用来分组和筛选的维度", "the dimensions to group and filter by"), language
            )
        case "coverage":
            return pick(
                (f"{names}数据的日期范围", f"the days that {names or 'the data'} cover"), language
            )
        case _:
            assert_never(inquiry.about)


def _definitions(
    metrics: Iterable[str], model: SemanticModel, language: Language
) -> tuple[Definition, ...]:
    return tuple(definition_of(model.metrics[name], model, language) for name in metrics)


def _explained(
    metrics: Iterable[str], dimensions: Iterable[str], knowledge: Knowledge, language: Language
) -> str:
    model = knowledge.model
    told = [explanation(model.metrics[name], model, language) for name in metrics]
    for name in dimensions:
        one = model.dimensions[name]
        label, text = one.label.in_(language), one.description.in_(language)
        told.append(pick((f"{label}：{text}。", f"{label}: {text}."), language))
    return "\n".join(told)


def explanation(metric: Metric, model: SemanticModel, language: Language) -> str:
    """A definition in words: what is counted, where it holds, by which time, and who answers."""
    known = definition_of(metric, model, language)
    filters = dict.fromkeys(_filters(metric, model, language))
    unit = pick(_UNITS.get(metric.unit, (metric.unit, metric.unit)), language)
    facts = (
        (("计算", "calculated as"), _calculation(metric, model, language)),
        (("条件", "where"), pick(("；", "; "), language).join(filters)),
        (("按", "dated by"), known.time_basis),
        (("单位", "unit"), unit),
        (("版本", "version"), str(known.version)),
        (("负责人", "owner"), known.owner),
    )
    colon, comma = pick(("：", ": "), language), pick(("；", "; "), language)
    shown = comma.join(f"{pick(name, language)}{colon}{fact}" for name, fact in facts if fact)
    end = pick(("。", "."), language)
    return f"{known.label}{colon}{known.description}{pick(('', ' '), language)}{shown}{end}"


def _filters(metric: Metric, model: SemanticModel, language: Language) -> Iterator[str]:
    for part in model.simple_metrics_of(metric.name):
        if text := own_condition_text(part, model, language):
            is_whole = part.name == metric.name
            label = part.label.in_(language)
            yield text if is_whole else pick((f"{label}{text}", f"{label} {text}"), language)


def _calculation(metric: Metric, model: SemanticModel, language: Language) -> str:
    def label(name: str) -> str:
        return model.metrics[name].label.in_(language)

    match metric:
        case RatioMetric(numerator=numerator, denominator=denominator):
            return f"{label(numerator.metric)} ÷ {label(denominator.metric)}"
        case DerivedMetric(formula=formula):
            return formula.sql(dialect="duckdb")
        case CumulativeMetric(input=used):
            accumulated = (f"{label(used.metric)}累计", f"{label(used.metric)}, accumulated")
            return pick(accumulated, language)
        case ConversionMetric(base=base, conversion=conversion):
            first, then = label(base.metric), label(conversion.metric)
            return pick((f"{first}之后的{then}", f"{then} after {first}"), language)
        case SimpleMetric(agg=agg):
            how = pick(_AGGREGATES.get(agg, (agg, agg)), language)
            rows = model.datasets[metric.dataset].label.in_(language)
            return pick((f"对{rows}{how}", f"{how} over {rows}"), language)
        case _:
            assert_never(metric)


def _without_data(metrics: Iterable[str], knowledge: Knowledge) -> Iterator[Issue]:
    for name in metrics:
        if knowledge.lacks_data_of(name):
            label = knowledge.model.metrics[name].label
            message = Text(
                zh=f"{label.zh}所需的数据尚未载入，目前只有定义，没有数值。",
                en=f"The data for {label.en} are not loaded: there is a definition and no number.",
            )
            yield Issue(code="definition_without_data", message=message)


def _listed_metrics(names: tuple[str, ...], knowledge: Knowledge, language: Language) -> str:
    model, lines = knowledge.model, []
    if not names:
        return _nothing_loaded(language)
    by_dataset: dict[str, list[str]] = {}
    for name in names:
        dataset = next(iter(model.simple_metrics_of(name))).dataset
        by_dataset.setdefault(dataset, []).append(model.metrics[name].label.in_(language))
    for dataset, labels in by_dataset.items():
        label = model.datasets[dataset].label.in_(language)
        listed = pick(("、", ", "), language).join(labels)
        lines.append(f"{label}{pick(('：', ': '), language)}{listed}")
    head = pick(
        (f"可以问 {len(names)} 个指标。", f"{len(names)} metrics can be asked for."), language
    )
    return "\n".join((head, *lines))


def _listed_dimensions(knowledge: Knowledge, language: Language) -> str:
    labels = [
        dimension.label.in_(language)
        for name, dimension in knowledge.model.dimensions.items()
        if knowledge.members.get(name) and not dimension.personal
    ]
    if not labels:
        return _nothing_loaded(language)
    listed = pick(("、", ", "), language).join(labels)
    return pick(
        (
            f"可以按这些维度分组或筛选：{listed}；也可以按天、周、月、季度、年。",
            f"These dimensions group or filter: {listed}; days, weeks, months, quarters and "
            "years as well.",
        ),
        language,
    )


def _coverage(
    metrics: tuple[str, ...], knowledge: Knowledge, language: Language
) -> Iterator[tuple[str, DateRange]]:
    """What is loaded, and from its first day to its last: the named metrics, or every dataset."""
    model = knowledge.model
    for name in metrics:
        parts = [
            covered_days(model, part, knowledge.catalog) for part in model.simple_metrics_of(name)
        ]
        days = parts[0]
        for part in parts[1:]:
            days = intersect_all(days, part)
        if days:
            yield model.metrics[name].label.in_(language), DateRange(days[0].start, days[-1].end)
    if metrics:
        return
    spans: dict[str, list[date]] = {}
    for name in knowledge.available:
        for simple in model.simple_metrics_of(name):
            for known in covered_days(model, simple, knowledge.catalog):
                spans.setdefault(simple.dataset, []).extend((known.start, known.end))
    for dataset, one in model.datasets.items():
        if ends := spans.get(dataset):
            yield one.label.in_(language), DateRange(min(ends), max(ends))


def _covered_text(covered: dict[str, DateRange], language: Language) -> str:
    if not covered:
        return _nothing_loaded(language)
    last = max(days.last_day for days in covered.values())
    colon = pick(("：", ": "), language)
    lines = [f"{label}{colon}{days_text(days)}" for label, days in covered.items()]
    head = pick(
        (f"数据到 {last.isoformat()}。", f"The data go up to {last.isoformat()}."), language
    )
    return "\n".join((head, *lines))


def _nothing_loaded(language: Language) -> str:
    return pick(
        (
            "还没有载入数据；请先导入导出文件（koujing ingest），再来提问。",
            "Nothing is loaded yet; load an export first (koujing ingest), then ask.",
        ),
        language,
    )
