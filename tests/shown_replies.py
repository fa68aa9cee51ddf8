"""What was shown of a reply, held against what the engine composed: nothing else may stand in it.

Owns a witness that listens in on the speaker, and the search for what should not have been shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.domain.conversation import Conversation, Said
from assistant.domain.dialogue import Paragraph, ReplyContext, Sentence, SentenceRole, TurnResult
from assistant.ports import ModelTurn, Speaker, Spoken
from tests.moments import knowledge


@dataclass(frozen=True, slots=True)
class Shown:
    """One reply: its context, what the engine composed for it, and what came of that at last."""

    context: ReplyContext
    composed: tuple[Paragraph, ...]
    spoken: Spoken


@dataclass
class Witness:
    """The `Speaker` port around another: keeps every reply that came to its end."""

    inner: Speaker
    shown: list[Shown] = field(default_factory=list)

    def speak(
        self, turn: ModelTurn, context: ReplyContext, composed: tuple[Paragraph, ...], recent: Sequence[Said]
    ) -> Iterator[Spoken]:
        """Say what the other says."""
        for spoken in self.inner.speak(turn, context, composed, recent):
            if spoken.complete:
                self.shown.append(Shown(context, composed, spoken))
            yield spoken


def foreign(shown: Shown) -> list[str]:
    """Return the shown sentences that are neither the engine's nor harmless words of the model's own."""
    composed = _sentences(shown.composed)
    return [one.text for one in _sentences(shown.spoken.paragraphs) if not _is_borne_out(one, composed, shown.context)]


def wrong_citations(conversation: Conversation, result: TurnResult) -> list[str]:
    """Return the quotes of a reply that are not, letter for letter, where their citation says."""
    texts = knowledge().library.texts
    return [
        citation.quote
        for citation in result.citations
        if citation.quote
        != (conversation.messages[citation.turn] if citation.turn else texts[citation.source].text)[
            citation.start : citation.end
        ]
    ]


def fates(spoken: Spoken) -> dict[str, int]:
    """Count what became of a model's own sentences."""
    return {"kept": spoken.n_kept, "dropped": spoken.n_dropped}


def own_words(shown: Shown) -> list[str]:
    """Return the model's own sentences that are shown."""
    composed = {one.text for one in _sentences(shown.composed)}
    return [
        one.text
        for one in _sentences(shown.spoken.paragraphs)
        if one.role is SentenceRole.LINK and one.text not in composed
    ]


def _is_borne_out(one: Sentence, composed: Sequence[Sentence], context: ReplyContext) -> bool:
    if one in composed:
        return True
    if one.role is not SentenceRole.LINK or one.citations:
        return False
    marked = knowledge().phrases.say("spoken.translation", context.turn, text="\0").partition("\0")
    return knowledge().own_words.fits(one.text, context.message) or one.text.startswith(marked[0])


def _sentences(paragraphs: Sequence[Paragraph]) -> list[Sentence]:
    return [sentence for paragraph in paragraphs for sentence in paragraph.sentences]
