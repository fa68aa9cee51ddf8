"""One turn, from a message to an answer: read, assess, retrieve, phrase, ground.

Owns the order of a turn, with a language model and without. Must not know which reader, phraser, retriever or model it
speaks through, nor where it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.domain.assessment import assess
from assistant.domain.case import Case, Value, click
from assistant.domain.conversation import Conversation, Event, Progress, n_left_open, restarted, taken_in
from assistant.domain.dialogue import Hearing, Intent, Moment, Paragraph, TurnResult
from assistant.domain.grounding import Grounded, ground
from assistant.domain.masking import mask
from assistant.domain.model_turn import RecordedTurn, Recording, Spoken
from assistant.domain.page_text import PageText
from assistant.domain.rulebook import Given, Rulebook, checked_facts
from assistant.domain.source import Evidence, Shelf
from assistant.errors import BudgetError, InputError, UpstreamError
from assistant.ports import Listener, Model, ModelTurn, Phraser, Reader, Retriever, Speaker

MESSAGE_LIMIT = 8_000
_HIDDEN = re.compile(
    "[\U000e0000-\U000e007f]|(?<=[\ufe00-\ufe0f\U000e0100-\U000e01ef])[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_PASSAGES = 3
_PLAIN = frozenset(
    {Intent.CLICKS, Intent.RESTARTS, Intent.CONFIRMS, Intent.DENIES, Intent.GREETS, Intent.THANKS, Intent.SHOW_SOURCE}
)
"""Intents that rules tell for certain, so that no model is asked what was meant."""


@dataclass(frozen=True, slots=True)
class Assisted:
    """A language model and the two things it does for the coach.

    `sent_to` names who gets what is sent, as the user is told; None where nothing leaves this computer.
    """

    model: Model
    listener: Listener
    speaker: Speaker
    sent_to: str | None = None


class Coach:
    """Holds conversations; every answer is a function of the conversation's events and the knowledge."""

    def __init__(
        self,
        rulebook: Rulebook,
        shelf: Shelf,
        retriever: Retriever,
        reader: Reader,
        phraser: Phraser,
        page_text: PageText,
        assisted: Assisted | None = None,
        message_limit: int = MESSAGE_LIMIT,
    ) -> None:
        """`page_text` is only carried, for whoever shows the coach; without `assisted` no model is used."""
        self.rulebook = rulebook
        self.shelf = shelf
        self.page_text = page_text
        self.retriever = retriever
        self._reader = reader
        self._phraser = phraser
        self._assisted = assisted
        self.message_limit = message_limit

    @property
    def model_name(self) -> str | None:
        """The name of the model that listens and speaks, None without one."""
        return self._assisted.model.name if self._assisted else None

    @property
    def who_speaks(self) -> str:
        """One line on which coach speaks, and what of the user's words is sent to whom."""
        labels, assisted = self.page_text.labels, self._assisted
        if assisted is None:
            return labels.coach_offline
        if assisted.sent_to is None:
            return labels.coach_model_here.format(model=assisted.model.name)
        return labels.coach_model.format(model=assisted.model.name, recipient=assisted.sent_to)

    def start(self, conversation_id: str) -> Conversation:
        """Begin a conversation with nothing told."""
        return Conversation(conversation_id)

    def replay(self, conversation_id: str, events: Iterable[Event]) -> tuple[Conversation, tuple[TurnResult, ...]]:
        """Run events again from the start, each as it comes; the same events give the same conversation.

        A model's part is taken from the events' recordings: none is called.

        Raises:
            InputError: as `respond` does, for the first event that cannot be taken.
        """
        conversation = self.start(conversation_id)
        results = []
        for event in events:
            recording = event.recording if self._assisted else None
            refused = recording if recording and recording.refused else None
            turn = RecordedTurn(recording) if recording and not refused else None
            message, given = self._checked(event.message, event.facts)
            conversation, result = _last(self._run(conversation, message, given, turn, refused))
            results.append(result)
        return conversation, tuple(results)

    def respond(
        self,
        conversation: Conversation,
        message: str,
        facts: Mapping[str, object] | None = None,
        watch: Callable[[ModelTurn], None] | None = None,
        *,
        speaks: bool = True,
    ) -> tuple[Conversation, TurnResult]:
        """Take one turn: words, clicks, or both. Clicks of the same turn outweigh its words.

        `watch` is as in `stream`. Where a reply will not be read, `speaks` is False and a model only listens.

        Raises:
            InputError: the message is too long, nothing was given, or a fact is not one of the rulebook's;
                the conversation is as it was.
        """
        return _last(self.stream(conversation, message, facts, watch, speaks=speaks))

    def stream(
        self,
        conversation: Conversation,
        message: str,
        facts: Mapping[str, object] | None = None,
        watch: Callable[[ModelTurn], None] | None = None,
        *,
        speaks: bool = True,
    ) -> Iterator[Progress]:
        """Take one turn as `respond` does and yield it as it grows; the last value holds the conversation.

        `watch` is handed the model's turn, so that another thread can cancel it. Closing the iterator cancels it too.

        Raises:
            InputError: as `respond` does, at once.
        """
        message, given = self._checked(message, facts or {})
        turn, refused = self._model_turn(conversation)
        if turn is not None and watch is not None:
            watch(turn)
        return self._run(conversation, message, given, turn, refused, speaks=speaks)

    def _checked(self, message: str, facts: Mapping[str, object]) -> tuple[str, dict[str, Given]]:
        given = checked_facts(self.rulebook, facts)
        message = _characters(message)
        _check_message(message, given, self.message_limit)
        return message, given

    def _model_turn(self, conversation: Conversation) -> tuple[ModelTurn | None, Recording | None]:
        """Begin a model's turn; where it refuses, return what there is to record of that."""
        if self._assisted is None:
            return None, None
        try:
            return self._assisted.model.turn(conversation.id), None
        except (UpstreamError, BudgetError) as error:
            return None, Recording(self._assisted.model.name, refused=str(error))

    def _run(
        self,
        conversation: Conversation,
        message: str,
        given: Mapping[str, Given],
        turn: ModelTurn | None,
        refused: Recording | None,
        *,
        speaks: bool = True,
    ) -> Iterator[Progress]:
        """Take one turn that was checked; `turn` is a model's, or what one once answered.

        `refused` holds why there is none where one was wished for.
        """
        hearing = self._hear(conversation, message)
        notices: tuple[str, ...] = (self._without_model(refused.refused),) if refused else ()
        is_through = False
        try:
            if turn is not None:
                yield self._opening(self._moment(conversation, message, given, hearing), conversation)
                hearing, more = self._heard_with_model(turn, conversation, message, hearing)
                notices += more
            if hearing.intent is Intent.RESTARTS:
                conversation = restarted(conversation)
            moment = replace(self._moment(conversation, message, given, hearing), notices=notices)
            following = Conversation(
                conversation.id,
                (*conversation.events, Event(message, given, refused)),
                moment.case,
                moment.assessment,
                n_left_open(conversation, hearing),
                conversation.replies,
            )
            yield from self._answer(following, moment, turn if speaks else None)
            is_through = True
        finally:
            if turn is not None and not is_through:
                turn.cancel()

    def _moment(self, conversation: Conversation, message: str, given: Mapping[str, Given], hearing: Hearing) -> Moment:
        turn = conversation.turn + 1
        case = click(taken_in(conversation, hearing, message), given, turn)
        return Moment(
            turn=turn,
            message=message,
            hearing=hearing,
            case=case,
            before=conversation.case,
            assessment=assess(case, self.rulebook),
            previous=conversation.assessment,
            evidence=self._evidence(hearing),
        )

    def _hear(self, conversation: Conversation, message: str) -> Hearing:
        if not message.strip():
            return Hearing(Intent.CLICKS)
        hearing = self._reader.read(message, conversation.case, conversation.question)
        if self._is_off_topic(conversation, message, hearing):
            return replace(hearing, intent=Intent.OFF_TOPIC)
        return hearing

    def _heard_with_model(
        self, turn: ModelTurn, conversation: Conversation, message: str, heard: Hearing
    ) -> tuple[Hearing, tuple[str, ...]]:
        if self._assisted is None or heard.intent in _PLAIN:
            return heard, ()
        try:
            listened = self._assisted.listener.listen(
                turn, message, heard, conversation.case, conversation.question, conversation.recent
            )
        except (UpstreamError, BudgetError) as error:
            return heard, (self._without_model(error),)
        return listened.hearing, listened.notices

    def _is_off_topic(self, conversation: Conversation, message: str, hearing: Hearing) -> bool:
        """Whether what would begin a case gives no fact, and is like nothing that the sources speak of."""
        begins = hearing.intent is Intent.TELLS and not conversation.case.begun
        if not begins or hearing.values or hearing.is_story or not self.retriever.ready:
            return False
        return not self.retriever.retrieve(message, k=1)

    def _evidence(self, hearing: Hearing) -> tuple[Evidence, ...]:
        if hearing.query is None:
            return ()
        floor = self.rulebook.threshold("evidence")
        found = self.retriever.retrieve(hearing.query, k=_PASSAGES)
        return tuple(evidence for evidence in found if evidence.relevance >= floor)

    def _opening(self, moment: Moment, conversation: Conversation) -> Progress:
        """Say what was heard and what it is weighed against, before any model has said a word."""
        grounded = self._ground(self._phraser.open(moment), conversation, moment)
        return Progress(grounded.markdown, grounded.citations)

    def _answer(self, conversation: Conversation, moment: Moment, turn: ModelTurn | None) -> Iterator[Progress]:
        """Say the reply; with a model it grows, and what the model leaves unsaid the engine says."""
        composed = self._phraser.phrase(moment)
        name, spoken = self._phraser.name, Spoken(composed, complete=True)
        masked: tuple[str, ...] = ()
        if turn is not None and self._assisted is not None and moment.hearing.intent is not Intent.RESTARTS:
            masked = self._masked(moment.message)
            try:
                for spoken in self._assisted.speaker.speak(turn, moment, composed, conversation.recent):
                    name = turn.name
                    if not spoken.complete:
                        result = self._result(conversation, moment, spoken, name, masked)
                        yield Progress(result.reply, result.citations, result)
            except (UpstreamError, BudgetError) as error:
                name, spoken = self._phraser.name, Spoken(composed, complete=True)
                if not moment.notices:
                    spoken = replace(spoken, notices=(self._without_model(error),))
        result = self._result(conversation, moment, spoken, name, masked)
        event = conversation.events[-1]
        if turn is not None and not turn.recording.is_blank:
            event = replace(event, recording=turn.recording)
        ended = replace(
            conversation, events=(*conversation.events[:-1], event), replies=(*conversation.replies, result.reply)
        )
        yield Progress(result.reply, result.citations, result, ended)

    def _result(
        self, conversation: Conversation, moment: Moment, spoken: Spoken, name: str, masked: tuple[str, ...]
    ) -> TurnResult:
        grounded = self._ground(spoken.paragraphs, conversation, moment)
        return TurnResult(
            conversation=conversation.id,
            turn=moment.turn,
            message=moment.message,
            reply=grounded.markdown,
            intent=moment.hearing.intent,
            case=moment.case,
            assessment=moment.assessment,
            citations=grounded.citations,
            coach=name,
            notices=(*masked, *moment.notices, *spoken.notices),
        )

    def _ground(self, paragraphs: Sequence[Paragraph], conversation: Conversation, moment: Moment) -> Grounded:
        """Let through what checks; quotes of the user are looked up in what was said up to this turn."""
        messages = {**conversation.messages, moment.turn: moment.message}
        return ground(paragraphs, self.shelf.texts, messages, _numbers(moment.case))

    def _masked(self, message: str) -> tuple[str, ...]:
        """Say what of the message was kept from the model, if anything was."""
        kinds = mask(message).kinds
        return (self.page_text.labels.masked.format(kinds=", ".join(kinds)),) if kinds else ()

    def _without_model(self, reason: Exception | str | None) -> str:
        return self.page_text.labels.without_model.format(reason=reason)


def _last(progress: Iterator[Progress]) -> tuple[Conversation, TurnResult]:
    """Run a turn to its end."""
    for step in progress:
        if step.conversation is not None and step.result is not None:
            return step.conversation, step.result
    raise AssertionError("a turn ends with its conversation")


def _characters(message: str) -> str:
    """Replace place by place what is no character, or what writes to a model what nobody who reads it can see.

    Lone surrogates are taken by no encoder or file. Tags, and one variation selector behind another, spell hidden text.
    """
    return _HIDDEN.sub(" ", message.encode("utf-8", "replace").decode("utf-8"))


def _check_message(message: str, given: Mapping[str, Given], limit: int) -> None:
    if len(message) > limit:
        raise InputError(
            "message_too_long",
            f"The message has {len(message):,} characters, and {limit:,} is the most. Shorten it and send it again.",
        )
    if not message.strip() and not given:
        raise InputError("empty_message", "The message is empty. Write something, or click an answer.")


def _numbers(case: Case) -> frozenset[float]:
    values: list[Value | None] = [fact.value for fact in case.facts]
    return frozenset(float(value) for value in values if isinstance(value, (int, float)))
