"""One turn, from a message to an answer: read, assess, retrieve, phrase, ground.

Owns the order of a turn and what a conversation is made of. Must not know which reader, phraser or retriever it
speaks through, nor where it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.domain.assessment import assess
from assistant.domain.case import Case, SlotState, Status, Value, click, confirm, hear
from assistant.domain.dialogue import Assessment, Hearing, Intent, Moment, Question, QuestionKind, TurnResult
from assistant.domain.grounding import ground
from assistant.domain.page_text import PageText
from assistant.domain.rulebook import Given, Rulebook, checked_facts
from assistant.domain.source import Evidence, SourceInfo, SourceText
from assistant.errors import InputError
from assistant.ports import Phraser, Reader, Retriever

MESSAGE_LIMIT = 8_000
_PASSAGES = 3
_KEEPS_QUESTION = frozenset(
    {
        Intent.ASKS,
        Intent.WHY,
        Intent.SHOW_SOURCE,
        Intent.PUSHES,
        Intent.GREETS,
        Intent.THANKS,
        Intent.OFF_TOPIC,
        Intent.OTHER_LANGUAGE,
    }
)
"""Intents after which the open question stays open, since nobody tried to answer it."""
_OUTLASTED = frozenset({Intent.ASKS, Intent.PUSHES, Intent.CLICKS})
"""Intents that a question outlasts however often they come."""
_LEFT_OPEN_AT_MOST = 2
"""How often in a row a question outlives another evasion; then it counts as asked, and its slot as a gap."""


_NOTHING_TOLD = Case()


@dataclass(frozen=True, slots=True)
class Event:
    """What the user did in one turn; a list of events replays a conversation exactly."""

    message: str
    facts: Mapping[str, Given]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation so far; a new value each turn. `turn` counts from 1 once something was said.

    `n_left_open` counts the turns in a row after which the same question stayed open.
    """

    id: str
    events: tuple[Event, ...] = ()
    case: Case = _NOTHING_TOLD
    assessment: Assessment | None = None
    n_left_open: int = 0

    @property
    def turn(self) -> int:
        """The number of the last turn, 0 before the first."""
        return len(self.events)

    @property
    def messages(self) -> dict[int, str]:
        """The user's messages by turn."""
        return {turn: event.message for turn, event in enumerate(self.events, start=1)}

    @property
    def question(self) -> Question | None:
        """The question that waits for an answer."""
        return self.assessment.question if self.assessment else None


@dataclass(frozen=True, slots=True)
class Shelf:
    """What can be cited, and what it rests on.

    `texts` are the document and the guidance cards by id; `rests_on` gives for each the ids of `sources`, the
    bibliography.
    """

    texts: Mapping[str, SourceText]
    sources: Mapping[str, SourceInfo]
    rests_on: Mapping[str, tuple[str, ...]]


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
    ) -> None:
        """`page_text` is only carried, for whoever shows the coach."""
        self.rulebook = rulebook
        self.shelf = shelf
        self.page_text = page_text
        self.retriever = retriever
        self._reader = reader
        self._phraser = phraser

    def start(self, conversation_id: str) -> Conversation:
        """Begin a conversation with nothing told."""
        return Conversation(conversation_id)

    def replay(self, conversation_id: str, events: Sequence[Event]) -> tuple[Conversation, tuple[TurnResult, ...]]:
        """Run events again from the start; the same events give the same conversation.

        Raises:
            InputError: as `respond` does, for the first event that cannot be taken.
        """
        conversation = self.start(conversation_id)
        results = []
        for event in events:
            conversation, result = self.respond(conversation, event.message, event.facts)
            results.append(result)
        return conversation, tuple(results)

    def respond(
        self, conversation: Conversation, message: str, facts: Mapping[str, object] | None = None
    ) -> tuple[Conversation, TurnResult]:
        """Take one turn: words, clicks, or both. Clicks of the same turn outweigh its words.

        Raises:
            InputError: the message is too long, nothing was given, or a fact is not one of the rulebook's;
                the conversation is as it was.
        """
        given = checked_facts(self.rulebook, facts or {})
        message = _characters(message)
        _check_message(message, given)
        turn = conversation.turn + 1
        hearing = self._hear(conversation, message)
        if hearing.intent is Intent.RESTARTS:
            conversation = replace(conversation, case=_NOTHING_TOLD, assessment=None)
        left_open = _leaves_open(conversation, hearing)
        case = conversation.case if left_open else _settled(conversation, hearing)
        case = _told(case, hearing, message, turn)
        case = click(case, given, turn)
        assessment = assess(case, self.rulebook)
        moment = Moment(
            turn=turn,
            message=message,
            hearing=hearing,
            case=case,
            before=conversation.case,
            assessment=assessment,
            previous=conversation.assessment,
            evidence=self._evidence(hearing),
        )
        events = (*conversation.events, Event(message, given))
        n_left_open = conversation.n_left_open + (hearing.intent not in _OUTLASTED) if left_open else 0
        following = Conversation(conversation.id, events, case, assessment, n_left_open)
        return following, self._answer(following, moment)

    def _hear(self, conversation: Conversation, message: str) -> Hearing:
        if not message.strip():
            return Hearing(Intent.CLICKS)
        hearing = self._reader.read(message, conversation.case, conversation.question)
        if self._is_off_topic(conversation, message, hearing):
            return replace(hearing, intent=Intent.OFF_TOPIC)
        return hearing

    def _is_off_topic(self, conversation: Conversation, message: str, hearing: Hearing) -> bool:
        """Whether what would begin a case gives no fact, and is like nothing that the sources speak of."""
        begins = hearing.intent is Intent.TELLS and not conversation.case.begun
        if not begins or hearing.values or not self.retriever.ready:
            return False
        return not self.retriever.retrieve(message, k=1)

    def _evidence(self, hearing: Hearing) -> tuple[Evidence, ...]:
        if hearing.query is None:
            return ()
        floor = self.rulebook.threshold("evidence")
        found = self.retriever.retrieve(hearing.query, k=_PASSAGES)
        return tuple(evidence for evidence in found if evidence.relevance >= floor)

    def _answer(self, conversation: Conversation, moment: Moment) -> TurnResult:
        numbers = _numbers(moment.case)
        grounded = ground(self._phraser.phrase(moment), self.shelf.texts, conversation.messages, numbers)
        return TurnResult(
            conversation=conversation.id,
            turn=moment.turn,
            message=moment.message,
            reply=grounded.markdown,
            intent=moment.hearing.intent,
            case=moment.case,
            assessment=moment.assessment,
            citations=grounded.citations,
            coach=self._phraser.name,
            notices=moment.notices,
        )


def _characters(message: str) -> str:
    """Replace lone surrogates, which are no characters and which no encoder or file takes, place by place."""
    return message.encode("utf-8", "replace").decode("utf-8")


def _check_message(message: str, given: Mapping[str, Given]) -> None:
    if len(message) > MESSAGE_LIMIT:
        raise InputError(
            "message_too_long",
            f"The message has {len(message):,} characters, and {MESSAGE_LIMIT:,} is the most. "
            "Shorten it and send it again.",
        )
    if not message.strip() and not given:
        raise InputError("empty_message", "The message is empty. Write something, or click an answer.")


def _leaves_open(conversation: Conversation, hearing: Hearing) -> bool:
    """Whether the question that waits still waits: nobody tried to answer it, or only clicked something else."""
    if hearing.intent in _OUTLASTED:
        return True
    return hearing.intent in _KEEPS_QUESTION and conversation.n_left_open < _LEFT_OPEN_AT_MOST


def _told(case: Case, hearing: Hearing, message: str, turn: int) -> Case:
    case = hear(case, hearing.values, message, turn)
    return replace(case, begun=True) if hearing.intent is Intent.TELLS else case


def _settled(conversation: Conversation, hearing: Hearing) -> Case:
    """Take in how the question was met; an `ask` counts as asked, whatever came back."""
    case, question = conversation.case, conversation.question
    if question is None:
        return case
    if question.kind is QuestionKind.ASK:
        return replace(case, asked=case.asked | set(question.slots))
    return _confirmed(case, question, hearing)


def _confirmed(case: Case, question: Question, hearing: Hearing) -> Case:
    """Take in how a confirmation was met.

    Yes makes what was read known. A correction replaces what it names and lets the rest stand. A plain no takes
    the reading out, or keeps the older of two. Anything else leaves a gap, since nothing rests on what was not
    confirmed.
    """
    yes = hearing.intent is Intent.CONFIRMS
    corrected = {value.slot for value in hearing.values} & set(question.slots)
    for slot in question.slots:
        stands = yes or bool(corrected - {slot} and slot not in corrected)
        if case.state(slot) is SlotState.CONTRADICTED and (stands or hearing.intent is Intent.DENIES):
            facts = case.of(slot)
            kept = replace(facts[-1] if stands else facts[0], status=Status.KNOWN)
            case = replace(case.without(slot), facts=(*case.without(slot).facts, kept))
        case = confirm(case, (slot,), yes=stands)
        if not stands and hearing.intent is not Intent.DENIES:
            case = replace(case.without(slot), asked=case.asked | {slot})
    return case


def _numbers(case: Case) -> frozenset[float]:
    values: list[Value | None] = [fact.value for fact in case.facts]
    return frozenset(float(value) for value in values if isinstance(value, (int, float)))
