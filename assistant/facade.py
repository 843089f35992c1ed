"""`Assistant`: question → `Answer`, the straight line of the architecture page, and nothing else.

    link, parse → resolve → plan → compile → execute → present

The clock is an argument of every call.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal, assert_never

from assistant.answer import Answer
from assistant.answering import Request, answer_query, clarified, compiled_query, unanswered
from assistant.choices import Choices
from assistant.defining.metricflow import answer_request, load_imported
from assistant.engines import open_engine
from assistant.follow_ups.conversation import parse_turn
from assistant.follow_ups.past import Past
from assistant.governed_sql import answer_sql
from assistant.knowledge import Knowledge, ProjectKnowledge, version_of
from assistant.language_model.chat_model import ChatModel, TokenMeter, open_chat_model
from assistant.language_model.llm_parser import ModelContext, SqlCompiler, parse_with_model
from assistant.language_model.rewording import reworded
from assistant.nearest.embedders import Embedder, open_embedder
from assistant.nearest.embedding_cache import CachedEmbedder
from assistant.nearest.proposals import propose
from assistant.nearest.refusals import not_understood
from assistant.nearest.suggestions import first_questions, with_questions_about
from assistant.nearest.verified_examples import not_verified
from assistant.outcome import (
    Abstention,
    Clarification,
    Inquiry,
    Parsed,
    ParseOutcome,
    Refusal,
    WrittenSql,
)
from assistant.parsing.chart_wishes import as_asked, chart_wish
from assistant.parsing.inquiries import answer_inquiry
from assistant.parsing.linked_parser import ParseContext, language_of
from assistant.parsing.several import Several, separate
from assistant.parsing.verified_parser import parse_verified
from assistant.settings import Settings
from assistant.stages import OnStage, Stages
from assistant.users import LOCAL_ADMIN, User
from semantic_layer import CompiledQuery, Language, SemanticQuery
from semantic_layer.governed_sql import CompiledSql, compile_sql
from warehouse import Engine

ParserChoice = Literal["auto", "verified", "linked", "llm"]


class Assistant:
    """Answers questions about one project. Safe to share between threads."""

    def __init__(
        self, project: Path, settings: Settings, *, chat_model: ChatModel | None = None
    ) -> None:
        """`chat_model` replaces the one that the settings name.

        Raises:
            WarehouseError: the settings name an engine whose driver is not installed.
        """
        self.project = project
        self.warehouse: Engine = open_engine(project, settings)
        self._settings = settings
        self._chat_model = chat_model
        self._embedder: Embedder | None = None
        self._known: tuple[object, ProjectKnowledge] | None = None
        self._lock = threading.Lock()

    @property
    def models_folder(self) -> Path:
        """Where the project's own definitions are."""
        return self.project / "models"

    @property
    def knowledge(self) -> Knowledge:
        """What the local admin may know of the project."""
        return self.knowledge_for(LOCAL_ADMIN)

    @property
    def choices(self) -> Choices:
        """What the project's users took ambiguous terms for."""
        return Choices(self.project / "app.sqlite")

    def knowledge_for(self, user: User) -> Knowledge:
        """Definitions, coverage and words as they are now and as a user may see them.

        Raises:
            DefinitionError: every problem in the definitions, with file and line.
        """
        with self._lock:
            return self._project().seen_by(user.role)

    def _project(self) -> ProjectKnowledge:
        """Loaded anew when data or definitions change; called under the lock."""
        version = version_of(self.models_folder, self.warehouse)
        if self._known is None or self._known[0] != version:
            self._known = version, ProjectKnowledge(self.models_folder, self.warehouse)
        return self._known[1]

    def ask(
        self,
        question: str,
        *,
        now: datetime,
        language: Language | None = None,
        user: User = LOCAL_ADMIN,
        parser: ParserChoice = "auto",
        history: Sequence[Answer] = (),
        remembers: bool = False,
        on_stage: OnStage | None = None,
    ) -> Answer:
        """The answer to a question in Chinese or English.

        Args:
            question: any text.
            now: the moment that "yesterday" is relative to.
            language: of the answer; the question's own unless given.
            user: who asks; the answer holds what their role may see.
            parser: "auto" tries verified questions, the linked parser, then the language model if
                one is set.
            history: the answers before, oldest first, that the question may lean on.
            remembers: whether ambiguous terms are read as `user` chose before, and a choice made
                now is kept.
            on_stage: told as each stage begins.
        """
        stages, knowledge = Stages(on_stage), self.knowledge_for(user)
        spoken = language or language_of(question)
        with stages("link"):
            context = knowledge.parse_context(now)
            if remembers:
                context = replace(context, choices=self.choices.by_term(user.name))
            outcome, request = self._read(question, spoken, parser, knowledge, context, history)
        if remembers and isinstance(outcome, Parsed):
            self.choices.remember(user.name, outcome.choices, now)
        if isinstance(outcome, Several):
            answer = self._answer_several(outcome, request, knowledge, stages)
        else:
            answer = self._answer_outcome(outcome, request, knowledge, stages)
        return answer if request.chart is None else as_asked(answer, question)

    def _answer_several(
        self, several: Several, request: Request, knowledge: Knowledge, stages: Stages
    ) -> Answer:
        """The answer to the first question, which carries those to the others."""
        first, *others = several.parts
        at = request.question.index(first.text)
        links = (link.moved_by(at) for link in first.outcome.links)
        shown = replace(request, links=tuple(links))
        answer = self._answer_outcome(first.outcome, shown, knowledge, stages)
        further = (
            self._answer_outcome(
                part.outcome,
                replace(request, question=part.text, links=part.outcome.links),
                knowledge,
                Stages(),
            )
            for part in others
        )
        return answer.model_copy(update={"links": shown.links, "further": tuple(further)})

    def _answer_outcome(
        self, outcome: ParseOutcome, request: Request, knowledge: Knowledge, stages: Stages
    ) -> Answer:
        match outcome:
            case Parsed(query=query, assumptions=assumed, notices=told):
                answer = answer_query(
                    query, request, knowledge, self.warehouse, stages, assumed, told
                )
                return self._worded(answer)
            case WrittenSql(sql=text, notices=told):
                return answer_sql(text, request, knowledge, self.warehouse, stages, told)
            case Clarification():
                return clarified(outcome, request, knowledge, self.warehouse, stages)
            case Inquiry():
                return answer_inquiry(outcome, request, knowledge, stages)
            case Refusal(issues=issues, near=near):
                refused = unanswered("refused", issues, request, stages)
                return with_questions_about(near, refused, knowledge, request.now)
            case Abstention():
                embedder = self._opened_embedder()
                issue = not_understood(outcome, knowledge, embedder, request.language)
                return unanswered("refused", (issue,), request, stages)
            case _:
                assert_never(outcome)

    def answer(
        self,
        query: SemanticQuery,
        *,
        now: datetime,
        language: Language = "zh",
        user: User = LOCAL_ADMIN,
        question: str = "",
        on_stage: OnStage | None = None,
    ) -> Answer:
        """The answer to a plan, without language."""
        request = Request(question, language, "none", now)
        knowledge = self.knowledge_for(user)
        return self._worded(
            answer_query(query, request, knowledge, self.warehouse, Stages(on_stage))
        )

    def _worded(self, answer: Answer) -> Answer:
        """The answer, its facts in a model's words where the settings ask for it."""
        if not (self._settings.llm and self._settings.llm_narrative):
            return answer
        return reworded(answer, self._opened_chat_model())

    def sql(
        self, text: str, *, now: datetime, language: Language = "zh", user: User = LOCAL_ADMIN
    ) -> Answer:
        """The answer to governed SQL: a SELECT from `shop` with METRIC(name)."""
        request = Request(text, language, "none", now)
        return answer_sql(text, request, self.knowledge_for(user), self.warehouse, Stages())

    def compile_sql(self, text: str, *, now: datetime, user: User = LOCAL_ADMIN) -> CompiledSql:
        """The SQL that governed SQL stands for, not executed.

        Raises:
            QueryError: all that is wrong with it.
        """
        knowledge = self.knowledge_for(user)
        dialect = self.warehouse.dialect
        return compile_sql(text, knowledge.model, knowledge.catalog, now.date(), dialect)

    def answer_requests(
        self,
        requests: Iterable[Mapping[str, Any]],
        *,
        now: datetime,
        language: Language = "en",
        user: User = LOCAL_ADMIN,
    ) -> Iterator[Answer]:
        """The answers to requests in MetricFlow's own form, in order; none of them raises.

        Raises:
            DefinitionError: no MetricFlow definitions are imported, or they do not load.
        """
        with self._lock:
            shop = self._project().model
        imported = load_imported(self.models_folder, self.warehouse, shop, user.role)
        for request in requests:
            yield answer_request(request, imported, self.warehouse, now=now, language=language)

    def first_questions(
        self, now: datetime, language: Language, user: User = LOCAL_ADMIN
    ) -> tuple[str, ...]:
        """Questions that work on what is loaded, for someone who has asked nothing yet."""
        return first_questions(self.knowledge_for(user), now, language)

    def compile(
        self, query: SemanticQuery, *, now: datetime, user: User = LOCAL_ADMIN
    ) -> CompiledQuery:
        """The SQL of a plan, not executed.

        Raises:
            QueryError: all that is wrong with it.
        """
        dialect = self.warehouse.dialect
        return compiled_query(query, self.knowledge_for(user), now, Stages(), dialect)[1]

    def _read(
        self,
        question: str,
        language: Language,
        parser: ParserChoice,
        knowledge: Knowledge,
        context: ParseContext,
        history: Sequence[Answer],
    ) -> tuple[ParseOutcome | Several, Request]:
        """What a question means, and beside it the chart that it names."""
        wish = chart_wish(question)
        if wish is None:
            return self._parse(question, language, parser, knowledge, context, history)
        shown = Past.of(history).latest
        if not wish.says_more and shown is not None:
            again = Request(question, language, "linked", context.now, chart=wish.type)
            return Parsed(query=shown), again
        outcome, request = self._parse(wish.rest, language, parser, knowledge, context, history)
        return outcome, replace(request, chart=wish.type)

    def _parse(
        self,
        question: str,
        language: Language,
        parser: ParserChoice,
        knowledge: Knowledge,
        parse_context: ParseContext,
        history: Sequence[Answer],
    ) -> tuple[ParseOutcome | Several, Request]:
        now = parse_context.now
        if parser in ("auto", "verified"):
            known = parse_verified(question, knowledge.verified, parse_context)
            if known or parser == "verified":
                found = known or not_verified(question, knowledge.model)
                return found, Request(question, language, "verified", now, found.links)
        linked = parse_turn(question, history, parse_context)
        if isinstance(linked, Abstention) and parser != "llm":
            several = separate(question, linked, history, parse_context)
            if several:
                return several, Request(question, language, "linked", now)
        if isinstance(linked, Abstention) and not self._asks_model(parser):
            linked = propose(question, linked, parse_context, self._opened_embedder()) or linked
        may_ask_model = self._asks_model(parser)
        understood = isinstance(linked, Parsed | Clarification | Inquiry) and parser == "auto"
        if understood or isinstance(linked, Refusal) or not may_ask_model:
            return linked, Request(question, language, "linked", now, linked.links)
        meter = TokenMeter(self._opened_chat_model())
        context = ModelContext(
            model=knowledge.model,
            lexicon=knowledge.lexicon,
            links=linked.links,
            now=now,
            language=language,
            available=knowledge.available,
            previous=Past.of(history).latest,
            embedder=self._opened_embedder(),
            compile_sql=self._sql_compiler(knowledge, now) if self._settings.llm_sql else None,
        )
        read = parse_with_model(
            question, context=context, chat_model=meter, samples=self._settings.llm_samples
        )
        return read, Request(question, language, "llm", now, linked.links, meter.tokens)

    def _sql_compiler(self, knowledge: Knowledge, now: datetime) -> SqlCompiler:
        return partial(
            compile_sql,
            model=knowledge.model,
            catalog=knowledge.catalog,
            today=now.date(),
            dialect=self.warehouse.dialect,
        )

    def _asks_model(self, parser: ParserChoice) -> bool:
        return parser == "llm" or (parser == "auto" and self._settings.llm is not None)

    def _opened_chat_model(self) -> ChatModel:
        with self._lock:
            if self._chat_model is None:
                self._chat_model = open_chat_model(self._settings)
            return self._chat_model

    def _opened_embedder(self) -> Embedder:
        with self._lock:
            if self._embedder is None:
                self._embedder = CachedEmbedder(
                    open_embedder(self._settings),
                    self._settings.embedder,
                    self.project / "embeddings.npz",
                )
            return self._embedder
