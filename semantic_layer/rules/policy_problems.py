"""The sentences of access: what a role cannot have, and what is wrong with a rule.

What a role cannot have names the metric and whom to ask, never what the hidden rows hold.
"""

from __future__ import annotations

from semantic_layer.access.access_policy import Mask
from semantic_layer.issues import Issue, Text, nearest
from semantic_layer.model import Dataset, Dimension, Metric


def metric_denied(metric: Metric, dataset: Dataset) -> Issue:
    """A metric over a dataset that the role was not granted."""
    return Issue(
        code="access_denied",
        message=Text(
            zh=f"你的角色不能查看{dataset.label.zh}的数据，所以看不到{metric.label.zh}；"
            f"如需开通，请联系指标负责人（{metric.owner}）或管理员。",
            en=f"Your role may not read {dataset.label.en}, which {metric.label.en} is made of; "
            f"ask its owner ({metric.owner}) or an admin for access.",
        ),
        where=metric.name,
    )


def metric_not_listed(metric: Metric) -> Issue:
    """A metric outside of those that the role may use."""
    return Issue(
        code="access_denied",
        message=Text(
            zh=f"你的角色不能使用{metric.label.zh}；"
            f"如需开通，请联系指标负责人（{metric.owner}）或管理员。",
            en=f"Your role may not use {metric.label.en}; "
            f"ask its owner ({metric.owner}) or an admin for access.",
        ),
        where=metric.name,
    )


def metric_masked(metric: Metric) -> Issue:
    """A metric that a mask would make a wrong number."""
    return Issue(
        code="metric_masked",
        message=Text(
            zh=f"{metric.label.zh}用到对你的角色隐藏的列，不能计算；"
            f"请换一个指标，或联系指标负责人（{metric.owner}）。",
            en=f"The metric {metric.label.en} needs a column that is hidden from your role; "
            f"choose another one, or ask its owner ({metric.owner}).",
        ),
        where=metric.name,
    )


def dimension_denied(dimension: Dimension) -> Issue:
    """A dimension of a dataset that the role was not granted."""
    return Issue(
        code="access_denied",
        message=Text(
            zh=f"你的角色不能按{dimension.label.zh}查看；请换一个维度，或联系管理员开通。",
            en=f"Your role may not see data by {dimension.label.en}; "
            "choose another dimension, or ask an admin for access.",
        ),
        where=dimension.name,
    )


def dimension_masked(dimension: Dimension) -> Issue:
    """A dimension that is computed from a hidden column."""
    return Issue(
        code="dimension_masked",
        message=Text(
            zh=f"{dimension.label.zh}由对你的角色隐藏的列算出，不能使用；"
            "请换一个维度，或联系管理员。",
            en=f"The dimension {dimension.label.en} is computed from a column that is hidden from "
            "your role; choose another one, or ask an admin.",
        ),
        where=dimension.name,
    )


def table_denied(source: str) -> Issue:
    """A table in a finished plan that the role was not granted."""
    return Issue(
        code="access_denied",
        message=Text(
            zh=f"你的角色不能读取表 {source!r}；请换一种问法，或联系管理员开通。",
            en=f"Your role may not read the table {source!r}; ask for something else, "
            "or ask an admin for access.",
        ),
        where=source,
    )


def table_unknown(source: str) -> Issue:
    """A rule over a table that is not loaded."""
    return _not_applied(source, f"表 {source!r} 还没有载入", f"the table {source!r} is not loaded")


def column_unknown(column: str, source: str) -> Issue:
    """A rule over a column that the table lacks."""
    return _not_applied(
        source,
        f"表 {source!r} 没有列 {column!r}",
        f"the table {source!r} has no column {column!r}",
    )


def mask_needs_text(mask: Mask, kind: str) -> Issue:
    """A text in place of numbers or dates."""
    return _not_applied(
        mask.column,
        f"列 {mask.column!r} 的类型是 {kind}，不能用文字遮盖",
        f"the column {mask.column!r} is of type {kind}, which no text can mask",
    )


def rows_by_metric(metric: str) -> Issue:
    """A row filter that compares a metric."""
    return _not_applied(
        metric,
        f"行过滤不能按指标 {metric!r} 比较",
        f"a row filter cannot compare the metric {metric!r}",
    )


def _not_applied(where: str, zh: str, en: str) -> Issue:
    return Issue(
        code="policy_not_applicable",
        message=Text(
            zh=f"权限规则无法执行：{zh}；在改正之前不返回数据，请联系管理员。",
            en=f"An access rule cannot be applied: {en}; nothing is read until an admin corrects "
            "the rule.",
        ),
        where=where,
    )


def rule_dataset_unknown(name: str, known: tuple[str, ...], place: str) -> Issue:
    """A rule over a dataset that nobody defines."""
    near = nearest(name, known) or known
    return Issue(
        code="policy_dataset_unknown",
        message=Text(
            zh=f"权限规则里的数据集 {name!r} 不存在；可用的有：{'、'.join(near)}。",
            en=f"The access rule names the dataset {name!r}, which does not exist; "
            f"choose one of {', '.join(near)}.",
        ),
        where=place,
        suggestions=near,
    )


def rule_needs_dataset(place: str) -> Issue:
    """A condition or a mask for every dataset."""
    return Issue(
        code="policy_dataset_needed",
        message=Text(
            zh="带条件的授权、filters 和 masks 要写明数据集；“*”只能用于没有条件的授权。",
            en='Conditions, filters and masks name one dataset; "*" is for grants without a '
            "condition.",
        ),
        where=place,
    )


def filter_without_condition(place: str) -> Issue:
    """A mandatory filter that leaves every row."""
    return Issue(
        code="policy_filter_empty",
        message=Text(
            zh="这条 filters 没有条件；请写上 filter 或 where，或删去它。",
            en="This entry of filters has no condition; give it filter or where, or remove it.",
        ),
        where=place,
    )


def rule_field_unfit(name: str, dataset: str, near: tuple[str, ...], place: str) -> Issue:
    """A condition over a dimension that a row does not have exactly once."""
    hint_zh = f"可用的有：{'、'.join(near)}" if near else "请换一个维度"
    hint_en = f"choose one of {', '.join(near)}" if near else "choose another dimension"
    return Issue(
        code="policy_field_unfit",
        message=Text(
            zh=f"数据集 {dataset!r} 的行过滤不能用 {name!r}："
            f"它须是恰好经一条多对一路径可达、不随时间变化、也非个人信息的维度；{hint_zh}。",
            en=f"Rows of {dataset!r} cannot be filtered by {name!r}: it must be a dimension that "
            "exactly one many-to-one path leads to, that does not change over time and is not "
            f"personal; {hint_en}.",
        ),
        where=place,
        suggestions=near,
    )


def rule_by_metric(metric: str, place: str) -> Issue:
    """A condition over a metric instead of the row's own values."""
    return Issue(
        code="policy_by_metric",
        message=Text(
            zh=f"行过滤不能按指标 {metric!r} 比较；请只用维度或列。",
            en=f"A row filter cannot compare the metric {metric!r}; use dimensions or columns.",
        ),
        where=place,
    )


def mask_column_unknown(mask: Mask, known: tuple[str, ...]) -> Issue:
    """A mask over something that the dataset's definitions do not read."""
    near = nearest(mask.column, known) or known
    return Issue(
        code="mask_column_unknown",
        message=Text(
            zh=f"数据集 {mask.dataset!r} 的定义没有用到列 {mask.column!r}；"
            f"可遮盖的有：{'、'.join(near)}。",
            en=f"The definitions of {mask.dataset!r} read no column {mask.column!r}; "
            f"choose one of {', '.join(near)}.",
        ),
        where=mask.place,
        suggestions=near,
    )


def mask_on_key(mask: Mask) -> Issue:
    """A mask that would break joins or the moments of rows."""
    return Issue(
        code="mask_on_key",
        message=Text(
            zh=f"列 {mask.column!r} 是数据集 {mask.dataset!r} 的键或有效期，遮盖它会让关联出错；"
            "请改为不授权使用它的数据集。",
            en=f"The column {mask.column!r} is a key or a validity of {mask.dataset!r}, and a mask "
            "would break joins; leave out the grant of the dataset instead.",
        ),
        where=mask.place,
    )


def table_filtered_twice(source: str, datasets: tuple[str, ...], place: str) -> Issue:
    """Two datasets of one table, each with row filters."""
    return Issue(
        code="policy_table_twice",
        message=Text(
            zh=f"数据集 {'、'.join(datasets)} 读同一张表 {source!r}，都有行过滤；"
            "请把条件写在其中一个数据集上。",
            en=f"The datasets {', '.join(datasets)} read one table, {source!r}, and each has row "
            "filters; write the conditions for one of them.",
        ),
        where=place,
    )


def limited_metric_unknown(name: str, near: tuple[str, ...]) -> Issue:
    """A list of allowed metrics with a name that nobody defines."""
    hint_zh = f"相近的有：{'、'.join(near)}" if near else "请从指标目录中选择"
    hint_en = f"the nearest are {', '.join(near)}" if near else "choose one from the catalogue"
    return Issue(
        code="policy_metric_unknown",
        message=Text(
            zh=f"权限规则列出的指标 {name!r} 不存在；{hint_zh}。",
            en=f"The access rules list the metric {name!r}, which does not exist; {hint_en}.",
        ),
        suggestions=near,
    )
