"""The offline phraser: the `Phraser` port without any model, from reviewed phrases and the rulebook's own texts.

Owns which reply answers which intent. Must not know how the verdict is reached, nor whether a sentence will be shown:
grounding decides that.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.domain.dialogue import Intent, Moment, Paragraph
from assistant.domain.phrasing import Phrases
from assistant.domain.rulebook import Rulebook
from assistant.domain.source import SourceText
from assistant.offline.case_reply import reply_to_case
from assistant.offline.heard import news
from assistant.offline.opening import opening
from assistant.offline.replies import REPLIES, answer
from assistant.offline.wording import Wording, paragraphs

NAME = "offline"
_TELLING = frozenset({Intent.TELLS, Intent.CONFIRMS, Intent.DENIES, Intent.CLICKS})


class OfflinePhraser:
    """Composes replies; the same moment always gives the same words."""

    def __init__(self, rulebook: Rulebook, texts: Mapping[str, SourceText], phrases: Phrases) -> None:
        self._rulebook = rulebook
        self._texts = texts
        self._phrases = phrases

    @property
    def name(self) -> str:
        """How this phraser is named to the user."""
        return NAME

    def phrase(self, moment: Moment) -> tuple[Paragraph, ...]:
        """Compose the reply to one turn."""
        wording = Wording(self._rulebook, self._texts, self._phrases, moment.turn)
        return tuple(_compose(moment, wording))

    def open(self, moment: Moment) -> tuple[Paragraph, ...]:
        """Say what was heard and what is being weighed, before a reply is there."""
        wording = Wording(self._rulebook, self._texts, self._phrases, moment.turn)
        return tuple(opening(moment, wording))


def _compose(moment: Moment, wording: Wording) -> list[Paragraph]:
    intent = moment.hearing.intent
    if intent in _TELLING or _told_beside(moment):
        if not moment.case.begun:
            return paragraphs([wording.say("question.invite")])
        asked = moment.hearing.query
        answered = answer(moment.evidence, asked, wording) if asked and moment.evidence else []
        return [*paragraphs(answered), *reply_to_case(moment, wording)]
    return REPLIES[intent](moment, wording)


def _told_beside(moment: Moment) -> bool:
    """Tell whether facts came with a message that is for something else, such as a click beside a thank-you."""
    keeps_to_itself = moment.hearing.intent in (Intent.ASKS, Intent.RESTARTS, Intent.OFF_TOPIC)
    return not keeps_to_itself and bool(news(moment.before, moment.case).slots)
