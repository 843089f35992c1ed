"""A project as the respondent of an evaluation: its assistant, asked as each user of the set.

Between `evaluation` and `facade`. The users are those of the project; the clock is each question's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.answer import Answer
from assistant.evaluating.evaluation import Outcome, evaluate
from assistant.evaluating.evaluation_set import EvaluationSet, GoldQuestion
from assistant.facade import Assistant, ParserChoice
from assistant.linking.normalize import language_of
from assistant.users import LOCAL_ADMIN, User, Users
from semantic_layer import SemanticModel, SemanticQuery


class ProjectRespondent:
    """Asks the assistant of a project. A question without a user is asked by `user`."""

    def __init__(
        self, assistant: Assistant, *, parser: ParserChoice = "auto", user: User = LOCAL_ADMIN
    ) -> None:
        """`parser` is the one that every question is put to."""
        self._assistant = assistant
        self._parser = parser
        self._user = user
        self._users = Users(assistant.project / "app.sqlite")

    def ask(self, question: GoldQuestion, history: Sequence[Answer]) -> Answer:
        """The answer to a question after those of its conversation, oldest first."""
        return self._assistant.ask(
            question.text,
            now=question.as_of,
            user=self._asker(question),
            parser=self._parser,
            history=history,
        )

    def answer(self, plan: SemanticQuery, question: GoldQuestion) -> Answer:
        """The answer to a gold plan, for the user and at the moment of the question."""
        return self._assistant.answer(
            plan,
            now=question.as_of,
            user=self._asker(question),
            language=language_of(question.text),
        )

    def model_for(self, question: GoldQuestion, /) -> SemanticModel:
        """The definitions as the one who asks sees them."""
        return self._assistant.knowledge_for(self._asker(question)).model

    def _asker(self, question: GoldQuestion) -> User:
        return self._user if question.user is None else self._users.find(question.user)


def run_evaluation(
    questions: EvaluationSet,
    assistant: Assistant,
    *,
    parser: ParserChoice = "auto",
    user: User = LOCAL_ADMIN,
) -> Iterator[Outcome]:
    """Ask a set of the assistant of a project, and judge the answers one by one.

    Raises:
        QueryError: a question names a user that the project does not have.
    """
    return evaluate(questions, ProjectRespondent(assistant, parser=parser, user=user))
