"""Chips and drills: whatever is offered can be answered, with the rights of whoever it is for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant import LOCAL_ADMIN, Assistant, Role, Settings, User
from assistant.chips import Chip, chips, drills, emptied_by, is_empty, offered_chips
from assistant.chips.chip import is_answerable
from assistant.chips.filter_chips import with_members
from assistant.chips.time_chips import PRESETS, with_days
from semantic_layer import Language, SemanticQuery
from semantic_layer.query import Comparison, Grain, GroupBy, In, OrderBy, RangeTime
from tests.ui.small_shop import AS_OF, build, total
from tests.ui.small_shop import PAID as PAID_AT

METRICS = ("paid_amount", "paid_orders", "placed_orders", "payment_rate", "refund_rate")
GROUPS = ("province", "city", "channel", "metric_time__day", "metric_time__month")
OPERATOR = User("operator", Role.operator)
NARROW = """
access_policy:
  - role: operator
    grants:
      - {dataset: orders, where: {kind: in, field: province, values: [广东省]}}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The small shop; the operator sees one province of it."""
    folder = build(tmp_path_factory.mktemp("chips"))
    (folder / "models").mkdir()
    (folder / "models" / "access.yml").write_text(NARROW, encoding="utf-8")
    return Assistant(folder, Settings())


@st.composite
def plans(draw: st.DrawFn) -> SemanticQuery:
    metrics = tuple(draw(st.lists(st.sampled_from(METRICS), min_size=1, max_size=2, unique=True)))
    groups = draw(st.lists(st.sampled_from(GROUPS), max_size=2, unique=True))
    members = draw(st.lists(st.sampled_from(["浙江省", "广东省"]), max_size=2, unique=True))
    ranked = bool(groups) and draw(st.booleans())
    return SemanticQuery.model_validate(
        {
            "metrics": metrics,
            "group_by": groups,
            "where": In(field="province", values=tuple(members)) if members else None,
            "time": draw(st.sampled_from([None, *(window for _, window in PRESETS)])),
            "compare": draw(st.sampled_from([None, *list(Comparison)[:3]])),
            "order_by": [OrderBy(name=metrics[0])] if ranked else (),
            "limit": 3 if ranked else None,
        }
    )


def offered(found: tuple[Chip, ...]) -> Iterator[SemanticQuery]:
    """Every plan that a click on some chip leads to."""
    for chip in found:
        yield from (one.query for one in chip.alternatives)
        if chip.without is not None:
            yield chip.without


def plan(**parts: object) -> SemanticQuery:
    return SemanticQuery.model_validate(
        {"metrics": ["paid_amount"], "time": {"kind": "preset", "unit": "month"}, **parts}
    )


def of(found: tuple[Chip, ...], kind: str) -> Chip:
    return next(chip for chip in found if chip.kind == kind)


def chips_of(shop: Assistant, query: SemanticQuery, language: Language = "zh") -> tuple[Chip, ...]:
    return offered_chips(shop, query, now=AS_OF, language=language, user=LOCAL_ADMIN)


@given(query=plans(), user=st.sampled_from([LOCAL_ADMIN, OPERATOR]), data=st.data())
@settings(max_examples=50)
def test_every_plan_on_offer_runs_for_its_reader(
    shop: Assistant, query: SemanticQuery, user: User, data: st.DataObject
) -> None:
    """All of them compile; of each chip one is run, which the examples choose."""
    knowledge = shop.knowledge_for(user)
    assume(is_answerable(query, knowledge, AS_OF))
    found = chips(query, knowledge, AS_OF, "en")
    assert {"metric", "time"} <= {chip.kind for chip in found}
    for chip in found:
        compiled = [shop.compile(edited, now=AS_OF, user=user).sql for edited in offered((chip,))]
        assert query not in offered((chip,))
        if compiled:
            shop.warehouse.execute(data.draw(st.sampled_from(compiled)), max_rows=5)


@given(query=plans(), data=st.data())
@settings(max_examples=25)
def test_every_drill_into_a_row_runs(
    shop: Assistant, query: SemanticQuery, data: st.DataObject
) -> None:
    answer = shop.answer(query, now=AS_OF)
    assume(answer.status == "answered" and answer.rows and query.group_by)
    row = data.draw(st.sampled_from(answer.rows))
    mark = {group.column: row[at] for at, group in enumerate(query.group_by)}
    for drill in drills(query, mark, shop.knowledge, AS_OF, "zh"):
        assert shop.answer(drill.query, now=AS_OF).status == "answered", drill


def test_a_drill_adds_up_to_its_mark(shop: Assistant) -> None:
    query, mark = plan(group_by=["province"]), {"province": "广东省"}
    by_label = {one.label: one.query for one in drills(query, mark, shop.knowledge, AS_OF, "zh")}
    assert by_label["只看这一项"] == plan(where=In(field="province", values=("广东省",)))
    for label in ("按城市", "只看这一项"):
        rows = shop.answer(by_label[label], now=AS_OF).rows
        expected = total(PAID_AT, province="广东")
        assert sum(float(row[-1] or 0) for row in rows) == pytest.approx(expected)
        assert expected > 0


def test_a_period_is_drilled_by_the_next_finer_grain_within_the_asked_days(
    shop: Assistant,
) -> None:
    query = plan(
        group_by=["metric_time__month"], time={"kind": "preset", "unit": "day", "count": 30}
    )
    mark = {"metric_time__month": "2026-10-01"}
    first, *_ = drills(query, mark, shop.knowledge, AS_OF, "en")
    assert first.label == "by day"
    assert first.query.group_by == (GroupBy(name="metric_time", grain=Grain.day),)
    assert str(first.query.time.start) == "2026-10-25"  # type: ignore[union-attr]
    assert str(first.query.time.end) == "2026-11-01"  # type: ignore[union-attr]


def test_a_mark_of_two_columns_fixes_both(shop: Assistant) -> None:
    query = plan(group_by=["metric_time__month", "province"])
    mark = {"metric_time__month": "2026-10-01", "province": "浙江省"}
    for drill in drills(query, mark, shop.knowledge, AS_OF, "zh"):
        assert drill.query.where == In(field="province", values=("浙江省",))
        assert isinstance(drill.query.time, RangeTime)


def test_a_weekday_is_drilled_by_its_number(shop: Assistant) -> None:
    query = plan(group_by=["metric_time__extract_dow"])
    mark = {"metric_time__extract_dow": "周一"}
    first, *_ = drills(query, mark, shop.knowledge, AS_OF, "zh")
    assert first.query.where == In(field="metric_time__extract_dow", values=(1,))


@pytest.mark.parametrize("mark", [{}, {"province": "其他"}, {"nothing": "x"}])
def test_what_is_no_member_is_not_drilled(shop: Assistant, mark: dict[str, str]) -> None:
    query = plan(group_by=["province"], order_by=[{"name": "paid_amount"}], limit=2, others=True)
    assert drills(query, mark, shop.knowledge, AS_OF, "zh") == ()


def test_no_chip_names_what_its_reader_may_not_see(shop: Assistant) -> None:
    query = plan(metrics=["placed_orders"], where=In(field="province", values=("广东省",)))
    found = offered_chips(shop, query, now=AS_OF, language="zh", user=OPERATOR)
    said = " ".join(one.label for chip in found for one in chip.alternatives)
    assert "浙江" not in said
    assert "浙江" in " ".join(
        one.label for chip in chips_of(shop, query) for one in chip.alternatives
    )


def test_a_period_that_nobody_asked_for_is_marked(shop: Assistant) -> None:
    assert of(chips_of(shop, plan(time=None)), "time").is_default
    assert not of(chips_of(shop, plan()), "time").is_default


def test_the_time_says_its_name_and_its_days(shop: Assistant) -> None:
    assert of(chips_of(shop, plan()), "time").text == "上月 2026-10-01 – 2026-10-31"
    labels = [one.label for one in of(chips_of(shop, plan(), "en"), "time").alternatives]
    assert {"last 7 days", "this month", "all data"} <= set(labels)


def test_what_was_edited_is_marked(shop: Assistant) -> None:
    before, after = plan(), plan(time=None, group_by=["channel"])
    found = offered_chips(shop, after, now=AS_OF, language="zh", user=LOCAL_ADMIN, before=before)
    assert {chip.kind for chip in found if chip.is_changed} == {"time", "dimension"}
    assert not any(chip.is_changed for chip in chips_of(shop, after))


def test_other_members_come_largest_first(shop: Assistant) -> None:
    query = plan(where=In(field="province", values=("浙江省",)))
    ranked = plan(group_by=["province"], order_by=[OrderBy(name="paid_amount")])
    expected = [row[0] for row in shop.answer(ranked, now=AS_OF).rows if row[0] != "浙江省"]
    labels = [one.label for one in of(chips_of(shop, query), "filter").alternatives]
    assert labels == [*expected, "省份 ≠ 浙江省"]


def test_the_other_readings_of_a_word_come_first(shop: Assistant) -> None:
    query = plan(metrics=["paid_orders"])
    assert "下单数" in [one.label for one in of(chips_of(shop, query), "metric").alternatives][:4]


def test_a_plan_that_has_no_answer_has_no_chips(shop: Assistant) -> None:
    assert chips_of(shop, plan(metrics=["nothing"])) == ()


def test_days_are_picked_with_both_ends() -> None:
    first = RangeTime.model_validate({"start": "2026-10-01", "end": "2026-10-04"})
    assert with_days(plan(), first.start, first.start.replace(day=3)).time == first


def test_members_are_picked_in_place_of_others() -> None:
    query = with_members(plan(), "province", ("浙江省",))
    assert with_members(query, "province", ("广东省",)).where == In(
        field="province", values=("广东省",)
    )


def test_the_shop_is_not_what_is_built_in(tmp_path: Path) -> None:
    """An empty project has definitions and no data: nothing is offered, nothing fails."""
    empty = Assistant(tmp_path / "new", Settings())
    assert chips(plan(), empty.knowledge, AS_OF, "zh") == ()


def _drawn(chip: Chip) -> tuple[object, ...]:
    can_open = bool(chip.alternatives)
    return chip.kind, chip.label, chip.text, chip.is_changed, chip.without, can_open


@settings(max_examples=15)
@given(query=plans(), before=plans())
def test_closed_chips_look_like_open_ones(
    shop: Assistant, query: SemanticQuery, before: SemanticQuery
) -> None:
    opened, closed = (
        chips(query, shop.knowledge, AS_OF, "zh", before=before, is_closed=is_closed)
        for is_closed in (False, True)
    )
    assert list(map(_drawn, opened)) == list(map(_drawn, closed))


@pytest.mark.parametrize(
    ("question", "emptying"),
    [
        ("上个月广东省杭州市的下单数", ["省份 = 广东省", "城市 = 杭州市"]),
        ("上个月广东省下单数超过1000的城市", ["下单数 > 1000"]),
        ("上个月广东省各城市的下单数", []),
    ],
)
def test_the_conditions_that_empty_an_answer_are_found(
    shop: Assistant, question: str, emptying: list[str]
) -> None:
    answer = shop.ask(question, now=AS_OF)
    assert answer.query is not None
    assert is_empty(answer) == bool(emptying)
    if emptying:
        held = offered_chips(
            shop, answer.query, now=AS_OF, language="zh", user=LOCAL_ADMIN, is_closed=True
        )
        found = emptied_by(shop, answer, held, now=AS_OF, user=LOCAL_ADMIN)
        assert [one.label for one in found] == emptying
        for one in found:
            assert not is_empty(shop.answer(one.query, now=AS_OF))
