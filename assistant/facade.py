"""`Assistant`: question → `Answer`, the straight line of the architecture page, and nothing else.

    link, parse → resolve → plan → compile → execute → present

The clock is an argument of every call.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, assert_never

from assistant.answer import Answer
from assistant.answering import Request, answer_query, clarified, compiled_query, unanswered
from assistant.chat_model import ChatModel, TokenMeter, open_chat_model
from assistant.embedders import Embedder, open_embedder
from assistant.embedding_cache import CachedEmbedder
from assistant.governed_sql import answer_sql
from assistant.knowledge import Knowledge, build_knowledge, version_of
from assistant.linked_parser import language_of, parse_linked
from assistant.llm_parser import ModelContext, parse_with_model
from assistant.metricflow import answer_request, load_imported
from assistant.outcome import Abstention, Clarification, Parsed, ParseOutcome, Refusal
from assistant.refusals import not_understood
from assistant.settings import Settings
from assistant.stages import OnStage, Stages
from assistant.suggestions import first_questions
from semantic_layer import CompiledQuery, Language, SemanticQuery
from semantic_layer.governed_sql import CompiledSql, compile_sql
from warehouse import Warehouse

ParserChoice = Literal["auto", "linked", "llm"]


class Assistant:
    """Answers questions about one project. Safe to share between threads."""

    def __init__(
        self, project: Path, settings: Settings, *, chat_model: ChatModel | None = None
    ) -> None:
        """`chat_model` replaces the one that the settings name."""
        self.project = project
        self.warehouse = Warehouse(project / "warehouse")
        self._settings = settings
        self._chat_model = chat_model
        self._embedder: Embedder | None = None
        self._known: tuple[object, Knowledge] | None = None
        self._lock = threading.Lock()

    @property
    def models_folder(self) -> Path:
        """Where the project's own definitions are."""
        return self.project / "models"

    @property
    def knowledge(self) -> Knowledge:
        """Definitions, coverage and words as they are now; rebuilt when data or definitions change.

        Raises:
            DefinitionError: every problem in the definitions, with file and line.
        """
        with self._lock:
            version = version_of(self.models_folder, self.warehouse)
            if self._known is None or self._known[0] != version:
                self._known = version, build_knowledge(self.models_folder, self.warehouse)
            return self._known[1]

    def ask(
        self,
        question: str,
        *,
        now: datetime,
        language: Language | None = None,
        parser: ParserChoice = "auto",
        on_stage: OnStage | None = None,
    ) -> Answer:
        """The answer to a question in Chinese or English.

        Args:
            question: any text.
            now: the moment that "yesterday" is relative to.
            language: of the answer; the question's own unless given.
            parser: "auto" tries the linked parser, then the language model if one is set.
            on_stage: told as each stage begins.
        """
        stages, knowledge = Stages(on_stage), self.knowledge
        spoken = language or language_of(question)
        with stages("link"):
            outcome, request = self._parse(question, spoken, now, parser, knowledge)
        match outcome:
            case Parsed(query=query, assumptions=assumptions):
                return answer_query(query, request, knowledge, self.warehouse, stages, assumptions)
            case Clarification():
                return clarified(outcome, request, knowledge, self.warehouse, stages)
            case Refusal(issues=issues):
                return unanswered("refused", issues, request, stages)
            case Abstention():
                issue = not_understood(outcome, knowledge, self._opened_embedder())
                return unanswered("refused", (issue,), request, stages)
            case _:
                assert_never(outcome)

    def answer(
        self,
        query: SemanticQuery,
        *,
        now: datetime,
        language: Language = "zh",
        question: str = "",
        on_stage: OnStage | None = None,
    ) -> Answer:
        """The answer to a plan, without language."""
        request = Request(question, language, "none", now)
        return answer_query(query, request, self.knowledge, self.warehouse, Stages(on_stage))

    def sql(self, text: str, *, now: datetime, language: Language = "zh") -> Answer:
        """The answer to governed SQL: a SELECT from `shop` with METRIC(name)."""
        request = Request(text, language, "none", now)
        return answer_sql(request, self.knowledge, self.warehouse, Stages())

    def compile_sql(self, text: str, *, now: datetime) -> CompiledSql:
        """The SQL that governed SQL stands for, not executed.

        Raises:
            QueryError: all that is wrong with it.
        """
        knowledge = self.knowledge
        return compile_sql(text, knowledge.model, knowledge.catalog, now.date())

    def answer_requests(
        self, requests: Iterable[Mapping[str, Any]], *, now: datetime, language: Language = "en"
    ) -> Iterator[Answer]:
        """The answers to requests in MetricFlow's own form, in order; none of them raises.

        Raises:
            DefinitionError: no MetricFlow definitions are imported, or they do not load.
        """
        imported = load_imported(self.models_folder, self.warehouse)
        for request in requests:
            yield answer_request(request, imported, self.warehouse, now=now, language=language)

    def first_questions(self, now: datetime, language: Language) -> tuple[str, ...]:
        """Questions that work on what is loaded, for someone who has asked nothing yet."""
        return first_questions(self.knowledge, now, language)

    def compile(self, query: SemanticQuery, *, now: datetime) -> CompiledQuery:
        """The SQL of a plan, not executed.

        Raises:
            QueryError: all that is wrong with it.
        """
        return compiled_query(query, self.knowledge, now, Stages())[1]

    def _parse(
        self,
        question: str,
        language: Language,
        now: datetime,
        parser: ParserChoice,
        knowledge: Knowledge,
    ) -> tuple[ParseOutcome, Request]:
        linked = parse_linked(question, knowledge.parse_context(now))
        may_ask_model = parser == "llm" or (parser == "auto" and self._settings.llm is not None)
        understood = isinstance(linked, Parsed | Clarification) and parser == "auto"
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
            embedder=self._opened_embedder(),
        )
        outcome = parse_with_model(question, context=context, chat_model=meter)
        return outcome, Request(question, language, "llm", now, linked.links, meter.tokens)

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
