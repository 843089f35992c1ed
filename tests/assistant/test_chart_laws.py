"""Whatever the result and the plan, nothing illegal is offered: the laws, written once more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any, get_args

import altair
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.answer import AnswerColumn, Cell, Chart
from assistant.charts import ChartRequest, forms, infer, recommend
from assistant.charts.chart_types import ChartType
from assistant.charts.forms import Form
from assistant.charts.laws import FORM_LAWS, REASONS, SPEC_LAWS, keeps_the_laws
from assistant.charts.profile import measure
from assistant.charts.request import Intent
from semantic_layer.query import Grain
from tests.assistant.chart_cases import by_name, crossed, daily, dimension, request

CUMULATING = {"stacked_bar", "area", "donut"}
MEMBERS = st.lists(
    st.one_of(st.text(max_size=20), st.sampled_from(["周一", "a.b", "=x", "广东", "10月"])),
    min_size=1,
    max_size=24,
    unique=True,
)
VALUES = st.one_of(
    st.none(),
    st.just(0),
    st.integers(0, 10**9),
    st.floats(0, 1e6),
    st.floats(allow_nan=True, allow_infinity=True),
)
POSITIVE = st.integers(1, 10**6)
SIGNED = st.integers(-1_000, 1_000)


def column(
    name: str, role: Any, unit: str | None = None, metric: str | None = None
) -> AnswerColumn:
    kinds: dict[str, Any] = {"time": "date", "dimension": "string"}
    return AnswerColumn(
        name=name,
        label=f"标签.{name}[0]",
        type=kinds.get(role, "number"),
        unit=unit,
        role=role,
        metric=metric,
    )


@st.composite
def requests(draw: st.DrawFn) -> ChartRequest:
    """A plan and a result: mostly clean, as an engine returns them, at times anything but."""
    columns: list[AnswerColumn] = []
    axes: list[list[Cell]] = []
    if draw(st.booleans()):
        columns.append(column("time", "time"))
        step = draw(st.sampled_from([1, 1, 7, 40]))
        count = draw(st.sampled_from([1, 2, 3, 12, 13, 40]))
        axes.append(
            [(date(2026, 1, 5) + timedelta(days=step * n)).isoformat() for n in range(count)]
        )
    for index in range(draw(st.sampled_from([0, 1, 1, 2, 3]))):
        columns.append(column(f"d{index}", "dimension"))
        axes.append(list(draw(MEMBERS)))
    metrics = [
        column(f"m{n}", "metric", draw(st.sampled_from(["CNY", "count", "ratio", None])), f"m{n}")
        for n in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3, 5])))
    ]
    compared = [
        column(f"{m.name}__prior_period", "comparison", m.unit, m.name)
        for m in metrics
        if draw(st.integers(0, 5)) == 0
    ]
    columns += [*metrics, *compared]
    keys = list(product(*axes))[:400]
    if draw(st.integers(0, 4)) == 0:
        keys = keys[: draw(st.integers(0, len(keys)))] + keys[:1]
    cells = draw(st.sampled_from([POSITIVE, POSITIVE, SIGNED, VALUES]))
    pool = draw(st.lists(cells, min_size=1, max_size=12))
    width = len(metrics) + len(compared)
    rows = tuple(
        (*key, *(pool[(turn * width + n * 5) % len(pool)] for n in range(width)))
        for turn, key in enumerate(keys)
    )
    return ChartRequest(
        columns=tuple(columns),
        rows=rows,
        language=draw(st.sampled_from(["zh", "en"])),
        title=draw(st.text(max_size=12)),
        additivity={
            m.name: draw(st.sampled_from(["additive", "additive", "semi_additive", "non_additive"]))
            for m in metrics
            if draw(st.integers(0, 5))
        },
        grain=draw(st.sampled_from([*list(Grain)[list(Grain).index(Grain.hour) :], None])),
        intent=draw(st.sampled_from([*get_args(Intent), "share", "share", None, None])),
        forced=draw(st.sampled_from([None, None, None, *get_args(ChartType)])),
        ordered_top=draw(st.sampled_from([None, None, 5])),
        complete=draw(st.booleans()),
        partial_last=draw(st.booleans()),
    )


def broken(form: Form, asked: ChartRequest) -> list[str]:
    return [law.__name__ for law in FORM_LAWS if not law(form, measure(asked))]


AMOUNT = by_name(4, intent="share")
LOSS = replace(AMOUNT, rows=(*AMOUNT.rows[:3], ("上海", -1)))
GAP = replace(AMOUNT, rows=(*AMOUNT.rows[:3], ("上海", None)))


@pytest.mark.parametrize(
    ("law", "form", "asked"),
    [
        ("one_row_a_mark", forms.BAR, replace(AMOUNT, rows=AMOUNT.rows[:1] * 2)),
        ("something_to_draw", forms.LINE, replace(daily(3), rows=(("2026-10-01", None),) * 1)),
        ("numbers_can_be_computed", forms.BAR, replace(AMOUNT, rows=(("广东", 1e200),))),
        ("marks_can_be_drawn", forms.HEATMAP, crossed(50, 50)),
        ("only_sums_are_combined", forms.AREA, replace(daily(), additivity={})),
        ("parts_are_not_negative", forms.TOP_BAR_WITH_OTHERS, LOSS),
        ("parts_are_known", forms.TOP_BAR_WITH_OTHERS, GAP),
        ("the_whole_is_known", forms.SHARE_BAR, replace(AMOUNT, complete=False)),
    ],
)
def test_each_law_forbids_something_that_no_other_does(
    law: str, form: Form, asked: ChartRequest
) -> None:
    assert broken(form, asked) == [law]


def test_every_law_is_tried() -> None:
    assert broken(forms.DONUT, AMOUNT) == []
    assert set(FORM_LAWS) == set(REASONS)
    assert len(FORM_LAWS) == 8


@pytest.mark.parametrize(
    ("law", "spec"),
    [
        ("lengths_start_at_zero", {"mark": "bar", "encoding": {"x": {"type": "quantitative"}}}),
        ("scales_are_linear", {"mark": "line", "encoding": {"y": {"scale": {"type": "log"}}}}),
        ("fields_are_generated", {"layer": [{"encoding": {"y": {"field": "a.b"}}}]}),
    ],
)
def test_a_drawing_that_breaks_its_word_is_caught(law: str, spec: dict[str, Any]) -> None:
    assert [rule.__name__ for rule in SPEC_LAWS if not rule(spec)] == [law]


def test_a_zero_that_is_set_in_an_outer_view_counts_for_its_layers() -> None:
    x = {"type": "quantitative", "scale": {"zero": True}}
    outer = {"encoding": {"x": x}, "layer": [{"mark": {"type": "bar"}}]}
    assert keeps_the_laws(outer)
    assert not keeps_the_laws({**outer, "encoding": {"x": {**x, "scale": {"zero": False}}}})


def test_a_loss_has_no_area_and_is_not_hidden_among_others() -> None:
    rows = ((day, value if turn else -5) for turn, (day, value) in enumerate(daily(12).rows))
    asked = replace(daily(12), rows=tuple(rows))
    assert [chart.type for chart in recommend(asked)] == ["line", "column", "table"]


def metric_values(asked: ChartRequest) -> list[Cell]:
    places = [i for i, c in enumerate(asked.columns) if c.role == "metric"]
    return [row[i] for row in asked.rows for i in places]


def is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) and abs(cell) < float("inf")


def everywhere(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        inner = [
            child for key, value in node.items() if key != "values" for child in everywhere(value)
        ]
        return [node, *inner]
    return (
        [found for child in node for found in everywhere(child)] if isinstance(node, list) else []
    )


def check_combination(asked: ChartRequest, chart: Chart) -> None:
    """Stacks, areas, pies and 其他 are sums: of additive measures, and of no negative part."""
    shown = json.dumps(chart.spec, ensure_ascii=False)
    if chart.type not in CUMULATING and "其他（" not in shown and "Others (" not in shown:
        return
    metrics = [c for c in asked.columns if c.role == "metric"]
    assert all(asked.additivity.get(c.name) == "additive" for c in metrics)
    assert all(c.unit != "ratio" for c in metrics)
    assert all(cell >= 0 for cell in metric_values(asked) if is_number(cell))  # type: ignore[operator]


def check_donut(asked: ChartRequest, chart: Chart) -> None:
    if chart.type == "donut":
        assert asked.complete
        assert "donut" in (asked.forced, asked.intent == "share" and "donut")
        assert all(map(is_number, metric_values(asked)))
        assert chart.spec is not None
        assert len(chart.spec["data"]["values"]) <= 5


def lengths(node: Any, inherited: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each quantitative position of a bar or an area, as the views around it have it."""
    encoding = inherited | node.get("encoding", {})
    for part in ("layer", "concat", "vconcat", "hconcat"):
        for child in node.get(part, ()):
            yield from lengths(child, encoding)
    if "spec" in node:
        yield from lengths(node["spec"], encoding)
    mark = node.get("mark")
    if (mark.get("type") if isinstance(mark, dict) else mark) in ("bar", "area"):
        found = [
            channel
            for name, channel in encoding.items()
            if name in ("x", "y") and channel.get("type") == "quantitative"
        ]
        assert found
        yield from found


def check_scales(chart: Chart) -> None:
    """Nothing is logarithmic, and what is read by its length starts at zero."""
    assert chart.spec is not None
    assert '"log"' not in json.dumps(chart.spec["description"] and {**chart.spec, "data": None})
    assert all(channel["scale"]["zero"] is True for channel in lengths(chart.spec, {}))


def check_fields(asked: ChartRequest, chart: Chart) -> None:
    names = {c.name for c in asked.columns} | {c.label for c in asked.columns}
    for node in everywhere(chart.spec):
        if isinstance(field := node.get("field"), str):
            assert field not in names
            assert field.isidentifier()
        if isinstance(expression := node.get("labelExpr"), str):
            assert "标签" not in expression


@settings(
    max_examples=1000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(requests())
def test_nothing_illegal_is_offered(asked: ChartRequest) -> None:
    charts = recommend(asked)
    kinds = [chart.type for chart in charts]
    assert kinds.count("table") == 1
    assert "table" in (kinds[0], kinds[-1]) or asked.forced
    assert len(set(kinds)) == len(kinds) <= 4
    for chart in charts:
        assert chart.why
        if chart.spec is None:
            assert chart.type in ("table", "card", "cards")
            continue
        json.dumps(chart.spec, allow_nan=False)
        check_combination(asked, chart)
        check_donut(asked, chart)
        check_scales(chart)
        check_fields(asked, chart)


@given(requests())
def test_every_offered_spec_is_valid_and_every_offer_is_stable(asked: ChartRequest) -> None:
    charts = recommend(asked)
    assert charts == recommend(asked)
    for chart in charts:
        if chart.spec is not None:
            altair.Chart.from_dict(chart.spec, validate=True)


@given(requests())
def test_a_bare_result_is_never_added_up(asked: ChartRequest) -> None:
    """The same columns without roles and additivity: a chart or a table, but no sum."""
    bare = [{"name": c.name, "type": c.type, "unit": c.unit} for c in asked.columns]
    charts = recommend(infer(bare, asked.rows, intent=asked.intent, question="各项占比"))
    assert not CUMULATING & {chart.type for chart in charts}


@given(
    st.lists(
        st.fixed_dictionaries({}, optional={"name": st.text(), "type": st.text()}), max_size=4
    ),
    st.lists(st.lists(st.one_of(VALUES, st.text(), st.booleans()), max_size=5), max_size=8),
    st.text(),
)
def test_any_line_gets_an_answer(columns: Any, rows: Any, question: str) -> None:
    charts = recommend(infer(columns, rows, question=question))
    assert charts
    for chart in charts:
        json.dumps(chart.spec, allow_nan=False)


def test_hostile_names_and_values_stay_data() -> None:
    evil = [
        "datum.x",
        "a[0]",
        "image",
        "=1+1",
        "<img src=http://x/>",
        "![x](http://x/)",
        "'+alert(1)",
    ]
    column = AnswerColumn(
        name="v['a'].b", label="image", type="number", unit="CNY", role="metric", metric="v"
    )
    asked = request(
        (dimension("c.d[0]", "title"), column), [(name, i + 1) for i, name in enumerate(evil)]
    )
    spec = recommend(asked)[0].spec
    assert spec is not None
    altair.Chart.from_dict(spec, validate=True)
    assert {row["f0"] for row in spec["data"]["values"]} == set(evil)
    looks = json.dumps(
        {key: value for key, value in spec.items() if key not in ("data", "description")}
    )
    assert not any(name in looks for name in ("v['a']", "c.d[0]", "http://x", "alert"))
    tips = [tip["title"] for node in everywhere(spec) for tip in node.get("tooltip", ()) if tip]
    assert not {"image", "title"} & set(tips)  # vega-tooltip would fetch or enlarge them
