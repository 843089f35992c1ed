"""What a reader of an exported document loses who does not know our extensions.

A metric by name where its own meaning is at stake; what every metric loses is said once. Used by
`ossie_export`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from semantic_layer.interchange.ossie_texts import Remark
from semantic_layer.issues import Text
from semantic_layer.model import Dataset, Metric, SemanticModel, SimpleMetric

# What is lost of every metric alike, not of one.
EVERYWHERE = "*"

_MOST_TERMS = 4


def losses_of(model: SemanticModel, said: Mapping[str, str | Text]) -> Iterator[Remark]:
    """The losses, those of every definition first; `said` are the metrics' expressions."""
    yield Remark(EVERYWHERE, _ALWAYS)
    yield from _of_the_model(model)
    for dataset in model.datasets.values():
        yield from _of_dataset(dataset)
    for metric in model.metrics.values():
        expression = said[metric.name]
        if isinstance(expression, Text):
            yield Remark(metric.name, _left_out(expression))
        else:
            reasons = list(_of_metric(metric, model))
            if reasons:
                yield Remark(metric.name, _joined(reasons))


_ALWAYS = Text(
    zh="单位、可加性、好坏方向、负责人、状态、版本、按语言区分的名称和无数据时段的取值规则，"
    "只有本系统的扩展里有。",
    en="The unit, the additivity, the good direction, the owner, the status, the version, which "
    "language a name is in and what a period without rows counts as stand in our extensions only.",
)


def _of_the_model(model: SemanticModel) -> Iterator[Remark]:
    calendars = [one for one in model.calendars if one.place is not None]
    for zh, en, held in (
        ("事件和数量的说法（facets）", "The words of events and quantities (facets)", model.facets),
        ("自定义日历", "The calendars of your own", calendars),
        ("大促和节日的日期", "The days of promotions and holidays", model.events),
        ("核对过的问题", "The verified questions", model.verified_questions),
        ("访问权限", "The access rules", model.access_policy),
    ):
        if held:
            text = Text(zh=f"{zh}只在扩展里有。", en=f"{en} stand in our extensions only.")
            yield Remark(EVERYWHERE, text)


def _of_dataset(dataset: Dataset) -> Iterator[Remark]:
    for entity in dataset.entities:
        if not isinstance(entity.expr, exp.Column):
            yield Remark(
                f"{dataset.name}.{entity.name}",
                Text(
                    zh="这个键由式子算出，其他工具看不到由它建立的关系。",
                    en="The key is computed; others do not see the relationships by it.",
                ),
            )
        elif entity.type == "natural":
            yield Remark(
                f"{dataset.name}.{entity.name}",
                Text(
                    zh="这张表按有效期保存历史，其他工具看不到这个键和有效期。",
                    en="The table keeps a history; others see neither this key nor its validity.",
                ),
            )
    for dimension in dataset.dimensions.values():
        if dimension.member_synonyms and dimension.conforms_to is None:
            yield Remark(
                f"{dataset.name}.{dimension.name}",
                Text(
                    zh="各成员的其他说法只在扩展里有。",
                    en="The synonyms of its members stand in our extensions only.",
                ),
            )
        if dimension.personal:
            yield Remark(
                f"{dataset.name}.{dimension.name}",
                Text(
                    zh="它涉及个人信息，这里从不展示；其他工具不知道这一点。",
                    en="It names a person and is never shown here; others do not know that.",
                ),
            )


def _of_metric(metric: Metric, model: SemanticModel) -> Iterator[Text]:
    if isinstance(metric, SimpleMetric):
        times = [one for one in model.datasets[metric.dataset].dimensions.values() if one.grain]
        if len(times) > 1:
            yield Text(
                zh=f"它按 {metric.agg_time_dimension} 统计，其他工具可能用别的时间",
                en=f"it is dated by {metric.agg_time_dimension}, others may use another time",
            )
        if metric.substitute_for:
            named = ", ".join(metric.substitute_for)
            yield Text(zh=f"它可以替代 {named}", en=f"it stands in for {named}")
    else:
        times_of_parts = {
            (one.dataset, one.agg_time_dimension) for one in model.simple_metrics_of(metric.name)
        }
        if len(times_of_parts) > 1:
            yield Text(
                zh="它的各部分按不同的时间统计，在一条 SQL 里会变成同一个时间",
                en="its parts are dated by different times, which one SQL expression makes one",
            )
    if metric.ambiguous_terms.all():
        terms = metric.ambiguous_terms.all()
        named = ", ".join(terms[:_MOST_TERMS]) + (", …" if len(terms) > _MOST_TERMS else "")
        yield Text(
            zh=f"有歧义的说法（{named}）不会再追问", en=f"nobody asks which of {named} is meant"
        )


def _left_out(reason: Text) -> Text:
    return Text(
        zh=f"其他工具看不到它：{reason.zh}，没有对应的表达式。",
        en=f"Others do not see it: {reason.en}, for which there is no expression.",
    )


def _joined(reasons: list[Text]) -> Text:
    en = "; ".join(one.en for one in reasons)
    return Text(
        zh="；".join(one.zh for one in reasons) + "。",
        en=en[0].upper() + en[1:] + ".",
    )
