"""The sentences of the plan audit: one function per problem, each in both languages.

They are read by the model that must mend its plan and, when it cannot, by the user: each says what
is wrong and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.outcome import Link, LinkKind
from semantic_layer import Issue, SemanticModel, Text

_KINDS = {
    LinkKind.metric: Text(zh="指标", en="a metric"),
    LinkKind.ambiguous_metric: Text(zh="指标", en="a metric"),
    LinkKind.event: Text(zh="业务动作", en="an event"),
    LinkKind.quantity: Text(zh="数量", en="a quantity"),
    LinkKind.dimension: Text(zh="维度", en="a dimension"),
    LinkKind.member: Text(zh="取值", en="a value"),
    LinkKind.time: Text(zh="时间", en="a time"),
    LinkKind.grain: Text(zh="时间粒度", en="a grain of time"),
    LinkKind.number: Text(zh="数字", en="a number"),
    LinkKind.comparator: Text(zh="比较条件", en="a condition"),
    LinkKind.ranking: Text(zh="排名", en="a ranking"),
    LinkKind.comparison: Text(zh="对比", en="a comparison"),
    LinkKind.change: Text(zh="变化", en="a change"),
    LinkKind.share: Text(zh="占比", en="a share"),
    LinkKind.running: Text(zh="累计或移动值", en="a running value"),
    LinkKind.average: Text(zh="平均", en="an average per period"),
    LinkKind.part: Text(zh="星期或时段", en="weekdays or hours"),
    LinkKind.negation: Text(zh="排除", en="an exclusion"),
    LinkKind.edit: Text(zh="追问", en="a follow-up"),
    LinkKind.intent: Text(zh="数字以外的要求", en="a wish for something other than numbers"),
    LinkKind.filler: Text(zh="语气词", en="a filler"),
}


def link_ignored(link: Link) -> Issue:
    """A linked word that the plan does not use, or uses for something else."""
    kind = _KINDS[link.kind]
    return Issue(
        code="link_ignored",
        message=Text(
            zh=f"问题里的“{link.text}”（{kind.zh}）没有如实进入查询；请用上它，或换个说法再问。",
            en=f"The words {link.text!r} ({kind.en}) are not used as asked; use them, or ask in "
            "other words.",
        ),
        where=link.text,
    )


def ambiguous_term(link: Link, candidates: Sequence[str], model: SemanticModel) -> Issue:
    """A term of several metrics, of which the plan picks one."""
    labels = [model.metrics[name].label for name in candidates]
    return Issue(
        code="ambiguous_term",
        message=Text(
            zh=f"“{link.text}”可以指{'、'.join(label.zh for label in labels)}；请说明是哪一个。",
            en=f"{link.text!r} may mean {' or '.join(label.en for label in labels)}; say which.",
        ),
        where=link.text,
        suggestions=tuple(candidates),
    )


def unknown_value(field: str, value: object, near: tuple[str, ...]) -> Issue:
    """A filter value that the dimension does not have."""
    zh = f"；相近的有：{'、'.join(near)}" if near else ""
    en = f"; the nearest are {', '.join(near)}" if near else ""
    return Issue(
        code="unknown_value",
        message=Text(
            zh=f"{field!r} 没有取值 {str(value)!r}{zh}。请使用数据中存在的取值。",
            en=f"{field!r} has no value {str(value)!r}{en}. Use a value that is in the data.",
        ),
        where=field,
        suggestions=near,
    )


def not_a_number(field: str, value: object) -> Issue:
    """A condition on a metric whose value is no number."""
    return Issue(
        code="not_a_number",
        message=Text(
            zh=f"{field!r} 是指标，只能与数字比较，不能与 {str(value)!r} 比较。",
            en=f"{field!r} is a metric and compares with numbers, not with {str(value)!r}.",
        ),
        where=field,
    )


def not_asked(part: Text, where: str) -> Issue:
    """Something in the plan that no word of the question stands for."""
    return Issue(
        code="not_asked",
        message=Text(
            zh=f"查询里有问题没有提到的{part.zh}；请核对。",
            en=f"The plan has {part.en}, which the question does not name; check it.",
        ),
        where=where,
    )


def not_expressible(word: str) -> Issue:
    """A word that changes the number, which no definition in the plan accounts for."""
    return Issue(
        code="not_expressible",
        message=Text(
            zh=f"“{word}”会改变结果，但查询用到的口径都不含它；请换个说法，或改问已有的指标。",
            en=f"{word!r} changes the number, and no definition in the plan covers it; ask in "
            "other words, or for a metric of the catalogue.",
        ),
        where=word,
    )


def read_by_model(words: str) -> Text:
    """The assumption for words that only the language model has read."""
    return Text(
        zh=f"“{words}”由语言模型理解，请核对查询条件。",
        en=f"{words!r} was read by the language model; check the conditions.",
    )


def not_governed(term: str | None, near: Sequence[str], model: SemanticModel) -> Issue:
    """The model finds no metric for what is asked."""
    labels = [model.metrics[name].label for name in near]
    zh = f"；最接近的是：{'、'.join(label.zh for label in labels)}" if labels else ""
    en = f"; the nearest are {', '.join(label.en for label in labels)}" if labels else ""
    return Issue(
        code="not_governed",
        message=Text(
            zh=f"没有能回答{f'“{term}”' if term else '这个问题'}的指标{zh}。请从指标目录中选择。",
            en=f"No metric answers {repr(term) if term else 'this question'}{en}. Choose one from "
            "the catalogue.",
        ),
        where=term,
        suggestions=tuple(near),
    )


def which_metric(term: str | None, labels: Sequence[Text]) -> Text:
    """The question back, in our words: the model only names the metrics."""
    zh, en = "、".join(label.zh for label in labels), " or ".join(label.en for label in labels)
    return Text(
        zh=f"“{term}”可以指{zh}，您要哪一个？" if term else f"您要哪个指标：{zh}？",
        en=f"{term!r} may mean {en}; which one?" if term else f"Which metric: {en}?",
    )


def too_few_choices() -> Issue:
    """A clarifying question that leaves nothing to choose."""
    return Issue(
        code="too_few_choices",
        message=Text(
            zh="澄清至少要有两个可用的指标可选；请说明要看哪个指标。",
            en="A clarification needs two metrics with data to choose from; say which metric.",
        ),
    )


def left_out(words: Sequence[str]) -> Text:
    """The question back when the model's plan stays incomplete: the words are named."""
    zh, en = "、".join(f"“{word}”" for word in words), ", ".join(map(repr, words))
    if not words:
        return Text(
            zh="查询里有问题没有提到的部分；您要的是这个结果吗？",
            en="The plan holds something that the question does not name; is this what you want?",
        )
    return Text(
        zh=f"{zh}没能如实进入查询；您要不计它的结果，还是换个说法再问？",
        en=f"{en} could not be used as asked; do you want the result without, or to ask in other "
        "words?",
    )


def reading_without(reading: Text, words: Sequence[str]) -> Text:
    """A reading, and the words that it leaves out."""
    if not words:
        return reading
    zh, en = "、".join(f"“{word}”" for word in words), ", ".join(map(repr, words))
    return Text(zh=f"{reading.zh}（不计{zh}）", en=f"{reading.en} (without {en})")


def which_reading() -> Text:
    """The question back when the model reads the question in different ways."""
    return Text(
        zh="语言模型对这个问题有不同的理解；您指的是哪一种？",
        en="The language model reads this question in different ways; which do you mean?",
    )


def sql_not_wanted() -> Issue:
    """A reply of SQL where only plans are taken."""
    return Issue(
        code="sql_not_wanted",
        message=Text(
            zh="这里只接受查询计划，不接受 SQL；请用计划表达，或设置 llm_sql 以允许受管 SQL。",
            en="Only plans are taken here, no SQL; say it as a plan, or set llm_sql to allow "
            "governed SQL.",
        ),
    )


def written_sql(sql: str) -> Issue:
    """The notice that stands with a number from SQL that the model wrote."""
    told = " ".join(sql.split())
    return Issue(
        code="written_sql",
        message=Text(
            zh=f"这个结果来自语言模型写的受管 SQL，指标口径和权限不变，计算方式请核对：{told}",
            en="This result comes from governed SQL that the language model wrote; definitions and "
            f"permissions hold, check what it computes: {told}",
        ),
    )
