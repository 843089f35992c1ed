"""`ScoreCard`: outcomes counted, as a whole and by category, language and parser.

Last step of an evaluation; the command line and the evaluation page print it. Counts only: shares
are left to whoever shows them, and times stand apart, since they differ from run to run. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from assistant.evaluating.evaluation import Outcome, spent_by_stage
from assistant.evaluating.evaluation_set import CATEGORIES, Ask, Plans, Refuse
from assistant.evaluating.verdicts import Verdict


@dataclass(frozen=True)
class Part:
    """How many of how many."""

    hit: int
    of: int


@dataclass(frozen=True)
class Tally:
    """What some outcomes add up to.

    `exact` and `executed` are parts of the questions with a plan as gold, `asked_rightly` of those
    that must be asked back, `refused_rightly` of those that must be refused; the others of all.
    """

    right: Part
    exact: Part
    executed: Part
    wrong: Part
    asked: Part
    asked_rightly: Part
    refused: Part
    refused_rightly: Part
    failed: Part
    gold_fails: Part


@dataclass(frozen=True)
class Spread:
    """Median and 95th percentile, in milliseconds."""

    p50: float
    p95: float


@dataclass(frozen=True)
class ScoreCard:
    """The tallies of one set, or of several sets together."""

    total: Tally
    by_category: Mapping[str, Tally]
    by_language: Mapping[str, Tally]
    by_parser: Mapping[str, Tally]
    stages: Mapping[str, Spread]


def score_card(outcomes: Sequence[Outcome]) -> ScoreCard:
    """Count the outcomes; groups without a question are left out."""
    return ScoreCard(
        total=tally(outcomes),
        by_category=_by(outcomes, lambda one: one.category, CATEGORIES),
        by_language=_by(outcomes, lambda one: one.language, ("zh", "en")),
        by_parser=_by(outcomes, lambda one: one.parser, ("verified", "linked", "llm", "none")),
        stages={stage: _spread(spent) for stage, spent in spent_by_stage(outcomes).items()},
    )


def tally(outcomes: Iterable[Outcome]) -> Tally:
    """Count the outcomes of one group."""
    every = tuple(outcomes)
    plans = [one for one in every if isinstance(one.question.gold, Plans)]
    to_ask = [one for one in every if isinstance(one.question.gold, Ask)]
    to_refuse = [one for one in every if isinstance(one.question.gold, Refuse)]

    def part(verdict: Verdict, of: Sequence[Outcome]) -> Part:
        return Part(sum(one.judgement.verdict is verdict for one in of), len(of))

    return Tally(
        right=part(Verdict.right, every),
        exact=Part(sum(one.judgement.exact is True for one in plans), len(plans)),
        executed=part(Verdict.right, plans),
        wrong=part(Verdict.wrong, every),
        asked=part(Verdict.asked, every),
        asked_rightly=part(Verdict.right, to_ask),
        refused=part(Verdict.refused, every),
        refused_rightly=part(Verdict.right, to_refuse),
        failed=part(Verdict.failed, every),
        gold_fails=part(Verdict.gold_fails, every),
    )


def _by(
    outcomes: Sequence[Outcome], key: Callable[[Outcome], str], order: Iterable[str]
) -> Mapping[str, Tally]:
    groups = {name: [one for one in outcomes if key(one) == name] for name in order}
    return {name: tally(found) for name, found in groups.items() if found}


def _spread(spent: Sequence[float]) -> Spread:
    ordered = sorted(spent)
    return Spread(p50=_quantile(ordered, 0.5), p95=_quantile(ordered, 0.95))


def _quantile(ordered: Sequence[float], fraction: float) -> float:
    """The smallest value that at least this part of all values do not exceed."""
    return ordered[max(0, ceil(fraction * len(ordered)) - 1)]
