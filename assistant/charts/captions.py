"""What a chart says in words: the takeaway for those who cannot see it, the notes below its title.

Below the drawing modules. Every numeral comes from the rows or is counted from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from assistant.charts.encoding import period_text
from assistant.charts.profile import Measure, Profile
from assistant.presentation.numbers import change, full
from semantic_layer.issues import Language, Text

UNFINISHED = Text(zh="最后一期未完结", en="The last period is unfinished")
UNFINISHED_DASHED = Text(
    zh="最后一期未完结，以虚线表示", en="The last period is unfinished and drawn dashed"
)
UNFINISHED_PALE = Text(
    zh="最后一期未完结，以浅色表示", en="The last period is unfinished and drawn pale"
)
CROPPED = Text(zh="纵轴未从 0 开始", en="The vertical axis does not start at 0")
GAPS = Text(zh="缺数据处断开，不补值", en="Gaps are missing data; nothing is filled in")
BASE_DASHED = Text(zh="灰色虚线是对比期", en="Dashed grey: the compared periods")
_OTHERS = Text(zh="其他（{count} 项）", en="Others ({count})")
_HIDDEN = Text(zh="其余 {count} 项未显示", en="{count} more not shown")
_SHARES = Text(zh="占比合计 100%，总计 {total}", en="Shares add up to 100%; total {total}")
_INDEXED = Text(zh="各指标以首期为 100", en="Each measure is 100 in the first period")

Point = tuple[datetime, float | None]


def others(count: int, language: Language) -> str:
    """The name of what is added up in one mark."""
    return _OTHERS.in_(language).format(count=count)


def hidden(count: int, language: Language) -> str:
    """The note on what is left out; nothing where nothing is."""
    return _HIDDEN.in_(language).format(count=count) if count else ""


def shares_of(measure: Measure, total: float, language: Language) -> str:
    """The note on what the shares are parts of."""
    return _SHARES.in_(language).format(total=full(total, measure.unit, language))


def indexed(language: Language) -> str:
    """The note on an indexed axis."""
    return _INDEXED.in_(language)


def trend(profile: Profile, measure: Measure, points: Sequence[Point]) -> str:
    """From the first settled value to the last, and the highest on the way."""
    settled = points[:-1] if profile.request.partial_last and len(points) > 2 else points
    present = [(period, value) for period, value in settled if value is not None]
    if not present or profile.time is None:
        return _nothing(measure, profile.language)
    time, language, unit = profile.time, profile.language, measure.unit
    (start, first), (end, last) = present[0], present[-1]
    peak, highest = max(present, key=lambda point: point[1])
    moved = last - first if unit == "ratio" else (last - first) / abs(first) if first else None
    told = change(moved, unit, language) + _judged(profile, last - first)
    said = {name: full(value, unit, language) for name, value in (("first", first), ("last", last))}
    template = Text(
        zh="{label}：{start} {first}，{end} {last}（{told}）；最高为 {peak} 的 {highest}。",
        en="{label}: {start} {first}, {end} {last} ({told}); highest {highest} ({peak}).",
    )
    return template.in_(language).format(
        label=measure.label,
        start=period_text(time, start, language),
        end=period_text(time, end, language),
        peak=period_text(time, peak, language),
        highest=full(highest, unit, language),
        told=told,
        **said,
    )


def extremes(
    profile: Profile, measure: Measure, items: Iterable[tuple[str, float | None]], count: int
) -> str:
    """The highest and the lowest of `count` items."""
    present = [(name, value) for name, value in items if value is not None]
    if not present:
        return _nothing(measure, profile.language)
    top = max(present, key=lambda item: item[1])
    bottom = min(present, key=lambda item: item[1])
    template = Text(
        zh="{count} 项中{label}最高的是 {top}（{high}），最低的是 {bottom}（{low}）。",
        en="Of {count}, {top} has the highest {label} ({high}) and {bottom} the lowest ({low}).",
    )
    return template.in_(profile.language).format(
        count=count,
        label=measure.label,
        top=top[0],
        high=full(top[1], measure.unit, profile.language),
        bottom=bottom[0],
        low=full(bottom[1], measure.unit, profile.language),
    )


def largest_share(profile: Profile, measure: Measure, name: str, share: float) -> str:
    """Who has the largest part of the whole."""
    template = Text(
        zh="{label}中 {name} 占比最大，为 {share}。",
        en="{name} has the largest share of {label}, {share}.",
    )
    return template.in_(profile.language).format(
        label=measure.label, name=name, share=full(share, "ratio", profile.language)
    )


def most_changed(profile: Profile, measure: Measure, base: Measure, names: Sequence[str]) -> str:
    """The item that moved furthest from its base."""
    moves = [
        (abs(now - before), name, now, before)
        for name, now, before in zip(names, measure.values, base.values, strict=True)
        if now is not None and before is not None
    ]
    if not moves:
        return extremes(profile, measure, zip(names, measure.values, strict=True), len(names))
    _, name, now, before = max(moves)
    template = Text(
        zh="{name} 变化最大：{label}由 {before} 变为 {now}。",
        en="{name} changed most: {label} went from {before} to {now}.",
    )
    return template.in_(profile.language).format(
        name=name,
        label=measure.label,
        before=full(before, measure.unit, profile.language),
        now=full(now, measure.unit, profile.language),
    )


def _nothing(measure: Measure, language: Language) -> str:
    return (
        Text(zh="{label}没有数值。", en="{label} has no values.")
        .in_(language)
        .format(label=measure.label)
    )


def _judged(profile: Profile, moved: float) -> str:
    good = profile.request.good_direction
    if moved == 0 or good not in ("up", "down"):
        return ""
    better = (moved > 0) == (good == "up")
    if profile.language == "zh":
        return "，向好" if better else "，变差"
    return ", better" if better else ", worse"
