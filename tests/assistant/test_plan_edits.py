"""Edits of a plan leave a plan that is whole: no order, share or condition without its column."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assistant.follow_ups import plan_edits
from semantic_layer import SemanticQuery
from semantic_layer.query import Comparison, GroupBy, In, Not


def query(**others: Any) -> SemanticQuery:
    return SemanticQuery.model_validate({"metrics": ["paid_orders"], **others})


RANKED = query(
    group_by=["province", "channel"],
    order_by=[{"name": "paid_orders__prior_period__rate"}],
    compare="prior_period",
    limit=3,
    limit_within=["channel"],
    others=True,
)


def test_an_order_follows_its_metric_and_its_comparison() -> None:
    swapped = plan_edits.with_metrics(RANKED, ("refund_rate",))
    assert swapped.order_by[0].name == "refund_rate__prior_period__rate"
    other = plan_edits.with_comparison(RANKED, Comparison.same_period_last_year)
    assert other.order_by[0].name == "paid_orders__same_period_last_year__rate"


def test_without_the_comparison_nothing_is_ordered_by_the_change() -> None:
    plain = plan_edits.with_comparison(RANKED, None)
    assert (plain.order_by, plain.limit, plain.others) == ((), None, False)


def test_a_condition_on_a_metric_goes_with_the_metric_and_with_the_groups() -> None:
    having = {"kind": "compare", "field": "paid_orders", "operator": ">", "value": 1}
    above = query(group_by=["province"], having=having)
    assert plan_edits.with_metrics(above, ("refund_rate",)).having is None
    assert plan_edits.with_metrics(above, ("refund_rate", "paid_orders")).having is not None
    assert plan_edits.without_dimension(above, "province").having is None


def test_a_group_takes_what_was_within_it_along() -> None:
    left = plan_edits.without_dimension(RANKED, "channel")
    assert left.limit_within == ()
    assert left.limit == 3


def test_a_share_of_what_is_gone_is_gone() -> None:
    beyond = query(
        where={"kind": "in", "field": "province", "values": ["浙江省"]},
        share_of={"beyond": ["province"]},
    )
    assert plan_edits.without_conditions_on(beyond, ("province",)).share_of is None


def test_running_values_need_periods() -> None:
    running = query(group_by=["metric_time__day"], running={})
    assert plan_edits.without_dimension(running, "metric_time").running is None


def test_values_are_added_and_taken_off() -> None:
    one = plan_edits.with_values(query(), "channel", ("天猫",))
    two = plan_edits.with_values(one, "channel", ("京东", "天猫"))
    assert two.where == In(field="channel", values=("天猫", "京东"))
    assert plan_edits.without_values(two, "channel", ("京东",)).where == one.where
    assert plan_edits.without_values(one, "channel", ("天猫",)).where is None
    assert plan_edits.without_values(one, "channel", ("线下",)).where == one.where
    shut = plan_edits.without_values(query(), "channel", ("线下",))
    assert shut.where == Not(part=In(field="channel", values=("线下",)))


GROUPS = st.lists(st.sampled_from(["province", "channel", "metric_time__day"]), unique=True)


@given(GROUPS, GROUPS, st.sampled_from([("paid_orders",), ("refund_rate",), ("a", "paid_orders")]))
def test_an_edited_plan_is_a_plan_and_names_only_columns_it_has(
    before: list[str], after: list[str], metrics: tuple[str, ...]
) -> None:
    plan = RANKED.model_copy(update={"group_by": query(group_by=before).group_by})
    edited = plan_edits.with_group_by(
        plan_edits.with_metrics(plan, metrics), query(group_by=after).group_by
    )
    assert SemanticQuery.model_validate(edited.model_dump()) == edited
    columns = {group.column for group in edited.group_by}
    assert set(edited.limit_within) <= columns
    assert all(order.name.partition("__")[0] in metrics for order in edited.order_by)
    assert plan_edits.with_group_by(edited, edited.group_by) == edited


def test_a_group_is_listed_once() -> None:
    groups = (GroupBy(name="province"), GroupBy(name="province"))
    assert plan_edits.with_group_by(query(), groups).group_by == groups[:1]
