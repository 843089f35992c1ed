"""The laws of charts: what may never be offered, however well it would look.

Between `forms` and `rules`. A form must keep every one of `FORM_LAWS` on the data, its finished
spec every one of `SPEC_LAWS`. The second look is on purpose: it catches a drawing that breaks its
word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from assistant.charts.encoding import Spec
from assistant.charts.forms import Form
from assistant.charts.profile import Profile
from assistant.charts.series import summed
from semantic_layer.issues import Text

MOST_MARKS = 2_000
_LARGEST = 1e100

_SAFE_FIELD = re.compile(r"[a-z]\d?|open|tail|rest")
_FROM_ZERO = ("bar", "area")


def one_row_a_mark(form: Form, profile: Profile) -> bool:
    """Two rows for one mark would be drawn over each other, or added up unasked."""
    return form.reads != "keys" or profile.distinct_keys


def something_to_draw(_: Form, profile: Profile) -> bool:
    """Every measure has a value."""
    return bool(profile.measures) and all(measure.present for measure in profile.measures)


def numbers_can_be_computed(_: Form, profile: Profile) -> bool:
    """The square of 1e200, or what is so many times 1e-308, is no number that can be placed."""
    shown = [*profile.measures, *(part for found in profile.parts.values() for part in found)]
    shown += [base for base in profile.bases if base is not None]
    sizes = (abs(value) for measure in shown for value in measure.present)
    return all(size == 0 or 1 / _LARGEST < size < _LARGEST for size in sizes)


def marks_can_be_drawn(form: Form, profile: Profile) -> bool:
    """Thousands of marks stall the page and show nothing; counts of rows are few marks."""
    if form.reads != "keys":
        return form.reads == "bins" or profile.rows <= MOST_MARKS
    cells = max(len(profile.time.calendar) if profile.time else 1, 1)
    for dimension in profile.dimensions:
        cells *= dimension.size
    return cells * len(profile.measures) <= MOST_MARKS


def only_sums_are_combined(form: Form, profile: Profile) -> bool:
    """Visitors by channel overlap and rates have no sum: no stack, area, pie or 其他 of them."""
    return not form.combines or all(measure.summable for measure in profile.measures)


def parts_are_not_negative(form: Form, profile: Profile) -> bool:
    """A part below zero has no area."""
    return not form.combines or not any(measure.negative for measure in profile.measures)


def parts_are_known(form: Form, profile: Profile) -> bool:
    """A sum over a missing value would pass for the whole sum; a filled area alone has no parts."""
    alone = form.type == "area" and not form.whole
    return not form.combines or alone or not any(m.has_gap for m in profile.measures)


def the_whole_is_known(form: Form, profile: Profile) -> bool:
    """Shares need every part, and a total above zero wherever one is cut up."""
    if not form.whole:
        return True
    return profile.request.complete and all(total > 0 for total in _totals(profile))


def lengths_start_at_zero(spec: Spec) -> bool:
    """Bars and areas are read by their length."""
    return all(
        channel.get("scale", {}).get("zero") is True
        for mark, channel in _measured(spec)
        if mark in _FROM_ZERO
    )


def scales_are_linear(spec: Spec) -> bool:
    """Nobody asked for a logarithm, and on a bar it lies."""
    return all(
        "type" not in scale for node in _nodes(spec) if isinstance(scale := node.get("scale"), dict)
    )


def fields_are_generated(spec: Spec) -> bool:
    """A field that is named by the data would be read as a path or an expression."""
    return all(
        _SAFE_FIELD.fullmatch(field)
        for node in _nodes(spec)
        if isinstance(field := node.get("field"), str)
    )


FORM_LAWS: tuple[Callable[[Form, Profile], bool], ...] = (
    one_row_a_mark,
    something_to_draw,
    numbers_can_be_computed,
    marks_can_be_drawn,
    only_sums_are_combined,
    parts_are_not_negative,
    parts_are_known,
    the_whole_is_known,
)
REASONS: Mapping[Callable[[Form, Profile], bool], Text] = {
    one_row_a_mark: Text(zh="同一项有不止一行", en="an item has more than one row"),
    something_to_draw: Text(zh="没有数值", en="there are no values"),
    numbers_can_be_computed: Text(
        zh="{measure}的数值大得画不出", en="{measure} is too large to draw"
    ),
    marks_can_be_drawn: Text(zh="图形多得画不清", en="there would be too many marks"),
    only_sums_are_combined: Text(zh="{measure}不能相加", en="{measure} cannot be added up"),
    parts_are_not_negative: Text(zh="{measure}有负值", en="{measure} has negative values"),
    parts_are_known: Text(zh="{measure}有缺失值", en="{measure} has missing values"),
    the_whole_is_known: Text(
        zh="这些行不是全部，占比没有分母",
        en="these rows are not all there are, so shares have no whole",
    ),
}
SPEC_LAWS: tuple[Callable[[Spec], bool], ...] = (
    lengths_start_at_zero,
    scales_are_linear,
    fields_are_generated,
)


def reason_against(form: Form, profile: Profile) -> Text | None:
    """Why the data do not allow the form, the first law that it breaks; None where it is legal."""
    if form.build is None:
        return None
    return next((REASONS[law] for law in FORM_LAWS if not law(form, profile)), None)


def is_legal(form: Form, profile: Profile) -> bool:
    """Whether the data allow the form. A card or a table shows the rows and claims nothing."""
    return form.build is None or all(law(form, profile) for law in FORM_LAWS)


def keeps_the_laws(spec: Spec) -> bool:
    """Whether the finished drawing is what its form promised."""
    return all(law(spec) for law in SPEC_LAWS)


def _totals(profile: Profile) -> Iterator[float]:
    """The sums that a form cuts into parts: of each period, of each member, or of all rows."""
    values = profile.measure.values
    if profile.time:
        keys: tuple[object, ...] = profile.time.of_row
        expected: set[object] = set(profile.time.calendar)
    elif len(profile.dimensions) == 2:
        keys = max(profile.dimensions, key=lambda dimension: dimension.size).of_row
        expected = set(keys)
    else:
        keys, expected = (None,) * len(values), {None}
    found: dict[object, list[float | None]] = {key: [] for key in expected}
    for key, value in zip(keys, values, strict=True):
        found[key].append(value)
    return ((summed(group) or 0.0) for group in found.values())


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of a spec but its data."""
    if isinstance(node, dict):
        yield node
        for key, child in node.items():
            if key != "data":
                yield from _nodes(child)
    elif isinstance(node, list):
        for child in node:
            yield from _nodes(child)


def _measured(spec: Spec, inherited: Spec | None = None) -> Iterator[tuple[str, Spec]]:
    """Each mark with each quantitative position that it is drawn along."""
    encoding = (inherited or {}) | spec.get("encoding", {})
    for part in ("layer", "concat", "vconcat", "hconcat"):
        for child in spec.get(part, ()):
            yield from _measured(child, encoding)
    if "spec" in spec:
        yield from _measured(spec["spec"], encoding)
    if "mark" in spec:
        mark = spec["mark"]
        for name in ("x", "y"):
            channel = encoding.get(name) or {}
            if channel.get("type") == "quantitative":
                yield mark if isinstance(mark, str) else mark["type"], channel
