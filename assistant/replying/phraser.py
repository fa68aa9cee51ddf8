"""The offline phraser: the `Phraser` port without any model, from reviewed phrases and the rulebook's own texts.

Owns which reply answers which intent. Must not know how the verdict is reached, nor whether a sentence will be shown:
grounding decides that.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.domain.dialogue import FollowUp, Intent, Moment, Paragraph
from assistant.domain.rulebook import Rulebook
from assistant.domain.source import SourceText
from assistant.knowledge.types.answer_book import AnswerBook
from assistant.knowledge.types.phrase_texts import Phrases
from assistant.knowledge.types.reviewed_translation import Translation
from assistant.replying.case_answers import CASE_ANSWERS
from assistant.replying.case_reply import reply_to_case
from assistant.replying.coach_answers import COACH_ANSWERS
from assistant.replying.heard import news
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
    """Composes replies; the same moment always gives the same words."""

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

    def phrase(self, moment: Moment) -> tuple[Paragraph, ...]:
        """Compose the reply to one turn."""
        composed = _compose(moment, self._make_wording(moment))
        is_asked = moment.hearing.about is not None or moment.hearing.intent in _ASKED
        return tuple(composed if is_asked else without_repeats(composed, moment.replies))

    def open(self, moment: Moment) -> tuple[Paragraph, ...]:
        """Say what was heard and what is being weighed, before a reply is there."""
        return tuple(compose_opening(moment, self._make_wording(moment)))

    def _make_wording(self, moment: Moment) -> Wording:
        said = self._translations.get(moment.language or "")
        if said is None:
            return Wording(self._rulebook, self._texts, self._phrases, moment.turn, self._book, moment.replies)
        return Wording(said.rulebook, self._texts, said.phrases, moment.turn, said.book, moment.replies, True)


def _compose(moment: Moment, wording: Wording) -> list[Paragraph]:
    about, intent = moment.hearing.about, moment.hearing.intent
    if about is FollowUp.QUESTIONS_LEFT and moment.assessment.settled and intent is Intent.PUSHES:
        about = FollowUp.PUSHBACK
    answering = ANSWERS.get(about) if about is not None else None
    if answering is not None:
        answered = answering(moment, wording)
        if not news(moment.before, moment.case).empty:
            return [*answered, *reply_to_case(moment, wording)]
        return [*answered, *paragraphs(back_to_question(moment, wording))]
    if intent in _TELLING or _has_facts_beside(moment):
        if not moment.case.begun:
            return paragraphs([wording.say("question.invite")])
        asked = moment.hearing.query and moment.evidence
        answered = paragraphs(topic_answer(moment, wording)) if asked else []
        return [*answered, *reply_to_case(moment, wording)]
    return REPLIES[intent](moment, wording)


def _has_facts_beside(moment: Moment) -> bool:
    """Tell whether facts came with a message that is for something else, such as a click beside a thank-you."""
    keeps_to_itself = moment.hearing.intent in (Intent.ASKS, Intent.RESTARTS, Intent.OFF_TOPIC)
    return not keeps_to_itself and bool(news(moment.before, moment.case).slots)
