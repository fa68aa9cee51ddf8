"""The offline phraser: the `Phraser` port without any model, from reviewed phrases and the rulebook's own texts.

Owns which reply answers which intent. Must not know how the verdict is reached, nor whether a sentence will be shown:
grounding decides that.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.domain.dialogue import FollowUp, Intent, Paragraph, ReplyContext
from assistant.domain.rulebook import Rulebook
from assistant.domain.source import SourceText
from assistant.knowledge.types.answer_book import AnswerBook
from assistant.knowledge.types.phrase_texts import Phrases
from assistant.knowledge.types.reviewed_translation import Translation
from assistant.replying.case_answers import CASE_ANSWERS
from assistant.replying.case_reply import reply_to_case
from assistant.replying.coach_answers import COACH_ANSWERS
from assistant.replying.heard import compare_cases
from assistant.replying.opening import compose_opening
from assistant.replying.repeats import without_repeats
from assistant.replying.replies import REPLIES, back_to_question, name_languages, questions_left
from assistant.replying.topic import topic_answer
from assistant.replying.wording import Wording, paragraphs

NAME = "offline"
ANSWERS = {
    **CASE_ANSWERS,
    **COACH_ANSWERS,
    FollowUp.QUESTIONS_LEFT: questions_left,
    FollowUp.OTHER_LANGUAGE: name_languages,
}
_ASKED = frozenset({Intent.ASKS, Intent.WHY, Intent.SHOW_SOURCE, Intent.WANTS_VERDICT, Intent.NOT_UNDERSTOOD})
"""Intents of messages that ask, so that what was said before may be said again."""
_TELLING = frozenset({Intent.TELLS, Intent.CONFIRMS, Intent.DENIES, Intent.CLICKS})


class OfflinePhraser:
    """Composes replies; the same context always gives the same words."""

    def __init__(
        self,
        rulebook: Rulebook,
        texts: Mapping[str, SourceText],
        phrases: Phrases,
        book: AnswerBook | None = None,
        translations: Mapping[str, Translation] | None = None,
    ) -> None:
        """`translations` are what is said instead in other languages, by their codes."""
        self._rulebook = rulebook
        self._texts = texts
        self._phrases = phrases
        self._book = book or AnswerBook()
        self._translations = translations or {}

    @property
    def name(self) -> str:
        """How this phraser is named to the user."""
        return NAME

    def phrase(self, context: ReplyContext) -> tuple[Paragraph, ...]:
        """Compose the reply to one turn."""
        composed = _compose(context, self._make_wording(context))
        is_asked = context.interpretation.about is not None or context.interpretation.intent in _ASKED
        return tuple(composed if is_asked else without_repeats(composed, context.replies))

    def open(self, context: ReplyContext) -> tuple[Paragraph, ...]:
        """Say what was heard and what is being weighed, before a reply is there."""
        return tuple(compose_opening(context, self._make_wording(context)))

    def _make_wording(self, context: ReplyContext) -> Wording:
        said = self._translations.get(context.language or "")
        if said is None:
            return Wording(self._rulebook, self._texts, self._phrases, context.turn, self._book, context.replies)
        return Wording(said.rulebook, self._texts, said.phrases, context.turn, said.book, context.replies, True)


def _compose(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    about, intent = context.interpretation.about, context.interpretation.intent
    if about is FollowUp.QUESTIONS_LEFT and context.assessment.settled and intent is Intent.PUSHES:
        about = FollowUp.PUSHBACK
    answering = ANSWERS.get(about) if about is not None else None
    if answering is not None:
        answered = answering(context, wording)
        if not compare_cases(context.before, context.case).empty:
            told = reply_to_case(context, wording)
            is_said_there = any(paragraph.item and paragraph in told for paragraph in answered)
            return told if is_said_there else [*answered, *told]  # the verdict lists the steps that were asked for
        return [*answered, *paragraphs(back_to_question(context, wording))]
    if intent in _TELLING or _has_facts_beside(context):
        if not context.case.begun:
            return paragraphs([wording.say("question.invite")])
        answered = paragraphs(topic_answer(context, wording)) if context.interpretation.query else []
        return [*answered, *reply_to_case(context, wording)]
    return REPLIES[intent](context, wording)


def _has_facts_beside(context: ReplyContext) -> bool:
    """Tell whether facts came with a message that is for something else, such as a click beside a thank-you."""
    keeps_to_itself = context.interpretation.intent in (Intent.ASKS, Intent.RESTARTS, Intent.OFF_TOPIC)
    return not keeps_to_itself and bool(compare_cases(context.before, context.case).slots)
