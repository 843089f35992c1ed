"""`recommend`: a request through the table of rules — first that fits, legal, then best.

Last of the chart modules; the presenter calls it. A type that the reader asks for is drawn wherever
the data allow it; otherwise one sentence says why not, and what stands in its place.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Chart
from assistant.charts.chart_types import NAMES, ChartType
from assistant.charts.forms import Form
from assistant.charts.laws import is_legal, keeps_the_laws, reason_against
from assistant.charts.profile import Profile, measure
from assistant.charts.request import ChartRequest
from assistant.charts.rules import RULES, Rule
from assistant.charts.shapes import LACKS, forms_of
from semantic_layer.issues import Text

MOST_OFFERED = 3

_AS_ASKED = Text(zh="按你的要求画成{kind}", en="Drawn as the {kind} that you asked for")
_NOT_AS_ASKED = Text(
    zh="{reason}，不能画{kind}；已改为{other}。",
    en="No {kind}, because {reason}; drawn instead: {other}.",
)


def recommend(request: ChartRequest) -> tuple[Chart, ...]:
    """The charts that a result may be shown as, the recommended one first.

    At most three charts, no type twice, and always the table: last, or first where the rows are the
    best answer. A forced type comes before all others, or the first says why it is not there.
    """
    profile = measure(request)
    rule = next(rule for rule in RULES if rule.when(profile))
    charts: list[Chart] = []
    for form in rule.ranking:
        new = all(chart.type != form.type for chart in charts)
        if new and len(charts) < MOST_OFFERED and is_legal(form, profile) and form.suits(profile):
            charts += _drawn(rule, form, profile)
    table = Chart(rule_id=rule.id, type="table", why=rule.table.in_(request.language))
    table_first = rule.table_first or request.intent == "detail"
    offered = [table, *charts] if table_first else [*charts, table]
    if request.forced is None or not request.rows:
        return tuple(offered)
    return _as_asked(request.forced, rule, profile, offered)


def _drawn(rule: Rule, form: Form, profile: Profile) -> list[Chart]:
    """The chart, or nothing where it would be illegal."""
    if not is_legal(form, profile):
        return []
    spec = form.build(profile) if form.build else None
    if spec is not None and not keeps_the_laws(spec):
        return []
    return [Chart(rule_id=rule.id, type=form.type, why=form.reason(profile), spec=spec)]


def _as_asked(
    kind: ChartType, rule: Rule, profile: Profile, offered: Sequence[Chart]
) -> tuple[Chart, ...]:
    """The charts with the asked type first, or with the reason against it."""
    language, name = profile.language, NAMES[kind]
    known = next((chart for chart in offered if chart.type == kind), None)
    fitting = [form for form in forms_of(profile) if form.type == kind]
    found = [known] if known else [c for form in fitting for c in _drawn(rule, form, profile)]
    if found:
        why = _AS_ASKED.in_(language).format(kind=name.in_(language))
        first = found[0].model_copy(update={"why": why})
        others = [chart for chart in offered if chart.type not in (kind, "table")]
        table = [chart for chart in offered if chart.type == "table" != kind]
        return (first, *others[: MOST_OFFERED - (kind != "table")], *table)
    against = next((text for form in fitting if (text := reason_against(form, profile))), None)
    reason = (against or LACKS[kind]).in_(language)
    first = offered[0]
    sentence = _NOT_AS_ASKED.in_(language).format(
        reason=reason.format(measure=profile.measures[0].label if profile.measures else ""),
        kind=name.in_(language),
        other=next(n for known, n in NAMES.items() if known == first.type).in_(language),
    )
    return (first.model_copy(update={"why": sentence}), *offered[1:])
