"""The speaker: a language model's words around what the engine composed.

Owns the one call a reply and what happens when it breaks off. Must not decide which words are harmless, nor say a
claim.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from assistant.domain.conversation import Role, Said
from assistant.domain.dialogue import Paragraph, ReplyContext, Sentence, SentenceRole
from assistant.domain.rulebook import Rulebook
from assistant.errors import BudgetError, UpstreamError
from assistant.knowledge.types.phrase_texts import Phrases
from assistant.knowledge.types.prompt_text import PromptTexts
from assistant.knowledge.types.reviewed_translation import Translation
from assistant.llm.speaking.reply_plan import Plan, plan
from assistant.llm.speaking.reply_splitter import ReplySplitter
from assistant.llm.speaking.speaking_prompt import write_speaking_prompt
from assistant.llm.speaking.spoken_reply import SpokenReply
from assistant.llm.speaking.translation import can_translate
from assistant.ports import ModelTurn, Spoken
from assistant.text.language import is_other_language
from assistant.text.own_words import OwnWords


class ModelSpeaker:
    """Implements the `Speaker` port; safe to share between threads."""

    def __init__(
        self,
        own_words: OwnWords,
        prompts: PromptTexts,
        phrases: Phrases,
        rulebook: Rulebook,
        translations: Mapping[str, Translation] | None = None,
    ) -> None:
        """Take the words that were checked when the knowledge was read, those of other languages by their codes."""
        self._own_words = own_words
        self._prompts = prompts
        self._phrases = phrases
        self._rulebook = rulebook
        self._translations = translations or {}

    def speak(
        self, turn: ModelTurn, context: ReplyContext, composed: tuple[Paragraph, ...], recent: Sequence[Said]
    ) -> Iterator[Spoken]:
        """Yield the reply as it grows; the last value is complete.

        A reply that leaves a model nothing to talk around, such as a question alone, is said as composed, without one.

        Raises:
            UpstreamError, BudgetError: before the first value only.
        """
        planned = plan(composed)
        if not planned.places:
            yield Spoken(composed, complete=True)
            return
        said = self._translations.get(context.language or "")
        untranslated = planned.english_quotes if said else () if _speaks_english(context, recent) else planned.all_keys
        prompt, masked = write_speaking_prompt(
            self._prompts, self._rulebook, planned, context, recent, untranslated, said.courtesies if said else ()
        )
        reply, cutter, is_shown = self._reply(planned, context, untranslated, said), ReplySplitter(), False
        phrases = said.phrases if said else self._phrases
        notices: tuple[str, ...] = ()
        try:
            for piece in turn.speak(prompt):
                for cut in cutter.feed(piece):
                    if reply.take(replace(cut, text=masked.unmask(cut.text))):
                        is_shown = True
                        yield reply.so_far()
        except (UpstreamError, BudgetError):
            if not is_shown:
                raise
            notices = (phrases.say("spoken.cut", context.turn),)
        for cut in cutter.finish():
            reply.take(replace(cut, text=masked.unmask(cut.text)))
        yield reply.finish(notices)

    def _reply(
        self, planned: Plan, context: ReplyContext, untranslated: Collection[str], said: Translation | None
    ) -> SpokenReply:
        """Begin a reply; what an earlier reply has of the model's own is not said again.

        In another language that has reviewed texts a model's own sentences are the courtesies among them.
        """
        phrases = said.phrases if said else self._phrases
        originals = planned.texts_of(untranslated)

        def is_harmless(text: str) -> bool:
            fits = text in said.courtesies if said else self._own_words.fits(text, context.message)
            return fits and not any(text in reply for reply in context.replies)

        def translate(original: str, text: str) -> Sentence | None:
            is_fit = is_other_language(text.lower()) and can_translate(text, original)
            if original not in originals or not is_fit:
                return None
            return Sentence(phrases.say("spoken.translation", context.turn, text=text), role=SentenceRole.LINK)

        return SpokenReply(planned, is_harmless, translate)


def _speaks_english(context: ReplyContext, recent: Sequence[Said]) -> bool:
    """Tell whether the user does, by what is known of that or by the small words; a click goes by what was said."""
    if (language := context.language or context.interpretation.language) is not None:
        return language == "en"
    said = [*(said.text for said in recent if said.role is Role.USER), context.message]
    return not is_other_language(" ".join(said[-2:]).lower())
