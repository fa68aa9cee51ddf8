"""One turn, from a message to an answer: read, assess, retrieve, phrase, ground.

Owns the order of a turn, with a language model and without. Must not know which reader, phraser, retriever or model it
speaks through, nor where it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace

from assistant.domain.assessment import assess
from assistant.domain.conversation import (
    Conversation,
    Event,
    Noted,
    Progress,
    Recording,
    count_left_open,
    name_conversation_language,
    restart,
    take_in,
)
from assistant.domain.dialogue import Intent, Interpretation, Paragraph, ReplyContext, TurnResult
from assistant.domain.grounding import Grounded, ground
from assistant.domain.rulebook import Given, Rulebook, check_facts
from assistant.domain.source import Shelf
from assistant.errors import BudgetError, UpstreamError
from assistant.knowledge.types.page_text import Labels, PageText
from assistant.knowledge.types.reviewed_translation import Translation
from assistant.messages import MESSAGE_LIMIT, check_message, clean
from assistant.metering import SilentMeter, watch_turn
from assistant.note_taker import NoteTaker
from assistant.notes import check_notes
from assistant.ports import Listener, Meter, Model, ModelTurn, Phraser, Reader, Retriever, Speaker, Spoken
from assistant.recorded_turn import RecordedTurn
from assistant.speaker_lines import name_speaker, say_masked, say_without_model


@dataclass(frozen=True, slots=True)
class Assisted:
    """A language model and the two things it does for the coach.

    `sent_to` names who gets what is sent, as the user is told; None where nothing leaves this computer. `proxy` is the
    host and port through which it is sent there, None where it goes straight. Without `speaks_too` the model only
    listens and the coach speaks for itself.
    """

    model: Model
    listener: Listener
    speaker: Speaker
    sent_to: str | None = None
    proxy: str | None = None
    speaks_too: bool = True


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
        meter: Meter | None = None,
        translations: Mapping[str, Translation] | None = None,
    ) -> None:
        """`page_text` is carried for whoever shows the coach; a `meter` is told of every turn but of a replay."""
        self.rulebook = rulebook
        self._translations = translations or {}
        self.shelf = shelf
        self.page_text = page_text
        self.retriever = retriever
        self._phraser = phraser
        self._assisted = assisted
        self._meter = meter or SilentMeter()
        self._notes = NoteTaker(rulebook, reader, retriever, assisted.listener if assisted else None, self._meter)
        self._who = (assisted.model.name, assisted.sent_to, assisted.proxy) if assisted else (None, None, None)
        self.message_limit = message_limit

    @property
    def model_name(self) -> str | None:
        """The name of the model that listens and speaks, None without one."""
        return self._assisted.model.name if self._assisted else None

    @property
    def speaker_name(self) -> str | None:
        """The name of the model that speaks, None where none does."""
        return self.model_name if self._assisted and self._assisted.speaks_too else None

    @property
    def who_speaks(self) -> str:
        """One line on which coach speaks, and what of the user's words is sent to whom."""
        return name_speaker(self.page_text.labels, *self._who)

    def speak_in(self, language: str | None) -> Coach:
        """Return the coach with a language's reviewed words for rulebook and page; its own where there are none."""
        said = self._translations.get(language or "")
        if said is None:
            return self
        speaking = copy(self)
        speaking.rulebook, speaking.page_text = said.rulebook, said.page
        return speaking

    def start(self, conversation_id: str) -> Conversation:
        """Begin a conversation with nothing told."""
        return Conversation(conversation_id)

    def replay(self, conversation_id: str, events: Iterable[Event]) -> tuple[Conversation, tuple[TurnResult, ...]]:
        """Bring a conversation back from its events; the same events give the same conversation.

        What was noted of a message is checked and never heard again, and no model is called. An event that an earlier
        version kept is read by the rules; its words agree to nothing.

        Raises:
            InputError: as `respond` does, for the first event that cannot be taken, or whose notes do not fit.
        """
        conversation = self.start(conversation_id)
        results = []
        for event in events:
            kept = event.recording if self._assisted else None
            recording = kept if kept and not kept.is_blank else None
            refused = recording if recording and recording.refused else None
            turn = RecordedTurn(recording) if recording and not refused else None
            message, given = self._check(event.message, event.facts)
            noted = check_notes(event.noted, message, conversation.question, self.rulebook)
            if noted is None:
                noted = self._notes.note(replace(self._notes.read(conversation, message), agrees=frozenset()))
            conversation, result = _last(self._run(conversation, message, given, turn, refused, noted=noted))
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
        may_agree: bool = True,
    ) -> tuple[Conversation, TurnResult]:
        """Take one turn: words, clicks, or both. Clicks of the same turn outweigh its words.

        `watch` is as in `stream`. Where a reply will not be read, `speaks` is False and a model only listens. Where a
        program passes words on, `may_agree` is False: only the facts it sends are agreed to.

        Raises:
            InputError: the message is too long, nothing was given, or a fact is not one of the rulebook's;
                the conversation is as it was.
        """
        return _last(self.stream(conversation, message, facts, watch, speaks=speaks, may_agree=may_agree))

    def stream(
        self,
        conversation: Conversation,
        message: str,
        facts: Mapping[str, object] | None = None,
        watch: Callable[[ModelTurn], None] | None = None,
        *,
        speaks: bool = True,
        may_agree: bool = True,
    ) -> Iterator[Progress]:
        """Take one turn as `respond` does and yield it as it grows; the last value holds the conversation.

        `watch` is handed the model's turn, so that another thread can cancel it. Closing the iterator cancels it too.

        Raises:
            InputError: as `respond` does, at once.
        """
        message, given = self._check(message, facts or {})
        turn, refused = self._model_turn(conversation)
        if turn is not None and watch is not None:
            watch(turn)
        steps = self._run(conversation, message, given, turn, refused, speaks=speaks, may_agree=may_agree)
        return watch_turn(self._meter, steps, self.speaker_name if speaks else None)

    def _check(self, message: str, facts: Mapping[str, object]) -> tuple[str, dict[str, Given]]:
        given, message = check_facts(self.rulebook, facts), clean(message)
        check_message(message, given, self.message_limit)
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
        may_agree: bool = True,
        noted: Noted | None = None,
    ) -> Iterator[Progress]:
        """Take one turn that was checked; `turn` is a model's, or what one once said.

        `refused` holds why there is none where one was wished for; `noted` what was made of the message before.
        """
        labels = self._labels(conversation.language)
        notices: tuple[str, ...] = (say_without_model(labels, refused.refused),) if refused else ()
        is_through = False
        try:
            if noted is None:
                interpretation = self._notes.read(conversation, message)
                if turn is not None:
                    opening = self._context(conversation, message, given, Noted(interpretation))
                    yield self._open_reply(opening, conversation)
                    interpretation, more = self._hear_with_model(turn, conversation, message, interpretation)
                    notices += more
                if not may_agree:
                    interpretation = replace(interpretation, agrees=frozenset())
                noted = self._notes.note(interpretation)
            elif turn is not None and turn.recording.unheard:
                notices += (say_without_model(labels, turn.recording.unheard),)
            if noted.interpretation.intent is Intent.RESTARTS:
                conversation = restart(conversation)
            context = replace(self._context(conversation, message, given, noted), notices=notices)
            following = Conversation(
                conversation.id,
                (*conversation.events, Event(message, given, noted, refused)),
                context.case,
                context.assessment,
                count_left_open(conversation, noted.interpretation),
                conversation.replies,
                context.language,
            )
            yield from self._answer(following, context, turn if speaks else None)
            is_through = True
        finally:
            if turn is not None and not is_through:
                turn.cancel()

    def _context(
        self, conversation: Conversation, message: str, given: Mapping[str, Given], noted: Noted
    ) -> ReplyContext:
        case, before = take_in(conversation, noted.interpretation, message, given), conversation.assessment
        language = name_conversation_language(conversation, noted.interpretation, message)
        is_same = case == conversation.case and language == conversation.language
        assessment = before if before is not None and is_same else assess(case, self.speak_in(language).rulebook)
        return ReplyContext(
            turn=conversation.turn + 1,
            message=message,
            interpretation=noted.interpretation,
            case=case,
            before=conversation.case,
            assessment=assessment,
            previous=conversation.assessment,
            evidence=self._notes.recall(noted.found),
            replies=conversation.replies,
            who_speaks=name_speaker(self._labels(language), *self._who),
            language=language,
            has_model=self._assisted is not None,
        )

    def _hear_with_model(
        self, turn: ModelTurn, conversation: Conversation, message: str, heard: Interpretation
    ) -> tuple[Interpretation, tuple[str, ...]]:
        try:
            return self._notes.listen(turn, conversation, message, heard), ()
        except (UpstreamError, BudgetError) as error:
            return heard, (say_without_model(self._labels(conversation.language), error),)

    def _open_reply(self, context: ReplyContext, conversation: Conversation) -> Progress:
        """Say what was heard and what it is weighed against, before any model has said a word."""
        with self._meter.stage("phrase"):
            opening = self._phraser.open(context)
        grounded = self._ground(opening, conversation, context)
        return Progress(grounded.markdown, grounded.citations)

    def _answer(self, conversation: Conversation, context: ReplyContext, turn: ModelTurn | None) -> Iterator[Progress]:
        """Say the reply; with a model it grows, and what the model leaves unsaid the engine says."""
        with self._meter.stage("phrase"):
            composed = self._phraser.phrase(context)
        name, spoken = self._phraser.name, Spoken(composed, complete=True)
        masked: tuple[str, ...] = ()
        is_spoken = self.speaker_name and context.interpretation.intent is not Intent.RESTARTS
        if turn is not None and self._assisted and is_spoken:
            masked = say_masked(self._labels(context.language), context.message)
            try:
                with self._meter.stage("speak"):
                    for spoken in self._assisted.speaker.speak(turn, context, composed, conversation.recent):
                        name = turn.name if turn.recording.spoken or not turn.recording.unheard else name
                        if not spoken.complete:
                            result = self._result(conversation, context, spoken, name, masked)
                            yield Progress(result.reply, result.citations, result)
            except (UpstreamError, BudgetError) as error:
                name, spoken = self._phraser.name, Spoken(composed, complete=True)
                if not context.notices:
                    spoken = replace(spoken, notices=(say_without_model(self._labels(context.language), error),))
        result = self._result(conversation, context, spoken, name, masked)
        event = conversation.events[-1]
        if turn is not None and not turn.recording.is_blank:
            event = replace(event, recording=turn.recording)
        events, replies = (*conversation.events[:-1], event), (*conversation.replies, result.reply)
        ended = replace(conversation, events=events, replies=replies)
        yield Progress(result.reply, result.citations, result, ended)

    def _result(
        self, conversation: Conversation, context: ReplyContext, spoken: Spoken, name: str, masked: tuple[str, ...]
    ) -> TurnResult:
        grounded = self._ground(spoken.paragraphs, conversation, context)
        unagreed = [fact for fact in context.before.facts if not fact.agreed]
        denies = context.interpretation.denies
        return TurnResult(
            conversation=conversation.id,
            turn=context.turn,
            message=context.message,
            reply=grounded.markdown,
            intent=context.interpretation.intent,
            case=context.case,
            assessment=context.assessment,
            citations=grounded.citations,
            coach=name,
            notices=(*masked, *context.notices, *spoken.notices),
            heard=context.interpretation.values,
            agreed=tuple(fact for fact in unagreed if context.case.agrees(fact)),
            denied=tuple(fact for fact in unagreed if denies and not context.case.of(fact.slot)),
        )

    def _ground(self, paragraphs: Sequence[Paragraph], conversation: Conversation, context: ReplyContext) -> Grounded:
        """Let through what checks; quotes of the user are looked up in what was said up to this turn."""
        messages = {**conversation.messages, context.turn: context.message}
        return ground(paragraphs, self.shelf.texts, messages, context.case.list_numbers())

    def _labels(self, language: str | None) -> Labels:
        return self.speak_in(language).page_text.labels


def _last(progress: Iterator[Progress]) -> tuple[Conversation, TurnResult]:
    """Run a turn to its end."""
    for step in progress:
        if step.conversation is not None and step.result is not None:
            return step.conversation, step.result
    raise AssertionError("a turn ends with its conversation")
