"""A conversation: what the user did turn by turn, and what that makes of the case and of the question that waits.

Owns how a message that was heard meets the open question. Must not know who hears, what the rulebook says of the case,
nor how anything is phrased.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.domain.case import Again, Case, SlotState, Via, agree, click, deny, hear, leave_open
from assistant.domain.dialogue import Assessment, Hearing, Intent, Question, QuestionKind, TurnResult
from assistant.domain.model_turn import Recording, Role, Said
from assistant.domain.rulebook import Given
from assistant.domain.source import Citation

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
_OUTLASTED = frozenset({Intent.ASKS, Intent.PUSHES, Intent.CLICKS, Intent.WANTS_VERDICT})
"""Intents that a question outlasts however often they come."""
_LEFT_OPEN_AT_MOST = 2
"""How often in a row a question outlives another evasion; then it counts as asked, and its slot as a gap."""
_RECENT_TURNS = 3
OFF_TOPIC = ("scope", "off_topic")
"""The slot and value that say a message is about something else."""
_MOST_REPLIES = 2
"""Plain noes to a list, or replies to it that mend nothing, after which its entries are asked by their options."""

_NOTHING_TOLD = Case()


@dataclass(frozen=True, slots=True)
class Noted:
    """What was made of one message when it came, so that it is never heard again.

    `found` are the passages shown for a question, each by its id and with its relevance.
    """

    hearing: Hearing
    found: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """What the user did in one turn; a list of events replays a conversation exactly.

    `noted` is None only where an earlier version kept the event: its words are then read by the rules, and agree to
    nothing. `recording` holds what a model said in that turn, None where there was none.
    """

    message: str
    facts: Mapping[str, Given]
    noted: Noted | None = None
    recording: Recording | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation so far; a new value each turn. `turn` counts from 1 once something was said.

    `n_left_open` counts the turns in a row after which the same question stayed open. `replies` are the coach's, by
    turn and as text.
    """

    id: str
    events: tuple[Event, ...] = ()
    case: Case = _NOTHING_TOLD
    assessment: Assessment | None = None
    n_left_open: int = 0
    replies: tuple[str, ...] = ()

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
        """The question that waits for an answer; once settled, which of two values holds, where one was heard late."""
        if self.assessment is None:
            return None
        late = [asked for asked in self.assessment.also_ask if self.case.rivals(asked.slot)]
        return self.assessment.question or next(iter(late), None)

    @property
    def language(self) -> str | None:
        """The two-letter code of the language a model last heard the user speak, None where none did."""
        named = (event.noted.hearing.language for event in reversed(self.events) if event.noted)
        return next((language for language in named if language), None)

    @property
    def recent(self) -> tuple[Said, ...]:
        """What was said in the last turns, oldest first."""
        turns = list(zip((event.message for event in self.events), self.replies, strict=False))[-_RECENT_TURNS:]
        return tuple(
            Said(role, text) for said in turns for role, text in zip((Role.USER, Role.ASSISTANT), said, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """A turn under way. `reply` and `citations` are what may be shown so far.

    `result` is there once the verdict is final for the turn, its reply as far as it goes; `conversation` is there with
    the last progress of the turn only.
    """

    reply: str
    citations: tuple[Citation, ...]
    result: TurnResult | None = None
    conversation: Conversation | None = None


def restart(conversation: Conversation) -> Conversation:
    """Return the conversation with nothing told; what was said stays numbered."""
    return replace(conversation, case=_NOTHING_TOLD, assessment=None)


def leaves_open(conversation: Conversation, hearing: Hearing) -> bool:
    """Tell whether the question that waits still waits: nobody tried to answer it, or only clicked something else."""
    if hearing.intent in _OUTLASTED:
        return True
    return hearing.intent in _KEEPS_QUESTION and conversation.n_left_open < _LEFT_OPEN_AT_MOST


def count_left_open(conversation: Conversation, hearing: Hearing) -> int:
    """Count how often in a row the question outlived an evasion, this message included."""
    if not leaves_open(conversation, hearing):
        return 0
    return conversation.n_left_open + (hearing.intent not in _OUTLASTED)


def take_in(conversation: Conversation, hearing: Hearing, message: str, clicked: Mapping[str, Given]) -> Case:
    """Return the case with one more turn in it: what was told, how the open question was met, what was clicked."""
    case, question = _take_in_words(conversation, hearing, message), conversation.question
    if question is not None and question.kind is QuestionKind.ASK and question.slot in clicked:
        case = replace(case, asked=case.asked | {(question.slot, question.again)})
    return click(case, clicked, conversation.turn + 1)


def _take_in_words(conversation: Conversation, hearing: Hearing, message: str) -> Case:
    before, question, turn = conversation.case, conversation.question, conversation.turn + 1
    answers = question.slots if question is not None and question.kind is QuestionKind.ASK else ()
    told = any(reading.value is not None for reading in hearing.values)
    if told and OFF_TOPIC in before.heard_values():
        before = before.without(OFF_TOPIC[0])  # who tells a case is not off the subject
    case = hear(before, hearing.values, message, turn, answers)
    if hearing.intent is Intent.TELLS or hearing.is_story:
        case = replace(case, begun=True)
    if question is None or (leaves_open(conversation, hearing) and not hearing.agrees and not hearing.denies):
        return case
    if question.kind is QuestionKind.ASK:
        return _meet_question(case, before, question, hearing, turn)
    return _meet_list(case, before, question, hearing)


def _meet_question(case: Case, before: Case, question: Question, hearing: Hearing, turn: int) -> Case:
    """Take in how a question was met: a yes agrees to what was pressed, the second silence leaves a gap.

    Who doubts what was heard and does not know it either takes it back.
    """
    slot = question.slot
    case = replace(
        case,
        asked=case.asked | {(slot, question.again)},
        doubted=case.doubted - {slot},
        reopened=case.reopened - {slot},
        explained=case.explained - {slot},
    )
    if slot in hearing.agrees and case.of(slot) == before.of(slot):
        return agree(case, {slot})
    declines = any(reading.slot == slot and reading.value is None for reading in hearing.values)
    if declines and slot in before.doubted and case.state(slot) is SlotState.PROPOSED:
        return leave_open(case, slot, turn)
    if case.state(slot) is SlotState.OPEN and (slot, Again.REWORDED) in case.asked:
        return leave_open(case, slot, turn)
    return case


def _meet_list(case: Case, before: Case, question: Question, hearing: Hearing) -> Case:
    """Take in how a list was met.

    A yes agrees to the entries it names, as they stand after what the rules heard mended in the same breath; a no takes
    out those it names. After two plain noes, or two replies that mend nothing, all entries are doubted.
    """
    mended = {slot for slot in question.slots if case.of(slot) != before.of(slot)}
    by_model = {fact.slot for fact in case.facts if fact.via is Via.MODEL and fact not in before.facts}
    named = hearing.agrees & {*question.slots}
    denied = hearing.denies & {*question.slots} - mended
    for slot in denied:
        case = deny(case, slot)
    case = agree(case, named - hearing.denies - by_model)
    if mended or denied or named:
        return replace(case, n_noes=0, n_unmended=0)
    is_no = hearing.intent is Intent.DENIES
    case = replace(case, n_noes=case.n_noes + is_no, n_unmended=case.n_unmended + (not is_no))
    if case.n_noes < _MOST_REPLIES and case.n_unmended < _MOST_REPLIES:
        return case
    return replace(case, doubted=case.doubted | {*question.slots}, n_noes=0, n_unmended=0)
