"""What is made of a message: what the rules and a model hear in it, and which passages answer what it asks.

Owns whom a message is read to and what counts as off topic before a case is told. Must not know what a note does to the
case, nor how it is answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.domain.conversation import Conversation, Noted
from assistant.domain.dialogue import FollowUp, Intent, Interpretation
from assistant.domain.rulebook import Rulebook
from assistant.domain.source import Evidence
from assistant.notes import name_passages, read_off_topic
from assistant.ports import Listener, Meter, ModelTurn, Reader, Retriever
from assistant.text.clauses import utter

_PASSAGES = 3
_FEWEST_WORDS, _MOST_PARTS = 4, 4
"""Words of a sentence that may be a question by itself, and how many of them are looked up."""
_NO_CONTENT = frozenset({Intent.CLICKS, Intent.RESTARTS, Intent.GREETS, Intent.THANKS})
"""Intents of messages that say nothing of a case, so that no model is asked what was meant."""
_BARE_WORDS = 3
"""A yes or a no of so many words at most is nothing else."""


@dataclass(frozen=True, slots=True)
class NoteTaker:
    """Reads messages by the rules and, where there is one, has a model's listener read them as well."""

    rulebook: Rulebook
    reader: Reader
    retriever: Retriever
    listener: Listener | None
    meter: Meter

    def read(self, conversation: Conversation, message: str) -> Interpretation:
        """Return what the rules hear in a message."""
        if not message.strip():
            return Interpretation(Intent.CLICKS)
        with self.meter.stage("read"):
            interpretation = self.reader.read(message, conversation.case, conversation.question)
        if self._is_off_topic(conversation, message, interpretation):
            interpretation = replace(interpretation, intent=Intent.OFF_TOPIC)
        if interpretation.intent is Intent.OFF_TOPIC and not conversation.case.begun and not interpretation.values:
            return replace(interpretation, values=(read_off_topic(message),))
        return interpretation

    def listen(
        self, turn: ModelTurn, conversation: Conversation, message: str, heard: Interpretation
    ) -> Interpretation:
        """Return what the rules and the model hear together, in every message that says anything of a case.

        Raises:
            UpstreamError, BudgetError: the model could not be asked.
        """
        is_bare = heard.intent in (Intent.CONFIRMS, Intent.DENIES) and len(message.split()) <= _BARE_WORDS
        if self.listener is None or heard.intent in _NO_CONTENT or is_bare:
            return heard
        case, question = conversation.case, conversation.question
        with self.meter.stage("listen"):
            return self.listener.listen(turn, message, heard, case, question, conversation.recent)

    def note(self, interpretation: Interpretation) -> Noted:
        """Return what is kept of a message: what was heard, and the passages found for what it asks."""
        if interpretation.query is None:
            return Noted(interpretation)
        floor = self.rulebook.threshold("evidence")
        best: dict[str, Evidence] = {}
        for query in _parts_of(interpretation.query):
            for found in self._retrieve(query, _PASSAGES):
                if found.relevance >= max(floor, best[found.passage.id].relevance if found.passage.id in best else 0.0):
                    best[found.passage.id] = found
        ranked = sorted(best.values(), key=lambda found: -found.relevance)
        return Noted(interpretation, name_passages(tuple(ranked[:_PASSAGES])))

    def recall(self, found: Sequence[tuple[str, float]]) -> tuple[Evidence, ...]:
        """Return the passages that were found for a question, as far as they are still there."""
        passages = {passage.id: passage for passage in self.retriever.passages} if found else {}
        return tuple(Evidence(passages[name], relevance) for name, relevance in found if name in passages)

    def _is_off_topic(self, conversation: Conversation, message: str, interpretation: Interpretation) -> bool:
        """Tell whether what would begin a case gives no fact, and is like nothing that the sources speak of."""
        begins = interpretation.intent is Intent.TELLS and not conversation.case.begun
        is_told = bool(interpretation.values) or interpretation.is_story or interpretation.about is FollowUp.PASTED
        if not begins or is_told or not self.retriever.ready:
            return False
        return not self._retrieve(message, 1)

    def _retrieve(self, query: str, k: int) -> list[Evidence]:
        with self.meter.stage("retrieve"):
            return self.retriever.retrieve(query, k)


def _parts_of(query: str) -> list[str]:
    """Return a question and each sentence of it by itself: in a long one what is asked drowns in what is told."""
    clauses = utter(query).clauses
    sentences = list(dict.fromkeys((clause.sentence.start, clause.sentence.end) for clause in clauses))
    parts = [query[start:end].strip() for start, end in sentences if len(query[start:end].split()) >= _FEWEST_WORDS]
    return [query, *parts[:_MOST_PARTS]] if len(sentences) > 1 else [query]
