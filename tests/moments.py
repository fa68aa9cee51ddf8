"""Contexts to reply in: conversations run through the real engine and rulebook, with scripted interpretations."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.domain.assessment import assess
from assistant.domain.case import Case, Reading, Value, click, hear
from assistant.domain.dialogue import Assessment, Intent, Interpretation, Paragraph, ReplyContext
from assistant.domain.grounding import Grounded, ground
from assistant.domain.rulebook import Given
from assistant.domain.source import Evidence, Passage
from assistant.knowledge.loader import Knowledge, load
from assistant.ports import Phraser
from assistant.settings.environment import PROJECT_ROOT


@functools.cache
def knowledge() -> Knowledge:
    """Read the project's own knowledge, once."""
    return load(PROJECT_ROOT / "knowledge")


@dataclass(slots=True)
class Talk:
    """A conversation whose interpretations are told by the test; each method makes the context of the next reply."""

    case: Case = field(default_factory=Case)
    assessment: Assessment | None = None
    messages: dict[int, str] = field(default_factory=dict)

    def tell(self, message: str, *readings: tuple[str, Value | None, str], corrects: bool = False) -> ReplyContext:
        """Say something; each reading is a slot, a value and the words of the message it rests on."""
        values = tuple(
            Reading(slot, value, message.index(words), message.index(words) + len(words), corrects)
            for slot, value, words in readings
        )
        return self._next(Interpretation(Intent.TELLS, values), message)

    def click(self, **facts: Given) -> ReplyContext:
        """Click facts."""
        return self._next(Interpretation(Intent.CLICKS), "", facts)

    def say(
        self, intent: Intent, message: str = "…", query: str | None = None, evidence: Sequence[Evidence] = ()
    ) -> ReplyContext:
        """Say something that is no fact."""
        return replace(self._next(Interpretation(intent, (), query), message), evidence=tuple(evidence))

    def unread(self, message: str = "hm") -> ReplyContext:
        """Answer the open question in a way that cannot be read; it counts as asked."""
        question = self.assessment.question if self.assessment else None
        asked = replace(
            self.case, asked=self.case.asked | {(slot, None) for slot in (question.slots if question else ())}
        )
        return self._next(Interpretation(Intent.UNREADABLE), message, case=asked)

    def _next(
        self,
        interpretation: Interpretation,
        message: str,
        facts: Mapping[str, Given] | None = None,
        case: Case | None = None,
    ) -> ReplyContext:
        turn = len(self.messages) + 1
        self.messages[turn] = message
        before, previous = self.case, self.assessment
        after = click(hear(case or before, interpretation.values, message, turn), facts or {}, turn)
        if interpretation.intent is Intent.TELLS:
            after = replace(after, begun=True)
        self.case, self.assessment = after, assess(after, knowledge().rulebook)
        return ReplyContext(turn, message, interpretation, after, before, self.assessment, previous, ())

    def reply(self, phraser: Phraser, context: ReplyContext) -> Grounded:
        """Phrase and ground a reply, as the coach does."""
        return shown(phraser.phrase(context), context, self.messages)


def shown(paragraphs: Sequence[Paragraph], context: ReplyContext, messages: Mapping[int, str]) -> Grounded:
    """Ground paragraphs against the project's texts and the conversation."""
    numbers = {fact.value for fact in context.case.facts if isinstance(fact.value, (int, float))}
    return ground(paragraphs, knowledge().library.texts, messages, numbers)


def passage(source: str, words: str, heading: str = "What it is") -> Evidence:
    """Make evidence of the words of a source, in which they stand once."""
    text = knowledge().library.texts[source]
    start = text.text.index(words)
    path = (text.title, heading)
    return Evidence(Passage("p", text.kind, source, text.file, start, start + len(words), words, path), 0.9)
