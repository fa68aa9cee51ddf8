"""The speaker: says with a language model's help what the engine composed, sentence by sentence through the gate.

Owns the one call a reply and what happens when it breaks off. Must not decide what may be shown, which is the gate's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.domain.dialogue import Moment, Paragraph, Sentence, SentenceRole
from assistant.domain.english import is_english
from assistant.domain.gate import Gate
from assistant.domain.model_turn import Role, Said, Spoken
from assistant.domain.phrasing import Phrases
from assistant.domain.prompt_text import PromptTexts
from assistant.errors import BudgetError, UpstreamError
from assistant.llm.cutting import Cut, Cutter
from assistant.llm.plan import plan
from assistant.llm.speaking import speaking_prompt
from assistant.llm.spoken_reply import SpokenReply
from assistant.ports import ModelTurn

_TELLING_WORDS = 4


class ModelSpeaker:
    """Implements the `Speaker` port; safe to share between threads."""

    def __init__(self, gate: Gate, prompts: PromptTexts, phrases: Phrases) -> None:
        """Take the gate and the words that were checked when the knowledge was read."""
        self._gate = gate
        self._prompts = prompts
        self._phrases = phrases

    def speak(
        self, turn: ModelTurn, moment: Moment, composed: tuple[Paragraph, ...], recent: Sequence[Said]
    ) -> Iterator[Spoken]:
        """Yield the reply as it grows; the last value is complete.

        A reply that leaves a model nothing to say, such as a question alone, is said as composed, without a model.

        Raises:
            UpstreamError, BudgetError: before the first value only.
        """
        in_english = _speaks_english(moment.message, recent)
        planned = plan(composed, ask_too=not in_english)
        if not planned.statements:
            yield Spoken(composed, complete=True)
            return
        asked = [sentence for paragraph in planned.closing for sentence in paragraph.sentences]
        prompt, masked = speaking_prompt(
            self._prompts, planned.statements, planned.opening, asked, moment.message, recent
        )
        reply = SpokenReply(
            planned, self._gate, moment.message, lambda text: self._translated(text, moment), in_english
        )
        cutter, is_shown = Cutter(), False
        notices: tuple[str, ...] = ()
        try:
            for piece in turn.speak(prompt):
                for cut in cutter.feed(piece):
                    if reply.take(Cut(masked.unmask(cut.text), cut.keys, cut.opens)):
                        is_shown = True
                        yield reply.so_far()
        except (UpstreamError, BudgetError):
            if not is_shown:
                raise
            notices = (self._phrases.say("spoken.cut", moment.turn),)
        for cut in cutter.finish():
            reply.take(Cut(masked.unmask(cut.text), cut.keys, cut.opens))
        yield reply.finish(notices)

    def _translated(self, text: str, moment: Moment) -> Sentence:
        return Sentence(self._phrases.say("spoken.translation", moment.turn, text=text), role=SentenceRole.LINK)


def _speaks_english(message: str, recent: Sequence[Said]) -> bool:
    """Tell whether the user does; a click or a word or two is taken with what they said before."""
    if len(message.split()) >= _TELLING_WORDS:
        return is_english(message)
    return is_english(" ".join([*(said.text for said in recent if said.role is Role.USER), message]))
