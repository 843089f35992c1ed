"""Write the evaluation page: `python -m docs.write_evaluation`, from the root of the project.

Builds the demo shop of the sets' own moment in a temporary project, asks every question set of
`tests/evals` and writes `docs/evaluation.md`. The page is the same on every run over the same code:
times are printed, not written. Of a held-out set it holds totals by category and nothing else.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click

from assistant import Assistant, load_settings
from assistant.evaluating.evaluation import Outcome
from assistant.evaluating.evaluation_run import run_evaluation
from assistant.evaluating.evaluation_set import EvaluationSet, read_evaluation_set
from assistant.evaluating.score_card import ScoreCard, Tally, score_card
from semantic_layer.loader import load_model
from ui.commands.score_text import COLUMNS, card_text, tally_row
from warehouse import build_demo

ROOT = Path(__file__).resolve().parent.parent
SETS = ROOT / "tests" / "evals"
PAGE = ROOT / "docs" / "evaluation.md"
ORDERS = 200_000

_INTRODUCTION = """\
# Evaluation

Written by `make eval`; do not edit. The question sets of `tests/evals` are asked of the demo shop
({orders:,} orders, data up to {last_day}) from end to end, without a language model, and every
answer is judged by its gold.

The sets were written from the definitions alone, by authors who had not seen the parser, its
vocabulary or its tests. **Development sets** were then used to improve the parser: they show what
works, and are no measure of questions that nobody has looked at. **Held-out sets** were not looked
at; of these the page shows totals by category only.

- *right*: the right number, question back, refusal or words; of all questions.
- *exact plan*: the plan means the same as the gold; of the questions with a number as gold. The
  order of metrics, groups and conditions, and the way to name the same days, do not count.
- *same result*: the same values in every row, whatever the columns are called, in the same order
  where they are ranked; of the same questions.
- *wrong but confident*: another number, or a number where there must be none; of all.
- *asked in vain*: a question back for nothing, or about something else; of all.
- *refused in vain*: no number where there is one, or nothing near is named; of all.
- *asked rightly*: the options hold what the gold lists; of the questions to be asked back.
- *refused rightly*: no number, and what is near is named; of the questions to be refused.

Turns of a conversation follow the answers that were really given. A gold plan is answered by the
same layer, so these figures measure how questions are read; whether a plan gives the right number
is tested against independent SQL (`tests/soundness`, `tests/semantic_layer`).
"""


def main() -> None:
    """Ask every set and write the page; print the times."""
    model = load_model()
    sets = [read_evaluation_set(file, model) for file in sorted(SETS.glob("*.yml"))]
    with tempfile.TemporaryDirectory() as folder:
        outcomes = dict(_asked(sets, Path(folder)))
    for name, found in outcomes.items():
        click.echo(f"{name}\n\n{card_text(score_card(found), 'en')}\n")
    PAGE.write_text(page(sets, outcomes), encoding="utf-8")


def page(sets: Sequence[EvaluationSet], outcomes: Mapping[str, Sequence[Outcome]]) -> str:
    """The whole page in Markdown."""
    last_day = min(_moment(questions).date() for questions in sets) - timedelta(days=1)
    parts = [_INTRODUCTION.format(orders=ORDERS, last_day=last_day)]
    parts += [_section(one, score_card(outcomes[one.name])) for one in sets]
    return "\n".join(parts)


def _asked(
    sets: Sequence[EvaluationSet], folder: Path
) -> Iterator[tuple[str, tuple[Outcome, ...]]]:
    """The outcomes of each set, asked of a demo shop that ends the day before its moment."""
    for questions in sets:
        moment = _moment(questions)
        end_day = moment.date() - timedelta(days=1)
        project = folder / end_day.isoformat()
        if not project.exists():
            build_demo(project / "warehouse", end_day=end_day, orders=ORDERS, now=moment)
        assistant = Assistant(project, load_settings(project, environ={}))
        yield questions.name, tuple(run_evaluation(questions, assistant))


def _moment(questions: EvaluationSet) -> datetime:
    """The latest moment of a set: the shop has data up to the day before."""
    return max(question.as_of for question in questions.questions)


def _section(questions: EvaluationSet, card: ScoreCard) -> str:
    is_held_out = "held_out" in questions.name
    kind = "held out, not looked at" if is_held_out else "development set"
    lines = [
        f"## {questions.name}",
        "",
        f"{card.total.right.of} questions, {kind}. Author: {questions.author}. "
        "Parser: verified questions, then the linked parser.",
        "",
        *_table([("total", card.total), *card.by_category.items()]),
    ]
    if not is_held_out:
        lines += ["", *_table([*card.by_language.items(), *card.by_parser.items()])]
    return "\n".join((*lines, ""))


def _table(rows: Sequence[tuple[str, Tally]]) -> Iterator[str]:
    head = ("", "questions", *(en for _, _, en in COLUMNS))
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for name, tally in rows:
        yield f"| {' | '.join(tally_row(name, tally))} |"


if __name__ == "__main__":
    main()
