"""A score card in plain text, and the questions that were not answered as the gold says.

Below `eval_command`. Percentages are of the questions that a column counts, "—" where there are
none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from assistant.evaluating.evaluation import Outcome
from assistant.evaluating.evaluation_set import Gold, Plans
from assistant.evaluating.score_card import Part, ScoreCard, Tally
from assistant.evaluating.verdicts import Verdict
from semantic_layer import Language
from ui.commands.plain_text import table_text

COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("right", "对", "right"),
    ("exact", "计划一致", "exact plan"),
    ("executed", "结果一致", "same result"),
    ("wrong", "错而自信", "wrong but confident"),
    ("asked", "多问", "asked in vain"),
    ("refused", "误拒", "refused in vain"),
    ("asked_rightly", "该问的问了", "asked rightly"),
    ("refused_rightly", "该拒的拒了", "refused rightly"),
)
_VERDICTS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.right: ("对", "right"),
    Verdict.wrong: ("错而自信", "wrong but confident"),
    Verdict.asked: ("多问", "asked in vain"),
    Verdict.refused: ("误拒", "refused in vain"),
    Verdict.failed: ("出错", "failed"),
    Verdict.gold_fails: ("标准答案跑不通", "the gold cannot be answered"),
}


def card_text(card: ScoreCard, language: Language) -> str:
    """The tallies as a table, then the time of each stage."""
    return "\n\n".join((table_text(*card_rows(card, language)), _stages_text(card)))


def card_rows(
    card: ScoreCard, language: Language
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Head and rows: the total, then each category, language and parser."""
    is_zh = language == "zh"
    head = ("", "题数" if is_zh else "questions", *(zh if is_zh else en for _, zh, en in COLUMNS))
    groups = (card.by_category, card.by_language, card.by_parser)
    named = [("合计" if is_zh else "total", card.total)]
    named += [(name, tally) for group in groups for name, tally in group.items()]
    return head, tuple(tally_row(name, tally) for name, tally in named)


def tally_row(name: str, tally: Tally) -> tuple[str, ...]:
    """One line of the table."""
    return name, str(tally.right.of), *(share(getattr(tally, key)) for key, _, _ in COLUMNS)


def share(part: Part) -> str:
    """A part in per cent.

    >>> share(Part(3, 8)), share(Part(0, 0))
    ('37.5 %', '—')
    """
    return f"{100 * part.hit / part.of:.1f} %" if part.of else "—"


def _stages_text(card: ScoreCard) -> str:
    rows = [
        (stage, f"{spread.p50:.1f}", f"{spread.p95:.1f}") for stage, spread in card.stages.items()
    ]
    return table_text(("ms", "p50", "p95"), rows)


def missed(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The outcomes that are not right."""
    return (one for one in outcomes if one.judgement.verdict is not Verdict.right)


def missed_text(outcome: Outcome, language: Language, *, hides_text: bool) -> str:
    """One question that was not answered as the gold says.

    With `hides_text` its id, its category and nothing else: a held-out set stays unseen.
    """
    if hides_text:
        return f"{outcome.id}  {outcome.category}"
    zh, en = _VERDICTS[outcome.judgement.verdict]
    said = zh if language == "zh" else en
    wanted, got = _gold_text(outcome.question.gold), _answer_text(outcome)
    head = f"{outcome.id}  {outcome.category}  {said}  {outcome.question.text}"
    return f"{head}\n    gold    {wanted}\n    answer  {got}"


def _gold_text(gold: Gold) -> str:
    if not isinstance(gold, Plans):
        return str(gold)
    return " | ".join(plan.model_dump_json(exclude_defaults=True) for plan in gold.plans)


def _answer_text(outcome: Outcome) -> str:
    answer = outcome.answer
    if answer.status == "answered" and answer.query is not None:
        return answer.query.model_dump_json(exclude_defaults=True)
    return " ".join(answer.summary.split())
