"""Fakes of the reader, the phraser and the retriever with queued replies, and a coach that speaks through them.

Each keeps every call. A reader says what the next message means, so that a test decides what was heard.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache

from assistant.coach import Coach
from assistant.domain.case import Case, Reading, Value, Via
from assistant.domain.dialogue import Intent, Interpretation, Paragraph, Question, ReplyContext, Sentence
from assistant.domain.source import Evidence, Passage, Shelf
from assistant.ports import Phraser, Reader, Retriever
from assistant.replying.phraser import OfflinePhraser
from tests.moments import knowledge, shown
from tests.real_reader import offline_reader

PATIENCE_SECONDS = 30.0


def reads(
    message: str, slot: str, value: Value | None, quote: str, *, corrects: bool = False, via: Via = Via.WORDS
) -> Reading:
    """Make a reading whose quote stands in the message."""
    start = message.index(quote)
    return Reading(slot, value, start, start + len(quote), corrects, via)


@dataclass
class Clock:
    """A clock that a test moves."""

    now: float = 1_000.0

    def __call__(self) -> float:
        """Tell the time in seconds."""
        return self.now


@dataclass
class ScriptedReader:
    """The `Reader` port: hears what was queued for the next message, and nothing it was not told to."""

    name: str = "scripted"
    hearings: deque[Interpretation] = field(default_factory=deque)
    calls: list[tuple[str, Case, Question | None]] = field(default_factory=list)

    def hears(
        self,
        *values: Reading,
        intent: Intent = Intent.TELLS,
        query: str | None = None,
        agrees: Collection[str] = (),
        denies: Collection[str] = (),
    ) -> None:
        """Queue the interpretation of one message."""
        self.hearings.append(Interpretation(intent, values, query, agrees=frozenset(agrees), denies=frozenset(denies)))

    def read(self, message: str, case: Case, question: Question | None) -> Interpretation:
        """Return the next hearing; a message without words or without one queued gives nothing."""
        self.calls.append((message, case, question))
        if not self.hearings or not any(character.isalnum() for character in message):
            return Interpretation(Intent.UNREADABLE)
        return self.hearings.popleft()


@dataclass
class HeldReader(ScriptedReader):
    """A reader that begins with the first message and goes on once it is let go; it counts what it reads."""

    has_begun: threading.Event = field(default_factory=threading.Event)
    goes_on: threading.Event = field(default_factory=threading.Event)

    @property
    def n_read(self) -> int:
        """How many messages it was given."""
        return len(self.calls)

    def read(self, message: str, case: Case, question: Question | None) -> Interpretation:
        """Hear nothing, after a while."""
        self.has_begun.set()
        assert self.goes_on.wait(PATIENCE_SECONDS)
        return super().read(message, case, question)


@dataclass
class ScriptedPhraser:
    """The `Phraser` port: says what was queued, else one plain sentence."""

    name: str = "scripted"
    replies: deque[tuple[Paragraph, ...]] = field(default_factory=deque)
    contexts: list[ReplyContext] = field(default_factory=list)

    def says(self, *sentences: Sentence) -> None:
        """Queue a reply of one paragraph."""
        self.replies.append((Paragraph(sentences),))

    def phrase(self, context: ReplyContext) -> tuple[Paragraph, ...]:
        """Return the next reply."""
        self.contexts.append(context)
        return self.replies.popleft() if self.replies else (Paragraph((Sentence("Noted."),)),)

    def open(self, context: ReplyContext) -> tuple[Paragraph, ...]:
        """Say one plain sentence at once."""
        self.contexts.append(context)
        return (Paragraph((Sentence("One moment."),)),)


class GroundingPhraser:
    """Speaks through another phraser and grounds by itself what it says, to keep what would be dropped."""

    def __init__(self, phraser: Phraser) -> None:
        self._phraser = phraser
        self.name = phraser.name
        self.messages: dict[int, str] = {}
        self.dropped: list[str] = []

    def phrase(self, context: ReplyContext) -> tuple[Paragraph, ...]:
        """Return what the phraser says; a first turn begins a conversation, of which one runs at a time."""
        if context.turn == 1:
            self.messages.clear()
        self.messages[context.turn] = context.message
        paragraphs = self._phraser.phrase(context)
        self.dropped.extend(shown(paragraphs, context, self.messages).dropped)
        return paragraphs

    def open(self, context: ReplyContext) -> tuple[Paragraph, ...]:
        """Return what the phraser says at once."""
        return self._phraser.open(context)


@dataclass
class ScriptedRetriever:
    """The `Retriever` port: finds what was queued, else nothing."""

    passages: tuple[Passage, ...] = ()
    findings: deque[list[Evidence]] = field(default_factory=deque)
    queries: list[tuple[str, int, str | None]] = field(default_factory=list)
    ready: bool = False

    def retrieve(self, query: str, k: int = 5, sources: str | None = None) -> list[Evidence]:
        """Return the next finding, cut to k."""
        self.queries.append((query, k, sources))
        return self.findings.popleft()[:k] if self.findings else []


@cache
def offline_phraser() -> OfflinePhraser:
    """The real phraser without a model, on the project's phrases."""
    known = knowledge()
    return OfflinePhraser(known.rulebook, known.library.texts, known.phrases, known.answers, known.translations)


def coach(reader: Reader | None = None, phraser: Phraser | None = None, retriever: Retriever | None = None) -> Coach:
    """Build a coach over the real knowledge; whatever is not given is the real one, except that nothing is found."""
    library = knowledge().library
    return Coach(
        rulebook=knowledge().rulebook,
        shelf=Shelf(library.texts, library.bibliography, library.rests_on()),
        retriever=retriever or ScriptedRetriever(),
        reader=reader or offline_reader(),
        phraser=phraser or offline_phraser(),
        page_text=knowledge().page,
        translations=knowledge().translations,
    )
